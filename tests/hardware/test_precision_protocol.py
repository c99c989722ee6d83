"""What a study of precision compares, and what it does not know: starts, edges, interruptions."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.precision.bits import same_loss

QUICK = dict(until=1000, grid=3, spikes=5, classify=False)
LEAKY = (rb.models.leaky(), "I", [12], ["nearest"])


def test_a_step_of_current_from_rest_is_what_emulate_does():
    """Hodgkin and Huxley's neuron, at rest at I = 0, then I = 10: it fires on the machine too,
    though at its unstable rest at I = 10 a machine stands still."""
    model = rb.models.hodgkin_huxley()
    rest = rb.continue_equilibria(model, "I", (0, 1))
    start = {name: float(rest[name][0]) for name in model.states}
    cell = rb.Model.from_dict(model.to_dict() | {"start": start}).replace(I=10)
    machine = rb.emulate(cell, rb.QFormat(16, 15, rounding="nearest"), until=400, step=0.02)
    question = (model, "I", [15], ["nearest"])
    settings = dict(step=0.02, range=(0, 10), grid=2, currents=[10], tolerance=20, until=400)
    stepped = rb.precision(*question, start="step", **settings, classify=False, spikes=1)
    row = stepped[15, "nearest"]
    late = machine.spikes[machine.spikes > 200]
    assert row.rates[0] == pytest.approx((len(late) - 1) / (late[-1] - late[0]), rel=1e-5)
    late = machine.double.spikes[machine.double.spikes > 200]
    rate = (len(late) - 1) / (late[-1] - late[0])
    assert stepped.exact.rates[0] == pytest.approx(rate, rel=1e-3)
    assert "steps to the value" in stepped.protocol
    settings |= dict(range=(0, 12), currents=[12], until=2000, kick=0.01)
    put = rb.precision(*question, **settings, classify=False, spikes=1)
    assert put.exact.rates[0] > 0
    assert put[15, "nearest"].trapped == (12.0,)
    assert "put at its unstable rest; start='step'" in put.text


def test_the_models_own_start():
    study = rb.precision(*LEAKY, start="model", range=(1, 2), currents=[1.9], **QUICK)
    assert "from the model's start" in study.protocol
    assert study[12, "nearest"].rates[0] > 0


def test_like_is_compared_with_like():
    """A kick that takes long to grow: double precision fires late, and so do the constants."""
    study = rb.precision(
        rb.models.izhikevich(), "I", [22], ["nearest"], kick=1e-4, range=(3.5, 4.5),
        currents=[4.4], until=3000, grid=5, classify=False,
    )  # fmt: skip
    assert study.exact.onset.value > study.exact.loss + study.question.tolerance
    assert study[22].onset.value == pytest.approx(study.exact.onset.value, abs=2e-3)
    assert study.bits_for("onset")["constants alone"] == 22
    # both are late: the constants as double precision is, the machine held fast
    assert study.exact.lost_by == study[22].lost_by == study[22, "nearest"].lost_by == "after"
    late = study[22, "nearest"].onset.value - study.exact.onset.value
    assert (late > study.question.tolerance) == (not same_loss(study, study[22, "nearest"]))
    assert same_loss(study, study[22])


def test_constants_alone_are_judged_by_their_own_row():
    """s16.8: 1/15 is 17/256, and the fold at 4.51 moves to 2.49: 17 % of all rates are off."""
    model = rb.Model(
        "INapIK",
        """
        V' = (I - gL*(V-EL) - gNa*m_inf*(V-ENa) - gK*n*(V-EK))/C
        n' = (n_inf - n)/tau
        m_inf = 1/(1+exp((-20-V)/15))
        n_inf = 1/(1+exp((-25-V)/5))
        """,
        parameters=dict(I=0, gL=8, EL=-80, gNa=20, ENa=60, gK=10, EK=-90, C=1, tau=1),
        start=dict(V=-64, n=0.0004),
    )
    kept, rows = [], []
    for classify in (False, True):
        study = rb.precision(
            model, "I", [8, 15], ["nearest"], kick=1e-3, step=0.02, until=60, grid=3, spikes=1,
            currents=[8.0], range=(0, 10), classify=classify, tolerance=0.2,
        )  # fmt: skip
        kept.append({what: study.bits_for(what) for what in ("class", "onset", "rate")})
        rows.append(study[8])
    np.testing.assert_equal(kept[0], kept[1])
    assert rows[0].loss == pytest.approx(2.48892, abs=2**-8)
    assert rows[0].number == rows[1].number
    assert kept[0]["onset"]["constants alone"] == 15
    assert "the program's own, derived constants rounded too, at 2.49" in study.text


def test_not_known_is_not_none():
    still = rb.precision(
        rb.models.fitzhugh_nagumo(), "I", [12], ["nearest"], range=(0, 0.6), currents=[0.5], **QUICK
    )
    assert still.exact.rates == (0.0,)
    assert still.exact.trapped == (0.5,)
    assert np.isnan(still.bits_for("rate")["nearest"])
    assert np.isnan(still.bits_for("class")["nearest"])
    assert "double precision stays at its unstable rest: give kick=" in still.text
    assert np.isnan(still.to_dataframe()["rate error"][0])
    assert "double precision is silent too at its unstable rest, I = 0.5: give kick=" in still.text
    edge = rb.precision(*LEAKY, range=(2, 3), currents=[2.5], **QUICK)
    assert edge[12, "nearest"].onset.bracket == (2, 2)
    assert np.isnan(edge.bits_for("onset")["nearest"])
    assert "<= 2" in edge.text
    assert "begin the range lower" in edge.text
    silent = rb.precision(*LEAKY, range=(0, 1), currents=[0.5], **QUICK)
    for what in ("class", "onset", "rate"):
        assert np.isnan(silent.bits_for(what)["nearest"]), what
    assert "fires nowhere in the range" in silent.text


def test_progress_in_lines(capsys):
    rb.precision(*LEAKY, range=(1, 2), currents=[], progress=True, **QUICK)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1 of 3: exact constants"
    assert lines[-1] == "3 of 3: s16.12, nearest"


def test_an_interruption_in_the_first_row_and_later():
    settings = dict(range=(1, 2), currents=[1.9], **QUICK)
    whole = rb.precision(*LEAKY, **settings)
    for last in (0, 2):

        def interrupt(row: str, done: int, rows: int, last: int = last) -> None:
            if done == last:
                raise KeyboardInterrupt

        part = rb.precision(*LEAKY, **settings, progress=interrupt)
        assert part.status.value == "interrupted"
        assert np.isnan(part.bits_for("class")["nearest"])
        assert "nearest ?" in part.text
        assert rb.precision(*LEAKY, **settings, resume=part).to_dict() == whole.to_dict()


def test_a_hopf_point_and_a_saddle_node_within_the_tolerance_are_not_told_apart():
    """V' = V^2 + I - w, w' = a (b V - w): Hopf point a b/2 - a^2/4 = 0.0009, fold at b^2/4."""
    model = rb.Model(
        "aQIF", "V' = V^2 + I - w\nw' = a*(b*V - w)", parameters=dict(I=0, a=0.02, b=0.1),
        start=dict(V=-0.5, w=-0.05), reset=rb.Reset("V > 10", V="-1", w="w + 0.5"),
    )  # fmt: skip
    study = rb.precision(
        model, "I", [22], ["nearest"], kick=1e-3, range=(-0.5, 0.5), currents=[0.3], **QUICK
    )
    assert study.exact.loss == pytest.approx(0.0009, abs=1e-4)
    assert study.exact.lost_by == "undecided"
    assert study.exact.number is None


def test_the_step_of_a_model_that_needs_a_shorter_one():
    study = rb.precision(
        rb.models.hodgkin_huxley(), "I", [15], ["nearest"], range=(0, 5), currents=[], grid=2,
        until=50, classify=False, spikes=1,
    )  # fmt: skip
    assert study.question.step < 0.1
    assert f"step {study.question.step:g} ms" in study.protocol


def test_quotients_of_long_words_have_lags_too():
    """Between resets dV/dt = I/(1 + V^2): t = (V + V^3/3)/I from 0 to 1, 4/9 for I = 3."""
    model = rb.Model(
        "quotient", "V' = I/(1 + V^2)", parameters=dict(I=3), start=dict(V=0),
        reset=rb.Reset("V > 1", V="0"),
    )  # fmt: skip
    lags = rb.spike_lag(model, [22], 10, 0.001, roundings=["stochastic"], seeds=1)
    assert lags.reference == pytest.approx(10 * 4 / 9, abs=0.011)
    assert abs(lags["both"][0]) <= 0.011


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(range=(2, 1)), "the lower one first"),
        (dict(words=[15, 15]), "more than once"),
        (dict(parameter=[15]), "name of a parameter"),
        (dict(start="rested"), "where runs begin"),
    ],
)
def test_questions_that_say_something_else(change, words):
    with pytest.raises(rb.RheobaseError, match=words):
        rb.precision(**dict(model=LEAKY[0], parameter="I", words=[15], range=(1, 2)) | change)
