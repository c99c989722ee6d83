"""A burster taken apart: its fast part, with the slow variable as a parameter, under the burst.

While the slow variable creeps, the fast states follow what attracts them in the fast subsystem. A
burst begins where their rest is lost and ends where their spiking is; Izhikevich names bursters by
these two bifurcations.

Reference: J. Rinzel, Lecture Notes in Biomathematics 71 (1987) 267; E. M. Izhikevich, Int. J.
Bifurcation Chaos 10 (2000) 1171, table 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.frozen import frozen
from ..dynamics.model import Model
from .bifurcation_diagram import bifurcation_diagram
from .bursts import BurstingRun, bursting_run
from .diagram import Diagram
from .jsonable import json_list, json_number
from .special_point import SpecialPoint

MARGIN = 0.4  # of the range that the slow variable visits, on both sides of it
NEAR = 0.15  # of that range: how far beyond a transition a bifurcation may be
SAME = 1e-6
NICKNAMES = {
    "fold/homoclinic": "square-wave",
    "circle/circle": "parabolic",
    "subHopf/fold cycle": "elliptic",
    "fold/circle": "triangular",
    "fold/Hopf": "tapered",
    "fold/fold cycle": "top-hat",
}
SPIKING_ENDS = {"homoclinic": "homoclinic", "snic": "circle", "cycle fold": "fold cycle"}


@dataclass(frozen=True, eq=False, repr=False)
class Dissection:
    """The fast subsystem of a burster, and the burst over it.

    dissection.name, dissection.nickname
        "fold/homoclinic" and "square-wave", or another pair of bifurcations after Izhikevich 2000;
        None where it could not be established, and `reason` says why
    dissection.rest_lost, dissection.spiking_lost
        the special points of the fast subsystem at which a burst begins and ends
    dissection.diagram, dissection.fast
        the fast subsystem's diagram over the slow variable; its Model
    dissection.t, dissection["x"]
        some bursts of the whole model, any state
    dissection.bursts
        of each whole burst: spikes, and the slow variable at the first and after the last of them
    """

    model: Model
    slow: str
    fast: Model
    diagram: Diagram
    t: np.ndarray
    x: np.ndarray
    bursts: tuple[Mapping[str, float], ...]
    rest_lost: SpecialPoint | None
    spiking_lost: SpecialPoint | None
    name: str | None
    reason: str

    @property
    def nickname(self) -> str | None:
        """The older name of the class, if it has one."""
        return NICKNAMES.get(self.name or "")

    def __getitem__(self, name: str) -> np.ndarray:
        """A state of the whole model at the times `t`."""
        if name not in self.model.states:
            raise UnknownName(name, f"a state of {self.model.name}", self.model.states)
        return self.x[self.model.states.index(name)]

    def __repr__(self) -> str:
        if self.name is None:
            return f"<dissection of {self.model.name} by {self.slow}: not named, {self.reason}>"
        lost, ended = self.rest_lost, self.spiking_lost
        assert lost is not None, "this is a bug: a name without its points"
        assert ended is not None, "this is a bug: a name without its points"
        old = f" ({self.nickname})" if self.nickname else ""
        return (
            f"<dissection of {self.model.name} by {self.slow}: {self.name}{old}; rest is lost at "
            f"{self.slow} = {lost.value:.8g}, spiking at {ended.value:.8g}>"
        )

    def to_dict(self) -> dict:
        """Everything as JSON types."""
        points = (self.rest_lost, self.spiking_lost)
        lost, ended = (None if point is None else point.to_dict() for point in points)
        return {
            "model": self.model.name,
            "slow": self.slow,
            "name": self.name,
            "nickname": self.nickname,
            "reason": self.reason,
            "rest_lost": lost,
            "spiking_lost": ended,
            "bursts": [
                {key: json_number(value) for key, value in burst.items()} for burst in self.bursts
            ],
            "t": json_list(self.t),
            "states": {name: json_list(self[name]) for name in self.model.states},
            "diagram": self.diagram.to_dict(),
        }


def dissect(
    model: Model, slow: str, interval: tuple[float, float] | None = None, *, mesh: int = 50
) -> Dissection:
    """Take a burster apart into its fast subsystem and one slow variable.

    slow
        the state that is slow, which becomes the parameter of the fast subsystem
    interval
        the range of it in the diagram; somewhat more than a run visits, if not given
    mesh
        of the cycles in the diagram

    The burst is a run of the whole model from its start values. It is named by the bifurcation at
    which the fast subsystem loses its rest and the one at which it loses its spiking, if both are
    found on the way of the slow variable between the bursts and within them; otherwise `.name` is
    None. (A Hopf point may be passed long before its spikes show.)

    >>> import rheobase as rb
    >>> burster = rb.models.hindmarsh_rose("slow")
    >>> rb.dissect(burster, "z")
    <dissection of Hindmarsh-Rose by z: fold/homoclinic (square-wave); rest is lost at
    z = 1.8148148, spiking at ...>
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"dissect takes a Model, not {model!r}")
    fast = frozen(model, slow)
    if not model.autonomous:
        raise InvalidArgument(f"{model.name} depends on time (t): it has no fast subsystem")
    run = bursting_run(model)
    visited = run.x[model.states.index(slow)]
    low, high = float(visited.min()), float(visited.max())
    width = high - low
    if interval is None:
        if not width > 0:
            raise InvalidArgument(f"{slow} stands still in a run of {model.name}; give interval")
        interval = low - MARGIN * width, high + MARGIN * width
    middle = fast.replace({slow: 0.5 * (low + high)})
    diagram = bifurcation_diagram(middle, slow, interval, mesh=mesh)
    bursts = bursts_of(model, slow, run)
    lost, ended, name, reason = named(diagram, bursts, width)
    return Dissection(model, slow, middle, diagram, run.t, run.x, bursts, lost, ended, name, reason)


