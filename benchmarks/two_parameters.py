"""Curves of cycle folds in two parameters: rheobase beside AUTO-07p, in one run.

The folds of Hodgkin-Huxley's cycles in (I, g_K), both ways from the one at I = 6.1442, to the sides
of a box. AUTO's time is its solver's own "Total Time" (one thread), without
the run that generates its starting data; rheobase's the processor time of the whole call, warm,
with each of its engines. Both have tolerance 1e-7, degree 4 and their usual steps. A ratio counts
only where the curves are the same: the last points of both must agree to 1e-5.

    python benchmarks/two_parameters.py [--rounds 5]
"""

import argparse
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import auto_peer
import numpy as np
import rheobase as rb
from auto_peer import AutoPeer

BOX = dict(I=(-50.0, 200.0), g_K=(10.0, 50.0))
STOP = "{1: [-50, 200], 3: [10, 50]}"
FOLD = "5"  # AUTO's type
SAME = 1e-5
WANTED = 1.0


def ours(start: rb.SpecialPoint, mesh: int, engine: str) -> tuple[float, rb.Branch]:
    os.environ["RHEOBASE_ENGINE"] = engine
    begin = time.process_time()
    branch = rb.continue_bifurcation(start, tuple(BOX), BOX, mesh=mesh)
    used = time.process_time() - begin
    del os.environ["RHEOBASE_ENGINE"]
    return used, branch


class Peer(AutoPeer):
    """AUTO on the same curves."""

    def begin(self, mesh: int) -> None:
        """The family of cycles, and starting data for its last fold."""
        self.equilibria(0, 200)
        self.cycles(mesh, "{1: 200}", 400)
        family = (self.folder / "fort.8").read_text()
        last = [int(row[3]) for row in self.rows() if row[2] == FOLD][-1]
        self.advance(family, last, mesh, "0.1")
        self.data = (self.folder / "fort.8").read_text(), int(self.rows()[-1][3])

    def rows(self) -> list[list[str]]:
        lines = (self.folder / "fort.7").read_text().splitlines()
        return [line.split() for line in lines if line.split()[0] != "0"]

    def advance(self, origin: str, label: int, mesh: int, step: str) -> float:
        """Seconds of one way along a curve."""
        (self.folder / "fort.3").write_text(origin)
        settings = auto_peer.SETTINGS.format(restart=label)
        settings = settings.replace("ISW=1, ", "").replace("DS=0.1, ", "")
        own = f"NDIM=4, IPS=2, ICP=[1, 3, 11], ISW=2, NMX=600, NTST={mesh}, DS={step}"
        (self.folder / "fort.2").write_text(f"{own}, UZSTOP={STOP}\n{settings}")
        done = subprocess.run(
            ["./model.exe"],
            cwd=self.folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        return float(re.findall(r"Total Time\s+(\S+)", done.stdout)[-1])

    def curve(self, mesh: int) -> tuple[float, list[tuple[float, float]], int]:
        """Seconds for both ways, the ends (I, g_K), and the number of points."""
        used, ends, points = 0.0, [], 0
        for step in ("0.1", "-0.1"):
            used += self.advance(*self.data, mesh, step)
            rows = self.rows()
            points += len(rows)
            ends.append((float(rows[-1][4]), float(rows[-1][-2])))
        return used, ends, points


def agree(branch: rb.Branch, ends: list[tuple[float, float]]) -> str:
    """Whether both curves leave the box at the same places."""
    mine = [(branch["I"][row], branch["g_K"][row]) for row in (0, -1)]
    near = [any(np.allclose(a, b, rtol=SAME, atol=SAME) for b in ends) for a in mine]
    return "the same ends" if all(near) else f"ends differ: {mine} and {ends}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    axon = rb.models.hodgkin_huxley()
    family = rb.continue_cycles(rb.continue_equilibria(axon, "I", (0, 200)).first("hopf"))
    start = family.all("cycle fold")[-1]
    head = f"{'rheobase':>10}{'points':>8}{'AUTO':>9}{'points':>8}{'ratio':>8}"
    print(f"{'milliseconds':<32}{head}")
    with tempfile.TemporaryDirectory() as name:
        for mesh in (50, 100):
            try:
                peer = Peer(auto_peer.HODGKIN_HUXLEY, Path(name) / str(mesh))
                peer.begin(mesh)
            except ImportError as error:
                print(f"AUTO is left out: {error.name} is not installed.")
                peer = None
            for engine in ("numpy", "compiled"):
                mine, theirs = [], []
                for _ in range(rounds):
                    mine.append(ours(start, mesh, engine))
                    if peer is not None:
                        theirs.append(peer.curve(mesh))
                seconds, branch = min(mine, key=lambda pair: pair[0])
                line = f"{f'cycle folds {mesh} {engine}':<32}{1e3 * seconds:>10.0f}{len(branch):>8}"
                if theirs:
                    best = min(theirs, key=lambda run: run[0])
                    line += f"{1e3 * best[0]:>9.0f}{best[2]:>8}{seconds / best[0]:>8.2f}"
                    line += f"  {agree(branch, best[1])}"
                    if engine == "compiled":
                        reached = "reached" if seconds / best[0] <= WANTED else "NOT reached"
                        line += f"; target {WANTED:g} {reached}"
                print(line)


if __name__ == "__main__":
    main()
