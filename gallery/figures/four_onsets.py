"""Four ways from rest to firing: diagrams and frequencies."""

from ... import bifurcation_diagram, classify_excitability
from ...models import hodgkin_huxley, sodium_potassium
from ..plot_bifurcation_diagram import plot_bifurcation_diagram
from ..registry import Facts
from ..style import MILLIMETRE, TWO_COLUMNS, HouseFigure, letter_panels, new_figure

TITLE = "The four onsets of firing"
CAPTION = """
Equilibria (black) and extrema of cycles (blue) above, the frequency of the cycles below; full lines
are stable. A: saddle-node on an invariant circle (SNIC), firing begins with frequency zero. B:
saddle-node off the circle, rest is lost at the fold (LP) beside a cycle that was born before at a
homoclinic orbit (HOM). C: supercritical Hopf point (H), small oscillations grow with a finite
frequency. D: subcritical Hopf point, the neuron jumps to cycles born at a fold of cycles (LPC).
A, B, C: persistent sodium and potassium currents; D: the Hodgkin-Huxley axon.
"""
SOURCE = """
E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press, 2007), chapter 6. The fold of cycles
and the Hopf point of D: AUTO-07p and Newton's method with 40 digits.
"""


def draw() -> tuple[HouseFigure, Facts]:
    cases = [
        (sodium_potassium("snic"), (0, 12), (-80, 20)),
        (sodium_potassium("homoclinic"), (0, 8), (-80, 20)),
        (sodium_potassium("hopf"), (0, 60), (-80, 0)),
        (hodgkin_huxley(), (0, 20), (-80, 40)),
    ]
    figure = new_figure(TWO_COLUMNS, 86 * MILLIMETRE)
    panels = figure.subplots(2, 4, sharex="col")
    facts: dict[str, float] = {}
    for i, (model, interval, box) in enumerate(cases):
        diagram = bifurcation_diagram(model, "I", interval, depth=0)
        above, below = panels[:, i]
        plot_bifurcation_diagram(diagram, ax=above, box=dict(V=box), legend=False)
        plot_bifurcation_diagram(diagram, "frequency", ax=below, labels=False, legend=False)
        above.set_xlabel("")
        below.set_xlabel("$I$ (µA/cm²)")
        above.set_ylabel("$V$ (mV)" if i == 0 else "")
        below.set_ylabel("frequency (Hz)" if i == 0 else "")
        verdict = classify_excitability(model, "I", interval, diagram=diagram, simulate=False)
        assert verdict.threshold is not None
        assert verdict.firing_from is not None
        letter = "ABCD"[i]
        facts[f"{letter}: rest lost at"] = verdict.threshold
        facts[f"{letter}: firing from"] = verdict.firing_from
        facts[f"{letter}: class up"] = float(verdict.hodgkin_class or 0)
    letter_panels(*panels[0])
    return figure, facts


def check(facts: Facts) -> None:
    assert [facts[f"{letter}: class up"] for letter in "ABCD"] == [1, 2, 2, 2]
    assert abs(facts["A: rest lost at"] - facts["A: firing from"]) < 1e-9
    assert facts["B: firing from"] < facts["B: rest lost at"]
    assert abs(facts["C: rest lost at"] - facts["C: firing from"]) < 1e-9
    assert abs(facts["D: rest lost at"] - 9.65933799539) < 1e-9
    assert abs(facts["D: firing from"] - 6.1442212745) < 1e-6
