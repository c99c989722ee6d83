"""How many neurons one core of SpiNNaker runs in real time, by model and rounding."""

import numpy as np

from ...hardware.machine.budget import Budget, budget
from ...hardware.qformat import QFormat
from ...models import (
    hodgkin_huxley,
    izhikevich,
    leaky,
    morris_lecar,
    sodium_potassium,
    wang_buzsaki,
)
from ..registry import Facts
from ..style import (
    BLACK,
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

TITLE = "Neurons a core"
CAPTION = """
Neurons that a core of SpiNNaker (200 MHz, 64 KiB for data) runs in real time in s16.15: the
midpoint rule, and for the leaky neuron its closed form. A: a step of 1 ms. Upright strokes: more do
not fit into its memory. There stand the simplest neurons, the leaky one, which has more parameters,
before Izhikevich's; the others are limited by time. B: a step of 0.1 ms. Rounding products to the
nearest costs little, a random word for every product much. The grey line stands at 256 neurons, the
chip's usual load, which leaves 781 cycles a neuron in a millisecond.
"""
SOURCE = """
Cycles of the operations counted in code compiled for ARMv5TE (gcc 12), 73 instructions with 13 long
multiplications for the midpoint rule of Izhikevich's neuron; exponentials, tables and quotients
estimated (`rb.spinnaker.budget` prints all assumptions).
"""
CASES = {
    "leaky": (leaky, "exponential-euler"),
    "Izhikevich": (izhikevich, "rk2"),
    "Na$_p$ + K": (sodium_potassium, "rk2"),
    "Morris-Lecar": (morris_lecar, "rk2"),
    "Wang-Buzsáki": (wang_buzsaki, "rk2"),
    "Hodgkin-Huxley": (hodgkin_huxley, "rk2"),
}
ROUNDINGS = {"floor": (BLUE, "o"), "nearest": (GREEN, "s"), "stochastic": (VERMILION, "D")}
APART = (-0.2, 0.0, 0.2)  # of a row, so that no marker hides another
USUAL = 256


def draw() -> tuple[HouseFigure, Facts]:
    found: dict[tuple[str, str], Budget] = {
        (name, rounding): budget(factory(), QFormat(16, 15, rounding=rounding), 0.1, scheme)
        for name, (factory, scheme) in CASES.items()
        for rounding in ROUNDINGS
    }
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    panels = figure.subplots(1, 2, sharey=True)
    for panel, step in zip(panels, (1.0, 0.1), strict=True):
        panel.axvline(USUAL, color=GREY, linewidth=0.8)
        beside = dict(xytext=(-2, 2), textcoords="offset points", ha="right", va="bottom")
        panel.annotate(f"{USUAL}", (USUAL, len(CASES) - 0.5), color=GREY, fontsize=7, **beside)
        rows = np.arange(len(CASES))
        for shift, (rounding, (color, marker)) in zip(APART, ROUNDINGS.items(), strict=True):
            counts = [found[name, rounding].neurons[step] for name in CASES]
            panel.plot(counts, rows + shift, marker, color=color, label=rounding, markersize=3.5)
        room = [found[name, "floor"].by_memory for name in CASES]
        panel.plot(room, rows, "|", color=BLACK, label="memory is full", markersize=11)
        panel.set_ylim(len(CASES) - 0.5, -0.5)
        panel.set_xscale("log")
        panel.set_xlim(3, 1500)
        panel.set_xlabel(f"neurons a core, step {step:g} ms")
    panels[0].set_yticks(range(len(CASES)), list(CASES))
    panels[0].legend(frameon=False, loc="upper left")
    letter_panels(*panels)
    facts = {
        f"{name}, {rounding}: {what}": float(value)
        for (name, rounding), b in found.items()
        for what, value in (("cycles", b.cycles), ("at 1 ms", b.neurons[1.0]))
    }
    return figure, facts


def check(facts: Facts) -> None:
    kernel = 73 + 3 * 13  # instructions and the waits of long multiplications, spikes not counted
    assert kernel < facts["Izhikevich, floor: cycles"] < 1.4 * kernel
    for name in ("leaky", "Izhikevich", "Na$_p$ + K", "Morris-Lecar"):
        assert facts[f"{name}, floor: at 1 ms"] >= USUAL or facts[f"{name}, floor: cycles"] > 781
    assert facts["Hodgkin-Huxley, floor: at 1 ms"] < USUAL < facts["Izhikevich, floor: at 1 ms"]
    for name in CASES:
        by = [facts[f"{name}, {rounding}: cycles"] for rounding in ROUNDINGS]
        assert by == sorted(by)
        assert facts[f"{name}, floor: cycles"] * facts[f"{name}, floor: at 1 ms"] <= 200_000
