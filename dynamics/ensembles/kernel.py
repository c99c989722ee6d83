"""What a kernel is made for: a model, a scheme, what is looked for on the way."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy

from ..equations import symbol
from ..singular import without_singularities
from ..unrolled import constant_divisors
from .noise_terms import WITH_NOISE
from .rows import Rows

if TYPE_CHECKING:
    from ..system import System

# rows of (c, a, b): the stage at t + c h from x + a h k_previous, its weight b in the sum
TABLES = {
    "euler": ((0.0, 0.0, 1.0),),
    "rk2": ((0.0, 0.0, 0.0), (0.5, 0.5, 1.0)),
    "heun": ((0.0, 0.0, 0.5), (1.0, 1.0, 0.5)),
    "rk4": ((0.0, 0.0, 1 / 6), (0.5, 0.5, 1 / 3), (0.5, 0.5, 1 / 3), (1.0, 1.0, 1 / 6)),
}
SCHEMES = (*TABLES, "exponential-euler", *WITH_NOISE, "iteration")


@dataclass(frozen=True)
class Kernel:
    """What a kernel is made for.

    watched
        the expression whose upward crossing of a level is a spike, for a model without a reset;
        None where nobody asks for spikes
    observed
        expressions whose extrema and mean are taken
    on_grid
        resets at the end of the step in which the threshold is met, not inside it
    counted
        whether such resets are recorded as spikes
    single
        whether steps are taken in single precision
    """

    system: "System"
    scheme: str
    watched: sympy.Expr | None = None
    observed: tuple[sympy.Expr, ...] = ()
    on_grid: bool = False
    counted: bool = True
    single: bool = False

    @cached_property
    def resets(self) -> bool:
        return self.system.margin is not None

    @cached_property
    def pauses(self) -> bool:
        return self.system.pause is not None

    @cached_property
    def located(self) -> bool:
        """Whether steps are taken again at their spikes."""
        return self.resets and not self.on_grid

    @cached_property
    def events(self) -> bool:
        return self.resets or self.watched is not None

    @property
    def treatment(self) -> str | None:
        """Which of `kernels/events.py` treats the members that meet a threshold."""
        if self.located:
            return "located"
        if self.resets:
            return "on_grid" if self.counted else None
        return "watched" if self.events else None

    @cached_property
    def smooth(self) -> list[sympy.Expr]:
        return [without_singularities(e) for e in self.system.right_sides]

    @cached_property
    def divisors(self) -> dict:
        """1/C and the like, worked out once: derived parameters."""
        return constant_divisors(self.smooth, set(self.system.parameter_symbols))

    @cached_property
    def rows(self) -> Rows:
        system = self.system
        noisy = self.scheme in WITH_NOISE
        return Rows(
            len(system.states),
            len(system.parameters) + len(self.divisors),
            len(system.sources) if noisy else 0,
            len(self.observed),
        )

    @cached_property
    def names(self) -> dict:
        system = self.system
        names = {s: f"x{i}" for i, s in enumerate(system.state_symbols)}
        names |= {s: f"p{j}" for j, s in enumerate(system.parameter_symbols)}
        names[symbol("t")] = "t"
        m = len(system.parameters)
        return names | {s: f"p{m + j}" for j, s in enumerate(self.divisors.values())}

    def listed(self, letter: str) -> list[str]:
        """x0, x1, ... for the states, p for parameters, z for random numbers."""
        rows = self.rows
        count = {"x": rows.states, "u": rows.states, "p": rows.parameters, "z": rows.sources}
        return [f"{letter}{i}" for i in range(count[letter])]
