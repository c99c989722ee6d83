"""expk and expulr: reference/spinnaker/expk.npz (compiled spinn_common), and exp itself."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.spinnaker.exponentials import (
    HIGHEST,
    LOWEST,
    exponential,
    long_exponentials,
    tables,
)
from rooms import ROOT

ALL = np.arange(LOWEST, HIGHEST + 1, dtype=np.int32)


def test_the_vectors():
    with np.load(ROOT / "tests" / "reference" / "spinnaker" / "expk.npz") as file:
        np.testing.assert_array_equal(rb.spinnaker.expk(file["x"]), file["expk"])
        np.testing.assert_array_equal(rb.spinnaker.expulr(file["x"]), file["expulr"])


def test_the_kernel_answers_to_the_definition():
    some = np.concatenate([ALL[::53], ALL[:40], ALL[-40:], np.arange(-40, 40) * 0x800])
    some = some.astype(np.int32)
    expected = [exponential(int(n)) for n in some]
    np.testing.assert_array_equal(long_exponentials("expk", some), np.array(expected, np.uint64))


def test_the_stated_errors_hold_for_every_argument():
    exact = np.exp(ALL / 2.0**15)
    error = np.abs(rb.spinnaker.expk(ALL) / 2.0**15 - exact)
    assert np.all(error <= 2.0**-15 + 1.301e-6 * exact)
    assert np.max((error - 2.0**-15) / exact) > 1.3e-6  # the bound is tight
    below = ALL < 0
    error = np.abs(rb.spinnaker.expulr(ALL[below]) - exact[below] * 2.0**32)
    assert 5294 < error.max() <= 5295


def test_beyond_the_range():
    assert rb.spinnaker.expk([LOWEST - 1, -(1 << 31)]).tolist() == [0, 0]
    assert rb.spinnaker.expk([HIGHEST + 1, (1 << 31) - 1]).tolist() == [0x7FFFFFFF] * 2
    assert rb.spinnaker.expulr(0) == 0
    assert rb.spinnaker.expk(0) == 0x8000
    assert rb.spinnaker.expk(np.zeros((2, 3), dtype=np.uint32)).shape == (2, 3)


def test_the_tables_are_rounded_exponentials():
    """E[13] = 1, E[14] = e to 32 bits (2.718281828459045 2^32 = 11674931554.8), M[0] = 0."""
    powers, parts = tables()
    assert (powers[13], powers[14], parts[0]) == (1 << 32, 11674931555, 0)
    assert len(powers) == 26
    assert len(parts) == 16


def test_floats_are_no_words():
    with pytest.raises(rb.InvalidArgument, match="expk takes bit patterns"):
        rb.spinnaker.expk(0.5)
