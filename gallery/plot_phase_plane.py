"""The phase plane: direction field, nullclines, fixed points, manifolds and runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.legend_handler import HandlerTuple

from ..dynamics.errors import InvalidArgument
from ..dynamics.latex_names import latex_name
from ..dynamics.model import Model
from .curves import drawn_times, thinned
from .labels import LETTER, axis_label, symbol
from .plane import Plane, plane_of
from .style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    ONE_COLUMN,
    PALE,
    PURPLE,
    VERMILION,
    house_style,
    shown_figure,
)

if TYPE_CHECKING:
    from ..analysis.plane_field import Others
    from ..dynamics.trajectory import Trajectory

HEIGHT = 70 * MILLIMETRE
ARROWS, LEGEND_ROW = (21, 17), 11.0
HALVES = ("stable manifold", "unstable manifold")
KEY = 0.29  # inches of a legend's line and the gaps beside it
# circles are nodes, squares foci, diamonds saddles; full ones are stable
MARKS = {
    "stable node": ("o", True),
    "stable focus": ("s", True),
    "saddle": ("D", False),
    "saddle-focus": ("d", False),
    "unstable node": ("o", False),
    "unstable focus": ("s", False),
    "centre": ("h", False),
    "degenerate": ("o", True),
}


def plot_phase_plane(
    model: Model,
    box: Mapping[str, tuple[float, float]] | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    trajectories: "Sequence[Trajectory] | Trajectory" = (),
    streamlines: bool = False,
    manifolds: bool = True,
    others: "Others | None" = None,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw how two variables of a flow move, and where each of them stands still.

    box
        the two variables and their ranges, the horizontal one first: ``dict(V=(-80, 20), n=(0,
        1))``. If not given: what `trajectories` visit, or else a run of the model, with others
        over the natural range if it doesn't fire, and the fixed points if there are several
    x, y
        the two variables, the first two states if neither `box` nor they say so
    trajectories
        runs to draw over the field; the jump of a reset is dotted
    streamlines
        lines along the field instead of arrows, which all have one length

    manifolds
        whether to draw the stable (dashed) and unstable (solid) manifolds of saddles, in models of
        two variables
    others
        the other states of a larger model: "start" keeps them at their start values, "rest" at
        those of the fixed point nearest to the start, "steady" each at its own steady state given
        the two; a mapping holds fixed values. If not given: "start", or "steady" where otherwise
        one of the two rates depended on neither variable
    legend
        False leaves it out

    Nullclines are those of `find_nullclines`, fixed points those of `find_fixed_points`: circles
    are nodes, squares foci, diamonds saddles, stable ones full. In larger models only those fixed
    points are drawn that lie in the plane, and the drawing says what the others do: runs move in
    those too, so they needn't follow the arrows.

    >>> import rheobase as rb
    >>> ax = rb.plot_phase_plane(rb.models.fitzhugh_nagumo(), dict(v=(-2.5, 2.5), w=(-1, 2)))
    >>> ax.get_xlabel(), len(ax.get_legend().get_texts())
    ('membrane potential $v$', 3)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"plot_phase_plane draws a Model, not {model!r}")
    if not isinstance(box, Mapping | None):
        raise InvalidArgument(f"box is a mapping, dict(V=(-80, 20), w=(0, 1)), not {box!r}")
    if model.kind != "flow":
        raise InvalidArgument(f"{model.name} is a map: it has no direction field")
    runs = list(trajectories) if isinstance(trajectories, Sequence) else [trajectories]
    plane = plane_of(model, box, x, y, runs, others)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        ax.set_xlim(plane.x_range)
        ax.set_ylim(plane.y_range)
        _draw_field(ax, plane, streamlines)
        _draw_nullclines(ax, plane)
        for run in runs:
            _draw_run(ax, run, plane)
        if manifolds:
            _draw_manifolds(ax, plane)
        _draw_fixed_points(ax, plane)
        width, height = room_of(ax)
        ax.set_xlabel(axis_label(model, plane.x, 1.2 * width))
        ax.set_ylabel(axis_label(model, plane.y, 1.2 * height))
        rows = _draw_legend(ax) if legend else 0
        if note := _note(plane):
            # above the legend, however many rows that has
            pad = 8.0 + LEGEND_ROW * rows
            ax.set_title(note, fontsize=6.5, color="#444444", loc="right", pad=pad)
    return ax


def _draw_field(ax: Axes, plane: Plane, streamlines: bool) -> None:
    x, y = plane.grid(*ARROWS)
    u, v = plane.velocity(x, y)
    if streamlines:
        ax.streamplot(
            x[0], y[:, 0], u, v, density=1.1, linewidth=0.5, arrowsize=0.6, color=PALE, zorder=1
        )
        return
    # Only the direction counts: with angles="xy" it is right whatever the scales of the axes.
    length = np.hypot(u, v)
    with np.errstate(invalid="ignore", divide="ignore"):
        u, v = u / length, v / length
    ax.quiver(
        x,
        y,
        u,
        v,
        angles="xy",
        pivot="mid",
        units="inches",
        scale=1 / 0.1,
        width=0.006,
        headwidth=4,
        headlength=4.5,
        headaxislength=4,
        color=PALE,
        zorder=1,
    )


def _draw_nullclines(ax: Axes, plane: Plane) -> None:
    for nullcline, color in zip(plane.nullclines(), (VERMILION, GREEN), strict=True):
        label = rf"$\dot{{{latex_name(nullcline.variable)}}} = 0$"
        # an empty line too, for the legend
        lines = LineCollection(
            list(nullcline.segments), colors=[color], linewidths=1.2, zorder=3, label=label
        )
        ax.add_collection(lines, autolim=False)


def _draw_manifolds(ax: Axes, plane: Plane) -> None:
    for curve in plane.manifolds():
        style: Any = (0, (4, 2)) if curve.kind == "stable" else "solid"
        ax.plot(
            curve[plane.x],
            curve[plane.y],
            color=PURPLE,
            linestyle=style,
            linewidth=0.8,
            zorder=3.5,
            label=f"{curve.kind} manifold",
        )


def _draw_fixed_points(ax: Axes, plane: Plane) -> None:
    for point in plane.fixed_points:
        mark, full = MARKS[point.kind]
        ax.plot(
            point[plane.x],
            point[plane.y],
            mark,
            color=BLACK,
            markerfacecolor=BLACK if full else "white",
            fillstyle="left" if point.kind == "degenerate" else "full",
            markersize=4.5,
            markeredgewidth=0.8,
            zorder=5,
            label=point.kind,
        )


def _draw_legend(ax: Axes) -> int:
    """The legend above the axes, every label once; returns its number of rows."""
    handles: dict[str, Any] = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    if handles.keys() >= set(HALVES):
        handles["manifolds"] = tuple(handles.pop(half) for half in HALVES)
    columns = fitting_columns(list(handles), 1.1 * room_of(ax)[0])
    ax.legend(
        handles.values(),
        handles.keys(),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        borderaxespad=0.1,
        columnspacing=0.9,
        handlelength=1.4,
        handletextpad=0.4,
        labelspacing=0.2,
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.3)},
    )
    return -(-len(handles) // columns)


def room_of(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes in inches, before the layout takes its part."""
    extent, dots = ax.get_window_extent(), ax.figure.dpi
    return extent.width / dots, extent.height / dots


