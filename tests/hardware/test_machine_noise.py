"""Noise as the machine draws it: the normal distribution, closed forms, the same bits on ARM."""

import arm_machine
import numpy as np
import pytest
import rheobase as rb
from arm_run import bits_on_arm
from rheobase.hardware.machine import gaussian, interpreter
from scipy.special import ndtri

K = rb.QFormat(16, 15)


def test_a_word_s_number_is_the_quantile_of_its_place():
    """Within 2e-7 of -Phi^-1((m + 1/2) 2^-32), by scipy, at the ends and everywhere between."""
    rng = np.random.default_rng(1)
    powers = 2 ** np.arange(31)
    m = np.concatenate(
        [rng.integers(1, 2**31, 100_000), np.arange(1, 3000), powers, powers * 2 - 1]
    )
    expected = -ndtri((m + 0.5) * 2.0**-32)
    np.testing.assert_allclose(gaussian.normal_words(m) * 2.0**-28, expected, atol=2e-7)
    np.testing.assert_array_equal(gaussian.normal_words(m + 2**31), -gaussian.normal_words(m))
    some = m[::997]
    assert [gaussian.normal_word(int(word)) for word in some] == gaussian.normal_words(
        some
    ).tolist()


def test_the_moments_over_all_words():
    """1, 3, 15: each power of two of m has a weight; 4096 words stand for the long ones."""
    found = np.zeros(3)
    for e in range(31):
        m = (
            np.arange(1 << e, 2 << e)
            if e < 13
            else (1 << e) + ((2 * np.arange(4096) + 1) << e - 13)
        )
        y = gaussian.normal_words(m) * 2.0**-28
        found += [2.0**e / 2**31 * np.mean(y**power) for power in (2, 4, 6)]
    np.testing.assert_allclose(found, [1, 3, 15], rtol=5e-6)


def test_words_are_those_of_the_generator():
    state, expected = gaussian.first_state(9), []
    for _ in range(50):
        state = (state * 1664525 + 1013904223) % 2**32
        expected.append(state)
    assert gaussian.drawn(9, 0, 50).tolist() == expected
    assert gaussian.drawn(9, 37, 13).tolist() == expected[37:]


@pytest.mark.parametrize("scheme", ["euler-maruyama", "rk2", "exponential-euler"])
def test_an_ornstein_uhlenbeck_process_has_its_variance(scheme):
    """sigma^2 tau/2 = 1.25 and the autocorrelation exp(-s/tau); 5,000 correlation times: 2 %
    is the standard error of the variance."""
    model = rb.Model(
        "OU", "x' = -x/tau", parameters=dict(tau=10, s=0.5), start=dict(x=0), noise=dict(x="s")
    )  # fmt: skip
    word = rb.QFormat(8, 23, rounding="nearest")
    machine = rb.emulate(model, word, 50_000, 0.1, scheme, seed=4, every=10)
    x = machine["x"][100:]
    assert x.var() == pytest.approx(1.25, rel=0.06)
    assert np.mean(x[10:] * x[:-10]) / x.var() == pytest.approx(np.exp(-1), abs=0.04)
    assert np.abs(x - machine.double["x"][100:]).max() < 1e-5


def test_geometric_motion_has_its_mean_and_median():
    """dx = x/4 dW: E x = 1, median exp(-t/32) at t = 4, over 300 seeds, of which some suffice."""
    model = rb.Model("geometric", "x' = 0", start=dict(x=1), noise=dict(x="0.25*x"))
    ends = [rb.emulate(model, K, 4, 0.05, "euler", seed=s)["x"][-1] for s in range(300)]
    assert np.mean(ends) == pytest.approx(1, abs=4 * 0.53 / 300**0.5)
    assert np.median(np.log(ends)) == pytest.approx(-1 / 8, abs=0.12)


CASES = {
    "plain": (K, {}),
    "stochastic": (rb.QFormat(16, 15, rounding="stochastic"), dict(scale="auto")),
    "16 bits": (rb.QFormat(8, 7, rounding="nearest"), dict(scale="auto")),
    "saturating": (rb.QFormat(16, 15, overflow="saturate"), dict(scheme="euler")),
}
CELL = rb.models.izhikevich()
NOISY = rb.Model(
    "noisy", CELL.text, parameters=CELL.parameters, start=CELL.start, reset=CELL.reset,
    noise=dict(v=dict(a="3", b="sin(t)"), u=dict(b="0.1*abs(u)")),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_kernel_gives_the_definition_s_bits(case):
    word, more = CASES[case]
    machine = rb.emulate(NOISY, word, 20, seed=7, fit="report", drive=dict(I="t"), **more)
    assert len(machine.program.feeds) > 3
    for k, (words, _) in enumerate(interpreter.run(machine.program, machine.steps, 7)):
        assert words == machine.words[k + 1].tolist()


@pytest.mark.skipif(
    bool(arm_machine.missing()),
    reason=f"needs the Debian packages {arm_machine.missing()} (a compiler for ARM, qemu-arm)",
)
@pytest.mark.parametrize("case", CASES)
def test_the_compiled_program_draws_the_same_noise(case, tmp_path):
    word, more = CASES[case]
    machine = rb.emulate(NOISY, word, 60, seed=7, fit="report", drive=dict(I="t"), **more)
    rows = bits_on_arm(machine, tmp_path)
    np.testing.assert_array_equal(rows[:, :2], machine.words[1:])


def test_seeds_make_the_paths():
    paths = [rb.emulate(NOISY, K, 10, seed=seed).words for seed in (3, 3, 4)]
    np.testing.assert_array_equal(paths[0], paths[1])
    assert (paths[0] != paths[2]).any()


def test_what_is_not_drawn_is_refused():
    shots = rb.Model("shots", "g' = -g", start=dict(g=0), noise=dict(g=rb.Poisson("1", "0.1")))
    with pytest.raises(rb.RheobaseError, match="synapses of"):
        rb.emulate(shots, K, 10)
    with pytest.raises(rb.RheobaseError, match="no map of words"):
        rb.spinnaker.dead_zone(NOISY, K)
    with pytest.raises(rb.RheobaseError, match="parameters= and noise="):
        rb.spinnaker.network(NOISY, ([0], [1], [1.0], [1]), 2, 10)
