"""Integration in time with steps of one length: explicit, exponential and stochastic schemes."""

from collections.abc import Callable, Sequence
from math import ceil
from time import perf_counter

import numpy as np

from . import cache
from .errors import InvalidArgument, UnknownName
from .fixed_marching import FixedMarch
from .integrate import not_a_margin, not_a_pause
from .kernels import layout as at
from .march_arrays import MarchArrays
from .noisy_marching import SCHEMES as STOCHASTIC
from .noisy_marching import NoisyMarch
from .solution import Solution, segments_between
from .status import Status

PATIENCE = 0.1

# a, b, c of the explicit schemes (Hairer, Norsett & Wanner 1993, section II.1)
TABLEAUS: dict[str, tuple[list, list, list]] = {
    "euler": ([[0]], [1], [0]),
    "heun": ([[0, 0], [1, 0]], [1 / 2, 1 / 2], [0, 1]),
    "rk2": ([[0, 0], [1 / 2, 0]], [0, 1], [0, 1 / 2]),
    "rk4": (
        [[0, 0, 0, 0], [1 / 2, 0, 0, 0], [0, 1 / 2, 0, 0], [0, 0, 1, 0]],
        [1 / 6, 1 / 3, 1 / 3, 1 / 6],
        [0, 1 / 2, 1 / 2, 1],
    ),
}
SCHEMES = (*TABLEAUS, "exponential-euler", *STOCHASTIC)
# which parts of the model a scheme wants besides its field
WANTS = {
    "exponential-euler": ("jacobian",),
    "euler-maruyama": ("noise",),
    "milstein": ("noise", "noise_slope"),
    "srk": ("noise",),
}


def integrate_fixed(
    system: Sequence[int],
    x0,
    p,
    t0: float,
    t1: float,
    *,
    scheme: str = "rk4",
    step: float,
    every: int = 1,
    seed: int = 0,
    sources: int | None = None,
    shots: int = 0,
    steady: bool = False,
    stops=(),
    hold=None,
    store: bool = True,
    progress: Callable[[float, float, float], None] | None = None,
    release: float | None = None,
    enough: int = 0,
) -> Solution:
    """The solution from x0 at t0 to t1 on the grid t0 + i step; the last step may be shorter.

    Parameters
    ----------
    system, x0, p, stops, hold, store, progress, release
        as in `integrate`; "exponential-euler" wants the Jacobian, "euler-maruyama" and "srk" the
        noise, "milstein" also its slope, a reset with noise how the noise moves its margin
    scheme, step
        one of SCHEMES, and the positive length of its steps
    every
        grid points from one stored node to the next; spikes and the ends of refractory times are
        stored besides
    seed
        of the noise: the same seed and step give the same path, however it is stored
    sources
        how many independent noises there are: the noise of the model is a matrix with a row for
        each equation and a column for each source; as many as equations if not given
    shots, steady
        how many Poisson sources there are, and whether all their rates are constant; a step ends
        at each of their arrivals
    enough
        with noise: the run ends after so many spikes, if it is not 0

    A spike is located inside its step, by taking the step again with a part of its length, so that
    it is not tied to the grid; with noise it is drawn from the Brownian bridge between the ends. A
    stop that is a point of the grid (to 1e-9 of a step) is seen from inside the steps beside it.
    """
    if scheme not in SCHEMES:
        raise UnknownName(str(scheme), "a scheme with steps of one length", SCHEMES)
    if not step > 0 or every < 1:
        raise InvalidArgument(f"step and every must be positive, not {step!r} and {every!r}")
    addresses = dict(zip(at.PARTS, system, strict=False))
    wanted = [*WANTS.get(scheme, ()), *(("shot_rate", "shot_jump") if shots else ())]
    for part in wanted:
        if not addresses.get(part):
            raise InvalidArgument(f"{scheme} wants the address of {part}; it is 0")
    random = scheme in STOCHASTIC or shots > 0
    if random and t1 < t0:
        raise InvalidArgument(f"noise runs forward only, not from {t0:g} to {t1:g}")
    count = max(1, ceil(abs(t1 - t0) / step * (1 - 1e-12) - 1e-9))
    h = step if t1 >= t0 else -step
    tableau = TABLEAUS.get(scheme, TABLEAUS["euler"])
    shared = dict(
        points=count,
        every=int(every),
        edges=_edges(stops, t0, h, count),
        tableau=tuple(np.array(part, dtype=float) for part in tableau),
        hold=hold,
        store=store,
        release=release,
    )
    state: MarchArrays
    if random:
        gaussian = scheme in STOCHASTIC
        state = NoisyMarch(
            system,
            x0,
            p,
            (t0, h, t1),
            scheme=scheme,
            seed=int(seed),
            sources=(len(x0) if sources is None else sources) if gaussian else 0,
            shots=shots,
            steady=steady,
            enough=enough,
            **shared,
        )
        march = cache.kernel("noisy_march").noisy_march
    else:
        exponential = scheme == "exponential-euler"
        state = FixedMarch(system, x0, p, (t0, h, t1), exponential=exponential, **shared)
        march = cache.kernel("fixed_step").fixed_march
    evaluations = len(tableau[1])
    segments = segments_between(t0, t1, stops)
    methods, quota, code = ((float(t0), scheme),), 500, at.PAUSED
    try:
        while code == at.PAUSED:
            begin = perf_counter()
            code = state.call(march, quota)
            quota = int(quota * min(4.0, max(0.25, PATIENCE / (perf_counter() - begin))))
            quota = max(50, min(quota, 1_000_000))
            if progress is not None:
                progress(t0, state.time, t1)
    except KeyboardInterrupt:
        message = f"Interrupted at t = {state.time:.10g}, before {t1:g}."
        return state.solution(
            segments, Status.INTERRUPTED, message, evaluations * state.accepted, methods
        )
    status, message = _ending(state, code, step, t1)
    return state.solution(segments, status, message, evaluations * state.accepted, methods)


