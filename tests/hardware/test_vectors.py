"""Every vector of reference/spinnaker, bit for bit, by the definition and by the fast arrays.

The vectors come from `arm-linux-gnueabi-gcc` 12.2.0 (-O2 -march=armv5te, ARM mode, soft float)
under qemu-arm: 2,000 rows an operation, the first 400 of them edge cases.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.spinnaker.definition import defined

FOLDER = Path(__file__).resolve().parents[1] / "reference" / "spinnaker"
INDEX = json.loads((FOLDER / "index.json").read_text())["ops"]
EDGES = 400


def rows(name):
    """a, b (None for one operand), random words (or None) and results of an operation."""
    facts = INDEX[name]
    with np.load(FOLDER / facts["file"]) as file:
        a, b, result = file["a"], file["b"] if facts["b"] else None, file[name]
    if facts["skip_b_zero"]:
        keep = b != 0
        a, b, result = a[keep], b[keep], result[keep]
    words = None
    if facts["b"].endswith("+rnd"):
        words, b = (b >> np.uint64(32)).astype(np.uint32), b.astype(np.uint32)
    return a, b, words, result


def test_all_of_them_are_there():
    assert len(INDEX) == 239
    assert set(INDEX) <= set(rb.spinnaker.names())


@pytest.mark.parametrize("name", INDEX)
def test_arrays_give_the_vectors(name):
    a, b, words, result = rows(name)
    np.testing.assert_array_equal(rb.spinnaker.apply(name, a, b, random=words), result)


@pytest.mark.parametrize("name", INDEX)
def test_the_definition_gives_the_vectors(name):
    a, b, words, result = rows(name)
    # all edge cases and a quarter of the others: plain Python takes microseconds a row
    chosen = [*range(min(EDGES, a.size)), *range(EDGES, a.size, 4)]
    for i in chosen:
        right = 0 if b is None else int(b[i])
        word = 0 if words is None else int(words[i])
        assert defined(name, int(a[i]), right, "arm", word) == int(result[i]), (name, i)


def test_random_words_may_stand_on_top_of_b():
    with np.load(FOLDER / INDEX["x_mulsr"]["file"]) as file:
        packed = rb.spinnaker.apply("x_mulsr", file["a"], file["b"])
        np.testing.assert_array_equal(packed, file["x_mulsr"])
