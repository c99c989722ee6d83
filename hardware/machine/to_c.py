"""A program printed as C, for the compiler of the machine: the same operations on the same words.

Where the word is s16.15 and wraps, registers are `_Accum` and the operations that C has are written
with its operators (products floored, in ARM mode; quotients toward zero); everything else, and
every other word, is written out in integers. Compile with -fwrapv, and for ARM without -mthumb.

GCC takes products of `_Accum` for associative: at -O2 it reorders a*(b*x) into (a*b)*x, which is
another word, since each product is floored. The program therefore forbids that pass.
"""

from ...dynamics.errors import InvalidArgument
from ..spinnaker.exponentials import C0, C1, C2, HIGHEST, LOWEST, tables
from ..spinnaker.program_words import whole_number
from .program import SIGNS, Operation, Program
from .to_c_feeds import given_text, normal_text, of_time

HEAD = """\
/* {title} */
#pragma GCC optimize ("no-tree-reassoc")
#include <stdint.h>
#include <stdio.h>
#include <string.h>
"""
FIT = {
    "wrap": "return ({kind}) ((uint32_t) n << {unused}) >> {unused};",
    "saturate": "return n > {highest} ? {highest} : n < {lowest} ? {lowest} : n;",
}
NAMES = {"wrap": "fit", "saturate": "clamp"}
ACCUM = """
static inline int32_t bits(_Accum x) { int32_t n; memcpy(&n, &x, 4); return n; }
static inline _Accum accum(int32_t n) { _Accum x; memcpy(&x, &n, 4); return x; }
"""
ROUND = {
    "floor": """
static inline int64_t shift_floor(int64_t p, int s) { return p >> s; }
""",
    "nearest": """
static inline int64_t shift_nearest(int64_t p, int s) {
    return s ? (p >> s) + ((p >> (s - 1)) & 1) : p;
}
""",
    "nearest-even": """
static inline int64_t shift_nearest_even(int64_t p, int s) {
    int64_t down = p >> s, lost = p & (((int64_t) 1 << s) - 1), half = ((int64_t) 1 << s) >> 1;
    return down + (s && (lost > half || (lost == half && (down & 1))));
}
""",
    "zero": """
static inline int64_t shift_zero(int64_t p, int s) {
    return (p >> s) + (p < 0 && (p & (((int64_t) 1 << s) - 1)));
}
""",
    "stochastic": """
static inline int64_t shift_stochastic(int64_t p, int s) {
    if (!s) return p;
    int64_t w = random_word(), lost = p & (((int64_t) 1 << s) - 1);
    return (p >> s) + ((s <= 32 ? w >> (32 - s) : w << (s - 32)) < lost);
}
""",
}
UP = {
    "floor": "0",
    "nearest": "lost >= q - lost",
    "nearest-even": "lost > q - lost || (lost == q - lost && (down & 1))",
    "zero": "p < 0 && lost",
    "stochastic": "(uint64_t) random_word() * (uint64_t) q < (uint64_t) lost << 32",
}
DIVIDE = """
static int64_t divide_{name}(int64_t p, int64_t q) {{
    if (q < 0) {{ p = -p; q = -q; }}
    int64_t down = p / q - (p % q < 0), lost = p - down * q;
    return down + ({up});
}}
"""
RANDOM = """
static uint32_t random_state = {seed};
static inline uint32_t random_word(void) {{
    return random_state = random_state * 1664525u + 1013904223u;
}}
"""
EXPONENTIAL = """
/* the rule of expk in SpiNNaker's spinn_common (University of Manchester, Apache-2.0) */
static const uint64_t powers[26] = {{ {powers} }};
static const uint64_t parts[16] = {{ {parts} }};
static uint64_t scaled(uint64_t t, uint64_t m) {{
    uint64_t low = (t & 0xFFFFFFFFu) * m;
    return (low >> 32) + ((low & 0xFFFFFFFFu) >= 0x7FFFFFFFu) + (t >> 32) * m;
}}
static uint64_t exponential(int32_t n) {{
    if (n < {lowest}) return 0;
    if (n > {highest}) return 0xFFFFFFFF7FFFFFFFu;
    int32_t z = n >> 15, f = n & 0x7FFF;
    if (!f) return powers[z + 13];
    f = 32768 - f;
    uint64_t t = powers[z + 14];
    t -= scaled(t, parts[f >> 11]);
    uint64_t y = (uint64_t) (f & 2047) << 17;
    return t - scaled(t, (({c1}u - (({c2}u * y) >> 32)) * y >> 32) + {c0}u);
}}
static int32_t expk(int32_t n) {{
    uint64_t t = exponential(n) >> 17;
    return t > 0x7FFFFFFF ? 0x7FFFFFFF : (int32_t) t;
}}
static uint32_t expulr(int32_t n) {{
    return (uint32_t) exponential(n > {highest} ? {highest} : n);
}}
"""
ROOT = """
static int64_t root(int64_t n) {
    int64_t found = 0, bit = (int64_t) 1 << 62;
    if (n < 0) return 0;
    while (bit > n) bit >>= 2;
    for (; bit; bit >>= 2) {
        if (n >= found + bit) { n -= found + bit; found = (found >> 1) + bit; }
        else found >>= 1;
    }
    return found;
}
"""
TABLE = """
/* {function}: within {error:.3g} units of the last place */
static const int64_t table{i}[{segments}][4] = {{
{rows}
}};
static int64_t look_up{i}(int64_t n) {{
    int64_t d = n - ({low}LL);
    if (d < 0 || d > {span}LL) d = d < 0 ? 0 : d > {end}LL ? {end}LL : d;
    const int64_t *c = table{i}[d >> {width}], t = d & {mask}LL;
    int64_t y = c[2] + ((c[3] * t) >> {width});
    y = c[1] + ((y * t) >> {width});
    y = c[0] + ((y * t) >> {width});
    return (y + {half}LL) >> {guard};
}}
"""
MAIN = """
int main(void) {{
    word state[{count}] = {{ {start} }};
    for (long k = 0; k < {steps}; k++) {{
        int spike = step({call});
        for (int i = 0; i < {count}; i++) printf("%lld ", (long long) PATTERN(state[i]));
        printf("%d\\n", spike);
    }}
    return 0;
}}
"""


