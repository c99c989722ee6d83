"""What an ensemble keeps of its members' lives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sympy

from ..errors import InvalidArgument, nearest
from ..model import Model

MODES = ("last", "spikes", "rates", "extrema", "trace")


@dataclass(frozen=True)
class Saved:
    """`modes` out of MODES, and `observed`: expressions by name, states first."""

    modes: frozenset[str]
    observed: Mapping[str, sympy.Expr] = field(default_factory=dict)

    @property
    def spiking(self) -> bool:
        """Whether spikes have to be looked for."""
        return bool(self.modes & {"spikes", "rates"})

    @property
    def tracing(self) -> bool:
        return "trace" in self.modes

    def traced(self, states: tuple[str, ...]) -> tuple[str, ...]:
        """What a trace holds."""
        return beside_states(states, self.observed)


def beside_states(states: Iterable[str], observed: Iterable[str]) -> tuple[str, ...]:
    """The states, and the expressions that are no states."""
    states = tuple(states)
    return (*states, *(name for name in observed if name not in states))


def saved_of(save: object, model: Model) -> Saved:
    """What `save` asks for: modes, texts in the names of the model, mappings name -> text."""
    wishes = [save] if isinstance(save, str | Mapping) else save
    if not isinstance(wishes, Iterable):
        raise InvalidArgument(
            f"save is one of {', '.join(MODES)}, an expression, dict(name=expression), or several "
            f"of these; not {save!r}"
        )
    modes: set[str] = set()
    observed: dict[str, sympy.Expr] = {}
    for wish in wishes:
        if isinstance(wish, str) and wish in MODES:
            modes.add(wish)
        elif isinstance(wish, str):
            observed[wish] = expression_of(wish, wish, model)
        elif isinstance(wish, Mapping):
            for name, text in wish.items():
                if name in (*model.states, *model.parameters) or name in MODES:
                    raise InvalidArgument(
                        f"save: {name!r} is a name of {model.name} already; choose another"
                    )
                observed[str(name)] = expression_of(name, text, model)
        else:
            raise InvalidArgument(f"save: {wish!r} is neither a mode nor an expression")
    states = zip(model.states, model._system.state_symbols, strict=True)
    wanted = {name: x for name, x in states if name in observed or "extrema" in modes}
    observed = wanted | observed
    if not modes and not observed:
        raise InvalidArgument("save is empty; save='last' keeps the last states only")
    return Saved(frozenset(modes), observed)


def expression_of(name: object, text: object, model: Model) -> sympy.Expr:
    if not isinstance(text, str) or not isinstance(name, str):
        raise InvalidArgument(f"save: {name!r} is an expression as text, not {text!r}")
    near = nearest(text, MODES) if name == text else None
    guess = f" (did you mean {near!r}?)" if near else ""
    what = f"save = {text!r} is no mode{guess}, and as an expression"
    return model._system.written.read(text, what)
