"""Special points of equilibria, made from what Newton's method located."""

import math

import numpy as np

from .critical_eigenvalue import equations_at
from .equilibrium_curve import spectrum_of
from .normal_forms import (
    Forms,
    first_lyapunov,
    flip_coefficient,
    fold_coefficient,
    largest_positive,
    neimark_sacker_coefficient,
)
from .problem import Problem
from .special_point import SpecialPoint

DEGENERATE = 1e-9  # of a fold: <p, F_lambda>, relative to its largest possible value
NO_BEND = 1e-12


def fold_point(
    problem: Problem, z: np.ndarray, q: np.ndarray, critical: float, residual: float
) -> SpecialPoint | None:
    """A fold; None where F_lambda lies in the range of F_x, so that branches cross instead."""
    forms, q = Forms(problem.field, z), largest_positive(q)
    a, p = fold_coefficient(forms, q, critical)
    slope = equations_at(problem.field, z)[1][:, problem.n]
    if abs(p @ slope) <= 1e-7 * np.linalg.norm(p) * np.linalg.norm(slope):
        return None
    return SpecialPoint(
        "fold",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(z[: problem.n]),
        problem.interval,
        coefficient=a,
        coefficient_name="a of w' = beta + a w^2",
        residual=residual,
        eigenvalues=spectrum_of(forms.A, problem.is_map)[0],
        arrays={"z": z, "q": q, "p": p},
        notes={"slope": float(p @ slope)},
    )


def hopf_point(
    problem: Problem, z: np.ndarray, q: np.ndarray, omega: float, residual: float
) -> SpecialPoint:
    if omega < 0:
        omega, q = -omega, q.conj()
    forms, q = Forms(problem.field, z), q / np.linalg.norm(q)
    l1 = first_lyapunov(forms, q, omega)
    return SpecialPoint(
        "hopf",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(z[: problem.n]),
        problem.interval,
        period=2 * math.pi / omega,
        coefficient=l1,
        coefficient_name="l1",
        criticality=criticality_of(forms, q, l1, omega, float(np.abs(z[: problem.n]).max())),
        residual=residual,
        eigenvalues=spectrum_of(forms.A, False)[0],
        arrays={"z": z, "q": q},
        notes={"omega": omega},
    )


def criticality_of(forms: Forms, q: np.ndarray, l1: float, omega: float, largest: float) -> str:
    """By the sign of l1, unless that is rounding error beside the terms that make it up, or shows
    at no amplitude that compares with the states."""
    if abs(l1) * max(largest, 1.0) ** 2 <= 1e-13:
        return "degenerate"
    conj = q.conj()
    size = np.linalg.norm(forms.C(q, q, conj)) + np.linalg.norm(forms.B(q, conj)) ** 2 / omega
    if abs(l1) * omega <= 1e-11 * size or l1 == 0:
        return "degenerate"
    return "subcritical" if l1 > 0 else "supercritical"


def flip_point(problem: Problem, z: np.ndarray, q: np.ndarray, residual: float) -> SpecialPoint:
    forms = Forms(problem.field, z)
    c = flip_coefficient(forms, q)
    return SpecialPoint(
        "flip",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(z[: problem.n]),
        problem.interval,
        period=float(problem.turns),
        coefficient=c,
        coefficient_name="c of w -> -w + c w^3",
        criticality="supercritical" if c > 0 else "subcritical",
        residual=residual,
        eigenvalues=spectrum_of(forms.A, True)[0],
        arrays={"z": z, "q": largest_positive(q)},
        notes={"turns": problem.turns},
    )


def torus_point(
    problem: Problem, z: np.ndarray, q: np.ndarray, theta: float, residual: float
) -> SpecialPoint:
    """A Neimark-Sacker point of a map."""
    if theta < 0:
        theta, q = -theta, q.conj()
    forms = Forms(problem.field, z)
    d = neimark_sacker_coefficient(forms, q, theta)
    return SpecialPoint(
        "neimark-sacker",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(z[: problem.n]),
        problem.interval,
        coefficient=d,
        coefficient_name="d of r -> r + d r^3",
        criticality="supercritical" if d < 0 else "subcritical",
        residual=residual,
        eigenvalues=spectrum_of(forms.A, True)[0],
        arrays={"z": z, "q": q / np.linalg.norm(q)},
        notes={"theta": theta},
    )
