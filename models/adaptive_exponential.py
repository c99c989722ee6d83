"""Adaptive exponential integrate-and-fire (AdEx): one adaptation current, many firing patterns.

        C V' = -g_L (V - E_L) + g_L Delta_T exp((V - V_T)/Delta_T) - w + I
    tau_w w' = a (V - E_L) - w
    V > V_peak:  V -> V_reset,  w -> w + b

Rest meets its threshold (fold) at V = V_T + Delta_T ln(1 + a/g_L); where a/g_L > C/(g_L tau_w)
it is lost before, at the Hopf point V = V_T + Delta_T ln(1 + C/(g_L tau_w)). For the 2005 set:
Hopf 627.182465 pA, fold 627.311094 pA.

Regimes:
"brette-gerstner 2005"   the regular spiking cell of that paper, at rest (I = 0)
the patterns of Naud et al. 2008, each with its current step, from V = E_L, w = 0:
"tonic spiking", "adaptation", "initial burst", "regular bursting", "delayed accelerating",
"delayed regular bursting", "transient spiking", "irregular spiking"

"irregular spiking" is chaotic over most of I = 150..170 pA, but the printed 160 pA lies in a window
of periodicity: after 1.3 s of irregular firing it repeats every 10 spikes (196.19 ms).

Source: R. Brette and W. Gerstner, J. Neurophysiol. 94 (2005) 3637-3642; R. Naud, N. Marcille,
C. Clopath and W. Gerstner, Biol. Cybern. 99 (2008) 335-347, table 1. Two rows differ from that
table as it circulates, "delayed regular bursting" (C 200, g_L 12, E_L -70, a -6, tau_w 300, b 0,
V_reset -58, I 110 stays silent) and "transient spiking" (a -10, b 30, I 350 fires without end):
here they have the values that P. Mueller adapted so that the figures come out, as in the example
"Naud_et_al_2008" of the simulator Brian 2.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = """
V' = (-g_L*(V - E_L) + g_L*Delta_T*exp((V - V_T)/Delta_T) - w + I) / C
w' = (a*(V - E_L) - w) / tau_w
"""
# V_peak is 0 mV throughout: from there to infinity takes 1e-10 ms. (The paper of 2005 stops at
# 20 mV, which V reaches 1e-10 ms later; there V grows faster than the clock of a double can tell.)
NAMES = ("C", "g_L", "E_L", "V_T", "Delta_T", "a", "tau_w", "b", "V_reset", "V_peak", "I")
TABLE = {
    "brette-gerstner 2005": (281, 30, -70.6, -50.4, 2, 4, 144, 80.5, -70.6, 0, 0),
    "tonic spiking": (200, 10, -70, -50, 2, 2, 30, 0, -58, 0, 500),
    "adaptation": (200, 12, -70, -50, 2, 2, 300, 60, -58, 0, 500),
    "initial burst": (130, 18, -58, -50, 2, 4, 150, 120, -50, 0, 400),
    "regular bursting": (200, 10, -58, -50, 2, 2, 120, 100, -46, 0, 210),
    "delayed accelerating": (200, 12, -70, -50, 2, -10, 300, 0, -58, 0, 300),
    "delayed regular bursting": (100, 10, -65, -50, 2, -10, 90, 30, -47, 0, 110),
    "transient spiking": (100, 10, -65, -50, 2, 10, 90, 100, -47, 0, 180),
    "irregular spiking": (100, 12, -60, -50, 2, -11, 130, 30, -48, 0, 160),
}
REGIMES: dict[str, dict[str, float]] = {
    name: dict(zip(NAMES, row, strict=True)) for name, row in TABLE.items()
}
# The equilibrium of the 2005 set at I = 0, solved at 40 digits and rounded to double.
REST = dict(V=-70.59992750403947, w=0.00028998384214020556)
WORDS = dict(
    V=("mV", "membrane potential"),
    w=("pA", "adaptation current"),
    C=("pF", "capacitance"),
    g_L=("nS", "leak conductance"),
    E_L=("mV", "reversal potential of the leak"),
    V_T=("mV", "threshold of spike initiation"),
    Delta_T=("mV", "sharpness of spike initiation"),
    a=("nS", "adaptation by the potential"),
    tau_w=("ms", "time constant of the adaptation"),
    b=("pA", "adaptation by each spike"),
    V_reset=("mV", "potential after a spike"),
    V_peak=("mV", "top of a spike"),
    I=("pA", "injected current"),
)
REFERENCE = (
    "R. Brette and W. Gerstner, J. Neurophysiol. 94 (2005) 3637-3642; "
    "R. Naud et al., Biol. Cybern. 99 (2008) 335-347"
)


def adaptive_exponential(regime: str = "brette-gerstner 2005") -> Model:
    """The AdEx neuron: the set of 2005, or a firing pattern of Naud et al. 2008 by its name."""
    regime = matching(regime, REGIMES, "a regime of adaptive exponential integrate-and-fire")
    parameters = REGIMES[regime]
    return Model(
        "adaptive exponential integrate-and-fire",
        EQUATIONS,
        parameters=parameters,
        start=REST if regime in tuple(REGIMES)[:1] else dict(V=parameters["E_L"], w=0),
        reset=Reset("V > V_peak", V="V_reset", w="w + b"),
        natural=("I", (0, 1000)),
        time_unit="ms",
        options=dict(until=500),
        reference=REFERENCE,
        **explained(WORDS),
    )
