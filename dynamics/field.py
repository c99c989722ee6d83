"""The vector field of a model as vectorised NumPy functions, generated once a structure.

    f(x, p, t)           right sides                  (n,) or (n, M)
    jacobian(x, p, t)    df_i/dx_j                    (n, n) or (n, n, M)
    linearisation(x, p, t)    both
    dfdp(x, p, t)        df_i/dp_j                    (n, m) or (n, m, M)
    B(x, p, u, v, t)     sum f_i,jk u_j v_k           second directional derivative
    C(x, p, u, v, w, t)  sum f_i,jkl u_j v_k w_l      third

`p` holds the parameters in the order of `model.parameters`: numbers (m,) or one column a point
(m, M). Source text is kept on disk, so that a warm start does no symbolic work.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import cache
from .floats import NOT_REAL, with_floats

if TYPE_CHECKING:
    from .system import System

REMEMBERED = 256
_fields: dict[str, "VectorField"] = {}
# The files that make source text: a change in one of them makes stored text stale.
GENERATORS = [
    Path(__file__).with_name(f"{name}.py")
    for name in (
        *("builder", "codegen", "constants", "derivatives", "equations", "exponentials", "field"),
        *("functions", "nonsmooth", "program", "singular", "system"),
    )
]
HEAD = """from numpy import (
    abs, arccos, arcsin, arctan, cos, cosh, empty, exp, floor, heaviside, log, maximum, minimum,
    power, sign, sin, sinh, sqrt, tan, tanh, where,
)
from rheobase.dynamics.removable import bernoulli, exprel, sinc


