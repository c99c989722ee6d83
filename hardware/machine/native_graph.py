"""A graph in double precision as machine code of the host: what `kernels/float_program.py` does.

Operations are those of IEEE 754 in the order of the graph, functions those of the C library, as in
the interpreter. Constants are read when it runs.
"""

from collections.abc import Callable, Sequence
from struct import pack

import numpy as np

from ..kernel_files import kernel
from .graph import Graph, Node
from .native import Native, compiled, pointer_type, resolved, worth

ARGUMENTS = (
    *("steps", "every", "x", "kept", "fired", "before", "after", "lows", "highs", "given"),
    *("level", "first", "out"),
)
LIBRARY = {"bernoulli": "expm1", "exprel": "expm1", "sinc": "sin", "power": "pow"}
SIGNS = dict(less="olt", lesseq="ole", equal="oeq")
VERBS = dict(add="fadd", sub="fsub", mul="fmul", div="fdiv")


def advancing(graph: Graph, steps: int, watched: int) -> Callable:
    """The function that runs so many steps of the graph: compiled, or the interpreter's."""
    names = {LIBRARY.get(n.name, n.name) for n in graph.nodes if n.verb == "function"}
    if resolved(names - {"sqrt"}):
        key = structure(graph, watched)
        if worth(key, steps):
            return Advance(graph, compiled(key, lambda: text_of(graph, watched)))
    return kernel("float_program").advance


class Advance:
    """Takes what the interpreter takes."""

    def __init__(self, graph: Graph, native: Native):
        self.graph, self.native = graph, native  # its code ends with it
        self.run, _ = native.function("follow", len(ARGUMENTS))

    def __call__(
        self, rows, x, values, inputs, outputs, spike, watched, level, first, steps, every, kept,
        lows, highs, fired, before, after, feeds, given,
    ) -> tuple[int, int]:  # fmt: skip
        given = np.ascontiguousarray(given)
        out, border = np.zeros(1, dtype=np.int64), np.array([level], dtype=np.float64)
        arrays = (x, kept, fired, before, after, lows, highs, given, border)
        places = [array.ctypes.data for array in arrays]
        made = self.run(steps, every, *places, first, out.ctypes.data)
        fixed = [i for i, node in enumerate(self.graph.nodes) if node.verb == "constant"]
        lows[fixed] = highs[fixed] = x[fixed]
        return made, int(out[0])


def structure(graph: Graph, watched: int) -> tuple:
    """What a graph's text depends on."""
    nodes = tuple(
        (n.verb, n.args, n.name if n.verb == "function" else "", n.value * (n.name == "power"))
        for n in graph.nodes
    )
    fed = tuple(feed.place for feed in graph.feeds)
    return (nodes, graph.inputs, graph.outputs, graph.spike, fed, watched)


def text_of(graph: Graph, watched: int) -> str:
    """The text of the loop."""
    return Loop(graph, watched, pointer_type()).text()


def number(value: float) -> str:
    """A double as LLVM reads it."""
    return f"0x{int.from_bytes(pack('>d', value), 'big'):016X}"


