"""Models that the chip has hand-ordered programs for."""

from math import exp

import numpy as np
from sympy import S

from ...dynamics.constants import value
from ...dynamics.equations import read_equations, symbol
from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from ...dynamics.program import along
from .graph import Graph
from .hand_ordered import SOLVERS, izhikevich_graph, leaky_graph

IZHIKEVICH = "v' = 0.04*v^2 + 5*v + 140 - u + I\nu' = a*(b*v - u)"
CLOSED_FORM = "exponential-euler"
ONLY = (
    "the chip has programs for Izhikevich's neuron (v, u; a, b, c, d, I; at v >= 30, v = c and "
    "u = u + d) with euler, rk2 or rk2q, and for one leaky state with exponential-euler"
)


def chip_graph(model: Model, scheme: str, step: float, literals: str = "host") -> Graph:
    """The graph of the program that the model has, or a complaint that it has none."""
    if scheme == CLOSED_FORM:
        name = model.states[0]
        return leaky_graph(name, leaky_numbers(model, step), model.start[name])
    if scheme not in SOLVERS:
        raise UnknownName(scheme, "a scheme of the chip's programs", (*SOLVERS, CLOSED_FORM))
    if not is_izhikevich(model):
        raise InvalidArgument(f"{ONLY}; {model.name} with {scheme} is lowered by program='model'")
    return izhikevich_graph(scheme, model.parameters, step, model.start, literals == "truncate")


def is_izhikevich(model: Model) -> bool:
    """Whether these are the equations and the reset that stand in the chip's code."""
    wanted = read_equations(IZHIKEVICH, "abI", "vu").full_rates
    system = model._system
    if model.states != ("v", "u") or dict(system.written.full_rates) != dict(wanted):
        return False
    if system.margin is None or set(model.parameters) != set("abcdI"):
        return False
    v, u, c, d = map(symbol, "vucd")
    return (
        system.pause is None
        and system.margin.expand() == v - 30
        and system.after[0] == c
        and (system.after[1] - u - d).expand() == 0
    )


def leaky_numbers(model: Model, step: float) -> dict[str, float]:
    """V' = (A - V)/tau with A = R I + V_rest, where the model's input is called I."""
    at = {symbol(n): v for n, v in model.parameters.items()}
    x, current = symbol(model.states[0]), symbol("I")
    system = model._system
    rate = system.right_sides[0]
    slope = along(rate, {x: S.One})
    linear = len(model.states) == 1 and x not in slope.free_symbols and value(slope, at) < 0
    pause = 0.0
    if linear and system.margin is not None:
        pause = 0.0 if system.pause is None else value(system.pause, at)
    if not linear or system.margin is None or (pause and not all(system.held)):
        raise InvalidArgument(
            f"{ONLY} and a reset, held while it pauses; {model.name} is lowered by program='model'"
        )
    goal = -rate.xreplace({x: S.Zero}) / slope
    gain = along(goal, {current: S.One})
    threshold = system.margin.xreplace({x: S.Zero})
    numbers = dict(
        I=at.get(current, 0.0),
        R=value(gain, at),
        Vrest=value(goal, {**at, current: 0.0}),
        Vreset=value(system.after[0], at),
        Vth=-value(threshold, at),
        E=exp(value(slope, at) * step),
        Tref=float(round(pause / step)),
    )
    if not all(map(np.isfinite, numbers.values())):
        raise InvalidArgument(f"{model.name} is no leaky neuron with the input I: {numbers}")
    return numbers