def bursts_of(model: Model, slow: str, run: BurstingRun) -> tuple[Mapping[str, float], ...]:
    """How many spikes, and the slow variable at the first and half an interval after the last."""
    row = model.states.index(slow)
    found = []
    for burst in run.bursts:
        half = 0.5 * (burst.last - burst.first) / max(burst.spikes - 1, 1)
        times = np.array([burst.first, burst.last + half])
        begin, end = run.state(times)[row].tolist()
        found.append({"spikes": float(burst.spikes), "begins": begin, "ends": end})
    return tuple(found)


def named(
    diagram: Diagram, bursts: tuple[Mapping[str, float], ...], width: float
) -> tuple[SpecialPoint | None, SpecialPoint | None, str | None, str]:
    """The two bifurcations of a burst and its name; or the reason why there is none."""
    if not bursts:
        return None, None, None, "the run has no whole burst (spikes between longer pauses)"
    begins = float(np.median([burst["begins"] for burst in bursts]))
    ends = float(np.median([burst["ends"] for burst in bursts]))
    rests = [*diagram.all("fold"), *(p for p in diagram.all("hopf") if p.criticality is not None)]
    lost = passed(rests, ends, begins, width)
    if lost is not None and lost.kind == "fold":
        lost = next((s for s in diagram.all("snic") if abs(s.value - lost.value) < SAME), lost)
    cycles = [p for kind in SPIKING_ENDS for p in diagram.all(kind)]
    cycles += [p for p in diagram.all("hopf") if p.criticality == "supercritical"]
    ended = passed(cycles, begins, ends, width)
    if lost is None or ended is None:
        what = "loses its rest" if lost is None else "loses its spiking"
        where = begins if lost is None else ends
        reason = f"no bifurcation was found at which the fast subsystem {what} before {where:.6g}"
        return lost, ended, None, reason
    first = {"fold": "fold", "snic": "circle"}.get(lost.kind)
    if lost.kind == "hopf":
        first = "subHopf" if lost.criticality == "subcritical" else "Hopf"
    second = "Hopf" if ended.kind == "hopf" else SPIKING_ENDS[ended.kind]
    return lost, ended, f"{first}/{second}", "both bifurcations were found in the diagram"


def passed(
    points: list[SpecialPoint], begin: float, end: float, width: float
) -> SpecialPoint | None:
    """The last point that the slow variable passes on its way; a little beyond the end counts."""
    beyond = NEAR * width * (1 if end >= begin else -1)
    low, high = sorted((begin, end + beyond))
    close = [point for point in points if low <= point.value <= high]
    return min(close, key=lambda point: abs(point.value - end), default=None)
