"""AUTO-07p as a peer: build its executable for a model, run it, read what it writes.

AUTO's Python layer is not used (it fails to read solutions with numpy 2, and takes longer than
most runs): its library is linked to the Fortran of `auto_fortran`, fort.2 holds the constants,
fort.3 the solutions to restart from; fort.7 (branches), fort.8 (solutions) and fort.9 (time) are
read here.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from auto_fortran import AMPLITUDE, place, problem

LIBRARY = Path(os.environ.get("AUTO_DIR", "/usr/lib/auto-07p")) / "lib"
GFORTRAN = shutil.which("gfortran")
AVAILABLE = GFORTRAN is not None and (LIBRARY / "main.o").exists()
needs_auto = pytest.mark.skipif(
    not AVAILABLE, reason="AUTO-07p is not installed (Debian: apt-get install auto-07p gfortran)"
)
# The last digit of AUTO's type; its labels are BP LP HB UZ, LP BP PD TR of cycles, EP and MX.
KINDS = {
    1: "branch point",
    2: "fold",
    3: "hopf",
    -4: "wanted",
    5: "cycle fold",
    6: "cycle branch point",
    7: "period doubling",
    8: "torus",
    9: "end",
    -9: "no convergence",
}
PERIOD = 11
CONSTANTS = dict(
    *[dict(NTST=50, NCOL=4, IAD=3, IADS=1, NMX=1000, NPR=10**6, MXBF=0, IID=2, ITMX=12)],
    **dict(ITNW=7, NWTN=3, JAC=1, EPSL=1e-9, EPSU=1e-9, EPSS=1e-8, DS=0.01, DSMIN=1e-8),
    **dict(DSMAX=0.5, IPLT=0, NBC=0, NINT=0, ILP=1, ISP=2, ISW=1, IRS=0, THU={}, UZR={}),
)


@dataclass(frozen=True)
class Point:
    """A labelled point: its kind, AUTO's label, its row in the columns."""

    kind: str
    label: int
    row: int
    parameter: float
    period: float | None = None
    amplitude: float | None = None


