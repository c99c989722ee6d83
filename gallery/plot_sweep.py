"""What a sweep found, over its grid: curves over one parameter, a map over two."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.sweeps.outcome import FINE, MISSING
from ..dynamics.sweeps.result import Sweep
from .labels import printed_unit
from .style import CYCLE, GREY, MILLIMETRE, ONE_COLUMN, PALE, house_style, shown_figure
from .sweep_axes import label_axis, tick_values, whole_ticks
from .sweep_columns import Drawn, chosen, common_label, drawn_column

HEIGHT = 66 * MILLIMETRE
COLORS = "viridis"  # equally light steps, for every reader
MOST_KINDS = 7  # values of a column of words or whole numbers that get colours of their own
FEW = 80  # points of a curve that are marked
MOST_AREAS = 10_000
HATCH = "////"
BAND = 0.25  # opacity of a standard error


def plot_sweep(
    result: Sweep,
    y: str | Sequence[str] | None = None,
    *,
    at: Mapping[str, float] | None = None,
    label: str | None = None,
    limits: tuple[float, float] | None = None,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw columns of a sweep over its grid.

    y
        the column (for curves: one or several); the first one with numbers if not given
    at
        holds axes of the grid at one of their values, so that one or two are left:
        ``dict(g_K=8)``
    label, limits
        of the column: its words on the axis or colour bar, and the range that is shown
    legend
        False leaves it out

    Over one axis the column is a curve; over two a map, the first axis to the right. Columns of
    words, and of few whole numbers, get a colour for each value. Of an ensemble with repeats the
    mean is drawn, on curves in a band of its standard error to both sides. Rates that rheobase
    found are in Hz if the model's time is in s or ms (so are `limits`). Points that failed are grey
    and hatched (on curves grey crosses at the foot), those where only this column has no value are
    grey (circles), those that have not been computed white.

    >>> import rheobase as rb
    >>> lif = rb.models.leaky()
    >>> found = rb.sweep(rb.simulate, lif, dict(I=[1.6, 2, 3], tau=[5, 10]), until=200, processes=1)
    >>> rb.plot_sweep(found, "rate").get_xlabel()
    'injected current $I$ (nA)'
    """
    if not isinstance(result, Sweep):
        raise InvalidArgument(f"plot_sweep draws what sweep returns, not {result!r}")
    names = chosen(result, y)
    if not result.table.grid:
        raise InvalidArgument(
            "plot_sweep draws a grid; these are samples: draw result.to_dataframe() instead"
        )
    keep, part = slice_of(result, at or {})
    if len(keep) not in (1, 2) or (len(keep) == 2 and len(names) > 1):
        raise InvalidArgument(
            f"{len(names)} column(s) over {len(keep)} axes ({', '.join(keep) or 'none'}): "
            "plot_sweep draws columns over one axis or one column over two; hold the others by "
            "at=dict(...)"
        )
    status = result["status"][part]
    if names == ["status"]:  # nothing is left to be said by hatches
        status = np.full_like(status, FINE)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        if len(keep) == 1:
            handles = draw_curves(ax, result, names, part, keep[0], status, label)
            if limits is not None:
                ax.set_ylim(limits)
        else:
            handles = draw_map(ax, result, names[0], part, keep, status, label, limits)
        label_axis(ax, result.model, keep[0], ax.xaxis)
        if legend and handles:
            ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return ax


def slice_of(result: Sweep, at: Mapping[str, float]) -> tuple[list[str], tuple]:
    """The axes that are left, and the index of the part where the others are held."""
    for name in at:
        if name not in result.axes:
            raise UnknownName(name, "an axis of this sweep", result.axes)
    part: list[Any] = []
    for name, values in result.grid.items():
        if name not in at:
            part.append(slice(None))
            continue
        near = int(np.argmin(np.abs(values - at[name])))
        if not np.isclose(values[near], at[name], rtol=1e-9, atol=0):
            raise InvalidArgument(
                f"{name} = {at[name]:g} is no value of the grid; the nearest is {values[near]:g}"
            )
        part.append(near)
    return [name for name in result.axes if name not in at], tuple(part)


def draw_curves(
    ax: Axes,
    result: Sweep,
    names: Sequence[str],
    part: tuple,
    axis: str,
    status: np.ndarray,
    label: str | None,
) -> list:
    """Columns over one axis; the entries of the legend."""
    x = result.grid[axis]
    handles: list[Any] = []
    columns = [drawn_column(result, name) for name in names]
    for column, color in zip(columns, CYCLE, strict=False):
        draw_curve(ax, x, column, part, status, color)
        if len(names) > 1:
            handles.append(Line2D([], [], color=color, label=column.label))
    if not any(column.values.dtype.kind == "U" for column in columns) and all(
        column.whole for column in columns
    ):
        whole_ticks(ax.yaxis)
    bad = (status != FINE) & (status != MISSING)
    empty = (status == FINE) & ~has_value(columns[0].values[part]) & (len(names) == 1)
    foot = ax.get_xaxis_transform()
    for where, told, marker in ((bad, "failed", "x"), (empty, "no value", "o")):
        if where.any():
            look: dict[str, Any] = dict(
                color=GREY, marker=marker, markersize=3, linestyle="none", markerfacecolor="none"
            )
            height = np.full(int(where.sum()), 0.02)
            ax.plot(x[where], height, transform=foot, clip_on=False, **look)
            handles.append(Line2D([], [], label=f"{told} ({int(where.sum())})", **look))
    ax.set_ylabel(label if label is not None else common_label(columns))
    if label is None and len(columns) > 1 and is_cut(ax):
        units = dict.fromkeys(printed_unit(column.unit) for column in columns)
        ax.set_ylabel(", ".join(unit for unit in units if unit))
    tick_values(ax.xaxis, x)
    return handles


