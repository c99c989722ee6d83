"""The work arrays of a Radau step, in the order that `kernels/radau.py` states."""

import numpy as np

CALLS = 7  # where the first array counts the evaluations of the field


def radau_arrays(n: int) -> tuple[np.ndarray, ...]:
    """Fresh arrays for a model with n states."""
    return (
        np.zeros(16),
        np.zeros((n, n)),
        np.zeros((n, n)),
        np.zeros(n + 1, np.int64),
        np.zeros((2 * n, 2 * n)),
        # the system of 2 n concerns the right sides from index n on
        np.append(np.zeros(2 * n, np.int64), n),
        *(np.zeros((3, n)) for _ in range(4)),
        np.zeros(3 * n),
    )
