"""A burst over the diagram of its fast subsystem."""

from matplotlib.axes import Axes

from ..analysis.dissect import Dissection
from ..dynamics.errors import InvalidArgument
from .plot_bifurcation_diagram import plot_bifurcation_diagram
from .style import GREEN, MILLIMETRE, ONE_COLUMN, house_style, shown_figure

HEIGHT = 68 * MILLIMETRE
MARGIN = 0.08


def plot_dissection(
    dissection: Dissection, y: str | None = None, *, legend: bool = True, ax: Axes | None = None
) -> Axes:
    """Draw the fast subsystem's diagram over the slow variable, and the burst (green) over it.

    y
        a fast state (the first, if not given)

    >>> import rheobase as rb
    >>> found = rb.dissect(rb.models.hindmarsh_rose(), "z")
    >>> rb.plot_dissection(found).get_xlabel()
    'slow adaptation current $z$'
    """
    if not isinstance(dissection, Dissection):
        raise InvalidArgument(f"plot_dissection draws what dissect returns, not {dissection!r}")
    slow = dissection.slow
    y = dissection.fast.states[0] if y is None else y
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        plot_bifurcation_diagram(dissection.diagram, y, ax=ax, legend=legend)
        ax.plot(dissection[slow], dissection[y], color=GREEN, linewidth=0.8, zorder=4)
        x_limits, y_limits = ax.get_xlim(), ax.get_ylim()
        low, high = dissection[y].min(), dissection[y].max()
        room = MARGIN * (high - low)
        ax.set_xlim(x_limits)
        ax.set_ylim(min(y_limits[0], low - room), max(y_limits[1], high + room))
    return ax
