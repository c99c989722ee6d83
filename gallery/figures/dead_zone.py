"""The dead zone: where a neuron begins to fire on the machine, against the kick that it got."""

from typing import Any

import numpy as np

from ... import Precision, precision
from ...models import izhikevich
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    ONE_COLUMN,
    VERMILION,
    HouseFigure,
    new_figure,
)

TITLE = "The dead zone"
CAPTION = """
Izhikevich's regular spiking neuron in s16.15, step 0.1 ms: the least drive at which it fires when
it begins at rest, kicked. Between its Hopf point and the saddle-node (grey lines) rest is unstable.
In double precision with the same constants, and with stochastic rounding, the neuron fires from the
Hopf point on, whatever the kick. Floored or rounded to the nearest, a small kick stays in the dead
zone, where every change is rounded away, and the neuron fires only where rest ends: class 2 loses
its rest as class 1 does. Dashed: floored, predicted from one lost unit a step and the slope at
rest. The machine's own change of a step is a sawtooth about that slope: 0.04 v is rounded before
it is multiplied by v, about -60, so that along v the change jumps by some six units every dozen
words; a small kick may land on a tooth and leave below the prediction, a larger one be held above.
Kicks near 1 mV reach the firing that coexists with rest below the Hopf point.
"""
SOURCE = """
With k = 1311/32768 for 0.04, a = 655/32768, b = 6554/32768: Hopf point b v - k v² - 5 v - 140 at
v = (a - 5)/(2 k), 3.7660; saddle-node (5 - b)²/(4 k) - 140 = 3.9685 (the neuron: E. M. Izhikevich,
IEEE Trans. Neural Networks 14 (2003) 1569-1572).
"""
KICKS = 10.0 ** np.array([-4, -3, -2.75, -2.5, -2.25, -2, -1.5, -1, 0])
RANGE = (3.70, 4.02)
K, A, B = 1311 / 32768, 655 / 32768, 6554 / 32768
LOOKS = {
    "floor": (BLUE, "o", "floor"),
    "nearest": (GREEN, "s", "nearest"),
    "stochastic": (VERMILION, "D", "stochastic"),
}


def study(kick: float) -> Precision:
    """The onsets at a kick, nothing else."""
    return precision(
        izhikevich(),
        "I",
        [15],
        tuple(LOOKS),
        float(kick),
        range=RANGE,
        currents=[],
        until=10_000,
        seeds=1,
        grid=2,
        classify=False,
    )


def foreseen(found: Precision) -> float:
    """The onset that the dead zone of floored words predicts."""
    zone = found[15, "floor"].zone
    return np.nan if zone is None or zone.onset is None else zone.onset


def value(onset: float | None) -> float:
    return np.nan if onset is None else onset


def draw() -> tuple[HouseFigure, Facts]:
    studies = [study(kick) for kick in KICKS]
    v = (A - 5) / (2 * K)
    hopf, fold = B * v - K * v**2 - 5 * v - 140, (5 - B) ** 2 / (4 * K) - 140
    figure = new_figure(ONE_COLUMN, 68 * MILLIMETRE)
    ax = figure.subplots()
    for place, name, up in ((hopf, "Hopf point", -9), (fold, "saddle-node", 3)):
        ax.axhline(place, color=GREY, linewidth=0.6, zorder=0)
        ax.annotate(
            name,
            (1e-4, place),
            xytext=(0, up),
            textcoords="offset points",
            color=GREY,
            fontsize=7,
        )
    double = [found[15].onset.value for found in studies]
    ax.semilogx(KICKS, double, "-", color=BLACK, label="double precision", zorder=2)
    facts = {"Hopf point": hopf, "saddle-node": fold}
    for rounding, (color, marker, name) in LOOKS.items():
        onsets = [found[15, rounding].onset.value for found in studies]
        looks: dict[str, Any] = (
            dict(markerfacecolor="none", markersize=5.5) if rounding == "nearest" else {}
        )
        ax.semilogx(
            KICKS, onsets, marker, color=color, linestyle="-", lw=0.6, label=name, zorder=3, **looks
        )
        for kick, onset in zip(KICKS, onsets, strict=True):
            facts[f"{rounding}, {kick:.3g} mV"] = value(onset)
    predicted = [foreseen(found) for found in studies]
    ax.semilogx(
        KICKS, predicted, "--", color=BLUE, linewidth=0.8, label="floor, predicted", zorder=1
    )
    for kick, found, onset in zip(KICKS, studies, double, strict=True):
        facts[f"double precision, {kick:.3g} mV"] = value(onset)
        facts[f"predicted, {kick:.3g} mV"] = foreseen(found)
    ax.set_xlabel("kick of $v$ from rest (mV)")
    ax.set_ylabel("onset, drive $I$")
    ax.set_ylim(3.715, 4.0)
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.91), labelspacing=0.2)
    return figure, facts


def check(facts: Facts) -> None:
    hopf, fold = facts["Hopf point"], facts["saddle-node"]
    assert abs(hopf - 3.7660) < 5e-5
    assert abs(fold - 3.9685) < 5e-5
    for rounding in ("floor", "nearest"):
        assert abs(facts[f"{rounding}, 0.0001 mV"] - fold) < 2e-3
        assert facts[f"{rounding}, 0.1 mV"] < hopf + 0.01
    assert facts["nearest, 0.001 mV"] > fold - 0.01
    for kick in KICKS[KICKS < 0.2]:
        for way in ("stochastic", "double precision"):
            assert abs(facts[f"{way}, {kick:.3g} mV"] - hopf) < 8e-3
    # the closed form of the prediction: h (2 k v + 5) kick = 2^-15, v on the rest branch
    kick, h = 10.0**-2.5, 3277 / 32768
    v = (2.0**-15 / (h * kick) - 5) / (2 * K)
    expected = B * v - K * v**2 - 5 * v - 140
    assert abs(facts[f"predicted, {kick:.3g} mV"] - expected) < 5e-3
    for way in ("floor", "nearest", "stochastic", "double precision"):
        assert facts[f"{way}, 1 mV"] < hopf - 0.01
