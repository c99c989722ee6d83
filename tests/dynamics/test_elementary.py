"""elementary.py against mpmath (40 digits), called singly and inside vectorised loops.

The loops are compiled with the flags of the ensembles, which permit reassociation: these must not
reach the inlined functions.
"""

import re

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rheobase.dynamics import cache

FLAGS = '{"reassoc", "contract", "nsz", "arcp", "afn"}'
LOOP = """
@njit("void(float64[::1], float64[::1])", cache=True, error_model="numpy", fastmath={flags})
def {name}_loop(x, y):
    for block in range(x.size // 64):
        for i in range(64 * block, 64 * block + 64):
            y[i] = {call}
"""
ALONE = ["exp", "expm1", "sinh", "cosh", "tanh", "log", "sin", "cos", "sin_any", "cos_any"]
CALLS = {name: f"{name}(x[i])" for name in ALONE}
CALLS |= {"sin_of_pair": "sincos(x[i])[0]", "cos_of_pair": "sincos(x[i])[1]"}
LOOPS = f"from numba import njit\nfrom .elementary import {', '.join(ALONE)}, sincos\n" + "".join(
    LOOP.format(name=name, call=call, flags=FLAGS) for name, call in CALLS.items()
)
SUBNORMAL = 5e-324


@pytest.fixture(scope="module")
def kernel():
    return cache.kernel("elementary")


@pytest.fixture(scope="module")
def loops():
    return cache.generated("test_elementary", LOOPS)