def evaluate(out, x, p, t{arguments}):
"""


class VectorField:
    """Compiled functions of one structure; parameter values are arguments."""

    def __init__(self, system: "System"):
        self.system = system
        self.states, self.parameters = system.states, system.parameters

    def __repr__(self) -> str:
        return f"<VectorField of {', '.join(self.states)}: f, jacobian, dfdp, B, C>"

    def __reduce__(self):
        raise TypeError("a VectorField is compiled code; pickle its Model instead")

    def parameter_array(self, values: Mapping[str, float]) -> np.ndarray:
        """Parameter values as the array p."""
        return np.array([values[name] for name in self.parameters], dtype=float)

    def f(self, x, p, t=0.0) -> np.ndarray:
        """Right sides: derivatives of a flow, next values of a map."""
        return self._call("f", (len(self.states),), x, p, t)

    def at_points(self, p: np.ndarray) -> Callable[[float, np.ndarray], list[float]]:
        """f as a function (t, x) of single points, without checks: for solvers in Python."""
        by_floats, values, n = self._by_floats("f"), p.tolist(), len(self.states)

        def rates(t: float, x: np.ndarray) -> list[float]:
            out = [0.0] * n
            try:
                return by_floats(out, x.tolist(), values, t)
            except NOT_REAL:
                return self.f(x, p, t).tolist()

        return rates

    def at_point(self, what: str, p: np.ndarray) -> Callable[..., np.ndarray]:
        """A function such as "linearisation" or "B" of single points x and vectors: all values in
        one row, without checks, at time 0. For loops that ask for little, often."""
        n, values = len(self.states), p.tolist()
        size = n + n * n if what == "linearisation" else n

        def evaluate(x: np.ndarray, *vectors: np.ndarray) -> np.ndarray:
            by_floats, rows = self._by_floats(what), [v.tolist() for v in vectors]
            try:
                return np.array(by_floats([0.0] * size, x.tolist(), values, 0.0, *rows))
            except NOT_REAL:
                return self._at_point(what, size, x, p, 0.0, vectors)

        return evaluate

    def jacobian(self, x, p, t=0.0) -> np.ndarray:
        """Derivatives of the right sides in the states."""
        n = len(self.states)
        return self._call("jacobian", (n, n), x, p, t)

    def linearisation(self, x, p, t=0.0) -> tuple[np.ndarray, np.ndarray]:
        """f and the Jacobian at once: what they share is computed once."""
        n = len(self.states)
        both = self._call("linearisation", (n + n * n,), x, p, t)
        return both[:n], both[n:].reshape(n, n, *both.shape[1:])

    def dfdp(self, x, p, t=0.0) -> np.ndarray:
        """Derivatives of the right sides in the parameters."""
        return self._call("dfdp", (len(self.states), len(self.parameters)), x, p, t)

    def B(self, x, p, u, v, t=0.0) -> np.ndarray:
        """The second derivative along u and v."""
        return self._call("B", (len(self.states),), x, p, t, u, v)

    def C(self, x, p, u, v, w, t=0.0) -> np.ndarray:
        """The third derivative along u, v and w."""
        return self._call("C", (len(self.states),), x, p, t, u, v, w)

    def D(self, x, p, *vectors, t=0.0) -> np.ndarray:
        """The fourth derivative along four vectors."""
        return self._call("D", (len(self.states),), x, p, t, *vectors)

    def E(self, x, p, *vectors, t=0.0) -> np.ndarray:
        """The fifth derivative along five vectors."""
        return self._call("E", (len(self.states),), x, p, t, *vectors)

    def definitions(self, x, p, t=0.0) -> np.ndarray:
        """The values of all definitions, one row each."""
        return self._call("definitions", (len(self.system.definitions),), x, p, t)

    def values(self, what: str, x, p, t=0.0) -> np.ndarray:
        """Other expressions of the system: "margin", "after", "pause" or "noise"."""
        return self._call(what, (len(self._outputs[what]),), x, p, t)

    def _call(self, what: str, shape: tuple[int, ...], x, p, t, *vectors) -> np.ndarray:
        x, p = np.asarray(x, dtype=float), np.asarray(p, dtype=float)
        directions = [np.asarray(v, dtype=float) for v in vectors]
        self._check(x, p, directions)
        arrays = (x, p, *directions)
        if not np.ndim(t) and all(a.ndim == 1 for a in arrays):
            return self._at_point(what, math.prod(shape), x, p, t, directions).reshape(shape)
        evaluate = self._function(what)
        points = np.broadcast_shapes(*(a.shape[1:] for a in arrays), np.shape(t))
        out = np.empty((math.prod(shape), *points))
        with np.errstate(all="ignore"):
            evaluate(out, x, p, np.asarray(t, dtype=float), *directions)
        return out.reshape(*shape, *points)

    def _at_point(self, what: str, size: int, x, p, t, directions) -> np.ndarray:
        """By floats; where these raise or leave the reals, NumPy's inf and nan are the answer."""
        values = [v.tolist() for v in directions]
        try:
            return np.array(
                self._by_floats(what)([0.0] * size, x.tolist(), p.tolist(), float(t), *values)
            )
        except NOT_REAL:
            out = np.empty(size)
            with np.errstate(all="ignore"):
                self._function(what)(out, x, p, np.float64(t), *directions)
            return out

    def _check(self, x: np.ndarray, p: np.ndarray, vectors: Sequence[np.ndarray]) -> None:
        n, m = len(self.states), len(self.parameters)
        for name, array, rows in (("x", x, n), ("p", p, m), *(("a vector", v, n) for v in vectors)):
            if array.ndim not in (1, 2) or len(array) != rows:
                from .errors import InvalidArgument

                raise InvalidArgument(
                    f"{name} has {rows} rows, one for each of "
                    f"{', '.join(self.parameters if array is p else self.states)}; "
                    f"this array has the shape {array.shape}"
                )

    def _function(self, what: str) -> Callable:
        if what not in self._compiled:
            text = cache.store_text(
                what, self.system.structure, lambda: self._source(what), GENERATORS
            )
            self._compiled[what] = cache.generated(what, text, needs_numba=False).evaluate
        return self._compiled[what]

    def _by_floats(self, what: str) -> Callable:
        if what not in self._at_points:
            self._at_points[what] = with_floats(self._function(what))
        return self._at_points[what]

    @cached_property
    def _at_points(self) -> dict[str, Callable]:
        return {}

    @cached_property
    def _compiled(self) -> dict[str, Callable]:
        return {}

    @cached_property
    def _outputs(self) -> dict[str, list]:
        system = self.system
        return {
            "f": list(system.right_sides),
            "definitions": list(system.definitions_in_full.values()),
            "margin": [] if system.margin is None else [system.margin],
            "pause": [] if system.pause is None else [system.pause],
            "after": list(system.after),
            "noise": [e for row in system.noise for e in row],
        }

    def _source(self, what: str) -> str:
        from .codegen import NUMPY, Printer
        from .derivatives import derivative_program

        program, vectors = derivative_program(self.system, self._outputs, what)
        names = symbol_names(self.system)
        for letter, vector in zip("uvwyz", vectors, strict=False):
            names |= {s: f"{letter}[{i}]" for i, s in enumerate(vector)}
        printer = Printer(names, NUMPY)
        results = printer.run(program)
        body = printer.lines + [f"out[{i}] = {code}" for i, code in enumerate(results)]
        body.append("return out")
        arguments = "".join(f", {letter}" for letter, _ in zip("uvwyz", vectors, strict=False))
        return HEAD.format(arguments=arguments) + "\n".join(f"    {line}" for line in body) + "\n"


def symbol_names(system: "System") -> dict:
    """How the generated code spells states, parameters and time."""
    from .equations import symbol

    names = {s: f"x[{i}]" for i, s in enumerate(system.state_symbols)}
    names |= {s: f"p[{i}]" for i, s in enumerate(system.parameter_symbols)}
    return names | {symbol("t"): "t"}


def field_of(system: "System") -> VectorField:
    """The field of a structure, shared by all models that have it."""
    key = system.structure
    if key not in _fields:
        if len(_fields) >= REMEMBERED:
            _fields.pop(next(iter(_fields)))
        _fields[key] = VectorField(system)
    return _fields[key]
