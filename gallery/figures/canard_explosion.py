"""FitzHugh and Nagumo's equations: the canard explosion."""

import numpy as np

from ... import continue_cycles, continue_equilibria
from ...models import fitzhugh_nagumo
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    ORANGE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "The canard explosion"
CAPTION = """
FitzHugh-Nagumo. A: equilibria (black) and cycles (blue), full where stable. The cycles born at the
subcritical Hopf point (H) grow to their full size while the current hardly changes. B: the
explosion enlarged: most of the growth happens within 10⁻⁶ of the current of the fold (LPC), which
lies in the middle of it. C: cycles on the way, over the cubic nullcline (grey), in the colours of
the circles in B (the red one is closer to the fold than B reaches). They follow the middle branch
of the nullcline, which repels, and jump to the left from it (canards without head) or to the right
(black: with head).
"""
SOURCE = """
R. FitzHugh, Biophys. J. 1 (1961) 445-466; E. Benoît, J.-L. Callot, F. Diener and M. Diener,
Collect. Math. 32 (1981) 37-119. The fold: AUTO-07p, 0.3241785225; the Hopf point in closed form:
v = -sqrt(1 - b ε), I = w - v + v³/3 with w = (v + a)/b.
"""
TOPS = (-0.80, -0.3, 0.2, 0.75, 1.4)  # greatest v of the cycles in C
COLORS = (BLUE, GREEN, ORANGE, VERMILION, BLACK)


def draw() -> tuple[HouseFigure, Facts]:
    model = fitzhugh_nagumo()
    rest = continue_equilibria(model, "I", (0.2, 0.5))
    hopf = rest.first("hopf")
    family = continue_cycles(hopf, mesh=100, max_step=0.1)
    fold = family.first("cycle fold")
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    whole, near, plane = figure.subplots(1, 3)
    plot_bifurcation_diagram([rest, family], ax=whole, box=dict(v=(-2.2, 2.2)), legend=False)
    away, top = family["I"] - fold.value, family["v_max"]
    up = np.flatnonzero(np.diff(top) > 0)
    rows = [int(up[np.argmin(np.abs(top[up] - goal))]) for goal in TOPS]
    v = np.linspace(-2.3, 2.1, 300)
    plane.plot(v, v - v**3 / 3 + fold.value, color=GREY, linewidth=0.7)
    near.semilogx(np.abs(away), top, color=BLUE, linewidth=1.0)
    for row, color in zip(rows, COLORS, strict=True):
        cycle = family.orbit(row)
        plane.plot(cycle["v"], cycle["w"], color=color, linewidth=0.9)
        near.plot(abs(away[row]), top[row], "o", color=color, markersize=3.5)
    near.set(
        xlabel="distance from the fold $|I - I_{LPC}|$", ylabel="greatest $v$", xlim=(1e-11, 1)
    )
    plane.set(xlabel="$v$", ylabel="$w$", xlim=(-2.3, 2.1), ylim=(-0.55, 1.4))
    letter_panels(whole, near, plane)
    inside = top[np.abs(away) < 1e-6]
    return figure, {
        "Hopf point (I)": hopf.value,
        "fold of cycles (I)": fold.value,
        "growth of v_max within 1e-6 of the fold": float(np.ptp(inside)),
    }


def check(facts: Facts) -> None:
    v = -np.sqrt(1 - 0.8 * 0.08)
    assert abs(facts["Hopf point (I)"] - ((v + 0.7) / 0.8 - v + v**3 / 3)) < 1e-10
    assert abs(facts["fold of cycles (I)"] - 0.3241785225) < 1e-9
    assert facts["growth of v_max within 1e-6 of the fold"] > 1.0
