"""Where Kuramoto's oscillators begin to agree: the critical coupling of the mean field.

The incoherent state of N -> infinity is linearly unstable to a mode e^(lambda t) where

    1 = (K/2) int g(w) / (lambda + i w) dw.

As Re lambda -> 0+ at the frequency nu this reads 2/K = pi g(nu), with the condition

    PV int g(w) / (w - nu) dw = 0,

so that K_c is the least 2/(pi g(nu)) over its roots. A density that is symmetric and falls on both
sides of its centre has the root nu = c, and K_c = 2/(pi g(c)) is where partial synchrony begins:
Kuramoto's theorem. With another shape K_c is only where incoherence ends: synchrony may exist below
(two peaks), or drift at a frequency of its own.

Reference: Y. Kuramoto, Chemical Oscillations, Waves, and Turbulence (Springer, 1984), section 5.4;
S. H. Strogatz and R. E. Mirollo, J. Stat. Phys. 63 (1991) 613-635; D. Pazo, Phys. Rev. E 72 (2005)
046211 (the uniform density); E. A. Martens et al., Phys. Rev. E 79 (2009) 026204 (two peaks).
"""

import math
from itertools import pairwise

import numpy as np

from ..dynamics.errors import NotFound
from .frequency_density import FrequencyDensity, frequency_density, piece

SCAN = 600
HALF_LINE = 12.0  # of the scale: where modes are looked for


class CriticalCoupling(float):
    """K_c, a number, with what it means.

    K.theorem
        True where it is proved to be the onset of synchrony; False where only incoherence is known
        to end there
    K.transition, K.jump
        "continuous", "first order" or "unknown"; the order parameter right above
    K.frequency, K.message
        that of the mode that grows; all of it as a sentence
    """

    theorem: bool
    transition: str
    jump: float
    frequency: float
    message: str

    def __new__(
        cls,
        value: float,
        theorem: bool,
        transition: str,
        jump: float,
        frequency: float,
        message: str,
    ) -> "CriticalCoupling":
        self = super().__new__(cls, value)
        for name, fact in zip(
            ("theorem", "transition", "jump", "frequency", "message"),
            (theorem, transition, jump, frequency, message),
            strict=True,
        ):
            object.__setattr__(self, name, fact)
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a critical coupling can't be changed: {name}")

    def __reduce__(self) -> tuple:
        facts = (self.theorem, self.transition, self.jump, self.frequency, self.message)
        return CriticalCoupling, (float(self), *facts)

    def to_dict(self) -> dict:
        """JSON types."""
        jump = None if math.isnan(self.jump) else self.jump
        return {
            "coupling": float(self),
            "theorem": self.theorem,
            "transition": self.transition,
            "jump": jump,
            "frequency": self.frequency,
            "message": self.message,
        }


def kuramoto_critical_coupling(density: object) -> CriticalCoupling:
    """K_c of Kuramoto's model with this density of frequencies, all to all, for N -> infinity.

    density
        rb.Lorentzian, rb.Gaussian, rb.Uniform, or a function g of the frequency, normalised

    2/(pi g(centre)) where the density is symmetric and falls on both sides: a theorem. For others
    the value at which incoherence loses its stability, which `message` says. The number is a float.

    >>> import rheobase as rb
    >>> rb.kuramoto_critical_coupling(rb.Lorentzian(1.0))
    2.0
    >>> rb.kuramoto_critical_coupling(rb.Uniform(1.0)).transition
    'first order'
    """
    g = frequency_density(density)
    if g.symmetric and g.unimodal:
        return at_the_centre(g)
    return by_stability(g)


def at_the_centre(g: FrequencyDensity) -> CriticalCoupling:
    """2/(pi g(c)); a flat top makes the transition a jump to the end of the flat part."""
    K = 2 / (math.pi * g.peak)
    words = f"K_c = 2/(pi g(c)) = {K:.10g} (symmetric, one peak: Kuramoto's theorem)"
    if not g.flat:
        return CriticalCoupling(K, True, "continuous", 0.0, g.centre, words)
    reach = flat_until(g)
    jump = reach / K
    words += f"; the top is flat, so that the order parameter jumps to {jump:.6g} there"
    return CriticalCoupling(K, True, "first order", jump, g.centre, words)


def flat_until(g: FrequencyDensity) -> float:
    """How far from its centre the density keeps the value it has there."""
    if math.isfinite(g.edge):
        return g.edge
    low, high = 0.0, 50 * g.scale
    while high - low > 1e-13 * g.scale:
        middle = 0.5 * (low + high)
        same = abs(float(g.pdf(np.array([g.centre + middle]))[0]) / g.peak - 1) < 1e-9
        low, high = (middle, high) if same else (low, middle)
    return low


def by_stability(g: FrequencyDensity) -> CriticalCoupling:
    """The least 2/(pi g(nu)) over the roots of the condition on nu."""
    from scipy.optimize import brentq

    nus = g.centre + g.scale * np.linspace(-HALF_LINE, HALF_LINE, SCAN + 1)
    values = np.array([hilbert(g, nu) for nu in nus.tolist()])
    roots = [
        float(brentq(lambda nu: hilbert(g, nu), nus[i], nus[i + 1], xtol=1e-13 * g.scale))
        for i in np.flatnonzero(values[:-1] * values[1:] < 0).tolist()
    ]
    roots += nus[values == 0].tolist()
    found = [(2 / (math.pi * height), nu) for nu in roots if (height := height_at(g, nu)) > 0]
    if not found:
        raise NotFound("no frequency at which incoherence loses its stability was found")
    K, nu = min(found)
    shape = "asymmetric" if not g.symmetric else "not of one peak"
    words = (
        f"incoherence loses its stability at K = {K:.10g}, to a mode of frequency {nu:.6g}; the "
        f"density is {shape}, so that partial synchrony may exist below"
    )
    return CriticalCoupling(K, False, "unknown", math.nan, nu, words)


def height_at(g: FrequencyDensity, nu: float) -> float:
    return float(g.pdf(np.array([nu]))[0])


def hilbert(g: FrequencyDensity, nu: float) -> float:
    """PV int g(w)/(w - nu) dw = int_0^inf (g(nu + v) - g(nu - v))/v dv."""
    return from_jump_to_jump(g, nu) if g.jumps else all_smooth(g, nu)


def all_smooth(g: FrequencyDensity, nu: float) -> float:
    """v = s e^y: a smooth integrand that dies out both ways, summed by the trapezoidal rule."""
    y = np.linspace(-36.0, 36.0, 6001)
    v = g.scale * np.exp(y)
    return float((g.pdf(nu + v) - g.pdf(nu - v)).sum() * (y[1] - y[0]))


def from_jump_to_jump(g: FrequencyDensity, nu: float) -> float:
    """In v from one distance of nu to a jump to the next; infinite where nu is one."""
    ends = sorted({abs(jump - nu) for jump in g.jumps})
    if ends[0] < 1e-14 * g.scale:
        return math.inf

    def even(v: np.ndarray) -> np.ndarray:
        return (g.pdf(nu + v) - g.pdf(nu - v)) / v

    ends = [0.0, *ends, math.inf]
    return sum(piece(even, a, b) for a, b in pairwise(ends))
