"""The extrema of orbits, better than the collocation polynomial gives them.

Between the ends of an interval the polynomial is of order m + 1, at its ends of order 2m. In the
interval that holds an extremum another polynomial of degree m + 2 is laid through its beginning,
with the slopes T f(u) at both ends and at the Gauss points, whose errors count once integrated.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from .gauss import Gauss, gauss

# right sides at states (n, M), with the parameters' values (d, M) at each
Field = Callable[[np.ndarray, np.ndarray], np.ndarray]
SAMPLES = 8  # an interval, to find where the extremum is
FINE = 33
NEWTON_STEPS = 4


def extrema_of(
    f: Field, degree: int, h: np.ndarray, X: np.ndarray, T: np.ndarray, value: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Minima and maxima (k, n) of k orbits: h (k, N), X (k, N, m + 1, n), T (k,), value (k,) or
    (k, d)."""
    table = gauss(degree)
    k, N, _, n = X.shape
    samples = table.values(np.linspace(0, 1, SAMPLES, endpoint=False))
    values = np.einsum("si,kjin->kjsn", samples, X).reshape(k, N * SAMPLES, n)
    places = np.stack([values.argmin(axis=1), values.argmax(axis=1)], axis=1) // SAMPLES
    # an extremum at the start of an interval may lie in the one before
    here = improved(f, table, h, X, T, value, places)
    earlier = improved(f, table, h, X, T, value, (places - 1) % N)
    return np.fmin(here[:, 0], earlier[:, 0]), np.fmax(here[:, 1], earlier[:, 1])


def improved(
    f: Field,
    table: Gauss,
    h: np.ndarray,
    X: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
    places: np.ndarray,
) -> np.ndarray:
    """The least and greatest value (k, 2, n) of each state in its chosen interval."""
    k, N, _, n = X.shape
    orbit = np.arange(k)[:, None, None]
    nodes = X[orbit, places]  # (k, 2, n of the extremum, m + 1, n of the state)
    following = X[orbit, (places + 1) % N, 0][:, :, :, None]
    states = np.concatenate([nodes, following], axis=3)
    flat = states.reshape(-1, n).T
    values = value.reshape(k, 1, 1, 1, -1)
    parameter = np.broadcast_to(values, (*states.shape[:-1], values.shape[-1]))
    parameter = parameter.reshape(-1, values.shape[-1]).T
    slopes = f(flat, parameter).T.reshape(states.shape)
    own = np.arange(n)
    scale = (T[:, None, None] * h[orbit, places])[..., None]
    slopes = slopes[:, :, own, :, own].transpose(1, 2, 0, 3) * scale
    begin = states[:, :, own, 0, own][..., None]
    conditions = np.concatenate([begin, slopes], axis=-1)
    coefficients = conditions @ hermite(table.degree).T  # of 1, x, x^2, ...
    x = np.linspace(0, 1, FINE)
    values = coefficients @ np.vander(x, coefficients.shape[-1], increasing=True).T
    best = np.stack([values[:, 0].argmin(axis=-1), values[:, 1].argmax(axis=-1)], axis=1)
    return extremum(coefficients, x[best])


def extremum(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The polynomial's value where its derivative vanishes next to x, within [0, 1]."""
    powers = np.arange(1, coefficients.shape[-1])
    first = coefficients[..., 1:] * powers
    second = first[..., 1:] * powers[:-1]

    def at(polynomial: np.ndarray, x: np.ndarray) -> np.ndarray:
        total = np.zeros_like(x)
        for i in range(polynomial.shape[-1])[::-1]:
            total = total * x + polynomial[..., i]
        return total

    start = x
    for _ in range(NEWTON_STEPS):
        with np.errstate(all="ignore"):
            step = at(first, x) / at(second, x)
        step = np.where(np.isfinite(step), np.clip(step, -1 / FINE, 1 / FINE), 0.0)
        x = np.clip(x - step, np.maximum(start - 2 / FINE, 0), np.minimum(start + 2 / FINE, 1))
    return at(coefficients, x)


@lru_cache(maxsize=16)
def hermite(degree: int) -> np.ndarray:
    """Coefficients of the polynomial of degree m + 2 from its value at 0 and its slopes at 0, the
    Gauss points and 1 (which the value at 1 then obeys: Gauss quadrature is exact)."""
    size = degree + 3
    places = np.append(gauss(degree).nodes, 1.0)
    slopes = np.zeros((degree + 2, size))
    slopes[:, 1:] = np.vander(places, size - 1, increasing=True) * np.arange(1, size)
    return np.linalg.inv(np.vstack([np.eye(1, size), slopes]))
