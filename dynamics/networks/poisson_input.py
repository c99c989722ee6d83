"""Spikes from outside: independent Poisson trains into every cell of a population."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..declared import numbers
from ..errors import InvalidArgument
from ..simulate import finite
from .draws import FORM, Value, checked


@dataclass(frozen=True, init=False, eq=False, repr=False)
class PoissonInput:
    """Every cell of `target` receives the spikes of `count` Poisson neurons of its own.

    rate
        spikes per unit of time of each of these neurons: a number, one number a cell, or a
        distribution over the cells; it doesn't change in time
    count
        how many there are; only rate * count matters
    on_spike
        what a spike does to the target's states: ``"V += J"``
    parameters
        that stand in it

    The number of spikes within a step is a Poisson variate; they take effect where the step begins.

    >>> import rheobase as rb
    >>> rb.PoissonInput("E", rate=0.02, count=1000, on_spike="V += J", parameters=dict(J=0.1))
    <PoissonInput to E: 1000 x 0.02, V += J>
    """

    target: str
    rate: Value
    count: float
    on_spike: str
    parameters: Mapping[str, float]
    name: str

    def __init__(
        self,
        target: str,
        *,
        rate: object,
        count: float = 1,
        on_spike: str,
        parameters: Mapping[str, float] | None = None,
        name: str | None = None,
    ):
        label = f"input to {target}" if name is None else name
        for what, text in dict(target=target, on_spike=on_spike, name=label).items():
            if not isinstance(text, str) or not text.strip():
                raise InvalidArgument(f"{what} of a PoissonInput is text, not {text!r}")
            object.__setattr__(self, what, text)
        if isinstance(rate, str) and FORM.fullmatch(rate) is None:
            raise InvalidArgument(
                f"the rate of {label} is a number, one number a cell, or a distribution over the "
                f"cells, constant in time, not {rate!r}; a drive that changes in time stands in "
                "the model's equations ('I*heaviside(t - 50)') or is a rb.SpikeTrain"
            )
        rates = checked(f"the rate of {label}", rate)
        number = finite(f"the count of {label}", count)
        if number < 0 or (not isinstance(rates, str) and np.min(rates) < 0):
            raise InvalidArgument(f"{label}: rate and count are not negative")
        object.__setattr__(self, "rate", rates)
        object.__setattr__(self, "count", number)
        object.__setattr__(self, "parameters", numbers("parameter", parameters or {}))

    def __repr__(self) -> str:
        rate = f"{self.rate:g}" if isinstance(self.rate, float) else "given"
        return f"<PoissonInput to {self.target}: {self.count:g} x {rate}, {self.on_spike.strip()}>"
