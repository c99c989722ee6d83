"""`rheobase classify MODEL`: how a model starts to fire."""

import argparse
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from .arguments import ENDINGS, add_drive, add_model, add_output, chosen_model
from .output import columns, present
from .progress import running_words

if TYPE_CHECKING:
    from ..analysis.excitability import Excitability

SUMMARY = "how a model starts to fire: its class of excitability, and why"
EXAMPLE = "rheobase classify morris-lecar:snic --parameter I --range 0 100 -o frequency.pdf"
WIDTH = 96


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `rheobase classify`."""
    add_model(parser)
    add_drive(parser, drive="the drive", values="its values, from rest upward")
    parser.add_argument(
        "--no-simulation",
        dest="simulate",
        action="store_false",
        help="leave out the rheobase and the check of the law",
    )
    add_output(parser, (*ENDINGS, ".npz"), what="frequency over drive (.nc, .npz: the verdict)")


def run(arguments: argparse.Namespace) -> "Excitability":
    """Classify, print the verdict, draw frequency over drive."""
    from ..analysis.classify_excitability import classify_excitability

    model = chosen_model(arguments)
    interval = tuple(arguments.interval) if arguments.interval else None
    with running_words(f"excitability of {model.name}") as say:
        progress = None if say is None else lambda what, value: say(f"{what}: {value:.6g},")
        verdict = classify_excitability(
            model,
            arguments.parameter,
            interval,
            simulate=arguments.simulate,
            progress=progress,
        )

    @cache
    def figure() -> object:
        from ..gallery.plot_frequency_current import plot_frequency_current

        return plot_frequency_current(verdict)

    present(
        arguments,
        text=lambda: summary(verdict),
        data=verdict.to_dict,
        figure=figure,
        rows=lambda: rows(verdict),
        result=verdict,
    )
    return verdict


def rows(verdict: "Excitability") -> Iterator[list]:
    """The stable cycles of the diagram, then what was simulated: drive, frequency, source."""
    yield [verdict.parameter, "frequency", "source"]
    for branch in () if verdict.diagram is None else verdict.diagram.cycles:
        for value, period, stable in zip(
            branch[branch.parameter], branch["period"], branch.stable, strict=True
        ):
            if stable:
                yield [float(value), 1 / float(period), "branch"]
    simulated, law = verdict.simulated, verdict.onset_law
    if simulated is not None:
        for away, period in zip(simulated.distances, simulated.periods, strict=True):
            yield [law.at + law.side * away, 1 / period, "simulated"]


def summary(verdict: "Excitability") -> str:
    """The verdict as a table, then its report."""
    from textwrap import fill

    name, (low, high) = verdict.parameter, verdict.interval
    unit = verdict.model.units.get(name, "")
    unit = f" {unit}" if unit not in ("", "1") else ""
    time = f"/{verdict.model.time_unit}" if verdict.model.time_unit else ""

    def told(value: float | None) -> str:
        return "-" if value is None else f"{value:.10g}{unit}"

    nature = {True: "integrator", False: "resonator", None: "-"}[verdict.integrator]
    classes = f"{verdict.hodgkin_class or '-'} up, {verdict.spiking_class or '-'} down"
    rows = [
        ("model", verdict.model.name),
        ("drive", f"{name}, {low:g} to {high:g}{unit}"),
        ("class", classes),
        ("onset", verdict.onset),
        ("rest lost at", told(verdict.threshold)),
        ("firing from", told(verdict.firing_from)),
        ("rheobase", told(verdict.rheobase)),
        ("block", told(verdict.block)),
        ("nature", nature),
        ("law", verdict.law),
    ]
    if verdict.prefactor is not None:
        hertz = "" if verdict.prefactor_hz is None else f" ({verdict.prefactor_hz:.9g} Hz)"
        rows.append(("prefactor", f"{verdict.prefactor:.9g}{time}{hertz}"))
    if verdict.onset_frequency is not None:
        rows.append(("onset frequency", f"{verdict.onset_frequency:.9g}{time}"))
    if verdict.simulated is not None:
        agrees = {True: "agrees", False: "does not agree", None: "not decided"}
        rows.append(("simulated law", agrees[verdict.simulated.agrees]))
    return f"{columns(rows)}\n\n{fill(verdict.report(), WIDTH)}"
