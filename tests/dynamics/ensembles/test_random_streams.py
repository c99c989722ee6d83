"""Random numbers by number: their distribution, their independence, and the paths made of them."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics import cache
from scipy import stats

STREAMS = cache.kernel("random_streams")


def numbers(seed: int, members: int, steps: int, sources: int = 1) -> np.ndarray:
    """The normal numbers (members, steps, sources) of an ensemble."""
    width = 64
    keys = np.zeros((-(-members // width), 2 * width), dtype=np.uint64)
    STREAMS.fill_keys(seed, 0, keys)
    found = np.empty((members, steps, sources))
    for member in range(members):
        a, b = (keys[member // width, member % width + k * width] for k in (0, 1))
        for step in range(steps):
            for j in range(sources):
                pair = np.uint64((step >> 1) * sources + j)
                found[member, step, j] = STREAMS.normal_pair(a, b, pair)[step % 2]
    return found


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    return numbers(5, 256, 400)[:, :, 0]


def test_they_are_normal(sample):
    z = sample.ravel()
    assert stats.kstest(z, "norm").pvalue > 1e-3
    n = len(z)
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert np.mean(z**power) == pytest.approx(moment, abs=4.5 * np.sqrt(variance / n))


def test_they_are_independent(sample):
    count = sample.size
    for lag in (1, 2, 3):
        assert abs(np.mean(sample[:, lag:] * sample[:, :-lag])) < 4.5 / np.sqrt(count)
    for neighbour in (1, 2, 64):
        products = sample[neighbour:] * sample[:-neighbour]
        assert abs(products.mean()) < 4.5 / np.sqrt(products.size)
    # chi squared of 2-dimensional bins of successive numbers, made uniform
    u = stats.norm.cdf(sample)
    table, _, _ = np.histogram2d(u[:, :-1].ravel(), u[:, 1:].ravel(), bins=16, range=[[0, 1]] * 2)
    assert stats.chisquare(table.ravel()).pvalue > 1e-3
    other = numbers(6, 64, 400)[:, :, 0]
    assert abs(np.mean(other * sample[:64])) < 4.5 / np.sqrt(other.size)


def test_paths_are_made_of_them():
    # Euler-Maruyama and Milstein for x' = mu x + s x dW, step by step
    model = rb.Model(
        "gbm", "x' = mu*x", parameters=dict(mu=0.1, s=0.4), start=dict(x=1), noise=dict(x="s*x")
    )
    h, steps = 0.01, 101
    z = numbers(3, 70, steps)[:, :, 0]
    for scheme, correction in (("euler-maruyama", 0.0), ("milstein", 0.5)):
        x = np.ones(70)
        for i in range(steps):
            dw = np.sqrt(h) * z[:, i]
            x = x + h * 0.1 * x + 0.4 * x * dw + correction * 0.4 * 0.4 * x * (dw**2 - h)
        many = rb.simulate_ensemble(
            model, repeats=70, until=h * steps, step=h, scheme=scheme, seed=3
        )
        np.testing.assert_allclose(many["x"], x, rtol=1e-12)


def test_the_variance_of_an_ornstein_uhlenbeck_process():
    # stationary variance of Euler-Maruyama: sigma^2 tau/(2 - h/tau)
    model = rb.Model(
        "ou", "x' = -x/tau", parameters=dict(tau=2, s=0.3), start=dict(x=0), noise=dict(x="s")
    )
    many = rb.simulate_ensemble(model, repeats=20_000, until=40, step=0.1, save="x^2", after=20)
    exact = 0.3**2 * 2 / (2 - 0.1 / 2)
    assert many["x"].var() == pytest.approx(exact, rel=4.5 * np.sqrt(2 / 20_000))
    assert many["x^2"].mean() == pytest.approx(exact, rel=4.5 * np.sqrt(2 / 20_000))
    assert stats.kstest(many["x"] / np.sqrt(exact), "norm").pvalue > 1e-3