class Loop:
    """The loop over steps of a graph."""

    def __init__(self, graph: Graph, watched: int, pointer: str):
        self.graph, self.watched = graph, watched
        self.pointer = pointer  # to an integer of 64 bits
        self.real = pointer if pointer == "ptr" else "double*"
        self.lines: list[str] = []
        self.count = 0

    def add(self, *lines: str) -> None:
        self.lines += lines

    def line(self, text: str) -> str:
        """A line with a new name, which is returned."""
        self.count += 1
        self.lines.append(f"  %t{self.count} = {text}")
        return f"%t{self.count}"

    def load(self, base: str, index: str | int) -> str:
        place = self.line(f"getelementptr double, {self.real} {base}, i64 {index}")
        return self.line(f"load double, {self.real} {place}")

    def store(self, value: str, base: str, index: str | int) -> None:
        place = self.line(f"getelementptr double, {self.real} {base}, i64 {index}")
        self.lines.append(f"  store double {value}, {self.real} {place}")

    def count_stored(self, value: str, base: str, index: str | int) -> None:
        place = self.line(f"getelementptr i64, {self.pointer} {base}, i64 {index}")
        self.lines.append(f"  store i64 {value}, {self.pointer} {place}")

    def widen(self, value: str, i: int) -> None:
        """The range of a node: NaN counts, as where a comparison with it fails."""
        for base, kind in (("%lows.p", "ult"), ("%highs.p", "ugt")):
            place = self.line(f"getelementptr double, {self.real} {base}, i64 {i}")
            old = self.line(f"load double, {self.real} {place}")
            beyond = self.line(f"fcmp {kind} double {value}, {old}")
            kept = self.line(f"select i1 {beyond}, double {value}, double {old}")
            self.lines.append(f"  store double {kept}, {self.real} {place}")

    def node(self, node: Node, x: Sequence[str]) -> str:
        """The value of an operation."""
        verb = node.verb
        if verb in VERBS:
            return self.line(f"{VERBS[verb]} double {x[0]}, {x[1]}")
        if verb in SIGNS:
            test = self.line(f"fcmp {SIGNS[verb]} double {x[0]}, {x[1]}")
            return self.line(f"uitofp i1 {test} to double")
        if verb == "neg":
            return self.line(f"fneg double {x[0]}")
        if verb == "floor":
            return self.line(f"call double @llvm.floor.f64(double {x[0]})")
        if verb == "select":
            return self.choose(f"fcmp une double {x[0]}, {number(0.0)}", x[1], x[2])
        return self.function(node, x[0])

    def choose(self, test: str, a: str, b: str) -> str:
        return self.line(f"select i1 {self.line(test)}, double {a}, double {b}")

    def function(self, node: Node, x: str) -> str:
        """The function, with its value where it has a limit or none."""
        name, zero, one, nan = node.name, number(0.0), number(1.0), number(float("nan"))
        if name == "power":
            exponent = number(node.value)
            value = self.line(f"call double @pow(double {x}, double {exponent})")
            if node.value == np.floor(node.value):
                return value
            return self.choose(f"fcmp oge double {x}, {zero}", value, nan)
        library = "llvm.sqrt.f64" if name == "sqrt" else LIBRARY.get(name, name)
        value = self.line(f"call double @{library}(double {x})")
        match name:
            case "exp":
                infinite = number(float("inf"))
                return self.choose(f"fcmp olt double {x}, {number(709.0)}", value, infinite)
            case "log":
                return self.choose(f"fcmp ogt double {x}, {zero}", value, nan)
            case "sqrt":
                return self.choose(f"fcmp oge double {x}, {zero}", value, nan)
            case "bernoulli":
                quotient = self.line(f"fdiv double {x}, {value}")
                return self.choose(f"fcmp oeq double {x}, {zero}", one, quotient)
            case "exprel" | "sinc":
                quotient = self.line(f"fdiv double {value}, {x}")
                return self.choose(f"fcmp oeq double {x}, {zero}", one, quotient)
        return value

    def text(self) -> str:
        graph, states = self.graph, range(len(self.graph.inputs))
        arguments = ", ".join(f"i64 %{name}" for name in ARGUMENTS)
        self.add(f"define i64 @follow({arguments}) {{", "entry:")
        for name in ("x", "kept", "before", "after", "lows", "highs", "given", "level"):
            self.add(f"  %{name}.p = inttoptr i64 %{name} to {self.real}")
        for name in ("fired", "out"):
            self.add(f"  %{name}.p = inttoptr i64 %{name} to {self.pointer}")
        value: dict[int, str] = {}
        for i, node in enumerate(graph.nodes):
            if node.verb == "constant":
                value[i] = self.load("%x.p", i)
        starts = [self.load("%x.p", i) for i in graph.inputs]
        border = self.load("%level.p", 0)
        past = self.line("srem i64 %first, %every")
        left = self.line(f"sub i64 %every, {past}")
        self.add("  br label %loop", "loop:", "PHIS")
        if graph.feeds:
            row = self.line(f"mul i64 %k, {len(graph.feeds)}")
        for j, feed in enumerate(graph.feeds):
            value[feed.place] = self.load("%given.p", self.line(f"add i64 {row}, {j}"))
        value |= {i: f"%s{j}" for j, i in enumerate(graph.inputs)}
        for i, node in enumerate(graph.nodes):
            if node.verb == "constant":
                continue
            if i not in value:
                value[i] = self.node(node, [value[a] for a in node.args])
            self.widen(value[i], i)
        new = [value[i] for i in graph.outputs]
        total = number(0.0)
        for moved in new:
            total = self.line(f"fadd double {total}, {self.line(f'fsub double {moved}, {moved}')}")
        bad = self.line(f"fcmp une double {total}, {number(0.0)}")
        self.add(f"  br i1 {bad}, label %bad, label %good", "good:")
        now = self.line("add i64 %first, %k")
        fire = self.fires(value, border)
        self.count_stored(now, "%fired.p", "%n")
        if self.watched >= 0:
            self.store(f"%s{self.watched}", "%before.p", "%n")
            self.store(new[self.watched], "%after.p", "%n")
        more = self.line(f"add i64 %n, {self.line(f'zext i1 {fire} to i64')}")
        rest = self.line("sub i64 %left, 1")
        due = self.line(f"icmp eq i64 {rest}, 0")
        after = self.line(f"select i1 {due}, i64 %every, i64 {rest}")
        self.add(f"  br i1 {due}, label %keep, label %next", "keep:")
        end = self.line(f"add i64 {now}, 1")
        cells = self.line(f"mul i64 {self.line(f'sdiv i64 {end}, %every')}, {len(states)}")
        for j in states:
            self.store(new[j], "%kept.p", self.line(f"add i64 {cells}, {j}"))
        self.add("  br label %next", "next:", "  %k1 = add i64 %k, 1")
        done = self.line("icmp eq i64 %k1, %steps")
        self.add(f"  br i1 {done}, label %all, label %loop", "all:")
        self.leave(new, more, "%steps")
        self.add("bad:")
        self.leave([f"%s{j}" for j in states], "%n", "%k")
        self.add("}")
        phis = [
            "  %k = phi i64 [0, %entry], [%k1, %next]",
            f"  %n = phi i64 [0, %entry], [{more}, %next]",
            f"  %left = phi i64 [{left}, %entry], [{after}, %next]",
        ]
        phis += [f"  %s{j} = phi double [{starts[j]}, %entry], [{new[j]}, %next]" for j in states]
        names = {LIBRARY.get(n.name, n.name) for n in graph.nodes if n.verb == "function"}
        names = {*names - {"sqrt", "pow"}, "llvm.sqrt.f64", "llvm.floor.f64"}
        heads = [f"declare double @{name}(double)" for name in sorted(names)]
        heads.append("declare double @pow(double, double)")
        return "\n".join([*heads, *self.lines]).replace("PHIS", "\n".join(phis))

    def fires(self, value: dict[int, str], border: str) -> str:
        """The bit of a spike."""
        if self.graph.spike is not None:
            return self.line(f"fcmp une double {value[self.graph.spike]}, {number(0.0)}")
        if self.watched < 0:
            return "0"
        under = self.line(f"fcmp olt double %s{self.watched}, {border}")
        over = self.line(f"fcmp oge double {value[self.graph.outputs[self.watched]]}, {border}")
        return self.line(f"and i1 {under}, {over}")

    def leave(self, states: list[str], count: str, made: str) -> None:
        """What is written when the loop ends."""
        for i, value in zip(self.graph.inputs, states, strict=True):
            self.store(value, "%x.p", i)
        self.count_stored(count, "%out.p", 0)
        self.add(f"  ret i64 {made}")
