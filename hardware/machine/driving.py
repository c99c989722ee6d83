"""Drives as they are kept with a run: texts, tables and cubic pieces, all of them JSON types."""

from collections.abc import Mapping

import numpy as np

from ...dynamics.drive import Drive, Driven, Pieces, driven
from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model

Given = str | list | dict


def plain_drive(
    model: Model, drive: Mapping[str, Drive] | None, until: float
) -> dict[str, Given] | None:
    """A drive with its tables as lists and its callables as the cubics that stand for them."""
    if not drive:
        return None
    if model.kind == "map":
        raise InvalidArgument("a map in discrete time takes no drive; write the time t into it")
    plan = driven(model, drive, 0.0, until)
    found: dict[str, Given] = {}
    for name, given in drive.items():
        if isinstance(given, str):
            found[name] = given
        elif name in plan.pieces and callable(given):
            part = plan.pieces[name]
            found[name] = dict(edges=part.edges.tolist(), cubics=part.coefficients.tolist())
        else:
            found[name] = [np.asarray(part, dtype=float).tolist() for part in given]  # type: ignore[union-attr]
    return found


def planned(model: Model, drive: Mapping[str, Given] | None) -> Driven:
    """The model with its driven parameters as definitions, and their pieces."""
    if not drive:
        return Driven(model, {})
    cubics = {name: given for name, given in drive.items() if isinstance(given, dict)}
    others = {name: ([0.0], [0.0]) if name in cubics else given for name, given in drive.items()}
    plan = driven(model, others, 0.0, 0.0)  # type: ignore[arg-type]
    pieces = {
        name: Pieces(np.array(given["edges"]), np.array(given["cubics"]))
        for name, given in cubics.items()
    }
    return Driven(plan.model, {**plan.pieces, **pieces})
