"""Kuramoto's model: against SciPy, closed forms and theory; the same bits however it is run."""

import json
import math

import mpmath
import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.dynamics import cache
from scipy.integrate import quad, solve_ivp
from scipy.sparse import csr_array
from scipy.special import i0, i1
from scipy.stats import cauchy, norm, uniform

DENSITIES = [
    (rb.Lorentzian(0.7, 3.0), cauchy(3.0, 0.7)),
    (rb.Gaussian(1.3, -2.0), norm(-2.0, 1.3)),
    (rb.Uniform(0.4, 1.0), uniform(0.6, 0.8)),
]


@pytest.mark.parametrize("ours, theirs", DENSITIES, ids=lambda d: type(d).__name__)
def test_densities_are_scipys(ours, theirs):
    x = np.linspace(-5, 6, 57)
    np.testing.assert_allclose(ours.pdf(x), theirs.pdf(x), rtol=1e-13)
    n = 101
    np.testing.assert_allclose(ours.quantiles(n), theirs.ppf((np.arange(n) + 0.5) / n), rtol=1e-12)
    assert ours.peak == pytest.approx(theirs.pdf(ours.centre), rel=1e-14)
    drawn = ours.sample(20_000, seed=3)
    shares = theirs.cdf(drawn)
    # Kolmogorov's statistic: 1.95/sqrt(n) is exceeded once in a thousand
    distance = np.abs(np.sort(shares) - (np.arange(20_000) + 0.5) / 20_000).max()
    assert distance < 1.95 / math.sqrt(20_000)
    np.testing.assert_array_equal(ours.sample(50, seed=3), drawn[:50])
    assert not np.array_equal(ours.sample(50, seed=4), drawn[:50])


def test_sine_and_cosine_of_the_phases():
    """Against mpmath at 40 digits, up to 1e8."""
    phasor = cache.kernel("mean_field").phasor
    random = np.random.default_rng(3)
    for reach in (1.0, 10.0, 1e4, 1e8):
        for x in random.uniform(-reach, reach, 300).tolist():
            with mpmath.workdps(40):
                exact = mpmath.sin(mpmath.mpf(x)), mpmath.cos(mpmath.mpf(x))
                off = [abs(ours - value) for ours, value in zip(phasor(x), exact, strict=True)]
            assert max(off) < 4e-16


def pulled(t, theta, omega, K, lag):
    z = np.exp(1j * theta).mean()
    return omega + K * np.imag(z * np.exp(-1j * (theta + lag)))


@pytest.mark.parametrize("lag", [0.0, 0.6])
def test_a_run_is_scipys(lag):
    run = rb.kuramoto(150, 2.6, rb.Gaussian(1.0, 0.5), until=4, step=0.01, lag=lag, save="phases")
    exact = solve_ivp(
        pulled, (0, 4), run.history[0], args=(run.frequencies, 2.6, lag), rtol=1e-11, atol=1e-11
    )
    np.testing.assert_allclose(run.phases, exact.y[:, -1], atol=1e-8)
    assert run.order[-1] == pytest.approx(abs(np.exp(1j * exact.y[:, -1]).mean()), abs=1e-9)
    np.testing.assert_allclose(run.complex_order, np.exp(1j * run.history).mean(axis=1), atol=1e-12)


@pytest.mark.parametrize(("scheme", "order"), [("euler", 1), ("heun", 2), ("rk2", 2), ("rk4", 4)])
def test_orders_of_the_schemes(scheme, order):
    given = dict(frequencies=np.linspace(-1, 1, 40), coupling=1.5, until=4, phases=np.arange(40.0))
    exact = rb.kuramoto(**given, step=0.002).phases
    errors = [
        np.abs(rb.kuramoto(**given, step=h, scheme=scheme).phases - exact).max() for h in (0.2, 0.1)
    ]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.45)


