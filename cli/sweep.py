"""`rheobase sweep MODEL --grid I=0:30:1000 --until 500 --store DIR`: a question at many points."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..dynamics.errors import InvalidArgument, UnknownName
from .arguments import add_drive, add_model, add_output, chosen_model, number
from .output import columns, present
from .progress import Say, duration, running_words

if TYPE_CHECKING:
    import numpy as np

    from ..dynamics.model import Model
    from ..dynamics.sweeps.result import Sweep

SUMMARY = "a question put to a model at every point of a grid, resumable"
EXAMPLE = "rheobase sweep izhikevich --grid I=0:20:200 d=1:9:99 --until 1000 --store DIR -o map.pdf"
QUESTIONS = {
    "ensemble": "dynamics.ensembles.simulate_ensemble",
    "classify": "analysis.classify_excitability",
    "diagram": "analysis.bifurcation_diagram",
}
SETTINGS = {  # of each question, by the names of the options
    "ensemble": ("until", "step", "scheme", "save", "after", "repeats", "seed"),
    "classify": ("parameter", "interval", "simulate"),
    "diagram": ("parameter", "interval"),
}
ENDINGS = (".pdf", ".svg", ".png", ".csv", ".nc")
LISTED = 12  # values of a column of words that the summary counts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase sweep`."""
    add_model(parser)
    parser.add_argument(
        "--grid",
        metavar="NAME=VALUES",
        type=axis,
        nargs="+",
        action="extend",
        required=True,
        help="FIRST:LAST:COUNT or V1,V2,... for a parameter or start value; one axis each",
    )
    parser.add_argument("--question", choices=QUESTIONS, default="ensemble", help="ensemble")
    parser.add_argument("--until", metavar="T", type=number, help="of ensemble: the last time")
    parser.add_argument("--step", metavar="H", type=number, help="of ensemble: a fixed step")
    parser.add_argument("--scheme", help="of ensemble: rk4, heun, euler-maruyama, ...")
    parser.add_argument(
        "--save",
        metavar="WHAT",
        nargs="+",
        help="of ensemble: rates (if not given), spikes, extrema, last, or expressions",
    )
    parser.add_argument("--after", metavar="T", type=number, help="of ensemble: what counts")
    parser.add_argument("--repeats", metavar="N", type=int, help="of ensemble: runs of each point")
    parser.add_argument("--seed", metavar="N", type=int, help="of ensemble: of the noise, 0")
    add_drive(parser, drive="of classify and diagram: the drive", values="its values")
    parser.add_argument(
        "--no-simulation",
        dest="simulate",
        action="store_const",
        const=False,
        help="of classify: leave out the rheobase and the check of the law",
    )
    parser.add_argument("--store", metavar="DIR", help="where parts are kept as they are computed")
    parser.add_argument("--resume", action="store_true", help="go on with what is in the store")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that works")
    parser.add_argument("--processes", metavar="N", type=int, help="at the same time, here")
    parser.add_argument("--chunk", metavar="N", type=int, help="points in a part of the store")
    parser.add_argument("--y", metavar="NAME", help="which column a figure shows")
    add_output(parser, ENDINGS, what="table, as columns or a map")


def axis(text: str) -> tuple[str, "Sequence[float] | np.ndarray"]:
    """`name=first:last:count` or `name=v1,v2` as a name and values.

    >>> axis("I=0:2:5"), axis("d=2,4.5")
    (('I', array([0. , 0.5, 1. , 1.5, 2. ])), ('d', [2.0, 4.5]))
    """
    name, equals, values = text.partition("=")
    name = name.strip()
    if not equals or not name or not values.strip():
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=FIRST:LAST:COUNT or NAME=V1,V2,... (MODEL stands before --grid)"
        )
    if ":" not in values:
        return name, [number(value, f"a value of {name}") for value in values.split(",")]
    parts = values.split(":")
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FIRST:LAST:COUNT")
    first, last = (number(part, f"a value of {name}") for part in parts[:2])
    count = number(parts[2], f"the count of {name}")
    if count != int(count) or count < 1 or (count == 1 and first != last):
        raise argparse.ArgumentTypeError(
            f"the count of {name} must be a whole number from 2, not {parts[2]}"
        )
    import numpy as np

    from ..dynamics.sweeps.table import MOST

    if count > MOST:
        raise argparse.ArgumentTypeError(
            f"{parts[2]} values of {name} are too many: a sweep takes {MOST:.0e} points at most"
        )
    return name, np.linspace(first, last, int(count))


