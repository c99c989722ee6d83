"""`rheobase doctor`: the report, the warm cache, the known numbers."""

import json
import os

import pytest
import rheobase as rb
from rheobase.cli import doctor
from rheobase.cli.main import main


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RHEOBASE_CACHE", str(tmp_path / "cache"))


def test_the_report(capsys, tmp_path):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rheobase"] == rb.__version__
    assert all(report["packages"].values())
    assert str(tmp_path / "cache") in json.dumps(report["cache"])
    assert main(["doctor"]) == 0
    assert str(tmp_path / "cache") in capsys.readouterr().out


def test_a_missing_package_exits_1(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "NEEDED", ("numpy", "no-such-package"))
    assert main(["doctor"]) == 1
    assert "no-such-package is not installed: pip install" in capsys.readouterr().err


def test_known_numbers_come_out(capsys):
    assert main(["doctor", "--validate", "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)["validation"]
    assert len(checks) >= 3
    assert all(check["passed"] and check["source"] for check in checks)


def test_a_wrong_number_exits_1(monkeypatch, capsys):
    from rheobase.cli import checks

    wrong = checks.Check("nonsense", lambda: 1.0, 2.0, 1e-9, "nowhere")
    monkeypatch.setattr(checks, "CHECKS", (wrong,))
    assert main(["doctor", "--validate"]) == 1
    printed = capsys.readouterr()
    assert "the check of nonsense failed" in printed.err
    assert "FAILED" in printed.out


@pytest.mark.slow
def test_compile_leaves_a_warm_cache_and_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("RHEOBASE_ENGINE", "numpy")
    few = [entry for entry in rb.models.catalog() if entry.name in ("fitzhugh-nagumo", "logistic")]
    monkeypatch.setattr(rb.models, "catalog", lambda: few)
    assert main(["doctor", "--compile", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["compiled"] == ["fitzhugh-nagumo", "logistic"]
    assert report["cache"]["object_files"] > 0
    assert os.environ["RHEOBASE_ENGINE"] == "numpy"
