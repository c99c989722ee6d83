"""One limit cycle at the model's parameter values, from a run or from a guess."""

from collections.abc import Mapping

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.freed import freed
from ..dynamics.model import Model
from ..dynamics.trajectory import Trajectory
from .checks import check_settings
from .cycle_curve import CycleCurve
from .cycle_ends import orbit_at
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import equidistributing, evaluated, nodes_of
from .problem import Problem
from .settle import Loop, loop_of_run, settled_loop
from .solutions_at import cycle_of

SHARPENINGS = 4  # meshes, each adapted to the orbit on the last
FLAT = 1e-8
REFINED = 4
MOST_TURNS, SAME_TURN = 12, 1e-4


def find_limit_cycle(
    model: Model,
    guess: "Trajectory | LimitCycle | Mapping[str, float] | None" = None,
    *,
    mesh: int = 50,
    degree: int = 4,
    tolerance: float = 1e-9,
) -> LimitCycle:
    """The limit cycle that a model settles on, or the one near a guess.

    guess
        nothing: the model runs from its start values until its orbit repeats itself; start values
        by name; a Trajectory whose end goes round at least twice; or a LimitCycle of the same
        equations at other parameter values
    mesh, degree, tolerance
        of the collocation that the orbit is then corrected with

    Of a model with a reset it is the spiking orbit, with one or several resets a period; a model
    that comes to rest is made to spike once, since it may rest and fire at the same drive.

    An orbit found by Newton's method need not be stable: `cycle.stable` says. Raises `NotFound`
    where the model comes to rest, runs away, or does not repeat itself.

    >>> import rheobase as rb
    >>> cycle = find_limit_cycle(rb.models.morris_lecar("hopf").replace(I=150))
    >>> round(cycle.period, 7), cycle.stable
    (66.1617527, True)
    """
    check_settings(mesh=mesh, degree=degree, tolerance=tolerance)
    if not isinstance(model, Model):
        raise InvalidArgument(f"find_limit_cycle takes a Model, not {model!r}")
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; its cycles are not limit cycles of a flow")
    if model.reset is not None:
        from .find_reset_cycle import find_reset_cycle

        return find_reset_cycle(model, guess, mesh, degree)
    problem = standing(model)
    if isinstance(guess, LimitCycle):
        return corrected_cycle(problem, guess.mesh, guess.orbit, guess.period, mesh, degree)
    if isinstance(guess, Trajectory):
        loop = loop_of_run(guess)
    elif guess is None or isinstance(guess, Mapping):
        start = model.replace(dict(guess or {})).start
        loop = settled_loop(model, np.array(list(start.values())))
    else:
        raise InvalidArgument(
            f"a guess is start values by name, a Trajectory or a LimitCycle, not {guess!r}"
        )
    return cycle_of_loop(problem, loop, mesh, degree)


def cycle_of_loop(problem: Problem, loop: Loop, mesh: int, degree: int) -> LimitCycle:
    """The orbit that a loop is close to; the mesh is refined where it turns out too coarse."""
    table, fine = gauss(degree), loop.mesh
    X = loop.at(nodes_of(table, fine))
    count = mesh
    while True:
        new = equidistributing(table, fine, X, np.abs(X).max(axis=(0, 1)), count)
        start = loop.at(nodes_of(table, new))
        try:
            return corrected_cycle(problem, new, start, loop.period, count, degree)
        except NotFound:
            if count >= REFINED * mesh:
                raise
            count *= 2


def standing(model: Model) -> Problem:
    """A problem in a parameter that isn't going to move (any will do)."""
    if not model.parameters:
        raise InvalidArgument(f"{model.name} has no parameter; give it one to analyse its cycles")
    name = next(iter(model.parameters))
    value = model.parameters[name]
    return Problem(model, name, value - 1, value + 1, freed(model, name))


def corrected_cycle(
    problem: Problem, mesh: np.ndarray, X: np.ndarray, T: float, count: int, degree: int
) -> LimitCycle:
    """Newton's method on the orbit, its mesh adapted in between."""
    table = gauss(degree)
    value = problem.model.parameters[problem.parameter]
    for round_ in range(SHARPENINGS):
        scale = np.maximum(np.ptp(X, axis=(0, 1)), 1e-12)
        if round_ or X.shape[1] != degree + 1 or len(mesh) != count + 1:
            old = gauss(X.shape[1] - 1)
            new = equidistributing(old, mesh, X, scale, count)
            t = nodes_of(table, new)
            X = evaluated(old, mesh, X, t.ravel()).reshape(*t.shape, -1)
            mesh = new
        curve = CycleCurve(problem, mesh, X, degree, T)
        z = orbit_at(curve, np.concatenate([X.ravel(), [T, value]]))
        if z is None:
            raise NotFound(
                f"Newton's method finds no cycle near this orbit (period about {T:.6g}); give a "
                "better guess, a longer run, or a larger mesh"
            )
        X, T, value = curve.split(z)
        turns = turns_of(curve, X)
        if turns > 1:
            once = nodes_of(table, mesh).ravel() / turns
            X, T = evaluated(table, mesh, X, once).reshape(X.shape), T / turns
            return corrected_cycle(problem, mesh, X, T, count, degree)
        if not T > 0 or np.ptp(X, axis=(0, 1)).max() < FLAT * np.abs(X).max():
            raise NotFound("the orbit near this guess is an equilibrium, not a cycle")
    return cycle_of(curve, np.concatenate([X.ravel(), [T, value]]))


def turns_of(curve: CycleCurve, X: np.ndarray) -> int:
    """How often the orbit goes round one and the same cycle."""
    t = np.linspace(0, 1, 60 * MOST_TURNS, endpoint=False)
    here = evaluated(curve.gauss, curve.mesh, X, t)
    size = np.maximum(np.ptp(here, axis=0), 1e-300)
    for turns in range(MOST_TURNS, 1, -1):
        later = evaluated(curve.gauss, curve.mesh, X, (t + 1 / turns) % 1.0)
        if np.max(np.abs(later - here) / size.max()) < SAME_TURN:
            return turns
    return 1
