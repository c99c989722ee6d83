"""One step of Radau IIA of order 5, for stiff equations, with the exact Jacobian.

The increments Z of the three stages solve Z = h (A x 1) F(x + Z) by simplified Newton iterations.
The transformation W = TI Z splits them into a system of the size n of the model and one of 2 n,
whose matrices BLOCKS / h - J are decomposed:

    (BLOCKS / h - J) dW = TI F - (BLOCKS / h) W

They stop when the contraction that is seen makes the rest smaller than the error allows. The
error of order 3 is filtered by (mu / h - J)^-1. Jacobian and factors are kept as long as the
iterations converge fast, starting values are extrapolated from the last collocation polynomial.

Reference: E. Hairer & G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer
1996, section IV.8, and their program radau5 (which takes the system of 2 n as one of n complex
equations: half the work for large n, twice the code to compile).

Work arrays: memory, jac, real, real_pivots, pair, pair_pivots, z, w, q (the polynomial), stages,
change.
"""

from math import nan, sqrt

from numba import njit

from .by_address import field, jacobian
from .compact import compact
from .dormand_prince import INNER
from .layout import DENSE, ERROR_OLD, STEP_OLD
from .lu import decompose, solve
from .radau_tableau import BLOCKS, TI, C, E, P, T

# places in memory
GOING = 0  # 0 when the integration starts anew: nothing that is kept is valid
CURRENT = 1  # the Jacobian is that of the present state
FACTORED = 2  # the step for which the factors hold, 0 for none
POLYNOMIAL = 3  # the step of the last polynomial, 0 for none
REJECTED = 4  # the last attempt was
TRIPS = 5  # Newton iterations of the last step
SLOW = 6  # their contraction asks for a new Jacobian
CALLS = 7  # evaluations of the field so far
ITERATIONS = 7


@njit(**INNER)
def prepare(system, time, h, x, p, moving, radau):
    """Jacobian and factors for a step h, as far as they are not there."""
    compact()
    memory, jac, real, real_pivots, pair, pair_pivots, _, _, _, _, _ = radau
    n = x.size
    if memory[GOING] == 0.0:
        memory[GOING] = 1.0
        memory[POLYNOMIAL] = 0.0
        memory[REJECTED] = 1.0
        memory[SLOW] = 1.0
    if memory[SLOW] == 1.0:
        jacobian(system, time, x, p, jac)
        memory[CURRENT] = 1.0
        memory[SLOW] = 0.0
        memory[FACTORED] = 0.0
    if not abs(memory[FACTORED] - h) <= 1e-10 * abs(h):
        for i in range(n):
            for j in range(n):
                entry = -jac[i, j] * moving[i]
                real[i, j] = entry
                pair[i, j] = entry
                pair[n + i, n + j] = entry
                pair[i, n + j] = 0.0
                pair[n + i, j] = 0.0
            real[i, i] += BLOCKS[0, 0] / h
            pair[i, i] += BLOCKS[1, 1] / h
            pair[n + i, n + i] = pair[i, i]
            pair[i, n + i] = BLOCKS[1, 2] / h
            pair[n + i, i] = BLOCKS[2, 1] / h
        decompose(real, real_pivots)
        decompose(pair, pair_pivots)
        memory[FACTORED] = h


@njit(**INNER)
def iterate(system, t, h, low, high, x, p, moving, rtol, atol, x_new, f_new, radau):
    """Newton's iterations for Z; whether they converged."""
    compact()
    memory, _, real, real_pivots, pair, pair_pivots, z, w, q, stages, change = radau
    n = x.size
    width = memory[POLYNOMIAL]
    for s in range(3):
        for i in range(n):
            z[s, i] = 0.0
            if width != 0.0:
                power = 1.0
                for j in range(3):
                    power *= 1.0 + C[s] * h / width
                    z[s, i] += q[j, i] * (power - 1.0)
    for s in range(3):
        for i in range(n):
            w[s, i] = 0.0
            for j in range(3):
                w[s, i] += TI[s, j] * z[j, i]
    # how exact the increments must be, in units of the allowed error
    # (and not beyond rounding errors)
    enough = sqrt(rtol) + 2e-15 / (rtol + 1e-14)
    enough = enough if enough < 0.03 else 0.03
    size_old = 0.0
    for trip in range(ITERATIONS):
        for s in range(3):
            for i in range(n):
                x_new[i] = x[i] + z[s, i]
            time = t + C[s] * h
            time = low if time < low else high if time > high else time
            field(system, time, x_new, p, f_new)
            for i in range(n):
                stages[s, i] = f_new[i] * moving[i]
        for s in range(3):
            for i in range(n):
                total = 0.0
                for j in range(3):
                    total += TI[s, j] * stages[j, i] - BLOCKS[s, j] / h * w[j, i]
                change[s * n + i] = total
        solve(real, real_pivots, change)
        solve(pair, pair_pivots, change)
        size = 0.0
        for s in range(3):
            for i in range(n):
                part = change[s * n + i] / (atol[i] + rtol * abs(x[i]))
                size += part * part
        size = sqrt(size / (3.0 * n))
        memory[CALLS] += 3.0
        memory[TRIPS] = trip + 1.0
        # the error that remains if the contraction stays as it is
        rate = size / size_old if trip > 0 else 0.0
        remains = size * rate / (1.0 - rate)
        if not size < 1e300:
            return False
        if rate >= 1.0:
            remains = size
            # at the level of rounding errors it can't get better
            if size > enough:
                return False
        if remains * rate ** (ITERATIONS - 2 - trip) > enough:
            return False
        for s in range(3):
            for i in range(n):
                w[s, i] += change[s * n + i]
        for s in range(3):
            for i in range(n):
                z[s, i] = 0.0
                for j in range(3):
                    z[s, i] += T[s, j] * w[j, i]
        if (trip > 0 and remains < enough) or size == 0.0:
            memory[SLOW] = 1.0 if trip > 1 and rate > 1e-3 else 0.0
            return True
        size_old = size
    return False


