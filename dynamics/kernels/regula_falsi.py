"""A root in (a, b] by regula falsi with halved weights (Illinois), and bisection where it is slow.

    trial = trial_point(number, a, b, at_a, at_b)      # b: the search has come to its end
    a, b, at_a, at_b, kept = narrowed(trial, value, beyond, a, b, at_a, at_b, kept)

b lies beyond the root, a before it; `kept` is the end that the last trial left, 0 at the begin.
"""

from numba import njit

from .dormand_prince import INNER

KEPT_A, KEPT_B = 1, 2


@njit(**INNER)
def trial_point(number, a, b, at_a, at_b):
    """Where to look next, or b if nothing lies between a and b or b is the root."""
    if b - a <= 2.3e-16 * b or at_b == 0.0:
        return b
    trial = b - at_b * (b - a) / (at_b - at_a)
    # where regula falsi is slow or meets numbers that are not finite
    if number % 4 == 3 or not (trial > a and trial < b):
        trial = 0.5 * (a + b)
        if trial <= a or trial >= b:
            return b
    return trial


@njit(**INNER)
def narrowed(trial, value, beyond, a, b, at_a, at_b, kept):
    """The interval with the trial in place of one end."""
    if beyond:
        return a, trial, 0.5 * at_a if kept == KEPT_A else at_a, value, KEPT_A
    return trial, b, value, 0.5 * at_b if kept == KEPT_B else at_b, KEPT_B
