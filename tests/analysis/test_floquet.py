"""Floquet multipliers of linear periodic systems with exact answers, over many orders of magnitude
and for long periods; of models against the variational equations, integrated by scipy's DOP853.

The linear systems hang on a circle: theta' = 1 there by r' = r (1 - r^2), and u' = A u in
coordinates that turn with the angle, so that the multipliers are the eigenvalues of exp(2 pi A),
times -1 for each half turn.
"""

import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.find_limit_cycle import cycle_of_loop, standing
from rheobase.analysis.floquet import eigenvalues, multipliers_of
from rheobase.analysis.settle import Loop
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.linalg import expm

CIRCLE = """
x' = (x*(1 - x^2 - y^2) - y)*w
y' = (y*(1 - x^2 - y^2) + x)*w
"""


def on_circle(text, w=1.0, **parameters):
    """The cycle of x, y with further states that rest at zero."""
    names = [line.split("'")[0].strip() for line in text.strip().splitlines()]
    model = rb.Model(
        "on a circle",
        CIRCLE + text,
        parameters=dict(w=w, **parameters),
        start=dict(x=1, y=0, **dict.fromkeys(names, 0.0)),
    )
    t = np.linspace(0, 2 * math.pi / w, 401)
    orbit = np.vstack([np.cos(w * t), np.sin(w * t), np.zeros((len(names), len(t)))])
    return cycle_through(model, t, orbit)


def cycle_through(model, t, orbit):
    """Newton's method from a sampled orbit (of any cycle, stable or not)."""
    loop = Loop(CubicSpline(t, orbit, axis=1), 0.0, float(t[-1]), t)
    return cycle_of_loop(standing(model), loop, 50, 4)


def assert_multipliers(cycle, exact, rtol=1e-7):
    """The multipliers, whatever their order, each to its own size."""
    assert len(cycle.multipliers) == len(exact)
    found = list(cycle.multipliers)
    for value in exact:
        nearest = min(found, key=lambda mu: abs(mu - value) / abs(value))
        found.remove(nearest)
        assert abs(nearest - value) <= rtol * abs(value), (value, cycle.multipliers)


@pytest.mark.parametrize("size", [1e-12, 1e-6, 0.5, 2.0, 1e4])
def test_one_multiplier(size):
    """z' = a z: exp(2 pi a); the circle's own one across is exp(-4 pi)."""
    cycle = on_circle("z' = a*z", a=math.log(size) / (2 * math.pi))
    assert_multipliers(cycle, [1, math.exp(-4 * math.pi), size])
    assert cycle.stable == (size < 1)


def test_multipliers_from_1e_minus_12_to_1e4_at_once():
    sizes = [1e4, 30.0, 1e-3, 1e-12]
    a = np.log(sizes) / (2 * math.pi)
    text = "\n".join(f"z{i}' = a{i}*z{i}" for i in range(4))
    cycle = on_circle(text, **{f"a{i}": value for i, value in enumerate(a)})
    assert_multipliers(cycle, [*sizes, 1, math.exp(-4 * math.pi)])
    assert not cycle.stable


def test_they_are_coupled_along_the_way():
    """Directions that turn: z' = R(t) A R(-t) z + turning, R a rotation by the angle itself, has
    the multipliers exp(2 pi A) with A upper triangular."""
    cycle = on_circle(
        """
        u' = w*(-v + (a*x^2 - c*x*y + b*y^2)*u + ((a - b)*x*y + c*x^2)*v)
        v' = w*(u + ((a - b)*x*y - c*y^2)*u + (a*y^2 + c*x*y + b*x^2)*v)
        """,
        a=math.log(1e3) / (2 * math.pi),
        b=math.log(1e-9) / (2 * math.pi),
        c=5.0,
    )
    assert_multipliers(cycle, [1e3, 1e-9, 1, math.exp(-4 * math.pi)], rtol=1e-6)


@pytest.mark.parametrize("size", [1e-8, 0.9, 1e3])
@pytest.mark.parametrize("turn", [0.1, 0.31, 0.499])
def test_complex_pairs(size, turn):
    """a +- i turn: exp(2 pi a) exp(+-2 pi i turn)."""
    a = math.log(size) / (2 * math.pi)
    cycle = on_circle("u' = a*u - b*v\nv' = b*u + a*v", a=a, b=turn)
    pair = size * np.exp(2j * math.pi * turn)
    assert_multipliers(cycle, [pair, pair.conj(), 1, math.exp(-4 * math.pi)])


def test_defective_multipliers():
    """A Jordan block: exp(2 pi a) twice, known to the square root of rounding."""
    a = math.log(0.3) / (2 * math.pi)
    cycle = on_circle("u' = a*u + v\nv' = a*v", a=a)
    assert_multipliers(cycle, [0.3, 0.3, 1, math.exp(-4 * math.pi)], rtol=1e-4)


@pytest.mark.parametrize("half", [0.3, 3.0])
def test_negative_multipliers(half):
    """Axes that make half a turn with the circle's turn: -exp(2 pi a), -exp(2 pi b)."""
    a, b = math.log(half) / (2 * math.pi), math.log(0.01) / (2 * math.pi)
    cycle = on_circle(
        """
        p' = w*(-q/2 + (a*(1 + x)/2 + b*(1 - x)/2)*p + (a - b)*y/2*q)
        q' = w*(p/2 + (a - b)*y/2*p + (a*(1 - x)/2 + b*(1 + x)/2)*q)
        """,
        a=a,
        b=b,
    )
    assert_multipliers(cycle, [-half, -0.01, 1, math.exp(-4 * math.pi)])


