"""The functions with kinks and jumps, as SymPy functions of our own.

SymPy's own (Max, Piecewise, Heaviside, ...) try to decide comparisons when they are built, which
can take for ever, and differentiate into Dirac distributions. Ours stay as they are written unless
their arguments are exact numbers, and their derivative is the one beside the jump:
d max(a, b) = heaviside(a - b) da + heaviside(b - a) db, d heaviside = 0, and so on.
`margins` says where they are not smooth: a solver has to end its steps there.
"""

import sympy
from sympy import Function, Integer, Rational, S


class NonSmooth(Function):
    """A real function with a kink or a jump where its margin is zero."""

    is_real = True

    def fdiff(self, argindex: int = 1):
        return S.Zero

    def margins(self) -> tuple:
        """Expressions that are zero where the function is not smooth."""
        return (self.args[0],)

    def _latex(self, printer, exp=None):
        arguments = ", ".join(printer.doprint(a) for a in self.args)
        name = {"minimum": "min", "maximum": "max"}.get(type(self).__name__, type(self).__name__)
        text = rf"\mathrm{{{name}}}\left({arguments}\right)"
        return text if exp is None else rf"{text}^{{{exp}}}"


class absolute(NonSmooth):
    """|x|; SymPy's own asks for real and imaginary parts."""

    nargs = 1
    is_nonnegative = True

    @classmethod
    def eval(cls, x):
        if isinstance(x, Rational):
            return abs(x)

    def fdiff(self, argindex: int = 1):
        return sign(self.args[0])

    def _eval_power(self, exponent):
        if exponent.is_integer and exponent.is_even:
            return self.args[0] ** exponent

    def _latex(self, printer, exp=None):
        text = rf"\left|{printer.doprint(self.args[0])}\right|"
        return text if exp is None else rf"{text}^{{{exp}}}"


class sign(NonSmooth):
    """-1, 0 or 1."""

    nargs = 1

    @classmethod
    def eval(cls, x):
        if isinstance(x, Rational):
            return Integer((x.p > 0) - (x.p < 0))


class heaviside(NonSmooth):
    """0 below zero, 1 above, 1/2 at zero."""

    nargs = 1

    @classmethod
    def eval(cls, x):
        if isinstance(x, Rational):
            return S.Half if x.p == 0 else Integer(x.p > 0)


class step(NonSmooth):
    """0 below zero, 1 at zero and above."""

    nargs = 1

    @classmethod
    def eval(cls, x):
        if isinstance(x, Rational):
            return Integer(x.p >= 0)


class floor(NonSmooth):
    """The largest whole number not above x."""

    nargs = 1

    @classmethod
    def eval(cls, x):
        if isinstance(x, Rational):
            return Integer(x.p // x.q)

    def margins(self) -> tuple:
        return (sympy.sin(sympy.pi * self.args[0]),)

    def _latex(self, printer, exp=None):
        text = rf"\left\lfloor {printer.doprint(self.args[0])}\right\rfloor"
        return text if exp is None else rf"{text}^{{{exp}}}"


class mod(NonSmooth):
    """x - y floor(x/y): the remainder, with the sign of y."""

    nargs = 2

    @classmethod
    def eval(cls, x, y):
        if isinstance(x, Rational) and isinstance(y, Rational) and y != 0:
            return x - y * floor(x / y)

    def fdiff(self, argindex: int = 1):
        x, y = self.args
        return S.One if argindex == 1 else -floor(x / y)

    def margins(self) -> tuple:
        return (sympy.sin(sympy.pi * self.args[0] / self.args[1]),)


class minimum(NonSmooth):
    """The smaller of two."""

    nargs = 2

    @classmethod
    def eval(cls, a, b):
        if isinstance(a, Rational) and isinstance(b, Rational):
            return min(a, b)

    def fdiff(self, argindex: int = 1):
        a, b = self.args
        return heaviside(b - a) if argindex == 1 else heaviside(a - b)

    def margins(self) -> tuple:
        return (self.args[0] - self.args[1],)


class maximum(NonSmooth):
    """The larger of two."""

    nargs = 2

    @classmethod
    def eval(cls, a, b):
        if isinstance(a, Rational) and isinstance(b, Rational):
            return max(a, b)

    def fdiff(self, argindex: int = 1):
        a, b = self.args
        return heaviside(a - b) if argindex == 1 else heaviside(b - a)

    def margins(self) -> tuple:
        return (self.args[0] - self.args[1],)


class truth(NonSmooth):
    """A condition as a number, 1 or 0: `truth(kind, a, b)`, kinds "<", "<=", "==", "!=".

    Conditions are built from these by products and 1 - c, so that they are ordinary expressions.
    """

    nargs = 3
    KINDS = ("<", "<=", "==", "!=")

    @classmethod
    def eval(cls, kind, a, b):
        if isinstance(a, Rational) and isinstance(b, Rational):
            holds = (a < b, a <= b, a == b, a != b)[int(kind)]
            return Integer(bool(holds))

    def _eval_derivative(self, s):
        return S.Zero

    def margins(self) -> tuple:
        return (self.args[2] - self.args[1],)

    def _latex(self, printer, exp=None):
        sign = ("<", r"\leq", "=", r"\neq")[int(self.args[0])]
        text = (
            rf"\left[{printer.doprint(self.args[1])} {sign} {printer.doprint(self.args[2])}\right]"
        )
        return text if exp is None else rf"{text}^{{{exp}}}"


class where(NonSmooth):
    """The second argument where the condition is not zero, else the third."""

    nargs = 3

    @classmethod
    def eval(cls, condition, a, b):
        if isinstance(condition, Rational):
            return a if condition != 0 else b
        if a == b:
            return a

    def fdiff(self, argindex: int = 1):
        condition = self.args[0]
        if argindex == 1:
            return S.Zero
        return where(condition, S.One, S.Zero) if argindex == 2 else where(condition, S.Zero, S.One)

    def _eval_derivative(self, s):
        condition, a, b = self.args
        return where(condition, a.diff(s), b.diff(s))

    def margins(self) -> tuple:
        return ()

    def _latex(self, printer, exp=None):
        condition, a, b = (printer.doprint(x) for x in self.args)
        text = rf"\begin{{cases}} {a} & {condition} \\ {b} & \text{{otherwise}} \end{{cases}}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"
