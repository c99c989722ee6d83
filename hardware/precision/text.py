"""The report of a study."""

from typing import TYPE_CHECKING

import numpy as np

from ..spike_lags import spread
from .bits import lags_beside, rate_error
from .onset import Onset
from .rows import MachineRow
from .verdicts import ExactRow

if TYPE_CHECKING:
    from .study import Precision

HEADER = "  {:<9}{:<12}{:>10}{:>9}{:>11}{:>7}  {:<15}{:>9}{:>19}{:>11}  {}"


def report(study: "Precision") -> str:
    """The rows as a table, the bits, the protocol."""
    question, exact = study.question, study.exact
    lines = [
        f"{study.model.name} in {study.parameter}, {question.interval[0]:g} to "
        f"{question.interval[1]:g}",
        f"  exact constants: {told(exact)}; in double precision it fires from "
        f"{shown(exact.onset.value)} on, class by its rates {exact.number or '?'}",
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
        bits = ", ".join(f"{way} {'none' if n is None else n}" for way, n in kept.items())
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
        lines.append(f"  {study.status.value}: resume= goes on")
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
            percent(rate_error(study, row)),
            constants_lag(study, row),
            "",
            told(row),
        ),
    ).rstrip()


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
        *("" if zone is None else shown(zone.onset), row.number or "?", lost(row)),
        *(percent(rate_error(study, row)), shown_lags(row)),
        "" if zone is None else f"{zone.measured[first]:.3g}",
        remarks(row),
    ).rstrip()


def place(study: "Precision", onset: Onset) -> str:
    """An onset with the digits that were resolved."""
    if onset.value is None or onset.bracket is None:
        return "none"
    width = onset.bracket[1] - onset.bracket[0]
    digits = max(0, int(np.ceil(-np.log10(width)))) if width > 0 else 4
    return f"{onset.value:.{min(digits, 9)}f}"


def shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"


def shown_lags(row: MachineRow) -> str:
    """The lags of all seeds."""
    return spread(list(row.lags.both)) if row.lags and row.lags.both else ""


def remarks(row: MachineRow) -> str:
    """What overflowed, what could not be measured."""
    lost = f"{row.lost} results did not fit" if row.lost else ""
    why = f"no lag: {row.lags.why}" if row.lags and row.lags.why else ""
    return "; ".join(filter(None, (lost, why)))


def lost(row: MachineRow | ExactRow) -> str:
    """How rest is lost, and the class that this suggests."""
    return f"{row.lost_by}, {row.class_by_loss}" if row.class_by_loss else row.lost_by


def constants_lag(study: "Precision", row: ExactRow) -> str:
    """The lag that a word's constants make."""
    lags = lags_beside(study, row)
    return "" if lags is None or lags.why else spread([lags.constants])


def percent(part: float) -> str:
    if np.isnan(part):
        return ""
    return "silent" if np.isinf(part) else f"{100 * part:.3g} %"
