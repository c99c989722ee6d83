"""A million neurons in one sweep, and what the analysis says of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.patheffects import Normal, Stroke

from ... import bifurcation_set, simulate_ensemble, sweep
from ...analysis.bifurcation_curves import BifurcationCurves
from ...analysis.branch import Branch
from ...dynamics.sweeps.result import Sweep
from ...models import morris_lecar
from ..plot_sweep import plot_sweep
from ..registry import Facts
from ..style import BLACK, MILLIMETRE, TWO_COLUMNS, HouseFigure, new_figure

TITLE = "A million neurons"
CAPTION = """
The firing rate of a million Morris-Lecar neurons, 1000 currents times 1000 speeds of the potassium
gate, all simulated from the same start. White: bifurcations, continued without any simulation.
Firing begins where rest is lost in a fold (full line; a SNIC, the rate rises from zero). It ends
between the Hopf curve (dashed), where another rest becomes stable, and the fold of cycles (dotted),
where firing is lost: between them the start decides. To the left of the fold a homoclinic orbit
(dash-dotted) bounds the firing that coexists with rest. Next to the folds what is left of the lost
states delays a neuron beyond the time that is counted.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213. Fold of rest at I = 39.9631530927: AUTO-07p
and Newton's method with 40 digits.
"""
COUNT = 1000
BOX = dict(I=(10.0, 140.0), phi=(0.03, 0.27))
UNTIL, AFTER, STEP = 600.0, 300.0, 1.0
FOLD = 39.9631530927
STYLES = {"fold": "-", "hopf": "--", "cycle fold": ":", "homoclinic": "-."}
WORDS = (  # and where they stand: I, phi, the angle in degrees
    ("fold of rest", 37.0, 0.10, 90),
    ("Hopf", 79.0, 0.103, -45),
    ("fold of cycles", 91.0, 0.126, -43),
    ("homoclinic", 25.5, 0.237, -55),
    ("silent", 21.0, 0.06, 0),
    ("silent", 112.0, 0.20, 0),
)
ONE_REST = 0.24  # of phi: above it another rest is stable before the first one is lost
SLOW = 3.0  # beyond the fold two spikes take longer than what is counted
GHOST, LATE = 4.0, 10.0  # beyond the folds of cycles and of rest: what is left of them delays


def draw() -> tuple[HouseFigure, Facts]:
    model = morris_lecar("snic")
    grid = {name: np.linspace(*ends, COUNT) for name, ends in BOX.items()}
    settings: dict[str, Any] = dict(until=UNTIL, step=STEP, after=AFTER, save="rates")
    found = sweep(simulate_ensemble, model, grid, **settings)
    curves = bifurcation_set(model, ("I", "phi"), BOX)
    figure = new_figure(0.75 * TWO_COLUMNS, 84 * MILLIMETRE)
    ax = figure.add_subplot()
    plot_sweep(found, "rate", label="firing rate (ms⁻¹)", ax=ax)
    effects = [Stroke(linewidth=2.0, foreground=BLACK, alpha=0.5), Normal()]
    for curve in drawn(curves):
        style = STYLES[curve.kind]
        line: dict[str, Any] = dict(
            color="white", linewidth=1.1, linestyle=style, path_effects=effects
        )
        ax.plot(curve["I"], curve["phi"], **line)
    for text, x, y, angle in WORDS:
        ax.text(x, y, text, color="white", rotation=angle, ha="center", va="center", fontsize=7)
    ax.set(xlim=BOX["I"], ylim=BOX["phi"])
    return figure, {"members": float(len(found)), **compared(found, curves)}


def drawn(curves: BifurcationCurves) -> Iterator[Branch]:
    """The curves that bound firing: of the two folds the one at which rest is lost."""
    for curve in curves.curves:
        if curve.kind in STYLES and (curve.kind != "fold" or curve["I"][0] > 0):
            yield curve


def compared(found: Sweep, curves: BifurcationCurves) -> Facts:
    """Members that do what the analysis excludes, and the edges of firing."""
    phi, fires = found.grid["phi"], found["rate"] > 0
    current = found["I"]
    (fold,) = {round(float(c["I"][0]), 10) for c in drawn(curves) if c.kind == "fold"}
    hopf, cycle_fold, homoclinic = (
        edge(curves, kind, phi) for kind in ("hopf", "cycle fold", "homoclinic")
    )
    first = np.fmin(fold, homoclinic)
    alone = (current > fold + SLOW) & (current < hopf) & (phi < ONE_REST)
    beyond = (current > cycle_fold + GHOST) & (current > fold + LATE)
    return {
        "fold of rest (I)": fold,
        "members below every firing state": float((current < first).sum()),
        "firing below every firing state": float((fires & (current < first)).sum()),
        "members that have nothing to do but fire": float(alone.sum()),
        "silent with nothing to do but fire": float((~fires & alone).sum()),
        "members beyond the fold of cycles": float(beyond.sum()),
        "firing beyond the fold of cycles": float((fires & beyond).sum()),
    }


def edge(curves: BifurcationCurves, kind: str, phi: np.ndarray) -> np.ndarray:
    """The current at which a curve meets each value of phi, NaN where it does not."""
    (curve,) = (c for c in curves.curves if c.kind == kind)
    order = np.argsort(curve["phi"])
    return np.interp(phi, curve["phi"][order], curve["I"][order], left=np.nan, right=np.nan)


def check(facts: Facts) -> None:
    assert facts["members"] == 1e6
    assert abs(facts["fold of rest (I)"] - FOLD) < 1e-8
    assert facts["members below every firing state"] > 1e5
    assert facts["members that have nothing to do but fire"] > 1e5
    assert facts["firing below every firing state"] == 0
    assert facts["silent with nothing to do but fire"] == 0
    assert facts["firing beyond the fold of cycles"] == 0
