"""Two cells in a network: the phases in which they lock, simulated and predicted."""

import numpy as np

from ... import Network, Population, Synapse, Wiring, interaction_function, phase_response
from ...analysis.find_limit_cycle import find_limit_cycle
from ...models import wang_buzsaki
from ..registry import Facts
from ..style import (
    BLUE,
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Two-cell synchrony"
CAPTION = """
Pairs of like Wang-Buzsaki interneurons, started with different delays: the phase difference spike
by spike (blue), from a network of twelve pairs for each coupling. Horizontal lines are the
phase-locked states that averaging predicts from the phase response of one cell: solid orange
stable, dashed grey unstable. A: a gap junction synchronises. B: fast inhibition locks in phase or
in antiphase. C: at a lower drive, with a weaker gap junction, all pairs end a little apart near the
predicted 0.08 cycles, the one or the other cell ahead; firing in phase is predicted to be stable
too, but only for pairs that start within 0.02 cycles of it, and none of these does.
"""
SOURCE = """
G. B. Ermentrout and N. Kopell, SIAM J. Math. Anal. 15 (1984) 215-237 (averaging); C. Van Vreeswijk,
L. F. Abbott and G. B. Ermentrout, J. Comput. Neurosci. 1 (1994) 313-321 (inhibition
synchronises); X.-J. Wang and G. Buzsáki, J. Neurosci. 16 (1996) 6402-6413 (the cell).
"""
OPEN = "/(1 + exp(-(V_other + 20)/2))"
GAP = "g*(V_other - V)"
CASES = {  # the drive, the coupling, its strength
    "gap junction, I = 3 µA/cm²": (3.0, GAP, 0.01),
    "inhibition, I = 3 µA/cm²": (3.0, f"g*(-75 - V){OPEN}", 0.02),
    "gap junction, I = 1 µA/cm²": (1.0, GAP, 0.004),
}
END = 1500.0
PAIRS, STEP = 12, 0.05


def differences(
    times: np.ndarray, who: np.ndarray, pair: int, period: float
) -> tuple[np.ndarray, np.ndarray]:
    """How far the first cell of a pair is behind the second, in cycles, at each of its spikes."""
    own, other = times[who == 2 * pair], times[who == 2 * pair + 1]
    own = own[own > other[0]]
    last = other[np.searchsorted(other, own, side="right") - 1]
    return own, (own - last) / period


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    panels = figure.subplots(1, 3, sharey=True)
    facts: dict[str, float] = {}
    starts = (np.arange(PAIRS) + 0.5) / PAIRS
    order = np.arange(2 * PAIRS).reshape(2, PAIRS).T.ravel()
    first = 2 * np.arange(PAIRS)
    wiring = Wiring.pairs(np.append(first, first + 1), np.append(first + 1, first))
    for (name, (drive, text, strength)), ax in zip(CASES.items(), panels, strict=True):
        model = wang_buzsaki().replace(I=drive)
        response = phase_response(find_limit_cycle(model))
        cycle, period = response.cycle, response.period
        states = np.array([cycle(0.0)] * PAIRS + [cycle(s * period) for s in starts])
        begin = dict(zip(model.states, states[order].T, strict=True))
        coupling = Synapse(
            *("cells", "cells"), into=dict(V=text), parameters=dict(g=strength), wiring=wiring
        )
        network = Network(dict(cells=Population(model, 2 * PAIRS, start=begin)), [coupling])
        times, who = network.simulate(END, step=STEP).raster["cells"]
        found = interaction_function(response, dict(V=text), parameters=dict(g=strength))
        stable = [state.phase for state in found.locked if state.stable]
        for state in found.locked:
            style = dict(color=VERMILION) if state.stable else dict(color=GREY, linestyle="--")
            for place in {state.phase, 1.0} if state.phase == 0 else {state.phase}:
                ax.axhline(place, linewidth=1.0, zorder=0, **style)
        ends = []
        for pair in range(PAIRS):
            t, psi = differences(times, who, pair, period)
            ax.plot(t / 1000, psi % 1.0, ".", color=BLUE, markersize=1.2, rasterized=True)
            late = np.exp(2j * np.pi * psi[-5:]).mean()
            ends.append(float(np.angle(late) / (2 * np.pi) % 1.0))
        away = [min(abs((end - s + 0.5) % 1 - 0.5) for s in stable) for end in ends]
        facts[f"{name}: stable states predicted"] = len(stable)
        facts[f"{name}: pairs locked within 0.02 cycles"] = sum(a < 0.02 for a in away)
        facts[f"{name}: pairs locked in phase"] = sum(min(e, 1 - e) < 0.02 for e in ends)
        facts[f"{name}: median distance (cycles)"] = float(np.median(away))
        ax.set(xlim=(0, END / 1000), xticks=[0, 0.5, 1, 1.5], ylim=(-0.02, 1.02), xlabel="time (s)")
        ax.set_title(name, loc="right")
    panels[0].set_ylabel("phase difference (cycles)")
    letter_panels(*panels)
    return figure, facts


def check(facts: Facts) -> None:
    for name in CASES:
        assert facts[f"{name}: stable states predicted"] >= 1
        assert facts[f"{name}: pairs locked within 0.02 cycles"] >= 10
        assert facts[f"{name}: median distance (cycles)"] < 0.015
    synchronised, split, apart = (facts[f"{name}: pairs locked in phase"] for name in CASES)
    assert synchronised == PAIRS
    assert 0 < split < PAIRS
    assert apart == 0
