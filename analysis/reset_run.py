"""Running a model with a reset, from spike to spike, in its arclength.

The upstroke of a spike may blow up in finite time; in the variable s with

    ds/dt = sigma(x) = sqrt(rho^2 + sum (f_i/c_i)^2)

it has a length like any other part of the orbit (c_i the sizes of the states, rho a slow rate), so
that (x, t)' = (f, 1)/sigma is integrated with ordinary steps and no spike can be overshot.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .reset_field import PointField

TOLERANCE = 1e-8
QUIET = 1e-6  # speed relative to the Jacobian's rates, below which an equilibrium is looked for
CLOSE = 1e-4  # to it, in sizes
CLEAR = 20.0  # times that distance: how far from the threshold it has to lie
MOST_STEPS = 20_000  # between two spikes
LOOKS = 8  # steps between two looks for an equilibrium
INSIDE = np.array([0.25, 0.5, 0.75])
BISECTIONS = 60
RUNAWAY = 1e9
LEAST_SWING = 0.1
AT_ONCE = 100  # resets that follow one another immediately


@dataclass(frozen=True)
class Piece:
    """A part of an orbit without a jump: `at(s)` gives (x, t) for s from 0 to `length`."""

    at: Callable[[np.ndarray], np.ndarray]
    length: float
    begin: float  # times
    end: float
    held: bool  # by a pause
    steps: np.ndarray  # of the integrator, from 0 to `length`

    def mesh(self, count: int) -> np.ndarray:
        """So many intervals of [0, 1], short where the steps are, none of them very long."""
        places = np.linspace(0, 1, count + 1)
        if not self.length > 0 or len(self.steps) < 4:
            return places
        steps = self.steps / self.length
        density = 0.5 * steps + 0.5 * np.linspace(0, 1, len(steps))
        return np.interp(places, density, steps)


@dataclass(frozen=True)
class Spike:
    """A passage of the threshold, and the pieces of orbit before it since the last one."""

    t: float
    before: np.ndarray
    after: np.ndarray  # the jump
    pieces: tuple[Piece, ...]  # of the interval that this spike ends


@dataclass(frozen=True)
class Silence:
    """Why no further spike came: "rest" at x, "wait" (too long), "away" (to infinity),
    "stuck"; or "irregular", where spikes came but no period."""

    reason: str
    x: np.ndarray
    t: float

    def sentence(self, field: PointField) -> str:
        states = zip(field.model.states, self.x.tolist(), strict=True)
        place = ", ".join(f"{name} = {value:.6g}" for name, value in states)
        return {
            "rest": f"comes to rest at {place}",
            "wait": f"fires no further spike by t = {self.t:.6g}",
            "away": f"runs away ({place})",
            "irregular": (
                f"fires on and did not repeat itself by t = {self.t:.6g} (chaos, or a slow "
                "transient)"
            ),
            "stuck": f"resets without end at {place}",
        }[self.reason]


class Runner:
    """Spikes of one model from a state, one after another; with their pieces, if it stores them."""

    def __init__(
        self,
        field: PointField,
        x: np.ndarray,
        size: np.ndarray,
        slow: float,
        tolerance: float = TOLERANCE,
        stores: bool = True,
    ):
        self.tolerance, self.stores = tolerance, stores
        self.field, self.n = field, field.n
        self.size, self.slow = size, slow  # c, rho
        self.x, self.t = np.array(x, dtype=float), 0.0
        self.waiting: list[Piece] = []  # since the last spike
        self.at_once = 0

    def spikes(self, count: int, patience: float) -> tuple[list[Spike], Silence | None]:
        """The next spikes, none of which may take longer than `patience`."""
        found: list[Spike] = []
        while len(found) < count:
            one = self.spike(patience)
            if isinstance(one, Silence):
                return found, one
            found.append(one)
        return found, None

    def spike(self, patience: float) -> "Spike | Silence":
        if self.field.margin_at(self.x) > 0:
            self.at_once += 1
            if self.at_once > AT_ONCE:
                return Silence("stuck", self.x, self.t)
            return self.reset(self.x)
        self.at_once = 0
        ended = self.passage(patience)
        return ended if isinstance(ended, Silence) else self.reset(ended)

    def reset(self, before: np.ndarray) -> "Spike | Silence":
        """The jump and the pause."""
        after, pause = self.field.jump(before), self.field.pause(before)
        if not (np.isfinite(after).all() and pause >= 0):
            return Silence("away", before, self.t)
        spike = Spike(self.t, before, after, tuple(self.waiting))
        self.waiting, self.x = [], after
        if self.field.field.pauses:
            self.pause(pause)
        return spike

    def pause(self, pause: float) -> None:
        begin, x = self.t, self.x
        if pause > 0 and self.field.moving.any():
            from scipy.integrate import solve_ivp

            def rates(t: float, x: np.ndarray) -> np.ndarray:
                return self.field.moving * self.field.rates(0.0, x)

            atol = self.tolerance * 1e-2 * self.size
            run = solve_ivp(
                rates, (0.0, pause), x, "LSODA", rtol=self.tolerance, atol=atol, dense_output=True
            )
            self.x = run.y[:, -1]

            def at(s: np.ndarray) -> np.ndarray:
                return np.vstack([run.sol(s), begin + s])
        else:

            def at(s: np.ndarray) -> np.ndarray:
                still = np.broadcast_to(x[:, None], (len(x), len(s)))
                return np.vstack([still, begin + s])

        self.t += pause
        self.waiting.append(Piece(at, pause, begin, self.t, True, np.array([0.0, pause])))

    def passage(self, patience: float) -> "np.ndarray | Silence":
        """From here to the threshold."""
        from scipy.integrate import LSODA

        n, begin = self.n, self.t
        rates = arclength_rates(self.field, self.size, self.slow)
        start = np.append(self.x, 0.0)
        atol = self.tolerance * 1e-2 * np.append(self.size, 1 / self.slow)
        solver = LSODA(rates, 0.0, start, math.inf, rtol=self.tolerance, atol=atol)
        places, states = [0.0], [start]
        before = self.field.margin_at(start)
        bounds = (RUNAWAY * self.size).tolist()
        while True:
            solver.step()
            y = solver.y
            after = self.field.margin_at(y)
            if solver.status == "failed" or not within(y, bounds):
                return Silence("away", y[:n], begin + y[n])
            if after >= 0 or -max(before, after) <= abs(after - before):
                s = self.crossing(solver.dense_output(), solver.t_old, solver.t, before, after)
                if s is not None:
                    places.append(max(s, math.nextafter(places[-1], math.inf)))
                    states.append(solver.dense_output()(s))
                    break
            before = after
            places.append(solver.t)
            states.append(y.copy())
            if y[n] > patience or len(places) > MOST_STEPS:
                return Silence("wait", y[:n], begin + y[n])
            if len(places) % LOOKS == 0 and self.resting(y[:n]):
                return Silence("rest", y[:n], begin + y[n])
        if not self.stores:
            self.t, self.x = begin + float(states[-1][n]), states[-1][:n].copy()
            return self.x
        steps, values = np.array(places), np.array(states)
        values[:, n] += begin
        slopes = np.array([rates(0.0, value) for value in values])
        self.t, self.x = float(values[-1, n]), values[-1, :n].copy()
        orbit = hermite(steps, values, slopes)
        self.waiting.append(Piece(orbit, steps[-1], begin, self.t, False, steps))
        return self.x

    def crossing(
        self, piece: Callable, low: float, high: float, before: float, after: float
    ) -> float | None:
        """Where in this step the margin becomes >= 0, or None."""
        if not after >= 0:  # a top between the ends of the step?
            inside = low + (high - low) * INSIDE
            margins = self.field.margin(piece(inside)[: self.n])
            if not (margins >= 0).any():
                return None
            high = float(inside[int(np.argmax(margins >= 0))])
        elif before >= 0 and low == 0.0 and after <= before:
            return None
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            if not low < middle < high:
                break
            if self.field.margin_at(piece(middle)) >= 0:
                high = middle
            else:
                low = middle
        return high

    def resting(self, x: np.ndarray) -> bool:
        """Whether a stable equilibrium is so close that nothing else can come of it."""
        f = np.array(self.field.rates(0.0, x)) / self.size
        speed = float(np.abs(f).max())
        if speed > 1e-2 * max(self.slow, 1e-300) and speed > 1e-3:
            return False
        jacobian = self.field.jacobian(x)
        scaled = jacobian * self.size / self.size[:, None]
        if not speed < QUIET * np.abs(scaled).max():
            return False
        try:
            step = np.linalg.solve(scaled, -f)
        except np.linalg.LinAlgError:
            return False
        away = float(np.abs(step).max())
        if away > CLOSE or np.linalg.eigvals(jacobian).real.max() >= 0:
            return False
        there = x + self.size * step
        around = CLEAR * away * np.diag(self.size)
        margins = self.field.margin(there[:, None] + np.hstack([around, -around]))
        return bool((margins < 0).all())


def within(y: np.ndarray, bounds: list[float]) -> bool:
    """Whether all states are finite and not too large."""
    return all(abs(value) < bound for value, bound in zip(y.tolist(), bounds, strict=False))


def hermite(
    s: np.ndarray, values: np.ndarray, slopes: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Cubics through values and slopes at the integrator's steps."""
    from scipy.interpolate import CubicHermiteSpline

    spline = CubicHermiteSpline(s, values, slopes)
    return lambda place: spline(place).T