def run(arguments: argparse.Namespace) -> "Sweep | int":
    """Work off the points that are missing, print what was found, write the files."""
    from ..dynamics.sweeps.sweep import sweep

    if arguments.resume and arguments.store is None:
        raise InvalidArgument("--resume goes on with what is in a store: give --store DIR")
    model = chosen_model(arguments)
    names = [name for name, _ in arguments.grid]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidArgument(f"--grid names {', '.join(sorted(twice))} twice")
    settings = settings_of(arguments)
    if arguments.y is not None and arguments.question == "ensemble":
        check_column(arguments.y, model, names, settings["save"])
    with running_words(f"sweep of {model.name}") as say:
        found = sweep(
            function_of(arguments.question),
            model,
            dict(arguments.grid),
            store=arguments.store,
            resume=arguments.resume,
            executor=arguments.scheduler,
            processes=arguments.processes,
            chunk=arguments.chunk,
            keep=False,
            progress=None if say is None else watching(say),
            **settings,
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_sweep import plot_sweep

        return plot_sweep(found, arguments.y)

    present(
        arguments,
        text=lambda: summary(found),
        data=found.to_dict,
        figure=figure,
        table=found.to_dataframe,
        dataset=found.to_xarray,
    )
    if found.complete and not (found["status"] == "completed").any():
        reason = found["message"].flat[0] or found["status"].flat[0]
        print(f"rheobase: no point could be computed: {reason}", file=sys.stderr)
        return 1
    return found


def function_of(question: str) -> Callable:
    """The function that a question is put to."""
    module = QUESTIONS[question]
    package = __package__.rpartition(".")[0]
    return getattr(import_module(f"{package}.{module}"), module.rpartition(".")[2])


def check_column(y: str, model: "Model", axes: list[str], save: list[str]) -> None:
    """Refuse a column that an ensemble will not have, before it is computed."""
    from ..dynamics.ensembles.saving import saved_of
    from ..dynamics.sweeps.ensemble_work import columns_of_save

    kept = columns_of_save(saved_of(save, model), model)
    known = [f"{name}_found" if name in axes else name for name in kept]
    if y not in (*known, "status"):
        raise UnknownName(y, "a column of one number or word a point", known)


def settings_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given, refused where the question has no use for them."""
    question = arguments.question
    found = {}
    for name in dict.fromkeys(name for names in SETTINGS.values() for name in names):
        value = getattr(arguments, name)
        if value is None:
            continue
        if name not in SETTINGS[question]:
            option = {"interval": "range", "simulate": "no-simulation"}.get(name, name)
            raise InvalidArgument(f"--{option} has no meaning for the question {question}")
        found[name] = value
    if question == "ensemble":
        found.setdefault("save", ["rates"])
    return found


def watching(say: Say) -> Callable[[int, int, int], None]:
    """Tell how many points are done and how long the others will take at this pace."""
    start = time.monotonic()

    def tell(began: int, done: int, total: int) -> None:
        left = (time.monotonic() - start) * (total - done) / max(done - began, 1)
        say(f"{done} of {total} points, about {duration(left)} left;")

    return tell


def summary(found: "Sweep") -> str:
    """What was asked, and the range of every column."""
    import numpy as np

    from ..gallery.sweep_columns import in_hertz

    units = found.model.units
    rows = [("model", found.model.name), ("question", found.function.rpartition(":")[2])]
    for name, values in found.grid.items():
        unit = units.get(name, "")
        unit = f" {unit}" if unit not in ("", "1") else ""
        told = f"{values[0]:g} to {values[-1]:g}{unit}, {len(values)} values"
        rows.append(("grid", f"{name}, {told}" if len(values) > 1 else f"{name} = {values[0]:g}"))
    rows.append(("points", found.message))
    for name in found.names:
        column = found[name]
        if column.dtype.kind in "Ub":
            column = column.astype(str)
            words, counts = np.unique(column[column != ""], return_counts=True)
            pairs = zip(words[:LISTED], counts[:LISTED], strict=True)
            rows.append((name, ", ".join(f"{word} {count}" for word, count in pairs)))
        elif column.dtype != object:
            good = column[np.isfinite(column)].astype(float)
            hertz = in_hertz(found, name)
            good, unit = (good, "") if hertz is None else (good * hertz, " Hz")
            rows.append((name, f"{good.min():.6g} to {good.max():.6g}{unit}" if good.size else "-"))
    rows.append(("status", found.status.value))
    return columns(rows)
