"""The order parameter of Kuramoto's model for N -> infinity: the self-consistent branch.

With x = K r, oscillators with |w - c| < x are locked, and the others add nothing to r:

    1 = K int_{-pi/2}^{pi/2} cos(u)^2 g(c + x sin(u)) du = K F(x),    r = x F(x)

F falls from pi g(c)/2 where g falls on both sides of c, so that there is one r for each K > K_c:
parameter x, no iteration needed but one root. Lorentzian: r = sqrt(1 - K_c/K).

Reference: Y. Kuramoto, Chemical Oscillations, Waves, and Turbulence (Springer, 1984), section 5.4;
S. H. Strogatz, Physica D 143 (2000) 1-20, equations 4.5-4.8.
"""

import math

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.oscillators.densities import Lorentzian, real_numbers
from .frequency_density import FrequencyDensity, frequency_density
from .kuramoto_critical_coupling import kuramoto_critical_coupling


def kuramoto_order(density: object, coupling: "float | np.ndarray") -> "float | np.ndarray":
    """The stationary order parameter r(K) of infinitely many oscillators, all to all.

    density
        rb.Lorentzian, rb.Gaussian, rb.Uniform, or a normalised function that is symmetric and
        falls on both sides of its centre
    coupling
        K, a number or an array

    0 up to K_c, then the branch of partial synchrony; for a density with a flat top it begins with
    a jump.

    >>> import rheobase as rb
    >>> round(rb.kuramoto_order(rb.Gaussian(1.0), 2.0), 6)
    0.715174
    """
    g = frequency_density(density)
    if not (g.symmetric and g.unimodal):
        raise InvalidArgument(
            "the branch of partial synchrony is derived for densities that are symmetric and fall "
            "on both sides of their centre; this one is not"
        )
    complaint = f"coupling is a finite real number, or an array of them, not {coupling!r:.200}"
    couplings = real_numbers(coupling, complaint)
    if not np.isfinite(couplings).all():
        raise InvalidArgument(complaint)
    if isinstance(density, Lorentzian):
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = 1 - 2 * density.width / couplings
        r = np.where(couplings > 2 * density.width, np.sqrt(np.maximum(inside, 0)), 0.0)
    else:
        least = float(kuramoto_critical_coupling(density))
        r = np.array([branch(g, K, least) for K in couplings.ravel().tolist()])
        r = r.reshape(couplings.shape)
    return float(r) if r.ndim == 0 else r


def branch(g: FrequencyDensity, K: float, least: float) -> float:
    """r at one coupling: the largest x with K F(x) = 1."""
    from scipy.optimize import brentq

    if least >= K:
        return 0.0
    x = brentq(lambda x: K * locked(g, x) - 1, 0.0, K, xtol=1e-15 * K, rtol=1e-15)
    return float(x) / K


def locked(g: FrequencyDensity, x: float) -> float:
    """F(x). Beyond the edge of a density that ends, the integral ends there."""
    from scipy.integrate import quad

    end = math.asin(g.edge / x) if x > g.edge else math.pi / 2

    def share(u: float) -> float:
        places = np.array([g.centre + x * math.sin(u), g.centre - x * math.sin(u)])
        return math.cos(u) ** 2 * float(g.pdf(places).sum())

    knee = min(end, 6 * g.scale / x) if x > 0 else end  # a wide x sees a narrow g
    first = quad(share, 0.0, knee, epsabs=1e-14, epsrel=1e-13, limit=400)[0]
    rest = quad(share, knee, end, epsabs=1e-14, epsrel=1e-13, limit=400)[0] if knee < end else 0.0
    return float(first + rest)
