"""How a model with a reset starts to fire: its rest, its spiking orbits, and the two together.

Rest ends where the equilibria of the flow do, at a fold or a Hopf point, or where the equilibrium
comes to lie on the threshold ("border collision": the leaky neuron). Firing is born where the
spiking orbit does: its period diverges at a fold that it passes (SNIC), at a saddle that the state
after a spike comes to lie behind, or at the threshold that the equilibrium reaches; or it ends at
finite period in a fold of orbits, grazing, or at the border of another pattern.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from ..dynamics.status import Status
from .branch import Branch
from .diagram import Diagram
from .excitability import Excitability
from .firing import Firing
from .limit_cycle import LimitCycle
from .logarithmic_law import leading
from .onset_law import SILENT, OnsetLaw, SimulatedLaw
from .problem import Problem, problem_of
from .reset_families import Search, parts_of, places_of, spiking_families
from .reset_field import ResetField
from .reset_rest import Rest, equilibria_of, is_integrator, rest_of
from .reset_run import Runner, sizes_of
from .reset_simulation import simulated_reset_law, step_to_spike
from .solutions_at import solutions_at
from .special_point import SpecialPoint
from .square_root_law import square_root_law

BESIDE = 1e-3  # of the range: beside an edge, where a run is looked at
TOGETHER = 1e-6  # of the range
SAME, CLOSELY, CLOSE_BY = 1e-9, 1e-5, 1e-7
DESCENTS = 5  # families looked for below one another
SUSTAINED = 40  # spikes without a silence
Progress = Callable[[str, float], None]


def classify_reset(
    model: Model,
    parameter: str,
    interval: tuple[float, float],
    progress: Progress | None = None,
    simulate: bool = True,
) -> Excitability:
    """The verdict on a model with a reset; a range that runs downward is turned round. Without
    simulation there is no rheobase and no check of the law."""
    low, high = sorted(map(float, interval))
    problem = problem_of(model, parameter, (low, high))
    survey = Onset(problem, ResetField(model, parameter), progress, simulate)
    return survey.verdict()


@dataclass
class Onset:
    """What has been established so far."""

    problem: Problem
    resetting: ResetField
    progress: Progress | None
    simulates: bool = True
    notes: list[str] = field(default_factory=list)
    equilibria: list[Branch] = field(default_factory=list)
    families: list[Branch] = field(default_factory=list)

    def verdict(self) -> Excitability:
        problem = self.problem
        self.tell("equilibria", problem.low)
        self.equilibria, _ = equilibria_of(problem)
        rest = rest_of(problem, self.resetting, self.equilibria)
        if rest.point is None:
            self.notes.append(
                f"no stable equilibrium below the threshold at {problem.parameter} = "
                f"{problem.low:g}: the range begins where the model does not rest"
            )
        elif rest.loss is None:
            self.notes.append("rest is not lost in the range")
        search = Search(problem, told=self.progress)
        places = places_of(problem)
        if rest.loss is not None:
            above = rest.loss.value + BESIDE * problem.width
            places = [min(above, problem.high), problem.high]
        self.families, failed = spiking_families(search, places)
        if not self.families:
            self.notes += failed[:1]
        part = self.onset_part(rest)
        part = self.descended(search, part)
        firing_from, born = (None, None) if part is None else (part.low, part.born)
        if part is not None and born is None:
            self.open_end(part)
            if not self.reaches_low(part):
                firing_from = None
        threshold = None if rest.loss is None else rest.loss.value
        if born is not None and threshold is not None and firing_from is not None:
            same = abs(firing_from - threshold) <= SAME * problem.width
            threshold = firing_from if same else threshold
        law = SILENT if born is None else self.law(born, part)
        step = None
        if rest.point is not None and self.simulates:
            self.tell("steps", problem.low)
            step = step_to_spike(
                self.resetting, rest.point.x, (problem.low, problem.high), threshold
            )
        diagram = self.diagram()
        evidence = list(diagram.special)
        if rest.loss is not None and rest.loss.kind == "border collision":
            evidence = [rest.loss, *evidence]
        up, down = self.classes(rest, part, step)
        return Excitability(
            problem.model,
            problem.parameter,
            problem.interval,
            hodgkin_class=up,
            spiking_class=down,
            loss=rest.loss,
            birth=born,
            threshold=threshold,
            firing_from=firing_from,
            rheobase=None if step is None else step.value,
            block=self.block(),
            integrator=self.integrator(rest),
            onset_frequency=onset_frequency(born),
            onset=onset_of(rest.loss, born, part if firing_from is not None else None),
            onset_law=law,
            evidence=tuple(evidence),
            simulated=self.simulated(law, part),
            protocol="" if step is None else step.protocol,
            criterion=criterion_of(rest),
            notes=tuple(dict.fromkeys(self.notes)),
            status=Status.COMPLETED,
            diagram=diagram,
        )

    def tell(self, what: str, value: float) -> None:
        if self.progress is not None:
            self.progress(what, value)

    def diagram(self) -> Diagram:
        problem = self.problem
        return Diagram(
            problem.model,
            problem.parameter,
            problem.interval,
            (*self.equilibria, *self.families),
        )

    def onset_part(self, rest: Rest) -> Firing | None:
        """The stable firing around the loss of rest; else the one of the least drive."""
        parts = parts_of(self.diagram())
        if rest.loss is not None:
            above = rest.loss.value + TOGETHER * self.problem.width
            around = [p for p in parts if p.low <= above + BESIDE * self.problem.width <= p.high]
            if around:
                return around[0]
        return parts[0] if parts else None

    def descended(self, search: Search, part: Firing | None) -> Firing | None:
        """Down from family to family, as long as the model goes on firing below one."""
        for _ in range(DESCENTS):
            if part is None or self.reaches_low(part):
                return part
            below = self.below(search, part)
            if below is None:
                return part
            part = below
        assert part is not None
        self.notes.append(
            f"below {part.low:.9g} other patterns may follow; {DESCENTS} were looked at"
        )
        return part

    def below(self, search: Search, part: Firing) -> Firing | None:
        """The firing that goes on below a part, if it does."""
        problem = self.problem
        doubles = part.born is not None and part.born.kind == "period doubling"
        tried = (BESIDE, CLOSELY) if doubles else (BESIDE,)
        values = [part.low - away * problem.width for away in tried]
        value = next((v for v in values if v > problem.low and self.fires(v, part)), None)
        if value is None:
            return None
        x = part.branch.arrays["orbit"][part.near(part.low)][0, 0, 0]
        try:
            if not any(p.low <= value <= p.high for p in parts_of(self.diagram())):
                self.families.append(search.family(search.orbit(value, x)))
        except NotFound as error:
            self.notes.append(
                f"below {part.low:.9g} the model still fires, but no periodic orbit was found: "
                f"{error}"
            )
            return None
        found = [p for p in parts_of(self.diagram()) if p.low <= value <= p.high]
        if not found:
            self.notes.append(
                f"below {part.low:.9g} the model still fires; where that ends was not found"
            )
            return None
        return min(found, key=lambda p: p.low)

    def fires(self, value: float, part: Firing) -> bool:
        """Whether firing goes on at a value, begun on the orbit of the nearest drive."""
        self.tell("running the model", value)
        point = self.resetting.at(value)
        x = part.branch.arrays["orbit"][part.near(value)][0, 0, 0]
        runner = Runner(point, x, *sizes_of(point, x))
        patience = 30 * float(part.branch["period"].max())
        return runner.spikes(SUSTAINED, patience)[1] is None

    def reaches_low(self, part: Firing) -> bool:
        return part.low <= self.problem.low + TOGETHER * self.problem.width

    def open_end(self, part: Firing) -> None:
        name, problem = self.problem.parameter, self.problem
        if self.reaches_low(part):
            self.notes.append(
                f"firing goes on down to the low end of the range, {name} = {problem.low:g}: "
                "where it is born lies beyond"
            )
        else:
            self.notes.append(
                f"stable firing is followed down to {name} = {part.low:.9g}; {part.branch.message}"
            )

    def law(self, born: SpecialPoint, part: Firing | None) -> OnsetLaw:
        """The law at the birth of firing, its constants from the point itself."""
        if born.kind == "snic":
            return square_root_law(born)
        if "slope" in born.notes and born.period == math.inf:
            if born.kind == "homoclinic":
                self.notes.append(
                    "the homoclinic orbit closes through the reset: the state after a spike comes "
                    "to lie on what leads into the unstable equilibrium"
                )
            return divergence_law(born, part)
        if born.period == math.inf:
            self.notes.append(
                "the law of the frequency at an orbit that winds around an unstable cycle is not "
                "derived"
            )
            return SILENT
        assert born.period is not None
        side = 1 if part is None or part.high > born.value else -1
        power = 0.5 if born.kind in ("cycle fold", "grazing") else 1.0
        f0 = 1 / born.period
        formula = f"the frequency starts at the finite value {f0:.9g}"
        return OnsetLaw("finite", born.value, side, {"f0": f0, "power": power}, formula)

    def classes(
        self, rest: Rest, part: Firing | None, step: "object | None"
    ) -> tuple[int | None, int | None]:
        """Hodgkin's class on a ramp up, and on the ramp down."""
        down = None
        if part is not None and part.born is not None:
            down = 1 if part.born.period == math.inf else 2
        if rest.point is None:
            return None, down
        if rest.loss is None:
            spike = getattr(step, "value", None) is not None
            return (3 if spike and part is None else None), down
        if part is None:
            return None, down
        together = abs(part.low - rest.loss.value) <= TOGETHER * self.problem.width
        if part.low > rest.loss.value and not together:
            self.notes.append(
                "no stable spiking orbit was found right above the loss of rest, so that the ramp "
                "up is not decided"
            )
            return None, down
        if together:
            return down, down
        return 2, down

    def integrator(self, rest: Rest) -> bool | None:
        if rest.loss is not None:
            return is_integrator(rest.loss)
        return None if rest.point is None else is_integrator(rest.point)

    def block(self) -> float | None:
        """Where firing ends at high drive, if the model is silent from there on."""
        problem = self.problem
        parts = parts_of(self.diagram())
        if not parts:
            return None
        top = max(parts, key=lambda part: part.high)
        if top.high >= problem.high - TOGETHER * problem.width or top.ended is None:
            return None
        value = min(top.high + BESIDE * problem.width, problem.high)
        return None if self.fires(value, top) or self.fires(problem.high, top) else top.high

    def simulated(self, law: OnsetLaw, part: Firing | None) -> SimulatedLaw | None:
        if part is None or law.kind == "none" or not self.simulates:
            return None
        return simulated_reset_law(self.resetting, law, part)


