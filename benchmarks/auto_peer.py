"""AUTO-07p for the benchmarks: equations as its own users would write them, and its executable.

The executable is built from AUTO's library (Debian: `auto-07p` and `gfortran`) and run without its
Python layer. Times are the solver's own "Total Time", with one thread. The settings are those of
a usual run: NCOL 4, EPSL = EPSU = 1e-7, DSMAX 2, detection of folds, period doublings, tori and
branch points.
"""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(os.environ.get("AUTO_DIR", "/usr/lib/auto-07p")) / "lib"
SETTINGS = """\
IRS={restart}, NCOL=4, IAD=3, ISP=2, ILP=1, ISW=1, IPLT=0, NBC=0, NINT=0
NPR=100000, MXBF=0, IID=2, ITMX=8, ITNW=5, NWTN=3, JAC=0, EPSL=1e-7, EPSU=1e-7, EPSS=1e-5
DS=0.1, DSMIN=1e-6, DSMAX=2.0, IADS=1, NPAR=36, THL={{11: 0.0}}, THU={{}}, UZR={{}}
"""
TYPES = {2: "fold", 3: "hopf", 5: "cycle fold", 7: "period doubling", 8: "torus"}
UNUSED = "\n".join(
    f"SUBROUTINE {name}\nEND SUBROUTINE {name}" for name in ("BCND", "ICND", "FOPT", "PVLS")
)
FRAME = """\
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, ICP(*), IJAC
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
{equations}
END SUBROUTINE FUNC
SUBROUTINE STPNT(NDIM,U,PAR,T)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(IN) :: T
{start}
END SUBROUTINE STPNT
"""
HODGKIN_HUXLEY = (
    4,
    """\
  DOUBLE PRECISION V,m,h,n,am,bm,ah,bh,an,bn
  V=U(1); m=U(2); h=U(3); n=U(4)
  am=0.1d0*(V+40)/(1-exp(-(V+40)/10)); bm=4*exp(-(V+65)/18)
  ah=0.07d0*exp(-(V+65)/20); bh=1/(1+exp(-(V+35)/10))
  an=0.01d0*(V+55)/(1-exp(-(V+55)/10)); bn=0.125d0*exp(-(V+65)/80)
  F(1)=PAR(1)-PAR(2)*m**3*h*(V-50)-PAR(3)*n**4*(V+77)-0.3d0*(V+54)
  F(2)=am*(1-m)-bm*m
  F(3)=ah*(1-h)-bh*h
  F(4)=an*(1-n)-bn*n""",
    """\
  PAR(1)=0d0; PAR(2)=120d0; PAR(3)=36d0
  U(1)=-64.89767289640846d0; U(2)=0.05357460941d0; U(3)=0.592537659d0; U(4)=0.319246167d0""",
)
MORRIS_LECAR = (
    2,
    """\
  DOUBLE PRECISION V,w,minf,winf
  V=U(1); w=U(2)
  minf=0.5d0*(1+tanh((V+1.2d0)/18)); winf=0.5d0*(1+tanh((V-12)/17.4d0))
  F(1)=(PAR(1)-2*(V+60)-8*w*(V+84)-4*minf*(V-120))/20
  F(2)=0.067d0*(winf-w)*cosh((V-12)/34.8d0)""",
    """\
  PAR(1)=0d0
  U(1)=-59.47399786678871d0; U(2)=0.00027038262491296817d0""",
)


@dataclass(frozen=True)
class Found:
    """A run: the solver's seconds, those of the whole process, its points, and special values."""

    seconds: float
    process: float
    points: int
    special: dict[str, list[float]]


class AutoPeer:
    """AUTO's executable for one of the systems above, in a folder."""

    def __init__(self, system: tuple[int, str, str], folder: Path):
        compiler = shutil.which("gfortran")
        if compiler is None or not (LIBRARY / "main.o").exists():
            raise ImportError("AUTO-07p or gfortran is not installed", name="auto-07p")
        self.size, equations, start = system
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        text = FRAME.format(equations=equations, start=start)
        (folder / "model.f90").write_text(f"{text}{UNUSED}\n")
        objects = sorted(map(str, LIBRARY.glob("*.o")))
        flags = ["-O2", "-w", "-fopenmp", "model.f90", *objects, "-o", "model.exe"]
        begin = time.perf_counter()
        subprocess.run([compiler, *flags], cwd=folder, check=True, capture_output=True)
        self.compiling = time.perf_counter() - begin

    def equilibria(self, low: float, high: float) -> Found:
        """From the start to the end of the range; cycles then start at its first Hopf point."""
        found = self.run(f"IPS=1, ICP=[1], NMX=500, UZSTOP={{1: [{low}, {high}]}}, NTST=50", 0)
        (self.folder / "equilibria").write_text((self.folder / "fort.8").read_text())
        return found

    def cycles(self, mesh: int, stop: str, points: int) -> Found:
        """From the first Hopf point until `stop` (UZSTOP), the far Hopf point, or NMX points."""
        (self.folder / "fort.3").write_text((self.folder / "equilibria").read_text())
        settings = f"IPS=2, ICP=[1, 11], NMX={points}, UZSTOP={stop}, NTST={mesh}, SP=['BP1']"
        return self.run(settings, self.hopf)

    def run(self, settings: str, restart: int) -> Found:
        text = f"NDIM={self.size}, {settings}\n{SETTINGS.format(restart=restart)}"
        (self.folder / "fort.2").write_text(text)
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        begin = time.perf_counter()
        done = subprocess.run(
            ["./model.exe"], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        process = time.perf_counter() - begin
        special: dict[str, list[float]] = {}
        lines = (self.folder / "fort.7").read_text().splitlines()
        rows = [line.split() for line in lines if line.split()[0] != "0"]
        for row in rows:
            kind = TYPES.get(int(row[2]))
            if kind is not None:
                special.setdefault(kind, []).append(float(row[4]))
                if kind == "hopf" and restart == 0 and len(special[kind]) == 1:
                    self.hopf = int(row[3])
        seconds = float(re.findall(r"Total Time\s+(\S+)", done.stdout)[-1])
        return Found(seconds, process, len(rows), special)
