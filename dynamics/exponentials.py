"""Shared exponentials: exp(-V/80), exp(-V/20), exp(-V/10) as powers of one.

Exponentials whose arguments differ by a rational factor and a number are written as constant *
(smallest of them)^k. Hodgkin & Huxley's six exponentials become two; with powers up to 100 they are
those of exp(-V/720), one exponential. A power k has k times the base's relative error.
"""

from collections.abc import Sequence
from math import gcd, lcm

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


def program_with_shared_exponentials(expressions: Sequence[Expr], most: int = MAX_POWER) -> Program:
    """The program of these expressions with few exponentials, as powers up to `most` of others;
    where that is more than MAX_POWER, of common roots too."""
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
            signs = (1, -1) if most > MAX_POWER else ()
            roots = [root for sign in signs for root in root_of(family, sign, most)]
            bases += powers_of_one([*roots, *family], replacement, most)
    return tidied(Program(tuple(bases), tuple(o.xreplace(replacement) for o in opened)))


def root_of(
    family: list[tuple[Rational, Expr, sympy.exp]], sign: int, most: int
) -> list[tuple[Rational, Expr, sympy.exp]]:
    """One more exponential, of which those whose factors have this sign are powers; or none, where
    a power were too high or the smallest of the family serves as well."""
    factors = {factor for factor, _, _ in family if factor * sign > 0}
    if not factors:
        return []
    smallest = min(factors, key=abs)
    root = Rational(gcd(*(f.p for f in factors)), lcm(*(f.q for f in factors))) * sign
    if root == smallest or max(f / root for f in factors) > most:
        return []
    (_, offset, exponential), *_ = (m for m in family if m[0] == smallest)
    offset, varying = offset * root / smallest, exponential.args[0] - offset
    return [(root, offset, sympy.exp(offset + varying * root / smallest))]


def powers_of_one(
    family: list[tuple[Rational, Expr, sympy.exp]], replacement: dict[Expr, Expr], most: int
) -> list[tuple[Symbol, Expr]]:
    """Enter each member as constant * base^k, and return the bases: the members with the smallest
    factors, under a name of their own, since SymPy writes exp(a)^k as exp(k a)."""
    family = sorted(family, key=lambda m: (abs(m[0]), bool(m[0] < 0), sympy.default_sort_key(m[2])))
    bases: list[tuple[Rational, Expr, Symbol, Expr]] = []
    for factor, offset, exponential in family:
        for base_factor, base_offset, name, _ in bases:
            k = factor / base_factor
            rest = offset - k * base_offset
            if k.q == 1 and 1 <= k <= most and abs(value(rest)) <= MAX_OFFSET:
                constant = sympy.Integer(1) if rest == 0 else sympy.exp(rest).evalf(30)
                replacement[exponential] = constant * name**k
                break
        else:
            name = temporary()
            bases.append((factor, offset, name, exponential))
            replacement[exponential] = name
    return [(name, exponential) for _, _, name, exponential in bases]
