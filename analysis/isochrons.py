"""The isochrons of a planar cycle: curves of points that end up in step with one another.

Close to the cycle the isochron of phase theta is the line orthogonal to Z(theta). A point of that
line at phase theta + tau, carried backward in time by tau T, lies on the isochron theta; as tau
grows it runs along it, away from the cycle, faster and faster. One backward orbit crosses all
isochrons in turn, so that every orbit serves all of them; orbits are added between neighbours that
part too far. Of a cycle that repels, forward orbits do the same.

Reference: E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press, 2007), section 10.1.4;
A. T. Winfree, J. Math. Biol. 1 (1974) 73.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument
from .batch import Batch, advance
from .jsonable import json_list
from .limit_cycle import LimitCycle
from .phase_response import PhaseResponse, phase_response
from .ranges import box_of

if TYPE_CHECKING:
    import pandas

OFF = 1e-6  # of the box: from the cycle, where orbits begin; the error of phase is its square
SPACING = 0.015  # of the box, between neighbours on an isochron
TORN = 0.1  # a gap that is left this wide is not drawn
FAR = 1.5  # boxes from the middle: orbits end here
TURNS = 60
STILL = 1e-3  # boxes a period: slower orbits have come to rest
EDGE = 0.52  # boxes from the middle: how far points are kept close
FIRST, MOST_PARTS = 4, 6  # orbits from each phase at first, parts of a gap later on
ROUNDS, CLOSEST, MOST_ORBITS = 14, 1e-4, 30_000
TOLERANCE = 1e-11
INDIFFERENT = 1e-6


@dataclass(frozen=True, eq=False)
class Isochron:
    """All points in a box with one asymptotic phase.

    phase       in [0, 1), 0 at the maximum of the first state
    segments    arrays (k, 2) of connected points, in the order of the box's names
    """

    phase: float
    segments: tuple[np.ndarray, ...]

    def __repr__(self) -> str:
        points = sum(map(len, self.segments))
        return f"<Isochron of phase {self.phase:.6g}: {points} points>"


@dataclass(frozen=True, eq=False)
class Isochrons:
    """The isochrons of a cycle at evenly spaced phases; a sequence of `Isochron`.

    isochrons[i].phase, isochrons[i].segments; isochrons.cycle, isochrons.names, isochrons.box
    """

    cycle: LimitCycle
    box: Mapping[str, tuple[float, float]]
    curves: tuple[Isochron, ...]

    @property
    def names(self) -> tuple[str, str]:
        """The two states, horizontal first."""
        x, y = self.box
        return x, y

    def __len__(self) -> int:
        return len(self.curves)

    def __iter__(self) -> Iterator[Isochron]:
        return iter(self.curves)

    def __getitem__(self, i: int) -> Isochron:
        return self.curves[i]

    def __repr__(self) -> str:
        x, y = self.names
        return f"<{len(self)} isochrons of {self.cycle.model.name} in the plane of {x} and {y}>"

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a point: phase, number of the segment, the two states."""
        import pandas

        parts = [
            {"phase": curve.phase, "segment": i, **dict(zip(self.names, segment.T, strict=True))}
            for curve in self.curves
            for i, segment in enumerate(curve.segments)
        ]
        columns = ["phase", "segment", *self.names]
        frames = [pandas.DataFrame(part, columns=columns) for part in parts]
        return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()

    def to_dict(self) -> dict:
        """Names, phases and segments as JSON types."""
        return {
            "model": self.cycle.model.name,
            "names": list(self.names),
            "isochrons": [
                {"phase": curve.phase, "segments": [json_list(s) for s in curve.segments]}
                for curve in self.curves
            ],
        }


