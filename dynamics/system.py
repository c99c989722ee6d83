"""The symbolic content of a model without its numbers: right sides, reset, noise, fingerprint.

Models that differ only in numbers share one System, and with it everything compiled.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy
from sympy import S

from .equations import Equations, read_equations, symbol
from .errors import EquationError, InvalidArgument, UnknownName
from .noise import Poisson
from .nonsmooth import truth
from .program import along
from .writer import write

if TYPE_CHECKING:
    from .model import Model
    from .reset import Reset

REMEMBERED = 256
_systems: dict[tuple, "System"] = {}


@dataclass(frozen=True, eq=False)
class System:
    """Expressions in the symbols of states, parameters and time.

    margin, after, pause, held
        of the reset: the crossing expression, the states afterwards, the refractory time, and
        which states it holds; None, (), None and () without one
    noise
        for each state the amplitudes of the `sources`, in their order
    shot_sources, shot_rates, shots
        the Poisson sources, the rate of each, and for each state its jumps at their arrivals
    """

    kind: str
    parameters: tuple[str, ...]
    written: Equations
    margin: sympy.Expr | None = None
    after: tuple[sympy.Expr, ...] = ()
    pause: sympy.Expr | None = None
    held: tuple[bool, ...] = ()
    sources: tuple[str, ...] = ()
    noise: tuple[tuple[sympy.Expr, ...], ...] = ()
    shot_sources: tuple[str, ...] = ()
    shot_rates: tuple[sympy.Expr, ...] = ()
    shots: tuple[tuple[sympy.Expr, ...], ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        return self.written.states

    @property
    def rates(self):
        return self.written.rates

    @property
    def definitions(self):
        return self.written.definitions

    @cached_property
    def state_symbols(self) -> tuple[sympy.Symbol, ...]:
        return tuple(map(symbol, self.states))

    @cached_property
    def parameter_symbols(self) -> tuple[sympy.Symbol, ...]:
        return tuple(map(symbol, self.parameters))

    @cached_property
    def right_sides(self) -> tuple[sympy.Expr, ...]:
        """The rates with all definitions written out."""
        return tuple(self.written.full_rates.values())

    @cached_property
    def definitions_in_full(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The definitions in terms of states, parameters and time alone."""
        return {symbol(name): e for name, e in self.written.full_definitions.items()}

    @cached_property
    def autonomous(self) -> bool:
        time = symbol("t")
        return not any(time in e.free_symbols for e in (*self.right_sides, *self.everything_else))

    @cached_property
    def multiplicative(self) -> tuple[str, ...]:
        """The states whose Gaussian noise has an amplitude that depends on a state."""
        states = set(self.state_symbols)
        return tuple(
            state
            for state, row in zip(self.states, self.noise, strict=False)
            if any(amplitude.free_symbols & states for amplitude in row)
        )

    @property
    def steady_rates(self) -> bool:
        """Whether no Poisson rate depends on time or on a state."""
        changing = {symbol("t"), *self.state_symbols}
        return not any(rate.free_symbols & changing for rate in self.shot_rates)

    @property
    def everything_else(self) -> list[sympy.Expr]:
        """The expressions of reset and noise, definitions written out."""
        found = [e for e in (self.margin, self.pause) if e is not None]
        found += [*self.after, *(e for row in self.noise for e in row)]
        return [*found, *self.shot_rates, *(e for row in self.shots for e in row)]

    @cached_property
    def structure(self) -> str:
        """A fingerprint that does not depend on numbers, names of the model, or the process."""
        content = [
            self.kind,
            [[state, write(self.rates[state])] for state in self.states],
            [[name, write(e)] for name, e in sorted(self.definitions.items())],
            list(self.parameters),
            [write(e) for e in self.everything_else],
            list(self.held),
            self.pause is None,
        ]
        if self.shots:
            content.append([len(self.sources), len(self.shot_sources)])
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def jacobian(self) -> sympy.Matrix:
        """d(right sides)/d(states), definitions written out."""
        rows = [[along(f, {x: S.One}) for x in self.state_symbols] for f in self.right_sides]
        return sympy.Matrix(rows)


