"""The phase plane: direction field, nullclines, fixed points and runs of two variables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..dynamics.errors import InvalidArgument
from ..dynamics.latex_names import latex_name
from ..dynamics.model import Model
from .curves import drawn_times, thinned
from .labels import axis_label, symbol
from .plane import Plane, plane_of
from .style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    ONE_COLUMN,
    PALE,
    VERMILION,
    house_style,
    shown_figure,
)

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

HEIGHT = 70 * MILLIMETRE
ARROWS, GRID = (21, 17), 401


def plot_phase_plane(
    model: Model,
    box: Mapping[str, tuple[float, float]] | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    trajectories: "Sequence[Trajectory] | Trajectory" = (),
    streamlines: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw how two variables of a flow move, and where each of them stands still.

    box
        the two variables and their ranges, the horizontal one first: ``dict(V=(-80, 20), n=(0,
        1))``. If not given: what `trajectories` visit, or else a run of the model, with others
        over the natural range if it doesn't fire
    x, y
        the two variables, the first two states if neither `box` nor they say so
    trajectories
        runs to draw over the field; the jump of a reset is dotted
    streamlines
        lines along the field instead of arrows, which all have one length

    Nullclines are the contours f_x = 0 and f_y = 0 on a grid of 401 x 401 points: a branch that
    merely touches zero is missed. Fixed points (stable ones full, others open) are drawn for models
    of two variables. In larger models the other variables keep their start values, and the drawing
    says so: the runs move in those too, so they needn't follow the arrows.

    >>> import rheobase as rb
    >>> ax = rb.plot_phase_plane(rb.models.fitzhugh_nagumo(), dict(v=(-2.5, 2.5), w=(-1, 2)))
    >>> ax.get_xlabel(), len(ax.get_legend().get_texts())
    ('membrane potential $v$', 2)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"plot_phase_plane draws a Model, not {model!r}")
    if not isinstance(box, Mapping | None):
        raise InvalidArgument(f"box is a mapping, dict(V=(-80, 20), w=(0, 1)), not {box!r}")
    if model.kind != "flow":
        raise InvalidArgument(f"{model.name} is a map: it has no direction field")
    runs = list(trajectories) if isinstance(trajectories, Sequence) else [trajectories]
    plane = plane_of(model, box, x, y, runs)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        ax.set_xlim(plane.x_range)
        ax.set_ylim(plane.y_range)
        _draw_field(ax, plane, streamlines)
        _draw_nullclines(ax, plane)
        for run in runs:
            _draw_run(ax, run, plane)
        for place, stable in plane.fixed_points():
            face = BLACK if stable else "white"
            ax.plot(*place, "o", color=BLACK, markerfacecolor=face, markersize=4.5, zorder=5)
        ax.set_xlabel(axis_label(model, plane.x))
        ax.set_ylabel(axis_label(model, plane.y))
        if note := _note(plane):
            ax.set_title(note, fontsize=6.5, color="#444444", loc="right")
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
    x, y = plane.grid(GRID, GRID)
    for name, values, color in zip(
        (plane.x, plane.y), plane.velocity(x, y), (VERMILION, GREEN), strict=True
    ):
        ax.plot([], [], color=color, label=rf"$\dot{{{latex_name(name)}}} = 0$")
        finite = np.ma.masked_invalid(values)
        if finite.min() < 0 < finite.max():
            ax.contour(x, y, finite, levels=[0.0], colors=[color], linewidths=1.2, zorder=3)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.1, columnspacing=1.2
    )


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
    held = [
        f"{symbol(name)} = {value:.3g}"
        for name, value in plane.model.start.items()
        if name not in (plane.x, plane.y)
    ]
    parts = [f"held at {', '.join(held[:4])}{', ...' if len(held) > 4 else ''}"] if held else []
    if not plane.model.autonomous:
        parts.append("$t$ = 0")
    return "; ".join(parts)
