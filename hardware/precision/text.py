"""The report of a study."""

from typing import TYPE_CHECKING

import numpy as np

from ..spike_lags import spread
from .bits import at_edge, lags_beside, not_known, rate_error, silences
from .onset import Onset
from .rows import MachineRow
from .study import shown_bits
from .verdicts import ExactRow

if TYPE_CHECKING:
    from .study import Precision

HEADER = "  {:<9}{:<12}{:>10}{:>9}{:>11}{:>7}  {:<15}{:>17}{:>19}{:>11}  {}"


def report(study: "Precision") -> str:
    """The rows as a table, the bits, the protocol."""
    question, exact = study.question, study.exact
    lines = [
        f"{study.model.name} in {study.parameter}, {question.interval[0]:g} to "
        f"{question.interval[1]:g}",
        f"  exact constants: {told(exact)}; in double precision it {fires(exact.onset)}, class by "
        f"its rates {exact.number or '?'}",
        HEADER.format(
            *("word", "rounding", "onset", "spread", "predicted", "class", "rest lost", "rates"),
            *("lag", "dead zone", ""),
        ).rstrip(),
    ]
    for constants in study.constants:
        lines.append(constants_line(study, constants))
        lines += [
            machine_line(study, row)
            for row in study.rows
            if study._word(row.word) == constants.word
            and not (row.refused and row.refused == constants.refused)
        ]
    lines.append(
        "  class: by the rates just above the onset; beside how rest is lost, the class that this "
        "suggests"
    )
    for what in ("class", "onset", "rate", "spike time"):
        kept = study.bits_for(what)
        bits = ", ".join(f"{way} {shown_bits(n)}" for way, n in kept.items())
        if "?" in bits:
            bits += f" ({not_known(study, what)})"
        tolerance = {
            "class": "",
            "onset": f" within {question.tolerance:g}",
            "rate": " within 1 %",
            "spike time": f" within 1 {study.model.time_unit or ''}".rstrip(),
        }[what]
        lines.append(f"  bits behind the point for the {what}{tolerance}: {bits}")
    measured = [row.lags for row in study.rows if row.lags is not None]
    if measured:
        lines.append(
            f"  lag: of spike {measured[0].spike} at {study.parameter} = {measured[0].at:g}, of "
            "the constants and the arithmetic; in the rows of constants, theirs alone"
        )
    lines.append(f"  protocol: {study.protocol}")
    if not study.status.ok:
        lines.append(f"  {study.message}")
    return "\n".join(lines)


def constants_line(study: "Precision", row: ExactRow) -> str:
    """A word's constants in double precision."""
    assert row.word is not None
    if row.refused:
        return HEADER.format(row.word.name, "(constants)", *[""] * 8, row.refused).rstrip()
    return HEADER.format(
        *(row.word.name, "(constants)", place(study, row.onset), "", shown(row.loss)),
        *(
            row.number or "?",
            lost(row),
            rates(study, row),
            constants_lag(study, row),
            "",
            beside(study, row),
        ),
    ).rstrip()


def beside(study: "Precision", row: ExactRow) -> str:
    """The equations with these constants, beside the program."""
    asked = study.question.classify
    equations = f"equations: {told(row)}" if asked else ""
    return "; ".join(filter(None, (equations, apart(study, row), put(study, row))))


def told(row: ExactRow) -> str:
    """The verdict on the continuous equations."""
    verdict = row.verdict
    if verdict.refused:
        return f"rest lost at {shown(row.loss)} (no verdict: {verdict.refused})"
    return (
        f"rest lost at {shown(verdict.threshold)}, class {verdict.hodgkin_class or 'unknown'} "
        f"({verdict.onset})"
    )


def machine_line(study: "Precision", row: MachineRow) -> str:
    """A word and a rounding."""
    if row.refused:
        return HEADER.format("", row.word.rounding, *[""] * 8, row.refused).rstrip()
    zone, first = row.zone, study.model.states[0]
    seeds = f"{row.spread:.2g}" if len(row.onsets) > 1 else ""
    return HEADER.format(
        *("", row.word.rounding, place(study, row.onset), seeds),
        *(
            "" if zone is None or study.question.start != "rest" else shown(zone.onset),
            row.number or "?",
            lost(row),
        ),
        *(rates(study, row), shown_lags(row)),
        "" if zone is None else f"{'' if zone.complete else '> '}{zone.measured[first]:.3g}",
        remarks(study, row),
    ).rstrip()


def place(study: "Precision", onset: Onset) -> str:
    """An onset with the digits that were resolved."""
    if onset.value is None or onset.bracket is None:
        return "none"
    if at_edge(onset):
        return f"<= {onset.value:g}"
    width = onset.bracket[1] - onset.bracket[0]
    digits = max(0, int(np.ceil(-np.log10(width)))) if width > 0 else 4
    return f"{onset.value:.{min(digits, 9)}f}"


def shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"


def shown_lags(row: MachineRow) -> str:
    """The lags of all seeds."""
    return spread(list(row.lags.both)) if row.lags and row.lags.both else ""


def remarks(study: "Precision", row: MachineRow) -> str:
    """What overflowed, what could not be measured, what the protocol did."""
    lost = f"{row.lost} results did not fit" if row.lost else ""
    why = f"no lag: {row.lags.why}" if row.lags and row.lags.why else ""
    return "; ".join(filter(None, (lost, why, put(study, row))))


def lost(row: MachineRow | ExactRow) -> str:
    """How rest is lost, and the class that this suggests."""
    return f"{row.lost_by}, {row.class_by_loss}" if row.class_by_loss else row.lost_by


def constants_lag(study: "Precision", row: ExactRow) -> str:
    """The lag that a word's constants make."""
    lags = lags_beside(study, row)
    return "" if lags is None or lags.why else spread([lags.constants])


def rates(study: "Precision", row: MachineRow | ExactRow) -> str:
    """The largest error, or at how many currents one of the two is silent."""
    error = rate_error(study, row)
    if np.isnan(error):
        return "?" if row.rates else ""
    if np.isfinite(error):
        return f"{100 * error:.3g} %"
    quiet, firing, more = silences(study, row)
    if quiet == firing > 0:
        return "silent"
    return f"{quiet} of {firing} silent" if quiet else f"fires at {more} more"


def fires(onset: Onset) -> str:
    """Where it begins to."""
    if onset.value is None:
        return "fires nowhere in the range"
    if at_edge(onset):
        return f"fires from <= {onset.value:g} on (begin lower)"
    return f"fires from {onset.value:.6g} on"


def apart(study: "Precision", row: ExactRow) -> str:
    """Whether the program is another neuron than the equations with these constants."""
    here, there = row.loss, row.verdict.threshold
    if row.verdict.refused or here == there:
        return ""
    if here is not None and there is not None:
        if abs(here - there) <= study.question.tolerance:
            return ""
        return f"the program's own, derived constants rounded too, at {here:.6g}"
    return f"the program's own, derived constants rounded too: {shown(here)}"


def put(study: "Precision", row: MachineRow | ExactRow) -> str:
    """Silences that the protocol made."""
    alone = set(row.trapped) - set(study.exact.trapped)
    if not alone:
        return ""
    return f"silent at {len(alone)} values because put at its unstable rest; start='step'"
