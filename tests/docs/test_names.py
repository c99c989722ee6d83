"""The pages speak of names that exist, and the reference of all that are public."""

import pkgutil
import re

import pytest
import rheobase as rb
from rheobase.cli.main import main, subcommands
from rooms import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DOTTED = re.compile(r"(?<![\w.])(?:rb|rheobase)((?:\.[A-Za-z_]\w*)+)")
FILES = re.compile(r"\.(?:md|nc|npz|toml|ode|pyi?|egg)")


def exists(dotted: str) -> bool:
    """Whether rheobase has this name."""
    try:
        pkgutil.resolve_name(f"rheobase.{dotted}")
    except (AttributeError, ImportError):
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_names_on_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    spoken = {match[1][1:] for match in DOTTED.finditer(text) if not FILES.fullmatch(match[1])}
    unknown = sorted(name for name in spoken if not exists(name))
    assert not unknown, f"{page.name} speaks of {unknown}"


def test_the_reference_has_every_public_name():
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    public = [name for name in rb.__all__ if name != "__version__"]
    missing = [name for name in public if not re.search(rf"\b(rb|rheobase)\.{name}\b", text)]
    assert not missing


@pytest.mark.parametrize("command", subcommands())
def test_the_page_of_the_command_line_has_every_option(command, capsys):
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert f"\n## {command}\n" in text
    assert main([command, "--help"]) == 0
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    missing = [o for o in sorted(options) if not re.search(rf"{o}(?![\w-])", text)]
    assert not missing


def test_the_navigation_has_every_page():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z-]+)$", index, re.MULTILINE))
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"} <= listed
