"""The isochrons of a planar cycle, and the cycle."""

from matplotlib.axes import Axes

from ..analysis.isochrons import Isochrons
from ..dynamics.errors import InvalidArgument
from .labels import axis_label
from .style import BLACK, BLUE, MILLIMETRE, ONE_COLUMN, VERMILION, house_style, shown_figure

HEIGHT = 68 * MILLIMETRE


def plot_isochrons(isochrons: Isochrons, *, ax: Axes | None = None) -> Axes:
    """Draw isochrons in the plane of the two states, and the cycle with its phases.

    Isochrons are blue, that of phase 0 red; the cycle is black, with a dot at each phase.

    >>> import rheobase as rb
    >>> cycle = rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=1))
    >>> ax = rb.plot_isochrons(rb.isochrons(cycle, dict(x=(-3, 3), y=(-4, 4)), count=6))
    >>> ax.get_xlabel()
    'displacement $x$'
    """
    if not isinstance(isochrons, Isochrons):
        raise InvalidArgument(f"plot_isochrons draws what isochrons returns, not {isochrons!r}")
    cycle, (x, y) = isochrons.cycle, isochrons.names
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        for curve in isochrons:
            first = curve.phase == 0
            for segment in curve.segments:
                ax.plot(
                    *segment.T,
                    color=VERMILION if first else BLUE,
                    linewidth=1.1 if first else 0.6,
                    zorder=1.5 if first else 1,
                )
        ax.plot(cycle[x], cycle[y], color=BLACK, linewidth=1.3, zorder=2)
        for curve in isochrons:
            at = curve.phase * cycle.period
            ax.plot(
                cycle(at, x),
                cycle(at, y),
                "o",
                color=VERMILION if curve.phase == 0 else BLACK,
                markersize=3 if curve.phase == 0 else 2,
                zorder=3,
            )
        ax.set_xlabel(axis_label(cycle.model, x))
        ax.set_ylabel(axis_label(cycle.model, y))
        for edges, limits in zip((isochrons.box[x], isochrons.box[y]), ("x", "y"), strict=True):
            ax.set(**{f"{limits}lim": edges})
    return ax