def _edges(stops, t0: float, h: float, count: int) -> np.ndarray:
    """Rows (i, below, above) of the stops that are grid points, in the order of the run."""
    stops = np.unique(np.asarray(stops, dtype=float))
    places = (stops - t0) / h
    nearest = np.round(places)
    on_grid = (np.abs(places - nearest) < 1e-9) & (nearest >= 0) & (nearest <= count)
    times = stops[on_grid]
    below, above = np.nextafter(times, -np.inf), np.nextafter(times, np.inf)
    rows = np.stack([nearest[on_grid], below, above], axis=1)
    return np.ascontiguousarray(rows[np.argsort(rows[:, 0])])


def _ending(state: MarchArrays, code: int, step: float, t1: float) -> tuple[Status, str]:
    if code == at.ARRIVED:
        return Status.COMPLETED, f"Reached t = {t1:.10g}."
    if code == at.TOO_MANY_EVENTS:
        return Status.TOO_MANY_EVENTS, (
            f"Too many resets within one step near t = {state.time:.10g}. Shorten the step, change "
            "the reset or its condition, or give a refractory time."
        )
    if code == at.TOO_MANY_ARRIVALS:
        return Status.TOO_MANY_EVENTS, (
            f"More than {at.ARRIVALS} Poisson arrivals within one step near t = {state.time:.10g}. "
            "Shorten the step, or put Gaussian noise of the same mean and variance in their place."
        )
    if code == at.NOT_A_PAUSE:
        return Status.NOT_FINITE, not_a_pause(state)
    if code == at.NOT_A_MARGIN:
        return Status.NOT_FINITE, not_a_margin(state)
    if code == at.NOT_A_RATE:
        return Status.NOT_FINITE, (
            f"A Poisson rate is negative, infinite or not a number at t = {state.time:.10g}. Check "
            "its expression there, or bound it: max(0, ...)."
        )
    return Status.DIVERGED, (
        f"The solution ceased to be finite before t = {state.time:.10g}. Shorten the step "
        f"({step:g}); if that does not help, the equations themselves diverge."
    )
