"""A special point: where a branch turns, loses its stability, or another one is born."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .jsonable import json_number

LABELS = {
    "fold": "LP",
    "hopf": "H",
    "branch point": "BP",
    "flip": "PD",
    "neimark-sacker": "NS",
    "cycle fold": "LPC",
    "period doubling": "PD",
    "torus": "NS",
    "cycle branch point": "BPC",
    "homoclinic": "HOM",
    "snic": "SNIC",
    "cusp": "CP",
    "bogdanov-takens": "BT",
    "bautin": "GH",
    "zero-hopf": "ZH",
    "hopf-hopf": "HH",
    "cusp of cycles": "CPC",
    "generalized period doubling": "GPD",
    "chenciner": "CH",
    "resonance 1:1": "R1",
    "resonance 1:2": "R2",
    "resonance 1:3": "R3",
    "resonance 1:4": "R4",
    "fold-flip": "LPPD",
    "fold-torus": "LPNS",
    "flip-torus": "PDNS",
    "noncentral homoclinic": "NCH",
    "neutral saddle homoclinic": "NSH",
    "grazing": "GR",
    "border collision": "BC",
}


@storable
@dataclass(frozen=True, eq=False, repr=False)
class SpecialPoint:
    """What was located on a branch, and enough to start another curve from it.

    point.kind, point.label
        "hopf", "H": the names and AUTO-like labels of the reference page
    point.parameters["I"], point.state["V"]
        where it is; for cycles the state is the one at phase 0 (a maximum of the first state)
    point.period
        of the cycle, 2 pi/omega at a Hopf point, inf for homoclinics, None for equilibria
    point.coefficient, point.coefficient_name, point.criticality
        of the normal form; "subcritical", "supercritical", ... where that has a meaning
    point.residual
        the last relative correction of Newton's method on the defining system
    """

    kind: str
    model: Model
    parameter: str
    state: Mapping[str, float]
    interval: tuple[float, float]  # the range of the parameter, first value first
    period: float | None = None
    coefficient: float | tuple[float, ...] | None = None
    coefficient_name: str = ""
    criticality: str = ""
    residual: float = 0.0
    eigenvalues: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=complex))
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)  # what a restart needs
    notes: Mapping[str, Any] = field(default_factory=dict)
    plane: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of two parameters

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", MappingProxyType(dict(self.state)))
        object.__setattr__(self, "interval", tuple(map(float, self.interval)))
        object.__setattr__(self, "arrays", MappingProxyType(dict(self.arrays)))
        object.__setattr__(self, "notes", MappingProxyType(dict(self.notes)))
        plane = {name: (float(low), float(high)) for name, (low, high) in self.plane.items()}
        object.__setattr__(self, "plane", MappingProxyType(plane))
        if isinstance(self.coefficient, list | tuple):
            object.__setattr__(self, "coefficient", tuple(map(float, self.coefficient)))

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def parameters(self) -> Mapping[str, float]:
        """All parameter values at the point."""
        return self.model.parameters

    @property
    def value(self) -> float:
        """The value of the parameter that was varied."""
        return self.model.parameters[self.parameter]

    def __getitem__(self, name: str) -> float:
        if name in self.state:
            return self.state[name]
        if name in self.parameters:
            return self.parameters[name]
        if name == "period" and self.period is not None:
            return self.period
        raise UnknownName(name, f"of this {self.kind}", [*self.state, *self.parameters, "period"])

    def __repr__(self) -> str:
        names = list(self.plane) or [self.parameter]
        where = ", ".join(f"{name} = {self.parameters[name]:.10g}" for name in names)
        words = [f"{self.kind} ({self.label}) at {where}"]
        if self.criticality:
            words.append(self.criticality)
        words.append(", ".join(f"{name} = {x:.6g}" for name, x in self.state.items()))
        if self.period is not None:
            words.append(f"period {self.period:.8g}")
        if self.coefficient is not None:
            values = np.atleast_1d(self.coefficient)
            words.append(f"{self.coefficient_name} = {', '.join(f'{x:.6g}' for x in values)}")
        return f"<{'; '.join(words)}>"

    def to_dict(self) -> dict:
        """JSON types; the state's and the parameters' values by name."""
        return {
            "kind": self.kind,
            "label": self.label,
            "parameter": self.parameter,
            "parameters": dict(self.parameters),
            "state": {name: json_number(x) for name, x in self.state.items()},
            "period": json_number(self.period),
            "coefficient": json_number(self.coefficient),
            "coefficient_name": self.coefficient_name,
            "criticality": self.criticality,
            "residual": json_number(self.residual),
            "notes": {name: json_number(value) for name, value in self.notes.items()},
            "plane": {name: list(ends) for name, ends in self.plane.items()},
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        fields = {
            "kind": self.kind,
            "model": self.model.to_dict(),
            "parameter": self.parameter,
            "state": dict(self.state),
            "interval": list(self.interval),
            "period": self.period,
            "coefficient": self.coefficient,
            "coefficient_name": self.coefficient_name,
            "criticality": self.criticality,
            "residual": self.residual,
            "notes": dict(self.notes),
            "plane": {name: list(ends) for name, ends in self.plane.items()},
        }
        values = np.asarray(self.eigenvalues, dtype=complex)
        arrays = {f"array_{name}": array for name, array in self.arrays.items()}
        return fields, {**arrays, "eigenvalues": np.array([values.real, values.imag])}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "SpecialPoint":
        real, imaginary = arrays["eigenvalues"]
        kept = {
            name.removeprefix("array_"): array
            for name, array in arrays.items()
            if name.startswith("array_")
        }
        return cls(
            **{**fields, "model": Model.from_dict(fields["model"])},
            eigenvalues=real + 1j * imaginary,
            arrays=kept,
        )
