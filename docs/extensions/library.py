"""The pages of the library: a table of all models, then each with its equations in LaTeX.

Written to `_generated/library.md` before the pages are read; `models.md` includes it.
"""

import textwrap
from pathlib import Path

from rheobase.dynamics.latex_names import latex_name
from rheobase.models import catalog, library


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(app) -> None:
    """Write the page if it changed, so that an unchanged one is not read again."""
    goal = Path(app.srcdir) / "_generated" / "library.md"
    goal.parent.mkdir(exist_ok=True)
    text = page()
    if not goal.is_file() or goal.read_text("utf-8") != text:
        goal.write_text(text, "utf-8")


def page() -> str:
    """The whole text: an overview, then a section a model."""
    entries = catalog()
    return "\n".join([overview(entries), *map(section, entries)])


def overview(entries: list[library.Entry]) -> str:
    """A line a model."""
    lines = ["| model | states | natural parameter | regimes |", "|---|---|---|---|"]
    for entry in entries:
        name, (low, high) = entry.natural
        regimes = ", ".join(entry.regimes)
        lines.append(
            f"| [{entry.title}](#{entry.name}) | {code(entry.states)} | "
            f"`{name}` {low:g} to {high:g} | {regimes} |"
        )
    return "\n".join([*lines, ""])


def section(entry: library.Entry) -> str:
    """One model: how to call it, equations, numbers, regimes, reference."""
    model = entry.model()
    factory = entry.name.replace("-", "_")
    lines = [
        f"({entry.name})=",
        f"## {entry.title}",
        "",
        f"`rb.models.{factory}()`, `rheobase models {entry.name}`",
        "",
        "```",
        *textwrap.dedent(model.text).strip().splitlines(),
        "```",
        "",
        "$$",
        model.latex(),
        "$$",
        "",
        numbers(model),
        "",
    ]
    if len(entry.regimes) > 1:
        lines += [regimes(entry), ""]
    if model.reset is not None and model.reset.refractory:
        held = code(model.reset.hold or model.states)
        lines += [f"After a reset {held} rest for `{model.reset.refractory}`.", ""]
    return "\n".join([*lines, f"Reference: {escaped(entry.reference)}", ""])


def numbers(model) -> str:
    """States and parameters with values, units and meanings."""
    lines = ["| name | | value | unit | meaning |", "|---|---|---|---|---|"]
    for name, value in [*model.start.items(), *model.parameters.items()]:
        unit = model.units.get(name, "")
        role = " at the start" if name in model.start else ""
        meaning = escaped(model.meanings.get(name, ""))
        shown = f"{value:.10g}{role}"
        lines.append(f"| `{name}` | ${latex_name(name)}$ | {shown} | {unit} | {meaning} |")
    return "\n".join(lines)


def regimes(entry: library.Entry) -> str:
    """What distinguishes the regimes: the parameters that differ from the default's."""
    default = entry.model().parameters
    lines = ["| regime | what differs |", "|---|---|"]
    for name in entry.regimes:
        model = entry.model(name)
        same = dict(model.equations) == dict(entry.model().equations)
        shown = [] if same else [line.strip() for line in model.text.strip().splitlines()]
        for parameter, value in model.parameters.items():
            if not same or default[parameter] != value:
                shown.append(f"{parameter} = {value:g}")
        words = ", ".join(f"`{part}`" for part in shown) or "the default"
        lines.append(f"| {name} | {words} |")
    return "\n".join(lines)


def code(names) -> str:
    """Names as code."""
    return ", ".join(f"`{name}`" for name in names)


def escaped(text: str) -> str:
    """Text that Markdown leaves alone."""
    return text.replace("|", r"\|").replace("*", r"\*").replace("<", r"\<").replace("$", r"\$")
