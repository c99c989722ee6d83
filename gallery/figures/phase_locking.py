"""Two Hodgkin-Huxley axons: how coupling locks their phases."""

import numpy as np

from ... import find_limit_cycle, interaction_function, phase_response
from ...models import hodgkin_huxley
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

TITLE = "Phase locking of two cells"
CAPTION = """
Two like Hodgkin-Huxley axons, weakly coupled. A: the speed G of their phase difference ψ, scaled,
for a gap junction, an excitatory and an inhibitory synapse; below, in the same colours, the
phase-locked states: full circles are stable, open ones unstable. Through a gap junction the axons
lock in phase or in antiphase, whichever is nearer. B: the phase difference of the coupled
equations, spike by spike (dots), from several starts, over the averaged equation ψ' = G(ψ)
(lines); g = 0.004 mS/cm².
"""
SOURCE = """
G. B. Ermentrout and N. Kopell, SIAM J. Math. Anal. 15 (1984) 215-237 (averaging); D. Hansel, G.
Mato and C. Meunier, Europhys. Lett. 23 (1993) 367-372 (Hodgkin-Huxley axons in phase and in
antiphase).
"""
COUPLINGS = {
    "gap junction": ("g*(V_other - V)", BLUE),
    "excitation": ("g*(0 - V)/(1 + exp(-(V_other + 20)/2))", GREEN),
    "inhibition": ("g*(-80 - V)/(1 + exp(-(V_other + 20)/2))", VERMILION),
}
STRENGTH, END = 0.004, 800.0
STARTS = (0.1, 0.25, 0.42, 0.55, 0.7)


def spikes(model, x, until):
    """Spike times of both cells of a pair, coupled through V: SciPy."""
    from scipy.integrate import solve_ivp

    rates = model.field.at_points(model.field.parameter_array(model.parameters))

    def both(t, y):
        one, two = rates(t, y[:4]), rates(t, y[4:])
        one[0] += STRENGTH * (y[4] - y[0])
        two[0] += STRENGTH * (y[0] - y[4])
        return [*one, *two]

    def first(t, y):
        return y[0] + 20

    def second(t, y):
        return y[4] + 20

    first.direction = second.direction = 1
    run = solve_ivp(
        both, (0, until), x, method="LSODA", rtol=1e-8, atol=1e-8, events=[first, second]
    )
    return run.t_events


def draw() -> tuple[HouseFigure, Facts]:
    from scipy.integrate import solve_ivp

    model = hodgkin_huxley().replace(I=10)
    response = phase_response(find_limit_cycle(model))
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    speed, course = figure.subplots(1, 2)
    facts: dict[str, float] = {}
    for row, (name, (text, color)) in enumerate(COUPLINGS.items()):
        found = interaction_function(response, dict(V=text), parameters=dict(g=STRENGTH))
        psi = np.append(found["phase"], 1.0)
        top = np.abs(found["G"]).max()
        speed.plot(psi, np.append(found["G"], found["G"][0]) / top, color=color, label=name)
        for state in found.locked:
            for place in {state.phase, 1.0} if state.phase == 0 else {state.phase}:
                face = color if state.stable else "white"
                speed.plot(
                    place, -1.3 - 0.2 * row, "o", color=color, markerfacecolor=face, clip_on=False
                )
            if state.stable:
                facts[f"{name}: stable at ψ = {state.phase:.3f}"] = state.rate
        if name == "gap junction":
            gap = found
    speed.axhline(0, color=GREY, linewidth=0.5, zorder=0)
    speed.set(xlim=(0, 1), ylim=(-1.85, 1.5), xlabel="phase difference ψ", ylabel="G(ψ), scaled")
    speed.set_yticks([-1, 0, 1])
    speed.legend(loc="upper right", ncols=3, columnspacing=1, fontsize=6.5)
    table, period, worst = np.append(gap["G"], gap["G"][0]), response.period, 0.0
    grid = np.append(gap["phase"], 1.0)
    for start in STARTS:
        x = np.concatenate([response.cycle(0.0), response.cycle(start * period)])
        own, other = spikes(model, x, END)
        ahead = np.array([t - other[other <= t + 1e-6].max() for t in own if t > other.min()])
        times = own[own > other.min()]
        measured = ahead / period
        theory = solve_ivp(
            lambda t, psi: np.interp(psi % 1.0, grid, table),
            (0, END),
            [start],
            t_eval=times,
            rtol=1e-8,
        ).y[0]
        worst = max(worst, float(np.abs((measured - theory + 0.5) % 1 - 0.5).max()))
        t = np.linspace(0, END, 400)
        smooth = solve_ivp(
            lambda t, psi: np.interp(psi % 1.0, grid, table), (0, END), [start], t_eval=t, rtol=1e-8
        ).y[0]
        course.plot(t / 1000, smooth, color=BLACK, linewidth=0.8)
        course.plot(times[::3] / 1000, measured[::3] % 1.0, ".", color=BLUE, markersize=3)
    facts["largest difference from averaging (cycles)"] = worst
    course.set(
        xlim=(0, END / 1000), ylim=(-0.02, 1.02), xlabel="time (s)", ylabel="phase difference ψ"
    )
    letter_panels(speed, course)
    return figure, facts


def check(facts: Facts) -> None:
    assert facts["gap junction: stable at ψ = 0.000"] < 0
    assert facts["gap junction: stable at ψ = 0.500"] < 0
    assert facts["largest difference from averaging (cycles)"] < 0.06
