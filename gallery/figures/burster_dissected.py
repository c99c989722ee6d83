"""A burster dissected: Hindmarsh and Rose's equations, one variable held."""

from ... import dissect
from ...models import hindmarsh_rose
from ..plot_dissection import plot_dissection
from ..registry import Facts
from ..style import (
    GREEN,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "A burster dissected"
CAPTION = """
Hindmarsh and Rose's model with a slow adaptation current z (r = 0.001). A: bursts of nine spikes.
B: z rises while it spikes and falls while it rests (red). C: the fast subsystem (x, y), with z as
a parameter, and the burst over it (green). At rest the neuron follows the lower branch to the
left, to its fold (LP), where it jumps up to the cycles; these it follows to the right, to a
homoclinic orbit (dotted), and falls down again: a fold/homoclinic or square-wave burster.
"""
SOURCE = """
J. L. Hindmarsh and R. M. Rose, Proc. R. Soc. Lond. B 221 (1984) 87-102; J. Rinzel, Lecture Notes
in Biomathematics 71 (1987) 267-281; E. M. Izhikevich, Int. J. Bifurcation Chaos 10 (2000)
1171-1266. The fold in closed form: x = 2 (b - d)/(3 a) = -4/3, z = 49/27.
"""


def draw() -> tuple[HouseFigure, Facts]:
    found = dissect(hindmarsh_rose("slow"), "z")
    assert found.rest_lost is not None, found.reason
    assert found.spiking_lost is not None, found.reason
    figure = new_figure(TWO_COLUMNS, 78 * MILLIMETRE)
    grid = figure.add_gridspec(2, 2, width_ratios=[1, 1.1], height_ratios=[1.6, 1])
    wave, creep = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    plane = figure.add_subplot(grid[:, 1])
    wave.sharex(creep)
    t = found.t - found.t[0]
    wave.plot(t, found["x"], color=GREEN, linewidth=0.7)
    creep.plot(t, found["z"], color=VERMILION)
    wave.tick_params(labelbottom=False)
    wave.set_ylabel("$x$")
    creep.set(xlabel="time $t$", ylabel="$z$", xlim=(0, t[-1]))
    figure.align_ylabels([wave, creep])
    plot_dissection(found, ax=plane)
    letter_panels(wave, creep, plane)
    return figure, {
        "rest is lost at z": found.rest_lost.value,
        "spiking is lost at z": found.spiking_lost.value,
        "spikes a burst": found.bursts[-1]["spikes"],
        "square-wave (1: yes)": float(found.nickname == "square-wave"),
    }


def check(facts: Facts) -> None:
    assert abs(facts["rest is lost at z"] - 49 / 27) < 1e-11
    assert facts["square-wave (1: yes)"] == 1
    assert facts["spikes a burst"] == 9
