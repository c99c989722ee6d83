"""Curves of bifurcations in the plane of two parameters."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..analysis.bifurcation_curves import BifurcationCurves
from ..analysis.branch import Branch, matching
from ..analysis.excitability_map import ExcitabilityMap
from ..dynamics.errors import InvalidArgument, UnknownName
from .labels import axis_label
from .plot_bifurcation_diagram import edges_of
from .point_labels import Mark, PointLabels
from .region_drawing import draw_regions
from .smooth_curve import through
from .style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    ONE_COLUMN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    house_style,
    shown_figure,
)

HEIGHT = 66 * MILLIMETRE
BETWEEN = 8
NEUTRAL: dict[str, Any] = dict(color=GREY, linewidth=0.7, linestyle=":")
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "fold": ("fold", dict(color=BLUE)),
    "flip": ("flip", dict(color=PURPLE)),
    "hopf": ("Hopf", dict(color=VERMILION)),
    "neimark-sacker": ("Neimark-Sacker", dict(color=ORANGE)),
    "cycle fold": ("cycle fold", dict(color=GREEN)),
    "period doubling": ("period doubling", dict(color=PURPLE)),
    "torus": ("torus", dict(color=ORANGE)),
    "homoclinic": ("homoclinic", dict(color=BLACK)),
    "snic": ("SNIC", dict(color=SKY, linewidth=3.2)),
}
Box = Mapping[str, tuple[float, float]]


def plot_two_parameter(
    curves: "Branch | Sequence[Branch] | BifurcationCurves | ExcitabilityMap",
    *,
    box: Box | None = None,
    labels: bool | Sequence[str] = True,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw curves of bifurcations over the plane of their two parameters.

    curves
        what `continue_bifurcation` returns, one or several over the same plane, or what
        `bifurcation_set` or `excitability_map` returns; the regions of a map are tinted
    box
        the part that is shown, ``dict(I=(0, 100), g_K=(5, 60))``; one of them is enough
    labels
        False writes no labels; a list of kinds or labels marks only those points
    legend
        False leaves it out

    Each kind has its colour. A curve of Hopf points is drawn full where the bifurcation is
    supercritical, dashed where it is subcritical, and dotted grey where it has become one of
    neutral saddles beyond a Bogdanov-Takens point, which is no bifurcation.

    >>> import rheobase as rb
    >>> cusp = rb.Model("cusp", "x' = b1 + b2*x - x^3", parameters=dict(b1=-1, b2=1),
    ...                 start=dict(x=-1))
    >>> fold = rb.continue_equilibria(cusp, "b1", (-1, 1)).first("fold")
    >>> curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    >>> rb.plot_two_parameter(curve).get_xlabel()
    '$b_{1}$'
    """
    regions = curves if isinstance(curves, ExcitabilityMap) else None
    found = checked(curves)
    plane = found[0].plane if regions is None else regions.plane
    first, second = plane
    limits = limits_of(box, [plane] if regions else [curve.plane for curve in found])
    with house_style():
        if ax is None:
            ax = shown_figure(ONE_COLUMN, HEIGHT).add_subplot()
        ax.set_xlim(limits[first])
        ax.set_ylim(limits[second])
        areas = [] if regions is None else draw_regions(ax, regions)
        seen: dict[str, Line2D] = {}
        for curve in found:
            draw_curve(ax, curve, (first, second), seen)
        mark(ax, found, (first, second), labels)
        if legend and (seen or areas):
            handles = [*areas, *(seen[name] for name in sorted(seen, key=rank))]
            place = dict(loc="upper left", bbox_to_anchor=(1.0, 1.0)) if areas else dict(loc="best")
            ax.legend(handles=handles, handlelength=1.6, **place)
        model = found[0].model if regions is None else regions.model
        ax.set_xlabel(axis_label(model, first))
        ax.set_ylabel(axis_label(model, second))
    return ax


def rank(name: str) -> tuple[bool, str]:
    """The legend's order: neutral saddles, no bifurcation, come last."""
    return name == "neutral saddle", name


