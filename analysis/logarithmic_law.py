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

from .onset_law import OnsetLaw, distance_text
from .special_point import SpecialPoint

E_FOLDS = 8.0  # before the longest period


def leading(point: SpecialPoint) -> tuple[float, float]:
    """lambda_u and |Re lambda_s|: the leading eigenvalues of the saddle."""
    real = np.asarray(point.eigenvalues).real
    return float(real[real > 0].min()), float(-real[real < 0].max())


def logarithmic_law(
    point: SpecialPoint, values: np.ndarray | None = None, periods: np.ndarray | None = None
) -> OnsetLaw:
    """The law at a "homoclinic"; with the drives and periods of its family also the constant c.

    c is read off a period a few e-folds before the longest one, where the distance to the
    homoclinic orbit is still known well; "uncertainty" says how well the last ones fit.
    """
    rising, falling = leading(point)
    nu = min(rising, falling)
    constants = {"k": 1 / nu, "lambda_u": rising, "lambda_s": -falling}
    side, at, name = 1, point.value, point.parameter
    if values is not None and periods is not None and len(values) > 1:
        order = np.argsort(periods)
        T, away = periods[order], values[order] - at
        row = int(np.searchsorted(T, T[-1] - E_FOLDS / nu))
        row = min(max(row, 0), len(T) - 2)
        side = 1 if away[row] >= 0 else -1
        if away[row]:
            c = float(T[row] + math.log(abs(away[row])) / nu)
            expected = side * np.exp(nu * (c - T[row + 1 :]))
            constants["c"] = c
            constants["uncertainty"] = float(np.abs(away[row + 1 :] - expected)[-2:].min())
    which = "lambda_u" if rising <= falling else "|lambda_s|"
    distance = distance_text(name, at, side, point.interval)
    formula = (
        f"the period follows the logarithmic law T = c - {1 / nu:.9g} ln({distance}), "
        f"with 1/{which} of the saddle as its factor"
    )
    return OnsetLaw("logarithmic", at, side, constants, formula)
