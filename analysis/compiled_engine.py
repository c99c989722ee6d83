"""The compiled engine of cycles: the kernels of dynamics/kernels, and the model by address."""

import functools
from types import ModuleType

import numpy as np

from ..dynamics import cache, compiled
from ..dynamics.freed import FreedField, freed
from ..dynamics.model import Model
from ..dynamics.system import System
from .floquet import SWEEPS, eigenvalues, of_turned
from .gauss import Gauss
from .periodic_system import FEW, GROWTH, PeriodicSystem

KERNELS = ("collocation", "periodic_system", "orthogonal_iteration")
PARTS = ("field", "linearisation")


@functools.cache
def kernel(name: str) -> ModuleType:
    """A module of compiled functions."""
    return cache.kernel(name)


@functools.lru_cache(maxsize=256)
def is_cached(system: System) -> bool:
    """Whether nothing would have to be compiled; asked once in a process, for it takes a while."""
    return all(map(cache.kernel_exists, KERNELS)) and all(
        compiled.address_exists(system, part) for part in PARTS
    )


def prepare(model: Model) -> None:
    """Compile what following the cycles of a model in its usual parameter takes, if it has any."""
    if model.kind == "flow" and model.autonomous and model.natural is not None:
        CompiledEngine(freed(model, model.natural[0]))


class CompiledEngine:
    """What `NumpyEngine` does, to 1e-10."""

    name = "compiled"

    def __init__(self, field: FreedField):
        self.field = field
        self.collocation, *_ = map(kernel, KERNELS)
        self.parts = tuple(compiled.address(field.field.system, part) for part in PARTS)
        size = field.n + field.k
        self.x, self.out = np.empty(size), np.empty(size * (size + 1))

    def rates(self, X: np.ndarray, value: float | np.ndarray) -> np.ndarray:
        f = np.empty((X.shape[0], X.shape[1] - 1, X.shape[2]))
        self.x[self.field.n :] = value
        self.collocation.rates(self.parts, self.field.p, plain(X), self.x, self.out, f)
        return f

    def linearised(
        self, X: np.ndarray, value: float | np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, bool]:
        f = np.empty((X.shape[0], X.shape[1] - 1, X.shape[2]))
        matrix = np.empty((*f.shape, len(self.x)))
        self.x[self.field.n :] = value
        largest = self.collocation.linearise(
            self.parts, self.field.p, plain(X), self.x, self.out, f, matrix
        )
        return f, matrix, largest < np.inf

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
        out = np.empty(X.size + 1)
        self.collocation.defects(
            gauss.slopes, gauss.end, h, plain(X), plain(reference), plain(row), T, f, out
        )
        return out

    def system(
        self,
        gauss: Gauss,
        h: np.ndarray,
        TA: np.ndarray,
        columns: np.ndarray,
        rows: np.ndarray,
        corner: np.ndarray,
        twist: complex,
        scale: np.ndarray,
    ) -> PeriodicSystem:
        real = not any(np.iscomplexobj(part) for part in (columns, rows, corner, twist))
        made = CompiledSystem if real else PeriodicSystem
        return made(gauss, h, TA, columns, rows, corner, twist, scale)

    @staticmethod
    def eigenvalues(parts: np.ndarray) -> np.ndarray:
        n = parts.shape[1]
        if n < 3:
            return eigenvalues(parts)
        q, before, product, work = np.empty((4, n, n))
        kernel("orthogonal_iteration").sweep(plain(parts), SWEEPS, q, before, product, work)
        return of_turned(before @ q.T, product)


class CompiledSystem(PeriodicSystem):
    """`PeriodicSystem` with real coefficients, factored and solved by compiled code."""

    def __post_init__(self) -> None:
        self.kernel = kernel("periodic_system")
        self.shape = N, m, n, k = self.columns.shape
        lanes, both = kernel("interval_lu").LANES, n + k
        batches, size = -(-N // lanes), m * n
        self.factors = np.empty((batches, size, size + both, lanes))
        self.pivots = np.empty((batches, size, lanes), dtype=np.int64)
        self.weights = np.empty((batches, size, k, lanes))
        self.work = np.empty((both + 1, lanes))
        self.maps = np.empty((N, both, both))
        pairs, heads = np.empty((N, 2), dtype=np.int64), np.empty(N, dtype=np.int64)
        self.reach, self.carry = np.empty((N, n, both)), np.empty((N, both, n))
        merged, parts = self.kernel.condense(
            self.gauss.end,
            self.gauss.slopes,
            plain(self.h),
            plain(self.TA),
            plain(self.columns),
            plain(self.rows),
            plain(self.scale),
            self.factors,
            self.pivots,
            self.weights,
            self.maps,
            pairs,
            self.reach,
            self.carry,
            heads,
            self.work[0],
            FEW,
            GROWTH,
        )
        self.pairs, self.heads = pairs[:merged], heads[:parts]
        whole = parts * n + k
        self.dense_factors = np.empty((whole, whole))
        self.exchanges = np.zeros(whole + 1, dtype=np.int64)
        self.row, self.column = np.empty((2, whole))
        self.orientation = self.kernel.close(
            self.maps,
            self.heads,
            plain(self.corner),
            float(np.real(self.twist)),
            plain(self.scale),
            self.dense_factors,
            self.exchanges,
            self.row,
            self.column,
        )

    def solve(
        self, r: np.ndarray | None, q: np.ndarray, gaps: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        if any(side is not None and np.iscomplexobj(side) for side in (r, q, gaps)):
            return self._solve_complex(r, q, gaps)
        N, m, n, k = self.shape
        count = q.shape[1]
        nodes, s = np.empty((N, m + 1, n, count)), np.empty((k, count))
        self.kernel.solve(
            self.gauss.end,
            self.factors,
            self.pivots,
            self.weights,
            self.pairs,
            self.reach,
            self.carry,
            self.heads,
            self.dense_factors,
            self.exchanges,
            self.row,
            self.column,
            np.empty((0, m, n, count)) if r is None else plain(r),
            plain(q),
            np.empty((0, n, count)) if gaps is None else plain(gaps),
            np.empty((len(self.factors), m * n, count, self.factors.shape[-1])),
            np.zeros((N, n + k, count)),
            self.work,
            np.empty(len(self.row)),
            nodes,
            s,
        )
        return nodes, s

    def _solve_complex(
        self, r: np.ndarray | None, q: np.ndarray, gaps: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Real and imaginary parts are solved for side by side."""

        def both(side: np.ndarray) -> np.ndarray:
            return np.concatenate([side.real, side.imag], axis=-1)

        nodes, s = self.solve(
            None if r is None else both(r), both(q), None if gaps is None else both(gaps)
        )
        count = s.shape[1] // 2
        return nodes[..., :count] + 1j * nodes[..., count:], s[:, :count] + 1j * s[:, count:]


def plain(array: np.ndarray) -> np.ndarray:
    """The array as compiled code expects it: contiguous, writeable floats."""
    flags = array.flags
    if array.dtype == float and flags.c_contiguous and flags.writeable:
        return array
    return np.array(array, dtype=float, order="C")
