"""The disk cache: nothing that stands in it, or doesn't, may change an answer."""

import json
import os
import shutil
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from rheobase.dynamics import cache, disk_package, private_folder
from rheobase.dynamics.errors import NotFound
from rheobase.dynamics.numba_files import checked_file_class

PLAIN = "import numpy as np\n\n\ndef double(x):\n    return 2 * np.asarray(x)\n"
COMPILED = """
from numba import njit
from .elementary import exp

@njit("float64(float64)", cache=True, error_model="numpy", fastmath={"contract"})
def eager(x):
    return exp(x) - 1.0

@njit(cache=True, error_model="numpy", fastmath={"contract"})
def lazy(x):
    return x * x
"""
PROCESS = f"""
import json, math, sys
from rheobase.dynamics import cache
module = cache.generated("demo", {COMPILED!r})
assert abs(module.eager(1.0) - (math.e - 1)) < 1e-15
argument = dict(float=3.0, int=3)[sys.argv[1] if len(sys.argv) > 1 else "float"]
assert module.lazy(argument) == 9 and type(module.lazy(argument)) is type(argument)
stats = [module.eager.stats, module.lazy.stats]
print(json.dumps(dict(
    hits=sum(sum(s.cache_hits.values()) for s in stats),
    misses=sum(sum(s.cache_misses.values()) for s in stats),
    path=module.__file__, name=module.__name__, root=str(cache.root()),
)))
"""
ALIEN = 12345


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty place for the cache."""
    monkeypatch.setenv("RHEOBASE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def start(folder, *arguments, script=PROCESS, **environment):
    """A fresh Python with this cache, running."""
    return subprocess.Popen(
        [sys.executable, "-W", "always", "-c", script, *arguments],
        env={**os.environ, "RHEOBASE_CACHE": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """What it printed, read as JSON, and its warnings."""
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return json.loads(out), errors


def run(folder, *arguments, **options):
    return finish(start(folder, *arguments, **options))[0]


def test_folder_is_the_users_alone(folder):
    assert cache.root() == folder
    cache.generated("plain", PLAIN, needs_numba=False)
    if os.name == "posix":
        for path in [folder, *folder.glob("rheobase_*")]:
            assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")
@pytest.mark.parametrize("trouble", ["group writes", "all write", "alien", "package", "file"])
def test_folder_of_doubtful_trust_is_refused(folder, trouble):
    place = folder
    if trouble == "package":  # the root is fine, the folder of modules isn't
        cache.generated("plain", PLAIN, needs_numba=False)
        (place,) = folder.glob("rheobase_plain_*")
        cache._packages.clear()
    if trouble == "file":
        folder.write_text("not a folder")
    else:
        place.mkdir(exist_ok=True)
    if trouble == "alien":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(place, ALIEN, ALIEN)
    elif trouble != "file":
        place.chmod(0o770 if trouble == "group writes" else 0o777)
    with pytest.warns(RuntimeWarning, match=r"can't be used: .*RHEOBASE_CACHE") as caught:
        module = cache.generated("plain", PLAIN, needs_numba=False)
    assert len(caught) == 1
    assert module.double(2) == 4
    assert not Path(module.__file__).is_relative_to(folder)
    assert cache.report()["temporary"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # said once
        assert cache.generated("plain", PLAIN, needs_numba=False) is module


def test_temporary_folder_works_and_goes_away(tmp_path):
    (tmp_path / "file").write_text("")
    told, errors = finish(start(tmp_path / "file" / "below"))
    assert told["misses"] == 2
    assert errors.count("RuntimeWarning") == 1
    assert not Path(told["root"]).exists()
    assert Path(told["root"]) != tmp_path / "file" / "below"


def test_kernels_are_copied_and_found_by_name(folder):
    module = cache.kernel("removable_series")
    assert Path(module.__file__).is_relative_to(folder)
    assert cache.kernel("removable_series") is module
    with pytest.raises(NotFound, match=r"no kernel 'elementarry'.*elementary"):
        cache.kernel("elementarry")


def test_right_content_is_not_written_again(folder):
    path = Path(cache.generated("plain", PLAIN, needs_numba=False).__file__)
    os.utime(path, ns=(1, 1))
    cache._packages.clear()
    again = cache.generated("plain", PLAIN, needs_numba=False)
    assert Path(again.__file__) == path
    assert path.stat().st_mtime_ns == 1


@pytest.mark.parametrize("damage", [b"", b"import nump", b"\x00\xff garbage", b"raise SystemExit"])
def test_damaged_module_is_written_again(folder, damage):
    path = Path(cache.generated("plain", PLAIN, needs_numba=False).__file__)
    path.write_bytes(damage)
    assert not cache.generated_exists("plain", PLAIN, needs_numba=False)
    cache._packages.clear()
    assert cache.generated("plain", PLAIN, needs_numba=False).double(4) == 8
    assert path.read_text() == PLAIN


def test_damaged_bytecode_is_made_again(folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = Path(cache.generated("plain", PLAIN, needs_numba=False).__file__)
    (bytecode,) = (path.parent / "__pycache__").glob(f"{path.stem}*.pyc")
    for damage in (bytecode.read_bytes()[:40], bytecode.read_bytes()[:16] + b"garbage" * 9, b""):
        bytecode.write_bytes(damage)
        cache._packages.clear()
        assert cache.generated("plain", PLAIN, needs_numba=False).double(4) == 8


def test_error_in_a_generated_module_is_not_hidden(folder):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            cache.generated("bad", "1 / 0\n", needs_numba=False)
    with pytest.raises(ValueError, match="mine"):
        cache.generated("bad", "raise ValueError('mine')\n", needs_numba=False)


def test_plain_modules_need_no_numba(folder):
    script = f"""
