"""How much of a connecting orbit is computed: ends cut off, or drawn out along the linear flow.

At the distances e0, e1 (parts of the orbit's size) of its ends from the saddle, projection boundary
conditions are wrong by e0^2 and e1^2, and the parameters by those numbers times the decay of the
adjoint solution, e0^(2 + |mu_s|/mu_u) and e1^(2 + mu_u/|mu_s|) with the leading eigenvalues mu_u,
mu_s (Sandstede, SIAM J. Numer. Anal. 34 (1997) 360). Towards an eigenvalue 0 the orbit need not
come close on that side, where it would take for ever: e0^2 is multiplied by exp(-|mu_s| t) with the
time t that the orbit takes to leave.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .continuation import Point, corrected, unit
from .gauss import gauss
from .invariant_subspaces import Local, local_of, vectors_of
from .mesh import carried, equidistributing, evaluated, nodes_of

if TYPE_CHECKING:
    from .connection_curve import ConnectionCurve

ERROR = 1e-12
FARTHEST, NEAREST = 0.03, 1e-6  # parts of the orbit's size
AWAY = 0.3  # where the linear terms no longer rule
SMALL, HALVINGS = 1e-6, 30
WINDOW = (0.1, 2.0)  # of the distances, relative to those wanted
NARROW = (0.3, 1.3)  # the same for what is located
RULES, CLOSE = 0.5, 2e-3  # the strong part of an end: of the slow one, and of the orbit's size
TAIL = 6  # intervals of what is drawn out
ROUNDS = 6

Tail: TypeAlias = tuple[float, Callable[[np.ndarray], np.ndarray]]


def wanted_distances(curve: "ConnectionCurve", local: Local) -> tuple[float, float]:
    """Of both ends."""
    if curve.central:
        return FARTHEST, FARTHEST
    up = curve.unstable
    rising, falling = max(local.values[up - 1].real, 0.0), max(-local.values[up].real, 0.0)
    return (
        wanted(rising, falling, bend(curve, local, up - 1)),
        wanted(falling, rising, bend(curve, local, up)),
    )


def wanted(own: float, other: float, bend: float) -> float:
    """The largest e with e^2 exp(-other t) < ERROR, where t is the time that w' = own w + bend w^2
    takes between e and AWAY."""

    def time(w: float) -> float:
        if own < SMALL * bend * w:
            return -1 / (bend * w)
        return math.log(w / (own + bend * w)) / own

    if not own + bend > 0:
        return FARTHEST
    low, high = math.log(NEAREST), math.log(FARTHEST)
    for _ in range(HALVINGS):
        e = math.exp((low + high) / 2)
        if 2 * math.log(e) - other * (time(AWAY) - time(e)) < math.log(ERROR):
            low = math.log(e)
        else:
            high = math.log(e)
    return math.exp(high)


def bend(curve: "ConnectionCurve", local: Local, i: int) -> float:
    """|a| of w' = mu w + a w^2 along an eigenvector, with w = 1 at the orbit's size."""
    if local.values[i].imag:
        return 0.0
    p, q = (vector.real for vector in vectors_of(local, i))
    q = q / curve.distance(q)
    p = p / (p @ q)
    along = np.append(q, [0.0, 0.0])
    return abs(float(p @ curve.field.B(local.z, along, along))) / 2


def opened(
    mesh: np.ndarray, X: np.ndarray, x: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A cycle cut open where it is nearest to x."""
    table = gauss(X.shape[1] - 1)
    t = nodes_of(table, mesh)
    away = np.abs((X - x) / scale).max(axis=2)
    begin = t.ravel()[np.argmin(away)]
    points = np.unique(np.concatenate([(mesh[:-1] - begin) % 1.0, [0.0]]))
    points = points[np.concatenate([[True], np.diff(points) > 1e-12])]
    points = np.append(points[points < 1 - 1e-12], 1.0)
    places = (nodes_of(table, points) + begin) % 1.0
    return points, evaluated(table, mesh, X, places.ravel()).reshape(*places.shape, -1)


