"""The layers of the house hold, and the checker that says so does catch a bad tree."""

import pytest
from layers import complaints
from rooms import ROOT


def test_the_layers_hold():
    found = complaints(ROOT)
    assert not found, "\n" + "\n".join(found)


@pytest.fixture
def tree(tmp_path):
    """A small clean house; `tree(path, text)` writes a file into it and returns the complaints."""
    rooms = ["dynamics", "models", "analysis", "hardware", "gallery", "cli"]
    packages = ["rheobase", *(f"rheobase.{room}" for room in rooms)]
    (tmp_path / "pyproject.toml").write_text(f"[tool.setuptools]\npackages = {packages}\n")
    (tmp_path / "__init__.py").touch()
    for room in rooms:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "dynamics" / "model.py").write_text("import math\n\nimport numpy as np\n")

    def write(path, text):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        return complaints(tmp_path)

    return write


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("dynamics/a.py", "\nfrom ..models import x\n", "dynamics/a.py:2: dynamics may not know m"),
        (
            "dynamics/a.py",
            "from .. import simulate\n",
            "dynamics/a.py:1: dynamics may not know the",
        ),
        (
            "models/a.py",
            "from ..analysis import x\n",
            "models/a.py:1: models may not know analysis",
        ),
        (
            "models/a.py",
            "def f():\n    from ..cli import x\n",
            "models/a.py:2: models may not know",
        ),
        ("hardware/a.py", "from ..analysis import x\n", "hardware/a.py:1: hardware may not know"),
        (
            "dynamics/a.py",
            "import matplotlib.pyplot as plt\n",
            "dynamics/a.py:1: matplotlib belongs",
        ),
        ("cli/a.py", "from sympy import Symbol\n", "cli/a.py:1: sympy belongs"),
        ("models/a.py", "import numba\n", "models/a.py:1: numba belongs"),
        ("analysis/a.py", "import dask.bag\n", "analysis/a.py:1: dask belongs"),
        ("analysis/a.py", "import jax\n", "analysis/a.py:1: jax is no dependency"),
        ("cli/a.py", "import rheobase as rb\n", "cli/a.py:1: imports rheobase absolutely"),
        ("cli/a.py", "x = 0\n" * 401, "cli/a.py:401: 401 lines; the wall is 400"),
    ],
)
def test_a_bad_file_is_named(tree, path, text, complaint):
    found = tree(path, text)
    assert len(found) == 1
    assert found[0].startswith(complaint)


def test_a_circle_is_named(tree):
    assert tree("dynamics/a.py", "from .b import x\n") == []
    (found,) = tree("dynamics/b.py", "from . import c\n") + tree(
        "dynamics/c.py", "\nfrom .a import x\n"
    )
    assert "imports run in a circle" in found
    assert all(f"rheobase.dynamics.{name}" in found for name in "abc")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("hardware/precision/rests.py", "from ...analysis import x\n"),
        ("gallery/a.py", "import matplotlib\n\nfrom .. import simulate\nfrom ..cli import y\n"),
        ("dynamics/a.py", "def f():\n    from .model import x\n"),
    ],
)
def test_what_is_allowed_passes(tree, path, text):
    assert tree(path, text) == []


def test_an_import_at_call_time_closes_no_circle(tree):
    assert tree("dynamics/a.py", "from .b import x\n") == []
    assert tree("dynamics/b.py", "def f():\n    from .a import x\n") == []