import json, sys
from rheobase.dynamics import cache
cache.generated("plain", {PLAIN!r}, needs_numba=False)
cache.store_text("kind", "key", lambda: "text")
cache.generated_exists("plain", {PLAIN!r}, needs_numba=False), cache.report()
print(json.dumps([name for name in ("numba", "llvmlite", "sympy") if name in sys.modules]))
"""
    assert run(folder, script=script) == []


@pytest.mark.parametrize("no_bytecode", ["", "1"])
def test_second_process_compiles_nothing_even_elsewhere(tmp_path, no_bytecode):
    here, there = tmp_path / "here", tmp_path / "moved" / "there"
    first = run(here, PYTHONDONTWRITEBYTECODE=no_bytecode)
    assert (first["hits"], first["misses"]) == (0, 2)
    assert Path(first["path"]).is_relative_to(here)
    there.parent.mkdir()
    here.rename(there)
    second = run(there, PYTHONDONTWRITEBYTECODE=no_bytecode)
    assert (second["hits"], second["misses"]) == (2, 0)
    assert second["name"] == first["name"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A cache with compiled code in it, to be copied and damaged."""
    folder = tmp_path_factory.mktemp("compiled") / "cache"
    run(folder)
    return folder


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", ["empty", "truncated", "garbage", "one bit"])
def test_damaged_object_code_is_compiled_again(compiled, tmp_path, suffix, damage):
    shutil.copytree(compiled, tmp_path / "cache")
    files = list(tmp_path.rglob(f"*{suffix}"))
    assert len(files) >= 3
    for path in files:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 4
        damaged = {"empty": b"", "truncated": content[:-50], "garbage": b"\x80\x05cos\nsystem\n"}
        path.write_bytes(damaged.get(damage, content))
    assert run(tmp_path / "cache")["misses"] == 2
    assert run(tmp_path / "cache")["hits"] == 2


def test_two_processes_compile_at_once(folder):
    """Also different signatures of one function: numba alone gives both the same file."""
    processes = [start(folder, kind) for kind in ("float", "int", "float", "int")]
    for process in processes:
        told, _ = finish(process)
        assert Path(told["root"]) == folder
    for kind in ("float", "int"):
        run(folder, kind)  # the index of one may have replaced the other's
    assert [run(folder, kind)["misses"] for kind in ("float", "int")] == [0, 0]
    assert not list(folder.rglob("*.part"))


def test_race_of_two_writers_never_swaps_their_code(tmp_path):
    """Both read the index before either writes: numba's numbering would give one name to both."""
    caching = pytest.importorskip("numba.core.caching")
    kind = checked_file_class(caching.IndexDataCacheFile)
    first, second = (kind(str(tmp_path), "module.f-1.py311", "stamp") for _ in range(2))
    second._load_index = dict  # what it saw before the other wrote
    first.save("signature 1", "code 1")
    second.save("signature 2", "code 2")
    assert first.load("signature 1") is None
    assert first.load("signature 2") == "code 2"
    first.save("signature 1", "code 1")
    assert [first.load(f"signature {k}") for k in (1, 2)] == ["code 1", "code 2"]
    assert len(list(tmp_path.glob("*.nbc"))) == 2


def test_another_versions_folder_is_left_alone(folder, monkeypatch):
    old = Path(cache.generated("plain", PLAIN, needs_numba=False).__file__)
    old.write_text("raise SystemExit('read by mistake')")
    monkeypatch.setattr(cache, "FORMAT", "next")
    new = Path(cache.generated("plain", PLAIN, needs_numba=False).__file__)
    assert new.parent != old.parent
    assert new.name == old.name