def retruncated(
    curve: "ConnectionCurve", z: np.ndarray, window: tuple[float, float] = WINDOW
) -> np.ndarray | None:
    """The orbit with ends at the wanted distances, on the curve's new mesh and with its new T; None
    where they are near enough to them already."""
    X, numbers = curve.split(z)
    local = local_of(curve.plane, numbers)
    goals = wanted_distances(curve, local)
    ends = curve.ends(X, numbers)
    parts = [curve.distance(end) / goal for end, goal in zip(ends, goals, strict=True)]
    tails = [strong_tail(curve, local, end, side) for side, end in enumerate(ends)]
    if all(window[0] < part < window[1] for part in parts) and tails == [None, None]:
        return None
    t = nodes_of(curve.gauss, curve.mesh).ravel()
    away = np.abs((X.reshape(-1, curve.n) - numbers[: curve.n]) / curve.scale).max(axis=1)
    middle = int(np.argmax(away))
    low, high = 0.0, 1.0
    if tails[0] is None and parts[0] < window[0]:
        low = t[int(np.argmax(away > goals[0]))] if (away[:middle] > goals[0]).any() else 0.0
    elif tails[0] is None and parts[0] > window[1]:
        tails[0] = tail(curve, local, numbers, ends[0], -1, goals[0])
    if tails[1] is None and parts[1] < window[0] and not curve.central:
        high = t[len(t) - 1 - int(np.argmax(away[::-1] > goals[1]))]
    elif tails[1] is None and parts[1] > window[1]:
        tails[1] = tail(curve, local, numbers, ends[1], 1, goals[1])
    if not low < high:
        return None
    T, table, n = curve.T, curve.gauss, curve.n
    inner = curve.mesh[(curve.mesh > low) & (curve.mesh < high)]
    points = np.concatenate([[low], inner, [high]])
    orbit = evaluated(table, curve.mesh, X, nodes_of(table, points).ravel())
    pieces, times = [orbit.reshape(-1, *X.shape[1:])], [points * T]
    for side, drawn in enumerate(tails):
        if drawn is None:
            continue
        span, path = drawn
        grid = np.linspace(0, span, TAIL + 1)
        places = nodes_of(table, grid / span) * span
        if side == 0:
            piece = path(span - places.ravel())
            times.insert(0, low * T - span + grid[:-1])
            pieces.insert(0, piece.reshape(*places.shape, n) + numbers[:n])
        else:
            piece = path(places.ravel())
            times.append(high * T + grid[1:])
            pieces.append(piece.reshape(*places.shape, n) + numbers[:n])
    time, X = np.concatenate(times), np.concatenate(pieces)
    mesh = (time - time[0]) / (time[-1] - time[0])
    curve.T = float(time[-1] - time[0])
    return onto_mesh(curve, mesh, X, numbers, curve.N)


def onto_mesh(
    curve: "ConnectionCurve", mesh: np.ndarray, X: np.ndarray, numbers: np.ndarray, count: int
) -> np.ndarray:
    """An orbit on a mesh of `count` intervals that suits it, which the curve takes."""
    table = curve.gauss
    new = equidistributing(table, mesh, X, curve.scale, count)
    X = carried(table, mesh, X, new)
    curve.use(new)
    curve.refer(X)
    curve.direct(numbers)
    return curve.joined(X, numbers)


