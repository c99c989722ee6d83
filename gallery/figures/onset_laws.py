"""Two onsets: frequency over current at a SNIC and at a Hopf point, laws over simulation."""

import numpy as np
from matplotlib.axes import Axes

from ... import classify_excitability, frequency_current
from ...analysis.excitability import Excitability
from ...models import morris_lecar
from ..plot_frequency_current import plot_frequency_current
from ..registry import Facts
from ..style import MILLIMETRE, TWO_COLUMNS, HouseFigure, letter_panels, new_figure

TITLE = "A SNIC against a Hopf point"
CAPTION = """
Frequency over current of Morris and Lecar's neuron, stable cycles (blue), simulated spikes (dots),
and the law that is derived at the point where firing is born (red, dashed); grey, where rest is
lost. A: a saddle-node on an invariant circle. The frequency begins at zero and follows
f = s sqrt(I - I_c), class 1. B: a subcritical Hopf point. Firing is born at a fold of cycles, at a
current at which the neuron still rests, and at a frequency of its own, which it leaves like a
square root: class 2. Nothing is fitted.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213; parameter sets of J. Rinzel and B. Ermentrout
in Methods in Neuronal Modeling (MIT Press, 1998). The law of the SNIC: G. B. Ermentrout and
N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253. The numbers: AUTO-07p, the fold with mpmath at 40
digits.
"""
DRIVES = {
    "snic": np.concatenate([[36, 38, 39.9], 39.97 + np.linspace(0, 4.6, 14) ** 2]),
    "hopf": np.concatenate([[80, 84, 88], 88.31 + np.linspace(0, 4.6, 14) ** 2]),
}
RANGES = {"snic": (0, 70), "hopf": (60, 115)}
WINDOWS = {"snic": (35, 62), "hopf": (78, 111)}
TOP = {"snic": 21.0, "hopf": 16.0}


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 66 * MILLIMETRE)
    panels = figure.subplots(1, 2)
    facts: dict[str, float] = {}
    for ax, (regime, drives) in zip(panels, DRIVES.items(), strict=True):
        model = morris_lecar(regime)
        verdict = classify_excitability(model, "I", RANGES[regime], simulate=False)
        worst = draw_onset(ax, verdict, drives, legend=regime == "snic")
        ax.set_xlim(WINDOWS[regime])
        ax.set_ylim(-0.03 * TOP[regime], TOP[regime])
        ax.set_title(verdict.onset, loc="right", fontsize=7)
        assert verdict.threshold is not None
        assert verdict.firing_from is not None
        facts[f"{regime}: rest is lost at"] = verdict.threshold
        facts[f"{regime}: firing from"] = verdict.firing_from
        facts[f"{regime}: class"] = float(verdict.hodgkin_class or 0)
        facts[f"{regime}: simulated against branch, worst relative difference"] = worst
        if verdict.prefactor_hz is not None:
            facts["prefactor (Hz)"] = verdict.prefactor_hz
        assert verdict.onset_frequency is not None
        facts[f"{regime}: onset frequency (Hz)"] = 1000 * verdict.onset_frequency
    letter_panels(*panels)
    return figure, facts


def draw_onset(ax: Axes, verdict: Excitability, drives: np.ndarray, legend: bool) -> float:
    """One panel; the largest relative difference between simulation and branch."""
    curve = frequency_current(verdict.model, "I", drives, simulate=True, diagram=verdict.diagram)
    plot_frequency_current(verdict, legend=False, ax=ax)
    unit = 1000.0
    ax.plot(
        drives, unit * curve["simulated"], "o", color="black", markersize=2.8, label="simulated"
    )
    if legend:
        ax.legend(loc="lower right")
    fires = curve["frequency"] > 0
    return float(
        np.max(np.abs(curve["simulated"] / np.where(fires, curve["frequency"], 1) - 1)[fires])
    )


def check(facts: Facts) -> None:
    fold, hopf, born = 39.96315309274535, 93.85761837372544, 88.293250543
    assert abs(facts["snic: rest is lost at"] / fold - 1) < 1e-9
    assert abs(facts["snic: firing from"] / fold - 1) < 1e-9
    assert abs(facts["prefactor (Hz)"] / 5.66195031 - 1) < 1e-8
    assert facts["snic: onset frequency (Hz)"] == 0
    assert abs(facts["hopf: rest is lost at"] / hopf - 1) < 1e-9
    assert abs(facts["hopf: firing from"] / born - 1) < 1e-7
    assert (facts["snic: class"], facts["hopf: class"]) == (1, 2)
    for regime in DRIVES:
        assert facts[f"{regime}: simulated against branch, worst relative difference"] < 1e-5
