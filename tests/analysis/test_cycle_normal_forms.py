"""Normal forms of cycles against closed forms, DOP853's Poincare map, and their own symmetries."""

from functools import cache

import numpy as np
import pytest
import rheobase as rb
from poincare_map import PoincareMap, flip_of, fold_of
from rheobase.analysis.cycle_curve import CycleCurve
from rheobase.analysis.cycle_normal_forms import cycle_normal_form
from rheobase.analysis.gauss import gauss
from rheobase.analysis.mesh import nodes_of
from rheobase.analysis.problem import problem_of
from rheobase.analysis.variational import direction_at, locate_critical
from scipy.optimize import minimize_scalar

BAUTIN = rb.Model(
    "Bautin's form with shear",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    g = b1 + b2*r2 - r2^2
    w = 1 + alpha*(r2 - b2/2)
    r2 = x^2 + y^2
    """,
    parameters=dict(b1=-0.25, b2=1, alpha=0),
    start=dict(x=0.7, y=0),
)

# (p, q) = rho (cos, sin)(theta/2) + eta (-sin, cos)(theta/2): half a turn with each turn of theta.
#   rho' = (mu + c rho^2 + kappa (r - 1)) rho,  eta' = -eta/2,  theta' = 1 + alpha rho^2,
#   r' = r (1 - r^2 + k rho^2), so that r - 1 = k rho^2/2 + ...
FLIP = rb.Model(
    "a flip on a Moebius strip",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    p' = -q*w/2 + a*P - (p - P)/2
    q' = p*w/2 + a*Q - (q - Q)/2
    r = sqrt(x^2 + y^2)
    P = (p*(1 + x/r) + q*y/r)/2
    Q = (p*y/r + q*(1 - x/r))/2
    s = P*p + Q*q
    a = mu + c*s + kappa*(r - 1)
    g = 1 - r^2 + k*s
    w = 1 + alpha*s
    """,
    parameters=dict(mu=0, c=-1, kappa=0, k=0, alpha=0),
    start=dict(x=1, y=0, p=0, q=0),
)