def tail(
    curve: "ConnectionCurve",
    local: Local,
    numbers: np.ndarray,
    end: np.ndarray,
    sense: int,
    goal: float,
) -> Tail:
    """How long the flow takes from an end to the wanted distance, and its path: exponential, or
    algebraic (w' = a w^2) where an eigenvalue is so small that the linear terms don't decide."""
    up, n = curve.unstable, curve.n
    group = slice(0, n - curve.stable) if sense < 0 else slice(up, n)
    values, vectors = local.values[group], local.right[:, group]
    distance = curve.distance(end)
    place = numbers.copy()
    place[:n] += end
    rate = curve.distance(curve.field.f(place)) / distance
    slowest = np.abs(values.real).min()
    if slowest < 0.3 * rate or curve.central:

        def algebraic(t: np.ndarray) -> np.ndarray:
            return end / (1 + rate * t)[:, None]

        return (distance / goal - 1) / rate, algebraic
    share = np.linalg.lstsq(vectors, end.astype(complex), rcond=None)[0]

    def path(t: np.ndarray) -> np.ndarray:
        return ((np.exp(sense * values * t[:, None]) * share) @ vectors.T).real

    t = np.linspace(0, 2 * math.log(distance / goal) / slowest, 400)
    near = np.abs(path(t) / curve.scale).max(axis=1) <= goal
    return float(t[max(int(np.argmax(near)), 1)]) if near.any() else float(t[-1]), path


def strong_tail(curve: "ConnectionCurve", local: Local, end: np.ndarray, side: int) -> Tail | None:
    """At an end of an orbit homoclinic to a saddle-node: the flow until the centre direction, which
    is slow, rules the strong ones; None where it does."""
    n = curve.n
    strong = slice(0, curve.unstable) if side == 0 else slice(n - curve.stable, n)
    if not curve.central or strong.start == strong.stop:
        return None
    share = np.linalg.lstsq(local.right, end.astype(complex), rcond=None)[0]
    values, vectors = local.values[strong], local.right[:, strong]
    fast = (vectors @ share[strong]).real
    slow = end - fast
    size = curve.distance(fast)
    if size < max(RULES * curve.distance(slow), CLOSE):
        return None
    sense = -1 if side == 0 else 1
    span = math.log(size / (0.3 * CLOSE)) / float(np.abs(values.real).min())

    def path(t: np.ndarray) -> np.ndarray:
        return slow + ((np.exp(sense * values * t[:, None]) * share[strong]) @ vectors.T).real

    return span, path


def begun(
    curve: "ConnectionCurve", z: np.ndarray, sense: np.ndarray, s: float, tolerance: float = 1e-9
) -> Point | None:
    """The orbit corrected in the plane across the (x, a, b) of `sense`, as a point of the curve."""
    border = np.zeros_like(z)
    border[-curve.n - 2 :] = sense[-curve.n - 2 :]
    border = unit(curve, border)
    with np.errstate(all="ignore"):
        solution = corrected(curve, z, border, tolerance)
        if solution is None:
            return None
        z = solution[0]
        r, solve, linear = curve.linearise(z, border)
        tangent = solve(None, 1.0)
    if not (np.isfinite(r).all() and np.isfinite(tangent).all()):
        return None
    tangent = unit(curve, tangent)
    along = curve.weights @ (sense[-curve.n - 2 :] * tangent[-curve.n - 2 :])
    return Point(z, -tangent if along < 0 else tangent, s, curve.facts(z, tangent, linear))


def fitted(curve: "ConnectionCurve", z: np.ndarray, sense: np.ndarray) -> Point | None:
    """The orbit corrected and cut to the wanted ends in turn."""
    for _ in range(ROUNDS):
        point = begun(curve, z, sense, 0.0)
        if point is None:
            return None
        again = retruncated(curve, point.z)
        z = point.z if again is None else again
        if again is None:
            break
    X, numbers = curve.split(z)
    return begun(curve, onto_mesh(curve, curve.mesh, X, numbers, curve.N), sense, 0.0)


def finer(
    curve: "ConnectionCurve", z: np.ndarray, intervals: int
) -> "tuple[ConnectionCurve, np.ndarray]":
    """A curve of its own on a finer mesh, and the same orbit there."""
    X, numbers = curve.split(z)
    new = type(curve)(
        curve.plane,
        curve.mesh,
        X,
        curve.T,
        curve.unstable,
        curve.stable,
        numbers,
        curve.scale,
    )
    return new, onto_mesh(new, curve.mesh, X, numbers, intervals)
