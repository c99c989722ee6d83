"""`rheobase continue MODEL`: curves of bifurcations in a plane of two parameters."""

import argparse
from functools import cache
from typing import TYPE_CHECKING, Any

from .arguments import ENDINGS, add_mesh, add_model, add_output, chosen_model, number
from .output import columns, present
from .progress import running_words

if TYPE_CHECKING:
    from ..analysis.bifurcation_curves import BifurcationCurves
    from ..analysis.special_point import SpecialPoint

SUMMARY = "curves of bifurcations in a plane of two parameters"
EXAMPLE = "rheobase continue morris-lecar --parameters I phi --from hopf --box 0 250 0.01 0.5"
SETTINGS = ("mesh", "degree", "tolerance", "max_points", "sections")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase continue`."""
    from ..analysis.bifurcation_set import bifurcation_set

    add_model(parser)
    parser.add_argument(
        "--parameters", metavar=("A", "B"), nargs=2, required=True, help="the two that vary"
    )
    parser.add_argument(
        "--box",
        metavar=("A1", "A2", "B1", "B2"),
        type=number,
        nargs=4,
        required=True,
        help="their ranges",
    )
    parser.add_argument(
        "--from",
        metavar="KIND",
        dest="kind",
        help="only curves of this kind: hopf, fold, cycle fold, ... or a label; all if not given",
    )
    parser.add_argument(
        "--sections",
        metavar="B",
        type=number,
        nargs="+",
        help="values of B where points to start from are looked for; the model's own value",
    )
    add_mesh(parser, bifurcation_set, orbit="an orbit's", of="curves", curve="curve")
    add_output(parser, (*ENDINGS, ".npz"), what="curves")


def run(arguments: argparse.Namespace) -> "BifurcationCurves | int":
    """Follow the curves, print them and their special points, write the files."""
    from ..analysis.bifurcation_set import bifurcation_set

    model = chosen_model(arguments)
    first, second = arguments.parameters
    a, b, c, d = arguments.box
    given = {name: getattr(arguments, name) for name in SETTINGS}
    settings: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if arguments.kind is not None:
        settings["kinds"] = [kind_of(arguments.kind)]
    with running_words(f"curves of {model.name}") as say:
        progress = None if say is None else lambda what, value: say(f"{what}: {value:.6g},")
        found = bifurcation_set(
            model, (first, second), {first: (a, b), second: (c, d)}, progress=progress, **settings
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_two_parameter import plot_two_parameter

        return plot_two_parameter(found.curves)

    present(
        arguments,
        text=lambda: summary(found),
        data=found.to_dict,
        figure=figure,
        table=found.to_dataframe,
        result=found,
    )
    return found


def kind_of(text: str) -> str:
    """A kind by its name or label."""
    from ..analysis.continue_bifurcation import CURVES
    from ..analysis.special_point import LABELS
    from ..dynamics.errors import UnknownName

    wanted = text.replace("_", " ").strip()
    for kind in CURVES:
        if wanted.lower() in (kind, kind.replace("-", " ")) or wanted.upper() == LABELS[kind]:
            return kind
    raise UnknownName(text, "a kind of curve", CURVES)


def summary(found: "BifurcationCurves") -> str:
    """The curves, the special points and the status as text."""
    box = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in found.plane.items())
    lines = [columns([("model", found.model.name), ("box", box)])]
    names = list(found.plane)
    if found.curves:
        told = [
            (
                str(i),
                curve.kind,
                *(f"{curve[name].min():.7g} to {curve[name].max():.7g}" for name in names),
                str(len(curve)),
                "; ".join(dict.fromkeys(filter(None, curve.messages))),
            )
            for i, curve in enumerate(found.curves)
        ]
        lines += ["", columns([("CURVE", "KIND", *names, "POINTS", "ENDS"), *told])]
    if found.special:
        heading = ("LABEL", "KIND", *names, "COEFFICIENT", "", "STATE")
        lines += ["", columns([heading, *(words_of(point, names) for point in found.special)])]
    lines += ["", columns([("status", found.status.value)])]
    lines += [f"note    {note}" for note in found.notes]
    return "\n".join(lines)


def words_of(point: "SpecialPoint", names: list[str]) -> tuple[str, ...]:
    """A special point as a line."""
    from .diagram import coefficient_of

    state = ", ".join(f"{name} {value:.6g}" for name, value in list(point.state.items())[:4])
    return (
        point.label,
        point.kind,
        *(f"{point.parameters[name]:.10g}" for name in names),
        coefficient_of(point),
        point.criticality,
        state,
    )
