"""The scaling check: laws of the onset against simulation ever closer to it."""

from ... import Model, check_scaling
from ...analysis.scaling_check import ScalingCheck
from ...models import leaky, morris_lecar, sodium_potassium, theta
from ..plot_scaling import plot_scaling
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    PURPLE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Is the law true?"
CAPTION = """
Firing simulated ever closer to its onset (dots), and the law derived at the onset itself (lines).
A: saddle-nodes on invariant circles, f = s √d with s from the centre manifold; nothing is fitted.
B: by how much the runs of A still depart from that leading term: as √d, so that the law is reached
and not only approached in slope (the theta neuron obeys it exactly: rounding is left). C: the
period grows as a logarithm where firing ends at a saddle, with 1/λ of the saddle as its factor, or
where rest comes to lie on the threshold, with the membrane's time constant; only the constant
that is added is read off the nearest run. D: the amplitude at a supercritical Hopf point and the
frequency beyond that of a fold of cycles both leave as √d, the second only very close to it.
"""
SOURCE = """
The laws: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253; Yu. A. Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004). Theta neuron: s = 1/π; leaky
neuron: k = its time constant, 10 ms; Morris and Lecar's saddle-node: mpmath at 40 digits; the
radial clock r' = r (μ - r²): amplitude √μ.
"""


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 112 * MILLIMETRE)
    (roots, rest), (logarithms, finite) = figure.subplots(2, 2)
    clock = Model(
        "clock",
        "x' = mu*x - y - x*(x^2 + y^2)\ny' = x + mu*y - y*(x^2 + y^2)",
        parameters=dict(mu=-0.5),
        start=dict(x=0.1, y=0),
        natural=("mu", (-1, 1)),
    )
    facts: dict[str, float] = {}

    def checked(name: str, model: Model, interval: tuple[float, float] | None) -> ScalingCheck:
        check = check_scaling(model, None, interval)
        facts[f"{name}: confirmed"] = float(check.confirmed is True)
        for test in check.tests:
            facts[f"{name}: {test.what}, simulated"] = test.value
            facts[f"{name}: {test.what}, error"] = test.error
        return check

    for name, model, interval, color in (
        ("Morris-Lecar", morris_lecar("snic"), (0, 60), BLUE),
        ("Na-K", sodium_potassium("snic"), (0, 20), VERMILION),
        ("theta", theta(), None, BLACK),
    ):
        check = checked(name, model, interval)
        plot_scaling(check, color=color, label=name, ax=roots)
        plot_scaling(check, color=color, residual=True, ax=rest)
    for name, model, interval, color in (
        ("Morris-Lecar, homoclinic", morris_lecar("homoclinic"), (0, 60), BLUE),
        ("leaky, threshold", leaky(), None, PURPLE),
    ):
        plot_scaling(checked(name, model, interval), color=color, label=name, ax=logarithms)
    for name, model, interval, color in (
        ("clock, Hopf: amplitude", clock, None, GREEN),
        ("Morris-Lecar, fold of cycles", morris_lecar("hopf"), (60, 120), BLUE),
    ):
        plot_scaling(checked(name, model, interval), color=color, label=name, ax=finite)
    for ax in (roots, rest, logarithms, finite):
        ax.set_xlabel("distance of the drive from the onset $d$")
    roots.set_ylabel("frequency $f$ (Hz; theta: 1/time)")
    finite.set_ylabel(r"amplitude, $|f - f_0|$ (Hz)")
    letter_panels(roots, rest, logarithms, finite)
    return figure, facts


def check(facts: Facts) -> None:
    assert all(value == 1 for name, value in facts.items() if name.endswith("confirmed"))
    s = facts["Morris-Lecar: prefactor s, simulated"]
    assert abs(s / 5.66195031e-3 - 1) < 1e-6
    assert abs(facts["theta: prefactor s, simulated"] * 3.141592653589793 - 1) < 1e-8
    for name in ("Morris-Lecar", "Na-K", "theta"):
        assert abs(facts[f"{name}: exponent, simulated"] - 0.5) < 1e-5
    off = abs(facts["leaky, threshold: factor k, simulated"] - 10)
    assert off < max(3 * facts["leaky, threshold: factor k, error"], 1e-5)
    assert off < 0.02
    assert abs(facts["clock, Hopf: amplitude: amplitude of x, simulated"] - 1) < 1e-3
