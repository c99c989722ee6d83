"""A neuron's firing by word and rounding, against what is known outside.

Known results: Izhikevich's regular spiking neuron in s16.15 with k1 = 1311/32768 (SPINNAKER.md,
section 8): the exact Hopf point 3.7975 and saddle-node 4.0 move to 3.7660 and 3.9685; started at
rest, floored and nearest words fire only from 3.969 on, stochastic ones from 3.7660.
"""

import json

import numpy as np
import pytest
import rheobase as rb

RANGE = (3.5, 4.1)


def rs_points(fraction: int | None) -> tuple[float, float]:
    """The closed forms of the Hopf point and the saddle-node, with constants of a word."""
    unit = 1.0 if fraction is None else 2.0**-fraction

    def word(x: float) -> float:
        return x if fraction is None else round(x / unit) * unit

    a, b, k1 = word(0.02), word(0.2), word(0.04)
    v = (a - 5) / (2 * k1)
    return b * v - k1 * v**2 - 5 * v - 140, (5 - b) ** 2 / (4 * k1) - 140


@pytest.fixture(scope="module")
def study() -> rb.Precision:
    """At rest, no kick."""
    return rb.precision(
        rb.models.izhikevich(),
        "I",
        [12, 15],
        range=RANGE,
        currents=[3.6, 4.05, 10.0],
        grid=5,
        seeds=3,
        at=10.0,
        spikes=50,
    )


def test_closed_forms_are_those_of_the_paper():
    assert rs_points(None) == pytest.approx((3.7975, 4.0), abs=1e-9)
    assert rs_points(15) == pytest.approx((3.7660, 3.9685), abs=5e-5)


@pytest.mark.parametrize("fraction", [12, 15])
def test_constants_alone_move_onset_and_keep_class(study, fraction):
    hopf, _ = rs_points(fraction)
    row = study[fraction]
    assert row.verdict.threshold == pytest.approx(hopf, abs=1e-6)
    assert row.verdict.hodgkin_class == study.exact.verdict.hodgkin_class == 2
    # the midpoint rule's own Hopf point, with h rounded too: |R(i w h)|^2 = 1 + (w h)^4 / 4
    assert row.loss == pytest.approx(hopf, abs=2e-4)
    assert study.exact.verdict.threshold == pytest.approx(3.7975, abs=1e-6)


@pytest.mark.parametrize("fraction", [12, 15])
@pytest.mark.parametrize("rounding", ["floor", "nearest"])
def test_dead_zone_moves_the_onset_to_the_saddle_node(study, fraction, rounding):
    _, fold = rs_points(fraction)
    row = study[f"s16.{fraction}", rounding]
    low, high = row.onset.bracket
    assert high - low <= study.question.resolution
    assert low - 2e-3 <= fold <= high + 2e-3
    assert row.lost_by == "saddle-node"
    assert row.zone.onset == pytest.approx(fold, abs=5e-4)


@pytest.mark.parametrize("fraction", [12, 15])
def test_stochastic_rounding_undoes_it(study, fraction):
    hopf, _ = rs_points(fraction)
    row = study[fraction, "stochastic"]
    assert len(row.onsets) == 3
    assert row.onset.value == pytest.approx(hopf, abs=6e-3)
    assert row.lost_by == "hopf"
    assert row.spread < 5e-3


def test_bits_that_keep_the_class(study):
    assert study.bits_for("class") == {
        "floor": None,
        "nearest": None,
        "stochastic": 12,
        "constants alone": 12,
    }
    assert study.bits_for("onset", 0.05)["stochastic"] == 15
    assert study.bits_for("onset", 0.05)["floor"] is None
    assert study.bits_for("onset", 0.5) == dict.fromkeys(study.bits_for("class"), 12)
    assert study.bits_for("rate", 0.5)["stochastic"] == 12
    assert study.bits_for("spike time", 1e6)["floor"] == 12
    assert study.bits_for("spike time", 1e-9)["floor"] is None


def test_double_precision_is_trapped_at_rest_too(study):
    """Started at rest exactly, with exact constants, the neuron stays until rest ends."""
    assert study.exact.onset.value == pytest.approx(4.0, abs=2e-3)


