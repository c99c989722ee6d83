"""Ensembles with steps of one length: which kernel, over which chunks."""

import numpy as np

from ..model import Model
from .chunk import Plan, run_chunk
from .collecting import Collected
from .compiled_kernel import compiled_kernel
from .crew import Progress, ranges, run_all, threads_of
from .ensemble import Ensemble
from .members import Members
from .saving import Saved
from .source import Kernel


def run_fixed(
    model: Model,
    driven: Model,
    members: Members,
    saved: Saved,
    scheme: str,
    step: float,
    steps: int,
    every: int,
    common: dict,
    threads: int | None,
    progress: Progress | None,
) -> Ensemble:
    """All members by one scheme, on the grid begin + i step."""
    watched, level = watch(driven) if saved.spiking else (None, 0.0)
    on_grid = driven.reset is not None and common["resets"] == "grid"
    kernel = Kernel(
        driven._system,
        scheme,
        watched=watched,
        observed=tuple(saved.observed.values()),
        on_grid=on_grid,
        counted=saved.spiking or not on_grid,
    )
    begin, until = common["begin"], common["until"]
    plan = Plan(
        rows=kernel.rows,
        begin=begin,
        until=until,
        step=step,
        steps=steps,
        after=common["after"],
        level=level,
        every=every,
        keep=common["max_spikes"] if "spikes" in saved.modes else 0,
        seed=common["seed"],
        treatment=kernel.treatment,
    )
    module = compiled_kernel(kernel)
    collected = Collected(members, saved, nodes_of(plan))
    crew = threads_of(threads)

    def run(start, stop, go_on):
        x, p = members.rows(start, stop)
        return run_chunk(module, plan, x, p, common["first_member"] + start, go_on)

    run_all(run, ranges(members.count, crew), crew, collected.take, progress)
    remedy = (
        f"Shorten the step ({step:g}); if that does not help, the equations themselves diverge "
        "there: rb.simulate(many.member(...)) shows when."
    )
    if scheme == "iteration":
        remedy = "The orbit left the range of numbers there."
    message = collected.message(until, remedy, common["max_spikes"])
    return collected.ensemble(model, message, common, scheme=scheme, step=step)


def watch(model: Model) -> tuple[object, float]:
    """The expression and the level whose upward crossing is a spike; None with a reset."""
    if model.reset is not None:
        return None, 0.0
    name, level = model.spike or (model.states[0], 0.0)
    return model._system.written.read(name, "the spike variable"), float(level)


def nodes_of(plan: Plan) -> np.ndarray:
    """The times of a trace's points."""
    if not plan.every:
        return np.zeros(0)
    index = np.append(np.arange(0, plan.steps, plan.every), plan.steps)
    return np.where(index == plan.steps, plan.until, plan.begin + index * plan.step)
