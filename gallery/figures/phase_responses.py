"""Phase responses of both classes: how a spiking neuron answers a small kick."""

import numpy as np

from ... import continue_cycles, continue_equilibria, find_limit_cycle, phase_response
from ...analysis.limit_cycle import LimitCycle
from ...models import hodgkin_huxley, morris_lecar
from ..plot_phase_response import plot_phase_response
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Phase responses of class 1 and class 2"
CAPTION = """
The phase that a brief kick of the potential gains, over the phase at which it comes (0: the peak
of the spike), scaled to a maximum of 1. A: Morris-Lecar with a SNIC. A kick up always advances the
next spike; close to the onset the response tends to 1 - cos 2πφ (dashed), here moved by the
duration of the spike. B: Morris-Lecar with a subcritical Hopf point: the small unstable cycles
beside it answer like a sine (dashed), kicks can delay as well as advance. C: the Hodgkin-Huxley
axon at three currents: a kick soon after the spike does nothing, then it delays, then it advances.
"""
SOURCE = """
G. B. Ermentrout, Neural Comput. 8 (1996) 979-1001 (1 - cos near a SNIC, sine near a Hopf point);
D. Hansel, G. Mato and C. Meunier, Neural Comput. 7 (1995) 307-337 (types I and II). The responses
obey Z·f = 1/T to 1e-8 everywhere.
"""
ONSET = 39.963153092745


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 58 * MILLIMETRE)
    panels = figure.subplots(1, 3)
    facts: dict[str, float] = {}
    worst = 0.0
    phase = np.linspace(0, 1, 400)
    for distance, color in ((1.0, GREEN), (0.1, BLUE), (0.001, VERMILION)):
        cycle = find_limit_cycle(morris_lecar("snic").replace(I=ONSET + distance))
        response = phase_response(cycle)
        top = float(response["V"].max())
        plot_phase_response(
            response, ax=panels[0], scale=1 / top, color=color, label=f"$I_c$ + {distance:g}"
        )
        Z = np.fft.rfft(response(phase[:-1], "V"))
        facts[f"second harmonic over mean, {distance:g} above"] = float(abs(Z[2]) / abs(Z[0]))
        facts[f"twice the first harmonic over mean, {distance:g} above"] = float(
            2 * abs(Z[1]) / abs(Z[0])
        )
        worst = max(worst, response.error)
    shift = -float(np.angle(-Z[1])) / (2 * np.pi)
    panels[0].plot(
        phase,
        (1 - np.cos(2 * np.pi * (phase - shift))) / 2,
        color=BLACK,
        linestyle="--",
        linewidth=0.8,
    )
    rest = continue_equilibria(morris_lecar("hopf"), "I", (80, 110))
    family = continue_cycles(rest.first("hopf"), max_step=0.05)
    for value, color in ((92.0, GREEN), (93.5, BLUE), (93.85, VERMILION)):
        small = family.at(I=value)[0]
        assert isinstance(small, LimitCycle)
        response = phase_response(small)
        top = float(np.abs(response["V"]).max())
        plot_phase_response(
            response, ax=panels[1], scale=1 / top, color=color, label=f"$I$ = {value:g}"
        )
        Z = np.fft.rfft(response(phase[:-1], "V"))
        facts[f"mean over first harmonic, I = {value:g}"] = float(abs(Z[0]) / abs(2 * Z[1]))
        worst = max(worst, response.error)
    turn = float(np.angle(Z[1]))
    panels[1].plot(
        phase, np.cos(2 * np.pi * phase + turn), color=BLACK, linestyle="--", linewidth=0.8
    )
    for current, color in ((10, GREEN), (30, BLUE), (100, VERMILION)):
        response = phase_response(find_limit_cycle(hodgkin_huxley().replace(I=current)))
        top = float(response["V"].max())
        plot_phase_response(
            response, ax=panels[2], scale=1 / top, color=color, label=f"$I$ = {current}"
        )
        facts[f"axon, lowest over highest, I = {current}"] = float(response["V"].min()) / top
        worst = max(worst, response.error)
    for ax in panels:
        ax.axhline(0, color=GREY, linewidth=0.5, zorder=0)
        ax.set_ylabel("")
        ax.legend(loc="upper left", fontsize=6.5)
    panels[0].set(ylabel="phase response (scaled)", ylim=(-0.1, 1.35))
    panels[1].set(ylim=(-1.2, 1.75))
    panels[2].set(ylim=(-0.8, 1.5))
    letter_panels(*panels)
    return figure, facts | {"largest |T Z·f - 1|": worst}


def check(facts: Facts) -> None:
    assert facts["largest |T Z·f - 1|"] < 1e-8
    assert facts["second harmonic over mean, 0.001 above"] < 0.02
    assert abs(facts["twice the first harmonic over mean, 0.001 above"] - 1) < 0.02
    assert facts["mean over first harmonic, I = 93.85"] < 0.03
    assert all(facts[f"axon, lowest over highest, I = {I}"] < -0.05 for I in (10, 30, 100))
