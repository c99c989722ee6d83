"""Programs as machine code of the host: the steps of one neuron, and one step of many.

`Native.advance` takes what `kernels/integer_program.advance` takes and gives the same bits: it runs
the compiled steps, and lets the interpreter do each step in which something does not fit.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int64
from functools import cache
from threading import Lock

import numpy as np

from ..kernel_files import kernel
from .program import Program
from .to_llvm import Body, tools

KEPT = 256  # compiled programs of a process
MOST_AT_ONCE = 1 << 12  # steps that the interpreter does where overflows follow each other
RUN = (
    *("steps", "every", "x", "kept", "fired", "before", "after", "heads", "rows", "chip"),
    *("random", "given", "level", "first", "out"),
)
POPULATION = (
    *("first", "count", "x", "words", "totals", "heads", "rows", "chip", "random", "level"),
    "fired",
)
FEW, WORTH = 16, 1 << 17  # texts of a process; steps of all runs with a text
_known: "OrderedDict[tuple, Native]" = OrderedDict()
_asked: "OrderedDict[tuple, int]" = OrderedDict()
_lock = Lock()


class Native:
    """A compiled text and its functions, of integers of 64 bits; these end with it."""

    def __init__(self, text: str):
        import llvmlite.binding as llvm

        prepare()
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), opt=2
        )
        module = llvm.parse_assembly(text)
        module.verify()
        self.engine = llvm.create_mcjit_compiler(module, machine)
        self.engine.finalize_object()
        self.known: dict[str, tuple[Callable, int]] = {}

    def function(self, name: str, arguments: int) -> tuple[Callable, int]:
        """A function of so many integers, and its address."""
        if name not in self.known:
            address = self.engine.get_function_address(name)
            kind = CFUNCTYPE(c_int64, *(c_int64,) * arguments)
            self.known[name] = (kind(address), address)
        return self.known[name]


class Advance:
    """Takes what the interpreter takes."""

    def __init__(self, native: Native):
        self.native = native  # others may push it out of those that are known, while this one runs
        self.run, _ = native.function("run", len(RUN))

    def __call__(
        self, ops, x, lowest, highest, saturate, inputs, outputs, spike, watched, level, first,
        steps, every, kept, fired, before, after, overflows, firsts, heads, coefficients, powers,
        parts, c, random, feeds, given,
    ) -> tuple[int, int, int]:  # fmt: skip
        """As the interpreter: steps made, spikes found, the operation that divided by 0 or -1."""
        chip = np.concatenate([powers, parts]).astype(np.uint64)
        given = np.ascontiguousarray(given)
        made = count = 0
        slow, out = 1, np.zeros(1, dtype=np.int64)
        while made < steps:
            here = given[made:] if feeds.size else given
            arrays = (x, kept, fired[count:], before[count:], after[count:], heads, coefficients)
            places = [a.ctypes.data for a in (*arrays, chip, random, here)]
            step = first + made
            done = self.run(steps - made, every, *places, level, step, out.ctypes.data)
            made, count = made + done, count + int(out[0])
            if made == steps:
                break
            slow = 1 if done > slow else min(2 * slow, MOST_AT_ONCE)
            more = min(slow, steps - made)
            done, found, stopped = kernel("integer_program").advance(
                ops, x, lowest, highest, saturate, inputs, outputs, spike, watched, level,
                first + made, more, every, kept, fired[count:], before[count:], after[count:],
                overflows, firsts, heads, coefficients, powers, parts, c, random, feeds,
                given[made:] if feeds.size else given,
            )  # fmt: skip
            made, count = made + done, count + found
            if done < more:
                return made, count, stopped
        return made, count, -1


def population(
    program: Program, watched: int, column: int, steps: int
) -> tuple[int, Native | None]:
    """The address of the compiled step of many neurons, and what has to be kept as long as it is
    used; 0 where so many of their steps in all are not worth it. `column` is the state that is set
    from outside in every step."""
    key = structure(program, watched, column)
    if program.feeds or not worth(key, steps):
        return 0, None
    native = compiled(key, lambda: text_of(program, watched, column))
    return native.function("population", len(POPULATION))[1], native


def advancing(program: Program, steps: int, watched: int) -> Callable:
    """The function that runs so many steps of a program: compiled, or the interpreter's."""
    key = structure(program, watched)
    if worth(key, steps):
        return Advance(compiled(key, lambda: text_of(program, watched)))
    return kernel("integer_program").advance


def structure(program: Program, watched: int = -1, column: int = 0) -> tuple:
    """What a program's text depends on."""
    return (
        *(program.rows().tobytes(), program.word.bits, program.word.signed),
        *(tuple(program.constants), program.inputs, program.outputs, program.spike),
        *(tuple(feed.place for feed in program.feeds), tuple(t.flat for t in program.tables)),
        *(watched, column),
    )


