"""The equations of a model with a reset, one parameter set free: its flow, and what a spike does.

With z = (x, lambda):

    flow        x' = f(z); where a pause holds states, x' = M f(z) with M = diag(1 - held)
    margin      a spike is due where g(z) crosses zero upward
    jump        x -> R(z), taken before the pause of tau(z), both from the state before the spike

The derivatives of g, R and tau are symbolic: they are the Jacobian of a model of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.field import VectorField
from ..dynamics.freed import FreedField, freed
from ..dynamics.model import Model

if TYPE_CHECKING:
    from ..dynamics.system import System


@dataclass(frozen=True)
class Event:
    """Margin, state after the jump and pause of points z, with their derivatives in z."""

    margin: np.ndarray  # (M,)
    after: np.ndarray  # (n, M)
    pause: np.ndarray  # (M,)
    margin_slope: np.ndarray  # (n + 1, M)
    after_slope: np.ndarray  # (n, n + 1, M)
    pause_slope: np.ndarray  # (n + 1, M)
    kinks: np.ndarray  # (kinks, M): zero where the jump or the pause is not smooth
    kink_slopes: np.ndarray  # (kinks, n + 1, M)


class ResetField:
    """Flow, margin, jump and pause, vectorised over columns z (n + 1, M)."""

    def __init__(self, model: Model, parameter: str):
        if model.reset is None:
            raise InvalidArgument(f"{model.name} has no reset")
        self.model, self.parameter = model, parameter
        self.free: FreedField = freed(model, parameter)
        self.n = self.free.n
        self.pauses = model._system.pause is not None
        held = np.array(model._system.held, dtype=bool)
        self.moving = np.where(held, 0.0, 1.0)  # during a pause
        self.events = event_field(model, parameter)
        self.p = self.events.parameter_array(model.parameters)
        self.extra = len(self.events.states) - self.n - 1  # margin, pause, kinks

    def flow(self, z: np.ndarray) -> np.ndarray:
        return self.free.f(z)

    def linearised(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f (n, M) and [df/dx, df/dlambda] (n, n + 1, M)."""
        return self.free.linearisation(z)

    def margin(self, z: np.ndarray) -> np.ndarray:
        """g of columns."""
        return self.events.f(self._padded(z), self.p)[self.n + 1]

    def event(self, z: np.ndarray) -> Event:
        n = self.n
        values, slopes = self.events.linearisation(self._padded(z), self.p)
        slopes = slopes[:, : n + 1]
        return Event(
            values[n + 1],
            values[:n],
            values[n + 2],
            slopes[n + 1],
            slopes[:n],
            slopes[n + 2],
            values[n + 3 :],
            slopes[n + 3 :],
        )

    def _padded(self, z: np.ndarray) -> np.ndarray:
        return np.concatenate([z, np.zeros((self.extra, *z.shape[1:]))])

    def at(self, value: float) -> "PointField":
        return PointField(self, value)


class PointField:
    """Flow and event of single points at one parameter value: for integration in Python."""

    def __init__(self, field: ResetField, value: float):
        self.field, self.value, self.n = field, value, field.n
        model = field.model.replace({field.parameter: value})
        self.model, self.p = model, model.field.parameter_array(model.parameters)
        self.rates: Callable = model.field.at_points(self.p)
        self.moving = field.moving
        self._margin, self._values = self.model.field._function("margin"), self.p.tolist()

    def margin(self, x: np.ndarray) -> np.ndarray:
        """g of one state (n,), or of columns (n, M)."""
        return self.model.field.values("margin", x, self.p)[0]

    def margin_at(self, y: np.ndarray) -> float:
        """g of one state, without checks; y may have more components behind."""
        try:
            return float(self._margin([0.0], y.tolist(), self._values, 0.0)[0])
        except (ArithmeticError, TypeError):
            return float(self.margin(y[: self.n]))

    def jump(self, x: np.ndarray) -> np.ndarray:
        return self.model.field.values("after", x, self.p)

    def pause(self, x: np.ndarray) -> float:
        return float(self.model.field.values("pause", x, self.p)[0]) if self.field.pauses else 0.0

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        return self.model.field.jacobian(x, self.p)


@lru_cache(maxsize=64)
def event_field(model: Model, parameter: str) -> VectorField:
    """The field whose right sides are R, 0 (of the parameter), the margin, the pause, and what is
    zero where R or the pause have kinks or jumps."""
    system = model._system
    known = {*model.states, *model.parameters, *model.definitions}
    margin, pause = unused("margin", known), unused("pause", known)
    equations: dict = dict(zip(model.states, system.after, strict=True))
    equations[parameter] = "0"
    equations[margin] = system.margin
    equations[pause] = "0" if system.pause is None else system.pause
    for kink in kinks_of(system):
        name = unused("kink", known | set(equations))
        equations[name] = kink
    return Model(
        f"reset of {model.name}",
        equations,
        parameters={name: v for name, v in model.parameters.items() if name != parameter},
        start=dict.fromkeys(equations, 0.0),
    ).field


def kinks_of(system: "System") -> list:
    """The expressions that vanish where the jump or the pause is not smooth."""
    from ..dynamics.nonsmooth import NonSmooth

    parts = [*system.after, *([] if system.pause is None else [system.pause])]
    found = {
        margin: None
        for part in parts
        for function in sorted(part.atoms(NonSmooth), key=str)
        for margin in function.margins()
        if margin.free_symbols
    }
    return list(found)


def unused(name: str, known: set[str]) -> str:
    while name in known:
        name += "_"
    return name
