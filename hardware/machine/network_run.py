"""What `rb.spinnaker.network` returns: who fired when, the words at the end, what was lost."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ...dynamics.status import Status
from ...dynamics.storage import storable
from .program import Program

FACTS = (
    *("count", "step", "steps", "shift", "weight_error", "saturated", "wrapped"),
    *("overflows", "cycles", "message"),
)


@storable
@dataclass(frozen=True, eq=False, repr=False)
class MachineNetworkRun:
    """What a network on the machine did.

    spikes, neurons
        the times of the spikes, at the ends of steps, and whose they were
    final
        the words of each state at the end, an entry a neuron
    shift, weight_error
        of the ring buffers; the largest error of a weight that rounding to a cell's unit made
    saturated, wrapped
        how often a cell was full, and an input beyond the word (the current of a synapse wraps; of
        the sum the end is taken)
    overflows
        how many results of operations did not fit
    cycles
        of the neurons' programs, in all
    status, message
        LEFT_BOUNDS where anything was lost; INTERRUPTED where Ctrl-C ended it: all of the above is
        then that of a run of `steps` steps
    """

    model: Model
    program: Program
    count: int
    step: float
    steps: int
    spikes: np.ndarray
    neurons: np.ndarray
    final: Mapping[str, np.ndarray]
    shift: int
    weight_error: float
    saturated: int
    wrapped: int
    overflows: int
    cycles: int
    status: Status
    message: str

    @property
    def counts(self) -> np.ndarray:
        """Spikes of each neuron."""
        return np.bincount(self.neurons, minlength=self.count)

    def rate(self, after: float = 0.0) -> float:
        """Spikes of a neuron per unit of time after a time, the mean of all."""
        span = self.steps * self.step - after
        if not span > 0:
            raise InvalidArgument(f"after={after!r} is not before the end")
        return float(np.count_nonzero(self.spikes > after)) / (self.count * span)

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "model": self.model.name,
            **{name: getattr(self, name) for name in FACTS},
            "spikes": self.spikes.tolist(),
            "neurons": self.neurons.tolist(),
            "status": self.status.value,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        program, arrays = self.program.to_storage()
        fields = {
            "model": self.model.to_dict(),
            "program": program,
            "status": self.status.name,
            **{name: getattr(self, name) for name in FACTS},
        }
        arrays |= {f"final {name}": words for name, words in self.final.items()}
        return fields, arrays | {"spikes": self.spikes, "neurons": self.neurons}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "MachineNetworkRun":
        """For `load`."""
        return cls(
            model=Model.from_dict(fields["model"]),
            program=Program.from_storage(fields["program"], arrays),
            status=Status[fields["status"]],
            **{name: fields[name] for name in FACTS},
            final={
                name.removeprefix("final "): words
                for name, words in arrays.items()
                if name.startswith("final ")
            },
            spikes=arrays["spikes"],
            neurons=arrays["neurons"],
        )

    def __repr__(self) -> str:
        return (
            f"<MachineNetworkRun of {self.count} x {self.model.name}: {self.steps} steps of "
            f"{self.step:g}, {len(self.spikes)} spikes, shift {self.shift}, {self.status.value}>"
        )
