"""A program apart from its functions: exponentials and the like, then what is made of them."""

from dataclasses import dataclass

import sympy

from ..codegen import NUMBA
from ..program import Program, temporary, tidied
from ..singular import Removable

CALLED = (*(kind for kind in NUMBA.functions if kind is not sympy.Abs), Removable)


@dataclass(frozen=True)
class Parted:
    """`first` gives the values of `names`, with which `rest` gives the outputs."""

    first: Program
    names: tuple[sympy.Symbol, ...]
    rest: Program


def parted(program: Program) -> Parted:
    """The program apart from the values of functions that need no other function's."""
    found: dict[sympy.Expr, sympy.Symbol] = {}
    same: dict[sympy.Symbol, sympy.Expr] = {}
    late: set[sympy.Symbol] = set()  # what needs a function's value

    def without_calls(expression: sympy.Expr) -> sympy.Expr:
        expression = expression.xreplace(same)
        for call in sorted(expression.atoms(*CALLED), key=sympy.default_sort_key):
            nested = any(part.has(*CALLED) for part in call.args)
            waits = nested or call.free_symbols & {*late, *found.values()}
            if call.free_symbols and not waits:
                found.setdefault(call, temporary())
        return expression.xreplace(found)

    early, every = [], []
    for name, expression in program.assignments:
        rest = without_calls(expression)
        if rest.is_Atom:
            same[name] = rest
            continue
        every.append((name, rest))
        if rest.has(*CALLED) or rest.free_symbols & {*late, *found.values()}:
            late.add(name)
        else:
            early.append((name, rest))
    outputs = tuple(map(without_calls, program.outputs))
    called = [(name, call) for call, name in found.items()]
    return with_powers(early, called, every, outputs)


def with_powers(early: list, called: list, every: list, outputs: tuple) -> Parted:
    """The two parts, with powers of functions' values in the first: a chain of products is long."""
    rest = [expression for _, expression in every] + list(outputs)
    names = {name for name, _ in called}
    powers = {
        power: temporary()
        for e in rest
        for power in sorted(e.atoms(sympy.Pow), key=sympy.default_sort_key)
        if power.base in names and power.exp.is_Integer and power.exp > 1
    }
    every = [(name, expression.xreplace(powers)) for name, expression in every]
    outputs = tuple(output.xreplace(powers) for output in outputs)
    used = {s for e in [*(e for _, e in every), *outputs] for s in e.free_symbols}
    kept = [name for name, _ in called if name in used]
    return Parted(
        tidied(Program((*early, *called), (*kept, *powers))),
        (*kept, *powers.values()),
        tidied(Program(tuple(every), outputs)),
    )
