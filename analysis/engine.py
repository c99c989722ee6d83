"""The arithmetic of cycles, in NumPy or compiled, and which of the two does the work.

An engine evaluates the field along an orbit (`rates`, `linearised`), says how far the orbit is from
closing (`defects`), and builds the linear `system` whose solutions are Newton's steps; it has
`multipliers` of the orbit's parts. NumPy needs no preparation; the compiled engine is several times
faster, but takes half a second to load and several to compile, once a machine. It is used

    where it is loaded already,
    where it is in the cache and LOADING seconds of work were done or are expected,
    after COMPILING seconds of work on one model,

and always or never with RHEOBASE_ENGINE=compiled or numpy. Their results agree to 1e-10. The
seconds are those that the work usually takes, and no clock is read: the same questions are answered
by the same engine, and to the same digit, however busy the machine is.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..dynamics.engine_wish import engine_wish
from ..dynamics.freed import FreedField
from .floquet import eigenvalues
from .gauss import Gauss
from .periodic_system import PeriodicSystem

if TYPE_CHECKING:
    from .compiled_engine import CompiledEngine

Engine: TypeAlias = "NumpyEngine | CompiledEngine"
LOADING, COMPILING = 2.0, 3.0
POINTS = 100  # of a usual branch
LINEARISATIONS = 3  # for a point of it

# Of this process, by the model's structure: seconds of work in NumPy, and what is compiled.
_seconds: dict[str, float] = defaultdict(float)
_compiled: set[str] = set()


def time_for(points: int, unknowns: int) -> float:
    """Roughly the seconds that NumPy takes: four milliseconds of calls a point, and arithmetic."""
    return points * 4e-3 * (1 + unknowns / 2500)


def better(engine: Engine, expected: float = 0.0) -> Engine:
    """The compiled engine, once it pays for the expected work; it is not given up again."""
    wish = engine_wish()
    if engine.name == "compiled" or wish == "numpy":
        return engine
    if wish == "compiled" or pays(engine, expected):
        from .compiled_engine import CompiledEngine

        _compiled.add(structure_of(engine.field))
        return CompiledEngine(engine.field)
    return engine


def pays(engine: Engine, expected: float) -> bool:
    """Whether work that was done and is to be expected, in seconds, pays for compiled code."""
    structure = structure_of(engine.field)
    spent = _seconds[structure]
    if spent > COMPILING or structure in _compiled:
        return True
    return bool(_compiled or spent + expected > LOADING) and is_cached(engine.field)


def is_cached(field: FreedField) -> bool:
    """Whether nothing would have to be compiled."""
    from .compiled_engine import is_cached

    return is_cached(field.field.system)


def structure_of(field: FreedField) -> str:
    return field.field.system.structure


class NumpyEngine:
    """Vectorised over the Gauss points and the intervals."""

    name = "numpy"
    system = PeriodicSystem
    eigenvalues = staticmethod(eigenvalues)

    def __init__(self, field: FreedField):
        self.field = field

    def rates(self, X: np.ndarray, value: float | np.ndarray) -> np.ndarray:
        """f at the Gauss points, (N, m, n); X (N, m + 1, n) at the nodes."""
        return rows_of(self.field.f(columns_of(X, value)), X)

    def linearised(
        self, X: np.ndarray, value: float | np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, bool]:
        """f, [df/dx, df/dlambda] (N, m, n, n + k), and whether all that is finite."""
        _seconds[structure_of(self.field)] += time_for(1, X.size) / LINEARISATIONS
        f, matrix = self.field.linearisation(columns_of(X, value))
        f, matrix = rows_of(f, X), rows_of(matrix.reshape(-1, f.shape[1]), X)
        return f, matrix.reshape(*f.shape, -1), bool(np.isfinite(matrix).all())

    def defects(
        self,
        gauss: Gauss,
        h: np.ndarray,
        X: np.ndarray,
        reference: np.ndarray,
        row: np.ndarray,
        T: float,
        f: np.ndarray,
    ) -> np.ndarray:
        """u' - T f at the Gauss points, the gaps between intervals, and <u - reference, row>."""
        inner = gauss.slopes @ X
        inner /= h[:, None, None]
        inner -= T * f
        gaps = gauss.end @ X
        gaps[:-1] -= X[1:, 0]
        gaps[-1] -= X[0, 0]
        phase = np.vdot(X[:, 1:] - reference[:, 1:], row)
        return np.concatenate([inner.ravel(), gaps.ravel(), [phase]])


def columns_of(X: np.ndarray, value: float | np.ndarray) -> np.ndarray:
    """(states, parameters) at all Gauss points, one a column."""
    N, nodes, n = X.shape
    columns = np.empty((n + np.size(value), N * (nodes - 1)))
    columns[:n] = X[:, 1:].reshape(-1, n).T
    columns[n:] = np.reshape(value, (-1, 1))
    return columns


def rows_of(columns: np.ndarray, X: np.ndarray) -> np.ndarray:
    """(rows, N m) as (N, m, rows)."""
    return np.ascontiguousarray(columns.T).reshape(X.shape[0], X.shape[1] - 1, -1)
