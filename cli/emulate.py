"""`rheobase emulate MODEL --format 16.15`: a model as a machine with fixed point would run it."""

import argparse
from functools import cache
from typing import TYPE_CHECKING

from .arguments import ENDINGS, add_drives, add_model, add_output, chosen_model, number
from .output import present
from .progress import sign_of_life
from .words import PROGRAM, add_program, bits, chosen_scale

if TYPE_CHECKING:
    from ..hardware.machine.emulation import Emulation

SUMMARY = "run a model in fixed point, bit for bit as a machine would"
EXAMPLE = (
    "rheobase emulate morris-lecar:snic --set I=50 --format 16.15 --rounding nearest "
    "--until 500 -o run.pdf"
)
PASSED = (*PROGRAM, "until", "step", "seed", "every")


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
    parser.add_argument("--until", metavar="T", type=number, help="the last time; the model's own")
    parser.add_argument("--step", metavar="H", type=number, default=0.1, help="the step, 0.1")
    add_program(parser)
    add_drives(parser)
    parser.add_argument(
        "--seed", metavar="N", type=int, default=1, help="of stochastic rounding, 1"
    )
    parser.add_argument("--every", metavar="K", type=int, default=1, help="keep every K-th step, 1")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--listing", action="store_true", help="print the operations of a step instead"
    )
    shown.add_argument("--c", action="store_true", help="print the program as C instead")
    add_output(parser, (*ENDINGS, ".npz"), what="run")


def run(arguments: argparse.Namespace) -> "Emulation | int":
    """Emulate, print the report, write the files; the run says how it ended."""
    from ..dynamics.errors import InvalidArgument
    from ..dynamics.status import Status
    from ..hardware.machine.emulate import emulate
    from ..hardware.qformat import QFormat

    model = chosen_model(arguments)
    before, behind = arguments.format
    word = QFormat(before, behind, rounding=arguments.rounding, overflow=arguments.overflow)
    scale = chosen_scale(arguments.scale)
    settings = {name: getattr(arguments, name) for name in PASSED}
    if (arguments.listing or arguments.c) and (arguments.json or arguments.output):
        raise InvalidArgument("--listing and --c print text; leave out --json and -o")
    drives = dict(arguments.drive) or None
    with sign_of_life(f"emulating {model.name}") as progress:
        found = emulate(model, word, scale=scale, drive=drives, progress=progress, **settings)
    if arguments.listing or arguments.c:
        print(found.program.listing() if arguments.listing else found.to_c())
        return found if found.status is Status.INTERRUPTED else 0

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
