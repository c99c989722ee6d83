"""The firing around an onset: what bounds it, its law, its frequency where it begins."""

import numpy as np

from .cycle_fold_law import cycle_fold_law
from .diagram import Diagram
from .excitability_report import kind
from .firing import Firing
from .hopf_law import hopf_law
from .logarithmic_law import logarithmic_law
from .onset_law import SILENT, OnsetLaw
from .ramp import SAME_PLACE, Ramp
from .rest_path import rest_at
from .special_point import SpecialPoint
from .square_root_law import square_root_law
from .verdict_classes import SLOW

HANDS_ON = ("period doubling", "torus", "cycle branch point")  # where other firing goes on


def sizes(diagram: Diagram) -> np.ndarray:
    """How far each state swings over all that was found."""
    columns = [branch.arrays["z"][:, :-1] for branch in diagram.equilibria]
    columns += [b.arrays["orbit"].reshape(-1, len(diagram.model.states)) for b in diagram.cycles]
    x = np.vstack(columns or [np.zeros((1, len(diagram.model.states)))])
    swing = np.ptp(x, axis=0)
    return np.where(swing > 0, swing, np.maximum(np.abs(x).max(axis=0), 1.0))


def least_firing(
    lowest: Firing | None, birth: SpecialPoint | None, loss: SpecialPoint | None
) -> float | None:
    """The least drive with stable firing; the loss's own value where both are one point."""
    if lowest is None:
        return None
    width = abs(lowest.branch.interval[1] - lowest.branch.interval[0])
    together = loss is not None and lowest.born is birth is not None
    if together and loss is not None and abs(lowest.low - loss.value) < SAME_PLACE * width:
        return loss.value
    return lowest.low


def continued_down(part: Firing | None, firing: list[Firing], width: float) -> Firing | None:
    """The firing further down where a part ends at a bifurcation that hands it on."""
    seen = []
    while part is not None and part.born is not None and part not in seen:
        seen.append(part)
        if part.born.kind not in HANDS_ON:
            break
        below = [p for p in firing if p is not part and abs(p.high - part.low) < SAME_PLACE * width]
        if not below:
            break
        part = below[0]
    return part


def law_of(part: Firing | None) -> OnsetLaw:
    """The law that belongs to where a part is born."""
    if part is None or part.born is None:
        return SILENT
    born = part.born
    if born.kind == "snic":
        return square_root_law(born)
    if born.kind == "homoclinic":
        return logarithmic_law(born, part.values, part.periods)
    if born.kind == "hopf":
        return hopf_law(born)
    if born.kind == "cycle fold":
        return cycle_fold_law(born)
    if born.period:
        text = f"the frequency is finite, {1 / born.period:.9g}"
        return OnsetLaw("finite", born.value, 1, {"f0": 1 / born.period, "power": 1.0}, text)
    return SILENT


def frequency_at(part: Firing) -> float:
    """The frequency at the lower end of a part."""
    if part.born is not None and part.born.kind in SLOW:
        return 0.0
    if part.born is not None and part.born.period:
        return 1 / part.born.period
    return float(1 / part.branch["period"][part.near(part.low)])


def block_of(firing: list[Firing], high: float) -> float | None:
    """The drive above which nothing fires; None if something does at the end of the range, or if
    the last stable cycles give way to something else."""
    if not firing:
        return None
    last = max(firing, key=lambda part: part.high)
    if last.ended is None or last.high >= high or last.ended.kind in HANDS_ON:
        return None
    return last.high


def about_others(
    ramp: Ramp,
    firing: list[Firing],
    onset_part: Firing | None,
    interval: tuple[float, float],
    parameter: str,
) -> list[str]:
    """Other firing than that of the onset, and where firing is interrupted."""
    notes = []
    last = max(firing, key=lambda part: part.high, default=None)
    if last is not None and last.ended is not None and last.ended.kind in HANDS_ON:
        notes.append(
            f"the stable cycles end at {kind(last.ended)}, {parameter} = {last.high:.9g}, beyond "
            "which firing of another kind is to be expected, which was not followed"
        )
    for part in firing:
        if part is onset_part or (onset_part is not None and part.branch is onset_part.branch):
            continue
        begins = f", from {kind(part.born)}" if part.born is not None else ""
        ends = f" to {kind(part.ended)}" if part.ended is not None else ""
        notes.append(
            f"another family of stable oscillations exists for {parameter} between "
            f"{part.low:.9g} and {part.high:.9g}{begins}{ends}"
        )
    if onset_part is not None and ramp.firing is None and ramp.path.threshold is None:
        notes.append(
            "the stable firing is not reached by a slow ramp up: rest is never lost in the range"
        )
    if onset_part is not None and ramp.firing is not None:
        rests = rest_at(ramp.diagram, max(interval))
        if rests and onset_part.high < max(interval):
            notes.append(
                f"above the firing the model rests again, at {parameter} = {interval[1]:g}"
            )
    return notes
