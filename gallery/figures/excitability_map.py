"""Morris and Lecar's neuron: which class of excitability where."""

from ... import excitability_map
from ...models import morris_lecar
from ..plot_two_parameter import plot_two_parameter
from ..registry import Facts
from ..style import MILLIMETRE, TWO_COLUMNS, HouseFigure, new_figure

TITLE = "Which class of excitability where"
CAPTION = """
Morris-Lecar over the current and the speed of its potassium gate. Tinted: what is stable there.
With slow gates firing begins with frequency zero at a SNIC (class 1) and ends, after a strip where
rest and firing are both stable, at a fold of cycles. From NCH upwards the homoclinic orbit lets
firing begin beside stable rest, and on a ramp up it jumps in with a finite frequency (class 2).
Above the Bogdanov-Takens point (BT) the neuron never fires.
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213. The SNIC, the Bautin and the Bogdanov-Takens
point: AUTO-07p and Newton's method with 40 digits.
"""


def draw() -> tuple[HouseFigure, Facts]:
    box = dict(I=(-30, 150), phi=(0.03, 0.45))
    plane = excitability_map(morris_lecar("snic"), ("I", "phi"), box, sections=40)
    figure = new_figure(0.75 * TWO_COLUMNS, 80 * MILLIMETRE)
    plot_two_parameter(plane, ax=figure.add_subplot())
    first = plane.sections[0]
    return figure, {
        "SNIC of the lowest section (I)": first.edges[1],
        "Bautin point (phi)": plane.curves.first("GH")["phi"],
        "Bogdanov-Takens point (phi)": max(p["phi"] for p in plane.curves.all("BT")),
    }


def check(facts: Facts) -> None:
    assert abs(facts["SNIC of the lowest section (I)"] - 39.9631530927) < 1e-9
    assert abs(facts["Bautin point (phi)"] - 0.377721229629398) < 1e-7
    assert abs(facts["Bogdanov-Takens point (phi)"] - 0.390961956182577) < 1e-9
