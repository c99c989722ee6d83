"""An exponential synapse as SpiNNaker runs it: decay in u0.32, input from a 16-bit ring buffer."""

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..kernel_files import kernel
from ..machine_run import MachineRun
from .population import LARGEST, broadcast
from .program_words import Word, program_words, shown, whole_number


def synapse(
    d: Word = 0.8187307530779818,
    init: Word = 0.9063462346100909,
    shift: int | str = 5,
    seed: int | str = 0x7E8,
    steps: int | str = 1000,
    *,
    record: bool | None = None,
) -> MachineRun:
    """Run x <- d x + init (cell << shift), floored, with spikes of random weight and number.

    d, init
        u0.32: the decay exp(-h/tau) and the scale of what arrives, tau/h (1 - exp(-h/tau)) (h = 1
        and tau = 5 unless given). A float is a number, an integer a bit pattern! A text is a
        pattern in hexadecimal. Arrays make many synapses.
    shift
        By how many bits the cell is shifted to the left into the s16.15 input.
    seed
        The state of the source of spikes, an integer or a text in hexadecimal. In each step it
        gives s = 1664525 s + 1013904223 and s >> 30 spikes (40 if bits 20 to 27 of s are below 8);
        each draws another s and adds bits 16 to 29 of it to the cell, which holds 16 bits, stays at
        0xFFFF once full, and is cleared in each step.

    Columns: `x` (s16.15), `cell` (16 bits), `n` (spikes that arrived); `steps` and `record` as in
    `izhikevich`.

    >>> run = synapse(steps=5)
    >>> run["n"], run["cell"]
    (array([0, 3, 3, 3, 1], dtype=int32), array([    0, 20961, 22511, 14142,  9171], dtype=int32))
    """
    words = {
        "d": program_words("d", d, "ulr"),
        "init": program_words("init", init, "ulr"),
        "seed": program_words("seed", seed if isinstance(seed, str) else np.asarray(seed)),
    }
    if np.asarray(seed).dtype.kind == "f":
        raise InvalidArgument(f"seed={seed!r} must be an integer, the state of the generator")
    rows, count, single = broadcast(words)
    by = whole_number("shift", shift, 0, 31)
    steps = whole_number("steps", steps, 1, 1 << 40)
    kept = steps if (single if record is None else record) else 0
    if kept * count * 12 > LARGEST:
        raise InvalidArgument(
            f"{steps} steps of {count} synapses don't fit into {LARGEST >> 30} GiB"
        )
    block = np.array([np.zeros(count), rows["d"], rows["init"]], dtype=np.int64)
    xs, cells, arrivals = (np.empty((kept, count), dtype=np.int32) for _ in range(3))
    kernel("synapse").advance(block, rows["seed"].astype(np.int64), by, steps, xs, cells, arrivals)
    columns = dict(x=xs, cell=cells, n=arrivals) if kept else {}
    return MachineRun(
        program="synapse",
        arguments={name: shown(words[name], "ulr") for name in ("d", "init")}
        | dict(shift=by, seed=rows["seed"] if count > 1 else int(rows["seed"][0])),
        steps=steps,
        count=count,
        columns={name: col[:, 0] if single else col for name, col in columns.items()},
        fractions=dict(x=15),
        final=dict(x=block[0].astype(np.int32).view(np.uint32)),
    )
