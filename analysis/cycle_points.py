"""Special points of cycles, made from what Newton's method located."""

from typing import TYPE_CHECKING

import numpy as np

from .continuation import Point
from .cycle_normal_forms import cycle_normal_form
from .limit_cycle import LimitCycle
from .special_point import SpecialPoint
from .variational import Critical

if TYPE_CHECKING:
    from .cycle_curve import CycleCurve


def cycle_point(curve: "CycleCurve", kind: str, point: Point, critical: Critical) -> SpecialPoint:
    X, T, value = curve.split(point.z)
    somewhere = curve.field.model_at(np.append(X[0, 0], value))
    top = LimitCycle(somewhere, T, curve.mesh, X, point.facts.multipliers, 0.0)(0.0)
    form = cycle_normal_form(curve, kind, critical)
    notes = {"theta": critical.theta} if kind == "torus" else {}
    if form is not None and form.slope is not None:
        notes["slope"] = form.slope
    return SpecialPoint(
        kind,
        curve.field.model_at(np.append(top, value)),
        curve.problem.parameter,
        curve.problem.named(top),
        curve.problem.interval,
        period=T,
        coefficient=None if form is None else form.coefficient,
        coefficient_name="" if form is None else form.name,
        criticality="" if form is None else form.criticality,
        residual=critical.residual,
        eigenvalues=point.facts.multipliers,
        arrays={
            "mesh": curve.mesh,
            "orbit": X,
            "direction": critical.nodes.real,
            "tangent": point.tangent,
        },
        notes=notes,
    )
