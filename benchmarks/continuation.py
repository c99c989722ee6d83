"""Continuation: rheobase beside AUTO-07p, in one run.

Both take turns, and the least time of all rounds counts: AUTO's is its solver's own "Total Time"
(one thread, no reading of files, no compiling), rheobase's the processor time of the whole call,
warm. AUTO has the settings of a usual run (tolerance 1e-7, NCOL 4, DSMAX 2); rheobase has its
defaults, which are the same tolerance and degree, and steps of its own, with each of its engines:
in NumPy, which a new installation begins with, and compiled. A ratio counts only with
the special points: those of the table below must be found to 1e-6, whoever finds them.

    equilibria    Hodgkin-Huxley, I from 0 to 200
    cycles        Hodgkin-Huxley from one Hopf point to the other, on 50 and 100 intervals
    long cycles   Morris-Lecar (snic) to a period of 10,000, on 50 and 100 intervals
    command       `rheobase diagram morris-lecar:snic`, caches empty and warm, and AUTO's three
                  processes for the same (compiling, equilibria, cycles)

    python benchmarks/continuation.py [--rounds 10]
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import auto_peer
import numpy as np
import rheobase as rb
from auto_peer import AutoPeer, Found
from startup import seconds

COMMAND = [sys.executable, "-m", "rheobase", "diagram", "morris-lecar:snic", "--json"]
# AUTO-07p with short steps on 100 to 400 intervals, and mpmath for the Hopf points.
EXPECTED = {
    "HH equilibria": {"hopf": [9.6593379953931, 154.4063336658]},
    "HH cycles": {
        "cycle fold": [7.7262471202, 7.8016854943, 6.1442212745],
        "period doubling": [7.7292373978, 7.8016776757],
    },
    "ML cycles": {"cycle fold": [115.94872149]},
}
WANTED = {"HH cycles": 1.0, "ML cycles": 1.0}  # ratios, of the compiled engine
TARGETS = {"cold": 2.5, "warm": 1.5}  # seconds of the command


def missed(name: str, special: dict[str, list[float]]) -> str:
    """What of EXPECTED is not there, and what is there that shouldn't be."""
    words = []
    for kind, values in EXPECTED[name].items():
        found = special.get(kind, [])
        lost = [v for v in values if not np.isclose(found, v, rtol=1e-6, atol=0).any()]
        false = [v for v in found if not np.isclose(values, v, rtol=1e-6, atol=0).any()]
        words += [f"misses {kind} {v:.9g}" for v in lost]
        words += [f"false {kind} {v:.9g}" for v in false]
    return ", ".join(words) or "all special points"


