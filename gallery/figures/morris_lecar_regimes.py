"""Morris and Lecar's neuron in its three regimes: the phase plane beside the diagram."""

from matplotlib.axes import Axes

from ... import bifurcation_diagram
from ...analysis.diagram import Diagram
from ...models import morris_lecar
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..plot_phase_plane import plot_phase_plane
from ..registry import Facts
from ..style import (
    BLUE,
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Three ways to begin firing"
CAPTION = """
Morris-Lecar with one set of equations and three sets of parameters. Left: nullclines, fixed points
and cycles (stable ones blue, unstable ones red) at the current of the grey line on the right;
right: all equilibria and cycles over the current, full where stable. A, B: rest loses its stability
at a subcritical Hopf point (H) while large cycles already surround it; an unstable cycle separates
the two. C, D: rest vanishes at a fold (LP) that lies on the cycle, a SNIC, and firing begins with
arbitrarily low frequency. E, F: potassium opens faster, and the cycle ends on the saddle (HOM)
before rest is lost: between the two, rest and firing are both stable.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213; parameter sets of J. Rinzel and B. Ermentrout
in Methods in Neuronal Modeling (MIT Press, 1998). The numbers: AUTO-07p, equilibria refined with
mpmath at 40 digits.
"""
CURRENTS = {"hopf": 90.0, "snic": 45.0, "homoclinic": 37.0}
RANGES = {"hopf": (0, 250), "snic": (0, 150), "homoclinic": (0, 60)}
BOX = dict(V=(-75.0, 50.0), w=(-0.05, 0.65))


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 172 * MILLIMETRE)
    panels = figure.subplots(3, 2)
    facts: dict[str, float] = {}
    for (plane, over), (regime, current) in zip(panels, CURRENTS.items(), strict=True):
        diagram = bifurcation_diagram(morris_lecar(regime), "I", RANGES[regime])
        draw_plane(plane, diagram, current)
        plot_bifurcation_diagram(diagram, ax=over, box=dict(V=(-75, 50)), legend=regime == "hopf")
        over.axvline(current, color=GREY, linewidth=0.5, zorder=0)
        plane.set_title(f'"{regime}", $I$ = {current:g}', loc="right", fontsize=7)
        if regime != "homoclinic":
            plane.set_xlabel("")
            over.set_xlabel("")
        for point in diagram.special:
            facts[f"{regime}: {point.label} at I = {point.value:.2f}"] = point.value
    letter_panels(*panels.ravel())
    return figure, facts


def draw_plane(ax: Axes, diagram: Diagram, current: float) -> None:
    """The phase plane at one current, with the cycles that the diagram has there."""
    plot_phase_plane(diagram.model.replace(I=current), BOX, manifolds=False, ax=ax)
    for cycle in (found for branch in diagram.cycles for found in branch.at(I=current)):
        color, dashes = (BLUE, "-") if cycle.stable else (VERMILION, "--")
        ax.plot(cycle["V"], cycle["w"], dashes, color=color, linewidth=0.9, zorder=4)
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()


def check(facts: Facts) -> None:
    known: dict[str, dict[str, tuple[float, ...]]] = {
        "hopf": {"H": (93.85761837372544, 212.01881610037435), "LPC": (88.293250543, 216.89980139)},
        "snic": {
            "LP": (39.96315309274535,),
            "H": (97.6461639215259,),
            "LPC": (115.94872149,),
            "SNIC": (39.96315309274535,),
        },
        "homoclinic": {
            "LP": (39.96315309274535,),
            "H": (36.316217496203436,),
            "LPC": (40.593351958,),
            "HOM": (35.006734198,),
        },
    }
    for regime, labels in known.items():
        for label, values in labels.items():
            for value in values:
                found = facts[f"{regime}: {label} at I = {value:.2f}"]
                assert abs(found / value - 1) < 1e-6, (regime, label)
    assert len(facts) == 12
