"""A sign of life only where somebody is watching."""

import io
import sys
import time

import pytest
from rheobase.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.01)


def shown(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    with progress.sign_of_life("simulating") as tell:
        if tell:
            tell(10, 15, 20)
        deadline = time.monotonic() + 5
        while stream.isatty() and not stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    return stream.getvalue()


def test_nothing_into_a_file(monkeypatch):
    assert shown(io.StringIO(), monkeypatch) == ""


def test_a_line_on_a_terminal_that_is_cleared(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(Terminal(), monkeypatch)
    assert f"{progress.DIM}simulating ... 50% 0 s" in text
    assert text.endswith(progress.CLEAR_LINE)


def test_no_color_is_honoured(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(Terminal(), monkeypatch)
    assert "simulating ... 50% 0 s" in text
    assert progress.DIM not in text
