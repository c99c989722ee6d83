"""Hodgkin and Huxley's action potential, its gates and its currents."""

import numpy as np

from ... import simulate
from ...models import hodgkin_huxley
from ..plot_trajectory import plot_trajectory
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    ONE_COLUMN,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "The action potential"
CAPTION = """
The Hodgkin-Huxley axon at 6.3 °C after a shock of 1 ms (grey bar). A: the potential overshoots
0 mV, falls below rest and returns slowly. B: sodium activation m is the fast gate; its inactivation
h and the potassium gate n follow, and h is still recovering at the end. C: sodium rushes in and
potassium out; the two are large, and nearly cancel from the peak on.
"""
SOURCE = """
A. L. Hodgkin and A. F. Huxley, J. Physiol. 117 (1952) 500-544; standard parameters with
E_L = -54 mV. The numbers: scipy's DOP853 at a tolerance of 1e-13, equations written anew.
"""
SHOCK_BEGINS, SHOCK_ENDS, END = 2.0, 3.0, 16.0


def draw() -> tuple[HouseFigure, Facts]:
    run = simulate(
        hodgkin_huxley(),
        until=END,
        tolerance=1e-11,
        drive=dict(I=f"20*heaviside(t - {SHOCK_BEGINS})*heaviside({SHOCK_ENDS} - t)"),
    )
    figure = new_figure(ONE_COLUMN, 110 * MILLIMETRE)
    potential, gates, currents = figure.subplots(3, 1, sharex=True)
    plot_trajectory(run, "V", ax=potential, color=BLACK)
    potential.plot(
        [SHOCK_BEGINS, SHOCK_ENDS], [-92, -92], color=GREY, linewidth=3, solid_capstyle="butt"
    )
    potential.axhline(0, color=GREY, linewidth=0.4, zorder=0)
    potential.set(ylabel="potential $V$ (mV)", ylim=(-97, 55), yticks=[-80, -40, 0, 40])
    for name, color in (("m", BLUE), ("h", VERMILION), ("n", GREEN)):
        plot_trajectory(run, name, ax=gates, color=color)
    gates.set(ylabel="open fraction", ylim=(0, 1.05), yticks=[0, 0.5, 1])
    # Each current has the colour of the gate that opens it.
    for name, color in (("I_Na", BLUE), ("I_K", GREEN), ("I_L", GREY)):
        plot_trajectory(run, name, ax=currents, color=color)
    currents.axhline(0, color=GREY, linewidth=0.4, zorder=0)
    currents.set(ylabel="current (µA/cm²)", ylim=(-950, 950), yticks=[-800, 0, 800])
    gates.legend(loc="upper right", ncols=3)
    currents.legend(loc="upper right", ncols=3)
    for ax in (potential, gates):
        ax.set_xlabel("")
    potential.set_xlim(0, END)
    figure.align_ylabels()
    letter_panels(potential, gates, currents)
    times = np.linspace(0, END, 400_001)
    return figure, {
        "peak of V (mV)": run(times, "V").max(),
        "lowest V after it (mV)": run(times, "V").min(),
        "rises through 0 mV at (ms)": run.crossings("V", 0.0)[0],
        "greatest sodium current (µA/cm²)": -run(times, "I_Na").min(),
        "greatest potassium current (µA/cm²)": run(times, "I_K").max(),
    }


def check(facts: Facts) -> None:
    assert abs(facts["peak of V (mV)"] - 40.38784895) < 1e-5
    assert abs(facts["lowest V after it (mV)"] + 76.1679302) < 1e-5
    assert abs(facts["rises through 0 mV at (ms)"] - 3.2931714746) < 1e-7
    assert abs(facts["greatest sodium current (µA/cm²)"] - 800.233422) < 1e-4
    assert abs(facts["greatest potassium current (µA/cm²)"] - 833.645862) < 1e-4
