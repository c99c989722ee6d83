"""Which class of excitability where: the plane divided by what the neuron does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from .bifurcation_curves import BifurcationCurves
from .bifurcation_set import bifurcation_set, checked_names, inside
from .checks import is_number
from .jsonable import json_number
from .plane import plane_of
from .regions import REGIONS, Section, section_at

if TYPE_CHECKING:
    import pandas

TABLED = ("hodgkin_class", "spiking_class", "onset", "threshold", "firing_from", "block")


@dataclass(frozen=True, eq=False, repr=False)
class ExcitabilityMap:
    """What a neuron does over the plane of a drive and another parameter.

    plane.at(I=40, phi=0.2)
        "silent" (rest only), "class 1" and "class 2" (firing only; the class is that of the onset
        on a slow ramp up at this value of the second parameter), "firing" (without an onset in the
        box), "bistable" (rest and firing), "block" (rest only, beyond firing), "undecided"
    plane.sections
        the values of the second parameter at which it was classified, with the edges in between
    plane.curves
        the bifurcations, as `bifurcation_set` finds them; edges of regions lie on them
    """

    model: Model
    plane: Mapping[str, tuple[float, float]]
    sections: tuple[Section, ...]
    curves: BifurcationCurves
    status: Status = Status.COMPLETED
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "plane", MappingProxyType(dict(self.plane)))

    def at(self, **values: float) -> str:
        """What the neuron does at a place of the plane, by the nearest section."""
        first, second = self.plane
        for name in values:
            if name not in self.plane:
                raise UnknownName(name, "a parameter of this map", self.plane)
        if set(values) != set(self.plane) or not all(map(is_number, values.values())):
            raise InvalidArgument(f"give {first} and {second}: at({first}=..., {second}=...)")
        for name, (low, high) in self.plane.items():
            if not low <= values[name] <= high:
                raise InvalidArgument(
                    f"{name} = {values[name]:g} lies outside the map, {low:g} to {high:g}"
                )
        nearest = min(self.sections, key=lambda section: abs(section.value - values[second]))
        return nearest.at(values[first])

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a section: class, onset, threshold, where firing begins and ends."""
        import pandas

        second = list(self.plane)[1]
        rows = []
        for section in self.sections:
            told = {name: getattr(section.verdict, name, None) for name in TABLED}
            rows.append({second: section.value, **told})
        return pandas.DataFrame(rows, columns=[second, *TABLED])

    def to_dict(self) -> dict:
        return {
            "model": self.model.name,
            "plane": {name: list(ends) for name, ends in self.plane.items()},
            "sections": [
                {
                    "value": section.value,
                    "edges": [json_number(edge) for edge in section.edges],
                    "regions": list(section.regions),
                    **{name: json_number(getattr(section.verdict, name, None)) for name in TABLED},
                }
                for section in self.sections
            ],
            "curves": self.curves.to_dict(),
            "status": self.status.value,
            "message": self.message,
        }

    def __repr__(self) -> str:
        first, second = self.plane
        found = [name for name in REGIONS if any(name in s.regions for s in self.sections)]
        return (
            f"<excitability of {self.model.name} over {first} and {second}, "
            f"{len(self.sections)} sections: {', '.join(found)}>"
        )


def excitability_map(
    model: Model,
    parameters: Sequence[str],
    box: Mapping[str, tuple[float, float]],
    *,
    sections: int = 24,
    curves: bool = True,
    progress: Callable[[str, float], None] | None = None,
) -> ExcitabilityMap:
    """Divide the plane of a drive and another parameter by what the neuron does there.

    parameters, box
        the drive first, and their ranges: ``("I", "phi"), dict(I=(0, 120), phi=(0.01, 0.4))``
    sections
        how many values of the second parameter are classified
    curves
        whether the bifurcations are followed through the plane as well
    progress
        called with the second parameter's name and value

    Each section is a bifurcation diagram over the drive and the verdict of `classify_excitability`
    on it, without simulation. Interrupted, it returns the sections that there are.

    >>> import rheobase as rb
    >>> plane = rb.excitability_map(rb.models.morris_lecar("snic"), ("I", "phi"),
    ...                             dict(I=(30, 45), phi=(0.1, 0.2)), sections=2, curves=False)
    >>> [section.regions for section in plane.sections]
    [('silent', 'class 1'), ('silent', 'bistable', 'class 2')]
    """
    first, second = checked_names(model, parameters)
    if not isinstance(sections, int) or isinstance(sections, bool) or sections < 2:
        raise InvalidArgument(f"sections is a number of values, 2 or more, not {sections!r}")
    plane = plane_of(inside(model, parameters, box), parameters, box)
    low, high = plane.box[second]
    found: list[Section] = []
    status, message = Status.COMPLETED, ""
    followed = BifurcationCurves(model, plane.box, ())
    try:
        for value in np.linspace(low, high, sections).tolist():
            if progress is not None:
                progress(second, value)
            there = plane.model.replace({second: value})
            found.append(section_at(there, value, first, plane.box[first]))
        if curves:
            followed = bifurcation_set(plane.model, (first, second), plane.box, progress=progress)
            status, message = followed.status, followed.message
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
        message = f"interrupted after {len(found)} of {sections} sections; they are kept"
    return ExcitabilityMap(model, plane.box, tuple(found), followed, status, message)
