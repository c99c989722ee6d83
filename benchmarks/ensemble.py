"""Many neurons, fixed steps: rheobase's blocks kernel against numba with libm, and NumPy.

Million neuron-steps a second on one core: Hodgkin & Huxley's neurons by RK4 with steps of 0.01 ms,
and Izhikevich's (2003) quadratic equations, at rest and without their reset, by the midpoint rule
with steps of 0.5 ms. The peers are loops as one writes them, with the numbers of the model in
their code; rheobase reads parameters of each neuron from memory. All must end at the same states
(to 1e-9). The contestants take turns and the best round counts.

    python benchmarks/ensemble.py [--neurons 4096] [--rounds 10]
"""

import argparse
import time
from collections.abc import Callable
from math import exp

import numpy as np
import peers
import rheobase as rb
from rheobase.dynamics import blocks

IZHIKEVICH = """
v' = 0.04*v^2 + 5*v + 140 - u + I
u' = a*(b*v - u)
"""
Advance = Callable[[np.ndarray, float, int], np.ndarray]


def quadratic(v: float, u: float) -> tuple[float, float]:
    return 0.04 * v * v + 5 * v + 140 - u, 0.02 * (0.2 * v - u)


def rk4_numpy(x: np.ndarray, h: float, steps: int) -> np.ndarray:
    slopes = peers.slopes_by(np.exp)
    for _ in range(steps):
        a = np.array(slopes(*x))
        b = np.array(slopes(*(x + h / 2 * a)))
        c = np.array(slopes(*(x + h / 2 * b)))
        d = np.array(slopes(*(x + h * c)))
        x = x + h / 6 * (a + 2 * b + 2 * c + d)
    return x


def midpoint_numpy(x: np.ndarray, h: float, steps: int) -> np.ndarray:
    for _ in range(steps):
        x = x + h * np.array(quadratic(*(x + h / 2 * np.array(quadratic(*x)))))
    return x


def rk4_numba() -> Advance:
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
        return x

    return advance


def midpoint_numba() -> Advance:
    from numba import njit

    slopes = njit(fastmath=True)(quadratic)

    @njit(fastmath=True)
    def advance(x, h, steps):
        for i in range(x.shape[1]):
            v, u = x[0, i], x[1, i]
            for _ in range(steps):
                a, b = slopes(v, u)
                a, b = slopes(v + h / 2 * a, u + h / 2 * b)
                v += h * a
                u += h * b
            x[0, i], x[1, i] = v, u
        return x

    return advance


def in_blocks(model: rb.Model, scheme: str) -> Advance:
    """rheobase's kernel; the states are in blocks of WIDTH neurons, components side by side."""
    kernel = blocks.kernel_of(model._system, scheme)
    values = model.field.parameter_array(model.parameters)

    def advance(x: np.ndarray, h: float, steps: int) -> np.ndarray:
        n, count = x.shape
        y = x.reshape(n, -1, blocks.WIDTH).transpose(1, 0, 2).reshape(count // blocks.WIDTH, -1)
        y, p = np.ascontiguousarray(y), np.tile(np.repeat(values, blocks.WIDTH), (len(y), 1))
        kernel.advance(y, p, 0.0, h, steps)
        return y.reshape(-1, n, blocks.WIDTH).transpose(1, 0, 2).reshape(n, count)

    return advance


def compare(contestants: dict[str, Advance], x: np.ndarray, h: float, steps: int, rounds: int):
    """Million neuron-steps a second; NumPy, slow, does a tenth of the steps."""
    ends, best = {}, dict.fromkeys(contestants, np.inf)
    for name, advance in contestants.items():
        ends[name] = advance(x.copy(), h, 200)
    for name, end in ends.items():
        np.testing.assert_allclose(end, ends["rheobase"], rtol=1e-9, atol=1e-9, err_msg=name)
    for _ in range(rounds):
        for name, advance in contestants.items():
            todo = max(1, steps // 10) if name == "NumPy" else steps
            start = x.copy()
            begin = time.process_time()
            advance(start, h, todo)
            best[name] = min(best[name], (time.process_time() - begin) / todo)
    return {name: 1e-6 * x.shape[1] / seconds for name, seconds in best.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--neurons", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    count = -(-arguments.neurons // blocks.WIDTH) * blocks.WIDTH
    squid = rb.models.hodgkin_huxley().replace(I=peers.I, E_L=peers.E_L)
    start = np.repeat(peers.start()[:, None], count, axis=1)
    start[0] += np.linspace(-5, 5, count)
    quiet = rb.Model(
        "quadratic", IZHIKEVICH, parameters=dict(a=0.02, b=0.2, I=0), start=dict(v=-70, u=-14)
    )
    rest = np.array([np.linspace(-72, -66, count), np.full(count, -14.0)])
    cases = [
        ("Hodgkin-Huxley, RK4", squid, "rk4", rk4_numba(), rk4_numpy, start, 0.01, 200),
        ("Izhikevich, midpoint", quiet, "rk2", midpoint_numba(), midpoint_numpy, rest, 0.5, 2000),
    ]
    print(
        f"{'million neuron-steps a second':<32}{'rheobase':>10}{'numba':>10}{'NumPy':>10}  ratios"
    )
    for what, model, scheme, numba, numpy, x, h, steps in cases:
        contestants = {"rheobase": in_blocks(model, scheme), "numba": numba, "NumPy": numpy}
        speeds = compare(contestants, x, h, steps, arguments.rounds)
        ratios = [speeds["rheobase"] / speeds[name] for name in ("numba", "NumPy")]
        print(f"{what:<32}" + "".join(f"{s:>10.4g}" for s in speeds.values()), end="  ")
        print(" ".join(f"{ratio:.1f}" for ratio in ratios))


if __name__ == "__main__":
    main()
