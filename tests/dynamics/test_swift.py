"""The shortened functions of the ensemble kernel against mpmath."""

import mpmath
import numpy as np
from rheobase.dynamics import cache

SWIFT = cache.kernel("swift")


def test_exp():
    x = np.random.default_rng(1).uniform(-708, 709, 2000)
    worst = max(abs(SWIFT.exp(v) / mpmath.exp(mpmath.mpf(v)) - 1) for v in x)
    assert worst < 2.5e-16
    for v, exact in (
        (709.437, np.inf),
        (np.inf, np.inf),
        (-709, 0),
        (-np.inf, 0),
        (0, 1),
        (-0.0, 1),
    ):
        assert SWIFT.exp(v) == exact
    assert np.isnan(SWIFT.exp(np.nan))


def test_bernoulli_from_exp():
    x = np.concatenate([np.geomspace(1e-12, 700, 1000), -np.geomspace(1e-12, 700, 1000)])
    worst = 0.0
    for v in x:
        exact = mpmath.mpf(v) / mpmath.expm1(mpmath.mpf(v))
        worst = max(worst, abs(SWIFT.bernoulli_from_exp(v, SWIFT.exp(v)) / exact - 1))
    assert worst < 2e-14
    assert SWIFT.bernoulli_from_exp(0.0, 1.0) == 1
    assert SWIFT.bernoulli_from_exp(1e9, np.inf) == 0
    assert SWIFT.bernoulli_from_exp(-np.inf, 0.0) == np.inf
