"""Expressions as functions of scalars that are inlined where they are called."""

from collections.abc import Sequence

import sympy

from ..codegen import NUMBA, Printer
from ..exponentials import program_with_shared_exponentials
from ..program import Program
from ..singular import without_singularities

MOST = 100  # an exponential may be this power of another: its relative error is then below 2e-14


def function_lines(
    name: str, arguments: str, expressions: Sequence[sympy.Expr], names: dict
) -> str:
    """The text of a function that returns these expressions; nothing if there are none."""
    if not expressions:
        return ""
    smooth = [numbers_into_sums(without_singularities(e)) for e in expressions]
    return function_of(name, arguments, program_with_shared_exponentials(smooth, MOST), names)


def function_of(name: str, arguments: str, program: Program, names: dict) -> str:
    """The text of a function that returns a program's outputs."""
    printer = Printer(dict(names), NUMBA)
    results = printer.run(program)
    lines = [*printer.lines, f"return {', '.join(results)}{',' * (len(results) == 1)}"]
    return f"\n\n@njit(forceinline=True, **FAST)\ndef {name}({arguments}):\n" + indented(lines)


def numbers_into_sums(expression: sympy.Expr) -> sympy.Expr:
    """10 (0.1 - 0.1 m) f as (1 - m) f: a product less, where all terms have factors anyway."""

    def multiplied(product: sympy.Mul) -> sympy.Expr:
        number, rest = product.as_coeff_Mul()
        for factor in rest.args if rest.is_Mul else ():
            if factor.is_Add and all(term.as_coeff_Mul()[0] ** 2 != 1 for term in factor.args):
                inside = sympy.Add(*(number * term for term in factor.args))
                return sympy.Mul(*(inside if f is factor else f for f in rest.args))
        return product

    return expression.replace(
        lambda e: e.is_Mul and e.args[0].is_Rational and e.args[0] ** 2 != 1, multiplied
    )


def indented(lines: Sequence[str], depth: int = 1) -> str:
    return "\n".join("    " * depth + line for line in lines)


def row_of(names: Sequence[str], first: int, buffer: str, width: int) -> list[str]:
    """Lines that read a name from each row, beginning with the first."""
    return [f"{name} = {buffer}[{(first + i) * width} + lane]" for i, name in enumerate(names)]


def into_rows(names: Sequence[str], first: int, buffer: str, width: int) -> list[str]:
    """Lines that write each name to its row."""
    return [f"{buffer}[{(first + i) * width} + lane] = {name}" for i, name in enumerate(names)]
