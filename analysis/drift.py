"""Flows of one state that fire: an angle that goes round, or a state that runs through infinity.

A flow on the line has no cycles. It still fires in two ways that the literature uses:

    the state is an angle (theta neuron): once rest is lost it goes round, T = integral dtheta/f
    over a full turn, and a spike is the passage through pi;
    the state runs off to infinity in finite time and comes back from the other side (quadratic
    integrate-and-fire, the normal form of the saddle-node), T = integral dx/f over the line.

Either way the circle is closed, so that a fold at which rest is lost is a saddle-node on it. With
theta' = 1 - cos(theta) + (1 + cos(theta)) mu, or V' = V^2 + mu, T = pi/sqrt(mu) exactly.

Reference: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..dynamics.model import Model
from ..dynamics.reduction import angles_of
from .bifurcation_diagram import Survey
from .diagram import Diagram
from .excitability import Excitability
from .fold_reach import without_parabola
from .law_fit import square_root_fit
from .onset_law import SILENT, OnsetLaw, SimulatedLaw
from .problem import problem_of
from .rest_path import nearest, rest_at, rest_path
from .simulated_law import ACCURACY, ERRORS
from .special_point import SpecialPoint
from .spike_level import SpikeLevel
from .square_root_law import square_root_law
from .step_rheobase import step_rheobase

Progress = Callable[[str, float], None]
BEYOND = 1e-4  # of the range
DISTANCES = (1e-6, 1e-2)  # of the range, for the check of the law
WITHIN = 0.1  # of the distance to which the law reaches
DOUBLINGS, LITTLE, MUCH = 200, 1.2, 4.0
COUNT = 9
POINTS = (64, 2**18)  # of the trapezoidal rule round a circle
CONVERGED = 1e-13
ROUNDING = 1e-6
NEWTON = 20
NOTE = {
    "angle": "the one state is an angle: firing is going round, and its period the integral of "
    "1/f over a turn",
    "line": "the one state runs off to infinity in finite time; as for quadratic neurons this "
    "counts as a spike, from which it comes back from the other side",
}


def passage_time(model: Model) -> float:
    """The time of a turn, or of the way from -infinity to infinity; inf where something rests or
    infinity is not reached in finite time."""
    way = kind_of(model)
    return turn(model) if way == "angle" else crossing(model)


def kind_of(model: Model) -> str:
    """ "angle" or "line"."""
    return "angle" if angles_of(model.field.system) else "line"


def turn(model: Model) -> float:
    """The integral of 1/|f| over 2 pi by the trapezoidal rule, which converges geometrically for
    periodic functions, after tan((theta - theta0)/2) = w tan(u/2) has widened the slow place."""
    p = model.field.parameter_array(model.parameters)
    grid = 2 * np.pi * np.arange(POINTS[0]) / POINTS[0]
    f = model.field.f(grid[None], p)[0]
    if not (f > 0).all() and not (f < 0).all():
        return math.inf
    k = int(np.argmin(np.abs(f)))
    slow, least = slowest(model, p, grid[k] - grid[1], grid[k] + grid[1])
    if least * f[k] <= 0:
        return math.inf
    w = min(width_of(model, p, slow, least) / 2, 1.0)
    count, last, change = POINTS[0], math.inf, math.inf
    while count <= POINTS[1]:
        half = np.pi * (np.arange(count) + 0.5) / count - np.pi / 2  # u/2
        theta = slow + 2 * np.arctan2(w * np.sin(half), np.cos(half))
        stretch = w / (np.cos(half) ** 2 + (w * np.sin(half)) ** 2)
        f = model.field.f(theta[None], p)[0]
        if not (f * least > 0).all():
            return math.inf
        time = float(2 * np.pi * np.mean(stretch / np.abs(f)))
        change = abs(time / last - 1)
        if change <= CONVERGED:
            return time
        count, last = 2 * count, time
    return last if change < ROUNDING else math.nan  # cancellation within f: no more digits


def slowest(model: Model, p: np.ndarray, a: float, b: float) -> tuple[float, float]:
    """Where |f| is least between two places, by Newton's method on f' from there, and f."""
    from scipy.optimize import minimize_scalar

    field, one = model.field, np.ones(1)
    found = minimize_scalar(
        lambda x: abs(float(field.f(np.array([x]), p)[0])), bounds=(a, b), method="bounded"
    )
    x = float(found.x)
    for _ in range(NEWTON):
        slope = float(field.jacobian(np.array([x]), p)[0, 0])
        bend = float(field.B(np.array([x]), p, one, one)[0])
        if bend == 0 or not a <= x - slope / bend <= b:
            break
        x -= slope / bend
    return x, float(field.f(np.array([x]), p)[0])


def width_of(model: Model, p: np.ndarray, x: float, speed: float) -> float:
    """The distance over which |f| about doubles beside its minimum: that of its parabola, unless
    other terms count for more."""
    bend = abs(float(model.field.B(np.array([x]), p, np.ones(1), np.ones(1))[0])) / 2
    width = math.sqrt(abs(speed) / bend) if bend > 0 else 1.0
    for _ in range(DOUBLINGS):
        sides = model.field.f(np.array([[x - width, x + width]]), p)[0]
        grown = float(np.abs(sides).max()) / abs(speed)
        if LITTLE < grown < MUCH:
            break
        width *= 2.0 if grown <= LITTLE else 0.5
    return width


def crossing(model: Model) -> float:
    """The integral of 1/|f| over the line, x = s tan(u) with s the slowest place's width."""
    from scipy.integrate import quad

    p = model.field.parameter_array(model.parameters)
    start = float(next(iter(model.start.values())))

    def speed(x: float) -> float:
        return float(model.field.f(np.array([x]), p)[0])

    grid = start + np.sinh(np.linspace(-25, 25, 4001))
    f = model.field.f(grid[None], p)[0]
    if not np.isfinite(f).all() or not ((f > 0).all() or (f < 0).all()):
        return math.inf
    k = int(np.argmin(np.abs(f)))
    a, b = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
    slow, least = slowest(model, p, float(a), float(b))
    if least * f[k] <= 0:
        return math.inf
    width = width_of(model, p, slow, least)

    def share(u: float) -> float:
        x = slow + width * math.tan(u)
        return width / (math.cos(u) ** 2 * abs(speed(x)))

    edge = math.pi / 2
    far = [share(sign * (edge - 1e-6)) for sign in (-1, 1)]
    near = [share(sign * (edge - 1e-5)) for sign in (-1, 1)]
    if not np.isfinite(far + near).all() or max(far) > 1.5 * max(near):
        return math.inf  # infinity is never reached
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the error is looked at
        time, error = quad(share, -edge, edge, epsabs=0.0, epsrel=1e-13, limit=400)
    return float(time) if error < 1e-8 * time else math.nan


