"""Fixed point products against fxpmath and apytypes; populations of Izhikevich neurons in s16.15.

Products: million multiplies a second of s16.15 words on one core, floored and wrapped as compiled C
does it, on arrays that are there already; operands of up to 128 in magnitude, so that no product
overflows (fxpmath's would then not wrap at 32 bits). All must agree bit for bit. A package that
isn't installed is left out.
Populations: million neuron-steps a second of `rb.spinnaker.izhikevich`, from one call with its
spikes listed, each neuron with an input of its own.
The contestants take turns and the best round counts.

    python benchmarks/fixed_point.py [--size 1000000] [--neurons 100000] [--rounds 5]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import rheobase as rb

Multiply = Callable[[], np.ndarray]


def rheobase_words(a: np.ndarray, b: np.ndarray) -> Multiply:
    """`apply`, on bit patterns."""
    x, y = a.astype(np.uint32), b.astype(np.uint32)
    return lambda: rb.spinnaker.apply("k_mul", x, y).view(np.int32)


def rheobase_qformat(a: np.ndarray, b: np.ndarray) -> Multiply:
    """`QFormat.mul`, of any format."""
    word = rb.QFormat(16, 15)
    return lambda: word.mul(a, b)


def fxpmath(a: np.ndarray, b: np.ndarray) -> Multiply:
    from fxpmath import Fxp

    form = dict(signed=True, n_word=32, n_frac=15, rounding="floor", overflow="wrap")
    x, y = (Fxp(n, raw=True, op_sizing="same", **form) for n in (a, b))
    return lambda: (x * y).val


def apytypes(a: np.ndarray, b: np.ndarray) -> Multiply:
    import apytypes as apy

    x, y = (apy.APyFixedArray(n.tolist(), int_bits=17, frac_bits=15) for n in (a, b))
    floor, wrap = apy.QuantizationMode.TRN, apy.OverflowMode.WRAP
    found = []

    def run() -> np.ndarray:
        found[:] = [(x * y).cast(int_bits=17, frac_bits=15, quantization=floor, overflow=wrap)]
        return found[0]

    return run


def integers(result: object) -> np.ndarray:
    """What a contestant returned, as integers."""
    bits = result.to_bits() if hasattr(result, "to_bits") else result
    return np.asarray(bits).astype(np.int64).astype(np.uint32).view(np.int32)


def products(size: int, rounds: int) -> dict[str, float]:
    """Million multiplies a second."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(-(1 << 22), 1 << 22, (2, size))
    contestants, best = {}, {}
    for make in (rheobase_words, rheobase_qformat, fxpmath, apytypes):
        try:
            contestants[make.__name__] = make(a, b)
        except ImportError as error:
            print(f"{make.__name__} is left out: {error}")
    expected = (a * b) >> 15
    for name, run in contestants.items():
        np.testing.assert_array_equal(integers(run()), expected, err_msg=name)
        best[name] = np.inf
    for _ in range(rounds):
        for name, run in contestants.items():
            repeats = 20 if name == "rheobase_words" else 1
            begin = time.process_time()
            for _ in range(repeats):
                run()
            best[name] = min(best[name], (time.process_time() - begin) / repeats)
    return {name: 1e-6 * size / seconds for name, seconds in best.items()}


def populations(neurons: int, rounds: int) -> dict[tuple[str, str], float]:
    """Million neuron-steps a second."""
    I, steps, best = np.linspace(4.0, 15.0, neurons), 200, {}
    kinds = [(solver, multiply) for solver in ("euler", "rk2") for multiply in ("fl", "rn", "sr")]
    for solver, multiply in kinds:
        rb.spinnaker.izhikevich(solver, multiply, I=I, steps=1)
        best[solver, multiply] = np.inf
    for _ in range(rounds):
        for kind in kinds:
            begin = time.process_time()
            rb.spinnaker.izhikevich(*kind, I=I, steps=steps)
            best[kind] = min(best[kind], time.process_time() - begin)
    return {kind: 1e-6 * neurons * steps / seconds for kind, seconds in best.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--neurons", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    speeds = products(arguments.size, arguments.rounds)
    print(f"{'million multiplies a second':<32}{'':>10}  rheobase is faster by")
    for name, speed in speeds.items():
        print(f"{name:<32}{speed:>10.4g}  {speeds['rheobase_words'] / speed:.4g}")
    print(f"\n{'million neuron-steps a second':<32}")
    for kind, speed in populations(arguments.neurons, arguments.rounds).items():
        print(f"{', '.join(kind):<32}{speed:>10.4g}")


if __name__ == "__main__":
    main()