def onset_frequency(born: SpecialPoint | None) -> float | None:
    if born is None or born.period is None:
        return None
    return 0.0 if born.period == math.inf else 1 / born.period


def onset_of(loss: SpecialPoint | None, born: SpecialPoint | None, part: Firing | None) -> str:
    """The name of the onset."""
    if loss is None or part is None:
        return "none"
    if loss.kind == "border collision":
        return "threshold"
    if loss.kind == "hopf":
        return f"{loss.criticality} hopf"
    if born is not None and born.kind in ("snic", "homoclinic"):
        return born.kind
    return "fold off cycle"


def divergence_law(point: SpecialPoint, part: Firing | None) -> OnsetLaw:
    """T = c - k ln d at an equilibrium that the orbit comes to: k is one over its rate."""
    k = float(point.notes["slope"])
    away = float(point.notes["orbit value"]) - point.value
    side = 1 if away >= 0 else -1
    constants = {"k": k}
    if "uncertainty" in point.notes:
        constants["uncertainty"] = float(point.notes["uncertainty"])
    values = np.asarray(point.eigenvalues).real
    if (values > 0).any() and (values < 0).any():
        rising, falling = leading(point)
        constants |= {"lambda_u": rising, "lambda_s": -falling}
    if part is not None:
        for orbit in close_orbits(point, part, side)[:1]:
            constants["c"] = orbit.period + k * math.log(CLOSE_BY * (part.high - part.low))
    name, at = point.parameter, point.value
    distance = f"{name} - {at:.9g}" if side > 0 else f"{at:.9g} - {name}"
    which = (
        "the time constant with which rest is approached as its factor"
        if point.kind == "border collision"
        else "one over the rate of the unstable equilibrium as its factor"
    )
    formula = f"the period follows the logarithmic law T = c - {k:.9g} ln({distance}), with {which}"
    return OnsetLaw("logarithmic", at, side, constants, formula)


def close_orbits(point: SpecialPoint, part: Firing, side: int) -> list[LimitCycle]:
    """The orbits at a distance at which the next terms of the law don't count any more."""
    value = point.value + side * CLOSE_BY * (part.high - part.low)
    found = solutions_at(part.branch, value)
    return [orbit for orbit in found if isinstance(orbit, LimitCycle) and orbit.stable]


def criterion_of(rest: Rest) -> str:
    if rest.loss is not None:
        return "by the leading eigenvalues of rest where it is lost"
    return "" if rest.point is None else "by the leading eigenvalues of rest at the low end"
