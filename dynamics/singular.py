"""Removable singularities: quotients that are 0/0 at a point, replaced by functions that are not.

    x / (exp(x) - 1)  ->  bernoulli(x)          (exp(x) - 1) / x  ->  exprel(x)
    x / tanh(x)       ->  bernoulli(2x) + x     sin(x) / x        ->  sinc(x)
    x / sinh(x)       ->  sqrt(bernoulli(2x) bernoulli(-2x))      and their reciprocals

x stands for any expression to which the other factor is proportional, so that the rates of
Hodgkin & Huxley and the currents of Goldman, Hodgkin & Katz are found as they are written.
"""

import sympy
from sympy import Integer, S

from .constants import value


class Removable(sympy.Function):
    """A smooth function f(x, k): the k-th derivative of its quotient."""

    is_real = True
    nargs = 2

    def fdiff(self, argindex: int = 1):
        x, order = self.args
        return type(self)(x, order + 1)


class bernoulli(Removable):  # noqa: N801
    """x / (exp(x) - 1)."""


class exprel(Removable):  # noqa: N801
    """(exp(x) - 1) / x."""


class sinc(Removable):  # noqa: N801
    """sin(x) / x."""


def without_singularities(expression: sympy.Expr) -> sympy.Expr:
    """The same function, its recognised removable singularities removed."""
    return expression.replace(lambda e: e.is_Mul, lambda e: product(*e.args))


def product(*factors: sympy.Expr) -> sympy.Expr:
    """A product of these factors, 0/0 removed wherever a pair of them shows it."""
    pool = list(factors)
    while pair := first_pair(pool):
        found, candidate, partner = pair
        pool.remove(candidate)
        pool.remove(partner)
        base, exponent = partner.as_base_exp()
        if exponent not in (S.One, S.NegativeOne):
            pool.append(base ** (exponent - sympy.sign(exponent)))
        pool.extend(sympy.Mul.make_args(found))
    return sympy.Mul(*pool)


def first_pair(pool: list[sympy.Expr]) -> tuple | None:
    """(replacement, candidate, partner) of the first pair that is 0/0 somewhere."""
    for i, candidate in enumerate(pool):
        for found, partner in pairs(candidate, pool[:i] + pool[i + 1 :]):
            return found, candidate, partner
    return None


def pairs(candidate: sympy.Expr, others: list[sympy.Expr]):
    """Yield (replacement, partner) where candidate * partner has a removable singularity."""
    base, exponent = candidate.as_base_exp()
    if exponent not in (S.One, S.NegativeOne):
        return
    below = exponent is S.NegativeOne
    for argument, quotient in quotients(base, below):
        for other in others:
            factor, power = other.as_base_exp()
            wanted = power.is_Integer and (power > 0 if below else power < 0)
            if wanted and (ratio := proportion(factor, argument)) is not None:
                yield (quotient * ratio if below else quotient / ratio), other


def quotients(base: sympy.Expr, below: bool):
    """Yield (x, q): x/base = q (below) or base/x = q (above), q smooth where base and x vanish."""
    if base.is_Add and len(base.args) == 2:
        constant, term = base.args
        if not constant.is_number:
            constant, term = term, constant
        coefficient, rest = term.as_coeff_Mul()
        if constant.is_number and isinstance(rest, sympy.exp) and value(-coefficient / constant) > 0:
            # constant + coefficient exp(E) = constant (1 - exp(x))
            x = rest.args[0] + sympy.log(-coefficient / constant)
            zero = Integer(0)
            yield x, (-bernoulli(x, zero) / constant if below else -constant * exprel(x, zero))
    elif isinstance(base, sympy.tanh | sympy.sinh | sympy.sin):
        (x,) = base.args
        yield x, hyperbolic(type(base), x, below)


def hyperbolic(kind: type, x: sympy.Expr, below: bool) -> sympy.Expr:
    zero = Integer(0)
    if kind is sympy.tanh:
        quotient = bernoulli(2 * x, zero) + x
    elif kind is sympy.sinh:
        quotient = sympy.sqrt(bernoulli(2 * x, zero) * bernoulli(-2 * x, zero))
    else:
        quotient = 1 / sinc(x, zero)
    return quotient if below else 1 / quotient


def proportion(factor: sympy.Expr, argument: sympy.Expr) -> sympy.Expr | None:
    """The constant c with factor = c argument, if there is one (and a name to vary)."""
    names = factor.free_symbols & argument.free_symbols
    if not names or factor.has(sympy.Function) or argument.has(sympy.exp):
        return None
    name = min(names, key=lambda s: s.name)
    slope = argument.diff(name)
    if slope.is_zero or name in slope.free_symbols:
        return None
    ratio = sympy.cancel(factor.diff(name) / slope)
    if ratio.is_zero or name in ratio.free_symbols:
        return None
    return ratio if sympy.expand(factor - ratio * argument) == 0 else None
