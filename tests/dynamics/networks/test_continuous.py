"""Gap junctions, rate coupling, delays: against scipy and closed forms."""

from math import factorial

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

STILL = rb.Model("still", "x' = 0", start=dict(x=1))


def test_two_cells_with_a_gap_junction_against_scipy():
    cell = rb.models.fitzhugh_nagumo().replace(I=0.5)
    a, b, epsilon, I = (cell.parameters[name] for name in ("a", "b", "epsilon", "I"))
    g, start = 0.05, [-1.0, 1.2, -0.6, 0.1]

    def rates(t, y):
        v, w = y[:2], y[2:]
        return [*(v - v**3 / 3 - w + I + g * (v[::-1] - v)), *(epsilon * (v + a - b * w))]

    alone = cell.field.f([-1.0, -0.6], cell.field.parameter_array(cell.parameters))
    own = rates(0, np.array([-1.0, 1.2, -0.6, 0.1]))[::2]
    assert np.allclose(own, alone + np.array([g * 2.2, 0.0]))
    times = np.linspace(0, 60, 61)
    exact = solve_ivp(rates, (0, 60), start, "DOP853", times, rtol=1e-12, atol=1e-12).y
    cells = rb.Population(cell, 2, start=dict(v=start[:2], w=start[2:]))
    gap = rb.Synapse("c", "c", into=dict(v="weight*(v_other - v)"), weight=g)
    run = rb.Network(dict(c=cells), [gap]).simulate(60, step=0.01, record=["c.v", "c.w"], every=100)
    assert np.allclose(run.t, times)
    assert np.abs(run["c.v"].T - exact[:2]).max() < 1e-7
    assert np.abs(run["c.w"].T - exact[2:]).max() < 1e-7


@pytest.mark.parametrize("step, tau, error", [(0.01, 1.0, 5e-11), (0.02, 0.77, 3e-5)])
def test_a_delayed_decay_by_the_method_of_steps(step, tau, error):
    """x' = -x(t - tau), x = 1 before 0: the sum of (-1)^k (t - (k - 1) tau)^k / k!. Where
    tau is not a multiple of the step, the kinks at multiples of tau cost order."""
    delayed = rb.Synapse("a", "a", into=dict(x="-x_other"), delay=tau, wiring="one to one")
    run = rb.Network(dict(a=rb.Population(STILL, 1)), [delayed]).simulate(
        5, step=step, record=["a.x"]
    )
    t = run.t
    exact = sum(
        np.where(t >= (k - 1) * tau, (-1) ** k * (t - (k - 1) * tau) ** k / factorial(k), 0.0)
        for k in range(9)
    )
    assert np.abs(run["a.x"][:, 0] - exact).max() < error


def test_delays_of_rates_are_not_rounded_and_differ_by_connection():
    """Sources that stand still at 1 and then ramp: each target sees its own delay."""
    ramp = rb.Model("ramp", "x' = 1", start=dict(x=0))
    delays = np.array([[0.31], [0.777], [1.5]])
    coupled = rb.Synapse("a", "b", into=dict(x="x_other"), wiring=np.ones((3, 1)), delay=delays)
    still = rb.Population(STILL, 3, start=dict(x=0))
    net = rb.Network(dict(a=rb.Population(ramp, 1), b=still), [coupled])
    run = net.simulate(3, step=0.05, record=["b.x"])
    exact = np.maximum(run.t[:, None] - delays[:, 0], 0) ** 2 / 2
    assert np.abs(run["b.x"] - exact).max() < 2e-4  # the kink lies inside a step
    late = run.t > 2.5
    slope = np.diff(run["b.x"][late], axis=0) / 0.05
    middle = run.t[late][:-1, None] + 0.025 - delays[:, 0]
    assert np.abs(slope - middle).max() < 1e-12


def test_lateral_inhibition_and_winner_take_all():
    """r' = -r + max(0, I0 - w r_other) rests at I0/(1 + w); for w > 1 one wins."""
    pool = rb.Model("pool", "r' = -r", start=dict(r=0.1))
    for w, first, end in ((0.5, 0.3, [2 / 3, 2 / 3]), (1.5, 0.1, [0.4, 0.4]), (1.5, 0.11, [1, 0])):
        drive = rb.Synapse(
            "a",
            "a",
            into=dict(r="max(0, I0 - weight*r_other)"),
            weight=w,
            parameters=dict(I0=1),
        )
        net = rb.Network(dict(a=rb.Population(pool, 2, start=dict(r=[first, 0.1]))), [drive])
        run = net.simulate(20 if first == 0.1 else 60, step=0.02, record=["a.r"])
        assert run["a.r"][-1] == pytest.approx(end, abs=1e-8)


def test_a_coupling_delay_below_the_step_is_refused():
    delayed = rb.Synapse("a", "a", into=dict(x="-x_other"), delay=0.5, wiring="one to one")
    net = rb.Network(dict(a=rb.Population(STILL, 1)), [delayed])
    with pytest.raises(rb.InvalidArgument, match=r"delay 0\.5 is shorter than a step \(1\)"):
        net.simulate(5, step=1)
