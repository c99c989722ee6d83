"""Hodgkin and Huxley's equations: how rest becomes firing, with five bifurcations of cycles."""

from ... import bifurcation_diagram
from ...models import hodgkin_huxley
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..registry import Facts
from ..style import (
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "From rest to firing in the Hodgkin-Huxley axon"
CAPTION = """
A: equilibria, and least and greatest potential on cycles. Rest loses its stability at a subcritical
Hopf point (H); repetitive firing is born at a fold of cycles (LPC) at a lower current, so that both
are stable between them, and it ends in a supercritical Hopf point. B: the window around 7.8 µA/cm²
(grey line in A). The unstable cycles turn twice more there, and double their period twice (PD); one
of the doublings lies 8·10⁻⁶ µA/cm² below a fold. Purple: the doubled family, which runs from one PD
to the other and has folds and doublings of its own. C: firing begins at 50 Hz; it is never slow.
"""
SOURCE = """
A. L. Hodgkin and A. F. Huxley, J. Physiol. 117 (1952) 500-544; standard parameters with
E_L = -54 mV. J. Rinzel and R. N. Miller, Math. Biosci. 49 (1980) 27-59, for the folds and the
unstable cycles. The numbers: AUTO-07p, NTST 200 and 400.
"""
WINDOW = dict(I=(7.715, 7.815), V=(-56.0, -37.0))


def draw() -> tuple[HouseFigure, Facts]:
    diagram = bifurcation_diagram(hodgkin_huxley(), "I", (0, 200))
    figure = new_figure(TWO_COLUMNS, 100 * MILLIMETRE)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1])
    whole, near, rate = (figure.add_subplot(part) for part in (grid[:, 0], grid[0, 1], grid[1, 1]))
    family = diagram.cycles[0]
    first = [*diagram.equilibria, family]
    plot_bifurcation_diagram(first, ax=whole, labels=["H", "LPC"])
    middle = sum(WINDOW["I"]) / 2
    whole.axvline(middle, color=GREY, linewidth=0.5, zorder=0)
    plot_bifurcation_diagram(diagram, ax=near, box=WINDOW, legend=False)
    near.set_ylabel("greatest $V$ (mV)")
    plot_bifurcation_diagram(first, "frequency", ax=rate, labels=["H", "LPC"], legend=False)
    near.set_xlabel("")
    letter_panels(whole, near, rate)
    facts: dict[str, float] = {}
    for number, point in enumerate(diagram.all("hopf"), 1):
        facts[f"H {number} at I"] = point.value
    counts: dict[str, int] = {}
    for point in family.special:
        counts[point.label] = counts.get(point.label, 0) + 1
        facts[f"{point.label} {counts[point.label]} at I"] = point.value
        facts[f"{point.label} {counts[point.label]}, period (ms)"] = point.period or 0.0
    return figure, facts


def check(facts: Facts) -> None:
    known = {
        "H 1": (9.659337995393127, None),
        "H 2": (154.406333665808, None),
        "LPC 1": (7.7262471202, 16.713796713),
        "PD 1": (7.7292373978, 17.158520594),
        "PD 2": (7.8016776757, 20.682164729),
        "LPC 2": (7.8016854943, 20.707294193),
        "LPC 3": (6.1442212745, 19.895240713),
    }
    for name, (value, period) in known.items():
        assert abs(facts[f"{name} at I"] / value - 1) < 1e-6, name
        if period is not None:
            assert abs(facts[f"{name}, period (ms)"] / period - 1) < 1e-6, name
    assert sum(name.endswith("at I") for name in facts) == len(known)
