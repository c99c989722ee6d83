"""What happens at a spike: written by name, equal by content."""

import copy
import pickle

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.errors import InvalidArgument
from rheobase.dynamics.reset import from_dict


def test_fields():
    reset = rb.Reset("V > 30", V="c", u="u + d", refractory=2, hold=("V",))
    assert reset.condition == "V > 30"
    assert dict(reset.assignments) == {"V": "c", "u": "u + d"}
    assert reset.refractory == "2.0"
    assert reset.hold == ("V",)


def test_numbers_of_any_kind():
    reset = rb.Reset("V > 30", V=np.float64(-65.5), u=np.int32(3), w=-1, refractory=np.float32(0.5))
    assert dict(reset.assignments) == {"V": "-65.5", "u": "3.0", "w": "-1.0"}
    assert reset.refractory == "0.5"


def test_states_with_the_names_of_arguments():
    reset = rb.Reset("hold > 1", assignments=dict(hold="0", condition="1"), V="2")
    assert dict(reset.assignments) == {"hold": "0", "condition": "1", "V": "2"}


def test_equality_does_not_depend_on_order():
    one, other = rb.Reset("V > 1", V="0", u="1"), rb.Reset("V > 1", u="1", V="0")
    assert one == other
    assert hash(one) == hash(other)
    assert one != rb.Reset("V > 1", V="0")


def test_names_are_nfc():
    assert list(rb.Reset("x > 1", assignments={"a\u0308": "0"}).assignments) == ["\u00e4"]
    assert rb.Reset("x > 1", x="0", hold=("a\u0308",)).hold == ("\u00e4",)


def test_copies():
    reset = rb.Reset("V > 30", V="c", u="u + d", refractory="t_ref", hold=("V",))
    for other in (
        pickle.loads(pickle.dumps(reset)),
        copy.deepcopy(reset),
        from_dict(reset.to_dict()),
    ):
        assert other == reset
    with pytest.raises(TypeError):
        reset.assignments["V"] = "1"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(condition=3, V="c"), "a reset's condition is text such as 'V > 30', not 3"),
        (dict(condition="V > 1"), "a reset assigns at least one state"),
        (dict(condition="V > 1", V="c", hold="V"), "hold=('V',)"),
        (dict(condition="V > 1", V="c", hold=(1,)), "hold and assignments name states"),
        (dict(condition="V > 1", V="c", hold=3), "hold and assignments name states"),
        (dict(condition="V > 1", assignments={1: "c"}), "hold and assignments name states"),
        (
            dict(condition="V > 1", V=None),
            "the assignment of V is text or a finite number, not None",
        ),
        (dict(condition="V > 1", V=float("nan")), "the assignment of V is text or a finite number"),
        (dict(condition="V > 1", V=True), "the assignment of V is text or a finite number"),
        (dict(condition="V > 1", V="c", refractory=[1]), "refractory is text or a finite number"),
    ],
    ids=str,
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(InvalidArgument) as caught:
        rb.Reset(**arguments)
    assert words in str(caught.value)


def test_in_a_model():
    model = rb.Model(
        "m",
        "V' = I + a\nu' = -u\na = V^2",
        parameters=dict(I=1, c=-65, d=8),
        start=dict(V=0, u=0),
        reset=rb.Reset("V + a >= 30 - d", u="u + d + a", refractory="d/2", hold=("V",)),
    )
    system = model._system
    v, u = system.state_symbols
    d = next(s for s in system.parameter_symbols if s.name == "d")
    assert system.margin == v + v**2 - 30 + d  # definitions written out
    assert system.after == (v, u + d + v**2)
    assert system.pause == d / 2
    assert system.held == (True, False)
    below = rb.Model("m", "V' = -1", start=dict(V=0), reset=rb.Reset("V < -30", V="0"))
    (v,) = below._system.state_symbols
    assert below._system.margin == -30 - v
