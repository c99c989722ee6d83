"""A model as AUTO-07p reads it: Fortran printed from the model's SymPy expressions.

The expressions are those that the text says, `model.definitions` and `model.equations`, before
rheobase removes singularities, shares exponentials or differentiates anything; derivatives are
complex steps, Im f(x + i h)/h with h = 1e-30, exact to rounding. A user's names never reach the
Fortran: states are X(i), parameters P(j), definitions D(k).
"""

from collections.abc import Mapping
from fractions import Fraction

import sympy
from rheobase.dynamics import nonsmooth

STEP = "1d-30"
AMPLITUDE = 21  # of PAR: the sum of all states' ranges over a cycle
WIDTH = 110
SAME = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")
FUNCTIONS = {getattr(sympy, name): name for name in SAME}
# A complex argument decides by its real part: dble() takes it of either kind.
TEMPLATES = {
    nonsmooth.absolute: "merge({0}, -{0}, dble({0}) >= 0d0)",
    nonsmooth.sign: "merge(1d0, merge(-1d0, 0d0, dble({0}) < 0d0), dble({0}) > 0d0)",
    nonsmooth.heaviside: "merge(1d0, merge(0d0, 0.5d0, dble({0}) < 0d0), dble({0}) > 0d0)",
    nonsmooth.step: "merge(1d0, 0d0, dble({0}) >= 0d0)",
    nonsmooth.floor: "dble(floor(dble({0})))",
    nonsmooth.mod: "({0} - {1}*dble(floor(dble({0}/{1}))))",
    nonsmooth.minimum: "merge({0}, {1}, dble({0}) < dble({1}))",
    nonsmooth.maximum: "merge({0}, {1}, dble({0}) > dble({1}))",
    nonsmooth.where: "merge({1}, {2}, dble({0}) /= 0d0)",
}
COMPARED = ("<", "<=", "==", "/=")

PROBLEM = """\
SUBROUTINE REALSIDE(X, P, F)
  IMPLICIT NONE
  DOUBLE PRECISION :: X(*), P(*), F(*), D({definitions}), A({temporaries})
{body}
END SUBROUTINE
SUBROUTINE COMPLEXSIDE(X, P, F)
  IMPLICIT NONE
  COMPLEX(KIND(0D0)) :: X(*), P(*), F(*), D({definitions}), A({temporaries})
{body}
END SUBROUTINE
SUBROUTINE FUNC(NDIM, U, ICP, PAR, IJAC, F, DFDU, DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, ICP(*), IJAC
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM, NDIM), DFDP(NDIM, *)
  COMPLEX(KIND(0D0)) :: X({states}), P({parameters}), G({states})
  INTEGER :: K
  DOUBLE PRECISION :: Q({parameters})
  INTEGER, PARAMETER :: INDEX({parameters}) = (/ {indices} /)
  Q = PAR(INDEX)
  CALL REALSIDE(U, Q, F)
  IF (IJAC == 0) RETURN
  X = U
  P = Q
  DO K = 1, NDIM
    X(K) = DCMPLX(U(K), {step})
    CALL COMPLEXSIDE(X, P, G)
    DFDU(:, K) = AIMAG(G)/{step}
    X(K) = U(K)
  END DO
  IF (IJAC == 1) RETURN
  DO K = 1, {parameters}
    P(K) = DCMPLX(Q(K), {step})
    CALL COMPLEXSIDE(X, P, G)
    DFDP(:, INDEX(K)) = AIMAG(G)/{step}
    P(K) = Q(K)
  END DO
END SUBROUTINE FUNC
SUBROUTINE STPNT(NDIM, U, PAR, T)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(IN) :: T
{start}
END SUBROUTINE STPNT
SUBROUTINE BCND
END SUBROUTINE BCND
SUBROUTINE ICND
END SUBROUTINE ICND
SUBROUTINE FOPT
END SUBROUTINE FOPT
SUBROUTINE PVLS(NDIM, U, PAR)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: PAR(*)
  DOUBLE PRECISION, EXTERNAL :: GETP
  INTEGER :: I
  PAR({amplitude}) = 0d0
  DO I = 1, NDIM
    PAR({amplitude}) = PAR({amplitude}) + GETP('MAX', I, U) - GETP('MIN', I, U)
  END DO
END SUBROUTINE PVLS
"""


