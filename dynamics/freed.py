"""A model with some parameters set free: they become states that rest, the last of the vector z.

What follows a curve in the space of states and parameters needs the derivatives in both. With
z = (x, lambda) one Jacobian holds df/dx and df/dlambda side by side, and the second and third
directional derivatives hold every mixed term.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

import numpy as np

from .errors import InvalidArgument, UnknownName
from .field import VectorField
from .model import Model


class FreedField:
    """f and its derivatives at z = (x, lambda), vectorised over columns.

    f(z)                (n,) or (n, M)
    linearisation(z)    f and the matrix [df/dx, df/dlambda], (n, n + k)
    B(z, u, v), C(z, u, v, w), D, E    along two to five vectors of the length of z
    """

    def __init__(self, model: Model, names: Sequence[str]):
        self.model, self.names = model, tuple(names)
        self.field = freed_field(model, self.names)
        self.n, self.k = len(model.states), len(self.names)
        self.p = self.field.parameter_array(model.parameters)
        # the freed states come last in the text and hence in z

    def f(self, z: np.ndarray) -> np.ndarray:
        return self.field.f(z, self.p)[: self.n]

    def linearisation(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if z.ndim == 1:
            n, size = self.n, self.n + self.k
            both = self._at_point["linearisation"](z)
            return both[:n], both[size : size + n * size].reshape(n, size)
        f, matrix = self.field.linearisation(z, self.p)
        return f[: self.n], matrix[: self.n]

    @cached_property
    def _at_point(self) -> dict[str, Callable[..., np.ndarray]]:
        return {what: self.field.at_point(what, self.p) for what in ("linearisation", "B", "C")}

    def B(self, z: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        if z.ndim == u.ndim == v.ndim == 1:
            return self._at_point["B"](z, u, v)[: self.n]
        return self.field.B(z, self.p, u, v)[: self.n]

    def C(self, z: np.ndarray, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        if z.ndim == u.ndim == v.ndim == w.ndim == 1:
            return self._at_point["C"](z, u, v, w)[: self.n]
        return self.field.C(z, self.p, u, v, w)[: self.n]

    def D(self, z: np.ndarray, *vectors: np.ndarray) -> np.ndarray:
        return self.field.D(z, self.p, *vectors)[: self.n]

    def E(self, z: np.ndarray, *vectors: np.ndarray) -> np.ndarray:
        return self.field.E(z, self.p, *vectors)[: self.n]

    def model_at(self, z: np.ndarray) -> Model:
        """The model with the states and the free parameters of z."""
        names = (*self.model.states, *self.names)
        return self.model.replace(dict(zip(names, map(float, z), strict=True)))


def freed(model: Model, *names: str) -> FreedField:
    """The field of an autonomous model in its states and these parameters."""
    for name in names:
        if name not in model.parameters:
            raise UnknownName(name, f"a parameter of {model.name}", model.parameters)
    if not model.autonomous:
        raise InvalidArgument(
            f"{model.name} depends on time (t): its equilibria and cycles in a parameter are not "
            "defined. Write the drive as two more states, for instance x' = -w*y, y' = w*x."
        )
    return FreedField(model, names)


@lru_cache(maxsize=256)
def freed_field(model: Model, names: tuple[str, ...]) -> VectorField:
    """The field whose states are those of the model and then the freed parameters."""
    still = "" if model.kind == "map" else "0*"
    resting = "".join(f"\n{name}' = {still}{name}" for name in names)
    return Model(
        model.name,
        model.text + resting,
        parameters={name: v for name, v in model.parameters.items() if name not in names},
        start={**model.start, **{name: model.parameters[name] for name in names}},
        kind=model.kind,
    ).field
