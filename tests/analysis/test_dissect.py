"""Bursters taken apart: closed forms, AUTO's numbers, what is not a burst."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.bursts import grouped
from rheobase.dynamics.frozen import frozen

ELLIPTIC = rb.Model(
    "elliptic",
    """
    x' = u*x - w*y + 2*x*r2 - x*r2^2
    y' = u*y + w*x + 2*y*r2 - y*r2^2
    u' = eta*(a - r2)
    r2 = x^2 + y^2
    """,
    parameters=dict(w=3, eta=0.1, a=0.8),
    start=dict(x=1, y=0, u=-0.5),
)


def test_hindmarsh_rose_is_a_square_wave_burster():
    """Rest is lost at the fold of z = c - (a x^3 - (b - d) x^2) + I: x = 2 (b - d)/(3 a) = -4/3,
    z = 49/27."""
    found = rb.dissect(rb.models.hindmarsh_rose("bursting"), "z")
    assert (found.name, found.nickname) == ("fold/homoclinic", "square-wave")
    assert found.rest_lost.value == pytest.approx(49 / 27, rel=1e-12)
    assert found.rest_lost.state["x"] == pytest.approx(-4 / 3, rel=1e-10)
    assert found.spiking_lost.kind == "homoclinic"
    assert found.fast.states == ("x", "y")
    z = found["z"]
    assert z.min() < 49 / 27 < found.spiking_lost.value < z.max()
    for burst in found.bursts:
        assert burst["begins"] < 49 / 27
        assert burst["ends"] > found.spiking_lost.value
    said = found.to_dict()
    assert said["name"] == "fold/homoclinic"
    assert said["rest_lost"]["kind"] == "fold"
    assert "square-wave" in repr(found)
    with pytest.raises(rb.UnknownName, match="'q' is not a state"):
        found["q"]


def test_morris_lecar_with_a_slow_current():
    """The fold at 39.9631530927 and the homoclinic orbit at 35.006734198 (AUTO-07p) of Morris and
    Lecar's homoclinic regime, the current falling while it spikes."""
    fast = rb.models.morris_lecar("homoclinic")
    parameters = {name: value for name, value in fast.parameters.items() if name != "I"}
    burster = rb.Model(
        "slow current",
        fast.text + "\nI' = epsilon*(-22 - V)",
        parameters={**parameters, "epsilon": 0.001},
        start={**fast.start, "I": 38},
    )
    found = rb.dissect(burster, "I")
    assert found.name == "fold/homoclinic"
    assert found.rest_lost.value == pytest.approx(39.9631530927, rel=1e-10)
    assert found.spiking_lost.value == pytest.approx(35.006734198, rel=1e-8)


def test_an_elliptic_burster():
    """Izhikevich 2000, section 3.1: r' = u r + 2 r^3 - r^5 has a subcritical Hopf point at u = 0
    and a fold of cycles at u = -1."""
    found = rb.dissect(ELLIPTIC, "u")
    assert (found.name, found.nickname) == ("subHopf/fold cycle", "elliptic")
    assert found.rest_lost.value == pytest.approx(0, abs=1e-12)
    assert found.spiking_lost.value == pytest.approx(-1, rel=1e-9)


def test_no_name_is_forced():
    """Tonic firing has no burst."""
    found = rb.dissect(rb.models.hindmarsh_rose("bursting").replace(I=5), "z")
    assert found.name is None
    assert found.nickname is None
    assert "no whole burst" in found.reason
    assert "not named" in repr(found)


@pytest.mark.parametrize(
    ("intervals", "counts"),
    [
        ([1, 1, 9, 1, 1, 9, 1, 1, 9, 1], [3, 3]),
        ([9, 1, 9, 1, 9, 1], [2, 2]),
        ([1, 1.2, 1.6, 2.2, 9, 1, 1.2, 1.6, 2.2, 9, 1], [5]),
        ([1, 1.1, 1.05, 0.9, 1, 1], []),
        ([1, 1.3, 1.7, 2.2, 2.9, 3.5], []),
    ],
)
def test_bursts_are_grouped(intervals, counts):
    bursts = grouped(np.cumsum([0, *intervals]))
    assert [burst.spikes for burst in bursts] == counts


def test_a_state_that_is_held():
    model = rb.models.hindmarsh_rose()
    fast = frozen(model, "z", 2)
    assert fast.parameters["z"] == 2
    p = fast.field.parameter_array(fast.parameters)
    x = np.array([0.3, -1.2])
    whole = model.field.f(np.append(x, 2.0), model.field.parameter_array(model.parameters))
    np.testing.assert_allclose(fast.field.f(x, p), whole[:2], rtol=1e-15)
    with pytest.raises(rb.InvalidArgument, match="has one state"):
        frozen(rb.Model("one", "x' = -x", start=dict(x=1)), "x")
    with pytest.raises(rb.InvalidArgument, match="no smooth flow"):
        frozen(rb.models.izhikevich(), "u")


@pytest.mark.parametrize(
    ("model", "slow", "error", "words"),
    [
        (3, "z", rb.InvalidArgument, "takes a Model"),
        (rb.models.hindmarsh_rose(), "q", rb.UnknownName, "'q' is not a state"),
        (ELLIPTIC.replace(a=-1, u=-2), "u", rb.NotFound, "does not spike|runs away"),
    ],
)
def test_wrong_questions(model, slow, error, words):
    with pytest.raises(error, match=words):
        rb.dissect(model, slow)