@dataclass(frozen=True)
class Orbit:
    """A stored solution: times in [0, 1], states (k, n), all of PAR, NCOL."""

    t: np.ndarray
    x: np.ndarray
    parameters: np.ndarray
    degree: int

    @property
    def period(self) -> float:
        return float(self.parameters[PERIOD - 1])

    def extrema(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and greatest values of AUTO's polynomials (not only at the mesh points)."""
        low, high = self.x.min(axis=0), self.x.max(axis=0)
        for k in range(0, len(self.t) - 1, self.degree):
            s = (self.t[k : k + self.degree + 1] - self.t[k]) / (
                self.t[k + self.degree] - self.t[k]
            )
            for i, values in enumerate(self.x[k : k + self.degree + 1].T):
                polynomial = np.polynomial.Polynomial(
                    np.linalg.solve(np.vander(s)[:, ::-1], values)
                )
                roots = polynomial.deriv().roots()
                inner = roots[(abs(roots.imag) < 1e-12) & (roots.real > 0) & (roots.real < 1)].real
                if len(inner):
                    low[i] = min(low[i], polynomial(inner).min())
                    high[i] = max(high[i], polynomial(inner).max())
        return low, high


@dataclass(frozen=True)
class Run:
    """A branch as AUTO printed it: `parameter`, the L2 `norm`, `rest` (the other columns: states
    or their maxima, then the period), `stable`; `points` are the labelled ones."""

    parameter: np.ndarray
    norm: np.ndarray
    rest: np.ndarray
    stable: np.ndarray
    points: tuple[Point, ...]
    solutions: str = field(repr=False)
    seconds: float
    log: str = field(repr=False)

    def all(self, kind: str) -> list[Point]:
        return [point for point in self.points if point.kind == kind]

    def orbit(self, point: Point) -> Orbit:
        """The solution of a labelled point."""
        return solution(self.solutions, point.label)


class Auto:
    """AUTO's executable for a model and one parameter, in a folder."""

    def __init__(
        self,
        model,
        parameter: str,
        folder: Path,
        state: Mapping[str, float] | None = None,
        text: str | None = None,
    ):
        """`text` is Fortran to use instead of what `auto_fortran` writes."""
        if not AVAILABLE:
            raise FileNotFoundError("AUTO-07p or gfortran is not installed")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.size = len(model.states)
        self.index = place(list(model.parameters).index(parameter))
        self.last = place(len(model.parameters))
        if text is None:
            text = problem(model, model.parameters, state or model.start)
        (folder / "model.f90").write_text(text)
        objects = sorted(map(str, LIBRARY.glob("*.o")))
        command = [GFORTRAN, "-O2", "-w", "-fopenmp", "model.f90", *objects, "-o", "model.exe"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"gfortran: {done.stderr[:2000]}")

    def equilibria(self, low: float, high: float, timeout: float = 60, **constants) -> Run:
        """The branch from the start until the parameter leaves [low, high]; DS gives the way."""
        stop = {self.index: [low, high]}
        return self.run(timeout, IPS=1, ICP=[self.index], UZSTOP=stop, **constants)

    def cycles(
        self, origin: Run, label: int, low: float, high: float, timeout: float = 60, **constants
    ) -> Run:
        """Cycles from a Hopf point, or from any labelled cycle, of an earlier run.

        MAX_PERIOD stops the branch; ISW=-1 switches branches at a period doubling.
        """
        stop = {self.index: [low, high]}
        if (limit := constants.pop("MAX_PERIOD", None)) is not None:
            stop[PERIOD] = [limit]
        columns = [self.index, PERIOD, AMPLITUDE]
        settings = dict(IPS=2, ICP=columns, THL={PERIOD: 0.0, AMPLITUDE: 0.0}, UZSTOP=stop)
        return self.run(timeout, origin, IRS=label, **(settings | constants))

    def family(
        self, origin: Run, hopf: Point, low: float, high: float, max_period: float, **constants
    ) -> Run:
        """The cycles born at a Hopf point, up to where they shrink to another one.

        AUTO turns round there and follows the family back: it is stopped when the amplitude falls
        below half of what it had after eight steps.
        """
        few = self.cycles(origin, hopf.label, low, high, **(constants | dict(NMX=8)))
        last = few.points[-1]
        assert last.amplitude is not None
        stop = {self.index: [low, high], PERIOD: [max_period], AMPLITUDE: [last.amplitude / 2]}
        return self.cycles(few, last.label, low, high, **(constants | dict(UZSTOP=stop)))

    def run(self, timeout: float, origin: Run | None = None, **constants) -> Run:
        """Run with these constants (fort.2) on top of CONSTANTS."""
        for name in ("fort.3", "fort.7", "fort.8", "fort.9"):
            (self.folder / name).unlink(missing_ok=True)
        settings = CONSTANTS | dict(NDIM=self.size, NPAR=max(36, self.last), THL={}) | constants
        lines = [f"{name}={written(value)}" for name, value in settings.items()]
        (self.folder / "fort.2").write_text("\n".join(lines) + "\n")
        if origin is not None:
            (self.folder / "fort.3").write_text(origin.solutions)
        done = subprocess.run(
            ["./model.exe"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        return self.read(done.stdout + done.stderr)

    def read(self, log: str) -> Run:
        """What the last run left in fort.7, fort.8 and fort.9."""
        rows, heads = [], []
        file = self.folder / "fort.7"
        for line in file.read_text().splitlines() if file.exists() else []:
            branch, *words = numbers_in(line)
            if int(branch):
                heads.append([int(word) for word in words[:3]])
                rows.append([real(word) for word in words[3:]])
        if not rows:
            raise RuntimeError(f"AUTO wrote no point:\n{log[-2000:]}")
        table, periodic = np.array(rows), "PERIOD" in log
        points = tuple(
            Point(
                KINDS.get(
                    kind if abs(kind) < 10 else int(np.sign(kind)) * (abs(kind) % 10), "other"
                ),
                *(label, row, float(table[row, 0])),
                *(map(float, table[row, -2:]) if periodic else ()),
            )
            for row, (_, kind, label) in enumerate(heads)
            if label
        )
        seconds = re.findall(r"Total Time\s+(\S+)", log)
        return Run(
            *(table[:, 0], table[:, 1], table[:, 2:]),
            np.array([number < 0 for number, _, _ in heads]),
            points,
            (self.folder / "fort.8").read_text(),
            float(seconds[-1]) if seconds else float("nan"),
            log,
        )


def written(value) -> str:
    """A constant as fort.2 spells it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple | np.ndarray):
        return f"[{', '.join(map(written, value))}]"
    return f"'{value}'" if isinstance(value, str) else repr(np.asarray(value).item())


def numbers_in(line: str) -> list[str]:
    """The words of a line whose numbers may touch: AUTO's columns are as wide as their numbers."""
    return re.sub(r"(?<=[\d])-(?=\d\.\d)", " -", line).split()


def real(word: str) -> float:
    """A number of AUTO's: three-digit exponents have lost their E where they didn't fit."""
    return float(re.sub(r"(?<=\d)([+-]\d{3})$", r"E\1", word))


def solution(text: str, wanted: int) -> Orbit:
    """The solution with this label in the text of a fort.8."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        head = [int(word) for word in lines[at].split()]
        label, points, width, count, degree, parameters = head[3], *head[6:9], head[10], head[11]
        if label != wanted:
            at += 1 + count
            continue
        words = [real(w) for line in lines[at + 1 : at + 1 + count] for w in numbers_in(line)]
        table = np.array(words[: points * width]).reshape(points, width)
        return Orbit(table[:, 0], table[:, 1:], np.array(words[-parameters:]), degree)
    raise KeyError(f"no solution with label {wanted}")
