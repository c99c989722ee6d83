"""The law of the onset fitted to periods: which constants they show, with standard errors.

    square root    T = 1/(s sqrt d) + T0 + T1 sqrt d + T2 d
    logarithmic    T = c - k ln d + terms in d^(rho - 1), d ln d and d,  rho = |lambda_s|/lambda_u
    Hopf           f = f0 + f1 d + f2 d^2,  swing = A sqrt(d) (1 + A1 d + A2 d^2)
    cycle fold     f = f0 + f1 sqrt d + f2 d + f3 d^(3/2)

A slope in a log-log plot is biased by the terms that follow; these are fitted with it. Periods are
exact but for rounding, so that what is left over is truncation: a standard error is the larger of
the one that least squares give and of the change that one more term makes. The exponent comes from
one more column, the leading term times ln d.
"""

from dataclasses import dataclass

import numpy as np

ITERATIONS = 4


@dataclass(frozen=True)
class Fit:
    """The leading constant and the exponent, with standard errors."""

    value: float
    error: float
    exponent: float | None = None
    exponent_error: float | None = None


def least_squares(columns: list[np.ndarray], y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors of y = sum c_j column_j, relative errors weighing alike."""
    A = np.stack(columns, axis=1) / np.abs(y)[:, None]
    scale = np.linalg.norm(A, axis=0)
    inverse = np.linalg.pinv(A / scale, rcond=1e-14)
    c = inverse @ np.sign(y)
    left = np.sign(y) - (A / scale) @ c
    spread = np.sqrt(float(left @ left) / max(len(y) - len(columns), 1))
    errors = spread * np.linalg.norm(inverse, axis=1)
    return c / scale, errors / scale


def leading(columns: list[np.ndarray], y: np.ndarray, which: int = 0) -> tuple[float, float]:
    """One coefficient, and its error with truncation: the last column is the term to spare."""
    c, errors = least_squares(columns[:-1], y)
    more, more_errors = least_squares(columns, y)
    best = more if more_errors[which] < errors[which] else c
    error = max(min(errors[which], more_errors[which]), abs(more[which] - c[which]))
    return float(best[which]), float(error)


def square_root_fit(d: np.ndarray, T: np.ndarray) -> Fit:
    """s and the exponent of f = s d^e."""
    columns = [d**-0.5, np.ones_like(d), d**0.5, d, d**1.5]
    value, error = leading(columns, T)
    power, power_error = exponent(lambda e: [d**-e, *columns[1:]], d, T, 0.5)
    return Fit(1 / value, error / value**2, power, power_error)


def exponent(basis, d: np.ndarray, y: np.ndarray, e: float) -> tuple[float, float]:
    """The power of the first column of a basis: y has c d^-(e + de) = c d^-e (1 - de ln d)."""
    found, error = e, np.inf
    for short in (True, False):
        trial, power_error = e, np.inf
        for _ in range(ITERATIONS):
            columns = basis(trial)
            columns = columns[:-1] if short else columns
            c, errors = least_squares([*columns, columns[0] * np.log(d)], y)
            trial -= c[-1] / c[0]
            power_error = abs(errors[-1] / c[0])
        change = abs(trial - found)
        if power_error < error or short:
            found, error = trial, max(power_error, 0.0 if short else change)
        else:
            error = max(error, change)
    return float(found), float(error)


def logarithmic_fit(d: np.ndarray, T: np.ndarray, rho: float) -> Fit:
    """k of T = c - k ln d; rho > 1 where cycles are stable."""
    later = {max(rho - 1, 0.1): d ** max(rho - 1, 0.1), 1.0: d * np.log(d), 1.001: d}
    later |= {2.0: d**2 * np.log(d)}
    following = [later[power] for power in sorted(later)][:3]
    value, error = leading([-np.log(d), np.ones_like(d), *following], T)
    return Fit(value, error)


def hopf_fit(d: np.ndarray, f: np.ndarray, swing: np.ndarray) -> Fit:
    """f0, and the exponent of the swing."""
    one = np.ones_like(d)
    value, error = leading([one, d, d**2, d**3], f)
    power, power_error = exponent(
        lambda e: [d**-e, d ** (1 - e), d ** (2 - e), d ** (3 - e)], d, swing, -0.5
    )
    return Fit(value, error, -power, power_error)


def cycle_fold_fit(d: np.ndarray, f: np.ndarray) -> Fit:
    """f0, and the exponent of f - f0."""
    one = np.ones_like(d)
    value, error = leading([one, d**0.5, d, d**1.5, d**2], f)
    power, power_error = exponent(lambda e: [d**-e, one, d, d**1.5, d**2], d, f, -0.5)
    return Fit(value, error, -power, power_error)
