"""Normal forms on branches of cycles: DOP853's Poincare map, the branches, their symmetries."""

from functools import cache

import numpy as np
import pytest
import rheobase as rb
from circling_cycles import TORUS
from poincare_map import PoincareMap, flip_of, fold_of
from rheobase.analysis.cycle_curve import CycleCurve
from rheobase.analysis.cycle_normal_forms import cycle_normal_form
from rheobase.analysis.problem import problem_of
from rheobase.analysis.variational import direction_at
from scipy.optimize import minimize_scalar

ROSSLER = rb.Model(
    "Rossler",
    """
    x' = -y - z
    y' = x + a*y
    z' = b + z*(x - c)
    """,
    parameters=dict(a=0.2, b=0.2, c=2.7),
    start=dict(x=4, y=0, z=0.1),
)


def at(point, shift=0):
    """The curve through a special point, and its critical direction; phase 0 `shift` intervals on.

    Returned with v at phase 0 of norm one over the period."""
    problem = problem_of(point.model, point.parameter, point.interval)
    h = np.roll(np.diff(point.arrays["mesh"]), -shift)
    X = np.roll(point.arrays["orbit"], -shift, axis=0)
    mesh = np.concatenate([[0.0], np.cumsum(h)])
    curve = CycleCurve(problem, mesh, X, X.shape[1] - 1, point.period)
    z = np.concatenate([X.ravel(), [point.period, point.value]])
    held = np.zeros_like(z)
    held[-1] = problem.width
    _, _, linear = curve.linearise(z, held)
    critical = direction_at(curve, z, linear, point.kind, 0.0)
    v, head = critical.phi, critical.nodes[0, 0]
    if point.kind == "cycle fold":
        part = inner(curve, linear.f, v) / inner(curve, linear.f, linear.f)
        v, head = v - part * linear.f, head - part * curve.field.f(np.append(X[0, 0], point.value))
        mean = np.einsum("ji,jin->n", curve.share, X[:, 1:])
        head = head * np.sign(inner(curve, v, X[:, 1:] - mean))
    return curve, critical, head / np.sqrt(inner(curve, v, v))


def inner(curve, u, v):
    return float((curve.share[..., None] * u * v).sum())


def section_at(point):
    curve, critical, v = at(point)
    X, period, value = curve.split(critical.z)
    model = point.model.replace({point.parameter: value})
    return PoincareMap(model, X[0, 0], period, np.ptp(X, axis=(0, 1)) / 2), v


@cache
def hodgkin_huxley(mesh=50):
    rest = rb.continue_equilibria(rb.models.hodgkin_huxley(), "I", (0, 20))
    return rb.continue_cycles(rest.first("hopf"), mesh=mesh)


@cache
def morris_lecar_cycles():
    rest = rb.continue_equilibria(rb.models.morris_lecar("hopf"), "I", (50, 100))
    return rb.continue_cycles(rest.first("hopf"))


def morris_lecar():
    return morris_lecar_cycles().first("cycle fold")


@cache
def rossler(mesh=50):
    cycle = rb.find_limit_cycle(ROSSLER, mesh=mesh)
    return rb.continue_cycles(cycle, "c", (2.7, 3), mesh=mesh)


def test_rosslers_period_doubling_against_dop853():
    point = rossler().first("period doubling")
    assert point.value == pytest.approx(2.8324450282, abs=1e-9)
    curve, critical, _ = at(point)
    form = cycle_normal_form(curve, point.kind, critical)
    section, v = section_at(point)
    assert form.coefficient == pytest.approx(flip_of(section, v, 0.05), rel=1e-6)
    assert form.criticality == "supercritical"


def test_the_doubled_cycle_is_stable_where_the_period_doubling_is_supercritical():
    """Rossler's doubled cycle exists where the single one has lost its stability."""
    point = rossler().first("period doubling")
    doubled = rb.continue_cycles(point)
    near = (doubled["c"] > point.value + 1e-3) & (doubled["c"] < point.value + 0.1)
    assert near.any()
    assert doubled.stable[near].all()


@pytest.mark.parametrize("model", ["hodgkin_huxley", "morris_lecar"])
def test_folds_against_dop853(model):
    point = hodgkin_huxley().all("cycle fold")[-1] if model == "hodgkin_huxley" else morris_lecar()
    curve, critical, _ = at(point)
    form = cycle_normal_form(curve, point.kind, critical)
    section, v = section_at(point)
    assert form.coefficient == pytest.approx(fold_of(section, v, 3e-4), rel=5e-5)


def test_doubled_cycles_are_as_large_as_the_coefficient_says():
    """-(1 + epsilon) xi + c xi^3 = -xi at c xi^2 = epsilon, on Hodgkin and Huxley's branches.

    xi is the norm of half the difference between one round and the next, and -(1 + epsilon) the
    multiplier of the single cycle at the same parameter.
    """
    singles = hodgkin_huxley()
    point = singles.first("period doubling")
    curve, critical, _ = at(point)
    form = cycle_normal_form(curve, point.kind, critical)
    assert form.criticality == "subcritical"

    def multiplier(value):
        near = min(singles.at(I=value), key=lambda cycle: abs(cycle.period - point.period))
        return near.multipliers[np.argmin(np.abs(near.multipliers + 1))].real

    step = 5e-6
    slope = (multiplier(point.value + step) - multiplier(point.value - step)) / (2 * step)
    doubled = rb.continue_cycles(point, max_step=0.02, max_points=5)
    ratios, sizes = [], []
    for row in range(1, 5):
        double = doubled.orbit(row)
        t = np.linspace(0, double.period, 4000, endpoint=False)
        half = (double(t) - double(t + double.period / 2)) / 2
        sizes.append(np.sum(np.mean(half**2, axis=1)))
        ratios.append((doubled["I"][row] - point.value) / sizes[-1])
    limit = -slope * np.polyfit(sizes, ratios, 1)[-1]
    assert form.coefficient == pytest.approx(limit, rel=1e-4)


