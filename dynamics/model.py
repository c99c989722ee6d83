"""A model: equations, parameters, start values; everything else is derived from it.

A Model never changes. `replace` gives another one with the same equations, whose compiled
functions are shared: they are keyed by `structure` and take parameter values at run time.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from .declared import (
    check_names,
    check_references,
    interval,
    laid_out,
    numbers,
    options_of,
    reset_of,
    sources,
    text_of,
    texts,
)
from .errors import InvalidArgument, UnknownName
from .noise import Term, stored
from .reset import Reset, from_dict
from .tokens import normalised

if TYPE_CHECKING:
    import sympy

    from .field import VectorField
    from .system import System

FIELDS = (
    *("name", "text", "kind", "parameters", "start", "units", "meanings", "reference"),
    *("natural", "time_unit", "reset", "noise", "spike", "options"),
)


class Model:
    """A neuron model, written once as a symbolic vector field (or map).

    Parameters
    ----------
    name
        what the model is called
    equations
        text as in a paper (``x' = ...`` derivatives, ``name = ...`` definitions, ``f(a) = ...``
        functions), or a mapping from names to SymPy expressions or text
    parameters, start
        a number for every parameter and a start value for every state
    units, meanings
        text for states and parameters: ``units=dict(V="mV")``
    reference
        where the equations and numbers come from
    natural
        the parameter that is usually varied, and its range: ``("I", (0, 100))``
    time_unit
        "ms", "s", ...; None if time has no unit
    reset
        a `Reset` for integrate-and-fire models
    noise
        Ito noise terms, text by state: ``dict(V="sigma")``, or ``dict(V=dict(a="s1", b="s2"))``
        with shared sources a and b; for shot noise a `Poisson` in the place of an amplitude. Maps
        add amplitude times a standard normal number to each iterate
    spike
        the variable and the level whose upward crossing counts as a spike (without a reset);
        zero of the first state if not given
    options
        "until" and "tolerance" are what `simulate` takes when it is not told otherwise; "step" and
        "scheme" say what an XPP file asked for, and are not followed

    >>> model = Model("decay", "x' = -k*x", parameters=dict(k=2), start=dict(x=1))
    >>> model.replace(k=3).parameters["k"]
    3.0
    """

    name: str
    text: str
    kind: str
    parameters: Mapping[str, float]
    start: Mapping[str, float]
    units: Mapping[str, str]
    meanings: Mapping[str, str]
    reference: str
    natural: tuple[str, tuple[float, float]] | None
    time_unit: str | None
    reset: Reset | None
    noise: Mapping[str, Mapping[str, Term]]
    spike: tuple[str, float] | None
    options: Mapping[str, float | str]
    _system: "System"

    def __init__(
        self,
        name: str,
        equations: "str | Mapping[str, sympy.Expr | str]",
        *,
        parameters: Mapping[str, float] | None = None,
        start: Mapping[str, float] | None = None,
        units: Mapping[str, str] | None = None,
        meanings: Mapping[str, str] | None = None,
        reference: str = "",
        natural: tuple[str, tuple[float, float]] | None = None,
        time_unit: str | None = None,
        reset: Reset | None = None,
        noise: Mapping[str, Term | Mapping[str, Term]] | None = None,
        spike: tuple[str, float] | None = None,
        options: Mapping[str, float | str] | None = None,
        kind: str = "flow",
    ):
        if kind not in ("flow", "map"):
            raise InvalidArgument(f"kind is 'flow' or 'map', not {kind!r}")
        started = numbers("start", start or {})
        given = numbers("parameter", parameters or {})
        if isinstance(equations, Mapping):
            from .writer import write_equations

            equations = write_equations(equations, set(started), kind)
        fields = {
            "name": text_of("name", name),
            "text": normalised(equations),
            "kind": kind,
            "parameters": given,
            "start": started,
            "units": texts("units", units or {}),
            "meanings": texts("meanings", meanings or {}),
            "reference": text_of("reference", reference),
            "natural": None if natural is None else interval(natural),
            "time_unit": None if time_unit is None else text_of("time_unit", time_unit),
            "reset": reset_of(reset),
            "noise": MappingProxyType(sources(noise or {})),
            "spike": spike,
            "options": options_of(options or {}),
        }
        self.__dict__.update(fields)
        check_names(self)
        from .system import read_system

        system = read_system(self)
        ordered = MappingProxyType({state: started[state] for state in system.states})
        self.__dict__.update(_system=system, start=ordered, text=laid_out(self.text))
        check_references(self)

    @classmethod
    def map(
        cls,
        name: str,
        equations: "str | Mapping[str, sympy.Expr | str]",
        *,
        parameters: Mapping[str, float] | None = None,
        start: Mapping[str, float] | None = None,
        units: Mapping[str, str] | None = None,
        meanings: Mapping[str, str] | None = None,
        reference: str = "",
        natural: tuple[str, tuple[float, float]] | None = None,
        noise: Mapping[str, Term | Mapping[str, Term]] | None = None,
        spike: tuple[str, float] | None = None,
    ) -> "Model":
        """A model in discrete time: ``x = ...`` is the next value of every started name."""
        return cls(
            name,
            equations,
            parameters=parameters,
            start=start,
            units=units,
            meanings=meanings,
            reference=reference,
            natural=natural,
            noise=noise,
            spike=spike,
            kind="map",
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Model never changes; model.replace({name}=...) gives another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Model never changes")

    def replace(self, changes: Mapping[str, float] | None = None, /, **by_name: float) -> "Model":
        """The same model with other parameter or start values: ``replace(I=10, V=-60)``.

        Names that Python reserves go into a mapping: ``replace({"lambda": 1})``.
        """
        if not isinstance(changes, Mapping | None):
            raise InvalidArgument(f"replace takes names: replace(I=10), not {changes!r}")
        every = numbers("new value", {**(changes or {}), **by_name})
        parameters, start = dict(self.parameters), dict(self.start)
        for name, value in every.items():
            if name in parameters:
                parameters[name] = value
            elif name in start:
                start[name] = value
            else:
                what = f"a parameter or state of {self.name}"
                raise UnknownName(name, what, [*parameters, *start])
        other = object.__new__(Model)
        other.__dict__.update({field: self.__dict__[field] for field in (*FIELDS, "_system")})
        other.__dict__.update(
            parameters=MappingProxyType(parameters), start=MappingProxyType(start)
        )
        return other

    @property
    def states(self) -> tuple[str, ...]:
        """The names of the states, in the order of the text."""
        return self._system.states

    @property
    def equations(self) -> "Mapping[str, sympy.Expr]":
        """The right sides by state: derivatives, or next values of a map."""
        return self._system.rates

    @property
    def definitions(self) -> "Mapping[str, sympy.Expr]":
        """The definitions by name, each after those that it uses."""
        return self._system.definitions

    @property
    def structure(self) -> str:
        """A fingerprint of states, equations and parameter names: compiled functions depend on
        nothing else."""
        return self._system.structure

    @cached_property
    def digest(self) -> str:
        """A fingerprint of everything; equal models have equal digests, in any process."""
        fields = self.to_dict()
        # their order is the order of p and of the random streams
        order = [list(fields["parameters"]), list(self._system.sources)]
        if self._system.shot_sources:
            order.append(list(self._system.shot_sources))
        content = json.dumps([fields, order], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def field(self) -> "VectorField":
        """The compiled functions f, jacobian, dfdp, B and C (shared by structure)."""
        from .field import field_of

        return field_of(self._system)

    @property
    def autonomous(self) -> bool:
        """Whether time stands nowhere in the equations."""
        return self._system.autonomous

    def jacobian(self) -> "sympy.Matrix":
        """The matrix of derivatives of the right sides in the states, definitions written out."""
        return self._system.jacobian()

    def latex(self) -> str:
        """The equations and definitions as an aligned block of LaTeX."""
        from .latex import latex_of

        return latex_of(self)

    def to_ode(
        self,
        until: float | None = None,
        step: float | None = None,
        scheme: str | None = None,
        tolerance: float | None = None,
    ) -> str:
        """The model as an .ode file for XPPAUT; the arguments tell XPP how to integrate."""
        from .ode_writer import to_ode

        return to_ode(self, until, step, scheme, tolerance)

    def to_dict(self) -> dict:
        """Every field as JSON types; `Model.from_dict` reads it back."""
        fields = {name: self.__dict__[name] for name in FIELDS}
        for name in ("parameters", "start", "units", "meanings", "options"):
            fields[name] = dict(fields[name])
        fields["noise"] = {
            state: {source: stored(term) for source, term in terms.items()}
            for state, terms in self.noise.items()
        }
        fields["reset"] = None if self.reset is None else self.reset.to_dict()
        fields["natural"] = (
            None if self.natural is None else [self.natural[0], list(self.natural[1])]
        )
        fields["spike"] = None if self.spike is None else list(self.spike)
        return fields

    @classmethod
    def from_dict(cls, fields: Mapping) -> "Model":
        """A model from `to_dict`."""
        unknown = set(fields) - set(FIELDS)
        missing = {"name", "text", "start"} - set(fields)
        if unknown or missing:
            raise InvalidArgument(
                f"not a model: unknown fields {sorted(unknown)}, missing fields {sorted(missing)}"
            )
        rest = {key: value for key, value in fields.items() if key not in ("name", "text")}
        if rest.get("reset") is not None:
            rest["reset"] = from_dict(rest["reset"])
        if rest.get("natural") is not None:
            rest["natural"] = (rest["natural"][0], tuple(rest["natural"][1]))
        if rest.get("spike") is not None:
            rest["spike"] = tuple(rest["spike"])
        return cls(fields["name"], fields["text"], **rest)

    def to_storage(self) -> tuple[dict, dict]:
        """For `save`: everything is in the fields."""
        return self.to_dict(), {}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "Model":
        """For `load`."""
        return cls.from_dict(fields)

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Model) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self):
        return Model.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        from .describe import plain

        return plain(self)

    def _repr_html_(self) -> str:
        from .describe import html

        return html(self)
