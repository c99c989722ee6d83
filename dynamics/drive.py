"""A drive: parameters that become functions of time, as text, as a table, or as a callable.

Text in t ("10*heaviside(t - 20)") turns the parameter into a definition of the model. A table
(times, values) is joined by straight lines and constant outside; equal neighbouring times make a
jump. A callable is sampled until cubic pieces through it agree with it; the error that is left is
stated. Tables and callables are integrated piece by piece, each a polynomial of t.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .errors import InvalidArgument, UnknownName
from .grammar import expression
from .model import Model

AGREE = 1e-9
ROUGH = 1e-3
MOST_PIECES = 20_000
Drive = str | tuple[Sequence[float], Sequence[float]] | Callable[[float], float]


@dataclass(frozen=True)
class Pieces:
    """A piecewise cubic: on [edges[i], edges[i+1]] c0 + s (c1 + s (c2 + s c3)), s = t - edges[i].

    `error` is the largest difference from what it stands for, at points between the samples.
    """

    edges: np.ndarray
    coefficients: np.ndarray
    error: float = 0.0


@dataclass(frozen=True)
class Driven:
    """`model` with the driven parameters as definitions; `pieces` by parameter where they need new
    coefficients in each piece."""

    model: Model
    pieces: Mapping[str, Pieces]

    def edges(self, begin: float, end: float) -> np.ndarray:
        """begin, the ends of all pieces between, end; in the order of time's course."""
        if not self.pieces:
            return np.array([begin, end])
        low, high = min(begin, end), max(begin, end)
        inner = np.unique(np.concatenate([[], *(p.edges for p in self.pieces.values())]))
        inner = inner[(inner > low) & (inner < high)]
        return np.array([low, *inner, high] if end >= begin else [high, *inner[::-1], low])

    def values(self, middle: float) -> dict[str, float]:
        """The coefficients in force around a time, as parameter values of `model`."""
        found: dict[str, float] = {}
        for name, pieces in self.pieces.items():
            i = int(np.searchsorted(pieces.edges, middle, side="right")) - 1
            i = min(max(i, 0), len(pieces.edges) - 2)
            *coefficients, since = coefficient_names(name)
            found.update(zip(coefficients, pieces.coefficients[:, i].tolist(), strict=True))
            found[since] = float(pieces.edges[i])
        return found


def driven(model: Model, drive: Mapping[str, Drive], begin: float, end: float) -> Driven:
    """The model with some parameters replaced by functions of time."""
    if not isinstance(drive, Mapping):
        raise InvalidArgument(f"drive is a mapping, drive=dict(I=...), not {drive!r}")
    parameters, text = dict(model.parameters), model.text
    all_pieces: dict[str, Pieces] = {}
    for name, given in drive.items():
        if name not in parameters:
            raise UnknownName(name, f"a parameter of {model.name} (in drive)", model.parameters)
        del parameters[name]
        if isinstance(given, str):
            expression(given)
            text += f"\n{name} = ({given})"
            continue
        pieces = table(name, given) if isinstance(given, tuple | list) else None
        if pieces is None and callable(given):
            pieces = sampled(name, given, min(begin, end), max(begin, end))
        if pieces is None:
            raise InvalidArgument(
                f"drive of {name!r} is text in t, a pair (times, values) or a callable, "
                f"not {given!r}"
            )
        all_pieces[name] = pieces
        c0, c1, c2, c3, since = coefficient_names(name)
        if taken := {c0, c1, c2, c3, since} & set(names_of(model)):
            raise InvalidArgument(
                f"drive of {name!r}: the model uses the name {min(taken)!r}, which the pieces of a "
                "table or callable need; rename it"
            )
        s = f"(t - {since})"
        text += f"\n{name} = {c0} + {s}*({c1} + {s}*({c2} + {s}*{c3}))"
        parameters |= dict.fromkeys((c0, c1, c2, c3, since), 0.0)
    fields = model.to_dict() | {"text": text, "parameters": parameters}
    if fields["natural"] is not None and fields["natural"][0] not in parameters:
        fields["natural"] = None
    result = Driven(Model.from_dict(fields), all_pieces)
    return Driven(result.model.replace(result.values(begin)), all_pieces)


