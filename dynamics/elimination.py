"""Elimination: the states at rest as functions of a few of them, one after the other.

At rest every right side is zero. An equation that is affine in one unknown state and holds no other
unknown gives that state: A x + B = 0, x = -B/A, as the gates of a neuron follow from its potential.
`elimination` chooses which states to keep so that few of them are needed, and returns the
assignments, the equations that are left, and the `divisors`: what must not vanish for the solution
to be unique. Where a divisor vanishes, solutions may be missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

import sympy
from sympy import Expr, S, Symbol

from .nonsmooth import NonSmooth
from .program import along, temporary
from .share import quotient, share
from .singular import bernoulli, exprel

MOST_KEPT = 3
MOST_TRIED = 200
LARGEST_BLOCK = 12
MOST_EXPANDED = 200


@dataclass(frozen=True)
class Elimination:
    """`assignments` give the other states in terms of those `kept` (positions); `residuals` must
    vanish, `divisors` must not; `cost` counts divisors whose sign is not plain to see; `order` says
    which equation gave which state."""

    kept: tuple[int, ...]
    assignments: tuple[tuple[Symbol, Expr], ...]
    residuals: tuple[Expr, ...]
    divisors: tuple[Expr, ...]
    cost: int
    order: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Affine:
    """expression = dropped * (slope x + rest), slope and rest free of x."""

    slope: Expr
    rest: Expr
    dropped: tuple[Expr, ...]


@dataclass
class Equilibrium:
    """The equations of rest, and what is known about each of them."""

    unknowns: tuple[Symbol, ...]
    equations: tuple[Expr, ...]
    affine_in: dict[tuple[int, int], Affine | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = {symbol: j for j, symbol in enumerate(self.unknowns)}
        self.uses = [{places[s] for s in e.free_symbols if s in places} for e in self.equations]

    def affine(self, i: int, j: int) -> Affine | None:
        if (i, j) not in self.affine_in:
            self.affine_in[i, j] = affine(self.equations[i], self.unknowns[j])
        return self.affine_in[i, j]

    def signed(self, expression: Expr) -> bool:
        return not expression.has(*self.unknowns) or is_signed(expression, self.unknowns)

    def eliminated(self, kept: tuple[int, ...], own_first: bool) -> Elimination | None:
        """All states in terms of those kept, or None."""
        unknown = set(range(len(self.unknowns))) - set(kept)
        unused = set(range(len(self.equations)))
        assignments: list[tuple[Symbol, Expr]] = []
        divisors: list[Expr] = []
        order: list[tuple[int, int]] = []
        loose = 0
        while unknown:
            choices = sorted(self.choices(unknown, unused, own_first))
            if choices and not choices[0][0]:
                _, _, i, j = choices[0]
            elif block := self.block(unknown, unused):
                steps, pivots = solved(
                    [self.equations[i] for i in block], [self.unknowns[j] for j in block]
                )
                assignments += steps
                divisors += pivots
                order += [(i, i) for i in block]
                loose += not all(map(self.signed, (expanded(d, steps) for d in pivots)))
                unknown -= set(block)
                unused -= set(block)
                continue
            elif choices:
                _, _, i, j = choices[0]
            else:
                return None
            form = self.affine(i, j)
            assert form is not None
            assignments.append((self.unknowns[j], quotient(form.rest, -form.slope)))
            divisors += [form.slope, *form.dropped]
            order.append((i, j))
            loose += choices[0][0]
            unknown.remove(j)
            unused.remove(i)
        residuals = tuple(self.equations[i] for i in sorted(unused))
        varying = tuple(d for d in dict.fromkeys(divisors) if not d.is_number)
        return Elimination(kept, tuple(assignments), residuals, varying, loose, tuple(order))

    def choices(
        self, unknown: set[int], unused: set[int], own_first: bool
    ) -> Iterator[tuple[bool, bool, int, int]]:
        """Yield (loose, foreign, i, j): equation i gives state j. It is loose if its divisors
        have no plain sign, foreign if it is not the state's own."""
        for i in sorted(unused):
            here = self.uses[i] & unknown
            if len(here) == 1:
                (j,) = here
                if (form := self.affine(i, j)) is not None:
                    loose = not all(map(self.signed, (form.slope, *form.dropped)))
                    yield loose, (i != j) == own_first, i, j

    def block(self, unknown: set[int], unused: set[int]) -> list[int]:
        """States whose own equations are affine in all of them together and hold no others."""
        for first in sorted(unknown & unused):
            members, waiting = {first}, [first]
            while waiting:
                new = (self.uses[waiting.pop()] & unknown) - members
                members |= new
                waiting.extend(new)
            if 1 < len(members) <= LARGEST_BLOCK and members <= unused and self.jointly(members):
                return sorted(members)
        return []

    def jointly(self, members: set[int]) -> bool:
        symbols = {self.unknowns[j] for j in members}
        for i in members:
            for j in self.uses[i] & members:
                form = affine(self.equations[i], self.unknowns[j], drop=False)
                if form is None or form.slope.free_symbols & symbols:
                    return False
        return True


