"""The texts of a synapse as expressions, in symbols that no two synapses share.

The names of the target cell are meant by its own symbols; the source cell's, the synapse's and
its edges' become symbols with a prefix that no text can contain.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from ..coupling import OTHER
from ..equations import Equations, read_equations, symbol
from ..errors import EquationError, InvalidArgument, UnknownName
from ..grammar import statements
from ..model import Model

WEIGHT = "weight"
SILENT = "rest_"  # a state that stands still, so that a text without states can be read
ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*(\+=|-=|\*=|/=|=)(?!=)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Assignment:
    """state <- value, as an event does it; `place` is "cell", "target" or "edge"."""

    place: str
    state: Symbol
    value: Expr
    change: Expr | None  # of additive ones: what is added


@dataclass(frozen=True)
class SynapseParts:
    """What a synapse says.

    states, rates       at the target, once for all connections
    edge_states, edge_rates
                        of each connection
    on_spike, on_target_spike
    added               to the rates of target states, from the target's own quantities
    summed              likewise, summed over connections
    parameters          the symbols of its parameters, by name
    others              symbol -> name in the source cell
    """

    states: dict[str, Symbol]
    rates: tuple[Expr, ...]
    edge_states: dict[str, Symbol]
    edge_rates: tuple[Expr, ...]
    on_spike: tuple[Assignment, ...]
    on_target_spike: tuple[Assignment, ...]
    added: dict[str, Expr]
    summed: dict[str, Expr]
    parameters: dict[str, Symbol]
    others: dict[Symbol, str] = field(default_factory=dict)
    weight: Symbol = field(default_factory=lambda: symbol(f":{WEIGHT}"))


@dataclass(frozen=True)
class Names:
    """What the words in the texts of one synapse mean."""

    label: str
    target: Model
    source: Model | None
    own: Mapping[str, Symbol]
    meaning: Mapping[Symbol, Expr]  # of symbols that are not what they are called

    def read(self, equations: Equations, text: str, what: str) -> Expr:
        return equations.read(text, f"{self.label}: {what}").xreplace(self.meaning)


def read_synapse(
    label: str,
    index: int,
    target: Model,
    source: Model | None,
    texts: Mapping[str, str],
    into: Mapping[str, str],
    parameters: Iterable[str],
    started: Iterable[str],
) -> SynapseParts:
    """Read everything; `texts` has equations, edges, on_spike and on_target_spike."""
    state_names = derivatives(texts["equations"])
    edge_names = derivatives(texts["edges"])
    own_names = [*parameters, *state_names, *edge_names]
    check_names(label, own_names, target, source)
    mutable = WEIGHT in edge_names or any(
        name == WEIGHT
        for what in ("on_spike", "on_target_spike")
        for name, _, _ in assignments(label, texts[what])
    )
    for name in started:
        if name not in (*state_names, *edge_names):
            raise UnknownName(name, f"a state of {label}", [*state_names, *edge_names])
    own = {name: symbol(f"{index}:{name}") for name in own_names}
    weight = symbol(f"{index}:{WEIGHT}")
    own[WEIGHT] = weight
    others = {name + OTHER: name for name in known_in(source)}
    meaning = {symbol(name): s for name, s in own.items()}
    meaning |= target._system.definitions_in_full
    if source is not None:
        meaning |= of_other(source)
    names = Names(label, target, source, own, meaning)
    outside = [*known_in(target), *others, *parameters]
    at_target = read_part(label, texts["equations"], [*outside, WEIGHT], state_names)
    on_edges = read_part(label, texts["edges"], [*outside, WEIGHT, *state_names], edge_names)
    states = {name: own[name] for name in state_names}
    edge_states = {name: own[name] for name in edge_names}
    if mutable:
        edge_states.setdefault(WEIGHT, weight)
    rates = {n: at_target.full_rates[n].xreplace(meaning) for n in state_names}
    edge_rates = {n: on_edges.full_rates[n].xreplace(meaning) for n in edge_names}
    per_edge = {weight, *edge_states.values(), *(symbol(f":{n}") for n in others.values())}
    for name, rate in rates.items():
        if rate.free_symbols & per_edge:
            raise InvalidArgument(
                f"{label}: {name}' = ... is shared by all connections to a cell and can't use what "
                "belongs to one of them (weight, edges, names with _other); put it into edges="
            )
    scope = read_part(label, texts["edges"], [*outside, WEIGHT, *state_names], edge_names)
    scope.scope.values.update(
        {n: at_target.scope.values[n] for n in at_target.definitions if n not in edge_names}
    )
    added: dict[str, Expr] = {}
    summed: dict[str, Expr] = {}
    for name, text in into.items():
        if name not in target.states:
            raise UnknownName(name, f"a state of {target.name} (in into of {label})", target.states)
        value = names.read(scope, text, f"into {name}")
        used = value.free_symbols & per_edge
        if used and value.free_symbols & set(states.values()):
            raise InvalidArgument(
                f"{label}: into {name} mixes {', '.join(states)}, in which all connections are "
                "summed already, with what belongs to one of them (weight, edges, names with "
                "_other)"
            )
        (summed if used else added)[name] = value
    places = {n: ("cell", symbol(n)) for n in target.states}
    places |= {n: ("target", s) for n, s in states.items()}
    places |= {n: ("edge", s) for n, s in edge_states.items()}
    events = []
    for what in ("on_spike", "on_target_spike"):
        found = []
        for name, operator, text in assignments(label, texts[what]):
            if name not in places:
                raise UnknownName(name, f"a state that {what} of {label} can change", places)
            place, goal = places[name]
            if what == "on_target_spike" and place != "edge":
                raise InvalidArgument(
                    f"{label}: on_target_spike changes edges and the weight only, not {name!r}; "
                    "what the cell itself does at its spike is its model's reset"
                )
            value = names.read(scope, text, f"{what}, {name} {operator}")
            found.append(assigned(place, goal, operator, value))
        events.append(tuple(found))
    return SynapseParts(
        states=states,
        rates=tuple(rates.values()),
        edge_states=edge_states,
        edge_rates=tuple(edge_rates.get(n, symbol("t") * 0) for n in edge_states),
        on_spike=events[0],
        on_target_spike=events[1],
        added=added,
        summed=summed,
        parameters={n: own[n] for n in parameters},
        others={symbol(f":{n}"): n for n in others.values()},
        weight=weight,
    )


def assigned(place: str, goal: Symbol, operator: str, value: Expr) -> Assignment:
    changes = {"+=": value, "-=": -value}
    whole = {"=": value, "*=": goal * value, "/=": goal / value}
    change = changes.get(operator)
    if change is not None:
        return Assignment(place, goal, goal + change, change)
    return Assignment(place, goal, whole[operator], None)


def assignments(label: str, text: str) -> list[tuple[str, str, str]]:
    """(name, operator, text) of each assignment; they are separated by ; or new lines."""
    found = []
    for part in re.split(r"[;\n]", text):
        words = part.split("#")[0]
        if not words.strip():
            continue
        match = ASSIGNMENT.fullmatch(words)
        if match is None or not match[3].strip():
            raise EquationError(
                f"{label}: an event assigns, as in 'g += w', 'x *= 1 - u' or 'V = 0'", words
            )
        found.append((match[1], match[2], match[3].strip()))
    return found


def derivatives(text: str) -> list[str]:
    """The names that have a line x' = ..."""
    _, lines = statements(text)
    return [line.name.text for line in lines if line.form == "derivative"]