def classify_drift(
    model: Model,
    parameter: str,
    interval: tuple[float, float],
    simulate: bool,
    progress: Progress | None,
) -> Excitability:
    """The verdict on a flow of one state."""
    low, high = interval
    survey = Survey(problem_of(model, parameter, interval), progress)
    survey.equilibria()
    diagram = survey.diagram()
    way = kind_of(model)
    empty = Excitability(model, parameter, interval, diagram=diagram, evidence=diagram.special)
    rests = rest_at(diagram, low)
    start = np.array(list(model.start.values()))
    path = rest_path(diagram, nearest(rests, start)) if rests else None
    if path is None:
        return replace(empty, notes=(f"there is no stable rest at {parameter} = {low:g}",))
    width = high - low
    loss, threshold = path.loss, path.threshold
    firing = SILENT
    birth, notes = None, []
    if threshold is not None and loss is not None and loss.kind == "fold":
        value = min(threshold + BEYOND * width, high)
        time = passage_time(model.replace({parameter: value}))
        if value > threshold and math.isfinite(time) and not rest_at(diagram, value):
            birth = circle_closed(loss)
            firing = square_root_law(birth)
            if firing.kind == "none":
                birth = without_parabola(birth)
            notes.append(NOTE[way])
    if birth is None:
        notes.append("no firing was found: a flow of one state can't turn back on itself")
    first = model.states[0]
    level = SpikeLevel(first, math.pi, "half a turn from rest", infinite=way == "line")
    steps = None
    if simulate and (birth is not None or way == "angle"):
        told = None if progress is None else lambda v: progress("steps from rest", v)
        size = np.ones(1) if way == "angle" else np.maximum(np.abs(path.start.x), 1.0)
        gives_way = threshold if birth is not None else None
        steps = step_rheobase(
            model, parameter, interval, path.start.x, level, size, gives_way, gives_way, told
        )
    up = 1 if birth is not None else None
    return replace(
        empty,
        hodgkin_class=up,
        spiking_class=up,
        loss=loss,
        birth=birth,
        threshold=threshold,
        firing_from=None if birth is None else threshold,
        rheobase=None if steps is None else steps.value,
        block=None if birth is None else silence_above(diagram, birth, high),
        integrator=None if birth is None else True,
        onset_frequency=None if birth is None else 0.0,
        onset="none" if birth is None else "snic",
        onset_law=firing,
        evidence=tuple(p for p in (loss, birth) if p is not None) + diagram.special,
        simulated=simulated(model, parameter, firing, width)
        if simulate and firing.kind != "none"
        else None,
        protocol="" if steps is None else steps.protocol,
        criterion="" if birth is None else "a flow of one state cannot ring",
        notes=tuple(notes),
    )


