"""The packages and modules of rheobase as `pyproject.toml` lists them, read without importing any.

Run as a script it prints the modules' names, for the type checker.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def packages(root: Path = ROOT) -> list[str]:
    """Names of the packages, the root's first: rheobase, rheobase.dynamics, ..."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["tool"]["setuptools"]["packages"]


def folder(package: str, root: Path = ROOT) -> Path:
    """Where a package lives: the root's folder is the package `rheobase`."""
    return root.joinpath(*package.split(".")[1:])


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of every listed package: dotted name -> file."""
    found = {}
    for package in packages(root):
        for path in sorted(folder(package, root).glob("*.py")):
            name = package if path.stem == "__init__" else f"{package}.{path.stem}"
            found[name] = path
    return found


if __name__ == "__main__":
    print(*modules(), sep="\n")
