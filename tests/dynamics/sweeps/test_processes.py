"""Sweeps in worker processes of this machine, and what may happen to them."""

import os
import signal
import subprocess
import sys
from types import FunctionType

import numpy as np
import pytest
import rheobase as rb
import sweep_functions as functions
from rheobase.dynamics.sweeps import named

POINTS, FREE = 12, 4
GRID = dict(I=np.arange(float(POINTS)))
SCRIPT = """
import sys
import numpy as np
import rheobase as rb
import sweep_functions as functions

if __name__ == "__main__":
    folder, processes = sys.argv[1:]
    rb.sweep(functions.gated, rb.models.leaky(), dict(I=np.arange({points}.0)), chunk=1,
             store=folder + "/store", resume=True, processes=int(processes), folder=folder,
             free={free})
"""
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


def started(folder, text=SCRIPT, **settings):
    """A sweep in a process of its own, which stops at its gate."""
    script = folder / "script.py"
    script.write_text(text.format(points=POINTS, free=FREE))
    path = os.pathsep.join(map(str, sys.path))
    words = [sys.executable, str(script), str(folder), "2"]
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(words, env=env, start_new_session=True, **settings)


def parts(folder):
    return {path.name: path.read_bytes() for path in folder.glob("part-*.npz")}


def alive(process):
    """Whether a process runs; a dead one whose parent hasn't looked yet does not."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        try:
            os.kill(process, 0)
        except OSError:
            return False
        return not os.path.isdir("/proc/self")


@posix
def test_killed_at_any_moment_a_sweep_resumes_to_the_same_bits(lif, tmp_path):
    store = tmp_path / "store"
    running = started(tmp_path)
    try:
        functions.wait_for(lambda: len(parts(store)) >= FREE)
        functions.wait_for(lambda: len(list(tmp_path.glob("process-*"))) == 2)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    workers = [int(path.name.split("-")[1]) for path in tmp_path.glob("process-*")]
    functions.wait_for(lambda: not any(map(alive, workers)))
    before = parts(store)
    assert len(before) == FREE
    partial = rb.open_sweep(store)
    assert partial.status is rb.Status.INTERRUPTED
    (tmp_path / "go").touch()
    settings = dict(folder=str(tmp_path), free=FREE, chunk=1, processes=1)
    whole = rb.sweep(functions.gated, lif, GRID, store=store, resume=True, **settings)
    calm = rb.sweep(functions.gated, lif, GRID, store=tmp_path / "calm", **settings)
    assert whole.complete
    assert parts(store) == parts(tmp_path / "calm")
    assert before.items() <= parts(store).items()
    np.testing.assert_array_equal(whole["noise"], calm["noise"])
    np.testing.assert_array_equal(whole["square"], np.arange(POINTS) ** 2.0)


@posix
def test_ctrl_c_ends_workers_and_run_and_keeps_the_parts(tmp_path):
    store = tmp_path / "store"
    text = SCRIPT.replace("    rb.sweep(", "    print(rb.sweep(").replace("})\n", "}).message)\n")
    assert "message" in text
    running = started(tmp_path, text)
    try:
        functions.wait_for(lambda: len(parts(store)) >= FREE)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process of the run
        assert running.wait(functions.PATIENCE) == 0
    finally:
        running.kill()
    workers = [int(path.name.split("-")[1]) for path in tmp_path.glob("process-*")]
    functions.wait_for(lambda: not any(map(alive, workers)))
    assert len(parts(store)) == FREE


@posix
def test_ctrl_c_that_kills_a_worker_first_is_not_forgotten(tmp_path):
    text = SCRIPT.replace("    rb.sweep(", "    print(rb.sweep(").replace("})\n", "}).message)\n")
    text = text.replace("functions.gated", "functions.interrupting")
    running = started(tmp_path, text, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        said, _ = running.communicate(timeout=functions.PATIENCE)
    finally:
        running.kill()
    assert running.returncode == 0
    assert "Interrupted" in said


def test_a_second_run_is_refused_while_the_first_one_works(lif, tmp_path):
    running = started(tmp_path)
    try:
        functions.wait_for(lambda: parts(tmp_path / "store"))
        settings = dict(folder=str(tmp_path), free=FREE, chunk=1, processes=1)
        with pytest.raises(rb.StorageError, match=f"is in use by process {running.pid} on"):
            rb.sweep(functions.gated, lif, GRID, store=tmp_path / "store", resume=True, **settings)
        assert not rb.open_sweep(tmp_path / "store").complete
        (tmp_path / "go").touch()
        assert running.wait(functions.PATIENCE) == 0
    finally:
        running.kill()
    assert rb.open_sweep(tmp_path / "store").complete


@posix
def test_a_worker_that_is_killed_is_replaced(lif, tmp_path):
    grid = dict(I=np.arange(6.0))
    killed = []

    def kill(began, done, total):
        if not killed and (tmp_path / "victim").exists():
            (tmp_path / "dead").touch()
            killed.append(int((tmp_path / "victim").read_text()))
            os.kill(killed[0], signal.SIGKILL)

    found = rb.sweep(
        functions.deadly, lif, grid, processes=2, folder=str(tmp_path), progress=kill, chunk=1
    )
    assert killed
    assert found["square"].tolist() == [0, 1, 4, 9, 16, 25]
    assert found["process"][3] != killed[0]


def test_a_function_that_no_process_survives_is_told(lif):
    with pytest.raises(rb.RheobaseError, match="worker processes died 3 times"):
        rb.sweep(functions.suicidal, lif, dict(I=[1.0, 2.0]), processes=2)


def test_processes_give_the_same_bits_as_one(lif, tmp_path):
    for name, processes in (("one", 1), ("two", 2)):
        rb.sweep(functions.several, lif, GRID, store=tmp_path / name, processes=processes)
    assert parts(tmp_path / "one") == parts(tmp_path / "two")


def test_a_function_that_was_typed_in_is_refused_before_workers_start(lif, monkeypatch):
    main = type(sys)("__main__")
    typed = FunctionType(functions.square.__code__, {}, "typed")
    typed.__module__, typed.__qualname__ = "__main__", "typed"
    main.typed = typed
    monkeypatch.setitem(sys.modules, "__main__", main)
    with pytest.raises(rb.InvalidArgument, match="typed was typed in here"):
        rb.sweep(typed, lif, GRID, processes=2, scale=1.0)


def test_a_script_without_its_guard_is_told(monkeypatch):
    monkeypatch.setattr(named.current_process(), "_inheriting", True, raising=False)
    monkeypatch.setattr(functions.square, "__module__", "__main__")
    with pytest.raises(rb.InvalidArgument, match='if __name__ == "__main__"'):
        named.refuse_for_processes(functions.square)


def test_a_script_needs_no_guard_for_functions_of_other_files(tmp_path):
    text = SCRIPT.replace('if __name__ == "__main__":', "if True:")
    (tmp_path / "go").touch()
    running = started(tmp_path, text)
    try:
        assert running.wait(functions.PATIENCE) == 0
    finally:
        running.kill()
    assert rb.open_sweep(tmp_path / "store").complete


def test_what_is_piped_into_python_can_sweep():
    code = (
        "import rheobase as rb, sweep_functions as functions\n"
        "found = rb.sweep(functions.square, rb.models.leaky(), dict(I=[1, 2, 3]), processes=2)\n"
        "print(found['value'].tolist())\n"
        "import __main__; print(__main__.found is found)\n"
    )
    path = os.pathsep.join(map(str, sys.path))
    told = subprocess.run(
        [sys.executable, "-"],
        input=code,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert told.stderr == ""
    assert told.stdout.splitlines() == ["[1.0, 4.0, 9.0]", "True"]
