"""Kuramoto's oscillators, all to all: rheobase against NumPy and numba with libm.

The classical Runge-Kutta scheme, steps of 0.05, Lorentzian frequencies, K = 2.5: nanoseconds for an
oscillator and a step, and ratios. The peers are written as one writes them: the mean field summed
first, then sine and cosine of each phase. All must end at the same order parameter (to 1e-9). The
contestants take turns and the least processor time counts (with several threads the least time);
the second table is the cost from 1e3 to 1e6 oscillators.

    python benchmarks/kuramoto.py [--oscillators 100000] [--steps 100] [--rounds 5] [--threads 1]
"""

import argparse
import time
from collections.abc import Callable
from math import cos, sin

import numpy as np
import rheobase as rb

STEP, COUPLING = 0.05, 2.5
Run = Callable[[int, int], complex]
Clock = Callable[[], float]


def population(n: int) -> tuple[np.ndarray, np.ndarray]:
    run = rb.kuramoto(n, COUPLING, rb.Lorentzian(1.0), until=STEP, step=STEP, phases=0.3, seed=1)
    return run.frequencies, np.random.default_rng(1).uniform(0, 2 * np.pi, n)


def by_rheobase(threads: int) -> Run:
    def run(n: int, steps: int) -> complex:
        omega, theta = population(n)
        found = rb.kuramoto(
            frequencies=omega,
            phases=theta,
            coupling=COUPLING,
            until=steps * STEP,
            step=STEP,
            threads=threads,
        )
        return complex(found.complex_order[-1])

    return run


def by_numpy(n: int, steps: int) -> complex:
    omega, theta = population(n)

    def rate(x: np.ndarray) -> np.ndarray:
        s, c = np.sin(x), np.cos(x)
        return omega + COUPLING * (s.mean() * c - c.mean() * s)

    h = STEP
    for _ in range(steps):
        a = rate(theta)
        b = rate(theta + h / 2 * a)
        c = rate(theta + h / 2 * b)
        d = rate(theta + h * c)
        theta = theta + h / 6 * (a + 2 * b + 2 * c + d)
    return complex(np.exp(1j * theta).mean())


def by_numba() -> Run:
    from numba import njit

    @njit(fastmath=True)
    def march(theta, omega, steps, h, K):
        n = theta.size
        x, s, c = theta.copy(), np.empty(n), np.empty(n)
        total = np.empty(n)
        for _ in range(steps):
            for stage in range(4):
                S = C = 0.0
                for i in range(n):
                    s[i], c[i] = sin(x[i]), cos(x[i])
                    S += s[i]
                    C += c[i]
                S, C = K * S / n, K * C / n
                weight = h / 6 if stage in (0, 3) else h / 3
                ahead = h if stage == 2 else h / 2
                for i in range(n):
                    k = omega[i] + S * c[i] - C * s[i]
                    total[i] = (theta[i] if stage == 0 else total[i]) + weight * k
                    x[i] = total[i] if stage == 3 else theta[i] + ahead * k
            theta[:] = x

    def run(n: int, steps: int) -> complex:
        omega, theta = population(n)
        march(theta, omega, steps, STEP, COUPLING)
        return complex(np.exp(1j * theta).mean())

    return run


def timed(run: Run, n: int, steps: int, clock: Clock = time.process_time) -> np.ndarray:
    """Seconds of one step, and of so many more."""
    begin = clock()
    run(n, 1)
    started = clock()
    run(n, steps + 1)
    return np.array([started - begin, clock() - started])


def between(best: np.ndarray) -> float:
    """What the steps took, without what it takes to begin."""
    return float(best[1] - best[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oscillators", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    wishes = parser.parse_args()
    n, steps = wishes.oscillators, wishes.steps
    runs: dict[str, Run] = {
        "rheobase": by_rheobase(wishes.threads),
        "numba with libm": by_numba(),
        "NumPy": by_numpy,
    }
    ends = {name: run(min(n, 10_000), 20) for name, run in runs.items()}
    for name, end in ends.items():
        assert abs(end - ends["NumPy"]) < 1e-9, f"{name} ends elsewhere: {end}"
    clock = time.process_time if wishes.threads == 1 else time.perf_counter
    best = {name: np.full(2, np.inf) for name in runs}
    for _ in range(wishes.rounds):
        for name, run in runs.items():
            best[name] = np.minimum(best[name], timed(run, n, steps, clock))
    print(f"{n} oscillators, {steps} steps of RK4, {wishes.threads} thread(s) for rheobase\n")
    print(f"{'':18}{'ns a step':>10}{'1000 steps':>12}{'ratio':>8}")
    ours = between(best["rheobase"])
    for name, pair in best.items():
        seconds = between(pair)
        each = seconds / n / steps
        whole = f"{1000 * n * each:.2f} s"
        print(f"{name:18}{1e9 * each:10.1f}{whole:>12}{seconds / ours:8.1f}")
    print(f"\n{'oscillators':>12}{'ns a step':>10}")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        count = max(30, 10_000_000 // size)
        rounds = [timed(runs["rheobase"], size, count, clock) for _ in range(wishes.rounds)]
        seconds = between(np.min(rounds, axis=0))
        print(f"{size:12}{1e9 * seconds / size / count:10.1f}")


if __name__ == "__main__":
    main()
