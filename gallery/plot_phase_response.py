"""The phase response of a neuron over its cycle."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..analysis.phase_response import PhaseResponse, phase_response
from ..dynamics.model import Model
from .labels import printed_unit, symbol
from .style import GREY, MILLIMETRE, ONE_COLUMN, house_style, shown_figure

HEIGHT = 52 * MILLIMETRE


def plot_phase_response(
    response: Any,
    name: str | None = None,
    *,
    label: str | None = None,
    color: str | None = None,
    scale: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw the phase that a small kick gains, over the phase at which it comes.

    response
        what `phase_response` returns, or a cycle
    name
        the state that is kicked (the first, if not given), or a parameter that changes for a while
    label, color
        of the curve, for several on the same axes
    scale
        multiplies the curve, for instance to compare shapes

    Phase 0 is the maximum of the first state. Positive values advance the next spike.

    >>> import rheobase as rb
    >>> cycle = rb.find_limit_cycle(rb.models.morris_lecar("snic").replace(I=41))
    >>> rb.plot_phase_response(cycle).get_xlabel()
    'phase (cycles)'
    """
    if not hasattr(response, "phase"):
        response = phase_response(response)
    model = response.cycle.model
    name = model.states[0] if name is None else name
    x, y = np.asarray(response.phase), scale * np.asarray(response[name])
    if isinstance(response, PhaseResponse):
        x, y = np.append(x, 1.0), np.append(y, y[0])
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
            ax.axhline(0, color=GREY, linewidth=0.5, zorder=0)
        ax.plot(x, y, label=label, color=color)
        ax.set(xlim=(0, 1), xlabel="phase (cycles)", ylabel=response_label(model, name))
    return ax


def response_label(model: Model, name: str) -> str:
    """What is plotted, with its unit: cycles per unit of a state, or of a parameter and time."""
    unit = printed_unit(model.units.get(name, ""))
    if name in model.parameters:
        time = printed_unit(model.time_unit or "")
        unit = " ".join(part for part in (unit, time) if part)
    per = f"cycles per {unit}" if unit else "cycles per unit"
    return f"response to {symbol(name)} ({per})"
