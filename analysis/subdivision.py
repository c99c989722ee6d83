"""All zeros of a reduced system in a box, by subdivision with outward-rounded intervals.

A box is discarded where bounds of the residuals exclude zero. It holds exactly one zero where

    m = 1    the slope's enclosure excludes zero and the residual has opposite signs at the ends;
    m > 1    Krawczyk's operator maps it into its own interior,
             K(X) = c - Y G(c) + (I - Y G'(X)) (X - c),   Y = the inverse of G'(c).

Both tests are made on a box a little wider than X, so that a zero on the border of two boxes is
found by both. What can be neither discarded nor proved is split until it is tiny: these are the
`suspects` (multiple zeros, jumps, vanishing divisors).

Reference: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (SIAM, 2009),
chapter 8.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..dynamics.intervals import Interval
from ..dynamics.reduction import Reduction

WIDER = 0.05
TINY = 1e-9
LARGE = 1e100  # beyond it determinants overflow
BUDGET = {1: 20_000, 2: 60_000, 3: 90_000}
FIRST = {1: 512, 2: 16, 3: 6}
PARTS = {1: 4, 2: 2, 3: 2}


@dataclass(frozen=True)
class Isolated:
    """`zeros` are boxes with exactly one zero each (several may hold the same one), `suspects`
    boxes that may hold some; arrays (2, m, count) of low and high corners. `exhausted`: the budget
    of boxes was spent before all were decided."""

    zeros: np.ndarray
    suspects: np.ndarray
    exhausted: bool
    evaluations: int


def isolated_zeros(
    reduction: Reduction,
    p: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    typical: np.ndarray,
    budget: int | None = None,
) -> Isolated:
    """Boxes around every zero of the residuals with low <= k <= high; `typical` is a size of k
    in whose units a box around zero is tiny."""
    count = len(low)
    budget = BUDGET[count] if budget is None else budget
    boxes = first_boxes(low, high)
    zeros, suspects, spent = [], [], 0
    exhausted = False
    while boxes.shape[2]:
        spent += boxes.shape[2]
        if spent > budget:
            exhausted = True
            suspects.append(boxes)
            break
        boxes, found = decide(reduction, p, boxes)
        zeros.append(found)
        middle = 0.5 * np.abs(boxes[0] + boxes[1])
        size = np.maximum(middle, typical[:, None])
        tiny = (boxes[1] - boxes[0] <= TINY * size).all(axis=0)
        suspects.append(boxes[:, :, tiny])
        boxes = split(boxes[:, :, ~tiny], PARTS[count])
    nothing = np.zeros((2, count, 0))
    return Isolated(
        np.concatenate([nothing, *zeros], axis=2),
        np.concatenate([nothing, *suspects], axis=2),
        exhausted,
        spent,
    )


def first_boxes(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The box cut into pieces; of wide ranges the pieces are short near zero, long far away."""
    count = FIRST[len(low)]
    edges = []
    for a, b in zip(low, high, strict=True):
        # an odd shift keeps symmetric models from having zeros on the borders
        wide = b - a > 1e3
        begin, end = (np.arcsinh(a / 10.0), np.arcsinh(b / 10.0)) if wide else (a, b)
        nodes = np.linspace(begin, end, count + 1)
        nodes[1:-1] += 0.0137 * (end - begin) / count
        nodes = 10.0 * np.sinh(nodes) if wide else nodes
        nodes[0], nodes[-1] = a, b
        edges.append(nodes)
    lows = np.meshgrid(*(nodes[:-1] for nodes in edges), indexing="ij")
    highs = np.meshgrid(*(nodes[1:] for nodes in edges), indexing="ij")
    return np.array([[side.ravel() for side in lows], [side.ravel() for side in highs]])


def split(boxes: np.ndarray, parts: int) -> np.ndarray:
    """Every box cut into `parts` along every axis."""
    low, high = boxes
    steps = (high - low) / parts
    children = []
    for place in product(range(parts), repeat=len(low)):
        at = np.array(place)[:, None]
        last = at == parts - 1
        children.append([low + at * steps, np.where(last, high, low + (at + 1) * steps)])
    return np.concatenate([np.array(child) for child in children], axis=2)


