"""Which start leads where: the basins of attraction of a model.

Starts on a grid of two states, or drawn at random in a box of any number, are all integrated
together until each is in a neighbourhood that an attractor is known to draw in. Stable fixed points
are known beforehand; cycles are found where orbits are left over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from ..dynamics.status import Status
from .attractors import PointTarget, Target, TubeTarget
from .basin_search import UNRESOLVED, Search
from .checks import positive, whole
from .fixed_point import FixedPoint
from .jsonable import json_list, json_number
from .limit_cycle import LimitCycle
from .ranges import box_of

if TYPE_CHECKING:
    import pandas

RESOLUTION, SAMPLES = 100, 4000


@dataclass(frozen=True, eq=False)
class Attractor:
    """Where some starts lead.

    kind
        "fixed point", "limit cycle", "cycle" (of a map) or "infinity"
    solution
        the FixedPoint, the LimitCycle, the points (n, period) of a cycle of a map; None
    fraction, error
        the part of the box that leads there, and its standard error
    """

    kind: str
    solution: FixedPoint | LimitCycle | np.ndarray | None
    fraction: float
    error: float

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.fraction:.4g} ± {self.error:.1g} of the box>"


@dataclass(frozen=True, eq=False, repr=False)
class Basins:
    """The basins in a box.

    basins.attractors
        each with its kind, the solution itself, the fraction of the box and its standard error
    basins.labels
        for each start the number of its attractor, -1 where it was not settled; of a grid an array
        (rows, columns): rows along the second name of the box
    basins.starts
        names and values: of a grid the two axes, else the states drawn
    basins.unresolved
        the fraction that was not settled; `status` and `message` say why
    """

    model: Model
    box: Mapping[str, tuple[float, float]]
    starts: Mapping[str, np.ndarray]
    labels: np.ndarray
    attractors: tuple[Attractor, ...]
    status: Status
    message: str

    @property
    def grid(self) -> bool:
        """Whether the starts are a grid."""
        return self.labels.ndim == 2

    @cached_property
    def unresolved(self) -> float:
        """The fraction of starts that were not settled."""
        return float((self.labels == UNRESOLVED).mean())

    def __repr__(self) -> str:
        names = " and ".join(self.box)
        shown = "; ".join(f"{a.kind} {a.fraction:.4g} ± {a.error:.1g}" for a in self.attractors)
        rest = f"; unresolved {self.unresolved:.2g}" if self.unresolved else ""
        return f"<basins of {self.model.name} in {names}: {shown or 'none'}{rest}>"

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a start: its states and the number of its attractor."""
        import pandas

        if not self.grid:
            return pandas.DataFrame({**self.starts, "attractor": self.labels})
        axes = np.meshgrid(*self.starts.values())
        columns = {name: a.ravel() for name, a in zip(self.starts, axes, strict=True)}
        return pandas.DataFrame({**columns, "attractor": self.labels.ravel()})

    def to_dict(self) -> dict:
        """Everything but the solutions' orbits as JSON types."""
        return {
            "model": self.model.name,
            "box": {name: list(edges) for name, edges in self.box.items()},
            "starts": {name: json_list(values) for name, values in self.starts.items()},
            "labels": json_list(self.labels),
            "attractors": [
                {
                    "kind": a.kind,
                    "fraction": json_number(a.fraction),
                    "error": json_number(a.error),
                }
                for a in self.attractors
            ],
            "unresolved": json_number(self.unresolved),
            "status": self.status.value,
            "message": self.message,
        }


