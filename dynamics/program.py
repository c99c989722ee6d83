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

from .nonsmooth import sign


@dataclass(frozen=True)
class Program:
    """`assignments` in order, each of a temporary symbol; `outputs` in their terms."""

    assignments: tuple[tuple[Symbol, Expr], ...]
    outputs: tuple[Expr, ...]


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
    shared, reduced = sympy.cse(right_sides, symbols=iter(Dummy, None), order="none")
    meanings = {**dict(shared), **dict(zip((n for n, _ in kept), reduced, strict=False))}
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
            moving[name] = change if change.is_Atom else Dummy()
            if not change.is_Atom:
                assignments.append((moving[name], change))
    return Program(tuple(assignments), tuple(along(o, moving) for o in program.outputs))


def along(expression: Expr, moving: Mapping[Symbol, Expr]) -> Expr:
    """sum over s of d(expression)/ds * change of s."""
    terms = [
        derivative(expression, s) * moving[s] for s in sorted_symbols(expression) if s in moving
    ]
    return sympy.Add(*terms)


def derivative(expression: Expr, name: Symbol) -> Expr:
    """The derivative beside kinks and jumps, in functions that can be compiled."""
    result = expression.diff(name)
    if result.has(sympy.sign, sympy.DiracDelta, sympy.Derivative, sympy.Subs):
        result = result.replace(sympy.sign, sign).replace(sympy.DiracDelta, lambda *_: S.Zero)
        if result.has(sympy.Derivative, sympy.Subs):
            raise AssertionError(f"this is a bug: no derivative of {expression} in {name}")
    return result


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


def directional(program: Program, names: Sequence[Symbol], *directions: Sequence[Symbol]) -> Program:
    """The derivative of order len(directions) along the given vectors, one after the other."""
    for direction in directions:
        program = tidied(tangent(program, dict(zip(names, direction, strict=True))))
    return program