def test_two_oscillators():
    """Their difference obeys d' = D - K sin d: it locks at asin(D/K) or turns at sqrt(D^2-K^2)."""
    locked = rb.kuramoto(frequencies=[-0.3, 0.3], coupling=1.0, until=60, phases=0.0)
    difference = locked.phases[1] - locked.phases[0]
    assert difference == pytest.approx(math.asin(0.6), abs=1e-9)
    period = 2 * math.pi / math.sqrt(1 - 0.36)
    free = rb.kuramoto(
        frequencies=[-0.5, 0.5], coupling=0.6, until=40 * period, step=0.02, save="phases"
    )
    turned = np.diff(free.mean_frequencies(after=20 * period))
    assert turned[0] == pytest.approx(0.8, rel=1e-3)


def test_partial_synchrony_of_lorentzian_frequencies():
    """r = sqrt(1 - K_c/K), K_c = 2 Delta (Kuramoto 1975)."""
    for K in (3.0, 5.0):
        r = rb.kuramoto(4000, K, rb.Lorentzian(1.0), until=60).mean_order(after=30)
        assert r.value == pytest.approx(math.sqrt(1 - 2 / K), abs=3e-3)
        assert r.error < 2e-3


def test_uniform_frequencies_jump():
    """Nothing below 4 gamma/pi, more than pi/4 above (Pazo 2005)."""
    critical = 4 / math.pi
    below, above = (
        rb.kuramoto(4000, share * critical, rb.Uniform(1.0), until=300, step=0.1).mean_order(200)
        for share in (0.97, 1.02)
    )
    assert below.value < 0.06
    exact = rb.kuramoto_order(rb.Uniform(1.0), 1.02 * critical)
    assert exact > math.pi / 4
    assert above.value == pytest.approx(exact, abs=0.01)


def test_noise_on_equal_oscillators():
    """r = I1(K r/D)/I0(K r/D): the stationary density is von Mises's (Sakaguchi 1988)."""
    K, D = 2.0, 0.5
    r = 0.9
    for _ in range(200):
        r = i1(K * r / D) / i0(K * r / D)
    run = rb.kuramoto(
        frequencies=np.zeros(20_000), coupling=K, noise=D, until=60, step=0.02, seed=5
    )
    assert run.scheme == "heun"
    found = run.mean_order(after=20)
    assert found.value == pytest.approx(r, abs=4 * found.error + 2e-3)


def test_free_noise_diffuses():
    """Without coupling phases spread by 2 D t."""
    run = rb.kuramoto(
        frequencies=np.zeros(20_000), coupling=0.0, noise=0.3, until=2, step=0.1, phases=0.0
    )
    # the variance of n normal numbers has the relative error sqrt(2/n)
    assert run.phases.var() == pytest.approx(2 * 0.3 * 2, rel=4 * math.sqrt(2 / 20_000))
    assert abs(run.phases.mean()) < 4 * math.sqrt(1.2 / 20_000)


def test_the_same_bits_whoever_computes():
    given = dict(n=5003, coupling=2.2, density=rb.Lorentzian(1.0), until=1, noise=0.1, seed=9)
    one, two = rb.kuramoto(**given, threads=1), rb.kuramoto(**given, threads=2)
    np.testing.assert_array_equal(one.phases, two.phases)
    np.testing.assert_array_equal(one.complex_order, two.complex_order)
    assert not np.array_equal(rb.kuramoto(**{**given, "seed": 10}).phases, one.phases)
    thinned = rb.kuramoto(**given, every=5)
    np.testing.assert_array_equal(thinned.complex_order, one.complex_order[::5])


