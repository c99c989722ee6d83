"""The folder of a sweep: what it holds, what it refuses, what it survives."""

import errno
import json
import os

import numpy as np
import pytest
import rheobase as rb
import sweep_functions as functions
from rheobase.dynamics.sweeps import sweep as module
from rheobase.dynamics.sweeps.lock import locked

GRID = dict(I=np.arange(10.0))


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


def sweep(model, store, grid=GRID, function=functions.several, **settings):
    return rb.sweep(function, model, grid, **{"processes": 1, "chunk": 3, **settings}, store=store)


def parts(store):
    return sorted(path.name for path in store.glob("part-*"))


def same(one, other):
    for name in (*one.names, "status", "message"):
        assert repr(one[name].tolist()) == repr(other[name].tolist())


def test_a_store_is_read_back(lif, tmp_path):
    found = sweep(lif, tmp_path / "store")
    again = rb.open_sweep(tmp_path / "store")
    assert again.model == lif
    assert again.names == found.names
    assert again.complete
    same(again, found)
    same(again, sweep(lif, None))
    manifest = json.loads((tmp_path / "store" / "sweep.json").read_text())
    assert manifest["function"] == "sweep_functions:several"
    assert manifest["grid"] == {"I": GRID["I"].tolist()}
    assert len(parts(tmp_path / "store")) == 4


def test_a_result_stays_readable_elsewhere(lif, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = sweep(lif, "store")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert found["count"].tolist() == list(range(10))
    assert found.store.name == "store"


def test_samples_are_read_back(lif, tmp_path):
    table = dict(I=[3.0, 0.1, 7.0], tau=[1.0, 1 / 3, 2.0])
    found = rb.sweep(functions.square, lif, samples=table, store=tmp_path, processes=1)
    again = rb.open_sweep(tmp_path)
    assert again["tau"].tolist() == table["tau"]
    assert again["value"].tolist() == found["value"].tolist()


def test_there_is_nothing_to_open(tmp_path):
    with pytest.raises(rb.NotFound, match="there is no sweep in"):
        rb.open_sweep(tmp_path)
    (tmp_path / "sweep.json").write_text('{"format": "else"}')
    with pytest.raises(rb.StorageError, match="has the format 'else'"):
        rb.open_sweep(tmp_path)
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(rb.StorageError, match="can't be read"):
        rb.open_sweep(tmp_path)


def test_a_store_is_not_overwritten(lif, tmp_path):
    sweep(lif, tmp_path)
    with pytest.raises(rb.InvalidArgument, match=r"holds a sweep already \(4 parts\)"):
        sweep(lif, tmp_path)


def test_a_folder_with_other_things_is_left_alone(lif, tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(rb.InvalidArgument, match=r"not empty \(thesis.tex"):
        sweep(lif, tmp_path, resume=True)
    with pytest.raises(rb.StorageError, match="can't be made"):
        sweep(lif, tmp_path / "thesis.tex")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (dict(grid=dict(I=np.arange(11.0))), "the points: 10 over I there, 11 over I here"),
        (dict(grid=dict(I=np.arange(1.0, 11.0))), r"10 over I here \(other values\)"),
        (dict(grid=dict(tau=np.arange(1.0, 11.0))), "10 over tau here"),
        (dict(function=functions.broken), "function: 'sweep_functions:square' there"),
        (dict(scale=3.0), "scale: 2.0 there, 3.0 here"),
        (dict(chunk=4), "chunk: 3 there, 4 here"),
        (dict(model=dict(tau=12)), "tau of the model: 10 there, 12 here"),
        (dict(model=dict(V=-60)), "V of the model: -65 there, -60 here"),
    ],
)
def test_another_question_is_refused_with_the_difference(lif, tmp_path, changes, words):
    first = dict(function=functions.square, scale=2.0)
    sweep(lif, tmp_path, **first)
    before = parts(tmp_path)
    changes = dict(changes)
    model = lif.replace(changes.pop("model", {}))
    if "function" in changes:
        first.pop("scale")
    with pytest.raises(rb.InvalidArgument, match=words):
        sweep(model, tmp_path, resume=True, **(first | changes))
    assert parts(tmp_path) == before


