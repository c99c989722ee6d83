"""What `emulate` returns: the course of a model on a machine, with all that was lost on the way."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...dynamics.drive import Pieces
from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.storage import storable
from ...dynamics.trajectory import ARRAYS, PLAIN, Trajectory
from ..qformat import QFormat
from .feeds import coefficients

if TYPE_CHECKING:
    import pandas

    from .program import Program

S16_15 = QFormat(16, 15)


@storable
@dataclass(frozen=True, eq=False, repr=False)
class SteppedRun(Trajectory):
    """A run of a fixed-step program: rows at the steps, straight lines between them.

    Spikes are the steps at whose end a reset happened, or the places where the line crosses the
    model's spike level.
    """

    spike_times: np.ndarray = field(default_factory=lambda: np.zeros(0))
    pieces: Mapping[str, Pieces] = field(default_factory=dict)  # of driven parameters

    @property
    def spikes(self) -> np.ndarray:
        """The times of the spikes."""
        return self.spike_times

    def crossings(self, name: str, level: float, rising: bool = True) -> np.ndarray:
        """The times at which the lines between the steps cross a level."""
        if isinstance(level, str | bool) or not np.isfinite(level):
            raise InvalidArgument(f"a level is a number, not {level!r}")
        values = np.asarray(self[name], dtype=float) - level
        side = values >= 0
        here = np.flatnonzero(~side[:-1] & side[1:] if rising else side[:-1] & ~side[1:])
        part = values[here] / (values[here] - values[here + 1])
        return self.t[here] + part * (self.t[here + 1] - self.t[here])

    def _named(
        self, name: str, t: np.ndarray, states: np.ndarray, intervals: np.ndarray
    ) -> np.ndarray:
        model = self.equations
        if not self.pieces or name not in model.definitions:
            return super()._named(name, t, states, intervals)
        known = {n: np.full(t.shape, v) for n, v in model.parameters.items()}
        known |= coefficients(self.pieces, t)
        p = np.array([known[n] for n in model.parameters])
        row = list(model.definitions).index(name)
        return np.broadcast_to(model.field.definitions(states, p, t)[row], t.shape)

    def _states_at(self, t: np.ndarray, intervals: np.ndarray) -> np.ndarray:
        if len(self.t) == 1:
            return self.x.T[:, intervals]
        here, after = self.t[intervals], self.t[intervals + 1]
        part = (t - here) / (after - here)
        return (1 - part) * self.x.T[:, intervals] + part * self.x.T[:, intervals + 1]

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields, arrays = super().to_storage()
        for name, part in self.pieces.items():
            arrays |= {f"edges {name}": part.edges, f"cubics {name}": part.coefficients}
        return fields, arrays | {"spike_times": self.spike_times}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "SteppedRun":
        """For `load`."""
        known = {name: fields[name] for name in (*PLAIN, "model", "driven", "status")}
        base = Trajectory.from_storage(known, {name: arrays[name] for name in ARRAYS})
        pieces = {
            key[6:]: Pieces(edges, arrays[f"cubics {key[6:]}"])
            for key, edges in arrays.items()
            if key.startswith("edges ")
        }
        return cls(**base.__dict__, spike_times=arrays["spike_times"], pieces=pieces)


@dataclass(frozen=True)
class Overflow:
    """An operation whose results did not fit into the word (or arguments into a table).

    operation, verb, text, where
        its number in the program, what it is, what it computes and in which equation
    count, first
        in how many steps, and the time of the first
    """

    operation: int
    verb: str
    text: str
    where: str
    count: int
    first: float

    def __str__(self) -> str:
        times = f"{self.count} times, first" if self.count > 1 else "once,"
        return (
            f"{self.verb} {self.operation}, {self.text} in {self.where}: {times} at {self.first:g}"
        )


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Emulation(SteppedRun):
    """The course of a model on a machine; a Trajectory of the same steps.

    machine.t, machine["V"], machine(t)
        times, values (exact numbers of the machine), and on straight lines between the steps
    machine.bits("V")
        the bit patterns
    machine.spikes
        times: of resets the end of their step, of crossings the place on the line
    machine.overflows
        a tuple of `Overflow`: which operation, when first, how often; empty if all fitted
    machine.cycles
        of the processor, for the whole run (`rb.spinnaker.budget` says what is assumed)
    machine.program
        the operations: `.listing()`, `.to_c(steps, seed)`
    machine.to_c()
        the run in C, with its seed
    machine.double
        the same steps in double precision, with the exact constants (where the machine made none,
        all that were asked for, or made before Ctrl-C)
    machine.constants
        the same operations in double precision, with the machine's constants: what `machine` does
        beside it is due to rounding alone
    machine.report()
        what precision cost
    """

    word: QFormat = S16_15
    words: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    fractions: Mapping[str, int] = field(default_factory=dict)
    overflows: tuple[Overflow, ...] = ()
    cycles: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)

    def bits(self, name: str) -> np.ndarray:
        """A state's bit patterns, as unsigned integers of the word's length."""
        if name not in self.model.states:
            raise UnknownName(name, f"a state of {self.model.name}", self.model.states)
        return self.word.patterns(self.words[:, self.model.states.index(name)])

    @cached_property
    def program(self) -> "Program":
        """The operations of a step."""
        return self._built().program

    @cached_property
    def double(self) -> SteppedRun:
        """The same steps of the same scheme in double precision."""
        from .emulate import double_run

        return double_run(self, self._built())

    @cached_property
    def constants(self) -> SteppedRun:
        """The program's operations in double precision, with the constants of its words."""
        from .constants_only import constants_only

        return constants_only(self)

    def _built(self):
        from .building import built

        given = {k: v for k, v in self.settings.items() if k != "steps"}
        steps = self.settings.get("steps", self.steps)
        return built(self.model, self.word, steps, self.step, **given)

    def to_c(self, steps: int | None = None) -> str:
        """The run as a program in C, with its seed; compiled for ARM it prints the run's bits.

        steps
            how many (a row each, `every` or not); those of the run if not given
        """
        seed = int(self.settings["seed"])  # type: ignore[call-overload]
        return self.program.to_c(self.steps if steps is None else steps, seed)

    def report(self) -> str:
        """What precision cost: spikes, rate and lag beside double precision, and what was lost."""
        from .report import report

        return report(self)

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table of the nodes: t, states, definitions, and the states' bits ("V bits")."""
        bits = {f"{name} bits": self.bits(name) for name in self.model.states}
        return super().to_dataframe().assign(**bits)

    def to_dict(self) -> dict:
        """The nodes and how the run ended, as JSON types."""
        return super().to_dict() | {
            "word": self.word.name,
            "rounding": self.word.rounding,
            "overflow": self.word.overflow,
            "step": self.step,
            "steps": self.steps,
            "fractions": dict(self.fractions),
            "bits": {name: self.bits(name).tolist() for name in self.model.states},
            "overflows": [asdict(overflow) for overflow in self.overflows],
            "cycles": self.cycles,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields, arrays = super().to_storage()
        fields |= {
            "word": asdict(self.word),
            "fractions": dict(self.fractions),
            "overflows": [asdict(overflow) for overflow in self.overflows],
            "cycles": self.cycles,
            "settings": dict(self.settings),
        }
        return fields, arrays | {"words": self.words}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Emulation":
        """For `load`."""
        base = SteppedRun.from_storage(fields, arrays)
        return cls(
            **base.__dict__,
            word=QFormat(**fields["word"]),
            words=arrays["words"],
            fractions=fields["fractions"],
            overflows=tuple(Overflow(**entry) for entry in fields["overflows"]),
            cycles=fields["cycles"],
            settings=fields["settings"],
        )

    def __repr__(self) -> str:
        lost = sum(overflow.count for overflow in self.overflows)
        count = len(self.spikes)
        return (
            f"<Emulation of {self.model.name} in {self.word.name}, {self.word.rounding}: "
            f"{self.steps} steps of {self.step:g}, {self.scheme}, {count} "
            f"spike{'s' * (count != 1)}, {lost or 'no'} overflow{'s' * (lost != 1)}, "
            f"{self.status.value}>"
        )