def isochrons(
    cycle: "LimitCycle | PhaseResponse",
    box: Mapping[str, tuple[float, float]],
    count: int = 12,
) -> Isochrons:
    """The isochrons of a cycle of a planar model at `count` phases, within a box.

    cycle
        a LimitCycle that attracts or repels, or its phase response if that is known already
    box
        the window: ``dict(V=(-80, 40), w=(-0.1, 0.7))``, horizontal variable first
    count
        phases 0, 1/count, 2/count, ...; phase 0 is the maximum of the first state

    Two states on one isochron fire in step for ever after. The points are off by about 1e-9 of the
    box; where the curves crowd without end (at a focus inside, along the border of the basin)
    they are drawn as far as they stay apart.

    >>> import rheobase as rb
    >>> cycle = rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=1))
    >>> rb.isochrons(cycle, dict(x=(-3, 3), y=(-3, 3)), count=8)
    <8 isochrons of van der Pol in the plane of x and y>
    """
    response = cycle if isinstance(cycle, PhaseResponse) else phase_response(cycle)
    model = response.cycle.model
    if model.reset is not None or len(model.states) != 2:
        raise InvalidArgument(
            f"isochrons are curves for smooth models of two states; {model.name} has "
            f"{', '.join(model.states)}" + (" and a reset" if model.reset else "")
        )
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise InvalidArgument(f"count is a number of phases, 1 or more, not {count!r}")
    ranges = box_of(model, box).given
    if len(ranges) != 2:
        raise InvalidArgument(f"box names two states, dict(V=(-80, 20), n=(0, 1)), not {box!r}")
    weak = np.abs(np.log(np.abs(response.cycle.multipliers) + 1e-300))
    if weak.max() < INDIFFERENT:
        raise InvalidArgument(
            f"this cycle of {model.name} neither attracts nor repels: it has no isochrons"
        )
    window = Window(response, ranges, count)
    window.fill()
    curves = tuple(Isochron(j / count, window.segments(j)) for j in range(count))
    return Isochrons(response.cycle, dict(ranges), curves)


