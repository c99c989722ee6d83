"""Labels of special points that find their places when they are drawn.

The places depend on the size of the axes and on what they show, which is known only then; zooming
in a window or a change of limits places them anew. Marks closer together than `TOGETHER` share one
label, "LPC, 2 PD".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import IdentityTransform

from .label_placer import SPACING, placed
from .style import BLACK, GREY

TOGETHER = 3.2  # points
SIZE = 6.5
POINTS = 72.0  # an inch


@dataclass(frozen=True)
class Mark:
    """A place that carries a mark, and the word beside it ("" for a mark alone)."""

    x: float
    y: float
    word: str


class PointLabels(Artist):
    """Draws nothing itself: it moves its texts to their places before they are drawn."""

    def __init__(self, ax: Axes, marks: Sequence[Mark]) -> None:
        super().__init__()
        self.set_zorder(0.1)
        self.set_in_layout(False)
        self.home, self.marks = ax, list(marks)
        self.leaders = LineCollection([], colors=GREY, linewidths=0.4, zorder=5.5)
        self.leaders.set_transform(IdentityTransform())
        self.leaders.set_in_layout(False)
        ax.add_collection(self.leaders, autolim=False)
        self.texts = {i: self._text(mark) for i, mark in enumerate(self.marks) if mark.word}
        self._key: tuple = ()
        self._found: list[Placed] = []
        ax.add_artist(self)

    def _text(self, mark: Mark) -> Annotation:
        return self.home.annotate(
            mark.word,
            (mark.x, mark.y),
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=SIZE,
            color=BLACK,
            ha="center",
            va="center",
            zorder=6,
            in_layout=False,
        )

    def draw(self, renderer) -> None:
        """Place the texts, and set the leader lines to them."""
        ax = self.home
        scale = POINTS / figure_of(ax).dpi
        key = self._state(scale)
        if key != self._key:
            self._found, self._key = self._places(renderer, scale), key
        for text in self.texts.values():
            text.set_visible(False)
        lines = []
        for found in self._found:
            found.text.set_text(found.words)
            found.text.set_visible(True)
            found.text.set_position(tuple(found.centre - found.anchor))
            if not np.isnan(found.end[0]):
                lines.append(np.array([found.anchor, found.end]) / scale + ax.bbox.p0)
        self.leaders.set_segments(lines)

    def _state(self, scale: float) -> tuple:
        """What the places depend on."""
        ax = self.home
        drawn = (len(ax.lines), len(ax.texts), len(ax.child_axes))
        size = (round(ax.bbox.width * scale, 1), round(ax.bbox.height * scale, 1))
        return (*size, *ax.get_xlim(), *ax.get_ylim(), ax.get_xscale(), ax.get_yscale(), *drawn)

    def _places(self, renderer, scale: float) -> "list[Placed]":
        ax = self.home
        frame = (0.0, 0.0, ax.bbox.width * scale, ax.bbox.height * scale)

        def in_points(data: np.ndarray) -> np.ndarray:
            return (ax.transData.transform(data) - ax.bbox.p0) * scale

        where = in_points(np.array([(m.x, m.y) for m in self.marks], dtype=float).reshape(-1, 2))
        shown = [i for i, place in enumerate(where) if inside(place, frame)]
        lettered = [i for i in shown if i in self.texts]
        found: list[tuple[Annotation, str, np.ndarray]] = []
        for group in grouped(where[lettered]):
            members = [lettered[g] for g in group]
            away = np.hypot(*(where[members] - where[members].mean(axis=0)).T)
            first = members[int(np.argmin(away))]
            words = together([self.marks[i].word for i in members])
            found.append((self.texts[first], words, where[first]))
        if not found:
            return []
        sizes = np.array([size_of(text, words, renderer) for text, words, _ in found]) * scale
        lines = [
            (
                line.get_transform().transform(np.column_stack(line.get_data(orig=False)))
                - ax.bbox.p0
            )
            * scale
            for line in ax.lines
        ]
        centres, ends = placed(
            np.array([anchor for _, _, anchor in found]),
            sizes,
            sampled(lines, frame),
            self._boxes(renderer, scale),
            frame,
            where[shown],
        )
        return [
            Placed(*rest) for rest in zip(*zip(*found, strict=True), centres, ends, strict=True)
        ]

    def _boxes(self, renderer, scale: float) -> np.ndarray:
        """What else stands in the frame: the legend, insets, texts of others."""
        ax, own = self.home, set(self.texts.values())
        others = [text for text in ax.texts if text not in own and text.get_visible()]
        extents = [other.get_window_extent(renderer) for other in others]
        legend = ax.get_legend()
        if legend is not None:
            extents.append(legend.get_window_extent(renderer))
        extents += [box for i in ax.child_axes if (box := i.get_tightbbox(renderer)) is not None]
        corners = [np.concatenate([e.p0 - ax.bbox.p0, e.p1 - ax.bbox.p0]) for e in extents]
        return np.array(corners).reshape(-1, 4) * scale


@dataclass(frozen=True)
class Placed:
    """A text with its place; all in points from the lower left corner of the axes."""

    text: Annotation
    words: str
    anchor: np.ndarray
    centre: np.ndarray
    end: np.ndarray


def figure_of(ax: Axes) -> Figure:
    """The figure at the root, of a panel in a subfigure too."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def size_of(text: Annotation, words: str, renderer) -> tuple[float, float]:
    """Width and height of the text in pixels with these words."""
    text.set_visible(True)
    text.set_text(words)
    extent = text.get_window_extent(renderer)
    return extent.width, extent.height


def inside(place: np.ndarray, frame: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = frame
    x, y = place
    return bool(left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1)


def grouped(places: np.ndarray) -> list[list[int]]:
    """Which places lie together, in the order of their first members."""
    groups: list[list[int]] = []
    for i, place in enumerate(places):
        near = [
            group
            for group in groups
            if min(np.hypot(*(places[j] - place)) for j in group) < TOGETHER
        ]
        merged = sorted([i, *(j for group in near for j in group)])
        groups = [group for group in groups if group not in near] + [merged]
    return sorted(groups)


def together(words: Sequence[str]) -> str:
    """Several labels as one.

    >>> together(["LPC", "PD", "PD"])
    'LPC, 2 PD'
    """
    counts = Counter(words)
    return ", ".join(word if n == 1 else f"{n} {word}" for word, n in counts.items())


def sampled(lines: Sequence[np.ndarray], frame: tuple[float, float, float, float]) -> np.ndarray:
    """Samples of lines about a point apart, as far as they lie in the frame."""
    left, bottom, right, top = frame
    low, high = np.array([left, bottom]) - 2, np.array([right, top]) + 2
    found = [np.zeros((0, 2))]
    for line in lines:
        line = line[np.isfinite(line).all(axis=1)]
        if len(line) < 2:
            continue
        a, b = line[:-1], line[1:]
        crosses = (np.maximum(a, b) >= low).all(axis=1) & (np.minimum(a, b) <= high).all(axis=1)
        for p, q in zip(a[crosses], b[crosses], strict=True):
            count = int(np.clip(np.hypot(*(q - p)) / SPACING, 1, 2000)) + 1
            found.append(p + np.linspace(0, 1, count)[:, None] * (q - p))
    samples = np.concatenate(found)
    kept = ((samples >= low) & (samples <= high)).all(axis=1)
    return samples[kept]
