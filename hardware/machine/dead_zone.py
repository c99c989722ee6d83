"""The dead zone around a rest state: words from which nothing moves.

Around a rest state lie many fixed words: those from which the change of a step, h f, is rounded
away. Inside this dead zone a neuron neither relaxes nor grows, whatever the equations say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...dynamics.errors import InvalidArgument, NotFound, UnknownName
from ...dynamics.model import Model
from ...dynamics.status import Status
from ..qformat import QFormat
from ..quantize import quantize
from .as_map import CHUNK, Search, image, refuse_random
from .building import built, check
from .portions import Progress, portions, watching
from .program import Program

MOST = 1 << 22  # words that a search looks at
STANDS = {"floor": 1.0, "nearest": 1.0, "nearest-even": 1.0, "zero": 2.0}  # units of h f lost


@dataclass(frozen=True, eq=False, repr=False)
class DeadZone:
    """The fixed words around a rest state.

    rest
        of the equations with the machine's constants (`rb.quantize`), solved exactly
    words
        the fixed words, rows of the states
    extent
        by state: how far they reach below and above `rest`, in the state's unit
    predicted
        by state: the width from the linearisation, where h f is less than what one rounding loses
    complete
        False where fixed words lie on the border of what was searched: there are more; and where
        Ctrl-C ended the search
    status, message
        COMPLETED, or INTERRUPTED and after how many words; those that were found are here
    """

    rest: Mapping[str, float]
    words: np.ndarray
    extent: Mapping[str, tuple[float, float]]
    predicted: Mapping[str, float]
    complete: bool
    program: Program = field(repr=False)
    status: Status = Status.COMPLETED
    message: str = ""

    @property
    def count(self) -> int:
        """How many words stand still."""
        return len(self.words)

    @property
    def width(self) -> dict[str, float]:
        """By state: from the first fixed word to the last."""
        return {name: high - low for name, (low, high) in self.extent.items()}

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "rest": dict(self.rest),
            "count": self.count,
            "extent": {name: list(ends) for name, ends in self.extent.items()},
            "width": self.width,
            "predicted": dict(self.predicted),
            "complete": self.complete,
            "status": self.status.value,
            "message": self.message,
            "words": self.words.tolist(),
        }

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name} {self.width[name]:.4g} wide (predicted {self.predicted[name]:.4g})"
            for name in self.extent
        )
        more = "" if self.complete else " or more"
        ended = f"; {self.message}" if self.status is Status.INTERRUPTED else ""
        return f"<DeadZone: {self.count} words{more} stand still; {shown or 'none'}{ended}>"


def dead_zone(
    model: Model,
    word: QFormat | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
    at: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> DeadZone:
    """The fixed words of a model's program around a rest state, measured and predicted.

    at
        Where the rest state is sought; the model's start if not given.
    progress
        Called about ten times a second with (0, words tried, words in the box).

    Every word in a box is tried, four times as wide as predicted (up to four million words), around
    the rest state, or around the fixed word in which the program settles from there. Predicted: f
    is linear there, and a step stands still while h f is less than what one rounding loses, one
    unit if floored (or two halves), two if truncated. That is so of steps that add h f; a decay in
    closed form ("exponential-euler") whose product is truncated stands still at its goal only.
    Ctrl-C leaves the fixed words that were found, with the status INTERRUPTED.

    >>> import rheobase as rb
    >>> dead_zone(rb.models.leaky().replace(I=1))
    <DeadZone: 101 words stand still; V 0.003052 wide (predicted 0.003052)>
    """
    word = QFormat(16, 15) if word is None else word
    check(model, word, None, "host", None, "report")
    names = model.states
    if not 0 < step < float("inf"):
        raise InvalidArgument(f"step={step!r} must be a positive number")
    if model.kind == "map":
        raise InvalidArgument(
            f"{model.name} is a map, whose steps are its own; find_cycle finds its fixed words"
        )
    near = {**model.start, **(at or {})}
    for name in near:
        if name not in names:
            raise UnknownName(name, f"a state of {model.name} (in at)", names)
    rest = rest_state(quantize(model, word), near)
    here = model.replace(rest)
    slopes = jacobian(here)
    if np.linalg.matrix_rank(slopes) < len(names):
        raise NotFound(
            f"the rest state of {model.name} is not isolated: its Jacobian is singular, the zone "
            "along a line of rest states has no end"
        )
    program = built(here, word, 100, step, scheme, fit="report").program
    refuse_random(program)
    fractions = np.array([program.state_fractions()[name] for name in names])
    wide = STANDS[word.rounding] * np.abs(np.linalg.inv(slopes)) @ 2.0**-fractions / step
    predicted = dict(zip(names, wide.tolist(), strict=True))
    reach = np.maximum(8, np.ceil(2 * wide * 2.0**fractions)).astype(np.int64)
    while np.prod(2.0 * reach + 1) > MOST:
        reach = np.maximum(1, reach * 9 // 10)
    centre = np.array(settled(program)[: len(names)])
    box = Box(program, centre, reach)
    status, message = Status.COMPLETED, ""
    try:
        box.search(progress)
        while len(box.words) and box.on_border() and np.prod(4.0 * box.reach + 1) <= MOST:
            box = Box(program, centre, 2 * box.reach, box.words)
            box.search(progress)
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
        message = f"interrupted after {box.tried} of {box.size} words"
    words = box.words
    values = words * 2.0**-fractions - np.array([rest[name] for name in names])
    extent = {
        name: (float(values[:, i].min()), float(values[:, i].max()))
        for i, name in enumerate(names)
        if len(words)
    }
    complete = status is Status.COMPLETED and not box.on_border()
    return DeadZone(rest, words, extent, predicted, complete, program, status, message)


class Box:
    """The words around a centre, and those of them that stand still, as far as they were tried.

    known
        fixed words in it that were found before
    """

    def __init__(
        self,
        program: Program,
        centre: np.ndarray,
        reach: np.ndarray,
        known: np.ndarray | None = None,
    ):
        self.program, self.centre, self.reach = program, centre, reach
        word = program.word
        axes = [
            np.arange(max(c - r, word.lowest), min(c + r, word.highest) + 1)
            for c, r in zip(centre, reach, strict=True)
        ]
        self.axes, self.size = axes, int(np.prod([float(len(axis)) for axis in axes]))
        nothing = np.zeros((0, len(axes)), dtype=np.int64)
        self.known = nothing if known is None else known
        self.found, self.tried = [nothing], 0

    def search(self, progress: Progress | None = None) -> None:
        """Try all words, the last state's first."""
        grid = np.stack(np.meshgrid(*self.axes, indexing="ij"), axis=-1).reshape(self.size, -1)
        states = len(self.axes)
        pauses = np.zeros((1, len(self.program.states) - states), dtype=np.int64)
        for first, count in portions(self.size, MOST // 16, watching(progress, 0, self.size)):
            rows = np.hstack([grid[first : first + count], np.repeat(pauses, count, axis=0)])
            still = rows[(image(self.program, rows) == rows).all(axis=1), :states]
            self.found, self.tried = [*self.found, still], first + count
        self.known = self.known[:0]

    @property
    def words(self) -> np.ndarray:
        """The fixed words, in the order of the states."""
        found = np.concatenate(self.found)
        return np.unique(np.vstack([self.known, found]), axis=0) if len(self.known) else found

    def on_border(self) -> bool:
        return bool((np.abs(self.words - self.centre) == self.reach).any())


def fixed_words(program: Program, centre: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """The words in a box that stand still, of the model's states."""
    box = Box(program, centre, reach)
    box.search()
    return box.words


def settled(program: Program) -> tuple[int, ...]:
    """The fixed word in which a program ends soon, or its start."""
    search = Search(program, CHUNK)
    try:
        search.run()
    except NotFound:
        return program.start
    cycle = search.cycle()
    return tuple(cycle.words[0].tolist()) if cycle.is_fixed else program.start


def rest_state(model: Model, near: Mapping[str, float]) -> dict[str, float]:
    """A zero of the right sides near a place, by Newton's method."""
    from scipy.optimize import root

    p = model.field.parameter_array(model.parameters)
    first = np.array([near[name] for name in model.states], dtype=float)
    found = root(
        lambda x: model.field.f(x, p), first, jac=lambda x: model.field.jacobian(x, p), tol=1e-13
    )
    if not found.success or not np.isfinite(found.x).all():
        raise NotFound(f"no rest state of {model.name} near {dict(near)}; say where: at=dict(...)")
    return dict(zip(model.states, found.x.tolist(), strict=True))


def jacobian(model: Model) -> np.ndarray:
    p = model.field.parameter_array(model.parameters)
    return np.asarray(model.field.jacobian(np.array(list(model.start.values())), p))
