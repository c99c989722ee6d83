"""Orders of the schemes with noise, by slope: strong ones on one path with longer and longer steps,
weak ones exactly, by Gaussian quadrature over the increments of a step."""

import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.along_path import along_path, joined_increments

FINE = 1024
FACTORS = np.array([8, 16, 32, 64])
PATHS = 200


def path(rng, sources=1, count=FINE):
    """dW and dZ of short steps of a path over [0, 1]."""
    h = 1 / count
    dw = rng.normal(size=(count, sources)) * math.sqrt(h)
    other = rng.normal(size=(count, sources)) * math.sqrt(h)
    return dw, 0.5 * h * (dw + other / math.sqrt(3))


def slope(steps, errors):
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


def strong_slope(model, scheme, exact, sources=1):
    """The order of the mean error at t = 1; `exact(dw, dz)` is the end on a path."""
    rng = np.random.default_rng(5)
    errors = np.zeros(len(FACTORS))
    for _ in range(PATHS):
        dw, dz = path(rng, sources)
        truth = exact(dw, dz)
        for k, factor in enumerate(FACTORS):
            long = joined_increments(dw, dz, 1 / FINE, int(factor))
            end = along_path(model, scheme, factor / FINE, *long)
            errors[k] += np.linalg.norm(end - truth)
    return slope(FACTORS / FINE, errors)


GBM = rb.Model(
    "geometric Brownian motion",
    "x' = mu*x",
    parameters=dict(mu=0.5, s=1),
    start=dict(x=1),
    noise=dict(x="s*x"),
)


@pytest.mark.parametrize("scheme, order", [("euler-maruyama", 0.5), ("milstein", 1.0)])
def test_strong_order_with_multiplicative_noise(scheme, order):
    # x(1) = exp(mu - s^2/2 + s W(1)) (Kloeden & Platen 1992, section 4.4)
    def exact(dw, dz):
        return np.array([math.exp(0.5 - 0.5 + dw.sum())])

    assert strong_slope(GBM, scheme, exact) == pytest.approx(order, abs=0.12)


TWO = rb.Model(
    "two sources",
    "x' = x/2\ny' = -y",
    start=dict(x=1, y=1),
    noise=dict(x=dict(a="x", b="x/2"), y=dict(b="y")),
)


@pytest.mark.parametrize("scheme, order", [("euler-maruyama", 0.5), ("milstein", 1.0)])
def test_strong_order_with_sources_that_commute(scheme, order):
    # x(1) = exp(1/2 - 5/8 + W_a + W_b/2), y(1) = exp(-1 - 1/2 + W_b)
    def exact(dw, dz):
        a, b = dw.sum(axis=0)
        return np.array([math.exp(0.5 - 0.625 + a + b / 2), math.exp(-1.5 + b)])

    assert strong_slope(TWO, scheme, exact, sources=2) == pytest.approx(order, abs=0.15)


def test_milstein_in_ensembles_and_what_it_refuses():
    many = rb.simulate_ensemble(TWO, repeats=3, until=1, step=0.1, scheme="milstein", seed=1)
    assert many.completed.all()
    apart = rb.Model(
        "area", "x' = 0\ny' = 0", start=dict(x=0, y=0), noise=dict(x=dict(a="1"), y=dict(b="x"))
    )
    with pytest.raises(rb.InvalidArgument, match="noise that commutes"):
        rb.simulate(apart, until=1, step=0.1, scheme="milstein")
    # y = W_a^2/2 - t/2 by Ito, sources that share a state but commute
    square = rb.Model(
        "square", "x' = 0\ny' = 0", start=dict(x=0, y=0), noise=dict(x=dict(a="1"), y=dict(a="x"))
    )
    run = rb.simulate(square, until=5, step=0.5, scheme="milstein", seed=2)
    np.testing.assert_allclose(run["y"], (run["x"] ** 2 - run.t) / 2, atol=1e-12)


WELL = rb.Model(
    "double well",
    "x' = x - x^3",
    parameters=dict(s=0.6),
    start=dict(x=0.5),
    noise=dict(x="s*(1 + sin(3*t)/2)"),
)
PAIR = rb.Model(
    "two states, two shared sources",
    "x' = y - sin(2*x)\ny' = -x - cos(3*y)",
    start=dict(x=1, y=0),
    noise=dict(x=dict(a="1", b="0.7"), y=dict(a="-1.2")),
)


