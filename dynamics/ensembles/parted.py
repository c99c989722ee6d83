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
    late: set[sympy.Symbol] = set()  # what needs a function's value

    def without_calls(expression: sympy.Expr) -> sympy.Expr:
        for call in sorted(expression.atoms(*CALLED), key=sympy.default_sort_key):
            nested = any(part.has(*CALLED) for part in call.args)
            if call.free_symbols and not nested and not call.free_symbols & late:
                found.setdefault(call, temporary())
        return expression.xreplace(found)

    early, every = [], []
    for name, expression in program.assignments:
        rest = without_calls(expression)
        every.append((name, rest))
        if rest.has(*CALLED) or rest.free_symbols & {*late, *found.values()}:
            late.add(name)
        else:
            early.append((name, rest))
    outputs = tuple(map(without_calls, program.outputs))
    return Parted(
        tidied(Program(tuple(early), tuple(found))),
        tuple(found.values()),
        tidied(Program(tuple(every), outputs)),
    )
