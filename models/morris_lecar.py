"""Morris-Lecar: barnacle muscle fibre, the smallest conductance-based neuron.

    C V' = I - g_L (V - E_L) - g_Ca m_inf(V) (V - E_Ca) - g_K w (V - E_K)
      w' = phi (w_inf(V) - w) cosh((V - V3) / (2 V4))

    m_inf = (1 + tanh((V - V1)/V2)) / 2,    w_inf = (1 + tanh((V - V3)/V4)) / 2

Regimes, named by how firing begins as the current grows:
"hopf"        rest is lost at a subcritical Hopf point, I = 93.858
"snic"        a saddle-node on an invariant circle, I = 39.963; the frequency starts at 0. phi is
              0.067, as books round the original 1/15 (the upper Hopf point is at 97.646; with 1/15
              it is at 97.788)
"homoclinic"  firing is born at a saddle homoclinic, I = 35.007, before rest is lost at 39.963

Source: C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213; the three sets are those of
J. Rinzel and G. B. Ermentrout, "Analysis of neural excitability and oscillations", in C. Koch and
I. Segev (eds.), Methods in Neuronal Modeling (MIT Press), appendix on the Morris-Lecar equations.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
V' = (I - I_L - I_Ca - I_K) / C
w' = phi*(w_inf - w)*cosh((V - V3) / (2*V4))
I_L = g_L*(V - E_L)
I_Ca = g_Ca*m_inf*(V - E_Ca)
I_K = g_K*w*(V - E_K)
m_inf = (1 + tanh((V - V1)/V2)) / 2
w_inf = (1 + tanh((V - V3)/V4)) / 2
"""
SHARED: dict[str, float] = dict(C=20, g_K=8, g_L=2, E_Ca=120, E_K=-84, E_L=-60, V1=-1.2, V2=18, I=0)
REGIMES: dict[str, dict[str, float]] = {
    "hopf": dict(g_Ca=4.4, V3=2, V4=30, phi=0.04),
    "snic": dict(g_Ca=4, V3=12, V4=17.4, phi=0.067),
    "homoclinic": dict(g_Ca=4, V3=12, V4=17.4, phi=0.23),
}
# The equilibrium at I = 0, solved at 40 digits and rounded to double; phi does not move it.
REST: dict[str, dict[str, float]] = {
    "hopf": dict(V=-60.85538223230949, w=0.014915024953999358),
    "snic": dict(V=-59.473997866788714, w=0.00027038262491295217),
    "homoclinic": dict(V=-59.473997866788714, w=0.00027038262491295217),
}
WORDS = dict(
    V=("mV", "membrane potential"),
    w=("1", "potassium activation"),
    C=("uF/cm2", "capacitance"),
    g_Ca=("mS/cm2", "greatest calcium conductance"),
    g_K=("mS/cm2", "greatest potassium conductance"),
    g_L=("mS/cm2", "leak conductance"),
    E_Ca=("mV", "reversal potential of calcium"),
    E_K=("mV", "reversal potential of potassium"),
    E_L=("mV", "reversal potential of the leak"),
    V1=("mV", "half activation of calcium"),
    V2=("mV", "width of the calcium activation"),
    V3=("mV", "half activation of potassium"),
    V4=("mV", "width of the potassium activation"),
    phi=("1/ms", "speed of the potassium gate"),
    I=("uA/cm2", "injected current"),
    I_Ca=("uA/cm2", "calcium current, outward positive"),
    I_K=("uA/cm2", "potassium current, outward positive"),
    I_L=("uA/cm2", "leak current, outward positive"),
    m_inf=("1", "steady state of m"),
    w_inf=("1", "steady state of w"),
)
REFERENCE = (
    "C. Morris and H. Lecar, Biophys. J. 35 (1981) 193-213; parameters of J. Rinzel and "
    "G. B. Ermentrout, in Methods in Neuronal Modeling (MIT Press)"
)


def morris_lecar(regime: str = "hopf") -> Model:
    """Morris-Lecar with a Hopf ("hopf"), "snic" or "homoclinic" onset of firing."""
    regime = matching(regime, REGIMES, "a regime of Morris-Lecar")
    return Model(
        "Morris-Lecar",
        EQUATIONS,
        parameters=SHARED | REGIMES[regime],
        start=REST[regime],
        natural=("I", (0, 250)),
        spike=("V", 0.0),
        time_unit="ms",
        options=dict(until=500),
        reference=REFERENCE,
        **explained(WORDS),
    )
