"""Which word, and which powers of two, a model's variables ask for."""

from dataclasses import dataclass, replace
from math import ceil, isfinite, log2

import numpy as np

from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ..qformat import QFormat
from .assemble import MARGIN
from .building import check, spike_level
from .emulate import counted
from .enclosures import enclosures
from .following import follow_graph
from .graph import is_counter
from .schemes import step_graph

WIDER = 0.1  # of its width, by which a state's range is widened for the intervals


@dataclass(frozen=True)
class Range:
    """What a variable or an intermediate result takes on.

    observed
        in the run in double precision
    bounds
        while the states stay within what was observed and a tenth more, by interval arithmetic
        (infinite where it knows none)
    bits
        before the point that the observed range asks for, with a margin of a quarter
    """

    name: str
    where: str
    observed: tuple[float, float]
    bounds: tuple[float, float]
    bits: int


@dataclass(frozen=True)
class Suggestion:
    """A word and scales for a model.

    word
        the format of the given length in which every variable and intermediate result fits
        unscaled, with the most bits behind the point; None if there is none
    guaranteed
        the same for the bounds by interval arithmetic
    scale
        a power of two for each state, for `emulate(model, given, scale=...)`: V / 2^scale["V"] has
        the fraction of the given word
    states, intermediates
        their ranges; of the intermediates those that ask for the most bits, first
    """

    model: str
    given: QFormat
    word: QFormat | None
    guaranteed: QFormat | None
    scale: dict[str, int]
    states: tuple[Range, ...]
    intermediates: tuple[Range, ...]

    def to_dict(self) -> dict:
        """All of it as JSON types; a bound that intervals don't know is None."""
        return {
            "model": self.model,
            "given": self.given.name,
            "word": self.word and self.word.name,
            "guaranteed": self.guaranteed and self.guaranteed.name,
            "scale": dict(self.scale),
            "states": [plain(part) for part in self.states],
            "intermediates": [plain(part) for part in self.intermediates],
        }

    def __str__(self) -> str:
        fitting = self.word.name if self.word else "no word of this length"
        sure = self.guaranteed.name if self.guaranteed else "none"
        rows = [
            f"{self.model} in {self.given.bits} bits: {fitting} holds all that was observed, "
            f"{sure} all that intervals allow"
        ]
        for part, title in ((self.states, "state"), (self.intermediates, "result")):
            for r in part:
                place = f" in {r.where}" if title == "result" else f", scale {self.scale[r.name]}"
                rows.append(
                    f"  {title:<7}{r.name}{place}: {r.observed[0]:.6g} to {r.observed[1]:.6g}, "
                    f"{r.bits} bits before the point; intervals {r.bounds[0]:.4g} to "
                    f"{r.bounds[1]:.4g}"
                )
        return "\n".join(rows)


def suggest(
    model: Model,
    word: QFormat | None = None,
    until: float | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
) -> Suggestion:
    """Ranges of all variables and intermediate results, and the word and scales that hold them.

    word
        Its length, rounding and overflow are kept; s16.15 if not given.

    >>> import rheobase as rb
    >>> found = suggest(rb.models.izhikevich().replace(I=10), rb.QFormat(8, 7), until=100)
    >>> found.word.name, found.scale
    ('s9.6', {'v': -1, 'u': -3})
    """
    word = QFormat(16, 15) if word is None else word
    steps, step = counted(model, until, step)
    check(model, word, None, "host", None, "report")
    graph = step_graph(model, scheme, step)
    course = follow_graph(graph, steps, steps + 1, *(spike_level(model)[0], 0.0), step)
    if course.steps < steps:
        raise InvalidArgument(
            f"{model.name} leaves the numbers in double precision too, at step {course.steps}: "
            "take a shorter step, or the scheme exponential-euler"
        )
    inputs = list(graph.inputs)
    low, high = course.low[inputs], course.high[inputs]
    more = WIDER * (high - low)
    given = {f.place: (course.low[f.place], course.high[f.place]) for f in graph.feeds}
    bounds = enclosures(graph, low - more, high + more, given)
    ranges = {}
    for i, node in enumerate(graph.nodes):
        observed = (float(course.low[i]), float(course.high[i]))
        if node.verb == "constant":
            observed = (node.value, node.value)
        ranges[i] = Range(node.text, node.where, observed, bounds[i], needed(observed, MARGIN))
    states = tuple(
        replace(ranges[i], name=name)
        for i, name in zip(inputs, graph.states, strict=True)
        if not is_counter(name)
    )
    others = [r for i, r in ranges.items() if graph.nodes[i].verb not in ("state", "constant")]
    others.sort(key=lambda r: -r.bits)
    scale = {r.name: word.fraction - (word.bits - word.signed - max(0, r.bits)) for r in states}
    return Suggestion(
        model=model.name,
        given=word,
        word=fitting(word, max(needed(r.observed, 1.0) for r in ranges.values())),
        guaranteed=fitting(word, max(needed(r.bounds, 1.0) for r in ranges.values())),
        scale=scale,
        states=states,
        intermediates=tuple(others[:5]),
    )


def plain(part: Range) -> dict:
    """A range as JSON types."""
    ends = {
        name: [float(end) if isfinite(end) else None for end in getattr(part, name)]
        for name in ("observed", "bounds")
    }
    return {"name": part.name, "where": part.where, **ends, "bits": part.bits}


def needed(ends: tuple[float, float], margin: float) -> int:
    """The bits before the point for this range; many where it is not bounded."""
    size = float(np.max(np.abs(ends))) * margin
    if not isfinite(size):
        return 1 << 20
    return ceil(log2(size * (1 + 2.0**-40))) if size else 0


def fitting(word: QFormat, bits: int) -> QFormat | None:
    """The word of this length with so many bits before the point, at least none."""
    bits = max(0, bits)
    if bits > word.bits - word.signed:
        return None
    return replace(word, integer=bits, fraction=word.bits - word.signed - bits)