def eliminations(unknowns: Sequence[Symbol], equations: Sequence[Expr]) -> list[Elimination]:
    """The ways to solve the equations of rest, the best first; the last one keeps everything."""
    problem = Equilibrium(tuple(unknowns), tuple(equations))
    count, everything = len(problem.unknowns), tuple(range(len(problem.unknowns)))
    found: list[Elimination] = []
    for size in range(1, min(MOST_KEPT, count - 1) + 1):
        ways: list[Elimination] = []
        for kept in islice(combinations(everything, size), MOST_TRIED):
            for own_first in (True, False):
                way = problem.eliminated(kept, own_first)
                if way is not None and all(way.order != other.order for other in ways):
                    ways.append(way)
        ways.sort(key=lambda way: way.cost)
        better = not found or (ways and ways[0].cost < found[0].cost)
        found += ways[: 2 if not found else 1] if better else []
        if found and found[-1].cost == 0:
            break
    return [*found, Elimination(everything, (), tuple(equations), (), 0)]


def affine(expression: Expr, x: Symbol, drop: bool = True) -> Affine | None:
    """The expression as dropped * (slope x + rest), or None."""
    dropped: list[Expr] = []
    if drop and expression.is_Mul:
        held = [factor for factor in expression.args if x in factor.free_symbols]
        if len(held) != 1:
            return None
        dropped = [f.base if f.is_Pow else f for f in expression.args if f is not held[0]]
        dropped = [
            d
            for d, f in zip(dropped, (f for f in expression.args if f is not held[0]), strict=True)
            if not d.is_number and not (f.is_Pow and f.exp.is_number and f.exp < 0)
        ]
        expression = held[0]
    if any(x in part.free_symbols for part in expression.atoms(NonSmooth)):
        return None
    slope = along(expression, {x: S.One})
    inside = any(x in part.free_symbols for part in slope.atoms(sympy.Function))
    if x in slope.free_symbols and not inside and slope.count_ops() < MOST_EXPANDED:
        slope = sympy.expand(slope)
    if slope == 0 or x in slope.free_symbols:
        return None
    return Affine(slope, expression.xreplace({x: S.Zero}), tuple(dropped))


def solved(
    equations: Sequence[Expr], unknowns: Sequence[Symbol]
) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    """A linear block solved in assignments, and its divisors: the determinant of two equations
    (Cramer's rule), the pivots of more (Gauss)."""
    count = len(unknowns)
    zero = dict.fromkeys(unknowns, S.Zero)
    steps: list[tuple[Symbol, Expr]] = []

    def named(value: Expr) -> Expr:
        if value.is_Atom:
            return value
        name = temporary()
        steps.append((name, value))
        return name

    rows = [
        [named(along(e, {x: S.One})) for x in unknowns] + [named(-e.xreplace(zero))]
        for e in equations
    ]
    if count == 2:
        (a, b, f), (c, d, g) = rows
        determinant = named(a * d - b * c)
        steps += [
            (unknowns[0], (f * d - b * g) / determinant),
            (unknowns[1], (a * g - f * c) / determinant),
        ]
        return steps, [determinant]
    for k in range(count):
        for row in rows[k + 1 :]:
            if row[k] != 0:
                factor = named(row[k] / rows[k][k])
                for j in range(k + 1, count + 1):
                    if rows[k][j] != 0:
                        row[j] = named(row[j] - factor * rows[k][j])
    pivots = [rows[k][k] for k in range(count)]
    for k in reversed(range(count)):
        known = sum((rows[k][j] * unknowns[j] for j in range(k + 1, count)), S.Zero)
        steps.append((unknowns[k], (rows[k][count] - known) / rows[k][k]))
    return steps, pivots


def expanded(divisor: Expr, steps: Sequence[tuple[Symbol, Expr]]) -> Expr:
    """A divisor of a small block with its names written out; larger ones stay as they are."""
    if len(steps) <= 12:
        for name, meaning in reversed(steps):
            divisor = divisor.xreplace({name: meaning})
    return divisor


def is_signed(expression: Expr, states: Sequence[Symbol]) -> bool:
    """Whether an expression plainly has one sign, parameters being positive."""
    return sign_of(expression, frozenset(states)) != 0


def sign_of(expression: Expr, states: frozenset[Symbol]) -> int:
    if expression.is_number:
        return 1 if expression.is_positive else (-1 if expression.is_negative else 0)
    if expression.is_Symbol:
        return 0 if expression in states else 1
    if isinstance(expression, sympy.exp | sympy.cosh | share):
        return 1
    if isinstance(expression, bernoulli | exprel):
        return 1 if expression.args[1] == 0 else 0
    signs = {sign_of(part, states) for part in expression.args}
    if expression.is_Add:
        return signs.pop() if len(signs) == 1 else 0
    if expression.is_Mul:
        return 0 if 0 in signs else (-1) ** sum(sign_of(p, states) < 0 for p in expression.args)
    if expression.is_Pow:
        if expression.exp.is_Integer and expression.exp % 2 == 0:
            return 1
        return sign_of(expression.base, states) if sign_of(expression.base, states) > 0 else 0
    return 0
