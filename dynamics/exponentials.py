"""Shared exponentials: exp(-V/80), exp(-V/20), exp(-V/10) as powers of one.

Exponentials whose arguments differ by a rational factor and a number are written as constant *
(smallest of them)^k. Hodgkin & Huxley's six exponentials become two.
"""

from collections.abc import Sequence

import sympy
from sympy import Expr, Rational, Symbol

from .constants import value
from .program import Program, temporary, tidied
from .singular import bernoulli

MAX_POWER = 16
MAX_OFFSET = 30.0


class bernoulli_from_exp(sympy.Function):
    """bernoulli(x) where exp(x) is at hand: the arguments are x and exp(x)."""

    is_real = True
    nargs = 2


def program_with_shared_exponentials(expressions: Sequence[Expr]) -> Program:
    """The program of these expressions with as few exponentials as possible."""
    opened = [
        e.replace(
            lambda b: isinstance(b, bernoulli) and b.args[1] == 0,
            lambda b: bernoulli_from_exp(b.args[0], sympy.exp(b.args[0], evaluate=False)),
        )
        for e in expressions
    ]
    found = sorted({e for o in opened for e in o.atoms(sympy.exp)}, key=sympy.default_sort_key)
    families: dict[Expr, list[tuple[Rational, Expr, sympy.exp]]] = {}
    for exponential in found:
        if not exponential.free_symbols:
            continue
        offset, varying = exponential.args[0].as_independent(*exponential.free_symbols, as_Add=True)
        factor, primitive = varying.as_coeff_Mul()
        if varying.is_Add or not isinstance(factor, Rational) or exponential.args[0].has(sympy.exp):
            continue
        families.setdefault(primitive, []).append((factor, offset, exponential))
    replacement: dict[Expr, Expr] = {}
    bases: list[tuple[Symbol, Expr]] = []
    for family in families.values():
        if len(family) > 1:
            bases += powers_of_one(family, replacement)
    return tidied(Program(tuple(bases), tuple(o.xreplace(replacement) for o in opened)))


def powers_of_one(
    family: list[tuple[Rational, Expr, sympy.exp]], replacement: dict[Expr, Expr]
) -> list[tuple[Symbol, Expr]]:
    """Enter each member as constant * base^k, and return the bases: the members with the smallest
    factors, under a name of their own, since SymPy writes exp(a)^k as exp(k a)."""
    family = sorted(family, key=lambda m: (abs(m[0]), bool(m[0] < 0), sympy.default_sort_key(m[2])))
    bases: list[tuple[Rational, Expr, Symbol, Expr]] = []
    for factor, offset, exponential in family:
        for base_factor, base_offset, name, _ in bases:
            k = factor / base_factor
            rest = offset - k * base_offset
            if k.q == 1 and 1 <= k <= MAX_POWER and abs(value(rest)) <= MAX_OFFSET:
                constant = sympy.Integer(1) if rest == 0 else sympy.exp(rest).evalf(30)
                replacement[exponential] = constant * name**k
                break
        else:
            name = temporary()
            bases.append((factor, offset, name, exponential))
            replacement[exponential] = name
    return [(name, exponential) for _, _, name, exponential in bases]
