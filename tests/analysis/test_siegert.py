"""The leaky neuron with white noise in closed form: against mpmath, limits, refusals."""

import math

import mpmath
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = [
    (15, 5 / math.sqrt(20), 20, 20, 10, 2),
    (0, 1, 1, 1, 0, 0),
    (30, 1, 10, 20, 10, 2),
    (0, 0.5, 2, 3, -1, 0.5),
    (50, 1, 10, 20, 10, 0),
    (19.9, 0.01, 10, 20, 10, 0),
    (0, 1, 1, 0.3, 0.2999, 0),
    (-5, 3, 0.1, -4.5, -30, 0),
]


def exactly(mean, sigma, tau, threshold, reset, refractory):
    """Rate and CV by quadrature with 40 digits; the double integral of the variance by parts,
    int_a^b e^(x^2) int_(-inf)^x g dy dx = int_(-inf)^b g(y) (E(b) - E(max(a, y))) dy, where E is
    sqrt(pi)/2 erfi."""
    unit = mpmath.mpf(sigma) * mpmath.sqrt(tau)
    a, b = (reset - mean) / unit, (threshold - mean) / unit
    inside = mpmath.linspace(a, b, 25)
    first = mpmath.quad(lambda u: mpmath.e ** (u * u) * mpmath.erfc(-u), inside)
    interval = refractory + tau * mpmath.sqrt(mpmath.pi) * first

    def g(y):
        return mpmath.e ** (y * y) * mpmath.erfc(-y) ** 2

    def E(x):
        return mpmath.sqrt(mpmath.pi) / 2 * mpmath.erfi(x)

    scale = 1 / (1 + abs(a))
    before = [a - scale * k for k in (400, 60, 30, 16, 8, 4, 2, 1, mpmath.mpf(1) / 2)]
    if a > 0:
        before = [*(mpmath.mpf(-k) for k in (20, 10, 5, 2)), *mpmath.linspace(0, a, 40)[:-1]]
    double = (E(b) - E(a)) * mpmath.quad(g, [*before, a])
    double += mpmath.quad(lambda y: g(y) * (E(b) - E(y)), inside)
    return 1 / interval, mpmath.sqrt(2 * mpmath.pi * double) * tau / interval


@pytest.mark.parametrize("arguments", CASES, ids=str)
def test_rate_and_cv_by_mpmath(arguments):
    found = rb.siegert(*arguments)
    with mpmath.workdps(25):
        rate, cv = exactly(*arguments)
    assert abs(found.rate / rate - 1) < 1e-12
    assert abs(found.cv / cv - 1) < 1e-12


def test_little_noise_far_above_threshold():
    # dV = (mean - V)/tau dt + sigma dW to first order in sigma: the variance of the passage is
    # int sigma^2 tau^3/(mean - V)^3 dV = sigma^2 tau^3/2 [1/(mean - V)^2]
    mean, sigma, tau, threshold, reset = 50, 1e-4, 10, 20, 10
    found = rb.siegert(mean, sigma, tau, threshold, reset)
    quiet = rb.siegert(mean, 0, tau, threshold, reset)
    variance = sigma**2 * tau**3 / 2 * (1 / (mean - threshold) ** 2 - 1 / (mean - reset) ** 2)
    assert quiet.mean_interval == pytest.approx(tau * math.log(40 / 30), rel=1e-14)
    assert quiet.cv == 0
    assert found.rate == pytest.approx(quiet.rate, rel=1e-9)
    assert found.cv * found.mean_interval == pytest.approx(math.sqrt(variance), rel=1e-7)


def test_rare_firing_is_a_poisson_process():
    # for b -> infinity the mean first passage time is tau sqrt(pi) e^(b^2)/b (1 + 1/(2 b^2) + ...)
    b = 30.0
    found = rb.siegert(0, 1, 1, b, 0)
    tail = 1 + 1 / (2 * b**2) + 3 / (4 * b**4) + 15 / (8 * b**6) + 105 / (16 * b**8)
    assert found.log_rate == pytest.approx(
        -(b**2 + 0.5 * math.log(math.pi) - math.log(b) + math.log(tail)), abs=1e-9
    )
    assert found.cv == pytest.approx(1, abs=1e-12)
    assert found.rate == 0.0
    assert found.mean_interval == math.inf
    assert found.to_dict()["mean_interval"] is None