def coefficient_names(name: str) -> list[str]:
    """The parameters that hold the piece of a driven parameter: c0 ... c3 and its beginning."""
    return [f"{name}_drive_{part}" for part in ("c0", "c1", "c2", "c3", "since")]


def names_of(model: Model) -> list[str]:
    return [*model.states, *model.parameters, *model.definitions]


def table(name: str, given: Sequence) -> Pieces:
    """Straight lines between the points of a table, constant outside."""
    try:
        times, values = (np.asarray(part, dtype=float) for part in given)
    except (TypeError, ValueError):
        raise InvalidArgument(f"drive of {name!r}: a table is a pair (times, values)") from None
    if times.ndim != 1 or times.shape != values.shape or len(times) == 0:
        raise InvalidArgument(
            f"drive of {name!r}: times and values must be lists of one length, "
            f"not of the shapes {times.shape} and {values.shape}"
        )
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise InvalidArgument(f"drive of {name!r}: a table holds finite numbers only")
    if (np.diff(times) < 0).any():
        at = times[1:][np.diff(times) < 0][0]
        raise InvalidArgument(f"drive of {name!r}: the times must not fall, as at t = {at}")
    far = 1e300
    edges = np.array([-far, *times, far])
    level = np.array([values[0], *values])
    slope = np.zeros(len(level))
    width = np.diff(times)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope[1:-1] = np.where(width > 0, np.diff(values) / width, 0.0)
    keep = np.concatenate([[True], width > 0, [True]])
    edges, level, slope = np.append(edges[:-1][keep], far), level[keep], slope[keep]
    zeros = np.zeros(len(level))
    return Pieces(edges, np.array([level, slope, zeros, zeros]))


def called(name: str, function: Callable[[float], float], t: float) -> float:
    """The callable's value; whatever it raises is said with the time."""
    try:
        return float(function(t))
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise InvalidArgument(
            f"drive of {name!r} takes a time and gives a number; at t = {t} it raised "
            f"{type(error).__name__}: {error}"
        ) from error


def sampled(name: str, function: Callable[[float], float], low: float, high: float) -> Pieces:
    """Cubics through four points a piece, halved until they agree between the points."""

    def at(times: np.ndarray) -> np.ndarray:
        values = np.array([called(name, function, float(t)) for t in times.ravel()])
        if not np.isfinite(values).all():
            bad = times.ravel()[~np.isfinite(values)][0]
            raise InvalidArgument(f"drive of {name!r} is not finite at t = {bad}")
        return values.reshape(times.shape)

    nodes = np.array([0.0, 1 / 3, 2 / 3, 1.0])
    between = np.array([1 / 6, 1 / 2, 5 / 6])
    to_coefficients = np.linalg.inv(np.vander(nodes, 4, increasing=True))
    waiting = np.linspace(low, high, 33)
    starts, ends = waiting[:-1], waiting[1:]
    done: list[tuple[float, float, np.ndarray]] = []
    scale, error = 0.0, 0.0
    while len(starts):
        width = ends - starts
        values = at(starts[:, None] + width[:, None] * nodes)
        truth = at(starts[:, None] + width[:, None] * between)
        coefficients = values @ to_coefficients.T
        scale = max(scale, float(np.abs(values).max()))
        wrong = np.abs(coefficients @ np.vander(between, 4, increasing=True).T - truth).max(axis=1)
        too_many = len(done) + 2 * len(starts) > MOST_PIECES
        fine = (wrong <= AGREE * scale) | (width < 1e-12 * (high - low)) | too_many
        for i in np.flatnonzero(fine):
            done.append((starts[i], ends[i], coefficients[i] / width[i] ** np.arange(4)))
            if width[i] >= 1e-12 * (high - low):
                error = max(error, float(wrong[i]))
        starts, ends = starts[~fine], ends[~fine]
        middle = 0.5 * (starts + ends)
        starts, ends = np.concatenate([starts, middle]), np.concatenate([middle, ends])
    if error > ROUGH * scale:
        raise InvalidArgument(
            f"drive of {name!r} is too rough to be sampled: {len(done)} cubics still miss it by "
            f"{error:.2g}. Give a table (times, values), or noise as a term of the model"
        )
    done.sort(key=lambda piece: piece[0])
    edges = np.array([piece[0] for piece in done] + [high])
    return Pieces(edges, np.array([piece[2] for piece in done]).T, error)
