"""The law of the frequency near the onset of firing, at a distance d of the drive from its birth.

    square root    f = s sqrt(d)                 a saddle-node on the invariant circle (SNIC)
    logarithmic    1/f = c - k ln(d)             a saddle homoclinic; the leaky integrator
    finite         f = f0 + f1 d^power           a Hopf point (power 1), a fold of cycles (1/2)
    none           nothing is known, or nothing fires

The constants are derived at the special point itself (see `square_root_law`, `logarithmic_law`,
`hopf_law`, `cycle_fold_law`), each to leading order and, where named, to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from .jsonable import json_number

NEEDED = {
    "square root": ("s",),
    "logarithmic": ("k",),
    "finite": ("f0",),
    "none": (),
}
ROUNDING = 1e-12
HERTZ = {"ms": 1000.0, "s": 1.0}


@dataclass(frozen=True)
class OnsetLaw:
    """A law, where it begins, and its constants by name: ``law["s"]``.

    law.kind
        "square root", "logarithmic", "finite" or "none"
    law.at, law.side
        the drive where firing is born; 1 where it lies above that value, -1 where below
    law.formula
        the law in words and letters
    law.frequency(drives)
        what it says, per unit of time of the model; nan outside its side
    """

    kind: str
    at: float = np.nan
    side: int = 1
    constants: Mapping[str, float] = field(default_factory=dict)
    formula: str = ""

    def __post_init__(self) -> None:
        if self.kind not in NEEDED:
            raise UnknownName(self.kind, "a law of the onset", NEEDED)
        for name in NEEDED[self.kind]:
            if name not in self.constants:
                raise InvalidArgument(f"the {self.kind} law needs its constant {name!r}")
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))

    def __getitem__(self, name: str) -> float:
        if name not in self.constants:
            raise UnknownName(name, f"a constant of the {self.kind} law", self.constants)
        return self.constants[name]

    def frequency(self, drives: "float | np.ndarray") -> np.ndarray:
        """The frequency at these drives."""
        d = self.side * (np.asarray(drives, dtype=float) - self.at)
        c = self.constants
        with np.errstate(all="ignore"):
            if self.kind == "square root":
                f = c["s"] * np.sqrt(d)
            elif self.kind == "logarithmic":
                T = c.get("c", np.nan) - c["k"] * np.log(d)
                f = np.where(d > 0, np.where(T > 0, 1 / T, np.nan), 0.0)
            elif self.kind == "finite":
                f = c["f0"] + c.get("f1", 0.0) * d ** c.get("power", 1.0)
            else:
                f = np.full_like(d, np.nan)
            return np.where(d >= 0, f, np.nan)

    def to_dict(self) -> dict:
        """JSON types."""
        return {
            "kind": self.kind,
            "at": json_number(self.at),
            "side": self.side,
            "constants": {name: json_number(value) for name, value in self.constants.items()},
            "formula": self.formula,
        }

    @classmethod
    def from_dict(cls, fields: Mapping) -> "OnsetLaw":
        """From `to_dict`."""
        at = np.nan if fields["at"] is None else fields["at"]
        constants = {n: np.nan if v is None else v for n, v in fields["constants"].items()}
        return cls(fields["kind"], at, fields["side"], constants, fields["formula"])


SILENT = OnsetLaw("none")


def distance_text(name: str, at: float, side: int, interval: tuple[float, float]) -> str:
    """`I - 39.96`: the distance of the drive from where firing is born, for a formula."""
    if abs(at) < ROUNDING * abs(interval[1] - interval[0]):
        return name if side > 0 else f"-{name}"
    if side < 0:
        return f"{at:.9g} - {name}"
    return f"{name} - {at:.9g}" if at > 0 else f"{name} + {-at:.9g}"


@dataclass(frozen=True)
class SimulatedLaw:
    """The law as periods of simulated firing show it, beside the one that was derived.

    simulated.exponent, simulated.exponent_error
        of the frequency (square root law) or of its deviation from the limit (finite law); None
        for the logarithmic law, which has no exponent
    simulated.prefactor, simulated.prefactor_error
        the fitted constant that `quantity` names, with its standard error
    simulated.derived, simulated.agrees
        the constant as derived, and whether the two agree within `tolerance` (three standard
        errors, or the accuracy of the simulated periods where that is worse); None if neither
        could be said
    simulated.distances, simulated.periods, simulated.method
        what was simulated, and how
    """

    quantity: str
    exponent: float | None
    exponent_error: float | None
    prefactor: float | None
    prefactor_error: float | None
    derived: float | None
    agrees: bool | None
    tolerance: float
    distances: tuple[float, ...]
    periods: tuple[float, ...]
    method: str

    def __getitem__(self, name: str):
        if name not in self.__dataclass_fields__:
            raise UnknownName(name, "a part of the simulated law", self.__dataclass_fields__)
        return getattr(self, name)

    def to_dict(self) -> dict:
        """JSON types."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: [json_number(v) for v in value]
            if isinstance(value, tuple)
            else json_number(value)
            for name, value in fields.items()
        }

    @classmethod
    def from_dict(cls, fields: Mapping) -> "SimulatedLaw":
        """From `to_dict`."""
        pairs = {name: tuple(fields[name]) for name in ("distances", "periods")}
        return cls(**{**fields, **pairs})
