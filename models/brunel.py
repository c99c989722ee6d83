"""Brunel's network: sparsely connected excitatory and inhibitory leaky integrate-and-fire neurons.

    tau V' = -V,    V > theta:  V -> V_r, held there for t_ref

10,000 excitatory and 2,500 inhibitory neurons. Each has 1000 excitatory and 250 inhibitory inputs
from among them, chosen at random; a spike makes V jump by J or -g J after a delay of 1.5 ms. Spikes
from outside come with jumps of J and the rate eta nu_thr from each of 1000 sources, where
nu_thr = theta / (J 1000 tau) = 10 Hz would bring the mean of V to the threshold.

Regimes, by how the network fires (figure 8 of the paper):
    "asynchronous irregular"      g = 5,   eta = 2
    "synchronous regular"         g = 3,   eta = 2
    "fast synchronous irregular"  g = 6,   eta = 4
    "slow synchronous irregular"  g = 4.5, eta = 0.9

Source: N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208, model A; J = 0.1 mV, D = 1.5 ms.
"""

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from ..dynamics.networks.network import Network
from ..dynamics.networks.poisson_input import PoissonInput
from ..dynamics.networks.population import Population
from ..dynamics.networks.synapse import Synapse
from ..dynamics.networks.wiring import Wiring
from ..dynamics.reset import Reset
from .shape import explained, matching

REGIMES = {
    "asynchronous irregular": dict(g=5.0, eta=2.0),
    "synchronous regular": dict(g=3.0, eta=2.0),
    "fast synchronous irregular": dict(g=6.0, eta=4.0),
    "slow synchronous irregular": dict(g=4.5, eta=0.9),
}
SIZES, INPUTS = dict(E=10_000, I=2_500), dict(E=1000, I=250)
CELL = dict(tau=20, theta=20, V_r=10, t_ref=2)
WORDS = dict(
    V=("mV", "membrane potential, from rest"),
    tau=("ms", "time constant of the membrane"),
    theta=("mV", "threshold"),
    V_r=("mV", "potential after a spike"),
    t_ref=("ms", "absolute refractory time"),
)
REFERENCE = "N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208"


def brunel(
    regime: str = "asynchronous irregular",
    *,
    g: float | None = None,
    eta: float | None = None,
    J: float = 0.1,
    delay: float = 1.5,
    scale: float = 1.0,
    seed: int = 0,
) -> Network:
    """Brunel's network as a `Network` with the populations "E" and "I"; time is in ms.

    `g` (inhibition over excitation) and `eta` (the drive from outside, in units of nu_thr) replace
    the regime's. `scale` makes the network smaller: fewer neurons and inputs, larger jumps, so that
    the mean input stays (its variance grows).

    >>> import rheobase as rb
    >>> rb.models.brunel("synchronous regular", scale=0.1).populations["E"].size
    1000
    """
    regime = matching(regime, REGIMES, "a regime of Brunel's network")
    inhibition = REGIMES[regime]["g"] if g is None else float(g)
    drive = REGIMES[regime]["eta"] if eta is None else float(eta)
    if not 0.004 <= scale <= 1:
        raise InvalidArgument(f"scale lies between 0.004 and 1, not at {scale!r}")
    cell = Model(
        "Brunel's neuron",
        "V' = -V/tau",
        parameters=CELL,
        start=dict(V=0),
        reset=Reset("V > theta", V="V_r", refractory="t_ref", hold=("V",)),
        time_unit="ms",
        reference=REFERENCE,
        **explained(WORDS),
    )
    jump = J / scale
    weights = dict(E=jump, I=-inhibition * jump)
    spread = f"uniform(0, {CELL['theta']})"
    populations = {
        name: Population(cell, round(size * scale), start=dict(V=spread))
        for name, size in SIZES.items()
    }
    synapses = [
        Synapse(
            source,
            target,
            on_spike="V += weight",
            weight=weights[source],
            delay=delay,
            wiring=Wiring.indegree(round(INPUTS[source] * scale)),
        )
        for source in SIZES
        for target in SIZES
    ]
    count = INPUTS["E"] * scale
    rate = drive * CELL["theta"] / (jump * count * CELL["tau"])
    inputs = [
        PoissonInput(name, rate=rate, count=count, on_spike="V += J", parameters=dict(J=jump))
        for name in SIZES
    ]
    return Network(populations, synapses, inputs, seed=seed)
