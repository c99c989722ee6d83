"""The spiking orbit of a model with a reset, from a run or from a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from ..dynamics.trajectory import Trajectory
from .continuation import corrected
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import nodes_of
from .problem import Problem
from .reset_curve import ResetCurve
from .reset_cycle import ResetCycle, curve_of, cycle_at
from .reset_field import PointField, ResetField
from .reset_mesh import carried_parts, spread
from .reset_run import Runner, Silence, Spike, sizes_of, widened

SHARPENINGS = 3
TOLERANCES = 1e-10, 1e-8
EXACT = 1e-11  # of two meshes' periods, relative
REFINED = 4  # times the mesh that is asked for
LONGEST_BURST = 60  # resets in a period
CLOSE, NEARLY = 1e-6, 3e-2  # returns of the state after a spike, relative to its range
BATCH = 8  # spikes at a time
MOST_SPIKES = 400
PATIENCE = 1e4  # slow times that may pass without a spike
SAME = 1e-6


@dataclass(frozen=True)
class Firing:
    """What a run settles on: the spikes of one period, each with its interval before it."""

    field: PointField
    spikes: Sequence[Spike]
    size: np.ndarray
    slow: float


def find_reset_cycle(
    model: Model,
    guess: "Trajectory | LimitCycle | Mapping[str, float] | None",
    mesh: int,
    degree: int,
    parameter: str | None = None,
) -> ResetCycle:
    """The orbit that a model settles on, or the one near a guess."""
    field = ResetField(model, parameter or free_parameter(model))
    problem = standing_at(field)
    if isinstance(guess, ResetCycle):
        curve = curve_of(guess, field.parameter, problem)
        return sharpened(curve, guess.orbit, guess.lengths, mesh, degree)
    if isinstance(guess, LimitCycle):
        raise InvalidArgument(f"{model.name} has a reset, but the guess is a cycle without one")
    start = dict(model.start)
    if isinstance(guess, Trajectory):
        start = {name: float(guess[name][-1]) for name in model.states}
    elif guess is not None:
        if not isinstance(guess, Mapping):
            raise InvalidArgument(
                f"a guess is start values by name, a Trajectory or a LimitCycle, not {guess!r}"
            )
        start = dict(model.replace(dict(guess)).start)
    return settled_cycle(problem, field, np.array(list(start.values())), mesh, degree)


def settled_cycle(
    problem: Problem, field: ResetField, x: np.ndarray, mesh: int, degree: int
) -> ResetCycle:
    """The stable orbit that a run comes to. Chaos, too, comes near to periodic orbits now and then;
    these are unstable, and the run has to repeat itself to all digits to be believed."""
    point = field.at(field.model.parameters[field.parameter])
    firing = settled(point, x)
    try:
        cycle = firing_cycle(problem, field, firing, mesh, degree)
        if cycle.stable:
            return cycle
    except NotFound:
        pass
    return firing_cycle(problem, field, settled(point, x, strict=True), mesh, degree)


def free_parameter(model: Model) -> str:
    if not model.parameters:
        raise InvalidArgument(f"{model.name} has no parameter; give it one to analyse its cycles")
    return model.natural[0] if model.natural else next(iter(model.parameters))


def standing_at(field: ResetField) -> Problem:
    """A problem in a parameter that isn't going to move."""
    value = field.model.parameters[field.parameter]
    return Problem(field.model, field.parameter, value - 1, value + 1, field.free)


def settled(field: PointField, x: np.ndarray, strict: bool = False) -> Firing:
    """Run until the spikes repeat themselves; a model that comes to rest is made to spike once, as
    it may fire and rest at the same drive."""
    firing = fired(field, x, strict)
    if isinstance(firing, Silence) and firing.reason in ("rest", "wait"):
        again = fired(field, field.jump(firing.x), strict)
        firing = firing if isinstance(again, Silence) else again
    if isinstance(firing, Silence):
        parameter = field.field.parameter
        raise NotFound(
            f"{field.model.name} {firing.sentence(field)} at {parameter} = {field.value:.8g}: "
            "no spiking orbit from these start values; give others, or another drive"
        )
    return firing


