"""Lyapunov exponents of models with a reset: the saltation matrix in the map from spike to spike.

A difference v just before a spike is carried to the next spike by

    E = (1 - r k') Phi (Psi R' + M f tau'),     k = g'/(g'.r)

with the jump R', the pause Psi (longer by tau'), the passage Phi, and the shift of the next
crossing along r, the direction of the flow. The n - 1 exponents of the product of all E, divided by
the mean interval, and 0 for a shift in time, are the exponents of the orbit. Phi is taken in the
arclength of `reset_run`, where the upstroke of a spike does not blow up. A model that comes to rest
has the real parts of its eigenvalues there.

Reference: P. C. Mueller, Chaos, Solitons & Fractals 5 (1995) 1671-1681.
"""

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from .find_reset_cycle import free_parameter
from .gauss import blocks, gauss
from .lyapunov_exponents import LyapunovExponents
from .reset_field import PointField, ResetField
from .reset_run import Piece, Runner, Silence, Spike, sizes_of, widened

SPIKES, MOST = 600, 20_000
SETTLING = 50  # spikes, at least, and a fifth of all
TURNING = 10  # spikes in which the directions find theirs
BLOCKS = 20  # of spikes, whose means give the errors
DEGREE = 3
PARTS = 16  # intervals of a pause
TIGHT = 1e-9
PATIENCE = 1e4  # slow times


def reset_lyapunov_exponents(
    model: Model, count: int | None = None, until: float | None = None
) -> LyapunovExponents:
    """The exponents of what a model with a reset settles on from its start values."""
    field = ResetField(model, free_parameter(model))
    point = field.at(model.parameters[field.parameter])
    n = field.n
    count = count or n
    x = np.array(list(model.start.values()))
    size, slow = sizes_of(point, x)
    runner = Runner(point, x, size, slow, TIGHT)
    spikes, silence = runner.spikes(SETTLING, PATIENCE / slow)
    if silence is not None:
        return at_rest(model, point, silence, count)
    runner.size = widened(size, spikes[SETTLING // 2 :])
    mean = (spikes[-1].t - spikes[0].t) / (len(spikes) - 1)
    runner.slow = 1 / mean
    wanted = SPIKES if until is None else min(max(int(until / mean), 2 * BLOCKS), MOST)
    longest = 1e3 * mean
    for _ in range(max(wanted // 5 - SETTLING, 1)):
        spike = runner.spike(longest)
        if isinstance(spike, Silence):
            return at_rest(model, point, spike, count)
    directions = np.linalg.qr(np.random.default_rng(20).standard_normal((n, n - 1)))[0]
    logs, times = np.zeros((wanted, n - 1)), np.zeros(wanted)
    last = runner.spike(longest)
    for i in range(-TURNING, wanted):
        spike = runner.spike(longest)
        if isinstance(spike, Silence) or isinstance(last, Silence):
            raise NotFound(
                f"{model.name} stops firing after {max(i, 0)} more spikes: it has no lasting "
                "motion to take exponents of"
            )
        step = spike_map(point, last, spike, runner.size, runner.slow)
        moved = step @ (directions * runner.size[:, None]) / runner.size[:, None]
        directions, R = np.linalg.qr(moved)
        if i >= 0:
            with np.errstate(divide="ignore"):
                logs[i] = np.log(np.abs(np.diag(R)))
            times[i] = spike.t - last.t
        last = spike
    return summed(model, logs, times, count)


def summed(model: Model, logs: np.ndarray, times: np.ndarray, count: int) -> LyapunovExponents:
    """Means over the whole time, errors from blocks, the zero of the flow among them."""
    total = float(times.sum())
    values = logs.sum(axis=0) / total
    parts = np.array_split(np.arange(len(times)), BLOCKS)
    means = np.array([logs[part].sum(axis=0) / times[part].sum() for part in parts])
    with np.errstate(invalid="ignore"):
        errors = np.nan_to_num(means.std(axis=0, ddof=1) / np.sqrt(BLOCKS))
    values, errors = np.append(values, 0.0), np.append(errors, 0.0)
    order = np.argsort(-values, kind="stable")[:count]
    return LyapunovExponents(model, values[order], errors[order], float(values.sum()), total, 1)


def at_rest(model: Model, point: PointField, silence: Silence, count: int) -> LyapunovExponents:
    """Real parts of the eigenvalues where a model comes to rest."""
    if silence.reason != "rest":
        raise NotFound(
            f"{model.name} {silence.sentence(point)}: neither rest nor lasting firing, and no "
            "exponents to take"
        )
    values = np.sort(np.linalg.eigvals(point.jacobian(silence.x)).real)[::-1]
    return LyapunovExponents(
        model, values[:count], np.zeros(count), float(values.sum()), float(silence.t), 1
    )


def spike_map(
    point: PointField, last: Spike, spike: Spike, size: np.ndarray, slow: float
) -> np.ndarray:
    """E, from the state before one spike to that before the next."""
    field, n = point.field, point.n
    ends = np.array([[*last.before, point.value], [*spike.before, point.value]]).T
    event = field.event(ends)
    into = event.after_slope[:, :n, 0]
    for piece in spike.pieces:
        if piece.held:
            moved = transition(point, piece, size, slow) @ into
            f = field.moving * np.array(point.rates(0.0, piece.at(np.array([piece.length]))[:n, 0]))
            into = moved + np.outer(f, event.pause_slope[:n, 0])
        else:
            into = transition(point, piece, size, slow) @ into
            f = np.array(point.rates(0.0, spike.before))
            r = f / np.sqrt(slow**2 + ((f / size) ** 2).sum())
            normal = event.margin_slope[:n, 1]
            into = into - np.outer(r, normal @ into) / float(normal @ r)
    return into


def transition(point: PointField, piece: Piece, size: np.ndarray, slow: float) -> np.ndarray:
    """How small differences change along a piece, at equal places of it, by collocation on the
    steps of the run."""
    n, table = point.n, gauss(DEGREE)
    steps = np.linspace(0, piece.length, PARTS + 1) if piece.held else piece.steps
    h = np.diff(steps)
    h = h[h > 0]
    if not len(h):
        return np.eye(n)
    places = steps[:-1][: len(h), None] + h[:, None] * table.nodes[1:]
    x = piece.at(places.ravel())[:n]
    f, J = point.model.field.linearisation(x, point.p)
    if piece.held:
        A = (point.moving[:, None, None] * J).transpose(2, 0, 1)
    else:
        weighted = f / size[:, None] ** 2
        sigma = np.sqrt(slow**2 + (f * weighted).sum(axis=0))
        slope = np.einsum("am,abm->bm", weighted, J) / sigma
        A = (J / sigma - f[:, None] * slope / sigma**2).transpose(2, 0, 1)
    m = DEGREE
    tables = blocks(m, n)
    M = tables.coupling / h[:, None, None]
    inner = M.reshape(len(h), m, n, m, n)
    points = np.arange(m)
    inner[:, points, :, points, :] -= A.reshape(len(h), m, n, n).transpose(1, 0, 2, 3)
    response = np.linalg.solve(
        M, np.broadcast_to(tables.entering, (len(h), m * n, n)) / h[:, None, None]
    )
    maps = tables.leaving @ response + table.end[0] * np.eye(n)
    product = np.eye(n)
    for step in maps:
        product = step @ product
    return product
