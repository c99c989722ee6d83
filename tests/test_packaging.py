"""What `pyproject.toml` says about the package is true of the tree."""

import tomllib

import rheobase as rb
from rooms import ROOT, folder, packages

ROOMS = {package.split(".")[1] for package in packages() if "." in package}


def test_every_folder_with_python_in_a_room_is_listed():
    there = {
        ".".join(["rheobase", *path.parent.relative_to(ROOT).parts])
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert there | {"rheobase"} == set(packages())


def test_every_listed_package_has_a_docstring():
    for package in packages():
        text = (folder(package) / "__init__.py").read_text(encoding="utf-8")
        assert text.startswith('"""'), package


def test_package_data_exists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package, patterns in project["tool"]["setuptools"]["package-data"].items():
        for pattern in patterns:
            assert list(folder(package).glob(pattern)), f"{package}: {pattern}"


def test_the_version_stands_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "rheobase.__version__"}
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{rb.__version__}]" in changelog or "## [Unreleased]" in changelog
