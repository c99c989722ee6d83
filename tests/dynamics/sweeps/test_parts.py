"""Rows as bytes and back, and the points of a table: for all inputs."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.dynamics.sweeps.joined import joined
from rheobase.dynamics.sweeps.outcome import Outcome
from rheobase.dynamics.sweeps.part import Part, encoded
from rheobase.dynamics.sweeps.table import Table, table_of

numbers = st.floats(allow_nan=False)
cells = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), numbers, st.text("aé1 µ", max_size=9)
)
# one kind of value a column, as functions return them; a row may lack it
kinds = st.sampled_from([st.booleans(), st.integers(-(2**63), 2**63 - 1), numbers, st.text("aµ")])
columns = kinds.flatmap(lambda kind: st.lists(st.none() | kind, min_size=1, max_size=12))


def rows(values, name="y"):
    return [Outcome({} if v is None else {name: v}) for v in values]


@settings(deadline=None)
@given(columns, st.integers(1, 12))
def test_a_column_is_the_same_however_it_is_divided(values, size):
    """Gaps are NaN or "", whole numbers and truth values with gaps become floats."""
    starts = range(0, len(values), size)
    pieces = [(k, Part(encoded(rows(values[k : k + size])), "here").column("y")) for k in starts]
    found = joined([(k, column) for k, column in pieces if column is not None], len(values))
    there = [v for v in values if v is not None]
    gaps = len(there) < len(values)
    if there and isinstance(there[0], str):
        assert found.tolist() == ["" if v is None else v.rstrip("\0") for v in values]
    elif gaps or not there:
        wanted = [np.nan if v is None else float(v) for v in values]
        np.testing.assert_array_equal(found, wanted)
    else:
        assert found.tolist() == values
        assert found.dtype.kind in {bool: "b", int: "i", float: "f"}[type(there[0])]


@settings(deadline=None)
@given(st.lists(st.lists(numbers, max_size=5), min_size=1, max_size=8))
def test_lines_of_any_length_come_back(lines):
    part = Part(encoded(rows([np.array(line, dtype=float) for line in lines])), "here")
    found = joined([(0, part.column("y"))], len(lines))
    assert [line.tolist() for line in found] == lines


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=4), cells, max_size=4), min_size=1, max_size=5))
def test_the_same_rows_are_the_same_bytes(table):
    outcomes = [Outcome(row, "failed", "why") for row in table]
    content = encoded(outcomes)
    assert content == encoded(outcomes)
    part = Part(content, "here")
    assert part.status.tolist() == ["failed"] * len(table)
    assert set(part.names) == {name for row in table for name in row}


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 700), st.integers(1, 9))
def test_points_are_numbered_as_numpy_does(lengths, first, count):
    names = tuple("abcd"[: len(lengths)])
    table = Table(names, tuple(np.arange(float(n)) for n in lengths), True)
    grids = np.meshgrid(*table.arrays, indexing="ij")
    whole = np.stack([grid.ravel() for grid in grids], axis=1)
    first = min(first, len(table) - 1)
    np.testing.assert_array_equal(table.rows(first, count), whole[first : first + count])
    for name, grid in zip(names, grids, strict=True):
        np.testing.assert_array_equal(table.column(name), grid)


def test_a_part_that_is_none_is_refused():
    for content in (b"", b"PK", b"nonsense" * 100, encoded(rows([1]))[:-30]):
        with pytest.raises(rb.StorageError, match="this one is no part of a sweep"):
            Part(content, "this one")


def test_values_that_are_no_scalars_come_back():
    outcomes = rows([np.ones((2, 3)), None, np.zeros((2, 3))])
    found = joined([(0, Part(encoded(outcomes), "here").column("y"))], 3)
    assert found.shape == (3, 2, 3)
    assert np.isnan(found[1]).all()
    mixed = joined([(0, Part(encoded(rows([1.5, "x"])), "here").column("y"))], 2)
    assert mixed.tolist() == ["1.5", "x"]


def test_the_digest_sees_every_value():
    model = rb.models.leaky()
    tables = [
        table_of(model, dict(I=[1.0, 2.0]), None),
        table_of(model, dict(I=[1.0, 2.0000000001]), None),
        table_of(model, dict(tau=[1.0, 2.0]), None),
        table_of(model, None, dict(I=[1.0, 2.0])),
    ]
    assert len({table.digest for table in tables}) == 4
