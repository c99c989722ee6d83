"""The arguments of machines: words as 16.15, and how a program is made of a model."""

import argparse
import re
from collections.abc import Mapping, Sequence

from ..dynamics.errors import InvalidArgument

FORMAT = re.compile(r"s?(\d+)\.(\d+)")
PROGRAM = ("scheme", "program", "literals", "fit")  # of emulate, precision: passed as they are


def add_program(parser: argparse.ArgumentParser) -> None:
    """`--overflow`, `--scheme`, `--program`, `--scale`, `--literals` and `--fit`."""
    parser.add_argument("--overflow", default="wrap", help="wrap or saturate; wrap")
    parser.add_argument(
        "--scheme",
        default="rk2",
        help="euler, rk2 (midpoint), exponential-euler; rk2q too with --program chip; rk2",
    )
    parser.add_argument(
        "--program",
        default="model",
        help="model (the equations lowered) or chip (SpiNNaker's own, for Izhikevich and leaky)",
    )
    parser.add_argument(
        "--scale",
        metavar="NAME=POWER",
        type=scale,
        nargs="+",
        help="auto, or the power of two by which a state is divided",
    )
    parser.add_argument("--literals", default="host", help="host (rounded) or truncate; host")
    parser.add_argument(
        "--fit", default="refuse", help="refuse what does not fit, or report its overflows; refuse"
    )


def bits(text: str) -> tuple[int, int]:
    """`I.F` as a pair.

    >>> bits("16.15")
    (16, 15)
    """
    found = FORMAT.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not I.F, bits before and behind the point, as 16.15"
        )
    return int(found[1]), int(found[2])


def scale(text: str) -> tuple[str, int] | str:
    """`auto`, or `name=power` as a pair."""
    if text == "auto":
        return text
    name, _, power = text.partition("=")
    try:
        return name.strip(), int(power)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither auto nor NAME=POWER, as V=-7"
        ) from None


def chosen_scale(given: Sequence[tuple[str, int] | str] | None) -> str | Mapping[str, int] | None:
    """What `--scale` says: nothing, "auto", or powers of two by state."""
    if given is None:
        return None
    if "auto" in given:
        if len(given) > 1:
            raise InvalidArgument("--scale is auto, or names and powers, not both")
        return "auto"
    return dict(entry for entry in given if not isinstance(entry, str))
