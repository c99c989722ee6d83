"""`rheobase check FILE.ode`: what rheobase reads in a model file, and what it makes of it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import add_output
from .output import columns, present

if TYPE_CHECKING:
    from ..dynamics.model import Model
    from ..dynamics.ode_lines import Note

SUMMARY = "say what is read from a model file (.ode, .toml)"
EXAMPLE = "rheobase check neuron.ode"
HEADINGS = {"translated": "translated", "left out": "left out", "warning": "warnings"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase check`."""
    parser.add_argument("file", metavar="FILE", help="a model file: .ode of XPPAUT, or .toml")
    add_output(parser, ())


def run(arguments: argparse.Namespace) -> None:
    """Read the file and say what is in it; a file that can't be read is a wrong question."""
    model, notes = read(arguments.file)
    present(
        arguments,
        text=lambda: in_full(arguments.file, model, notes),
        data=lambda: data_of(arguments.file, model, notes),
    )


def read(path: str) -> "tuple[Model, tuple[Note, ...]]":
    """The model and the notes on reading it."""
    if Path(path).suffix.lower() == ".toml":
        from ..dynamics.model_file import read_model

        return read_model(path), ()
    from ..dynamics.ode_reader import translate

    found = translate(path)
    return found.model, found.notes


def in_full(path: str, model: "Model", notes: "tuple[Note, ...]") -> str:
    """The model and the notes as a page."""
    rows = [
        ("file", path),
        ("kind", "a map in discrete time" if model.kind == "map" else "differential equations"),
        ("states", listed(model.start)),
        ("parameters", listed(model.parameters) or "none"),
        ("definitions", " ".join(model.definitions) or "none"),
    ]
    if not model.autonomous:
        rows.append(("time", "the equations depend on t"))
    if model.reset is not None:
        changes = ", ".join(f"{name} = {text}" for name, text in model.reset.assignments.items())
        rows.append(("reset", f"{model.reset.condition}: {changes}"))
    rows += [(f"noise of {s}", ", ".join(map(str, t.values()))) for s, t in model.noise.items()]
    if model.options:
        rows.append(("options", ", ".join(f"{k} = {v}" for k, v in model.options.items())))
    lines = [columns(rows)]
    for kind, heading in HEADINGS.items():
        if chosen := [f"  {note}" for note in notes if note.kind == kind]:
            lines += ["", heading, *chosen]
    return "\n".join(lines)


def listed(values) -> str:
    """Names with values, in a line.

    >>> listed({"V": -65.0, "n": 0.5})
    'V = -65, n = 0.5'
    """
    return ", ".join(f"{name} = {value:.12g}" for name, value in values.items())


def data_of(path: str, model: "Model", notes: "tuple[Note, ...]") -> dict:
    """The same as JSON types."""
    return {
        "file": path,
        "kind": model.kind,
        "states": dict(model.start),
        "parameters": dict(model.parameters),
        "definitions": list(model.definitions),
        "autonomous": model.autonomous,
        "reset": model.reset.to_dict() if model.reset else None,
        "noise": model.to_dict()["noise"],
        "options": dict(model.options),
        "digest": model.digest,
        "notes": [{"kind": n.kind, "line": n.line, "text": n.text} for n in notes],
    }