def compiled(key: tuple, write: Callable[[], str]) -> Native:
    """The functions of a text, written and compiled once in a process for what it depends on."""
    with _lock:
        if key not in _known:
            while len(_known) >= KEPT:
                _known.popitem(last=False)
            _known[key] = Native(write())
        return _known[key]


def worth(key: tuple, steps: int) -> bool:
    """Whether so many steps are to be compiled: where they are known, where they come often, and
    those of the first of a process, which are compiled before the interpreter is loaded."""
    if key in _known or len(_known) < FEW:
        return True
    while len(_asked) >= KEPT and key not in _asked:
        _asked.popitem(last=False)
    _asked[key] = _asked.get(key, 0) + steps
    return _asked[key] >= WORTH


@cache
def prepare() -> None:
    """LLVM made ready for this processor."""
    import llvmlite.binding as llvm

    with suppress(RuntimeError):  # newer ones are always
        llvm.initialize()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@cache
def pointer_type() -> str:
    """How LLVM calls pointers to integers: since its version 15 they have no type of their own."""
    import llvmlite.binding as llvm

    return "ptr" if llvm.llvm_version_info[0] >= 15 else "i64*"


def resolved(names: Iterable[str]) -> bool:
    """Whether the C library's functions are at hand in this process."""
    import llvmlite.binding as llvm

    prepare()
    return all(llvm.address_of_symbol(name) for name in names)


def text_of(program: Program, watched: int = -1, column: int = 0) -> str:
    """The text of a program's loops, over neurons too where these are given nothing."""
    writer = Loops(program, watched, pointer_type())
    parts = [tools(writer.pointer), writer.run()]
    return "\n".join(parts if program.feeds else [*parts, writer.population(column)])


