"""Straight-line programs: expressions with their common parts computed once, and derivatives.

A program is a list of assignments followed by outputs. Differentiating a program assignment by
assignment (the chain rule, forward) gives a program of proportional length, however deep the
expressions are; differentiating it again gives second and third directional derivatives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import sympy
from sympy import Dummy, Expr, S, Symbol

from .nonsmooth import sign, truth, where


@dataclass(frozen=True)
class Program:
    """`assignments` in order, each of a temporary symbol; `outputs` in their terms."""

    assignments: tuple[tuple[Symbol, Expr], ...]
    outputs: tuple[Expr, ...]


def temporary() -> Dummy:
    """A new name. All have the same text, so that SymPy orders them by age and the program does
    not depend on how many there were before."""
    return Dummy("a")


def program_of(outputs: Sequence[Expr]) -> Program:
    """The program that computes these expressions."""
    return tidied(Program((), tuple(outputs)))


def tidied(program: Program) -> Program:
    """The same program without dead, trivial or repeated assignments."""
    known: dict[Symbol, Expr] = {}
    kept: list[tuple[Symbol, Expr]] = []
    for name, expression in program.assignments:
        expression = expression.xreplace(known)
        if expression.is_Atom:
            known[name] = expression
        else:
            kept.append((name, expression))
    outputs = [output.xreplace(known) for output in program.outputs]
    right_sides = [expression for _, expression in kept] + outputs
    shared, reduced = sympy.cse(right_sides, order="none")
    # cse tells its symbols apart by their text, we by their age
    ours = {name: temporary() for name, _ in shared}
    reduced = [expression.xreplace(ours) for expression in reduced]
    meanings = {ours[name]: expression.xreplace(ours) for name, expression in shared}
    meanings |= dict(zip((n for n, _ in kept), reduced, strict=False))
    return Program(in_order(meanings, reduced[len(kept) :]), tuple(reduced[len(kept) :]))


def in_order(
    meanings: Mapping[Symbol, Expr], outputs: Sequence[Expr]
) -> tuple[tuple[Symbol, Expr], ...]:
    """The assignments that the outputs need, each after those that it uses."""
    uses: dict[Symbol, list[Symbol]] = {}
    waiting = [s for output in outputs for s in sorted_symbols(output)]
    while waiting:
        name = waiting.pop()
        if name in meanings and name not in uses:
            uses[name] = [s for s in sorted_symbols(meanings[name]) if s in meanings]
            waiting.extend(uses[name])
    return tuple((name, meanings[name]) for name in TopologicalSorter(uses).static_order())


def sorted_symbols(expression: Expr) -> list[Symbol]:
    return sorted(expression.free_symbols, key=lambda s: (s.name, getattr(s, "dummy_index", 0)))


def tangent(program: Program, direction: Mapping[Symbol, Expr]) -> Program:
    """The derivative of the outputs when the symbols move along `direction`."""
    moving = dict(direction)
    assignments: list[tuple[Symbol, Expr]] = []
    for name, expression in program.assignments:
        assignments.append((name, expression))
        change = along(expression, moving)
        if change is not S.Zero:
            moving[name] = change if change.is_Atom else temporary()
            if not change.is_Atom:
                assignments.append((moving[name], change))
    return Program(tuple(assignments), tuple(along(o, moving) for o in program.outputs))


def along(expression: Expr, moving: Mapping[Symbol, Expr]) -> Expr:
    """The change of an expression when its symbols change: the chain rule, beside kinks and jumps.

    SymPy's own derivatives would ask for real and imaginary parts, take log of zero in d(x^n)/dn,
    and write n x^n / x for n x^(n-1), which is 0/0 at zero.
    """
    if isinstance(expression, Symbol):
        return moving.get(expression, S.Zero)
    if not expression.args:
        return S.Zero
    if expression.is_Add:
        return sympy.Add(*(along(term, moving) for term in expression.args))
    if expression.is_Mul:
        return along_product(expression.args, moving)
    if expression.is_Pow:
        return along_power(expression.base, expression.exp, moving)
    if isinstance(expression, where):
        condition, *branches = expression.args
        return where(condition, *(along(branch, moving) for branch in branches))
    changes = [along(part, moving) for part in expression.args]
    return sympy.Add(
        *(slope(expression, i) * change for i, change in enumerate(changes, 1) if change != 0)
    )


def along_product(factors: Sequence[Expr], moving: Mapping[Symbol, Expr]) -> Expr:
    """(a b)' = a' b + a b', by halves: the result of n factors has n log n parts."""
    if len(factors) == 1:
        return along(factors[0], moving)
    half = len(factors) // 2
    left, right = factors[:half], factors[half:]
    change_left, change_right = along_product(left, moving), along_product(right, moving)
    return sympy.Mul(change_left, *right) + sympy.Mul(*left, change_right)


def along_power(base: Expr, exponent: Expr, moving: Mapping[Symbol, Expr]) -> Expr:
    """(b^e)' = e b^(e-1) b' + b^e log(b) e', where the last term is 0 at b = 0."""
    change, bend = along(base, moving), along(exponent, moving)
    result = exponent * base ** (exponent - 1) * change
    if bend != 0:
        growth = base**exponent * sympy.log(base)
        if not base.is_number:
            growth = where(truth(3, base, S.Zero), growth, S.Zero)
        result += growth * bend
    return result


def slope(function: Expr, position: int) -> Expr:
    """The derivative of a function in one of its arguments."""
    if isinstance(function, sympy.Abs):
        return sign(function.args[0])
    return function.fdiff(position)


def joined(programs: Sequence[Program]) -> Program:
    """One program with the outputs of all; what they share is computed once."""
    assignments: dict[Symbol, Expr] = {}
    for program in programs:
        assignments.update(program.assignments)
    return tidied(
        Program(tuple(assignments.items()), tuple(o for p in programs for o in p.outputs))
    )


def matrix_of_derivatives(program: Program, names: Sequence[Symbol]) -> Program:
    """d(output i)/d(name j), outputs row by row."""
    columns = joined([tangent(program, {name: S.One}) for name in names])
    rows, count = len(program.outputs), len(names)
    order = [columns.outputs[j * rows + i] for i in range(rows) for j in range(count)]
    return Program(columns.assignments, tuple(order))


def directional(
    program: Program, names: Sequence[Symbol], *directions: Sequence[Symbol]
) -> Program:
    """The derivative of order len(directions) along the given vectors, one after the other."""
    for direction in directions:
        program = tidied(tangent(program, dict(zip(names, direction, strict=True))))
    return program
