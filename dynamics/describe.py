"""A model at the prompt: its equations as text, or as HTML in a notebook."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Model

SHOWN = 30


def plain(model: "Model") -> str:
    """Name, equations, definitions and numbers, a line each."""
    lines = [f"Model {model.name!r} ({counts(model)})"]
    lines += [f"  {line}" for line in shortened(equation_lines(model))]
    lines.append("  parameters: " + (assigned(model, model.parameters) or "none"))
    lines.append("  start: " + assigned(model, model.start))
    if model.reference:
        lines.append(f"  reference: {model.reference}")
    return "\n".join(lines)


def counts(model: "Model") -> str:
    states, parameters = len(model.states), len(model.parameters)
    return (
        f"{model.kind}, {states} state{'s' * (states != 1)}, "
        f"{parameters} parameter{'s' * (parameters != 1)}"
    )


def equation_lines(model: "Model") -> list[str]:
    """The text of the model, then its reset and its noise."""
    lines = [line.strip() for line in model.text.split("\n") if line.strip()]
    if model.reset is not None:
        changes = ", ".join(f"{name} = {text}" for name, text in model.reset.assignments.items())
        pause = model.reset.refractory
        held = f" (held: {', '.join(model.reset.hold)})" if model.reset.hold else ""
        rest = "" if pause is None else f", then at rest for {pause}{held}"
        lines.append(f"when {model.reset.condition}: {changes}{rest}")
    for state, terms in model.noise.items():
        lines.append(f"noise of {state}: " + ", ".join(map(str, terms.values())))
    return lines


def shortened(lines: list[str]) -> list[str]:
    cut = [line if len(line) <= 160 else line[:157] + "..." for line in lines]
    return cut if len(cut) <= SHOWN else [*cut[:SHOWN], f"... and {len(cut) - SHOWN} more"]


def assigned(model: "Model", values) -> str:
    parts = []
    for name, value in values.items():
        unit = model.units.get(name, "")
        parts.append(f"{name} = {value:.12g}" + (f" {unit}" if unit not in ("", "1") else ""))
    return ", ".join(parts)


def html(model: "Model") -> str:
    """A heading, the equations as LaTeX, and a table of the numbers."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{value:.12g}</td>"
        f"<td>{escape(model.units.get(name, ''))}</td>"
        f"<td>{escape(model.meanings.get(name, ''))}</td></tr>"
        for name, value in [*model.start.items(), *model.parameters.items()]
    )
    return (
        f"<div><b>{escape(model.name)}</b> ({counts(model)})"
        f"$$\n{escape(model.latex())}\n$$"
        f"<table><tr><th>name</th><th>value</th><th>unit</th><th>meaning</th></tr>{rows}</table>"
        f"<small>{escape(model.reference)}</small></div>"
    )
