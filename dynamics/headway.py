"""Whether an integration gets on: it is ended where it stands still, or would fill the memory.

Where the equations jump so that both sides lead back to the jump, a solver crosses it again and
again with ever shorter steps; close to a singularity its steps shrink with the distance. Time then
nearly stops. Over LOOK tried steps it must advance by a part LEAST of the span; where many of them
are rejected, as at a jump, by a part SLIDING.
"""

from typing import TYPE_CHECKING

from .status import Status

if TYPE_CHECKING:
    from .marching import March

LOOK = 100_000
LEAST, SLIDING, OFTEN = 1e-9, 1e-6, 0.1
MOST_NUMBERS = 2**28  # that a run stores: 2 GiB


class Headway:
    """What an integration over a span has achieved since it was last looked at."""

    def __init__(self, state: "March", span: float):
        self.state, self.span = state, span
        self.tried, self.rejected, self.time = 0, 0, state.time

    def lost(self) -> tuple[Status, str] | None:
        """Why to end here, if there is a reason."""
        state = self.state
        numbers = state.accepted * (len(state.x) + 1)
        if state.store and numbers > MOST_NUMBERS:
            return Status.TOO_MANY_STEPS, (
                f"Gave up at t = {state.time:.10g} with {state.accepted} nodes stored, which fill "
                f"{numbers / 2**27:.1f} GiB. Run in several parts, or loosen the tolerance."
            )
        tried = state.tried - self.tried
        if tried < LOOK:
            return None
        often = state.rejected - self.rejected > OFTEN * tried
        advance = abs(state.time - self.time)
        if advance < (SLIDING if often else LEAST) * self.span:
            return Status.STEP_TOO_SMALL, (
                f"The last {tried} steps advanced by {advance:.2g} only: the solution slides along "
                f"a jump of the equations (or they are singular) at t = {state.time:.10g}; smooth "
                "the jump, for instance x/sqrt(x^2 + eps^2) for sign(x), or end the run before."
            )
        self.tried, self.rejected, self.time = state.tried, state.rejected, state.time
        return None
