"""Jansen and Rit's cortical column: alpha rhythm and spikes over the input."""

import numpy as np

from ... import bifurcation_diagram
from ...analysis.limit_cycle import LimitCycle
from ...models import jansen_rit
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..registry import Facts
from ..style import (
    MILLIMETRE,
    TWO_COLUMNS,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Alpha rhythm and spikes of a cortical column"
CAPTION = """
Jansen and Rit's model over its input p. A: two families of cycles. The small ones between two
supercritical Hopf points are the alpha rhythm; the large ones are born unstable at the third Hopf
point, turn at a fold of cycles (LPC) and end on the fold of the lower equilibria (SNIC), as spikes
of arbitrarily low frequency. Between 113.6 and 137.4 both rhythms are stable. B: their frequencies:
about 11 Hz against 0 to 5 Hz.
"""
SOURCE = """
B. H. Jansen and V. G. Rit, Biol. Cybern. 73 (1995) 357-366; F. Grimbert and O. Faugeras, Neural
Comput. 18 (2006) 3052-3068, for the diagram. The numbers: AUTO-07p; equilibria refined with mpmath
at 40 digits.
"""


def draw() -> tuple[HouseFigure, Facts]:
    diagram = bifurcation_diagram(jansen_rit(), "p", (-50, 400))
    figure = new_figure(TWO_COLUMNS, 68 * MILLIMETRE)
    extent, rate = figure.subplots(1, 2)
    plot_bifurcation_diagram(diagram, ax=extent)
    plot_bifurcation_diagram(diagram, "frequency", ax=rate, legend=False)
    letter_panels(extent, rate)
    alpha = next(f for f in diagram.cycles if np.ptp(f["p"]) > 200)
    (rhythm,) = (found for found in alpha.at(p=120) if isinstance(found, LimitCycle))
    facts = {f"{point.label} at p = {point.value:.1f}": point.value for point in diagram.special}
    return figure, facts | {"period of the alpha rhythm at p = 120 (s)": rhythm.period}


def check(facts: Facts) -> None:
    known = {
        "LP": (-41.30141048782865, 113.58627321279879),
        "H": (-12.147492348418703, 89.82910796964332, 315.6964280688198),
        "LPC": (137.3792672,),
        "SNIC": (113.586273212799,),
    }
    for label, values in known.items():
        for value in values:
            assert abs(facts[f"{label} at p = {value:.1f}"] / value - 1) < 1e-7
    assert abs(facts["period of the alpha rhythm at p = 120 (s)"] / 0.095526790198 - 1) < 1e-6
