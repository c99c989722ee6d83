"""Lags of spikes: SPINNAKER's measurements, the programs written once more, SciPy."""

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

REGULAR = rb.models.izhikevich().replace(I=4.775, v=-75, u=-15)


@pytest.fixture(scope="module")
def regular():
    """SPINNAKER, section 8: regular spiking, h = 0.1 ms, I = 4.775, the chip's midpoint rule."""
    return rb.spike_lag(REGULAR, [15], 650, program="chip")


def test_the_lag_of_the_650th_spike(regular):
    """Floor +258.6 ms, nearest -433.5 ms, stochastic within -2.1..+1.5 ms (5 seeds), constants
    alone -587.1 ms. The reference, 65003.7 ms, is where the step of the spike begins.
    """
    (floor,), (nearest,) = regular.of(15, "floor"), regular.of(15, "nearest")
    assert regular.reference == pytest.approx(65003.7 + 0.1, abs=1e-6)
    assert floor.arithmetic == pytest.approx(258.6, abs=1e-6)
    assert nearest.arithmetic == pytest.approx(-433.5, abs=1e-6)
    assert floor.constants == nearest.constants == pytest.approx(-587.1, abs=1e-6)
    assert floor.both == pytest.approx(258.6 - 587.1, abs=1e-6)
    stochastic = [row.arithmetic for row in regular.of(15, "stochastic")]
    assert len(stochastic) == 5
    assert -2.1 <= min(stochastic) <= max(stochastic) <= 1.5


def test_the_sweep_of_word_lengths():
    """Section 8: F = 10, 12, 15, 18, 22: stochastic within 10 ms down to F = 10; nearest is not
    better than floor in general."""
    lags = rb.spike_lag(REGULAR, [10, 12, 18, 22], 650, seeds=2, program="chip")
    for fraction in (10, 12, 18, 22):
        for row in lags.of(fraction, "stochastic"):
            assert abs(row.arithmetic) < 10
    worse = [
        abs(lags.of(fraction, "nearest")[0].arithmetic) > abs(floor.arithmetic)
        for fraction in (12, 18, 22)
        for floor in lags.of(fraction, "floor")
    ]
    assert sum(worse) >= 2
    # ten bits: the floored neuron falls silent, the others don't
    (silent,) = lags.of(10, "floor")
    assert silent.both is None
    assert lags.silent == (silent,)
    assert lags.of(10, "nearest")[0].arithmetic is not None
    assert "silent" in str(lags)
    assert np.isnan(lags["arithmetic"]).sum() == 1
    assert lags["constants"][0] == silent.constants
    assert lags.to_dict()["rows"][0]["arithmetic"] is None


def test_deterministic_rounding_locks_the_neuron(regular):
    """The intervals between spikes, in steps: nearest has one, floor a cycle of three, stochastic
    rounding those of double precision."""

    def intervals(times):
        return np.rint(np.diff(times)[-60:] / 0.1).astype(int)

    assert len(set(intervals(regular.of(15, "nearest")[0].times))) == 1
    floor = intervals(regular.of(15, "floor")[0].times)
    np.testing.assert_array_equal(floor[3:], floor[:-3])
    double = intervals(regular.rows[0].constants_times)
    assert any((double[k:] != double[:-k]).any() for k in range(1, 20))
    stochastic = intervals(regular.of(15, "stochastic")[0].times)
    assert stochastic.mean() == pytest.approx(double.mean(), abs=0.5)


def midpoint(I, h, k1, a, b, count, c=-65.0, d=8.0, v=-75.0, u=-15.0):
    """The times of the first spikes, in the chip's order."""
    times, step = [], 0
    while len(times) < count:
        step += 1
        p = (140 + I) - u
        e = v + h * (p + (5 + k1 * v) * v) * 0.5
        beta = h * (b * v - u) * a * 0.5
        v += h * ((p - beta) + (5 + k1 * e) * e)
        u += a * h * ((-u - beta) + b * e)
        if v >= 30:
            v, u = c, u + d
            times.append(step * 0.1)
    return times


def test_every_spike_s_lag(regular):
    """Doubles written out; the machine's spikes are those of the fixed program."""
    row = regular.of(15, "floor")[0]
    exact = midpoint(4.775, 0.1, 0.04, 0.02, 0.2, 40)
    word = [round(x * 32768) / 32768 for x in (4.775, 0.1, 0.04, 0.02, 0.2)]
    run = rb.spinnaker.izhikevich("rk2", "fl", I=4.775, h=0.1, steps=60_000, record=False)
    machine = (run.spikes[:40] + 1) * 0.1
    np.testing.assert_allclose(row.exact_times[:40], exact, atol=1e-6)
    np.testing.assert_allclose(row.constants_times[:40], midpoint(*word, 40), atol=1e-6)
    np.testing.assert_allclose(row.by_spike()[:40], machine - midpoint(*word, 40), atol=1e-6)
    np.testing.assert_allclose(row.by_spike("both")[:40], machine - exact, atol=1e-6)
    assert len(row.by_spike()) == 650


def fitzhugh_nagumo(count, epsilon, a, b, I, third=1 / 3):
    def slope(_, x):
        return [x[0] - third * x[0] ** 3 - x[1] + I, epsilon * (x[0] + a - b * x[1])]

    def spike(_, x):
        return x[0]

    spike.direction = 1
    model = rb.models.fitzhugh_nagumo()
    start = [model.start["v"], model.start["w"]]
    found = solve_ivp(
        slope, (0, 60 * (count + 1)), start, "DOP853", events=spike, rtol=1e-11, atol=1e-11
    )
    return found.t_events[0][:count]


