"""Many trajectories of one model at a time: Dormand-Prince 8(5,3) over columns.

Every column has its own time and step, so that none waits for another and none is less accurate
for its company; columns that are done drop out. NumPy only: there is no loop over the columns.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.kernels.dormand_prince_tableau import E3, E5, A, B

Rates = Callable[[np.ndarray, np.ndarray], np.ndarray]  # states (n, k), which columns (k,)
SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
MOST_STEPS = 20_000
ROOTS = 12  # stages


@dataclass
class Batch:
    """Where the columns have come: x (n, M) at times t (M,); `h` their next steps.

    `lost` marks columns that ran away or could not go on: x is where they were last.
    """

    x: np.ndarray
    t: np.ndarray
    h: np.ndarray
    lost: np.ndarray

    @classmethod
    def at(cls, x: np.ndarray) -> "Batch":
        """At rest, at time zero."""
        M = x.shape[1]
        return cls(np.array(x, dtype=float), np.zeros(M), np.zeros(M), np.zeros(M, dtype=bool))


def advance(
    batch: Batch,
    rates: Rates,
    until: np.ndarray | float,
    *,
    tolerance: float,
    absolute: np.ndarray,
    beyond: np.ndarray | None = None,
    most_steps: int = MOST_STEPS,
) -> None:
    """Carry all columns that are not lost to the times `until` (after the present ones).

    A column is lost where |x_i| exceeds `beyond` (n,), where its field is not finite, or when it
    has not arrived after `most_steps` tried steps.
    """
    until = np.broadcast_to(np.asarray(until, dtype=float), batch.t.shape)
    active = np.flatnonzero(~batch.lost & (batch.t < until))
    if not len(active):
        return
    absolute = absolute[:, None]
    x, t, end = batch.x[:, active], batch.t[active], until[active]
    with np.errstate(all="ignore"):
        f = rates(x, active)
        h = batch.h[active]
        fresh = h <= 0
        if fresh.any():
            size = absolute / tolerance + np.abs(x)
            speed = np.sqrt(np.mean((f / size) ** 2, axis=0))
            h = np.where(fresh, 0.01 / np.maximum(speed, 1e-300), h)
        for _ in range(most_steps):
            last = t + h >= end
            step = np.where(last, end - t, h)
            x_new, f_new, error = attempted(rates, x, f, step, active, tolerance, absolute)
            good = error < 1
            factor = np.clip(SAFETY * error ** (-1 / 8), SHRINK, GROW)
            factor = np.where(np.isfinite(error), factor, SHRINK)
            x = np.where(good, x_new, x)
            f = np.where(good, f_new, f)
            t = np.where(good, np.where(last, end, t + step), t)
            # a step that was cut to end in time says nothing about the next
            h = np.where(good & last, np.maximum(h, step * factor), step * factor)
            stuck = t + h <= t
            if beyond is not None:
                stuck |= (np.abs(x) > beyond[:, None]).any(axis=0)
            over = stuck | (t >= end)
            if over.any():
                gone = active[over]
                batch.x[:, gone], batch.t[gone], batch.h[gone] = x[:, over], t[over], h[over]
                batch.lost[gone] = stuck[over] & (t[over] < end[over])
                if beyond is not None:
                    batch.lost[gone] |= stuck[over]
                keep = ~over
                active, x, f = active[keep], x[:, keep], f[:, keep]
                t, h, end = t[keep], h[keep], end[keep]
                if not len(active):
                    return
    batch.x[:, active], batch.t[active], batch.h[active] = x, t, h
    batch.lost[active] = True


def attempted(
    rates: Rates,
    x: np.ndarray,
    f: np.ndarray,
    h: np.ndarray,
    columns: np.ndarray,
    tolerance: float,
    absolute: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One step of each column: the new state, the field there, and the norm of the error (NaN
    where the step left the numbers)."""
    n, M = x.shape
    k = np.empty((ROOTS, n * M))
    k[0] = f.ravel()
    for s in range(1, ROOTS):
        inner = (A[s, :s] @ k[:s]).reshape(n, M)
        k[s] = rates(x + h * inner, columns).ravel()
    x_new = x + h * (B @ k).reshape(n, M)
    scale = absolute + tolerance * np.maximum(np.abs(x), np.abs(x_new))
    fifth = np.mean(((E5 @ k).reshape(n, M) / scale) ** 2, axis=0)
    third = np.mean(((E3 @ k).reshape(n, M) / scale) ** 2, axis=0)
    error = np.abs(h) * fifth / np.sqrt(np.maximum(fifth + 0.01 * third, 1e-300))
    return x_new, rates(x_new, columns), error
