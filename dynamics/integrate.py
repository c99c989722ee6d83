"""Adaptive integration in time: the compiled march, from stop to stop, in interruptible calls."""

from collections.abc import Callable, Sequence
from math import inf, isfinite
from time import perf_counter

import numpy as np

from . import cache
from .errors import InvalidArgument
from .headway import LOOK, Headway
from .kernels import layout as at
from .march_arrays import MarchArrays
from .marching import March
from .solution import Solution, segments_between
from .status import Status
from .stiffness import is_stiff

METHODS = ("dormand-prince", "radau", "auto")
# A call of the march should last so many seconds, for Ctrl-C and progress.
PATIENCE = 0.1
# "auto" looks for stiffness after so many steps, if at the present pace more than so many remain.
LOOK_EVERY, WORTHWHILE = 1000, 5000
# A march is made for the model after so many steps, times states, and as many to come: about 1 s.
# They are counted, not timed, so that a busy machine gives the same digits.
LONG = 1_500_000


def integrate(
    system: Sequence[int],
    x0,
    p,
    t0: float,
    t1: float,
    *,
    method: str = "dormand-prince",
    rtol: float = 1e-8,
    atol=1e-8,
    first_step: float | None = None,
    max_step: float = inf,
    max_steps: int = 100_000_000,
    stops=(),
    hold=None,
    store: bool = True,
    progress: Callable[[float, float, float], None] | None = None,
    release: float | None = None,
    jacobian: Callable[[], int] | None = None,
    march: Callable | None = None,
    better: Callable[[], Callable] | None = None,
    curved: bool = False,
) -> Solution:
    """The solution of dx/dt = f(t, x, p) from x0 at t0 to t1, before or after it.

    Parameters
    ----------
    system
        addresses of the parts of the model, as `kernels/by_address.py` says; missing ones are 0.
        A system with a margin is reset where the margin becomes >= 0 (forward in time only).
    method
        "dormand-prince" (order 8(5,3)), "radau" (Radau IIA, order 5; wants the Jacobian), or
        "auto": Dormand-Prince, and Radau from where on stiffness, not accuracy, limits the step
        and more than 5000 steps would remain
    rtol, atol
        each step's error is below rtol * |x| + atol (a number or one a component), in the root
        mean square over the components
    first_step, max_step, max_steps
        lengths of steps, and how many to try at most
    stops
        times at which the field jumps or kinks: steps end there
    hold
        which components (a mask) rest during the refractory time after a reset
    store
        False keeps nothing but the last node and the times of the resets
    progress
        called about ten times a second with (t0, t, t1)
    release
        the end of the refractory time in which the run begins (`release` of the run before)
    jacobian
        gives the address of the Jacobian when it is first needed, where `system` has 0
    march
        a model-specific copy of `kernels.march.march`
    better
        makes such a copy; called when the run has taken about a second and as much again remains
    curved
        whether the margin contains t or is not affine in the states, so that steps must resolve it

    The result's `.status` says how it ended; whatever happened, the part computed is there.
    """
    if method not in METHODS:
        raise InvalidArgument(f"method = {method!r}: choose one of {', '.join(METHODS)}")
    state = March(
        system,
        x0,
        p,
        t0,
        t1,
        rtol=rtol,
        atol=atol,
        first_step=first_step,
        max_step=max_step,
        hold=hold,
        store=store,
        release=release,
        jacobian=jacobian,
    )
    state.count[at.CURVED] = curved
    if method == "radau" and not state.use_radau():
        raise InvalidArgument('method = "radau" wants the address of the Jacobian; it is 0')
    segments = segments_between(t0, t1, stops)
    run = march or cache.kernel("march").march
    headway = Headway(state, abs(t1 - t0))
    quota, code = 500, at.PAUSED
    try:
        for segment in segments:
            code = at.PAUSED
            while code == at.PAUSED:
                if state.tried >= max_steps:
                    return state.ended(segments, Status.TOO_MANY_STEPS, _too_many(state, t1))
                explicit = method == "auto" and not state.implicit
                every = LOOK_EVERY if explicit or better is not None else LOOK
                steps = min(quota, every - state.tried % every, max_steps - state.tried)
                begin = perf_counter()
                code = state.call(run, segment, steps)
                pace = (perf_counter() - begin) / steps
                quota = max(50, min(int(PATIENCE / pace), 4 * quota, 200_000))
                if code == at.PAUSED and (reason := headway.lost()):
                    return state.ended(segments, *reason)
                if progress is not None:
                    progress(t0, state.time, t1)
                if code != at.PAUSED or state.implicit or state.tried % LOOK_EVERY:
                    continue
                remain = state.remaining_steps(t1)
                if better is not None and min(state.tried, remain) * len(state.x) > LONG:
                    run, better = better(), None
                slow = explicit and remain > WORTHWHILE and is_stiff(state, segment)
                if slow and state.use_radau():
                    run = cache.kernel("march").march
            if code != at.ARRIVED:
                return state.ended(segments, *_failure(state, code))
    except KeyboardInterrupt:
        message = f"Interrupted at t = {state.time:.10g}, before {t1:g}."
        return state.ended(segments, Status.INTERRUPTED, message)
    return state.ended(segments, Status.COMPLETED, f"Reached t = {t1:.10g}.")


