"""Brunel's network: four ways to fire."""

import numpy as np

from ...models import brunel
from ..plot_raster import plot_raster
from ..registry import Facts
from ..style import BLACK, BLUE, MILLIMETRE, TWO_COLUMNS, HouseFigure, letter_panels, new_figure

TITLE = "Brunel's four regimes"
CAPTION = """
10,000 excitatory and 2,500 inhibitory leaky integrate-and-fire neurons, each with 1250 random
inputs. Above, 50 excitatory neurons, a row each; below, the rate of all of them in bins of 0.2 ms,
of 2 ms in D.
A: synchronous and regular, where excitation wins (g = 3, twice the drive that brings a lone neuron
to its threshold). B: fast synchronous, every neuron irregular (g = 6, four times). C: asynchronous
irregular (g = 5, twice). D: slow synchronous irregular (g = 4.5, 0.9 times).
"""
SOURCE = """
N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208, figure 8. Rates and coefficients of variation by
Brian2 2.9 at a step of 0.02 ms: 328 Hz and 0.001 (A), 62 Hz and 0.98 (B), 37.5 Hz and 0.40 (C),
5.4 Hz and 0.64 (D). Here steps are 0.1 ms, in B 0.02 ms.
"""
PANELS = {  # until, step, what is shown of it, bin
    "synchronous regular": (120.0, 0.1, 100.0, 0.2),
    "fast synchronous irregular": (600.0, 0.02, 100.0, 0.2),
    "asynchronous irregular": (600.0, 0.1, 100.0, 0.2),
    "slow synchronous irregular": (3000.0, 0.1, 400.0, 2.0),
}
ROWS = 50


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 105 * MILLIMETRE)
    axes = figure.subplots(4, 2, height_ratios=[2, 1, 2, 1], sharex=False)
    facts: dict[str, float] = {}
    letters = []
    for place, (regime, (until, step, shown, width)) in enumerate(PANELS.items()):
        raster, rate = (axes[2 * (place // 2) + row, place % 2] for row in (0, 1))
        run = brunel(regime).simulate(until, step=step, seed=1)
        span = (until - shown, until)
        plot_raster(run, "E", ax=raster, between=span, most=10**9)
        dots = raster.lines[0]
        times, who = dots.get_data()
        first = who < ROWS
        dots.set(data=(times[first], who[first]), markersize=3, color=BLUE, clip_on=False)
        raster.set(ylim=(-0.5, ROWS - 0.5), xlabel="", ylabel="neuron", yticks=[])
        raster.set_title(regime, loc="right")
        found = run.rates_in(width)
        rate.plot(found.t, 1000 * found["E"], color=BLACK, linewidth=0.6)
        rate.set(xlim=span, ylabel="rate (Hz)", xlabel="time (ms)" if place > 1 else "")
        rate.set_ylim(bottom=0)
        for ax in (raster, rate):
            ax.locator_params(axis="x", nbins=5)
        raster.tick_params(labelbottom=False)
        letters.append(raster)
        after = until / 3
        facts[f"{regime}: rate (Hz)"] = 1000 * run.firing_rate("E", after=after)
        facts[f"{regime}: CV of intervals"] = float(
            np.nanmean(run.interval_variation("E", after=after))
        )
        fine = run.rates_in(0.2)
        late = fine["E"][fine.t > after]
        facts[f"{regime}: spread of the rate over its mean"] = float(late.std() / late.mean())
    letter_panels(*letters)
    return figure, facts


def check(facts: Facts) -> None:
    rates = {name: facts[f"{name}: rate (Hz)"] for name in PANELS}
    known = dict(zip(PANELS, (328, 62, 37.5, 5.4), strict=True))
    for name, rate in rates.items():
        assert abs(rate / known[name] - 1) < 0.15, (name, rate)
    synchrony = {name: facts[f"{name}: spread of the rate over its mean"] for name in PANELS}
    for name, cv in zip(PANELS, (0.001, 0.98, 0.40, 0.64), strict=True):
        assert abs(facts[f"{name}: CV of intervals"] - cv) < 0.05, name
    assert min(synchrony, key=lambda name: synchrony[name]) == "asynchronous irregular"
