"""`rheobase emulate MODEL --format 16.15`: a model as a machine with fixed point would run it."""

import argparse
import re
from functools import cache
from typing import TYPE_CHECKING

from .arguments import ENDINGS, add_drives, add_model, add_output, chosen_model, number
from .output import present

if TYPE_CHECKING:
    from ..hardware.machine.emulation import Emulation

SUMMARY = "run a model in fixed point, bit for bit as a machine would"
EXAMPLE = (
    "rheobase emulate morris-lecar:snic --set I=50 --format 16.15 --rounding nearest "
    "--until 500 -o run.pdf"
)
FORMAT = re.compile(r"s?(\d+)\.(\d+)")
PASSED = ("until", "step", "scheme", "program", "literals", "seed", "every", "fit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase emulate`."""
    add_model(parser)
    parser.add_argument(
        "--format",
        metavar="I.F",
        type=bits,
        default=(16, 15),
        help="bits before and behind the point, beside the sign; 16.15",
    )
    parser.add_argument(
        "--rounding",
        default="floor",
        help="of products: floor, nearest, nearest-even, zero, stochastic; floor",
    )
    parser.add_argument("--overflow", default="wrap", help="wrap or saturate; wrap")
    parser.add_argument("--until", metavar="T", type=number, help="the last time; the model's own")
    parser.add_argument("--step", metavar="H", type=number, default=0.1, help="the step, 0.1")
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
    add_drives(parser)
    parser.add_argument("--literals", default="host", help="host (rounded) or truncate; host")
    parser.add_argument(
        "--seed", metavar="N", type=int, default=1, help="of stochastic rounding, 1"
    )
    parser.add_argument("--every", metavar="K", type=int, default=1, help="keep every K-th step, 1")
    parser.add_argument(
        "--fit", default="refuse", help="refuse what does not fit, or report its overflows; refuse"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--listing", action="store_true", help="print the operations of a step instead"
    )
    shown.add_argument("--c", action="store_true", help="print the program as C instead")
    add_output(parser, (*ENDINGS, ".npz"), what="run")


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


def run(arguments: argparse.Namespace) -> "Emulation | int":
    """Emulate, print the report, write the files; the run says how it ended."""
    from ..dynamics.errors import InvalidArgument
    from ..hardware.machine.emulate import emulate
    from ..hardware.qformat import QFormat

    model = chosen_model(arguments)
    before, behind = arguments.format
    word = QFormat(before, behind, rounding=arguments.rounding, overflow=arguments.overflow)
    scales = arguments.scale
    if scales is not None and "auto" in scales:
        if len(scales) > 1:
            raise InvalidArgument("--scale is auto, or names and powers, not both")
        scales = "auto"
    elif scales is not None:
        scales = dict(scales)
    settings = {name: getattr(arguments, name) for name in PASSED}
    if (arguments.listing or arguments.c) and (arguments.json or arguments.output):
        raise InvalidArgument("--listing and --c print text; leave out --json and -o")
    drives = dict(arguments.drive) or None
    found = emulate(model, word, scale=scales, drive=drives, **settings)
    if arguments.listing or arguments.c:
        print(found.program.listing() if arguments.listing else found.to_c())
        return 0

    @cache
    def figure() -> object:
        from ..gallery.plot_emulation import plot_emulation

        return plot_emulation(found)[0]

    present(
        arguments,
        text=lambda: f"{found.report()}\n  status       {found.status.value}",
        data=found.to_dict,
        figure=figure,
        table=found.to_dataframe,
        dataset=found.to_xarray,
        result=found,
    )
    return found
