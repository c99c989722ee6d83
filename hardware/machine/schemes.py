"""A step of a scheme as a graph: the equations lowered once for each stage, then spike and reset.

    euler              x <- x + h f(x)
    rk2                x <- x + h f(x + (h/2) f(x)), the midpoint rule
    exponential-euler  x <- x_inf + (x - x_inf) exp(a h)
    map                x <- f(x), of models in discrete time

The third where x' = a (x - x_inf) with an a that does not depend on x, the decay factor with all
bits behind the point; Euler where x' is no such equation.

Gaussian noise adds g sqrt(h) xi to the step of any scheme, with g at its start and xi a normal
number; with euler that is the Euler-Maruyama scheme, which also has this name.

After the step: where the margin of the reset is above 0 there is a spike, and the assignments take
the values before it. A refractory pause is rounded to whole steps and counted down; while it runs,
the held states keep their values and no spike is fired.
"""

from collections.abc import Mapping
from math import exp, sqrt

import sympy
from sympy import S

from ...dynamics.constants import value
from ...dynamics.drive import Pieces
from ...dynamics.equations import symbol
from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from ...dynamics.program import along
from .graph import Builder, Graph
from .lowering import Lowering, without_singularities

SCHEMES = ("euler", "rk2", "exponential-euler")
NOISY = "euler-maruyama"  # Euler, of a model with noise
COUNTER = "(pause)"


def step_graph(
    model: Model, scheme: str, h: float, pieces: Mapping[str, Pieces] | None = None
) -> Graph:
    """The graph of one step; `pieces` are the drives of a model whose parameters are driven."""
    if model.kind == "map":
        scheme = "map"
    elif scheme == NOISY and model._system.sources:
        scheme = "euler"
    elif scheme not in SCHEMES:
        known = (*SCHEMES, NOISY) if model._system.sources else SCHEMES
        raise UnknownName(scheme, "a scheme of machine programs", known)
    if model._system.shots:
        raise InvalidArgument(
            f"{model.name} has Poisson input, which a neuron's program does not draw itself: "
            "spikes reach it through the synapses of rb.spinnaker.network; or give Gaussian noise"
        )
    builder = Builder()
    lowering = Lowering(model, builder, pieces)
    here = {name: builder.enter("state", name=name, text=name) for name in model.states}
    increments = {source: lowering.noise(source) for source in model._system.sources}
    after = {
        "euler": euler,
        "rk2": midpoint,
        "exponential-euler": exponential,
        "map": mapped,
    }[scheme](model, lowering, here, h)
    if increments:
        after = shaken(model, lowering, here, after, increments, h)
    names, start = list(model.states), [model.start[name] for name in model.states]
    spike = None
    if model.reset is not None:
        after, spike, paused = with_reset(model, lowering, here, after, h)
        names += [COUNTER] * paused
        start += [0.0] * paused
    inputs = tuple(
        next(i for i, n in enumerate(builder.nodes) if n.verb == "state" and n.name == name)
        for name in names
    )
    return Graph(
        tuple(builder.nodes),
        inputs,
        tuple(after[name] for name in names),
        tuple(names),
        tuple(start),
        spike,
        tuple(lowering.feeds[number] for number in sorted(lowering.feeds)),
    )


def rates(
    model: Model, lowering: Lowering, states: Mapping[str, int], stage: str, offset: float = 0.0
) -> dict:
    """The nodes of the right sides at these states, so many steps behind the start."""
    lowering.at(states, offset)
    found = {}
    for name, expression in model.equations.items():
        lowering.builder.where = f"{name}'{stage}"
        found[name] = lowering.node(without_singularities(expression))
    return found


def advanced(lowering: Lowering, here: Mapping[str, int], slopes: Mapping[str, int], h: float):
    """x + h f."""
    enter, factor = lowering.builder.enter, lowering.builder.constant(h)
    moved = {}
    for name, slope in slopes.items():
        lowering.builder.where = f"the step of {name}"
        node = lowering.builder.nodes[slope]
        if node.verb == "constant" and node.value == 0:
            moved[name] = here[name]
            continue
        change = enter("mul", factor, slope, text=f"h {name}'")
        moved[name] = enter("add", here[name], change, text=f"{name} + h {name}'")
    return moved


def euler(model: Model, lowering: Lowering, here: Mapping[str, int], h: float) -> dict:
    return advanced(lowering, here, rates(model, lowering, here, ""), h)


def midpoint(model: Model, lowering: Lowering, here: Mapping[str, int], h: float) -> dict:
    middle = advanced(lowering, here, rates(model, lowering, here, " at the start"), 0.5 * h)
    return advanced(lowering, here, rates(model, lowering, middle, " at the midpoint", 0.5), h)


def mapped(model: Model, lowering: Lowering, here: Mapping[str, int], h: float) -> dict:
    return rates(model, lowering, here, "")