def draw_curve(
    ax: Axes, x: np.ndarray, column: Drawn, part: tuple, status: np.ndarray, color: str
) -> None:
    """One column over one axis, and the band of its standard error."""
    values, words = column.values[part], None
    if values.dtype.kind == "U":
        words, values = np.unique(values, return_inverse=True)
    marker = "." if len(x) <= FEW else None
    step = "steps-mid" if words is not None else "default"
    values = np.where(status == FINE, values.astype(float), np.nan)
    ax.plot(x, values, color=color, marker=marker, markersize=2.2, drawstyle=step)
    if column.error is not None:
        width = np.where(status == FINE, column.error[part], np.nan)
        ends = (values - width, values + width)
        ax.fill_between(x, *ends, color=color, alpha=BAND, linewidth=0)
    if words is not None:
        ax.set_yticks(range(len(words)), words)


def draw_map(
    ax: Axes,
    result: Sweep,
    name: str,
    part: tuple,
    axes: Sequence[str],
    status: np.ndarray,
    label: str | None,
    limits: tuple[float, float] | None,
) -> list:
    """A column over two axes; the entries of the legend."""
    x, y = (result.grid[axis] for axis in axes)
    drawn_from = drawn_column(result, name)
    column = drawn_from.values[part]
    words = label if label is not None else drawn_from.label
    handles: list[Any] = []
    fine = (status == FINE) & has_value(column)
    if drawn_from.whole and column.dtype.kind == "f":  # whole numbers with gaps
        column = np.where(fine, column, 0).astype(np.int64)
    kinds = np.unique(column[fine])
    mesh: dict[str, Any] = dict(shading="nearest", rasterized=True, zorder=0)
    if (column.dtype.kind in "Uib" and len(kinds) <= MOST_KINDS) or column.dtype.kind == "U":
        place = np.searchsorted(kinds, column) if len(kinds) else np.zeros(column.shape)
        shades = colormaps[COLORS](np.linspace(0.08, 0.95, max(len(kinds), 1)))
        norm = BoundaryNorm(np.arange(len(kinds) + 1) - 0.5, max(len(kinds), 1))
        drawn = np.ma.masked_array(place, ~fine)
        ax.pcolormesh(x, y, drawn.T, cmap=ListedColormap(shades), norm=norm, **mesh)
        texts = [f"{kind}" if column.dtype.kind == "U" else f"{words} {kind}" for kind in kinds]
        handles += [Patch(facecolor=s, label=t) for s, t in zip(shades, texts, strict=False)]
    else:
        drawn = np.ma.masked_array(column.astype(float), ~fine)
        low, high = (None, None) if limits is None else limits
        quads = ax.pcolormesh(x, y, drawn.T, cmap=COLORS, vmin=low, vmax=high, **mesh)
        bar = ax.figure.colorbar(quads, ax=ax, label=words, pad=0.02, aspect=24)
        if drawn_from.whole:
            whole_ticks(bar.ax.yaxis)
    bad = (status != FINE) & (status != MISSING)
    nothing = (status == FINE) & ~fine
    for where, told, hatch in ((bad, "failed", HATCH), (nothing, "no value", "")):
        if where.any():
            shade(ax, x, y, where, hatch)
            text = f"{told} ({int(where.sum())})"
            handles.append(Patch(facecolor=PALE, edgecolor=GREY, hatch=hatch, label=text))
    if (status == MISSING).any():
        text = f"not computed ({int((status == MISSING).sum())})"
        handles.append(Patch(facecolor="white", edgecolor=GREY, linewidth=0.4, label=text))
    label_axis(ax, result.model, axes[1], ax.yaxis)
    tick_values(ax.xaxis, x)
    tick_values(ax.yaxis, y)
    return handles


def has_value(column: np.ndarray) -> np.ndarray:
    """Where a column has a finite number or a word."""
    return column != "" if column.dtype.kind == "U" else np.isfinite(column)


def is_cut(ax: Axes) -> bool:
    """Whether the label of the vertical axis is longer than the axis."""
    return ax.yaxis.label.get_window_extent().height > ax.bbox.height


def shade(ax: Axes, x: np.ndarray, y: np.ndarray, where: np.ndarray, hatch: str) -> None:
    """Paint cells grey, hatched if asked for; cells next to each other along y make one area."""
    turns = np.diff(where.astype(np.int8), axis=1, prepend=0, append=0)
    begins, ends = np.argwhere(turns == 1), np.argwhere(turns == -1)
    if len(begins) > MOST_AREAS:  # scattered over a fine grid, where no hatch could be seen
        drawn = np.ma.masked_array(np.zeros(where.shape), ~where)
        look: dict[str, Any] = dict(cmap=ListedColormap([PALE]), zorder=0.1, rasterized=True)
        ax.pcolormesh(x, y, drawn.T, shading="nearest", **look)
        return
    across, up = edges_of_cells(x), edges_of_cells(y)
    areas = [
        Rectangle((across[i], up[first]), across[i + 1] - across[i], up[last] - up[first])
        for (i, first), (_, last) in zip(begins, ends, strict=True)
    ]
    look = dict(facecolor=PALE, edgecolor=GREY, hatch=hatch, linewidth=0.0)
    ax.add_collection(PatchCollection(areas, zorder=0.1, rasterized=len(areas) > FEW, **look))


def edges_of_cells(values: np.ndarray) -> np.ndarray:
    """Where the cells around the values of an axis begin and end: halfway between them."""
    if len(values) == 1:
        return values[0] + np.array([-0.5, 0.5])
    middle = 0.5 * (values[1:] + values[:-1])
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])