@given(
    mean=st.floats(-30, 30),
    sigma=st.floats(0.05, 10),
    tau=st.floats(0.1, 50),
    reset=st.floats(-5, 5),
    rise=st.floats(0.1, 20),
    pause=st.floats(0, 5),
)
@settings(deadline=None, max_examples=60)
def test_units_and_pauses_scale(mean, sigma, tau, reset, rise, pause):
    here = rb.siegert(mean, sigma, tau, reset + rise, reset, pause)
    other = rb.siegert(
        1000 * mean + 7,
        1000 * sigma / math.sqrt(60),
        60 * tau,
        1000 * (reset + rise) + 7,
        1000 * reset + 7,
        60 * pause,
    )
    assert other.log_rate == pytest.approx(here.log_rate - math.log(60), abs=1e-8)
    assert other.cv == pytest.approx(here.cv, rel=1e-7)
    free = rb.siegert(mean, sigma, tau, reset + rise, reset)
    if here.mean_interval < 1e300:
        assert here.mean_interval == pytest.approx(free.mean_interval + pause, rel=1e-12)
        assert here.cv * here.mean_interval == pytest.approx(
            free.cv * free.mean_interval, rel=1e-10
        )


def test_silence_without_noise():
    found = rb.siegert(20, 0, 10, 20, 10)
    assert found.rate == 0
    assert math.isnan(found.cv)


@pytest.mark.parametrize("far", [1e3, 1.001e6, 1e10, 1e150, 1e300])
def test_a_threshold_that_is_never_reached(far):
    # Kramers: exponential intervals of the mean tau sqrt(pi) e^(b^2)/b
    found = rb.siegert(0, 1, 1, far, 0)
    assert found.rate == 0
    assert found.mean_interval == math.inf
    assert found.cv == pytest.approx(1, rel=1e-5)
    expected = -far * far - math.log(math.sqrt(math.pi)) + math.log(far)
    assert found.log_rate == pytest.approx(expected, rel=1e-12)
    # a reset just below: most paths are there at once, a part p isn't; CV^2 = 2/p - 1
    if far < 1e7:
        near = far - 0.5 / far
        part = -math.expm1((near - far) * (near + far))
        found = rb.siegert(0, 1, 1, far, near)
        assert found.cv == pytest.approx(math.sqrt(2 / part - 1), rel=1e-2)


@pytest.mark.parametrize("mean", [1e5, 1.001e6, 1e12, 1e300])
def test_a_drift_that_drowns_the_noise(mean):
    found = rb.siegert(mean, 1, 1, 1, 0)
    time = math.log1p(1 / (mean - 1))
    assert found.mean_interval == pytest.approx(time, rel=1e-9)
    # Brownian motion with this drift: an inverse Gaussian time, CV^2 = sigma^2/(drift distance)
    assert found.cv == pytest.approx(mean**-0.5, rel=1e-4)


def test_a_reset_that_is_far_away():
    found = [rb.siegert(0, 1, 1, 1, reset) for reset in (-1e50, -1e200)]
    apart = found[1].mean_interval - found[0].mean_interval
    assert apart == pytest.approx(150 * math.log(10), rel=1e-12)
    deviations = [one.cv * one.mean_interval for one in found]
    assert deviations[1] == pytest.approx(deviations[0], rel=1e-12)


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(tau=0), "tau must be positive"),
        (dict(sigma=-1), "sigma and refractory not negative"),
        (dict(threshold=10), "must lie above the reset"),
        (dict(mean="a"), "mean must be a finite number"),
        (dict(refractory=math.inf), "refractory must be a finite number"),
    ],
)
def test_wrong_arguments(change, words):
    given = dict(mean=15, sigma=1, tau=20, threshold=20, reset=10) | change
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.siegert(**given)
