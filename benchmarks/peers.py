"""Hodgkin & Huxley's equations for the other solvers, each as its own users would write them.

Every function returns `run(tolerance)`, which integrates from START for DURATION milliseconds and
returns V at the end; whatever can be prepared once (compiling, above all) is done at the first
call for each tolerance. A package that isn't installed raises ImportError.
"""

from collections.abc import Callable
from functools import cache
from math import exp
from types import FunctionType

import numpy as np

C, G_NA, G_K, G_L, E_NA, E_K, E_L, I = 1.0, 120.0, 36.0, 0.3, 50.0, -77.0, -54.4, 10.0
DURATION = 1000.0
# V after 1000 ms in quadruple precision
TRUTH = -72.385629415751

Run = Callable[[float], float]


def rates(V: float) -> tuple[float, ...]:
    """alpha and beta of m, h and n."""
    return (
        0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)),
        4 * exp(-(V + 65) / 18),
        0.07 * exp(-(V + 65) / 20),
        1 / (1 + exp(-(V + 35) / 10)),
        0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)),
        0.125 * exp(-(V + 65) / 80),
    )


def slopes(V: float, m: float, h: float, n: float) -> tuple[float, float, float, float]:
    """The right sides."""
    alpha_m, beta_m, alpha_h, beta_h, alpha_n, beta_n = rates(V)
    return (
        (I - G_NA * m**3 * h * (V - E_NA) - G_K * n**4 * (V - E_K) - G_L * (V - E_L)) / C,
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    )


def start() -> np.ndarray:
    """V = -65 and the gates at their steady state there."""
    a, b, c, d, e, f = rates(-65.0)
    return np.array([-65.0, a / (a + b), c / (c + d), e / (e + f)])


def rheobase_trajectory() -> Run:
    """`rheobase.simulate`, with the engine that RHEOBASE_ENGINE names at the call."""
    import rheobase as rb

    gates = dict(zip(("V", "m", "h", "n"), map(float, start()), strict=True))
    model = rb.models.hodgkin_huxley().replace(I=I, E_L=E_L, **gates)

    def run(tolerance: float) -> float:
        found = rb.simulate(model, DURATION, tolerance=tolerance, scheme="dormand-prince")
        return float(found["V"][-1])

    return run


def scipy_python() -> Run:
    """scipy's DOP853 and a right side in Python."""
    return scipy_dop853(lambda t, x: slopes(*x))


def scipy_numba() -> Run:
    """scipy's DOP853 and a right side compiled by numba."""
    from numba import njit

    compiled = slopes_by(exp, njit)

    @njit
    def right_side(t, x):
        V, m, h, n = compiled(x[0], x[1], x[2], x[3])
        return np.array([V, m, h, n])

    return scipy_dop853(right_side)


def scipy_dop853(right_side: Callable) -> Run:
    from scipy.integrate import solve_ivp

    begin = start()

    def run(tolerance: float) -> float:
        found = solve_ivp(
            right_side,
            (0, DURATION),
            begin,
            method="DOP853",
            rtol=max(tolerance, 2.3e-14),  # the least that scipy takes
            atol=tolerance,
        )
        return float(found.y[0, -1])

    return run


def slopes_by(function: Callable, decorate: Callable = lambda f: f) -> Callable:
    """`slopes` with another exponential, both functions decorated (by numba, say)."""
    inner = decorate(FunctionType(rates.__code__, {"exp": function}))
    return decorate(FunctionType(slopes.__code__, globals() | {"rates": inner}))


def numbalsoda_dop853() -> Run:
    """numbalsoda's dop853 (compiled Fortran to C++), right side by numba."""
    from numba import cfunc, njit
    from numbalsoda import dop853, lsoda_sig

    compiled = slopes_by(exp, njit)

    @cfunc(lsoda_sig)
    def right_side(t, x, dx, p):
        dx[0], dx[1], dx[2], dx[3] = compiled(x[0], x[1], x[2], x[3])

    address, begin, times = right_side.address, start(), np.array([0.0, DURATION])
    parameters = np.zeros(1)

    def run(tolerance: float) -> float:
        found, success = dop853(
            address, begin, times, parameters, rtol=tolerance, atol=tolerance, mxstep=1_000_000
        )
        return float(found[-1, 0]) if success else float("nan")

    return run


def heyoka_taylor(shared: bool = False) -> Run:
    """heyoka's Taylor integrator; `shared` writes all exponentials as powers of two, by hand."""
    import heyoka

    V, m, h, n = heyoka.make_vars("V", "m", "h", "n")
    e = heyoka.exp
    if shared:
        slow = e(-(V + 65) / 80)
        square = slow * slow
        fourth = square * square
        tenth = fourth * fourth  # exp(-(V + 65)/10)
        gate_m = [0.1 * (V + 40) / (1 - np.exp(2.5) * tenth), 4 * e(-(V + 65) / 18)]
        gate_h = [0.07 * fourth, 1 / (1 + np.exp(3.0) * tenth)]
        gate_n = [0.01 * (V + 55) / (1 - np.exp(1.0) * tenth), 0.125 * slow]
    else:
        gate_m = [0.1 * (V + 40) / (1 - e(-(V + 40) / 10)), 4 * e(-(V + 65) / 18)]
        gate_h = [0.07 * e(-(V + 65) / 20), 1 / (1 + e(-(V + 35) / 10))]
        gate_n = [0.01 * (V + 55) / (1 - e(-(V + 55) / 10)), 0.125 * e(-(V + 65) / 80)]
    sodium, potassium = G_NA * m**3 * h * (V - E_NA), G_K * n**4 * (V - E_K)
    equations = [(V, (I - sodium - potassium - G_L * (V - E_L)) / C)]
    for gate, (alpha, beta) in zip((m, h, n), (gate_m, gate_h, gate_n), strict=True):
        equations.append((gate, alpha * (1 - gate) - beta * gate))
    begin = start()

    @cache
    def integrator(tolerance: float) -> heyoka.taylor_adaptive:
        return heyoka.taylor_adaptive(equations, begin, tol=tolerance)

    def run(tolerance: float) -> float:
        solver = integrator(tolerance)
        solver.state[:] = begin
        solver.time = 0.0
        solver.propagate_until(DURATION)
        return float(solver.state[0])

    return run
