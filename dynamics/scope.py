"""What stands for a name in an expression: symbols, definitions, functions."""

from dataclasses import dataclass, field

import sympy
from sympy import Expr

from .functions import BUILT_IN
from .grammar import Node


def symbol(name: str) -> sympy.Symbol:
    """The real symbol of a name: the only kind of symbol in a model."""
    return sympy.Symbol(name, real=True)


@dataclass(frozen=True, slots=True)
class Written:
    """An expression, the same with all definitions written out, and the size and depth of that."""

    expression: Expr
    full: Expr
    size: int = 1
    depth: int = 1


@dataclass
class Scope:
    """Every name that may be used, by what it stands for, and the work done so far."""

    values: dict[str, Written] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    work: int = 0

    @property
    def names(self) -> list[str]:
        return [*self.values, *self.functions, *BUILT_IN]
