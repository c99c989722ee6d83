"""Neurons that run one program: their words broadcast, their steps in portions, their spikes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import InvalidArgument

BLOCK = 128  # neurons that the kernels take together
PORTION = 1 << 22  # neuron-steps whose spikes are looked for at once
LARGEST = 1 << 32  # bytes that recorded rows may take


def broadcast(words: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], int, bool]:
    """The words as rows of one length, that length, and whether it is a single neuron."""
    sizes = {name: array.size for name, array in words.items() if array.ndim}
    count = max(sizes.values(), default=1)
    for name, size in sizes.items():
        if size not in (1, count):
            raise InvalidArgument(f"{name} has {size} entries, others have {count}")
    rows = {name: np.broadcast_to(array.reshape(-1), count) for name, array in words.items()}
    return rows, count, not sizes


@dataclass(frozen=True)
class Course:
    """What was recorded, and the spikes: their rows and whose they are."""

    columns: dict[str, np.ndarray]
    spikes: np.ndarray
    neurons: np.ndarray


def follow(
    advance: Callable[..., None], names: tuple[str, str], steps: int, count: int, record: bool
) -> Course:
    """`advance(fired, first, second)` called for portions of the steps; rows of two columns kept.

    The call fills `fired`, by block of neurons, step and place in the block, and the columns' rows.
    """
    kept = steps if record else 0
    if kept * count * 9 > LARGEST:
        raise InvalidArgument(
            f"{steps} steps of {count} neurons don't fit into {LARGEST >> 30} GiB; record=False "
            "keeps the spikes only"
        )
    columns = {name: np.empty((kept, count), dtype=np.int32) for name in names}
    blocks = -(-count // BLOCK)
    portion = max(1, min(steps, PORTION // (blocks * BLOCK)))
    room = np.zeros(blocks * portion * BLOCK, dtype=np.uint8)
    where = []
    for first in range(0, steps, portion):
        rows = min(portion, steps - first)
        fired = room[: blocks * rows * BLOCK].reshape(blocks, rows, BLOCK)
        if rows < portion:
            fired[:] = 0
        advance(fired, *(columns[name][first : first + rows] for name in names))
        place, lane = np.divmod(np.flatnonzero(fired.view(bool)), BLOCK)
        block, step = np.divmod(place, rows)
        order = np.argsort(step, kind="stable")
        where.append((step[order] + first, (block * BLOCK + lane)[order]))
    spikes, neurons = (np.concatenate(part) for part in zip(*where, strict=True))
    if not record:
        return Course({}, spikes, neurons)
    columns["spike"] = np.zeros((steps, count), dtype=np.uint8)
    columns["spike"][spikes, neurons] = 1
    return Course(columns, spikes, neurons)
