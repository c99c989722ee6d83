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
from ..labels import axis_label
from ..plot_sweep import COLORS
from ..registry import Facts
from ..style import BLACK, MILLIMETRE, TWO_COLUMNS, HouseFigure, new_figure

TITLE = "A million neurons"
CAPTION = """
The firing rate of a million Morris-Lecar neurons, 1000 currents times 1000 speeds of the potassium
gate, all simulated from the same start for 2 s; spikes count in the last half second. White:
bifurcations, continued without any simulation. Firing begins where rest is lost in a fold (full
line; a SNIC, the rate rises from zero). It ends between the Hopf curve (dashed), where another rest
becomes stable, and the fold of cycles (dotted), where firing is lost: between them the start
decides. To the left of the fold a homoclinic orbit (dash-dotted) bounds the firing that coexists
with rest. Next to the fold of rest, where fewer than two spikes fit into the time that counts, the
rate is their number in that time.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213. Fold of rest at I = 39.9631530927: AUTO-07p
and Newton's method with 40 digits.
"""
CURRENTS, SPEEDS = 1000, 1000
BOX = dict(I=(10.0, 140.0), phi=(0.03, 0.27))
UNTIL, AFTER, STEP = 2000.0, 1500.0, 1.0
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
SLOW = 0.15  # beyond the fold of rest the first spikes take longer than what is counted
GHOST = 0.3  # beyond the fold of cycles: firing that is nearly there dies slowly
SETTLED = 0.5  # before the fold of cycles: cells that set the scale of colours
HERTZ = 1000.0  # a rate per millisecond


def draw() -> tuple[HouseFigure, Facts]:
    model = morris_lecar("snic")
    counts = dict(I=CURRENTS, phi=SPEEDS)
    grid = {name: np.linspace(*ends, counts[name]) for name, ends in BOX.items()}
    settings: dict[str, Any] = dict(until=UNTIL, step=STEP, after=AFTER, save="rates")
    found = sweep(simulate_ensemble, model, grid, **settings)
    curves = bifurcation_set(model, ("I", "phi"), BOX)
    figure = new_figure(0.75 * TWO_COLUMNS, 84 * MILLIMETRE)
    ax = figure.add_subplot()
    rates = HERTZ * rates_of(found)
    settled = ~outside(found, curves, -SETTLED)
    look: dict[str, Any] = dict(shading="nearest", rasterized=True, cmap=COLORS, zorder=0)
    mesh = ax.pcolormesh(grid["I"], grid["phi"], rates.T, vmin=0, vmax=rates[settled].max(), **look)
    figure.colorbar(mesh, ax=ax, label="firing rate (Hz)", pad=0.02, aspect=24)
    ax.set(xlabel=axis_label(model, "I"), ylabel=axis_label(model, "phi"))
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


def rates_of(found: Sweep) -> np.ndarray:
    """1 / mean interval; with fewer than two spikes their number in the time that counts."""
    count = found["spike_count"]
    return np.where(count < 2, count / (UNTIL - AFTER), found["rate"])


def outside(found: Sweep, curves: BifurcationCurves, margin: float) -> np.ndarray:
    """Members beyond the fold of cycles, at the speeds that have one."""
    edges = edge(curves, "cycle fold", found.grid["phi"])
    return found["I"] > edges + margin


def drawn(curves: BifurcationCurves) -> Iterator[Branch]:
    """The curves that bound firing: of the two folds the one at which rest is lost."""
    for curve in curves.curves:
        if curve.kind in STYLES and (curve.kind != "fold" or curve["I"][0] > 0):
            yield curve


def compared(found: Sweep, curves: BifurcationCurves) -> Facts:
    """Members that do what the analysis excludes, and the edges of firing."""
    phi, fires = found.grid["phi"], found["spike_count"] > 0
    current = found["I"]
    (fold,) = {round(float(c["I"][0]), 10) for c in drawn(curves) if c.kind == "fold"}
    hopf, homoclinic = (edge(curves, kind, phi) for kind in ("hopf", "homoclinic"))
    first = np.fmin(fold, homoclinic)
    alone = (current > fold + SLOW) & (current < hopf) & (phi < ONE_REST)
    beyond = outside(found, curves, GHOST)
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
    assert facts["members"] == CURRENTS * SPEEDS
    assert abs(facts["fold of rest (I)"] - FOLD) < 1e-8
    assert facts["members below every firing state"] > 1e5
    assert facts["members that have nothing to do but fire"] > 1e5
    assert facts["firing below every firing state"] == 0
    assert facts["silent with nothing to do but fire"] == 0
    assert facts["firing beyond the fold of cycles"] == 0
