"""Equations between two cells of one model: what the one adds to the rates of the other.

    V's line  "g*(V_other - V)"     `V` is the cell that receives, `V_other` the one that sends

Every state and definition of the model has its `_other`; functions, parameters and parameters of
the coupling's own may be used too.
"""

from collections.abc import Mapping
from dataclasses import replace

from .declared import by_name, numbers
from .errors import InvalidArgument, UnknownName
from .model import Model
from .scope import Scope, Written, symbol

OTHER = "_other"


def coupling_model(
    model: Model, coupling: Mapping[str, str], parameters: Mapping[str, float]
) -> Model:
    """A Model in the states of the cell and then those of the other (`V_other`), whose right sides
    are what the coupling adds to the rates of the cell, and zero for the other."""
    own = numbers("parameter of the coupling", parameters)
    lines = by_name("coupling", coupling)
    if not lines:
        raise InvalidArgument(
            'the coupling is empty; say what it adds to which state: dict(V="V_other - V")'
        )
    for state, text in lines.items():
        if state not in model.states:
            raise UnknownName(state, f"a state of {model.name} (in the coupling)", model.states)
        if not isinstance(text, str):
            raise InvalidArgument(f"the coupling of {state!r} is text, not {text!r}")
    taken = {*model.states, *model.parameters, *model.definitions}
    for name in own:
        if name in taken:
            raise InvalidArgument(
                f"the parameter {name!r} of the coupling is a name of {model.name}; take another "
                "one, or model.replace for the model's own"
            )
    others = {name: name + OTHER for name in (*model.states, *model.definitions)}
    if clash := sorted({*others.values()} & (taken | set(own))):
        raise InvalidArgument(f"{clash[0]!r} means a state of the other cell here; rename it")
    reading = replace(model._system.written, scope=scope_of(model, others, own))
    if any(symbol("t") in e.free_symbols for e in model._system.right_sides):
        raise InvalidArgument(f"{model.name} depends on time (t): its cycles have no phase")
    right = {
        state: reading.read(lines.get(state, "0"), f"the coupling of {state}")
        for state in model.states
    }
    if any(symbol("t") in e.free_symbols for e in right.values()):
        raise InvalidArgument("the coupling depends on time t; only on the states, as it must")
    still = {others[state]: "0" for state in model.states}
    start = {**model.start, **{others[state]: v for state, v in model.start.items()}}
    return Model(
        f"coupling of {model.name}",
        {**right, **still},
        parameters={**model.parameters, **own},
        start=start,
    )


def scope_of(model: Model, others: Mapping[str, str], own: Mapping[str, float]) -> Scope:
    """The names of the model, those of the other cell, and the coupling's own parameters."""
    system = model._system
    values = dict(system.written.scope.values)
    for name in own:
        values[name] = Written(symbol(name), symbol(name))
    swap = {symbol(state): symbol(others[state]) for state in model.states}
    for state in model.states:
        values[others[state]] = Written(symbol(others[state]), symbol(others[state]))
    for name in model.definitions:
        there = values[name]
        full = there.full.xreplace(swap)
        values[others[name]] = replace(there, expression=full, full=full)
    return Scope(values, dict(system.written.scope.functions))