@pytest.mark.parametrize("every", [1, 10, 20, 21, 1000])
@pytest.mark.parametrize("save", ["order", "phases"])
def test_what_is_kept_does_not_change_the_steps(every, save):
    """until = 1.03 takes 21 steps of at most 0.05, whatever is kept of them."""
    given = dict(n=50, coupling=2.2, density=rb.Lorentzian(1.0), until=1.03, step=0.05, noise=0.1)
    one, told = rb.kuramoto(**given, save="phases"), []
    thinned = rb.kuramoto(**given, every=every, save=save, progress=told.append)
    kept = [*range(0, 21, every), 21]
    assert thinned.step == 1.03 / 21
    assert thinned.message == "21 steps of 0.0490476"
    np.testing.assert_allclose(thinned.t, 1.03 / 21 * np.array(kept), rtol=1e-15)
    np.testing.assert_array_equal(thinned.complex_order, one.complex_order[kept])
    np.testing.assert_array_equal(thinned.phases, one.phases)
    if save == "phases":
        np.testing.assert_array_equal(thinned.history, one.history[kept])
    assert told == sorted(told)
    assert told[-1] == 1


def test_an_adjacency_of_rows():
    rows = [[0, 0.5], [1, 0]]
    given = dict(frequencies=[1.0, 1.2], until=3, phases=[0.0, 1.0])
    listed = rb.kuramoto(**given, adjacency=rows)
    np.testing.assert_array_equal(
        listed.phases, rb.kuramoto(**given, adjacency=csr_array(rows)).phases
    )


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 200),
    st.floats(-5, 5),
    st.floats(-1.5, 1.5),
    st.integers(0, 2**63),
)
def test_symmetries(n, K, lag, seed):
    """A turn of all phases turns the order parameter; r never exceeds 1."""
    given = dict(
        coupling=K, lag=lag, until=2, step=0.1, frequencies=rb.Gaussian(1.0).sample(n, seed)
    )
    phases = 2 * np.pi * np.random.default_rng(seed % 1000).random(n)
    a = rb.kuramoto(**given, phases=phases)
    b = rb.kuramoto(**given, phases=phases + 1.0)
    np.testing.assert_allclose(b.complex_order, a.complex_order * np.exp(1j), atol=1e-9)
    assert (a.order <= 1 + 1e-12).all()


def test_fast_oscillators_don_t_end_a_run():
    """Whole turns are taken off before sine and cosine lose their digits, and counted."""
    run = rb.kuramoto(
        frequencies=[0.0, 4e5], coupling=0.0, until=500, step=0.5, every=10, phases=0.0
    )
    assert run.status.ok
    assert run.phases[1] == pytest.approx(2e8, rel=1e-13)
    assert run.unresolved == 0.5
    tails = rb.kuramoto(20_000, 2.5, rb.Lorentzian(500.0), until=60, every=10)
    assert tails.status.ok


def test_a_mean_says_how_well_it_is_known():
    """The standard error of the mean covers the scatter between seeds."""
    given = dict(n=300, coupling=1.2, density=rb.Gaussian(1.0), until=400, step=0.1)
    runs = [rb.kuramoto(**given, seed=s).mean_order(after=50) for s in range(12)]
    scatter = np.std([m.value for m in runs], ddof=1)
    told = np.mean([m.error for m in runs])
    assert 0.4 < told / scatter < 4


def test_saved_and_told(tmp_path):
    run = rb.kuramoto(50, 2.0, rb.Lorentzian(1.0), until=5, save="phases", noise=0.1)
    for ending in (".npz", ".nc"):
        again = rb.load(rb.save(run, tmp_path / f"run{ending}"))
        np.testing.assert_array_equal(again.history, run.history)
        assert again.density == run.density
        assert repr(again) == repr(run)
    assert json.loads(json.dumps(run.to_dict()))["oscillators"] == 50
    table = run.to_xarray()
    np.testing.assert_array_equal(table["order"], run.order)
    assert table["phases"].dims == ("t", "oscillator")
    with pytest.raises(ValueError, match="read-only"):
        run.phases[0] = 1


def test_integrals_of_densities():
    for ours, _ in DENSITIES:
        assert quad(ours.pdf, -np.inf, np.inf, points=None)[0] == pytest.approx(1, abs=1e-6)


