"""Maps in discrete time: iterate, and say where the orbit leaves the numbers."""

import numpy as np

from . import cache
from .compiled import addresses
from .errors import InvalidArgument
from .model import Model
from .noisy_marching import SEEDS
from .status import Status
from .trajectory import Trajectory

MOST = 200_000_000


def iterated(model: Model, begin: float, until: float, seed: int = 0) -> Trajectory:
    """The orbit from `begin` to `until`, one node an iteration.

    Noise g_ij(x) is added as g_ij(x) z_j with independent normal numbers z_j of each iteration.
    """
    count = round(until - begin)
    if count < 1 or abs(count - (until - begin)) > 1e-9 * count:
        raise InvalidArgument(
            f"a map makes whole steps forward: from {begin:g} to {until:g} there is no such number"
        )
    if count * len(model.states) > MOST:
        raise InvalidArgument(f"{count} iterations are more than can be kept; ask for fewer")
    nodes = np.empty((count + 1, len(model.states)))
    nodes[0] = list(model.start.values())
    p = model.field.parameter_array(model.parameters)
    kernel, sources = cache.kernel("iterate"), len(model._system.sources)
    if sources:
        parts = addresses(model._system, ("field", "noise"))
        g = np.zeros(len(model.states) * sources)
        done = kernel.iterate_with_noise(parts, p, begin, nodes, seed % SEEDS, sources, g)
    else:
        done = kernel.iterate(addresses(model._system), p, begin, nodes)
    status, message = Status.COMPLETED, f"{count} iterations"
    if done <= count:
        status = Status.DIVERGED
        message = (
            f"the orbit left the range of numbers at iteration {done - 1} of {count}; "
            "start elsewhere or change the parameters"
        )
    return Trajectory(
        model=model,
        t=begin + np.arange(done, dtype=float),
        x=nodes[:done],
        status=status,
        message=message,
        scheme="iteration",
        steps=done - 1,
        evaluations=done - 1,
        kinds=np.zeros(done, dtype=np.int8),
    )
