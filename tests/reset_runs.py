"""Models with resets integrated by scipy alone: an independent map from spike to spike.

Nothing of rheobase's integration is used: right sides are written out here once more.
"""

import math

import numpy as np
from scipy.integrate import solve_ivp

ADEX = dict(C=281, g_L=30, E_L=-70.6, V_T=-50.4, D=2, a=4, tau_w=144, b=80.5, V_reset=-70.6)


def adex(x, I, p=ADEX):
    """The right sides of Brette and Gerstner 2005."""
    V, w = x
    leak = -p["g_L"] * (V - p["E_L"]) + p["g_L"] * p["D"] * math.exp((V - p["V_T"]) / p["D"])
    return [(leak - w + I) / p["C"], (p["a"] * (V - p["E_L"]) - w) / p["tau_w"]]


def to_threshold(f, x, margin, limit=1e5):
    """Time and state at the first upward crossing of margin(x) = 0, by DOP853 in the arclength of
    the first state, in which no spike blows up."""

    def rates(s, y):
        v = np.array(f(y[:-1]))
        share = 1 / math.sqrt(1 + v[0] ** 2)
        return [*(v * share), share]

    def event(s, y):
        return margin(y[:-1])

    event.terminal, event.direction = True, 1
    size = np.append(np.maximum(np.abs(x), 1.0), 1.0)
    run = solve_ivp(
        rates,
        (0, limit),
        [*x, 0.0],
        "DOP853",
        events=event,
        rtol=1e-13,
        atol=1e-13 * size,
        max_step=20,
    )
    assert run.status == 1, "no spike"
    y = run.y_events[0][0]
    return float(y[-1]), y[:-1]
