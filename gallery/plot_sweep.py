"""What a sweep found, over its grid: curves over one parameter, a map over two."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.sweeps.outcome import FINE, MISSING
from ..dynamics.sweeps.result import Sweep
from .labels import axis_label, symbol, with_unit
from .style import CYCLE, GREY, MILLIMETRE, ONE_COLUMN, PALE, house_style, shown_figure

HEIGHT = 66 * MILLIMETRE
COLORS = "viridis"  # equally light steps, for every reader
MOST_KINDS = 7  # values of a column of words or whole numbers that get colours of their own
FEW = 80  # points of a curve that are marked
MOST_AREAS = 10_000
EVEN = 1e-6
HATCH = "////"
RATES = ("rate", "frequency", "onset_frequency", "prefactor")
DRIVES = ("threshold", "firing_from", "rheobase", "block")


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
    words, and of few whole numbers, get a colour for each value. Points that failed are grey and
    hatched (on curves grey crosses at the foot), those that have not been computed white.

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
        ax.set_xlabel(axis_label(result.model, keep[0]))
        if legend and handles:
            ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return ax


def chosen(result: Sweep, y: str | Sequence[str] | None) -> list[str]:
    """The names of the columns, each with one number or word a point."""
    names = [y] if isinstance(y, str) else list(y or ())
    for name in names:
        if name not in (*result.names, "status") or not is_drawn(result, name):
            drawable = [known for known in result.names if is_drawn(result, known)]
            raise UnknownName(name, "a column of one number or word a point", drawable)
    if names:
        return names
    drawable = [name for name in result.names if is_drawn(result, name)]
    numbers = [name for name in drawable if result[name].dtype.kind in "fiub"]
    if not drawable:
        raise InvalidArgument(f"there is nothing to draw: {result.message}")
    return (numbers or drawable)[:1]


def is_drawn(result: Sweep, name: str) -> bool:
    """Whether a column has one number or word a point."""
    column = result[name]
    return column.shape == result.shape and column.dtype.kind in "fiubU"


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
    for name, color in zip(names, CYCLE, strict=False):
        column, words = result[name][part], None
        if column.dtype.kind == "U":
            words, column = np.unique(column, return_inverse=True)
        marker = "o" if len(x) <= FEW else None
        step = "steps-mid" if words is not None else "default"
        values = np.where(status == FINE, column.astype(float), np.nan)
        ax.plot(x, values, color=color, marker=marker, markersize=2.2, drawstyle=step)
        if words is not None:
            ax.set_yticks(range(len(words)), words)
        if len(names) > 1:
            handles.append(Line2D([], [], color=color, label=spelled(result, name)))
    bad = (status != FINE) & (status != MISSING)
    if bad.any():
        foot = ax.get_xaxis_transform()
        look: dict[str, Any] = dict(color=GREY, marker="x", markersize=3, linestyle="none")
        ax.plot(x[bad], np.full(int(bad.sum()), 0.02), transform=foot, clip_on=False, **look)
        handles.append(Line2D([], [], label=f"failed ({int(bad.sum())})", **look))
    words_of_axis = spelled(result, names[0]) if len(names) == 1 else ""
    ax.set_ylabel(label if label is not None else words_of_axis)
    if is_geometric(x):
        ax.set_xscale("log")
        plain_decades(ax.xaxis)
    return handles


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
    column = result[name][part]
    words = label if label is not None else spelled(result, name)
    handles: list[Any] = []
    fine = (status == FINE) & (column != "" if column.dtype.kind == "U" else np.isfinite(column))
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
        ax.figure.colorbar(quads, ax=ax, label=words, pad=0.02, aspect=24)
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
    ax.set_ylabel(axis_label(result.model, axes[1]))
    for values, scale, line in ((x, ax.set_xscale, ax.xaxis), (y, ax.set_yscale, ax.yaxis)):
        if is_geometric(values):
            scale("log")
            plain_decades(line)
    return handles


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


def spelled(result: Sweep, name: str) -> str:
    """A column as words with its unit, as far as that is known."""
    model = result.model
    own = name.removesuffix("_found")
    if own in model.states:
        return with_unit(f"{symbol(own)} at the end", model.units.get(own))
    text = name.replace("_", " ")
    if name in RATES and model.time_unit:
        return with_unit(text, f"1/{model.time_unit}")
    drive = result.settings.get("parameter") or (model.natural or ("",))[0]
    if name in DRIVES and drive:
        return with_unit(f"{text} {symbol(drive)}", model.units.get(drive))
    return text


def plain_decades(line: Axis) -> None:
    """Numbers as they are said on a logarithmic axis, at 1, 2 and 5 of every decade."""
    line.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    line.set_minor_formatter(
        FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")
    )


def is_geometric(values: np.ndarray) -> bool:
    """Whether values grow by a constant factor, and not by a constant step."""
    if len(values) < 4 or not (values > 0).all():
        return False
    steps, factors = np.diff(values), np.diff(np.log(values))
    return bool(np.ptp(factors) <= EVEN * abs(factors[0]) and np.ptp(steps) > EVEN * abs(steps[0]))
