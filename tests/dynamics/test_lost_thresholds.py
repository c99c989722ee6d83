"""A reset whose threshold ceases to be a number ends the run: nobody can say whether it fired."""

import pytest
import rheobase as rb

LOST = rb.Model(
    "lost",
    "V' = 30 - V",
    parameters=dict(a=-1, top=0),
    start=dict(V=0),
    reset=rb.Reset("V > top + sqrt(a - t)", V="0"),
)
NOISY = LOST.to_dict() | dict(noise=dict(V="1"))
WAYS = [
    dict(),
    dict(scheme="radau"),
    dict(step=0.1),
    dict(step=0.1, scheme="exponential-euler"),
    dict(step=0.1, resets="grid"),
    dict(step=0.1, noisy=True),
    dict(step=0.1, noisy=True, resets="located"),
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_threshold_that_is_no_number(way):
    # from the start, with spikes before t = 3.15, and with a top that is never reached
    way = dict(way)
    model = rb.Model.from_dict(NOISY) if way.pop("noisy", False) else LOST
    alone = {name: value for name, value in way.items() if name != "resets"}
    for a, top, end in ((-1, 0, 0), (3.15, 20, 3.15), (3.15, 50, 3.15)):
        run = rb.simulate(model.replace(a=a, top=top), until=3.2, **alone)
        assert run.status is rb.Status.NOT_FINITE
        assert "The threshold is not a number at t = " in run.message
        assert run.t[-1] == pytest.approx(end, abs=0.16 if "step" in way else 1e-9)
        assert (len(run.spikes) > 0) == (top == 20)
    samples = dict(a=[-1, 3.15, 3.15, 9], top=[0, 20, 50, 20])
    many = rb.simulate_ensemble(model, samples=samples, until=3.2, **way)
    assert [status.name for status in many.status] == ["NOT_FINITE"] * 3 + ["COMPLETED"]
    assert "Look at the threshold" in many.message
