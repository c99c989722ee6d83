r"""How late spikes come where noise acts upon the threshold.

The loop of a network looks at a path at the points of the grid. Between them a noisy path may cross
the threshold and return, which is not seen: to first order in the square root of the step, spikes
are those of a threshold that lies higher by

.. math:: -\frac{\zeta(1/2)}{\sqrt{2\pi}}\,\sigma\sqrt{h} = 0.5826\,\sigma\sqrt{h},

sigma being the amplitude of the noise in the threshold's direction.

D. Siegmund, Adv. Appl. Probab. 11 (1979) 701-719; M. Broadie, P. Glasserman and S. Kou, Math.
Finance 7 (1997) 325-349.
"""

from math import isfinite, nan, sqrt

import sympy

from .plan import CellPlan

SHIFT = 0.5825971579390107  # -zeta(1/2)/sqrt(2 pi)


def unseen(cells: list[CellPlan], step: float) -> str:
    """A sentence on the populations whose threshold noise acts upon; empty if there is none."""
    found = {cell.name: size for cell in cells if (size := amplitude(cell)) is not None}
    if not found:
        return ""
    known = [size for size in found.values() if isfinite(size)]
    by = f" ({SHIFT * max(known) * sqrt(step):.2g} here)" if known else ""
    return (
        f" Noise acts upon the threshold of {', '.join(found)}: crossings between the points of "
        "the grid are not seen, so that rates come out too low, as if the threshold lay "
        f"0.58*sigma*sqrt(step) higher{by}. A shorter step helps."
    )


def amplitude(cell: CellPlan) -> float | None:
    """The noise's amplitude across the threshold, None without any, NaN where it isn't constant;
    where the neurons differ, that of their mean parameters."""
    if not cell.sources or cell.margin is None:
        return None
    slopes = [sympy.diff(cell.margin, x) for x in cell.states]
    parts = [
        sum((d * row[s] for d, row in zip(slopes, cell.noise, strict=True)), sympy.Integer(0))
        for s in range(cell.sources)
    ]
    if all(part == 0 for part in parts):
        return None
    values = cell.scalars | {name: float(row.mean()) for name, row in cell.rows.items()}
    square = sum((part**2 for part in parts), sympy.Integer(0)).xreplace(values)
    return sqrt(float(square)) if square.is_number else nan
