"""Brunel's network by Brian2: firing rates and coefficients of variation for a reference file.

    PYTHON_WITH_BRIAN2 benchmarks/brunel_brian2.py --seeds 3 > tests/reference/brunel.toml

10,000 excitatory and 2,500 inhibitory leaky integrate-and-fire neurons, each with 1000 and 250
random inputs, jumps of J and -g J after 1.5 ms (N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208,
model A, figure 8). Runs apart from rheobase, in an environment that has brian2.
"""

import argparse
import sys

import brian2 as b2
import numpy as np

N_E, N_I, C_E, C_I = 10_000, 2_500, 1000, 250
J, DELAY = 0.1, 1.5
TAU, THETA, RESET, REFRACTORY = 20.0, 20.0, 10.0, 2.0
# g, nu_ext / nu_thr, duration in ms
REGIMES = {
    "synchronous regular": (3.0, 2.0, 400.0),
    "fast synchronous irregular": (6.0, 4.0, 700.0),
    "asynchronous irregular": (5.0, 2.0, 700.0),
    "slow synchronous irregular": (4.5, 0.9, 2200.0),
}
AFTER = 200.0


def run(g: float, eta: float, until: float, step: float, seed: int) -> tuple[float, float]:
    """The mean rate in Hz of the excitatory cells and the mean CV of their intervals."""
    b2.start_scope()
    b2.seed(seed)
    random = np.random.default_rng(seed)
    b2.defaultclock.dt = step * b2.ms
    space = dict(tau=TAU * b2.ms)
    cells = b2.NeuronGroup(
        N_E + N_I,
        "dV/dt = -V/tau : 1 (unless refractory)",
        threshold=f"V > {THETA}",
        reset=f"V = {RESET}",
        refractory=REFRACTORY * b2.ms,
        method="exact",
        namespace=space,
    )
    cells.V = random.uniform(0, THETA, N_E + N_I)
    parts = []
    for first, size, count, weight in ((0, N_E, C_E, J), (N_E, N_I, C_I, -g * J)):
        source = cells[first : first + size]
        synapses = b2.Synapses(source, cells, on_pre=f"V_post += {weight}", delay=DELAY * b2.ms)
        chosen = np.concatenate([random.choice(size, count, False) for _ in range(N_E + N_I)])
        synapses.connect(i=chosen, j=np.repeat(np.arange(N_E + N_I), count))
        parts.append(synapses)
    rate = eta * THETA / (J * C_E * TAU) * b2.kHz
    outside = b2.PoissonInput(cells, "V", N=C_E, rate=rate, weight=J)
    monitor = b2.SpikeMonitor(cells[:N_E])
    network = b2.Network(cells, *parts, outside, monitor)
    network.run(until * b2.ms)
    return statistics(np.asarray(monitor.t / b2.ms), np.asarray(monitor.i), until)


def statistics(times: np.ndarray, neurons: np.ndarray, until: float) -> tuple[float, float]:
    """Rate in Hz after AFTER; CV averaged over the neurons with at least three spikes there."""
    late = times > AFTER
    times, neurons = times[late], neurons[late]
    rate = 1000 * len(times) / (N_E * (until - AFTER))
    order = np.lexsort((times, neurons))
    times, neurons = times[order], neurons[order]
    intervals = np.diff(times)[np.diff(neurons) == 0]
    owner = neurons[1:][np.diff(neurons) == 0]
    n = np.bincount(owner, minlength=N_E)
    mean = np.bincount(owner, intervals, N_E) / np.maximum(n, 1)
    square = np.bincount(owner, intervals**2, N_E) / np.maximum(n, 1)
    enough = n >= 2
    variance = np.maximum(square[enough] - mean[enough] ** 2, 0)
    return rate, float(np.mean(np.sqrt(variance) / mean[enough]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--step", type=float, default=0.1)
    arguments = parser.parse_args()
    b2.prefs.codegen.target = "cython"
    print(f"""# Brunel's network (model A, 10,000 + 2,500 neurons) by Brian2 {b2.__version__}.
# Made by benchmarks/brunel_brian2.py --seeds {arguments.seeds} --step {arguments.step}; one
# number a seed. Rates in Hz of the excitatory neurons after {AFTER:g} ms; CV of the intervals of
# each neuron with three spikes or more, averaged over these neurons.
source = "Brian2 {b2.__version__}; N. Brunel, J. Comput. Neurosci. 8 (2000) 183-208, figure 8"
""")
    for name, (g, eta, until) in REGIMES.items():
        found = []
        for seed in range(arguments.seeds):
            found.append(run(g, eta, until, arguments.step, seed))
            print(name, seed, found[-1], file=sys.stderr, flush=True)
        rates, variations = zip(*found, strict=True)
        print(f"[[regime]]\nname = {name!r}\ng = {g}\neta = {eta}\nuntil = {until}")
        print(f"rate = [{', '.join(f'{x:.3f}' for x in rates)}]")
        print(f"cv = [{', '.join(f'{x:.4f}' for x in variations)}]\n", flush=True)


if __name__ == "__main__":
    main()