def read_system(model: "Model") -> System:
    """The system of a model; models with the same text share it."""
    noise = tuple((state, tuple(terms.items())) for state, terms in model.noise.items())
    key = (
        *(model.text, model.kind, tuple(model.parameters), frozenset(model.start)),
        *(model.reset, noise),
    )
    if key not in _systems:
        if len(_systems) >= REMEMBERED:
            _systems.pop(next(iter(_systems)))
        _systems[key] = build(model)
    return _systems[key]


def build(model: "Model") -> System:
    written = read_equations(model.text, model.parameters, model.start, model.kind)
    system = System(model.kind, tuple(model.parameters), written)
    if model.reset is None and not model.noise:
        return system
    extra: dict = {}
    if model.reset is not None:
        extra |= read_reset(model, model.reset, system)
    if model.noise:
        extra |= read_noise(model, system)
    return System(model.kind, system.parameters, written, **extra)


def read_reset(model: "Model", reset: "Reset", system: System) -> dict:
    if model.kind == "map":
        raise EquationError("a map in discrete time can't have a reset", reset.condition)
    for name in (*reset.assignments, *reset.hold):
        if name not in system.states:
            raise UnknownName(name, f"a state of {model.name} (in its reset)", system.states)
    condition = system.written.read(reset.condition, "the condition of the reset")
    if not isinstance(condition, truth) or int(condition.args[0]) > 1:
        raise EquationError(
            "a reset's condition is one comparison with < or >, such as V > V_th", reset.condition
        )
    _, low, high = condition.args
    after = [
        system.written.read(reset.assignments[name], f"the reset of {name}")
        if name in reset.assignments
        else symbol(name)
        for name in system.states
    ]
    pause = None
    if reset.refractory is not None:
        pause = system.written.read(reset.refractory, "the refractory time")
    held = tuple(not reset.hold or name in reset.hold for name in system.states)
    return dict(margin=high - low, after=tuple(after), pause=pause, held=held)


def read_noise(model: "Model", system: System) -> dict:
    for name in model.noise:
        if name not in system.states:
            raise UnknownName(name, f"a state of {model.name} (in noise)", system.states)
    terms = [(state, s, term) for state, row in model.noise.items() for s, term in row.items()]
    waves = {(state, s): term for state, s, term in terms if not isinstance(term, Poisson)}
    shots = {(state, s): term for state, s, term in terms if isinstance(term, Poisson)}
    sources = tuple(dict.fromkeys(s for _, s in waves))
    rows = []
    for state in system.states if waves else ():
        what = f"the noise of {state}"
        rows.append(tuple(system.written.read(waves.get((state, s), "0"), what) for s in sources))
    return dict(sources=sources, noise=tuple(rows)) | read_shots(model, system, shots)


def read_shots(model: "Model", system: System, shots: dict[tuple[str, str], Poisson]) -> dict:
    """The Poisson sources: a rate each, and a jump for each state."""
    if shots and model.kind == "map":
        raise EquationError("a map in discrete time can't have Poisson input", model.text)
    rates: dict[str, sympy.Expr] = {}
    for (state, source), term in shots.items():
        if any(isinstance(row.get(source), str) for row in model.noise.values()):
            raise InvalidArgument(f"the source {source!r} is Gaussian and Poisson: rename one")
        rate = system.written.read(term.rate, f"the rate of the Poisson source of {state}")
        if rates.setdefault(source, rate) != rate:
            raise InvalidArgument(
                f"the arrivals of {source!r} have two rates, {write(rates[source])} and "
                f"{term.rate}; a shared source has one"
            )
    rows = []
    for state in system.states if shots else ():
        what = f"the jump of {state}"
        texts = [shots[state, s].jump if (state, s) in shots else "0" for s in rates]
        rows.append(tuple(system.written.read(text, what) for text in texts))
    return dict(shot_sources=tuple(rates), shot_rates=tuple(rates.values()), shots=tuple(rows))
