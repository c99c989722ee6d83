"""The frequency of firing of a model with a reset against its drive, from orbits and from runs."""

from collections.abc import Callable

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from .diagram import Diagram
from .find_reset_cycle import Firing, fired
from .fixed_point import FixedPoint
from .frequency_current import FrequencyCurve, range_about
from .problem import Problem, problem_of
from .reset_cycle import ResetCycle
from .reset_families import Search, parts_of, places_of, spiking_families
from .reset_field import ResetField
from .reset_rest import equilibria_of
from .solutions_at import solutions_at

ASIDE = 1e-4  # of an orbit's sizes: where a run begins


def reset_frequencies(
    model: Model,
    parameter: str,
    drives: np.ndarray,
    simulate: bool,
    progress: Callable[[str, float], None] | None = None,
) -> FrequencyCurve:
    """1/period of the stable spiking orbit of the shortest period at each drive; 0 where the model
    rests and no such orbit was found. A burst counts once a period."""
    problem = problem_of(model, parameter, range_about(model, parameter, drives))
    field = ResetField(model, parameter)
    search = Search(problem, told=progress)
    families, notes = spiking_families(search, places_of(problem))
    branches, _ = equilibria_of(problem)
    frequency = np.full(len(drives), np.nan)
    simulated = np.full(len(drives), np.nan)
    rests = np.zeros(len(drives), dtype=bool)
    for i, value in enumerate(drives.tolist()):
        if progress is not None:
            progress("frequency", value)
        rests[i] = any(
            isinstance(point, FixedPoint)
            and point.stable
            and field.margin(np.append(point.x, value)[:, None])[0] < 0
            for branch in branches
            for point in solutions_at(branch, value)
        )
        orbit = orbit_at_drive(search, families, value)
        frequency[i] = (0.0 if rests[i] else np.nan) if orbit is None else orbit.frequency
        if simulate:
            simulated[i] = frequency_by_run(problem, field, value, orbit)
    diagram = Diagram(model, parameter, problem.interval, tuple(families))
    spans = tuple((part.low, part.high) for part in parts_of(diagram))
    kept = () if families else tuple(dict.fromkeys(notes))
    return FrequencyCurve(model, parameter, drives, frequency, simulated, rests, spans, kept)


def orbit_at_drive(search: Search, families: list, value: float) -> ResetCycle | None:
    """The stable orbit of the shortest period; a family that was not known yet is added."""
    for _ in range(2):
        found = [
            orbit
            for family in families
            for orbit in solutions_at(family, value)
            if isinstance(orbit, ResetCycle) and orbit.stable
        ]
        if found:
            return min(found, key=lambda orbit: orbit.period)
        try:
            families.append(search.family(search.orbit(value)))
        except NotFound:
            return None
    return None


def frequency_by_run(
    problem: Problem, field: ResetField, value: float, orbit: ResetCycle | None
) -> float:
    """1/period of what a run comes to; 0 where it comes to rest."""
    x = np.array(list(problem.model.start.values()))
    if orbit is not None:
        x = orbit.orbit[0, 0, 0] + ASIDE * orbit.size
    found = fired(field.at(value), x)
    if isinstance(found, Firing):
        return 1 / sum(spike.pieces[-1].end - spike.pieces[0].begin for spike in found.spikes)
    return 0.0 if found.reason == "rest" else np.nan
