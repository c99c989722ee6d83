"""What a program of the machine leaves behind: columns by name, as numbers or as bits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import NotFound, UnknownName
from ..dynamics.storage import storable

if TYPE_CHECKING:
    import pandas


@storable
@dataclass(frozen=True, eq=False, repr=False)
class MachineRun:
    """The course of a program, one row a step; a population has one column a neuron.

    run["v"]
        the values after each step (of counters and flags: integers)
    run.bits("v")
        the same as bit patterns
    run.spikes, run.neurons
        the rows in which there was a spike, and whose it was (all 0 for a single neuron)
    run.counts
        spikes of each neuron
    run.final["v"]
        the bits at the end, of every neuron, whether rows were recorded or not
    """

    program: str
    arguments: Mapping[str, object]
    steps: int
    count: int
    columns: Mapping[str, np.ndarray]
    fractions: Mapping[str, int]  # bits behind the point, of the columns that have a point
    final: Mapping[str, np.ndarray]
    spikes: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    neurons: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __getitem__(self, name: str) -> np.ndarray:
        """The column's values: floats, or integers where there is no point."""
        column = self._column(name)
        fraction = self.fractions.get(name)
        return column if fraction is None else np.ldexp(column.astype(np.float64), -fraction)

    def bits(self, name: str) -> np.ndarray:
        """The column's bit patterns."""
        column = self._column(name)
        return column.view(f"uint{8 * column.dtype.itemsize}")

    def _column(self, name: str) -> np.ndarray:
        if name in self.columns:
            return self.columns[name]
        if not self.columns:
            raise NotFound(f"this run kept spikes only, not {name!r}; record=True keeps every step")
        raise UnknownName(name, f"a column of {self.program}", self.columns)

    @property
    def counts(self) -> np.ndarray:
        """Spikes of each neuron."""
        return np.bincount(self.neurons, minlength=self.count)

    def __len__(self) -> int:
        return self.steps

    def to_dict(self) -> dict:
        """All of it as JSON types; columns as values."""
        return {
            "program": self.program,
            "arguments": {name: plain(value) for name, value in self.arguments.items()},
            "steps": self.steps,
            **{name: self[name].tolist() for name in self.columns},
            "spikes": self.spikes.tolist(),
            "neurons": self.neurons.tolist(),
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table: a row for each step (and neuron), or for each spike if only these."""
        import pandas

        if not self.columns:
            return pandas.DataFrame({"step": self.spikes, "neuron": self.neurons})
        columns = {name: self[name].reshape(-1) for name in self.columns}
        if self.count == 1:
            return pandas.DataFrame({"step": np.arange(self.steps), **columns})
        step, neuron = np.divmod(np.arange(self.steps * self.count), self.count)
        return pandas.DataFrame({"step": step, "neuron": neuron, **columns})

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {
            "program": self.program,
            "arguments": {name: plain(value) for name, value in self.arguments.items()},
            "steps": self.steps,
            "count": self.count,
            "fractions": dict(self.fractions),
        }
        arrays = {f"column {name}": column for name, column in self.columns.items()}
        arrays |= {f"final {name}": bits.view(np.int32) for name, bits in self.final.items()}
        return fields, arrays | {"spikes": self.spikes, "neurons": self.neurons}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "MachineRun":
        """For `load`."""
        found: dict[str, dict] = {"column": {}, "final": {}}
        for key, array in arrays.items():
            kind, _, name = key.partition(" ")
            if name:
                found[kind][name] = array
        final = {name: a.astype(np.int32).view(np.uint32) for name, a in found["final"].items()}
        return cls(
            **fields,
            columns=found["column"],
            final=final,
            spikes=arrays["spikes"],
            neurons=arrays["neurons"],
        )

    def __repr__(self) -> str:
        who = "" if self.count == 1 else f", {self.count} neurons"
        shown = ", ".join(f"{name}={brief(value)}" for name, value in self.arguments.items())
        kept = ", ".join(self.columns) if self.columns else "spikes only"
        return (
            f"<MachineRun of {self.program}: {self.steps} steps{who}, {self.spikes.size} "
            f"spike{'s' * (self.spikes.size != 1)}; {kept}; {shown}>"
        )


def plain(value: object) -> object:
    """A value of an argument as a JSON type."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def brief(value: object) -> str:
    """A value of an argument in a line."""
    if isinstance(value, list | np.ndarray):
        return f"({len(value)} values)"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
