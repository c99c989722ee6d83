"""Frequency against drive: the branch as a line, simulation as dots, the law near the onset."""

import numpy as np
from matplotlib.axes import Axes

from ..analysis.excitability import Excitability
from ..analysis.frequency_current import FrequencyCurve
from ..analysis.onset_law import HERTZ, OnsetLaw
from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from .branch_curves import INFINITE, pieces
from .labels import axis_label, printed_unit
from .style import BLACK, BLUE, GREY, MILLIMETRE, ONE_COLUMN, VERMILION, house_style, shown_figure

HEIGHT = 58 * MILLIMETRE
ABOVE = 1.1  # the greatest frequency drawn, to which the law is drawn
LAW_OVER = 0.35  # of the drawn range beyond the onset, in which the law is drawn
POINTS = 300
DASHES = (0, (4, 2))


def plot_frequency_current(
    curve: "FrequencyCurve | Excitability",
    law: "OnsetLaw | Excitability | None" = None,
    *,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw frequency over drive.

    curve
        what `frequency_current` returns, or a verdict of `classify_excitability`: the stable cycles
        of its diagram, the periods that were simulated for it, and its law
    law
        a law (or a verdict, for its law) to draw near the onset, dashed
    legend
        False leaves it out

    The line is the branch of stable cycles (0 where the model rests), dots are simulated
    frequencies; a grey line marks where rest is lost. Frequencies are in Hz where the model's unit
    of time is known.

    >>> import rheobase as rb
    >>> verdict = rb.classify_excitability(rb.models.morris_lecar("snic"), "I", (0, 100))
    >>> ax = rb.plot_frequency_current(verdict)
    >>> ax.get_ylabel()
    'frequency $f$ (Hz)'
    """
    if not isinstance(curve, FrequencyCurve | Excitability):
        raise InvalidArgument(
            "plot_frequency_current draws a frequency curve or a verdict of "
            f"classify_excitability, not {curve!r}"
        )
    threshold = None
    if isinstance(curve, Excitability) and law is None:
        law = curve
    if isinstance(law, Excitability):
        threshold, law = law.threshold, law.onset_law
    if not (law is None or isinstance(law, OnsetLaw)):
        raise InvalidArgument(f"law is a law or a verdict of classify_excitability, not {law!r}")
    model, name = curve.model, curve.parameter
    unit = HERTZ.get(model.time_unit or "", 1.0)
    lines, dots = from_verdict(curve) if isinstance(curve, Excitability) else from_curve(curve)
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        for i, (x, f) in enumerate(lines):
            label = "stable firing" if i == 0 else None
            ax.plot(x, unit * f, color=BLUE, linewidth=1.2, label=label, zorder=2)
        if law is not None and law.kind != "none":
            reach = LAW_OVER * reached(lines, dots, law)
            x = law.at + law.side * np.linspace(0, 1, POINTS) ** 2 * reach
            drawn = law.frequency(x)
            seen = np.isfinite(drawn) & (drawn <= ABOVE * highest(lines, dots))
            x, drawn = x[: seen.argmin() or None], drawn[: seen.argmin() or None]
            told = {"square root": "square root law", "logarithmic": "logarithmic law"}
            label = told.get(law.kind, "law at the onset")
            ax.plot(
                x,
                unit * drawn,
                color=VERMILION,
                linestyle=DASHES,
                linewidth=1.0,
                label=label,
                zorder=3,
            )
        if len(dots[0]):
            ax.plot(
                dots[0],
                unit * dots[1],
                "o",
                color=BLACK,
                markersize=2.8,
                label="simulated",
                zorder=4,
            )
        if threshold is not None:
            ax.axvline(threshold, color=GREY, linewidth=0.6, zorder=0)
        ax.set_xlabel(axis_label(model, name))
        ax.set_ylabel(frequency_label(model))
        top = unit * highest(lines, dots)
        ax.set_ylim(-0.03 * top, 1.1 * top)
        if legend and ax.get_legend_handles_labels()[0]:
            ax.legend(loc="best")
    return ax


def frequency_label(model: Model) -> str:
    """The label of the frequency's axis."""
    if (model.time_unit or "") in HERTZ:
        return "frequency $f$ (Hz)"
    unit = printed_unit(f"1/{model.time_unit}") if model.time_unit else ""
    return f"frequency $f$ ({unit})" if unit else "frequency $f$"


Points = tuple[np.ndarray, np.ndarray]


def from_curve(curve: FrequencyCurve) -> tuple[list[Points], Points]:
    """The branch's frequencies in order of the drive, broken where nothing is known; and dots."""
    order = np.argsort(curve.values)
    x, f, s = (column[order] for column in (curve.values, curve.frequency, curve.simulated))
    known = np.isfinite(s)
    return [(x, f)], (x[known], s[known])


def from_verdict(verdict: Excitability) -> tuple[list[Points], Points]:
    """The stable cycles of a verdict's diagram, and the frequencies simulated for it."""
    lines = []
    diagram = verdict.diagram
    for branch in () if diagram is None else diagram.cycles:
        frequency = 1 / branch["period"]
        found = [piece for piece in pieces(branch, frequency) if piece.stable]
        lines += [(piece.x, piece.y) for piece in found]
        for row, point in zip(branch.special_rows, branch.special, strict=True):
            if point.kind in INFINITE and branch.stable[row]:
                x = branch[branch.parameter][row]
                lines.append((np.array([x, point.value]), np.array([frequency[row], 0.0])))
    nothing = np.zeros(0)
    simulated, law = verdict.simulated, verdict.onset_law
    if simulated is None or not simulated.periods:
        return lines, (nothing, nothing)
    d = np.array(simulated.distances)
    return lines, (law.at + law.side * d, 1 / np.array(simulated.periods))


def highest(lines: list[Points], dots: Points) -> float:
    """The greatest frequency of the branch and of the simulation."""
    f = np.concatenate([dots[1], *(f for _, f in lines)])
    f = f[np.isfinite(f)]
    return float(f.max()) if len(f) and f.max() > 0 else 1.0


def reached(lines: list[Points], dots: Points, law: OnsetLaw) -> float:
    """How far beyond the onset the drawing goes."""
    x = np.concatenate([dots[0], *(x[np.isfinite(f) & (f > 0)] for x, f in lines)])
    beyond = law.side * (x - law.at)
    return float(beyond.max()) if len(beyond) and beyond.max() > 0 else 1.0
