"""The .ode files of tests/dynamics/ode, and the executable of XPPAUT that runs them."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "dynamics" / "ode"
FILES = sorted(path.name for path in FOLDER.glob("*.ode"))
XPPAUT = shutil.which("xppaut")
needs_xppaut = pytest.mark.skipif(
    XPPAUT is None, reason="XPPAUT is not installed (Debian: apt-get install xppaut)"
)


def run_xppaut(text: str, folder: Path) -> np.ndarray:
    """The columns t, states, aux that XPPAUT computes; its output is in single precision."""
    (folder / "model.ode").write_text(text)
    command = [str(XPPAUT), "-silent", "model.ode"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL
    )
    output = folder / "output.dat"
    assert output.exists(), done.stdout.decode(errors="replace")[-1000:] + text
    return np.loadtxt(output, ndmin=2)
