"""A periodic orbit through resets: a `LimitCycle` with jumps."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .gauss import gauss
from .limit_cycle import LimitCycle
from .problem import Problem
from .reset_curve import Linear, ResetCurve
from .reset_field import ResetField

SAMPLES = 17  # of an interval, in the search for extrema
NEWTON_STEPS = 4
HALVINGS = 55  # of an interval, in the search for a time


@storable
@dataclass(frozen=True, eq=False, repr=False)
class ResetCycle(LimitCycle):
    """A spiking orbit of a model with a reset; time 0 is just after a reset.

    cycle.t, cycle["V"], cycle(t, "V")
        as of any LimitCycle; `t` has the time of an inner reset twice, before and after the jump
    cycle.resets
        the times of the resets within (0, period]; with several, the longest interval is the last
    cycle.multipliers
        1, of the orbit itself, then those of the map from spike to spike, by decreasing modulus
    cycle.saltations
        the matrices that carry small differences across the resets
    """

    lengths: np.ndarray = None  # type: ignore[assignment]  # (K,) of the parts
    size: np.ndarray = None  # type: ignore[assignment]  # c of the arclength
    slow: float = 0.0  # and rho
    parameter: str = ""  # the one that is set free in continuation; any will do

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("lengths", "size"):
            array = np.asarray(getattr(self, name), dtype=float).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def degree(self) -> int:
        """Of the polynomials."""
        return self.orbit.shape[2] - 1

    @property
    def spikes(self) -> int:
        """How many resets a period has."""
        return len(self.resets)

    @property
    def stable(self) -> bool:
        """Whether all multipliers but the first lie inside the unit circle."""
        return bool((np.abs(self.multipliers[1:]) < 1).all())

    @cached_property
    def curve(self) -> ResetCurve:
        """The equations that this orbit solves."""
        return curve_of(self, self.parameter)

    @cached_property
    def linear(self) -> Linear:
        """The linearisation along the orbit."""
        value = self.model.parameters[self.parameter]
        return self.curve.linear(np.concatenate([self.orbit.ravel(), self.lengths, [value]]))

    @cached_property
    def clock(self) -> np.ndarray:
        """The times of all nodes (K, N, m + 1) and of the ends (K, N, 1), along the last axis."""
        curve, L = self.curve, self.lengths[:, None, None]
        h = curve.h[:, :, None]
        steps = L * h * (self.linear.slowness @ curve.inverse.T)  # at the Gauss points
        whole = L[..., 0] * curve.h * (self.linear.slowness @ curve.gauss.weights)
        begins = np.concatenate([[0.0], np.cumsum(whole.ravel())])
        begin, end = (part.reshape(*whole.shape, 1) for part in (begins[:-1], begins[1:]))
        return np.concatenate([begin, begin + steps, end], axis=2)

    @cached_property
    def resets(self) -> np.ndarray:
        """The times of the resets, the last of them the period."""
        return self.clock[self.curve.free, -1, -1]

    @property
    def shift(self) -> float:
        """Time 0 is at a reset, where phase 0 is."""
        return 0.0

    @cached_property
    def t(self) -> np.ndarray:
        """Times from 0 to the period."""
        return np.concatenate(
            [self.clock[:, :, :-1].reshape(len(self.orbit), -1), self._ends[0]], 1
        ).ravel()

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Time (K, 1) and state (K, n) at the end of each part."""
        return self.clock[:, -1, -1:], self.curve.ends(self.orbit)

    @cached_property
    def _states(self) -> np.ndarray:
        """The states at the times `t`: (n, k)."""
        K, n = len(self.orbit), self.orbit.shape[-1]
        ends = self._ends[1]
        return (
            np.concatenate([self.orbit.reshape(K, -1, n), ends[:, None]], axis=1).reshape(-1, n).T
        )

    def __getitem__(self, name: str) -> np.ndarray:
        """A state, a definition or a parameter at the times `t`."""
        return self.t if name == "t" else self._named(name, self._states)

    def __call__(self, t: float | np.ndarray, name: str | None = None) -> np.ndarray:
        """All states (rows), or one name, at any time; at a reset, those after it."""
        try:
            times = np.asarray(t, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(f"cycle(t, name) takes times, not {t!r}") from None
        states = self._at(times.ravel() % self.period)
        values = states if name is None else self._named(name, states)
        return values.reshape((*values.shape[:-1], *times.shape))

    def _at(self, times: np.ndarray) -> np.ndarray:
        return self.between(self.orbit, times)

    def between(self, nodes: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Polynomials given by their values at the nodes, at times of the orbit: (n, k)."""
        K, N, count, n = nodes.shape
        clock = self.clock.reshape(K * N, -1)
        begins, ends = clock[:, 0], clock[:, -1]
        j = np.clip(np.searchsorted(begins, times, side="right") - 1, 0, K * N - 1)
        table, goal = gauss(self.degree), times - begins[j]
        inner = clock[:, :-1] - begins[:, None]
        low, high = np.zeros(len(times)), np.ones(len(times))
        for _ in range(HALVINGS):
            x = 0.5 * (low + high)
            early = np.einsum("ti,ti->t", table.values(x), inner[j]) < goal
            low, high = np.where(early, x, low), np.where(early, high, x)
        x = np.where(goal <= 0, 0.0, np.where(times >= ends[j], 1.0, 0.5 * (low + high)))
        return np.einsum("ti,tin->nt", table.values(x), nodes.reshape(K * N, count, n)[j])

    @cached_property
    def _extrema(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = orbit_extrema(self.orbit)
        return low, high

    @cached_property
    def saltations(self) -> np.ndarray:
        """For each reset the matrix S of v -> S v, (m, n, n): v is a difference before it, S v the
        difference after it and its pause, at equal times,

            S = Psi (R' (1 - f k')) + M f tau' (1 - f k') + F (k' - tau' (1 - f k')),  k = g'/(g'.f)

        with f before the reset, F after the pause, M f at its end, and Psi the flow of the pause;
        without a pause S = R' + (F - R' f) g'/(g'.f) (Aizerman and Gantmakher 1958).
        """
        curve, event, n = self.curve, self.linear.event, self.curve.n
        value = self.model.parameters[self.parameter]
        ends, begins = curve.ends(self.orbit), self.orbit[:, 0, 0]
        reach = self.linear.system.passages[0]
        found = []
        for k in curve.free:
            f = curve.field.flow(curve.columns(ends[k], value))[:, 0]
            early = event.margin_slope[:n, k] / float(event.margin_slope[:n, k] @ f)
            onto = np.eye(n) - np.outer(f, early)  # the difference at the crossing itself
            following = (k + 1) % len(ends)
            into, longer = event.after_slope[:, :n, k] @ onto, np.zeros(n)
            begin = begins[following]
            if curve.field.pauses:
                longer = event.pause_slope[:n, k] @ onto
                begin = begins[(following + 1) % len(ends)]
                held = curve.field.moving * curve.field.flow(curve.columns(begin, value))[:, 0]
                into = reach[following] @ into + np.outer(held, longer)
            F = curve.field.flow(curve.columns(begin, value))[:, 0]
            found.append(into + np.outer(F, early - longer))
        return np.array(found)

    def __repr__(self) -> str:
        spans = ", ".join(
            f"{name} {self.minimum[name]:.6g} to {self.maximum[name]:.6g}"
            for name in self.model.states
        )
        kind = "stable" if self.stable else "unstable"
        count = "a spike" if self.spikes == 1 else f"{self.spikes} spikes"
        return (
            f"<{kind} spiking orbit of {self.model.name}: {count} in a period of "
            f"{self.period:.10g}; {spans}>"
        )

    def to_dict(self) -> dict:
        """As of any LimitCycle, with the times of the resets."""
        return {**super().to_dict(), "resets": self.resets.tolist()}

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        fields, arrays = super().to_storage()
        fields |= {"slow": self.slow, "parameter": self.parameter}
        return fields, {**arrays, "lengths": self.lengths, "size": self.size}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "ResetCycle":
        real, imaginary = arrays["multipliers"]
        return cls(
            Model.from_dict(fields["model"]),
            fields["period"],
            arrays["mesh"],
            arrays["orbit"],
            real + 1j * imaginary,
            fields["residual"],
            arrays["lengths"],
            arrays["size"],
            fields["slow"],
            fields["parameter"],
        )


def curve_of(cycle: ResetCycle, parameter: str, problem: Problem | None = None) -> ResetCurve:
    """The curve through an orbit, in any parameter."""
    field = ResetField(cycle.model, parameter)
    if problem is None:
        value = cycle.model.parameters[parameter]
        problem = Problem(cycle.model, parameter, value - 1, value + 1, field.free)
    return ResetCurve(
        problem, field, cycle.mesh, cycle.orbit, cycle.lengths, cycle.size, cycle.slow
    )


def cycle_at(curve: ResetCurve, z: np.ndarray) -> ResetCycle:
    """The cycle of a solution, with its multipliers."""
    X, L, value = curve.split(z)
    linear = curve.linear(z)
    problem = curve.problem
    return ResetCycle(
        problem.model.replace({problem.parameter: value}),
        float(linear.times.sum()),
        curve.mesh,
        X,
        linear.multipliers,
        float(np.abs(curve.residual(z)).max()),
        L,
        curve.size,
        curve.slow,
        problem.parameter,
    )


def orbit_extrema(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest value of each state on parts (K, N, m + 1, n): two arrays (n,)."""
    table = gauss(X.shape[2] - 1)
    x = np.linspace(0, 1, SAMPLES)
    values = np.einsum("si,kjin->kjsn", table.values(x), X).reshape(-1, X.shape[-1])
    flat = X.reshape(-1, *X.shape[2:])
    found = []
    for sign in (-1, 1):
        best = (sign * values).argmax(axis=0)
        row, place = best // SAMPLES, x[best % SAMPLES]
        found.append(
            [
                peak(table.monomials @ flat[row[i], :, i], place[i], values[best[i], i], sign)
                for i in range(X.shape[-1])
            ]
        )
    return np.array(found[0]), np.array(found[1])


def peak(powers: np.ndarray, x: float, value: float, sign: int) -> float:
    """The extremum of a polynomial in y = 2 x - 1 near x, within [0, 1]."""
    polynomial = np.polynomial.Polynomial(powers)
    first, second = polynomial.deriv(), polynomial.deriv(2)
    y = start = 2 * x - 1
    for _ in range(NEWTON_STEPS):
        bend = second(y)
        if bend * sign >= 0:
            break
        y = float(np.clip(y - first(y) / bend, max(start - 0.2, -1.0), min(start + 0.2, 1.0)))
    return float(max(sign * polynomial(y), sign * value) * sign)
