"""The arguments that subcommands share: MODEL, --set, --json, -o."""

import argparse
import math
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..dynamics.model import Model

ENDINGS = (".pdf", ".svg", ".png", ".csv", ".nc")


def add_model(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """MODEL, as `morris-lecar:snic` or a file, and `--set` for its parameters and start values."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        nargs="?" if optional else None,
        help="name or name:regime of the library (see: rheobase models), or an .ode or .toml file",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        dest="changes",
        type=change,
        nargs="+",
        action="extend",
        default=[],
        help="other values for parameters or start values",
    )


def add_output(
    parser: argparse.ArgumentParser, endings: tuple[str, ...] = ENDINGS, *, what: str = "result"
) -> None:
    """`--json` and, for a command that can write files, `-o` (repeatable)."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON, only that")
    parser.set_defaults(output=[])
    if endings:
        parser.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            type=lambda text: output_file(text, endings),
            action="append",
            default=[],
            help=f"write the {what} to a file by its ending: {', '.join(endings)}",
        )


def add_drive(parser: argparse.ArgumentParser, *, drive: str, values: str) -> None:
    """`--parameter` and `--range`, the model's natural ones by default."""
    parser.add_argument(
        "--parameter", metavar="NAME", help=f"{drive}; the model's natural parameter"
    )
    parser.add_argument(
        "--range",
        metavar=("FIRST", "LAST"),
        dest="interval",
        type=number,
        nargs=2,
        help=f"{values}; the natural range",
    )


def add_drives(parser: argparse.ArgumentParser) -> None:
    """`--drive`, parameters as functions of time (repeatable)."""
    parser.add_argument(
        "--drive",
        metavar="NAME=TEXT",
        type=drive,
        action="append",
        default=[],
        help='a parameter as a function of t, as I="10*heaviside(t - 20)"',
    )


def drive(text: str) -> tuple[str, str]:
    """`name=text in t` as a pair; the text is read by rheobase's own parser.

    >>> drive("I=10*sin(t)")
    ('I', '10*sin(t)')
    """
    name, equals, formula = text.partition("=")
    if not equals or not name.strip() or not formula.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=TEXT, as I='10*sin(t)'")
    return name.strip(), formula


def add_mesh(
    parser: argparse.ArgumentParser, question: Callable, *, orbit: str, of: str, curve: str
) -> dict[str, str]:
    """`--mesh`, `--degree`, `--tolerance`, `--max-points`; the defaults of a function, for help."""
    usual = {name: f"{entry.default}" for name, entry in signature(question).parameters.items()}
    parser.add_argument(
        "--mesh", metavar="N", type=int, help=f"intervals of {orbit} mesh, {usual['mesh']}"
    )
    parser.add_argument(
        "--degree", metavar="M", type=int, help=f"of the polynomials on them, {usual['degree']}"
    )
    parser.add_argument(
        "--tolerance", metavar="TOL", type=number, help=f"of the {of}, {usual['tolerance']}"
    )
    parser.add_argument(
        "--max-points", metavar="K", type=int, help=f"of a {curve}, {usual['max_points']}"
    )
    return usual


def change(text: str) -> tuple[str, float]:
    """`name=value` as (name, number).

    >>> change("g_K=-3.5e1")
    ('g_K', -35.0)
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=VALUE (MODEL stands before --set, and no blanks around '=')"
        )
    return name.strip(), number(value, f"the value of {name.strip()}")


def number(text: str, what: str = "it") -> float:
    """A finite number, or the sentence that argparse prints."""
    text = text.strip()
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{what} must be a number, not {text!r}") from None
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{what} must be finite, not {text!r}")
    return value


def output_file(text: str, endings: tuple[str, ...] = ENDINGS) -> Path:
    """A path whose ending is known and whose folder is there."""
    path = Path(text)
    if path.suffix.lower() not in endings:
        raise argparse.ArgumentTypeError(
            f"can't write {text!r}: the ending must be one of {', '.join(endings)}"
        )
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"can't write {text!r}: no folder {str(path.parent)!r}")
    return path


def chosen_model(arguments: argparse.Namespace) -> "Model":
    """The model that MODEL and --set describe: of the library, or in an .ode or .toml file."""
    return named_or_read(arguments.model).replace(dict(arguments.changes))


def named_or_read(text: str) -> "Model":
    """A model by `name:regime`, or from a file by its ending."""
    ending = Path(text).suffix.lower()
    if ending == ".ode":
        from ..dynamics.ode_reader import read_ode

        return read_ode(text)
    if ending == ".toml":
        from ..dynamics.model_file import read_model

        return read_model(text)
    from .. import models

    return models.named(text)