def place(position: int) -> int:
    """Where the parameter of this position (from 0) stands in PAR: 1..9, then 31, 32, ...

    PAR(11) is the period, and PAR(10), PAR(12) to PAR(30) have meanings to some of AUTO's modes.
    """
    return position + 1 if position < 9 else position + 22


def problem(model, parameters: Mapping[str, float], state: Mapping[str, float]) -> str:
    """The Fortran file of an autonomous model without a reset, started at an equilibrium."""
    if model.kind != "flow" or model.reset is not None or not model.autonomous:
        raise ValueError(f"{model.name}: AUTO takes autonomous flows without a reset")
    printer = Printer(model)
    indices = [place(i) for i in range(len(model.parameters))]
    start = [f"  U({i}) = {number(state[s])}" for i, s in enumerate(model.states, 1)]
    start += [
        f"  PAR({i}) = {number(parameters[p])}"
        for i, p in zip(indices, model.parameters, strict=True)
    ]
    return PROBLEM.format(
        definitions=max(1, len(model.definitions)),
        temporaries=max(1, printer.temporaries),
        states=len(model.states),
        parameters=max(1, len(indices)),
        indices=", ".join(map(str, indices)) or "1",
        body="\n".join(line for statement in printer.lines for line in folded(statement)),
        start="\n".join(start),
        step=STEP,
        amplitude=AMPLITUDE,
    )


class Printer:
    """The statements that give D and F from X and P."""

    def __init__(self, model):
        self.lines: list[str] = []
        self.temporaries = 0
        self.names = {name: f"X({i})" for i, name in enumerate(model.states, 1)}
        self.names |= {name: f"P({i})" for i, name in enumerate(model.parameters, 1)}
        for k, (name, expression) in enumerate(model.definitions.items(), 1):
            self.lines.append(f"D({k}) = {self.code(expression)}")
            self.names[name] = f"D({k})"
        for i, expression in enumerate(model.equations.values(), 1):
            self.lines.append(f"F({i}) = {self.code(expression)}")

    def code(self, expression: sympy.Expr) -> str:
        """The expression in Fortran; statements that it needs first go to `lines`."""
        if isinstance(expression, sympy.Symbol):
            return self.names[expression.name]
        if expression.is_number and not expression.args:
            return f"({number(expression)})"
        if expression.is_Add:
            return f"({' + '.join(map(self.code, expression.args))})"
        if expression.is_Mul:
            above, below = sympy.fraction(expression, exact=True)
            if below is not sympy.S.One:
                return f"({self.code(above)} / {self.code(below)})"
            return f"({' * '.join(map(self.code, expression.args))})"
        if expression.is_Pow:
            return self.power(expression.base, expression.exp)
        return self.function(expression)

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        if exponent.is_Rational and exponent < 0:
            return f"(1d0 / {self.code(base**-exponent)})"
        if exponent is sympy.S.Half:
            return f"sqrt({self.code(base)})"
        written = str(int(exponent)) if exponent.is_Integer else self.code(exponent)
        return f"({self.code(base)})**{written}"

    def function(self, expression: sympy.Expr) -> str:
        kind = type(expression)
        if kind in FUNCTIONS:
            return f"{FUNCTIONS[kind]}({self.code(expression.args[0])})"
        if kind is nonsmooth.truth:
            a, b = map(self.code, expression.args[1:])
            compared = COMPARED[int(expression.args[0])]
            return f"merge(1d0, 0d0, dble({a}) {compared} dble({b}))"
        # merge wants two of one kind: A(k) is real in one routine, complex in the other.
        return TEMPLATES[kind].format(*map(self.assigned, expression.args))

    def assigned(self, expression: sympy.Expr) -> str:
        code = self.code(expression)
        self.temporaries += 1
        self.lines.append(f"A({self.temporaries}) = {code}")
        return f"A({self.temporaries})"


def number(value: float | sympy.Expr) -> str:
    """A double precision literal.

    >>> number(0.1), number(-3), number(1e-5)
    ('0.1d0', '-3.0d0', '1d-05')
    """
    if isinstance(value, sympy.Rational):
        value = Fraction(int(value.p), int(value.q))
    text = repr(float(value))
    return text.replace("e", "d") if "e" in text else f"{text}d0"


def folded(statement: str) -> list[str]:
    """The statement in lines that are not too long."""
    lines, line = [], " "
    for word in statement.split(" "):
        if len(line) + len(word) > WIDTH:
            lines.append(f"{line} &")
            line = "   "
        line += f" {word}"
    return [*lines, line]
