"""The shared arguments: what they read and what they refuse, with words."""

import argparse

import pytest
import rheobase as rb
from rheobase.cli.arguments import add_model, add_output, change, chosen_model, output_file


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_model(parser)
    add_output(parser)
    return parser.parse_args(words)


def test_set_takes_several_and_repeats():
    words = ["hodgkin-huxley", "--set", "I=10", "g_K=-3e1", "--set", "V=-60"]
    assert parsed(*words).changes == [("I", 10.0), ("g_K", -30.0), ("V", -60.0)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I", "is not NAME=VALUE"),
        ("=3", "is not NAME=VALUE"),
        ("I=ten", "the value of I must be a number, not 'ten'"),
        ("I=", "the value of I must be a number, not ''"),
        ("I=nan", "the value of I must be finite, not 'nan'"),
        ("I=1e999", "the value of I must be finite, not '1e999'"),
    ],
)
def test_set_refuses(text, words):
    with pytest.raises(argparse.ArgumentTypeError, match=words):
        change(text)


def test_an_unknown_ending_names_the_known_ones():
    with pytest.raises(
        argparse.ArgumentTypeError, match=r"one of \.pdf, \.svg, \.png, \.csv, \.nc"
    ):
        output_file("run.jpeg")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(argparse.ArgumentTypeError, match=r"no folder .*nowhere"):
        output_file(str(tmp_path / "nowhere" / "run.pdf"))


def test_the_model_is_found_and_changed():
    model = chosen_model(parsed("morris-lecar:snic", "--set", "I=40", "V=-30"))
    assert model.parameters["phi"] == 0.067
    assert model.parameters["I"] == 40
    assert model.start["V"] == -30


@pytest.mark.parametrize("ending", [".ode", ".toml", ".ODE"])
def test_the_model_may_be_a_file(tmp_path, ending):
    model = rb.Model("decay", "x' = -k*x", parameters=dict(k=2), start=dict(x=1))
    path = tmp_path / f"decay{ending}"
    if ending == ".toml":
        rb.save(model, path)
    else:
        path.write_text(model.to_ode())
    read = chosen_model(parsed(str(path), "--set", "k=3"))
    assert (read.states, dict(read.parameters)) == (("x",), {"k": 3.0})


@pytest.mark.parametrize("name", ["neuron.ode", "neuron.toml"])
def test_a_file_that_is_not_there(name):
    with pytest.raises(rb.StorageError, match=f"there is no file {name}"):
        chosen_model(parsed(name))
