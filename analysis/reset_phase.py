"""The phase response of a spiking orbit through resets: the adjoint, with its jumps.

Let psi_k v be the phase that a change v of the state just before spike k gains, at the time of the
spike. The derivatives E_k of the map from one spike to the next, and t_k of the time between, give

    psi_(k-1) = psi_k E_k - t_k/T        (k round the orbit: one linear system)

and in the arclength s of a passage, with (u, t)' = L (f, 1)/sigma, the response Z obeys

    Z' = -L (A^T Z - B^T/T),     A = d(f/sigma)/du,  B = d(1/sigma)/du,
    Z(1) = psi (1 - r k') + k'/(sigma T),    k = g'/(g'.r),  r = f/sigma

so that Z.f = 1/T throughout, however steep the upstroke. Across the reset Z jumps: before it the
kick also shifts the crossing. In a pause Z.f is no constant, since the clock of the pause is no
state: a kick to a held state lasts until the pause is over.

For one variable Z = 1/(T f): the leaky neuron has Z = exp(t/tau)/(T f(V_reset)), the quadratic one
(1 + cos(2 theta))/(2 T I) with V = sqrt(I) tan(theta), (1 - cos(2 pi t/T))/(2 T I) in the limit of
infinite peak and reset.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.storage import storable
from .find_reset_cycle import orbit_near, remeshed
from .limit_cycle import LimitCycle
from .phase_response import PhaseResponse
from .reset_cycle import ResetCycle, cycle_at

ACCURATE, FINEST = 1e-9, 200


@storable
@dataclass(frozen=True, eq=False, repr=False)
class ResetPhaseResponse(PhaseResponse):
    """As a `PhaseResponse`, for an orbit through resets; phase 0 is just after a reset.

    response.phase, response["V"]
        the phase of an inner reset stands there twice, before and after the jump
    response.error
        how far Z.f was from 1/T, relative to the sum of |f_i| max |Z_i|, before it was made exact
    response.jumps
        Z just before and just after each reset, (resets, 2, states)
    """

    cycle: ResetCycle

    def __repr__(self) -> str:
        return super().__repr__().replace("T Z.f = 1 within", "with its jumps; error")

    @cached_property
    def _ends(self) -> np.ndarray:
        """Z at the ends of the parts (K, n)."""
        return np.einsum("i,kin->kn", self.cycle.curve.gauss.end, self.nodes[:, -1])

    @cached_property
    def _values(self) -> np.ndarray:
        """Z at the times of the cycle (n, k)."""
        K, n = len(self.nodes), self.nodes.shape[-1]
        parts = np.concatenate([self.nodes.reshape(K, -1, n), self._ends[:, None]], axis=1)
        return parts.reshape(-1, n).T

    @property
    def jumps(self) -> np.ndarray:
        """Z before and after each reset."""
        free = self.cycle.curve.free
        begins = np.roll(self.nodes[:, 0, 0], -1, axis=0)
        return np.stack([self._ends[free], begins[free]], axis=1)

    def __getitem__(self, name: str) -> np.ndarray:
        """The response to a kick of a state, or to a change of a parameter, at `phase`."""
        if name == "phase" and name not in self._known:
            return self.phase
        states = self.cycle._states[:, :-1]
        held = np.repeat(self.cycle.curve.held, self.nodes[0, :, :, 0].size + 1)[:-1]
        return self._named(name, self._values[:, :-1], states, held)

    def __call__(self, phase: float | np.ndarray, name: str | None = None) -> np.ndarray:
        """Z (rows: states) or one response at any phases; at a reset, after it."""
        try:
            phases = np.asarray(phase, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(f"response(phase, name) takes phases, not {phase!r}") from None
        times = (phases.ravel() % 1.0) * self.period
        Z = self.cycle.between(self.nodes, times)
        if name is None:
            values = Z
        else:
            ends = self.cycle.clock[:, -1, -1]
            part = np.clip(np.searchsorted(ends, times, side="right"), 0, len(ends) - 1)
            values = self._named(name, Z, self.cycle(times), self.cycle.curve.held[part])
        return values.reshape((*values.shape[:-1], *phases.shape))

    def _named(self, name: str, Z: np.ndarray, states: np.ndarray, held: np.ndarray) -> np.ndarray:
        model = self.cycle.model
        if name not in self._known:
            what = f"a state or parameter of {model.name}"
            raise UnknownName(name, what, self._known)
        if name in model.states:
            return Z[model.states.index(name)]
        p = model.field.parameter_array(model.parameters)
        slope = model.field.dfdp(states, p)[:, list(model.parameters).index(name)]
        slope = np.broadcast_to(slope, Z.shape)
        moving = np.where(held, self.cycle.curve.field.moving[:, None], 1.0)
        return (Z * slope * moving).sum(axis=0)

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "ResetPhaseResponse":
        cycle = ResetCycle.from_storage(fields["cycle"], arrays)
        return cls(cycle, arrays["nodes"], fields["error"])


def reset_phase_response(cycle: LimitCycle) -> ResetPhaseResponse:
    """The phase response of a spiking orbit, in cycles per unit of each state."""
    if not isinstance(cycle, ResetCycle):
        raise InvalidArgument(
            "the phase response of a model with a reset is that of its spiking orbit, which "
            f"rb.find_limit_cycle(model) gives, not of {cycle!r}"
        )
    found = response_of(cycle)
    while found.error > ACCURATE and cycle.orbit.shape[1] < FINEST:
        finer = refined(cycle)
        if finer is None:
            break
        cycle = finer
        found = response_of(cycle)
    return found


def refined(cycle: ResetCycle) -> ResetCycle | None:
    """The orbit on a mesh twice as fine."""
    curve, count = cycle.curve, 2 * cycle.orbit.shape[1]
    finer, X = remeshed(curve, cycle.orbit, cycle.lengths, count, cycle.degree)
    value = cycle.model.parameters[cycle.parameter]
    z = orbit_near(finer, np.concatenate([X.ravel(), cycle.lengths, [value]]))
    return None if z is None else cycle_at(finer, z)


def response_of(cycle: ResetCycle) -> ResetPhaseResponse:
    """The response on the mesh of the orbit."""
    curve = cycle.curve
    Z = np.zeros(cycle.orbit.shape)
    psi = dict(zip(curve.free.tolist(), at_spikes(cycle), strict=True))
    end = np.zeros(curve.n)
    for k in reversed(range(curve.K)):
        if not curve.held[k]:
            end = before_crossing(cycle, k, psi[k])
        Z[k] = carried_back(cycle, k, end)
        end = Z[k, 0, 0]
    Z, error = exact_along(cycle, Z)
    return ResetPhaseResponse(cycle, Z, error)


def exact_along(cycle: ResetCycle, Z: np.ndarray) -> tuple[np.ndarray, float]:
    """Z with Z.f = 1/T to rounding on the passages, and how far that was from true, relative to
    |f_i| max |Z_i|: on the upstroke, where f is large and Z small, rounding would spoil it."""
    curve, T = cycle.curve, cycle.period
    value = cycle.model.parameters[cycle.parameter]
    Z = Z.copy()
    passing = ~curve.held
    X = cycle.orbit[passing]
    f = curve.field.flow(curve.columns(X, value)).T.reshape(X.shape)
    miss = 1 / T - (Z[passing] * f).sum(axis=-1)
    largest = np.abs(Z).max(axis=(0, 1, 2))
    error = np.abs(miss) / (np.abs(f) * largest).sum(axis=-1)
    along = f / curve.size**2
    Z[passing] += (miss / (along * f).sum(axis=-1))[..., None] * along
    return Z, float(error.max())


def at_spikes(cycle: ResetCycle) -> list[np.ndarray]:
    """psi of every spike."""
    maps, n = cycle.linear.spike_maps, cycle.curve.n
    # psi of the last spike, carried round: psi = psi E_m ... E_1 - c
    product, constant = np.eye(n), np.zeros(n)
    for step, time in reversed(maps):
        product, constant = product @ step, constant @ step + time / cycle.period
    psi = np.linalg.solve((np.eye(n) - product).T, -constant)
    found = [psi]
    for step, time in reversed(maps[1:]):
        found.append(found[-1] @ step - time / cycle.period)
    return found[::-1]


def before_crossing(cycle: ResetCycle, k: int, psi: np.ndarray) -> np.ndarray:
    """Z at the end of a passage."""
    curve, linear = cycle.curve, cycle.linear
    value = cycle.model.parameters[cycle.parameter]
    f = curve.field.flow(curve.columns(curve.ends(cycle.orbit)[k], value))[:, 0]
    sigma = float(np.sqrt(curve.slow**2 + ((f / curve.size) ** 2).sum()))
    normal = linear.event.margin_slope[: curve.n, k]
    early = normal / float(normal @ f) * sigma
    return psi - (psi @ f / sigma) * early + early / (sigma * cycle.period)


def carried_back(cycle: ResetCycle, k: int, end: np.ndarray) -> np.ndarray:
    """Z at the nodes of part k (N, m + 1, n), from its value at the end."""
    curve, linear = cycle.curve, cycle.linear
    table, n, h = curve.gauss, curve.n, curve.h[k]
    N, m = linear.rates.shape[1:3]
    L = cycle.lengths[k]
    A, B = linear.A[k, ..., :n], linear.B[k, ..., :n]
    # slopes Z/h + L A^T Z = L B^T/T at the Gauss points, and the value at the end
    size = (m + 1) * n
    matrix = np.zeros((N, size, size))
    matrix[:, : m * n] = np.kron(table.slopes, np.eye(n)) / h[:, None, None]
    inner = matrix[:, : m * n, n:].reshape(N, m, n, m, n)
    points = np.arange(m)
    inner[:, points, :, points, :] += L * A.transpose(1, 0, 3, 2)
    matrix[:, m * n :] = np.kron(table.end, np.eye(n))
    inverse = np.linalg.inv(matrix)
    right = np.zeros((N, size))
    right[:, : m * n] = (L / cycle.period * B).reshape(N, -1)
    fixed = (inverse @ right[..., None])[..., 0]
    carrying = inverse[:, :, m * n :]
    Z = np.empty((N, m + 1, n))
    for j in reversed(range(N)):
        Z[j] = (fixed[j] + carrying[j] @ end).reshape(m + 1, n)
        end = Z[j, 0]
    return Z