def through(loop, x):
    """The loop's values at x, padded to whole blocks."""
    padded = np.resize(x, -(-len(x) // 64) * 64)
    y = np.empty_like(padded)
    loop(padded, y)
    return y[: len(x)]


def worst_error(y, x, exact, floor=0.0):
    """max |y - exact(x)| / max(|exact(x)|, floor) in 40 digits."""
    with mpmath.workdps(40):
        references = [exact(mpmath.mpf(v)) for v in x.tolist()]
        return max(
            float(abs(v - r) / max(abs(r), floor)) if r else abs(v)
            for v, r in zip(y.tolist(), references, strict=True)
        )


def random_points(function):
    random = np.random.default_rng(20)
    small = random.uniform(-1, 1, 2000) * 10.0 ** random.uniform(-30, 0, 2000)
    near_one = random.uniform(-1.5, 1.5, 2000)
    match function:
        case "exp":
            return np.r_[random.uniform(-708, 709.7, 4000), near_one, small, -708.0, 709.0, 709.78]
        case "expm1":
            return np.r_[random.uniform(-40, 709.7, 4000), near_one, small, -1e3, -50.0]
        case "sinh" | "cosh":
            return np.r_[random.uniform(-709.7, 709.7, 4000), near_one, small, -709.7, 40.0]
        case "tanh":
            return np.r_[random.uniform(-25, 25, 4000), near_one, small, -1e3, 1e300]
        case "log":
            wide = 10.0 ** random.uniform(-307, 308, 4000)
            return np.r_[wide, random.uniform(0.5, 2, 4000), 1 + small[:500], 5e-324, 1e-310]
    wide = np.r_[random.uniform(-1e5, 1e5, 4000), random.uniform(-1e8, 1e8, 2000), 1e8, -1e8]
    multiples = np.arange(-1000, 1000) * (np.pi / 2)
    return np.r_[wide, random.uniform(-10, 10, 3000), small, multiples, multiples * 61.0]


CASES = [
    # function, loop, mpmath's, largest relative error, floor of what it is relative to
    ("exp", "exp", mpmath.exp, 2.3e-16, 0),
    ("expm1", "expm1", mpmath.expm1, 3.4e-16, 0),
    ("sinh", "sinh", mpmath.sinh, 4.5e-16, 0),
    ("cosh", "cosh", mpmath.cosh, 4.5e-16, 0),
    ("tanh", "tanh", mpmath.tanh, 4.4e-16, 0),
    ("log", "log", mpmath.log, 2.3e-16, 0),
    ("sin", "sin", mpmath.sin, 3.4e-16, 1e-3),
    ("cos", "cos", mpmath.cos, 3.4e-16, 1e-3),
    ("sin", "sin_of_pair", mpmath.sin, 3.4e-16, 1e-3),
    ("cos", "cos_of_pair", mpmath.cos, 3.4e-16, 1e-3),
]


@pytest.mark.parametrize("name, loop, exact, bound, floor", CASES, ids=lambda v: str(v)[:12])
def test_loop_is_right_to_the_last_bits(loops, name, loop, exact, bound, floor):
    x = random_points(name)
    y = through(getattr(loops, f"{loop}_loop"), x)
    assert worst_error(y, x, exact, floor) <= bound


@pytest.mark.parametrize("name", ["exp", "expm1", "sinh", "cosh", "tanh", "log", "sin", "cos"])
def test_single_call_gives_the_loops_bits(kernel, loops, name):
    """Where the machine has fused multiply-add, both use it; without, neither does."""
    x = random_points(name)[::37]
    single = [getattr(kernel, name)(v) for v in x.tolist()]
    np.testing.assert_array_equal(single, through(getattr(loops, f"{name}_loop"), x))


SPECIAL = np.array(
    [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, SUBNORMAL, -SUBNORMAL, 1e-310, -1e-310]
)
EDGES = np.array([709.782712893384, 709.7827128933841, -745.13, -745.14, -708.5, 1e308, -1e308])
SPECIAL = np.r_[SPECIAL, EDGES]


@pytest.mark.parametrize(
    "name", ["exp", "expm1", "sinh", "cosh", "tanh", "log", "sin_any", "cos_any"]
)
def test_specials_as_libm(kernel, loops, name):
    """inf, nan, signed zeros, overflow and underflow agree with numpy's, to 1 ulp."""
    x = SPECIAL
    if name in ("sinh", "cosh"):  # they leave the range a factor of 2 too early
        x = x[(np.abs(x) < 709.7) | ~(np.abs(x) < 711)]
    with np.errstate(all="ignore"):
        expected = getattr(np, name.removesuffix("_any"))(x)
    single = np.array([getattr(kernel, name)(v) for v in x.tolist()])
    for y in (single, through(getattr(loops, f"{name}_loop"), x)):
        np.testing.assert_allclose(y, expected, rtol=3e-16, atol=SUBNORMAL)
        np.testing.assert_array_equal(np.isinf(y), np.isinf(expected))
    kept = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(single[kept]), np.signbit(expected[kept]))


@pytest.mark.parametrize("name", ["sin", "cos", "sin_of_pair", "cos_of_pair"])
def test_trigonometric_functions_say_nan_beyond_their_range(loops, name):
    x = np.array([np.inf, -np.inf, np.nan, 1.0000001e8, -1e9, 1e300])
    assert np.isnan(through(getattr(loops, f"{name}_loop"), x)).all()


def test_sin_any_and_cos_any_are_right_everywhere(kernel):
    x = np.array([1e5, 1e8, 1.5e8, -1e15, 2.0**60, 1e22, 1.7e308])
    for name, exact in (("sin_any", mpmath.sin), ("cos_any", mpmath.cos)):
        with mpmath.workdps(400):
            expected = [float(exact(mpmath.mpf(v))) for v in x.tolist()]
        np.testing.assert_allclose([getattr(kernel, name)(v) for v in x], expected, rtol=4e-16)


def test_subnormal_exponentials_are_right_to_one_unit(kernel):
    x = np.random.default_rng(5).uniform(-745.2, -708.3, 1000)
    with mpmath.workdps(40):
        off = [abs(kernel.exp(v) - mpmath.exp(v)) / mpmath.mpf(SUBNORMAL) for v in x[x < -709]]
    assert max(off) <= 1


def test_nan_with_any_payload_stays_nan(kernel):
    bits = np.uint64(0x7FF8000000000000) + np.arange(4096, dtype=np.uint64)
    for x in np.r_[bits, bits | np.uint64(1 << 63)].view(np.float64)[::61]:
        for name in ("exp", "expm1", "tanh", "log", "sin", "cos"):
            assert np.isnan(getattr(kernel, name)(x))
        assert np.isnan(kernel.sincos(x)).all()


@settings(max_examples=300, deadline=None)
@given(st.floats(-708, 709))
@example(0.34657359027997264)  # n changes
@example(-0.34657359027997264)
def test_exp_anywhere(x):
    kernel = cache.kernel("elementary")
    one = np.array([x])
    assert worst_error(np.array([kernel.exp(x)]), one, mpmath.exp) <= 2.3e-16
    assert worst_error(np.array([kernel.expm1(x)]), one, mpmath.expm1) <= 3.4e-16
    assert worst_error(np.array([kernel.tanh(x)]), one, mpmath.tanh) <= 4.4e-16


@settings(max_examples=300, deadline=None)
@given(st.floats(-1e8, 1e8))
@example(np.pi)
@example(-np.pi / 2)
def test_sin_and_cos_anywhere(x):
    kernel = cache.kernel("elementary")
    one = np.array([x])
    pair = kernel.sincos(x)
    for value, exact in (
        (kernel.sin(x), mpmath.sin),
        (kernel.cos(x), mpmath.cos),
        (pair[0], mpmath.sin),
        (pair[1], mpmath.cos),
    ):
        assert worst_error(np.array([value]), one, exact, 1e-3) <= 3.4e-16


VECTORISED = """
from numba import njit
from .elementary import cos, exp, expm1, log, sin, sincos, tanh

@njit(error_model="numpy", fastmath={flags})
def loop(x, y):
    for i in range(64):
        y[i] = {call}
"""


@pytest.mark.parametrize("name", ["exp", "expm1", "tanh", "log", "sin", "cos", "sincos"])
def test_loop_becomes_vector_code(name):
    """The polynomial is evaluated on whole vector registers, also when `elementary` is cached."""
    import llvmlite.binding

    if not llvmlite.binding.get_host_cpu_features().get("avx2"):
        pytest.skip("looks for the names of AVX2's and AVX-512's registers")
    call = f"{name}(x[i])" + ("[0]" if name == "sincos" else "")
    cache.kernel("elementary").exp(1.0)
    loop = cache.generated("test_vectorised", VECTORISED.format(flags=FLAGS, call=call)).loop
    loop(np.ones(64), np.ones(64))
    assembly = loop.inspect_asm(loop.signatures[0])
    assert len(re.findall(r"vf[n]?m\w+pd\s.*%[yz]mm", assembly)) >= 9
