"""What the lost bits do: lags of spikes, a class that changes, counters against clocks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ...hardware.code_bits import CodeBits, code_bits
from ...hardware.code_errors import drift
from ...hardware.machine.emulate import emulate
from ...hardware.qformat import QFormat
from ...hardware.spike_lag import spike_lag
from ...hardware.spike_lags import SpikeLags
from ...hardware.spinnaker.izhikevich import izhikevich as on_the_chip
from ...models import fitzhugh_nagumo, izhikevich
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    PALE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "What the lost bits do"
CAPTION = """
A: how much later than in double precision Izhikevich's regular spiking neuron fires on SpiNNaker
(s16.15, midpoint rule, h = 0.1 ms, I = 4.775, the same rounded constants). Rounded always in the
same way, it locks onto a cycle of words with an interval of its own, and the lag grows; with
stochastic rounding (five seeds) it stays. B: the lag of spike 650 against the word length.
Stochastic rounding stays within 10 ms down to ten bits behind the point; nearest is not better than
floor in general, and floored to ten bits the neuron falls silent (triangle). Crosses: rounding the
constants alone. C: the same neuron, started at rest. Exact arithmetic (kicked by 0.001 mV) and
stochastic rounding fire from the Hopf point on, class 2; floor and nearest stand still up to the
saddle-node, as a neuron of class 1 would. D: bits behind the point for one per cent after n
intervals (FitzHugh-Nagumo). A clock, which reads when spike n comes (filled), needs one bit more
for each doubling of n if its arithmetic drifts, half a bit if it walks at random. A counter of
spikes (open) needs no more, or fewer; below n = 100 one count is more than one per cent. Lines: the
laws n and √n.
"""
SOURCE = """
M. Hopkins and S. Furber, Neural Computation 27 (2015) 2148-2182, for the program. Lags measured on
another emulation, itself compared with compiled ARM code: floor +258.6 ms, nearest -433.5 ms,
stochastic -2.1 to +1.5 ms, constants -587.1 ms, spike 650 at 65003.7 ms. Onsets in closed form:
Hopf v = (a - 5)/(2 k), I = b v - k v² - 5 v - 140; saddle-node I = (5 - b)²/(4 k) - 140, with
k = 1311/32768. The laws of D: the sum of n equal losses, or of n independent ones of mean 0.
"""
LOOKS = {"floor": (BLUE, "o"), "nearest": (GREEN, "s"), "stochastic": (VERMILION, "D")}
SPIKE, LONGEST, ACCURACY = 650, 1025, 0.01
CURRENTS = np.round(np.arange(3.74, 4.101, 0.015), 3)
STEPS = 200_000
K, A, B = 1311 / 32768, 655 / 32768, 6554 / 32768


def draw() -> tuple[HouseFigure, Facts]:
    neuron = izhikevich().replace(I=4.775, v=-75, u=-15)
    lags = spike_lag(neuron, spike=SPIKE, program="chip")
    smooth = fitzhugh_nagumo().replace(I=0.5)
    words = [QFormat(5, fraction) for fraction in range(8, 25, 2)]
    both = ("floor", "stochastic")
    study = code_bits(smooth, words, ACCURACY, LONGEST, 0.2, roundings=both, seeds=12)
    rates = near_the_onset()
    figure = new_figure(TWO_COLUMNS, 128 * MILLIMETRE)
    panels = figure.subplots(2, 2).flat
    draw_course(panels[0], lags)
    draw_sweep(panels[1], lags)
    draw_onsets(panels[2], rates)
    draw_codes(panels[3], study)
    letter_panels(*panels)
    return figure, facts_of(lags, study, rates)


def draw_course(ax: Axes, lags: SpikeLags) -> None:
    ax.axhline(0, color=PALE, linewidth=0.8)
    count = np.arange(1, SPIKE + 1)
    for rounding, (color, _) in LOOKS.items():
        for row in lags.of(15, rounding):
            width = 1.4 if rounding != "stochastic" else 0.9
            ax.plot(count, row.by_spike(), color=color, linewidth=width)
    ax.text(430, 205, "floor", color=BLUE, ha="right")
    ax.text(400, -345, "nearest", color=GREEN, ha="right")
    ax.text(640, 18, "stochastic", color=VERMILION, ha="right")
    ax.set_xlabel("spike")
    ax.set_ylabel("lag (ms)")


def draw_sweep(ax: Axes, lags: SpikeLags) -> None:
    fractions = sorted(set(lags["fraction"].tolist()))
    ax.axhspan(0.05, 10, color=PALE, alpha=0.35, linewidth=0)
    alone = [abs(lags.of(fraction)[0].constants or 0.0) for fraction in fractions]
    ax.plot(fractions, alone, "x", color=GREY, label="constants alone", markersize=4)
    for shift, (rounding, (color, marker)) in zip((-0.2, 0.2, 0.0), LOOKS.items(), strict=True):
        rows = lags.of(rounding=rounding)
        heard = [(row.word.fraction + shift, abs(row.arithmetic)) for row in rows if row.arithmetic]
        x, y = zip(*heard, strict=True)
        size = 3 if rounding == "stochastic" else 4
        ax.plot(x, y, marker, color=color, label=rounding, markersize=size)
        silent = [row.word.fraction + shift for row in rows if row.arithmetic is None]
        ax.plot(silent, [6000] * len(silent), "^", color=color, markersize=5)
    ax.set_yscale("log")
    ax.set_ylim(0.05, 10_000)
    ax.set_xlim(fractions[0] - 0.6, fractions[-1] + 0.6)
    ax.set_xticks(fractions)
    ax.set_xlabel("bits behind the point")
    ax.set_ylabel(f"|lag| of spike {SPIKE} (ms)")
    ax.legend(loc="upper right", handletextpad=0.3)


def near_the_onset() -> dict[str, np.ndarray]:
    """Rates by current, from the rest state of the equations with the machine's constants."""
    currents = np.rint(CURRENTS * 32768) / 32768
    below = np.maximum((5 - B) ** 2 - 4 * K * (140 + currents), 0.0)
    v = -(5 - B + np.sqrt(below)) / (2 * K)
    found = {}
    for rounding, multiply in (("floor", "fl"), ("nearest", "rn"), ("stochastic", "sr")):
        start = (0.1, v, B * v, STEPS)
        run = on_the_chip("rk2", multiply, A, B, -65.0, 8.0, currents, *start, record=False)
        times = [run.spikes[run.neurons == i] * 0.1 for i in range(len(currents))]
        found[rounding] = np.array([rate(t) for t in times])
    word = QFormat(16, 15)
    doubles = []
    for current, rest in zip(currents.tolist(), v.tolist(), strict=True):
        model = izhikevich().replace(I=current, v=rest + 0.001, u=B * rest)
        machine = emulate(model, word, STEPS * 0.1, program="chip", every=STEPS)
        doubles.append(rate(machine.constants.spikes))
    return {"double": np.array(doubles), **found}


