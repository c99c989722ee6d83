"""The wait before the first answer: importing, the command's help, a first simulation.

Every run is a process of its own. "Cold" has an empty folder as cache (RHEOBASE_CACHE), so that
everything is compiled; "warm" finds what the cold run left there. The files themselves have been
read before, as after a first use of Python. Prints the least wall time and the least processor time
of a few runs; on a busy machine the second is nearer to what an idle one would show, and it is what
the targets are held against.

    python benchmarks/startup.py [--runs 5]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

PYTHON = [sys.executable]
COMMAND = [sys.executable, "-m", "rheobase"]
SIMULATE = [*COMMAND, "simulate", "hodgkin-huxley", "--set", "I=10", "--until", "100"]
CASES = [  # what, the command, the caches empty?, seconds at most
    ("python -c pass", [*PYTHON, "-c", "pass"], False, None),
    ("python -c 'import rheobase'", [*PYTHON, "-c", "import rheobase"], False, 0.15),
    ("rheobase --help", [*COMMAND, "--help"], False, 0.3),
    ("rheobase simulate, warm", SIMULATE, False, None),
    ("rheobase simulate, cold", SIMULATE, True, 3.0),
]


def seconds(command: list[str], folder: str) -> tuple[float, float]:
    """Wall and processor time of one process."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, env=os.environ | {"RHEOBASE_CACHE": folder}, check=True, capture_output=True
    )
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    best: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as warm:
        seconds(SIMULATE, warm)
        for _ in range(runs):
            for what, command, is_cold, _ in CASES:
                with tempfile.TemporaryDirectory() as cold:
                    found = seconds(command, cold if is_cold else warm)
                known = best.get(what, found)
                best[what] = [min(a, b) for a, b in zip(found, known, strict=True)]
    print(f"{'seconds':<30}{'wall':>8}{'cpu':>8}{'target':>8}{'ratio':>8}")
    for what, _, _, target in CASES:
        wall, processor = best[what]
        line = f"{what:<30}{wall:>8.3f}{processor:>8.3f}"
        print(line + (f"{target:>8.2f}{processor / target:>8.2f}" if target else ""))


if __name__ == "__main__":
    main()
