"""The code of a population: its rates and one step of the grid.

Two ways through a step: alone (all stages of one neuron at once), where nothing but spikes joins
the populations; and in stages, where sums over connections stand in the rates.
"""

import sympy

from ..equations import symbol
from .functions_text import Functions, computed, indented
from .layout import TAKE_CELL, WIDTH
from .plan import CellPlan

# rows of (c, a, b): the stage at t + c h from x + a h k_previous, its weight b in the sum
SCHEMES = {
    "euler": ((0.0, 0.0, 1.0),),
    "rk2": ((0.0, 0.0, 0.0), (0.5, 0.5, 1.0)),
    "heun": ((0.0, 0.0, 0.5), (1.0, 1.0, 0.5)),
    "rk4": ((0.0, 0.0, 1 / 6), (0.5, 0.5, 1 / 3), (0.5, 0.5, 1 / 3), (1.0, 1.0, 1 / 6)),
}
Table = list[tuple[str, list[str]]]  # arrays, and how their rows are called


def names_of(plan: CellPlan) -> dict[sympy.Symbol, str]:
    """How the code of one neuron spells its symbols."""
    names = {s: f"x{i}" for i, s in enumerate(plan.states)}
    names |= {s: f"q{i}" for i, s in enumerate(plan.scalars)}
    names |= {s: f"r{i}" for i, s in enumerate(plan.rows)}
    names |= {s: f"u{i}" for i, s in enumerate(plan.inputs)}
    return names | {symbol("t"): "t"}


