"""A model's programs at any value of its parameter, with ranges and tables of the whole range.

Tables reach over what their functions take on in double precision at any value of the grid, so that
one table of a word serves all its runs.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..machine.assemble import assembled
from ..machine.constants_only import real_graph
from ..machine.graph import Graph
from ..machine.orders import assembling, ordered_graph
from ..machine.program import Program
from ..qformat import QFormat
from .question import Question
from .walks import RealWalk

SEEN = 10_000  # steps at each value of the grid, for the ranges
KEPT = 512
SHORT = 32  # bits: quotients of longer words are not rounded stochastically, but to the nearest
Ranges = tuple[np.ndarray, np.ndarray]


class Programs:
    """Graphs and programs by value."""

    def __init__(self, question: Question):
        self.question = question
        self.graphs: dict[float, Graph] = {}

    @property
    def grid(self) -> np.ndarray:
        """The values that are looked at first."""
        low, high = self.question.interval
        return np.linspace(low, high, max(2, self.question.grid))

    def graph(self, value: float) -> Graph:
        """A step at a value of the parameter, with exact constants."""
        if value not in self.graphs:
            if len(self.graphs) > KEPT:
                self.graphs.clear()
            q = self.question
            model = q.model_at(value)
            self.graphs[value] = ordered_graph(model, q.scheme, q.step, q.program, q.literals)
        return self.graphs[value]

    @cached_property
    def seen(self) -> tuple[dict[tuple, Ranges], dict[tuple, list[float]]]:
        """Ranges of nodes by the shape of the graph, and of functions by name."""
        q = self.question
        shapes: dict[tuple, Ranges] = {}
        families: dict[tuple, list[float]] = {}
        for value in sorted({*self.grid.tolist(), *q.currents}):
            graph = self.graph(value)
            walk = RealWalk(graph, dict(zip(graph.states, graph.start, strict=True)), q.spike)
            done = 0
            while done < min(SEEN, q.steps) and not walk.stuck():
                walk.go(1000)
                done += 1000
            if walk.left:
                raise leaves(q, value)
            low, high = shapes.get(shape(graph), (walk.low, walk.high))
            shapes[shape(graph)] = (np.minimum(low, walk.low), np.maximum(high, walk.high))
            for i, node in enumerate(graph.nodes):
                if node.verb == "function":
                    a = node.args[0]
                    ends = families.setdefault(family(node), [np.inf, -np.inf, np.inf, -np.inf])
                    new = (walk.low[a], walk.high[a], walk.low[i], walk.high[i])
                    for k, pick in enumerate((min, max, min, max)):
                        ends[k] = float(pick(ends[k], new[k]))
        return shapes, families

    def ranges(self, graph: Graph) -> Ranges:
        """What the nodes of a graph take on, at any value."""
        shapes, families = self.seen
        low, high = (part.copy() for part in shapes.get(shape(graph)) or own_ranges(graph, self))
        for i, node in enumerate(graph.nodes):
            if node.verb == "function":
                a = node.args[0]
                ends = families[family(node)]
                if graph.nodes[a].verb not in ("state", "constant"):
                    low[a], high[a] = ends[0], ends[1]
                low[i], high[i] = ends[2], ends[3]
        return low, high

    def program(self, value: float, word: QFormat) -> Program:
        """The program in a word."""
        q, graph = self.question, self.graph(value)
        beyond = word.rounding == "stochastic" and word.bits > SHORT
        return assembled(
            q.model.name,
            q.scheme,
            q.step,
            graph,
            self.ranges(graph),
            word,
            scale=q.scale,
            fit=q.fit,
            roundings={"div": "nearest"} if beyond else None,
            **assembling(q.program, q.literals),
        )

    def real(self, value: float, word: QFormat | None) -> Graph:
        """A step in double precision, with the constants of a word or exact ones."""
        return self.graph(value) if word is None else real_graph(self.program(value, word))


def leaves(question: Question, value: float) -> InvalidArgument:
    """The complaint about a model that explodes."""
    return InvalidArgument(
        f"{question.model.name} leaves the numbers in double precision too, with "
        f"{question.parameter} = {value:g}, {question.scheme}, step {question.step:g}: take "
        "a shorter step, or exponential-euler"
    )


def own_ranges(graph: Graph, programs: Programs) -> Ranges:
    """Of a graph whose shape no value of the grid has."""
    start: Mapping[str, float] = dict(zip(graph.states, graph.start, strict=True))
    walk = RealWalk(graph, start, programs.question.spike)
    for _ in range(SEEN // 1000):
        walk.go(1000)
    return walk.low, walk.high


def shape(graph: Graph) -> tuple:
    """The nodes without their numbers."""
    return tuple((node.verb, node.args, node.name) for node in graph.nodes)


def family(node) -> tuple:
    return node.name, node.value, node.decay