def arclength_rates(
    field: PointField, size: np.ndarray, slow: float
) -> Callable[[float, np.ndarray], list[float]]:
    """(f, 1)/sigma, at single points."""
    weights, base, rates = (1 / size).tolist(), slow * slow, field.rates

    def arclength(s: float, y: np.ndarray) -> list[float]:
        f = rates(0.0, y[:-1])
        total = base
        for value, weight in zip(f, weights, strict=True):
            total += (value * weight) ** 2
        share = 1 / math.sqrt(total)
        return [*(value * share for value in f), share]

    return arclength


def sizes_of(field: PointField, x: np.ndarray) -> tuple[np.ndarray, float]:
    """c and rho to begin with: the way to the threshold, the jump there and what the field moves;
    and the slower rates of the Jacobian."""
    size = np.maximum(1e-2 * np.abs(x), 1e-6 * np.abs(x).max(initial=1.0))
    jumped = np.abs(field.jump(x) - x)
    size = np.maximum(size, np.where(np.isfinite(jumped), jumped, 0.0))
    slopes = field.field.event(np.append(x, field.value)[:, None]).margin_slope[: field.n, 0]
    gap = abs(float(field.margin(x)))
    with np.errstate(all="ignore"):
        reach = np.where(slopes != 0, gap / np.abs(slopes), 0.0)
    size = np.maximum(size, np.where(np.isfinite(reach), reach, 0.0))
    jacobian = field.jacobian(x)
    rates = np.abs(np.linalg.eigvals(jacobian)) if np.isfinite(jacobian).all() else np.zeros(0)
    rates = rates[rates > 0]
    if len(rates):  # what the other states, and the field itself, move in a fast time
        moved = np.abs(jacobian) @ size + np.abs(field.rates(0.0, x))
        size = np.maximum(size, moved / rates.max())
    size[size == 0] = 1.0
    slow = float(rates.min()) if len(rates) else 1.0
    f = np.abs(np.array(field.rates(0.0, x)) / size).max()
    return size, max(slow, 1e-3 * float(f)) / 10


def widened(size: np.ndarray, spikes: Sequence[Spike]) -> np.ndarray:
    """The sizes of the states that an orbit shows: their swing, at least a part of their values."""
    every = np.array([state for spike in spikes for state in (spike.before, spike.after)])
    swing = np.ptp(every, axis=0)
    widest = np.maximum(swing, LEAST_SWING * np.abs(every).max(axis=0))
    return np.where(widest > 0, widest, size)
