"""The page that shows the figures: captions, sources and the numbers they rest on."""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..dynamics.storage import written

if TYPE_CHECKING:
    from .build import Built

LOOK = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 54rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; }
h2 { font-size: 1.2rem; margin: 0 0 1rem; }
nav a { margin-right: 1rem; }
article { margin: 3rem 0; padding-top: 1.5rem; border-top: 1px solid #ddd; }
img { max-width: 100%; height: auto; display: block; }
table { border-collapse: collapse; font-size: .85rem; margin: .75rem 0; }
td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; border-bottom: 1px solid #eee; }
td + td { font-variant-numeric: tabular-nums; }
summary, .source { font-size: .85rem; color: #555; }
.failed { color: #b03000; }
a { color: #0072b2; }
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rheobase: the gallery</title>
<style>{look}</style>
</head>
<body>
<h1>The gallery</h1>
<p>Each figure is drawn by one short file of <code>gallery/figures/</code>, which also checks the
numbers listed below it. <code>rheobase gallery --out DIR</code> draws them all.</p>
<nav>{links}</nav>
{articles}
</body>
</html>
"""
# A figure's size on the page, relative to its printed size at 96 dots an inch.
ENLARGED = 1.3
ENDINGS = (".png", ".svg", ".pdf")
ARTICLE = re.compile(
    r'<article id="(?P<name>\w+)">\n<h2>(?P<title>[^\n]*)</h2>.*?</article>', re.DOTALL
)


def write_page(path: Path, figures: "Sequence[Built]") -> None:
    """Write `index.html` for these figures, whose files lie beside it.

    Figures that are on the page already and have not been drawn anew stay on it.
    """
    found = standing(path) | {b.name: (html.escape(b.title), _article(b)) for b in figures}
    ordered = [(name, *found[name]) for name in sorted(found)]
    links = "\n".join(f'<a href="#{name}">{title}</a>' for name, title, _ in ordered)
    articles = "\n".join(article for *_, article in ordered)
    text = PAGE.format(look=LOOK, links=links, articles=articles)
    written(path, lambda goal: goal.write_text(text, encoding="utf-8", newline="\n"))


def standing(path: Path) -> dict[str, tuple[str, str]]:
    """Titles and articles of a page, by the names of figures whose files still lie beside it."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    return {
        match["name"]: (match["title"], match[0])
        for match in ARTICLE.finditer(text)
        if any(path.with_name(match["name"] + ending).is_file() for ending in ENDINGS)
    }


def _article(built: "Built") -> str:
    lines = [f'<article id="{built.name}">', f"<h2>{html.escape(built.title)}</h2>"]
    if built.complaint:
        lines.append(f'<p class="failed">Not drawn: {html.escape(built.complaint)}</p>')
    shown = [p for ending in (".png", ".svg") for p in built.files if p.suffix == ending][:1]
    lines += [
        f'<img src="{p.name}" alt="{html.escape(built.title, quote=True)}" '
        f'style="width: {ENLARGED * built.width:.3g}in">'
        for p in shown
    ]
    if built.files:
        links = " ".join(f'<a href="{p.name}">{p.suffix[1:].upper()}</a>' for p in built.files)
        lines.append(f"<p>{links}</p>")
    lines.append(f"<p>{html.escape(built.caption)}</p>")
    lines.append(f'<p class="source">Source: {html.escape(built.source)}</p>')
    if built.facts:
        rows = "\n".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(f'{value:.10g}')}</td></tr>"
            for name, value in built.facts.items()
        )
        lines.append(f"<details><summary>The numbers</summary><table>{rows}</table></details>")
    lines.append("</article>")
    return "\n".join(lines)
