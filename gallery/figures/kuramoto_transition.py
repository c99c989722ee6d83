"""Kuramoto's transition for several sizes, with the theory of infinitely many over it."""

import math

import numpy as np

from ... import (
    Gaussian,
    Lorentzian,
    Uniform,
    continue_equilibria,
    find_critical_coupling,
    kuramoto,
    kuramoto_critical_coupling,
    kuramoto_order,
)
from ...dynamics.oscillators.densities import Density
from ...models import kuramoto_ott_antonsen
from ..registry import Facts
from ..style import (
    BLACK,
    BLUE,
    GREY,
    MILLIMETRE,
    SKY,
    TWO_COLUMNS,
    VERMILION,
    HouseFigure,
    letter_panels,
    new_figure,
)

TITLE = "Kuramoto's transition"
CAPTION = """
The order parameter of N phase oscillators over their coupling, simulated with frequencies and
phases drawn at random (dots), and for infinitely many (lines). A: Lorentzian frequencies,
r = √(1 - K_c/K); dashed red, the equilibria of Ott and Antonsen's reduction, continued: a pitchfork
at K_c = 2Δ. B: Gaussian frequencies. C: uniform frequencies, where r jumps to π/4. Grey vertical
lines: K_c = 2/(πg(0)). Red triangles: K_c found by finite-size scaling from simulations of up to
576 oscillators.
"""
SOURCE = """
Y. Kuramoto, Chemical Oscillations, Waves, and Turbulence (Springer, 1984); S. H. Strogatz, Physica
D 143 (2000) 1-20; E. Ott and T. M. Antonsen, Chaos 18 (2008) 037113; D. Pazo, Phys. Rev. E 72
(2005) 046211. K_c: 2Δ, σ√(8/π), 4γ/π.
"""
CASES: dict[str, tuple[Density, tuple[float, float]]] = {
    "Lorentzian": (Lorentzian(1.0), (1.0, 4.0)),
    "Gaussian": (Gaussian(1.0), (0.8, 3.2)),
    "uniform": (Uniform(1.0), (0.7, 2.2)),
}
SIZES = {100: SKY, 1000: BLUE, 10_000: BLACK}
COUNT = 14


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    panels = figure.subplots(1, 3, sharey=True)
    facts: dict[str, float] = {}
    for ax, (name, (density, (low, high))) in zip(panels, CASES.items(), strict=True):
        critical = kuramoto_critical_coupling(density)
        K = np.linspace(low, high, COUNT)
        for n, color in SIZES.items():
            r = [settled(n, k, density) for k in K.tolist()]
            label = f"$N = {n:,}$".replace(",", r"\,")
            ax.plot(K, r, "o", color=color, markersize=2.6, label=label, zorder=3, clip_on=False)
        above = float(critical) * 1.05 < K
        theory = np.asarray(kuramoto_order(density, K[above]))
        worst = float(np.abs(np.array(r)[above] - theory).max())
        facts[f"{name}: N = 10000 against theory, worst"] = worst
        fine = np.linspace(float(critical) * (1 + 1e-12), high, 200)
        ends = [[low, float(critical)], [0.0, 0.0]]
        branch = np.asarray(kuramoto_order(density, fine))
        ax.plot(*ends, color=GREY, linewidth=1.0, zorder=1)
        ax.plot(fine, branch, color=GREY, linewidth=1.2, zorder=1, label=r"$N \to \infty$")
        ax.axvline(float(critical), color=GREY, linewidth=0.5, zorder=0)
        found = find_critical_coupling(density, sizes=(64, 192, 576), seeds=5)
        ax.plot(found.coupling, -0.055, "^", color=VERMILION, markersize=4, clip_on=False, zorder=5)
        facts[f"{name}: K_c"] = float(critical)
        facts[f"{name}: K_c, simulated"] = found.coupling
        facts[f"{name}: K_c, error"] = found.error
        facts[f"{name}: jump"] = float(branch[0])
        facts[f"{name}: first order"] = float(found.transition == "first order")
        ax.set(xlabel="coupling $K$", ylim=(-0.07, 1.02), xlim=(low, high))
        ax.set_title(name, loc="right", fontsize=7)
    reduced = continue_equilibria(kuramoto_ott_antonsen().replace(K=4, r=0.7), "K", (4, 1))
    point = reduced.first("branch point")
    r = np.abs(reduced["r"])
    order = np.argsort(reduced["K"])
    panels[0].plot(
        reduced["K"][order],
        r[order],
        color=VERMILION,
        linestyle=(0, (4, 2)),
        linewidth=1.0,
        zorder=2,
        label="Ott-Antonsen",
    )
    facts["Ott-Antonsen: branch point"] = point.value
    panels[0].set_ylabel("order parameter $r$")
    handles, labels = panels[0].get_legend_handles_labels()
    panels[2].legend(handles, labels, loc="center right", bbox_to_anchor=(1.0, 0.42))
    letter_panels(*panels)
    return figure, facts


def settled(n: int, coupling: float, density: Density) -> float:
    """The mean order parameter of a population drawn at random."""
    run = kuramoto(n, coupling, density, until=100, step=0.1, sampling="random", seed=n)
    return run.mean_order(after=50).value


def check(facts: Facts) -> None:
    exact = {"Lorentzian": 2.0, "Gaussian": math.sqrt(8 / math.pi), "uniform": 4 / math.pi}
    for name, value in exact.items():
        assert abs(facts[f"{name}: K_c"] / value - 1) < 1e-12
        found, error = facts[f"{name}: K_c, simulated"], facts[f"{name}: K_c, error"]
        assert abs(found / value - 1) < 0.02
        assert abs(found - value) < 3 * error
        assert facts[f"{name}: N = 10000 against theory, worst"] < 0.04
    assert abs(facts["Ott-Antonsen: branch point"] - 2) < 1e-10
    assert abs(facts["uniform: jump"] - math.pi / 4) < 1e-4
    assert facts["uniform: first order"] == 1
    assert facts["Lorentzian: first order"] == facts["Gaussian: first order"] == 0
