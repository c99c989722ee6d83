"""One step of Radau IIA of order 5, for stiff equations, with the exact Jacobian.

The increments Z of the three stages solve Z = h (A x 1) F(x + Z) by simplified Newton iterations;
the transformation TI splits each into a real and a complex system of the size of the model:

    (MU_REAL / h - J) dW_0 = TI_0 F - (MU_REAL / h) W_0,     likewise for W_1 + i W_2

They stop when the contraction that is seen makes the rest smaller than the error allows. The
error of order 3 is filtered by (MU_REAL / h - J)^-1. Jacobian and factors are kept as long as the
iterations converge fast, starting values are extrapolated from the last collocation polynomial.

Reference: E. Hairer & G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer
1996, section IV.8, and their program radau5.

Work arrays: memory, jac, real, real_pivots, whole, whole_pivots, z, w, q (the polynomial), stages,
rest, pair.
"""

from math import nan, sqrt

from numba import njit

from .by_address import field, jacobian
from .dormand_prince import INNER
from .layout import DENSE, ERROR_OLD, STEP_OLD
from .lu import decompose, solve
from .radau_tableau import MU_COMPLEX, MU_REAL, TI, C, E, P, T

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
    memory, jac, real, real_pivots, whole, whole_pivots = radau[:6]
    n = x.size
    if memory[GOING] == 0.0:
        memory[CURRENT] = 0.0
        memory[POLYNOMIAL] = 0.0
        memory[REJECTED] = 1.0
        memory[SLOW] = 1.0
        memory[GOING] = 1.0
    if memory[SLOW] == 1.0:
        jacobian(system, time, x, p, jac)
        for i in range(n):
            for j in range(n):
                jac[i, j] *= moving[i]
        memory[CURRENT] = 1.0
        memory[SLOW] = 0.0
        memory[FACTORED] = 0.0
    if not abs(memory[FACTORED] - h) <= 1e-10 * abs(h):
        for i in range(n):
            for j in range(n):
                real[i, j] = -jac[i, j]
                whole[i, j] = -jac[i, j]
            real[i, i] += MU_REAL / h
            whole[i, i] += MU_COMPLEX / h
        decompose(real, real_pivots)
        decompose(whole, whole_pivots)
        memory[FACTORED] = h


@njit(**INNER)
def iterate(system, t, h, low, high, x, p, moving, rtol, atol, x_new, f_new, radau):
    """Newton's iterations for Z; whether they converged."""
    memory, _, real, real_pivots, whole, whole_pivots, z, w, q, stages, rest, pair = radau
    n = x.size
    for s in range(3):
        ratio = 1.0
        if memory[POLYNOMIAL] != 0.0:
            ratio = 1.0 + C[s] * h / memory[POLYNOMIAL]
        for i in range(n):
            z[s, i] = 0.0
            if memory[POLYNOMIAL] != 0.0:
                power = 1.0
                for j in range(3):
                    power *= ratio
                    z[s, i] += q[j, i] * (power - 1.0)
    for i in range(n):
        for s in range(3):
            w[s, i] = TI[s, 0] * z[0, i] + TI[s, 1] * z[1, i] + TI[s, 2] * z[2, i]
    # how exact the increments must be, in units of the allowed error
    enough = 0.03 if rtol > 1e-3 else sqrt(rtol)
    least = 1e-14 / (rtol if rtol > 1e-14 else 1e-14)
    enough = enough if enough > least else least
    enough = enough if enough < 0.1 else 0.1
    size_old = -1.0
    for trip in range(ITERATIONS):
        memory[TRIPS] = trip + 1.0
        for s in range(3):
            for i in range(n):
                x_new[i] = x[i] + z[s, i]
            time = t + C[s] * h
            time = low if time < low else high if time > high else time
            field(system, time, x_new, p, f_new)
            for i in range(n):
                stages[s, i] = f_new[i] * moving[i]
        memory[CALLS] += 3.0
        for i in range(n):
            first = TI[0, 0] * stages[0, i] + TI[0, 1] * stages[1, i] + TI[0, 2] * stages[2, i]
            second = TI[1, 0] * stages[0, i] + TI[1, 1] * stages[1, i] + TI[1, 2] * stages[2, i]
            third = TI[2, 0] * stages[0, i] + TI[2, 1] * stages[1, i] + TI[2, 2] * stages[2, i]
            rest[i] = first - MU_REAL / h * w[0, i]
            pair[i] = complex(second, third) - MU_COMPLEX / h * complex(w[1, i], w[2, i])
        solve(real, real_pivots, rest)
        solve(whole, whole_pivots, pair)
        size = 0.0
        for i in range(n):
            scale = atol[i] + rtol * abs(x[i])
            size += (rest[i] / scale) * (rest[i] / scale)
            size += (pair[i].real / scale) * (pair[i].real / scale)
            size += (pair[i].imag / scale) * (pair[i].imag / scale)
        size = sqrt(size / (3.0 * n))
        if not size < 1e300:
            return False
        rate = size / size_old
        if size_old > 0.0:
            left = ITERATIONS - 1 - trip
            if rate >= 1.0 or rate**left / (1.0 - rate) * size > enough:
                # at the level of rounding errors it can't get better
                if not size < 1e-2 * enough:
                    return False
        for i in range(n):
            w[0, i] += rest[i]
            w[1, i] += pair[i].real
            w[2, i] += pair[i].imag
            for s in range(3):
                z[s, i] = T[s, 0] * w[0, i] + T[s, 1] * w[1, i] + T[s, 2] * w[2, i]
        done = size == 0.0
        if size_old > 0.0:
            done = done or rate >= 1.0 or rate / (1.0 - rate) * size < enough
        if done:
            memory[SLOW] = 1.0 if trip > 1 and rate > 1e-3 else 0.0
            return True
        size_old = size
    return False