def test_a_kick_frees_double_precision_and_not_short_words():
    kicked = rb.precision(
        rb.models.izhikevich(),
        "I",
        [12],
        ["nearest"],
        kick=0.05,
        range=RANGE,
        grid=5,
        currents=[10],
    )
    hopf, fold = rs_points(12)
    assert kicked.exact.onset.value == pytest.approx(3.7975, abs=2e-3)
    assert kicked[12].onset.value == pytest.approx(hopf, abs=2e-3)
    row = kicked[12, "nearest"]
    assert row.onset.value > hopf + 0.005
    # the closed form of the prediction: h (2 k1 v + 5) kick = half a unit, v on the rest branch
    h, k1, b = round(0.1 * 2**12) / 2**12, round(0.04 * 2**12) / 2**12, round(0.2 * 2**12) / 2**12
    v = (2.0**-13 / (h * 0.05) - 5) / (2 * k1)
    expected = b * v - k1 * v**2 - 5 * v - 140
    assert hopf < expected < fold
    assert row.zone.onset == pytest.approx(expected, abs=5e-3)


def test_the_lags_are_those_of_spike_lag(study):
    lags = rb.spike_lag(
        rb.models.izhikevich().replace(I=10), [15], 50, roundings=["floor", "nearest"]
    )
    for rounding in ("floor", "nearest"):
        row = study[15, rounding]
        (alone,) = lags.of(15, rounding)
        assert row.lags.both == (alone.both,)
        assert row.lags.constants == alone.constants


def test_rates_are_those_of_emulate(study):
    """At I = 10, from the same start for as long."""
    model = rb.models.izhikevich().replace(I=10)
    run = rb.emulate(model, rb.QFormat(16, 15), until=4000, step=0.1)
    late = run.spikes[run.spikes > 2000]
    rate = (len(late) - 1) / (late[-1] - late[0])
    assert study[15, "floor"].rates[2] == pytest.approx(rate, rel=2e-3)
    assert study[15, "floor"].rates[0] == 0


def test_a_plain_integer_loop_agrees_on_the_onset():
    """The chip's program written out by hand, nearest, from rest and no kick."""

    def m(a: int, b: int) -> int:
        p = a * b
        return (p >> 15) + ((p >> 14) & 1)

    def word(x: float) -> int:
        return round(x * 2**15)

    a, b, c, d, h, k1, five = map(word, (0.02, 0.2, -65, 8, 0.1, 0.04, 5))
    half = 1 << 14

    def fires(current: float) -> bool:
        I = word(current)
        ka, kb, kk = a / 2**15, b / 2**15, k1 / 2**15
        roots = np.roots([kk, 5 - kb, 140 + I / 2**15])
        if np.iscomplex(roots).any():
            v, u = word(-65), word(-13)
        else:
            rest = roots.real.min()
            v, u = word(rest), word(kb * rest)
        assert ka > 0
        for step in range(40_000):
            p = word(140) + I - u
            alpha = p + m(five + m(k1, v), v)
            eta = v + m(m(h, alpha), half)
            beta = m(m(m(h, m(b, v) - u), a), half)
            x = (p - beta) + m(five + m(k1, eta), eta)
            y = -u - beta + m(b, eta)
            before = v, u
            v, u = v + m(h, x), u + m(m(a, h), y)
            if v >= word(30):
                v, u = c, u + d
                if step >= 20_000:
                    return True
            if (v, u) == before:
                return False
        return False

    study = rb.precision(
        rb.models.izhikevich(),
        "I",
        [15],
        ["nearest"],
        range=(3.9, 4.0),
        grid=2,
        currents=[],
        program="chip",
        until=4000,
    )
    low, high = study[15, "nearest"].onset.bracket
    assert not fires(low)
    assert fires(high)
    assert low == pytest.approx(3.9685, abs=2e-3)


def test_it_reports_and_stores(study, tmp_path):
    text = study.text
    for part in ("s16.15", "stochastic", "saddle-node", "protocol", "class", "lag"):
        assert part in text
    again = rb.load(rb.save(study, tmp_path / "study.npz"))
    assert again.to_dict() == study.to_dict()
    assert again.text == text
    json.dumps(study.to_dict(), allow_nan=False)
    assert "s16.12, s16.15" in repr(study)


