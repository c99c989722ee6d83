"""Jansen-Rit: a cortical column of pyramidal cells, excitatory and inhibitory interneurons.

    y0' = y3    y3' = A a S(y1 - y2) - 2 a y3 - a^2 y0
    y1' = y4    y4' = A a (p + C2 S(C1 y0)) - 2 a y4 - a^2 y1
    y2' = y5    y5' = B b C4 S(C3 y0) - 2 b y5 - b^2 y2

    S(v) = 2 e0 / (1 + exp(r (v0 - v))),    C1 = C, C2 = 0.8 C, C3 = C4 = 0.25 C

y1 - y2 is the EEG-like signal; time is in seconds. The alpha rhythm is born at a Hopf point,
p = 89.83, and large spike-like waves at a saddle-node on an invariant circle, p = 113.59.

Source: B. H. Jansen and V. G. Rit, Biol. Cybern. 73 (1995) 357-366: equation 6 and the standard
values; p there is noise between 120 and 320 pulses per second, whose middle is the default here.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
y0' = y3
y1' = y4
y2' = y5
y3' = A*a*S(v) - 2*a*y3 - a^2*y0
y4' = A*a*(p + C2*S(C1*y0)) - 2*a*y4 - a^2*y1
y5' = B*b*C4*S(C3*y0) - 2*b*y5 - b^2*y2
v = y1 - y2
S(x) = 2*e0 / (1 + exp(r*(v0 - x)))
C1 = C
C2 = 0.8*C
C3 = 0.25*C
C4 = 0.25*C
"""
REGIMES: dict[str, dict[str, float]] = {
    "standard": dict(A=3.25, B=22, a=100, b=50, C=135, e0=2.5, v0=6, r=0.56, p=220)
}
# The equilibrium at p = 0, solved at 40 digits and rounded to double.
REST = dict(
    y0=0.0019206418077577774, y1=0.6776506883432801, y2=2.5814522220617917, y3=0, y4=0, y5=0
)
WORDS = dict(
    y0=("mV", "potential that the pyramidal cells evoke"),
    y1=("mV", "excitatory potential of the pyramidal cells"),
    y2=("mV", "inhibitory potential of the pyramidal cells"),
    y3=("mV/s", "rate of change of y0"),
    y4=("mV/s", "rate of change of y1"),
    y5=("mV/s", "rate of change of y2"),
    v=("mV", "net potential of the pyramidal cells, the EEG-like signal"),
    A=("mV", "greatest excitatory potential"),
    B=("mV", "greatest inhibitory potential"),
    a=("1/s", "rate of the excitatory synapses"),
    b=("1/s", "rate of the inhibitory synapses"),
    C=("1", "number of synapses"),
    e0=("1/s", "half of the greatest firing rate"),
    v0=("mV", "potential at half of the greatest firing rate"),
    r=("1/mV", "steepness of the firing rate"),
    p=("1/s", "pulses from other columns"),
)
REFERENCE = "B. H. Jansen and V. G. Rit, Biol. Cybern. 73 (1995) 357-366"


def jansen_rit(regime: str = "standard") -> Model:
    """The Jansen-Rit column; time is in seconds."""
    regime = matching(regime, REGIMES, "a regime of Jansen-Rit")
    return Model(
        "Jansen-Rit",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=REST,
        natural=("p", (-50, 400)),
        spike=("v", 7.4),  # inside the alpha rhythm and inside the large waves,
        time_unit="s",
        options=dict(until=2),
        reference=REFERENCE,
        **explained(WORDS),
    )
