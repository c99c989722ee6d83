"""What a bifurcation diagram consists of: curves, marks, labels, the legend, the limits."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..analysis.branch import Branch
from ..analysis.special_point import SpecialPoint
from ..dynamics.model import Model
from .branch_curves import (
    INFINITE,
    OF_CYCLES,
    Curve,
    pieces,
    runs_to_infinity,
    stable_between,
    window,
)
from .labels import LETTER, axis_label, printed_unit, with_unit
from .point_labels import Mark, PointLabels
from .style import BLACK, BLUE, GREY, PURPLE

DASHES = (0, (2.6, 1.6))
HERTZ = {"ms": 1000.0, "s": 1.0}
MARKERS = {
    "fold": "s",
    "cycle fold": "s",
    "branch point": "D",
    "cycle branch point": "D",
    "period doubling": "^",
    "flip": "^",
    "torus": "v",
    "neimark-sacker": "v",
    "homoclinic": "X",
    "snic": "X",
}
HANDLE = 0.29  # inches that an entry of the legend takes besides its letters
# A family whose period diverges is shown until it is this near to its end, as a part of the
# width, but at least for the first and at most for the second number of its shortest periods.
NEAR, PERIODS = 0.01, (6.0, 12.0)


class Drawing:
    """Axes, and what is drawn into them."""

    def __init__(self, ax: Axes, branches: list[Branch], parameter: str, y: str) -> None:
        self.ax, self.branches, self.parameter, self.y = ax, branches, parameter, y
        self.model = branches[0].model
        self.doubled = [family_of_a_doubling(branch, branches) for branch in branches]
        self.seen: set[str] = set()  # what the legend has to explain

    def values(self, branch: Branch) -> list[np.ndarray]:
        """The columns that are drawn: one, or two for the extrema of cycles."""
        if self.y in OF_CYCLES:
            return [self.of_period(branch["period"])] if branch.kind == "cycles" else []
        if branch.kind == "equilibria":
            return [branch[self.y]]
        return [branch[f"{self.y}_max"], branch[f"{self.y}_min"]]

    def of_period(self, period: Any) -> Any:
        if self.y == "period":
            return period
        with np.errstate(divide="ignore"):
            return HERTZ.get(self.model.time_unit or "", 1.0) / np.asarray(period)

    def x_limits(self) -> tuple[float, float]:
        low = min(min(branch.interval) for branch in self.branches)
        high = max(max(branch.interval) for branch in self.branches)
        margin = 0.02 * (high - low)
        return low - margin, high + margin

    def y_limits(self) -> tuple[float, float]:
        low_x, high_x = sorted(self.ax.get_xlim())
        found, diverging = [], []
        for branch in self.branches:
            x = branch[self.parameter]
            seen = (x >= low_x) & (x <= high_x)
            found += [(x[seen], values[seen]) for values in self.values(branch) if seen.any()]
            if branch.kind == "cycles" and runs_to_infinity(branch):
                diverging.append(shown_period(branch, high_x - low_x))
        if self.y == "frequency":
            top = max((float(v[np.isfinite(v)].max()) for _, v in found if len(v)), default=1.0)
            return -0.03 * top, 1.06 * top
        low, high = window(found)
        if self.y == "period":
            others = [
                float(branch["period"].max())
                for branch in self.branches
                if branch.kind == "cycles" and not runs_to_infinity(branch)
            ]
            if diverging:
                high = max([*diverging, *(1.06 * longest for longest in others)])
            return 0.0, high
        return low, high

    def curves(self) -> None:
        for branch, doubled in zip(self.branches, self.doubled, strict=True):
            for values in self.values(branch):
                for curve in pieces(branch, values):
                    self.line(curve, doubled)
        if self.y == "period":
            return
        for branch in self.branches:
            for row, point in zip(branch.special_rows, branch.special, strict=True):
                if point.kind in INFINITE:
                    # From the last computed orbit to the extrapolated value.
                    between = stable_between(branch) if len(branch) > 1 else branch.stable
                    stable = bool(between[min(row, len(between) - 1)])
                    for values in self.values(branch):
                        x, last = branch[self.parameter][row], values[row]
                        end = 0.0 if self.y == "frequency" else last
                        ahead = np.array([x, point.value]), np.array([last, end])
                        self.line(Curve(*ahead, stable, "cycles"))

    def line(self, curve: Curve, doubled: bool = False) -> None:
        color = BLACK if curve.kind == "equilibria" else PURPLE if doubled else BLUE
        style: dict[str, Any] = (
            dict(linewidth=1.2) if curve.stable else dict(linewidth=0.9, linestyle=DASHES)
        )
        if self.in_frame(curve):
            self.seen |= {curve.kind} if not doubled else {"doubled"}
            self.seen |= set() if curve.stable else {"unstable"}
        over = 3 if curve.kind == "equilibria" else 2.5 if doubled else 2
        self.ax.plot(curve.x, curve.y, color=color, zorder=over, **style)

    def in_frame(self, curve: Curve) -> bool:
        (left, right), (bottom, top) = sorted(self.ax.get_xlim()), sorted(self.ax.get_ylim())
        x, y = np.asarray(curve.x), np.asarray(curve.y)
        return bool(np.any((x >= left) & (x <= right) & (y >= bottom) & (y <= top)))

    def marks(self, marked: list[tuple[Branch, int, SpecialPoint]], words: bool) -> None:
        found: list[Mark] = []
        for branch, row, point in marked:
            if point.kind in INFINITE:
                self.ax.axvline(point.value, color=GREY, linewidth=0.6, linestyle=":", zorder=1)
            places = self.places(branch, row, point)
            for i, place in enumerate(places):
                self.ax.plot(
                    [point.value],
                    [place],
                    MARKERS.get(point.kind, "o"),
                    color=BLACK,
                    markersize=4.2 if point.kind in INFINITE else 3.2,
                    markeredgecolor="white",
                    markeredgewidth=0.3,
                    zorder=5,
                    clip_on=not (self.y == "period" and point.kind in INFINITE),
                )
                word = point.label if words and i == 0 else ""
                found.append(Mark(point.value, place, word))
        once = {mark_key(mark, self.ax): mark for mark in reversed(found)}
        PointLabels(self.ax, list(reversed(once.values())))

    def places(self, branch: Branch, row: int, point: SpecialPoint) -> list[float]:
        """Where a special point is marked; the label stands at the first place in the frame."""
        if self.y in OF_CYCLES:
            if point.kind in INFINITE:
                left, right = sorted(self.ax.get_xlim())
                if not left <= point.value <= right:
                    return []
                return [0.0 if self.y == "frequency" else max(self.ax.get_ylim())]
            if point.period is None:
                return []
            return [float(self.of_period(point.period))]
        places = [float(values[row]) for values in self.values(branch)]
        low, high = sorted(self.ax.get_ylim())
        return sorted(places, key=lambda place: not low <= place <= high)

    def legend(self) -> None:
        shown = []
        if "equilibria" in self.seen:
            name = "fixed points" if self.model.kind == "map" else "equilibria"
            shown.append(Line2D([], [], color=BLACK, linewidth=1.2, label=name))
        if "cycles" in self.seen:
            shown.append(Line2D([], [], color=BLUE, linewidth=1.2, label="cycles"))
        if "doubled" in self.seen:
            shown.append(Line2D([], [], color=PURPLE, linewidth=1.2, label="doubled"))
        if "unstable" in self.seen:
            look: dict[str, Any] = dict(color=GREY, linewidth=0.9, linestyle=DASHES)
            shown.append(Line2D([], [], label="unstable", **look))
        if not shown:
            return
        width = size_of(self.ax)[0]
        needed = sum(0.9 * LETTER * len(str(line.get_label())) + HANDLE for line in shown)
        rows = int(np.ceil(needed / (1.12 * width)))
        self.ax.legend(
            handles=shown,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=int(np.ceil(len(shown) / rows)),
            borderaxespad=0.1,
            columnspacing=0.9,
            handletextpad=0.4,
            handlelength=1.4,
            labelspacing=0.2,
        )


def shown_period(family: Branch, width: float) -> float:
    """Up to where a diverging period is shown, on axes of this width."""
    period, x = family["period"], family[family.parameter]
    least = float(period.min())
    away = np.zeros(len(x), dtype=bool)
    for point in family.special:
        if point.kind in INFINITE:
            away |= (np.abs(x - point.value) > NEAR * width) & (period > PERIODS[0] * least)
    longest = float(period[away].max()) if away.any() else 0.0
    return float(np.clip(1.1 * longest, PERIODS[0] * least, PERIODS[1] * least))


def mark_key(mark: Mark, ax: Axes) -> tuple:
    """Equal for a point that was found on two branches."""
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    where = mark.x / (high - low), mark.y / (top - bottom)
    return (mark.word, *(round(place, 6) for place in where))


def family_of_a_doubling(family: Branch, branches: list[Branch]) -> bool:
    """Whether a family of cycles begins at a period doubling of another one."""
    if family.kind != "cycles" or not len(family):
        return False
    value, period = family[family.parameter][0], family["period"][0]
    width = abs(family.interval[1] - family.interval[0])
    return any(
        abs(value - point.value) < 1e-6 * width and abs(period / (2 * point.period) - 1) < 1e-3
        for branch in branches
        if branch is not family and branch.kind == "cycles"
        for point in branch.all("period doubling")
        if point.period
    )


def y_label(model: Model, y: str, ax: Axes) -> str:
    if y == "period":
        return with_unit("period $T$", model.time_unit)
    if y == "frequency":
        if model.time_unit in HERTZ:
            return "frequency (Hz)"
        return (
            f"frequency $1/T$ ({printed_unit(model.time_unit)}⁻¹)"
            if model.time_unit
            else ("frequency $1/T$")
        )
    return axis_label(model, y, room=size_of(ax)[1])


def size_of(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes in inches, before the layout takes its share."""
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return float(inches.width), float(inches.height)
