"""Sweeps on a Dask cluster of several processes."""

import builtins
import os
import signal
import threading

import numpy as np
import pytest
import rheobase as rb
import sweep_functions as functions
from rheobase.cli.main import main

GRID = dict(I=np.arange(8.0))


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="needs rheobase[sweeps]")
    settings = dict(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
    with distributed.LocalCluster(**settings) as running:
        yield running


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


def parts(folder):
    return {path.name: path.read_bytes() for path in folder.glob("part-*.npz")}


def test_an_address_gives_the_same_bits_as_this_process(cluster, lif, tmp_path):
    told = []
    rb.sweep(
        functions.several,
        lif,
        GRID,
        store=tmp_path / "cluster",
        executor=cluster.scheduler_address,
        progress=lambda *state: told.append(state),
        chunk=2,
    )
    rb.sweep(functions.several, lif, GRID, store=tmp_path / "here", processes=1, chunk=2)
    assert parts(tmp_path / "cluster") == parts(tmp_path / "here")
    assert sorted(told) == [(0, 2, 8), (0, 4, 8), (0, 6, 8), (0, 8, 8)]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_worker_that_is_killed_in_the_middle_costs_nothing(cluster, lif, tmp_path):
    def kill():
        functions.wait_for((tmp_path / "victim").exists)
        (tmp_path / "dead").touch()
        os.kill(int((tmp_path / "victim").read_text()), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with cluster.get_client() as client:
        found = rb.sweep(
            functions.deadly,
            lif,
            GRID,
            store=tmp_path / "store",
            executor=client,
            chunk=1,
            folder=str(tmp_path),
        )
        assert client.status == "running"  # it is its owner's
    killer.join()
    assert found.complete
    np.testing.assert_array_equal(found["square"], np.arange(8.0) ** 2)
    assert int((tmp_path / "victim").read_text()) not in found["process"][3:4]


def test_what_fails_on_a_cluster_is_marked_or_told(cluster, lif):
    with cluster.get_client() as client:
        found = rb.sweep(functions.tail, lif, GRID, executor=client)
        assert found["status"][1:4].tolist() == ["failed", "not finite", "failed"]
        with pytest.raises(rb.RheobaseError, match="broken fails at every one"):
            rb.sweep(functions.broken, lif, GRID, executor=client)


def test_the_command_works_on_a_cluster(cluster, tmp_path, capsys):
    words = ["sweep", "morris-lecar:snic", "--grid", "phi=0.1,0.2", "--question", "classify"]
    words += ["--no-simulation", "--range", "30", "60"]
    executors = dict(cluster=["--scheduler", cluster.scheduler_address], here=["--processes", "1"])
    for name, more in executors.items():
        assert main([*words, "--store", str(tmp_path / name), *more]) == 0
    assert "homoclinic 1, snic 1" in capsys.readouterr().out
    assert len(parts(tmp_path / "here")) == 2
    assert parts(tmp_path / "cluster") == parts(tmp_path / "here")


def test_executors_that_are_none(cluster, lif):
    with pytest.raises(rb.InvalidArgument, match="executor is None"):
        rb.sweep(functions.square, lif, GRID, executor=3)
    with pytest.raises(rb.InvalidArgument, match="cluster has its own workers"):
        rb.sweep(functions.square, lif, GRID, executor=cluster.scheduler_address, processes=2)
    client = cluster.get_client()
    client.close()
    with pytest.raises(rb.InvalidArgument, match="is a Client that is closed"):
        rb.sweep(functions.square, lif, GRID, executor=client)


def test_no_scheduler_answers(lif, monkeypatch):
    pytest.importorskip("distributed", reason="needs rheobase[sweeps]")
    monkeypatch.setattr("rheobase.dynamics.sweeps.dask_cluster.PATIENCE", "1s")
    with pytest.raises(rb.InvalidArgument, match=r"no Dask scheduler answers at '127\.0\.0\.1:9'"):
        rb.sweep(functions.square, lif, GRID, executor="127.0.0.1:9")


def test_without_dask_the_extra_is_named(lif, monkeypatch):
    original = builtins.__import__

    def without(name, *rest, **others):
        if name.split(".")[0] in ("dask", "distributed"):
            raise ImportError(name)
        return original(name, *rest, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(rb.RheobaseError, match=r"pip install 'rheobase\[sweeps\]'"):
        rb.sweep(functions.square, lif, GRID, executor="127.0.0.1:9")
