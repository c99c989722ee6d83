"""What simulation says about a law of the onset: each constant measured, with its error."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .jsonable import json_number
from .onset_law import OnsetLaw

ERRORS = 3.0
RUNS = 1e-10  # the tolerance of the runs: no constant is known better
FOUND = {True: "confirmed", False: "contradicted", None: "not decided"}
PLAIN = ("parameter", "onset", "method", "reason")
COLUMNS = ("distances", "frequencies", "swings")


@dataclass(frozen=True)
class Measured:
    """One constant of the law: as simulated, with its standard error, and as derived.

    `agrees` is None where the error is too large to tell; `tolerance` is three errors, or the
    accuracy of what is compared where that is worse.
    """

    what: str
    value: float
    error: float
    expected: float
    tolerance: float
    agrees: bool | None

    def __str__(self) -> str:
        return f"{self.what} {self.value:.8g} +- {self.error:.1g} (derived: {self.expected:.8g})"


@storable
@dataclass(frozen=True, eq=False, repr=False)
class ScalingCheck:
    """A law of the onset against simulated firing ever closer to it.

    check.confirmed
        True: every constant that could be measured agrees with the analysis, and those that
        make the law were; False: one does not; None: simulation can't tell, `reason` says why
    check.distances, check.frequencies, check.swings
        what was simulated: the distance of the drive from the birth of firing, 1/period, the
        first state's swing from its least to its largest value
    check.exponent, check.exponent_error
        of the frequency (square root law), of its deviation from the limit (fold of cycles), of the
        swing (Hopf point); None for the logarithmic law
    check.prefactor, check.prefactor_error, check.quantity
        the constant that makes the law: s of f = s sqrt(d), k of T = c - k ln(d), the frequency at
        the onset
    check.expected
        what the analysis gives: expected["exponent"], expected["prefactor"] and others
    check.tests, check.law, check.onset
        each constant that was compared; the law with all its constants; the onset's name
    """

    model: Model
    parameter: str
    onset: str
    law: OnsetLaw
    distances: np.ndarray
    frequencies: np.ndarray
    swings: np.ndarray
    tests: tuple[Measured, ...]
    confirmed: bool | None
    method: str
    reason: str = ""

    def __post_init__(self) -> None:
        for name in COLUMNS:
            array = np.asarray(getattr(self, name), dtype=float).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __getitem__(self, name: str):
        """A column or a constant by its name: ``check["frequencies"]``, ``check["exponent"]``."""
        named = {test.what: test for test in self.tests}
        if name in COLUMNS:
            return getattr(self, name)
        if name not in named:
            raise UnknownName(name, "a column or a constant of this check", (*COLUMNS, *named))
        return named[name]

    def _first(self, kind: str) -> Measured | None:
        return next((test for test in self.tests if kind in test.what), None)

    @property
    def quantity(self) -> str:
        """What the prefactor is."""
        return {
            "square root": "s of f = s sqrt(d)",
            "logarithmic": "k of T = c - k ln(d)",
            "finite": "frequency at the onset",
        }.get(self.law.kind, "")

    @property
    def exponent(self) -> float | None:
        """As simulated."""
        found = self._first("exponent")
        return None if found is None else found.value

    @property
    def exponent_error(self) -> float | None:
        """Its standard error."""
        found = self._first("exponent")
        return None if found is None else found.error

    @property
    def prefactor(self) -> float | None:
        """As simulated."""
        return self.tests[0].value if self.tests else None

    @property
    def prefactor_error(self) -> float | None:
        """Its standard error."""
        return self.tests[0].error if self.tests else None

    @property
    def expected(self) -> Mapping[str, float | None]:
        """What the analysis gives."""
        exponent = None if self.law.kind in ("logarithmic", "none") else 0.5
        constant = {"square root": "s", "logarithmic": "k", "finite": "f0"}.get(self.law.kind)
        prefactor = None if constant is None else self.law[constant]
        constants = {test.what: test.expected for test in self.tests}
        return MappingProxyType({"exponent": exponent, "prefactor": prefactor, **constants})

    def report(self) -> str:
        """What was done and what came of it, in sentences."""
        lines = [
            f"{self.model.name}, {self.parameter}: {self.onset}; {self.law.formula or 'no law'}.",
            f"Simulated: {self.method}.",
        ]
        lines += [f"{FOUND[test.agrees].capitalize()}: {test}." for test in self.tests]
        reason = f": {self.reason}" if self.reason else ""
        lines.append(f"The analysis is {FOUND[self.confirmed]}{reason}.")
        return "\n".join(lines)

    def to_dict(self) -> dict:
        """JSON types."""
        return {
            "model": self.model.name,
            "parameter": self.parameter,
            "onset": self.onset,
            "law": self.law.to_dict(),
            "confirmed": self.confirmed,
            "exponent": json_number(self.exponent),
            "exponent_error": json_number(self.exponent_error),
            "prefactor": json_number(self.prefactor),
            "prefactor_error": json_number(self.prefactor_error),
            "quantity": self.quantity,
            "expected": {name: json_number(value) for name, value in self.expected.items()},
            "tests": [
                {name: json_number(value) for name, value in vars(test).items()}
                for test in self.tests
            ],
            **{name: [json_number(v) for v in getattr(self, name).tolist()] for name in COLUMNS},
            "method": self.method,
            "reason": self.reason,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {name: getattr(self, name) for name in PLAIN}
        fields |= {"model": self.model.to_dict(), "law": self.law.to_dict()}
        fields |= {"tests": [vars(test) for test in self.tests], "confirmed": self.confirmed}
        return fields, {name: getattr(self, name) for name in COLUMNS}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "ScalingCheck":
        """For `load`."""
        return cls(
            model=Model.from_dict(fields["model"]),
            law=OnsetLaw.from_dict(fields["law"]),
            tests=tuple(Measured(**test) for test in fields["tests"]),
            confirmed=fields["confirmed"],
            **{name: fields[name] for name in PLAIN},
            **{name: arrays[name] for name in COLUMNS},  # type: ignore[arg-type]
        )

    def __repr__(self) -> str:
        words = ", ".join(map(str, self.tests)) or self.reason
        return (
            f"<{self.onset} of {self.model.name} in {self.parameter}: {FOUND[self.confirmed]}; "
            f"{words}>"
        )


def measured(
    what: str, value: float, error: float, expected: float, accuracy: float, known: float
) -> Measured:
    """A constant and whether it agrees; one whose error exceeds `known` decides nothing."""
    error = max(error, RUNS * abs(value))
    tolerance = ERRORS * error + accuracy
    if not math.isfinite(value) or not math.isfinite(error):
        return Measured(what, float(value), float(error), float(expected), math.nan, None)
    off = abs(value - expected) > tolerance
    agrees = False if off else None if error > known else True
    return Measured(what, float(value), float(error), float(expected), float(tolerance), agrees)
