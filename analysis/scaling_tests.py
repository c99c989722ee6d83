"""The constants of a law measured from simulated firing: fits with the terms that follow.

    square root    f = s d^e,  T = d^-e/s + T0 + T1 sqrt d + T2 d           s, e = 1/2
    logarithmic    T = c - k ln d + ...                                     k
    Hopf           f = f0 + f1 d + ...,  swing = 2 A d^e (1 + ...)          f0, e = 1/2, A
    cycle fold     f = f0 + f1 d^e + ...                                    f0, e = 1/2

A logarithm that is taken for a power, or the other way round, also shows: the law's own constant is
then fitted badly, and drifts as the nearest runs are taken alone. `rival` says which of the two
leading terms leaves less.
"""

import numpy as np

from .law_fit import (
    cycle_fold_fit,
    hopf_fit,
    leading,
    least_squares,
    logarithmic_fit,
    square_root_fit,
)
from .onset_law import OnsetLaw
from .scaling_check import Measured, measured

ACCURACY = 1e-6  # of what is compared: points are located, periods simulated, better than this
EXPONENT_ACCURACY, SWING_ACCURACY = 1e-4, 3e-4  # swings are read off the nodes of the runs
KNOWN, EXPONENT_KNOWN = 0.05, 0.06  # errors (relative, absolute) beyond which nothing is decided
DIFFERENT = 30.0  # times as much is left by a law that is refused


def constants_of(
    law: OnsetLaw, d: np.ndarray, f: np.ndarray, swing: np.ndarray, first: str
) -> list[Measured]:
    """The constant that makes the law, then the others."""
    T = 1 / f
    if law.kind == "square root":
        fit = square_root_fit(d, T)
        tests = [constant("prefactor s", fit.value, fit.error, law["s"])]
        return tests + exponent(fit.exponent, fit.exponent_error)
    if law.kind == "logarithmic":
        known = {"lambda_u", "lambda_s"} <= law.constants.keys()
        rho = -law["lambda_s"] / law["lambda_u"] if known else 3.0
        fit = logarithmic_fit(d, T, rho)
        return [constant("factor k", fit.value, fit.error, law["k"])]
    if law["power"] == 0.5:
        fit = cycle_fold_fit(d, f)
        tests = [constant("frequency f0", fit.value, fit.error, law["f0"])]
        moves = law.constants.get("f1") != 0
        return tests + (exponent(fit.exponent, fit.exponent_error) if moves else [])
    if "growth" not in law.constants:
        one = np.ones_like(d)
        value, error = leading([one, d, d**2, d**3], f)
        return [constant("frequency f0", value, error, law["f0"])]
    fit = hopf_fit(d, f, swing)
    tests = [constant("frequency f0", fit.value, fit.error, law["f0"])]
    tests += exponent(fit.exponent, fit.exponent_error, SWING_ACCURACY)
    if f"amplitude of {first}" in law.constants:
        value, error = leading([d**0.5, d**1.5, d**2.5, d**3.5], swing / 2)
        name = f"amplitude of {first}"
        size = law[name]
        accuracy = SWING_ACCURACY * size
        tests.append(measured(name, value, error, size, accuracy, KNOWN * size))
    return tests


def constant(what: str, value: float, error: float, expected: float) -> Measured:
    """A constant with a relative accuracy."""
    size = abs(expected)
    return measured(what, value, error, expected, ACCURACY * size, KNOWN * size)


def exponent(
    value: float | None, error: float | None, accuracy: float = EXPONENT_ACCURACY
) -> list[Measured]:
    """The exponent, of which 1/2 is expected."""
    if value is None or error is None:
        return []
    return [measured("exponent", value, error, 0.5, accuracy, EXPONENT_KNOWN)]


def rival(law: OnsetLaw, d: np.ndarray, T: np.ndarray) -> str | None:
    """The other law of a diverging period, if it fits far better than the one derived."""
    if law.kind not in ("square root", "logarithmic"):
        return None
    one = np.ones_like(d)
    power, logarithm = [d**-0.5, one, d**0.5], [-np.log(d), one, d**0.5]
    left = {}
    for name, columns in (("square root", power), ("logarithmic", logarithm)):
        coefficients, _ = least_squares(columns, T)
        off = np.stack(columns, axis=1) @ coefficients / T - 1
        left[name] = float(np.sqrt(np.mean(off**2)))
    other = "logarithmic" if law.kind == "square root" else "square root"
    return other if left[law.kind] > DIFFERENT * left[other] else None