def read_part(label: str, text: str, outside: Iterable[str], states: Iterable[str]) -> Equations:
    known = [name for name in outside if name not in states]
    try:
        return read_equations(f"{text}\n{SILENT}' = 0", known, [*states, SILENT])
    except EquationError as error:
        place = (error.text, error.line, error.column, error.width)
        raise EquationError(f"{label}: {error.reason}", *place) from None


def known_in(model: Model | None) -> list[str]:
    """Names of a cell that a synapse may use."""
    if model is None:
        return []
    return [*model.states, *model.parameters, *model.definitions]


def of_other(source: Model) -> dict[Symbol, Expr]:
    """V_other and its like: the source's symbols, with a colon, definitions written out."""
    plain = {symbol(n): symbol(f":{n}") for n in (*source.states, *source.parameters)}
    meaning: dict[Symbol, Expr] = {symbol(s.name + OTHER): swapped for s, swapped in plain.items()}
    for name, full in source._system.definitions_in_full.items():
        meaning[symbol(name.name + OTHER)] = full.xreplace(plain)
    return meaning


def check_names(label: str, own: list[str], target: Model, source: Model | None) -> None:
    taken = dict.fromkeys(known_in(target), f"a name of {target.name}")
    taken |= {name + OTHER: "a name of the source cell" for name in known_in(source)}
    seen: set[str] = set()
    for name in own:
        if name in taken:
            raise InvalidArgument(f"{label}: {name!r} is {taken[name]} already; take another one")
        if name in seen:
            raise InvalidArgument(f"{label}: {name!r} is given twice")
        seen.add(name)
    if WEIGHT in known_in(target):
        raise InvalidArgument(
            f"{label}: {WEIGHT!r} means the weight of a connection, but {target.name} has a "
            f"{WEIGHT!r} of its own"
        )