def _too_many(state: March, t1: float) -> str:
    return (
        f"Gave up at t = {state.time:.10g} after {state.tried} steps, before {t1:g}. Raise "
        'max_steps, loosen the tolerance or, if the equations are stiff, use "radau".'
    )


def not_a_pause(state: MarchArrays) -> str:
    """Why a reset could not be done: its refractory time is no time."""
    return (
        f"The refractory time of the reset is {state.g[0]:g} at t = {state.time:.10g}, not a "
        "number >= 0. Check its expression there, or bound it: max(0, ...)."
    )


def not_a_margin(state: MarchArrays) -> str:
    """Why nobody can say whether a reset is due."""
    return (
        f"The threshold is not a number at t = {state.time:.10g}: whether it is crossed can't be "
        "said. Check its expression there, for logarithms, roots and divisions."
    )


def _failure(state: March, code: int) -> tuple[Status, str]:
    t, x, f = state.time, state.x, state.f
    where = f"t = {t:.10g}, x = ({', '.join(f'{v:.6g}' for v in x[:6])}{', ...' * (len(x) > 6)})"
    if code == at.TOO_MANY_EVENTS:
        return Status.TOO_MANY_EVENTS, (
            f"More than 100 resets at once at {where}: the state after the reset is beyond its "
            "threshold. Change the reset or its condition, or give a refractory time."
        )
    if code == at.NOT_A_PAUSE:
        return Status.NOT_FINITE, not_a_pause(state)
    if code == at.NOT_A_MARGIN:
        return Status.NOT_FINITE, not_a_margin(state)
    if code == at.NOT_FINITE:
        return Status.NOT_FINITE, (
            f"The right sides are not finite at {where}. Check the start values and parameters "
            "there, for logarithms, roots and divisions."
        )
    big = np.abs(x) > 1e6 * (1.0 + np.abs(state.x0))
    # faster and faster outwards, too: x' = exp(x) has x = 35 when the steps end
    away = np.sign(x) * np.sign(f) * state.sign > 0
    with np.errstate(over="ignore"):
        outward = away & (np.abs(f) * max(abs(t), 1.0) > 1e8 * (1.0 + np.abs(x)))
    if np.any(big) or np.any(outward) or not np.all(np.isfinite(x)):
        return Status.DIVERGED, (
            f"The solution grows without bound at {where}. Add a reset or a limiting term, or end "
            "the run before."
        )
    if not isfinite(state.error):
        return Status.NOT_FINITE, (
            f"The right sides cease to be finite just beyond {where}. Check their logarithms, "
            "roots and divisions, or end the run before."
        )
    return Status.STEP_TOO_SMALL, (
        f"No step is small enough at {where}: the equations jump there or the tolerance is below "
        "what doubles resolve. Loosen the tolerance, or name the jump's time as a stop."
    )