def fitting_columns(labels: list[str], room: float) -> int:
    """How many columns of a legend, filled one after the other, fit into this many inches."""
    widths = [KEY + LETTER * (6 if "$" in label else len(label)) for label in labels]
    for columns in range(len(labels), 1, -1):
        if sum(part.max() for part in np.array_split(widths, columns)) <= room:
            return columns
    return 1


def _draw_run(ax: Axes, run: "Trajectory", plane: Plane) -> None:
    times = drawn_times(run, *sorted((float(run.t[0]), float(run.t[-1]))))
    ax.plot(run(times[:1], plane.x), run(times[:1], plane.y), ".", color=BLUE, zorder=4)
    jumps = run.resets[(run.resets > times[0]) & (run.resets < times[-1])]
    for part in np.split(times, np.searchsorted(times, jumps)):
        if len(part):
            kept, _ = thinned(part, run(part, plane.x))
            ax.plot(run(kept, plane.x), run(kept, plane.y), color=BLUE, linewidth=0.9, zorder=4)
    if len(jumps):
        sides = np.array([np.nextafter(jumps, -np.inf), jumps])
        ax.plot(run(sides, plane.x), run(sides, plane.y), ":", color=BLUE, linewidth=0.6, zorder=4)


def _note(plane: Plane) -> str:
    """What the other states do, in a line or two."""
    held = [name for name in plane.model.states if name not in (plane.x, plane.y)]
    parts = []
    if held and plane.others == "steady":
        parts.append(f"{', '.join(map(symbol, held[:6]))}{', ...' * (len(held) > 6)} steady")
    elif held:
        values = [f"{symbol(name)} = {plane.field.held[name]:.3g}" for name in held]
        shown = ", ".join(values[:2])
        for first in range(2, min(len(values), 6), 3):
            shown += (
                f",{' ' if len(values) <= 3 else chr(10)}{', '.join(values[first : first + 3])}"
            )
        parts.append(f"held at {shown}{', ...' * (len(values) > 5)}")
    if not plane.model.autonomous:
        parts.append("$t$ = 0")
    return "; ".join(parts)
