"""Who is connected with whom: all, one to one, at random, by distance, or as given."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..graph_nodes import numbered
from ..simulate import finite, whole
from .edges import Edges, from_pairs

NAMED = ("all", "one to one")


@dataclass(frozen=True, init=False, eq=False)
class Wiring:
    """A rule that says which source is connected to which target.

    Wiring.all(), Wiring.one_to_one()
        also as text: ``wiring="all"``, ``wiring="one to one"``
    Wiring.indegree(count)
        each target has `count` different sources, chosen at random; ``outdegree`` likewise
    Wiring.probability(p)
        each pair with the probability p, independently
    Wiring.spatial(text)
        with a probability that depends on the distance d of their positions:
        ``"exp(-d^2/(2*0.1^2))"``
    Wiring.pairs(sources, targets)
        listed one by one; a pair that stands there twice is two connections
    Wiring.given(matrix)
        an array or SciPy sparse matrix whose entry [i, j] is the weight of the connection to i from
        j, as in W @ rates (zeros are no connections), or a networkx graph, whose edges lead from u
        to v and may have a "weight" and, all of them or none, a "delay". Its nodes are meant by
        their labels if these are exactly 0 ... n - 1, otherwise by the order in which they were
        added

    Within one population nobody is connected with itself, unless ``self_edges=True``, or pairs or a
    matrix say so.
    """

    description: str
    build: Callable
    weighted: bool
    delayed: bool

    def __init__(
        self, description: str, build: Callable, weighted: bool = False, delayed: bool = False
    ):
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "build", build)
        object.__setattr__(self, "weighted", weighted)
        object.__setattr__(self, "delayed", delayed)

    @classmethod
    def all(cls, *, self_edges: bool = False) -> "Wiring":
        """Every source with every target."""
        return cls("all", partial(all_pairs, self_edges=self_edges))

    @classmethod
    def one_to_one(cls) -> "Wiring":
        """Source i with target i; the two populations have the same size."""
        return cls("one to one", one_to_one)

    @classmethod
    def indegree(cls, count: int, *, self_edges: bool = False) -> "Wiring":
        """For each target `count` different sources."""
        number = whole("indegree", count, 0)
        return cls(
            f"indegree {number}", partial(by_degree, number=number, by="in", loops=self_edges)
        )

    @classmethod
    def outdegree(cls, count: int, *, self_edges: bool = False) -> "Wiring":
        """For each source `count` different targets."""
        number = whole("outdegree", count, 0)
        return cls(
            f"outdegree {number}", partial(by_degree, number=number, by="out", loops=self_edges)
        )

    @classmethod
    def probability(cls, p: float, *, self_edges: bool = False) -> "Wiring":
        """Each pair independently with the probability p."""
        chance = finite("probability", p)
        if not 0 <= chance <= 1:
            raise InvalidArgument(f"a probability lies between 0 and 1, not at {p!r}")
        return cls(f"probability {chance:g}", partial(by_chance, p=chance, loops=self_edges))

    @classmethod
    def spatial(cls, kernel: str, *, self_edges: bool = False) -> "Wiring":
        """Each pair with the probability that the kernel gives at its distance d."""
        of_distance("kernel", kernel, np.zeros(1))
        return cls(f"probability {kernel}", partial(by_distance, kernel=kernel, loops=self_edges))

    @classmethod
    def pairs(cls, sources: object, targets: object) -> "Wiring":
        """Exactly these pairs."""
        both = [np.atleast_1d(np.asarray(part)) for part in (sources, targets)]
        for part in both:
            if part.ndim != 1 or (part.size and not np.issubdtype(part.dtype, np.integer)):
                raise InvalidArgument("pairs are two lists of neurons' numbers")
        if len(both[0]) != len(both[1]):
            raise InvalidArgument(
                f"{len(both[0])} sources and {len(both[1])} targets make no pairs"
            )
        i, j = (part.astype(np.int64) for part in both)
        return cls(f"{len(i)} pairs", partial(listed, i=i, j=j, weights=1.0))

    @classmethod
    def given(cls, matrix: object) -> "Wiring":
        """The connections and weights of a matrix or graph."""
        i, j, weights, shape, delays = entries(matrix)
        if not np.isfinite(weights).all():
            raise InvalidArgument("the weights of a matrix are finite numbers")
        build = partial(listed, i=i, j=j, weights=weights, shape=shape, delays=delays)
        return cls(f"{len(i)} given", build, weighted=True, delayed=delays is not None)

    def __repr__(self) -> str:
        return f"<Wiring: {self.description}>"


def wiring_of(wiring: object) -> Wiring:
    """A Wiring from what a user may give: one, its name, or a matrix or graph."""
    if isinstance(wiring, Wiring):
        return wiring
    if isinstance(wiring, str):
        if wiring not in NAMED:
            raise UnknownName(wiring, "a wiring by name; see rb.Wiring for others", NAMED)
        return Wiring.all() if wiring == "all" else Wiring.one_to_one()
    return Wiring.given(wiring)


def entries(
    matrix: object,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int], np.ndarray | None]:
    """Sources, targets and weights of the non-zeros, the shape (targets, sources), and the delays
    that a graph has."""
    delays = None
    if hasattr(matrix, "is_directed") and hasattr(matrix, "adjacency"):  # a graph of NetworkX
        found, shape, delays = of_graph(matrix)
    elif hasattr(matrix, "tocoo"):
        coo = matrix.tocoo()
        found = coo.col, coo.row, coo.data
        shape = coo.shape
    else:
        try:
            dense = np.asarray(matrix, dtype=float)
        except (TypeError, ValueError):
            dense = np.zeros(0)
        if dense.ndim != 2:
            raise InvalidArgument(
                f"a wiring is {', '.join(map(repr, NAMED))}, a rb.Wiring, a matrix (targets by "
                f"sources), a SciPy sparse matrix or a networkx graph, not {matrix!r}"
            )
        row, column = np.nonzero(dense)
        found = column, row, dense[row, column]
        shape = dense.shape
    i, j, weights = found
    keep = weights != 0
    return (
        i[keep].astype(np.int64),
        j[keep].astype(np.int64),
        np.asarray(weights, dtype=float)[keep],
        (int(shape[0]), int(shape[1])),
        None if delays is None else delays[keep],
    )


def of_graph(
    graph: Any,
) -> tuple[tuple[np.ndarray, ...], tuple[int, int], np.ndarray | None]:
    """Sources, targets and weights of a networkx graph, its shape, and the delays of its edges if
    they have any."""
    number = numbered(graph)
    rows = [
        (number[u], number[v], edge.get("weight", 1.0), edge.get("delay", np.nan))
        for u, v, edge in graph.edges(data=True)
    ]
    if not graph.is_directed():
        rows += [(v, u, *rest) for u, v, *rest in rows if u != v]
    try:
        i, j, weights, delays = np.array(rows, dtype=float).reshape(-1, 4).T
    except (TypeError, ValueError):
        raise InvalidArgument("the weights and delays of a graph's edges are numbers") from None
    found = i.astype(np.int64), j.astype(np.int64), weights
    shape = len(number), len(number)
    if np.isnan(delays).all():
        return found, shape, None
    if not (np.isfinite(delays) & (delays >= 0)).all():
        raise InvalidArgument(
            "the delay of a graph's edge is a number from 0, and all edges have one or none has"
        )
    return found, shape, delays


@dataclass(frozen=True)
class Ends:
    """The two populations that are to be connected."""

    sources: int
    targets: int
    same: bool
    from_places: np.ndarray | None
    to_places: np.ndarray | None
    names: str


def all_pairs(ends: Ends, random: np.random.Generator, self_edges: bool) -> Edges:
    loops = self_edges or not ends.same
    everyone = np.arange(ends.targets, dtype=np.int32)
    rows = np.tile(everyone, ends.sources)
    edges = Edges(np.arange(ends.sources + 1, dtype=np.int64) * ends.targets, rows)
    return edges if loops else edges.kept(edges.sources != edges.targets)


def one_to_one(ends: Ends, random: np.random.Generator) -> Edges:
    if ends.sources != ends.targets:
        raise InvalidArgument(
            f"{ends.names}: one to one wants equal sizes, not {ends.sources} and {ends.targets}"
        )
    return Edges(
        np.arange(ends.sources + 1, dtype=np.int64), np.arange(ends.targets, dtype=np.int32)
    )


def by_degree(ends: Ends, random: np.random.Generator, number: int, by: str, loops: bool) -> Edges:
    """`number` different partners for each target (by "in") or source (by "out")."""
    many, few = (ends.sources, ends.targets) if by == "in" else (ends.targets, ends.sources)
    avoid = ends.same and not loops
    if number > many - avoid:
        raise InvalidArgument(
            f"{ends.names}: {by}degree {number} is more than the {many - avoid} partners there are"
        )
    partners = np.empty((few, number), dtype=np.int32)
    for i in range(few):
        row = random.choice(many - avoid, number, replace=False, shuffle=False)
        partners[i] = row + (row >= i) if avoid else row
    partners.sort(axis=1)
    ptr = np.arange(few + 1, dtype=np.int64) * number
    if by == "out":
        return Edges(ptr, partners.ravel())
    from scipy.sparse import csc_array

    # sources of each target, turned into targets of each source by counting
    data = np.ones(partners.size, dtype=np.int8)
    turned = csc_array((data, partners.ravel(), ptr), shape=(many, few)).tocsr()
    return Edges(turned.indptr.astype(np.int64), turned.indices.astype(np.int32, copy=False))


def by_chance(ends: Ends, random: np.random.Generator, p: float, loops: bool) -> Edges:
    avoid = ends.same and not loops
    counts = random.binomial(ends.targets - avoid, p, ends.sources)
    rows = []
    for i, count in enumerate(counts.tolist()):
        row = random.choice(ends.targets - avoid, count, replace=False, shuffle=False)
        rows.append(np.sort(row + (row >= i) if avoid else row).astype(np.int32))
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Edges(indptr, np.concatenate([np.zeros(0, np.int32), *rows]))


def by_distance(ends: Ends, random: np.random.Generator, kernel: str, loops: bool) -> Edges:
    here, there = positions_of(ends)
    rows, counts = [], [0]
    for i, place in enumerate(here):
        chance = of_distance("kernel", kernel, np.linalg.norm(there - place, axis=1))
        chosen = random.uniform(size=ends.targets) < chance
        if ends.same and not loops:
            chosen[i] = False
        rows.append(np.flatnonzero(chosen).astype(np.int32))
        counts.append(counts[-1] + len(rows[-1]))
    return Edges(np.array(counts, dtype=np.int64), np.concatenate([np.zeros(0, np.int32), *rows]))


def positions_of(ends: Ends) -> tuple[np.ndarray, np.ndarray]:
    if ends.from_places is None or ends.to_places is None:
        raise InvalidArgument(f"{ends.names}: distances want positions= of both populations")
    if ends.from_places.shape[1] != ends.to_places.shape[1]:
        raise InvalidArgument(f"{ends.names}: the positions differ in their number of coordinates")
    return ends.from_places, ends.to_places


def listed(
    ends: Ends,
    random: np.random.Generator,
    i: np.ndarray,
    j: np.ndarray,
    weights: float | np.ndarray,
    shape: tuple[int, int] | None = None,
    delays: np.ndarray | None = None,
) -> Edges:
    if shape is not None and shape != (ends.targets, ends.sources):
        raise InvalidArgument(
            f"{ends.names}: the matrix has the shape {shape}, but there are {ends.targets} targets "
            f"(rows) and {ends.sources} sources (columns)"
        )
    for what, part, size in (("source", i, ends.sources), ("target", j, ends.targets)):
        if part.size and not (part.min() >= 0 and part.max() < size):
            raise InvalidArgument(
                f"{ends.names}: there is no {what} {part.max()}; {size} there are"
            )
    return from_pairs(i, j, ends.sources, weights, 0.0 if delays is None else delays)


def of_distance(what: str, text: str, d: np.ndarray) -> np.ndarray:
    """An expression in d at many distances."""
    from ..model import Model

    model = Model(what, f"_y' = {text}", parameters=dict(d=0), start=dict(_y=0))
    return model.field.f(np.zeros((1, len(d))), d[None, :])[0]