# z = (p + i q) exp(-i theta), z' = (mu + i omega) z + g20/2 z^2 + g11 z z* + g02/2 z*^2
#     + (c + i e) z |z|^2 + kappa z (r - 1),  theta' = 1 + alpha |z|^2,  r' = r (1 - r^2 + k |z|^2)
TORUS = rb.Model(
    "a torus, in a turning frame",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    p' = (x*F - y*G)/r - q*w
    q' = (y*F + x*G)/r + p*w
    r = sqrt(x^2 + y^2)
    u = (p*x + q*y)/r
    v = (q*x - p*y)/r
    s = u^2 + v^2
    F = (mu + kappa*(r - 1) + c*s)*u - (omega + e*s)*v + A*(u^2 - v^2)/2 + B*s + D*(u^2 - v^2)/2
    G = (mu + kappa*(r - 1) + c*s)*v + (omega + e*s)*u + A*u*v + E*s - D*u*v
    g = 1 - r^2 + k*s
    w = 1 + alpha*s
    """,
    parameters=dict(mu=0, omega=0.23, c=-1, e=0, kappa=0, k=0, alpha=0, A=0, B=0, D=0, E=0),
    start=dict(x=1, y=0, p=0, q=0),
)

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


def circling(model, parameter, kind, radius=1.0, theta=0.0, mesh=50, degree=4):
    """The located point at the exact orbit (cos, sin, 0, ...) of period 2 pi."""
    value = model.parameters[parameter]
    problem = problem_of(model, parameter, (value - 1, value + 1))
    nodes = np.linspace(0, 1, mesh + 1)
    t = 2 * np.pi * nodes_of(gauss(degree), nodes)
    X = np.zeros((*t.shape, len(model.states)))
    X[..., 0], X[..., 1] = radius * np.cos(t), radius * np.sin(t)
    curve = CycleCurve(problem, nodes, X, degree, 2 * np.pi)
    z = np.concatenate([X.ravel(), [2 * np.pi, value]])
    border = np.zeros_like(z)
    if kind == "cycle fold":
        border[:-2] = X.ravel()
    else:
        border[-1] = 1.0
    critical = locate_critical(curve, z, border, kind, theta)
    assert critical is not None
    return curve, critical


def form_of(model, parameter, kind, **settings):
    curve, critical = circling(model, parameter, kind, **settings)
    return cycle_normal_form(curve, kind, critical)


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


@pytest.mark.parametrize("b2", [1.0, 0.3])
@pytest.mark.parametrize("alpha", [0.0, 0.7, -3.0])
def test_the_fold_of_bautins_form(b2, alpha):
    """r' = -r (r^2 - b2/2)^2: delta -> delta - 2 pi 4 r^3 delta^2; beta' = 2 pi r."""
    model = BAUTIN.replace(b1=-(b2**2) / 4, b2=b2, alpha=alpha)
    radius = np.sqrt(b2 / 2)
    form = form_of(model, "b1", "cycle fold", radius=radius)
    assert form.coefficient == pytest.approx(-8 * np.pi * radius**3, rel=1e-9)
    assert form.slope == pytest.approx(2 * np.pi * radius, rel=1e-9)
    assert form.criticality == ""
    assert form.name == "b of xi -> xi + b xi^2"
    assert form.uncertainty < 1e-6 * abs(form.coefficient)


@pytest.mark.parametrize(
    "terms",
    [
        dict(c=-1),
        dict(c=0.5, alpha=2),
        dict(c=-1, kappa=3, k=2),
        dict(c=0.3, kappa=-1, k=1.5, alpha=-0.7),
    ],
)
def test_a_period_doubling_in_closed_form(terms):
    """rho -> -(rho + 2 pi (c + kappa k/2) rho^3), on a unit vector everywhere."""
    model = FLIP.replace(terms)
    cubic = model.parameters["c"] + model.parameters["kappa"] * model.parameters["k"] / 2
    form = form_of(model, "mu", "period doubling")
    assert form.coefficient == pytest.approx(-2 * np.pi * cubic, rel=1e-9)
    assert form.criticality == ("supercritical" if cubic < 0 else "subcritical")
    assert form.uncertainty < 1e-6 * abs(form.coefficient)


@pytest.mark.parametrize("terms", [dict(c=0), dict(c=-3, kappa=3, k=2)])
def test_a_cubic_term_of_zero_is_degenerate(terms):
    form = form_of(FLIP.replace(terms), "mu", "period doubling")
    assert abs(form.coefficient) < 1e-8
    assert form.criticality == "degenerate"


@pytest.mark.parametrize("omega", [0.23, 0.41, 0.0711])
@pytest.mark.parametrize(
    "terms",
    [
        dict(c=-1),
        dict(c=0.2, e=3, alpha=1.3),
        dict(c=-1, kappa=3, k=2, alpha=-2),
        dict(c=0, A=1, B=0.5, D=-0.8, E=0.6),
        dict(c=-0.1, e=0.4, kappa=0.3, k=1, alpha=0.5, A=0.6, B=-0.3, D=0.5, E=0.9),
    ],
)
def test_a_torus_in_closed_form(terms, omega):
    """Re c1, Kuznetsov 2004, eq. (3.18), for the section's map in z; |z|^2 = 2 |xi|^2."""
    model = TORUS.replace(omega=omega, **terms)
    number = model.parameters
    g20, g02 = number["A"], number["D"]
    g11 = complex(number["B"], number["E"])
    c1 = 1j / (2 * omega) * (g20 * g11 - 2 * abs(g11) ** 2 - abs(g02) ** 2 / 3)
    cubic = c1.real + number["c"] + number["kappa"] * number["k"] / 2
    form = form_of(model, "mu", "torus", theta=2 * np.pi * omega)
    assert form.coefficient == pytest.approx(4 * np.pi * cubic, rel=1e-9)
    assert form.criticality == ("supercritical" if cubic < 0 else "subcritical")


@pytest.mark.parametrize("denominator", [3, 4])
def test_no_torus_at_a_strong_resonance(denominator):
    model = TORUS.replace(omega=1 / denominator, D=1)
    assert form_of(model, "mu", "torus", theta=2 * np.pi / denominator) is None


def test_the_error_falls_with_the_mesh():
    """Superconvergence: of order 2 m for degree m (de Boor and Swartz 1973)."""
    model, exact = BAUTIN.replace(alpha=0.7), -8 * np.pi * 0.5**1.5
    errors = [
        abs(
            form_of(model, "b1", "cycle fold", radius=0.5**0.5, mesh=N, degree=2).coefficient
            - exact
        )
        for N in (10, 20, 40)
    ]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 3.8)


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


def test_the_cost_in_second_and_third_derivatives():
    curve, critical = circling(FLIP.replace(kappa=1, k=1), "mu", "period doubling")
    calls = []
    for name in ("B", "C"):
        method = getattr(curve.field, name)

        def counted(*arguments, name=name, method=method):
            calls.append(name)
            return method(*arguments)

        setattr(curve.field, name, counted)
    cycle_normal_form(curve, "period doubling", critical)
    assert sorted(calls) == ["B", "B", "B", "C"]
