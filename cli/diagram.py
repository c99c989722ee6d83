"""`rheobase diagram MODEL`: all equilibria, cycles and special points over a parameter."""

import argparse
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ..dynamics.status import Status
from .arguments import ENDINGS, add_drive, add_mesh, add_model, add_output, chosen_model, number
from .output import FIGURES, columns, present
from .progress import running_words

if TYPE_CHECKING:
    from ..analysis.branch import Branch
    from ..analysis.diagram import Diagram
    from ..analysis.special_point import SpecialPoint

SUMMARY = "the bifurcation diagram of a model over a parameter"
EXAMPLE = "rheobase diagram morris-lecar:snic --parameter I --range 0 250 -o diagram.pdf"
SETTINGS = ("mesh", "degree", "tolerance", "max_points", "max_period", "depth")
STATES_IN_A_LINE = 4
OF_SPECIAL = ("kind", "value", "period", "coefficient", "criticality")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase diagram`."""
    from ..analysis.bifurcation_diagram import bifurcation_diagram

    add_model(parser)
    add_drive(parser, drive="what varies", values="its values")
    usual = add_mesh(parser, bifurcation_diagram, orbit="a cycle's", of="cycles", curve="branch")
    parser.add_argument("--max-period", metavar="T", type=number, help="where a family ends")
    parser.add_argument(
        "--depth",
        metavar="D",
        type=int,
        help=f"period doublings followed after one another, {usual['depth']}",
    )
    parser.add_argument(
        "--y", metavar="NAME", help="what a figure shows: a state, period or frequency"
    )
    add_output(parser, (*ENDINGS, ".npz"), what="diagram")


def run(arguments: argparse.Namespace) -> "Diagram | int":
    """Find the diagram, print its branches and special points, write the files."""
    from ..analysis.bifurcation_diagram import bifurcation_diagram
    from ..gallery.branch_curves import known_quantity

    model = chosen_model(arguments)
    if arguments.y is not None:
        known_quantity(model, arguments.y)
    given = {name: getattr(arguments, name) for name in SETTINGS}
    settings: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    interval = tuple(arguments.interval) if arguments.interval else None
    with running_words(f"diagram of {model.name}") as say:
        progress = None if say is None else lambda what, value: say(f"{what}: {value:.6g},")
        found = bifurcation_diagram(
            model, arguments.parameter, interval, progress=progress, **settings
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_bifurcation_diagram import plot_bifurcation_diagram

        return plot_bifurcation_diagram(found, arguments.y)

    goals = arguments.output
    undrawn = [] if found.branches else [p for p in goals if p.suffix.lower() in FIGURES]
    arguments.output = [path for path in goals if path not in undrawn]
    present(
        arguments,
        text=lambda: summary(found),
        data=found.to_dict,
        figure=figure,
        rows=lambda: rows(found),
        result=found,
    )
    if undrawn and found.status.ok:
        files = ", ".join(map(str, undrawn))
        reason = f": {found.message}" if found.message else ""
        print(f"rheobase: there is no branch to draw into {files}{reason}", file=sys.stderr)
        return 1
    return found


def summary(found: "Diagram") -> str:
    """The branches, the special points and the status as text."""
    name, (first, last) = found.parameter, found.interval
    unit = found.model.units.get(name, "")
    unit = f" {unit}" if unit not in ("", "1") else ""
    lines = [
        columns(
            [
                ("model", found.model.name),
                ("parameter", f"{name}, {first:g} to {last:g}{unit}"),
            ]
        )
    ]
    if found.branches:
        told = [line_of(i, branch) for i, branch in enumerate(found.branches)]
        lines += ["", columns([("BRANCH", "KIND", name, "POINTS", "STABLE", "ENDS"), *told])]
    special = [
        (str(i), *words_of(point))
        for i, branch in enumerate(found.branches)
        for point in branch.special
    ]
    if special:
        heading = ("BRANCH", "LABEL", "KIND", name, "PERIOD", "COEFFICIENT", "", "STATE")
        lines += ["", columns([heading, *special])]
    lines += ["", columns([("status", found.status.value)])]
    if found.message and found.status.ok:
        lines += [f"note    {note}" for note in found.notes]
    return "\n".join(lines)


def line_of(i: int, branch: "Branch") -> tuple[str, ...]:
    """A branch as a line: its range, how much of it is stable, how its ends came about."""
    low, high = branch.span
    share = branch.stable.mean() if len(branch) else 0.0
    stable = {0.0: "no", 1.0: "yes"}.get(float(share), "partly")
    told = zip(branch.ends, branch.messages, strict=True)
    ends = [text or end.value for end, text in told if text or end is not Status.COMPLETED]
    return (
        str(i),
        branch.kind,
        f"{low:.7g} to {high:.7g}",
        str(len(branch)),
        stable,
        "; ".join(dict.fromkeys(ends)),
    )


def words_of(point: "SpecialPoint") -> tuple[str, ...]:
    """A special point as a line."""
    state = [f"{name} {value:.6g}" for name, value in point.state.items()]
    shown = state[:STATES_IN_A_LINE] + ["..."] * (len(state) > STATES_IN_A_LINE)
    return (
        point.label,
        point.kind,
        f"{point.value:.10g}",
        "" if point.period is None else f"{point.period:.8g}",
        coefficient_of(point),
        point.criticality,
        ", ".join(shown),
    )


def coefficient_of(point: "SpecialPoint") -> str:
    """One number or several, or nothing."""
    values = point.coefficient if isinstance(point.coefficient, tuple) else (point.coefficient,)
    return ", ".join(f"{value:.6g}" for value in values if value is not None)


def rows(found: "Diagram") -> Iterator[list]:
    """Every branch below one another, one line a point, as `Diagram.to_dataframe` has them.

    A line whose label names a special point also has that point as it was located. Its period is
    infinite, and its value beyond the last orbit that was computed, where the period diverges.
    """
    names = list(dict.fromkeys(name for branch in found.branches for name in branch.columns))
    special = [f"special_{name}" for name in OF_SPECIAL]
    yield ["branch", "kind", *names, "stable", "label", *special]
    for i, branch in enumerate(found.branches):
        here: dict[int, list[SpecialPoint]] = {}
        for row, point in zip(branch.special_rows, branch.special, strict=True):
            here.setdefault(int(row), []).append(point)
        table = [
            branch.columns[name].tolist() if name in branch.columns else [""] * len(branch)
            for name in names
        ]
        for row, values in enumerate(zip(*table, branch.stable.tolist(), strict=True)):
            points = here.get(row, [])
            label = " ".join(point.label for point in points)
            yield [i, branch.kind, *values, label, *(located(points, name) for name in OF_SPECIAL)]


def located(points: "list[SpecialPoint]", name: str) -> str:
    """What the special points of a line have under this name; of several one after the other."""
    values = (getattr(point, name) for point in points)
    return "; ".join("" if value is None else str(value) for value in values)
