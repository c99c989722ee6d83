"""Hodgkin and Huxley's axon in two parameters; Morris and Lecar's onsets in one plane."""

from ... import bifurcation_set, continue_bifurcation, continue_equilibria
from ...models import hodgkin_huxley, morris_lecar
from ..plot_two_parameter import plot_two_parameter
from ..registry import Facts
from ..style import MILLIMETRE, TWO_COLUMNS, HouseFigure, letter_panels, new_figure

TITLE = "Where the onsets of firing meet"
CAPTION = """
A: Hodgkin and Huxley's axon over the current and the reversal potential of potassium. With less
negative E_K two folds appear at a cusp (CP); one of them meets the curve of Hopf points at a
Bogdanov-Takens point (BT), close to where the Hopf point turns from subcritical (dashed) to
supercritical (Bautin point, GH). Dotted: eigenvalues that add up to zero without oscillation.
B: Morris and Lecar's neuron over the current and the speed of its potassium gate. Slow gates:
firing begins at a saddle-node on the cycle (SNIC). From NCH on, a saddle's homoclinic orbit comes
first, and rest lives on beside firing up to the fold.
"""
SOURCE = """
A. L. Hodgkin and A. F. Huxley, J. Physiol. 117 (1952) 500-544; C. Morris and H. Lecar, Biophys. J.
35 (1981) 193-213. The points: AUTO-07p and Newton's method with 40 digits.
"""


def draw() -> tuple[HouseFigure, Facts]:
    axon, neuron = hodgkin_huxley(), morris_lecar("homoclinic")
    rest = continue_equilibria(axon, "I", (0, 200))
    box = dict(I=(-130, 170), E_K=(-90, -25))
    hopfs = [continue_bifurcation(point, ("I", "E_K"), box) for point in rest.all("hopf")]
    folds = continue_bifurcation(hopfs[0].first("BT"), kind="fold")
    found = bifurcation_set(neuron, ("I", "phi"), dict(I=(-30, 90), phi=(0.05, 0.45)))
    figure = new_figure(TWO_COLUMNS, 72 * MILLIMETRE)
    left, right = figure.subplots(1, 2)
    plot_two_parameter([*hopfs, folds], ax=left)
    plot_two_parameter(found.curves, ax=right)
    letter_panels(left, right)
    cusp, bautin, corner = folds.first("CP"), found.first("GH"), found.first("BT")
    return figure, {
        "cusp (I)": cusp["I"],
        "cusp (E_K)": cusp["E_K"],
        "Bautin point of B (I)": bautin["I"],
        "Bautin point of B (phi)": bautin["phi"],
        "Bogdanov-Takens point of B (phi)": corner["phi"],
        "noncentral homoclinic (I)": found.first("NCH")["I"],
    }


def check(facts: Facts) -> None:
    assert abs(facts["cusp (I)"] + 6.16317993851895) < 1e-8
    assert abs(facts["cusp (E_K)"] + 60.5185287300434) < 1e-8
    assert abs(facts["Bautin point of B (I)"] + 6.54778074323523) < 1e-7
    assert abs(facts["Bautin point of B (phi)"] - 0.377721229629398) < 1e-7
    assert abs(facts["Bogdanov-Takens point of B (phi)"] - 0.390961956182577) < 1e-9
    assert abs(facts["noncentral homoclinic (I)"] - 39.9631530927) < 1e-6
