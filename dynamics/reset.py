"""What happens at a spike of an integrate-and-fire model: a condition, assignments, a pause."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from types import MappingProxyType

from .errors import InvalidArgument
from .tokens import normalised


@dataclass(frozen=True, init=False)
class Reset:
    """At an upward crossing of the condition's margin the assignments take effect.

    condition
        a comparison in the model's names; "V > V_th" has the margin V - V_th
    assignments
        text by state, all taken from the values before the reset: ``Reset("V > 30", V="c",
        u="u + d")``; a state called "condition", "refractory" or "hold" is assigned through
        ``assignments=``
    refractory
        text or number: for so long the states in `hold` keep their values and no spike is fired;
        where it is negative or NaN, the run ends there with the status NOT_FINITE
    hold
        names of the held states; all of them if none is named

    >>> Reset("V > 30", V="c", u="u + d").assignments["u"]
    'u + d'
    """

    condition: str
    assignments: Mapping[str, str]
    refractory: str | None
    hold: tuple[str, ...]

    def __init__(
        self,
        condition: str,
        *,
        refractory: str | float | None = None,
        hold: tuple[str, ...] = (),
        assignments: Mapping[str, str | float] | None = None,
        **by_name: str | float,
    ):
        every = {**(assignments or {}), **by_name}
        if not isinstance(condition, str):
            raise InvalidArgument(
                f"a reset's condition is text such as 'V > 30', not {condition!r}"
            )
        if not every:
            raise InvalidArgument(
                "a reset assigns at least one state, for instance Reset('V > 30', V='c')"
            )
        names = [*every, *hold] if isinstance(hold, tuple | list) else [hold, None]
        if not all(isinstance(name, str) for name in names):
            raise InvalidArgument(f"hold and assignments name states, as in hold=('V',): {hold!r}")
        texts = {normalised(n): as_text(f"the assignment of {n}", v) for n, v in every.items()}
        pause = None if refractory is None else as_text("refractory", refractory)
        object.__setattr__(self, "condition", condition)
        object.__setattr__(self, "assignments", MappingProxyType(texts))
        object.__setattr__(self, "refractory", pause)
        object.__setattr__(self, "hold", tuple(map(normalised, hold)))

    def to_dict(self) -> dict:
        """The fields as JSON types."""
        return {
            "condition": self.condition,
            "assignments": dict(self.assignments),
            "refractory": self.refractory,
            "hold": list(self.hold),
        }

    def __hash__(self) -> int:
        changes = frozenset(self.assignments.items())
        return hash((self.condition, changes, self.refractory, self.hold))

    def __reduce__(self):
        return from_dict, (self.to_dict(),)


def from_dict(fields: Mapping) -> Reset:
    """A reset from `to_dict`."""
    return Reset(
        fields["condition"],
        refractory=fields.get("refractory"),
        hold=tuple(fields["hold"]),
        assignments=fields["assignments"],
    )


def as_text(what: str, value: str | float) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Real) and not isinstance(value, bool) and isfinite(value):
        return repr(float(value))
    raise InvalidArgument(f"{what} is text or a finite number, not {value!r}")
