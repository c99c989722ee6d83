"""Two weakly coupled cells: how the phase of one moves, averaged over a cycle.

    phi_1' = 1/T + H(phi_2 - phi_1),    H(psi) = (1/T) integral of Z(t) . c(x(t), x(t + psi T)) dt

phases in cycles, c the coupling. The difference psi = phi_2 - phi_1 of two like cells obeys
psi' = G(psi) = H(-psi) - H(psi), whose zeros are the phase-locked states.

Reference: G. B. Ermentrout and N. Kopell, SIAM J. Math. Anal. 15 (1984) 215; F. C. Hoppensteadt
and E. M. Izhikevich, Weakly Connected Neural Networks (Springer, 1997), chapter 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.coupling import coupling_model
from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from .gauss import gauss
from .jsonable import json_list, json_number
from .limit_cycle import LimitCycle
from .mesh import evaluated
from .phase_response import PhaseResponse, phase_response

if TYPE_CHECKING:
    import pandas

GRID = 200  # phases at which H is tabulated
CHUNK = 20  # differences that are averaged at a time
POINTS = gauss(8)
CLOSE = (1e-4, 1e-3)  # to 0 and 1/2, where zeros are looked for too
NEUTRAL = 1e-9  # of H: G this small is none


@dataclass(frozen=True)
class LockedState:
    """A phase difference that two coupled cells keep.

    phase       the difference, in [0, 1): 0 in phase, 1/2 in antiphase
    stable      whether small deviations decay
    rate        at which they grow (negative: decay), G'(phase), per unit of time
    gain        by how much the frequency of both cells grows, H(phase)
    """

    phase: float
    stable: bool
    rate: float
    gain: float

    def to_dict(self) -> dict:
        """As JSON types."""
        return {
            "phase": json_number(self.phase),
            "stable": self.stable,
            "rate": json_number(self.rate),
            "gain": json_number(self.gain),
        }


@dataclass(frozen=True, eq=False, repr=False)
class InteractionFunction:
    """H: how fast a cell gains phase from another that is ahead of it by a part of a cycle.

    interaction["phase"], interaction["H"], interaction["G"]
        differences psi in [0, 1), and H and G(psi) = H(-psi) - H(psi) there, in cycles per unit of
        time (linear in the strength of the coupling)
    interaction(psi), interaction.slope(psi)
        H and dH/dpsi at any difference
    interaction.locked
        the phase-locked states of two like cells, by their difference; empty if `neutral`
    interaction.neutral
        whether G vanishes: the coupling leaves every difference as it is
    """

    response: PhaseResponse
    coupling: Mapping[str, str]
    model: Model  # of the coupling

    @cached_property
    def phase(self) -> np.ndarray:
        """The differences at which H is tabulated."""
        return np.arange(GRID) / GRID

    @cached_property
    def _table(self) -> np.ndarray:
        return self._averaged(self.phase)

    def __getitem__(self, name: str) -> np.ndarray:
        """The column "phase", "H", "G" or "slope"."""
        values, slopes = self._table
        columns = {
            "phase": self.phase,
            "H": values,
            "G": np.roll(values[::-1], 1) - values,
            "slope": slopes,
        }
        if name not in columns:
            raise UnknownName(name, "a column of an interaction function", columns)
        return columns[name]

    def __call__(self, psi: float | np.ndarray) -> np.ndarray:
        """H at any differences."""
        return self._at(psi)[0]

    def slope(self, psi: float | np.ndarray) -> np.ndarray:
        """dH/dpsi at any differences."""
        return self._at(psi)[1]

    def _at(self, psi: float | np.ndarray) -> np.ndarray:
        try:
            differences = np.asarray(psi, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(f"H takes differences of phase, not {psi!r}") from None
        return self._averaged(differences.ravel()).reshape(2, *differences.shape)

    def _averaged(self, psi: np.ndarray) -> np.ndarray:
        parts = [self._means(psi[i : i + CHUNK]) for i in range(0, len(psi), CHUNK)]
        return np.concatenate(parts, axis=1) if parts else np.empty((2, 0))

    def _means(self, psi: np.ndarray) -> np.ndarray:
        """H and its slope: Gauss quadrature between all ends of intervals of both cells."""
        cycle = self.response.cycle
        table, n = gauss(cycle.degree), len(cycle.model.states)
        inner = cycle.mesh[:-1]
        own = np.broadcast_to(inner, (len(psi), len(inner)))
        edges = np.sort(np.concatenate([own, (inner - psi[:, None]) % 1.0], axis=1), axis=1)
        edges = np.concatenate([edges, np.ones((len(psi), 1))], axis=1)
        h = np.diff(edges, axis=1)
        t = edges[:, :-1, None] + h[:, :, None] * POINTS.nodes[1:]
        weights = h[:, :, None] * POINTS.weights
        places = t.ravel()
        later = (t + psi[:, None, None]).ravel() % 1.0
        here = evaluated(table, cycle.mesh, cycle.orbit, places).T
        there = evaluated(table, cycle.mesh, cycle.orbit, later).T
        Z = evaluated(table, cycle.mesh, self.response.nodes, places).T
        both = np.concatenate([here, there])
        field, motion = self.model.field, cycle.model.field
        p = field.parameter_array(self.model.parameters)
        c, change = field.linearisation(both, p)
        speed = cycle.period * motion.f(there, motion.parameter_array(cycle.model.parameters))
        # dc/dpsi = dc/dx_other . T f(x_other)
        turned = np.einsum("ijk,jk->ik", change[:n, n:], speed)
        values = np.array([(Z * c[:n]).sum(axis=0), (Z * turned).sum(axis=0)])
        return (values.reshape(2, *t.shape) * weights).sum(axis=(2, 3))

    def _odd(self, psi: np.ndarray) -> np.ndarray:
        """G = H(-psi) - H(psi)."""
        ahead, behind = self._averaged(np.concatenate([psi, -psi]))[0].reshape(2, -1)
        return behind - ahead

    @cached_property
    def neutral(self) -> bool:
        """Whether G is zero everywhere (to rounding)."""
        return bool(np.abs(self["G"]).max() <= NEUTRAL * np.abs(self["H"]).max())

    @cached_property
    def locked(self) -> tuple[LockedState, ...]:
        """The phase-locked states. G is odd about 0 and 1/2: these always are locked states."""
        if self.neutral:
            return ()
        from scipy.optimize import brentq

        half = self.phase[(self.phase > max(CLOSE)) & (self.phase < 0.5 - max(CLOSE))]
        psi = np.concatenate([CLOSE, half, 0.5 - np.array(CLOSE[::-1])])
        G = self._odd(psi)
        zeros = [0.0, 0.5]
        for i in np.flatnonzero(G[:-1] * G[1:] < 0):
            zero = brentq(lambda s: float(self._odd(np.array([s]))[0]), psi[i], psi[i + 1])
            zeros += [zero, 1 - zero]
        zeros += [s for s, g in zip(psi, G, strict=True) if g == 0 for s in (s, 1 - s)]
        return tuple(self._state(zero) for zero in sorted(zeros))

    def _state(self, psi: float) -> LockedState:
        values, slopes = self._averaged(np.array([psi, -psi]))
        rate = float(-slopes.sum())
        return LockedState(float(psi), rate < 0, rate, float(values[0]))

    def __repr__(self) -> str:
        words = "neutral: every difference persists"
        if not self.neutral:
            words = "locked at " + ", ".join(
                f"{state.phase:.6g} ({'stable' if state.stable else 'unstable'})"
                for state in self.locked
            )
        return f"<interaction function of {self.response.cycle.model.name}: {words}>"

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a difference: phase, H, G, slope."""
        import pandas

        return pandas.DataFrame({name: self[name] for name in ("phase", "H", "G", "slope")})

    def to_dict(self) -> dict:
        """The table and the locked states as JSON types."""
        return {
            "model": self.response.cycle.model.name,
            "coupling": dict(self.coupling),
            "phase": json_list(self.phase),
            "H": json_list(self["H"]),
            "neutral": self.neutral,
            "locked": [state.to_dict() for state in self.locked],
        }


