"""The machine's loops: loaded from the cache, with other kernels in the place of their own."""

import subprocess
import sys

import pytest
from rheobase.hardware import kernel_files
from rheobase.hardware.kernel_files import kernel


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of small kernels, in the place of the real one."""
    monkeypatch.setattr(kernel_files, "FOLDER", tmp_path)
    (tmp_path / "add.py").write_text("def combine(a, b):\n    return a + b\n")
    (tmp_path / "times.py").write_text("def combine(a, b):\n    return a * b\n")
    (tmp_path / "twice.py").write_text("from .add import combine\n\nTWICE = combine(5, 5)\n")
    (tmp_path / "far.py").write_text("from .twice import TWICE\n\nFAR = TWICE + 1\n")
    kernel.cache_clear()
    yield tmp_path
    kernel.cache_clear()


def test_a_kernel_can_be_exchanged_at_any_depth(folder):
    assert kernel("twice").TWICE == 10
    assert kernel("twice", add="times").TWICE == 25
    assert kernel("far").FAR == 11
    assert kernel("far", add="times").FAR == 26
    assert kernel("far") is kernel("far")


def test_a_kernel_is_named_after_all_that_it_uses(folder):
    before = kernel("far").__name__
    (folder / "add.py").write_text("def combine(a, b):\n    return a + b + 1\n")
    kernel.cache_clear()
    assert kernel("far").FAR == 12
    assert kernel("far").__name__ != before


def test_the_room_is_entered_without_a_compiler():
    code = (
        "import sys, numpy, rheobase as rb; rb.spinnaker.names(); rb.QFormat(16, 15).mul(3, 5); "
        "rb.spinnaker.apply('k_add', 1, 2); print('numba' in sys.modules, 'sympy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
