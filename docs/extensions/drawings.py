"""The pictures of the site: the gallery's figures, and those that the tutorial's code draws.

Both are made before the pages are read, into `_generated/`; `RHEOBASE_DOCS=words` in the
environment leaves pictures that are there as they are, for work on the text.
"""

import contextlib
import hashlib
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import rheobase
from pages import run_page
from rheobase.gallery.build import Built, build
from sphinx.errors import ExtensionError

TUTORIAL = (
    *("tutorial.md", "rest.md", "bifurcation-diagrams.md", "two-parameters.md"),
    *("excitability.md", "phase.md", "synchrony.md", "networks.md", "sweeps.md"),
)
PIXELS = 124.8  # an inch of a figure on the page: its printed size, enlarged by 1.3


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("builder-inited", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def draw(app) -> None:
    """Make what is not there, or was made by other sources."""
    source = Path(app.srcdir)
    made, stamp = source / "_generated", fingerprint(source)
    mark = made / "drawn"
    if mark.is_file() and (mark.read_text() == stamp or os.environ.get("RHEOBASE_DOCS") == "words"):
        return
    for name in TUTORIAL:
        folder = made / Path(name).stem
        shutil.rmtree(folder, ignore_errors=True)  # a page may keep stores that it begins anew
        folder.mkdir(parents=True)
        with contextlib.chdir(folder), TemporaryDirectory() as scripts:
            run_page(source / name, Path(scripts))
    gallery = build((), made / "gallery", formats=("svg", "pdf", "png"))
    if gallery.complaints:
        raise ExtensionError("\n".join(gallery.complaints))
    (made / "gallery.md").write_text("\n".join(map(section, gallery.figures)), "utf-8")
    mark.write_text(stamp)


def fingerprint(source: Path) -> str:
    """A hash of everything that the pictures are made from."""
    package = Path(rheobase.__file__).parent
    files = [
        path
        for room in ("dynamics", "models", "analysis", "hardware", "gallery")
        for path in sorted((package / room).rglob("*.py"))
    ]
    files += [source / name for name in TUTORIAL]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def section(built: Built) -> str:
    """A figure with its caption, source, files and numbers."""
    name, width = built.name, round(PIXELS * built.width)
    links = " ".join(
        f"{{download}}`{file.suffix[1:].upper()} <_generated/gallery/{file.name}>`"
        for file in built.files
    )
    lines = [
        f"## {built.title}",
        "",
        f"```{{image}} _generated/gallery/{name}.png",
        f":alt: {built.title}",
        f":width: {width}px",
        "```",
        "",
        built.caption,
        "",
        f"Source: {built.source}",
        "",
        f"{links} · drawn by `gallery/figures/{name}.py`",
        "",
        "| number | value |",
        "|---|---|",
    ]
    for fact, value in built.facts.items():
        shown = value if isinstance(value, str) else f"{value:.10g}"
        lines.append(f"| {fact} | {shown} |")
    return "\n".join([*lines, ""])