def test_the_size_of_parts_is_told_only_where_nothing_else_differs(lif, tmp_path):
    sweep(lif, tmp_path)
    with pytest.raises(rb.InvalidArgument) as told:
        sweep(lif, tmp_path, dict(I=[1.0, 2.0]), resume=True, chunk=1)
    assert "the points:" in str(told.value)
    assert "chunk" not in str(told.value)


def test_settings_that_cannot_be_written_down(lif, tmp_path):
    with pytest.raises(rb.InvalidArgument, match="the setting scale = <object"):
        sweep(lif, tmp_path / "store", function=functions.square, scale=object())
    assert not (tmp_path / "store").exists()


def test_resuming_begins_an_empty_store_and_leaves_a_full_one(lif, tmp_path):
    first = sweep(lif, tmp_path, resume=True)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")}
    again = sweep(lif, tmp_path, resume=True, chunk=None)
    assert times == {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")}
    same(first, again)


@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty", "gone"])
def test_a_damaged_part_is_noticed_and_computed_again(lif, tmp_path, damage):
    first = sweep(lif, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("part-*")}
    victim = next(tmp_path.glob("part-000002-*"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(
            {"flipped": content, "truncated": content[: len(content) // 2], "empty": b""}[damage]
        )
        with pytest.raises(rb.StorageError, match="is damaged: run the same sweep with resume"):
            rb.open_sweep(tmp_path)["root"]
    same(sweep(lif, tmp_path, resume=True), first)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("part-*")} == before


def test_unfinished_files_are_swept_away(lif, tmp_path):
    (tmp_path / ".unfinished-abc").write_bytes(b"half")
    sweep(lif, tmp_path, resume=True)
    assert not list(tmp_path.glob(".unfinished-*"))


def test_two_runs_on_one_store_are_refused(lif, tmp_path):
    words = rf"is in use by process {os.getpid()} on "
    with locked(tmp_path), pytest.raises(rb.StorageError, match=words):
        sweep(lif, tmp_path)
    assert sweep(lif, tmp_path).complete


def test_the_lock_of_a_dead_run_is_not_in_the_way(lif, tmp_path):
    (tmp_path / "lock").write_text('{"process": 1, "host": "elsewhere"}')
    assert sweep(lif, tmp_path).complete


def test_a_lock_without_room_for_a_name_still_holds(lif, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        lock = locked(tmp_path)
        lock.__enter__()
    with pytest.raises(rb.StorageError, match="is in use by another process"):
        sweep(lif, tmp_path)
    lock.__exit__(None, None, None)
    assert sweep(lif, tmp_path).complete


def test_a_full_disk_leaves_a_store_that_resumes(lif, tmp_path, monkeypatch):
    written = []
    fsync = os.fsync

    def full(handle):
        written.append(handle)
        if len(written) == 5:  # the second part: each file is synchronised with its folder
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(rb.StorageError, match=r"No space left on device.*resume=True"):
        sweep(lif, tmp_path)
    monkeypatch.undo()
    assert not list(tmp_path.glob(".unfinished-*"))
    partial = rb.open_sweep(tmp_path)
    assert not partial.complete
    assert partial["status"].tolist() == ["completed"] * 3 + ["missing"] * 7
    same(sweep(lif, tmp_path, resume=True), sweep(lif, None))


def test_a_limit_on_files_is_told_as_a_full_disk_is(lif, tmp_path):
    resource = pytest.importorskip("resource")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(began, done, total):
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, former[1]))

    try:
        with pytest.raises(rb.StorageError, match=r"part-000001.*can't be written: File too large"):
            sweep(lif, tmp_path, progress=limit)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert len(parts(tmp_path)) == 1
    same(sweep(lif, tmp_path, resume=True), sweep(lif, None))


def test_an_interrupted_run_gives_what_there_is(lif, tmp_path):
    def interrupt(began, done, total):
        if done >= 6:
            raise KeyboardInterrupt

    partial = sweep(lif, tmp_path, progress=interrupt)
    assert partial.status is rb.Status.INTERRUPTED
    assert not partial.complete
    assert partial.message.startswith("6 of 10 points. Interrupted; resume=True")
    assert np.isnan(partial["root"]).tolist() == [False] * 6 + [True] * 4
    assert np.isnan(partial["large"][6:]).all()
    assert partial["name"].tolist()[5:7] == ["I5", ""]
    with pytest.raises(rb.NotFound, match="I = 7 has not been computed yet"):
        partial.at(I=7)
    told = []
    whole = sweep(lif, tmp_path, resume=True, progress=lambda *state: told.append(state))
    assert told == [(6, 9, 10), (6, 10, 10)]
    same(whole, sweep(lif, None))


def test_errors_of_the_program_are_computed_again_on_resuming(lif, tmp_path, monkeypatch):
    grid = dict(I=[0.0, 5.0, 6.0])
    first = sweep(lif, tmp_path, grid, functions.tail, chunk=1)
    assert first["status"].tolist() == ["completed", "error", "completed"]
    monkeypatch.setattr(functions, "undefined", 25.0, raising=False)
    again = sweep(lif, tmp_path, grid, functions.tail, chunk=1, resume=True)
    assert again["value"].tolist() == [0, 25, 6]
    assert len(parts(tmp_path)) == 3


def test_a_wrong_question_leaves_no_store_behind(lif, tmp_path):
    with pytest.raises(rb.RheobaseError, match="broken fails at every one"):
        sweep(lif, tmp_path, function=functions.broken, chunk=100)
    assert not parts(tmp_path)
    assert sweep(lif, tmp_path, function=functions.square).complete


def test_columns_are_read_one_at_a_time(lif, tmp_path, monkeypatch):
    """A million points: the table is never in memory, a column is."""
    count = 1_000_000
    found = sweep(lif, tmp_path, GRID)
    read = []
    original = module.Folder.read
    monkeypatch.setattr(module.Folder, "read", lambda s, i: read.append(i) or original(s, i))
    found["root"]
    assert read[-4:] == [0, 1, 2, 3]
    table = module.table_of(lif, dict(I=np.arange(count / 1000), tau=np.arange(1.0, 1001.0)), None)
    assert len(table) == count
    assert table.column("I").strides[1] == 0
    assert table.rows(999_999, 5).tolist() == [[999, 1000]]


def test_a_default_said_aloud_is_the_same_question(lif, tmp_path):
    first = sweep(lif, tmp_path, function=functions.square)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")}
    same(first, sweep(lif, tmp_path, function=functions.square, scale=1.0, resume=True))
    assert times == {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")}
    with pytest.raises(rb.InvalidArgument, match=r"scale: 1\.0 there, 2\.0 here"):
        sweep(lif, tmp_path, function=functions.square, scale=2.0, resume=True)


def test_a_folder_in_the_place_of_a_part(lif, tmp_path):
    sweep(lif, tmp_path)
    victim = next(tmp_path.glob("part-000001-*"))
    victim.unlink()
    victim.mkdir()
    with pytest.raises(rb.StorageError, match="can't be read"):
        rb.open_sweep(tmp_path)["root"]
    with pytest.raises(rb.StorageError, match=f"{victim.name} is of no use and can't be removed"):
        sweep(lif, tmp_path, resume=True)
    victim.rmdir()
    assert sweep(lif, tmp_path, resume=True).complete


def test_a_part_beyond_the_table(lif, tmp_path):
    first = sweep(lif, tmp_path)
    last = next(tmp_path.glob("part-000003-*"))
    stray = last.rename(tmp_path / last.name.replace("000003", "000004"))
    with pytest.raises(rb.StorageError, match="a part 4 that begins beyond its 10 points"):
        rb.open_sweep(tmp_path)
    same(first, sweep(lif, tmp_path, resume=True))
    assert not stray.exists()
    same(first, rb.open_sweep(tmp_path))


@pytest.mark.parametrize("store", [5, "", b"folder", None])
def test_what_names_no_folder(lif, store):
    with pytest.raises(rb.InvalidArgument, match="store is the name of a folder, not"):
        rb.open_sweep(store)
    if store is not None:
        with pytest.raises(rb.InvalidArgument, match="store is the name of a folder, not"):
            sweep(lif, store)