def decide(reduction: Reduction, p: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the boxes that are still open, the wider boxes that hold exactly one zero)."""
    low, high = boxes
    margin = WIDER * (high - low)
    wide = np.array([np.nextafter(low - margin, -np.inf), np.nextafter(high + margin, np.inf)])
    safe = np.ones(low.shape[1], dtype=bool)
    count = len(low)
    conditions = reduction.on_intervals("conditions", rows_of(wide), p)
    for divisor in conditions[count:]:
        safe &= ~((divisor.low <= 0) & (divisor.high >= 0))
    possible, smooth = np.ones_like(safe), safe.copy()
    for residual in conditions[:count]:
        possible &= (residual.low <= 0) & (residual.high >= 0)
        if residual.ok is not None:
            smooth &= residual.ok
    keep = possible | ~safe
    boxes, wide, safe, smooth = boxes[:, :, keep], wide[:, :, keep], safe[keep], smooth[keep]
    if not boxes.shape[2]:
        return boxes, boxes
    return (monotone if count == 1 else krawczyk)(reduction, p, boxes, wide, safe, smooth)


def rows_of(boxes: np.ndarray) -> list[Interval]:
    return [Interval(np.ascontiguousarray(boxes[:, j])) for j in range(boxes.shape[1])]


def monotone(
    reduction: Reduction,
    p: np.ndarray,
    boxes: np.ndarray,
    wide: np.ndarray,
    safe: np.ndarray,
    smooth: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """One unknown: where the slope has one sign, the signs at the ends decide; elsewhere the
    mean value theorem, G(X) within G(end) + G'(X) (X - end), may exclude a zero."""
    (slope,) = reduction.on_intervals("slopes", rows_of(wide), p)
    bounded = np.isfinite(slope.bounds).all(axis=0) & smooth
    one_way = ((slope.low > 0) | (slope.high < 0)) & bounded
    count = wide.shape[2]
    ends = np.concatenate([wide[0], wide[1]], axis=1)
    (values,) = reduction.on_intervals("residuals", rows_of(np.array([ends, ends])), p)
    signs, apart = [], np.zeros_like(bounded)
    x = rows_of(wide)[0]
    with np.errstate(all="ignore"):
        for end, part in zip(wide, (slice(count), slice(count, None)), strict=True):
            value = Interval(np.ascontiguousarray(values.bounds[:, part]))
            signs.append((value.low > 0) * 1 - (value.high < 0) * 1)
            reached = value + slope * (x - points(end[0]))
            apart |= (reached.low > 0) | (reached.high < 0)
    found = one_way & (signs[0] * signs[1] < 0)
    nothing = (one_way & (signs[0] * signs[1] > 0)) | (bounded & apart)
    return boxes[:, :, ~(found | nothing)], wide[:, :, found]


def krawczyk(
    reduction: Reduction,
    p: np.ndarray,
    boxes: np.ndarray,
    wide: np.ndarray,
    safe: np.ndarray,
    smooth: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Several unknowns: Krawczyk's operator proves, excludes, or makes the box smaller."""
    m, count = boxes.shape[1:]
    slopes = reduction.on_intervals("slopes", rows_of(wide), p)
    bounds = np.nan_to_num(np.array([s.bounds for s in slopes]), nan=np.inf)  # (m * m, 2, count)
    usable = (np.abs(bounds) < LARGE).all(axis=(0, 1)) & safe
    middle = np.where(usable, bounds.mean(axis=1), 0.0).T.reshape(count, m, m)
    usable &= np.abs(np.linalg.det(middle)) > 0
    if not usable.any():
        return boxes, boxes[:, :, :0]
    y = np.linalg.inv(np.where(usable[:, None, None], middle, np.eye(m)))
    usable &= np.isfinite(y).all(axis=(1, 2))
    centre = 0.5 * (wide[0] + wide[1])
    residual = reduction.on_intervals("residuals", rows_of(np.array([centre, centre])), p)
    x = rows_of(wide)
    image = []
    with np.errstate(all="ignore"):
        for i in range(m):
            row = points(centre[i])
            for j in range(m):
                row = row - points(y[:, i, j]) * residual[j]
                entry = points(np.full(count, float(i == j)))
                for h in range(m):
                    entry = entry - points(y[:, i, h]) * slopes[h * m + j]
                row = row + entry * (x[j] - points(centre[j]))
            image.append(row.bounds)
    k = np.array(image).transpose(1, 0, 2)  # (2, m, count)
    inside = ((k[0] > wide[0]) & (k[1] < wide[1])).all(axis=0)
    apart = ((k[0] > wide[1]) | (k[1] < wide[0])).any(axis=0)
    found = usable & smooth & inside
    nothing = usable & apart
    shrunk = np.array([np.fmax(boxes[0], k[0]), np.fmin(boxes[1], k[1])])
    # a box that K leaves, but whose wider one it doesn't, has no zero of its own
    nothing |= usable & (shrunk[0] > shrunk[1]).any(axis=0)
    smaller = np.where(usable & ~nothing, shrunk, boxes)
    return smaller[:, :, ~(found | nothing)], wide[:, :, found]


def points(values: np.ndarray) -> Interval:
    return Interval(np.array([values, values]))
