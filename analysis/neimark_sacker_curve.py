"""Curves of Neimark-Sacker points of maps: A has the eigenvalues exp(+-i theta).

    S = A^2 - 2 kappa A + 1,    kappa = cos theta

has a double null space, as on a curve of Hopf points. kappa = 1, -1, -1/2, 0 are the resonances
1:1, 1:2, 1:3 and 1:4; beyond the first two the eigenvalues are real, mu and 1/mu.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .branch import Branch
from .codim_two_detectors import Turn
from .codim_two_points import chenciner_point, resonance, torus_meeting
from .continuation import Point, Settings
from .equilibrium_curve import pairing, spectrum_of
from .hopf_curve import HopfCurve
from .normal_forms import Forms, neimark_sacker_coefficient
from .plane import Plane
from .plane_points import branch_through
from .special_point import SpecialPoint

RESONANCES = {"first": 1.0, "second": -1.0, "third": -0.5, "fourth": 0.0}
NEUTRAL = 1e-9


@dataclass(frozen=True)
class Turning:
    """What the curve knows of a point."""

    eigenvalues: np.ndarray
    kappa: float
    d: float  # nan where the eigenvalues are real
    first: float  # kappa less that of a resonance
    second: float
    third: float
    fourth: float
    pairing: float  # of the other eigenvalues
    folding: float
    flipping: float
    stable: bool  # as far as the other eigenvalues go


class NeimarkSackerCurve(HopfCurve):
    """z = (x, kappa, a, b)."""

    def watched(self) -> list[Turn]:
        found = [Turn(self, name, resonance) for name in RESONANCES]
        found.append(Turn(self, "d", chenciner_point))
        if self.n > 2:
            found += [Turn(self, name, torus_meeting) for name in ("folding", "flipping")]
        return found

    def polynomial(self, kappa: float) -> tuple[float, float]:
        return kappa, 1.0

    def slope(self, A: np.ndarray) -> np.ndarray:
        return -2 * A

    def facts(self, z: np.ndarray, *_: np.ndarray) -> Turning:  # type: ignore[override]
        kappa = float(z[-3])
        A = self.jacobian(z)
        values, vectors = spectrum_of(A, True)
        others = np.delete(values, np.argsort(np.abs(values**2 - 2 * kappa * values + 1))[:2])
        turns = abs(kappa) < 1 - NEUTRAL
        d = math.nan
        if turns:
            theta = math.acos(kappa)
            q = vectors[:, int(np.argmin(np.abs(values - np.exp(1j * theta))))]
            d = neimark_sacker_coefficient(Forms(self.field, self.place_of(z)), q, theta)
        away = {name: kappa - value for name, value in RESONANCES.items()}
        size = np.abs(others) + 1
        return Turning(
            values,
            kappa,
            d,
            **away,
            pairing=pairing(others, True) if turns else math.nan,
            folding=float(np.prod((others - 1) / size).real) if turns else math.nan,
            flipping=float(np.prod((others + 1) / size).real) if turns else math.nan,
            stable=bool(turns and (np.abs(others) < 1).all()),
        )

    def columns(self, points: Sequence[Point]) -> dict[str, np.ndarray]:
        """The angle theta, nan where the eigenvalues are real (unless the model has the name)."""
        if "theta" in {*self.plane.model.states, *self.plane.names}:
            return {}
        kappa = np.array([point.facts.kappa for point in points])
        real = np.array([math.isnan(point.facts.d) for point in points])
        return {"theta": np.where(real, np.nan, np.arccos(np.clip(kappa, -1, 1)))}

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        return True


def curve_through(
    point: SpecialPoint, plane: Plane, settings: Settings, *, both_ways: bool, **_: int
) -> Branch:
    """The curve of Neimark-Sacker points through one."""
    turns = int(point.notes.get("turns", 1))
    values = [point.parameters[name] for name in plane.names]
    kappa = math.cos(float(point.notes["theta"]))
    start = np.array([*point.state.values(), kappa, *values])
    return branch_through(
        lambda z: NeimarkSackerCurve(plane, z, turns), start, settings, "neimark-sacker", both_ways
    )
