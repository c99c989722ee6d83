"""The examples in the docstrings run and print what they say."""

import doctest
import importlib

import pytest
from rooms import modules


@pytest.mark.parametrize("name", list(modules()))
def test_examples_of(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    outcome = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert outcome.failed == 0
