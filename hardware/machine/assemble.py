"""A graph and the ranges of its nodes into a program on words.

Without a scale every register is a word of the format, as in C with one type. With one, each
register has the most bits behind its point that leave room for what the node takes on in double
precision, times MARGIN. Truth values and counters are whole numbers; factors of decay have 32 bits
behind the point. Constants are the nearest words (ties to even), literals that, or truncated.

The chip's own exponential serves where the word is s16.15; other functions, other words and scaled
registers have tables. A square root is exact and floored.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, inf, log2

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..qformat import QFormat
from . import gaussian
from .graph import Graph, Node
from .guarantees import GUARANTEED
from .program import Operation, Program
from .ranges import COMPARED, Ranges, reach, shared_ranges, whole_nodes
from .tables import Table, table_of

MARGIN = 1.25
PRODUCT = 62  # bits that a product may need beside its sign
UNITS = 16  # of a word, that a divisor keeps from 0 where bounds are guaranteed
NEGATIVE = -(2.0**-13)  # below it the chip's exponential gives factors of decay


class Assembler:
    """The registers and operations of a program, as they are made."""

    def __init__(
        self,
        graph: Graph,
        ranges: Ranges,
        word: QFormat,
        *,
        scale: str | Mapping[str, int] | None = None,
        literals: str = "host",
        roundings: Mapping[str, str] | None = None,
        fit: str = "refuse",
        kernels: bool = False,
    ):
        self.strict, self.kernels = fit == "refuse", kernels
        self.graph, self.word, self.scale, self.literals = graph, word, scale, literals
        self.low, self.high = shared_ranges(graph, ranges)
        self.roundings = roundings or {}
        self.fractions: list[int] = []
        self.constants: dict[int, int] = {}
        self.values: dict[int, float] = {}
        self.operations: list[Operation] = []
        self.tables: list[Table] = []
        self.made: dict[tuple, int] = {}
        self.place: dict[int, int] = {}  # of nodes
        self.whole = whole_nodes(graph)
        self.noises = {feed.place for feed in graph.feeds if feed.is_noise}
        self.decay_fraction = 32 if word.signed and word.bits <= 32 else 61 - word.bits

    def register(self, fraction: int) -> int:
        self.fractions.append(fraction)
        return len(self.fractions) - 1

    def fraction(self, i: int) -> int:
        """The bits behind the point of a node."""
        node = self.graph.nodes[i]
        if i in self.whole:
            return 0
        if i in self.noises:
            return min(gaussian.FRACTION, self.word.bits - 4)
        if self.scale is None:
            return self.word.fraction
        if node.verb == "state" or i in self.graph.outputs:
            name = node.name or self.graph.states[self.graph.outputs.index(i)]
            if isinstance(self.scale, Mapping) and name in self.scale:
                return self.word.fraction - int(self.scale[name])
            j = self.graph.states.index(name)
            around = (self.graph.inputs[j], self.graph.outputs[j])
            size = max(self.size(k) for k in around)
        else:
            size = self.size(i)
        return self.roomy(size)

    def common(self, goal: int, args: tuple[int, ...]) -> int:
        """The most bits behind the point that leave room for the operands too."""
        if self.scale is None or goal == 0:
            return goal
        return min(goal, *(self.roomy(self.size(k)) for k in args))

    def size(self, i: int) -> float:
        return float(max(abs(self.low[i]), abs(self.high[i])))

    def roomy(self, size: float) -> int:
        """The most bits behind the point for values of this size."""
        whole = ceil(log2(size * MARGIN)) if size > 0 else -inf
        top = self.word.bits - self.word.signed
        return int(min(top, max(0, top - whole)))

    def constant(self, value: float, fraction: int, literal: bool, where: str = "") -> int:
        """The register of a number."""
        key = ("constant", value, fraction, literal)
        if key not in self.made:
            exact = Fraction(value) * (1 << fraction)
            n = int(exact) if literal and self.literals == "truncate" else round(exact)
            if not self.word.lowest <= n <= self.word.highest:
                least, most = (n * 2.0**-fraction for n in (self.word.lowest, self.word.highest))
                raise InvalidArgument(
                    f"the constant {value:.10g} (in {where}) does not fit: words with {fraction} "
                    f"bits behind the point hold {least:.10g} to {most:.10g}"
                )
            self.made[key] = self.fixed(n, fraction, value)
        return self.made[key]

    def fixed(self, n: int, fraction: int, value: float) -> int:
        register = self.register(fraction)
        self.constants[register], self.values[register] = n, value
        return register

    def operation(self, verb: str, fraction: int, node: Node, *args: int, **facts) -> int:
        """An operation with these registers, and the register of its result."""
        out = self.register(fraction)
        kind = {"shift": "shift", "div": "div"}.get(verb, "mul")
        usual = "zero" if verb == "div" and self.word.rounding == "floor" else self.word.rounding
        rounding = self.roundings.get(kind, usual)
        if verb == "div" and rounding == "stochastic" and self.word.bits > 32:
            raise InvalidArgument(
                f"{node.text} (in {node.where}): quotients are rounded stochastically in words of "
                "up to 32 bits; roundings=dict(div='nearest') rounds them otherwise"
            )
        if not 0 <= abs(facts.get("shift", 0)) <= 62:
            raise InvalidArgument(
                f"{node.text} (in {node.where}) would need a shift by {facts['shift']} bits; "
                "other scales are needed"
            )
        # the chip's explicit products clamp, the operator of C does as the word
        clamped = self.kernels and verb == "mul" and rounding != "floor"
        facts |= dict(
            rounding=rounding,
            overflow="saturate" if clamped else "",
            when=self.place[node.when] if node.when >= 0 else -1,
            where=node.where,
            text=node.text,
        )
        self.operations.append(Operation(verb, out, args, **facts))
        return out

    def shifted(self, register: int, fraction: int, node: Node) -> int:
        """The register's value with another fraction."""
        here = self.fractions[register]
        if here == fraction:
            return register
        key = ("shift", register, fraction)
        if key not in self.made:
            by = here - fraction
            self.made[key] = self.operation("shift", fraction, node, register, shift=by)
        return self.made[key]

    def at(self, i: int, fraction: int) -> int:
        """The register of a node, with a given fraction."""
        node = self.graph.nodes[i]
        if node.verb == "constant" and not node.decay:
            return self.constant(node.value, fraction, node.literal, node.where)
        return self.shifted(self.place[i], fraction, node)

    def natural(self, i: int) -> int:
        """The register of a node as it is; of a constant, with as many bits as it can have."""
        node = self.graph.nodes[i]
        if node.verb != "constant":
            return self.place[i]
        if node.decay:
            return self.decay_constant(node.value)
        if self.scale is None:
            whole = i in self.whole
            fraction = 0 if whole else self.word.fraction
            return self.constant(node.value, fraction, node.literal, node.where)
        size = abs(node.value)
        top = self.word.bits - self.word.signed
        bits = top - ceil(log2(size * (1 + 2.0**-top))) if size else top
        return self.constant(node.value, int(min(top, max(0, bits))), node.literal)

    def decay_constant(self, value: float) -> int:
        key = ("decay", value)
        if key not in self.made:
            fraction = self.decay_fraction
            n = min(round(Fraction(value) * (1 << fraction)), (1 << fraction) - 1)
            self.made[key] = self.fixed(n, fraction, value)
        return self.made[key]

    def enter(self, i: int) -> int | None:
        """The operations of a node; its register."""
        node, args = self.graph.nodes[i], self.graph.nodes[i].args
        if node.verb == "constant":
            return None
        if not np.isfinite(self.size(i)) and (self.strict or self.scale is not None):
            raise InvalidArgument(
                f"{node.text} (in {node.where or 'the states'}) grows beyond all numbers in double "
                "precision: take a shorter step, another start, or a lower level of the reset"
            )
        goal = self.fraction(i)
        if self.strict and i not in self.noises:
            self.refuse(i, goal)
        match node.verb:
            case "state":
                return self.register(goal)
            case "input":
                if i in self.noises and not self.word.signed:
                    raise InvalidArgument(
                        f"{node.text}: noise is negative as often as not; {self.word.name} has "
                        "no sign"
                    )
                return self.register(goal)
            case "add" | "sub":
                goal = self.common(goal, args)
                a, b = (self.at(k, goal) for k in args)
                return self.operation(node.verb, goal, node, a, b)
            case "neg":
                return self.operation("neg", goal, node, self.at(args[0], goal))
            case "mul":
                self.refuse_long_noise(node)
                return self.product(node, goal, *(self.natural(k) for k in args))
            case "div":
                self.refuse_small_divisor(node)
                return self.quotient(node, goal, *(self.natural(k) for k in args))
            case "select":
                condition, goal = self.natural(args[0]), self.common(goal, args[1:])
                a, b = (self.at(k, goal) for k in args[1:])
                return self.operation("select", goal, node, condition, a, b)
            case "floor":
                x = self.at(args[0], goal)
                return self.operation("floor", goal, node, x, shift=goal)
            case verb if verb in COMPARED:
                return self.comparison(node, *args)
        return self.function(i, node, goal)

    def refuse(self, i: int, fraction: int) -> None:
        """A complaint about a node whose values, in double precision, don't fit into its word."""
        node, unit = self.graph.nodes[i], 2.0**-fraction
        low, high = float(self.low[i]), float(self.high[i])
        least, most = self.word.lowest * unit, self.word.highest * unit
        if not (low >= least and high <= most):
            advice = "a shorter step, a lower level of the reset or more bits make room"
            if self.scale is None:
                advice = "scale='auto' scales every variable"
                if self.graph.spike is not None:
                    advice += "; where the last step before a reset overshoots, take a shorter one "
                    advice += "or a lower level of the reset"
            raise InvalidArgument(
                f"{node.text} (in {node.where or 'the states'}) does not fit into "
                f"{self.word.name}: it runs from {low:.6g} to {high:.6g}, words with {fraction} "
                f"bits behind the point from {least:.6g} to {most:.6g}. {advice}; fit='report' "
                "runs it all the same and reports what overflows"
            )

    def refuse_long_noise(self, node: Node) -> None:
        """A complaint about an amplitude whose product with a normal number leaves 62 bits."""
        others = [k for k in node.args if k not in self.noises]
        if self.word.bits <= 32 or len(others) == len(node.args):
            return
        bits = self.word.fraction + gaussian.FRACTION
        if self.size(others[0]) * gaussian.LARGEST * 2.0**bits >= 2.0**PRODUCT:
            raise InvalidArgument(
                f"{self.word.name}: {node.text} (in {node.where}) needs a product of more than "
                f"{PRODUCT} bits, since noise has {gaussian.FRACTION} behind the point; take "
                "fewer bits behind the point"
            )

    def refuse_small_divisor(self, node: Node) -> None:
        """A complaint about a divisor that rounding may bring to 0, where bounds are guaranteed."""
        divisor = node.args[1]
        if self.scale != GUARANTEED or self.graph.nodes[divisor].verb == "constant":
            return
        least = float(min(abs(self.low[divisor]), abs(self.high[divisor])))
        unit = 2.0 ** -self.fractions[self.natural(divisor)]
        if least < UNITS * unit:
            raise InvalidArgument(
                f"{node.text} (in {node.where}) has no bound in {self.word.name}: its divisor "
                f"comes as near to 0 as {least:.3g}, {least / unit:.2g} units of its word; "
                "narrower ranges= or more bits give one"
            )

    def product(self, node: Node, goal: int, a: int, b: int) -> int:
        shift = self.fractions[a] + self.fractions[b] - goal
        here = goal + min(shift, 0)
        x, y = (b, a) if self.fractions[a] > self.fractions[b] else (a, b)
        out = self.operation("mul", here, node, x, y, shift=max(shift, 0))
        return self.shifted(out, goal, node)

    def quotient(self, node: Node, goal: int, a: int, b: int) -> int:
        difference = self.fractions[a] - self.fractions[b]
        shift = min(max(goal - difference, 0), 63 - self.word.bits)
        here = shift + difference
        out = self.operation("div", here, node, a, b, shift=shift)
        return self.shifted(out, goal, node)

    def comparison(self, node: Node, i: int, j: int) -> int:
        fixed = [self.graph.nodes[k].verb == "constant" for k in (i, j)]
        if self.scale is not None:
            a, b = self.natural(i), self.natural(j)
        elif fixed[0]:
            b = self.natural(j)
            a = self.at(i, self.fractions[b])
        else:
            a = self.natural(i)
            b = self.at(j, self.fractions[a]) if fixed[1] else self.natural(j)
        shift = self.fractions[b] - self.fractions[a]
        return self.operation(node.verb, 0, node, a, b, shift=shift)

    def function(self, i: int, node: Node, goal: int) -> int:
        word, argument = self.word, node.args[0]
        chip = self.scale is None and (word.integer, word.fraction) == (16, 15)
        if node.name == "exp" and chip:
            x = self.at(argument, 15)
            if node.decay and self.high[argument] <= NEGATIVE:
                return self.operation("expulr", 32, node, x)
            return self.operation("expk", 15, node, x)
        x = self.natural(argument)
        source = self.fractions[x]
        if node.name == "sqrt":
            shift = min(max(2 * goal - source, 0), 63 - word.bits)
            shift -= (shift + source) % 2
            if shift < 0:
                shift += 2
            out = self.operation("sqrt", (shift + source) // 2, node, x, shift=shift)
            return self.shifted(out, goal, node)
        if node.decay and self.high[argument] <= NEGATIVE:
            goal = word.bits - 1
        seen = (float(self.low[argument]), float(self.high[argument]))
        low, high = reach(node, seen, source, goal, word)
        key = ("table", node.name, node.value, low, high, source, goal)
        if key not in self.made:
            self.made[key] = len(self.tables)
            self.tables.append(table_of(node, low, high, source, goal))
        return self.operation("table", goal, node, x, table=self.made[key])


def assembled(
    name: str, scheme: str, step: float, graph: Graph, ranges: Ranges, word: QFormat, **settings
) -> Program:
    """The program of a graph."""
    made = Assembler(graph, ranges, word, **settings)
    for i in range(len(graph.nodes)):
        register = made.enter(i)
        if register is not None:
            made.place[i] = register
    inputs = tuple(made.place[i] for i in graph.inputs)
    outputs = tuple(
        made.at(i, made.fractions[r]) for i, r in zip(graph.outputs, inputs, strict=True)
    )
    return Program(
        name=name,
        scheme=scheme,
        step=step,
        word=word,
        states=graph.states,
        fractions=tuple(made.fractions),
        constants=made.constants,
        values=made.values,
        operations=tuple(made.operations),
        inputs=inputs,
        outputs=outputs,
        start=tuple(first_words(graph, made, inputs)),
        spike=None if graph.spike is None else made.natural(graph.spike),
        tables=tuple(made.tables),
        feeds=tuple(replace(feed, place=made.place[feed.place]) for feed in graph.feeds),
    )


def first_words(graph: Graph, made: Assembler, inputs: tuple[int, ...]):
    """The states' start values as the host rounds them."""
    for name, value, register in zip(graph.states, graph.start, inputs, strict=True):
        n = round(Fraction(value) * (1 << made.fractions[register]))
        if not made.word.lowest <= n <= made.word.highest:
            raise InvalidArgument(
                f"the start value {name} = {value:.10g} does not fit into words with "
                f"{made.fractions[register]} bits behind the point"
            )
        yield n
