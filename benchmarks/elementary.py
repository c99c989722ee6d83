"""What an exponential costs: rheobase's vectorisable functions against libm, in the same loop.

Each function runs over 512 numbers that stay in the first cache, in a loop compiled with the flags
of the ensembles; the two loops of a pair take turns and the best of 40 rounds counts. Prints
nanoseconds a value and the ratio libm / rheobase. Run: `python benchmarks/elementary.py`.
"""

import time

import numpy as np
from rheobase.dynamics import cache

FUNCTIONS = ["exp", "expm1", "tanh", "log", "sin", "cos"]
REPEATS = 400
LOOP = """
@njit("void(float64[::1], float64[::1], int64)", cache=True, error_model="numpy", fastmath=FLAGS)
def {name}(x, y, repeats):
    for _ in range(repeats):
        for block in range(x.size // 64):
            for i in range(64 * block, 64 * block + 64):
                y[i] = {call}
"""
HEAD = """
import math
from numba import njit
from . import elementary
FLAGS = {"reassoc", "contract", "nsz", "arcp", "afn"}
"""


def loops():
    """The compiled loops: `exp_ours`, `exp_libm`, ..., `sincos_ours`, `sincos_libm`."""
    text = HEAD + "".join(f"{name} = elementary.{name}\n" for name in [*FUNCTIONS, "sincos"])
    for name in FUNCTIONS:
        text += LOOP.format(name=f"{name}_ours", call=f"{name}(x[i])")
        text += LOOP.format(name=f"{name}_libm", call=f"math.{name}(x[i])")
    text += LOOP.format(name="sincos_ours", call="sincos(x[i])[0] * sincos(x[i])[1]")
    text += LOOP.format(name="sincos_libm", call="math.sin(x[i]) * math.cos(x[i])")
    return cache.generated("benchmark_elementary", text)


def nanoseconds(*functions):
    """Best time a value of each function, taken in turns."""
    x = np.random.default_rng(1).uniform(0.1, 20, 512)
    y, best = np.empty_like(x), [np.inf] * len(functions)
    for _ in range(40):
        for k, function in enumerate(functions):
            begin = time.perf_counter()
            function(x, y, REPEATS)
            best[k] = min(best[k], time.perf_counter() - begin)
    return [1e9 * seconds / (REPEATS * x.size) for seconds in best]


def main():
    compiled = loops()
    print(f"{'function':<10}{'rheobase ns':>12}{'libm ns':>10}{'ratio':>8}")
    for name in [*FUNCTIONS, "sincos"]:
        ours, libm = nanoseconds(
            getattr(compiled, f"{name}_ours"), getattr(compiled, f"{name}_libm")
        )
        print(f"{name:<10}{ours:>12.2f}{libm:>10.2f}{libm / ours:>8.1f}")


if __name__ == "__main__":
    main()
