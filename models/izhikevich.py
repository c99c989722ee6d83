"""Izhikevich 2003: a quadratic membrane, a recovery, and the patterns of the cortex.

    v' = 0.04 v^2 + 5 v + 140 - u + I
    u' = a (b v - u)
    v > 30:  v -> c,  u -> u + d

Rest and threshold meet (fold) at v = -(5 - b)/0.08, I = (5 - b)^2/0.16 - 140. Where a < b rest
is lost before, at the Hopf point v = (a - 5)/0.08.

Regimes, with the paper's letters as short names: "regular spiking" (RS), "intrinsically bursting"
(IB), "chattering" (CH), "fast spiking" (FS), "low-threshold spiking" (LTS), "thalamo-cortical"
(TC), "resonator" (RZ). The paper drives most of them with a step to I = 10.

Source: E. M. Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569-1572, text and figure 2.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = """
v' = 0.04*v^2 + 5*v + 140 - u + I
u' = a*(b*v - u)
"""
REGIMES: dict[str, dict[str, float]] = {
    "regular spiking": dict(a=0.02, b=0.2, c=-65, d=8, I=0),
    "fast spiking": dict(a=0.1, b=0.2, c=-65, d=2, I=0),
    "chattering": dict(a=0.02, b=0.2, c=-50, d=2, I=0),
    "intrinsically bursting": dict(a=0.02, b=0.2, c=-55, d=4, I=0),
    "low-threshold spiking": dict(a=0.02, b=0.25, c=-65, d=2, I=0),
    "thalamo-cortical": dict(a=0.02, b=0.25, c=-65, d=0.05, I=0),
    "resonator": dict(a=0.1, b=0.26, c=-65, d=2, I=0),
}
SHORT = dict(
    RS="regular spiking",
    FS="fast spiking",
    CH="chattering",
    IB="intrinsically bursting",
    LTS="low-threshold spiking",
    TC="thalamo-cortical",
    RZ="resonator",
)
# Rest at I = 0, by b: v = -(5 - b + sqrt((5 - b)^2 - 22.4))/0.08, u = b v.
REST: dict[float, dict[str, float]] = {
    0.2: dict(v=-70, u=-14),
    0.25: dict(v=-64.41391109268659, u=-16.103477773171648),
    0.26: dict(v=-62.5, u=-16.25),
}
WORDS = dict(
    v=("mV", "membrane potential"),
    u=("mV/ms", "recovery"),
    a=("1/ms", "speed of the recovery"),
    b=("1/ms", "sensitivity of the recovery to the potential"),
    c=("mV", "potential after a spike"),
    d=("mV/ms", "recovery added by a spike"),
    I=("mV/ms", "injected current"),
)
REFERENCE = "E. M. Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569-1572"


def izhikevich(regime: str = "regular spiking") -> Model:
    """Izhikevich's neuron of 2003 in one of its named patterns."""
    regime = matching(regime, REGIMES, "a regime of Izhikevich 2003", SHORT)
    parameters = REGIMES[regime]
    return Model(
        "Izhikevich 2003",
        EQUATIONS,
        parameters=parameters,
        start=REST[parameters["b"]],
        reset=Reset("v > 30", v="c", u="u + d"),
        natural=("I", (0, 20)),
        time_unit="ms",
        options=dict(until=500),
        reference=REFERENCE,
        **explained(WORDS),
    )
