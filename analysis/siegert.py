"""The leaky neuron with white noise: its firing rate and the variability of its intervals.

    dV = (mean - V)/tau dt + sigma dW,    V = threshold: V -> reset, held there for `refractory`

The interval between spikes is the refractory time and the first passage of an Ornstein-Uhlenbeck
process from the reset to the threshold. With u = (V - mean)/(sigma sqrt(tau)), a at the reset and b
at the threshold,

    1/rate = refractory + tau sqrt(pi) int_a^b e^(u^2) (1 + erf u) du
    CV^2 = 2 pi (rate tau)^2 int_a^b e^(x^2) int_(-inf)^x e^(y^2) (1 + erf y)^2 dy dx

(A. J. F. Siegert, Phys. Rev. 81 (1951) 617-623; L. M. Ricciardi, Diffusion Processes and Related
Topics in Biology, 1977; the second as in N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208, appendix
A.1, whose sigma is sigma sqrt(tau) here.) Every integrand is positive and kept within the range of
numbers by erfcx(z) = e^(z^2) erfc(z) below zero and by a factor e^(-b^2) above, so that nothing is
lost for thresholds far away on either side.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil, exp, expm1, inf, isfinite, log, log1p, pi, sqrt

import numpy as np
from scipy.special import erf, erfcx

from ..dynamics.errors import InvalidArgument

NODES, FORGOTTEN = 24, 45.0  # e^-45 of an integrand's largest value is nothing to a double
PANELS, WIDEST, GROWTH = 12, 0.25, 1.5
FAR, LOWEST = 1e6, 1e100  # beyond which the limits hold to the last bits


@dataclass(frozen=True)
class RenewalFiring:
    """The firing of a leaky neuron with white noise.

    rate
        spikes per unit of time; 0 where it is below the smallest double
    mean_interval, cv
        the mean of the intervals between spikes and their standard deviation divided by it; for a
        neuron that never fires inf and NaN
    log_rate
        the natural logarithm of the rate, where the rate itself is too small for a double
    """

    rate: float
    cv: float
    mean_interval: float
    log_rate: float

    def to_dict(self) -> dict:
        """JSON types; inf, -inf and NaN as null."""
        values = self.__dict__
        return {name: value if isfinite(value) else None for name, value in values.items()}


def siegert(
    mean: float,
    sigma: float,
    tau: float,
    threshold: float,
    reset: float,
    refractory: float = 0.0,
) -> RenewalFiring:
    """Rate and CV of a leaky integrate-and-fire neuron with white noise.

    Parameters
    ----------
    mean
        where V would come to rest without threshold and noise
    sigma
        the amplitude of dW, as in ``noise=dict(V="sigma")``: the standard deviation of V without a
        threshold is sigma sqrt(tau/2). Other papers write tau dV = ... + sigma' sqrt(tau) dW; then
        sigma = sigma'/sqrt(tau)
    tau, threshold, reset, refractory
        as in the equations at the top of this file; the threshold is above the reset

    With refractory = 0, `mean_interval` is the mean first passage time from `reset` to `threshold`.
    Relative errors are below 1e-12. sigma = 0 gives the neuron without noise.

    >>> found = siegert(mean=15, sigma=5 / 20**0.5, tau=20, threshold=20, reset=10, refractory=2)
    >>> round(found.rate, 6), round(found.cv, 6)
    (0.009461, 0.814757)
    """
    given = dict(mean=mean, sigma=sigma, tau=tau, threshold=threshold, reset=reset)
    numbers = {name: number(name, value) for name, value in given.items()}
    pause = number("refractory", refractory)
    mean, sigma, tau, threshold, reset = numbers.values()
    if tau <= 0 or sigma < 0 or pause < 0:
        raise InvalidArgument(
            f"tau must be positive, sigma and refractory not negative; they are {tau:g}, {sigma:g} "
            f"and {pause:g}"
        )
    if threshold <= reset:
        raise InvalidArgument(f"the threshold {threshold:g} must lie above the reset {reset:g}")
    unit = sigma * sqrt(tau)
    if unit == 0.0:
        return without_noise(mean, tau, threshold, reset, pause)
    a, b = (reset - mean) / unit, (threshold - mean) / unit
    if not (isfinite(a) and isfinite(b)):
        return without_noise(mean, tau, threshold, reset, pause)
    if b > FAR:
        return far_above(a, b, (threshold - reset) / unit, tau)
    if b < -FAR:
        return far_below((threshold - reset) / (mean - threshold), -b, tau, pause)
    # passage = tau sqrt(pi) e^scale first, with the scale b^2 above zero
    scale = max(b, 0.0) ** 2
    x, weights = nodes_between(a, b)
    first = float(weights @ first_integrand(x, scale))
    log_passage = scale + log(tau * sqrt(pi) * first)
    log_interval = log_passage
    if pause > 0:
        larger, smaller = max(log_passage, log(pause)), min(log_passage, log(pause))
        log_interval = larger + log1p(exp(smaller - larger))
    double = float(weights @ second_integrand(x, scale))
    cv = sqrt(2 * pi * double) * tau * exp(scale - log_interval)
    interval = exp(log_interval) if log_interval < 709.78 else inf
    return RenewalFiring(rate_of(log_interval), cv, interval, -log_interval)


def without_noise(
    mean: float, tau: float, threshold: float, reset: float, pause: float
) -> RenewalFiring:
    if mean <= threshold:
        return RenewalFiring(0.0, float("nan"), inf, -inf)
    interval = pause + tau * log1p((threshold - reset) / (mean - threshold))
    log_interval = log(interval) if interval > 0 else -inf
    return RenewalFiring(rate_of(log_interval), 0.0, interval, -log_interval)


def far_above(a: float, b: float, rise: float, tau: float) -> RenewalFiring:
    """The limit of a far threshold, `rise` above the reset: a path that is not there at once, of
    which there is the part 1 - e^(a^2 - b^2), returns and needs exponential times with the mean
    tau sqrt(pi) e^(b^2)/b."""
    away = -expm1(-rise * (a + b)) if a > 0 else 1.0
    log_interval = b * b + log(tau) + log(sqrt(pi) * away) - log(b)
    return RenewalFiring(0.0, sqrt((2 - away) / away), inf, -log_interval)


def far_below(rise: float, drift: float, tau: float, pause: float) -> RenewalFiring:
    """The limit of a strong drift: the time without noise, with the variance that noise adds along
    the way, tau^2 (1/b^2 - 1/a^2)/2; b = -drift and a/b = 1 + rise."""
    interval = pause + tau * log1p(rise)
    spread = tau * sqrt(0.5 * rise * (2 + rise)) / (1 + rise) / drift
    log_interval = log(interval) if interval > 0 else -inf
    return RenewalFiring(rate_of(log_interval), spread / interval, interval, -log_interval)


def rate_of(log_interval: float) -> float:
    if log_interval < -709.78:
        raise InvalidArgument("the interval between spikes is too short: its rate is no double")
    return exp(-log_interval)


def first_integrand(u: np.ndarray, scale: float) -> np.ndarray:
    """e^(u^2) (1 + erf u) e^(-scale)."""
    below = erfcx(np.maximum(-u, 0.0)) * np.exp(-scale)
    above = np.exp(np.maximum(u, 0.0) ** 2 - scale) * (1 + erf(u))
    return np.where(u < 0, below, above)


def second_integrand(x: np.ndarray, scale: float) -> np.ndarray:
    """e^(x^2) int_(-inf)^x e^(y^2) (1 + erf y)^2 dy e^(-2 scale)."""
    # further down it is below 4/|x|^3: nothing
    negligible, x = x < -LOWEST, np.maximum(x, -LOWEST)
    square = x**2
    far = np.sqrt(square + FORGOTTEN)
    # y = x - s, s from 0 to where the integrand is e^-45 of what it was
    near = np.where(square > FORGOTTEN, x - np.sqrt(np.maximum(square - FORGOTTEN, 0.0)), x + 7.0)
    reach = np.where(x > 0, near, FORGOTTEN / (far + np.abs(x)))
    s, weights = standard_panels(PANELS)
    y = x - s[:, None] * reach
    # (1 + erf y)^2 e^(y^2) is e^(-y^2) erfcx(-y)^2 below zero
    lift = square - 2 * scale
    below = np.exp(np.minimum(lift - y**2, 700.0)) * erfcx(np.maximum(-y, 0.0)) ** 2
    above = np.exp(np.minimum(lift + y**2, 700.0)) * (1 + erf(y)) ** 2
    return np.where(negligible, 0.0, reach * (weights @ np.where(y < 0, below, above)))


def nodes_between(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of Gauss and Legendre on panels from a to b that suit both integrands."""
    edges = [a]
    if b > 0:
        nearest = sqrt(b * b - FORGOTTEN) if b * b > FORGOTTEN else 0.0
        begin = max(a, nearest)
        count = max(PANELS, ceil((b - begin) / WIDEST))
        edges = [begin + (b - begin) * i / count for i in range(count + 1)]
        # what lies further below adds nothing
        if nearest > 0.0 or a >= 0.0:
            return on_panels(np.array(edges))
    top = min(b, 0.0)
    falling = [top]
    width = WIDEST * (1 + abs(top))
    while falling[-1] - width > a:
        falling.append(falling[-1] - width)
        width *= GROWTH
    rising = [a, *reversed(falling)]
    return on_panels(np.array([*rising[:-1], *edges] if b > 0 else rising))


def on_panels(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points, weights = legendre()
    widths = np.diff(edges)
    x = edges[:-1, None] + widths[:, None] * points
    return x.ravel(), (widths[:, None] * weights).ravel()


def standard_panels(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on equal panels of [0, 1]."""
    return on_panels(np.linspace(0.0, 1.0, count + 1))


@cache
def legendre() -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [0, 1]."""
    points, weights = np.polynomial.legendre.leggauss(NODES)
    return (points + 1) / 2, weights / 2


def number(name: str, value: object) -> float:
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = float("nan")
    if not isfinite(found):
        raise InvalidArgument(f"{name} must be a finite number, not {value!r}")
    return found
