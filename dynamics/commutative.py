"""When Milstein's scheme needs no more than the increments of the Wiener processes.

For dx_i = f_i dt + sum_j g_ij dW_j its correction is sum_jk L^j g_ik I_jk with
L^j = sum_l g_lj d/dx_l. The double integrals I_jk of different sources can't be had from dW_j and
dW_k, unless L^j g_ik = L^k g_ij for all i, j, k (commutative noise): then I_jk + I_kj = dW_j dW_k
is all that is asked for (Kloeden & Platen 1992, section 10.3).
"""

import random
from functools import lru_cache
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, S

from .program import along

if TYPE_CHECKING:
    from .system import System

POINTS, ALIKE = 4, 1e-10


def noise_products(system: "System") -> list[Expr]:
    """L^j g_ik, by state i, then j, then k."""
    count = range(len(system.sources))
    columns = [
        dict(zip(system.state_symbols, (row[j] for row in system.noise), strict=False))
        for j in count
    ]
    return [along(row[k], columns[j]) for row in system.noise for j in count for k in count]


@lru_cache(maxsize=256)
def is_commutative(system: "System") -> bool:
    """Whether L^j g_ik = L^k g_ij: as expressions, or else in numbers at several points."""
    products, m = noise_products(system), len(system.sources)
    for i in range(len(system.noise)):
        for j in range(m):
            for k in range(j):
                pair = products[(i * m + j) * m + k], products[(i * m + k) * m + j]
                if pair[0] != pair[1] and not alike(*pair):
                    return False
    return True


def alike(a: Expr, b: Expr) -> bool:
    """Whether two expressions have the same values."""
    if sympy.expand(a - b) is S.Zero:
        return True
    draw = random.Random(1)
    symbols = sorted((a - b).free_symbols, key=str)
    for _ in range(POINTS):
        point = {s: sympy.Float(draw.uniform(0.2, 2.0)) for s in symbols}
        try:
            x, y = (complex(e.xreplace(point).evalf()) for e in (a, b))
        except (TypeError, ValueError):
            return False
        if not abs(x - y) <= ALIKE * (abs(x) + abs(y)):
            return False
    return True
