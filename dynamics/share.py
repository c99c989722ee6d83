"""Shares: a/(a + b) as a function of its own.

Steady states of gates are shares, alpha/(alpha + beta). Written out, intervals see numerator and
denominator vary independently, and overflow in both gives no bound at all; a share of two
positive numbers lies between 0 and 1, grows with a and falls with b.
"""

import sympy
from sympy import Expr


class share(sympy.Function):
    """a / (a + b), as a function of its own: intervals know that it lies in [0, 1]."""

    is_real = True
    nargs = 2

    def fdiff(self, argindex: int = 1):
        a, b = self.args
        return share(b, a) / (a + b) if argindex == 1 else -share(a, b) / (a + b)


def quotient(above: Expr, below: Expr) -> Expr:
    """above / below, as a share where the denominator is a sum that holds the numerator."""
    if below.is_Add and above in below.args:
        return share(above, below - above)
    return with_shares(above / below)


def with_shares(expression: Expr) -> Expr:
    """The same with every a/(a + b) as share(a, b)."""
    return expression.replace(lambda e: e.is_Mul, shared)


def shared(product: Expr) -> Expr:
    """A product that holds a^n (a + b)^-n, with share(a, b)^n in its place."""
    for factor in product.args:
        if not (factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp < 0):
            continue
        powers = whole_powers(product)
        for term in factor.base.args:
            needed = whole_powers(term).items()
            if not term.is_number and all(
                powers.get(base, 0) * power >= -factor.exp * power**2 for base, power in needed
            ):
                rest = product / (term / factor.base) ** -factor.exp
                return rest * share(term, factor.base - term) ** -factor.exp
    return product


def whole_powers(product: Expr) -> dict[Expr, int]:
    """The factors of a product that are no numbers, and their powers."""
    found = {}
    for factor in sympy.Mul.make_args(product):
        whole = factor.is_Pow and factor.exp.is_Integer
        if not factor.is_number:
            found[factor.base if whole else factor] = int(factor.exp) if whole else 1
    return found
