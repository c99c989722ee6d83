"""Impedance: how a resting axon answers a sinusoidal current."""

import numpy as np

from ... import impedance, simulate
from ...models import hodgkin_huxley, morris_lecar
from ..registry import Facts
from ..style import (
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Impedance and resonance"
CAPTION = """
The potential's answer to a weak sinusoidal current, from the linearisation at rest (lines) and
from runs of the full equations (circles). A: the Hodgkin-Huxley axon resonates, the more sharply
the closer it is to its Hopf point at 9.66 µA/cm². B: near the resonance the potential is in phase
with the current; below it runs ahead, above it lags. C: Morris-Lecar with a SNIC is an integrator:
no resonance, the answer falls with frequency.
"""
SOURCE = """
A. Mauro, F. Conti, F. Dodge and R. Schor, J. Gen. Physiol. 55 (1970) 497-523 (the axon); B.
Hutcheon and Y. Yarom, Trends Neurosci. 23 (2000) 216-222.
"""
WEAK = 0.001


def simulated(model, rest, frequency: float) -> complex:
    """The complex amplitude of V per unit of current, in a run with a weak sine."""
    period = 1 / frequency
    begin = np.ceil(250 / period) * period
    start = model.replace(dict(rest.state))
    drive = f"{model.parameters['I']!r} + {WEAK}*sin({2 * np.pi * frequency!r}*t)"
    run = simulate(start, until=begin + period, tolerance=1e-10, drive=dict(I=drive))
    t = begin + period * np.arange(64) / 64
    return complex(2j * np.mean(run(t, "V") * np.exp(-2j * np.pi * frequency * t)) / WEAK)


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 58 * MILLIMETRE)
    size, angle, other = figure.subplots(1, 3)
    grid = np.geomspace(0.004, 0.3, 400)
    facts: dict[str, float] = {}
    worst = 0.0
    for current, color in ((0.0, GREEN), (5.0, BLUE), (8.0, VERMILION)):
        model = hodgkin_huxley().replace(I=current)
        found = impedance(model, grid)
        size.semilogx(found.hz, found["magnitude"], color=color, label=f"$I$ = {current:g}")
        angle.semilogx(found.hz, np.degrees(found["phase"]), color=color)
        facts[f"resonance at I = {current:g} (Hz)"] = found.resonance_hz or 0.0
        facts[f"Q at I = {current:g}"] = found.quality
        for frequency in (0.01, 0.05, 0.09, 0.2):
            Z = simulated(model, found.rest, frequency)
            size.plot(1000 * frequency, abs(Z), "o", color=color, markerfacecolor="white")
            angle.plot(
                1000 * frequency, np.degrees(np.angle(Z)), "o", color=color, markerfacecolor="white"
            )
            worst = max(worst, abs(Z / complex(found(frequency)) - 1))
    slow = np.geomspace(0.0005, 0.3, 300)
    for current, color in ((0.0, GREEN), (30.0, BLUE)):
        found = impedance(morris_lecar("snic").replace(I=current), slow)
        other.semilogx(found.hz, found["magnitude"], color=color, label=f"$I$ = {current:g}")
        facts[f"Q of the integrator at I = {current:g}"] = found.quality
    angle.axhline(0, color=GREY, linewidth=0.5, zorder=0)
    for ax in (size, angle, other):
        ax.set_xlabel("frequency (Hz)")
    for ax in (size, other):
        ax.set_ylabel("impedance (kΩ cm²)")
        ax.legend()
    angle.set_ylabel("phase of $V$ (degrees)")
    letter_panels(size, angle, other)
    return figure, facts | {"largest relative error of a simulated point": worst}


def check(facts: Facts) -> None:
    assert facts["largest relative error of a simulated point"] < 5e-3
    assert facts["Q at I = 0"] < facts["Q at I = 5"] < facts["Q at I = 8"]
    assert facts["Q of the integrator at I = 0"] == 1
