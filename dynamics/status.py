"""How a computation ended; a `.message` beside it gives the values and the remedy."""

from enum import Enum


class Status(Enum):
    """The reasons for which a computation ends.

    The first line of members are natural ends (`ok`): a run that did what it was asked to do, a
    curve that has no more to show. The others say why it gave up.
    """

    COMPLETED = "completed"
    RANGE_REACHED = "range reached"
    CLOSED = "closed"
    HOPF_REACHED = "ended at a Hopf point"
    BRANCH_REACHED = "ended at a branch that is known"
    PERIOD_DIVERGES = "period diverges"
    BORDER_REACHED = "ended at a border"

    PERIOD_LIMIT = "period limit"
    TOO_MANY_POINTS = "too many points"
    LEFT_BOUNDS = "left its bounds"
    DEGENERATE = "degenerate"
    DIVERGED = "diverged"
    STEP_TOO_SMALL = "step too small"
    TOO_MANY_STEPS = "too many steps"
    TOO_MANY_EVENTS = "too many events"
    NOT_FINITE = "not finite"
    NOT_CONVERGED = "not converged"
    NOT_RESOLVED = "not resolved"
    INTERRUPTED = "interrupted"

    @property
    def ok(self) -> bool:
        """Whether this is a natural end."""
        return self in NATURAL

    @property
    def severity(self) -> int:
        """0 for natural ends, larger the worse: the order of the members."""
        return 0 if self.ok else list(Status).index(self)


NATURAL = frozenset(
    (
        Status.COMPLETED,
        Status.RANGE_REACHED,
        Status.CLOSED,
        Status.HOPF_REACHED,
        Status.BRANCH_REACHED,
        Status.PERIOD_DIVERGES,
        Status.BORDER_REACHED,
    )
)
