"""The package works as a wheel, as an sdist and in place, away from the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
import rheobase as rb
from rooms import ROOT, packages

pytestmark = pytest.mark.slow

ELSEWHERE = "import rheobase, sys; sys.exit(rheobase.Status('completed').ok is not True)"


NOT_COPIED = (
    ".git",
    ".venv",
    "build",
    "dist",
    "*.egg-info",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
)
OUTSIDE = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def call(*words, cwd):
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=OUTSIDE, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the repository, so that building leaves nothing in it, with rubbish added."""
    goal = tmp_path_factory.mktemp("source") / "clone of rheobase"
    shutil.copytree(ROOT, goal, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for rubbish in (".venv/lib/thing.py", "build/lib/thing.py", "docs/_build/thing.html"):
        (goal / rubbish).parent.mkdir(parents=True, exist_ok=True)
        (goal / rubbish).write_text("rubbish\n")
    return goal


@pytest.fixture(scope="module")
def distributions(source, tmp_path_factory):
    """The sdist, and the wheel that is built from the sdist."""
    goal = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", goal, source, cwd=goal)
    (sdist,), (wheel,) = goal.glob("*.tar.gz"), goal.glob("*.whl")
    return sdist, wheel


@pytest.fixture
def clean(tmp_path):
    """The Python of a new venv that sees the dependencies here, without downloading them again."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    path = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(call(python, "-c", path, cwd=tmp_path).strip())
    # A .pth adds the folder, but does not run the .pth files in it: an editable rheobase stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def install(python, *what, cwd):
    """pip of this environment installs into another one, even if this one has a rheobase."""
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps")
    call(*pip, "--ignore-installed", "--no-build-isolation", *what, cwd=cwd)


def works(python, cwd):
    """The three ways in, from a folder that isn't the repository."""
    assert call(python, "-m", "rheobase", "--version", cwd=cwd) == f"rheobase {rb.__version__}\n"
    assert call(python.parent / "rheobase", "--help", cwd=cwd).startswith("usage: rheobase")
    call(python, "-c", ELSEWHERE, cwd=cwd)
    return Path(call(python, "-c", "import rheobase; print(rheobase.__file__)", cwd=cwd).strip())


def test_the_wheel_works(distributions, clean, tmp_path):
    install(clean, distributions[1], cwd=tmp_path)
    assert works(clean, tmp_path).is_relative_to(tmp_path / "venv")


def test_an_editable_install_works(source, clean, tmp_path):
    install(clean, "-e", source, cwd=tmp_path)
    assert works(clean, tmp_path) == source / "__init__.py"


def test_the_wheel_holds_the_packages_and_nothing_else(distributions):
    with zipfile.ZipFile(distributions[1]) as wheel:
        names = [name for name in wheel.namelist() if ".dist-info/" not in name]
        licences = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
    there = {name.rpartition("/")[0].replace("/", ".") for name in names}
    assert there == set(packages())
    assert {"rheobase/py.typed", "rheobase/__init__.pyi", "rheobase/__main__.py"} <= set(names)
    assert licences


def test_the_sdist_holds_tests_docs_and_benchmarks(source, distributions):
    with tarfile.open(distributions[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile"} <= names
    for folder in ("tests", "docs", "benchmarks"):
        wanted = {
            path.relative_to(source).as_posix()
            for path in (source / folder).rglob("*")
            if path.is_file() and "_build" not in path.parts
        }
        assert wanted <= names
    assert not [name for name in names if "thing" in name or name.startswith((".venv", "build/"))]
