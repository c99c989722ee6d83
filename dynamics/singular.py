"""Removable singularities: quotients that are 0/0 at a point, replaced by functions that are not.

    x / (exp(x) - 1)  ->  bernoulli(x)          (exp(x) - 1) / x  ->  exprel(x)
    x / tanh(x)       ->  bernoulli(2x) + x     sin(x) / x        ->  sinc(x)
    x / sinh(x)       ->  2 bernoulli(x) / (1 + exp(-x))          and their reciprocals

x stands for any expression to which the other factor is proportional, so that the rates of
Hodgkin & Huxley and the currents of Goldman, Hodgkin & Katz are found as they are written.
"""

from itertools import islice

import sympy
from sympy import Expr, Rational, S

from .constants import value
from .program import along

MAX_FACTORS = 40
MAX_PARTS = 300
MAX_DEGREE = 60


class Removable(sympy.Function):
    """A smooth function f(x, k): the k-th derivative of its quotient."""

    is_real = True
    nargs = 2

    def fdiff(self, argindex: int = 1):
        x, order = self.args
        return type(self)(x, order + 1)


class bernoulli(Removable):
    """x / (exp(x) - 1)."""


class exprel(Removable):
    """(exp(x) - 1) / x."""


class sinc(Removable):
    """sin(x) / x."""


def without_singularities(expression: Expr) -> Expr:
    """The same function, its recognised removable singularities removed."""
    return expression.replace(
        lambda e: e.is_Mul, lambda e: product(*(part for f in e.args for part in opened(f)))
    )


def opened(factor: Expr) -> tuple[Expr, ...]:
    """A sum whose terms all hold the same name, as that name and the rest."""
    if not factor.is_Add or len(factor.args) > MAX_FACTORS:
        return (factor,)
    terms = [sympy.Mul.make_args(term) for term in factor.args]
    for name in sorted(filter(lambda e: e.is_Symbol, terms[0]), key=lambda s: s.name):
        if all(name in term for term in terms):
            return name, sympy.Add(*(term / name for term in factor.args))
    return (factor,)


def product(*factors: Expr) -> Expr:
    """A product of these factors, 0/0 removed wherever a pair of them shows it."""
    if len(factors) > MAX_FACTORS:
        return sympy.Mul(*factors)
    pool = list(factors)
    for i, candidate in enumerate(pool):
        for found, partner in pairs(candidate, pool[:i] + pool[i + 1 :]):
            rest = list(pool)
            for used in (candidate, partner):
                rest.remove(used)
                base, exponent = used.as_base_exp()
                if exponent not in (S.One, S.NegativeOne):
                    rest.append(base ** (exponent - sympy.sign(exponent)))
            return found * product(*rest) if rest else found
    return sympy.Mul(*pool)


def pairs(candidate: Expr, others: list[Expr]):
    """Yield (replacement, partner) where one power of each has a removable singularity."""
    base, exponent = candidate.as_base_exp()
    if not exponent.is_Integer:
        return
    below = exponent < 0
    for argument, quotient in quotients(base, below):
        for other in others:
            factor, power = other.as_base_exp()
            wanted = power.is_Integer and (power > 0 if below else power < 0)
            if wanted and (ratio := proportion(factor, argument)) is not None:
                yield (quotient * ratio if below else quotient / ratio), other


def quotients(base: Expr, below: bool):
    """Yield (x, q): q = x/base (below) or base/x (above), smooth where base and x vanish."""
    if base.is_Add and len(base.args) == 2:
        one, other = sorted(base.args, key=lambda term: term.has(sympy.exp))
        (a, low), (b, high) = split(one), split(other)
        weight = -b / a
        if low != high and weight.is_number and value(weight) > 0:
            # a exp(low) + b exp(high) = one (1 - exp(x))
            x = high - low + sympy.log(weight)
            yield x, (-bernoulli(x, S.Zero) / one if below else -one * exprel(x, S.Zero))
    elif isinstance(base, sympy.tanh | sympy.sinh | sympy.sin):
        (x,) = base.args
        yield x, hyperbolic(type(base), x, below)


def split(term: Expr) -> tuple[Expr, Expr]:
    """c and E where term = c exp(E)."""
    factors = sympy.Mul.make_args(term)
    exponentials = [f for f in factors if isinstance(f, sympy.exp)]
    others = [f for f in factors if not isinstance(f, sympy.exp)]
    return sympy.Mul(*others), sympy.Add(*(f.args[0] for f in exponentials))


def hyperbolic(kind: type, x: Expr, below: bool) -> Expr:
    if kind is sympy.tanh:
        quotient = bernoulli(2 * x, S.Zero) + x
    elif kind is sympy.sinh:
        quotient = 2 * bernoulli(x, S.Zero) / (1 + sympy.exp(-x))
    else:
        quotient = 1 / sinc(x, S.Zero)
    return quotient if below else 1 / quotient


def proportion(factor: Expr, argument: Expr) -> Expr | None:
    """The constant c with factor = c argument, if there is one (and a name to vary)."""
    if any(is_long(e) or degree(e) > MAX_DEGREE for e in (factor, argument)):
        return None
    for name in sorted(factor.free_symbols & argument.free_symbols, key=lambda s: s.name):
        slopes = [along(e, {name: S.One}) for e in (factor, argument)]
        if any(slope == 0 or name in slope.free_symbols for slope in slopes):
            continue
        ratio = slopes[0] / slopes[1]
        if vanishes(factor - ratio * argument):
            return ratio
    return None


def is_long(expression: Expr) -> bool:
    parts = sympy.preorder_traversal(expression)
    return next(islice(parts, MAX_PARTS, None), None) is not None


def degree(expression: Expr) -> float:
    """A bound on the degree of a rational function: beyond it, exact numbers grow too long."""
    if expression.is_Pow:
        base, exponent = expression.args
        return degree(base) * abs(exponent) if isinstance(exponent, Rational) else float("inf")
    parts = [degree(part) for part in expression.args]
    return sum(parts) if expression.is_Mul else max(parts, default=1)


def vanishes(expression: Expr) -> bool:
    """Whether an expression is zero, tried in exact arithmetic at two places."""
    names = sorted(expression.free_symbols, key=lambda s: s.name)
    for k in (1, 2):
        place = {s: Rational(37 * i + 11 * k + 13, 8 * i + 5 * k + 7) for i, s in enumerate(names)}
        if expression.xreplace(place) != 0:
            return False
    return True
