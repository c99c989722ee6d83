"""Rest along a slow ramp of the drive: which equilibrium it follows, and where that is lost."""

from dataclasses import dataclass

import numpy as np

from .branch import Branch
from .diagram import Diagram
from .fixed_point import FixedPoint
from .special_point import SpecialPoint

LOSSES = ("fold", "hopf", "branch point")


@dataclass(frozen=True)
class RestPath:
    """A stretch of stable equilibria, from where it is joined upward."""

    start: FixedPoint
    branch: Branch
    rows: tuple[int, ...]
    loss: SpecialPoint | None  # where it is lost
    threshold: float | None  # the drive there; None where it lasts to the end of the range

    def state(self, value: float) -> np.ndarray:
        """The equilibrium at a drive, between the rows (not corrected)."""
        z = self.branch.arrays["z"][list(self.rows)]
        order = np.argsort(z[:, -1])
        columns = [np.interp(value, z[order, -1], z[order, i]) for i in range(z.shape[1] - 1)]
        return np.array(columns)


def rest_at(diagram: Diagram, value: float) -> list[FixedPoint]:
    """The stable equilibria at a drive."""
    parameter = diagram.parameter
    solutions = [s for b in diagram.equilibria for s in b.at(**{parameter: value})]
    return [s for s in solutions if isinstance(s, FixedPoint) and s.stable]


def nearest(points: list[FixedPoint], x: np.ndarray) -> FixedPoint:
    """The one nearest a state, distances in units of the states' sizes."""
    size = np.max(np.abs([x, *(point.x for point in points)]), axis=0)
    size[size == 0] = 1.0
    return min(points, key=lambda point: float(np.linalg.norm((point.x - x) / size)))


def rest_path(diagram: Diagram, start: FixedPoint) -> RestPath | None:
    """Follow a stable equilibrium towards higher drives; None if no branch passes through it."""
    parameter = diagram.parameter
    place = np.append(start.x, start.parameters[parameter])
    best: tuple[float, Branch, int] | None = None
    for branch in diagram.equilibria:
        z = branch.arrays["z"]
        size = np.maximum(np.abs(z).max(axis=0), 1e-12)
        size[-1] = abs(diagram.interval[1] - diagram.interval[0])
        away, row = distance(z / size, place / size)
        if best is None or away < best[0]:
            best = away, branch, row
    if best is None:
        return None
    _, branch, row = best
    values = branch[parameter]
    if row + 1 < len(values) and values[row + 1] > values[row]:
        first, sense = row + 1, 1
    else:
        first, sense = row, -1
    if abs(values[row] - place[-1]) < 1e-12 * max(1, abs(place[-1])):
        first = row
        ahead = row + 1 < len(values) and values[row + 1] > values[row]
        sense = 1 if ahead else -1
    rows: list[int] = []
    k = first
    while 0 <= k < len(values) and branch.stable[k]:
        if rows and values[k] < values[rows[-1]]:
            break
        rows.append(k)
        k += sense
    if not 0 <= k < len(values):
        last = special_at(branch, rows[-1]) if rows else None
        if last is None or last.kind != "fold":
            return RestPath(start, branch, tuple(rows), None, None)
        return RestPath(start, branch, tuple(rows), last, last.value)
    before = rows[-1] if rows else k
    loss = special_at(branch, before, k)
    threshold = float(values[k]) if loss is None else loss.value
    return RestPath(start, branch, tuple(rows) or (k,), loss, threshold)


def special_at(branch: Branch, *rows: int) -> SpecialPoint | None:
    """The special point at one of two neighbouring rows at which stability is lost."""
    found = [
        point
        for place, point in zip(branch.special_rows, branch.special, strict=True)
        if place in rows and point.kind in LOSSES
    ]
    return min(found, key=lambda p: LOSSES.index(p.kind), default=None)


def distance(z: np.ndarray, place: np.ndarray) -> tuple[float, int]:
    """How far a place is from a curve of chords, and the row where the nearest chord begins."""
    if len(z) == 1:
        return float(np.linalg.norm(z[0] - place)), 0
    begin, chord = z[:-1], np.diff(z, axis=0)
    length = np.maximum((chord**2).sum(axis=1), 1e-300)
    part = np.clip(((place - begin) * chord).sum(axis=1) / length, 0.0, 1.0)
    away = np.linalg.norm(begin + part[:, None] * chord - place, axis=1)
    row = int(np.argmin(away))
    return float(away[row]), row + int(part[row] == 1.0)
