"""Noise carries a neuron over its threshold: when, and how regularly."""

import numpy as np

from ... import Model, Reset, first_passage, siegert, simulate_ensemble, spike_statistics
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "First passage and regularity of firing"
CAPTION = """
A: the mean time that an Ornstein-Uhlenbeck process needs from one standard deviation of its noise
below zero to a threshold: Siegert's formula (line), and runs with a step of τ/10. Looking at the
points of the grid alone, one misses the crossings between them and comes too late by up to half as
much again; drawing them from the Brownian bridge is exact within the errors. B, C: a leaky
integrate-and-fire neuron with white noise, two amplitudes. Below the threshold (grey line) noise
alone makes it fire, irregularly as a Poisson process (CV = 1); above it becomes a clock. Lines:
theory, nothing fitted.
"""
SOURCE = """
A. J. F. Siegert, Phys. Rev. 81 (1951) 617-623, for the mean; N. Brunel, J. Comput. Neurosci. 8
(2000) 183-208, for the neuron (τ = 20 ms, threshold 20 mV, reset 10 mV, refractory time 2 ms) and
its CV (appendix A.1). Bars are standard errors.
"""
STEP, RUNS = 0.1, 900
THRESHOLDS = np.array([-0.5, 0.0, 0.5, 1.0, 1.5])
DRIVES = np.array([11.0, 13.0, 15.0, 17.0, 19.0, 21.0, 24.0, 27.0])
AMPLITUDES = ((1.0, BLUE), (5.0, VERMILION))  # sigma sqrt(tau) in mV
TAU, THRESHOLD, RESET, REFRACTORY = 20.0, 20.0, 10.0, 2.0

PROCESS = Model(
    "Ornstein-Uhlenbeck process",
    "V' = -V",
    start=dict(V=-1),
    noise=dict(V="1"),
)
NEURON = Model(
    "leaky integrate-and-fire with white noise",
    "V' = (mu - V)/tau",
    parameters=dict(mu=15, sigma=1, tau=TAU, V_th=THRESHOLD, V_r=RESET, t_ref=REFRACTORY),
    start=dict(V=RESET),
    reset=Reset("V > V_th", V="V_r", refractory="t_ref"),
    noise=dict(V="sigma"),
)


def passages(ax) -> Facts:
    """Panel A; how far the points are from the line, in standard errors."""
    levels = np.linspace(-0.6, 1.6, 100)
    ax.plot(levels, [siegert(0, 1, 1, b, -1).mean_interval for b in levels], color=BLACK)
    facts = {}
    for bridge, colour, marker, words in (
        (True, BLUE, "o", "Brownian bridge"),
        (False, VERMILION, "s", "grid alone"),
    ):
        found = [
            first_passage(
                *(PROCESS, "V", b),
                until=2000,
                step=STEP,
                repeats=RUNS,
                seed=1,
                scheme="srk",
                bridge=bridge,
            )
            for b in THRESHOLDS
        ]
        means = np.array([each.mean for each in found])
        errors = np.array([each.standard_error for each in found])
        exact = np.array([siegert(0, 1, 1, b, -1).mean_interval for b in THRESHOLDS])
        ax.errorbar(THRESHOLDS, means, errors, fmt=marker, color=colour, label=words, mew=0)
        apart = (means - exact) / errors
        if bridge:
            facts["farthest point with the bridge, in standard errors"] = np.abs(apart).max()
        else:
            facts["nearest point without it, in standard errors"] = apart.min()
    ax.set_yscale("log")
    ax.set_ylim(0.25, 100)
    ax.set_xlabel(r"threshold ($\sigma\sqrt{\tau}$)")
    ax.set_ylabel(r"mean first passage time ($\tau$)")
    ax.legend(loc="upper left")
    return facts


def firing(rates, variation) -> Facts:
    """Panels B and C; how far the points are from the lines, in standard errors."""
    drives = np.linspace(10.5, 27.5, 120)
    farthest = 0.0
    for amplitude, colour in AMPLITUDES:
        sigma = amplitude / TAU**0.5

        def theory(mu: float, sigma: float = sigma):
            return siegert(mu, sigma, TAU, THRESHOLD, RESET, REFRACTORY)

        lines = [theory(mu) for mu in drives]
        rates.plot(drives, [1000 * line.rate for line in lines], color=colour)
        variation.plot(drives, [line.cv for line in lines], color=colour)
        some = DRIVES if amplitude > 2 else DRIVES[DRIVES > 17]
        many = simulate_ensemble(
            NEURON.replace(sigma=sigma),
            dict(mu=some),
            repeats=4,
            until=20_000,
            step=1,
            scheme="srk",
            seed=2,
            save="spikes",
        )
        words = rf"$\sigma\sqrt{{\tau}}$ = {amplitude:g} mV"
        for i, mu in enumerate(some):
            found = spike_statistics([many.spikes[i, k] for k in range(4)], after=200)
            label = words if i == 0 else None
            dots = dict(fmt="o", color=colour, mew=0, label=label)
            rates.errorbar(mu, 1000 * found.rate, 1000 * found.rate_error, **dots)
            variation.errorbar(mu, found.cv, found.cv_error, **dots)
            exact = theory(mu)
            for apart, error in (
                (found.rate - exact.rate, found.rate_error),
                (found.cv - exact.cv, found.cv_error),
            ):
                farthest = max(farthest, abs(apart) / error)
    for ax in (rates, variation):
        ax.axvline(THRESHOLD, color="0.7", lw=0.6, zorder=0)
        ax.set_xlabel("mean drive (mV)")
    rates.set_ylabel("firing rate (Hz)")
    rates.set_ylim(-2, 75)
    rates.legend(loc="upper left")
    variation.set_ylabel("CV of the intervals")
    variation.set_ylim(0, 1.1)
    return {"farthest rate or CV, in standard errors": farthest}


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    panels = figure.subplots(1, 3)
    facts = {**passages(panels[0]), **firing(panels[1], panels[2])}
    letter_panels(*panels)
    return figure, facts


def check(facts: Facts) -> None:
    assert facts["farthest point with the bridge, in standard errors"] < 3.5
    assert facts["nearest point without it, in standard errors"] > 3.5
    assert facts["farthest rate or CV, in standard errors"] < 4