def exponential(model: Model, lowering: Lowering, here: Mapping[str, int], h: float) -> dict:
    """The closed form of each linear equation with the other states held."""
    builder, written = lowering.builder, dict(model.definitions)
    enter = builder.enter
    moved: dict[str, int] = {}
    lowering.at(here)
    for name, rate in model.equations.items():
        x = symbol(name)
        builder.where = f"{name}'"
        full = rate
        for defined in reversed(written):
            if uses(written[defined], x, written):
                full = full.xreplace({symbol(defined): written[defined]})
        slope = along(full, {x: S.One})
        if slope == 0 or x in slope.free_symbols:
            moved |= advanced(lowering, here, {name: lowering.node(without_singularities(rate))}, h)
            continue
        rest = along_zero(full, x)
        if slope.free_symbols <= lowering.numbers.keys():
            decay = exp(min(value(slope, lowering.numbers) * h, 700.0))
            factor = builder.constant(decay, decay=decay < 1)
            steady = lowering.node(sympy.expand_mul(-rest / slope))
        else:
            rise = lowering.node(without_singularities(slope))
            steady = enter("neg", enter("div", lowering.node(without_singularities(rest)), rise))
            factor = enter(
                "function", enter("mul", builder.constant(h), rise), name="exp", decay=True
            )
        builder.where = f"the step of {name}"
        away = enter("sub", here[name], steady)
        change = enter("mul", factor, away, text=f"the decay of {name}")
        moved[name] = enter("add", steady, change, text=f"{name} after its decay")
    return moved


def shaken(
    model: Model,
    lowering: Lowering,
    here: Mapping[str, int],
    after: Mapping[str, int],
    increments: Mapping[str, int],
    h: float,
) -> dict:
    """The step with its noise: g sqrt(h) xi of each source added, with g at the start of the step.

    An amplitude that depends on no state is multiplied by sqrt(h) on the host."""
    builder, enter = lowering.builder, lowering.builder.enter
    root = sympy.Rational(sqrt(h)) if model.kind != "map" else S.One
    lowering.at(here)
    moved = dict(after)
    for name, row in zip(model.states, model._system.noise, strict=True):
        for (source, xi), amplitude in zip(increments.items(), row, strict=True):
            if amplitude == 0:
                continue
            builder.where = f"the noise of {name}"
            if lowering.on_the_host(amplitude):
                change = enter("mul", lowering.node(amplitude * root), xi, text=f"noise of {name}")
            else:
                increment = xi
                if root != 1:
                    increment = enter("mul", builder.constant(float(root)), xi, text=f"d{source}")
                change = enter("mul", lowering.node(without_singularities(amplitude)), increment)
            moved[name] = enter("add", moved[name], change, text=f"{name} with noise")
    return moved


def along_zero(expression: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """An expression that is linear in x, at x = 0."""
    return expression.xreplace({x: S.Zero})


def uses(expression: sympy.Expr, x: sympy.Symbol, definitions: Mapping) -> bool:
    """Whether x stands in an expression or in its definitions."""
    names = expression.free_symbols
    return x in names or any(
        uses(definitions[s.name], x, definitions) for s in names if s.name in definitions
    )


def with_reset(
    model: Model, lowering: Lowering, here: Mapping[str, int], after: Mapping[str, int], h: float
) -> tuple[dict, int, bool]:
    """The next values behind spike and reset, the node of the spike, whether there is a pause."""
    builder, system = lowering.builder, model._system
    enter = builder.enter
    pause = 0
    if system.pause is not None:
        if not system.pause.free_symbols <= lowering.numbers.keys():
            raise InvalidArgument(
                f"the refractory time {system.pause} depends on a state; a machine's program "
                "counts a fixed number of steps"
            )
        length = value(system.pause, lowering.numbers)
        if not length >= 0:
            raise InvalidArgument(f"a refractory time of {length}; it must be 0 or more")
        pause = round(length / h)
    zero = builder.constant(0.0)
    waits, counter = None, zero
    if pause:
        builder.where = "the refractory pause"
        counter = enter("state", name=COUNTER, text="pause")
        waits = enter("less", zero, counter)
        after = {
            name: enter("select", waits, here[name], new) if held else new
            for (name, new), held in zip(after.items(), system.held, strict=True)
        }
    lowering.at(after, 1.0)
    builder.where = "the condition of the reset"
    condition = system.written.read(model.reset.condition)  # type: ignore[union-attr]
    spike = lowering.truth(S.Zero, *condition.args[1:])
    if waits is not None:
        spike = enter("select", waits, zero, spike)
    result = {}
    for name, expression in zip(model.states, system.after, strict=True):
        builder.where = f"the reset of {name}"
        unchanged = expression == symbol(name)
        new = after[name]
        result[name] = new if unchanged else enter("select", spike, lowering.node(expression), new)
    if pause:
        builder.where = "the refractory pause"
        assert waits is not None
        less = enter("select", waits, enter("sub", counter, builder.constant(1.0, True)), zero)
        result[COUNTER] = enter("select", spike, builder.constant(float(pause)), less)
    return result, spike, bool(pause)
