"""A run against time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.trajectory import Trajectory
from .curves import drawn_times, thinned
from .labels import axis_label, printed_unit, symbol, time_label, with_unit
from .style import BLACK, MILLIMETRE, ONE_COLUMN, house_style, shown_figure

LONE, PANEL = 55 * MILLIMETRE, 30 * MILLIMETRE
Names = str | Sequence[str | Sequence[str]]


def plot_trajectory(
    run: "Trajectory",
    names: Names | None = None,
    *,
    ax: Axes | None = None,
    between: tuple[float, float] | None = None,
    spikes: bool | float = False,
    color: str | None = None,
) -> Any:
    """Draw states, definitions or driven parameters of a run against time.

    Returns the Axes; a NumPy array of Axes, one a panel that shares time, if `names` asks for
    several panels.

    names
        one name; or a list with one entry a panel, each a name or a tuple of names drawn together:
        ``["V", ("m", "h", "n")]``. The spiking variable, if not given. With `ax`, all of them are
        drawn there
    between
        the part of time that is shown
    spikes
        True marks the spikes above the curve; a number draws a line up to that level at each, as
        papers do for integrate-and-fire models, whose equations end at the threshold. Of several
        panels the first is marked
    color
        the colour of a lone curve; with several, they go through the colours of the style

    Curves follow the dense output between the solver's steps; at a reset they fall straight down.

    >>> import rheobase as rb
    >>> run = rb.simulate(rb.models.fitzhugh_nagumo().replace(I=0.5), until=100)
    >>> ax = rb.plot_trajectory(run)
    >>> ax.get_xlabel()
    'time $t$'
    """
    if not isinstance(run, Trajectory):
        raise InvalidArgument(f"plot_trajectory draws what simulate returns, not {run!r}")
    panels = _panels(run, names)
    begin, end = _span(run, between)
    times = drawn_times(run, begin, end)
    with house_style():
        if ax is not None:
            together = tuple(name for panel in panels for name in panel)
            return _draw(ax, run, together, times, spikes, color, labelled=True)
        height = LONE if len(panels) == 1 else PANEL * len(panels)
        figure = shown_figure(ONE_COLUMN, height)
        axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for i, (panel, goal) in enumerate(zip(panels, axes, strict=True)):
            marks = spikes if i == 0 else False
            _draw(goal, run, panel, times, marks, color, labelled=i == len(panels) - 1)
        figure.align_ylabels(axes)
        axes[0].set_xlim(min(begin, end), max(begin, end))
        return axes[0] if len(panels) == 1 else axes


def _panels(run: "Trajectory", names: Names | None) -> list[tuple[str, ...]]:
    model = run.equations
    if names is None:
        names = model.spike[0] if model.spike else model.states[0]
    entries = [names] if isinstance(names, str) else list(names)
    panels = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in entries]
    if not panels or not all(panels):
        raise InvalidArgument("names must hold at least one name for each panel")
    known = [*model.states, *model.definitions]
    for panel in panels:
        for name in panel:
            if name not in known:
                raise UnknownName(name, f"a state or definition of {model.name}", known)
    return panels


def _span(run: "Trajectory", between: tuple[float, float] | None) -> tuple[float, float]:
    first, last = sorted((float(run.t[0]), float(run.t[-1])))
    if between is None:
        return first, last
    begin, end = (float(edge) for edge in between)
    if not (first <= begin < end <= last):
        raise InvalidArgument(
            f"between=({begin:g}, {end:g}) must rise and lie in the run's time, "
            f"{first:g} to {last:g}"
        )
    return begin, end


def _draw(
    ax: Axes,
    run: "Trajectory",
    names: tuple[str, ...],
    times: np.ndarray,
    spikes: bool | float,
    color: str | None,
    labelled: bool,
) -> Axes:
    model = run.equations
    for name in names:
        values = run(times, name)
        style: dict[str, Any] = {"color": color} if color and len(names) == 1 else {}
        if model.kind == "map":
            style |= {"marker": "o", "linewidth": 0.5}
        ax.plot(*thinned(times, values), label=symbol(name), **style)
    if len(names) == 1:
        ax.set_ylabel(axis_label(model, names[0], room=_height(ax)))
    else:
        units = {printed_unit(model.units.get(name, "")) for name in names}
        shared = units.pop() if len(units) == 1 else ""
        ax.set_ylabel(with_unit(", ".join(map(symbol, names)), shared))
        above = dict(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1)
        ax.legend(ncols=len(names), columnspacing=1.2, **above)
    if labelled:
        ax.set_xlabel(time_label(model))
    _mark_spikes(ax, run, names[0], (times[0], times[-1]), spikes)
    return ax


def _height(ax: Axes) -> float:
    """The height of the axes in inches, before the layout takes its share."""
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return float(inches.height)


def _mark_spikes(
    ax: Axes, run: "Trajectory", name: str, span: tuple[float, float], spikes: bool | float
) -> None:
    if spikes is False:
        return
    shown = run.spikes[(run.spikes >= span[0]) & (run.spikes <= span[1])]
    if spikes is True:
        # x in data, y in the height of the axes: just above them.
        where = ax.get_xaxis_transform()
        ax.plot(shown, np.full(len(shown), 1.02), "|", transform=where, color=BLACK, clip_on=False)
    elif len(shown):
        before = run(np.nextafter(shown, -np.inf), name)
        ax.vlines(shown, before, float(spikes), color=ax.lines[-1].get_color(), linewidth=1.0)