def special_of(branch: rb.Branch, parameter: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for point in branch.special:
        found.setdefault(point.kind, []).append(point.parameters[parameter])
    return found


def timed(call: Callable[[], rb.Branch], engine: str = "numpy") -> Found:
    os.environ["RHEOBASE_ENGINE"] = engine
    begin, cpu = time.perf_counter(), time.process_time()
    branch = call()
    used = time.process_time() - cpu
    del os.environ["RHEOBASE_ENGINE"]
    return Found(used, time.perf_counter() - begin, len(branch["I"]), special_of(branch, "I"))


def cases(folder: Path) -> dict[tuple[str, str], tuple[Callable, Callable | None]]:
    """(what, mesh and engine) -> rheobase's run and AUTO's, None where AUTO isn't installed."""
    axon, fibre = rb.models.hodgkin_huxley(), rb.models.morris_lecar("snic")
    first = rb.continue_equilibria(axon, "I", (0, 200)).first("hopf")
    second = rb.continue_equilibria(fibre, "I", (-50, 200)).first("hopf")
    peers: dict[str, AutoPeer] = {}
    try:
        peers["HH"] = AutoPeer(auto_peer.HODGKIN_HUXLEY, folder / "hh")
        peers["ML"] = AutoPeer(auto_peer.MORRIS_LECAR, folder / "ml")
        peers["HH"].equilibria(0, 200)
        peers["ML"].equilibria(-50, 200)
    except ImportError as error:
        print(f"AUTO is left out: {error.name} is not installed (Debian: auto-07p, gfortran).")
        peers.clear()

    def theirs(name: str, call: Callable[[AutoPeer], Found]) -> Callable[[], Found] | None:
        return (lambda: call(peers[name])) if peers else None

    found: dict[tuple[str, str], tuple[Callable, Callable | None]] = {
        ("HH equilibria", ""): (
            lambda: timed(lambda: rb.continue_equilibria(axon, "I", (0, 200))),
            theirs("HH", lambda peer: peer.equilibria(0, 200)),
        )
    }
    for mesh, engine in product((50, 100), ("numpy", "compiled")):
        found["HH cycles", f"{mesh} {engine}"] = (
            lambda m=mesh, e=engine: timed(lambda: rb.continue_cycles(first, mesh=m), e),
            theirs("HH", lambda peer, mesh=mesh: peer.cycles(mesh, "{1: 200}", 400)),
        )
        found["ML cycles", f"{mesh} {engine}"] = (
            lambda m=mesh, e=engine: timed(
                lambda: rb.continue_cycles(second, mesh=m, max_period=1e4), e
            ),
            theirs("ML", lambda peer, mesh=mesh: peer.cycles(mesh, "{11: 1e4}", 1000)),
        )
    return found


def least(runs: list[Found]) -> Found:
    return min(runs, key=lambda found: found.seconds)


def compare(folder: Path, rounds: int) -> None:
    pairs = cases(folder)
    results: dict = {key: ([], []) for key in pairs}
    for _ in range(rounds):
        for key, (ours, theirs) in pairs.items():
            results[key][0].append(ours())
            if theirs is not None:
                results[key][1].append(theirs())
    print(f"{'milliseconds':<22}{'rheobase':>10}{'points':>8}{'AUTO':>9}{'points':>8}{'ratio':>8}")
    for (what, how), (ours, theirs) in results.items():
        mine = least(ours)
        line = f"{what + ' ' + how:<22}{1e3 * mine.seconds:>10.1f}{mine.points:>8}"
        verdict = f"rheobase: {missed(what, mine.special)}"
        if theirs:
            peer = least(theirs)
            ratio = mine.seconds / peer.seconds
            line += f"{1e3 * peer.seconds:>9.1f}{peer.points:>8}{ratio:>8.2f}"
            verdict += f"; AUTO: {missed(what, peer.special)}"
            if how.endswith("compiled"):
                target = WANTED[what]
                verdict += f"; target {target:g} {'reached' if ratio <= target else 'NOT reached'}"
        print(f"{line}  {verdict}")


def commands(folder: Path, rounds: int) -> None:
    """The whole command, as a process; wall and processor time."""
    best = dict.fromkeys(TARGETS, (np.inf, np.inf))
    with tempfile.TemporaryDirectory() as warm:
        seconds(COMMAND, warm)
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as cold:
                for what, cache in (("cold", cold), ("warm", warm)):
                    both = zip(best[what], seconds(COMMAND, cache), strict=True)
                    best[what] = tuple(map(min, both))
    print(f"\n{'rheobase diagram':<22}{'wall':>8}{'cpu':>8}{'target':>8}{'ratio':>8}")
    for what, (wall, cpu) in best.items():
        target = TARGETS[what]
        print(f"{what:<22}{wall:>8.2f}{cpu:>8.2f}{target:>8.2f}{cpu / target:>8.2f}")
    try:
        peer = AutoPeer(auto_peer.MORRIS_LECAR, folder / "command")
    except ImportError:
        return
    runs = [(peer.equilibria(-50, 200), peer.cycles(50, "{11: 1e4}", 1000)) for _ in range(rounds)]
    whole = peer.compiling + min(a.process + b.process for a, b in runs)
    print(f"{'AUTO, three processes':<22}{whole:>8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), rounds)
        commands(Path(name), min(rounds, 5))


if __name__ == "__main__":
    main()
