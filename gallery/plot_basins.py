"""Basins of attraction in the plane."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from ..analysis.basins import Attractor, Basins
from ..analysis.fixed_point import FixedPoint
from ..analysis.limit_cycle import LimitCycle
from ..dynamics.errors import InvalidArgument
from .labels import axis_label
from .style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    ONE_COLUMN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    house_style,
    shown_figure,
)

HEIGHT = 62 * MILLIMETRE
COLORS = (SKY, ORANGE, PURPLE, GREEN, VERMILION, BLUE)
PALER = 0.45  # of the colour, over white
WHITE = np.ones(3)


def plot_basins(basins: Basins, *, legend: bool = True, ax: Axes | None = None) -> Axes:
    """Draw basins on a grid, each in a pale colour, and the attractors in black.

    What was not settled is white. `legend=False` leaves out what the colours mean.

    >>> import rheobase as rb
    >>> model = rb.Model("two wells", "x' = x - x^3\\ny' = -y", start=dict(x=1, y=0))
    >>> ax = rb.plot_basins(rb.basins(model, dict(x=(-2, 2), y=(-1, 1)), 20))
    >>> ax.get_xlim() == (-2, 2)
    True
    """
    if not isinstance(basins, Basins):
        raise InvalidArgument(f"plot_basins draws what basins returns, not {basins!r}")
    if not basins.grid:
        raise InvalidArgument("plot_basins draws a grid of two states; these are samples")
    (x, x_edges), (y, y_edges) = basins.box.items()
    model, count = basins.model, len(basins.attractors)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        shades = [WHITE, *(paler(COLORS[i % len(COLORS)]) for i in range(count))]
        ax.imshow(
            basins.labels,
            origin="lower",
            extent=(*x_edges, *y_edges),
            aspect="auto",
            interpolation="nearest",
            cmap=ListedColormap(shades),
            vmin=-1.5,
            vmax=count - 0.5,
            zorder=0,
        )
        for attractor, shade in zip(basins.attractors, shades[1:], strict=True):
            draw(ax, attractor, x, y)
            ax.plot([], [], "s", color=shade, markersize=6, label=words(attractor))
        ax.set(xlim=x_edges, ylim=y_edges)
        ax.set_xlabel(axis_label(model, x))
        ax.set_ylabel(axis_label(model, y))
        if legend:
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, handletextpad=0.4)
    return ax


def draw(ax: Axes, attractor: Attractor, x: str, y: str) -> None:
    """The attractor itself."""
    solution = attractor.solution
    if isinstance(solution, FixedPoint):
        ax.plot(solution[x], solution[y], "o", color=BLACK, markersize=3.5, clip_on=False)
    elif isinstance(solution, LimitCycle):
        ax.plot(solution[x], solution[y], color=BLACK, linewidth=1.2)


def words(attractor: Attractor) -> str:
    """What the colour means, and how much of the box it is."""
    return f"{attractor.kind}: {100 * attractor.fraction:.3g} %"


def paler(color: str) -> np.ndarray:
    """A colour mixed with white."""
    from matplotlib.colors import to_rgb

    return PALER * np.array(to_rgb(color)) + (1 - PALER) * WHITE
