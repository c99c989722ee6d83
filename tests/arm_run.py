"""A program of `rb.emulate` printed as C, compiled for ARM and run by `qemu-arm`."""

import subprocess
from pathlib import Path

import numpy as np

FLAGS = ["-O2", "-march=armv5te", "-marm", "-static", "-fwrapv"]


def bits_on_arm(machine, folder: Path) -> np.ndarray:
    """The states' words after each step of a run on the machine, and whether there was a spike."""
    source, program = folder / "program.c", folder / "program"
    text = machine.to_c()
    source.write_text(text, encoding="ascii")
    command = ["arm-linux-gnueabi-gcc", *FLAGS, str(source), "-o", str(program)]
    subprocess.run(command, check=True, timeout=60)
    done = subprocess.run(["qemu-arm", str(program)], capture_output=True, check=True, timeout=60)
    rows = [line.split() for line in done.stdout.decode().splitlines()]
    return np.array(rows, dtype=np.int64)