def test_the_table_has_rows_of_constants_alone(study):
    table = study.to_dataframe()
    ways = ["constants alone", "floor", "nearest", "stochastic"]
    assert list(table["rounding"]) == ways * 2
    assert list(table["word"]) == ["s16.12"] * 4 + ["s16.15"] * 4
    assert table["onset"].notna().all()
    alone = table[table["rounding"] == "constants alone"].set_index("fraction")
    lags = rb.spike_lag(rb.models.izhikevich().replace(I=10), [12, 15], 50, roundings=["floor"])
    for fraction in (12, 15):
        hopf, _ = rs_points(fraction)
        row = alone.loc[fraction]
        # its rest, rounded to words, is the kick: it fires as soon as that grows within a run
        assert row["onset"] == row["onset in double"] == pytest.approx(hopf, abs=0.02)
        assert row["onset from constants"] == pytest.approx(hopf, abs=1e-6)
        assert row["class from constants"] == 2
        assert row["class"] == study[fraction].number
        assert row["lost by"] == study[fraction].lost_by
        (lag,) = lags.of(fraction, "floor")
        assert row["lag"] == row["lag of constants"] == lag.constants
        assert row["largest lag"] == abs(lag.constants)
        nothing = ["onset spread", "onset predicted", "dead zone v", "lag of arithmetic"]
        assert row[nothing].isna().all()


def test_rows_by_name(study):
    word = rb.QFormat(16, 15)
    assert study[word, "floor"] is study["s16.15", "floor"] is study[15, "floor"]
    assert study[word] is study[15]
    with pytest.raises(rb.UnknownName, match=r"s16\.9"):
        study["s16.9", "floor"]
    with pytest.raises(rb.UnknownName, match="zero"):
        study[15, "zero"]
    with pytest.raises(rb.UnknownName, match="phase"):
        study.bits_for("phase")


def test_all_words_of_a_dead_zone_are_found_those_apart_too():
    study = rb.precision(
        rb.models.izhikevich(), "I", [15], roundings="nearest", kick=1e-4, range=(3.5, 4.5),
        currents=[4.4], until=1000, grid=5, classify=False,
    )  # fmt: skip
    zone = study["s16.15", "nearest"].zone

    def m(x, y):
        return (x * y + (1 << 14)) >> 15

    # b v - u, 5 v + k1 v^2 + ... in the order of the lowered program, in plain integers
    k1, a, b, h, half, current = 1311, 655, 6554, 3277, 1638, round((140 + zone.at) * 2**15)
    v0 = (6554 / 2**15 - 5 - np.sqrt((5 - b / 2**15) ** 2 - 4 * k1 * current / 2.0**30)) * 2**15
    v0 = round(v0 / (2 * k1) * 2**15)
    v, u = np.meshgrid(
        np.arange(v0 - 3300, v0 + 3300), np.arange(-330, 330) + round(v0 * b / 2**15), indexing="ij"
    )
    f = (current - u) + m(5 << 15, v) + m(m(k1, v), v)
    vm, um = v + m(half, f), u + m(half, m(a, m(b, v) - u))
    f = (current - um) + m(5 << 15, vm) + m(m(k1, vm), vm)
    still = np.argwhere((m(h, f) == 0) & (m(h, m(a, m(b, vm) - um)) == 0))
    assert zone.complete
    assert zone.count == len(still) == 27736
    assert list(zone.measured.values()) == (np.ptp(still, axis=0) / 2**15).tolist()


def test_a_word_with_too_few_bits_before_the_point_hides_no_longer_one():
    words = [rb.QFormat(8, 15), rb.QFormat(16, 15)]
    study = rb.precision(
        rb.models.izhikevich(), "I", words, roundings="nearest", range=(3.5, 4.5),
        currents=[4.4], until=1000, grid=5, classify=False,
    )  # fmt: skip
    assert study["s8.15", "nearest"].refused
    assert study.bits_for("rate", 0.05)["nearest"] == 15
