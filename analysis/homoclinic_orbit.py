"""An orbit that leaves an equilibrium and comes back to it, as far as it was computed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .fixed_point import FixedPoint, fixed_point_at
from .gauss import gauss
from .jsonable import json_list
from .mesh import nodes_of


@storable
@dataclass(frozen=True, eq=False, repr=False)
class HomoclinicOrbit:
    """One row of a curve of homoclinic orbits, as piecewise polynomials on an adaptive mesh.

    orbit.t, orbit["V"]
        from 0 to `orbit.duration`, at the nodes of the mesh; the rest of the orbit, at both ends,
        is close to the equilibrium
    orbit.saddle
        the equilibrium, a `FixedPoint`
    orbit.parameters, orbit.model
        the model at these parameter values
    """

    model: Model
    duration: float
    mesh: np.ndarray  # (N + 1,): from 0 to 1
    orbit: np.ndarray  # (N, m + 1, n): at the nodes
    equilibrium: np.ndarray  # (n,)

    def __post_init__(self) -> None:
        for name in ("mesh", "orbit", "equilibrium"):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def period(self) -> float:
        """Infinite."""
        return math.inf

    @property
    def parameters(self) -> Mapping[str, float]:
        """All parameter values."""
        return self.model.parameters

    @cached_property
    def saddle(self) -> FixedPoint:
        """What the orbit leaves and comes back to."""
        return fixed_point_at(self.model, self.equilibrium)

    @cached_property
    def t(self) -> np.ndarray:
        """Times from 0 to the duration."""
        table = gauss(self.orbit.shape[1] - 1)
        return self.duration * np.append(nodes_of(table, self.mesh).ravel(), 1.0)

    def __getitem__(self, name: str) -> np.ndarray:
        """A state at the times `t`."""
        if name == "t":
            return self.t
        if name not in self.model.states:
            raise UnknownName(name, "a state of this homoclinic orbit", [*self.model.states, "t"])
        i = self.model.states.index(name)
        end = gauss(self.orbit.shape[1] - 1).end @ self.orbit[-1, :, i]
        return np.append(self.orbit[:, :, i].ravel(), end)

    def to_dict(self) -> dict:
        """Times and states as JSON types."""
        return {
            "model": self.model.name,
            "parameters": dict(self.parameters),
            "duration": self.duration,
            "saddle": dict(zip(self.model.states, map(float, self.equilibrium), strict=True)),
            "t": json_list(self.t),
            **{name: json_list(self[name]) for name in self.model.states},
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        arrays = {"mesh": self.mesh, "orbit": self.orbit, "equilibrium": self.equilibrium}
        return {"model": self.model.to_dict(), "duration": self.duration}, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "HomoclinicOrbit":
        kept = {name: arrays[name] for name in ("mesh", "orbit", "equilibrium")}
        return cls(Model.from_dict(fields["model"]), fields["duration"], **kept)

    def __repr__(self) -> str:
        states = zip(self.model.states, self.equilibrium, strict=True)
        where = ", ".join(f"{name} = {x:.6g}" for name, x in states)
        return (
            f"<homoclinic orbit of {self.model.name} to {where}; computed for {self.duration:.6g}>"
        )
