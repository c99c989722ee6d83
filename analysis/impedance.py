"""How a resting neuron answers a weak sinusoidal current: its impedance.

With x' = f(x, I) linear around rest, I = I_0 + epsilon exp(i omega t),

    Z(omega) = e_V . (i omega - A)^-1 df/dI,      A = df/dx

the complex amplitude of V per unit of I. |Z| has its maximum at the resonance; the strength of that
is Q = |Z(omega_r)|/|Z(0)|.

Reference: B. Hutcheon and Y. Yarom, Trends Neurosci. 23 (2000) 216; M. J. E. Richardson, N. Brunel
and V. Hakim, J. Neurophysiol. 89 (2003) 2538.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound, UnknownName
from ..dynamics.model import Model
from .find_fixed_points import find_fixed_points
from .fixed_point import FixedPoint
from .jsonable import json_list, json_number

if TYPE_CHECKING:
    import pandas

TURN = 2 * np.pi
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0}
LOOKED_AT = 4000  # frequencies, where the maximum is looked for
BEYOND = 1e3  # times the slowest and fastest rates
ABOVE = 1e-10  # of |Z(0)|: a lower peak is none


@dataclass(frozen=True, eq=False, repr=False)
class Impedance:
    """Z(f) of a model at rest, `into` per unit of `drive`.

    impedance.frequency, impedance.hz
        the frequencies asked for, in cycles per unit of the model's time; in Hz where that unit is
        known, else None
    impedance["Z"], ["magnitude"], ["phase"]
        the complex impedance there, |Z| and its angle in radians (positive: V runs ahead)
    impedance(f)
        Z at any frequency
    impedance.resonance, impedance.resonance_hz, impedance.quality
        where |Z| is largest (None if that is at zero) and |Z| there over |Z(0)| (1 if none)
    impedance.resistance
        Z(0): the slope of V against I at rest
    impedance.rest
        the fixed point
    """

    rest: FixedPoint
    frequency: np.ndarray
    into: str
    drive: str

    @property
    def model(self) -> Model:
        """At these parameter values."""
        return self.rest.model

    @cached_property
    def _linear(self) -> tuple[np.ndarray, np.ndarray, int]:
        """A, df/dI, and which component is looked at."""
        model = self.model
        p = model.field.parameter_array(model.parameters)
        A = model.field.jacobian(self.rest.x, p)
        b = model.field.dfdp(self.rest.x, p)[:, list(model.parameters).index(self.drive)]
        return A, b, model.states.index(self.into)

    def __call__(self, frequency: float | np.ndarray) -> np.ndarray:
        """Z at frequencies in cycles per unit of the model's time."""
        f = frequencies_of(frequency)
        return self._response(TURN * f.ravel())[0].reshape(f.shape)

    def _response(self, omega: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Z and dZ/d omega = -i e_V (i omega - A)^-2 df/dI."""
        A, b, i = self._linear
        M = 1j * omega[:, None, None] * np.eye(len(A)) - A
        once = np.linalg.solve(M, np.broadcast_to(b[:, None], (len(omega), len(A), 1)))
        twice = np.linalg.solve(M, once)
        return once[:, i, 0], -1j * twice[:, i, 0]

    @cached_property
    def _values(self) -> np.ndarray:
        return self(self.frequency)

    def __getitem__(self, name: str) -> np.ndarray:
        """The column "frequency", "Z", "magnitude" or "phase"."""
        columns = {
            "frequency": lambda: self.frequency,
            "Z": lambda: self._values,
            "magnitude": lambda: np.abs(self._values),
            "phase": lambda: np.angle(self._values),
        }
        if name not in columns:
            raise UnknownName(name, "a column of an impedance", columns)
        return columns[name]()

    @property
    def hz(self) -> np.ndarray | None:
        """The frequencies in Hz."""
        unit = SECONDS.get(self.model.time_unit or "")
        return None if unit is None else self.frequency / unit

    @cached_property
    def resistance(self) -> float:
        """Z(0)."""
        return float(self(0.0).real)

    @cached_property
    def resonance(self) -> float | None:
        """The frequency of the largest |Z|, in cycles per unit of the model's time."""
        from scipy.optimize import brentq

        A, _, _ = self._linear
        values = np.linalg.eigvals(A)
        rates = np.abs(values)
        steep = np.concatenate(
            [np.abs(v.imag) + abs(v.real) * np.linspace(-3, 3, 61) for v in values]
        )
        wide = np.geomspace(rates.min() / BEYOND, rates.max() * BEYOND, LOOKED_AT)
        omega = np.unique(np.concatenate([wide, steep[steep > 0]]))
        size = np.abs(self._response(omega)[0])
        best = int(size.argmax())
        if not 0 < best < len(omega) - 1:
            return None

        def slope(w: float) -> float:
            Z, change = self._response(np.array([w]))
            return float((Z[0].conj() * change[0]).real)

        low, high = omega[best - 1], omega[best + 1]
        if not slope(low) > 0 > slope(high):
            return None
        peak = brentq(slope, low, high, xtol=1e-300, rtol=1e-14) / TURN
        return peak if abs(self(peak)) > (1 + ABOVE) * abs(self(0.0)) else None

    @property
    def resonance_hz(self) -> float | None:
        """The same in Hz, where the unit of time is known."""
        unit = SECONDS.get(self.model.time_unit or "")
        return None if unit is None or self.resonance is None else self.resonance / unit

    @property
    def quality(self) -> float:
        """|Z| at the resonance over |Z(0)|."""
        if self.resonance is None:
            return 1.0
        zero = abs(self(0.0))
        return float(abs(self(self.resonance)) / zero) if zero > 0 else np.inf

    def __repr__(self) -> str:
        where = "no resonance"
        if self.resonance is not None:
            where = f"resonance at {self.resonance:.6g} per unit of time"
            if self.resonance_hz is not None:
                where = f"resonance at {self.resonance_hz:.6g} Hz"
            where += f", Q = {self.quality:.6g}"
        return (
            f"<impedance of {self.model.name}, {self.into} per {self.drive}: "
            f"Z(0) = {self.resistance:.6g}, {where}>"
        )

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a frequency: frequency, (hz,) magnitude, phase."""
        import pandas

        hertz = {} if self.hz is None else {"hz": self.hz}
        rest = {name: self[name] for name in ("magnitude", "phase")}
        return pandas.DataFrame({"frequency": self.frequency, **hertz, **rest})

    def to_dict(self) -> dict:
        """Everything as JSON types."""
        return {
            "model": self.model.name,
            "into": self.into,
            "drive": self.drive,
            "rest": self.rest.to_dict(),
            "frequency": json_list(self.frequency),
            "hz": None if self.hz is None else json_list(self.hz),
            "Z": json_list(self["Z"]),
            "resistance": json_number(self.resistance),
            "resonance": json_number(self.resonance),
            "resonance_hz": json_number(self.resonance_hz),
            "quality": json_number(self.quality),
        }


def impedance(
    model: "Model | FixedPoint",
    frequencies: "Sequence[float] | np.ndarray",
    into: str = "V",
    drive: str = "I",
) -> Impedance:
    """The impedance of a model at rest, from its linearisation there.

    model
        a Model: its stable fixed point nearest to the start values; or a stable FixedPoint
    frequencies
        in cycles per unit of the model's time (0.01 is 10 Hz where that is the millisecond)
    into, drive
        the state that answers, and the parameter that oscillates

    It holds for weak drive, where the answer is in proportion. A model with a reset is taken at its
    rest below the threshold.

    >>> import rheobase as rb
    >>> rb.impedance(rb.models.hodgkin_huxley(), [0.01, 0.1])
    <impedance of Hodgkin-Huxley, V per I: Z(0) = 0.843466, resonance at 67.2463 Hz, ...>
    """
    values = frequencies_of(frequencies)
    if values.ndim != 1:
        raise InvalidArgument(f"frequencies are a list of numbers, not of the shape {values.shape}")
    rest = model if isinstance(model, FixedPoint) else rest_of(model)
    if rest.model.kind == "map":
        raise InvalidArgument(f"{rest.model.name} is a map; impedance is asked of flows")
    if into not in rest.model.states:
        raise UnknownName(into, f"a state of {rest.model.name} (into)", rest.model.states)
    if drive not in rest.model.parameters:
        raise UnknownName(drive, f"a parameter of {rest.model.name} (drive)", rest.model.parameters)
    if not rest.stable:
        raise InvalidArgument(
            f"this fixed point of {rest.model.name} is a {rest.kind}: what leaves it by itself has "
            "no answer in proportion to a drive"
        )
    return Impedance(rest, values, into, drive)


def frequencies_of(given: object) -> np.ndarray:
    """Frequencies as finite numbers, zero or more."""
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise InvalidArgument(f"frequencies are numbers, zero or more, not {given!r}")
    return values


def rest_of(model: Model) -> FixedPoint:
    """The stable fixed point nearest to the start values, relative to the sizes of the states."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"impedance takes a Model or a FixedPoint, not {model!r}")
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; impedance is asked of flows")
    found = find_fixed_points(model)
    stable = [point for point in found if point.stable]
    if not stable:
        kinds = ", ".join(point.kind for point in found) or "none at all"
        raise NotFound(
            f"{model.name} has no stable fixed point at these parameter values (found: {kinds}); "
            "its impedance is that of rest: take a weaker drive"
        )
    start = np.array(list(model.start.values()))
    size = np.maximum(np.abs(start), np.max([np.abs(point.x) for point in found], axis=0))
    size[size == 0] = 1.0
    return min(stable, key=lambda point: float(np.linalg.norm((point.x - start) / size)))
