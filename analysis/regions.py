"""What a neuron does along a drive: ranges of stable rest and of stable firing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..dynamics.model import Model
from .branch import Branch
from .classify_excitability import classify_excitability
from .excitability import Excitability
from .firing import firing_parts
from .spike_level import spike_level

REGIONS = ("silent", "class 1", "class 2", "firing", "bistable", "block", "undecided")
ROUNDING = 1e-9  # of the range: edges this close are one


@dataclass(frozen=True)
class Section:
    """The drives at one value of the second parameter, cut where what the neuron does changes."""

    value: float
    edges: tuple[float, ...]  # one more than regions
    regions: tuple[str, ...]
    verdict: Excitability | None = field(repr=False)

    def at(self, drive: float) -> str:
        return self.regions[
            min(int(np.searchsorted(self.edges[1:-1], drive)), len(self.regions) - 1)
        ]


def section_at(model: Model, value: float, drive: str, interval: tuple[float, float]) -> Section:
    """The verdict at one value of the second parameter, and the regions along the drive."""
    verdict = classify_excitability(model, drive, interval, simulate=False)
    rests, firing = rest_and_firing(verdict)
    low, high = interval
    edges = [low]
    for edge in sorted(edge for span in (*rests, *firing) for edge in span):
        if edges[-1] + ROUNDING * (high - low) < edge < high - ROUNDING * (high - low):
            edges.append(edge)
    edges.append(high)
    regions: list[str] = []
    kept = [low]
    fired = False
    for a, b in pairwise(edges):
        middle = 0.5 * (a + b)
        rest, fire = holds(rests, middle), holds(firing, middle)
        name = region(rest, fire, fired, verdict)
        fired = fired or fire
        if regions and regions[-1] == name:
            kept[-1] = b
        else:
            regions.append(name)
            kept.append(b)
    return Section(value, tuple(kept), tuple(regions), verdict)


def region(rest: bool, fire: bool, fired: bool, verdict: Excitability) -> str:
    """The name of what is stable, between two edges."""
    if rest and fire:
        return "bistable"
    if rest:
        return "block" if fired else "silent"
    if not fire:
        return "undecided"
    return f"class {verdict.hodgkin_class}" if verdict.hodgkin_class in (1, 2) else "firing"


def rest_and_firing(
    verdict: Excitability,
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Where stable rest and where stable firing exist, as ranges of the drive."""
    diagram = verdict.diagram
    low, high = sorted(verdict.interval)
    if diagram is None or verdict.model.reset is not None:
        top = verdict.threshold if verdict.threshold is not None else high
        end = verdict.block if verdict.block is not None else high
        start = verdict.firing_from
        return [(low, top), (end, high)], [] if start is None else [(start, end)]
    parts = firing_parts(diagram, spike_level(diagram.model, diagram.cycles))
    firing = [(part.low, part.high) for part in parts if part.spikes]
    return [span for branch in diagram.equilibria for span in stable_spans(branch)], firing


def stable_spans(branch: Branch) -> list[tuple[float, float]]:
    """The ranges of the parameter over which a branch of equilibria is stable."""
    values, special = branch[branch.parameter], set(branch.special_rows)
    stable = np.array([s and i not in special for i, s in enumerate(branch.stable)])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stable.astype(int), [0]])))
    found = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        first = a - 1 if a - 1 in special else a
        last = b if b in special else b - 1
        low, high = sorted((float(values[first]), float(values[last])))
        found.append((low, high))
    return found


def holds(spans: Sequence[tuple[float, float]], value: float) -> bool:
    return any(low <= value <= high for low, high in spans)
