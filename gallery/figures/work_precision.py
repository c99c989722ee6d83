"""Work against precision of the schemes of rheobase."""

import numpy as np
from matplotlib.axes import Axes

from ... import Trajectory, simulate
from ...models import hodgkin_huxley
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREEN,
    MILLIMETRE,
    ONE_COLUMN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    HouseFigure,
    new_figure,
)

TITLE = "Work and precision"
CAPTION = """
Hodgkin-Huxley at I = 10 µA/cm² from rest: the error of V at 30 ms, on the way up to the third
spike, against the number of evaluations of the right side. The slopes are the orders. One digit
more costs Euler's method ten times the work, the classical Runge-Kutta scheme 1.8 times, that of
Dormand and Prince 1.3 times. Exponential Euler, which stays stable at long steps, is the least
accurate here. rk4 ends in rounding; Radau's curve is bent where its error changes sign.
"""
SOURCE = """
E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I (Springer, 1993);
E. Hairer and G. Wanner, II (1996), for Radau IIA. The reference V(30 ms) = -54.82437021908609 mV:
Gragg, Bulirsch and Stoer's extrapolation in extended precision, steps of 0.05 and 0.025 ms.
"""
EXACT, END = -54.82437021908609, 30.0
LONGEST = 0.04
# Scheme, order, evaluations a step, halvings of the longest step, colour, mark, and the name in the
# drawing: beside which point, and how far from it in points.
FIXED = (
    ("euler", 1, 1, range(1, 11), BLACK, "s", (6, -12, -12)),
    ("exponential-euler", 1, 1, range(1, 11), ORANGE, "D", (5, 2, 5)),
    ("rk2", 2, 2, range(10), SKY, "v", (6, 4, 4)),
    ("heun", 2, 2, range(10), GREEN, "^", (6, -30, -13)),
    ("rk4", 4, 4, range(8), BLUE, "o", (4, 6, 1)),
)
# Scheme, order, tolerances, and the same.
ADAPTIVE = (
    ("radau", 5, 10.0 ** -np.arange(3, 11), PURPLE, "P", (7, 2, -10)),
    ("dormand-prince", 8, 10.0 ** -np.arange(3, 14), VERMILION, "X", (9, 7, -2)),
)


def error(run: Trajectory) -> float:
    return max(abs(float(run["V"][-1]) - EXACT), 1e-14)


def draw() -> tuple[HouseFigure, Facts]:
    model = hodgkin_huxley().replace(I=10)
    figure = new_figure(ONE_COLUMN, 85 * MILLIMETRE)
    ax = figure.subplots()
    facts: dict[str, float] = {}
    for scheme, order, stages, halvings, color, mark, place in FIXED:
        steps = [END / round(END / LONGEST) / 2**k for k in halvings]
        runs = [simulate(model, END, scheme=scheme, step=step, every=1000) for step in steps]
        errors = [error(run) for run in runs]
        work = [stages * round(END / step) for step in steps]
        ax.loglog(work, errors, marker=mark, markersize=3, linewidth=0.8, color=color)
        name_curve(ax, f"{scheme} ({order})", work, errors, color, place)
        facts[f"order of {scheme}"] = slope(work, errors, 0.3)
    for scheme, order, tolerances, color, mark, place in ADAPTIVE:
        runs = [simulate(model, END, scheme=scheme, tolerance=tol) for tol in tolerances]
        errors = [error(run) for run in runs]
        work = [run.evaluations for run in runs]
        ax.loglog(work, errors, marker=mark, markersize=3, linewidth=0.8, color=color)
        name_curve(ax, f"{scheme} ({order})", work, errors, color, place)
        # Counted in steps: the iterations of an implicit one grow fewer as the steps grow short.
        facts[f"order of {scheme}"] = slope([run.steps for run in runs], errors, 1e-3)
    ax.set(xlabel="evaluations of the right side", ylabel="error of $V$ at 30 ms (mV)")
    return figure, facts


def name_curve(
    ax: Axes,
    name: str,
    work: list[int],
    errors: list[float],
    color: str,
    place: tuple[int, int, int],
) -> None:
    """Write the scheme and its order beside a point of its curve."""
    point, right, up = place
    ax.annotate(
        name,
        (work[point], errors[point]),
        xytext=(right, up),
        textcoords="offset points",
        color=color,
        fontsize=7,
    )


def slope(work: list[int], errors: list[float], largest: float) -> float:
    """The order seen: minus the slope where errors are below `largest` and above rounding."""
    w, e = np.array(work), np.array(errors)
    fit = (e < largest) & (e > max(4 * e.min(), 1e-11))
    return float(-np.polyfit(np.log(w[fit]), np.log(e[fit]), 1)[0])


def check(facts: Facts) -> None:
    for scheme, order, *_ in FIXED:
        assert abs(facts[f"order of {scheme}"] - order) < 0.2, scheme
    for scheme, order, *_ in ADAPTIVE:
        assert abs(facts[f"order of {scheme}"] - order) < 1.0, scheme
