"""Equations into nodes, in an order that depends on nothing but the equations.

- What depends on parameters and numbers alone is a constant: the host computes it in double
  precision and rounds it once. A constant of literals alone is what a compiler could truncate.
- Sums run from left to right: the constant, then the terms in SymPy's canonical order; a term
  with the factor -1 is subtracted.
- Products run from left to right: the constant, then sums, functions, names; a whole power up to
  the fourth multiplies the product so often, a higher one is squared first. So a conductance times
  a driving force stands before the small gates, and few bits are lost.
- Quotients: the product of what is above, divided by the product of what is below.
- Removable singularities are removed before (`dynamics/singular.py`).
- What depends on time and parameters alone is an input, which the host computes and rounds in every
  step; it takes the place that a constant would have.
- A part that occurs twice is computed once; definitions are computed where they are first used.
"""

from collections.abc import Mapping
from copy import copy
from functools import lru_cache

import sympy
from sympy import Expr, S

from ...dynamics import nonsmooth, singular
from ...dynamics.constants import value
from ...dynamics.drive import Pieces, coefficient_names
from ...dynamics.equations import symbol
from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from .feeds import Feed, host_function
from .graph import Builder, is_whole

FUNCTIONS = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asin: "asin",
    sympy.acos: "acos",
    sympy.atan: "atan",
    singular.bernoulli: "bernoulli",
    singular.exprel: "exprel",
    singular.sinc: "sinc",
}
LONGEST = 48  # letters of an input that are shown
REPEATED = 4  # powers up to here multiply one by one


@lru_cache(maxsize=1 << 14)
def names(expression: Expr) -> frozenset:
    """The symbols of an expression."""
    return frozenset(expression.free_symbols)


@lru_cache(maxsize=1 << 10)
def without_singularities(expression: Expr) -> Expr:
    """The expression with its removable singularities removed."""
    return singular.without_singularities(expression)