@pytest.mark.parametrize("w", [1e-6, 1e6])
def test_the_unit_of_time_is_of_no_account(w):
    cycle = on_circle("z' = w*a*z", w=w, a=math.log(7.0) / (2 * math.pi))
    assert cycle.period == pytest.approx(2 * math.pi / w, rel=1e-10)
    assert_multipliers(cycle, [7, 1, math.exp(-4 * math.pi)])


def test_a_long_period_with_a_quiet_stretch():
    """theta' = 1 + m - sin theta rests near pi/2 for almost all of T = 2 pi/sqrt((1 + m)^2 - 1);
    z' = a z: exp(a T); across, r' = r (1 - r^2): exp(-2 T)."""
    m = 1e-4
    T = 2 * math.pi / math.sqrt((1 + m) ** 2 - 1)
    a = math.log(50.0) / T
    model = rb.Model(
        "quiet",
        """
        x' = x*(1 - x^2 - y^2)/10 - y*(1 + m - y)
        y' = y*(1 - x^2 - y^2)/10 + x*(1 + m - y)
        z' = a*z
        """,
        parameters=dict(m=m, a=a),
        start=dict(x=1, y=0, z=0),
    )
    p = [m, a]
    run = solve_ivp(
        lambda t, x: model.field.f(x, p), (0, T), [1, 0, 0], rtol=1e-11, atol=1e-12, max_step=0.5
    )
    cycle = cycle_through(model, run.t, run.y)
    assert cycle.period == pytest.approx(T, rel=3e-8)
    found = np.sort(cycle.multipliers.real)[::-1]
    assert found[0] == pytest.approx(50, rel=1e-6)
    assert found[1] == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_products_of_matrices_keep_their_small_eigenvalues(seed):
    """A product of parts S_(j+1) D_j S_j^-1 has the eigenvalues of the product of the diagonal D_j;
    the first column of S is the orbit's own direction."""
    rng = np.random.default_rng(seed)
    count, n = 12, 5
    exact = np.array([1, 1e4, 3.0, 1e-5, 1e-12])
    D = rng.uniform(0.2, 5, (count, n))
    D *= (exact / D.prod(axis=0)) ** (1 / count)
    S = np.linalg.qr(rng.normal(size=(count, n, n)))[0] + 0.1 * rng.normal(size=(count, n, n))
    after = np.roll(S, -1, axis=0)
    parts = np.array(
        [b @ np.diag(d) @ np.linalg.inv(s) for s, d, b in zip(S, D, after, strict=True)]
    )
    lengths = np.cumprod(np.concatenate([[1.0], D[:-1, 0]]))
    directions = S[:, :, 0] * lengths[:, None]
    values, error = multipliers_of(parts, directions, np.ones(n), eigenvalues)
    assert error < 1e-12
    np.testing.assert_allclose(np.abs(values), np.sort(exact)[::-1], rtol=1e-8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hodgkin-huxley", 20.0),
        ("hodgkin-huxley", 150.0),
        ("morris-lecar", 150.0),
        ("wang-buzsaki", 1.0),
    ],
)
def test_against_the_variational_equations(name, value):
    """The monodromy matrix by scipy's DOP853 at a relative tolerance of 1e-11."""
    model = rb.models.named(name).replace(I=value)
    cycle = rb.find_limit_cycle(model, mesh=100)
    p = list(model.parameters.values())
    n = len(model.states)

    def rates(t, y):
        x = y[:n]
        M = y[n:].reshape(n, n)
        return np.concatenate([model.field.f(x, p), (model.field.jacobian(x, p) @ M).ravel()])

    start = np.concatenate([cycle(0.0).ravel(), np.eye(n).ravel()])
    run = solve_ivp(rates, (0, cycle.period), start, method="DOP853", rtol=1e-11, atol=1e-13)
    exact = np.linalg.eigvals(run.y[n:, -1].reshape(n, n))
    exact = exact[np.argsort(-np.abs(exact))]
    resolved = np.abs(exact) > 1e-7  # the smallest drown in the rounding of the product
    assert resolved.sum() >= 2 or name == "wang-buzsaki"
    np.testing.assert_allclose(cycle.multipliers[resolved], exact[resolved], rtol=1e-6, atol=1e-12)
    if not resolved.all():
        return
    # Liouville: their product is the exponential of the integral of the trace
    log_det = solve_ivp(
        lambda t, y: np.append(model.field.f(y[:n], p), np.trace(model.field.jacobian(y[:n], p))),
        (0, cycle.period),
        np.append(start[:n], 0.0),
        method="DOP853",
        rtol=1e-11,
        atol=1e-13,
    ).y[n, -1]
    assert np.log(np.abs(cycle.multipliers)).sum() == pytest.approx(log_det, rel=1e-5)


def test_a_cycle_of_no_size():
    """At a Hopf point the orbit is a point: multipliers are those of exp(T A)."""
    model = rb.models.normal_form("hopf").replace(omega=0.7)
    hopf = rb.continue_equilibria(model, "alpha", (-1, 1)).first("hopf")
    family = rb.continue_cycles(hopf, max_points=3)
    A = np.array([[0, -0.7], [0.7, 0]])
    exact = np.linalg.eigvals(expm(2 * math.pi / 0.7 * A))
    np.testing.assert_allclose(family.multipliers[0], exact, atol=1e-7)
