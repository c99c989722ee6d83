"""Which program computes a derivative of a system: Jacobian, dfdp, B to E as directional forms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sympy import Dummy, Expr

from .program import Program, directional, joined, matrix_of_derivatives, program_of
from .singular import without_singularities

if TYPE_CHECKING:
    from .system import System

MATRICES = ("jacobian", "dfdp", "linearisation")
DIRECTIONS = {"B": 2, "C": 3, "D": 4, "E": 5}


def derivative_program(
    system: "System", outputs: Mapping[str, Sequence[Expr]], what: str
) -> tuple[Program, list[list[Dummy]]]:
    """The program of `what` and the symbols of the vectors that it takes.

    "jacobian" and "dfdp" are matrices row by row, "linearisation" is f and then the Jacobian, "B"
    to "E" directional derivatives of order two to five; anything else is an entry of `outputs` as
    it is.
    """
    expressions = outputs["f" if what in (*MATRICES, *DIRECTIONS) else what]
    program = program_of([without_singularities(e) for e in expressions])
    if what == "jacobian":
        return matrix_of_derivatives(program, system.state_symbols), []
    if what == "linearisation":
        return joined([program, matrix_of_derivatives(program, system.state_symbols)]), []
    if what == "dfdp":
        return matrix_of_derivatives(program, system.parameter_symbols), []
    vectors = [[Dummy() for _ in system.states] for _ in range(DIRECTIONS.get(what, 0))]
    return directional(program, system.state_symbols, *vectors), vectors
