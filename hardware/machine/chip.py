"""Models that the chip has hand-ordered programs for, run by these."""

from typing import Any

import numpy as np
from sympy import S

from ...dynamics.constants import value
from ...dynamics.equations import read_equations, symbol
from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ...dynamics.program import along
from ...dynamics.status import Status
from ..machine_run import MachineRun
from ..qformat import QFormat
from ..spinnaker.izhikevich import izhikevich
from ..spinnaker.lif import lif
from .building import built
from .emulation import Emulation

MULTIPLIES = {"floor": "fl", "nearest": "rn", "stochastic": "sr"}
IZHIKEVICH = "v' = 0.04*v^2 + 5*v + 140 - u + I\nu' = a*(b*v - u)"
CYCLES = {"euler": 70, "rk2": 115, "exponential-euler": 25}  # of SPINNAKER's compiled kernels


def chip_run(
    model: Model, word: QFormat, steps: int, step: float, settings: dict, seed: int
) -> Emulation:
    """The run by the program that the model has, or a complaint that it has none."""
    if (word.integer, word.fraction, word.signed) != (16, 15, True):
        raise InvalidArgument(f"the chip's programs have words s16.15, not {word.name}")
    if word.rounding not in MULTIPLIES:
        raise InvalidArgument(
            f"the chip's programs multiply by {', '.join(MULTIPLIES)}, not {word.rounding!r}"
        )
    multiply, scheme = MULTIPLIES[word.rounding], settings["scheme"]
    if scheme == "exponential-euler":
        run, names = leaky_run(model, multiply, steps, step, seed), {"V": model.states[0]}
    else:
        run, names = (
            izhikevich_run(model, multiply, scheme, steps, step, seed),
            {"v": "v", "u": "u"},
        )
    from .emulate import double_run

    # what doesn't fit is refused as for lowered programs; these don't count overflows themselves
    made = built(model, word, steps, step, **settings)
    every = settings["every"]
    first = [round(model.start[name] * 2.0**15) for name in model.states]
    columns = np.column_stack([run.columns[c].astype(np.int64) for c in names])
    words = np.vstack([first, columns])[::every]
    emulation = Emulation(
        model=model,
        t=np.arange(len(words)) * (every * step),
        x=np.ldexp(words.astype(np.float64), -15),
        status=Status.COMPLETED,
        message=f"{steps} steps of the chip's program; it does not report overflows",
        scheme=scheme,
        step=step,
        steps=steps,
        evaluations=steps,
        engine="the chip's program",
        spike_times=(run.spikes + 1) * step,
        word=word,
        words=words,
        fractions=dict.fromkeys(model.states, 15),
        cycles=CYCLES[scheme] * steps,
        settings={**settings, "program": "chip", "seed": seed},
    )
    emulation.__dict__["double"] = double_run(model, made, step, scheme)
    return emulation


def izhikevich_run(
    model: Model, multiply: str, scheme: str, steps: int, step: float, seed: int
) -> MachineRun:
    wanted = read_equations(IZHIKEVICH, "abI", "vu").full_rates
    fits = model.states == ("v", "u") and dict(model._system.written.full_rates) == dict(wanted)
    reset = model.reset
    if not fits or reset is None or set(model.parameters) != set("abcdI"):
        raise InvalidArgument(
            f"the chip has programs for Izhikevich's neuron (v, u; a, b, c, d, I) with euler or "
            f"rk2, and for one leaky state with exponential-euler; {model.name} with {scheme} is "
            "lowered by program='model'"
        )
    p, start = model.parameters, model.start
    words: dict[str, Any] = {name: float(p[name]) for name in "abcdI"}
    words |= dict(h=float(step), v0=float(start["v"]), u0=float(start["u"]))
    return izhikevich(scheme, multiply, **words, steps=steps, seed=seed)


def leaky_run(model: Model, multiply: str, steps: int, step: float, seed: int) -> MachineRun:
    """V' = (A - V)/tau with A = R I + V_rest, where the model's input is called I."""
    at = {symbol(n): v for n, v in model.parameters.items()}
    x, current = symbol(model.states[0]), symbol("I")
    rate = model._system.right_sides[0]
    slope = along(rate, {x: S.One})
    system = model._system
    linear = len(model.states) == 1 and x not in slope.free_symbols and value(slope, at) < 0
    if not linear or system.margin is None:
        raise InvalidArgument(
            f"the chip's closed form is for one linear state with a reset; {model.name} is lowered "
            "by program='model'"
        )
    goal = -rate.xreplace({x: S.Zero}) / slope
    gain = along(goal, {current: S.One})
    threshold = system.margin.xreplace({x: S.Zero})
    pause = 0.0 if system.pause is None else value(system.pause, at)
    words: dict[str, Any] = dict(
        I=at.get(current, 0.0),
        R=value(gain, at),
        Vrest=value(goal, {**at, current: 0.0}),
        Vreset=value(system.after[0], at),
        Vth=-value(threshold, at),
        E=float(np.exp(value(slope, at) * step)),
    )
    if not all(map(np.isfinite, words.values())):
        raise InvalidArgument(f"{model.name} is no leaky neuron with the input I: {words}")
    return lif(multiply, **words, Tref=round(pause / step), steps=steps, seed=seed)
