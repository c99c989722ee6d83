"""A scaling check drawn: simulated firing over the distance from its onset, the law over it."""

import numpy as np
from matplotlib.axes import Axes

from ..analysis.onset_law import HERTZ
from ..analysis.scaling_check import ScalingCheck
from ..dynamics.errors import InvalidArgument
from .labels import printed_unit, with_unit
from .plot_frequency_current import frequency_label
from .style import BLUE, MILLIMETRE, ONE_COLUMN, house_style, shown_figure

HEIGHT = 58 * MILLIMETRE
POINTS = 200
WIDER = 1.6  # than the distances: the law's line


def plot_scaling(
    check: ScalingCheck,
    *,
    residual: bool = False,
    color: str = BLUE,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what was simulated (dots) over the distance of the drive from the onset, on the axes on
    which the derived law (line) is straight.

    check
        what `check_scaling` returns
    residual
        True draws by how much each run departs from the law's leading term, in parts of it
    color, label
        of this check, where several go on one Axes

    The frequency for a square root law and the departure from the onset's frequency at a fold of
    cycles are logarithmic against logarithmic, so is the amplitude at a Hopf point; the period
    near a homoclinic orbit over a logarithmic distance. Nothing drawn as a line is fitted, but for
    the constant that a logarithm is measured from.

    >>> import rheobase as rb
    >>> ax = rb.plot_scaling(rb.check_scaling(rb.models.theta()))
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    if not isinstance(check, ScalingCheck):
        raise InvalidArgument(f"plot_scaling draws what check_scaling returns, not {check!r}")
    if not len(check.distances):
        raise InvalidArgument(f"nothing was simulated, so there is nothing to draw: {check.reason}")
    d = check.distances
    fine = np.geomspace(d.min() / WIDER, d.max() * WIDER, POINTS)
    shown, law, words = measured(check, d), derived(check, d, fine), axis_words(check)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        ax.set_xscale("log")
        if residual:
            off = np.abs(shown / derived(check, d, d) - 1)
            ax.plot(d, off, "o-", color=color, linewidth=0.6, markersize=2.8, label=label)
            ax.set_yscale("log")
            words = "departure from the law"
        else:
            ax.plot(fine, law, color=color, linewidth=0.9, zorder=2)
            ax.plot(d, shown, "o", color=color, markersize=2.8, label=label, zorder=3)
            ax.set_yscale("linear" if check.law.kind == "logarithmic" else "log")
        unit = check.model.units.get(check.parameter)
        ax.set_xlabel(with_unit("distance from the onset $d$", unit))
        ax.set_ylabel(words)
        if label is not None:
            ax.legend(loc="best")
    return ax


def scale(check: ScalingCheck) -> float:
    """Hz where the unit of time is known."""
    return HERTZ.get(check.model.time_unit or "", 1.0)


def measured(check: ScalingCheck, d: np.ndarray) -> np.ndarray:
    """What is drawn as dots."""
    law = check.law
    if law.kind == "square root":
        return scale(check) * check.frequencies
    if law.kind == "logarithmic":
        return 1 / check.frequencies
    if "growth" in law.constants:
        return check.swings / 2
    return scale(check) * np.abs(check.frequencies - law["f0"])


def derived(check: ScalingCheck, d: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The law's leading term; the constant of a logarithm is read off the nearest run."""
    law, first = check.law, check.model.states[0]
    if law.kind == "square root":
        return scale(check) * law["s"] * np.sqrt(at)
    if law.kind == "logarithmic":
        near = int(np.argmin(d))
        c = 1 / check.frequencies[near] + law["k"] * np.log(d[near])
        return c - law["k"] * np.log(at)
    if "growth" in law.constants:
        return law.constants.get(f"amplitude of {first}", np.nan) * np.sqrt(at)
    return scale(check) * abs(law.constants.get("f1", np.nan)) * np.sqrt(at)


def axis_words(check: ScalingCheck) -> str:
    """The label of the ordinate."""
    model = check.model
    if check.law.kind == "square root":
        return frequency_label(model)
    if check.law.kind == "logarithmic":
        return with_unit("period $T$", model.time_unit)
    if "growth" in check.law.constants:
        return with_unit("amplitude", model.units.get(model.states[0]))
    unit = "Hz" if scale(check) != 1.0 else printed_unit(f"1/{model.time_unit or ''}")
    return with_unit("$|f - f_0|$", unit if model.time_unit else "")
