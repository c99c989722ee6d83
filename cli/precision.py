"""`rheobase precision MODEL --words 16.10 16.15`: what word length and rounding do to a neuron."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..dynamics.errors import InvalidArgument
from .arguments import ENDINGS, add_drive, add_model, add_output, change, chosen_model, number
from .output import present
from .progress import Say, running_words
from .words import PROGRAM, add_program, bits, chosen_scale

if TYPE_CHECKING:
    from ..hardware.precision.study import Precision

SUMMARY = "onset, class, rates and spike times by word length and rounding"
EXAMPLE = (
    "rheobase precision izhikevich --words 16.10 16.15 --roundings nearest stochastic "
    "--range 3.5 4.5 --kick 0.0001 -o precision.pdf"
)
PASSED = (
    *PROGRAM,
    *("start", "currents", "at", "spikes", "until", "step", "seeds", "tolerance", "grid"),
    "classify",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase precision`."""
    add_model(parser)
    add_drive(parser, drive="the drive", values="its values, from rest upward")
    parser.add_argument(
        "--words",
        metavar="I.F",
        type=bits,
        nargs="+",
        help="bits before and behind the point; 16 and 8, 10, 12, 15, 18, 22",
    )
    parser.add_argument(
        "--roundings",
        metavar="NAME",
        nargs="+",
        default=["floor", "nearest", "stochastic"],
        help="floor, nearest, nearest-even, zero, stochastic; floor nearest stochastic",
    )
    parser.add_argument(
        "--kick",
        metavar="SIZE",
        type=kick,
        nargs="+",
        help="added where a run begins, to the first state, or NAME=SIZE ...; 0",
    )
    parser.add_argument(
        "--start",
        default="rest",
        help="where runs begin: rest (of each value), step (from the low end), model; rest",
    )
    parser.add_argument(
        "--currents", metavar="V", type=number, nargs="+", help="where rates are measured; 12"
    )
    parser.add_argument("--at", metavar="V", type=number, help="where the lag is; middle of those")
    parser.add_argument("--spikes", metavar="N", type=int, default=100, help="lag of which, 100")
    parser.add_argument("--until", metavar="T", type=number, help="of a run; 200,000 steps")
    parser.add_argument("--step", metavar="H", type=number, help="0.1, or less where that diverges")
    parser.add_argument("--seeds", metavar="N", type=int, default=5, help="of stochastic, 5")
    parser.add_argument(
        "--tolerance", metavar="TOL", type=number, default=0.01, help="of onsets, 0.01"
    )
    parser.add_argument("--grid", metavar="N", type=int, default=17, help="values first tried, 17")
    add_program(parser)
    parser.add_argument(
        "--no-classify",
        dest="classify",
        action="store_false",
        help="leave out what `rheobase classify` finds for the constants of each word",
    )
    parser.add_argument(
        "--resume", metavar="FILE", type=Path, help="go on with an interrupted one's .npz or .nc"
    )
    add_output(parser, (*ENDINGS, ".npz"), what="study")


def kick(text: str) -> tuple[str | None, float]:
    """`size`, or `name=size`, as a pair.

    >>> kick("v=-0.1"), kick("0.2")
    (('v', -0.1), (None, 0.2))
    """
    return change(text) if "=" in text else (None, number(text, "a kick"))


def chosen_kick(given: Sequence[tuple[str | None, float]] | None) -> float | Mapping[str, float]:
    """One size for the first state, or sizes by state."""
    if given is None:
        return 0.0
    if len(given) == 1 and given[0][0] is None:
        return given[0][1]
    named = {name: size for name, size in given if name is not None}
    if len(named) < len(given):
        raise InvalidArgument("--kick is one size, or NAME=SIZE once for each state")
    return named


def run(arguments: argparse.Namespace) -> "Precision | int":
    """Work off the words, print the report, write the files; the study says how it ended."""
    from ..dynamics.storage import load
    from ..hardware.precision.precision import precision
    from ..hardware.precision.question import FRACTIONS
    from ..hardware.qformat import QFormat

    model = chosen_model(arguments)
    shapes = arguments.words or [(16, fraction) for fraction in FRACTIONS]
    words = [QFormat(before, behind, overflow=arguments.overflow) for before, behind in shapes]
    with running_words(f"precision of {model.name}") as say:
        study = precision(
            model,
            arguments.parameter,
            words,
            arguments.roundings,
            chosen_kick(arguments.kick),
            range=tuple(arguments.interval) if arguments.interval else None,
            scale=chosen_scale(arguments.scale),
            progress=None if say is None else watching(say),
            resume=None if arguments.resume is None else load(arguments.resume),
            **{name: getattr(arguments, name) for name in PASSED},
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_precision import plot_precision

        return plot_precision(study)[0]

    present(
        arguments,
        text=lambda: f"{study.text}\n  status: {study.status.value}",
        data=study.to_dict,
        figure=figure,
        table=study.to_dataframe,
        result=study,
    )
    if study.status.ok and all(row.refused for row in study.rows):
        print(f"rheobase: no row could be computed: {study.rows[-1].refused}", file=sys.stderr)
        return 1
    return study


def watching(say: Say) -> Callable[[str, int, int], None]:
    """Tell which row is worked on, and how many are done."""

    def tell(row: str, done: int, rows: int) -> None:
        say(f"{row}, {done} of {rows} rows done,")

    return tell
