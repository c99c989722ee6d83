"""A bifurcation diagram: equilibria, extrema of cycles, special points."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite

from matplotlib.axes import Axes

from ..analysis.branch import Branch
from ..analysis.diagram import Diagram
from ..analysis.special_point import SpecialPoint
from ..dynamics.errors import InvalidArgument, UnknownName
from .branch_curves import known_quantity
from .diagram_drawing import Drawing, y_label
from .labels import axis_label
from .style import MILLIMETRE, ONE_COLUMN, house_style, shown_figure

HEIGHT = 62 * MILLIMETRE
Box = Mapping[str, tuple[float, float]]


def plot_bifurcation_diagram(
    diagram: "Diagram | Branch | Sequence[Branch]",
    y: str | None = None,
    *,
    box: Box | None = None,
    labels: bool | Sequence[str] = True,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw branches over their parameter: equilibria, and the least and greatest value on cycles.

    diagram
        what `bifurcation_diagram` returns, or one Branch or several over the same parameter
    y
        a state (the first, if not given), or "period" or "frequency" of the cycles
    box
        the part that is shown, by the names of the axes: ``dict(I=(7, 8), V=(-60, 0))``; one of
        them is enough
    labels
        False writes no labels; a list of kinds or labels marks only those special points
    legend
        False leaves it out

    Stable branches are drawn full, unstable ones dashed; cycles blue, the families born at period
    doublings purple. The style of a line changes exactly at the special points. A branch that runs
    far out of what the others fill does not stretch the axes. Where a period diverges, a dotted
    line marks the homoclinic orbit or the SNIC. Labels stand off each other and off the curves, if
    need be with a line back to their point; points that lie on one another share a label.

    >>> import rheobase as rb
    >>> diagram = rb.bifurcation_diagram(rb.models.morris_lecar("hopf"), "I", (50, 100))
    >>> ax = rb.plot_bifurcation_diagram(diagram)
    >>> ax.get_ylabel()
    'membrane potential $V$ (mV)'
    """
    branches = branches_of(diagram)
    model, parameter = branches[0].model, branches[0].parameter
    y = known_quantity(model, y)
    x_limits, y_limits = limits_of(box, parameter, y)
    marked = chosen(branches, labels)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        draw = Drawing(ax, branches, parameter, y)
        ax.set_xlim(x_limits or draw.x_limits())
        ax.set_ylim(y_limits or draw.y_limits())
        draw.curves()
        draw.marks(marked, words=labels is not False)
        if legend:
            draw.legend()
        ax.set_xlabel(axis_label(model, parameter))
        ax.set_ylabel(y_label(model, y, ax))
    return ax


def branches_of(diagram: "Diagram | Branch | Sequence[Branch]") -> list[Branch]:
    if isinstance(diagram, Diagram):
        branches = list(diagram.branches)
    elif isinstance(diagram, Branch):
        branches = [diagram]
    elif isinstance(diagram, Sequence) and not isinstance(diagram, str):
        branches = list(diagram)
    else:
        branches = [diagram]
    for branch in branches:
        if not isinstance(branch, Branch):
            raise InvalidArgument(
                f"plot_bifurcation_diagram draws a Diagram or Branches, not {branch!r}"
            )
    if not branches:
        raise InvalidArgument("there is no branch to draw")
    for one, other in pairwise(branches):
        if one.parameter != other.parameter or one.model.states != other.model.states:
            raise InvalidArgument(
                "the branches must be of one model over one parameter, not "
                f"{one.model.name} over {one.parameter} and {other.model.name} over "
                f"{other.parameter}"
            )
    return branches


def limits_of(box: Box | None, parameter: str, y: str) -> tuple:
    if box is None:
        return None, None
    if not isinstance(box, Mapping):
        raise InvalidArgument(f"box is a mapping, dict(I=(7, 8), V=(-60, 0)), not {box!r}")
    for name in box:
        if name not in (parameter, y):
            raise UnknownName(name, "an axis of this drawing", [parameter, y])
    edges = {name: edges_of(name, value) for name, value in box.items()}
    return edges.get(parameter), edges.get(y)


def edges_of(name: str, value: object) -> tuple[float, float]:
    try:
        low, high = (float(edge) for edge in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise InvalidArgument(f"box: {name} takes (low, high), not {value!r}") from None
    if not (isfinite(low) and isfinite(high) and low != high):
        raise InvalidArgument(f"box: {name} takes two different finite numbers, not {value!r}")
    return low, high


def chosen(
    branches: list[Branch], labels: bool | Sequence[str]
) -> list[tuple[Branch, int, SpecialPoint]]:
    """The special points to mark, each with its branch and row."""
    everything = [
        (branch, row, point)
        for branch in branches
        for row, point in zip(branch.special_rows, branch.special, strict=True)
    ]
    if isinstance(labels, bool):
        return everything
    wanted = [labels] if isinstance(labels, str) else list(labels)
    for kind in wanted:
        branches[0].all(kind)  # an unknown kind raises here
    return [found for found in everything if {found[2].kind, found[2].label} & set(wanted)]
