"""Whose order a program has: "model" lowers the equations, "chip" is ordered by hand there."""

from collections.abc import Mapping
from typing import Any

from ...dynamics.drive import Pieces
from ...dynamics.errors import UnknownName
from ...dynamics.model import Model
from .chip import chip_graph
from .graph import Graph
from .schemes import step_graph

PROGRAMS = ("model", "chip")


def check_program(program: str) -> None:
    if program not in PROGRAMS:
        raise UnknownName(program, "a program", PROGRAMS)


def ordered_graph(
    model: Model,
    scheme: str,
    step: float,
    program: str = "model",
    literals: str = "host",
    pieces: Mapping[str, Pieces] | None = None,
) -> Graph:
    """The graph of a step; `pieces` are the drives of a model that is lowered."""
    if program == "chip":
        return chip_graph(model, scheme, step, literals)
    return step_graph(model, scheme, step, pieces)


def assembling(program: str, literals: str) -> dict[str, Any]:
    """How the graph becomes words: the chip's says itself which of its numbers are truncated, and
    its products that are not floored are explicit kernels, which clamp."""
    chip = program == "chip"
    return dict(literals="truncate" if chip else literals, kernels=chip)
