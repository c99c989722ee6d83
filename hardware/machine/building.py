"""A model's graph, its course in double precision, and the program for a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from ..qformat import QFormat
from ..rounding import ROUNDINGS
from .assemble import PRODUCT, assembled
from .driving import Given, planned
from .following import Course, follow_graph
from .graph import Graph
from .guarantees import GUARANTEED, check_ranges, guaranteed
from .orders import assembling, check_program, ordered_graph
from .portions import Watch
from .program import Program

KINDS = ("mul", "div", "shift")


@dataclass(frozen=True)
class Built:
    """What a run needs: the graph, its course in double precision, the program."""

    graph: Graph
    double: Course
    program: Program
    watched: int
    level: float | None


def built(
    model: Model,
    word: QFormat,
    steps: int,
    step: float,
    scheme: str,
    *,
    program: str = "model",
    scale: str | Mapping[str, int] | None = None,
    literals: str = "host",
    roundings: Mapping[str, str] | None = None,
    every: int = 1,
    fit: str = "refuse",
    drive: Mapping[str, Given] | None = None,
    ranges: Mapping[str, Sequence[float]] | None = None,
    seed: int = 1,
    watch: Watch | None = None,
) -> Built:
    """The program of a model; its ranges are those of so many steps in double precision.

    program
        "model" or "chip" (`orders.py`).
    drive
        As `plain_drive` gives it.
    ranges
        Of states, for the scale "guaranteed".
    seed
        Of the noise.
    watch
        Of the steps in double precision, as in `follow_graph`: with it Ctrl-C ends these, and the
        ranges are those that were seen.
    """
    check(model, word, scale, literals, roundings, fit)
    check_program(program)
    if program == "chip" and (drive or model._system.sources):
        raise InvalidArgument(
            "the chip's hand-ordered programs have constant inputs and no noise; program='model' "
            "takes both"
        )
    check_ranges(model, ranges, scale)
    plan = planned(model, drive)
    graph = ordered_graph(plan.model, scheme, step, program, literals, plan.pieces)
    scheme = "map" if model.kind == "map" else scheme
    watched, level = spike_level(model)
    double = follow_graph(graph, steps, every, watched, level or 0.0, step, seed, watch)
    if double.interrupted and double.steps == 0:
        raise KeyboardInterrupt  # nothing is known of the ranges
    if double.steps < steps and not double.interrupted:
        raise InvalidArgument(
            f"{model.name} leaves the numbers in double precision too, at step {double.steps} of "
            f"{scheme} with step {step:g}: take a shorter step, or exponential-euler"
            + (", or a lower level of the reset" if model.reset else "")
        )
    reached = (double.low, double.high)
    if scale == GUARANTEED:
        reached = guaranteed(graph, *reached, ranges or {})
    code = assembled(
        model.name,
        scheme,
        step,
        graph,
        reached,
        word,
        scale=scale,
        roundings=roundings,
        fit=fit,
        **assembling(program, literals),
    )
    return Built(graph, double, code, watched, level)


def spike_level(model: Model) -> tuple[int, float | None]:
    """The state whose upward crossings are spikes and the level; -1 and None with a reset."""
    if model.reset is not None or model.kind == "map":
        return -1, None
    name, level = model.spike or (model.states[0], 0.0)
    return (model.states.index(name), level) if name in model.states else (0, 0.0)


def check(
    model: Model,
    word: QFormat,
    scale: object,
    literals: str,
    roundings: Mapping[str, str] | None,
    fit: str,
) -> None:
    if not isinstance(model, Model):
        raise InvalidArgument(f"the model must be a Model, not {model!r:.60}")
    if not isinstance(word, QFormat):
        raise InvalidArgument(
            f"the word must be a QFormat, as rb.QFormat(16, 15), not {word!r:.60}"
        )
    if not word.signed and (word.bits > 31 + (word.fraction <= 30 and scale is None)):
        raise InvalidArgument(
            f"{word.name}: unsigned words of programs have up to 32 bits, of which 30 are behind "
            "the point, and up to 31 where they are scaled: products of longer ones need 64 bits"
        )
    if word.bits > PRODUCT or not 0 <= word.fraction <= word.bits - word.signed:
        raise InvalidArgument(
            f"{word.name}: programs have words of up to {PRODUCT} bits, none of them beyond its "
            "point"
        )
    if word.bits > 32 and scale is not None:
        raise InvalidArgument(f"{word.name}: scaled programs have words of up to 32 bits")
    if word.bits > 32 and word.bits + word.fraction > PRODUCT:
        raise InvalidArgument(
            f"{word.name}: products would need {word.bits + word.fraction} bits, {PRODUCT} are "
            "there; take fewer bits behind the point"
        )
    if literals not in ("host", "truncate"):
        raise UnknownName(literals, "a way to round literals", ("host", "truncate"))
    if fit not in ("refuse", "report"):
        raise UnknownName(fit, "what to do with what doesn't fit", ("refuse", "report"))
    if isinstance(scale, Mapping):
        for name, power in scale.items():
            if name not in model.states:
                raise UnknownName(name, f"a state of {model.name} (in scale)", model.states)
            if not isinstance(power, int | np.integer) or isinstance(power, bool):
                raise InvalidArgument(f"scale: the power of two of {name} is whole, not {power!r}")
            if not 0 <= word.fraction - power < word.bits:
                raise InvalidArgument(f"scale: 2^{power} leaves {name} no bits of {word.name}")
    elif scale not in (None, "auto", GUARANTEED):
        raise UnknownName(str(scale), "a scale", ("auto", GUARANTEED))
    for kind, rounding in (roundings or {}).items():
        if kind not in KINDS:
            raise UnknownName(kind, "an operation that rounds", KINDS)
        if rounding not in ROUNDINGS:
            raise UnknownName(rounding, "a rounding", ROUNDINGS)
