"""The fast arrays answer to the definition, in both modes, for operations that no vector covers."""

import numpy as np
import pytest
import rheobase as rb
from operands import operands
from rheobase.hardware.spinnaker.definition import MODES, defined
from rheobase.hardware.spinnaker.formats import FIXED
from rheobase.hardware.spinnaker.operations import names, operation

ROWS = 60
# one test a group of operations: the left operand's type, or the kernels
GROUPS = sorted({name.split("_")[0] for name in names()})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("group", GROUPS)
def test_arrays_answer_to_the_definition(group, mode):
    rng = np.random.default_rng([len(group), *group.encode()])
    for name in (name for name in names() if name.split("_")[0] == group):
        a, b = operands(rng, operation(name), ROWS)
        words = rng.integers(0, 1 << 32, ROWS, dtype=np.uint32)
        drawn = words if operation(name).random else None
        found = rb.spinnaker.apply(name, a, b, mode=mode, random=drawn)
        right = np.zeros(ROWS, dtype=int) if b is None else b
        expected = [
            defined(name, int(x), int(y), mode, int(word))
            for x, y, word in zip(a, right, words, strict=True)
        ]
        np.testing.assert_array_equal(found, np.array(expected, found.dtype), err_msg=name)
        assert found.dtype == operation(name).result.dtype


def test_thumb_rounds_products_half_up():
    """About 43% of random products of k differ between the modes (SPINNAKER's default is ARM)."""
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 1 << 32, (2, 10_000), dtype=np.uint32)
    arm, thumb = (rb.spinnaker.apply("k_mul", a, b, mode=mode) for mode in MODES)
    up = (thumb - arm).astype(np.int32)
    assert set(up) == {0, 1}
    assert 0.45 < up.mean() < 0.55  # full-range operands lose random bits: a half is rounded up
    np.testing.assert_array_equal(
        thumb, ((a.view("i4").astype(int) * b.view("i4") + (1 << 14)) >> 15).astype(np.uint32)
    )


def test_shapes_are_broadcast_and_scalars_stay_scalars():
    table = rb.spinnaker.apply("k_mul", np.arange(3)[:, None], np.arange(4))
    assert table.shape == (3, 4)
    assert isinstance(rb.spinnaker.apply("k_add", 1, 2), np.uint32)
    assert rb.spinnaker.apply("k_add", [], []).shape == (0,)


def test_signed_and_wide_integers_are_taken_as_words():
    assert rb.spinnaker.apply("k_neg", -1) == 1
    assert rb.spinnaker.apply("k_neg", np.int32(-1)) == 1
    assert rb.spinnaker.apply("lk_neg", 0xFFFFFFFFFFFFFFFF) == 1
    assert rb.spinnaker.apply("hk_to_k", np.array([-128])) == 0xFFFF8000


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_order_of_bytes_does_not_matter(order):
    for name, kind in (("k_neg", "u4"), ("k_neg", "i4"), ("lk_neg", "i8"), ("hk_neg", "u2")):
        operand = np.array([1, 2], order + kind)
        expected = np.array([-1, -2]).astype(f"u{operand.itemsize}")
        np.testing.assert_array_equal(rb.spinnaker.apply(name, operand), expected)
    assert rb.spinnaker.expk(np.array([0x8000], order + "i4")) == 0x15BF0
    packed = np.array([3 | 5 << 32], order + "u8")
    assert rb.spinnaker.apply("x_mulsr", 0x4000, packed) == 2


