"""Steps of Runge-Kutta schemes in passes over a block, for models with exponentials and the like.

A processor looks ahead some two hundred instructions. A whole step of a few members is more, and
each of its results waits for the one before. So every stage is two short loops over all members of
the block, whose iterations need not wait for one another: one for the values of functions that need
no other function's value, and one for the rates.

    old = x, s = 0
    stage j:   e = functions(x),   k = rates(x, e),   s += b_j k,   x = old + h a_(j+1) k
    end:       x = old + h s

The rows of s and e stand behind all others of a block.
"""

from dataclasses import dataclass
from functools import cached_property

from ..equations import symbol
from ..exponentials import program_with_shared_exponentials
from ..kernels import ensemble_layout as at
from ..kernels.ensemble_layout import FIXED, WIDTH
from .kernel import TABLES, Kernel
from .parted import Parted, parted
from .printing import MOST, function_of, indented, into_rows, numbers_into_sums, row_of


@dataclass(frozen=True)
class Stages:
    """Writes the stages of a kernel."""

    kernel: Kernel

    @cached_property
    def parts(self) -> Parted:
        kernel = self.kernel
        divided = [numbers_into_sums(e.xreplace(kernel.divisors)) for e in kernel.smooth]
        return parted(program_with_shared_exponentials(divided, MOST))

    @property
    def pay(self) -> bool:
        """Whether there is a function to be evaluated first."""
        kernel = self.kernel
        return kernel.scheme in TABLES and not kernel.single and bool(self.parts.names)

    @property
    def extra_rows(self) -> int:
        return self.kernel.rows.states + len(self.parts.names) if self.pay else 0

    @property
    def arguments(self) -> str:
        return ", ".join(["t", *self.kernel.listed("x"), *self.kernel.listed("p")])

    @property
    def called(self) -> list[str]:
        return [f"e{i}" for i in range(len(self.parts.names))]

    def functions(self) -> str:
        """`calls`, the functions' values, and `rates_of`, the rates where these are known."""
        names = self.kernel.names
        known = names | dict(zip(self.parts.names, self.called, strict=True))
        values = ", ".join([*self.called, self.arguments])
        table = TABLES[self.kernel.scheme]
        ahead = [a for _, a, _ in table[1:]] + [0.0]
        return (
            f"\n\nAHEAD = {tuple(ahead)!r}\nWEIGHTS = {tuple(b for _, _, b in table)!r}\n"
            + function_of("calls", self.arguments, self.parts.first, names)
            + function_of("rates_of", values, self.parts.rest, known)
        )

    def lines(self, held: str) -> list[str]:
        """Lines that take a step but for its end; `held` is the time until which members rest."""
        kernel, rows, called = self.kernel, self.kernel.rows, self.called
        x, n = kernel.listed("x"), kernel.rows.states
        sums, slopes = [f"s{i}" for i in range(n)], [f"k{i}" for i in range(n)]
        begin = row_of(x, FIXED, "y", WIDTH) + into_rows(x, rows.old, "y", WIDTH)
        begin += into_rows(["0.0"] * n, rows.total, "y", WIDTH)
        state = row_of(x, FIXED, "y", WIDTH) + row_of(kernel.listed("p"), rows.p, "y", WIDTH)
        first = [*state, f"{listing(called)} = calls({self.arguments})"]
        first += into_rows(called, rows.total + n, "y", WIDTH)
        rest = [*state, *row_of(called, rows.total + n, "y", WIDTH)]
        rest.append(f"{listing(slopes)} = rates_of({', '.join([*called, self.arguments])})")
        if kernel.pauses:
            rest.append(f"m = 0.0 if y[{at.RELEASE * WIDTH} + lane] > {held} else 1.0")
            rest += [f"k{i} *= m" for i in range(n) if kernel.system.held[i]]
        rest += row_of(sums, rows.total, "y", WIDTH)
        rest += [f"s{i} += weight * k{i}" for i in range(n)]
        rest += into_rows(sums, rows.total, "y", WIDTH)
        old = row_of(x, rows.old, "y", WIDTH)
        rest += [*old, *into_rows([f"x{i} + ahead * k{i}" for i in range(n)], FIXED, "y", WIDTH)]
        lines, moment = over(begin), "now"
        if symbol("t") in set().union(*(e.free_symbols for e in kernel.smooth)):
            lines += self.moments()
            moment = "moments[stage]"
        return [
            *lines,
            f"for stage in range({len(TABLES[kernel.scheme])}):",
            "    ahead = AHEAD[stage] * h",
            "    weight = WEIGHTS[stage]",
            f"    t = {moment}",
            *(f"    {line}" for line in [*over(first), *over(rest)]),
        ]

    def moments(self) -> list[str]:
        """The times of the stages; jumps at the ends of the step are seen from inside."""
        spelled = {0.0: "now + shift", 1.0: "end - shift"}
        times = [spelled.get(c, f"now + {c!r} * h") for c, _, _ in TABLES[self.kernel.scheme]]
        return ["shift = 8.9e-16 * (abs(now) + abs(h))", f"moments = ({', '.join(times)},)"]

    def end(self) -> list[str]:
        """Lines that read a member's state at the end of the step."""
        rows, n = self.kernel.rows, self.kernel.rows.states
        lines = row_of(self.kernel.listed("x"), rows.old, "y", WIDTH)
        lines += row_of([f"s{i}" for i in range(n)], rows.total, "y", WIDTH)
        return [*lines, *(f"u{i} = x{i} + h * s{i}" for i in range(n))]


def over(lines: list[str]) -> list[str]:
    """The loop over a block's members."""
    return [f"for lane in range({WIDTH}):", *indented(lines).split("\n")]


def listing(names: list[str]) -> str:
    """Names as the target of an assignment."""
    return ", ".join(names) + "," * (len(names) == 1)
