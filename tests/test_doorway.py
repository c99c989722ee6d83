"""The lazy doorway: every public name, what `import rheobase` loads, and how long it takes."""

import ast
import subprocess
import sys
import time

import pytest
import rheobase as rb
from rooms import ROOT

PUBLIC = [name for name in rb.__all__ if name != "__version__"]
HEAVY = ["sympy", "numba", "matplotlib", "scipy", "pandas", "xarray", "numpy"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_name_is_the_same_object_twice(name):
    first = getattr(rb, name)
    assert getattr(rb, name) is first
    assert first is not None
    if name not in ("models", "spinnaker"):
        assert first.__name__ == name


def test_dir_lists_the_public_names():
    assert set(rb.__all__) <= set(dir(rb))


def test_the_stub_lists_the_same_names():
    stub = ast.parse((ROOT / "__init__.pyi").read_text(encoding="utf-8"))
    there = {
        alias.asname
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert there == set(PUBLIC)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(
        AttributeError, match=r"rheobase has no 'simulat'\. Did you mean 'simulate'"
    ):
        rb.simulat
    with pytest.raises(AttributeError, match=r"rheobase has no 'zzzz'\.$"):
        rb.zzzz


def test_import_loads_nothing_heavy():
    code = (
        "import sys, rheobase; dir(rheobase); "
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_import_takes_at_most_150_ms():
    code = "import time; t = time.perf_counter(); import rheobase; print(time.perf_counter() - t)"
    seconds = []
    deadline = time.monotonic() + 30
    while not seconds or (min(seconds) > 0.15 and time.monotonic() < deadline):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        seconds.append(float(done.stdout))
    assert min(seconds) <= 0.15
