"""Isochrons: which states will fire in step."""

import numpy as np

from ... import Model, find_limit_cycle, isochrons
from ...models import fitzhugh_nagumo, morris_lecar
from ..plot_isochrons import plot_isochrons
from ..registry import Facts
from ..style import MILLIMETRE, TWO_COLUMNS, HouseFigure, letter_panels, new_figure

TITLE = "Isochrons"
CAPTION = """
States on one curve end up in step. Sixteen isochrons, equal times apart, cross each cycle (black;
red: phase 0, at the peak). A: the radial isochron clock with shear, where they are logarithmic
spirals θ = φ + b ln r. B: Morris-Lecar with a Hopf point: they meet at the unstable focus, where
no phase is defined. C: FitzHugh-Nagumo: between the cycle and the threshold they are squeezed
together, so that a small kick there moves the phase far.
"""
SOURCE = """
A. T. Winfree, J. Math. Biol. 1 (1974) 73-95; E. M. Izhikevich, Dynamical Systems in Neuroscience
(MIT Press, 2007), section 10.1.4. The spirals: d(θ - b ln r)/dt is constant for r' = r (1 - r²),
θ' = 1 + b (1 - r²).
"""
SHEAR = 1.0


def draw() -> tuple[HouseFigure, Facts]:
    clock = Model(
        "radial isochron clock",
        """
        x' = x*(1 - r2) - y*(1 + b*(1 - r2))
        y' = y*(1 - r2) + x*(1 + b*(1 - r2))
        r2 = x^2 + y^2
        """,
        parameters=dict(b=SHEAR),
        start=dict(x=1, y=0),
    )
    figure = new_figure(TWO_COLUMNS, 66 * MILLIMETRE)
    panels = figure.subplots(1, 3)
    cases = (
        (clock, dict(x=(-2.0, 2.0), y=(-2.0, 2.0))),
        (morris_lecar("hopf").replace(I=150), dict(V=(-75.0, 60.0), w=(-0.05, 0.75))),
        (fitzhugh_nagumo().replace(I=0.5), dict(v=(-2.5, 2.5), w=(-0.7, 1.9))),
    )
    worst = 0.0
    for (model, box), ax in zip(cases, panels, strict=True):
        found = isochrons(find_limit_cycle(model), box, count=16)
        plot_isochrons(found, ax=ax)
        if model is clock:
            for curve in found:
                x, y = np.concatenate(curve.segments).T
                r = np.hypot(x, y)
                phase = (np.arctan2(y, x) - SHEAR * np.log(r)) / (2 * np.pi) - curve.phase
                away = np.abs((phase + 0.5) % 1 - 0.5)[r > 0.1]
                worst = max(worst, float(away.max()))
    panels[1].set_xlabel("$V$ (mV)")
    letter_panels(*panels)
    return figure, {"largest error of a spiral's phase (r > 0.1)": worst}


def check(facts: Facts) -> None:
    assert facts["largest error of a spiral's phase (r > 0.1)"] < 1e-8
