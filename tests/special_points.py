"""What tests ask of the special points of a curve in two parameters."""

import pytest


def told(curve):
    """Labels, with the two parameters."""
    return [(p.label, *(p.parameters[name] for name in curve.plane)) for p in curve.special]


def only(curve, kind):
    (point,) = curve.all(kind)
    return point


def near(point, tolerance, **values):
    for name, value in values.items():
        assert point.parameters[name] == pytest.approx(value, abs=tolerance), (name, point)
