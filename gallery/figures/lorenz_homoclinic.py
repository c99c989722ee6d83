"""Lorenz's equations: from the Hopf points to the homoclinic orbits."""

import numpy as np

from ... import bifurcation_diagram
from ...models import lorenz
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    SKY,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Lorenz, from the Hopf point to the homoclinic orbit"
CAPTION = """
A: equilibria (black) and cycles (blue), full where stable. The origin loses its stability in a
pitchfork (BP) at ρ = 1, the two states of convection theirs at subcritical Hopf points (H). The
unstable cycles born there grow towards smaller ρ until both touch the origin (HOM). B: cycles of
one family on the way, projected; the last one spends most of its time beside the origin. C: the
period diverges with the logarithm of the distance; since the saddle quantity is positive, the slope
is the inverse of the leading stable eigenvalue of the origin, -β = -8/3.
"""
SOURCE = """
E. N. Lorenz, J. Atmos. Sci. 20 (1963) 130-141; C. Sparrow, The Lorenz Equations (Springer, 1982).
Hopf point: ρ = σ(σ + β + 3)/(σ - β - 1) = 470/19. Homoclinic orbit: 13.926557408, AUTO-07p.
"""
SHOWN = {24.0: BLUE, 20.0: SKY, 16.0: GREEN}
HOMOCLINIC, BETA = 13.926557408, 8 / 3
CLOSEST = 1e-6  # nearer, the rounding of the homoclinic value shows


def draw() -> tuple[HouseFigure, Facts]:
    diagram = bifurcation_diagram(lorenz(), "rho", (0, 30))
    family = next(f for f in diagram.cycles if f["x_max"][0] > 0)
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    whole, plane, period = figure.subplots(1, 3)
    plot_bifurcation_diagram(diagram, ax=whole, legend=False)
    for rho, color in SHOWN.items():
        for cycle in family.at(rho=rho):
            plane.plot(cycle["x"], cycle["z"], color=color, linewidth=0.9, label=f"{rho:g}")
    last = family.orbit(len(family) - 1)
    plane.plot(last["x"], last["z"], color=VERMILION, linewidth=0.9, label="13.93")
    plane.set(xlabel="$x$", ylabel="$z$")
    plane.legend(loc="lower right", title=r"$\rho$", title_fontsize=7, labelspacing=0.2)
    end = family.first("homoclinic")
    away, T = family["rho"] - end.value, family["period"]
    seen = away > CLOSEST
    period.semilogx(away[seen], T[seen], ".", color=BLUE, markersize=4.5)
    slope, height = np.polyfit(np.log(away[seen][-3:]), T[seen][-3:], 1)
    fine = np.geomspace(3e-7, 20, 2)
    period.plot(fine, height - np.log(fine) / BETA, "--", color=BLACK, linewidth=0.7, zorder=0)
    period.text(2e-3, 4.6, r"slope $-1/\beta$", fontsize=7)
    period.set(xlabel=r"distance $\rho - \rho_{HOM}$", ylabel="period $T$")
    letter_panels(whole, plane, period)
    return figure, {
        "pitchfork (rho)": diagram.first("branch point").value,
        "Hopf point (rho)": diagram.first("hopf").value,
        "homoclinic orbit (rho)": end.value,
        "slope of the period, the last three cycles": float(slope),
    }


def check(facts: Facts) -> None:
    assert abs(facts["pitchfork (rho)"] - 1) < 1e-9
    assert abs(facts["Hopf point (rho)"] - 470 / 19) < 1e-9
    assert abs(facts["homoclinic orbit (rho)"] - HOMOCLINIC) < 1e-8
    assert abs(facts["slope of the period, the last three cycles"] + 1 / BETA) < 0.01
