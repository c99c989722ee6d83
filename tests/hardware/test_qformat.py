"""QFormat against exact fractions, for words of every length, rounding and overflow."""

from fractions import Fraction
from math import ceil, floor, trunc

import numpy as np
import pytest
import rheobase as rb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rheobase.hardware.rounding import ROUNDINGS

RULES = {
    "floor": floor,
    "nearest": lambda x: floor(x + Fraction(1, 2)),
    "nearest-even": round,  # Python rounds Fractions so
    "zero": trunc,
}
EXACT = [rule for rule in ROUNDINGS if rule != "stochastic"]


def fitted(form, n):
    """An integer in the range of a format."""
    if form.overflow == "saturate":
        return max(form.lowest, min(form.highest, n))
    n %= 1 << form.bits
    return n - (1 << form.bits) if n > form.highest else n


@st.composite
def formats(draw, roundings=tuple(EXACT)):
    signed = draw(st.booleans())
    bits = draw(st.integers(2, 64 if signed else 63))
    fraction = draw(st.integers(0, 64))
    return rb.QFormat(
        bits - signed - fraction,
        fraction,
        signed=signed,
        rounding=draw(st.sampled_from(roundings)),
        overflow=draw(st.sampled_from(["wrap", "saturate"])),
    )


def words(form):
    ends = [form.lowest, form.highest, 0, form.highest // 2, min(1, form.highest)]
    return st.one_of(st.integers(form.lowest, form.highest), st.sampled_from(ends))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_arithmetic_is_exact_rounded_once_and_fitted(data):
    form = data.draw(formats())
    a, b = data.draw(words(form)), data.draw(words(form))
    unit = Fraction(1, 1 << form.fraction)
    rounded = RULES[form.rounding]
    assert form.add(a, b) == fitted(form, a + b)
    assert form.sub(a, b) == fitted(form, a - b)
    assert form.neg(a) == fitted(form, -a)
    assert form.mul(a, b) == fitted(form, rounded(a * b * unit))
    if b:
        assert form.div(a, b) == fitted(form, rounded(Fraction(a, b) / unit))
    count = data.draw(st.integers(0, 63))
    assert form.shift_left(a, count) == fitted(form, a << count)
    assert form.shift_right(a, count) == fitted(form, rounded(Fraction(a, 1 << count)))
    other = data.draw(formats())
    shift = Fraction(1 << other.fraction) * unit
    assert other.convert(a, form) == fitted(other, RULES[other.rounding](a * shift))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_stochastic_results_are_the_neighbours(data):
    """Up just where w 2^-32 is below the lost part (its 32 top bits, where a shift loses more)."""
    form = data.draw(formats(("stochastic",)))
    a, b, w = data.draw(words(form)), data.draw(words(form)), data.draw(st.integers(0, 2**32 - 1))
    cases = {"mul": Fraction(a * b, 1 << form.fraction)}
    if b:
        cases["div"] = Fraction(a << form.fraction, b)
    for name, value in cases.items():
        lost = value - floor(value)
        expected = fitted(form, floor(value) + (Fraction(w, 1 << 32) < lost))
        if name == "mul" and form.fraction <= 32 and form.fraction:
            top = w >> (32 - form.fraction)  # as many bits as are lost
            assert (Fraction(top, 1 << form.fraction) < lost) == (Fraction(w, 1 << 32) < lost)
        assert getattr(form, name)(a, b, random=np.array(w)) == expected
    assert form.mul(a, b, random=np.array(2**32 - 1)) in {
        fitted(form, floor(cases["mul"])),
        fitted(form, ceil(cases["mul"])),
    }


@settings(max_examples=300, deadline=None)
@given(st.data(), st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_floats_become_the_words_that_fractions_say(data, x):
    form = data.draw(formats())
    near = data.draw(words(form)) / 2.0**form.fraction
    for value in (x, near, near + data.draw(st.floats(-2, 2)) * form.resolution):
        scaled = Fraction(value) * (1 << form.fraction)
        assume(abs(scaled) < Fraction(2) ** 1023)
        assert form.from_float(value) == fitted(form, RULES[form.rounding](scaled))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_words_survive_the_way_to_numbers_and_to_bits(data):
    form = data.draw(formats(ROUNDINGS))
    n = data.draw(words(form))
    patterns = form.patterns([n])
    assert patterns.dtype.itemsize * 8 >= form.bits
    assert form.from_patterns(patterns)[0] == n
    assume(abs(n) < 1 << 53)
    assert form.from_float(form.to_float(n), random=np.random.default_rng(0)) == n


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_saturation_keeps_order(data):
    """Saturating conversions and products are monotonic, and stay within the range."""
    form = data.draw(formats())
    form = rb.QFormat(form.integer, form.fraction, form.signed, form.rounding, "saturate")
    x = sorted(data.draw(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6)))
    n = form.from_float(x)
    assert np.all(np.diff(n.astype(object)) >= 0)
    assert form.lowest <= n[0] <= n[-1] <= form.highest
    factor = abs(data.draw(words(form)) // 2)
    assert np.all(np.diff(form.mul(n, factor).astype(object)) >= 0)


def test_the_formats_of_the_chip_are_qformats():
    """The same products as `rb.spinnaker`: floor as k, nearest as x_mulrn, stochastic x_mulsr."""
    rng = np.random.default_rng(5)
    a, b, w = rng.integers(0, 1 << 32, (3, 2000), dtype=np.uint32)
    for rounding, overflow, name in (
        ("floor", "wrap", "k_mul"),
        ("floor", "saturate", "x_mulsat"),
        ("nearest", "saturate", "x_mulrn"),
        ("stochastic", "saturate", "x_mulsr"),
    ):
        word = rb.QFormat(16, 15, rounding=rounding, overflow=overflow)
        product = word.mul(word.from_patterns(a), word.from_patterns(b), random=w)
        random = w if name == "x_mulsr" else None
        expected = rb.spinnaker.apply(name, a, b, random=random)
        np.testing.assert_array_equal(word.patterns(product), expected)


def test_stochastic_rounding_is_unbiased():
    word = rb.QFormat(3, 12, rounding="stochastic")
    n = word.from_float(np.full(40_000, 0.3), random=np.random.default_rng(2))
    lost = 0.3 * 4096 % 1
    assert set(n) == {1228, 1229}
    table = word.mul(np.full((2, 3), 5), 4095, random=np.arange(6).reshape(2, 3) << 29)
    assert table.shape == (2, 3)
    assert abs(np.mean(n - 1228) - lost) < 5 * np.sqrt(lost * (1 - lost) / n.size)


def test_what_a_format_says_of_itself():
    word = rb.QFormat(16, 15)
    assert (word.bits, word.resolution, word.range) == (32, 2.0**-15, (-65536.0, 65536 - 2.0**-15))
    assert (word.lowest, word.highest, word.name) == (-(1 << 31), (1 << 31) - 1, "s16.15")
    assert repr(rb.QFormat(0, 32, signed=False)) == (
        "QFormat(0, 32, signed=False): u0.32, 32 bits, 0 to 0.9999999998 in steps of 2^-32, "
        "floor, wrap"
    )
    assert rb.QFormat(-3, 18).range == (-0.125, 0.125 - 2.0**-18)
    assert rb.QFormat(16, 15) == rb.QFormat(16, 15, rounding="floor")
    assert hash(rb.QFormat(16, 15)) == hash(rb.QFormat(np.int64(16), 15))
    assert word.outside(np.array([1 << 31, -1])).tolist() == [True, False]
    assert word.mul([], []).shape == (0,)


def test_infinities_saturate():
    clamped = rb.QFormat(8, 7, overflow="saturate")
    assert clamped.from_float([np.inf, -np.inf, 1e300]).tolist() == [32767, -32768, 32767]


@pytest.mark.parametrize("rounding", ["floor", "nearest", "nearest-even", "zero"])
def test_numbers_that_scaled_are_no_doubles_wrap(rounding):
    """1e308 2^31 is an integer of 1,055 bits, the lowest 64 of which are 0."""
    form = rb.QFormat(0, 31, rounding=rounding)
    assert (int(1e308) << 31) % (1 << 64) == 0
    assert form.from_float([1e308, -1.7e308, 0.5]).tolist() == [0, 0, 1 << 30]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rb.QFormat(16.0, 15), rb.InvalidArgument, r"integer=16\.0 must be a whole"),
        (lambda: rb.QFormat(40, 30), rb.InvalidArgument, "has 71 bits; a word has 2 to 64"),
        (lambda: rb.QFormat(40, 24, signed=False), rb.InvalidArgument, "64 bits.*1 to 63"),
        (lambda: rb.QFormat(16, -1), rb.InvalidArgument, "at least 0 of them behind"),
        (lambda: rb.QFormat(16, 15, signed=2), rb.InvalidArgument, "signed=2 must be"),
        (lambda: rb.QFormat(16, 15, rounding="up"), rb.UnknownName, "'up' is not a rounding"),
        (lambda: rb.QFormat(16, 15, overflow="clip"), rb.UnknownName, "'clip' is not a rule"),
        (lambda: rb.QFormat(8, 7).from_float(np.nan), rb.InvalidArgument, "nan has no word"),
        (lambda: rb.QFormat(8, 7).from_float("a"), rb.InvalidArgument, "numbers are.*not 'a'"),
        (lambda: rb.spinnaker.host_bits(["b"]), rb.InvalidArgument, "numbers are asked for"),
        (lambda: rb.spinnaker.LCG(1).words(-1), rb.InvalidArgument, "-1 random words"),
        (lambda: rb.QFormat(8, 7).from_float([1, np.inf]), rb.InvalidArgument, "inf has no"),
        (lambda: rb.QFormat(8, 7).add(40000, 0), rb.InvalidArgument, "40000 is no word of s8.7"),
        (lambda: rb.QFormat(8, 7).add(0.5, 0), rb.InvalidArgument, "are integers, not float64"),
        (lambda: rb.QFormat(8, 7).div([1, 2], [1, 0]), rb.InvalidArgument, "division by zero: 1"),
        (lambda: rb.QFormat(8, 7).add([1, 2], [1, 2, 3]), rb.InvalidArgument, "don't broadcast"),
        (lambda: rb.QFormat(8, 7).shift_left(1, 64), rb.InvalidArgument, "shift by 64 bits"),
        (lambda: rb.QFormat(8, 7).shift_left(1, 0.5), rb.InvalidArgument, "whole number of bits"),
        (lambda: rb.QFormat(8, 7).from_patterns(1 << 16), rb.InvalidArgument, "patterns of 16"),
        (
            lambda: rb.QFormat(8, 7, rounding="stochastic").mul(1, 1),
            rb.InvalidArgument,
            "stochastic rounding needs random=",
        ),
    ],
)
def test_a_wrong_question_is_answered(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_stochastic_rounding_of_floats_is_exact():
    """Up where w 2^-32 < y - floor(y) in fractions, also where the difference is no double."""
    form = rb.QFormat(8, 0, rounding="stochastic")
    for y in (-(2.0**-10) + 2.0**-62, -(2.0**-60), -0.75, 0.75, -3.25, 2.0**-40, 5.0):
        lost = Fraction(y) - floor(y)
        near = floor(lost * 2**32)
        words = [w for w in (0, near - 1, near, near + 1, 2**32 - 1) if 0 <= w < 2**32]
        expected = [floor(y) + (Fraction(w, 2**32) < lost) for w in words]
        found = form.from_float(np.full(len(words), y), random=np.array(words))
        assert found.tolist() == expected
