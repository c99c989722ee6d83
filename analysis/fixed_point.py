"""A fixed point: where a model rests, with its eigenvalues and what they make of it.

`fixed_point_at` takes a state as it is and looks at it; `find_fixed_points` finds the states.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .kinds import fold_noise, kind_of, spectrum

ARRAYS = ("x", "eigenvalues", "eigenvectors")


@storable
@dataclass(frozen=True, eq=False, repr=False)
class FixedPoint:
    """A state that the model does not leave: f(x) = 0, or f(x) = x for a map.

    point.state["V"], point["V"], point.parameters["I"]
        the state, and the parameter values it belongs to; `x` is the state as an array
    point.eigenvalues, point.eigenvectors
        of the Jacobian, by decreasing real part (for a map: by decreasing modulus); the
        eigenvectors are columns of length 1
    point.kind, point.stable
        "stable node", "stable focus", "saddle", "saddle-focus", "unstable node", "unstable focus",
        "centre" or "degenerate", as `rheobase.analysis.kinds` defines them
    point.residual
        the largest component of f(x), or of f(x) - x
    point.model
        the model at these parameter values
    """

    model: Model
    x: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    kind: str
    residual: float

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @cached_property
    def state(self) -> Mapping[str, float]:
        """The state by name."""
        return MappingProxyType(dict(zip(self.model.states, self.x.tolist(), strict=True)))

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameter values by name."""
        return self.model.parameters

    @property
    def stable(self) -> bool:
        """Whether small deviations decay by the linear terms; False where those do not decide."""
        return self.kind.startswith("stable")

    def __getitem__(self, name: str) -> float:
        """A state or a parameter."""
        if name in self.state:
            return self.state[name]
        if name in self.parameters:
            return self.parameters[name]
        known = (*self.model.states, *self.model.parameters)
        raise UnknownName(name, f"a state or parameter of {self.model.name}", known)

    def to_dict(self) -> dict:
        """Everything as JSON types; complex numbers as [re, im], an eigenvector a row."""
        return {
            "model": self.model.name,
            "kind": self.kind,
            "stable": self.stable,
            "state": dict(self.state),
            "parameters": dict(self.parameters),
            "eigenvalues": pairs(self.eigenvalues),
            "eigenvectors": [pairs(column) for column in self.eigenvectors.T],
            "residual": self.residual if np.isfinite(self.residual) else None,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`: complex arrays as real ones with a last axis (re, im)."""
        fields = {"model": self.model.to_dict(), "kind": self.kind, "residual": self.residual}
        arrays = {"x": np.array(self.x)}
        for name in ("eigenvalues", "eigenvectors"):
            values = getattr(self, name)
            arrays[name] = np.stack([values.real, values.imag], axis=-1)
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "FixedPoint":
        """For `load`."""
        parts = {name: arrays[name] for name in ("eigenvalues", "eigenvectors")}
        values = {name: part[..., 0] + 1j * part[..., 1] for name, part in parts.items()}
        return cls(
            Model.from_dict(fields["model"]),
            np.asarray(arrays["x"], dtype=float),
            kind=fields["kind"],
            residual=float(fields["residual"]),
            **values,
        )

    def __repr__(self) -> str:
        place = ", ".join(f"{name} = {value:.10g}" for name, value in self.state.items())
        natural = self.model.natural
        where = f" at {natural[0]} = {self.parameters[natural[0]]:.10g}" if natural else ""
        shown = ", ".join(complex_text(value) for value in self.eigenvalues if value.imag >= 0)
        kind = "degenerate fixed point" if self.kind == "degenerate" else self.kind
        return f"<{kind} of {self.model.name}{where}: {place}; eigenvalues {shown}>"


def fixed_point_at(
    model: Model, x: np.ndarray, parameters: Mapping[str, float] | np.ndarray | None = None
) -> FixedPoint:
    """The fixed point at a state, which is not corrected: `.residual` says how well it rests.

    `x` is in the order of `model.states`; `parameters` holds other values than the model's by name,
    or all of them as an array in the order of `model.parameters`.

    >>> from rheobase.dynamics.model import Model
    >>> model = Model("spring", "x' = v\\nv' = -x - v", start=dict(x=1, v=0))
    >>> fixed_point_at(model, [0, 0])
    <stable focus of spring: x = 0, v = 0; eigenvalues -0.5 ± 0.8660254i>
    """
    state = np.array(x, dtype=float)
    if state.shape != (len(model.states),):
        raise InvalidArgument(
            f"x holds one number for each of {', '.join(model.states)}; "
            f"this array has the shape {state.shape}"
        )
    if parameters is not None:
        model = model.replace(named(model, parameters))
    field = model.field
    p = field.parameter_array(model.parameters)
    discrete = model.kind == "map"
    values, jacobian = field.linearisation(state, p)
    change = values - (state if discrete else 0.0)
    eigenvalues, eigenvectors, noise = spectrum(jacobian, discrete=discrete)
    noise = noise + fold_noise(
        field, state, p, jacobian, eigenvalues, eigenvectors, discrete=discrete
    )
    kind = kind_of(eigenvalues, noise, discrete=discrete)
    return FixedPoint(model, state, eigenvalues, eigenvectors, kind, float(np.abs(change).max()))


def named(model: Model, parameters: Mapping[str, float] | np.ndarray) -> Mapping[str, float]:
    """Parameter values by name, from a mapping or an array."""
    if isinstance(parameters, Mapping):
        return parameters
    values = np.asarray(parameters, dtype=float)
    if values.shape != (len(model.parameters),):
        raise InvalidArgument(
            f"parameters as an array hold one number for each of {', '.join(model.parameters)}; "
            f"this array has the shape {values.shape}"
        )
    return dict(zip(model.parameters, values.tolist(), strict=True))


def pairs(values: np.ndarray) -> list[list[float | None]]:
    """Complex numbers as [re, im]; null where they are not finite."""
    rows = [(float(v.real), float(v.imag)) for v in values]
    return [[part if np.isfinite(part) else None for part in row] for row in rows]


def complex_text(value: complex) -> str:
    """A number, or a pair of conjugate ones: `-0.5 ± 0.866i`."""
    if value.imag == 0:
        return f"{value.real:.7g}"
    return f"{value.real:.7g} ± {abs(value.imag):.7g}i"
