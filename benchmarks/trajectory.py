"""One trajectory of Hodgkin & Huxley's equations: rheobase and its peers, work against precision.

Standard parameters with E_L = -54.4, I = 10, 1000 ms from V = -65 with the gates at rest there: 69
spikes. The error is that of V at the end against quadruple precision. Solvers and tolerances take
turns, the least processor time of all rounds counts, and all is warm: compiling is not in it.
What rheobase's time contains is the whole call `rheobase.simulate`, with every node kept.

"ms to an error of e" is where the line through the measured points (log-log) crosses e. A
tolerance counts with the worst error of all that are at least as tight, since an error that
happens to be small at one tolerance is luck.

    python benchmarks/trajectory.py [--out FOLDER] [--rounds 60] [--quick]
"""

import argparse
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import peers

TARGETS = (1e-4, 1e-7, 1e-10)
TOLERANCES = 10.0 ** -np.arange(4, 14.01, 0.25)
BY_ADDRESS, FOR_MODEL = "rheobase by address", "rheobase made for the model"
PYTHON, TAYLOR = "scipy DOP853, Python", "heyoka as written"
SOLVERS: dict[str, Callable[[], peers.Run]] = {
    FOR_MODEL: peers.rheobase_trajectory,
    BY_ADDRESS: peers.rheobase_trajectory,
    TAYLOR: peers.heyoka_taylor,
    "heyoka, exponentials shared": lambda: peers.heyoka_taylor(shared=True),
    "numbalsoda dop853": peers.numbalsoda_dop853,
    "scipy DOP853, numba": peers.scipy_numba,
    PYTHON: peers.scipy_python,
}
ENGINE = {FOR_MODEL: "compiled", BY_ADDRESS: "numpy"}
SLOW = (PYTHON, "scipy DOP853, numba")  # these run twice only, at every fourth tolerance
WANTED = ((FOR_MODEL, TAYLOR, 1.0), (BY_ADDRESS, PYTHON, 0.02))

Points = dict[str, tuple[np.ndarray, np.ndarray]]


def measured(rounds: int, names: list[str]) -> Points:
    """Errors and milliseconds of each solver at its tolerances, tight ones last."""
    runs: dict[str, peers.Run] = {}
    for name in names:
        try:
            runs[name] = prepared(name)
        except ImportError as error:
            print(f"{name} is left out: {error.name} is not installed.")
    errors: dict[tuple[str, float], float] = {}
    for name, run in runs.items():  # this compiles, too
        for tolerance in TOLERANCES[:: 4 if name in SLOW else 1].tolist():
            with suppress(OverflowError):  # of Python's exp, in a trial step that is far too long
                errors[name, tolerance] = abs(run(tolerance) - peers.TRUTH)
    times = dict.fromkeys(errors, np.inf)
    for turn in range(rounds):
        for name, tolerance in errors:
            if turn < 2 or name not in SLOW:
                begin = time.process_time()
                runs[name](tolerance)
                took = time.process_time() - begin
                times[name, tolerance] = min(took, times[name, tolerance])
    points: Points = {}
    for name in runs:
        keys = [key for key in errors if key[0] == name and np.isfinite(errors[key])]
        points[name] = (
            np.array([errors[key] for key in keys]),
            1e3 * np.array([times[key] for key in keys]),
        )
    return points


def prepared(name: str) -> peers.Run:
    run = SOLVERS[name]()
    if name not in ENGINE:
        return run

    def with_engine(tolerance: float) -> float:
        os.environ["RHEOBASE_ENGINE"] = ENGINE[name]
        return run(tolerance)

    return with_engine


def milliseconds_to(target: float, errors: np.ndarray, times: np.ndarray) -> float:
    """Where the envelope of the points crosses the error; nan where none reaches it."""
    worst = np.maximum.accumulate(errors[::-1])[::-1]
    good = np.flatnonzero(worst <= target)
    if not len(good):
        return float("nan")
    last = good[0]
    if last == 0:
        return float(times[0])
    a, b = np.log(worst[last - 1]), np.log(worst[last])
    share = (a - np.log(target)) / (a - b)
    low, high = np.log(times[last - 1]), np.log(times[last])
    return float(np.exp(low + share * (high - low)))


def table(points: Points) -> dict[str, list[float]]:
    found = {
        name: [milliseconds_to(target, *pair) for target in TARGETS]
        for name, pair in points.items()
    }
    print(f"\n{'milliseconds to an error of':<30}" + "".join(f"{e:>10.0e}" for e in TARGETS))
    for name, row in found.items():
        print(f"{name:<30}" + "".join(text(value) for value in row))
    for ours in (FOR_MODEL, BY_ADDRESS):
        if ours not in found:
            continue
        print(f"\n{'ratio ' + ours + ' /'}")
        for name, row in found.items():
            if name not in ENGINE:
                ratios = [a / b for a, b in zip(found[ours], row, strict=True)]
                print(f"  {name:<28}" + "".join(text(value) for value in ratios))
    print()
    for ours, peer, target in WANTED:
        if ours in found and peer in found:
            worst = np.nanmax([a / b for a, b in zip(found[ours], found[peer], strict=True)])
            verdict = "reached" if worst <= target else "NOT reached"
            print(f"{ours} / {peer}: at most {worst:.3f}; target {target:g} {verdict}")
    return found


def text(value: float) -> str:
    return f"{'-':>10}" if np.isnan(value) else f"{value:>10.4g}"


def draw(points: Points, folder: Path) -> None:
    """Work against precision, as PDF and PNG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
    for (name, (errors, times)), marker in zip(points.items(), "osD^vPX", strict=False):
        width = 2 if name in ENGINE else 1
        ax.loglog(errors, times, marker=marker, markersize=4, linewidth=width, label=name)
    ax.invert_xaxis()
    ax.set(xlabel="error of $V$ after 1000 ms (mV)", ylabel="processor time (ms)")
    ax.legend(fontsize="small")
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("pdf", "png"):
        path = folder / f"trajectory.{suffix}"
        figure.savefig(path, dpi=200)
        print(f"wrote {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="a folder for the figure")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--quick", action="store_true", help="without the slow peers (scipy)")
    arguments = parser.parse_args()
    names = [name for name in SOLVERS if not (arguments.quick and name.startswith("scipy"))]
    points = measured(arguments.rounds, names)
    table(points)
    if arguments.out:
        draw(points, arguments.out)


if __name__ == "__main__":
    main()