def fired(field: PointField, x: np.ndarray, strict: bool = False) -> "Firing | Silence":
    """The spikes of a period that a run comes to, or why there is none."""
    size, slow = sizes_of(field, x)
    runner = Runner(field, x, size, slow)
    spikes: list[Spike] = []
    patience = PATIENCE / slow
    while len(spikes) < MOST_SPIKES:
        more, silence = runner.spikes(BATCH, patience)
        spikes += more
        if silence is not None:
            return silence
        runner.size = widened(size, spikes[-2 * BATCH :])
        patience = max(100 * max(b.t - a.t for a, b in pairwise(spikes)), 10 / slow)
        count = period_of(spikes, strict)
        if count is not None:
            # once more, in the arclength that the orbit will have
            runner.slow = count / (spikes[-1].t - spikes[-count - 1].t)
            chosen, silence = runner.spikes(count, patience)
            if silence is not None:
                return silence
            return Firing(field, ordered(chosen), runner.size, runner.slow)
    return Silence("irregular", runner.x, runner.t)


def period_of(spikes: Sequence[Spike], strict: bool = False) -> int | None:
    """After how many spikes the state after a spike comes back, if it does so closely, or nearly
    and ever closer."""
    after = np.array([spike.after for spike in spikes])
    late = after[len(after) // 2 :]
    intervals = np.diff([spike.t for spike in spikes])
    values = np.column_stack([after[1:], intervals])
    late = values[len(values) // 2 :]
    size = np.maximum(np.ptp(late, axis=0), 1e-9 * np.abs(late).max(axis=0))
    size[size == 0] = 1.0
    whole = np.maximum(size, 1e-3 * np.abs(late).max(axis=0))

    def away(count: int, round_: int) -> float:
        """How far the states of a round lie from those of the one before."""
        back = (values[:-count] - values[count:]) / whole
        end = len(back) - round_ * count
        return float(np.abs(back[end - count : end]).max())

    counts = range(1, min(LONGEST_BURST, len(values) // 3) + 1)
    for count in counts:
        now = away(count, 0)
        if now < CLOSE:  # a part of it may be a period, too, and have come less close so far
            return next(one for one in counts if away(one, 0) < 10 * CLOSE)
        nearly = NEARLY * min(1.0, spread_of(values, count))
        if not strict and now < nearly and now < 0.9 * away(count, 1):
            return count
    return None


def spread_of(values: np.ndarray, count: int) -> float:
    """How different the spikes of one period are, relative to their size."""
    if count == 1:
        return 1.0
    part = values[-count:]
    whole = np.maximum(np.abs(part).max(axis=0), 1e-300)
    return float((np.ptp(part, axis=0) / whole).max())


def ordered(spikes: Sequence[Spike]) -> list[Spike]:
    """The spikes of a period, the longest interval before the last one."""
    lengths = [spike.pieces[-1].end - spike.pieces[0].begin for spike in spikes]
    last = int(np.argmax(np.array(lengths) > max(lengths) * (1 - SAME)))
    return [*spikes[last + 1 :], *spikes[: last + 1]]


def firing_cycle(
    problem: Problem, field: ResetField, firing: Firing, mesh: int, degree: int
) -> ResetCycle:
    """The orbit that a run is close to, by Newton's method on ever better meshes."""
    table = gauss(degree)
    parts, lengths, meshes = [], [], []
    for spike in firing.spikes:
        if spike.pieces[-1].held or len(spike.pieces) != 1 + field.pauses:
            raise NotFound(
                f"{field.model.name} resets more than once at one moment: its orbit lies on the "
                "border of its threshold"
            )
        for piece in spike.pieces:
            meshes.append(piece.mesh(mesh))
            places = nodes_of(table, meshes[-1]).ravel()
            states = piece.at(piece.length * places)[: field.n]
            parts.append(states.T.reshape(mesh, degree + 1, field.n))
            lengths.append(piece.length)
    X, L = np.array(parts), np.array(lengths)
    curve = ResetCurve(problem, field, np.array(meshes), X, L, firing.size, firing.slow)
    return sharpened(curve, X, L, mesh, degree)


def sharpened(
    curve: ResetCurve, X: np.ndarray, L: np.ndarray, mesh: int, degree: int
) -> ResetCycle:
    """Newton's method, the meshes adapted in between, finer where the period says so."""
    problem, count, last = curve.problem, mesh, None
    value = problem.model.parameters[problem.parameter]
    while True:
        for round_ in range(SHARPENINGS):
            if round_ or X.shape[1] != count or X.shape[2] != degree + 1:
                curve, X = remeshed(curve, X, L, count, degree)
            z = located(curve, X, L, value)
            X, L, value = curve.split(z)
        cycle = cycle_at(curve, z)
        if last is not None and abs(last.period / cycle.period - 1) < EXACT:
            return admissible(curve, z, last)
        if count >= REFINED * mesh:
            return admissible(curve, z, cycle)
        last, count = cycle, 2 * count


def located(curve: ResetCurve, X: np.ndarray, L: np.ndarray, value: float) -> np.ndarray:
    """The orbit near a guess, or the error."""
    z = orbit_near(curve, np.concatenate([X.ravel(), L, [value]]))
    if z is None:
        raise NotFound(
            f"Newton's method finds no spiking orbit near this one ({len(curve.free)} spikes, "
            f"period about {curve_period(curve, X, L, value):.6g}); give a better guess, or a "
            "larger mesh"
        )
    return z


def remeshed(
    curve: ResetCurve, X: np.ndarray, L: np.ndarray, count: int, degree: int
) -> tuple[ResetCurve, np.ndarray]:
    """The curve on meshes that suit an orbit."""
    old = gauss(X.shape[2] - 1)
    new = spread(old, curve.mesh, X, curve.scale, count)
    if degree == old.degree:
        X = carried_parts(old, curve.mesh, X, new)
    else:
        from .mesh import evaluated

        table = gauss(degree)
        X = np.array(
            [
                evaluated(old, m, part, nodes_of(table, n).ravel()).reshape(count, degree + 1, -1)
                for m, part, n in zip(curve.mesh, X, new, strict=True)
            ]
        )
    return (
        ResetCurve(curve.problem, curve.field, new, X, L, curve.size, curve.slow, curve.doubled),
        X,
    )


def orbit_near(curve: ResetCurve, guess: np.ndarray) -> np.ndarray | None:
    """The orbit near a guess, the parameter held; less exact where the period diverges."""
    held = np.zeros_like(guess)
    held[-1] = curve.problem.width
    for tolerance in TOLERANCES:
        with np.errstate(all="ignore"):
            solution = corrected(curve, guess, held, tolerance)
        if solution is not None:
            return np.append(solution[0][:-1], guess[-1])
    return None


def curve_period(curve: ResetCurve, X: np.ndarray, L: np.ndarray, value: float) -> float:
    slowness = curve.rates(X, value)[1]
    return float((L * np.einsum("kj,i,kji->k", curve.h, curve.gauss.weights, slowness)).sum())


def admissible(curve: ResetCurve, z: np.ndarray, cycle: ResetCycle) -> ResetCycle:
    """The orbit, if it is one of the model: no other spike would come before."""
    facts = curve.facts(z, np.zeros_like(z), curve.linear(z))
    if facts.steepness <= 0 or facts.clearance < 0 or facts.landing < 0 or facts.waiting < 0:
        raise NotFound(
            f"the orbit that Newton's method finds (period {cycle.period:.6g}) would cross the "
            "threshold before its spike: it is no orbit of the model"
        )
    return cycle
