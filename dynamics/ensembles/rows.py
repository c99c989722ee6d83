"""Which row of a block's buffer holds what, for one kernel."""

from dataclasses import dataclass

from ..kernels.ensemble_layout import FIXED


@dataclass(frozen=True)
class Rows:
    """The rows of a kernel with n states, m parameters (`derived` ones included), and so on."""

    states: int
    parameters: int
    sources: int
    observed: int

    @property
    def old(self) -> int:
        """The first row of the states at the begin of the step; that of the states is FIXED."""
        return FIXED + self.states

    @property
    def p(self) -> int:
        return FIXED + 2 * self.states

    @property
    def z(self) -> int:
        """Normal random numbers: of even steps, then of odd ones."""
        return self.p + self.parameters

    @property
    def value(self) -> int:
        """What is observed: the value, then its minimum, maximum and integral."""
        return self.z + 2 * self.sources

    @property
    def minimum(self) -> int:
        return self.value + self.observed

    @property
    def maximum(self) -> int:
        return self.value + 2 * self.observed

    @property
    def integral(self) -> int:
        return self.value + 3 * self.observed

    @property
    def total(self) -> int:
        return self.value + 4 * self.observed

    @property
    def in_groups(self) -> int:
        """Rows of a group beyond the FIXED ones."""
        return 2 * self.states + self.parameters + 2 * self.sources
