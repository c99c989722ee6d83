"""A run on a machine beside the same steps in double precision, and the error."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..dynamics.errors import InvalidArgument, UnknownName
from ..hardware.machine.emulation import Emulation, SteppedRun
from .curves import thinned
from .labels import axis_label, printed_unit, symbol, time_label, with_unit
from .style import BLACK, MILLIMETRE, ONE_COLUMN, VERMILION, house_style, shown_figure

HEIGHT = 80 * MILLIMETRE


def plot_emulation(
    machine: "Emulation",
    name: str | None = None,
    *,
    ax: Axes | None = None,
    between: tuple[float, float] | None = None,
) -> Any:
    """Draw a state of a run on a machine over the same steps in double precision, and below them
    the difference.

    Returns the two Axes, whose figure is `[0].figure`; with `ax`, the runs are drawn there without
    the difference, and it is returned.

    name
        the state or definition; the spiking variable if not given
    between
        the part of time that is shown

    >>> import rheobase as rb
    >>> machine = rb.emulate(rb.models.izhikevich().replace(I=10), until=100)
    >>> runs, error = rb.plot_emulation(machine)
    >>> error.get_xlabel()
    'time (ms)'
    >>> runs.figure.savefig("machine.pdf")
    """
    if not isinstance(machine, Emulation):
        raise InvalidArgument(f"plot_emulation draws what emulate returns, not {machine!r:.60}")
    model = machine.model
    if name is None:
        name = model.spike[0] if model.spike else model.states[0]
    known = [*model.states, *model.definitions]
    if name not in known:
        raise UnknownName(name, f"a state or definition of {model.name}", known)
    end = float(machine.t[-1] or machine.double.t[-1])  # the machine may have made no step
    begin, end = (float(machine.t[0]), end) if between is None else between
    with house_style():
        if ax is not None:
            draw_runs(ax, machine, name, begin, end)
            ax.set_xlabel(time_label(model))
            return ax
        figure = shown_figure(ONE_COLUMN, HEIGHT)
        axes = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        draw_runs(axes[0], machine, name, begin, end)
        rows = min(len(machine.t), len(machine.double.t))
        error = machine[name][:rows] - machine.double[name][:rows]
        inside = (machine.t[:rows] >= begin) & (machine.t[:rows] <= end)
        axes[1].plot(*thinned(machine.t[:rows][inside], error[inside]), color=VERMILION)
        axes[1].axhline(0, color=BLACK, linewidth=0.5)
        axes[1].set_xlabel(time_label(model))
        unit = model.units.get(name, "")
        axes[1].set_ylabel(with_unit(f"error of {symbol(name)}", printed_unit(unit)))
        axes[0].set_xlim(begin, end)
        figure.align_ylabels(axes)
        return axes


def draw_runs(ax: Axes, machine: "Emulation", name: str, begin: float, end: float) -> None:
    """Both runs, their names, the label of the axis."""
    draw(ax, machine.double, name, begin, end, BLACK, "double precision")
    draw(ax, machine, name, begin, end, VERMILION, f"{machine.word.name}, {machine.word.rounding}")
    ax.set_ylabel(axis_label(machine.model, name))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)  # clear of spikes


def draw(
    ax: Axes, run: "SteppedRun", name: str, begin: float, end: float, color: str, label: str
) -> None:
    inside = (run.t >= begin) & (run.t <= end)
    x, y = thinned(run.t[inside], np.asarray(run[name])[inside])
    ax.plot(x, y, color=color, label=label, linewidth=0.9)
