"""From a plan to a trajectory: engines, pieces of a drive, and how the parts make a whole.

Two tiers of engine: by address (compiled once for all models, so that a new one answers at once),
and a march made for the model, used where it is in the cache already or after as many steps as
usually take a second. RHEOBASE_ENGINE=numpy keeps to the first, =compiled asks for the
second from the start; the trajectory's `engine` says which did the work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from . import compiled, unrolled
from .breakpoints import breakpoints
from .drive import Driven
from .engine_wish import engine_wish
from .integrate import METHODS, integrate
from .integrate_fixed import WANTS, integrate_fixed
from .model import Model
from .solution import Solution
from .status import Status
from .trajectory import Trajectory

RESET_PARTS = ("margin", "reset", "refractory")
SHOT_PARTS = ("shot_rate", "shot_jump")
Progress = Callable[[float, float, float], None]


@dataclass(frozen=True)
class Settings:
    """How to integrate: what `simulate` was asked for, checked."""

    scheme: str
    tolerance: float
    absolute: float
    step: float
    max_step: float
    max_steps: int
    every: int
    seed: int

    @property
    def adaptive(self) -> bool:
        return self.scheme in METHODS


def run(
    model: Model,
    plan: Driven,
    begin: float,
    until: float,
    settings: Settings,
    progress: Progress | None,
) -> Trajectory:
    """Integrate piece by piece and join the parts."""
    engine = Engine(plan.model, settings)
    x = np.array(list(plan.model.start.values()))
    edges = plan.edges(begin, until)
    names = list(plan.model.parameters)
    p = plan.model.field.parameter_array(plan.model.parameters)
    parts: list[Solution] = []
    columns: list[np.ndarray] = []
    steps_left, release = settings.max_steps, None
    for a, b in pairwise(edges.tolist()):
        p = p.copy()
        for name, number in plan.values(0.5 * (a + b)).items():
            p[names.index(name)] = number
        values = dict(zip(names, p.tolist(), strict=True))
        jumps = breakpoints(plan.model._system, values, a, b)
        ends = [end for end in (a, b) if end not in (begin, until)]
        stops = np.concatenate([ends, jumps])
        part = engine.solve(x, p, (a, b), stops, steps_left, release, progress)
        parts.append(part)
        columns.append(p)
        x, steps_left, release = part.x[-1], steps_left - part.steps, part.release
        if part.status is not Status.COMPLETED:
            break
    return joined(model, plan, parts, columns, engine.name, settings)


class Engine:
    """Which compiled code integrates a model; revised when a run takes long."""

    def __init__(self, model: Model, settings: Settings):
        self.system, self.settings, self.pieces = model._system, settings, 0
        parts = {"field", *WANTS.get(settings.scheme, ())}
        if self.system.margin is not None:
            parts.update(RESET_PARTS)
            if self.system.sources:
                parts.add("margin_noise")
        if self.system.shots:
            parts.update(SHOT_PARTS)
        if settings.scheme == "radau":
            parts.add("jacobian")
        self.addresses = compiled.addresses(self.system, parts)
        wish = engine_wish()
        explicit = settings.adaptive and settings.scheme != "radau"
        possible = explicit and wish != "numpy" and unrolled.can_unroll(self.system)
        self.march: Callable | None = None
        if possible and (wish == "compiled" or unrolled.march_exists(self.system)):
            self.march = unrolled.march_of(self.system)
        self.may_change = possible and self.march is None

    @property
    def name(self) -> str:
        return "by address" if self.march is None else "made for the model"

    def solve(
        self,
        x: np.ndarray,
        p: np.ndarray,
        span: tuple[float, float],
        stops: np.ndarray,
        max_steps: int,
        release: float | None,
        progress: Progress | None,
    ) -> Solution:
        """One piece with constant parameters."""
        settings, held = self.settings, self.system.held or None
        if not settings.adaptive:
            return integrate_fixed(
                self.addresses,
                x,
                p,
                *span,
                scheme=settings.scheme,
                step=settings.step,
                every=settings.every,
                seed=self.next_seed(),
                sources=len(self.system.sources),
                shots=len(self.system.shot_sources),
                steady=self.system.steady_rates,
                stops=stops,
                hold=held,
                progress=progress,
                release=release,
            )
        return integrate(
            self.addresses,
            x,
            p,
            *span,
            method=settings.scheme,
            rtol=settings.tolerance,
            atol=settings.absolute,
            max_step=settings.max_step,
            max_steps=max_steps,
            stops=stops,
            hold=held,
            progress=progress,
            release=release,
            jacobian=lambda: compiled.address(self.system, "jacobian"),
            curved=compiled.is_curved(self.system),
            march=self.march,
            better=self.made_for_the_model if self.may_change else None,
        )

    def made_for_the_model(self) -> Callable:
        """The faster march, compiled now."""
        self.march, self.may_change = unrolled.march_of(self.system), False
        return self.march

    def next_seed(self) -> int:
        """The seed itself, and for further pieces seeds of their own."""
        self.pieces += 1
        if self.pieces == 1:
            return self.settings.seed
        state = np.random.SeedSequence([self.settings.seed, self.pieces]).generate_state(1)
        return int(state[0])


def joined(
    model: Model,
    plan: Driven,
    parts: list[Solution],
    columns: list[np.ndarray],
    engine: str,
    settings: Settings,
) -> Trajectory:
    """One trajectory; the first node of a part is the last of the one before."""
    t, x, kinds, resets = parts[0].t, parts[0].x, parts[0].kinds, parts[0].events
    legs, coefficients = np.zeros(0, dtype=np.int64), np.zeros((0, 0))
    if len(parts) > 1:
        later = parts[1:]
        t = np.concatenate([t, *(part.t[1:] for part in later)])
        x = np.concatenate([x, *(part.x[1:] for part in later)])
        kinds = np.concatenate([kinds, *(part.kinds[1:] for part in later)])
        resets = np.concatenate([part.events for part in parts])
        legs = np.repeat(np.arange(len(parts)), [len(part.t) - 1 for part in parts])
        coefficients = np.array(columns).T
    message = parts[-1].message
    changed = [time for part in parts for time, method in part.methods if method == "radau"]
    if changed and settings.scheme == "auto":
        message += f" Stiff: by Radau from t = {changed[0]:.6g}."
    for name, pieces in plan.pieces.items():
        if pieces.error > 0:
            count = len(pieces.edges) - 1
            message += (
                f" The drive {name} was sampled: {count} cubics meet it to {pieces.error:.2g}."
            )
    return Trajectory(
        model=model,
        driven=plan.model if plan.model is not model else None,
        t=t,
        x=x,
        status=parts[-1].status,
        message=message,
        scheme=settings.scheme,
        tolerance=settings.tolerance if settings.adaptive else None,
        step=None if settings.adaptive else settings.step,
        steps=sum(part.steps for part in parts),
        rejected=sum(part.rejected for part in parts),
        evaluations=sum(part.evaluations for part in parts),
        engine=engine,
        kinds=kinds.astype(np.int8, copy=False),
        resets=resets,
        legs=legs,
        coefficients=coefficients,
    )
