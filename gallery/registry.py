"""The register of published figures: every file of `figures/` is one.

Such a file says

    TITLE, CAPTION, SOURCE      text: the caption says what the eye should see
    draw() -> (figure, facts)   a HouseFigure, and the numbers it rests on by name
    check(facts)                asserts these numbers against what SOURCE says

and is found by its name; nothing else has to be told about it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ..dynamics.errors import RheobaseError, UnknownName
from .style import HouseFigure

FOLDER = Path(__file__).with_name("figures")
PARTS = ("TITLE", "CAPTION", "SOURCE", "draw", "check")
Facts = Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """A published figure that can be drawn."""

    name: str
    title: str
    caption: str
    source: str
    draw: Callable[[], tuple[HouseFigure, Facts]]
    check: Callable[[Facts], None]


def figure_names() -> list[str]:
    """The names of all figures, alphabetically; no file is imported."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def recipe(name: str) -> Recipe:
    """The figure of this name; hyphens and underscores alike."""
    known = figure_names()
    file = name.replace("-", "_")
    if file not in known:
        raise UnknownName(name, "a figure of the gallery", known)
    module = import_module(f".figures.{file}", __package__)
    missing = [part for part in PARTS if not hasattr(module, part)]
    if missing:
        raise RheobaseError(f"gallery/figures/{file}.py lacks {', '.join(missing)}")
    return Recipe(
        file,
        module.TITLE,
        " ".join(module.CAPTION.split()),
        " ".join(module.SOURCE.split()),
        module.draw,
        module.check,
    )