class StepWriter:
    """Writes the functions of one population."""

    def __init__(self, plan: CellPlan, scheme: str, functions: Functions):
        self.plan, self.functions = plan, functions
        self.tableau = SCHEMES["euler" if scheme == "euler-maruyama" else scheme]
        self.n, self.m = len(plan.states), len(plan.inputs)
        self.x = [f"x{i}" for i in range(self.n)]
        self.y = [f"y{i}" for i in range(self.n)]
        self.q = [f"q{i}" for i in range(len(plan.scalars))]
        self.r = [f"r{i}" for i in range(len(plan.rows))]
        self.u = [f"u{i}" for i in range(self.m)]
        self.e = [f"e{i}" for i in range(self.m)]
        self.names = names_of(plan)

    def write_step(self) -> None:
        """The functions that both ways through a step use."""
        plan = self.plan
        self.rates = self.simple("rates", plan.rates, [*self.q, *self.r, *self.u])
        self.margin = self.simple("margin", [plan.margin], [*self.q, *self.r])
        self.step = self.step_function()
        self.slow_step = self.slow_step_function()
        if plan.sources:
            every = [g for row in plan.noise for g in row]
            self.noise = self.simple("noise", every, [*self.q, *self.r])

    def simple(self, stem: str, expressions: list, rest: list[str]) -> str:
        """A function (t, states, rest) of expressions; a tuple of its values."""
        lines, results = computed(expressions, self.names)
        body = [*lines, f"return {', '.join(results)}{',' * (len(results) == 1)}"]
        arguments = ", ".join(["t", *self.x, *rest])
        return self.functions.add(stem, arguments, body, inline=True)

    def step_function(self) -> str:
        """One step of the scheme for one neuron; inputs go in a straight line from u to e."""
        body = [f"s{i} = 0.0" for i in range(self.n)]
        for number, (c, a, b) in enumerate(self.tableau):
            states = [f"{x} + {a!r} * h * k{i}" if number else x for i, x in enumerate(self.x)]
            inputs = [f"{u} + {c!r} * ({e} - {u})" for u, e in zip(self.u, self.e, strict=True)]
            arguments = ", ".join([f"t + {c!r} * h", *states, *self.q, *self.r, *inputs])
            body.append(f"{tuple_of('k', self.n)} = {self.rates}({arguments})")
            body += [f"k{i} = k{i} * m" for i in range(self.n) if self.plan.held[i]]
            if b:
                body += [f"s{i} += {b!r} * k{i}" for i in range(self.n)]
        results = ", ".join(f"x{i} + h * s{i}" for i in range(self.n))
        body.append(f"return {results}{',' * (self.n == 1)}")
        arguments = ", ".join(["t", "h", *self.x, "m", *self.q, *self.r, *self.u, *self.e])
        return self.functions.add("step", arguments, body, inline=True)

    def slow_step_function(self) -> str:
        """The same for the few neurons that are looked at closely: not copied to every place."""
        arguments = ", ".join(["t", "h", *self.x, "m", *self.q, *self.r, *self.u, *self.e])
        body = ["compact()", f"return {self.step}({arguments})"]
        return self.functions.add("slow_step", arguments, body)

    def numbers(self) -> list[str]:
        return [f"{q} = Q[{i}]" for i, q in enumerate(self.q)]

    def rows(self) -> list[str]:
        return [f"{r} = R[{i}, j]" for i, r in enumerate(self.r)]

    def states(self, array: str, names: list[str]) -> list[str]:
        return [f"{x} = {array}[{i}, j]" for i, x in enumerate(names)]

    def call(self, function: str, time: str, states: list[str], *rest: str) -> str:
        return f"{function}({', '.join([time, *states, *self.q, *self.r, *rest])})"

    def noise_lines(self, length: str, draw: str) -> list[str]:
        """Add to y the noise of a step of this length that begins in x."""
        plan = self.plan
        if not plan.sources:
            return []
        count = self.n * plan.sources
        lines = [f"{tuple_of('g', count)} = {self.call(self.noise, 't', self.x)}"]
        lines += [f"d{s} = sqrt({length}) * {draw.format(s=s)}" for s in range(plan.sources)]
        for i in range(self.n):
            terms = [
                f"g{i * plan.sources + s} * d{s}"
                for s in range(plan.sources)
                if plan.noise[i][s] != 0
            ]
            if terms:
                moving = "m * " if plan.held[i] else ""
                lines.append(f"y{i} = y{i} + {moving}({' + '.join(terms)})")
        return lines

    def flags(self) -> list[str]:
        """What needs a closer look: 1 a spike or a release, 2 (crossings) at the start, 4 NaN."""
        lines = [
            f"d0 = {self.call(self.margin, 't', self.x)}[0]",
            f"d1 = {self.call(self.margin, 't + h', self.y)}[0]",
            f"z = {' + '.join(f'0.0 * {y}' for y in self.y)}",
            "strange = (z != 0.0) | (z != z)",
        ]
        if self.plan.resets:
            lines += [
                "fires = (m != 0.0) & ((d0 >= 0.0) | (d1 >= 0.0) | (d1 != d1))",
                "freed = (m == 0.0) & (release < t + h)",
                "flag = (1.0 if fires | freed else 0.0) + (4.0 if strange else 0.0)",
            ]
        else:
            lines += [
                "fires = (m != 0.0) & (d0 < 0.0) & ((d1 >= 0.0) | (d1 != d1))",
                "jumped = (m != 0.0) & (d0 >= 0.0) & (armed != 0.0)",
                "flag = (1.0 if fires else 0.0) + (2.0 if jumped else 0.0)",
                "flag = flag + (4.0 if strange else 0.0)",
                "armed = 1.0 if d1 < 0.0 else 0.0",
            ]
        return lines

    def lanes(self, loads: Table, lines: list[str], stores: Table) -> list[str]:
        """The lines for all neurons, WIDTH side by side in one small buffer, where LLVM sees that
        nothing overlaps and makes vector code of them."""
        chunk = [f"width = min({WIDTH}, X.shape[1] - start)", "place = first"]
        inner: list[str] = []
        names: list[str] = []
        for array, row_names in loads:
            chunk.append(f"place = load{kind(array)}(B, place, {array}, start, width)")
            inner += [
                f"{x} = B[{WIDTH * (len(names) + i)} + lane]" for i, x in enumerate(row_names)
            ]
            names += row_names
        chunk.append(f"for lane in range({WIDTH}):")
        after: list[str] = []
        ending: list[str] = []
        for array, row_names in stores:
            ending.append(f"place = store{kind(array)}(B, place, {array}, start, width)")
            after += [
                f"B[{WIDTH * (len(names) + i)} + lane] = {x}" for i, x in enumerate(row_names)
            ]
            names += row_names
        chunk += [*indented([*inner, *lines, *after]), *ending]
        return [
            "first = X.shape[0] * 0",
            f"for start in range(0, X.shape[1], {WIDTH}):",
            *indented(chunk),
        ]

    def loads(self, states: str) -> Table:
        """What every loop over neurons reads."""
        rows: Table = [("R", self.r)] if self.r else []
        return [(states, self.x), *rows, ("MOV", ["m"])]

    def looked_at(self) -> tuple[Table, Table]:
        """What the flags need besides, and what is stored at the end of a step."""
        resets = self.plan.resets
        loads: Table = [("REL", ["release"])] if resets else [("ARM", ["armed"])]
        if self.plan.sources:
            loads.append(("XI", [f"xi{s}" for s in range(self.plan.sources)]))
        stores: Table = [("Y", self.x), ("X", self.y), ("FLAG", ["flag"])]
        return loads, stores if resets else [*stores, ("ARM", ["armed"])]

    def march(self) -> str:
        """A whole step of all neurons, each for itself."""
        arguments = ", ".join(["t", "h", *self.x, "m", *self.q, *self.r])
        lines = [f"{tuple_of('y', self.n)} = {self.step}({arguments})"]
        lines += [*self.noise_lines("h", "xi{s}"), *self.flags()]
        more, stores = self.looked_at()
        body = ["apart()", TAKE_CELL, *self.numbers(), *self.drawn()]
        body += self.lanes([*self.loads("X"), *more], lines, stores)
        return self.functions.add("march", "t, h, n, cell", body)

    def drawn(self) -> list[str]:
        return ["normals(KEYS, n, XI)"] if self.plan.sources else []

    def prepare(self) -> str:
        """The states at which a stage looks: S = X + a h K; the sums over connections at zero."""
        body = ["compact()", TAKE_CELL, "for i in range(X.shape[0]):"]
        body += indented(["for j in range(X.shape[1]):"])
        body += indented(["S[i, j] = X[i, j] + ah * K[i, j] if ah != 0.0 else X[i, j]"], 2)
        body += ["for i in range(U.shape[0]):", *indented(["for j in range(U.shape[1]):"])]
        body += indented(["U[i, j] = 0.0"], 2)
        return self.functions.add("prepare", "ah, cell", body)

    def evaluate(self) -> str:
        """The rates at a stage, and their share in the step."""
        call = self.call(self.rates, "t", self.x, *self.u)
        lines = [f"{tuple_of('k', self.n)} = {call}"]
        for i in range(self.n):
            moving = f" * {'m' if self.plan.held[i] else '1.0'}"
            lines += [f"k{i} = k{i}{moving}", f"s{i} = s{i} + hb * k{i}"]
        slopes, sums = ([f"{letter}{i}" for i in range(self.n)] for letter in "ks")
        inputs: Table = [("U", self.u)] if self.u else []
        loads = [*self.loads("S"), *inputs, ("A", sums)]
        stores: Table = [("K", slopes), ("A", sums)]
        body = ["apart()", TAKE_CELL, *self.numbers(), *self.lanes(loads, lines, stores)]
        return self.functions.add("evaluate", "t, hb, cell", body)

    def finish(self) -> str:
        """The end of a step in stages: A is the new state."""
        lines = [*self.noise_lines("h", "xi{s}"), *self.flags()]
        more, stores = self.looked_at()
        loads = [*self.loads("X"), ("A", self.y), *more]
        body = [
            "apart()",
            TAKE_CELL,
            *self.numbers(),
            *self.drawn(),
            *self.lanes(loads, lines, stores),
        ]
        return self.functions.add("finish", "t, h, n, cell", body)


def kind(array: str) -> str:
    return "_row" if array in ("MOV", "REL", "ARM", "FLAG") else "_rows"


def tuple_of(letter: str, count: int) -> str:
    return ", ".join(f"{letter}{i}" for i in range(count)) + ("," if count == 1 else "")
