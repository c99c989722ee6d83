"""Axes of a picture of a sweep: labels that fit, ticks at the values where there are few."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator

from ..dynamics.model import Model
from .labels import axis_label

EVEN = 1e-6
NARROW, WIDE = 5.0, 200.0  # ratios of the ends of a logarithmic axis
SEVERAL = 3  # up to so many values are ticks themselves
APART = 0.12  # of the axis: ticks nearer to each other would touch
STEPS = (1, 2, 2.5, 5, 10)
NUMBERS_X, NUMBERS_Y = 6, 7  # intervals at most
FREE = 0.95  # of an axis that its label may fill


def label_axis(ax: Axes, model: Model, name: str, line: XAxis | YAxis) -> None:
    """The label of an axis of the grid, without its meaning where that would be cut."""
    line.set_label_text(axis_label(model, name))
    box = line.label.get_window_extent()
    length, room = (
        (box.height, ax.bbox.height) if line.axis_name == "y" else (box.width, ax.bbox.width)
    )
    if length > FREE * room:
        line.set_label_text(axis_label(model, name, room=0.0))


def tick_values(line: XAxis | YAxis, values: np.ndarray) -> None:
    """Scale and ticks of an axis of the grid with these values."""
    if is_geometric(values):
        line.axes.set(**{f"{line.axis_name}scale": "log"})
        plain_decades(line, values.max() / values.min())
    elif len(values) <= SEVERAL and well_apart(values):
        line.set_major_locator(FixedLocator(np.unique(values).tolist()))
        line.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    else:
        most = NUMBERS_X if line.axis_name == "x" else NUMBERS_Y
        line.set_major_locator(MaxNLocator(most, steps=STEPS))


def well_apart(values: np.ndarray) -> bool:
    """Whether numbers at these values don't touch."""
    steps = np.diff(np.unique(values))
    return not steps.size or bool(steps.min() >= APART * steps.sum())


def whole_ticks(line: XAxis | YAxis) -> None:
    """Ticks at whole numbers only."""
    line.set_major_locator(MaxNLocator(NUMBERS_Y, integer=True, steps=(1, 2, 5, 10)))


def plain_decades(line: XAxis | YAxis, ratio: float) -> None:
    """Numbers as they are said on a logarithmic axis: at 1, 2 and 5 of every decade, on a long
    axis at whole decades only."""
    digits = "25" if ratio <= WIDE else ""
    line.set_major_locator(LogLocator(numticks=NUMBERS_Y))
    line.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    line.set_minor_formatter(
        FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in tuple(digits) else "")
    )


def is_geometric(values: np.ndarray) -> bool:
    """Whether values grow by a constant factor, and not by a constant step."""
    if len(values) < 4 or not (values > 0).all() or values.max() < NARROW * values.min():
        return False
    steps, factors = np.diff(values), np.diff(np.log(values))
    return bool(np.ptp(factors) <= EVEN * abs(factors[0]) and np.ptp(steps) > EVEN * abs(steps[0]))
