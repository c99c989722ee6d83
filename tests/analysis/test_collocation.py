"""Collocation on a cycle in closed form: orders of convergence (de Boor and Swartz 1973), extrema,
and meshes that spread the error evenly.

theta' = 1 + e cos theta on the unit circle takes the time

    t(theta) = 2/w atan(sqrt((1 - e)/(1 + e)) tan(theta/2)),   w = sqrt(1 - e^2)

to come from 0 to theta, and T = 2 pi/w for one turn.
"""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.continuation import corrected
from rheobase.analysis.cycle_curve import CycleCurve
from rheobase.analysis.extrema import extrema_of
from rheobase.analysis.gauss import gauss
from rheobase.analysis.mesh import carried, equidistributing, evaluated, nodes_of
from rheobase.analysis.problem import problem_of
from scipy.integrate import quad
from scipy.interpolate import BarycentricInterpolator

E = 0.6
W = math.sqrt(1 - E**2)
T = 2 * math.pi / W
MODEL = rb.Model(
    "uneven circle",
    """
    x' = x*(1 - r2) - y*w
    y' = y*(1 - r2) + x*w
    r2 = x^2 + y^2
    w = 1 + e*x
    """,
    parameters=dict(e=E),
    start=dict(x=1, y=0),
)


def time_of(theta):
    return 2 / W * math.atan(math.sqrt((1 - E) / (1 + E)) * math.tan(theta / 2))


def angle_at(t):
    return 2 * np.arctan(math.sqrt((1 + E) / (1 - E)) * np.tan(W * np.asarray(t) / 2))


@cache
def collocated(degree, count):
    """The cycle on a uniform mesh, Newton's method driven to rounding."""
    mesh = np.linspace(0, 1, count + 1)
    theta = angle_at(T * nodes_of(gauss(degree), mesh))
    X = np.stack([np.cos(theta), np.sin(theta)], axis=-1)
    curve = CycleCurve(problem_of(MODEL, "e", (0, 0.9)), mesh, X, degree, T)
    held = np.zeros(X.size + 2)
    held[-1] = 1.0
    z, _ = corrected(curve, np.concatenate([X.ravel(), [T, E]]), held, 1e-13)
    X, period, _ = curve.split(z)
    return mesh, X, period


def error_at_mesh_points(degree, count):
    """Of the period, of r, and of the time from each mesh point to the next."""
    mesh, X, period = collocated(degree, count)
    r = np.linalg.norm(X[:, 0], axis=-1)
    t = np.array([time_of(math.atan2(y, x)) for x, y in X[:, 0]])
    late = (np.diff(t, append=t[0]) % T) - T * np.diff(mesh)
    return max(abs(period - T), np.abs(r - 1).max(), np.abs(late).max())


def error_between(degree, count):
    mesh, X, _ = collocated(degree, count)
    inside = (mesh[:-1, None] + np.diff(mesh)[:, None] * np.linspace(0.05, 0.95, 19)).ravel()
    return np.abs(np.linalg.norm(evaluated(gauss(degree), mesh, X, inside), axis=1) - 1).max()


# meshes fine enough for the order to show, coarse enough for the error to stand above rounding
AT_MESH_POINTS = {2: (64, 128), 3: (32, 64), 4: (30, 60), 5: (20, 40), 6: (12, 24), 7: (8, 16)}
BETWEEN = {2: (40, 80), 3: (40, 80), 4: (40, 80), 5: (40, 80), 6: (40, 80), 7: (40, 80)}


@pytest.mark.parametrize("degree", AT_MESH_POINTS)
def test_order_at_mesh_points(degree):
    coarse, fine = (error_at_mesh_points(degree, count) for count in AT_MESH_POINTS[degree])
    assert math.log2(coarse / fine) == pytest.approx(2 * degree, rel=0.1)


@pytest.mark.parametrize("degree", BETWEEN)
def test_order_between_mesh_points(degree):
    coarse, fine = (error_between(degree, count) for count in BETWEEN[degree])
    assert math.log2(coarse / fine) == pytest.approx(degree + 1, rel=0.1)


@pytest.mark.parametrize("degree", [5, 6, 7])
def test_a_fine_mesh_leaves_nothing_but_rounding(degree):
    assert error_at_mesh_points(degree, 50) < 1e-13


