"""A study of precision: onset and class, rates, spike times and the dead zone by word length."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..dynamics.errors import InvalidArgument
from ..hardware.precision.bits import kept, lag_of, onset_of, rate_error, true_onset
from ..hardware.precision.study import Precision
from .labels import printed_unit, with_unit
from .style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    ORANGE,
    PURPLE,
    TWO_COLUMNS,
    VERMILION,
    house_style,
    letter_panels,
    shown_figure,
)

HEIGHT = 110 * MILLIMETRE
LOOKS = {
    "floor": (BLUE, "o"),
    "nearest": (GREEN, "s"),
    "stochastic": (VERMILION, "D"),
    "nearest-even": (PURPLE, "^"),
    "zero": (ORANGE, "v"),
}
ALONE = "constants alone"
APART = 0.12  # bits between the markers of two roundings
BESIDE = 0.5  # bits, left of the first and right of the last word


def plot_precision(study: "Precision", *, ax: Axes | None = None) -> Any:
    """Draw a study of precision by the bits behind the point.

    Returns four Axes: by how much the onset is off (filled: the class is kept; open triangles at
    the top: silent in the whole range), the largest error
    of a rate, the largest lag of the n-th spike, the width of the dead zone (lines: predicted;
    open: not all of it was searched). With `ax` the onsets alone are drawn there, and it is
    returned.

    Grey crosses are the word's constants alone, in double precision. Axes of errors are linear
    next to 0 and logarithmic beyond. Words that are silent where the exact neuron fires have no
    error of a rate to show.

    >>> import rheobase as rb
    >>> study = rb.precision(rb.models.leaky(), "I", [10, 15], range=(1, 2), currents=[1.9])
    >>> onset, rates, lag, zone = rb.plot_precision(study)
    >>> zone.get_xlabel()
    'bits behind the point'
    """
    if not isinstance(study, Precision):
        raise InvalidArgument(f"plot_precision draws what precision returns, not {study!r:.60}")
    with house_style():
        if ax is not None:
            draw_onsets(ax, study)
            ax.set_xlabel("bits behind the point")
            ax.legend(loc="best")
            return ax
        figure = shown_figure(TWO_COLUMNS, HEIGHT)
        panels = figure.subplots(2, 2, sharex=True)
        onset, rates, lag, zone = panels.flat
        draw_onsets(onset, study)
        draw_errors(rates, study, rate_error, 100.0, 0.1)
        rates.set_ylabel("largest error of a rate (%)")
        draw_errors(lag, study, lag_of, 1.0, study.question.step)
        rates.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)
        unit = printed_unit(study.model.time_unit or "")
        lag.set_ylabel(with_unit(f"largest lag of spike {study.question.spikes}", unit))
        draw_zones(zone, study)
        for panel in panels[1]:
            panel.set_xlabel("bits behind the point")
        for panel in panels.flat:
            panel.set_xticks([word.fraction for word in study.words])
        letter_panels(*panels.flat)
        return tuple(panels.flat)


def shifts(study: Precision) -> dict[str, float]:
    """Markers of several roundings stand beside one another."""
    middle = 0.5 * (len(study.roundings) - 1)
    return {rounding: APART * (i - middle) for i, rounding in enumerate(study.roundings)}


def draw_onsets(ax: Axes, study: Precision) -> None:
    """Onsets beside the exact one, with their spread; filled where the class is kept."""
    exact = true_onset(study)
    if exact is None:
        ax.text(0.5, 0.5, "no exact onset", transform=ax.transAxes, ha="center", color=GREY)
        return
    ax.axhline(0, color=BLACK, linewidth=0.6, zorder=1)
    alone = [
        (row.word.fraction, value - exact)
        for row in study.constants
        if row.word and (value := onset_of(study, row)) is not None
    ]
    ax.plot(*columns(alone), "x", color=GREY, label=ALONE, zorder=5)
    for rounding, shift in shifts(study).items():
        color, marker = LOOKS[rounding]
        rows = [r for r in study.rows if r.word.rounding == rounding and r.onset.value is not None]
        x = np.array([row.word.fraction + shift for row in rows])
        y = np.array([row.onset.value for row in rows], dtype=float) - exact
        ends = np.array([ends_of(row) for row in rows]).reshape(-1, 2) - exact
        ax.vlines(x, ends[:, 0], ends[:, 1], color=color, linewidth=0.8, zorder=3)
        ax.plot([], [], marker, color=color, label=rounding)
        for row, place, value in zip(rows, x, y, strict=True):
            same = kept(study, row, "class", None) is True
            ax.plot(place, value, marker, color=color, mfc=color if same else "white", zorder=4)
        still = [
            row.word.fraction + shift
            for row in study.rows
            if row.word.rounding == rounding and row.onset.value is None and not row.refused
        ]
        top = ax.get_xaxis_transform()
        ax.plot(still, [0.96] * len(still), "^", color=color, mfc="white", transform=top, zorder=4)
    ax.set_yscale("symlog", linthresh=study.question.tolerance)
    bits = [word.fraction for word in study.words]
    room = max(BESIDE, 0.05 * (max(bits) - min(bits)))
    ax.set_xlim(min(bits) - room, max(bits) + room)
    unit = printed_unit(study.model.units.get(study.parameter, ""))
    ax.set_ylabel(with_unit(f"onset in ${study.parameter}$, off by", unit))


def ends_of(row) -> tuple[float, float]:
    """The least and the largest onset of the seeds."""
    found = [onset.value for onset in row.onsets if onset.value is not None]
    return min(found), max(found)


def draw_errors(ax: Axes, study: Precision, error, scale: float, linear: float) -> None:
    """An error by word, on an axis that is linear up to a value and logarithmic beyond."""
    alone = [(row.word.fraction, scale * error(study, row)) for row in study.constants if row.word]
    lanes = [(ALONE, GREY, "x", 0.0, alone)]
    for rounding, shift in shifts(study).items():
        rows = [r for r in study.rows if r.word.rounding == rounding and not r.refused]
        points = [(row.word.fraction, scale * error(study, row)) for row in rows]
        lanes.append((rounding, *LOOKS[rounding], shift, points))
    for name, color, marker, shift, points in lanes:
        x, y = columns([(x, y) for x, y in points if np.isfinite(y)])
        front = 5 if name == ALONE else 4
        ax.plot(x + shift, y, marker, color=color, ls="-", linewidth=0.5, label=name, zorder=front)
    ax.set_yscale("symlog", linthresh=linear)
    ax.set_ylim(-0.2 * linear, 1.5 * ax.get_ylim()[1])


def draw_zones(ax: Axes, study: Precision) -> None:
    """The widths of the dead zone in the first state: measured, predicted."""
    first = study.model.states[0]
    drawn = False
    for rounding, shift in shifts(study).items():
        rows = [r for r in study.rows if r.word.rounding == rounding and r.zone is not None]
        if not rows:
            continue
        color, marker = LOOKS[rounding]
        x = np.array([row.word.fraction for row in rows])
        measured = [row.zone.measured[first] if row.zone else np.nan for row in rows]
        predicted = [row.zone.predicted[first] if row.zone else np.nan for row in rows]
        ax.plot(x + shift, measured, marker, color=color)
        part = np.array([row.zone is not None and not row.zone.complete for row in rows])
        ax.plot((x + shift)[part], np.array(measured)[part], marker, color=color, mfc="white")
        ax.plot(x, predicted, "_-", color=color, linewidth=0.6)
        drawn = True
    if drawn:
        ax.set_yscale("log")
        ax.plot([], [], "o", color=BLACK, label="measured")
        ax.plot([], [], color=BLACK, linewidth=0.6, label="predicted")
        ax.legend(loc="upper right")
    unit = printed_unit(study.model.units.get(first, ""))
    ax.set_ylabel(with_unit(f"dead zone in ${first}$", unit))


def columns(points: list) -> tuple[np.ndarray, np.ndarray]:
    """Points as two arrays; None is NaN."""
    array = np.array([[np.nan if v is None else v for v in point] for point in points], dtype=float)
    x, y = array.reshape(-1, 2).T
    return x, y
