"""How a computation ended; a `.message` beside it gives the values and the remedy."""

from enum import Enum


class Status(Enum):
    """The reasons for which a computation ends; `Status.COMPLETED` is the only success."""

    COMPLETED = "completed"
    DIVERGED = "diverged"
    STEP_TOO_SMALL = "step too small"
    TOO_MANY_STEPS = "too many steps"
    TOO_MANY_EVENTS = "too many events"
    NOT_FINITE = "not finite"
    INTERRUPTED = "interrupted"

    @property
    def ok(self) -> bool:
        """Whether the computation did what it was asked to do."""
        return self is Status.COMPLETED