class Loops:
    """The loops around the body: over steps, and over neurons."""

    def __init__(self, program: Program, watched: int, pointer: str):
        self.program, self.watched, self.pointer = program, watched, pointer
        self.states = range(len(program.inputs))

    def load(self, name: str, base: str, index: str | int) -> list[str]:
        return [
            f"  {name}.at = getelementptr i64, {self.pointer} {base}, i64 {index}",
            f"  {name} = load i64, {self.pointer} {name}.at",
        ]

    def store(self, value: str, base: str, index: str | int, name: str) -> list[str]:
        return [
            f"  {name} = getelementptr i64, {self.pointer} {base}, i64 {index}",
            f"  store i64 {value}, {self.pointer} {name}",
        ]

    def pointers(self, *names: str) -> list[str]:
        return [f"  %{n}.p = inttoptr i64 %{n} to {self.pointer}" for n in names]

    def constants(self) -> list[str]:
        lines = []
        for register in self.program.constants:
            lines += self.load(f"%c{register}", "%x.p", register)
        return lines

    def body(self, given: dict[int, str]) -> tuple[Body, list[str]]:
        """A step from these values of the states' and feeds' registers."""
        body = Body(self.program, "%state")
        body.value = {r: f"%c{r}" for r in self.program.constants} | given
        for operation in self.program.operations:
            body.enter(operation)
        bad = body.fails()
        return body, [*body.lines, f"  br i1 {bad}, label %bad, label %good"]

    def fires(self, body: Body, old: dict[int, str]) -> list[str]:
        """%fire, the bit of a spike."""
        program = self.program
        if program.spike is not None:
            return [f"  %fire = icmp ne i64 {body.value[program.spike]}, 0"]
        if self.watched < 0:
            return ["  %fire = icmp ne i64 0, 0"]
        before = old[program.inputs[self.watched]]
        after = body.value[program.outputs[self.watched]]
        return [
            f"  %under = icmp slt i64 {before}, %level",
            f"  %over = icmp sge i64 {after}, %level",
            "  %fire = and i1 %under, %over",
        ]

    def run(self) -> str:
        """Steps of one neuron: how many were made without a mark; out[0]: the spikes."""
        program, states = self.program, self.states
        feeds = program.feeds
        arguments = ", ".join(f"i64 %{name}" for name in RUN)
        lines = [f"define i64 @run({arguments}) {{", "entry:"]
        names = ("x", "kept", "fired", "before", "after", "random", "given", "out")
        lines += [*self.pointers(*names), *self.constants()]
        for i in states:
            lines += self.load(f"%start{i}", "%x.p", program.inputs[i])
        lines += self.load("%state0", "%random.p", 0)
        lines += [
            "  %past = srem i64 %first, %every",
            "  %left0 = sub i64 %every, %past",
            "  br label %loop",
            "loop:",
            "  %k = phi i64 [0, %entry], [%k1, %next]",
            "  %n = phi i64 [0, %entry], [%n1, %next]",
            "  %left = phi i64 [%left0, %entry], [%left2, %next]",
        ]
        old = {program.inputs[i]: f"%s{i}" for i in states}
        body, text = self.body(old | {f.place: f"%g{j}" for j, f in enumerate(feeds)})
        new = [body.value[r] for r in program.outputs]
        lines.append(f"  %state = phi i64 [%state0, %entry], [{body.state}, %next]")
        lines += [f"  %s{i} = phi i64 [%start{i}, %entry], [{new[i]}, %next]" for i in states]
        if feeds:
            lines.append(f"  %row = mul i64 %k, {len(feeds)}")
        for j in range(len(feeds)):
            lines.append(f"  %cell{j} = add i64 %row, {j}")
            lines += self.load(f"%g{j}", "%given.p", f"%cell{j}")
        lines += [*text, "good:", "  %now = add i64 %first, %k", *self.fires(body, old)]
        lines += self.store("%now", "%fired.p", "%n", "%fired.at")
        if self.watched >= 0:
            lines += self.store(f"%s{self.watched}", "%before.p", "%n", "%before.at")
            lines += self.store(new[self.watched], "%after.p", "%n", "%after.at")
        lines += [
            "  %spike = zext i1 %fire to i64",
            "  %n1 = add i64 %n, %spike",
            "  %left1 = sub i64 %left, 1",
            "  %due = icmp eq i64 %left1, 0",
            "  %left2 = select i1 %due, i64 %every, i64 %left1",
            "  br i1 %due, label %keep, label %next",
            "keep:",
            "  %end = add i64 %now, 1",
            "  %number = sdiv i64 %end, %every",
            f"  %cells = mul i64 %number, {len(states)}",
        ]
        for i in states:
            lines.append(f"  %place{i} = add i64 %cells, {i}")
            lines += self.store(new[i], "%kept.p", f"%place{i}", f"%kept{i}.at")
        lines += [
            "  br label %next",
            "next:",
            "  %k1 = add i64 %k, 1",
            "  %done = icmp eq i64 %k1, %steps",
            "  br i1 %done, label %all, label %loop",
            "all:",
            *self.left(new, body.state, "%n1", "a"),
            "  ret i64 %steps",
            "bad:",
            *self.left([old[r] for r in program.inputs], "%state", "%n", "b"),
            "  ret i64 %k",
            "}",
        ]
        return "\n".join(lines)

    def left(self, values: list[str], state: str, count: str, tag: str) -> list[str]:
        """What is written when the loop ends."""
        lines = []
        for i, value in enumerate(values):
            lines += self.store(value, "%x.p", self.program.inputs[i], f"%{tag}{i}.at")
        lines += self.store(state, "%random.p", 0, f"%{tag}r.at")
        return lines + self.store(count, "%out.p", 0, f"%{tag}o.at")

    def population(self, column: int) -> str:
        """A step of the neurons from `first` on; the number of the one that has a mark, or their
        count. Rows of `words` are their states, `totals` the words of the state in `column`."""
        program, states = self.program, self.states
        arguments = ", ".join(f"i64 %{name}" for name in POPULATION)
        byte = "ptr" if self.pointer == "ptr" else "i8*"
        lines = [f"define i64 @population({arguments}) {{", "entry:"]
        lines += [*self.pointers("x", "words", "totals", "random"), *self.constants()]
        lines += [f"  %fired.p = inttoptr i64 %fired to {byte}"]
        lines += self.load("%state0", "%random.p", 0)
        lines += [
            "  br label %loop",
            "loop:",
            "  %i = phi i64 [%first, %entry], [%i1, %good]",
        ]
        old = {program.inputs[i]: f"%s{i}" for i in states}
        body, text = self.body(old)
        lines.append(f"  %state = phi i64 [%state0, %entry], [{body.state}, %good]")
        lines.append(f"  %row = mul i64 %i, {len(states)}")
        for i in states:
            lines.append(f"  %cell{i} = add i64 %row, {i}")
            base, index = ("%totals.p", "%i") if i == column else ("%words.p", f"%cell{i}")
            lines += self.load(f"%s{i}", base, index)
        lines += [*text, "good:", *self.fires(body, old)]
        for i, register in enumerate(program.outputs):
            lines += self.store(body.value[register], "%words.p", f"%cell{i}", f"%w{i}.at")
        lines += [
            "  %byte = zext i1 %fire to i8",
            f"  %fired.at = getelementptr i8, {byte} %fired.p, i64 %i",
            f"  store i8 %byte, {byte} %fired.at",
            "  %i1 = add i64 %i, 1",
            "  %done = icmp eq i64 %i1, %count",
            "  br i1 %done, label %all, label %loop",
            "all:",
            *self.store(body.state, "%random.p", 0, "%ar.at"),
            "  ret i64 %count",
            "bad:",
            *self.store("%state", "%random.p", 0, "%br.at"),
            "  ret i64 %i",
            "}",
        ]
        return "\n".join(lines)
