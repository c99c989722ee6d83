"""What follows from a ramp for the verdict on excitability: classes, onset, nature of rest."""

import numpy as np

from .firing import Firing
from .ramp import SAME_PLACE, Ramp
from .rest_path import RestPath
from .special_point import SpecialPoint
from .spike_level import SpikeLevel

ON_LEVEL = 1e-6  # of the widest swing
SLOW = ("snic", "homoclinic")  # births with a period that diverges


def spiking_from(part: Firing | None, threshold: float | None, level: SpikeLevel) -> float | None:
    """From where on, at or above the loss of rest, the firing has spikes."""
    if part is None or threshold is None:
        return None
    rows = slice(part.rows[0], part.rows[1] + 1)
    values = part.values[level.crossed(part.branch)[rows]]
    least = float(values.min())
    near = part.near(threshold)
    if part.holds(threshold) and level.crossed(part.branch)[near] and least <= threshold:
        return threshold
    if part.born is not None and part.born.kind == "hopf" and on_level(part, level):
        return threshold
    small = part.born is not None and part.born.kind == "hopf"
    width = abs(part.branch.interval[1] - part.branch.interval[0])
    if not small and part.low <= threshold + SAME_PLACE * width:
        return threshold
    above = values[values >= threshold]
    return float(above.min()) if len(above) else None


def on_level(part: Firing, level: SpikeLevel) -> bool:
    """Whether the equilibrium at a Hopf point lies on the spike level: every swing crosses it."""
    born = part.born
    assert born is not None
    x = np.array(list(born.state.values()))[:, None]
    p = born.model.field.parameter_array(born.parameters)
    low, high = level.swing(part.branch)
    away = abs(float(level.values(born.model, x, p)[0]) - level.level)
    return bool(away <= ON_LEVEL * (high - low).max())


def plateau(ramp: Ramp, level: SpikeLevel) -> bool:
    """Whether rest was lost to another rest, above the spike level."""
    last = ramp.last
    if ramp.firing is not None or last is None:
        return False
    p = last.model.field.parameter_array(last.parameters)
    return bool(level.values(last.model, last.x[:, None], p)[0] > level.level)


def class_up(ramp: Ramp, birth: SpecialPoint | None, spiked: bool, width: float) -> int | None:
    """Hodgkin's class on a slow ramp up."""
    if ramp.firing is not None:
        ghost = ramp.path.loss is None or ramp.path.loss.kind != "hopf"  # that may slow the firing
        if birth is None and ghost and known_beyond(ramp, width):
            return None
        return 1 if born_at_loss(ramp, birth, width) else 2
    return 3 if spiked and ramp.decided else None


def known_beyond(ramp: Ramp, width: float) -> bool:
    """Whether the firing that a ramp comes to is known from beyond the loss of rest on only."""
    threshold, firing = ramp.path.threshold, ramp.firing
    if threshold is None or firing is None:
        return False
    return firing.low > threshold + SAME_PLACE * width


def class_down(birth: SpecialPoint | None, part: Firing | None, up: int | None) -> int | None:
    """The class on a ramp down from firing."""
    if part is None:
        return 3 if up == 3 else None
    if birth is None:
        return None
    return 1 if birth.kind in SLOW else 2


def born_at_loss(ramp: Ramp, birth: SpecialPoint | None, width: float) -> bool:
    """Whether the firing begins at zero frequency where rest is lost."""
    loss = ramp.path.loss
    if birth is None or loss is None or birth.kind != "snic":
        return False
    return abs(birth.value - loss.value) <= SAME_PLACE * width


def onset_of(ramp: Ramp, birth: SpecialPoint | None, width: float) -> str:
    """The name of the onset."""
    loss = ramp.path.loss
    if loss is None or ramp.firing is None:
        return "none"
    if loss.kind == "hopf":
        if loss.criticality in ("supercritical", "subcritical"):
            return f"{loss.criticality} hopf"
        ramp.notes.append("the Hopf point is degenerate: its criticality is not decided")
        return "none"
    if loss.kind == "fold":
        if born_at_loss(ramp, birth, width):
            return "snic"
        return (
            "homoclinic" if birth is not None and birth.kind == "homoclinic" else "fold off cycle"
        )
    return "none"


def nature(path: RestPath, rheobase: float | None, parameter: str) -> tuple[bool | None, str]:
    """Integrator or resonator, and the criterion."""
    if path.loss is not None:
        if path.loss.kind == "hopf":
            omega = abs(path.loss.notes["omega"]) / (2 * np.pi)
            return False, (
                f"next to its loss rest is a focus, and deviations ring at {omega:.6g} per unit of "
                "time before they die away"
            )
        return True, (
            "next to its loss rest is a node (its critical eigenvalue is real): deviations die "
            "away without ringing"
        )
    if not path.rows or rheobase is None:
        return None, ""
    values = path.branch[parameter][list(path.rows)]
    row = (
        path.rows[-1] if rheobase is None else path.rows[int(np.argmin(np.abs(values - rheobase)))]
    )
    eigenvalues = path.branch.eigenvalues[row]
    leading = eigenvalues[np.argmax(eigenvalues.real)]
    where = f"at {parameter} = {path.branch[parameter][row]:.6g}"
    if abs(leading.imag) > 0:
        return False, (
            f"its rest, which is never lost in the range, is a focus {where}: deviations ring at "
            f"{abs(leading.imag) / (2 * np.pi):.6g} per unit of time"
        )
    return True, f"its rest, which is never lost in the range, is a node {where}"
