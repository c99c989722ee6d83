"""How does it start to fire? The class of excitability, from the diagram and from simulation."""

from collections.abc import Callable

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from ..dynamics.reduction import angles_of
from ..dynamics.status import Status
from .bifurcation_diagram import bifurcation_diagram
from .canard import canard_note
from .continue_equilibria import named_interval
from .diagram import Diagram, same_place
from .excitability import Excitability
from .firing import firing_parts
from .onset_firing import (
    about_others,
    block_of,
    continued_down,
    frequency_at,
    law_of,
    least_firing,
    sizes,
)
from .problem import numbers_of, problem_of
from .ramp import ramp_up
from .rest_path import nearest, rest_at, rest_path
from .simulated_law import simulated_law
from .special_point import SpecialPoint
from .spike_level import SpikeLevel, spike_level
from .step_rheobase import step_rheobase
from .verdict_classes import class_down, class_up, nature, onset_of, plateau, spiking_from

Progress = Callable[[str, float], None]


def classify_excitability(
    model: Model,
    parameter: str | None = None,
    interval: tuple[float, float] | None = None,
    *,
    diagram: Diagram | None = None,
    simulate: bool = True,
    progress: Progress | None = None,
) -> Excitability:
    """How a model starts to fire as a parameter, its drive, rises through a range.

    model, parameter, interval
        the model, its drive and the range (from the lower to the higher value, however it is
        given); the model's natural ones if not given
    diagram
        a bifurcation diagram of the same model, parameter and range, if there is one already
    simulate
        False leaves out what only simulation can tell: the rheobase and the check of the law
    progress
        called with a word on what is done and the parameter's value

    From the stable rest at the low end (the one nearest the start values) the branch of equilibria
    is followed to where it loses stability; the stable cycles that the model then comes to are
    followed back to where they are born, and from this point the law of their frequency is derived:
    for a saddle-node on an invariant circle by the reduction to the centre manifold. Hodgkin's
    class is that of a slow ramp up: 1 where the frequency begins at zero, 2 where it begins at a
    finite value, 3 where rest is never lost to firing, but steps give a spike; the spiking class
    that of a ramp down from firing. Nothing is forced: what could not be established is None, and
    the report says so. Models with a reset are classified through the orbit through the reset.

    Reference: A. L. Hodgkin, J. Physiol. 107 (1948) 165-181; J. Rinzel and G. B. Ermentrout, in
    Methods in Neuronal Modeling (MIT Press, 1989); E. M. Izhikevich, Dynamical Systems in
    Neuroscience (MIT Press, 2007), chapters 6 and 7.

    >>> import rheobase as rb
    >>> verdict = rb.classify_excitability(rb.models.morris_lecar("snic"), "I", (0, 100))
    >>> verdict.hodgkin_class, verdict.onset, round(verdict.prefactor_hz, 6)
    (1, 'snic', 5.66195)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"classify_excitability takes a Model, not {model!r}")
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (what, value); {progress!r} can't be")
    parameter, interval = named_interval(model, parameter, interval)
    problem_of(model, parameter, interval)  # checks the question
    low, high = sorted(numbers_of(parameter, interval))
    if model.kind == "map":
        raise InvalidArgument(
            f"{model.name} is a map: classes of excitability are defined for flows; its fixed "
            "points and cycles are found by bifurcation_diagram"
        )
    if model.reset is not None:
        from .reset_onset import classify_reset

        return classify_reset(model, parameter, (low, high), progress, simulate)
    if len(model.states) == 1:
        from .drift import classify_drift

        return classify_drift(model, parameter, (low, high), simulate, progress)
    if diagram is None:
        diagram = bifurcation_diagram(model, parameter, (low, high), progress=progress)
    elif diagram.model != model or diagram.parameter != parameter:
        raise InvalidArgument("the diagram is of another model or another parameter")
    return verdict_on(diagram, (low, high), simulate, progress)


def verdict_on(
    diagram: Diagram, interval: tuple[float, float], simulate: bool, progress: Progress | None
) -> Excitability:
    """The verdict from a diagram."""
    model, parameter, (low, high) = diagram.model, diagram.parameter, interval
    level = spike_level(model, diagram.cycles)
    start = np.array(list(model.start.values()))
    size = sizes(diagram)
    notes = remarks(diagram)
    rests = rest_at(diagram, low)
    path = rest_path(diagram, nearest(rests, start)) if rests else None
    if path is None:
        return restless(diagram, interval, level, notes)
    ramp = ramp_up(diagram, path, level, size, progress)
    diagram, notes = ramp.diagram, notes + ramp.notes
    firing = [part for part in ramp.parts if part.spikes]
    onset_part = ramp.firing or (firing[0] if firing else None)
    onset_part = continued_down(onset_part, firing, high - low)
    birth = None if onset_part is None else onset_part.born
    law = law_of(onset_part)
    loss, threshold = ramp.path.loss, ramp.path.threshold
    steps = None
    if simulate:
        told = None if progress is None else lambda value: progress("steps from rest", value)
        gives_way = threshold if ramp.firing is not None else None
        certain = spiking_from(ramp.firing, gives_way, level)
        steps = step_rheobase(
            model, parameter, (low, high), path.start.x, level, size, gives_way, certain, told
        )
        if steps.undecided:
            notes.append(
                f"steps to {', '.join(f'{v:.6g}' for v in steps.undecided[:3])} came to nothing "
                "that could be told in the time given, and count as steps without a spike"
            )
    spiked = steps is not None and steps.value is not None
    rheobase = None if steps is None else steps.value
    known = not angles_of(model.field.system)  # else it may fire in ways that are not looked for
    if spiked and plateau(ramp, level):
        notes.append(
            "the steps lead to the other rest, which lies above the spike level: a jump, no spike"
        )
        spiked = False
    up = class_up(ramp, birth, spiked and known, high - low)
    down = class_down(birth, onset_part, up)
    lowest = min(firing, key=lambda part: part.low, default=None)
    notes += about_others(ramp, firing, onset_part, (low, high), parameter)
    if onset_part is not None and (note := canard_note(onset_part, level)):
        notes.append(note)
    if onset_part is not None and birth is None:
        notes.append(
            f"where the stable firing is born could not be established: its family is known from "
            f"{parameter} = {onset_part.low:.9g} on"
        )
    if not firing:
        notes.append(f"no stable firing was found for {parameter} between {low:g} and {high:g}")
    integrator, criterion = nature(ramp.path, rheobase, parameter)
    simulated = None
    if simulate and onset_part is not None and birth is not None and law.kind != "none":
        told = None if progress is None else lambda value: progress("periods near onset", value)
        simulated = simulated_law(model, law, onset_part, told)
    return Excitability(
        model,
        parameter,
        (low, high),
        hodgkin_class=up,
        spiking_class=down,
        loss=loss,
        birth=birth,
        threshold=threshold,
        firing_from=least_firing(lowest, birth, loss),
        rheobase=rheobase,
        block=block_of(firing, high),
        integrator=integrator,
        onset_frequency=None if lowest is None else frequency_at(lowest),
        onset=onset_of(ramp, birth, high - low),
        onset_law=law,
        evidence=evidence(loss, birth, diagram),
        simulated=simulated,
        protocol="" if steps is None else steps.protocol,
        criterion=criterion,
        notes=tuple(dict.fromkeys(notes)),
        status=Status.INTERRUPTED if diagram.status is Status.INTERRUPTED else Status.COMPLETED,
        diagram=diagram,
    )


def remarks(diagram: Diagram) -> list[str]:
    """What the diagram says about itself that a reader should know."""
    notes = []
    if not diagram.status.ok:
        notes.append(
            f"the bifurcation diagram is not complete ({diagram.status.value}; its message says "
            "where), so that there may be more than is said here"
        )
    for name in angles_of(diagram.model.field.system):
        notes.append(
            f"{name} is an angle: firing that goes round it is no closed orbit of the equations as "
            "they stand, and was not looked for; write its sine and cosine as two states"
        )
    if diagram.model.noise:
        notes.append("the noise is left out: this is the deterministic model")
    return notes


def restless(
    diagram: Diagram, interval: tuple[float, float], level: SpikeLevel, notes: list[str]
) -> Excitability:
    """The verdict where nothing rests at the low end."""
    low, high = interval
    firing = [part for part in firing_parts(diagram, level) if part.spikes]
    there = [part for part in firing if part.holds(low)]
    state = "it fires there already" if there else "no stable firing was found there either"
    notes.append(
        f"there is no stable rest at the low end of the range, {diagram.parameter} = {low:g} "
        f"({state}), so that no class can be given; begin the range lower"
    )
    lowest = min(firing, key=lambda part: part.low, default=None)
    return Excitability(
        diagram.model,
        diagram.parameter,
        interval,
        firing_from=None if lowest is None else lowest.low,
        onset_frequency=None if lowest is None else frequency_at(lowest),
        block=block_of(firing, high),
        evidence=evidence(None, None, diagram),
        notes=tuple(notes),
        diagram=diagram,
    )


def evidence(
    loss: SpecialPoint | None, birth: SpecialPoint | None, diagram: Diagram
) -> tuple[SpecialPoint, ...]:
    """The loss, the birth, then every other special point by its drive."""
    chosen = [point for point in (loss, birth) if point is not None]
    others = [p for p in diagram.special if not any(p is q or same_place(p, q) for q in chosen)]
    return (*chosen, *sorted(others, key=lambda point: point.value))
