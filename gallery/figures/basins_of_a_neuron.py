"""Basins of a bistable neuron, and the threshold between them."""

import numpy as np

from ... import basins, find_fixed_points, find_manifolds
from ...analysis.limit_cycle import LimitCycle
from ...models import morris_lecar
from ..plot_basins import plot_basins
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    MILLIMETRE,
    TWO_COLUMNS,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Basins of a bistable neuron"
CAPTION = """
Morris-Lecar in its homoclinic regime, where rest and spiking coexist. A: where each start leads at
I = 37 µA/cm²: to rest (circle on the left), to spiking (black cycle), or to a second state of rest
inside the cycle. Dashed: the stable manifold of the saddle (square), which is the threshold. B:
the part of this box that leads to spiking, by 400 random starts each, with standard errors; it
begins with the homoclinic orbit at 35.007 (dotted).
"""
SOURCE = """
C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213; J. Rinzel and G. B. Ermentrout in Methods in
Neuronal Modeling (MIT Press, 1998). The homoclinic orbit: AUTO-07p, 35.006734198.
"""
BOX = dict(V=(-75.0, 50.0), w=(0.0, 0.55))
HOMOCLINIC = 35.006734198
CURRENTS = (34.5, 35.0, 35.02, 35.5, 37.0, 38.5, 39.9)
SAMPLES = 400


def draw() -> tuple[HouseFigure, Facts]:
    model = morris_lecar("homoclinic")
    figure = new_figure(TWO_COLUMNS, 72 * MILLIMETRE)
    plane, share = figure.subplots(1, 2, width_ratios=[1.2, 1])
    bistable = model.replace(I=37)
    found = basins(bistable, BOX, (70, 50))
    plot_basins(found, ax=plane, legend=False)
    plane.text(-65, 0.48, "rest")
    plane.text(-9, 0.15, "spiking")
    saddle = next(point for point in find_fixed_points(bistable) if point.kind == "saddle")
    misplaced = 0
    for half in find_manifolds(saddle, BOX):
        if half.kind == "stable":
            V, w = half.points.T
            plane.plot(V, w, color=BLACK, linestyle="--", linewidth=0.8)
    plane.plot(saddle["V"], saddle["w"], "s", color=BLACK, markersize=3)
    fractions, errors = [], []
    for current in CURRENTS:
        sampled = basins(model.replace(I=current), BOX, samples=SAMPLES)
        spiking = [a for a in sampled.attractors if isinstance(a.solution, LimitCycle)]
        fractions.append(sum(a.fraction for a in spiking))
        errors.append(max([a.error for a in spiking], default=0.0))
        misplaced += round(sampled.unresolved * SAMPLES)
    share.errorbar(
        CURRENTS, 100 * np.array(fractions), 100 * np.array(errors), fmt="o", color=BLUE, capsize=2
    )
    share.axvline(HOMOCLINIC, color=BLACK, linestyle=":", linewidth=0.8)
    share.set(xlabel="current $I$ (µA/cm²)", ylabel="part that leads to spiking (%)")
    letter_panels(plane, share)
    facts = {f"spiking at I = {I:g}": f for I, f in zip(CURRENTS, fractions, strict=True)}
    facts["spiking at I = 37, on the grid"] = sum(
        a.fraction for a in found.attractors if isinstance(a.solution, LimitCycle)
    )
    return figure, facts | {"unresolved starts": float(misplaced)}


def check(facts: Facts) -> None:
    assert facts["unresolved starts"] == 0
    assert facts["spiking at I = 35"] == 0 < facts["spiking at I = 35.02"]
    assert abs(facts["spiking at I = 37"] - facts["spiking at I = 37, on the grid"]) < 0.06