def c_text(program: Program, steps: int = 0, seed: int = 1) -> str:
    """The program as C: `int step(word *state)`, and a main that prints each step's words."""
    steps = whole_number("steps", steps, 0, (1 << 32) - 1)
    seed = whole_number("seed", seed, 0, (1 << 32) - 1)
    if program.word.bits > 32:
        raise InvalidArgument(
            f"programs in C have words of up to 32 bits, not {program.word.name}'s "
            f"{program.word.bits}"
        )
    if not program.word.signed and program.word.bits > 31 and program.word.overflow == "saturate":
        raise InvalidArgument(
            f"{program.word.name}: unsigned words that saturate have up to 31 bits in C, where "
            "longer products leave 64 bits"
        )
    return Printer(program, seed).text(steps)


class Printer:
    """The lines of a program."""

    def __init__(self, program: Program, seed: int):
        self.program, self.seed = program, seed
        word = program.word
        whole = (word.integer, word.fraction, word.overflow, word.signed)
        self.accum = whole == (16, 15, "wrap", True)
        self.plain = "int32_t" if word.signed else "uint32_t"

    def text(self, steps: int) -> str:
        program = self.program
        kind = "_Accum" if self.accum else self.plain
        title = f"{program.name}, {program.scheme}, step {program.step:g}, {program.word.name}"
        parts = [HEAD.format(title=title.replace("*/", "* /")), ACCUM if self.accum else ""]
        parts.append(f"\ntypedef {kind} word;\n")
        parts.append(f"#define PATTERN(x) {'bits(x)' if self.accum else '(x)'}\n")
        parts.append(self.tools())
        parts.append("\n/* the states, one after the other; 1 where there is a spike */\n")
        clock = of_time(program)
        more = ", const int32_t *given" if clock else ""
        parts.append(f"int step(word *state{more}) {{\n")
        for i, register in enumerate(program.inputs):
            parts.append(f"    {self.kind(register)} r{register} = {self.read(i, register)};")
            parts.append(f"  /* {comment(program.states[i])} */\n")
        for feed in program.feeds:
            fraction = program.fractions[feed.place]
            word = f"normal({fraction})" if feed.is_noise else f"given[{clock.index(feed)}]"
            value = f"accum({word})" if self.is_accum(feed.place) else word
            parts.append(f"    {self.kind(feed.place)} r{feed.place} = {value};")
            parts.append(f"  /* {comment(feed.text)} */\n")
        for register, n in program.constants.items():
            if self.is_accum(register):
                value = f"accum({literal(n)})"
            else:
                value = f"{n}u" if program.fractions[register] == 32 else literal(n)
            parts.append(f"    const {self.kind(register)} r{register} = {value};")
            parts.append(f"  /* {program.values[register]:.10g} */\n")
        for o in program.operations:
            parts.append(f"    {self.kind(o.out)} r{o.out} = {self.conditional(o)};")
            parts.append(f"  /* {comment(o.text)}; {comment(o.where)} */\n")
        for i, register in enumerate(program.outputs):
            plain = not self.accum or self.is_accum(register)
            value = f"r{register}" if plain else f"accum(r{register})"
            parts.append(f"    state[{i}] = {value};\n")
        spike = "0" if program.spike is None else f"r{program.spike}"
        parts.append(f"    return {spike};\n}}\n")
        if steps:
            start = ", ".join(
                f"accum({literal(n)})" if self.accum else literal(n) for n in program.start
            )
            parts.append(given_text(program, steps, self.seed))
            call = "state, given[k]" if clock else "state"
            parts.append(MAIN.format(count=len(program.start), start=start, steps=steps, call=call))
        return "".join(parts)

    def tools(self) -> str:
        """The functions that the operations need."""
        program, word = self.program, self.program.word
        rounded = [o for o in program.operations if not self.has_operator(o)]
        shifts = {o.rounding for o in rounded if o.verb in ("mul", "shift")}
        quotients = {o.rounding for o in rounded if o.verb == "div"}
        facts = dict(unused=32 - word.bits, highest=f"{word.highest}LL", kind=self.plain)
        facts["lowest"] = f"(-{word.highest}LL - 1)" if word.signed else "0"
        head = f"static inline {self.plain}"
        parts = [
            f"\n{head} {NAMES[rule]}(int64_t n) {{ {FIT[rule].format(**facts)} }}\n"
            for rule in sorted({o.overflow or word.overflow for o in program.operations})
        ]
        if "stochastic" in shifts | quotients:
            parts.append(RANDOM.format(seed=f"{self.seed}u"))
        parts.append(normal_text(program, self.seed))
        parts += [text for name, text in ROUND.items() if name in shifts]
        for name in sorted(quotients):
            parts.append(DIVIDE.format(name=name.replace("-", "_"), up=UP[name]))
        verbs = {o.verb for o in program.operations}
        if verbs & {"expk", "expulr"}:
            powers, pieces = (", ".join(f"{n}u" for n in table) for table in tables())
            parts.append(
                EXPONENTIAL.format(
                    powers=powers.replace("u", "ull"),
                    parts=pieces.replace("u", "ull"),
                    lowest=LOWEST,
                    highest=HIGHEST,
                    c0=C0,
                    c1=C1,
                    c2=C2,
                )
            )
        if "sqrt" in verbs:
            parts.append(ROOT)
        for i, table in enumerate(program.tables):
            rows = ",\n".join(
                "    { " + ", ".join(f"{c}LL" for c in row) + " }"
                for row in table.coefficients.tolist()
            )
            parts.append(
                TABLE.format(
                    i=i,
                    function=table.function,
                    error=table.error,
                    segments=table.segments,
                    rows=rows,
                    low=table.low,
                    span=table.high - table.low,
                    end=(table.segments << table.width) - 1,
                    width=table.width,
                    mask=(1 << table.width) - 1,
                    half=(1 << table.guard) >> 1,
                    guard=table.guard,
                )
            )
        return "".join(parts)

    def is_accum(self, register: int) -> bool:
        return self.accum and self.program.fractions[register] == 15

    def kind(self, register: int) -> str:
        if self.is_accum(register):
            return "_Accum"
        return "uint32_t" if self.program.fractions[register] == 32 else self.plain

    def read(self, i: int, register: int) -> str:
        plain = not self.accum or self.is_accum(register)
        return f"state[{i}]" if plain else f"bits(state[{i}])"

    def number(self, register: int) -> str:
        """A register as an integer of 64 bits."""
        name = f"bits(r{register})" if self.is_accum(register) else f"r{register}"
        return f"(int64_t) {name}"

    def has_operator(self, o: Operation) -> bool:
        """Whether C's own operator on _Accum is this operation."""
        if not all(map(self.is_accum, (o.out, *o.args))):
            return False
        return (
            (o.verb in ("add", "sub", "neg") and not o.overflow)
            or (o.verb == "mul" and o.rounding == "floor" and o.shift == 15)
            or (o.verb == "div" and o.rounding == "zero" and o.shift == 15)
        )

    def conditional(self, o: Operation) -> str:
        """The operation, or 0 where it is left out."""
        if o.when < 0:
            return self.right(o)
        condition = f"bits(r{o.when})" if self.is_accum(o.when) else f"r{o.when}"
        return f"{condition} ? {self.right(o)} : {'accum(0)' if self.is_accum(o.out) else '0'}"

    def right(self, o: Operation) -> str:
        names = [f"r{a}" for a in o.args]
        if self.has_operator(o):
            return f"-{names[0]}" if o.verb == "neg" else f" {SIGNS[o.verb]} ".join(names)
        if o.verb == "select":
            same = len({self.kind(r) for r in (o.out, *o.args[1:])}) == 1
            if same:
                condition = names[0] if not self.is_accum(o.args[0]) else f"{names[0]} != 0"
                return f"{condition} ? {names[1]} : {names[2]}"
        if o.verb in ("less", "lesseq", "equal"):
            if o.shift == 0:
                return f" {SIGNS[o.verb]} ".join(names)
            a, b = map(self.number, o.args)
            a = f"{a} * {1 << o.shift}LL" if o.shift > 0 else a
            b = f"{b} * {1 << -o.shift}LL" if o.shift < 0 else b
            return f"{a} {SIGNS[o.verb]} {b}"
        exact = self.exact(o, [self.number(a) for a in o.args])
        if o.verb == "expulr":
            return exact
        fitted = f"{NAMES[o.overflow or self.program.word.overflow]}({exact})"
        return f"accum({fitted})" if self.is_accum(o.out) else fitted

    def exact(self, o: Operation, args: list[str]) -> str:
        """The result before it is fitted into the word."""
        rounding = o.rounding.replace("-", "_")
        match o.verb:
            case "add" | "sub":
                return f" {SIGNS[o.verb]} ".join(args)
            case "neg":
                return f"-({args[0]})"
            case "mul":
                return f"shift_{rounding}({args[0]} * {args[1]}, {o.shift})"
            case "div":
                return f"divide_{rounding}({args[0]} * {1 << o.shift}LL, {args[1]})"
            case "shift" if o.shift < 0:
                return f"{args[0]} * {1 << -o.shift}LL"
            case "shift":
                return f"shift_{rounding}({args[0]}, {o.shift})"
            case "select":
                return f"{args[0]} ? {args[1]} : {args[2]}"
            case "expk" | "expulr":
                return f"{o.verb}({args[0]})"
            case "table":
                return f"look_up{o.table}({args[0]})"
            case "sqrt":
                return f"root({args[0]} * {1 << o.shift}LL)"
            case "floor":
                return f"({args[0]} >> {o.shift}) * {1 << o.shift}LL"
        raise AssertionError(f"this is a bug: no C for {o.verb!r}")


def literal(n: int) -> str:
    """A word as C reads it; the least one has no literal of its own."""
    if n >= 1 << 31:
        return f"{n}u"
    return f"{n}" if n > -(1 << 31) else "(-2147483647 - 1)"


def comment(text: str) -> str:
    """Text that stands in a comment, whatever names it holds."""
    return text.replace("*/", "* /").encode("ascii", "replace").decode().replace("??/", "?")
