"""The logarithmic law of a homoclinic orbit to a saddle.

A cycle that passes the saddle at a distance that shrinks in proportion to d = |lambda - lambda_h|
stays with it for a time that the leading eigenvalues lambda_u > 0 > lambda_s set. Where the cycle
is stable (lambda_u + Re lambda_s < 0) it leaves along the unstable direction from a distance ~ d,

    T = c - (1/nu) ln d + ...,    nu = min(lambda_u, |Re lambda_s|),

so that nu = lambda_u; cycles that are unstable have the other case, nu = |Re lambda_s|. c is a
property of the whole orbit; it is read off the longest period that was computed.

Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004),
section 6.2; E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press, 2007), section 6.3.
"""

import math

import numpy as np

from .onset_law import OnsetLaw
from .special_point import SpecialPoint


def leading(point: SpecialPoint) -> tuple[float, float]:
    """lambda_u and |Re lambda_s|: the leading eigenvalues of the saddle."""
    real = np.asarray(point.eigenvalues).real
    return float(real[real > 0].min()), float(-real[real < 0].max())


def logarithmic_law(point: SpecialPoint) -> OnsetLaw:
    """The law at a "homoclinic"."""
    rising, falling = leading(point)
    nu = min(rising, falling)
    constants = {"k": 1 / nu, "lambda_u": rising, "lambda_s": -falling}
    side, at, name = 1, point.value, point.parameter
    longest = point.notes.get("orbit period")
    if longest is not None:
        away = float(point.notes["orbit value"]) - at
        side = 1 if away >= 0 else -1
        if away:
            constants["c"] = float(longest + math.log(abs(away)) / nu)
    which = "lambda_u" if rising <= falling else "|lambda_s|"
    distance = f"{name} - {at:.9g}" if side > 0 else f"{at:.9g} - {name}"
    formula = (
        f"the period follows the logarithmic law T = c - {1 / nu:.9g} ln({distance}), "
        f"with 1/{which} of the saddle as its factor"
    )
    return OnsetLaw("logarithmic", at, side, constants, formula)
