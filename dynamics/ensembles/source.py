"""The text of an ensemble kernel: one model, one scheme, and what is looked for on the way.

A block's numbers lie in one flat buffer, WIDTH members side by side, and the step is inlined into a
loop over them with a literal count: so LLVM makes vector code of it, exponentials included, and a
member's bits do not depend on its neighbours. Members that meet a threshold are handed to
`kernels/passage.py`, a few at a time.
"""

from dataclasses import astuple, dataclass
from functools import cached_property

import sympy

from ..codegen import NUMBA, Printer
from ..equations import symbol
from ..kernels import ensemble_layout as at
from ..kernels.ensemble_layout import FIXED, GROUP, WIDTH
from ..program import along
from .kernel import TABLES, Kernel
from .noise_terms import noise_functions, noise_lines
from .printing import function_lines, indented, into_rows, row_of
from .single_precision import in_single, single_lines
from .stages import Stages
from .templates import FORGET, GROUP_FUNCTION, HEAD, LOOP, OBSERVE


@dataclass
class Writer:
    """Writes the module of a kernel."""

    kernel: Kernel

    @cached_property
    def stages(self) -> Stages:
        return Stages(self.kernel)

    def source(self) -> str:
        kernel = self.kernel
        arguments = ", ".join(["t", *kernel.listed("x"), *kernel.listed("p")])
        names = kernel.names
        divided = [e.xreplace(kernel.divisors) for e in kernel.smooth]
        parts = [function_lines("rates", arguments, divided, names)]
        if kernel.scheme == "exponential-euler":
            states = kernel.system.state_symbols
            slopes = [
                along(f, {x: sympy.S.One}) for f, x in zip(kernel.smooth, states, strict=True)
            ]
            slopes = [e.xreplace(kernel.divisors) for e in slopes]
            parts.append(function_lines("diagonal", arguments, slopes, names))
        parts.append(noise_functions(kernel.system, kernel.scheme, names, arguments))
        parts.append(self.step())
        if kernel.single:
            parts.append(in_single("".join(parts)))
        if self.stages.pay:
            parts.append(self.stages.functions())
        parts.insert(0, HEAD.format(rows=astuple(kernel.rows), extra_rows=self.stages.extra_rows))
        if kernel.events:
            parts += self.threshold(arguments)
        if kernel.events:
            parts += self.groups()
        if kernel.observed:
            parts.append(function_lines("observables", arguments, kernel.observed, names))
            parts.append(self.observe())
        parts += [self.prepare(), self.loop()]
        return "".join(parts) + "\n"

    def threshold(self, arguments: str) -> list[str]:
        """The margin, its slope along the solution, and the reset."""
        kernel, system, names = self.kernel, self.kernel.system, self.kernel.names
        margin = system.margin if kernel.resets else kernel.watched - LEVEL
        names = names | {LEVEL: "level"}
        moving = dict(zip(system.state_symbols, kernel.smooth, strict=True))
        slope = along(margin, moving | {symbol("t"): sympy.S.One})
        parts = [
            function_lines("margin", f"level, {arguments}", [margin], names),
            function_lines("margin_slope", f"level, {arguments}", [slope], names),
        ]
        if kernel.resets:
            parts.append(function_lines("after_reset", arguments, system.after, names))
        if kernel.pauses:
            parts.append(function_lines("pause", arguments, [system.pause], names))
        return parts

    def step(self) -> str:
        """One step from x0, x1, ... for one member."""
        kernel, system, n = self.kernel, self.kernel.system, self.kernel.rows.states
        x, p = kernel.listed("x"), kernel.listed("p")
        timed = symbol("t") in set().union(*(e.free_symbols for e in kernel.smooth))
        still = [i for i in range(n) if kernel.pauses and system.held[i]]
        lines = []
        if timed and kernel.scheme != "iteration":
            # jumps at the ends of the step are seen from inside
            lines += ["shift = 8.9e-16 * (abs(t) + abs(h))", "early = t + shift"]
            lines += ["late = t + h - shift"]
        moment = "early" if lines else "t"
        begin = ", ".join([moment, *x, *p])
        ks = [f"k{i}" for i in range(n)]
        unpack = f"{', '.join(ks)}{',' * (n == 1)} = "
        if kernel.scheme == "iteration":
            lines.append(f"return rates({begin})")
        elif kernel.scheme in TABLES:
            first = True
            for number, (c, a, b) in enumerate(TABLES[kernel.scheme]):
                states = [f"{s} + {a!r} * h * k{i}" for i, s in enumerate(x)] if number else x
                when = f"t + {c!r} * h" if 0 < c < 1 else "late" if c == 1 else "early"
                call = ", ".join([when if timed else "t", *states, *p])
                lines.append(f"{unpack}rates({call})")
                lines += [f"k{i} *= m" for i in still]
                if b:
                    lines += [f"s{i} {'' if first else '+'}= {b!r} * k{i}" for i in range(n)]
                    first = False
            lines += [f"u{i} = {x[i]} + h * s{i}" for i in range(n)]
        else:
            lines.append(f"{unpack}rates({begin})")
            lines += [f"k{i} *= m" for i in still]
            if kernel.scheme == "exponential-euler":
                js = [f"j{i}" for i in range(n)]
                lines.append(f"{', '.join(js)}{',' * (n == 1)} = diagonal({begin})")
                lines += [f"u{i} = {x[i]} + h * relative_growth(j{i} * h) * k{i}" for i in range(n)]
            else:
                lines += [f"u{i} = {x[i]} + h * k{i}" for i in range(n)]
                lines += noise_lines(system, kernel.scheme, begin, kernel.pauses)
        if kernel.scheme != "iteration":
            lines.append(f"return {', '.join(kernel.listed('u'))}{',' * (n == 1)}")
        arguments = ["t", "h", "m", *x, *p, *kernel.listed("z")]
        decorator = "@njit(forceinline=True, **FAST)"
        return f"\n\n{decorator}\ndef step({', '.join(arguments)}):\n" + indented(lines)

    def stepped(self, t: str, h: str, m: str) -> str:
        kernel = self.kernel
        names = [*kernel.listed("x"), *kernel.listed("p"), *kernel.listed("z")]
        u = kernel.listed("u")
        return f"{', '.join(u)}{',' * (len(u) == 1)} = step({', '.join([t, h, m, *names])})"

    def called(self, function: str, t: str, letter: str = "x") -> str:
        """A call at the states x or u."""
        level = ["level"] if function.startswith("margin") else []
        arguments = [*level, t, *self.kernel.listed(letter), *self.kernel.listed("p")]
        return f"{function}({', '.join(arguments)})"

    def groups(self) -> list[str]:
        """margins, leap, slopes and jump for the members of a group."""
        kernel, rows = self.kernel, self.kernel.rows
        x, p, z = kernel.listed("x"), kernel.listed("p"), kernel.listed("z")
        u = kernel.listed("u")
        g = lambda names, first: row_of(names, first, "s", GROUP)  # noqa: E731
        cell = lambda row: f"s[{row * GROUP} + lane]"  # noqa: E731
        begin = [f"t = now + {cell(at.OFFSET)}", *g(p, rows.p)]
        slopes = [
            *begin,
            *g(x, rows.old),
            f"({cell(at.SLOPE_BEFORE)},) = {self.called('margin_slope', 't')}",
            f"t += {cell(at.LENGTH)}",
            *g(x, FIXED),
            f"({cell(at.SLOPE_AFTER)},) = {self.called('margin_slope', 't')}",
        ]
        functions = {"slopes": slopes}
        if kernel.located:
            functions["margins"] = [
                *begin,
                *g(x, FIXED),
                f"({cell(at.AFTER)},) = {self.called('margin', 't')}",
            ]
            functions["leap"] = [
                *begin,
                f"h = {cell(at.LENGTH)}",
                f"m = {cell(at.MOVING)}",
                *g(x, rows.old),
                *g(z, rows.z),
                self.stepped("t", "h", "m"),
                *into_rows(u, FIXED, "s", GROUP),
                f"({cell(at.AFTER)},) = {self.called('margin', 't + h', 'u')}",
            ]
            rest = f"({cell(at.PAUSE)},) = {self.called('pause', 't')}"
            functions["jump"] = [
                *begin,
                *g(x, FIXED),
                rest if kernel.pauses else f"{cell(at.PAUSE)} = 0.0",
                f"{', '.join(u)}{',' * (len(u) == 1)} = {self.called('after_reset', 't')}",
                *into_rows(u, rows.old, "s", GROUP),
                f"({cell(at.AFTER)},) = {self.called('margin', 't', 'u')}",
            ]
        return [
            GROUP_FUNCTION.format(
                name=name,
                size=(FIXED + rows.in_groups) * GROUP,
                group=GROUP,
                body=indented(lines, 2),
            )
            for name, lines in functions.items()
        ]

    def observe(self) -> str:
        kernel, rows, count = self.kernel, self.kernel.rows, self.kernel.rows.observed
        values = [f"o{i}" for i in range(count)]
        lines = [
            *row_of(kernel.listed("x"), FIXED, "y", WIDTH),
            *row_of(kernel.listed("p"), rows.p, "y", WIDTH),
            f"{', '.join(values)}{',' * (count == 1)} = {self.called('observables', 't')}",
            *into_rows(values, rows.value, "y", WIDTH),
        ]
        for i, o in enumerate(values):
            low, high, total = (
                f"y[{(first + i) * WIDTH} + lane]"
                for first in (rows.minimum, rows.maximum, rows.integral)
            )
            lines += [
                f"a = {low}",
                f"{low} = {o} if {o} < a else a",
                f"b = {high}",
                f"{high} = {o} if {o} > b else b",
                f"{total} += weight * {o}",
            ]
        starts = {name: getattr(rows, name) * WIDTH for name in ("minimum", "maximum", "integral")}
        return OBSERVE.format(width=WIDTH, body=indented(lines, 2)) + FORGET.format(
            count=count * WIDTH, **starts
        )

    def prepare(self) -> str:
        """Derived parameters, and the margin at the begin."""
        kernel, rows, m = self.kernel, self.kernel.rows, len(self.kernel.system.parameters)
        printer = Printer(dict(kernel.names), NUMBA)
        derived = [f"p{m + i} = {printer.code(e)}" for i, e in enumerate(kernel.divisors)]
        lines = [
            *row_of(kernel.listed("p")[:m], rows.p, "y", WIDTH),
            *printer.lines,
            *derived,
            *into_rows(kernel.listed("p")[m:], rows.p + m, "y", WIDTH),
        ]
        if kernel.events:
            lines += row_of(kernel.listed("x"), FIXED, "y", WIDTH)
            lines.append(f"(y[{at.MARGIN * WIDTH} + lane],) = {self.called('margin', 'now')}")
        return (
            "\n\n@njit(nogil=True, cache=True, **FAST)\ndef prepare(w, now, level):\n"
            f"    for block in range(w.shape[0]):\n        y = w[block]\n"
            f"        for lane in range({WIDTH}):\n" + indented(lines or ["pass"], 3)
        )

    def loop(self) -> str:
        """The loop over blocks and steps."""
        kernel, rows = self.kernel, self.kernel.rows
        u, enter = kernel.listed("u"), ["pass"]
        lines: list[str] = []
        held = "now + 1e-9 * h" if kernel.on_grid else repr(at.FREE)
        body = row_of(kernel.listed("p"), rows.p, "y", WIDTH)
        if kernel.pauses:
            body += [f"release = y[{at.RELEASE * WIDTH} + lane]"]
            body += [f"m = 0.0 if release > {held} else 1.0"]
        if kernel.single:
            treated = kernel.treatment in ("located", "watched")
            enter, lines = single_lines(rows, held if kernel.pauses else None, treated)
            body += [f"u{i} = np.float64(v[{i * WIDTH} + lane])" for i in range(len(u))]
        elif self.stages.pay:
            lines = self.stages.lines(held)
            body += self.stages.end()
        else:
            body += row_of(kernel.listed("x"), FIXED, "y", WIDTH)
            body += [
                f"z{j} = y[{(rows.z + j) * WIDTH} + parity + lane]" for j in range(rows.sources)
            ]
            body.append(self.stepped("now", "h", "m" if kernel.pauses else "1.0"))
        if kernel.events:
            body.append(f"(after,) = {self.called('margin', 'end', 'u')}")
            body += self.reset_on_grid() if kernel.resets and kernel.on_grid else self.meeting()
        body += into_rows(u, FIXED, "y", WIDTH)
        lines += [f"for lane in range({WIDTH}):", *(f"    {line}" for line in body)]
        events = self.after_loop()
        fill = ["pass"]
        if rows.sources:
            fill = [
                "if index % 2 == 0 or fresh:",
                f"    fill_normals(keys[block], index - index % 2, {rows.sources}, "
                f"y[{rows.z * WIDTH}:])",
                "    fresh = False",
                f"parity = (index % 2) * {rows.sources * WIDTH}",
            ]
        observe = ["pass"]
        if kernel.observed:
            observe = [
                "counts = index >= clock[OBSERVED_FROM]",
                "if counts or (every > 0 and index % every == 0):",
                "    right = 0.0 if index == last else "
                "(length if index + 1 < last else until - begin - index * length)",
                "    left = h if index > clock[OBSERVED_FROM] else 0.0",
                "    observe(y, end, 0.5 * (left + right))",
                "    if not counts:",  # the value was for the trace only
                "        forget(y)",
            ]
        return LOOP.format(
            width=WIDTH,
            enter=indented(enter, 2),
            body=indented(lines, 3),
            fill=indented(fill, 3),
            events=indented(events, 3),
            observe=indented(observe, 3),
            first=indented(self.observe_at_begin(), 3),
        )

    def meeting(self) -> list[str]:
        """Lines that see whether a member meets the threshold in this step."""
        kernel = self.kernel
        release, margin = (f"y[{row * WIDTH} + lane]" for row in (at.RELEASE, at.MARGIN))
        lines = into_rows(kernel.listed("x"), kernel.rows.old, "y", WIDTH)
        if kernel.single or self.stages.pay:  # they were kept at the begin of the step
            lines = []
        if kernel.watched is not None:
            lines += [f"before = {margin}", f"{release} = before", f"{margin} = after"]
            met = "(1.0 if before < 0.0 else 0.0) * (1.0 if after >= 0.0 else 0.0)"
        else:
            met = "0.0 if after < 0.0 else 1.0"
            if kernel.pauses:
                met = f"({met}) if m != 0.0 else (1.0 if release < end else 0.0)"
        return [*lines, f"flag = {met}", *FLAGGED]

    def reset_on_grid(self) -> list[str]:
        """Lines that reset a member beyond its threshold at the end of the step."""
        kernel, u = self.kernel, self.kernel.listed("u")
        release, code = (f"y[{row * WIDTH} + lane]" for row in (at.RELEASE, at.CODE))
        r = [f"r{i}" for i in range(len(u))]
        lines = ["flag = 1.0 if after > 0.0 else 0.0"]
        if kernel.pauses:
            lines.append("flag *= m")
        if not self.margin_is_straight:
            lines += [
                f"lost = {'m' if kernel.pauses else '1.0'} if not abs(after) >= 0.0 else 0.0",
                f"code = {code}",
                f"finite = {' + '.join(f'0.0 * {name}' for name in u)}",
                "lost = lost if finite == 0.0 else 0.0",
                f"{code} = code if code != 0.0 or lost == 0.0 else {float(at.NOT_A_MARGIN)}",
            ]
        lines += [
            *(FLAGGED if kernel.counted else ()),
            f"{', '.join(r)}{',' * (len(u) == 1)} = {self.called('after_reset', 'end', 'u')}",
            *(f"{a} = {b} if flag != 0.0 else {a}" for a, b in zip(u, r, strict=True)),
        ]
        if kernel.pauses:
            lines += [
                f"(rest,) = {self.called('pause', 'end', 'u')}",
                f"old = release if m == 0.0 else {at.FREE!r}",
                "late = end + rest if rest > 0.0 else old",
                f"{release} = late if flag != 0.0 else old",
                "bad = 0.0 if rest >= 0.0 else flag",
                f"code = {code}",
                f"{code} = code if bad == 0.0 else {float(at.NOT_A_PAUSE)}",
            ]
        return lines

    @property
    def margin_is_straight(self) -> bool:
        """Whether the margin is a sum of multiples of t, states and parameters: a number, then,
        wherever the states are."""
        margin = self.kernel.system.margin
        assert margin is not None
        return all(margin.diff(name).is_number for name in margin.free_symbols)

    def after_loop(self) -> list[str]:
        """Lines that have the members treated that meet the threshold."""
        kernel = self.kernel
        if kernel.treatment is None:
            return ["pass"]
        arguments = "met, functions, y, s, work, lanes, block, index, now, h, clock, span"
        return [
            f"if met != 0{' or index == 0' * kernel.located}:",
            f"    call_at(functions, ({arguments}, keys[block], found[0], found[1]))",
        ]

    def observe_at_begin(self) -> list[str]:
        if not self.kernel.observed:
            return ["pass"]
        return [
            "if clock[OBSERVED_FROM] <= 0 or every > 0:",
            "    right = length if last > 1 else until - begin",
            "    observe(y, begin, 0.5 * right)",
            "    if clock[OBSERVED_FROM] > 0:",
            "        forget(y)",
        ]


LEVEL = sympy.Dummy("level", real=True)
FLAGGED = (f"met |= bits_of(y[{at.BIT * WIDTH} + lane]) if flag != 0.0 else np.int64(0)",)