def test_crossings_and_constants_as_scipy_has_them():
    """FitzHugh-Nagumo in s5.9: the lag that the constants make, both runs solved by DOP853."""
    model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    word = rb.QFormat(5, 9, rounding="stochastic")
    lags = rb.spike_lag(model, word, 20, 0.02, roundings=None, seeds=(7, 8))
    assert len(lags) == 2
    assert lags["seed"].tolist() == [7, 8]
    exact = fitzhugh_nagumo(20, 0.08, 0.7, 0.8, 0.5)
    np.testing.assert_allclose(lags.rows[0].exact_times, exact, rtol=2e-5)
    assert lags.period == pytest.approx(np.diff(exact)[-1], rel=1e-5)
    # the program's constants: 0.08, 0.7, 0.8, 0.5, 1/3 and steps of 0.01 and 0.02 as words
    words = [round(x * 512) / 512 for x in (0.08, 0.7, 0.8, 0.5, 1 / 3)]
    half, whole = round(0.01 * 512) / 512, round(0.02 * 512) / 512
    assert half * 2 == whole  # so that the midpoint rule stays one, with another step
    quantised = fitzhugh_nagumo(20, *words) * 0.02 / whole
    found = lags.rows[0].constants
    assert found == pytest.approx(quantised[-1] - exact[-1], rel=0.02)


def test_kept_and_tabulated(regular, tmp_path):
    again = rb.load(rb.save(regular, tmp_path / "lags.npz"))
    assert str(again) == str(regular)
    assert again.to_dict() == regular.to_dict()
    frame = again.to_dataframe()
    assert frame["arithmetic"].tolist() == regular["arithmetic"].tolist()
    assert frame["rounding"].tolist()[:2] == ["floor", "nearest"]
    assert "650" in repr(again)
    assert "arithmetic +258.6" in repr(again.rows[0])
    with pytest.raises(rb.UnknownName, match="'lag' is not a column"):
        regular["lag"]
    with pytest.raises(rb.UnknownName, match="not a cause"):
        regular.rows[0].by_spike("rounding")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(words=[]), "give lists"),
        (dict(roundings="floor"), "give lists"),
        (dict(words=[1.5]), "bits behind the point, not 1.5"),
        (dict(spike=0), "spike=0"),
        (dict(seeds=0), "seeds=0"),
        (dict(program="best"), "'best' is not a program"),
        (dict(patience=1), "patience"),
        (dict(patience="long"), "patience"),
        (dict(roundings=["up"]), "'up' is not a rounding"),
        (dict(words=[7], fit="refuse"), "does not fit|becomes"),
    ],
)
def test_wrong_questions(settings, sentence):
    if settings.get("words") == [7]:
        settings = dict(words=[rb.QFormat(7, 8)])
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.spike_lag(REGULAR, **settings)


def test_a_silent_neuron_has_no_lag(monkeypatch):
    from rheobase.hardware import spike_lag

    monkeypatch.setattr(spike_lag, "MOST", 1 << 15)
    with pytest.raises(rb.NotFound, match="0 spikes in 32768 steps"):
        rb.spike_lag(rb.models.izhikevich())
    logistic = rb.Model.map("logistic", "x = 3.2*x*(1 - x)", start=dict(x=0.3))
    with pytest.raises(rb.RheobaseError, match="is a map"):
        rb.spike_lag(logistic)
    noisy = rb.Model("noisy", "x' = -x", start=dict(x=0), noise=dict(x="1"))
    with pytest.raises(rb.RheobaseError, match="noise"):
        rb.spike_lag(noisy)


@pytest.fixture
def interrupted(monkeypatch):
    """Ctrl-C in the run on the machine with this number."""

    def after(runs):
        from rheobase.hardware import spike_lag as module

        follow, left = module.follow_program, iter(range(runs))

        def followed(*arguments):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return follow(*arguments)

        monkeypatch.setattr(module, "follow_program", followed)

    return after


def test_ctrl_c_keeps_the_runs_that_are_done(interrupted, tmp_path):
    model = rb.models.izhikevich().replace(I=10)
    whole = rb.spike_lag(model, [12, 15], 10, seeds=2)
    assert whole.status is rb.Status.COMPLETED
    interrupted(3)
    part = rb.spike_lag(model, [12, 15], 10, seeds=2)
    assert part.status is rb.Status.INTERRUPTED
    assert part.message == "interrupted after 3 of 8 runs"
    assert part["both"].tolist() == whole["both"][:3].tolist()
    assert str(part).endswith("\ninterrupted after 3 of 8 runs")
    again = rb.load(rb.save(part, tmp_path / "part.npz"))
    assert (again.status, again.message) == (part.status, part.message)
    with pytest.raises(KeyboardInterrupt):
        rb.spike_lag(model, [12, 15], 10)  # nothing is done yet


def test_ctrl_c_leaves_the_bits_of_the_words_that_are_done(interrupted):
    model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    asked = dict(spikes=20, roundings=["nearest"])
    interrupted(2)
    part = rb.code_bits(model, [8, 12, 16], **asked)
    assert part.status is rb.Status.INTERRUPTED
    assert part["nearest"].fractions.tolist() == [8, 12]
    assert str(part).endswith("interrupted after 2 of 3 runs: of other words nothing is known")
