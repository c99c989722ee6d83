"""From a plan to a trajectory: engines, pieces of a drive, and how the parts make a whole.

Two tiers of engine: by address (compiled once for all models, so that a new one answers at once),
and a march made for the model, used where it is in the cache already or where the run has taken
longer than a second. RHEOBASE_ENGINE=numpy keeps to the first, =compiled asks for the
second from the start; the trajectory's `engine` says which did the work.
"""

import os
from collections.abc import Callable
from itertools import pairwise
from math import inf

import numpy as np

from . import compiled, unrolled
from .breakpoints import breakpoints
from .drive import Driven
from .errors import UnknownName
from .integrate import integrate
from .model import Model
from .solution import Solution
from .status import Status
from .trajectory import Trajectory

Progress = Callable[[float, float, float], None]


def run(
    model: Model,
    plan: Driven,
    begin: float,
    until: float,
    *,
    scheme: str,
    tolerance: float | None,
    step: float | None,
    max_step: float | None,
    max_steps: int,
    every: int,
    seed: int,
    progress: Progress | None,
) -> Trajectory:
    """Integrate piece by piece and join the parts."""
    system = plan.model._system
    engine = Engine(plan.model, scheme)
    x = np.array(list(plan.model.start.values()))
    edges = plan.edges(begin, until)
    jumps = breakpoints(system, plan.model.parameters, begin, until)
    stops = np.concatenate([edges[1:-1], jumps])
    parts: list[Solution] = []
    columns: list[np.ndarray] = []
    steps_left = max_steps
    for a, b in pairwise(edges):
        piece = plan.model.replace(plan.values(0.5 * (a + b)))
        p = plan.model.field.parameter_array(piece.parameters)
        part = engine.solve(
            x, p, float(a), float(b), stops, tolerance, max_step or inf, steps_left, progress
        )
        parts.append(part)
        columns.append(p)
        x, steps_left = part.x[-1], steps_left - part.steps
        if part.status is not Status.COMPLETED:
            break
    return joined(model, plan, parts, columns, engine.name, scheme, tolerance)


class Engine:
    """Which compiled code integrates a model, chosen once and revised when a run takes long."""

    def __init__(self, model: Model, scheme: str):
        self.system, self.scheme = model._system, scheme
        parts = ["field"] if self.system.margin is None else ["field", *RESET_PARTS]
        if scheme == "radau":
            parts.append("jacobian")
        self.addresses = compiled.addresses(self.system, parts)
        wish = os.environ.get("RHEOBASE_ENGINE", "auto")
        if wish not in ENGINES:
            raise UnknownName(wish, "a value of RHEOBASE_ENGINE", ENGINES)
        possible = scheme != "radau" and unrolled.can_unroll(self.system) and wish != "numpy"
        self.march = None
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
        a: float,
        b: float,
        stops: np.ndarray,
        tolerance: float,
        max_step: float,
        max_steps: int,
        progress: Progress | None,
    ) -> Solution:
        """One piece with constant parameters."""
        return integrate(
            self.addresses,
            x,
            p,
            a,
            b,
            method=self.scheme,
            rtol=tolerance,
            atol=tolerance,
            max_step=max_step,
            max_steps=max_steps,
            stops=stops,
            hold=self.system.held or None,
            progress=progress,
            jacobian=lambda: compiled.address(self.system, "jacobian"),
            march=self.march,
            better=self.made_for_the_model if self.may_change else None,
        )

    def made_for_the_model(self) -> Callable:
        """The faster march, compiled now."""
        self.march, self.may_change = unrolled.march_of(self.system), False
        return self.march


ENGINES = ("numpy", "compiled", "auto")
RESET_PARTS = ("margin", "reset", "refractory")


def joined(
    model: Model,
    plan: Driven,
    parts: list[Solution],
    columns: list[np.ndarray],
    engine: str,
    scheme: str,
    tolerance: float | None,
) -> Trajectory:
    """One trajectory; the first node of a part is the last of the one before."""
    first = [0] + [1] * (len(parts) - 1)
    kinds = np.concatenate([part.kinds[i:] for part, i in zip(parts, first, strict=True)])
    legs = np.repeat(np.arange(len(parts)), [len(part.t) - 1 for part in parts])
    several = len(parts) > 1
    message = parts[-1].message
    errors = {name: p.error for name, p in plan.pieces.items() if p.error > 0}
    if errors:
        stated = ", ".join(f"{name} to {error:.2g}" for name, error in errors.items())
        message += f" The drive was sampled: {stated}."
    return Trajectory(
        model=model,
        driven=plan.model if plan.model is not model else None,
        t=np.concatenate([part.t[i:] for part, i in zip(parts, first, strict=True)]),
        x=np.concatenate([part.x[i:] for part, i in zip(parts, first, strict=True)]),
        status=parts[-1].status,
        message=message,
        scheme=scheme,
        tolerance=tolerance,
        steps=sum(part.steps for part in parts),
        rejected=sum(part.rejected for part in parts),
        evaluations=sum(part.evaluations for part in parts),
        engine=engine,
        kinds=kinds.astype(np.int8),
        resets=np.concatenate([part.events for part in parts]),
        legs=legs if several else np.zeros(0, dtype=np.int64),
        coefficients=np.array(columns).T if several else np.zeros((0, 0)),
    )
