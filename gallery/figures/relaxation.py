"""Van der Pol's oscillator from harmonic to relaxation: its period against mu."""

import numpy as np
from matplotlib.axes import Axes

from ... import simulate
from ...models import van_der_pol
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREY,
    MILLIMETRE,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Harmonic to relaxation"
CAPTION = """
Van der Pol's oscillator. A: the period (circles) leaves 2π along the law of weak damping and joins
the law of strong damping; the insets show the orbit as a near circle at µ = 0.1 and, at µ = 10, as
two slow branches joined by jumps. B: the relative errors of both laws: each falls on its own side,
and they meet near µ = 3. At 10⁻⁸ the second feels its coefficients, which are rounded to four
digits.
"""
SOURCE = """
B. van der Pol, Philos. Mag. (7) 2 (1926) 978-992; small µ: T = 2π(1 + µ²/16 - 5µ⁴/3072); large µ:
T = (3 - 2 ln 2)µ + 7.014 µ^(-1/3) - (2/3) ln(µ)/µ - 1.323/µ. The periods at µ = 10, 100 and 1000:
scipy's Radau and DOP853 at tolerances of 1e-10 and 1e-12.
"""
VALUES = np.concatenate([np.geomspace(0.1, 10, 17), np.geomspace(10, 1000, 11)[1:]])


def weak(mu: np.ndarray) -> np.ndarray:
    """T = 2 pi (1 + mu^2/16 - 5 mu^4/3072) + O(mu^6)"""
    return 2 * np.pi * (1 + mu**2 / 16 - 5 * mu**4 / 3072)


def strong(mu: np.ndarray) -> np.ndarray:
    """T = (3 - 2 ln 2) mu + 7.014 mu^(-1/3) - (2/3) ln(mu)/mu - 1.323/mu + ..."""
    return (3 - 2 * np.log(2)) * mu + 7.014 * mu ** (-1 / 3) - (2 / 3 * np.log(mu) + 1.323) / mu


def period(mu: float) -> float:
    """The time between the last two of some upward passages of x through 0."""
    turns = 4 + 8 / mu
    spikes = simulate(
        van_der_pol().replace(mu=mu), until=turns * (6.3 + 1.62 * mu), tolerance=1e-11
    ).spikes
    return float(spikes[-1] - spikes[-2])


def draw() -> tuple[HouseFigure, Facts]:
    periods = np.array([period(mu) for mu in VALUES])
    errors = {law: np.abs(law(VALUES) / periods - 1) for law in (weak, strong)}
    figure = new_figure(TWO_COLUMNS, 72 * MILLIMETRE)
    left, right = figure.subplots(1, 2)
    fine = np.geomspace(0.1, 1000, 400)
    small, large = fine[fine < 3.5], fine[fine > 0.8]
    left.loglog(small, weak(small), color=BLUE, label="weak damping")
    left.loglog(large, strong(large), color=VERMILION, label="strong damping")
    left.loglog(VALUES, periods, "o", color=BLACK, markersize=3, label="simulated")
    left.set(xlabel=r"damping $\mu$", ylabel="period $T$", xlim=(0.08, 1300), ylim=(3, 2500))
    left.legend(loc="upper left")
    draw_orbit(left.inset_axes((0.1, 0.30, 0.22, 0.27)), 0.1)
    draw_orbit(left.inset_axes((0.72, 0.10, 0.22, 0.27)), 10.0)
    for law, color in ((weak, BLUE), (strong, VERMILION)):
        shown = errors[law] < 2
        style = dict(color=color, markersize=3, linewidth=0.7)
        right.loglog(VALUES[shown], errors[law][shown], "o-", **style)
    right.text(0.6, 3e-7, "weak damping", color=BLUE)
    right.text(16, 3e-3, "strong damping", color=VERMILION)
    right.set(xlabel=r"damping $\mu$", ylabel="relative error of the law")
    right.set(xlim=(0.08, 1300), ylim=(1e-10, 8))
    letter_panels(left, right)
    at = {mu: periods[np.argmin(np.abs(VALUES - mu))] for mu in (0.1, 10, 100, 1000)}
    slope = np.polyfit(np.log(VALUES[:6]), np.log(errors[weak][:6]), 1)[0]
    return figure, {
        **{f"T at µ = {mu:g}": value for mu, value in at.items()},
        "order of the weak law's error": slope,
        "error of the strong law at µ = 1000": errors[strong][-1],
    }


def draw_orbit(ax: Axes, mu: float) -> None:
    """The limit cycle in the plane of x and its velocity."""
    run = simulate(van_der_pol().replace(mu=mu), until=8 / mu + 100, tolerance=1e-10)
    times = np.linspace(run.spikes[-2], run.spikes[-1], 2000)
    ax.plot(run(times, "x"), run(times, "y"), color=BLACK, linewidth=0.8)
    ax.set_title(rf"$\mu = {mu:g}$", fontsize=6.5, loc="center", pad=1.5)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel("$x$", fontsize=6.5, labelpad=1)
    ax.set_ylabel("$y$", fontsize=6.5, labelpad=1)
    for side in ax.spines.values():
        side.set(visible=True, color=GREY, linewidth=0.4)
    ax.margins(0.08)


def check(facts: Facts) -> None:
    assert abs(facts["T at µ = 0.1"] / 6.287111272286 - 1) < 1e-9
    assert abs(facts["T at µ = 10"] / 19.07836956694 - 1) < 1e-9
    assert abs(facts["T at µ = 100"] / 162.8370711 - 1) < 1e-9
    assert abs(facts["T at µ = 1000"] / 1614.4011258 - 1) < 1e-9
    assert abs(facts["order of the weak law's error"] - 6) < 0.3
    assert facts["error of the strong law at µ = 1000"] < 1e-5
