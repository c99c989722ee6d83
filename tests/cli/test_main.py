"""How the command finds its subcommands, fails, and ends."""

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import rheobase as rb
from rheobase.cli import main as cli

HEAVY = ["sympy", "numba", "matplotlib", "scipy", "pandas", "xarray", "numpy"]


@pytest.fixture
def command(monkeypatch):
    """Let `rheobase doctor` run this function instead."""

    def replace(run):
        from rheobase.cli import doctor

        monkeypatch.setattr(doctor, "run", run)
        return cli.main(["doctor"])

    return replace


def fails_with(error):
    def run(arguments):
        raise error

    return run


def test_every_subcommand_has_help_with_an_example(capsys):
    names = list(cli.subcommands())
    assert {"models", "simulate", "doctor", "gallery"} <= set(names)
    for name in names:
        assert cli.main([name, "--help"]) == 0
        assert f"example:\n  rheobase {name}" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"rheobase {rb.__version__}\n"


def test_an_unknown_command_suggests_the_nearest(capsys):
    assert cli.main(["simulat"]) == 2
    assert "no command 'simulat'. Did you mean 'simulate'?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["--frequency"], ["simulate"], ["models", "a", "b"]])
def test_wrong_words_exit_2(words, capsys):
    assert cli.main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("rheobase")
    assert ": error: " in err
    assert err.endswith("--help)\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--format", "16"], "argument --format: '16' is not I.F"),
        (["--until", "abc"], "argument --until: it must be a number, not 'abc'"),
        (["--scale", "V=x"], "argument --scale: 'V=x' is neither auto nor"),
        (["-o", "run.xyz"], "argument -o/--output: can't write 'run.xyz'"),
        (["--drive", "I"], "argument --drive: 'I' is not NAME=TEXT"),
    ],
)
def test_a_wrong_argument_is_one_line(words, sentence, capsys):
    assert cli.main(["emulate", "leaky", *words]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"rheobase emulate: error: {sentence}")
    assert err.endswith(" (see rheobase emulate --help)\n")
    assert err.count("\n") == 1


def test_a_wrong_question_exits_2_without_a_traceback(command, capsys):
    assert command(fails_with(rb.NotFound("no Hopf point here"))) == 2
    assert capsys.readouterr().err == "rheobase: no Hopf point here\n"


def test_numerics_that_gave_up_exit_1_with_the_remedy(command, capsys):
    gave_up = SimpleNamespace(status=rb.Status.DIVERGED, message="diverged at t = 3; reduce I")
    assert command(lambda arguments: gave_up) == 1
    assert capsys.readouterr().err == "rheobase: diverged at t = 3; reduce I\n"


def test_a_good_result_exits_0(command, capsys):
    assert command(lambda arguments: SimpleNamespace(status=rb.Status.COMPLETED)) == 0
    assert capsys.readouterr().err == ""


def test_a_fault_of_ours_says_so(command, capsys):
    assert command(fails_with(ZeroDivisionError("0/0"))) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "this is a bug in rheobase" in err


def test_an_interrupt_exits_130(command, capsys):
    assert command(fails_with(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "rheobase: interrupted\n"


def test_an_interrupted_run_keeps_its_part_and_exits_130(command, capsys):
    part = SimpleNamespace(status=rb.Status.INTERRUPTED, message="interrupted at t = 3")
    assert command(lambda arguments: part) == 130
    assert capsys.readouterr().err == "rheobase: interrupted at t = 3\n"


def test_a_broken_pipe_is_quiet():
    code = (
        "import sys; from rheobase.cli import doctor, main\n"
        "doctor.run = lambda arguments: print('x' * 100_000) or 0\n"
        "sys.exit(main.main(['doctor']))"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 141


def test_help_loads_nothing_heavy_and_takes_at_most_300_ms():
    code = (
        "import sys; from rheobase.cli.main import main; main(['--help']); "
        f"sys.exit(' '.join(name for name in {HEAVY} if name in sys.modules))"
    )
    seconds = []
    deadline = time.monotonic() + 30
    while not seconds or (min(seconds) > 0.3 and time.monotonic() < deadline):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        seconds.append(time.perf_counter() - start)
        assert done.stderr.strip() == ""
        assert done.stdout.startswith("usage: rheobase")
    assert min(seconds) <= 0.3


def test_python_m_runs_the_command():
    words = [sys.executable, "-m", "rheobase", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == f"rheobase {rb.__version__}\n"
