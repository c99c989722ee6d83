"""Shot noise of a model: arrivals of a Poisson process, each of which makes a state jump."""

from collections.abc import Mapping
from dataclasses import dataclass

from .reset import as_text


@dataclass(frozen=True, init=False)
class Poisson:
    """Arrivals at a rate, each of which adds a jump to the state that the term belongs to.

    rate
        expected arrivals per unit of the model's time: text in the model's names, or a number. It
        may vary with time and with the states; where it is negative, infinite or NaN, a run
        ends with the status NOT_FINITE
    jump
        what an arrival adds to the state: text in the names of the model, whose states are those
        just before the arrival, or a number

    It stands among the noise terms of a model, ``noise=dict(g=Poisson("nu", "w"))``; two states
    that name one source, ``dict(g=dict(a=Poisson("nu", "w")), h=dict(a=Poisson("nu", "u")))``, jump
    at the same arrivals, and then the rates must be the same.

    For g' = -g/tau the stationary mean and variance are (N. Campbell, Proc. Camb. Philos. Soc. 15
    (1909) 117-136)

        mean(g) = nu w tau,    var(g) = nu w^2 tau/2

    >>> print(Poisson("nu", "w"))
    Poisson(rate=nu, jump=w)
    """

    rate: str
    jump: str

    def __init__(self, rate: str | float, jump: str | float):
        object.__setattr__(self, "rate", as_text("the rate of a Poisson source", rate))
        object.__setattr__(self, "jump", as_text("the jump of a Poisson source", jump))

    def to_dict(self) -> dict[str, str]:
        """Both texts."""
        return {"rate": self.rate, "jump": self.jump}

    def __str__(self) -> str:
        return f"Poisson(rate={self.rate}, jump={self.jump})"


Term = str | Poisson


def term_of(what: str, given: object) -> Term:
    """A noise term: an amplitude as text, or a Poisson source (also from its `to_dict`)."""
    if isinstance(given, Poisson):
        return given
    if is_poisson(given):
        return Poisson(given["rate"], given["jump"])  # type: ignore[index]
    return as_text(what, given)  # type: ignore[arg-type]


def is_poisson(given: object) -> bool:
    """Whether this is what `Poisson.to_dict` gives."""
    if not isinstance(given, Mapping) or given.keys() != {"rate", "jump"}:
        return False
    return not any(isinstance(text, Mapping | Poisson) for text in given.values())


def stored(term: Term) -> str | dict[str, str]:
    """A term as JSON types."""
    return term.to_dict() if isinstance(term, Poisson) else term
