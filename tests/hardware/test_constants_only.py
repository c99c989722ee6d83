"""A program with the machine's constants in double precision, against SciPy and plain code."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.machine.constants_only import constants_run
from scipy.integrate import solve_ivp

K = rb.QFormat(16, 15)


def test_izhikevich_by_hand():
    """Euler's rule in the order that is stated, with 1311/32768 for 0.04 and so on, in doubles."""
    model = rb.models.izhikevich().replace(I=10)
    machine = rb.emulate(model, K, until=300, step=0.25, scheme="euler")
    v, u, spikes = -70.0, -14.0, []
    for k in range(1200):
        f = 150 - u + 5 * v + 1311 / 32768 * v * v
        g = 655 / 32768 * (6554 / 32768 * v - u)
        v, u = v + 0.25 * f, u + 0.25 * g
        if v > 30:
            v, u = -65, u + 8
            spikes.append((k + 1) * 0.25)
        assert machine.constants["v"][k + 1] == pytest.approx(v, abs=1e-9)
    np.testing.assert_allclose(machine.constants.spikes, spikes)
    assert machine.constants.spikes[-1] != machine.double.spikes[-1]


@pytest.mark.parametrize("scale", [None, "auto"])
def test_it_is_the_quantised_model_without_arithmetic(scale):
    """Steps of 0.002 beside scipy's DOP853 on the equations with the words' numbers."""
    text = "x' = y\ny' = -w*x^1.5 - c*y + exp(-x)/4 + tanh(y)/3 + sqrt(x)*0.1"
    p = dict(w=1.37, c=0.111)
    model = rb.Model("drawn", text, parameters=p, start=dict(x=1.0, y=0.0))
    word = rb.QFormat(3, 8, rounding="nearest")
    if scale is None:
        word = rb.QFormat(5, 12, rounding="nearest")
    machine = rb.emulate(model, word, until=1.0, step=1 / 512, scale=scale)
    program = machine.program
    constants = {
        program.values[register]: n * 2.0 ** -program.fractions[register]
        for register, n in program.constants.items()
    }
    w, c, tenth, third = constants[1.37], constants[0.111], constants[0.1], constants[1 / 3]

    def slope(_, z):
        x, y = z
        return [y, -w * x**1.5 - c * y + np.exp(-x) / 4 + np.tanh(y) * third + np.sqrt(x) * tenth]

    exact = solve_ivp(slope, (0, 1), [1, 0], method="DOP853", rtol=1e-11, atol=1e-11)
    found = machine.constants.x[-1]
    np.testing.assert_allclose(found, exact.y[:, -1], atol=2e-6)  # of the midpoint rule
    assert np.abs(machine.double.x[-1] - exact.y[:, -1]).max() > 2e-5
    assert np.abs(machine.x[-1] - exact.y[:, -1]).max() > 2e-5


def test_levels_pauses_and_rows():
    """Crossings on the lines between steps; a pause's counter; every 10th row."""
    spiking = rb.emulate(rb.models.morris_lecar("snic").replace(I=50), K, 300, 0.05, every=10)
    assert len(spiking.constants.spikes) == len(spiking.double.spikes) > 2
    np.testing.assert_allclose(spiking.constants.spikes, spiking.double.spikes, rtol=1e-3)
    assert spiking.constants.x.shape == spiking.x.shape
    leaky = rb.emulate(rb.models.leaky().replace(I=2), K, 300, 0.1, "exponential-euler")
    np.testing.assert_allclose(leaky.constants.spikes, leaky.double.spikes)
    again = constants_run(leaky.program, leaky.steps)
    assert again.rows.shape == (leaky.steps + 1, 2)
    with pytest.raises(rb.RheobaseError, match="no state's number"):
        constants_run(leaky.program, 10, watched=2)


def test_where_it_leaves_the_numbers_the_status_says_so():
    """0.0626 becomes 1/8: x is -1/8 after nine steps, and has no root in the tenth."""
    text = "x' = -k\ny' = sqrt(x)"
    model = rb.Model("edge", text, parameters=dict(k=0.0626), start=dict(x=1, y=0))
    machine = rb.emulate(model, rb.QFormat(12, 3), 12, 1.0, "euler", fit="report")
    assert machine.double.status is rb.Status.COMPLETED
    assert machine.status is rb.Status.LEFT_BOUNDS  # the machine's root of it is 0, and an overflow
    assert machine.constants.status is rb.Status.NOT_FINITE
    assert machine.constants.steps == 9
    assert machine.constants["x"][-1] == -0.125
