"""How far from a fold its parabola reaches: up to which drives the quadratic term decides.

Near a fold the equilibria lie on lambda = lambda_c - (a w^2 + c w^3 + e w^4 + ...)/b, with w the
distance along the null vector q, and the same terms set the pace of the passage through its ghost.
Where the quadratic one decides, equilibria at

    w = +-sqrt(d |b/a|)    lie at    |lambda - lambda_c| = d,

and the frequency is (1/pi) sqrt(a b d). Beyond some d the terms that follow take over: about
a^3/(b c^2), or a^2/(b e). Where that is less than the doubles of the drive resolve, a is zero as
far as can be told, and no drive shows the square root law: V' = I + V^4 fires with f ~ I^(3/4).
Both sides of this comparison are drives: it does not depend on the units of states and time.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from .fold_section import equilibrium_across
from .problem import problem_of
from .special_point import SpecialPoint

FARTHEST, CLOSEST = -1, -11  # powers of ten, of the drive or its range: closer, doubles are coarse
ALIKE = 0.3  # of the distance
DEGENERATE = "degenerate"  # the criticality of a fold without a parabola


def fold_reach(fold: SpecialPoint, a: float, b: float) -> float:
    """The largest distance of the drive at which the parabola is seen, among powers of ten; 0 where
    it isn't seen at any that doubles resolve. The point keeps z and q, as folds and SNICs do."""
    if a == 0:
        return 0.0
    problem = problem_of(fold.model, fold.parameter, fold.interval)
    n, z, q = problem.n, np.array(fold.arrays["z"]), np.array(fold.arrays["q"])
    q = q / np.linalg.norm(q)
    drive = max(abs(z[-1]), problem.width)

    def off(w: float) -> float:
        """The distance of the drive of the equilibrium at w; nan where there is none."""
        guess = z + np.append(w * q, -a * w * w / b)
        scale = np.append(np.maximum(np.abs(z[:n]), abs(w)), drive)
        y = equilibrium_across(problem.field, z, np.append(q, 0.0), w, guess, scale)
        return np.nan if y is None else float(y[-1] - z[-1])

    def seen(d: float) -> bool:
        w = np.sqrt(d * abs(b / a))
        return all(abs(off(side * w) * -b / a / w**2 - 1) < ALIKE for side in (-1, 1))

    with np.errstate(all="ignore"):
        distances = [drive * 10.0**power for power in range(FARTHEST, CLOSEST - 1, -1)]
        for far, near in pairwise(distances):
            if seen(far) and seen(near):
                return far
    return 0.0


def without_parabola(snic: SpecialPoint) -> SpecialPoint:
    """A saddle-node on an invariant circle that has no prefactor."""
    return replace(snic, coefficient=None, coefficient_name="", criticality=DEGENERATE)
