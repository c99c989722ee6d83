"""A limit cycle: an orbit that closes, with its period and Floquet multipliers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .extrema import extrema_of
from .gauss import gauss
from .jsonable import json_list, json_number
from .mesh import evaluated, nodes_of

HALVINGS = 44


@storable
@dataclass(frozen=True, eq=False, repr=False)
class LimitCycle:
    """A periodic orbit, as piecewise polynomials on an adaptive mesh.

    cycle.t, cycle["V"]
        one period from 0 to `cycle.period`, at the nodes of the mesh; phase 0 is the maximum of the
        first state
    cycle(t), cycle(t, "V")
        all states (rows), or one, at any time (modulo the period)
    cycle.multipliers, cycle.stable
        Floquet multipliers, the largest first; one of them is 1
    cycle.minimum["V"], cycle.maximum["V"]
        extrema of the orbit
    cycle.parameters, cycle.model
        the model at these parameter values
    """

    model: Model
    period: float
    mesh: np.ndarray  # (N + 1,): from 0 to 1
    orbit: np.ndarray  # (N, m + 1, n): at the nodes
    multipliers: np.ndarray
    residual: float = 0.0

    def __post_init__(self) -> None:
        for name in ("mesh", "orbit", "multipliers"):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def degree(self) -> int:
        """Of the polynomials."""
        return self.orbit.shape[1] - 1

    @property
    def parameters(self) -> Mapping[str, float]:
        """All parameter values."""
        return self.model.parameters

    @property
    def frequency(self) -> float:
        """1/period."""
        return 1 / self.period

    @property
    def stable(self) -> bool:
        """Whether all multipliers but the one of the orbit itself lie inside the unit circle."""
        return is_stable(self.multipliers)

    @cached_property
    def shift(self) -> float:
        """Where on the mesh (0 to 1) the first state has its maximum: phase 0."""
        table = gauss(self.degree)
        t = np.linspace(0, 1, 40 * len(self.mesh), endpoint=False)
        values = evaluated(table, self.mesh, self.orbit, t)[:, 0]
        best = int(values.argmax())
        # between the neighbours of the largest value its derivative changes sign
        low, high = t[best] - t[1], t[best] + t[1]
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._slope(middle) > 0 else (low, middle)
        return float(0.5 * (low + high) % 1.0)

    def _slope(self, place: float) -> float:
        """The rate of the first state at a place on the mesh."""
        state = evaluated(gauss(self.degree), self.mesh, self.orbit, np.array([place % 1.0]))[0]
        return float(self.model.field.f(state, self._p)[0])

    @cached_property
    def _p(self) -> np.ndarray:
        return self.model.field.parameter_array(self.model.parameters)

    @cached_property
    def t(self) -> np.ndarray:
        """Times from 0 to the period."""
        nodes = np.append(nodes_of(gauss(self.degree), self.mesh).ravel(), 1.0)
        inside = np.unique((nodes - self.shift) % 1.0)
        return self.period * np.concatenate([[0.0], inside[(inside > 0) & (inside < 1)], [1.0]])

    def __getitem__(self, name: str) -> np.ndarray:
        """A state, a definition or a parameter at the times `t`."""
        return self.t if name == "t" else self(self.t, name)

    def __call__(self, t: float | np.ndarray, name: str | None = None) -> np.ndarray:
        """All states (rows), or one name, at any time."""
        try:
            times = np.asarray(t, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(f"cycle(t, name) takes times, not {t!r}") from None
        places = (times.ravel() / self.period + self.shift) % 1.0
        states = evaluated(gauss(self.degree), self.mesh, self.orbit, places).T
        values = states if name is None else self._named(name, states)
        return values.reshape((*values.shape[:-1], *times.shape))

    def _named(self, name: str, states: np.ndarray) -> np.ndarray:
        model = self.model
        if name in model.states:
            return states[model.states.index(name)]
        if name in model.definitions:
            p = model.field.parameter_array(model.parameters)
            row = model.field.definitions(states, p)[list(model.definitions).index(name)]
            return np.broadcast_to(row, states.shape[1:])
        if name in model.parameters:
            return np.full(states.shape[1], model.parameters[name])
        known = [*model.states, *model.definitions, *model.parameters]
        raise UnknownName(name, f"a state, definition or parameter of {model.name}", known)

    @cached_property
    def _extrema(self) -> tuple[np.ndarray, np.ndarray]:
        field = self.model.field
        p = field.parameter_array(self.model.parameters)
        low, high = extrema_of(
            lambda x, _: field.f(x, p),
            self.degree,
            np.diff(self.mesh)[None],
            self.orbit[None],
            np.array([self.period]),
            np.zeros(1),
        )
        return low[0], high[0]

    @property
    def minimum(self) -> Mapping[str, float]:
        """The least value of each state on the orbit."""
        return self._by_state(self._extrema[0])

    @property
    def maximum(self) -> Mapping[str, float]:
        """The greatest value of each state on the orbit."""
        return self._by_state(self._extrema[1])

    def _by_state(self, values: np.ndarray) -> Mapping[str, float]:
        return MappingProxyType(dict(zip(self.model.states, values.tolist(), strict=True)))

    def __repr__(self) -> str:
        spans = ", ".join(
            f"{name} {self.minimum[name]:.6g} to {self.maximum[name]:.6g}"
            for name in self.model.states
        )
        kind = "stable" if self.stable else "unstable"
        return f"<{kind} limit cycle of {self.model.name}: period {self.period:.10g}; {spans}>"

    def to_dict(self) -> dict:
        """Period, times, states, multipliers and extrema as JSON types."""
        return {
            "model": self.model.name,
            "parameters": dict(self.parameters),
            "period": json_number(self.period),
            "stable": self.stable,
            "t": json_list(self.t),
            "states": {name: json_list(self[name]) for name in self.model.states},
            "multipliers": json_list(self.multipliers),
            "minimum": dict(self.minimum),
            "maximum": dict(self.maximum),
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        values = self.multipliers
        fields = {
            "model": self.model.to_dict(),
            "period": self.period,
            "residual": self.residual,
        }
        arrays = {
            "mesh": self.mesh,
            "orbit": self.orbit,
            "multipliers": np.array([values.real, values.imag]),
        }
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "LimitCycle":
        real, imaginary = arrays["multipliers"]
        return cls(
            Model.from_dict(fields["model"]),
            fields["period"],
            arrays["mesh"],
            arrays["orbit"],
            real + 1j * imaginary,
            fields["residual"],
        )


def is_stable(multipliers: np.ndarray) -> bool:
    """All but the multiplier nearest 1 lie inside the unit circle."""
    others = np.delete(multipliers, int(np.argmin(np.abs(multipliers - 1))))
    return bool((np.abs(others) < 1).all())
