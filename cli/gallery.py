"""`rheobase gallery [NAME ...] --out DIR`: draw the published figures."""

import argparse
from pathlib import Path

from .arguments import add_output
from .output import as_json
from .progress import sign_of_life

SUMMARY = "draw the published figures into a folder"
EXAMPLE = "rheobase gallery --out gallery"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase gallery`."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="figures to draw; all if none")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="the folder, made if it isn't there"
    )
    add_output(parser, ())


def run(arguments: argparse.Namespace) -> None:
    """Build the figures and their index; print the files."""
    from ..gallery.registry import build

    with sign_of_life("drawing the gallery"):
        written = [str(path) for path in build(arguments.names, arguments.out)]
    print(as_json(written) if arguments.json else "\n".join(f"wrote {path}" for path in written))
