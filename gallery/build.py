"""Build published figures: draw, check, write; each in a process of its own, with one index page.

A figure whose numbers fail their check is not written. It does not stop the others.
"""

import os
import time
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ..dynamics.errors import InvalidArgument, StorageError, UnknownName
from ..dynamics.storage import written
from .page import write_page
from .registry import Facts, figure_names, recipe
from .style import HouseFigure, house_style

FORMATS = ("pdf", "svg", "png")


@dataclass(frozen=True)
class Built:
    """What became of one figure (`width` in inches); no `complaint` if all its numbers hold."""

    name: str
    title: str
    caption: str
    source: str
    facts: Facts
    files: tuple[Path, ...]
    seconds: float
    width: float = 0.0
    complaint: str = ""


@dataclass(frozen=True)
class Gallery:
    """The figures built, in the order of their names, and the page that shows them."""

    figures: tuple[Built, ...]
    page: Path

    @property
    def files(self) -> list[Path]:
        """Every file written, the page last."""
        return [*(path for figure in self.figures for path in figure.files), self.page]

    @property
    def complaints(self) -> list[str]:
        """One sentence for each figure that failed."""
        return [f"{b.name}: {b.complaint}" for b in self.figures if b.complaint]


def build(
    names: Iterable[str] = (),
    out: Path | str = "gallery",
    *,
    formats: Sequence[str] = FORMATS,
    processes: int | None = None,
) -> Gallery:
    """Draw these figures (all, if none is named) into a folder, with an `index.html`.

    `processes` is how many work at the same time: as many as there are cores, if not given; with
    1 everything runs in this process. Files appear complete or not at all, and are the same bytes
    every time. An unknown name raises `UnknownName` before anything is drawn.
    """
    known, chosen = figure_names(), sorted({name.replace("-", "_") for name in names})
    for name in chosen:
        if name not in known:
            raise UnknownName(name, "a figure of the gallery", known)
    for form in formats:
        if form not in FORMATS:
            raise InvalidArgument(f"a figure is written as {', '.join(FORMATS)}, not as {form!r}")
    if processes is not None and processes < 1:
        raise InvalidArgument(f"processes must be at least 1, not {processes}")
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"can't make the folder {str(out)!r}: {error.strerror}") from error
    figures = _build_all(chosen or known, folder, tuple(formats), processes or _cores())
    page = folder / "index.html"
    write_page(page, figures)
    return Gallery(tuple(figures), page)


def build_one(name: str, folder: Path, formats: Sequence[str] = FORMATS) -> Built:
    """Draw, check and write one figure; failures are told in `complaint`."""
    began = time.perf_counter()
    facts: Facts = {}
    title, caption, source = name.replace("_", " "), "", ""
    files: tuple[Path, ...] = ()
    width, complaint = 0.0, ""
    try:
        chosen = recipe(name)
        title, caption, source = chosen.title, chosen.caption, chosen.source
        with house_style():
            figure, facts = chosen.draw()
        width = float(figure.get_figwidth())
        chosen.check(facts)
        files = tuple(_write(figure, folder / f"{name}.{form}") for form in formats)
    except AssertionError as error:
        complaint = f"the check failed: {_claim(error)}"
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        complaint = f"{type(error).__name__} in {place}: {error}"
    seconds = time.perf_counter() - began
    return Built(name, title, caption, source, dict(facts), files, seconds, width, complaint)


def _build_all(
    names: Sequence[str], folder: Path, formats: tuple[str, ...], processes: int
) -> list[Built]:
    workers = min(processes, len(names))
    if workers == 1:
        return [build_one(name, folder, formats) for name in names]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = [(name, pool.submit(build_one, name, folder, formats)) for name in names]
        return [_result(name, future) for name, future in waiting]


def _result(name: str, future: "Future[Built]") -> Built:
    try:
        return future.result()
    except Exception as error:
        reason = f"the process that drew it died ({error})"
        return Built(name, name.replace("_", " "), "", "", {}, (), 0.0, complaint=reason)


def _write(figure: HouseFigure, path: Path) -> Path:
    return written(path, lambda goal: figure.savefig(goal, format=path.suffix[1:]))


def _claim(error: AssertionError) -> str:
    """What was asserted, the line of the check, with its message if it has one."""
    line = str(traceback.extract_tb(error.__traceback__)[-1].line)
    return f"{error} [{line}]" if str(error) else line


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
