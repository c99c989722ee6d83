"""How a branch of spiking orbits ends: what it runs into, what lies beyond, what is still known."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from .continuation import Point
from .find_reset_cycle import fired
from .reset_curve import ResetCurve
from .reset_limits import infinite_period
from .reset_run import Silence
from .special_point import SpecialPoint

BEYOND = 1e-4  # of the range
NEARLY_STILL, LONGER = 1e-6, 1.1  # d lambda / d ln T in ranges, where the period has grown so much


def before_noise(
    curve: ResetCurve, points: Sequence[Point], located: Collection[int]
) -> tuple[SpecialPoint | None, int]:
    """What lies behind a canard in which the parameter nearly stood still before its changes were
    those of the mesh, and how many points of the branch are left. At the rows that are special
    points it may stand still for other reasons."""
    still = (
        row
        for row, point in enumerate(points)
        if row not in located and point.facts.stands(NEARLY_STILL)
    )
    row = next(still, 0)
    kept = points[: row + 1]
    if not row or kept[-1].facts.period < LONGER * kept[0].facts.period:
        return None, len(points)
    curve.use(kept[-1].facts.mesh, curve.split(kept[-1].z)[1])
    return infinite_period(curve, kept, True), len(kept)


def stability(points: Sequence[Point], multipliers: np.ndarray) -> np.ndarray:
    """Which orbits are stable; where the parameter stands still at the end, as it was before."""
    stable = (np.abs(multipliers[:, 1:]) < 1).all(axis=1)
    last = len(points) - 1
    while last > 0 and points[last].facts.stands():
        last -= 1
    stable[last + 1 :] = stable[last]
    return stable


def beyond(curve: ResetCurve, border: SpecialPoint, values: np.ndarray) -> tuple[SpecialPoint, str]:
    """What a run comes to just beyond a border: another number of spikes, rest, or no pattern."""
    earlier = values[values != border.value]
    if not len(earlier):
        return border, ""
    away = math.copysign(BEYOND * curve.problem.width, border.value - earlier[-1])
    field = curve.field.at(border.value + away)
    count = len(curve.free)
    found = fired(field, np.array(border.arrays["orbit"])[0, 0, 0], strict=True)
    if isinstance(found, Silence):
        word = {"rest": "firing ends", "irregular": "chaos"}.get(found.reason, "")
        return replace(border, criticality=word), f"; beyond, {word}" if word else ""
    spikes = len(found.spikes)
    word = "period adding" if abs(spikes - count) == 1 else "another pattern"
    told = f"; beyond it the pattern has {spikes} spikes instead of {count}"
    if spikes == count:
        told = "; beyond it another orbit fires, with as many spikes"
    border = replace(border, criticality=word, notes={**border.notes, "spikes beyond": spikes})
    return border, told


def said(point: SpecialPoint) -> str:
    """What an orbit runs into, in words."""
    place = f"{point.parameter} = {point.value:.10g}"
    if point.criticality == "threshold":
        return f"the period diverges: the equilibrium comes to lie on the threshold at {place}"
    if point.criticality == "behind a canard":
        return (
            f"the period diverges towards a homoclinic orbit, behind a canard, at {place}: as far "
            "as digits go, all orbits of longer periods lie there"
        )
    if point.criticality == "to a cycle":
        return f"the period diverges: the orbit comes to wind around an unstable cycle at {place}"
    return f"the period diverges towards a {point.kind} at {place}"
