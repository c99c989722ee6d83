"""The curves f(x, y) = 0 in a box, by marching squares with every point on the curve to rounding.

On every edge of a grid where f changes its sign the zero is bracketed to rounding; a sign change
at which f does not go to zero (a pole, a jump) is none. Two zeros on a cell's border are joined
only if the curve is found again between them. Parts that are smaller than a cell, and curves along
which f only touches zero, are missed.
"""

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray, np.ndarray], np.ndarray]
BISECTIONS = 64
BEYOND = 1e-6
# The edges of a cell: below, right, above, left; a cell's code has a bit for each corner with
# f >= 0, from below left counterclockwise.
ENDS = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((0, 2),),
    11: ((1, 2),),
    12: ((3, 1),),
    13: ((0, 1),),
    14: ((3, 0),),
}
# Both diagonals: which way depends on the sign in the middle.
SADDLE = {
    (5, True): ((0, 1), (2, 3)),
    (5, False): ((3, 0), (1, 2)),
    (10, True): ((3, 0), (1, 2)),
    (10, False): ((0, 1), (2, 3)),
}


def contours(
    f: Function,
    gradient: Function,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    resolution: int,
) -> list[np.ndarray]:
    """The connected curves as arrays (k, 2)."""
    # a little beyond the box: zeros along its border, and grid lines at special values
    x, y = (
        np.linspace(low - BEYOND * (high - low), high + 1.7 * BEYOND * (high - low), resolution + 1)
        for low, high in (x_range, y_range)
    )
    grid_x, grid_y = np.meshgrid(x, y)
    values = f(grid_x, grid_y)
    across = crossings(
        f, grid_x[:, :-1], grid_y[:, :-1], x[1] - x[0], 0.0, values[:, :-1], values[:, 1:]
    )
    along = crossings(f, grid_x[:-1], grid_y[:-1], 0.0, y[1] - y[0], values[:-1], values[1:])
    links = linked(f, values, grid_x, grid_y, across, along)
    size = np.array([x[1] - x[0], y[1] - y[0]])
    joined, middles = confirmed(f, gradient, links, across, along, size)
    box = np.array([x_range, y_range])
    lines = lines_of(joined, middles, across, along)
    return [onto_border(f, gradient, line, box) for line in lines]


