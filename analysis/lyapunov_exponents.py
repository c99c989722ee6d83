"""Lyapunov exponents: how fast neighbouring orbits part, along as many directions as wanted.

    x' = f(x),   Q' = A(x) Q,   A = df/dx              (a map: x <- f(x), Q <- A(x) Q)

Q is made orthonormal again and again, Q = Q R; the exponents are the means of ln R_ii per unit of
time. Many orbits are followed side by side, from states that one long run visits (of a map: from
slightly different starts); their spread gives the standard errors.

Reference: G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn, Meccanica 15 (1980) 9; J.-P.
Eckmann and D. Ruelle, Rev. Mod. Phys. 57 (1985) 617.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from .batch import Batch, advance
from .checks import positive, whole
from .jsonable import json_list, json_number
from .settle import integrated, time_scale

TOLERANCE = 1e-9
MEMBERS, MEMBERS_OF_A_MAP = 32, 100
STRETCHES = 200.0  # of settle.time_scale, unless told otherwise
PATIENCE = 20_000  # evaluations for the run that settles
ITERATIONS = 100_000
FEWER, SETTLED = 4, 6.0
BURN_IN = 0.5  # of the time that is averaged
PARTED = 3e-3  # relative: orbits that begin beside one another
GROWTH = 8.0  # of ln(R_11/R_nn), and of each, between two orthonormalisations
FARTHEST = 1e8
SEED = 20


@dataclass(frozen=True, eq=False, repr=False)
class LyapunovExponents:
    """The exponents, largest first, per unit of time (of a map: per iteration); a sequence.

    exponents[0], exponents.values, exponents.errors
        the exponents and their standard errors
    exponents.trace
        the mean divergence of the field on the same orbits (of a map: mean ln |det A|): what all
        exponents add up to
    exponents.dimension
        Kaplan and Yorke's; None unless all exponents were asked for
    exponents.until, exponents.members
        the time over which is averaged, in all; how many orbits share it
    """

    model: Model
    values: np.ndarray
    errors: np.ndarray
    trace: float
    until: float
    members: int

    def __post_init__(self) -> None:
        for name in ("values", "errors"):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[float]:
        return iter(self.values.tolist())

    def __getitem__(self, i: int) -> float:
        return float(self.values[i])

    @property
    def dimension(self) -> float | None:
        """j + (lambda_1 + ... + lambda_j)/|lambda_(j+1)|, with the largest j where the sum is not
        negative."""
        if len(self) < len(self.model.states):
            return None
        sums = np.cumsum(self.values)
        negative = np.flatnonzero(sums < 0)
        if not len(negative):
            return float(len(self))
        j = int(negative[0])
        return j + (float(sums[j - 1]) / abs(self[j]) if j else 0.0)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{value:.5g} ± {error:.1g}"
            for value, error in zip(self.values, self.errors, strict=True)
        )
        unit = "iteration" if self.model.kind == "map" else "unit of time"
        return f"<Lyapunov exponents of {self.model.name} per {unit}: {shown}>"

    def to_dict(self) -> dict:
        """Everything as JSON types."""
        return {
            "model": self.model.name,
            "parameters": dict(self.model.parameters),
            "exponents": json_list(self.values),
            "errors": json_list(self.errors),
            "trace": json_number(self.trace),
            "dimension": json_number(self.dimension),
            "until": json_number(self.until),
            "members": self.members,
        }


def lyapunov_exponents(
    model: Model,
    count: int | None = None,
    until: float | None = None,
    *,
    members: int | None = None,
    tolerance: float = TOLERANCE,
) -> Any:
    """The Lyapunov exponents of the motion that a model settles on from its start values.

    count
        how many, the largest first; all of them if not given
    until
        the time (iterations of a map) over which is averaged, shared by all orbits; as much again
        is spent before, on settling
    members
        how many orbits: 32, of a map 100, if not given, and fewer and longer ones where directions
        part so slowly that they need it; with 1 there is a single long orbit
    tolerance
        of the integration of orbits and directions

    The error of a mean is the larger of two: the orbits' spread, and what the two halves of the
    time differ by. Chaotic motion has one that falls like 1/sqrt(until). Models with a reset are
    carried through it with the saltation matrix.

    >>> import rheobase as rb
    >>> logistic = rb.models.named("logistic").replace(r=4)
    >>> round(rb.lyapunov_exponents(logistic)[0], 3)      # ln 2
    0.693
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"lyapunov_exponents takes a Model, not {model!r}")
    if not model.autonomous:
        raise InvalidArgument(
            f"{model.name} depends on time (t): write the drive as two more states, for instance "
            "x' = -w*y, y' = w*x"
        )
    n = len(model.states)
    if count is not None and not whole(1, n)(count):
        raise InvalidArgument(f"count is a number of exponents, 1 to {n}, not {count!r}")
    if until is not None and not positive()(until):
        raise InvalidArgument(f"until is a positive time, not {until!r}")
    if members is not None and not whole(1)(members):
        raise InvalidArgument(f"members is a number of orbits, 1 or more, not {members!r}")
    if not positive(1e-2)(tolerance):
        raise InvalidArgument(f"tolerance is a number between 0 and 0.01, not {tolerance!r}")
    if model.reset is not None:
        from .reset_lyapunov import reset_lyapunov_exponents

        return reset_lyapunov_exponents(model, count, until)
    if model.kind == "map":
        return of_a_map(model, count or n, until or ITERATIONS, members or MEMBERS_OF_A_MAP)
    time = until or STRETCHES * time_scale(model, np.array(list(model.start.values())))
    found = of_a_flow(model, count or n, time, members or MEMBERS, tolerance)
    while members is None and found.members > 1 and not aligned(found):
        found = of_a_flow(model, count or n, time, max(found.members // FEWER, 1), tolerance)
    return found


def aligned(found: LyapunovExponents) -> bool:
    """Whether the directions had time to turn to their places before the average: the part of the
    next one falls like exp(-(lambda_i - lambda_(i+1)) t)."""
    gaps, error = -np.diff(found.values), found.errors[:-1] + found.errors[1:]
    settling = BURN_IN * found.until / found.members
    return bool((gaps * settling > SETTLED)[gaps > 3 * error].all())


def states_apart(model: Model, members: int) -> np.ndarray:
    """Start values (n, M) a little apart."""
    x = np.array(list(model.start.values()))
    size = np.where(x == 0, 1.0, np.abs(x))
    spread = np.random.default_rng(SEED).standard_normal((len(x), members))
    spread[:, 0] = 0
    return x[:, None] + PARTED * size[:, None] * spread


def states_visited(model: Model, members: int, duration: float) -> np.ndarray:
    """States (n, M) beside one run, at random times in its second half."""
    x = np.array(list(model.start.values()))
    try:
        state, steps, _ = integrated(model, x, duration, PATIENCE)
    except NotFound:
        stop_if_lost(model, np.array(np.nan), duration)
        raise
    random = np.random.default_rng(SEED)
    times = steps[-1] * random.uniform(0.5, 1.0, members)
    visited = np.concatenate([state(times[i : i + 1]) for i in range(members)], axis=1)
    # beside the run: orbits that followed one another on it would all be the same one
    apart = PARTED * np.ptp(visited, axis=1)[:, None]
    return visited + apart * random.standard_normal(visited.shape)


def directions(n: int, k: int, members: int) -> np.ndarray:
    """Orthonormal directions (n, k, M) to begin with."""
    return orthonormal(np.random.default_rng(SEED).standard_normal((n, k, members)))[0]


def orthonormal(Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q (n, k, M) with orthonormal columns, and ln R_ii (k, M): Gram and Schmidt, modified."""
    Q = Q.copy()
    logs = np.empty(Q.shape[1:])
    for i in range(Q.shape[1]):
        length = np.sqrt((Q[:, i] ** 2).sum(axis=0))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs[i] = np.log(length)
            Q[:, i] = np.where(length > 0, Q[:, i] / length, 0.0)
        rest = Q[:, i + 1 :]
        rest -= Q[:, i : i + 1] * (Q[:, i : i + 1] * rest).sum(axis=0)
    return Q, logs


def of_a_map(model: Model, k: int, until: float, members: int) -> LyapunovExponents:
    field = model.field
    p = field.parameter_array(model.parameters)
    x = states_apart(model, members)
    Q = directions(len(x), k, members)
    turns = max(round(until / members), 2)
    burn = round(BURN_IN * turns)
    halves = np.zeros((2, k, members))
    volume = np.zeros(members)
    for turn in range(-burn, turns):
        with np.errstate(all="ignore"):
            new, A = field.linearisation(x, p)
            Q, logs = orthonormal(np.einsum("ijm,jkm->ikm", A, Q))
        if turn >= 0:
            halves[2 * turn // turns] += logs
            volume += np.log(np.abs(np.linalg.det(A.transpose(2, 0, 1))))
        x = new
        stop_if_lost(model, x, turn + burn + 1)
    halves /= np.array([(turns + 1) // 2, turns // 2])[:, None, None]
    values, errors = summed_up(halves)
    return LyapunovExponents(
        model, values, errors, float(volume.mean()) / turns, float(turns * members), members
    )


def of_a_flow(
    model: Model, k: int, until: float, members: int, tolerance: float
) -> LyapunovExponents:
    length = until / members
    before = max(until / 2, time_scale(model, np.array(list(model.start.values()))))
    x = states_visited(model, members, before)
    orbits = Orbits(model, x, directions(len(x), k, members), tolerance)
    # so short an interval that the directions don't collapse onto the fastest
    interval = orbits.settle(BURN_IN * length, length / 4)
    turns = max(2 * round(length / interval / 2), 2)
    halves = np.zeros((2, k, members))
    orbits.volume = 0.0
    for turn in range(turns):
        halves[2 * turn // turns] += orbits.advance(length / turns)
    values, errors = summed_up(halves / (length / 2))
    if members == 1:  # an exponent 0 is known to about 1/length
        errors = np.maximum(errors, 1 / length)
    return LyapunovExponents(
        model, values, errors, float(orbits.volume / length), float(until), members
    )


class Orbits:
    """Some orbits with their directions, and the integral of the divergence along them."""

    def __init__(self, model: Model, x: np.ndarray, Q: np.ndarray, tolerance: float):
        self.model, self.tolerance = model, tolerance
        self.n, self.k, self.members = Q.shape
        self.field = model.field
        self.p = self.field.parameter_array(model.parameters)
        size = np.maximum(np.abs(x).max(axis=1), 1.0)
        self.size = size
        rows = self.n * self.k
        self.absolute = tolerance * np.concatenate([size, np.ones(rows + 1)])
        self.beyond = np.concatenate([FARTHEST * size, np.full(rows + 1, np.inf)])
        self.batch = Batch.at(np.vstack([x, Q.reshape(rows, -1), np.zeros((1, self.members))]))
        self.volume = 0.0

    def rates(self, y: np.ndarray, columns: np.ndarray) -> np.ndarray:
        n, k = self.n, self.k
        out = np.empty_like(y)
        f, A = self.field.linearisation(y[:n], self.p)
        out[:n] = f
        Q = y[n:-1].reshape(n, k, -1)
        out[n:-1] = np.einsum("ijm,jkm->ikm", A, Q).reshape(n * k, -1)
        out[-1] = np.einsum("iim->m", A)
        return out

    def advance(self, duration: float) -> np.ndarray:
        """ln R_ii (k, M) of the next stretch."""
        batch, n = self.batch, self.n
        until = float(batch.t[0]) + duration
        advance(
            batch,
            self.rates,
            until,
            tolerance=self.tolerance,
            absolute=self.absolute,
            beyond=self.beyond,
        )
        stop_if_lost(self.model, np.where(batch.lost, np.nan, batch.x[:n]), until)
        Q, logs = orthonormal(batch.x[n:-1].reshape(n, self.k, -1))
        batch.x[n:-1] = Q.reshape(n * self.k, -1)
        self.volume += float(batch.x[-1].mean())
        batch.x[-1] = 0.0
        return logs

    def settle(self, duration: float, longest: float) -> float:
        """Run through the transient, and find how often the directions need to be straightened."""
        rates = np.abs(self.field.jacobian(self.batch.x[: self.n], self.p)).max()
        interval = min(1.0 / max(float(rates), 1e-300), longest)
        end = float(self.batch.t[0]) + duration
        while (left := end - float(self.batch.t[0])) > 1e-9 * duration:
            step = min(interval, left)
            logs = self.advance(step)
            spread = float(
                (np.maximum(logs.max(axis=0), 0) - np.minimum(logs.min(axis=0), 0)).max()
            )
            interval = min(step * min(max(GROWTH / max(spread, 0.5), 0.25), 2.0), longest)
        return interval


def stop_if_lost(model: Model, x: np.ndarray, time: float) -> None:
    if not np.isfinite(x).all():
        raise NotFound(
            f"{model.name} runs away from its start values before t = {time:.6g}: there is no "
            "motion to ask for exponents; start elsewhere or change the parameters"
        )


def summed_up(halves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and errors from the means (2, k, M) over the halves of each orbit, largest first."""
    members = halves.mean(axis=0)
    values = members.mean(axis=1)
    drift = np.abs(np.diff(halves.mean(axis=2), axis=0)[0]) / 2
    count = members.shape[1]
    spread = members.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.zeros_like(drift)
    order = np.argsort(-values, kind="stable")
    return values[order], np.maximum(spread, drift)[order]
