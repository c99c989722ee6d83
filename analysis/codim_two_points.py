"""Special points of codimension two, made from what was located on a curve of bifurcations."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .codim_two_forms import (
    bogdanov_takens_form,
    cusp_form,
    hopf_hopf_form,
    second_lyapunov,
    zero_hopf_form,
)
from .continuation import Point
from .equilibrium_curve import spectrum_of
from .normal_forms import Forms, largest_positive
from .special_point import SpecialPoint

REAL = 1e-5  # an imaginary part below this, relative to the largest eigenvalue, is none


def made(
    curve: Any,
    point: Point,
    kind: str,
    coefficient: float | tuple[float, ...] | None = None,
    name: str = "",
    criticality: str = "",
    arrays: Mapping[str, np.ndarray] | None = None,
    notes: Mapping[str, Any] | None = None,
    period: float | None = None,
) -> SpecialPoint:
    plane, place = curve.plane, curve.place_of(point.z)
    first = plane.names[0]
    return SpecialPoint(
        kind,
        plane.field.model_at(place),
        first,
        plane.named(place[: plane.n]),
        plane.box[first],
        period=period,
        coefficient=coefficient,
        coefficient_name=name,
        criticality=criticality,
        residual=float(np.abs(curve.residual(point.z)[: plane.n] / curve.sizes).max()),
        eigenvalues=point.facts.eigenvalues,
        arrays={"z": place, **(arrays or {})},
        notes={"turns": curve.turns, **(notes or {})},
        plane=plane.box,
    )


def forms_at(curve: Any, point: Point) -> Forms:
    return Forms(curve.field, curve.place_of(point.z))


def cusp_point(curve: Any, point: Point) -> SpecialPoint:
    forms = forms_at(curve, point)
    q = largest_positive(curve.sizes * point.facts.v)
    c = cusp_form(forms, q, curve.mu)
    return made(curve, point, "cusp", c, "c of w' = b1 + b2 w + c w^3", arrays={"q": q})


def degenerate_flip(curve: Any, point: Point) -> SpecialPoint:
    return made(curve, point, "generalized period doubling")


def bogdanov_takens_point(curve: Any, point: Point) -> SpecialPoint:
    a, b, q0, q1 = bogdanov_takens_form(forms_at(curve, point))
    return made(
        curve,
        point,
        "bogdanov-takens",
        (a, b),
        "(a, b) of w0' = w1, w1' = b1 + b2 w0 + a w0^2 + b w0 w1",
        "subcritical" if a * b > 0 else "supercritical",
        {"q0": q0, "q1": q1},
    )


def bautin_point(curve: Any, point: Point) -> SpecialPoint:
    omega, q = curve.oscillation(point.z)
    l2 = second_lyapunov(forms_at(curve, point), q, omega)
    return made(
        curve,
        point,
        "bautin",
        l2,
        "l2",
        "subcritical" if l2 > 0 else "supercritical",
        {"q": q / np.linalg.norm(q)},
        {"omega": omega},
        2 * math.pi / omega,
    )


def zero_hopf_point(curve: Any, point: Point) -> SpecialPoint | None:
    """None where two real eigenvalues add up to zero."""
    values, vectors = spectrum_of(forms_at(curve, point).A, False)
    zero = int(np.argmin(np.abs(values)))
    others = [i for i in range(len(values)) if i != zero and values[i].imag > 0]
    if not others:
        return None
    pair = min(others, key=lambda i: abs(values[i].real))
    omega = float(values[pair].imag)
    size = float(np.abs(values).max())
    if omega < REAL * size or abs(values[pair].real) > REAL * size:
        return None
    forms = forms_at(curve, point)
    q0 = largest_positive(vectors[:, zero].real)
    q1 = vectors[:, pair] / np.linalg.norm(vectors[:, pair])
    form = zero_hopf_form(forms, q0, q1, omega)
    return made(
        curve,
        point,
        "zero-hopf",
        (form.s, form.theta),
        "(s, theta) of u' = b1 + u^2 + s |z|^2, z' = (b2 + i omega + (theta + i ...) u) z",
        "",
        {"q0": q0, "q": q1},
        {"omega": omega, "G200": form.G200, "G011": form.G011},
        2 * math.pi / omega,
    )


def hopf_hopf_point(curve: Any, point: Point) -> SpecialPoint | None:
    """None where two real eigenvalues add up to zero."""
    forms = forms_at(curve, point)
    values, vectors = spectrum_of(forms.A, False)
    up = [i for i in range(len(values)) if values[i].imag > REAL * np.abs(values).max()]
    up.sort(key=lambda i: abs(values[i].real))
    if len(up) < 2 or abs(values[up[1]].real) > REAL * np.abs(values).max():
        return None
    pair = sorted(up[:2], key=lambda i: values[i].imag)
    omega = float(values[pair[0]].imag), float(values[pair[1]].imag)
    q = [vectors[:, i] / np.linalg.norm(vectors[:, i]) for i in pair]
    form = hopf_hopf_form(forms, (q[0], q[1]), omega)
    return made(
        curve,
        point,
        "hopf-hopf",
        (form.theta, form.delta),
        "(theta, delta) = (p12/p22, p21/p11) of r_i' = r_i (b_i + sum_j p_ij r_j^2)",
        "",
        {"q": q[0], "other": q[1]},
        {
            "omega": omega[0],
            "other omega": omega[1],
            "p11": form.p11,
            "p12": form.p12,
            "p21": form.p21,
            "p22": form.p22,
        },
        2 * math.pi / omega[0],
    )


def resonance_point(curve: Any, point: Point) -> SpecialPoint:
    """A double multiplier 1 or -1 of a map."""
    return made(curve, point, "resonance 1:1" if curve.mu > 0 else "resonance 1:2")


def singular_meeting(curve: Any, point: Point) -> SpecialPoint | None:
    """Another multiplier of a map becomes critical on a curve of folds or flips."""
    values = np.array(point.facts.eigenvalues)
    others = np.delete(values, np.argmin(np.abs(values - curve.mu)))
    if np.abs(others + curve.mu).min() < REAL:
        return made(curve, point, "fold-flip")
    nearest = others[np.argmin(np.abs(np.abs(others) - 1))]
    if abs(nearest.imag) > REAL and abs(abs(nearest) - 1) < REAL:
        return made(curve, point, "fold-torus" if curve.mu > 0 else "flip-torus")
    return None


def chenciner_point(curve: Any, point: Point) -> SpecialPoint:
    notes = {"theta": math.acos(point.facts.kappa)}
    return made(curve, point, "chenciner", notes=notes)


def resonance(curve: Any, point: Point) -> SpecialPoint:
    """Where the angle of a Neimark-Sacker point is 2 pi/k."""
    angle = math.acos(min(max(point.facts.kappa, -1.0), 1.0))
    k = 1 if angle < 0.1 else round(2 * math.pi / angle)
    return made(curve, point, f"resonance 1:{k}", notes={"theta": angle})


def torus_meeting(curve: Any, point: Point) -> SpecialPoint | None:
    """A real multiplier becomes critical on a curve of Neimark-Sacker points."""
    values = np.array(point.facts.eigenvalues)
    notes = {"theta": math.acos(point.facts.kappa)}
    real = values[np.abs(values.imag) < REAL]
    for value, kind in ((1.0, "fold-torus"), (-1.0, "flip-torus")):
        if np.abs(real - value).min(initial=1.0) < REAL:
            return made(curve, point, kind, notes=notes)
    return None