@njit(**INNER)
def attempt_radau(system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, radau):
    """Try a step of length h from (t, x), where dx/dt = f; return the norm of its error.

    As `attempt` of Dormand-Prince. NaN if Newton does not converge.
    """
    compact()
    memory, _, real, real_pivots, _, _, z, _, q, _, change = radau
    n = x.size
    time = low if t < low else high if t > high else t
    while True:
        prepare(system, time, h, x, p, moving, radau)
        if iterate(system, t, h, low, high, x, p, moving, rtol, atol, x_new, f_new, radau):
            break
        if memory[CURRENT] == 1.0:
            memory[REJECTED] = 1.0
            return nan
        memory[SLOW] = 1.0
    error = 0.0
    for trial in range(3):
        # filter the error; at a start and after a rejection once more, as the first may be too
        # pessimistic; at last the derivative at the end
        if trial == 1 and (error < 1.0 or memory[REJECTED] == 0.0):
            continue
        if trial == 2:
            time = t + h
            time = low if time < low else high if time > high else time
        for i in range(n):
            f_new[i] = f[i]
            x_new[i] = x[i] + (change[i] if trial == 1 else z[2, i])
        if trial > 0:
            field(system, time, x_new, p, f_new)
            memory[CALLS] += 1.0
        for i in range(n):
            f_new[i] *= moving[i]
        if trial < 2:
            for i in range(n):
                change[i] = f_new[i]
                for j in range(3):
                    change[i] += E[j] * z[j, i] / h
            solve(real, real_pivots, change)
            error = 0.0
            for i in range(n):
                size = abs(x[i])
                if abs(x[i] + z[2, i]) > size:
                    size = abs(x[i] + z[2, i])
                part = change[i] / (atol[i] + rtol * size)
                error += part * part
            error = sqrt(error / n)
    for i in range(n):
        error += 0.0 * f_new[i] + 0.0 * x_new[i]
    memory[REJECTED] = 1.0
    if error < 1.0:
        for s in range(3):
            for i in range(n):
                q[s, i] = 0.0
                for j in range(3):
                    q[s, i] += P[s, j] * z[j, i]
        memory[POLYNOMIAL] = h
        memory[CURRENT] = 0.0
        memory[REJECTED] = 0.0
    return error


@njit(**INNER)
def next_factor(h, error, clock, radau):
    """By how much to lengthen the step: Gustafsson's predictive control (equation IV.8.25)."""
    compact()
    memory = radau[0]
    error = error if error > 1e-10 else 1e-10
    safety = (2.0 * ITERATIONS + 1.0) / (2.0 * ITERATIONS + memory[TRIPS])
    factor = error**-0.25
    if clock[STEP_OLD] != 0.0:
        predicted = h / clock[STEP_OLD] * (clock[ERROR_OLD] / error) ** 0.25
        factor *= predicted if predicted < 1.0 else 1.0
    clock[STEP_OLD] = h
    clock[ERROR_OLD] = error if error > 1e-2 else 1e-2
    factor *= safety
    # the factors are worth more than a little longer step
    if memory[SLOW] == 0.0 and factor > 1.0 and factor < 1.2:
        factor = 1.0
    return factor


@njit(**INNER)
def interpolant_radau(x, k, radau):
    """The collocation polynomial of the accepted step, in the form of Dormand-Prince's."""
    compact()
    q = radau[8]
    for i in range(x.size):
        k[DENSE, i] = q[0, i] + q[1, i] + q[2, i]
        k[DENSE + 1, i] = -q[1, i] - q[2, i]
        k[DENSE + 2, i] = -q[2, i]
        for row in range(3, 7):
            k[DENSE + row, i] = 0.0
