"""The f-I curve of one model in four words."""

import numpy as np

from ... import frequency_current, precision
from ...models import morris_lecar
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    PURPLE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "An f-I curve in four words"
CAPTION = """
Morris-Lecar with a saddle-node on its circle, by the midpoint rule with a step of 0.1 ms: firing
rate against drive in words with 8, 10, 12 and 15 bits behind the point, and by continuation of the
exact cycles (black). A: rounded to the nearest. Where rest has just gone, V and w must pass slowly,
but a change of less than half a unit is rounded away and a larger one to a whole unit: short words
stand still (with 8 bits at all drives shown), the others pass too fast, and the rate begins at a
finite value, class 2 instead of class 1. B: with stochastic rounding the slow passage is right on
the mean; what is left are the constants, which 8 bits do not hold.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213, with the parameters of J. Rinzel and
G. B. Ermentrout (1989); saddle-node at I = 39.9632, f = 5.66195 Hz sqrt(I - 39.9632) above it.
"""
WORDS = {8: PURPLE, 10: VERMILION, 12: GREEN, 15: BLUE}
DRIVES = np.concatenate([np.arange(38.0, 42.0, 0.25), np.arange(42.0, 60.1, 1.0)])
FOLD = 39.9632


def draw() -> tuple[HouseFigure, Facts]:
    model = morris_lecar("snic")
    fine = np.sort(np.append(np.linspace(38, 60, 221), FOLD + 1e-4))
    exact = frequency_current(model, "I", fine)["frequency"]
    study = precision(
        model,
        "I",
        list(WORDS),
        ("nearest", "stochastic"),
        range=(38, 60),
        currents=DRIVES,
        grid=9,
        tolerance=0.1,
        seeds=1,
        until=10_000,
        classify=False,
        spikes=1,
    )
    figure = new_figure(TWO_COLUMNS, 66 * MILLIMETRE)
    panels = figure.subplots(1, 2, sharey=True)
    facts: dict[str, float] = {
        f"exact at {drive}": 1000 * float(np.interp(drive, fine, exact)) for drive in (40, 50)
    }
    for panel, rounding in zip(panels, study.roundings, strict=True):
        panel.plot(fine, 1000 * exact, color=BLACK, linewidth=0.9, label="exact", zorder=1)
        for fraction, color in reversed(WORDS.items()):
            row = study[fraction, rounding]
            rates = 1000 * np.array(row.rates)
            panel.plot(DRIVES, rates, "o", color=color, markersize=2.2, label=f"s16.{fraction}")
            for drive in (40, 50):
                rate = float(rates[drive == DRIVES][0])
                facts[f"s16.{fraction}, {rounding}: at {drive}"] = rate
            facts[f"s16.{fraction}, {rounding}: onset"] = float(row.onset.value or np.nan)
        panel.set_xlabel("drive $I$ (µA/cm²)")
        panel.text(0.03, 0.97, rounding, transform=panel.transAxes, va="top")
    panels[0].set_ylabel("firing rate (Hz)")
    panels[1].legend(loc="lower right", bbox_to_anchor=(1.0, 0.08))
    letter_panels(*panels)
    return figure, facts


def check(facts: Facts) -> None:
    law = 5.66195 * np.sqrt(40 - FOLD)
    assert abs(facts["exact at 40"] - law) < 0.1 * law
    assert abs(facts["s16.15, stochastic: onset"] - FOLD) < 0.03
    assert facts["s16.8, nearest: at 50"] == facts["s16.10, nearest: at 50"] == 0
    assert facts["s16.15, nearest: at 40"] > 2 * facts["exact at 40"]
    assert facts["s16.15, stochastic: at 40"] < 1.3 * facts["exact at 40"]
    for words in ("s16.15, nearest", "s16.15, stochastic", "s16.12, stochastic"):
        assert abs(facts[f"{words}: at 50"] / facts["exact at 50"] - 1) < 0.01, words
