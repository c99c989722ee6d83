"""The house style: figures that can go into a paper as they are, at their printed size.

`house_style()` is a context; the global rcParams stay what they were. A `HouseFigure` also saves
itself in the style (fonts embedded as text, no dates), whatever the rcParams are by then. Colours
are those of M. Okabe and K. Ito, "Color universal design" (2008), distinct for every reader.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

MILLIMETRE = 1 / 25.4
ONE_COLUMN = 85 * MILLIMETRE
TWO_COLUMNS = 180 * MILLIMETRE

BLACK, GREY, PALE = "#000000", "#7a7a7a", "#c4c4c4"
BLUE, VERMILION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY = "#e69f00", "#56b4e9"
CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)

# The font is the one that comes with matplotlib: the same on every machine.
STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "figure.titlesize": 8.5,
    "figure.facecolor": "white",
    "figure.dpi": 150,
    "axes.facecolor": "white",
    "axes.edgecolor": BLACK,
    "axes.linewidth": 0.6,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=CYCLE),
    "axes.unicode_minus": True,
    "axes.labelpad": 3.0,
    "axes.xmargin": 0.02,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.5,
    "lines.solid_joinstyle": "round",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.6,
    "ytick.major.size": 2.6,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.borderaxespad": 0.3,
    "savefig.dpi": 300,
    "savefig.facecolor": "white",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "rheobase",
}
# Without these, two builds of the same figure differ by a date.
UNDATED = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}
LAYOUT_PASSES = 8


def house_style() -> AbstractContextManager:
    """The style as a context; on leaving it the rcParams are as before."""
    return matplotlib.rc_context(STYLE)


class HouseFigure(Figure):
    """A figure that is saved in the house style, also outside `house_style()`."""

    def savefig(self, fname, **settings) -> None:
        """Write the figure: fonts as text, undated, the same bytes each time."""
        form = settings.get("format") or Path(str(fname)).suffix.lstrip(".").lower()
        if form in UNDATED:
            settings["metadata"] = UNDATED[form] | (settings.get("metadata") or {})
        with house_style():
            engine = self.get_layout_engine()
            self._settle()
            # All formats share the layout found at the figure's own resolution.
            self.set_layout_engine("none")
            try:
                super().savefig(fname, **settings)
            finally:
                self.set_layout_engine(engine)

    def _settle(self) -> None:
        """Lay out until nothing moves: each pass starts from the last one's places."""
        for _ in range(LAYOUT_PASSES):
            before = [ax.get_position().bounds for ax in self.axes]
            self.draw_without_rendering()
            if before == [ax.get_position().bounds for ax in self.axes]:
                break


def new_figure(width: float = ONE_COLUMN, height: float = 60 * MILLIMETRE) -> HouseFigure:
    """An empty figure of this size in inches, laid out so that nothing is cut; not in pyplot."""
    return HouseFigure(figsize=(width, height), layout="constrained")


def shown_figure(width: float = ONE_COLUMN, height: float = 60 * MILLIMETRE) -> HouseFigure:
    """The same as a figure of pyplot, which notebooks and windows show."""
    from matplotlib import pyplot

    return pyplot.figure(FigureClass=HouseFigure, figsize=(width, height), layout="constrained")


def letter_panels(*panels: Axes) -> None:
    """Write A, B, C, ... at the upper left corners, outside the panels."""
    for letter, ax in zip("ABCDEFGHIJKL", panels, strict=False):
        ax.set_title(letter, loc="left", fontweight="bold", fontsize=9, x=0.0, pad=4)