def circle_closed(fold: SpecialPoint) -> SpecialPoint:
    """The fold as a saddle-node on the circle."""
    assert isinstance(fold.coefficient, float), "this is a bug: a fold without its coefficient"
    a, b = fold.coefficient, float(fold.notes["slope"])
    return replace(
        fold,
        kind="snic",
        period=math.inf,
        coefficient=math.sqrt(abs(a * b)) / math.pi,
        coefficient_name=f"frequency per sqrt|{fold.parameter} - {fold.value:.8g}|",
        notes={"a": a, "b": b},
    )


def silence_above(diagram: Diagram, birth: SpecialPoint, high: float) -> float | None:
    """The next drive at which something rests again."""
    folds = [p.value for p in diagram.all("fold") if p.value > birth.value]
    return min(folds) if folds and rest_at(diagram, high) else None


def simulated(model: Model, parameter: str, law: OnsetLaw, width: float) -> SimulatedLaw:
    """The law beside periods by quadrature."""
    far = min(1.0, WITHIN * law["reach"] / (DISTANCES[1] * width))
    d = np.geomspace(*DISTANCES, COUNT) * width * far
    T = np.array([passage_time(model.replace({parameter: law.at + law.side * x})) for x in d])
    good = np.isfinite(T)
    d, T = d[good], T[good]
    if len(d) < COUNT - 2:
        why = "the passage times could not be computed near the onset"
        return SimulatedLaw(
            "the prefactor", None, None, None, None, law["s"], None, math.nan, (), (), why
        )
    fit = square_root_fit(d, T)
    tolerance = ERRORS * fit.error + ACCURACY * law["s"]
    return SimulatedLaw(
        "the prefactor",
        fit.exponent,
        fit.exponent_error,
        fit.value,
        fit.error,
        law["s"],
        bool(abs(fit.value - law["s"]) <= tolerance),
        tolerance,
        tuple(d.tolist()),
        tuple(T.tolist()),
        f"{len(d)} passage times by quadrature, {d.min():.3g} to {d.max():.3g} from the onset",
    )
