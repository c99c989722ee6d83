"""Where rest is lost for the program's own constants, by continuation of the written-out model."""

import pytest
import rheobase as rb
from rheobase.hardware.precision.programs import Programs
from rheobase.hardware.precision.question import asked
from rheobase.hardware.precision.rests import Rests, lost_by

EQUATIONS = """
V' = (I - gL*(V-EL) - gNa*m_inf*(V-ENa) - gK*n*(V-EK))/C
n' = (n_inf - n)/tau
m_inf = 1/(1+exp({c} - V*{a}))
n_inf = 1/(1+exp({d} - V*{b}))
"""
VALUES = dict(I=0, gL=8, EL=-80, gNa=20, ENa=60, gK=10, EK=-90, C=1, tau=1)
START = dict(V=-64, n=0.0004)


def rests_of(model: rb.Model, fraction: int, interval=(0, 20)) -> Rests:
    question = asked(
        model, "I", [fraction], ["nearest"], 0.0, interval, [], at=None, until=100.0, step=0.02,
        scheme="rk2", program="model", literals="host", fit="refuse", scale=None, seeds=1,
        tolerance=0.01, grid=9, spikes=5, classify=False,
    )  # fmt: skip
    return Rests(question, Programs(question), question.words[0])


@pytest.mark.parametrize("interval", [(0, 20), (2, 7)])
@pytest.mark.parametrize("fraction", [8, 9, 10, 11, 12])
def test_rest_of_the_program_ends_at_the_fold_of_its_constants(fraction, interval):
    """(-20 - V)/15 is multiplied out: words for -20/15 and 1/15, the current moves and is steeper
    or flatter."""
    exact = {"a": 1 / 15, "b": 1 / 5, "c": -20 / 15, "d": -25 / 5}
    words = {name: round(x * 2**fraction) / 2**fraction for name, x in exact.items()}
    written = rb.Model("written", EQUATIONS.format(**words), parameters=VALUES, start=START)
    fold = rb.continue_equilibria(written, "I", (0, 20)).all("fold")[0].parameters["I"]
    text = EQUATIONS.replace("{c} - V*{a}", "(-20-V)/15").replace("{d} - V*{b}", "(-25-V)/5")
    model = rb.Model("exact", text, parameters=VALUES, start=START)
    rests = rests_of(model, fraction, interval)
    assert rests.loss() == pytest.approx(fold, abs=2.0**-fraction)  # I is a word too
    assert lost_by(rests, fold) == "saddle-node"


def test_rest_of_the_library_model_is_lost_where_machines_begin_to_fire():
    """s16.11: emulated runs with constants alone rest at I = 5.75 and fire at 5.85."""
    rests = rests_of(rb.models.sodium_potassium(), 11)
    assert 5.75 < rests.loss() < 5.85
