"""`rheobase phase-plane MODEL`: where two variables stand still, where the model rests."""

import argparse
from functools import cache
from typing import TYPE_CHECKING, Any

from ..dynamics.errors import InvalidArgument
from .arguments import add_model, add_output, change, chosen_model, number
from .output import columns, present

if TYPE_CHECKING:
    import pandas

    from ..analysis.find_fixed_points import FixedPoints
    from ..analysis.find_nullclines import Nullcline
    from ..gallery.plane import Plane

SUMMARY = "nullclines, fixed points and field of two variables"
EXAMPLE = "rheobase phase-plane morris-lecar:snic --box V=-70:40 w=-0.05:0.6 -o plane.pdf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase phase-plane`."""
    add_model(parser)
    parser.add_argument(
        "--box",
        metavar="NAME=LOW:HIGH",
        type=edges,
        nargs=2,
        help="two variables and their ranges, the horizontal one first (what a run visits, of the "
        "first two states, if not given)",
    )
    parser.add_argument(
        "--others",
        metavar="HOW",
        nargs="+",
        help="what other states do: start, rest, steady, or NAME=VALUE ...",
    )
    parser.add_argument("--streamlines", action="store_true", help="lines instead of arrows")
    add_output(parser, (".pdf", ".svg", ".png", ".csv"), what="plane")


def edges(text: str) -> tuple[str, tuple[float, float]]:
    """`name=low:high` as (name, (low, high)).

    >>> edges("V=-80:20")
    ('V', (-80.0, 20.0))
    """
    name, equals, rest = text.partition("=")
    low, colon, high = rest.partition(":")
    if not (equals and colon and name.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=LOW:HIGH, as V=-80:20")
    what = f"an edge of {name.strip()}"
    return name.strip(), (number(low, what), number(high, what))


def chosen_others(words: list[str] | None) -> Any:
    """One word, or NAME=VALUE pairs as a mapping; None if nothing is said."""
    if not words:
        return None
    if len(words) == 1 and "=" not in words[0]:
        return words[0]
    try:
        return dict(change(word) for word in words)
    except argparse.ArgumentTypeError as error:
        raise InvalidArgument(f"--others: {error}") from None


def run(arguments: argparse.Namespace) -> None:
    """Look at the plane, print its fixed points and nullclines, write the files."""
    from ..analysis.find_fixed_points import find_fixed_points
    from ..gallery.plane import plane_of

    model = chosen_model(arguments)
    box = dict(arguments.box) if arguments.box else None
    if arguments.box and len(box or ()) != 2:
        raise InvalidArgument(f"--box names {arguments.box[0][0]!r} twice; it needs two variables")
    if model.kind != "flow":
        raise InvalidArgument(f"{model.name} is a map: it has no direction field")
    plane = plane_of(model, box, None, None, (), chosen_others(arguments.others))
    nullclines = plane.nullclines()
    points = find_fixed_points(model) if model.autonomous else None

    @cache
    def figure() -> object:
        from ..gallery.plot_phase_plane import plot_phase_plane

        return plot_phase_plane(
            model, plane.box, others=plane.others, streamlines=arguments.streamlines
        )

    present(
        arguments,
        text=lambda: summary(plane, nullclines, points),
        data=lambda: {
            "model": model.name,
            "parameters": dict(model.parameters),
            "box": plane.box,
            "others": plane.others if isinstance(plane.others, str) else dict(plane.others),
            "nullclines": [nullcline.to_dict() for nullcline in nullclines],
            "fixed_points": None if points is None else points.to_dict(),
        },
        figure=figure,
        table=lambda: table(nullclines),
    )


def summary(plane: "Plane", nullclines: "list[Nullcline]", points: "FixedPoints | None") -> str:
    """The fixed points of the model, and the nullclines in the window."""
    rows = [("model", plane.model.name)]
    rows += [("range", f"{low:g} <= {name} <= {high:g}") for name, (low, high) in plane.box.items()]
    for nullcline in nullclines:
        count = len(nullcline.segments)
        rows.append((f"{nullcline.variable}' = 0", f"{count} branch{'es' * (count != 1)}"))
    if points is None:
        rows.append(("rest", "none: the model depends on time"))
        return columns(rows)
    for point in points:
        place = ", ".join(f"{name} = {value:.10g}" for name, value in point.state.items())
        rows.append((point.kind, place))
    rows.append(("complete", f"{'yes' if points.complete else 'no'}, {points.reason}"))
    return columns(rows)


def table(nullclines: "list[Nullcline]") -> "pandas.DataFrame":
    """The points of the nullclines: which one, which branch, where."""
    import pandas

    rows = [
        (nullcline.variable, branch, *point)
        for nullcline in nullclines
        for branch, segment in enumerate(nullcline.segments)
        for point in segment.tolist()
    ]
    return pandas.DataFrame(rows, columns=["nullcline", "branch", nullclines[0].x, nullclines[0].y])