def interaction_function(
    cycle: "LimitCycle | PhaseResponse",
    coupling: Mapping[str, str],
    *,
    parameters: Mapping[str, float] | None = None,
) -> InteractionFunction:
    """The interaction function of two weakly coupled cells that both follow a cycle.

    cycle
        a LimitCycle, or its phase response if that is known already
    coupling
        what the other cell adds to the rates of a state, as text: ``dict(V="g*(V_other - V)")``.
        Names are those of the model, with `_other` behind for states and definitions of the other
    parameters
        of the coupling's own: ``dict(g=0.1)``

    The averages are Gauss quadratures on the meshes of both cells at once, as accurate as cycle and
    phase response. `.locked` lists the phase differences that two like cells keep, and whether they
    return to them. It holds for weak coupling: to first order in its strength.

    >>> import rheobase as rb
    >>> cycle = rb.find_limit_cycle(rb.models.morris_lecar("hopf").replace(I=150))
    >>> rb.interaction_function(cycle, dict(V="g*(V_other - V)"), parameters=dict(g=0.01))
    <interaction function of Morris-Lecar: locked at 0 (stable), 0.5 (unstable)>
    """
    response = cycle if isinstance(cycle, PhaseResponse) else phase_response(cycle)
    if response.cycle.model.reset is not None:
        raise InvalidArgument(
            "the interaction function of a cycle through a reset is not averaged here: its phase "
            "response jumps; simulate the two cells instead"
        )
    model = coupling_model(response.cycle.model, coupling, parameters or {})
    return InteractionFunction(response, dict(coupling), model)
