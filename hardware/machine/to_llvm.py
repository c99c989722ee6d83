"""A program as LLVM's intermediate text: an operation a line or a few, compiled in a moment.

Constants, tables and start words are read when it runs: programs that differ in these alone have
one text. Every name has one value, as LLVM wants it. What leaves the word, divides by 0, or lies
outside a table leaves a mark; a step that has marks is not finished but handed to the interpreter
(`kernels/integer_program.py`), which counts, locates and fits. All arguments are integers of 64
bits, addresses too.
"""

from ..spinnaker.exponentials import C0, C1, C2, HIGHEST, LOWEST
from .program import Operation, Program

TOOLS = """
declare double @llvm.sqrt.f64(double)

define internal i64 @root(i64 %n) {{
  %positive = icmp sgt i64 %n, 0
  %m = select i1 %positive, i64 %n, i64 0
  %real = sitofp i64 %m to double
  %near = call double @llvm.sqrt.f64(double %real)
  %r = fptosi double %near to i64
  %square = mul i64 %r, %r
  %above = icmp sgt i64 %square, %m
  %less = zext i1 %above to i64
  %s = sub i64 %r, %less
  %t = add i64 %s, 1
  %next = mul i64 %t, %t
  %below = icmp sle i64 %next, %m
  %more = zext i1 %below to i64
  %found = add i64 %s, %more
  ret i64 %found
}}

define internal i64 @scaled(i64 %t, i64 %m) {{
  %tl = and i64 %t, 4294967295
  %low = mul i64 %tl, %m
  %up = lshr i64 %low, 32
  %rest = and i64 %low, 4294967295
  %near = icmp uge i64 %rest, 2147483647
  %carry = zext i1 %near to i64
  %th = lshr i64 %t, 32
  %high = mul i64 %th, %m
  %sum = add i64 %up, %carry
  %all = add i64 %sum, %high
  ret i64 %all
}}

define internal i64 @exponential(i64 %given, i64 %chip) {{
  %over = icmp sgt i64 %given, {highest}
  %under = icmp slt i64 %given, {lowest}
  %least = select i1 %over, i64 {highest}, i64 %given
  %n = select i1 %under, i64 {lowest}, i64 %least
  %tables = inttoptr i64 %chip to {p}
  %z = ashr i64 %n, 15
  %f = and i64 %n, 32767
  %whole = icmp eq i64 %f, 0
  %zi = add i64 %z, 13
  %zp = getelementptr i64, {p} %tables, i64 %zi
  %power = load i64, {p} %zp
  br i1 %whole, label %plain, label %broken
plain:
  %exact = select i1 %under, i64 0, i64 %power
  ret i64 %exact
broken:
  %back = sub i64 32768, %f
  %zj = add i64 %z, 14
  %zq = getelementptr i64, {p} %tables, i64 %zj
  %t0 = load i64, {p} %zq
  %part = lshr i64 %back, 11
  %mi = add i64 %part, 26
  %mp = getelementptr i64, {p} %tables, i64 %mi
  %m = load i64, {p} %mp
  %first = call i64 @scaled(i64 %t0, i64 %m)
  %t1 = sub i64 %t0, %first
  %fine = and i64 %back, 2047
  %y = shl i64 %fine, 17
  %p2 = mul i64 {c2}, %y
  %h2 = lshr i64 %p2, 32
  %a = sub i64 {c1}, %h2
  %p1 = mul i64 %a, %y
  %h1 = lshr i64 %p1, 32
  %s = add i64 %h1, {c0}
  %second = call i64 @scaled(i64 %t1, i64 %s)
  %t2 = sub i64 %t1, %second
  %value = select i1 %under, i64 0, i64 %t2
  ret i64 %value
}}

define internal i64 @expk(i64 %n, i64 %chip) {{
  %e = call i64 @exponential(i64 %n, i64 %chip)
  %t = lshr i64 %e, 17
  %over = icmp ugt i64 %t, 2147483647
  %r = select i1 %over, i64 2147483647, i64 %t
  ret i64 %r
}}

define internal i64 @expulr(i64 %n, i64 %chip) {{
  %e = call i64 @exponential(i64 %n, i64 %chip)
  %r = and i64 %e, 4294967295
  ret i64 %r
}}

define internal i64 @look_up(i64 %n, i64 %heads, i64 %rows, i64 %table) {{
  %all = inttoptr i64 %heads to {p}
  %skip = mul i64 %table, 7
  %head = getelementptr i64, {p} %all, i64 %skip
{head}
  %d = sub i64 %n, %low
  %before = icmp slt i64 %d, 0
  %d0 = select i1 %before, i64 0, i64 %d
  %room = shl i64 %segments, %width
  %end = sub i64 %room, 1
  %beyond = icmp sgt i64 %d0, %end
  %d1 = select i1 %beyond, i64 %end, i64 %d0
  %one = shl i64 1, %width
  %ones = sub i64 %one, 1
  %t = and i64 %d1, %ones
  %segment = ashr i64 %d1, %width
  %row = shl i64 %segment, 2
  %at = add i64 %first, %row
  %cubics = inttoptr i64 %rows to {p}
  %c = getelementptr i64, {p} %cubics, i64 %at
{horner}
  %unit = shl i64 1, %guard
  %half = ashr i64 %unit, 1
  %up = add i64 %y0, %half
  %r = ashr i64 %up, %guard
  ret i64 %r
}}

define internal i64 @outside(i64 %n, i64 %heads, i64 %table) {{
  %all = inttoptr i64 %heads to {p}
  %skip = mul i64 %table, 7
  %head = getelementptr i64, {p} %all, i64 %skip
{head}
  %d = sub i64 %n, %low
  %rest = sub i64 %span, %d
  %both = or i64 %d, %rest
  %r = ashr i64 %both, 63
  ret i64 %r
}}
"""
HEAD = ("low", "width", "segments", "guard", "flat", "span", "first")
SIGNS = dict(less="slt", lesseq="sle", equal="eq")


