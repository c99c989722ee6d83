"""A model with one of its states held: it becomes a parameter."""

from .errors import InvalidArgument, UnknownName
from .model import Model


def frozen(model: Model, name: str, value: float | None = None) -> Model:
    """The model whose state `name` stands still at a value (its start value, if not given).

    >>> spring = Model("spring", "x' = v\\nv' = -x", start=dict(x=1, v=0))
    >>> dict(frozen(spring, "v", 2).parameters)
    {'v': 2.0}
    """
    if name not in model.states:
        raise UnknownName(name, f"a state of {model.name}", model.states)
    if len(model.states) < 2:
        raise InvalidArgument(f"{model.name} has one state; held, it leaves nothing to move")
    if model.reset is not None or model.kind == "map":
        raise InvalidArgument(f"{model.name} is no smooth flow; its states can't be held")
    start = {state: v for state, v in model.start.items() if state != name}
    rates = {state: e for state, e in model.equations.items() if state != name}
    held = model.start[name] if value is None else value
    spike = model.spike if model.spike and model.spike[0] != name else None
    return Model(
        f"{model.name} with {name} held",
        {**rates, **model.definitions},
        parameters={**model.parameters, name: held},
        start=start,
        units=model.units,
        meanings=model.meanings,
        reference=model.reference,
        time_unit=model.time_unit,
        spike=spike,
    )
