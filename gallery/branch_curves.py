"""Branches as curves through their points, cut where the stability changes; the window on them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..analysis.branch import Branch
from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from .smooth_curve import through

BETWEEN = 8  # drawn points from one computed point to the next
CORE = (0.02, 0.98)  # of what lies over the range; beyond it a curve may leave the frame
BLOWN_UP = 4.0
INFINITE = ("homoclinic", "snic")
OF_CYCLES = ("period", "frequency")


@dataclass(frozen=True)
class Curve:
    """A piece of a branch over the parameter; `y` is one of its values there."""

    x: np.ndarray
    y: np.ndarray
    stable: bool
    kind: str  # "equilibria" or "cycles"


def known_quantity(model: Model, y: str | None) -> str:
    """What is drawn over the parameter: the first state, if nothing is said."""
    if y is None:
        return model.states[0]
    if y not in (*model.states, *OF_CYCLES):
        raise UnknownName(y, f"a state of {model.name}, nor period or frequency", model.states)
    return y


def pieces(branch: Branch, values: np.ndarray) -> Iterator[Curve]:
    """The curve of these values, one a row, in pieces of one stability."""
    x = branch[branch.parameter]
    if len(x) < 2:
        return
    stable = stable_between(branch)
    fine_x, fine_y = through(x, values, BETWEEN)
    cuts = np.flatnonzero(stable[1:] != stable[:-1]) + 1
    for first, last in zip([0, *cuts], [*cuts, len(stable)], strict=True):
        part = slice(first * BETWEEN, last * BETWEEN + 1)
        yield Curve(fine_x[part], fine_y[part], bool(stable[first]), branch.kind)


def stable_between(branch: Branch) -> np.ndarray:
    """Whether the branch is stable from each row to the next.

    At a special point the stability is undecided, as it is in the first and the last row where a
    family of cycles is born or ends: what lies between speaks for itself. Between two special
    points that follow one another, all is stable where neither has an unstable direction besides
    its own neutral one.
    """
    k = len(branch)
    undecided = np.zeros(k, dtype=bool)
    kinds = {}
    for row, point in zip(branch.special_rows, branch.special, strict=True):
        if point.kind not in INFINITE:
            undecided[row], kinds[row] = True, point.kind
    if branch.kind == "cycles" and k > 2:
        undecided[[0, -1]] = True
    stable = branch.stable
    between = np.empty(k - 1, dtype=bool)
    for i in range(k - 1):
        if not undecided[i]:
            between[i] = stable[i]
        elif not undecided[i + 1]:
            between[i] = stable[i + 1]
        else:
            between[i] = all(others_stable(branch, row, kinds.get(row)) for row in (i, i + 1))
    return between


def others_stable(branch: Branch, row: int, kind: str | None) -> bool:
    """Whether all but the neutral ones of a row's eigenvalues or multipliers are stable."""
    values = branch.spectrum[row]
    if branch.kind == "equilibria" and branch.model.kind == "flow":
        growth, critical = values.real, 0.0 + 0j
    else:
        growth = np.abs(values) - 1
        critical = -1.0 + 0j if kind in ("period doubling", "flip") else 1.0 + 0j
    neutral = np.zeros(len(values), dtype=bool)
    if kind in ("hopf", "torus", "neimark-sacker"):
        neutral[np.argsort(np.where(values.imag != 0, np.abs(growth), np.inf))[:2]] = True
    elif kind is not None:
        neutral[np.argmin(np.abs(values - critical))] = True
    if branch.kind == "cycles":
        left = np.where(neutral, np.inf, np.abs(values - 1))
        neutral[np.argmin(left)] = True
    return bool((growth[~neutral] < 0).all())


def window(curves: list[tuple[np.ndarray, np.ndarray]]) -> tuple:
    """Limits of y for these (x, y): everything, unless a part of it runs away.

    The core is what lies over 96 % of the parameter's range; what reaches further than four times
    its extent may leave the frame.
    """
    y = np.concatenate([values for _, values in curves]) if curves else np.zeros(0)
    finite = np.isfinite(y)
    if not finite.any():
        return 0.0, 1.0
    weight = np.concatenate(
        [np.abs(np.gradient(x)) if len(x) > 1 else np.zeros(len(x)) for x, _ in curves]
    )
    y, weight = y[finite], weight[finite]
    low, high = float(y.min()), float(y.max())
    order = np.argsort(y, kind="stable")
    share = np.cumsum(weight[order])
    if share[-1] > 0:
        at = np.searchsorted(share / share[-1], CORE)
        a, b = y[order][np.minimum(at, len(y) - 1)]
        if b > a and high - low > BLOWN_UP * (b - a):
            low, high = max(low, a - 0.5 * (b - a)), min(high, b + 0.5 * (b - a))
    margin = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    return low - margin, high + margin


def runs_to_infinity(branch: Branch) -> bool:
    """Whether the period of the family diverges."""
    return Status.PERIOD_DIVERGES in branch.ends