def test_a_pandas_column_is_an_array():
    pandas = pytest.importorskip("pandas")
    packed = pandas.Series([3 | 5 << 32], dtype="uint64")
    assert rb.spinnaker.apply("x_mulsr", 0x4000, packed) == 2


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (("k_mull", 1, 2), rb.UnknownName, "'k_mull' is not an operation.*Did you mean 'k_mul'"),
        (("uk_ulr_mul", 1, 2), rb.UnknownName, "is not an operation"),
        ((7, 1, 2), rb.InvalidArgument, "named by a text such as 'k_mul', not 7"),
        (("k_div", [1, 2], [3, 0]), rb.InvalidArgument, "division by zero: divisor 1 is 0"),
        (("k_uk_div", 5, 1), rb.InvalidArgument, "is 0 in the type that is computed in"),
        (("x_kdivui", 5, 0), rb.InvalidArgument, "division by zero"),
        (("k_mul", 1.5, 2), rb.InvalidArgument, "takes bit patterns: a must hold integers of 32"),
        (("k_mul", 1, True), rb.InvalidArgument, "takes bit patterns: b must hold integers"),
        (("k_mul", 1 << 40, 2), rb.InvalidArgument, f"32 bits .k.; a holds {1 << 40}"),
        (("hk_mul", 1, -40000), rb.InvalidArgument, "16 bits .hk.; b holds -40000"),
        (("k_mul", 1, 2, "tumb"), rb.UnknownName, "not a mode of the compiler.*'thumb'"),
        (("k_neg", 1, 2), rb.InvalidArgument, "k_neg takes one operand; b=2"),
        (("k_add", 1), rb.InvalidArgument, "k_add takes two operands; b is missing"),
        (("k_add", [1, 2], [1, 2, 3]), rb.InvalidArgument, "they don't broadcast"),
        (("x_mulsr", 1, 2), rb.InvalidArgument, "stochastic rounding needs random="),
        (("x_mulsr", 1, 2, "arm", "dice"), rb.InvalidArgument, "random= takes a NumPy generator"),
        (("x_mulsr", 1, 2, "arm", [1 << 32]), rb.InvalidArgument, "random words have 32 bits"),
        (("x_mulsr", 1, 2, "arm", [1, 2]), rb.InvalidArgument, "random= has the shape"),
        (("k_add", 1, 2, "arm", 5), rb.InvalidArgument, "k_add draws no random words"),
    ],
)
def test_a_wrong_question_is_answered(call, error, words):
    with pytest.raises(error, match=words):
        rb.spinnaker.apply(*call)


def test_the_definition_refuses_zero_too():
    for name in ("k_div", "x_kdivk"):
        with pytest.raises(rb.InvalidArgument, match="division by zero"):
            defined(name, 1, 0)


def test_random_words_come_from_generators_and_sources():
    a = np.full(1000, 0x8000, dtype=np.uint32)
    b = np.full(1000, 3, dtype=np.uint32)
    half = np.full(1000, 0x4000, dtype=np.uint32)
    rng = np.random.default_rng(0)
    assert set(rb.spinnaker.apply("x_mulsr", a, b, random=rng)) == {3}  # 1.0 loses nothing
    drawn = rb.spinnaker.apply("x_mulsr", half, b, random=rng)
    assert set(drawn) == {1, 2}
    assert abs(drawn.mean() - 1.5) < 5 * 0.5 / np.sqrt(1000)
    source = rb.spinnaker.LCG(1)
    first = rb.spinnaker.apply("x_mulsr", half, b, random=source)
    again = rb.spinnaker.apply("x_mulsr", half, b, random=rb.spinnaker.LCG(1).words(1000))
    np.testing.assert_array_equal(first, again)
    assert source.state == int(rb.spinnaker.LCG(1).words(1000)[-1])


def test_the_lcg_steps_as_its_rule_says():
    state, words = 12345, rb.spinnaker.LCG(12345).words(50)
    for word in words:
        state = (state * 1664525 + 1013904223) % (1 << 32)
        assert int(word) == state
    assert rb.spinnaker.LCG(3).words(0).size == 0
    for state in (1.7, "5", True):
        with pytest.raises(rb.InvalidArgument, match="state of an LCG is an integer"):
            rb.spinnaker.LCG(state)


def test_every_type_has_its_range():
    """The table of SPINNAKER's formats: bits before and behind the point."""
    shapes = {tag: (form.integer, form.fraction) for tag, form in FIXED.items()}
    assert shapes == dict(
        k=(16, 15),
        uk=(16, 16),
        lr=(0, 31),
        ulr=(0, 32),
        hk=(8, 7),
        r=(0, 15),
        ur=(0, 16),
        lk=(32, 31),
    )


def test_the_directory_lists_all_names():
    """Those too that another package makes when they are asked for."""
    assert set(rb.spinnaker.__all__) <= set(dir(rb.spinnaker))
