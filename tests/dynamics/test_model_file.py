"""Models in TOML files: they come back equal, and no damaged file gets further than an error."""

from contextlib import suppress

import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.dynamics.model_file import toml_of

EVERY = [f"{entry.name}:{regime}" for entry in rb.models.catalog() for regime in entry.regimes]
GOOD = """
name = "decay"
text = "x' = -k*x"
[parameters]
k = 2.0
[start]
x = 1
"""


def read(folder, text):
    path = folder / "model.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return rb.read_model(path)


def comes_back(folder, model):
    other = rb.read_model(rb.save(model, folder / "model.toml"))
    assert other == model
    assert other.digest == model.digest
    assert other.text == model.text
    assert dict(other.units) == dict(model.units)
    return other


@pytest.mark.parametrize("name", EVERY)
def test_every_model_of_the_library_comes_back(tmp_path, name):
    comes_back(tmp_path, rb.models.named(name))


def test_a_hand_written_file(tmp_path):
    model = read(tmp_path, GOOD)
    assert model == rb.Model("decay", "x' = -k*x", parameters=dict(k=2), start=dict(x=1))
    path = tmp_path / "model.toml"
    assert rb.load(path) == model


def test_everything_that_a_model_holds(tmp_path):
    model = rb.Model(
        'odd "name" \\ \t\x7f \u2028',
        "V' = -V + λ\n# it's ''' quoted\nu' = -u\nf(a, b) = a*b\nz = V + u",
        parameters={"λ": 0.1, "lambda": 1e-300},
        start=dict(V=-65.4, u=1.7976931348623157e308),
        units={"V": "mV", "λ": "1"},
        meanings=dict(z="two\nlines"),
        reference="a 'b' '''c''' \"d\"\r\n",
        natural=("λ", (-1, 2.5)),
        time_unit="ms",
        reset=rb.Reset("V > 30", V="-65", u="u + 8", refractory=2, hold=("V",)),
        noise=dict(V={"a source": "0.1", "b": "λ"}, u="0.2"),
        spike=("z", 0.5),
        options=dict(until=500, step=0.25, scheme="rk4", tolerance=1e-9),
    )
    comes_back(tmp_path, model)


NAMES = st.text("abVαβ_1", min_size=1, max_size=6).filter(str.isidentifier)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_random_models_come_back(tmp_path_factory, data):
    names = data.draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    state, *others = names
    values = [data.draw(NUMBERS) for _ in others]
    terms = " + ".join(f"{other}*{state}" for other in others)
    model = rb.Model(
        data.draw(WORDS),
        f"{state}' = {terms}",
        parameters=dict(zip(others, values, strict=True)),
        start={state: data.draw(NUMBERS)},
        units={state: data.draw(WORDS)},
        meanings={others[0]: data.draw(WORDS)},
        reference=data.draw(WORDS),
        noise={state: {data.draw(WORDS): others[0]}},
    )
    comes_back(tmp_path_factory.mktemp("random"), model)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("k = 2.0", "k = two", "is not a TOML file"),
        ("k = 2.0", 'k = "2"', "parameters must be a table of numbers"),
        ("k = 2.0", "k = true", "parameters must be a table of numbers"),
        ("k = 2.0", "k = nan", "must be a finite number"),
        ("k = 2.0", "k = 1979-05-27", "parameters must be a table of numbers"),
        ("k = 2.0", f"k = 1{'0' * 400}", "parameters must be a table of numbers"),
        ("k = 2.0", f"k = 1{'0' * 5000}", "is not a TOML file"),
        ("k = 2.0", "k = 2.0\nk = 3.0", "is not a TOML file"),
        ('name = "decay"', "name = 3", "name must be text, not 3"),
        ('name = "decay"', "", "missing fields"),
        ('name = "decay"', 'name = "d"\nkinds = "map"', "has no 'kinds'. Did you mean 'kind'?"),
        ('name = "decay"', 'name = "d"\nkind = "wave"', "kind is 'flow' or 'map'"),
        ('name = "decay"', 'name = "d"\nnatural = ["k", [2, 1]]', "must rise"),
        ('name = "decay"', 'name = "d"\nnatural = ["q", [1, 2]]', "'q' is not a parameter"),
        ('name = "decay"', 'name = "d"\nnatural = ["k", 1, 2]', "natural must be"),
        ('name = "decay"', 'name = "d"\nnatural = ["k", []]', "natural"),
        ('name = "decay"', 'name = "d"\nspike = "x"', "spike must be"),
        ('name = "decay"', 'name = "d"\nspike = ["x", [1, 2]]', "spike"),
        ('name = "decay"', 'name = "d"\nreset = "x > 1"', "reset must be"),
        ('name = "decay"', 'name = "d"\nreset = {condition = "x > 1"}', "reset must be"),
        ('name = "decay"', 'name = "d"\noptions = {until = [1]}', "options must be"),
        ('name = "decay"', 'name = "d"\noptions = {untill = 1}', "Did you mean 'until'?"),
        ('name = "decay"', 'name = "d"\nnoise = {x = 1}', "noise must be"),
        ('name = "decay"', 'name = "d"\ntime_unit = 1', "time_unit must be text"),
        ("x = 1", "x = 1\ny = 2", "has a start value but no equation"),
        ("-k*x", "-q*x", "unknown name 'q'"),
        ("-k*x", "-k*", "the line ends"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, words):
    with pytest.raises((rb.StorageError, rb.EquationError)) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert words in str(caught.value)


def test_files_that_are_none(tmp_path):
    with pytest.raises(rb.StorageError, match="there is no file"):
        rb.read_model(tmp_path / "nothing.toml")
    with pytest.raises(rb.StorageError, match="can't be read"):
        rb.read_model(tmp_path)
    with pytest.raises(rb.StorageError, match="is not a TOML file"):
        read(tmp_path, b"\xff\xfe\x00")
    with pytest.raises(rb.StorageError, match="larger than"):
        read(tmp_path, b"#" * 4_000_001)
    with pytest.raises(rb.StorageError, match="is not a TOML file"):
        read(tmp_path, "a = " + "[" * 3000)


def test_half_a_surrogate_pair_is_refused():
    model = rb.Model("a\ud800", "x' = -x", start=dict(x=1))
    with pytest.raises(rb.StorageError, match="surrogate"):
        toml_of(model)


DAMAGE = [b"[", b"'''", b"= 1\n", b"{}", b'"', b"1e999"]
FULL = toml_of(rb.models.named("leaky")) + "[noise]\nV = {a = 's'}\n"


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_damaged_files_are_errors(tmp_path_factory, data):
    content = bytearray(FULL.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        end = at + data.draw(st.integers(0, 12))
        content[at:end] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"[", b"'''", b"= 1\n"])
        )
    with suppress(rb.StorageError, rb.EquationError):
        read(tmp_path_factory.mktemp("damage"), bytes(content)).digest
