"""What a program means, in plain integers of any length: the definition that kernels are tested by.

Random words are states of state = 1664525 state + 1013904223 mod 2^32, one for each operation that
rounds stochastically and loses bits (of a shift by 0 there are none), in the order of the program.
Those of normal numbers are states of the same generator from another start (`gaussian.py`), one a
step for each source of noise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from ..random_words import INCREMENT, MULTIPLIER
from ..spinnaker.exponentials import HIGHEST, LOWEST, exponential
from .gaussian import first_state, narrowed, normal_word
from .program import Operation, Program
from .tables import Table

MASK = 0xFFFFFFFF


class DivisionByZero(ArithmeticError):
    """A program divides by 0; the argument is the number of the operation."""


@dataclass
class Random:
    """The source of random words."""

    state: int

    def word(self) -> int:
        self.state = (self.state * MULTIPLIER + INCREMENT) & MASK
        return self.state


def run(program: Program, steps: int, seed: int = 1) -> Iterator[tuple[list[int], list[int]]]:
    """After each step: the states' words, and the numbers of the operations that overflowed."""
    registers, random = list(map(int, program.registers())), Random(seed)
    normal = Random(first_state(seed))
    for step in range(steps):
        for feed, n in zip(program.feeds, program.given(step, 1, seed)[0].tolist(), strict=True):
            if feed.is_noise:
                n = narrowed(normal_word(normal.word()), program.fractions[feed.place])
            registers[feed.place] = n
        yield one_step(program, registers, random)


def one_step(program: Program, registers: list[int], random: Random) -> tuple[list[int], list[int]]:
    """The registers after a step, in place; the states' words and what overflowed."""
    lost = []
    for number, operation in enumerate(program.operations):
        if operation.when >= 0 and registers[operation.when] == 0:
            registers[operation.out] = 0
            continue
        try:
            n, beyond = result(program, operation, registers, random)
        except ZeroDivisionError:
            raise DivisionByZero(number) from None
        if operation.verb != "expulr":
            fitted = fit(program, n, operation.overflow)
            beyond, n = beyond or fitted != n, fitted
        registers[operation.out] = n
        if beyond:
            lost.append(number)
    moved = [registers[r] for r in program.outputs]
    for register, n in zip(program.inputs, moved, strict=True):
        registers[register] = n
    return moved, lost


def fit(program: Program, n: int, overflow: str = "") -> int:
    """An integer brought into the word."""
    word = program.word
    if "saturate" in (overflow, word.overflow):
        return max(word.lowest, min(word.highest, n))
    return (n - word.lowest) % (1 << word.bits) + word.lowest


def result(program: Program, o: Operation, x: list[int], random: Random) -> tuple[int, bool]:
    """An operation's exact result, rounded; and whether its argument was out of its range."""
    args = [x[a] for a in o.args]
    match o.verb:
        case "add":
            return args[0] + args[1], False
        case "sub":
            return args[0] - args[1], False
        case "neg":
            return -args[0], False
        case "mul":
            return rounded(args[0] * args[1], 1 << o.shift, o, random), False
        case "div":
            p, q = args[0] << o.shift, args[1]
            return rounded(-p if q < 0 else p, abs(q), o, random, quotient=True), False
        case "shift":
            if o.shift < 0:
                return args[0] << -o.shift, False
            return rounded(args[0], 1 << o.shift, o, random), False
        case "less" | "lesseq" | "equal":
            a, b = args[0] << max(o.shift, 0), args[1] << max(-o.shift, 0)
            return int({"less": a < b, "lesseq": a <= b, "equal": a == b}[o.verb]), False
        case "select":
            return args[1] if args[0] else args[2], False
        case "expk":
            if args[0] > HIGHEST:
                return 0x7FFFFFFF, True
            return min(exponential(args[0]) >> 17, 0x7FFFFFFF) if args[0] >= LOWEST else 0, False
        case "expulr":
            n = exponential(min(args[0], HIGHEST)) if args[0] >= LOWEST else 0
            return n & MASK, args[0] >= 0
        case "table":
            return looked_up(program.tables[o.table], args[0])
        case "sqrt":
            return (isqrt(args[0] << o.shift), False) if args[0] >= 0 else (0, True)
        case "floor":
            return args[0] >> o.shift << o.shift, False
    raise AssertionError(f"this is a bug: no rule for {o.verb!r}")


def rounded(p: int, q: int, o: Operation, random: Random, quotient: bool = False) -> int:
    """p / q, q > 0, by the operation's rule."""
    if q == 1 and not quotient:
        return p
    down, lost = divmod(p, q)
    match o.rounding:
        case "floor":
            return down
        case "nearest":
            return down + (2 * lost >= q)
        case "nearest-even":
            return down + (2 * lost > q or (2 * lost == q and down % 2 == 1))
        case "zero":
            return down + (p < 0 and lost > 0)
    if quotient:
        return down + (random.word() * q < lost << 32)
    # 32 bits are compared; a shorter loss with the top ones, a longer one with zeros behind
    s = q.bit_length() - 1
    word = random.word()
    return down + ((word >> (32 - s) if s <= 32 else word << (s - 32)) < lost)


def looked_up(table: Table, n: int) -> tuple[int, bool]:
    """A table's value, at its ends beyond them; and whether the argument was out of its range."""
    d = n - table.low
    beyond = not 0 <= d <= table.high - table.low
    if beyond:
        d = min(max(d, 0), (table.segments << table.width) - 1)
    c = table.coefficients[d >> table.width].tolist()
    t = d & ((1 << table.width) - 1)
    y = c[3]
    for k in (2, 1, 0):
        y = c[k] + (y * t >> table.width)
    return (y + (1 << table.guard >> 1)) >> table.guard, beyond and not table.flat