def checked(
    curves: "Branch | Sequence[Branch] | BifurcationCurves | ExcitabilityMap",
) -> list[Branch]:
    if isinstance(curves, ExcitabilityMap):
        return list(curves.curves.curves)
    if isinstance(curves, BifurcationCurves):
        curves = curves.curves
    found = [curves] if isinstance(curves, Branch) else list(curves)
    if not found:
        raise InvalidArgument("there is no curve to draw")
    for curve in found:
        if not isinstance(curve, Branch) or not curve.plane:
            raise InvalidArgument(
                f"plot_two_parameter draws what continue_bifurcation returns, not {curve!r}"
            )
        if set(curve.plane) != set(found[0].plane):
            raise InvalidArgument(
                f"the curves must lie in one plane, not in those of {', '.join(found[0].plane)} "
                f"and of {', '.join(curve.plane)}"
            )
    return found


def limits_of(box: Box | None, planes: Sequence[Box]) -> dict[str, tuple[float, float]]:
    """What is asked for, or what all boxes cover."""
    names = list(planes[0])
    for name in box or {}:
        if name not in names:
            raise UnknownName(name, "an axis of this drawing", names)
    found = {}
    for name in names:
        ends = np.array([plane[name] for plane in planes])
        found[name] = float(ends[:, 0].min()), float(ends[:, 1].max())
        if box and name in box:
            found[name] = edges_of(name, box[name])
    return found


def draw_curve(ax: Axes, curve: Branch, names: tuple[str, str], seen: dict[str, Line2D]) -> None:
    x, y = (curve[name] for name in names)
    word, look = LOOKS[curve.kind]
    for part, extra, name in parts(curve, word):
        if part.stop - part.start < 2:
            continue
        fine = through(x[part], y[part], BETWEEN)
        style = {"linewidth": 1.2, **look, **extra}
        ax.plot(*fine, zorder=2 if curve.kind != "snic" else 1.5, **style)
        if name not in seen:
            seen[name] = Line2D([], [], label=name, **style)


def parts(curve: Branch, word: str) -> list[tuple[slice, dict[str, Any], str]]:
    """Runs of rows that look the same: all of them, or those between a Hopf curve's changes."""
    everything = slice(0, len(curve))
    if curve.kind != "hopf" or "l1" not in curve.columns:
        return [(everything, {}, word)]
    l1 = curve["l1"]
    look = np.where(np.isnan(l1), 0, np.where(l1 > 0, 1, 2))
    between = look[:-1].copy()
    for i, (a, b) in enumerate(pairwise(look)):
        special = i in curve.special_rows
        between[i] = b if special else a
    styles = {
        0: (NEUTRAL, "neutral saddle"),
        1: (dict(linestyle=(0, (2.6, 1.6))), "Hopf, subcritical"),
        2: ({}, "Hopf, supercritical"),
    }
    cuts = [0, *(np.flatnonzero(np.diff(between)) + 1), len(between)]
    return [
        (slice(int(a), int(b) + 1), *styles[int(between[a])]) for a, b in pairwise(cuts) if b > a
    ]


def mark(
    ax: Axes, curves: Sequence[Branch], names: tuple[str, str], labels: bool | Sequence[str]
) -> None:
    """The points of codimension two; one that two curves have counts once."""
    first, second = names
    points = [point for curve in curves for point in curve.special]
    if not isinstance(labels, bool):
        wanted = [labels] if isinstance(labels, str) else list(labels)
        for kind in wanted:
            matching(points, kind)  # an unknown kind raises here
        points = [point for point in points if {point.kind, point.label} & set(wanted)]
    width, height = np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())
    once = {}
    for point in points:
        x, y = point.parameters[first], point.parameters[second]
        once[point.label, round(1e4 * x / width), round(1e4 * y / height)] = x, y, point.label
    look: dict[str, Any] = dict(color=BLACK, markersize=3.4, zorder=5)
    look |= dict(markeredgecolor="white", markeredgewidth=0.3)
    for x, y, _ in once.values():
        ax.plot([x], [y], "o", **look)
    PointLabels(
        ax, [Mark(x, y, word if labels is not False else "") for x, y, word in once.values()]
    )
