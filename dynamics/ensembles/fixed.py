"""Ensembles with steps of one length: which kernel, over which chunks."""

import dataclasses

import numpy as np

from ..model import Model
from .chunk import Plan, run_chunk
from .collecting import Collected
from .compiled_kernel import compiled_kernel
from .crew import Progress, ranges, run_all, threads_of
from .ensemble import Ensemble
from .kernel import Kernel
from .members import Members
from .rows import Rows
from .saving import Saved

COMPARED = 64  # members that are run in double precision too


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
        single=common["dtype"] == "float32",
    )
    begin, until = common["begin"], common["until"]
    module = compiled_kernel(kernel)
    plan = Plan(
        rows=Rows(*module.ROWS),
        begin=begin,
        until=until,
        step=step,
        steps=steps,
        after=common["after"],
        level=level,
        every=every,
        expressions=len(saved.traced(driven.states)) - len(driven.states),
        keep=common["max_spikes"] if "spikes" in saved.modes else 0,
        seed=common["seed"],
        treatment=kernel.treatment,
    )
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
    message, loss = collected.message(until, remedy, common["max_spikes"]), None
    if kernel.single:
        loss, compared = loss_of(kernel, plan, members, collected.states, common["first_member"])
        message += (
            f" In single precision the last states of {compared} members differ from those in "
            f"double precision by up to {loss:.2g} of the state's largest value."
        )
    return collected.ensemble(model, message, common, scheme=scheme, step=step, loss=loss)


def loss_of(
    kernel: Kernel, plan: Plan, members: Members, states: np.ndarray, first_member: int
) -> tuple[float, int]:
    """How far single precision is from double for some members, and for how many.

    They are spread over the ensemble; with noise they are the first ones, whose random numbers
    stand together.
    """
    double = dataclasses.replace(kernel, single=False)
    compared = min(COMPARED, members.count)
    chosen = np.arange(compared)
    if not plan.rows.sources:
        chosen = np.unique(np.linspace(0, members.count - 1, compared).astype(np.int64))
    rows = [members.rows(k, k + 1) for k in chosen.tolist()]
    x, p = (np.concatenate([row[part] for row in rows]) for part in (0, 1))
    quiet = dataclasses.replace(plan, every=0, keep=0)
    exact = run_chunk(compiled_kernel(double), quiet, x, p, first_member, lambda done: True)
    if exact is None:
        raise AssertionError("this is a bug: a run that nobody stopped was stopped")
    largest = np.abs(exact.states).max(axis=0, initial=0.0, where=np.isfinite(exact.states))
    parts = np.abs(states[chosen] - exact.states) / np.where(largest > 0, largest, 1.0)
    return float(np.nanmax(parts, initial=0.0)), len(chosen)


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
