"""How a model starts to fire: a verdict, with the evidence that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .jsonable import json_number
from .onset_law import HERTZ, SILENT, OnsetLaw, SimulatedLaw, distance_text
from .special_point import SpecialPoint

if TYPE_CHECKING:
    from .diagram import Diagram

ROUNDING = 1e-10
NAMED = (
    *("hodgkin_class", "spiking_class", "loss", "birth", "threshold", "firing_from", "rheobase"),
    *("block", "bistable", "integrator", "onset_frequency", "law", "prefactor", "prefactor_hz"),
    *("onset", "evidence", "simulated"),
)


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Excitability:
    """The verdict of `classify_excitability`; what could not be established is None, and said.

    verdict.hodgkin_class, verdict.spiking_class
        1, 2, 3 or None: what a slow ramp of the drive up from rest shows, and the same ramp down
        from firing (Hodgkin 1948; Izhikevich 2007, chapter 7)
    verdict.loss, verdict.birth
        special points: where rest is lost, where the stable firing around the onset is born
    verdict.threshold, verdict.firing_from
        the drive at which rest is lost; the least drive with a stable firing state
    verdict.rheobase
        the least sustained step, from rest at the low end of the range, that gives a spike;
        simulated, `verdict.protocol` says how
    verdict.block
        the drive where firing ends, None if it does not in the range
    verdict.bistable
        (firing_from, threshold) where rest and firing coexist between them, else None
    verdict.integrator
        True where rest, next to its loss, is a node; False (a resonator) where it is a focus
    verdict.onset_frequency
        at firing_from, per unit of time; 0 where the period diverges there
    verdict.law, verdict.prefactor, verdict.prefactor_hz
        "square root", "logarithmic", "finite" or "none"; s of f = s sqrt(drive - birth) in 1/time
        unit, and in Hz where that unit is known. `verdict.onset_law` has the constants of all laws
    verdict.onset
        "snic", "homoclinic", "fold off cycle", "supercritical hopf", "subcritical hopf",
        "threshold" (of reset models) or "none"
    verdict.evidence, verdict.diagram, verdict.simulated
        special points; the branches they lie on; the law as simulation shows it
    verdict.notes, verdict.report()
        what else was seen or could not be said; everything as a paragraph
    """

    model: Model
    parameter: str
    interval: tuple[float, float]
    hodgkin_class: int | None = None
    spiking_class: int | None = None
    loss: SpecialPoint | None = None
    birth: SpecialPoint | None = None
    threshold: float | None = None
    firing_from: float | None = None
    rheobase: float | None = None
    block: float | None = None
    integrator: bool | None = None
    onset_frequency: float | None = None
    onset: str = "none"
    onset_law: OnsetLaw = SILENT
    evidence: tuple[SpecialPoint, ...] = ()
    simulated: SimulatedLaw | None = None
    protocol: str = ""  # of the rheobase, and what counted as a spike
    criterion: str = ""  # by which rest is an integrator or a resonator
    notes: tuple[str, ...] = ()
    status: Status = Status.COMPLETED
    diagram: "Diagram | None" = field(default=None, repr=False)

    @property
    def law(self) -> str:
        """The law of the frequency near the birth of firing."""
        return self.onset_law.kind

    @property
    def prefactor(self) -> float | None:
        """s of the square root law."""
        return self.onset_law["s"] if self.law == "square root" else None

    @property
    def prefactor_hz(self) -> float | None:
        """The same in Hz, where the model's unit of time is known."""
        unit = HERTZ.get(self.model.time_unit or "")
        return None if self.prefactor is None or unit is None else unit * self.prefactor

    @property
    def bistable(self) -> tuple[float, float] | None:
        """Where rest and firing coexist."""
        if self.firing_from is None or self.threshold is None:
            return None
        overlap = self.threshold - self.firing_from
        rounding = ROUNDING * max(abs(self.threshold), *map(abs, self.interval))
        return (self.firing_from, self.threshold) if overlap > rounding else None

    @property
    def message(self) -> str:
        """What could not be established."""
        return "; ".join(self.notes)

    def __getitem__(self, name: str):
        """An attribute by its name, ``verdict["threshold"]``."""
        if name not in NAMED:
            raise UnknownName(name, "a part of this verdict", NAMED)
        return getattr(self, name)

    def report(self) -> str:
        """The verdict as a paragraph that a paper could carry."""
        from .excitability_report import paragraph

        return paragraph(self)

    def __repr__(self) -> str:
        def told(value: float | None) -> str:
            return "none" if value is None else f"{value:.8g}"

        words = [
            f"class {self.hodgkin_class or 'unknown'} on a ramp up, "
            f"{self.spiking_class or 'unknown'} on a ramp down",
            f"onset: {self.onset}",
            f"rest lost at {told(self.threshold)}",
            f"firing from {told(self.firing_from)}",
            f"rheobase {told(self.rheobase)}",
        ]
        if self.prefactor is not None:
            law = self.onset_law
            distance = distance_text(self.parameter, law.at, law.side, self.interval)
            words.append(f"f = {self.prefactor:.9g} sqrt({distance})")
        return f"<{self.model.name} in {self.parameter}: {'; '.join(words)}>"

    def to_dict(self) -> dict:
        """JSON types: the layout is that of ``rheobase classify --json``."""

        def point(special: SpecialPoint | None) -> dict | None:
            return None if special is None else special.to_dict()

        numbers = (
            *("hodgkin_class", "spiking_class", "threshold", "firing_from", "rheobase", "block"),
            *("integrator", "onset_frequency", "law", "prefactor", "prefactor_hz", "onset"),
        )
        return {
            "model": self.model.name,
            "parameter": self.parameter,
            "range": list(self.interval),
            **{name: json_number(getattr(self, name)) for name in numbers},
            "bistable": None if self.bistable is None else list(self.bistable),
            "loss": point(self.loss),
            "birth": point(self.birth),
            "evidence": [special.to_dict() for special in self.evidence],
            "simulated": None if self.simulated is None else self.simulated.to_dict(),
            "onset_law": self.onset_law.to_dict(),
            "protocol": self.protocol,
            "criterion": self.criterion,
            "notes": list(self.notes),
            "status": self.status.value,
            "report": self.report(),
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`; the points and the diagram keep enough to start continuations from."""
        points = {"loss": self.loss, "birth": self.birth}
        points |= {f"evidence_{i}": special for i, special in enumerate(self.evidence)}
        kept = {name: special.to_storage() for name, special in points.items() if special}
        if self.diagram is not None:
            kept["diagram"] = self.diagram.to_storage()
        plain = (
            *("parameter", "hodgkin_class", "spiking_class", "threshold", "firing_from"),
            *("rheobase", "block", "integrator", "onset_frequency", "onset", "protocol"),
            "criterion",
        )
        fields = {
            **{name: json_number(getattr(self, name)) for name in plain},
            "model": self.model.to_dict(),
            "interval": list(self.interval),
            "onset_law": self.onset_law.to_dict(),
            "simulated": None if self.simulated is None else self.simulated.to_dict(),
            "notes": list(self.notes),
            "status": self.status.value,
            "evidence": len(self.evidence),
            "parts": {name: part for name, (part, _) in kept.items()},
        }
        arrays = {
            f"{name}__{key}": array
            for name, (_, parts) in kept.items()
            for key, array in parts.items()
        }
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "Excitability":
        """For `load`."""
        from .diagram import Diagram

        fields = dict(fields)
        points: dict[str, SpecialPoint] = {}
        diagram: Diagram | None = None
        for name, part in fields.pop("parts").items():
            own = {k.partition("__")[2]: a for k, a in arrays.items() if k.startswith(f"{name}__")}
            if name == "diagram":
                diagram = Diagram.from_storage(part, own)
            else:
                points[name] = SpecialPoint.from_storage(part, own)
        simulated = fields["simulated"]
        count = fields.pop("evidence")
        return cls(
            **{
                **fields,
                "model": Model.from_dict(fields["model"]),
                "interval": tuple(fields["interval"]),
                "onset_law": OnsetLaw.from_dict(fields["onset_law"]),
                "simulated": None if simulated is None else SimulatedLaw.from_dict(simulated),
                "notes": tuple(fields["notes"]),
                "status": Status(fields["status"]),
            },
            loss=points.get("loss"),
            birth=points.get("birth"),
            evidence=tuple(points[f"evidence_{i}"] for i in range(count)),
            diagram=diagram,
        )
