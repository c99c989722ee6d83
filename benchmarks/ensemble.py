"""Many neurons, fixed steps: `rheobase.simulate_ensemble` against its peers.

Million neuron-steps a second of processor time, on one core: Hodgkin & Huxley's neurons by RK4
with steps of 0.01 ms, and Izhikevich's (2003) with their reset, by the midpoint rule with steps of
0.5 ms and spikes recorded. Izhikevich's neurons run twice: with resets on the grid, as all peers
have them, and located inside the step, which no peer does. NumPy and numba are loops as one writes
them; Brian2 (C++ standalone) and JAX need an interpreter that has them. The contestants take turns
and the best round counts; where they do the same arithmetic they must end at the same states.

Then: wall time on one thread and on two, the cost of 10^3 to 10^6 members, and the memory of a
sweep of 10^6 trajectories that keeps their spikes.

    python benchmarks/ensemble.py [--neurons 4096] [--rounds 5] [--peers PYTHON] [--only NAME]

RHEOBASE_PEERS names the peers' interpreter too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from math import exp
from pathlib import Path

import numpy as np
import peers
import rheobase as rb

Run = Callable[[int, int], tuple[float, float | None]]  # neurons, steps: seconds, an end
MEMORY = """
import resource
import numpy as np, rheobase as rb
many = rb.simulate_ensemble(
    rb.models.izhikevich(),
    dict(I=np.linspace(4, 14, 1_000_000)),
    until=200,
    step=0.5,
    save="spikes",
)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(f"{len(many):,} trajectories, {len(many.spikes):,} spikes kept: {peak:.2f} GiB at the peak")
"""


def squid() -> rb.Model:
    begin = dict(zip(("V", "m", "h", "n"), map(float, peers.start()), strict=True))
    return rb.models.hodgkin_huxley().replace(I=peers.I, E_L=peers.E_L, **begin)


def spread(neurons: int) -> np.ndarray:
    return -65 + np.linspace(-5, 5, neurons)


def rheobase_squid(threads: int = 1) -> Run:
    model = squid()

    def run(neurons: int, steps: int) -> tuple[float, float]:
        many, seconds = timed(
            lambda: rb.simulate_ensemble(
                model, dict(V=spread(neurons)), until=0.01 * steps, step=0.01, threads=threads
            )
        )
        return seconds, many["V"][0]

    return run


def rheobase_quadratic(resets: str, dtype: str = "float64") -> Run:
    model = rb.models.izhikevich().replace(I=10)

    def run(neurons: int, steps: int) -> tuple[float, float]:
        many, seconds = timed(
            lambda: rb.simulate_ensemble(
                model,
                dict(v=spread(neurons)),
                until=0.5 * steps,
                step=0.5,
                scheme="rk2",
                save="spikes",
                resets=resets,
                dtype=dtype,
                threads=1,
            )
        )
        return seconds, many["v"][0]

    return run


def timed(work: Callable):
    """A result, and the processor time that it took."""
    before = time.process_time()
    return work(), time.process_time() - before


def numpy_squid(neurons: int, steps: int) -> tuple[float, float]:
    slopes, h = peers.slopes_by(np.exp), 0.01
    x = np.repeat(peers.start()[:, None], neurons, axis=1)
    x[0] = spread(neurons)
    before = time.process_time()
    for _ in range(steps):
        a = np.array(slopes(*x))
        b = np.array(slopes(*(x + h / 2 * a)))
        c = np.array(slopes(*(x + h / 2 * b)))
        d = np.array(slopes(*(x + h * c)))
        x = x + h / 6 * (a + 2 * b + 2 * c + d)
    return time.process_time() - before, x[0, 0]


def numba_squid() -> Run:
    from numba import njit

    slopes = peers.slopes_by(exp, njit(fastmath=True))

    @njit(fastmath=True)
    def advance(x, h, steps):
        for i in range(x.shape[1]):
            V, m, g, n = x[0, i], x[1, i], x[2, i], x[3, i]
            for _ in range(steps):
                a0, a1, a2, a3 = slopes(V, m, g, n)
                k = h / 2
                b0, b1, b2, b3 = slopes(V + k * a0, m + k * a1, g + k * a2, n + k * a3)
                c0, c1, c2, c3 = slopes(V + k * b0, m + k * b1, g + k * b2, n + k * b3)
                d0, d1, d2, d3 = slopes(V + h * c0, m + h * c1, g + h * c2, n + h * c3)
                V += h / 6 * (a0 + 2 * b0 + 2 * c0 + d0)
                m += h / 6 * (a1 + 2 * b1 + 2 * c1 + d1)
                g += h / 6 * (a2 + 2 * b2 + 2 * c2 + d2)
                n += h / 6 * (a3 + 2 * b3 + 2 * c3 + d3)
            x[0, i], x[1, i], x[2, i], x[3, i] = V, m, g, n

    def run(neurons: int, steps: int) -> tuple[float, float]:
        x = np.repeat(peers.start()[:, None], neurons, axis=1)
        x[0] = spread(neurons)
        _, seconds = timed(lambda: advance(x, 0.01, steps))
        return seconds, x[0, 0]

    return run


def quadratic(v, u):
    return 0.04 * v * v + 5 * v + 140 - u + 10, 0.02 * (0.2 * v - u)


def numpy_quadratic(neurons: int, steps: int) -> tuple[float, float]:
    x, spikes = np.array([spread(neurons), np.full(neurons, -14.0)]), []
    before = time.process_time()
    for step in range(steps):
        x = x + 0.5 * np.array(quadratic(*(x + 0.25 * np.array(quadratic(*x)))))
        fired = x[0] > 30
        x[0, fired] = -65
        x[1, fired] += 8
        spikes.append((step, np.flatnonzero(fired)))
    return time.process_time() - before, x[0, 0]


def numba_quadratic() -> Run:
    from numba import njit

    slopes = njit(fastmath=True)(quadratic)

    @njit(fastmath=True)
    def advance(x, steps, spikes):
        count = 0
        for i in range(x.shape[1]):
            v, u = x[0, i], x[1, i]
            for step in range(steps):
                a, b = slopes(v, u)
                a, b = slopes(v + 0.25 * a, u + 0.25 * b)
                v += 0.5 * a
                u += 0.5 * b
                if v > 30:
                    v = -65.0
                    u += 8
                    spikes[count, 0] = i
                    spikes[count, 1] = step
                    count += 1
            x[0, i], x[1, i] = v, u

    def run(neurons: int, steps: int) -> tuple[float, float]:
        x = np.array([spread(neurons), np.full(neurons, -14.0)])
        spikes = np.zeros((1 + neurons * steps // 10, 2), dtype=np.int64)
        _, seconds = timed(lambda: advance(x, steps, spikes))
        return seconds, x[0, 0]

    return run


class Peers:
    """Another interpreter that answers `ensemble_peers.py`'s questions."""

    def __init__(self, interpreter: str):
        script = Path(__file__).with_name("ensemble_peers.py")
        self.process = subprocess.Popen(
            [interpreter, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def run(self, peer: str, case: str) -> Run:
        def run(neurons: int, steps: int) -> tuple[float, float]:
            question = dict(peer=peer, case=case, neurons=neurons, steps=steps)
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            if "error" in answer:
                raise SystemExit(f"{peer}: {answer['error']}")
            return answer["seconds"], answer["first"]

        return run


def compare(what: str, contestants: dict[str, Run], neurons: int, steps: int, rounds: int) -> None:
    """A line of speeds and ratios; the slow ones do fewer steps."""
    best, ends = dict.fromkeys(contestants, 0.0), {}
    for name, run in contestants.items():
        ends[name] = run(neurons, 200)[1]
    for name, end in ends.items():
        if end is not None and "located" not in name and "float32" not in name:
            np.testing.assert_allclose(end, ends["NumPy"], rtol=1e-8, err_msg=name)
    for _ in range(rounds):
        for name, run in contestants.items():
            todo = max(200, steps // 10) if name in ("NumPy", "numba") else steps
            seconds, _ = run(neurons, todo)
            best[name] = max(best[name], 1e-6 * neurons * todo / seconds)
    print(what)
    first = next(iter(best.values()))
    for name, speed in best.items():
        print(f"    {name:<22}{speed:>10.4g} million neuron-steps/s   ratio {first / speed:6.2f}")


def threads(neurons: int, rounds: int) -> None:
    """Wall time on one thread and on two."""
    best = {1: np.inf, 2: np.inf}
    for _ in range(rounds):
        for count in best:
            before = time.perf_counter()
            rheobase_squid(threads=count)(neurons, 400)
            best[count] = min(best[count], time.perf_counter() - before)
    print(f"two threads against one, wall time: {best[1] / best[2]:.2f} times as fast")


def growth(rounds: int) -> None:
    """Processor time a neuron-step from 10^3 to 10^6 members."""
    counts = (1000, 10_000, 100_000, 1_000_000)
    best = dict.fromkeys(counts, np.inf)
    run = rheobase_squid()
    run(64, 100)
    for _ in range(rounds):
        for count in counts:
            steps = max(100, 100_000_000 // (count * 100))
            best[count] = min(best[count], run(count, steps)[0] / (steps * count))
    print("Hodgkin-Huxley, nanoseconds a neuron-step by members:")
    print("    " + ", ".join(f"{count:,}: {1e9 * t:.1f}" for count, t in best.items()))


def memory() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    print(
        subprocess.check_output([sys.executable, "-c", MEMORY], text=True, env=environment), end=""
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--neurons", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default=os.environ.get("RHEOBASE_PEERS"))
    parts = ("squid", "quadratic", "threads", "growth", "memory")
    parser.add_argument("--only", choices=parts, action="append")
    chosen = parser.parse_args()
    wanted = chosen.only or parts
    other = Peers(chosen.peers) if chosen.peers else None
    if "squid" in wanted:
        runs = {"rheobase": rheobase_squid(), "numba": numba_squid(), "NumPy": numpy_squid}
        if other:
            runs |= {"Brian2": other.run("brian2", "squid"), "JAX": other.run("jax", "squid")}
        compare("Hodgkin-Huxley, RK4", runs, chosen.neurons, 1000, chosen.rounds)
    if "quadratic" in wanted:
        runs = {
            "rheobase, on the grid": rheobase_quadratic("grid"),
            "rheobase, located": rheobase_quadratic("located"),
            "numba": numba_quadratic(),
            "NumPy": numpy_quadratic,
        }
        if other:
            runs |= {
                "Brian2": other.run("brian2", "quadratic"),
                "JAX": other.run("jax", "quadratic"),
            }
        compare("Izhikevich, midpoint rule", runs, chosen.neurons, 20_000, chosen.rounds)
    if "threads" in wanted:
        threads(16 * chosen.neurons, chosen.rounds)
    if "growth" in wanted:
        growth(min(3, chosen.rounds))
    if "memory" in wanted:
        memory()
    if other:
        other.close()
    print(f"peak memory of this process: {peak():.2f} GiB")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