def rate(times: np.ndarray) -> float:
    """In Hz, of the second half of a run."""
    late = times[times > STEPS * 0.05]
    return 1000 / float(np.diff(late).mean()) if len(late) > 2 else 0.0


def closed_forms() -> tuple[float, float]:
    """The Hopf point and the saddle-node, with the machine's constants."""
    v = (A - 5) / (2 * K)
    return B * v - K * v**2 - 5 * v - 140, (5 - B) ** 2 / (4 * K) - 140


def draw_onsets(ax: Axes, rates: dict[str, np.ndarray]) -> None:
    for place, name in zip(closed_forms(), ("Hopf point", "saddle-node"), strict=True):
        ax.axvline(place, color=PALE, linewidth=0.8)
        ax.text(place + 0.004, 8.4, name, color=GREY, va="top")
    ax.plot(CURRENTS, rates["double"], color=BLACK, linewidth=0.8, label="double precision")
    for rounding, (color, marker) in LOOKS.items():
        filled = rounding == "stochastic"  # which stands within the others
        hollow: dict[str, Any] = {} if filled else dict(markerfacecolor="none")
        size = {"floor": 4.0, "nearest": 6.5, "stochastic": 1.7}[rounding]
        hollow |= dict(markersize=size, markeredgewidth=0.8)
        ax.plot(CURRENTS, rates[rounding], marker, color=color, label=rounding, **hollow)
    ax.set_ylim(-0.3, 8.6)
    ax.set_xlabel("drive $I$")
    ax.set_ylabel("rate (Hz), started at rest")
    ax.legend(loc="center left", bbox_to_anchor=(0.56, 0.3))


def measured_bits(study: CodeBits, rounding: str, counts: np.ndarray) -> np.ndarray:
    """Bits for the accuracy after so many intervals: of each word by its lag, the median of all."""
    row, period = study[rounding], study.lags.period
    walks = [drift(study.lags, f, rounding, study.cause) / period for f in row.fractions.tolist()]
    scaled = [np.log2(w[counts - 1]) + f for w, f in zip(walks, row.fractions, strict=True)]
    return np.median(scaled, axis=0) - np.log2(ACCURACY)


