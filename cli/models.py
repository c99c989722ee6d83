"""`rheobase models`: the library as a list, or one model in full."""

import argparse
from collections.abc import Mapping
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from .arguments import add_model, add_output, chosen_model
from .output import columns, present

if TYPE_CHECKING:
    from ..dynamics.model import Model

SUMMARY = "list the library of models, or show one"
EXAMPLE = "rheobase models morris-lecar:snic"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase models`."""
    add_model(parser, optional=True)
    add_output(parser, (".csv",), what="table")


def run(arguments: argparse.Namespace) -> None:
    """Print the list, or the model that is named."""
    from .. import models
    from ..models.shape import folded

    entries = models.catalog()
    if arguments.model is None:
        present(
            arguments,
            text=lambda: overview(entries),
            data=lambda: [entry_data(entry) for entry in entries],
            table=lambda: _frame([_flat(entry_data(entry)) for entry in entries]),
        )
        return
    model = chosen_model(arguments)
    wanted = folded(arguments.model.partition(":")[0])
    regimes = [r for entry in entries if folded(entry.name) == wanted for r in entry.regimes]
    data = model_data(model) | {"regimes": regimes}
    present(
        arguments,
        text=lambda: in_full(model, data),
        data=lambda: data,
        table=lambda: _frame(data["parameters"] + data["states"]),
    )


def spoken(name: str) -> str:
    """A name as the command line spells it.

    >>> spoken("Morris_Lecar")
    'morris-lecar'
    """
    return name.strip().lower().replace("_", "-").replace(" ", "-")


def overview(entries: list) -> str:
    """One line a model: name, natural parameter, states, regimes."""
    rows = [("MODEL", "NATURAL", "STATES", "REGIMES")]
    for entry in entries:
        regimes = ", ".join(spoken(regime) for regime in entry.regimes)
        rows.append((entry.name, natural(entry.natural), " ".join(entry.states), regimes))
    return columns(rows)


def natural(pair: tuple | None) -> str:
    """The natural parameter with its range.

    >>> natural(("I", (0, 200)))
    'I 0..200'
    """
    return f"{pair[0]} {pair[1][0]:g}..{pair[1][1]:g}" if pair else ""


def entry_data(entry: object) -> dict:
    """A line of the catalogue as JSON types."""
    fields = ("name", "regimes", "states", "parameters", "natural", "reference")
    return {field: getattr(entry, field) for field in fields}


def model_data(model: "Model") -> dict:
    """A model as JSON types: equations as text, a record for each parameter and state."""

    def records(values: Mapping[str, float]) -> list[dict]:
        return [
            {
                "name": name,
                "value": float(value),
                "unit": model.units.get(name, ""),
                "meaning": model.meanings.get(name, ""),
            }
            for name, value in values.items()
        ]

    return {
        "name": model.name,
        "kind": model.kind,
        "time_unit": model.time_unit,
        "equations": {name: str(formula) for name, formula in model.equations.items()},
        "definitions": {name: str(formula) for name, formula in model.definitions.items()},
        "parameters": records(model.parameters),
        "states": records({name: model.start[name] for name in model.states}),
        "reset": model.reset.to_dict() if model.reset else None,
        "noise": model.to_dict()["noise"],
        "natural": model.natural,
        "reference": model.reference,
        "digest": model.digest,
    }


def in_full(model: "Model", data: dict) -> str:
    """A model as a page: equations as written, parameters with units, start values, reference."""
    lines = [data["name"], "", indent(dedent(model.text).strip("\n"), "  ")]
    for title in ("parameters", "states"):
        if data[title]:
            rows = [
                (r["name"], repr(r["value"]).removesuffix(".0"), r["unit"], r["meaning"])
                for r in data[title]
            ]
            heading = "start values" if title == "states" else title
            lines += ["", heading, columns(rows, indent="  ")]
    notes = [
        ("kind", data["kind"]),
        ("reset", spoken_reset(data["reset"])),
        (
            "noise",
            ", ".join(f"{n}: {' + '.join(map(str, t.values()))}" for n, t in model.noise.items()),
        ),
        ("regimes", ", ".join(spoken(regime) for regime in data["regimes"])),
        ("natural parameter", natural(data["natural"])),
        ("time unit", data["time_unit"] or ""),
        ("reference", data["reference"]),
    ]
    return "\n".join([*lines, "", columns([row for row in notes if row[1]])])


def spoken_reset(reset: dict | None) -> str:
    """What happens at a spike, in a line.

    >>> spoken_reset({"condition": "V > 30", "assignments": {"V": "c"}, "refractory": "2"})
    'V > 30: V = c; refractory 2'
    """
    if not reset:
        return ""
    done = ", ".join(f"{name} = {text}" for name, text in reset["assignments"].items())
    pause = f"; refractory {reset['refractory']}" if reset.get("refractory") else ""
    return f"{reset['condition']}: {done}{pause}"


def _flat(record: dict) -> dict:
    return {
        key: " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for key, value in record.items()
    } | {"natural": natural(record["natural"])}


def _frame(records: list[dict]) -> object:
    import pandas as pd

    return pd.DataFrame(records)
