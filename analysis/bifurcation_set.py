"""All curves of bifurcations in a plane of two parameters, from one call."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..dynamics.errors import InvalidArgument, RheobaseError
from ..dynamics.model import Model
from ..dynamics.status import Status
from .bifurcation_curves import BifurcationCurves
from .bifurcation_diagram import bifurcation_diagram
from .branch import Branch
from .checks import is_number
from .continue_bifurcation import CURVES, MAX_STEP, STARTS, continue_bifurcation
from .plane import plane_of
from .special_point import SpecialPoint

SWITCHED = (
    *("cusp", "bogdanov-takens", "bautin", "zero-hopf", "hopf-hopf"),
    *("noncentral homoclinic", "neutral saddle homoclinic"),
)
QUARTERS = (0.25, 0.75)
ASIDE = 0.05  # of a step: how far a point may lie from the straight line between two others
EXACT = 1e-6


def bifurcation_set(
    model: Model,
    parameters: Sequence[str],
    box: Mapping[str, tuple[float, float]],
    *,
    sections: Sequence[float] | None = None,
    kinds: Sequence[str] | None = None,
    mesh: int = 50,
    degree: int = 4,
    tolerance: float = 1e-7,
    max_step: float = MAX_STEP,
    max_points: int = 400,
    progress: Callable[[str, float], None] | None = None,
) -> BifurcationCurves:
    """Find the bifurcations of a model in two parameters.

    parameters, box
        two names, and their ranges
    sections
        values of the second parameter at which a bifurcation diagram over the first one is made;
        the model's own value (the middle, if that lies outside) and a quarter from either edge of
        the box, if nothing is said
    kinds
        which curves to follow, and to go on from to others of them; all if not given
    mesh, degree, tolerance, max_step, max_points
        as for `continue_bifurcation`
    progress
        called with the kind of curve and the first parameter's value

    Each special point of the diagrams is followed through the plane, and from the points of
    codimension two the curves that begin there: from Bogdanov-Takens points those of Hopf points,
    folds and homoclinic orbits, from Bautin points those of cycle folds, from zero-Hopf and double
    Hopf points those of tori. No curve is followed twice. Curves that neither cross a section nor
    come out of such a point are missed: give more sections. Points of codimension two of cycles
    (resonances and others) are listed; from them `continue_bifurcation` goes on.

    >>> import rheobase as rb
    >>> cusp = rb.Model("cusp", "x' = b1 + b2*x - x^3", parameters=dict(b1=-1, b2=1),
    ...                 start=dict(x=-1))
    >>> found = bifurcation_set(cusp, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    >>> [curve.kind for curve in found.curves], [point.label for point in found.special]
    (['fold'], ['CP'])
    """
    for kind in kinds or ():
        if kind not in CURVES:
            raise InvalidArgument(f"a curve's kind is one of {', '.join(CURVES)}, not {kind!r}")
    first, second = checked_names(model, parameters)
    plane = plane_of(inside(model, parameters, box), parameters, box)
    survey = Planar(tuple(kinds or CURVES), plane.names, plane.box, [], [])
    settings: dict[str, Any] = dict(
        mesh=mesh, degree=degree, tolerance=tolerance, max_step=max_step, max_points=max_points
    )
    values = sections_of(plane.model, second, plane.box[second], sections)
    try:
        for value in values:
            told = None if progress is None else progress
            diagram = bifurcation_diagram(
                plane.model.replace({second: value}),
                first,
                plane.box[first],
                mesh=mesh,
                degree=degree,
                depth=0,
                progress=told,
            )
            if diagram.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
            for point in diagram.special:
                survey.follow(point, settings, progress)
    except KeyboardInterrupt:
        survey.notes.append(f"interrupted after {len(survey.curves)} curves; they are kept")
        return survey.result(plane.model, Status.INTERRUPTED)
    if not survey.curves:
        survey.notes.append(
            f"nothing to follow was found at {second} = "
            f"{', '.join(f'{value:.6g}' for value in values)}; give other sections"
        )
    return survey.result(plane.model, Status.COMPLETED)


class Planar:
    """The curves found so far."""

    def __init__(
        self,
        kinds: tuple[str, ...],
        names: tuple[str, str],
        box: Mapping[str, tuple[float, float]],
        curves: list[Branch],
        notes: list[str],
    ):
        self.kinds, self.names, self.box = kinds, names, box
        self.curves, self.notes = curves, notes

    def follow(
        self,
        point: SpecialPoint,
        settings: Mapping[str, Any],
        progress: Callable[[str, float], None] | None,
    ) -> None:
        """The curves through a point, and through the points that they lead to."""
        waiting = [point]
        while waiting:
            start = waiting.pop(0)
            for kind in STARTS.get(start.kind, ()):
                if kind not in self.kinds or any(
                    curve.kind == kind and passes(curve, start) for curve in self.curves
                ):
                    continue
                told = None if progress is None else lambda value, kind=kind: progress(kind, value)
                try:
                    curve = continue_bifurcation(
                        start, self.names, self.box, kind=kind, progress=told, **settings
                    )
                except RheobaseError as error:
                    self.notes.append(f"no {kind} curve from the {start!r}: {error}")
                    continue
                self.curves.append(curve)
                if curve.status is Status.INTERRUPTED:
                    raise KeyboardInterrupt
                waiting += [point for point in curve.special if point.kind in SWITCHED]

    def result(self, model: Model, status: Status) -> BifurcationCurves:
        return BifurcationCurves(model, self.box, tuple(self.curves), tuple(self.notes), status)


def checked_names(model: Model, parameters: Sequence[str]) -> tuple[str, str]:
    if not isinstance(model, Model):
        raise InvalidArgument(f"this takes a Model, not {model!r}")
    if isinstance(parameters, str) or len(parameters) != 2:
        raise InvalidArgument(
            f'two different parameters are needed, such as ("I", "g_K"), not {parameters!r}'
        )
    return parameters[0], parameters[1]


def inside(model: Model, names: Sequence[str], box: Mapping[str, tuple[float, float]]) -> Model:
    """The model, its values moved to the middle of the box where they lie outside."""
    changes = {}
    for name in names:
        if name in box and name in model.parameters and np.ndim(box[name]) == 1:
            low, high = sorted(map(float, box[name]))
            if not low <= model.parameters[name] <= high:
                changes[name] = (low + high) / 2
    return model.replace(changes) if changes else model


def sections_of(
    model: Model, name: str, interval: tuple[float, float], sections: Sequence[float] | None
) -> list[float]:
    low, high = interval
    if sections is None:
        edges = (low + part * (high - low) for part in QUARTERS)
        return [model.parameters[name], *edges]
    for value in sections:
        if not is_number(value) or not low <= value <= high:
            raise InvalidArgument(
                f"sections are values of {name} between {low:g} and {high:g}, not {value!r}"
            )
    return [float(value) for value in sections]


def passes(curve: Branch, point: SpecialPoint) -> bool:
    """Whether a point lies on a curve, by parameters and states (of cycles: the period)."""
    names = [*curve.plane]
    if "V_min" in curve.columns or "period" in curve.columns:
        finite = point.period is not None and math.isfinite(point.period)
        names += ["period"] if finite and np.isfinite(curve["period"]).all() else []
    names += [name for name in point.state if name in curve.columns]
    values = np.column_stack([curve.columns[name] for name in names])
    sizes = np.maximum(np.ptp(values, axis=0), EXACT * np.abs(values).max(axis=0))
    sizes[:2] = [high - low for low, high in curve.plane.values()]
    sizes[sizes == 0] = 1.0
    here = np.array([point[name] for name in names]) / sizes
    places = values / sizes
    if len(places) < 2:
        return bool(np.linalg.norm(places[0] - here) < EXACT)
    chords = np.diff(places, axis=0)
    lengths = np.linalg.norm(chords, axis=1)
    square = np.where(lengths > 0, lengths, 1.0) ** 2
    part = np.clip(np.sum((here - places[:-1]) * chords, axis=1) / square, 0.0, 1.0)
    away = np.linalg.norm(places[:-1] + part[:, None] * chords - here, axis=1)
    return bool((away < np.maximum(ASIDE * lengths, EXACT)).any())
