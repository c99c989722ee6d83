"""A verdict on excitability in sentences."""

from typing import TYPE_CHECKING

from .onset_law import ROUNDING

if TYPE_CHECKING:
    from .excitability import Excitability
    from .special_point import SpecialPoint

KINDS = {
    "snic": "a saddle-node on an invariant circle",
    "homoclinic": "a homoclinic orbit of a saddle",
    "cycle fold": "a fold of cycles",
    "hopf": "a Hopf bifurcation",
    "fold": "a saddle-node (fold)",
    "branch point": "a branch point",
    "period doubling": "a period doubling",
    "torus": "a torus bifurcation",
}


def paragraph(verdict: "Excitability") -> str:
    """All that was established, then what was not."""
    sentences = [
        *classes(verdict),
        *places(verdict),
        *frequencies(verdict),
        *steps(verdict),
        *nature(verdict),
        *simulation(verdict),
        *(sentence(note) for note in verdict.notes),
    ]
    return " ".join(sentences)


def value(verdict: "Excitability", number: float | None) -> str:
    """`I = 39.963153 uA/cm2`."""
    unit = verdict.model.units.get(verdict.parameter, "")
    unit = "" if unit in ("", "1") else f" {unit}"
    if number is None:
        return "no value found"
    if abs(number) < ROUNDING * abs(verdict.interval[1] - verdict.interval[0]):
        number = 0.0
    return f"{verdict.parameter} = {number:.9g}{unit}"


def kind(point: "SpecialPoint") -> str:
    name = KINDS.get(point.kind, f"a {point.kind}")
    if point.kind == "hopf" and point.criticality:
        return f"a {point.criticality} Hopf bifurcation"
    return name


def sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def classes(verdict: "Excitability") -> list[str]:
    low, high = sorted(verdict.interval)
    where = f"for {verdict.parameter} between {low:g} and {high:g}"
    up, down = verdict.hodgkin_class, verdict.spiking_class
    name = verdict.model.name
    if up is None and down is None:
        return [f"How {name} starts to fire could not be classified {where}."]
    if up == down:
        return [f"{name} is class {up} excitable {where}, on slow ramps up and down alike."]
    told = [
        f"class {number} on a slow ramp {way}"
        for number, way in ((up, "up from rest"), (down, "down from firing"))
        if number is not None
    ]
    missing = [
        f"its class on a ramp {way} could not be established"
        for number, way in ((up, "up"), (down, "down"))
        if number is None
    ]
    return [f"{name} is {', and '.join(told)} {where}{''.join(f'; {m}' for m in missing)}."]


def places(verdict: "Excitability") -> list[str]:
    loss, birth, told = verdict.loss, verdict.birth, []
    together = (
        loss is not None
        and birth is not None
        and verdict.threshold is not None
        and abs(loss.value - birth.value)
        <= 1e-6 * max(abs(b - loss.value) for b in verdict.interval)
    )
    if loss is not None and birth is not None and together:
        what = kind(birth if birth.kind == "snic" else loss)
        told.append(
            f"Rest is lost, and stable firing born, at {what}, {value(verdict, verdict.threshold)}."
        )
    else:
        if loss is not None:
            told.append(f"Rest is lost at {kind(loss)}, {value(verdict, verdict.threshold)}.")
        elif verdict.threshold is not None:
            told.append(f"Rest is lost at {value(verdict, verdict.threshold)}.")
        if birth is not None:
            told.append(f"Stable firing is born at {kind(birth)}, {value(verdict, birth.value)}.")
    if verdict.firing_from is not None and (birth is None or apart(verdict)):
        told.append(
            f"The least drive with a stable firing state is {value(verdict, verdict.firing_from)}."
        )
    if verdict.bistable is not None:
        a, b = verdict.bistable
        told.append(f"Between {a:.9g} and {b:.9g} rest and firing coexist.")
    if verdict.block is not None:
        told.append(f"Firing ends at {value(verdict, verdict.block)}.")
    return told


def apart(verdict: "Excitability") -> bool:
    """Whether something fires below the birth of the firing around the onset."""
    if verdict.birth is None or verdict.firing_from is None:
        return False
    width = abs(verdict.interval[1] - verdict.interval[0])
    return abs(verdict.firing_from - verdict.birth.value) > 1e-6 * width


def frequencies(verdict: "Excitability") -> list[str]:
    law, told = verdict.onset_law, []
    unit = f"/{verdict.model.time_unit}" if verdict.model.time_unit else " per unit of time"
    if law.formula:
        told.append(sentence(f"near the birth of firing {law.formula}"))
    hertz = verdict.prefactor_hz
    if verdict.prefactor is not None:
        drive = verdict.model.units.get(verdict.parameter, "")
        root = f"sqrt({drive if drive not in ('', '1') else verdict.parameter})"
        told.append(
            f"The prefactor, derived and not fitted, is {verdict.prefactor:.9g}{unit} per {root}"
            + (f" ({hertz:.9g} Hz)." if hertz is not None else ".")
        )
    where = f" at {value(verdict, verdict.firing_from)}" if apart(verdict) else ""
    if where and law.kind in ("square root", "logarithmic"):
        told.append("The frequency of this firing starts at zero.")
    if verdict.onset_frequency == 0:
        told.append(f"The frequency starts at zero{where}.")
    elif verdict.onset_frequency is not None and (where or law.kind != "finite"):
        told.append(f"The frequency starts at {verdict.onset_frequency:.9g}{unit}{where}.")
    return told


def steps(verdict: "Excitability") -> list[str]:
    protocol = f" ({verdict.protocol})" if verdict.protocol else ""
    if verdict.rheobase is not None:
        return [
            f"The rheobase for sustained steps is {value(verdict, verdict.rheobase)}{protocol}."
        ]
    return (
        [f"No sustained step in the range was seen to give a spike{protocol}."] if protocol else []
    )


def nature(verdict: "Excitability") -> list[str]:
    if verdict.integrator is None:
        return []
    word = "an integrator" if verdict.integrator else "a resonator"
    criterion = f": {verdict.criterion}" if verdict.criterion else ""
    return [f"Near the onset it is {word}{criterion}."]


def simulation(verdict: "Excitability") -> list[str]:
    simulated = verdict.simulated
    if simulated is None:
        return []
    if simulated.prefactor is None or simulated.agrees is None:
        return [sentence(f"the law could not be checked by simulation: {simulated.method}")]
    agrees = "agrees" if simulated.agrees else "does not agree"
    exponent = ""
    if simulated.exponent is not None:
        fitted = f"{simulated.exponent:.5f} ± {simulated.exponent_error:.1g}"
        exponent = f"; the exponent comes out as {fitted}, 1/2 in theory"
    return [
        f"Simulation ({simulated.method}) gives for {simulated.quantity} "
        f"{simulated.prefactor:.9g} ± {simulated.prefactor_error:.1g}, which {agrees} "
        f"with the derived {simulated.derived:.9g}{exponent}."
    ]
