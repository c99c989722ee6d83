"""A slow ramp of the drive up from rest: what the model does where rest is lost.

Just beyond the loss the attractors are those of the diagram; where there is one, the model goes
there, where there are several (or none is known), it is run from the lost rest to see. A jump to
another rest is followed on; small oscillations below the spike level are followed to their end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ..dynamics.errors import NotFound, RheobaseError
from ..dynamics.reduction import angles_of
from .continue_cycles import continue_cycles
from .diagram import Diagram
from .find_limit_cycle import find_limit_cycle
from .firing import Firing, firing_parts
from .fixed_point import FixedPoint, fixed_point_at
from .rest_path import RestPath, rest_at, rest_path
from .settling import Outcome, settled
from .special_point import SpecialPoint
from .spike_level import SpikeLevel

BEYOND = (1e-4, 1e-3, 1e-2)  # of the range, from the loss; the later ones where a run is undecided
KICK = 1e-2  # of the states' sizes
JUMPS = 6
SAME_PLACE = 1e-6  # of the range: a fold and a SNIC are one
ALIKE = 0.15  # of ln period and of the swing: a run's cycle and a row are one
SAME_REST = 1e-3


@dataclass
class Ramp:
    """What was seen on the way up."""

    diagram: Diagram
    parts: list[Firing]
    path: RestPath  # the rest that is lost for firing, or the last one
    firing: Firing | None = None  # reached from rest
    spiked: bool = False  # a spike was seen beyond the loss
    decided: bool = True  # whether it is known what follows on the loss
    last: FixedPoint | None = None  # the rest that a jump came to, where it was lost to one
    notes: list[str] = field(default_factory=list)
    passed: list[SpecialPoint] = field(default_factory=list)


def ramp_up(
    diagram: Diagram,
    path: RestPath,
    level: SpikeLevel,
    size: np.ndarray,
    told: Callable[[str, float], None] | None = None,
) -> Ramp:
    """Follow rest upward until it is lost for good."""
    ramp = Ramp(diagram, firing_parts(diagram, level), path)
    name = diagram.parameter
    first = path
    for _ in range(JUMPS):
        path = ramp.path
        if path.threshold is None:
            break
        if told is not None:
            told("beyond the loss of rest", path.threshold)
        if snic_at(ramp, path) is not None:
            ramp.firing = snic_at(ramp, path)
            break
        found = attractor_beyond(ramp, path, level, size)
        if isinstance(found, Firing):
            ramp.firing = spiking_beyond(ramp, found, level, size)
            break
        if found is None:
            ramp.decided = False
            ramp.notes.append(
                f"what the model comes to beyond the loss of rest at {name} = "
                f"{path.threshold:.9g} could not be established"
            )
            break
        ramp.last = found
        following = rest_path(ramp.diagram, found)
        if path.loss is not None:
            ramp.passed.append(path.loss)
        ramp.notes.append(
            f"at {name} = {path.threshold:.9g} the model goes from its rest to another one "
            f"({place_of(found)})"
        )
        if following is None or not following.rows:
            ramp.decided = False
            break
        ramp.path = following
    if ramp.firing is None:
        ramp.path = first
    return ramp


def snic_at(ramp: Ramp, path: RestPath) -> Firing | None:
    """The firing that is born where rest is lost, at a saddle-node on the circle."""
    width = abs(ramp.diagram.interval[1] - ramp.diagram.interval[0])
    for part in ramp.parts:
        born = part.born
        if born is None or born.kind != "snic" or path.loss is None:
            continue
        x, y = (np.array(list(point.state.values())) for point in (born, path.loss))
        close = np.max(np.abs(x - y)) <= 1e-3 * max(1e-3, np.max(np.abs(y)))
        if abs(born.value - path.loss.value) <= SAME_PLACE * width and close:
            return part
    return None


def attractor_beyond(
    ramp: Ramp, path: RestPath, level: SpikeLevel, size: np.ndarray
) -> Firing | FixedPoint | None:
    """Where the model goes just beyond the loss."""
    diagram, threshold = ramp.diagram, path.threshold
    assert threshold is not None
    low, high = sorted(diagram.interval)
    value = threshold
    for share in BEYOND:
        value = min(threshold + share * (high - low), high)
        if value <= threshold:
            return None
        rests = rest_at(diagram, value)
        parts = [part for part in ramp.parts if part.holds(value)]
        if len(rests) + len(parts) == 1:
            return rests[0] if rests else parts[0]
        if angles_of(diagram.model.field.system):
            return None  # a run may go round for ever
        outcome = settled(
            diagram.model.replace({diagram.parameter: value}), kicked(path, size), level, size
        )
        ramp.spiked |= outcome.spikes > 0
        found = recognised(ramp, outcome, value, rests, parts, level)
        if found is not None:
            return found
        if outcome.kind == "runaway":
            ramp.notes.append(
                f"beyond the loss of rest, at {diagram.parameter} = {value:.9g}, the model runs "
                "away without bound"
            )
            return None
    return None


def kicked(path: RestPath, size: np.ndarray) -> np.ndarray:
    """The lost rest, a little aside in the direction in which it is left."""
    loss = path.loss
    if loss is None or "q" not in loss.arrays:
        return path.state(np.inf) + KICK * size
    x, q = np.array(list(loss.state.values())), np.real(loss.arrays["q"])
    sense = np.sign(loss.coefficient) if loss.kind == "fold" and loss.coefficient else 1.0
    return x + KICK * sense * q / np.max(np.abs(q) / size)


def recognised(
    ramp: Ramp,
    outcome: Outcome,
    value: float,
    rests: list[FixedPoint],
    parts: list[Firing],
    level: SpikeLevel,
) -> Firing | FixedPoint | None:
    """The attractor of the diagram that a run came to; a new cycle is added to the diagram."""
    model = ramp.diagram.model.replace({ramp.diagram.parameter: value})
    if outcome.kind == "rest":
        return fixed_point_at(model, outcome.x)
    if outcome.kind != "cycle" or outcome.low is None or outcome.high is None:
        return None
    for part in parts:
        row = part.near(value)
        X = part.branch.arrays["orbit"][row].reshape(-1, len(outcome.x))
        swing = np.maximum(np.ptp(X, axis=0), 1e-300)
        unlike = max(
            abs(np.log(outcome.period / part.branch["period"][row])),
            float(np.max(np.abs(X.max(axis=0) - outcome.high) / swing)),
            float(np.max(np.abs(X.min(axis=0) - outcome.low) / swing)),
        )
        if unlike < ALIKE or (len(parts) == 1 and unlike < 3 * ALIKE):
            return part
    return added(ramp, outcome, value, level)


def added(ramp: Ramp, outcome: Outcome, value: float, level: SpikeLevel) -> Firing | None:
    """The family of a cycle that a run came to and the diagram did not have."""
    diagram = ramp.diagram
    name = diagram.parameter
    model = diagram.model.replace({name: value})
    try:
        start = dict(zip(model.states, outcome.x.tolist(), strict=True))
        cycle = find_limit_cycle(model, start)
        branch = continue_cycles(cycle, name, diagram.interval, max_points=600)
    except (NotFound, RheobaseError) as error:
        ramp.notes.append(
            f"a run at {name} = {value:.9g} came to an oscillation whose family could not be "
            f"followed ({error})"
        )
        return None
    ramp.diagram = replace(diagram, branches=(*diagram.branches, branch))
    ramp.parts = firing_parts(ramp.diagram, level)
    mine = [part for part in ramp.parts if part.branch is branch and part.holds(value)]
    return mine[0] if mine else None


def spiking_beyond(ramp: Ramp, part: Firing, level: SpikeLevel, size: np.ndarray) -> Firing | None:
    """The part itself if it spikes; else what follows where its small oscillations end."""
    name = ramp.diagram.parameter
    low, high = sorted(ramp.diagram.interval)
    for _ in range(JUMPS):
        if part.spikes:
            return part
        if part.ended is None or part.high >= high:
            ramp.notes.append(
                f"the oscillation that follows on rest stays below the spike level up to "
                f"{name} = {part.high:.9g}"
            )
            return None
        ramp.notes.append(
            f"rest gives way to an oscillation below the spike level, which lasts up to "
            f"{name} = {part.high:.9g} ({part.ended.kind})"
        )
        ramp.passed.append(part.ended)
        value = min(part.high + BEYOND[1] * (high - low), high)
        rests = rest_at(ramp.diagram, value)
        parts = [other for other in ramp.parts if other.holds(value)]
        if not rests and len(parts) == 1:
            part = parts[0]
            continue
        x = part.branch.arrays["orbit"][part.near(part.high)][0, 0]
        outcome = settled(ramp.diagram.model.replace({name: value}), x, level, size)
        found = recognised(ramp, outcome, value, rests, parts, level)
        if not isinstance(found, Firing):
            ramp.decided = isinstance(found, FixedPoint)
            return None
        part = found
    ramp.decided = False
    return None


def place_of(point: FixedPoint) -> str:
    name, value = next(iter(point.state.items()))
    return f"{name} = {value:.6g}"