def tools(pointer: str) -> str:
    """The functions that operations call."""

    def load(name: str, base: str, index: int) -> str:
        place = f"  %{name}.at = getelementptr i64, {pointer} {base}, i64 {index}"
        return f"{place}\n  %{name} = load i64, {pointer} %{name}.at"

    head = "\n".join(load(name, "%head", i) for i, name in enumerate(HEAD))
    horner = load("y3", "%c", 3)
    for k in (2, 1, 0):
        horner += f"\n  %p{k} = mul i64 %y{k + 1}, %t\n  %q{k} = ashr i64 %p{k}, %width\n"
        horner += load(f"c{k}", "%c", k) + f"\n  %y{k} = add i64 %c{k}, %q{k}"
    facts = dict(highest=HIGHEST, lowest=LOWEST, c0=C0, c1=C1, c2=C2, p=pointer)
    facts |= dict(head=head, horner=horner)
    return TOOLS.format(**facts)


class Body:
    """The lines of one step. `value` has the names of the registers' values; `state` is the random
    state, `marks` what is negative or longer than the word where something does not fit."""

    def __init__(self, program: Program, state: str):
        self.program, self.state = program, state
        self.lines: list[str] = []
        self.value: dict[int, str] = {}
        self.marks: list[str] = []

    def line(self, text: str) -> str:
        """A line with a new name, which is returned."""
        name = f"%t{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, verb: str, a: str, b: str | int) -> str:
        return self.line(f"{verb} i64 {a}, {b}")

    def test(self, kind: str, a: str, b: str | int) -> str:
        return self.line(f"icmp {kind} i64 {a}, {b}")

    def whole(self, bit: str) -> str:
        return self.line(f"zext i1 {bit} to i64")

    def choose(self, bit: str, a: str, b: str) -> str:
        return self.line(f"select i1 {bit}, i64 {a}, i64 {b}")

    def call(self, name: str, *args: str | int) -> str:
        return self.line(f"call i64 @{name}({', '.join(f'i64 {a}' for a in args)})")

    def enter(self, o: Operation) -> None:
        """The lines of an operation; 0, and no mark, where it is left out."""
        before, state = len(self.marks), self.state
        out = self.exact(o, [self.value[a] for a in o.args])
        word = self.program.word
        if o.verb not in (*SIGNS, "select", "expulr", "floor"):
            self.marks.append(self.do("add", out, -word.lowest) if word.signed else out)
        if o.when >= 0:
            there = self.test("ne", self.value[o.when], 0)
            out = self.choose(there, out, "0")
            self.marks[before:] = [self.choose(there, mark, "0") for mark in self.marks[before:]]
            if self.state != state:
                self.state = self.choose(there, self.state, state)
        self.value[o.out] = out

    def exact(self, o: Operation, x: list[str]) -> str:
        """The result before it is fitted."""
        s = o.shift
        match o.verb:
            case "add" | "sub":
                return self.do(o.verb, *x)
            case "neg":
                return self.do("sub", "0", x[0])
            case "mul":
                if self.program.word.highest >= 1 << 31:
                    self.marks.append(self.too_long(*x))
                return self.shifted(self.do("mul", *x), s, o.rounding, x)
            case "shift":
                if s < 0:
                    return self.do("shl", x[0], -s)
                return self.shifted(x[0], s, o.rounding, [x[0], "0"])
            case "div":
                return self.divided(self.do("shl", x[0], s), x[1], o.rounding)
            case "less" | "lesseq" | "equal":
                a = self.do("shl", x[0], s) if s > 0 else x[0]
                b = self.do("shl", x[1], -s) if s < 0 else x[1]
                return self.whole(self.test(SIGNS[o.verb], a, b))
            case "select":
                return self.choose(self.test("ne", x[0], 0), x[1], x[2])
            case "expk" | "expulr":
                limit = HIGHEST if o.verb == "expk" else -1
                self.marks.append(self.do("ashr", self.do("sub", str(limit), x[0]), 63))
                return self.call(o.verb, x[0], "%chip")
            case "table":
                if not self.program.tables[o.table].flat:
                    self.marks.append(self.call("outside", x[0], "%heads", o.table))
                return self.call("look_up", x[0], "%heads", "%rows", o.table)
            case "sqrt":
                self.marks.append(self.do("ashr", x[0], 63))
                return self.call("root", self.do("shl", x[0], s))
            case "floor":
                return self.do("shl", self.do("ashr", x[0], s), s)
        raise AssertionError(f"this is a bug: no line for {o.verb!r}")

    def too_long(self, a: str, b: str) -> str:
        """-1 where the product has more than 62 bits: its size in floating point."""
        real = [self.line(f"sitofp i64 {x} to double") for x in (a, b)]
        size = self.line(f"fmul double {real[0]}, {real[1]}")
        high = self.line(f"fcmp ogt double {size}, 4.6e18")
        low = self.line(f"fcmp olt double {size}, -4.6e18")
        return self.line(f"sext i1 {self.line(f'or i1 {high}, {low}')} to i64")

    def drawn(self) -> str:
        """The next random word."""
        product = self.do("mul", self.state, 1664525)
        self.state = self.do("and", self.do("add", product, 1013904223), 0xFFFFFFFF)
        return self.state

    def shifted(self, p: str, s: int, rounding: str, signs: list[str]) -> str:
        """p 2^-s rounded; the factors' signs are those of p where it is exact."""
        if s == 0:
            return p
        down = self.do("ashr", p, s)
        if rounding == "floor":
            return down
        if rounding == "nearest":
            return self.do("add", down, self.do("and", self.do("ashr", p, s - 1), 1))
        lost = self.do("and", p, (1 << s) - 1)
        if rounding == "nearest-even":
            odd = self.do("and", down, 1)
            up = self.test("sgt", self.do("add", lost, odd), 1 << (s - 1))
        elif rounding == "zero":
            negative = self.line(
                f"xor i1 {self.test('slt', signs[0], 0)}, {self.test('slt', signs[1], 0)}"
            )
            up = self.line(f"and i1 {negative}, {self.test('ne', lost, 0)}")
        else:
            word = self.drawn()
            w = self.do("lshr", word, 32 - s) if s <= 32 else self.do("shl", word, s - 32)
            up = self.test("slt", w, lost)
        return self.do("add", down, self.whole(up))

    def divided(self, p: str, q: str, rounding: str) -> str:
        """p / q rounded; a mark where q is 0."""
        zero = self.test("eq", q, 0)
        self.marks.append(self.line(f"sext i1 {zero} to i64"))
        q = self.choose(zero, "1", q)
        below = self.test("slt", q, 0)
        p = self.choose(below, self.do("sub", "0", p), p)
        q = self.choose(below, self.do("sub", "0", q), q)
        quotient, rest = self.do("sdiv", p, q), self.do("srem", p, q)
        negative = self.test("slt", rest, 0)
        down = self.do("sub", quotient, self.whole(negative))
        lost = self.choose(negative, self.do("add", rest, q), rest)
        if rounding == "floor":
            return down
        left = self.do("sub", q, lost)
        if rounding == "nearest":
            up = self.test("sge", lost, left)
        elif rounding == "nearest-even":
            even = self.do("sub", "1", self.do("and", down, 1))
            up = self.test("sgt", lost, self.do("add", left, "-1"))
            tie = self.line(f"and i1 {self.test('eq', lost, left)}, {self.test('eq', even, 1)}")
            up = self.line(f"xor i1 {up}, {tie}")
        elif rounding == "zero":
            up = self.line(f"and i1 {self.test('slt', p, 0)}, {self.test('ne', lost, 0)}")
        else:
            product = self.do("mul", self.drawn(), q)
            up = self.test("ult", product, self.do("shl", lost, 32))
        return self.do("add", down, self.whole(up))

    def fails(self) -> str:
        """The test whether there is a mark."""
        total = "0"
        for mark in self.marks:
            total = self.do("or", total, mark)
        return self.test("ne", self.do("ashr", total, self.program.word.bits), 0)
