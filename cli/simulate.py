"""`rheobase simulate MODEL --until T`: run a model, say what it did, draw or save the run."""

import argparse
from functools import cache
from typing import TYPE_CHECKING

from ..dynamics.errors import NotFound
from .arguments import ENDINGS, add_drives, add_model, add_output, chosen_model, number
from .output import columns, present
from .progress import sign_of_life

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

SUMMARY = "integrate a model in time"
OPTIONAL = ("step", "scheme", "tolerance", "every", "seed")
HERTZ = {"ms": 1000.0, "s": 1.0}
EXAMPLE = "rheobase simulate hodgkin-huxley --set I=10 --until 100 -o run.pdf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase simulate`."""
    add_model(parser)
    parser.add_argument(
        "--until",
        metavar="T",
        type=number,
        help="the last time, in the model's unit (some models suggest one)",
    )
    parser.add_argument("--begin", metavar="T", type=number, default=0.0, help="the first time, 0")
    parser.add_argument("--step", metavar="H", type=number, help="a fixed step")
    parser.add_argument("--scheme", help="auto, dormand-prince, radau, rk4, heun, rk2, euler, ...")
    parser.add_argument(
        "--tolerance", metavar="TOL", type=number, help="of the adaptive schemes, relative"
    )
    add_drives(parser)
    parser.add_argument("--every", metavar="K", type=int, help="store every K-th fixed step")
    parser.add_argument("--seed", metavar="N", type=int, help="of the noise, 0 if not given")
    add_output(parser, (*ENDINGS, ".npz"), what="run")


def run(arguments: argparse.Namespace) -> "Trajectory":
    """Simulate, print the summary, write the files; the run says how it ended."""
    from ..dynamics.simulate import simulate

    model = chosen_model(arguments)
    given = {name: getattr(arguments, name) for name in OPTIONAL}
    settings = {name: value for name, value in given.items() if value is not None}
    with sign_of_life(f"simulating {model.name}") as progress:
        found = simulate(
            model,
            arguments.until,
            begin=arguments.begin,
            drive=dict(arguments.drive),
            progress=progress,
            **settings,
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_trajectory import plot_trajectory

        return plot_trajectory(found)

    present(
        arguments,
        text=lambda: summary(found),
        data=found.to_dict,
        figure=figure,
        table=found.to_dataframe,
        dataset=found.to_xarray,
        result=found,
    )
    return found


def summary(found: "Trajectory") -> str:
    """What a run did, in a few lines; the period is the mean over its second half."""
    model = found.model
    unit = f" {model.time_unit}" if model.time_unit else ""
    rows = [
        ("model", model.name),
        ("time", f"{found.t[0]:g} to {found.t[-1]:g}{unit}, {found.steps} steps, {found.scheme}"),
        ("spikes", str(len(found.spikes))),
    ]
    try:
        period = found.period()
    except NotFound:
        pass
    else:
        rows.append(("period", f"{period:.10g}{unit}"))
        if model.time_unit in HERTZ:
            rows.append(("rate", f"{HERTZ[model.time_unit] / period:.10g} Hz"))
    rows += [(f"end {name}", f"{found[name][-1]:.10g}") for name in model.states]
    rows.append(("status", found.status.value))
    return columns(rows)
