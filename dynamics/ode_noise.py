"""Wiener variables of an XPPAUT file: right sides f + s w with s free of w become noise terms.

XPP's w is a normal number over sqrt(dt), so that Euler's step adds s sqrt(dt) N: s dW after Ito.
A right side in which w stands otherwise is refused; definitions with w are written out.
"""

from collections.abc import Mapping

import sympy
from sympy import S

from . import nonsmooth
from .equations import symbol
from .model import Model
from .writer import write


class NotLinear(Exception):
    """An expression is not of the form f + s w."""


def separated(model: Model, sources: list[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The right sides without noise and the amplitudes by source, as text, of the states that
    have noise; `model` has the sources as parameters."""
    waves = {symbol(name) for name in sources}
    noisy: dict[sympy.Symbol, sympy.Expr] = {}
    for name, expression in model.definitions.items():
        full = expression.xreplace(noisy)
        if full.free_symbols & waves:
            noisy[symbol(name)] = full
    drift, noise = {}, {}
    for state, rate in model.equations.items():
        full = rate.xreplace(noisy)
        if not full.free_symbols & waves:
            continue
        amplitudes = {name: coefficient(full, symbol(name)) for name in sources}
        if any(amplitude.free_symbols & waves for amplitude in amplitudes.values()):
            raise NotLinear(state)
        drift[state] = write(full.xreplace(dict.fromkeys(waves, S.Zero)))
        noise[state] = {n: write(a) for n, a in amplitudes.items() if a is not S.Zero}
    return drift, noise


def coefficient(expression: sympy.Expr, wave: sympy.Symbol) -> sympy.Expr:
    """s where the expression is f + s w."""
    if expression == wave:
        return S.One
    if not expression.has(wave):
        return S.Zero
    if expression.is_Add:
        return sympy.Add(*(coefficient(term, wave) for term in expression.args))
    if expression.is_Mul:
        inside = [factor for factor in expression.args if factor.has(wave)]
        if len(inside) == 1:
            others = [factor for factor in expression.args if not factor.has(wave)]
            return sympy.Mul(*others, coefficient(inside[0], wave))
    if isinstance(expression, nonsmooth.where) and not expression.args[0].has(wave):
        condition, yes, no = expression.args
        return nonsmooth.where(condition, coefficient(yes, wave), coefficient(no, wave))
    raise NotLinear(str(expression))


def depends(uses: Mapping[str, set[str]], sources: set[str]) -> set[str]:
    """The names that use one of the sources, directly or through others."""
    found: set[str] = set()
    while more := {name for name, used in uses.items() if used & (found | sources)} - found:
        found |= more
    return found
