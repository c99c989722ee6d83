"""`rheobase precision`: the report, JSON, the files, an interruption and its end, the errors."""

import csv
import json
import subprocess
import sys

import pytest
import rheobase as rb
from rheobase.cli.main import main
from rheobase.cli.precision import watching
from rheobase.hardware.precision import precision as engine

QUICK = ["--until", "1000", "--grid", "2", "--spikes", "5", "--no-classify"]
LEAKY = ["precision", "leaky", "--range", "1", "2", "--currents", "1.9", *QUICK]
WORDS = ["--words", "16.8", "16.15", "--roundings", "floor"]


@pytest.fixture(scope="module")
def study():
    return rb.precision(
        rb.models.leaky(),
        "I",
        [8, 15],
        ["floor"],
        range=(1, 2),
        currents=[1.9],
        until=1000,
        grid=2,
        spikes=5,
        classify=False,
    )


def test_the_report_and_the_files_are_those_of_the_study(study, capsys, tmp_path):
    """It fires from I = (V_th - E)/R = 1.5 on, with constants that s16.8 holds exactly or nearly;
    s16.8 that floors, only later."""
    files = [tmp_path / f"study{ending}" for ending in (".csv", ".pdf", ".npz")]
    assert main([*LEAKY, *WORDS, *(word for file in files for word in ("-o", str(file)))]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[: -len(files)] == [*study.text.splitlines(), "  status: completed"]
    with files[0].open(newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [(row["word"], row["rounding"]) for row in rows]
    assert shown == [(f"s16.{f}", way) for f in (8, 15) for way in ("constants alone", "floor")]
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == pytest.approx([1.5, onsets[1], 1.5, 1.5], abs=2e-3)
    assert onsets[1] > 1.52
    assert files[1].read_bytes().startswith(b"%PDF-")
    assert rb.load(files[2]).to_dict() == study.to_dict()


def test_json_is_the_study(study, capsys):
    assert main([*LEAKY, *WORDS, "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == study.to_dict()
    assert printed.err == ""


def test_an_interrupted_study_is_written_and_goes_on(study, capsys, tmp_path, monkeypatch):
    part, whole = str(tmp_path / "part.npz"), str(tmp_path / "whole.nc")
    figure = str(tmp_path / "part.png")
    with monkeypatch.context() as patch:
        patch.setattr(engine, "machine_row", interrupted)
        assert main([*LEAKY, *WORDS, "-o", part, "-o", figure]) == 130
    printed = capsys.readouterr()
    assert printed.err == "rheobase: interrupted after 2 of 5 rows; resume goes on with them\n"
    assert "floor ?" in printed.out
    assert rb.load(part).status is rb.Status.INTERRUPTED
    assert main([*LEAKY, *WORDS, "--resume", part, "-o", whole]) == 0
    assert rb.load(whole).to_dict() == study.to_dict()
    assert main([*LEAKY, "--words", "16.8", "--resume", part]) == 2
    told = capsys.readouterr().err
    assert "another question" in told
    assert "words are s16.8 (wrap), s16.15 (wrap) there, s16.8 (wrap) here" in told


def interrupted(*arguments):
    raise KeyboardInterrupt


def test_settings_reach_the_study(capsys):
    given = "--words 8.7 --roundings nearest --overflow saturate --scale auto --start step"
    more = "--kick V=0.5 --step 0.2 --scheme exponential-euler --literals truncate --fit report"
    rest = "--seeds 2 --tolerance 0.1 --at 1.8 --json"
    words = " ".join([given, more, rest]).split()
    assert main([*LEAKY, "--set", "tau=8", *words]) == 0
    question = json.loads(capsys.readouterr().out)["question"]
    (word,) = question["words"]
    assert (word["integer"], word["fraction"], word["overflow"]) == (8, 7, "saturate")
    expected = dict(
        interval=[1, 2], currents=[1.9], roundings=["nearest"], scale="auto", start="step",
        kick={"V": 0.5}, step=0.2, scheme="exponential-euler", literals="truncate", fit="report",
        seeds=2, tolerance=0.1, at=1.8, until=1000, grid=2, spikes=5, classify=False,
    )  # fmt: skip
    assert {name: question[name] for name in expected} == expected


def test_a_word_that_holds_nothing_exits_1(capsys):
    assert main([*LEAKY, "--words", "2.8"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("rheobase: no row could be computed: V (in the states) does not")
    assert "does not fit into s2.8" in printed.out


def test_what_a_terminal_shows():
    told = []
    watching(told.append)("s16.8, floor", 2, 5)
    assert told == ["s16.8, floor, 2 of 5 rows done,"]


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from rheobase.cli.main import main; main(['precision', '--help']); "
        "print([n for n in ('numpy', 'sympy', 'numba', 'matplotlib') if n in sys.modules], "
        "file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "example:\n  rheobase precision izhikevich" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["precision", "leeky"], "leaky"),
        (["--words", "sixteen"], "is not I.F"),
        (["--words", "60.60"], "has 121 bits"),
        (["--words", "16.8", "16.8"], "more than once"),
        (["--roundings", "up"], "nearest"),
        (["--kick", "W=1"], "a state of leaky"),
        (["--kick", "1", "2"], "--kick is one size"),
        (["--kick", "V=one"], "must be a number"),
        (["--start", "there"], "where runs begin"),
        (["--range", "2", "1"], "the lower one first"),
        (["--parameter", "J"], "a parameter of leaky"),
        (["--seeds", "0"], "seeds=0"),
        (["--until", "1"], "a hundred steps"),
        (["--scheme", "rk4"], "rk2"),
        (["--scale", "auto", "V=1"], "not both"),
        (["--currents", "nan"], "must be finite"),
        (["--resume", "nowhere.npz"], "there is no file nowhere.npz"),
        (["-o", "study.txt"], "the ending must be one of"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words if words[0] == "precision" else [*LEAKY, *words]) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