def test_tag_depends_on_kernels_versions_and_processor(monkeypatch):
    import llvmlite.binding

    def tag():
        cache._compiled_tag.cache_clear()
        return cache._compiled_tag()

    changes = [
        (cache, "FORMAT", "next"),
        (cache, "version", lambda name: "0.1"),
        (cache.platform, "python_version", lambda: "3.99"),
        (llvmlite.binding, "get_host_cpu_name", lambda: "abacus"),
        (cache, "kernel_sources", lambda: {"elementary": b"changed"}),
    ]
    tags = {tag()}
    for owner, name, value in changes:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, value)
            tags.add(tag())
    tags.add(tag())
    assert len(tags) == len(changes) + 1


def test_nothing_is_written_beside_the_sources(tmp_path):
    """An install that nobody can write to works: the package's own files stay as they are."""
    installed = tmp_path / "site" / "rheobase"
    package = Path(cache.__file__).parents[1]
    for path in [package / "__init__.py", *package.glob("dynamics/**/*.py")]:
        target = installed / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    before = sorted(installed.rglob("*"))
    for path in (*before, installed):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        options = dict(PYTHONPATH=str(tmp_path / "site"), PYTHONDONTWRITEBYTECODE="1")
        run(tmp_path / "cache", **options)
        assert sorted(installed.rglob("*")) == before
    finally:
        for path in (*before, installed):
            path.chmod(0o755)


def test_generated_exists_when_object_code_does(compiled):
    script = f"""
import json
from rheobase.dynamics import cache
other = {COMPILED!r} + "# another"
print(json.dumps([cache.generated_exists("demo", text) for text in ({COMPILED!r}, other)]
                 + [cache.kernel_exists("elementary"), cache.kernel_exists("removable_series")]))
"""
    assert run(compiled, script=script) == [True, False, True, False]


def test_text_is_made_once(folder, tmp_path):
    source = tmp_path / "generator.py"
    source.write_text("first")
    made = []

    def maker():
        made.append("x")
        return "texte généré\n" * len(made)

    assert cache.stored_text("field", "key", [source]) is None
    assert cache.store_text("field", "key", maker, [source]) == "texte généré\n"
    assert cache.store_text("field", "key", maker, [source]) == "texte généré\n"
    assert cache.stored_text("field", "key", [source]) == "texte généré\n"
    assert cache.stored_text("field", "other", [source]) is None
    assert cache.stored_text("other", "key", [source]) is None
    assert len(made) == 1
    (path,) = folder.rglob("*.txt")
    for damage in (b"", path.read_bytes()[:-3], b"\xff\xfe", b"0" * 64 + b"\ncode"):
        path.write_bytes(damage)
        assert cache.stored_text("field", "key", [source]) is None
    source.write_text("second")
    cache._generators_tag.cache_clear()
    cache.store_text("field", "key", maker, [source])
    assert len(list(folder.rglob("*.txt"))) == 2


def test_full_disk_costs_the_cache_only(folder, monkeypatch):
    really_write = private_folder.write

    def full(path, content):
        if path.is_relative_to(folder) and path.stem != "__init__":
            raise OSError(28, "No space left on device")
        really_write(path, content)

    monkeypatch.setattr(cache, "write", full)
    monkeypatch.setattr(disk_package, "write", full)
    assert cache.store_text("field", "key", lambda: "text") == "text"
    with pytest.warns(RuntimeWarning, match="No space left"):
        assert cache.generated("plain", PLAIN, needs_numba=False).double(4) == 8


def test_clear_removes_what_is_ours_and_report_counts(folder):
    cache.generated("plain", PLAIN, needs_numba=False)
    cache.store_text("field", "key", lambda: "text")
    (folder / "holiday.jpg").write_text("not ours")
    told = cache.report()
    assert told["path"] == str(folder)
    assert (told["modules"], told["texts"], told["temporary"]) == (1, 1, False)
    assert told["size"] >= len(PLAIN)
    cache.clear()
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]
    assert cache.report()["modules"] == 0
    assert cache.generated("plain", PLAIN, needs_numba=False).double(1) == 2


@pytest.mark.parametrize(
    "platform, environment, expected",
    [
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/rheobase"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/ada/.cache/rheobase"),
        ("linux", {"XDG_CACHE_HOME": "/xdg", "RHEOBASE_CACHE": "/chosen"}, "/chosen"),
        ("darwin", {}, "/home/ada/Library/Caches/rheobase"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/rheobase/Cache"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="the paths above are POSIX's")
def test_place_follows_the_system(monkeypatch, platform, environment, expected):
    for name in ("RHEOBASE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/ada", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(private_folder.sys, "platform", platform)
    assert private_folder.user_cache_folder() == Path(expected)
