"""A scheme with noise on a given Brownian path: the same path for steps of several lengths."""

import numpy as np

from . import cache, compiled
from .errors import InvalidArgument
from .integrate_fixed import TABLEAUS, WANTS
from .model import Model
from .noisy_marching import SCHEMES, number_of, work_arrays


def along_path(
    model: Model, scheme: str, step: float, dw: np.ndarray, dz: np.ndarray | None = None
) -> np.ndarray:
    """The state after steps with increments dW (steps, sources) of the model's noise sources.

    "srk" also wants dZ, the integral of W(s) - W(t) over each step; `joined_increments` gives both
    for longer steps on the same path. Resets and Poisson input play no part.
    """
    if scheme not in SCHEMES:
        raise InvalidArgument(f"{scheme!r} has no increments; one of {', '.join(SCHEMES)} has")
    system, n = model._system, len(model.states)
    path = np.hstack([dw, np.zeros_like(dw) if dz is None else dz])
    x = np.array(list(model.start.values()))
    cache.kernel("noisy_schemes").along_path(
        compiled.addresses(system, {"field", *WANTS[scheme]}),
        model.field.parameter_array(model.parameters),
        0.0,
        float(step),
        x,
        number_of(scheme),
        tuple(np.array(part, dtype=float) for part in TABLEAUS["euler"]),
        np.ascontiguousarray(path, dtype=float),
        (*work_arrays(n, len(system.sources)), np.ones(n), np.zeros(n)),
    )
    return x


def joined_increments(
    dw: np.ndarray, dz: np.ndarray, step: float, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """dW and dZ of steps that are `count` times as long: sums, and with W_k the path at the begin
    of each short step since that of the long one, dZ = sum_k (dZ_k + step W_k)."""
    short = dw.reshape(-1, count, dw.shape[1])
    before = np.cumsum(short, axis=1) - short
    integrals = dz.reshape(-1, count, dz.shape[1]) + step * before
    return short.sum(axis=1), integrals.sum(axis=1)