@pytest.mark.parametrize("degree", range(2, 8))
def test_the_tables(degree):
    """Weights and derivatives against scipy's barycentric interpolation and adaptive quadrature."""
    table = gauss(degree)
    assert table.weights.sum() == pytest.approx(1, rel=1e-14)
    for power in range(2 * degree):  # exact up to degree 2 m - 1
        assert table.weights @ table.nodes[1:] ** power == pytest.approx(1 / (power + 1), rel=1e-13)
    values = np.sin(3 * table.nodes) + table.nodes**2
    polynomial = BarycentricInterpolator(table.nodes, values)
    x = np.linspace(0, 1, 7)
    np.testing.assert_allclose(table.values(x) @ values, polynomial(x), rtol=0, atol=1e-13)
    np.testing.assert_allclose(
        table.slopes @ values, polynomial.derivative(table.nodes[1:]), rtol=0, atol=1e-12
    )
    assert table.end @ values == pytest.approx(float(polynomial(1.0)), rel=1e-14)
    assert table.leading @ table.nodes**degree == pytest.approx(math.factorial(degree), rel=1e-12)


def test_extrema_are_better_than_the_polynomial():
    """All are 1 or -1; they lie between mesh points. The polynomial's own extrema, and still more
    those among its nodes, are worse, and approach them more slowly."""
    degree, p = 4, [E]
    errors = []
    for count in (20, 40, 80):
        mesh, X, period = collocated(degree, count)
        low, high = extrema_of(
            lambda x, value: MODEL.field.f(x, p),
            degree,
            np.diff(mesh)[None],
            X[None],
            np.array([period]),
            np.zeros(1),
        )
        mine = np.abs(np.concatenate([low[0] + 1, high[0] - 1])).max()
        dense = evaluated(gauss(degree), mesh, X, np.linspace(0, 1, 100_001))
        plain = np.abs([*(dense.max(axis=0) - 1), *(dense.min(axis=0) + 1)]).max()
        nodes = np.abs([*(X.max(axis=(0, 1)) - 1), *(X.min(axis=(0, 1)) + 1)]).max()
        assert mine < 0.5 * plain < 0.2 * nodes
        errors.append(mine)
    assert math.log(errors[0] / errors[-1], 4) > degree + 1


def test_the_mesh_spreads_the_error():
    """Of a function with a steep front: h^(m+1) |u^(m+1)| is the same in every interval."""
    degree, count = 4, 60
    table, steep = gauss(degree), 40.0

    def u(t):
        return np.tanh(steep * np.sin(2 * math.pi * (t - 0.3)))[..., None]

    mesh = np.linspace(0, 1, count + 1)
    for _ in range(6):
        mesh = equidistributing(table, mesh, u(nodes_of(table, mesh)), np.ones(1))
    h = np.diff(mesh)
    assert mesh[0] == 0
    assert mesh[-1] == 1
    assert (h > 0).all()
    X, t = u(nodes_of(table, mesh)), np.linspace(0, 1, 40001)
    away = np.abs(evaluated(table, mesh, X, t) - u(t))[:, 0]
    worst = np.array([away[(t >= a) & (t <= b)].max() for a, b in pairwise(mesh)])
    uniform = np.linspace(0, 1, count + 1)
    plain = np.abs(evaluated(table, uniform, u(nodes_of(table, uniform)), t) - u(t)).max()
    assert worst.max() < 1e-2 * plain
    # the quiet stretches have less than their share: the mesh keeps a floor there
    busy = h < np.median(h)
    assert worst[busy].max() < 30 * np.median(worst[busy])


def test_an_orbit_carried_to_another_mesh_is_the_same_polynomial():
    """Exact if the old mesh points are among the new: a polynomial of degree m is kept."""
    table = gauss(5)
    mesh = np.array([0.0, 0.2, 0.5, 1.0])
    new = np.array([0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0])
    X = np.random.default_rng(1).normal(size=(3, 6, 2))
    there = carried(table, mesh, X, new)
    t = np.linspace(0, 0.999, 500)
    np.testing.assert_allclose(
        evaluated(table, new, there, t), evaluated(table, mesh, X, t), rtol=0, atol=1e-11
    )


def test_the_weights_of_the_inner_product_integrate():
    """The phase condition's integral of <u, v'> against scipy's quad."""
    table, mesh = gauss(4), np.linspace(0, 1, 21)
    share = np.diff(mesh)[:, None] * table.weights
    t = nodes_of(table, mesh)[:, 1:]

    def integrand(t):
        return np.sin(2 * math.pi * t) ** 2 * np.exp(t)

    assert (share * integrand(t)).sum() == pytest.approx(quad(integrand, 0, 1)[0], rel=1e-13)