@pytest.mark.parametrize("model, sources", [(WELL, 1), (PAIR, 2)], ids=["one", "two"])
@pytest.mark.parametrize("scheme, order", [("euler-maruyama", 1.0), ("srk", 1.5)])
def test_strong_order_with_additive_noise(model, sources, scheme, order):
    # the truth by srk with steps that are 8 to 64 times as short
    def exact(dw, dz):
        return along_path(model, "srk", 1 / FINE, dw, dz)

    assert strong_slope(model, scheme, exact, sources) == pytest.approx(order, abs=0.17)


def test_srk_is_exact_for_the_integral_of_the_path():
    # x' = 0, y' = x: x = W, y = int W
    model = rb.Model("integral", "x' = 0\ny' = x", start=dict(x=0, y=0), noise=dict(x="1"))
    dw, dz = path(np.random.default_rng(1), count=64)
    whole = joined_increments(dw, dz, 1 / 64, 64)
    np.testing.assert_allclose(
        along_path(model, "srk", 1 / 64, dw, dz), np.ravel(whole), atol=1e-14
    )


def increments(h, points=8):
    """Nodes (dW, dZ) and weights of Gauss and Hermite."""
    z, weights = np.polynomial.hermite_e.hermegauss(points)
    weights = weights / weights.sum()
    a, b = np.meshgrid(z, z, indexing="ij")
    dw = math.sqrt(h) * a
    dz = 0.5 * h * math.sqrt(h) * (a + b / math.sqrt(3))
    return dw.ravel(), dz.ravel(), np.outer(weights, weights).ravel()


def mean_after_one_step(model, scheme, h, function):
    """E function(state), exactly for polynomials."""
    dw, dz, weights = increments(h)
    ends = [along_path(model, scheme, h, [[a]], [[b]]) for a, b in zip(dw, dz, strict=True)]
    return float(weights @ [function(end) for end in ends])


@pytest.mark.parametrize("scheme", ["euler-maruyama", "milstein"])
@pytest.mark.parametrize("power", [1, 2])
def test_weak_order_of_moments(scheme, power):
    # E x^k(1) = exp(k mu + k (k - 1) s^2/2)
    exact = math.exp(0.5 * power + 0.5 * power * (power - 1))
    steps = np.array([1 / 16, 1 / 32, 1 / 64])
    errors = [
        abs(mean_after_one_step(GBM, scheme, h, lambda x: x[0] ** power) ** round(1 / h) - exact)
        for h in steps
    ]
    assert slope(steps, errors) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("scheme, order", [("euler-maruyama", 1), ("srk", 2)])
def test_weak_order_with_additive_noise(scheme, order):
    # x' = -x + s dW, y' = x^2 - y:  m = E x^2 = s^2/2 + (1 - s^2/2) e^(-2t) and
    # E y = s^2/2 (1 - e^-t) + (1 - s^2/2) (e^-t - e^(-2t)) from x = 1, y = 0.
    # A step maps (E x^2, E y, 1) linearly, because it is a polynomial in x, y and the increments.
    s = 0.8
    model = rb.Model(
        "squared",
        "x' = -x\ny' = x^2 - y",
        parameters=dict(s=s),
        start=dict(x=1, y=0),
        noise=dict(x="s"),
    )
    exact = s**2 / 2 * (1 - math.exp(-1)) + (1 - s**2 / 2) * (math.exp(-1) - math.exp(-2))
    steps, errors = np.array([1 / 4, 1 / 8, 1 / 16]), []
    for h in steps:
        found = {}
        for x, y in ((0, 0), (1, 0), (0, 1)):
            here = model.replace(x=x, y=y)
            moments = (lambda end: end[0] ** 2, lambda end: end[1])
            found[x, y] = [mean_after_one_step(here, scheme, h, f) for f in moments]
        rest = np.array(found[0, 0])
        matrix = np.stack([found[1, 0] - rest, found[0, 1] - rest], axis=1)
        moments = np.array([1.0, 0.0])
        for _ in range(round(1 / h)):
            moments = matrix @ moments + rest
        errors.append(abs(moments[1] - exact))
    assert slope(steps, errors) == pytest.approx(order, abs=0.25)


def test_what_srk_refuses():
    with pytest.raises(rb.InvalidArgument, match="that of x in geometric Brownian motion depends"):
        rb.simulate(GBM, until=1, step=0.1, scheme="srk")
    with pytest.raises(rb.InvalidArgument, match="no noise"):
        rb.simulate(rb.Model("d", "x' = -x", start=dict(x=1)), until=1, step=0.1, scheme="srk")
    with pytest.raises(rb.InvalidArgument, match="has no increments"):
        along_path(GBM, "rk4", 0.1, np.zeros((1, 1)))
