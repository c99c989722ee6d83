"""The square root law of a saddle-node on an invariant circle over five decades."""

import numpy as np

from ... import classify_excitability, frequency_current
from ...models import morris_lecar, wang_buzsaki
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "A square root over five decades"
CAPTION = """
Two neurons whose firing begins at a saddle-node on an invariant circle, Morris and Lecar's and Wang
and Buzsaki's. A: frequency over the distance of the current from the saddle-node, simulated (dots)
and as the reduction to the centre manifold gives it (lines): f = s sqrt(I - I_c) with nothing
fitted. B: the same, divided by the law. What is left is a time T0 that the round trip takes beyond
(or, where the flow away from the saddle-node outruns its normal form, short of) the passage:
f/(s sqrt d) = 1/(1 + T0 s sqrt d), again a square root in the distance d, so that a straight line
fitted in A has a slope below 1/2 for one neuron and above 1/2 for the other.
"""
SOURCE = """
G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253 for the law; C. Morris and
H. Lecar, Biophys. J. 35 (1981) 193-213; X.-J. Wang and G. Buzsaki, J. Neurosci. 16 (1996)
6402-6413. The constant of Morris and Lecar's neuron: its fold and normal form with mpmath.
"""
DECADES = (1e-6, 1e-1)
COUNT = 11
HERTZ = 1000.0


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 66 * MILLIMETRE)
    law, ratio = figure.subplots(1, 2)
    facts: dict[str, float] = {}
    neurons = {
        "Morris-Lecar": (morris_lecar("snic"), (0, 60), BLUE),
        "Wang-Buzsaki": (wang_buzsaki(), (0, 2), VERMILION),
    }
    for name, (model, interval, color) in neurons.items():
        verdict = classify_excitability(model, "I", interval, simulate=False)
        assert verdict.threshold is not None
        assert verdict.prefactor is not None
        d = np.geomspace(*DECADES, COUNT)
        curve = frequency_current(
            model, "I", verdict.threshold + d, simulate=True, diagram=verdict.diagram
        )
        f = curve["simulated"]
        derived = verdict.prefactor * np.sqrt(d)
        law.loglog(d, HERTZ * derived, color=color, label=name)
        law.loglog(d, HERTZ * f, "o", color=BLACK, markersize=2.8)
        fine = np.geomspace(*DECADES, 200)
        slow = verdict.onset_law["T0"] * verdict.prefactor * np.sqrt(fine)
        ratio.semilogx(fine, 1 / (1 + slow), color=color, linewidth=0.8)
        ratio.semilogx(d, f / derived, "o", color=color, markersize=2.8)
        facts[f"{name}: saddle-node"] = verdict.threshold
        facts[f"{name}: prefactor (Hz)"] = HERTZ * verdict.prefactor
        facts[f"{name}: frequency over law, nearest"] = float(f[0] / derived[0])
        facts[f"{name}: frequency over law, farthest"] = float(f[-1] / derived[-1])
        slope = np.polyfit(np.log(d), np.log(f), 1)[0]
        facts[f"{name}: plain slope over the five decades"] = float(slope)
    label = "distance from the saddle-node $I - I_c$ (µA/cm²)"
    law.set(xlabel=label, ylabel="frequency $f$ (Hz)")
    law.legend(loc="upper left")
    ratio.axhline(1.0, color=BLACK, linewidth=0.5, zorder=0)
    ratio.set(xlabel=label, ylabel=r"$f\, /\, s\sqrt{I - I_c}$", ylim=(0.92, 1.24))
    letter_panels(law, ratio)
    return figure, facts


def check(facts: Facts) -> None:
    assert abs(facts["Morris-Lecar: saddle-node"] / 39.96315309274535 - 1) < 1e-9
    assert abs(facts["Morris-Lecar: prefactor (Hz)"] / 5.66195031 - 1) < 1e-8
    for name in ("Morris-Lecar", "Wang-Buzsaki"):
        assert abs(facts[f"{name}: frequency over law, nearest"] - 1) < 1e-3
        slope = facts[f"{name}: plain slope over the five decades"]
        assert 2e-3 < abs(slope - 0.5) < 0.02  # biased, as it must be