def onto_border(f: Function, gradient: Function, line: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The line with the points that lie a little outside moved along the curve to the border."""
    clipped = np.clip(line, box[:, 0], box[:, 1])
    for axis in (0, 1):
        moved = np.flatnonzero(clipped[:, axis] != line[:, axis])
        for _ in range(4 if len(moved) else 0):
            x, y = clipped[moved].T
            with np.errstate(all="ignore"):
                step = f(x, y) / gradient(x, y)[1 - axis]
            most = BEYOND * 1e3 * (box[1 - axis, 1] - box[1 - axis, 0])
            step = np.where(np.abs(step) < most, step, 0.0)
            clipped[moved, 1 - axis] -= step
    return np.clip(clipped, box[:, 0], box[:, 1])


def crossings(
    f: Function,
    x: np.ndarray,
    y: np.ndarray,
    dx: float,
    dy: float,
    begin: np.ndarray,
    end: np.ndarray,
) -> np.ndarray:
    """The zero on every edge from (x, y) to (x + dx, y + dy), an array (rows, columns, 2); nan
    where there is none."""
    found = np.full((*x.shape, 2), np.nan)
    changes = np.isfinite(begin) & np.isfinite(end) & ((begin >= 0) != (end >= 0))
    if not changes.any():
        return found
    x, y, sign = x[changes], y[changes], begin[changes] >= 0
    low, high = np.zeros(len(x)), np.ones(len(x))
    f_low, f_high = np.abs(begin[changes]), np.abs(end[changes])
    for step in range(BISECTIONS):
        # the Illinois method and bisection in turns: quick, and sure
        weight = 0.5 if step % 2 else f_low / np.where(f_low + f_high > 0, f_low + f_high, 1.0)
        middle = low + (high - low) * np.clip(weight, 1e-3 if step < 20 else 0.0, 1.0)
        value = f(x + middle * dx, y + middle * dy)
        same = (value >= 0) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
        f_low = np.where(same, np.abs(value), f_low)
        f_high = np.where(same, f_high, np.abs(value))
        if (high - low <= 4e-16).all():
            break
    end_first = f_low < f_high
    place, size = np.where(end_first, low, high), np.minimum(f_low, f_high)
    # beside a pole f grows; at a jump it stays
    near = np.abs(f(x + (place - 1e-6) * dx, y + (place - 1e-6) * dy))
    far = np.abs(f(x + (place + 1e-6) * dx, y + (place + 1e-6) * dy))
    genuine = size <= 1e-3 * np.maximum(near, far)
    genuine |= size == 0
    where = np.argwhere(changes)[genuine]
    found[where[:, 0], where[:, 1], 0] = (x + place * dx)[genuine]
    found[where[:, 0], where[:, 1], 1] = (y + place * dy)[genuine]
    return found


def linked(
    f: Function,
    values: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    across: np.ndarray,
    along: np.ndarray,
) -> list[tuple[tuple, tuple]]:
    """Pairs of edges that a cell joins; an edge is (0 across or 1 along, row, column)."""
    up = values >= 0
    code = up[:-1, :-1] * 1 + up[:-1, 1:] * 2 + up[1:, 1:] * 4 + up[1:, :-1] * 8
    corners = np.isfinite(values)
    whole = corners[:-1, :-1] & corners[:-1, 1:] & corners[1:, 1:] & corners[1:, :-1]
    cells = np.argwhere(whole & (code > 0) & (code < 15))
    twofold = [(i, j) for i, j in cells if code[i, j] in (5, 10)]
    middle = {}
    if twofold:
        rows, columns = np.array(twofold).T
        centre = f(
            0.5 * (x[rows, columns] + x[rows, columns + 1]),
            0.5 * (y[rows, columns] + y[rows + 1, columns]),
        )
        middle = {cell: bool(value >= 0) for cell, value in zip(twofold, centre, strict=True)}
    pairs = []
    for i, j in cells:
        edges = ((0, i, j), (1, i, j + 1), (0, i + 1, j), (1, i, j))
        kind = int(code[i, j])
        joined = ENDS.get(kind) or SADDLE[kind, middle[i, j]]
        pairs += [(edges[a], edges[b]) for a, b in joined]
    sides = (across, along)
    return [
        (a, b)
        for a, b in pairs
        if np.isfinite(sides[a[0]][a[1], a[2], 0]) and np.isfinite(sides[b[0]][b[1], b[2], 0])
    ]


def confirmed(
    f: Function,
    gradient: Function,
    links: list[tuple[tuple, tuple]],
    across: np.ndarray,
    along: np.ndarray,
    size: np.ndarray,
) -> tuple[list[tuple[tuple, tuple]], list[np.ndarray]]:
    """The links whose middle Newton's method brings onto the curve, not far away; and these
    points of the curve."""
    if not links:
        return [], []
    sides = (across, along)
    ends = np.array([[sides[s][i, j] for s, i, j in link] for link in links])  # (links, 2, 2)
    start = ends.mean(axis=1)
    point = start.copy()
    with np.errstate(all="ignore"):
        for _ in range(8):
            value, slope = f(*point.T), gradient(*point.T)
            scaled = slope.T * size  # in units of a cell
            step = (value / (scaled**2).sum(axis=1))[:, None] * scaled
            point = point - step * size
        moved = np.abs((point - start) / size).max(axis=1)
        settled = np.abs(step).max(axis=1) < 1e-9
    fine = settled & (moved < 0.75)
    return [link for link, kept in zip(links, fine, strict=True) if kept], list(point[fine])


def lines_of(
    links: list[tuple[tuple, tuple]],
    middles: list[np.ndarray],
    across: np.ndarray,
    along: np.ndarray,
) -> list[np.ndarray]:
    """The links put together: open lines from end to end first, then closed ones."""
    neighbours: dict[tuple, list[tuple[tuple, np.ndarray]]] = {}
    for (a, b), middle in zip(links, middles, strict=True):
        neighbours.setdefault(a, []).append((b, middle))
        neighbours.setdefault(b, []).append((a, middle))
    sides, used, lines = (across, along), set(), []
    for start in sorted(neighbours, key=lambda edge: (len(neighbours[edge]) > 1, edge)):
        if start in used:
            continue
        used.add(start)
        points, here, before = [sides[start[0]][start[1], start[2]]], start, None
        while True:
            onward = [(n, m) for n, m in neighbours[here] if m is not before]
            if not onward:
                break
            following, middle = onward[0]
            points += [middle, sides[following[0]][following[1], following[2]]]
            if following in used:  # closed; anything else would be a third line at one zero
                break
            used.add(following)
            here, before = following, middle
        lines.append(np.array(points))
    return lines
