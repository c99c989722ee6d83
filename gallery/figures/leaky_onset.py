"""How firing begins: the kink of the leaky integrator beside a smooth onset."""

import numpy as np
from scipy.optimize import root

from ... import Model, simulate
from ...models import leaky, morris_lecar
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

TITLE = "The kink of the leaky integrator"
CAPTION = """
Firing rate against current. A: the leaky integrate-and-fire neuron leaves zero with infinite slope
(inset: within a thousandth of the threshold it already fires at over 10 Hz). B: Morris-Lecar with a
saddle-node on its cycle rises as a square root, which the normal form of the fold gives without a
fit and which holds near it. C: both above their thresholds: the square root is
a straight line of slope 1/2, the leaky integrator's logarithm is flatter than every power.
"""
SOURCE = """
L. Lapicque, J. Physiol. Pathol. Gen. 9 (1907) 620-635:
f = 1/(t_ref + τ ln((RI + E - V_reset)/(RI + E - V_th))). C. Morris and H. Lecar, Biophys. J. 35
(1981) 193-213, set of Rinzel and Ermentrout: f = sqrt(a b (I - I_0))/π with the normal form of the
fold (Y. A. Kuznetsov, Elements of Applied Bifurcation Theory, 2004); nothing is fitted.
"""
HERTZ = 1000.0  # a rate per millisecond


def leaky_rate(model: Model, current: np.ndarray) -> np.ndarray:
    """f = 1/(t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th))), 0 below the threshold."""
    tau, r, e, v_th, v_reset, t_ref = (
        model.parameters[name] for name in ("tau", "R", "E", "V_th", "V_reset", "t_ref")
    )
    drive = r * current + e
    fires = drive > v_th
    ratio = (drive - v_reset) / np.where(fires, drive - v_th, 1.0)
    return np.where(fires, HERTZ / (t_ref + tau * np.log(np.where(fires, ratio, 2.0))), 0.0)


def fold_law(model: Model) -> tuple[float, float]:
    """(I_0, sqrt(a b)/pi): the fold, and the prefactor of f = sqrt(a b (I - I_0))/pi.

    a = <p, B(q, q)>/2 and b = <p, df/dI> with J q = 0, J' p = 0, <p, q> = 1.
    """
    field, p0 = model.field, model.field.parameter_array(model.parameters)
    where = list(model.parameters).index("I")

    def with_current(current: float) -> np.ndarray:
        p = p0.copy()
        p[where] = current
        return p

    def fold(z: np.ndarray) -> np.ndarray:
        p = with_current(z[2])
        return np.append(field.f(z[:2], p), np.linalg.det(field.jacobian(z[:2], p)))

    z = root(fold, [-29.0, 0.01, 40.0], tol=1e-13).x
    p = with_current(z[2])
    left, _, right = np.linalg.svd(field.jacobian(z[:2], p))
    q, adjoint = right[-1], left[:, -1] / (left[:, -1] @ right[-1])
    a = 0.5 * adjoint @ field.B(z[:2], p, q, q)
    b = adjoint @ field.dfdp(z[:2], p)[:, where]
    return float(z[2]), float(np.sqrt(a * b) / np.pi)


