"""How a small kick shifts the phase of a firing neuron: the phase response of a cycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.storage import storable
from .adjoint import adjoint_of
from .gauss import gauss
from .jsonable import json_list, json_number
from .limit_cycle import LimitCycle
from .mesh import evaluated

if TYPE_CHECKING:
    import pandas


@storable
@dataclass(frozen=True, eq=False, repr=False)
class PhaseResponse:
    """Z, the gradient of the phase along a cycle, in cycles per unit of each state.

    response.phase
        in [0, 1), 0 at the maximum of the first state: the nodes of the mesh
    response["V"], response(phase), response(phase, "V")
        the phase gained per unit kick of a state there (all states: rows), at any phases
    response["I"], response(phase, "I")
        of a parameter, Z . df/dI: the phase gained per unit of its change and unit of time
    response.cycle, response.period
        the cycle, on the mesh that resolves both it and Z
    response.error
        the largest |T Z . f - 1| on the cycle: Z . f = 1/T holds exactly for the exact Z

    A positive value advances the next spike. Multiply by the period for a shift in time.
    """

    cycle: LimitCycle
    nodes: np.ndarray  # (N, m + 1, n)
    error: float

    def __post_init__(self) -> None:
        array = np.asarray(self.nodes).view()
        array.flags.writeable = False
        object.__setattr__(self, "nodes", array)

    @property
    def period(self) -> float:
        """Of the cycle."""
        return self.cycle.period

    @cached_property
    def phase(self) -> np.ndarray:
        """Phases from 0 to below 1."""
        return self.cycle.t[:-1] / self.cycle.period

    def __getitem__(self, name: str) -> np.ndarray:
        """The response to a kick of a state, or to a change of a parameter, at `phase`."""
        if name == "phase" and name not in self._known:
            return self.phase
        return self(self.phase, name)

    def __call__(self, phase: float | np.ndarray, name: str | None = None) -> np.ndarray:
        """Z (rows: states) or one response at any phases; 1.25 is the same as 0.25."""
        try:
            phases = np.asarray(phase, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(f"response(phase, name) takes phases, not {phase!r}") from None
        if name is not None and name not in self._known:
            what = f"a state or parameter of {self.cycle.model.name}"
            raise UnknownName(name, what, self._known)
        places = (phases.ravel() + self.cycle.shift) % 1.0
        Z = evaluated(gauss(self.cycle.degree), self.cycle.mesh, self.nodes, places).T
        model = self.cycle.model
        if name is None:
            values = Z
        elif name in model.states:
            values = Z[model.states.index(name)]
        else:
            p = model.field.parameter_array(model.parameters)
            x = self.cycle(phases.ravel() * self.period)
            column = list(model.parameters).index(name)
            values = (Z * model.field.dfdp(x, p)[:, column]).sum(axis=0)
        return values.reshape((*values.shape[:-1], *phases.shape))

    @property
    def _known(self) -> list[str]:
        return [*self.cycle.model.states, *self.cycle.model.parameters]

    def __repr__(self) -> str:
        model = self.cycle.model
        spans = ", ".join(
            f"{name} {self[name].min():.6g} to {self[name].max():.6g}" for name in model.states
        )
        return (
            f"<phase response of {model.name}: period {self.period:.10g}; cycles per unit of "
            f"{spans}; T Z.f = 1 within {self.error:.1g}>"
        )

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a phase, one column a state."""
        import pandas

        names = self.cycle.model.states
        values = dict(zip(names, self(self.phase), strict=True))
        return pandas.DataFrame({"phase": self.phase, **values})

    def to_dict(self) -> dict:
        """Phases, responses of all states, period and error as JSON types."""
        model = self.cycle.model
        return {
            "model": model.name,
            "parameters": dict(model.parameters),
            "period": json_number(self.period),
            "phase": json_list(self.phase),
            "response": {name: json_list(self[name]) for name in model.states},
            "error": json_number(self.error),
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        fields, arrays = self.cycle.to_storage()
        return {"cycle": fields, "error": self.error}, {**arrays, "nodes": np.array(self.nodes)}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "PhaseResponse":
        cycle = LimitCycle.from_storage(fields["cycle"], arrays)
        return cls(cycle, arrays["nodes"], fields["error"])


def phase_response(cycle: LimitCycle) -> Any:
    """The phase response of a limit cycle: how much a small kick at each phase advances it.

    With Theta(x) the asymptotic phase, in cycles, Z = grad Theta on the cycle is the periodic
    solution of the adjoint variational equation

        Z' = -(df/dx)^T Z,      Z . f = 1/T

    solved as a boundary value problem by collocation, on a mesh that is refined until Z . f = 1/T
    holds everywhere: unstable and stiff cycles are no different from others. The result says how
    well (`.error`). Its sign: positive where a kick up makes the next spike come earlier.

    Cycles through a reset have their own response, with the jump at the reset. Maps have none: the
    phase of a cycle of a map does not move continuously.

    References: G. B. Ermentrout and D. H. Terman, Mathematical Foundations of Neuroscience
    (Springer, 2010), section 8.2; E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press,
    2007), chapter 10.

    >>> import rheobase as rb
    >>> cycle = rb.find_limit_cycle(rb.models.morris_lecar("snic").replace(I=41))
    >>> response = rb.phase_response(cycle)
    >>> round(float(response["V"].max()), 4), response.error < 1e-8
    (0.0979, True)
    """
    model: Any = getattr(cycle, "model", None)
    if getattr(model, "reset", None) is not None:
        from .reset_phase import reset_phase_response

        return reset_phase_response(cycle)
    if getattr(model, "kind", None) == "map":
        raise InvalidArgument(
            f"{model.name} is a map: its cycles are sets of points, without a continuous phase"
        )
    if not isinstance(cycle, LimitCycle):
        raise InvalidArgument(
            "phase_response takes a LimitCycle, for instance rb.find_limit_cycle(model), "
            f"not {cycle!r}"
        )
    found = adjoint_of(cycle)
    return PhaseResponse(found.cycle, found.nodes, found.error)