def by_law(study: CodeBits, rounding: str, code: str, counts: np.ndarray) -> np.ndarray:
    """Bits that the law asks for; NaN where one count is more than the accuracy."""
    found = [study.predicted(rounding, code, spikes=n + 1) for n in counts.tolist()]
    return np.array([np.nan if bits is None else bits for bits in found])


def draw_codes(ax: Axes, study: CodeBits) -> None:
    counts = 2 ** np.arange(0, 11)
    fine = np.geomspace(1, counts[-1], 60).astype(int)
    whole = counts >= 1 / ACCURACY
    for rounding in ("floor", "stochastic"):
        color, marker = LOOKS[rounding]
        bits = measured_bits(study, rounding, counts)
        ax.plot(fine, by_law(study, rounding, "clock", fine), color=color, linewidth=0.8)
        ax.plot(counts, bits, marker, color=color, label=f"clock, {rounding}")
        law = by_law(study, rounding, "counter", fine)
        ax.plot(fine, law, "--", color=color, linewidth=0.8)
        few, label = bits - np.log2(counts), f"counter, {rounding}"
        ax.plot(
            counts[whole], few[whole], marker, color=color, markerfacecolor="white", label=label
        )
    ax.set_xscale("log", base=2)
    ax.set_xticks([1, 4, 16, 64, 256, 1024], ["1", "4", "16", "64", "256", "1024"])
    ax.set_ylim(0, 26)
    ax.set_xlabel("intervals $n$")
    ax.set_ylabel("bits behind the point")
    ax.legend(loc="upper left")


def facts_of(lags: SpikeLags, study: CodeBits, rates: dict[str, np.ndarray]) -> Facts:
    found = {"time of spike 650 in double precision": lags.reference}
    (floor,), (nearest,) = lags.of(15, "floor"), lags.of(15, "nearest")
    found["lag, floor"] = floor.arithmetic or np.nan
    found["lag, nearest"] = nearest.arithmetic or np.nan
    found["lag, constants alone"] = floor.constants or np.nan
    stochastic = [row.arithmetic for row in lags.of(15, "stochastic")]
    found["lag, stochastic, least"] = min(x for x in stochastic if x is not None)
    found["lag, stochastic, most"] = max(x for x in stochastic if x is not None)
    every = [abs(x.arithmetic) for x in lags.of(rounding="stochastic") if x.arithmetic is not None]
    found["|lag|, stochastic, most of any word"] = max(every)
    found["machines with stochastic rounding"] = len(every)
    found["words in which nearest is worse than floor"] = sum(
        abs(b.arithmetic) > abs(a.arithmetic)
        for fraction in set(lags["fraction"].tolist())
        for a in lags.of(fraction, "floor")
        for b in lags.of(fraction, "nearest")
        if a.arithmetic is not None and b.arithmetic is not None
    )
    for name, values in rates.items():
        found[f"onset, {name}"] = float(CURRENTS[np.flatnonzero(values == 0)[-1] + 1])
    for row in study:
        found[f"power of n, {row.rounding}"] = row.power or np.nan
        found[f"clock, {row.rounding}"] = float(row.clock_bits or np.nan)
        found[f"counter, {row.rounding}"] = float(row.counter_bits or np.nan)
    return found


def check(facts: Facts) -> None:
    assert abs(facts["time of spike 650 in double precision"] - 65003.8) < 1e-6  # its step's end
    assert abs(facts["lag, floor"] - 258.6) < 1e-6
    assert abs(facts["lag, nearest"] + 433.5) < 1e-6
    assert abs(facts["lag, constants alone"] + 587.1) < 1e-6
    assert -2.1 <= facts["lag, stochastic, least"] <= facts["lag, stochastic, most"] <= 1.5
    assert facts["|lag|, stochastic, most of any word"] < 10
    assert facts["machines with stochastic rounding"] == 25
    assert facts["words in which nearest is worse than floor"] >= 2
    spacing = float(np.diff(CURRENTS).max())
    hopf, node = closed_forms()
    assert abs(hopf - 3.7660) < 5e-5
    assert abs(node - 3.9685) < 5e-5
    for name, place in (("double", hopf), ("stochastic", hopf), ("floor", node), ("nearest", node)):
        assert place < facts[f"onset, {name}"] <= place + spacing + 1e-9
    assert abs(facts["power of n, floor"] - 1) < 0.03
    assert abs(facts["power of n, stochastic"] - 0.5) < 0.1
    assert abs(facts["clock, floor"] - facts["counter, floor"] - 10) <= 2  # log2 1024
    saved = facts["clock, floor"] - facts["clock, stochastic"]
    assert saved >= 5  # at the least log2(1024)/2