@pytest.mark.parametrize("kind", ["cycle fold", "period doubling"])
def test_the_phase_does_not_matter(kind):
    point = hodgkin_huxley().first(kind)
    values = []
    for shift in (0, 7, 23):
        curve, critical, _ = at(point, shift)
        values.append(cycle_normal_form(curve, kind, critical).coefficient)
    assert values == pytest.approx([values[0]] * 3, rel=1e-6)


@pytest.mark.parametrize("kind", ["cycle fold", "period doubling"])
def test_a_finer_mesh_says_the_same(kind):
    values = []
    for mesh in (50, 100):
        point = hodgkin_huxley(mesh).first(kind)
        curve, critical, _ = at(point)
        values.append(cycle_normal_form(curve, kind, critical).coefficient)
    assert values[0] == pytest.approx(values[1], rel=1e-5)


def test_units_scale_the_coefficients():
    """In tenths of a unit xi is ten times as large: b a tenth, c a hundredth."""
    tenths = "x' = -y - z\ny' = x + a*y\nz' = 10*b + z*(x/10 - c)"
    model = rb.Model(
        "Rossler", tenths, parameters=dict(a=0.2, b=0.2, c=2.7), start=dict(x=40, y=0, z=1)
    )
    cycles = rb.continue_cycles(rb.find_limit_cycle(model), "c", (2.7, 3))
    values = []
    for branch in (cycles, rossler()):
        curve, critical, _ = at(branch.first("period doubling"))
        values.append(cycle_normal_form(curve, "period doubling", critical).coefficient)
    assert values[0] == pytest.approx(values[1] / 100, rel=1e-6)


def test_the_branch_bends_as_the_fold_says():
    """lambda - lambda_0 = -(b/slope) xi^2 on the branch, with xi the distance of the orbits."""
    fold = morris_lecar()
    curve, critical, _ = at(fold)
    form = cycle_normal_form(curve, "cycle fold", critical)
    branch = rb.continue_cycles(fold, max_step=0.03, max_points=3)
    row = int(np.argmin(np.abs(branch["I"] - fold.value)))
    ratios, distances = [], []
    for near in (row - 2, row - 1, row + 1, row + 2):
        distance = distance_between(branch.orbit(near), branch.orbit(row))
        distances.append(distance * np.sign(near - row))
        ratios.append((branch["I"][near] - fold.value) / distance**2)
    limit = np.polyfit(distances, ratios, 3)[-1]
    assert -form.coefficient / form.slope == pytest.approx(limit, rel=2e-3)


def test_the_larger_cycle_is_stable_where_the_coefficient_is_negative():
    fold = morris_lecar()
    curve, critical, _ = at(fold)
    assert cycle_normal_form(curve, "cycle fold", critical).coefficient < 0
    cycles = morris_lecar_cycles().at(I=fold.value + 1)
    low, high = sorted(cycles, key=lambda cycle: cycle.maximum["V"])
    assert high.stable
    assert not low.stable


def distance_between(cycle, other):
    """The norm over the period, least over all shifts of time."""
    t = np.linspace(0, 1, 2000, endpoint=False)
    fixed = other(t * other.period)

    def distance(shift):
        return np.sqrt(np.sum(np.mean((cycle((t + shift) * cycle.period) - fixed) ** 2, axis=1)))

    return minimize_scalar(distance, bracket=(-1e-3, 1e-3)).fun


def test_special_points_carry_their_coefficients():
    """Found by continuation, and kept in files."""
    torus = TORUS.replace(mu=-0.1, c=-0.1, A=0.6, B=-0.3, D=0.5, E=0.9, k=1, kappa=0.3)
    assert torus.parameters["omega"] == 0.23
    c1 = 1j / 0.46 * (0.6 * (-0.3 + 0.9j) - 2 * abs(-0.3 + 0.9j) ** 2 - 0.25 / 3)
    cycle = rb.find_limit_cycle(torus)
    point = rb.continue_cycles(cycle, "mu", (-0.1, 0.1)).first("torus")
    assert point.coefficient == pytest.approx(4 * np.pi * (c1.real - 0.1 + 0.15), rel=1e-6)
    assert point.criticality == "supercritical"
    point = rossler().first("period doubling")
    assert point.coefficient_name == "c of xi -> -xi + c xi^3"
    assert point.criticality == "supercritical"
    assert rb.SpecialPoint.from_storage(*point.to_storage()).coefficient == point.coefficient
    fold = hodgkin_huxley().first("cycle fold")
    assert fold.coefficient_name == "b of xi -> xi + b xi^2"
    assert fold.notes["slope"] < 0


def test_no_number_where_rounding_decides():
    """On FitzHugh and Nagumo's canard the terms of b cancel to all their digits."""
    rest = rb.continue_equilibria(rb.models.fitzhugh_nagumo(), "I", (0, 1))
    fold = rb.continue_cycles(rest.first("hopf"), max_points=150).first("cycle fold")
    assert fold.coefficient is None
    curve, critical, _ = at(fold)
    assert cycle_normal_form(curve, "cycle fold", critical) is None
