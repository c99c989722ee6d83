"""Wilson-Cowan: an excitatory and an inhibitory population.

"1972", with the refractory factors of the paper:

    tau_E E' = -E + (k_E - r_E E) S_E(w_EE E - w_EI I + P)
    tau_I I' = -I + (k_I - r_I I) S_I(w_IE E - w_II I + Q)

    S_j(x) = 1/(1 + exp(-a_j (x - theta_j))) - 1/(1 + exp(a_j theta_j)),   k_j = S_j(infinity)

so that E = I = 0 is rest without input. The parameters are those of the paper's limit cycle
(w 16 12 15 3, a 1.3 2, theta 4 3.7, r 1 1, P 1.25); time is counted in the common time constant.

"hoppensteadt-izhikevich", the smallest form with all bifurcations of codimension two:

    x' = -x + S(rho_x + a x - b y)
    y' = -y + S(rho_y + c x - d y),    S(v) = 1/(1 + exp(-v))

with a = b = c = 10, d = -2. The diagram is symmetric under (x, y) -> (1 - x, 1 - y),
(rho_x, rho_y) -> (-rho_x, -12 - rho_y); the default lies at the centre of that symmetry.

Source: H. R. Wilson and J. D. Cowan, Biophys. J. 12 (1972) 1-24; F. C. Hoppensteadt and
E. M. Izhikevich, Weakly Connected Neural Networks (Springer, 1997), chapter 2.
"""

from ..dynamics.model import Model
from .shape import explained, matching

POPULATIONS = """
E' = (-E + (k_E - r_E*E)*S(w_EE*E - w_EI*I + P, a_E, theta_E)) / tau_E
I' = (-I + (k_I - r_I*I)*S(w_IE*E - w_II*I + Q, a_I, theta_I)) / tau_I
S(x, a, theta) = 1/(1 + exp(-a*(x - theta))) - 1/(1 + exp(a*theta))
k_E = 1 - 1/(1 + exp(a_E*theta_E))
k_I = 1 - 1/(1 + exp(a_I*theta_I))
"""
SMALLEST = """
x' = -x + S(rho_x + a*x - b*y)
y' = -y + S(rho_y + c*x - d*y)
S(v) = 1/(1 + exp(-v))
"""
EQUATIONS = {"1972": POPULATIONS, "hoppensteadt-izhikevich": SMALLEST}
WEIGHTS: dict[str, float] = dict(w_EE=16, w_EI=12, w_IE=15, w_II=3, P=1.25, Q=0)
SIGMOIDS: dict[str, float] = dict(a_E=1.3, theta_E=4, a_I=2, theta_I=3.7)
REGIMES: dict[str, dict[str, float]] = {
    "1972": WEIGHTS | SIGMOIDS | dict(r_E=1, r_I=1, tau_E=1, tau_I=1),
    "hoppensteadt-izhikevich": dict(rho_x=0, rho_y=-6, a=10, b=10, c=10, d=-2),
}
START: dict[str, dict[str, float]] = {
    "1972": dict(E=0, I=0),
    "hoppensteadt-izhikevich": dict(x=0, y=0),
}
NATURAL = {"1972": ("P", (0, 4)), "hoppensteadt-izhikevich": ("rho_x", (-10, 10))}
SPIKE = {"1972": ("E", 0.2), "hoppensteadt-izhikevich": ("x", 0.5)}
WORDS = {
    "1972": dict(
        E=("1", "activity of the excitatory population"),
        I=("1", "activity of the inhibitory population"),
        w_EE=("1", "weight onto E from E"),
        w_EI=("1", "weight onto E from I"),
        w_IE=("1", "weight onto I from E"),
        w_II=("1", "weight onto I from I"),
        P=("1", "input to the excitatory population"),
        Q=("1", "input to the inhibitory population"),
        a_E=("1", "steepness of the excitatory response"),
        theta_E=("1", "threshold of the excitatory population"),
        a_I=("1", "steepness of the inhibitory response"),
        theta_I=("1", "threshold of the inhibitory population"),
        r_E=("1", "refractory fraction of the excitatory population"),
        r_I=("1", "refractory fraction of the inhibitory population"),
        tau_E=("1", "time constant of the excitatory population"),
        tau_I=("1", "time constant of the inhibitory population"),
    ),
    "hoppensteadt-izhikevich": dict(
        x=("1", "activity of the excitatory population"),
        y=("1", "activity of the inhibitory population"),
        rho_x=("1", "input to the excitatory population"),
        rho_y=("1", "input to the inhibitory population"),
        a=("1", "weight onto x from x"),
        b=("1", "weight onto x from y"),
        c=("1", "weight onto y from x"),
        d=("1", "weight onto y from y"),
    ),
}
REFERENCE = {
    "1972": "H. R. Wilson and J. D. Cowan, Biophys. J. 12 (1972) 1-24",
    "hoppensteadt-izhikevich": (
        "F. C. Hoppensteadt and E. M. Izhikevich, Weakly Connected Neural Networks "
        "(Springer, 1997), chapter 2"
    ),
}


def wilson_cowan(regime: str = "1972") -> Model:
    """Wilson-Cowan as in 1972, or in the form of Hoppensteadt and Izhikevich; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Wilson-Cowan")
    return Model(
        "Wilson-Cowan",
        EQUATIONS[regime],
        parameters=REGIMES[regime],
        start=START[regime],
        natural=NATURAL[regime],
        spike=SPIKE[regime],
        options=dict(until=100),
        reference=REFERENCE[regime],
        **explained(WORDS[regime]),
    )
