"""The gallery is found, built, checked; a figure that fails is named and stops no other."""

import pytest
import rheobase as rb
from rheobase.cli.main import main
from rheobase.gallery import build as building
from rheobase.gallery.build import build
from rheobase.gallery.registry import FOLDER, Recipe, figure_names, recipe
from rheobase.gallery.style import new_figure


def drawn():
    figure = new_figure()
    figure.subplots().set_xlabel("time (ms)")
    return figure, {"two": 2.0, "more <than> that": 1 / 3}


def holds(facts):
    assert facts["two"] == 2


def fails(facts):
    assert facts["two"] == 3, "two is not 3"


def fails_silently(facts):
    if facts["two"] != 4:
        raise AssertionError


def breaks():
    raise ValueError("no ink")


TOYS = {
    "fine": Recipe("fine", "A & B", "See <this>.", "Somebody 1999", drawn, holds),
    "wrong": Recipe("wrong", "Wrong", "", "", drawn, fails),
    "silent": Recipe("silent", "Silent", "", "", drawn, fails_silently),
    "broken": Recipe("broken", "Broken", "", "", breaks, holds),
}


@pytest.fixture
def toys(monkeypatch):
    """A gallery of four figures, three of which fail, built in this process."""
    monkeypatch.setattr(building, "figure_names", lambda: sorted(TOYS))
    monkeypatch.setattr(building, "recipe", TOYS.__getitem__)
    monkeypatch.setattr(building, "_cores", lambda: 1)


def test_every_file_is_a_figure():
    names = figure_names()
    assert names == sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
    first = {"action_potential", "relaxation", "leaky_onset", "izhikevich_patterns"}
    assert first <= set(names)
    for name in names:
        found = recipe(name)
        assert found.title
        assert len(found.caption) > 80
        assert found.source


def test_three_formats_and_a_page(toys, tmp_path):
    gallery = build(["fine"], tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    names = ["fine.pdf", "fine.png", "fine.svg", "index.html"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert sorted(path.name for path in gallery.files) == names
    assert gallery.complaints == []
    page = (folder / "index.html").read_text(encoding="utf-8")
    for words in (
        "A &amp; B",
        "See &lt;this&gt;.",
        "Somebody 1999",
        'href="fine.pdf"',
        'href="fine.svg"',
        'src="fine.png"',
        "<td>two</td><td>2</td>",
        "<td>more &lt;than&gt; that</td><td>0.3333333333</td>",
    ):
        assert words in page


def test_only_the_formats_asked_for(toys, tmp_path):
    build(["fine"], tmp_path, formats=("svg",))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fine.svg", "index.html"]


def test_failures_are_named_and_stop_no_other(toys, tmp_path):
    gallery = build((), tmp_path)
    assert (tmp_path / "fine.pdf").is_file()
    assert not (tmp_path / "wrong.pdf").exists()
    broken, silent, wrong = gallery.complaints
    assert wrong.startswith("wrong: the check failed: two is not 3")
    assert wrong.endswith('[assert facts["two"] == 3, "two is not 3"]')
    assert silent == "silent: the check failed: raise AssertionError"
    assert broken.startswith("broken: ValueError in test_build.py:")
    assert broken.endswith(": no ink")
    assert "two is not 3" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_two_builds_are_the_same_bytes(toys, tmp_path):
    for folder in ("a", "b"):
        build(["fine"], tmp_path / folder)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_the_command_exits_1_and_names_the_culprit(toys, tmp_path, capsys):
    assert main(["gallery", "fine", "--out", str(tmp_path)]) == 0
    assert f"wrote {tmp_path / 'fine.pdf'}" in capsys.readouterr().out
    assert main(["gallery", "fine", "wrong", "--out", str(tmp_path)]) == 1
    assert "wrong: the check failed: two is not 3" in capsys.readouterr().err


def test_the_command_refuses_an_unknown_figure(tmp_path, capsys):
    assert main(["gallery", "action-potentiel", "--out", str(tmp_path / "x")]) == 2
    assert "Did you mean 'action_potential'?" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        (dict(names=["nothing"]), rb.UnknownName, "a figure of the gallery"),
        (dict(formats=("gif",)), rb.InvalidArgument, "'gif'"),
        (dict(processes=0), rb.InvalidArgument, "at least 1"),
    ],
)
def test_wrong_questions(settings, error, words, tmp_path):
    with pytest.raises(error, match=words):
        build(**({"names": ()} | settings), out=tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(rb.StorageError, match="can't make the folder"):
        build(["relaxation"], tmp_path / "file" / "below")


@pytest.mark.slow
def test_real_figures_in_two_processes(tmp_path):
    gallery = build(["action-potential", "izhikevich-patterns"], tmp_path, processes=2)
    assert gallery.complaints == []
    assert len(gallery.files) == 7


def test_figures_that_stand_in_the_folder_stay_on_the_page(toys, tmp_path, monkeypatch):
    monkeypatch.setitem(TOYS, "other", Recipe("other", "C < D", "", "", drawn, holds))
    page = build(["other"], tmp_path).page
    build(["fine"], tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.index('<article id="fine">') < text.index('<article id="other">')
    assert '<a href="#other">C &lt; D</a>' in text
    assert text.count("<td>two</td><td>2</td>") == 2
    build(["fine"], tmp_path)
    assert page.read_text(encoding="utf-8") == text
    for file in tmp_path.glob("other.*"):
        file.unlink()
    build(["fine"], tmp_path)
    assert "other" not in page.read_text(encoding="utf-8")
