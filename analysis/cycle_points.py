"""Special points of cycles, made from what Newton's method located."""

from typing import TYPE_CHECKING

import numpy as np

from .continuation import Point
from .special_point import SpecialPoint
from .variational import Critical

if TYPE_CHECKING:
    from .cycle_curve import CycleCurve


def cycle_point(curve: "CycleCurve", kind: str, point: Point, critical: Critical) -> SpecialPoint:
    X, T, value = curve.split(point.z)
    top = X.reshape(-1, curve.n)[np.argmax(X[..., 0])]
    return SpecialPoint(
        kind,
        curve.field.model_at(np.append(top, value)),
        curve.problem.parameter,
        curve.problem.named(top),
        curve.problem.interval,
        period=T,
        residual=critical.residual,
        eigenvalues=point.facts.multipliers,
        arrays={
            "mesh": curve.mesh,
            "orbit": X,
            "direction": critical.nodes.real,
            "tangent": point.tangent,
        },
        notes={"theta": critical.theta} if kind == "torus" else {},
    )
