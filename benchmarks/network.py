"""Brunel's network of 12,500 neurons: rheobase beside Brian2's C++ standalone.

    python benchmarks/network.py --brian2 PYTHON_WITH_BRIAN2 --until 500

Both run the same equations on one core, with a step of 0.1 ms; wiring and compiling are not
counted. Brian2 runs in an interpreter of its own, which executes this file with --peer.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEP = 0.1
REGIMES = {  # g, nu_ext / nu_thr
    "asynchronous irregular": (5.0, 2.0),
    "slow synchronous irregular": (4.5, 0.9),
    "fast synchronous irregular": (6.0, 4.0),
    "synchronous regular": (3.0, 2.0),
}


def rheobase_runs(until: float, rounds: int) -> dict[str, tuple[float, int]]:
    """Least processor time, and spikes, of each regime."""
    import rheobase as rb

    found = {}
    for regime in REGIMES:
        network = rb.models.brunel(regime)
        network.edges("E to E")
        network.simulate(until=1, step=STEP)
        best, spikes = float("inf"), 0
        for _ in range(rounds):
            begin = time.process_time()
            run = network.simulate(until, step=STEP, seed=1)
            best = min(best, time.process_time() - begin)
            spikes = sum(len(s.times) for s in run.raster.values())
        found[regime] = best, spikes
    return found


def brian2_runs(until: float, rounds: int) -> dict[str, tuple[float, int]]:
    """The same by Brian2: the processor time of its loop over the steps."""
    import brian2 as b2
    import numpy as np

    found = {}
    for regime, (g, eta) in REGIMES.items():
        b2.device.reinit()
        b2.device.activate()
        b2.set_device("cpp_standalone", build_on_run=False)
        b2.prefs.devices.cpp_standalone.openmp_threads = 0
        b2.defaultclock.dt = STEP * b2.ms
        random = np.random.default_rng(1)
        cells = b2.NeuronGroup(
            12_500,
            "dV/dt = -V/(20*ms) : 1 (unless refractory)",
            threshold="V > 20",
            reset="V = 10",
            refractory=2 * b2.ms,
            method="exact",
        )
        cells.V = "20*rand()"
        parts = []
        for first, size, count, weight in ((0, 10_000, 1000, 0.1), (10_000, 2500, 250, -0.1 * g)):
            synapses = b2.Synapses(
                cells[first : first + size],
                cells,
                on_pre=f"V_post += {weight}",
                delay=1.5 * b2.ms,
            )
            chosen = [random.choice(size, count, False) for _ in range(12_500)]
            synapses.connect(i=np.concatenate(chosen), j=np.repeat(np.arange(12_500), count))
            parts.append(synapses)
        outside = b2.PoissonInput(cells, "V", N=1000, rate=eta * 10 * b2.Hz, weight=0.1)
        monitor = b2.SpikeMonitor(cells)
        network = b2.Network(cells, *parts, outside, monitor)
        b2.device.insert_code("before_network_run", "std::clock_t loop_began = std::clock();")
        spent = "double(std::clock() - loop_began) / CLOCKS_PER_SEC"
        b2.device.insert_code("after_network_run", f'std::ofstream("seconds") << {spent};')
        network.run(until * b2.ms)
        with tempfile.TemporaryDirectory() as folder:
            b2.device.build(directory=folder, run=False, with_output=False)
            times = []
            for _ in range(rounds):
                b2.device.run(folder, with_output=False)
                times.append(float((Path(folder) / "seconds").read_text()))
            found[regime] = min(times), int(monitor.num_spikes)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--until", type=float, default=500.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--brian2", metavar="PYTHON", help="an interpreter that has brian2")
    parser.add_argument("--peer", action="store_true", help="what that interpreter is asked")
    arguments = parser.parse_args()
    settings = ["--until", str(arguments.until), "--rounds", str(arguments.rounds)]
    if arguments.peer:
        print(json.dumps(brian2_runs(arguments.until, arguments.rounds)))
        return
    peer = {}
    if arguments.brian2:
        command = [arguments.brian2, __file__, "--peer", *settings]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode:
            sys.exit(f"Brian2 failed:\n{answer.stderr[-2000:]}")
        peer = json.loads(answer.stdout.splitlines()[-1])
    else:
        print("Brian2 is left out: give --brian2 PYTHON (pip install brian2 'numpy<2.4')")
    print(f"{arguments.until:g} ms of Brunel's network; seconds, million deliveries a second")
    print(f"{'':<30}{'rheobase':>10}{'Brian2':>10}{'ratio':>8}{'rheobase':>12}")
    for regime, (seconds, spikes) in rheobase_runs(arguments.until, arguments.rounds).items():
        other = peer.get(regime, (float("nan"), 0))[0]
        speed = 1e-6 * 1250 * spikes / seconds
        print(f"{regime:<30}{seconds:>10.2f}{other:>10.2f}{other / seconds:>8.2f}{speed:>12.0f}")


if __name__ == "__main__":
    main()
