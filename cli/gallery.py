"""`rheobase gallery [NAME ...] --out DIR`: draw the published figures."""

import argparse
import sys
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


def run(arguments: argparse.Namespace) -> int:
    """Build the figures and their index, print the files; 1 if a figure's numbers don't hold."""
    from ..gallery.build import build

    with sign_of_life("drawing the gallery"):
        built = build(arguments.names, arguments.out)
    if arguments.json:
        print(as_json({"files": [str(path) for path in built.files], "failed": built.complaints}))
    else:
        print("\n".join(f"wrote {path}" for path in built.files))
    for complaint in built.complaints:
        print(f"rheobase: {complaint}", file=sys.stderr)
    return 1 if built.complaints else 0
