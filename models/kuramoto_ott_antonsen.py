"""Infinitely many Kuramoto oscillators with Lorentzian frequencies, reduced to their order
parameter z = x + i y = r e^(i psi) on the manifold of Ott and Antonsen:

    z' = (i omega_0 - Delta) z + (K/2) (1 - |z|^2) z

"polar", in the frame that turns with omega_0, where r alone is left:

    r' = -Delta r + (K/2) r (1 - r^2)

a pitchfork at K_c = 2 Delta, above which r = sqrt(1 - K_c/K); the branch -r is the same state half
a turn away. "cartesian" keeps x and y: a Hopf point at the same K_c with the frequency omega_0.

Source: E. Ott and T. M. Antonsen, Chaos 18 (2008) 037113.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = {
    "polar": "r' = -Delta*r + K/2*r*(1 - r^2)",
    "cartesian": """
x' = -Delta*x - omega_0*y + K/2*x*(1 - x^2 - y^2)
y' = -Delta*y + omega_0*x + K/2*y*(1 - x^2 - y^2)
""",
}
REGIMES: dict[str, dict[str, float]] = {
    "polar": dict(K=1, Delta=1),
    "cartesian": dict(K=1, Delta=1, omega_0=1),
}
START: dict[str, dict[str, float]] = {"polar": dict(r=0.1), "cartesian": dict(x=0.1, y=0)}
WORDS = {
    "polar": dict(
        r=("1", "order parameter"),
        K=("1", "coupling"),
        Delta=("1", "half width of the Lorentzian density of frequencies"),
    ),
    "cartesian": dict(
        x=("1", "order parameter, real part"),
        y=("1", "order parameter, imaginary part"),
        K=("1", "coupling"),
        Delta=("1", "half width of the Lorentzian density of frequencies"),
        omega_0=("1", "centre of the density"),
    ),
}
SPIKE = {"polar": ("r", 0.3), "cartesian": ("x", 0.3)}


def kuramoto_ott_antonsen(regime: str = "polar") -> Model:
    """Kuramoto's order parameter for N to infinity and Lorentzian frequencies; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of the Ott-Antonsen reduction")
    return Model(
        "Kuramoto's order parameter (Ott-Antonsen)",
        EQUATIONS[regime],
        parameters=REGIMES[regime],
        start=START[regime],
        natural=("K", (0, 5)),
        spike=SPIKE[regime],
        options=dict(until=50),
        reference="E. Ott and T. M. Antonsen, Chaos 18 (2008) 037113",
        **explained(WORDS[regime]),
    )
