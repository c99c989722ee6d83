"""`rheobase doctor`: what is installed, where the cache is, whether known numbers come out."""

import argparse
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .. import __version__
from .arguments import add_output
from .output import as_json, columns
from .progress import sign_of_life

SUMMARY = "report versions, cache and machine; warm the cache; check known numbers"
EXAMPLE = "rheobase doctor --validate"

NEEDED = ("numpy", "scipy", "sympy", "matplotlib", "numba", "pandas", "xarray")
OPTIONAL = ("dask", "zarr", "heyoka", "numbalsoda", "brian2", "jax")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase doctor`."""
    parser.add_argument(
        "--compile", action="store_true", help="compile every model of the library into the cache"
    )
    parser.add_argument("--validate", action="store_true", help="check runs against known numbers")
    add_output(parser, ())


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 if a package is missing or a check fails."""
    compiled = warm_up() if arguments.compile else None
    report: dict[str, Any] = {
        "rheobase": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "packages": {name: installed(name) for name in NEEDED},
        "optional": {name: installed(name) for name in OPTIONAL},
        "auto-07p": shutil.which("auto"),
        "cache": cache(),
    }
    if compiled is not None:
        report["compiled"] = compiled
    if arguments.validate:
        report["validation"] = validation()
    print(as_json(report) if arguments.json else in_words(report))
    missing = [name for name, found in report["packages"].items() if found is None]
    failed = [check["name"] for check in report.get("validation", []) if not check["passed"]]
    for name in missing:
        print(f"rheobase: {name} is not installed: pip install {name}", file=sys.stderr)
    for name in failed:
        print(f"rheobase: the check of {name} failed", file=sys.stderr)
    return 1 if missing or failed else 0


def installed(package: str) -> str | None:
    """The version of an installed package, or None; nothing is imported."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def processor() -> str:
    """The processor's name, as the system tells it."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cache() -> dict:
    """Folder, size and writability of the cache of compiled functions."""
    from ..dynamics.cache import report

    return dict(report())


def warm_up() -> list[str]:
    """Run every model of the library for a moment, so that its compiled functions are cached.

    Once as usual, for the engine that serves all models, and once with the engine made for it; and
    the engine that follows cycles in the model's usual parameter.
    """
    from .. import models
    from ..analysis.compiled_engine import prepare
    from ..dynamics.simulate import simulate

    done, before = [], os.environ.get("RHEOBASE_ENGINE")
    try:
        for entry in models.catalog():
            model = models.named(entry.name)
            with sign_of_life(f"compiling {model.name}"):
                for engine in ("auto", "compiled"):
                    os.environ["RHEOBASE_ENGINE"] = engine
                    simulate(model, until=1 if model.kind == "map" else 1e-3)
                prepare(model)
            done.append(entry.name)
    finally:
        os.environ.pop("RHEOBASE_ENGINE")
        if before is not None:
            os.environ["RHEOBASE_ENGINE"] = before
    return done


def validation() -> list[dict]:
    """A few runs against numbers from elsewhere; see `checks.py`."""
    from .checks import CHECKS

    found = []
    for check in CHECKS:
        with sign_of_life(f"checking {check.name}"):
            value = check.value()
        found.append(
            {
                "name": check.name,
                "value": value,
                "expected": check.expected,
                "tolerance": check.tolerance,
                "source": check.source,
                "passed": abs(value - check.expected) <= check.tolerance,
            }
        )
    return found


def cache_in_words(found: dict) -> str:
    """The cache's folder, size and what is odd about it."""
    size = f"{found['path']} ({found['size'] / 1e6:.1f} MB, {found['object_files']} compiled files)"
    if found["temporary"]:
        size += " TEMPORARY: nothing is kept; set RHEOBASE_CACHE to a folder that you may write"
    return size


def in_words(report: dict) -> str:
    """The report as aligned lines."""
    rows = [(key, str(report[key])) for key in ("rheobase", "python", "platform", "processor")]
    rows.append(("cores", str(report["cores"])))
    for title in ("packages", "optional"):
        listing = ", ".join(f"{name} {found or '-'}" for name, found in report[title].items())
        rows.append((title, listing))
    rows.append(("auto-07p", report["auto-07p"] or "-"))
    rows.append(("cache", cache_in_words(report["cache"])))
    if "compiled" in report:
        rows.append(("compiled", ", ".join(report["compiled"])))
    for check in report.get("validation", []):
        verdict = "ok" if check["passed"] else "FAILED"
        error = abs(check["value"] - check["expected"])
        rows.append(
            (
                verdict,
                f"{check['name']}: {check['value']:.12g} (off by {error:.1e}; {check['source']})",
            )
        )
    return columns(rows)