def basins(
    model: Model,
    box: Mapping[str, tuple[float, float]],
    resolution: int | Sequence[int] | None = None,
    *,
    samples: int | None = None,
    until: float | None = None,
    seed: int = 0,
) -> Basins:
    """The basins of attraction of a flow or a map, in a box of its states.

    box
        ranges of the states that vary: ``dict(V=(-80, 40), w=(0, 0.6))``; others begin at their
        start values
    resolution
        of a box of two states: cells along both (100, if not given), or a pair; each is entered at
        its middle
    samples
        instead, this many starts drawn evenly from the box (4000 in a box of other than two states)
    until
        the time (iterations of a map) after which an orbit counts as not settled
    seed
        of the draw

    Standard errors of the fractions: binomial for samples; for a grid those of its border cells,
    each of which might as well belong to the neighbour. Orbits on a chaotic attractor stay
    unresolved. An orbit beyond 10 000 times the size of its box ran away, to "infinity".

    >>> import rheobase as rb
    >>> model = rb.Model("two wells", "x' = x - x^3", start=dict(x=1))
    >>> rb.basins(model, dict(x=(-1, 3)), samples=1000)
    <basins of two wells in x: fixed point 0.231 ± 0.01; fixed point 0.769 ± 0.01>
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"basins takes a Model, not {model!r}")
    if not model.autonomous:
        raise InvalidArgument(f"{model.name} depends on time (t): its basins would too")
    if model.reset is not None:
        raise InvalidArgument(
            f"{model.name} has a reset; basins are found for smooth flows and maps"
        )
    ranges = box_of(model, box).given
    if not ranges:
        raise InvalidArgument("box names no state: dict(V=(-80, 40), w=(0, 0.6))")
    if until is not None and not positive()(until):
        raise InvalidArgument(f"until is a positive time, not {until!r}")
    starts, x, shape = starts_in(model, ranges, resolution, samples, seed)
    search = Search(model, x, ranges)
    search.run(until)
    labels, targets = search.labels, search.targets
    order, numbers = np.unique(labels, return_inverse=True)
    kept = order[order >= 0]
    labels = (numbers - (len(order) - len(kept))).reshape(shape)
    found = tuple(attractor_of(targets.get(int(k)), labels, i) for i, k in enumerate(kept))
    left = float((labels == UNRESOLVED).mean())
    status = Status.COMPLETED if left == 0 else Status.NOT_CONVERGED
    message = "every start was settled"
    if left:
        message = (
            f"{left:.2%} of the starts were near no attractor after t = {search.time:.6g}: "
            "a chaotic one, or slow ones (give a longer until)"
        )
    return Basins(model, dict(ranges), starts, labels, found, status, message)


def starts_in(
    model: Model,
    ranges: Mapping[str, tuple[float, float]],
    resolution: int | Sequence[int] | None,
    samples: int | None,
    seed: int,
) -> tuple[dict[str, np.ndarray], np.ndarray, tuple[int, ...]]:
    """The starts by name, as columns, and the shape of what is said about them."""
    shape: tuple[int, ...]
    low, high = np.array(list(ranges.values())).T
    if samples is not None and resolution is not None:
        raise InvalidArgument("give resolution for a grid or samples for a draw, not both")
    if samples is not None and not whole(1)(samples):
        raise InvalidArgument(f"samples is a number of starts, 1 or more, not {samples!r}")
    if samples is None and len(ranges) == 2:
        cells = resolution_of(resolution)
        axes = [
            a + (np.arange(c) + 0.5) * (b - a) / c for a, b, c in zip(low, high, cells, strict=True)
        ]
        varied = np.array([part.ravel() for part in np.meshgrid(*axes)])
        starts, shape = dict(zip(ranges, axes, strict=True)), (cells[1], cells[0])
    else:
        if resolution is not None:
            raise InvalidArgument(
                f"a grid has two states; the box names {len(ranges)}: give samples instead"
            )
        count = samples or SAMPLES
        unit = np.random.default_rng(seed).random((len(ranges), count))
        varied = low[:, None] + (high - low)[:, None] * unit
        starts, shape = dict(zip(ranges, varied, strict=True)), (count,)
    x = np.array(list(model.start.values()))[:, None] + np.zeros(varied.shape[1])
    x[[model.states.index(name) for name in ranges]] = varied
    return starts, x, shape


def resolution_of(given: int | Sequence[int] | None) -> tuple[int, int]:
    """Cells along both states."""
    pair = given if isinstance(given, Sequence) else (given or RESOLUTION,) * 2
    if isinstance(pair, str) or len(pair) != 2 or not all(whole(2)(cells) for cells in pair):
        raise InvalidArgument(f"resolution is a number of cells or a pair of them, not {given!r}")
    return int(pair[0]), int(pair[1])


def attractor_of(target: Target | None, labels: np.ndarray, number: int) -> Attractor:
    """What is said of an attractor, with the fraction that leads to it."""
    here = labels == number
    fraction, count = float(here.mean()), labels.size
    if labels.ndim == 1:
        error = float(np.sqrt(fraction * (1 - fraction) / count))
    else:
        border = np.zeros_like(here)
        for axis in (0, 1):
            parts = np.diff(here.astype(np.int8), axis=axis) != 0
            cut = [slice(None)] * 2
            for part in (slice(1, None), slice(None, -1)):
                cut[axis] = part
                border[tuple(cut)] |= parts
        error = float(np.sqrt(border.sum())) / 2 / count
    if isinstance(target, PointTarget):
        return Attractor("fixed point", target.point, fraction, error)
    if isinstance(target, TubeTarget):
        kind = "limit cycle" if isinstance(target.orbit, LimitCycle) else "cycle"
        return Attractor(kind, target.orbit, fraction, error)
    return Attractor("infinity", None, fraction, error)