class Window:
    """Orbits in coordinates u of the box (0 its middle, 1 its size), and what they cross.

    `crossings[side][s][rho]` holds the points (i, 3) in which the orbit that began at phase
    s/count + rho (forward: - rho) crosses the isochrons s, s - 1, ... (forward: s + 1, ...), and
    last whether it is over by then.
    """

    def __init__(self, response: PhaseResponse, ranges: Mapping, count: int):
        cycle = response.cycle
        self.response, self.count, self.period = response, count, cycle.period
        self.order = [cycle.model.states.index(name) for name in ranges]
        low, high = np.array(list(ranges.values())).T
        self.middle, self.width = (low + high) / 2, high - low
        self.sign = -1.0 if cycle.stable else 1.0
        self.field = cycle.model.field
        self.p = self.field.parameter_array(cycle.model.parameters)
        self.crossings: list[list[dict[float, np.ndarray]]] = [
            [{} for _ in range(count)] for _ in range(2)
        ]
        self.orbits = 0

    def rates(self, u: np.ndarray, columns: np.ndarray) -> np.ndarray:
        x = np.empty_like(u)
        x[self.order] = self.middle[:, None] + self.width[:, None] * u
        f = self.field.f(x, self.p)[self.order]
        return self.sign * self.period * f / self.width[:, None]

    def beside(self, phase: np.ndarray, side: np.ndarray) -> np.ndarray:
        """Points of the isochrons next to the cycle, on its two sides."""
        x = self.response.cycle(phase * self.period)[self.order]
        Z = self.response(phase)[self.order] * self.width[:, None]
        along = np.array([-Z[1], Z[0]]) / np.sqrt((Z**2).sum(axis=0))
        return (x - self.middle[:, None]) / self.width[:, None] + OFF * (2 * side - 1) * along

    def fill(self) -> None:
        """Orbits from every phase and both sides, then more where neighbours part."""
        starts = [
            (side, s, part / FIRST / self.count, TURNS * self.count)
            for side in (0, 1)
            for s in range(self.count)
            for part in range(FIRST)
        ]
        for _ in range(ROUNDS):
            self.orbits += len(starts)
            self.follow(starts)
            starts = self.wanted()
            if not starts or self.orbits + len(starts) > MOST_ORBITS:
                break

    def follow(self, starts: list[tuple[int, int, float, int]]) -> None:
        """Integrate from (side, s, rho) up to a number of crossings, or to where the orbit leaves
        or comes to rest: there it stays, marked as over."""
        side, s, rho, most = (np.array(column) for column in zip(*starts, strict=True))
        phase = s / self.count - self.sign * rho
        batch = Batch.at(self.beside(phase, side))
        trail: list[np.ndarray] = []
        for i in range(int(most.max()) + 1):
            advance(
                batch,
                self.rates,
                np.where(i > most, 0.0, rho + i / self.count),
                tolerance=TOLERANCE,
                absolute=np.full(2, TOLERANCE),
                beyond=np.full(2, FAR),
            )
            speed = np.abs(self.rates(batch.x, side)).max(axis=0)
            batch.lost |= ~(speed > STILL)
            trail.append(np.vstack([batch.x, batch.lost]))
            if (batch.lost | (i >= most)).all():
                break
        points = np.array(trail).transpose(2, 0, 1)
        for (a, b, c, last), run in zip(starts, points, strict=True):
            self.crossings[a][b][c] = run[: last + 1]

    def along(self, j: int, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The points of an isochron on one side by increasing tau, up to the first that is over:
        tau, u, over."""
        taus, points = [], []
        for s in range(self.count):
            # the orbit from s crosses isochron j as its i-th, i = +-(s - j) mod count, + count, ...
            first = int((-self.sign * (s - j)) % self.count)
            for rho, run in self.crossings[side][s].items():
                taus.append(rho + np.arange(first, len(run), self.count) / self.count)
                points.append(run[first :: self.count])
        tau, every = np.concatenate(taus), np.concatenate(points)
        order = np.argsort(tau)
        tau, every = tau[order], every[order]
        end = int(np.argmax(every[:, 2])) + 1 if every[:, 2].any() else len(every)
        return tau[:end], every[:end, :2], every[:end, 2] > 0

    def wanted(self) -> list[tuple[int, int, float, int]]:
        """Orbits between neighbours on an isochron that lie too far apart."""
        asked: dict[tuple[int, int, float], int] = {}
        for side in (0, 1):
            for j in range(self.count):
                tau, u, _ = self.along(j, side)
                inside = (np.abs(u) < EDGE).all(axis=1)
                gap = np.abs(np.diff(u, axis=0)).max(axis=1)
                wide = (gap > SPACING) & (inside[1:] | inside[:-1])
                for k in np.flatnonzero(wide & (np.diff(tau) > CLOSEST / self.count)):
                    parts = min(int(np.ceil(gap[k] / SPACING)), MOST_PARTS)
                    for middle in np.linspace(tau[k], tau[k + 1], parts + 1)[1:-1].tolist():
                        i = int(np.floor(middle * self.count + 1e-9))
                        key = side, int((j - self.sign * i) % self.count), middle - i / self.count
                        asked[key] = max(i, asked.get(key, 0))
        return [(*key, i) for key, i in asked.items()]

    def segments(self, j: int) -> tuple[np.ndarray, ...]:
        """The connected parts of an isochron inside the box, across the cycle."""
        sides = []
        for side in (0, 1):
            _, u, over = self.along(j, side)
            sides.append(u[~over])
        u = np.concatenate([sides[0][::-1], sides[1]])
        inside = (np.abs(u) <= 0.5).all(axis=1)
        torn = ~(np.abs(np.diff(u, axis=0)).max(axis=1) <= TORN)
        cuts = np.flatnonzero(torn | (inside[1:] != inside[:-1])) + 1
        x = self.middle + self.width * u
        parts = zip(np.split(x, cuts), np.split(inside, cuts), strict=True)
        return tuple(part for part, within in parts if within[0] and len(part) > 1)
