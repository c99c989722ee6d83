"""Precision's rules: questions, interruption, brackets, the class by the rates near an onset."""

from itertools import count

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.hardware.precision.onset import find_onset, near_onset
from rheobase.hardware.precision.onset_class import judged
from rheobase.hardware.precision.walks import is_steady


def test_an_interrupted_study_goes_on():
    settings = dict(range=(1, 2), grid=3, currents=[2.5], tolerance=0.1, until=2000, spikes=5)
    question = (rb.models.leaky(), "I", [15], ["floor", "nearest"])
    whole = rb.precision(*question, **settings)
    calls = count(1)

    def interrupt(row: str, done: int, rows: int) -> None:
        assert done < rows == 4
        if next(calls) == 4:
            raise KeyboardInterrupt

    part = rb.precision(*question, **settings, progress=interrupt)
    assert part.status.value == "interrupted"
    assert len(part) == 1
    assert "interrupted" in part.text
    with pytest.raises(rb.NotFound, match="interrupted"):
        part[15, "nearest"]
    rest = rb.precision(*question, **settings, resume=part)
    assert rest.to_dict() == whole.to_dict()
    with pytest.raises(
        rb.InvalidArgument, match=r"another question: kick is 0 in V there, 0.1 in V here;"
    ):
        rb.precision(*question, kick=0.1, **settings, resume=part)


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(parameter="J"), "a parameter of"),
        (dict(words=[]), "nothing to study"),
        (dict(words=["s16.15"]), "words are QFormats"),
        (dict(words=[50]), "64"),
        (dict(roundings=["up"]), "a rounding"),
        (dict(roundings=[]), "nothing to study"),
        (dict(kick=dict(w=1.0)), "in kick"),
        (dict(kick=np.nan), "kick"),
        (dict(range=(1, 1)), "two different"),
        (dict(range=3), "two numbers"),
        (dict(currents=[np.inf]), "currents"),
        (dict(step=0), "step"),
        (dict(until=1.0), "hundred steps"),
        (dict(scheme="rk4"), "a scheme"),
        (dict(program="arm"), "a program"),
        (dict(fit="maybe"), "what to do with"),
        (dict(tolerance=-1), "tolerance"),
        (dict(seeds=0), "seeds"),
        (dict(grid=1.5), "grid"),
        (dict(progress=1), "progress"),
        (dict(resume=1), "resume"),
    ],
)
def test_wrong_questions(change, words):
    given = dict(parameter="I", words=[15]) | change
    with pytest.raises(rb.RheobaseError, match=words):
        rb.precision(rb.models.izhikevich(), **given)


def test_what_is_no_flow_or_explodes():
    logistic = rb.Model.map("logistic", "x = r*x*(1 - x)", parameters=dict(r=3), start=dict(x=0.3))
    with pytest.raises(rb.InvalidArgument, match="is a map"):
        rb.precision(logistic, "r", range=(2, 3))
    driven = rb.Model("driven", "x' = a - x + sin(t)", parameters=dict(a=1), start=dict(x=0))
    noisy = rb.Model("noisy", "x' = a - x", parameters=dict(a=1), start=dict(x=0), noise=dict(x=1))
    for model in (driven, noisy):
        with pytest.raises(rb.InvalidArgument, match="has noise or depends on time"):
            rb.precision(model, "a", range=(0, 1))
    with pytest.raises(rb.InvalidArgument, match="takes a Model"):
        rb.precision("izhikevich", "I")
    with pytest.raises(rb.InvalidArgument, match="leaves the numbers"):
        rb.precision(rb.models.hodgkin_huxley(), "I", [15], range=(0, 20), step=0.1)


# the class by rates, on laws whose class is known

AT = (0.64, 0.16, 0.04, 0.01)


@given(st.floats(0, 50), st.floats(0.5, 100))
def test_a_period_with_an_inverse_root_diverges(base, slope):
    periods = [base + slope / np.sqrt(d) for d in AT]
    grown = periods[-1] / periods[-3]
    found = judged(AT, tuple(1 / T for T in periods))
    assert found.rho == pytest.approx(2, rel=1e-6)
    assert found.number == (1 if grown >= 1.3 else 2 if grown < 1.05 else None)


@given(st.floats(1, 100), st.floats(-0.3, 0.3))
def test_a_smooth_period_has_a_limit(limit, slope):
    periods = [limit * (1 + slope * d) for d in AT]
    assert judged(AT, tuple(1 / T for T in periods)).number == 2


def test_a_fold_of_cycles_and_a_logarithm():
    fold = judged(AT, tuple(1 / (100 - 80 * np.sqrt(d)) for d in AT))
    assert (fold.number, round(fold.rho, 6)) == (2, 0.5)
    homoclinic = judged(AT, tuple(1 / (5 - 4 * np.log(d)) for d in AT))
    assert (homoclinic.number, round(homoclinic.rho, 6)) == (1, 1.0)
    assert judged(AT, (0.1, 0.1, 0.0, 0.0)).number is None
    assert "silent again" in judged(AT, (0.1, 0.1, 0.1, 0.0)).why
    assert "three distances" in judged(AT[:2], (0.1, 0.1)).why


@settings(max_examples=50)
@given(st.floats(0.001, 9.999), st.floats(0.001, 9.999), st.floats(1e-4, 0.1))
def test_onsets_are_bracketed(first, other, resolution):
    grid = np.linspace(0, 10, 7)
    found = find_onset(lambda value: value >= first, grid, resolution)
    assert found.bracket[0] < first <= found.bracket[1]
    assert found.bracket[1] - found.bracket[0] <= resolution
    near = near_onset(lambda value: value >= other, found, grid, resolution)
    assert near.bracket[0] < other <= near.bracket[1]
    assert near.bracket[1] - near.bracket[0] <= resolution


def test_onsets_at_the_ends():
    grid = np.linspace(0, 1, 3)
    assert find_onset(lambda value: False, grid, 0.1).value is None
    assert find_onset(lambda value: True, grid, 0.1).bracket == (0.0, 0.0)


def test_steady_firing():
    assert is_steady(np.arange(40) * 5.0, 0.1)
    assert not is_steady(np.arange(30) * 5.0, 0.1)
    assert not is_steady(np.cumsum(np.tile([1.0, 9.0], 20)), 0.1)  # bursts
    assert not is_steady(np.cumsum(5 + 0.01 * np.arange(40)), 0.001)  # slows down
