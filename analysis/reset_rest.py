"""Where rest is lost in a model with a reset: at a fold, a Hopf point, or on the threshold."""

from dataclasses import dataclass

import numpy as np

from .bifurcation_diagram import Survey
from .branch import Branch
from .fixed_point import FixedPoint
from .kinds import spectrum
from .problem import Problem
from .reset_field import ResetField
from .reset_limits import border_point, boundary_equilibrium
from .solutions_at import solutions_at
from .special_point import SpecialPoint

LOSING = ("fold", "hopf", "branch point")
COMPLEX = 1e-9


@dataclass(frozen=True)
class Rest:
    """Rest at the low end of a range, and where it is lost on the way up."""

    point: FixedPoint | None
    loss: SpecialPoint | None
    branch: Branch | None
    row: int = 0


def equilibria_of(problem: Problem) -> tuple[list[Branch], list[str]]:
    """All branches of equilibria that are found."""
    survey = Survey(problem, None)
    survey.equilibria()
    return survey.branches, survey.notes


def borders(problem: Problem, field: ResetField, branch: Branch) -> list[tuple[int, SpecialPoint]]:
    """Where equilibria of a branch lie on the threshold: the row before, and the point."""
    z = branch.arrays["z"]
    margins = field.margin(z.T)
    scale = np.maximum(np.ptp(z, axis=0), 1e-3 * np.abs(z).max(axis=0))
    scale[scale == 0] = 1.0
    found = []
    for row in np.flatnonzero(margins[:-1] * margins[1:] < 0):
        part = margins[row] / (margins[row] - margins[row + 1])
        located = boundary_equilibrium(problem, field, z[row] + part * (z[row + 1] - z[row]), scale)
        if located is None:
            continue
        place, residual = located
        rates = spectrum(field.linearised(place[:, None])[1][:, :-1, 0])[0]
        found.append((int(row), border_point(problem, place, residual, rates)))
    return found


def rest_of(problem: Problem, field: ResetField, branches: list[Branch]) -> Rest:
    """The stable equilibrium at the low end that the model's start values are nearest to, and the
    point where its branch loses it."""
    here = []
    for branch in branches:
        for point in solutions_at(branch, problem.low):
            if not isinstance(point, FixedPoint) or not point.stable:
                continue
            if field.margin(np.append(point.x, problem.low)[:, None])[0] < 0:
                here.append((point, branch))
    if not here:
        return Rest(None, None, None)
    start = np.array(list(problem.model.start.values()))
    size = np.maximum(np.abs(start), 1.0)
    point, branch = min(here, key=lambda pair: float(np.abs((pair[0].x - start) / size).max()))
    z = branch.arrays["z"]
    at_low = np.flatnonzero(np.isclose(z[:, -1], problem.low, rtol=0, atol=1e-9 * problem.width))
    if not len(at_low):
        return Rest(point, None, branch)
    away = np.abs((z[at_low, :-1] - point.x) / size).max(axis=1)
    row = int(at_low[np.argmin(away)])
    step = 1 if row < len(z) // 2 else -1
    special = dict(zip(branch.special_rows, branch.special, strict=True))
    crossed = dict(borders(problem, field, branch))
    while 0 <= row < len(z):
        point_here = special.get(row)
        if point_here is not None and point_here.kind in LOSING:
            beyond = row + step
            if not 0 <= beyond < len(z) or not branch.stable[beyond]:
                return Rest(point, point_here, branch, row)
        between = row if step > 0 else row - 1
        if between in crossed:
            return Rest(point, crossed[between], branch, row)
        row += step
    return Rest(point, None, branch)


def is_integrator(point: SpecialPoint | FixedPoint) -> bool:
    """Whether the slowest eigenvalues of rest are real: it creeps back, and does not ring."""
    values = np.asarray(point.eigenvalues)
    slowest = values[np.argmax(values.real)]
    return bool(abs(slowest.imag) <= COMPLEX * max(abs(slowest), 1e-300))
