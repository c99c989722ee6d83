"""Every model of the library on the machine: in scaled words of 32 bits as in double precision."""

import numpy as np
import pytest
import rheobase as rb

WORD = rb.QFormat(16, 15, rounding="nearest")


@pytest.mark.parametrize("scheme", ["rk2", "exponential-euler"])
@pytest.mark.parametrize("name", [entry.name for entry in rb.models.catalog()])
def test_scaled_words_follow_double_precision(name, scheme):
    """Ten units of time in steps of 0.01; afterwards, on a chaotic orbit, nothing can be said."""
    model = rb.models.named(name)
    if model.natural:
        parameter, (low, high) = model.natural
        model = model.replace({parameter: low + 0.3 * (high - low)})
    machine = rb.emulate(model, WORD, 10, 0.01, scheme, scale="auto")
    assert machine.status.ok, machine.message
    for state in model.states:
        size = np.ptp(machine.double[state]) + np.abs(machine.double[state]).max() * 1e-3
        assert np.abs(machine[state] - machine.double[state]).max() <= 1e-3 * size + 1e-6, state
