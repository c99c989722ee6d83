"""The regions of an excitability map as areas: straight edges from one section to the next."""

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ..analysis.excitability_map import ExcitabilityMap
from ..analysis.regions import Section

TINTS = {
    "silent": "#f4f4f4",
    "class 1": "#cfe3f2",
    "class 2": "#f7d9c4",
    "firing": "#e8d5e3",
    "bistable": "#d3ecd9",
    "block": "#dadada",
    "undecided": "#ffffff",
}


def draw_regions(ax: Axes, plane: ExcitabilityMap) -> list[Patch]:
    """Fill the areas; what the legend says of them."""
    for below, above in pairwise(plane.sections):
        if below.regions == above.regions:
            fill(ax, below, above.edges, below.value, above.value)
        else:
            middle = 0.5 * (below.value + above.value)
            fill(ax, below, below.edges, below.value, middle)
            fill(ax, above, above.edges, middle, above.value, lower=above.edges)
    seen = {region for section in plane.sections for region in section.regions}
    return [
        Patch(facecolor=tint, edgecolor="#9a9a9a", linewidth=0.3, label=name)
        for name, tint in TINTS.items()
        if name in seen
    ]


def fill(
    ax: Axes,
    section: Section,
    upper: tuple[float, ...],
    bottom: float,
    top: float,
    lower: tuple[float, ...] | None = None,
) -> None:
    """The areas of a section, between its edges below and others above."""
    edges = section.edges if lower is None else lower
    for i, region in enumerate(section.regions):
        ax.fill(
            [edges[i], edges[i + 1], upper[i + 1], upper[i]],
            [bottom, bottom, top, top],
            color=TINTS[region],
            linewidth=0.2,
            zorder=0,
        )