@njit(**INNER)
def attempt_radau(system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, k, radau):
    """Try a step of length h from (t, x), where dx/dt = f; return the norm of its error.

    As `attempt` of Dormand-Prince. Row 0 of k is free to use. NaN if Newton does not converge.
    """
    memory, _, real, real_pivots, _, _, z, _, q, _, rest, _ = radau
    n = x.size
    time = low if t < low else high if t > high else t
    converged = False
    while not converged:
        prepare(system, time, h, x, p, moving, radau)
        converged = iterate(system, t, h, low, high, x, p, moving, rtol, atol, x_new, f_new, radau)
        if not converged:
            if memory[CURRENT] == 1.0:
                memory[REJECTED] = 1.0
                return nan
            memory[SLOW] = 1.0
    error = 0.0
    for trial in range(2):
        # the second filters the error once more, where the first may be too pessimistic
        if trial == 1:
            for i in range(n):
                k[0, i] = x[i] + rest[i]
            for i in range(n):
                x_new[i] = k[0, i]
            field(system, time, x_new, p, f_new)
            memory[CALLS] += 1.0
        for i in range(n):
            rate = f[i] if trial == 0 else f_new[i] * moving[i]
            rest[i] = rate + (E[0] * z[0, i] + E[1] * z[1, i] + E[2] * z[2, i]) / h
        solve(real, real_pivots, rest)
        error = 0.0
        for i in range(n):
            end = x[i] + z[2, i]
            scale = atol[i] + rtol * (abs(x[i]) if abs(x[i]) > abs(end) else abs(end))
            error += (rest[i] / scale) * (rest[i] / scale)
        error = sqrt(error / n)
        if error < 1.0 or memory[REJECTED] == 0.0:
            break
    for i in range(n):
        x_new[i] = x[i] + z[2, i]
    if error < 1.0:
        time = t + h
        time = low if time < low else high if time > high else time
        field(system, time, x_new, p, f_new)
        memory[CALLS] += 1.0
        for i in range(n):
            f_new[i] *= moving[i]
            error += 0.0 * f_new[i] + 0.0 * x_new[i]
    if error < 1.0:
        for j in range(3):
            for i in range(n):
                q[j, i] = P[j, 0] * z[0, i] + P[j, 1] * z[1, i] + P[j, 2] * z[2, i]
        memory[POLYNOMIAL] = h
        memory[CURRENT] = 0.0
        memory[REJECTED] = 0.0
    else:
        memory[REJECTED] = 1.0
    return error


@njit(**INNER)
def next_factor(h, error, clock, radau):
    """By how much to lengthen the step: Gustafsson's predictive control (equation IV.8.25)."""
    memory = radau[0]
    error = error if error > 1e-10 else 1e-10
    safety = 0.9 * (2.0 * ITERATIONS + 1.0) / (2.0 * ITERATIONS + memory[TRIPS])
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
    q = radau[8]
    for i in range(x.size):
        k[DENSE, i] = q[0, i] + q[1, i] + q[2, i]
        k[DENSE + 1, i] = -q[1, i] - q[2, i]
        k[DENSE + 2, i] = -q[2, i]
        for row in range(3, 7):
            k[DENSE + row, i] = 0.0