class Lowering:
    """A model's expressions, entered into a builder for given nodes of the states."""

    def __init__(self, model: Model, builder: Builder, pieces: Mapping[str, Pieces] | None = None):
        self.model, self.builder, self.pieces = model, builder, pieces or {}
        self.numbers = {symbol(n): v for n, v in model.parameters.items()}
        changing = {symbol(c) for name in self.pieces for c in coefficient_names(name)}
        for name in changing:
            del self.numbers[name]
        self.clock = changing | {symbol("t")}  # what the host knows in every step
        self.of_time: dict = {}  # definitions that depend on it, written out
        self.offset = 0.0  # of the stage's time, in steps
        self.feeds: dict[int, Feed] = {}
        self.definitions: dict = {}
        for name, expression in model.definitions.items():
            if names(expression) <= self.numbers.keys():
                self.numbers[symbol(name)] = value(expression, self.numbers)
            elif self.on_the_host(expression):
                self.of_time[symbol(name)] = expression.xreplace(self.of_time)
                self.clock = self.clock | {symbol(name)}
            else:
                self.definitions[symbol(name)] = without_singularities(expression)
        self.nodes: dict = {}

    def at(self, states: Mapping[str, int], offset: float = 0.0) -> "Lowering":
        """From now on the states are these nodes, so many steps behind the start of this one."""
        self.nodes = {symbol(name): number for name, number in states.items()}
        self.offset = offset
        return self

    def on_the_host(self, expression: Expr) -> bool:
        """Whether an expression depends on time and parameters alone."""
        return all(name in self.numbers or name in self.clock for name in names(expression))

    def input(self, expression: Expr) -> int:
        """The node of what the host computes in every step."""
        full = expression.xreplace(self.of_time)
        text = str(expression) if len(str(expression)) <= LONGEST else "an input"
        number = self.builder.enter("input", name=str(full), value=self.offset, text=text)
        if number not in self.feeds:
            host = copy(self)
            host.builder, host.clock = Builder(), set()
            host.builder.where = self.builder.where
            leaves = self.clock - self.of_time.keys()
            host.nodes = {s: host.builder.enter("state", name=s.name) for s in leaves}
            root = host.node(without_singularities(full))
            values = host_function(host.builder.nodes, root, self.pieces)
            self.feeds[number] = Feed(number, text, self.offset, values)
        return number

    def noise(self, source: str) -> int:
        """The node of a source of noise: a normal number in every step."""
        text = source if source.startswith("noise") else f"noise {source}"
        number = self.builder.enter("input", name=f"({source})", text=text)
        self.feeds[number] = Feed(number, text)
        return number

    def node(self, expression: Expr) -> int:
        """The node of an expression."""
        if names(expression) <= self.numbers.keys():
            return self.constant(expression)
        if self.on_the_host(expression):
            return self.input(expression)
        if isinstance(expression, sympy.Symbol):
            return self.named(expression)
        if expression.is_Add:
            return self.sum(expression)
        if expression.is_Mul or expression.is_Pow:
            return self.product(expression)
        return self.function(expression)

    def constant(self, expression: Expr) -> int:
        number = value(expression, self.numbers)
        if number != number:
            raise InvalidArgument(f"{expression} in {self.builder.where} is not a number")
        return self.builder.constant(number, literal=not expression.free_symbols)

    def named(self, name: sympy.Symbol) -> int:
        if name not in self.nodes:
            outer, self.builder.where = self.builder.where, name.name
            self.nodes[name] = self.node(self.definitions[name])
            self.builder.rename(self.nodes[name], name.name)
            self.builder.where = outer
        return self.nodes[name]

    def sum(self, expression: Expr) -> int:
        enter = self.builder.enter
        terms = sorted(expression.args, key=sympy.default_sort_key)
        constant = sympy.Add(*(t for t in terms if self.on_the_host(t)))
        signed = [self.signed(t) for t in terms if not self.on_the_host(t)]
        if constant != 0 and value(constant, self.numbers) != 0:  # NaN: it depends on time
            total = self.node(constant)
        else:
            first = next((i for i, (minus, _) in enumerate(signed) if not minus), 0)
            minus, part = signed.pop(first)
            total = enter("neg", self.node(part)) if minus else self.node(part)
        for minus, part in signed:
            total = enter("sub" if minus else "add", total, self.node(part))
        return total

    def signed(self, term: Expr) -> tuple[bool, Expr]:
        """Whether a term has the factor -1, and the rest of it."""
        coefficient, rest = term.as_coeff_Mul()
        return (True, rest) if coefficient == -1 else (False, term)

    def product(self, expression: Expr) -> int:
        enter = self.builder.enter
        fixed, above, below = [], [], []
        for factor in sympy.Mul.make_args(expression):
            if self.on_the_host(factor):
                fixed.append(factor)
                continue
            base, power = factor.as_base_exp()
            if power.is_number and power.is_negative and not isinstance(factor, sympy.exp):
                below.append((base, -power))
            elif isinstance(factor, sympy.exp):
                above.append((factor, S.One))
            else:
                above.append((base, power))
        constant = sympy.Mul(*fixed)
        number = value(constant, self.numbers)
        start = None if number in (1.0, -1.0) and above else self.node(constant)
        total = self.chain(start, above)
        if below:
            total = enter("div", total, self.chain(None, below))
        return enter("neg", total) if start is None and number == -1.0 else total

    def chain(self, total: int | None, factors: list[tuple[Expr, Expr]]) -> int:
        """A product from left to right."""
        for base, power in sorted(factors, key=by_kind):
            number = value(power, self.numbers) if names(power) <= self.numbers.keys() else 0
            times = int(number) if is_whole(number) and 1 <= number <= REPEATED else 1
            factor = self.node(base) if number == times else self.raised(base, power)
            for _ in range(times):
                total = factor if total is None else self.builder.enter("mul", total, factor)
        assert total is not None, "this is a bug: an empty product"
        return total

    def raised(self, base: Expr, power: Expr) -> int:
        """base^power where that is not written out as a product."""
        enter = self.builder.enter
        if not names(power) <= self.numbers.keys():
            return self.function(sympy.exp(power * sympy.log(base), evaluate=False))
        number = value(power, self.numbers)
        if number == 0.5:
            return enter("function", self.node(base), name="sqrt")
        if not is_whole(number) or abs(number) > 64:
            text = f"power({base}, {number:.6g})"
            return enter("function", self.node(base), name="power", value=number, text=text[:48])
        square, left, total = self.node(base), int(abs(number)), None
        while left:
            if left & 1:
                total = square if total is None else enter("mul", total, square)
            left >>= 1
            square = enter("mul", square, square) if left else square
        assert total is not None
        return total if number > 0 else enter("div", self.builder.constant(1.0, True), total)

    def function(self, e: Expr) -> int:
        enter, one, zero = self.builder.enter, S.One, S.Zero
        if type(e) in FUNCTIONS:
            if len(e.args) > 1 and e.args[1] != 0:
                raise InvalidArgument(f"{e} has no machine program")
            return enter("function", self.node(e.args[0]), name=FUNCTIONS[type(e)])
        args = e.args
        match e:
            case nonsmooth.absolute():
                x = self.node(args[0])
                return enter("select", self.less(zero, args[0]), x, enter("neg", x))
            case nonsmooth.sign() | nonsmooth.heaviside():
                low, middle = (-one, zero) if isinstance(e, nonsmooth.sign) else (zero, S.Half)
                other = enter("select", self.less(args[0], zero), self.node(low), self.node(middle))
                return enter("select", self.less(zero, args[0]), self.node(one), other)
            case nonsmooth.step():
                return enter("lesseq", self.node(zero), self.node(args[0]))
            case nonsmooth.floor():
                return enter("floor", self.node(args[0]))
            case nonsmooth.mod():
                whole = enter("floor", enter("div", self.node(args[0]), self.node(args[1])))
                return enter("sub", self.node(args[0]), enter("mul", self.node(args[1]), whole))
            case nonsmooth.minimum():
                return enter("select", self.less(*args), self.node(args[0]), self.node(args[1]))
            case nonsmooth.maximum():
                return enter("select", self.less(*args), self.node(args[1]), self.node(args[0]))
            case nonsmooth.where():
                return enter("select", *(self.node(a) for a in args))
            case nonsmooth.truth():
                return self.truth(*args)
        raise InvalidArgument(
            f"{type(e).__name__} (in {self.builder.where} of {self.model.name}) has no machine "
            "program"
        )

    def less(self, a: Expr, b: Expr) -> int:
        return self.builder.enter("less", self.node(a), self.node(b))

    def truth(self, kind: Expr, a: Expr, b: Expr) -> int:
        enter = self.builder.enter
        verb = ("less", "lesseq", "equal", "equal")[int(kind)]
        found = enter(verb, self.node(a), self.node(b))
        if int(kind) < 3:
            return found
        return enter("select", found, self.node(S.Zero), self.node(S.One))


def by_kind(factor: tuple[Expr, Expr]) -> tuple:
    """Sums before functions before names; then SymPy's order."""
    base = factor[0]
    rank = 0 if base.is_Add else 2 if isinstance(base, sympy.Symbol) else 1
    return rank, sympy.default_sort_key(base), sympy.default_sort_key(factor[1])
