"""The law at a fold of cycles: a finite frequency, left like a square root.

Beside the fold the Poincare map is xi -> xi + b_p d + b xi^2, d = lambda - lambda_c (see
`cycle_normal_forms`), so that two cycles lie at

    xi = -+ sqrt(-b_p d/b);        the stable one has 1 + 2 b xi < 1.

The period changes along the family at the rate T' = dT/dxi, hence on the stable side

    T = T_c + T' xi,    f = f_c - (T'/T_c^2) xi = f_c + f1 sqrt(d).

T' is read off the tangent of the family at the fold, whose part along v (of norm one over the
period, orthogonal to the orbit) is xi.

Reference: Yu. A. Kuznetsov, W. Govaerts, E. J. Doedel and A. Dhooge, SIAM J. Numer. Anal. 43 (2005)
1407-1435, for the normal form.
"""

import math

import numpy as np

from .gauss import gauss
from .onset_law import OnsetLaw, distance_text
from .special_point import SpecialPoint

ISOCHRONOUS = 1e-10  # relative changes of the frequency that are rounding


def cycle_fold_law(point: SpecialPoint) -> OnsetLaw:
    """The law of the stable cycles next to a "cycle fold"."""
    assert point.period is not None, "this is a bug: a fold of cycles without a period"
    T, at, name = point.period, point.value, point.parameter
    constants = {"f0": 1 / T, "power": 0.5}
    b, slope, side = point.coefficient, point.notes.get("slope"), 1
    formula = f"the frequency is finite, {1 / T:.9g}"
    if isinstance(b, float) and b and slope:
        side = -1 if slope * b > 0 else 1
        away = math.sqrt(abs(slope / b)) * (-1.0 if b > 0 else 1.0)
        f1 = -period_rate(point) / T**2 * away
        width = abs(point.interval[1] - point.interval[0])
        if abs(f1) * math.sqrt(width) < ISOCHRONOUS / T:
            return OnsetLaw("finite", at, side, {**constants, "f1": 0.0}, formula)
        constants["f1"] = f1
        distance = distance_text(name, at, side, point.interval)
        formula += f", and leaves this value by {constants['f1']:.6g} sqrt({distance})"
    return OnsetLaw("finite", at, side, constants, formula)


def period_rate(point: SpecialPoint) -> float:
    """dT/dxi along the family at the fold."""
    mesh, X = point.arrays["mesh"], point.arrays["orbit"]
    tangent = point.arrays["tangent"]
    nodes = X.shape[1]
    table, h = gauss(nodes - 1), np.diff(mesh)
    share = (h[:, None] * table.weights)[..., None]
    along = table.slopes @ X / h[:, None, None]  # u_0' at the Gauss points
    u = tangent[:-2].reshape(X.shape)[:, 1:]
    u = u - along * ((share * along * u).sum() / (share * along * along).sum())
    swing = X[:, 1:] - (share * X[:, 1:]).sum(axis=(0, 1))
    sense = 1.0 if (share * u * swing).sum() >= 0 else -1.0
    return float(sense * tangent[-2] / math.sqrt((share * u * u).sum()))