def simulated(model: Model, currents: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Rates in Hz from the last interval between two spikes; 0 without spikes."""
    rates = []
    for current, end in zip(currents, until, strict=True):
        spikes = simulate(model.replace(I=current), until=end, tolerance=1e-14).spikes
        rates.append(HERTZ / (spikes[-1] - spikes[-2]) if len(spikes) > 1 else 0.0)
    return np.array(rates)


def draw() -> tuple[HouseFigure, Facts]:
    lif, ml = leaky(), morris_lecar("snic")
    threshold = 1.5
    fold, prefactor = fold_law(ml)
    above = np.geomspace(1e-5, 1e-1, 9)
    lif_i = np.concatenate([np.linspace(0, 1.5, 6), np.linspace(1.5, 4, 11)[1:]])
    ml_i = np.concatenate([np.linspace(36, 39.9, 4), np.linspace(40, 46, 9)])
    lif_near = simulated(lif, threshold * (1 + above), np.full(9, 600.0))
    ml_near = simulated(ml, fold * (1 + above), 4 / (prefactor * np.sqrt(fold * above)))
    lif_far = simulated(lif, lif_i, np.full(len(lif_i), 300.0))
    ml_far = simulated(ml, ml_i, np.full(len(ml_i), 3000.0))

    figure = new_figure(TWO_COLUMNS, 62 * MILLIMETRE)
    kink, smooth, scaling = figure.subplots(1, 3)
    fine = np.concatenate([[0, 1.5], 1.5 + np.geomspace(1e-9, 2.5, 400)])
    kink.plot(fine, leaky_rate(lif, fine), color=VERMILION, label="closed form")
    kink.plot(lif_i, lif_far, "o", color=BLACK, markersize=2.8, label="simulated")
    kink.legend(loc="lower right")
    kink.set(
        xlabel="current $I$ (nA)",
        ylabel="firing rate $f$ (Hz)",
        ylim=(-6, 200),
        yticks=[0, 50, 100, 150],
    )
    kink.set_title("leaky integrate-and-fire", loc="right", fontsize=7)
    zoom = kink.inset_axes((0.13, 0.56, 0.38, 0.36))
    near = np.concatenate([[1.4985, 1.5], 1.5 + np.geomspace(1e-12, 0.0015, 300)])
    zoom.plot(near, leaky_rate(lif, near), color=VERMILION)
    zoom.set(xlim=(1.4985, 1.5015), ylim=(-1, 15), yticks=[0, 10])
    zoom.set_xticks([1.499, 1.501], ["1.499", "1.501"])
    zoom.tick_params(labelsize=6)

    fine = fold + np.concatenate([[-4, 0], np.linspace(0, 2.45, 300) ** 2])
    law = HERTZ * prefactor * np.sqrt(np.maximum(fine - fold, 0))
    smooth.plot(fine, law, color=BLUE, label="normal form")
    smooth.plot(ml_i, ml_far, "o", color=BLACK, markersize=2.8, label="simulated")
    smooth.legend(loc="lower right")
    smooth.set(xlabel="current $I$ (µA/cm²)", ylabel="firing rate $f$ (Hz)")
    smooth.set_title("Morris-Lecar", loc="right", fontsize=7)

    fine = np.geomspace(1e-5, 1e-1, 200)
    scaling.loglog(fine, leaky_rate(lif, threshold * (1 + fine)), color=VERMILION)
    scaling.loglog(fine, HERTZ * prefactor * np.sqrt(fold * fine), color=BLUE)
    scaling.loglog(above, lif_near, "o", color=BLACK, markersize=2.8)
    scaling.loglog(above, ml_near, "o", color=BLACK, markersize=2.8)
    scaling.set(xlabel="distance from the threshold $I/I_0 - 1$", ylabel="firing rate $f$ (Hz)")
    scaling.text(2e-5, 14, "leaky", color=VERMILION)
    scaling.text(2e-4, 0.35, "Morris-Lecar", color=BLUE)
    letter_panels(kink, smooth, scaling)
    exact = leaky_rate(lif, threshold * (1 + above))
    law = HERTZ * prefactor * np.sqrt(fold * above)
    slope = np.polyfit(np.log(above[:4]), np.log(ml_near[:4]), 1)[0]
    return figure, {
        "threshold of the leaky integrator (nA)": threshold,
        "its rate a thousandth above (Hz)": float(leaky_rate(lif, np.array([1.5015]))[0]),
        "largest relative error of its simulated rates": np.max(np.abs(lif_near / exact - 1)),
        "fold of Morris-Lecar (µA/cm²)": fold,
        "prefactor of the square root (Hz per sqrt(µA/cm²))": HERTZ * prefactor,
        "simulated over predicted rate, nearest": float(ml_near[0] / law[0]),
        "slope of its simulated rates": float(slope),
    }


def check(facts: Facts) -> None:
    assert facts["largest relative error of its simulated rates"] < 1e-9
    assert facts["its rate a thousandth above (Hz)"] > 10
    # The maximum of the steady current-voltage relation, on a grid of 1e-5 mV.
    assert abs(facts["fold of Morris-Lecar (µA/cm²)"] - 39.96315309) < 1e-7
    assert abs(facts["simulated over predicted rate, nearest"] - 1) < 0.01
    assert abs(facts["slope of its simulated rates"] - 0.5) < 0.01