LORENTZIAN = rb.Lorentzian(1.0)
WRONG = [
    (dict(n=10), rb.InvalidArgument, "density must be"),
    (dict(density=LORENTZIAN), rb.InvalidArgument, "how many"),
    (dict(n=0, density=LORENTZIAN), rb.InvalidArgument, "at least 1, not 0"),
    (dict(n=10, density=LORENTZIAN, until=-1), rb.InvalidArgument, "until must be positive"),
    (dict(n=10, density=LORENTZIAN, step=0), rb.InvalidArgument, "step must be positive"),
    (dict(n=10, density=LORENTZIAN, coupling=math.nan), rb.InvalidArgument, "coupling"),
    (dict(n=10, density=LORENTZIAN, noise=-1), rb.InvalidArgument, "at least 0"),
    (dict(n=10, density=LORENTZIAN, noise=1, scheme="rk4"), rb.InvalidArgument, "heun"),
    (dict(n=10, density=LORENTZIAN, scheme="rk5"), rb.UnknownName, "Did you mean 'rk"),
    (dict(n=10, density=LORENTZIAN, sampling="quantile"), rb.UnknownName, "quantiles"),
    (dict(n=10, density=LORENTZIAN, frequencies=[1.0]), rb.InvalidArgument, "not both"),
    (dict(n=10, frequencies=[1.0]), rb.InvalidArgument, "n is 10"),
    (dict(frequencies=[1.0, math.inf]), rb.InvalidArgument, "finite"),
    (dict(frequencies="abc"), rb.InvalidArgument, "a row of finite real numbers"),
    (dict(frequencies=[1 + 1j, 2]), rb.InvalidArgument, "a row of finite real numbers"),
    (dict(frequencies=np.array([1 + 1j, 2])), rb.InvalidArgument, "a row of finite real numbers"),
    (dict(frequencies=[10**400]), rb.InvalidArgument, "a row of finite real numbers"),
    (dict(n=2, density=LORENTZIAN, phases=np.array([1j, 2])), rb.InvalidArgument, "2 numbers"),
    (dict(frequencies=[1, 2], adjacency=[[0, 1j], [1, 0]]), rb.InvalidArgument, "of real numbers"),
    (dict(density=LORENTZIAN, adjacency=np.eye(2) * 1j), rb.InvalidArgument, "of real numbers"),
    (dict(density=LORENTZIAN, adjacency=csr_array(np.eye(2) * 1j)), rb.InvalidArgument, "complex"),
    (dict(density=LORENTZIAN, adjacency=[[0, 1], [1]]), rb.InvalidArgument, "of real numbers"),
    (dict(frequencies=[1.0], until=1e300, step=1e-300), rb.InvalidArgument, "a larger step"),
    (dict(frequencies=[1e12]), rb.InvalidArgument, "smaller step"),
    (dict(n=10, density=LORENTZIAN, phases=[1, 2]), rb.InvalidArgument, "10 numbers"),
    (dict(n=10, density=LORENTZIAN, seed=-1), rb.InvalidArgument, "seed"),
    (dict(n=10, density=LORENTZIAN, until=1e9, step=1e-3), rb.InvalidArgument, "larger than"),
    (dict(n=3, density=LORENTZIAN, adjacency=np.ones((2, 2))), rb.InvalidArgument, "joins 2"),
    (dict(density=LORENTZIAN, adjacency=np.ones((2, 3))), rb.InvalidArgument, "square"),
]


@pytest.mark.parametrize(("given", "error", "words"), WRONG)
def test_wrong_questions(given, error, words):
    with pytest.raises(error, match=words):
        rb.kuramoto(**({"until": 1} | given))


def test_what_was_not_kept_is_not_told():
    run = rb.kuramoto(10, 1.0, LORENTZIAN, until=1)
    with pytest.raises(rb.NotFound, match='save="phases"'):
        run.mean_frequencies()
    with pytest.raises(rb.InvalidArgument, match="a mean needs 20"):
        run.mean_order(after=0.9)
