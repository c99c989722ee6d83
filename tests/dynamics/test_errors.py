"""Errors are made for the reader: place, caret, nearest name."""

import copy
import pickle

import pytest
import rheobase as rb
from rheobase.dynamics.errors import InvalidArgument, NotFound, StorageError, did_you_mean, nearest


def test_one_family():
    for kind in (rb.EquationError, rb.UnknownName, NotFound, InvalidArgument, StorageError):
        assert issubclass(kind, rb.RheobaseError)
    assert issubclass(InvalidArgument, ValueError)
    assert issubclass(rb.EquationError, ValueError)
    assert issubclass(rb.UnknownName, KeyError)
    assert issubclass(NotFound, LookupError)
    assert issubclass(StorageError, OSError)


def test_equation_error_points_at_the_place():
    error = rb.EquationError("unknown name 'w_iff'", "v' = 1\nw' = phi*(w_iff - w)", 2, 11, 5)
    assert str(error) == (
        "line 2, column 11: unknown name 'w_iff'\n    w' = phi*(w_iff - w)\n              ^^^^^"
    )


def test_caret_stays_under_its_place_in_long_and_tabbed_lines():
    text = "\tx' = " + "a + " * 100 + "oops + " + "a + " * 100
    column = text.index("oops") + 1
    _, shown, caret = str(rb.EquationError("no", text, 1, column, 4)).split("\n")
    at = caret.index("^")
    assert shown[at : at + 4] == "oops"
    assert len(shown) < 140


def test_nothing_unprintable_reaches_the_terminal():
    message = str(rb.EquationError("no", "x' = \x1b[31m\u2028", 1, 6))
    assert "\x1b" not in message
    assert "\u2028" not in message


def test_a_place_outside_the_text_is_left_out():
    assert str(rb.EquationError("no equations", "", 3, 1)) == "line 3, column 1: no equations"


def test_unknown_name_lists_and_guesses():
    error = rb.UnknownName("gK", "a parameter of Morris-Lecar", ["C", "g_K", "g_L"])
    assert str(error) == (
        "'gK' is not a parameter of Morris-Lecar. Did you mean 'g_K'?\n  Known: C, g_K, g_L"
    )
    assert "Known: none" in str(rb.UnknownName("a", "a parameter", []))


@pytest.mark.parametrize(
    "error",
    [
        rb.EquationError("reason", "x' = 1", 1, 2, 3),
        rb.UnknownName("a", "a state", ("b",)),
        InvalidArgument("no"),
    ],
)
def test_errors_cross_process_borders(error):
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)


def test_nearest():
    assert nearest("gk", ["C", "g_K"]) == "g_K"
    assert nearest("V", ["v"]) == "v"
    assert nearest("x", []) is None
    assert did_you_mean("zzz", ["a"]) == ""


def test_absurd_names_are_not_compared():
    """difflib takes time quadratic in the length: here it would be minutes."""
    assert nearest("a" * 90_000, ["b" * 90_000, "a" * 89_999]) is None
