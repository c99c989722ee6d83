"""XPPAUT's model files (.ode) as Models.

Read are equations (x' =, dx/dt =, x(t+1) =), parameters and numbers, derived parameters (!a =),
fixed variables, functions, aux, start values, wiener, one global, and the options that say how to
integrate. What a Model can't hold is an EquationError that names the line; what only concerns
XPP's windows is left out with a note (`rheobase check FILE.ode` shows the notes).
"""

import re
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from .errors import EquationError, RheobaseError, StorageError
from .model import Model
from .ode_events import read_global
from .ode_grammar import tree
from .ode_lines import NAME, Note, Source
from .ode_noise import NotLinear, depends, separated
from .ode_options import read_options
from .ode_statements import Declared
from .reset import Reset
from .spelling import spelled
from .tokens import Token, normalised

LARGEST = 1_000_000


@dataclass(frozen=True)
class Translation:
    """A model, and what was done to read it."""

    model: Model
    notes: tuple[Note, ...]


def read_ode(path: str | Path) -> Model:
    """The model in an .ode file of XPPAUT."""
    return translate(path).model


def translate(path: str | Path) -> Translation:
    """The model in an .ode file, with notes on what was translated and what was left out."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise StorageError(f"{path} is larger than {LARGEST} bytes: not an .ode file")
        content = path.read_bytes()
    except FileNotFoundError:
        raise StorageError(f"there is no file {path}") from None
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path} can't be read: {error}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return translated(text, path.stem or "model")


def translated(text: str, name: str) -> Translation:
    """The model that the text of an .ode file describes."""
    source = Source(normalised(text))
    try:
        model = Reading(source).model(name)
    except RecursionError:
        raise EquationError("the file is nested too deeply", source.text) from None
    return Translation(model, tuple(sorted(source.notes, key=lambda note: note.line)))


class Reading(Declared):
    """A file on its way to a Model."""

    def __init__(self, source: Source):
        super().__init__(source)
        self.starts: dict[str, float] = {}

    def model(self, name: str) -> Model:
        """The whole file as a Model."""
        options, is_map = read_options(self.source, self.of("options"), bool(self.waves))
        kind = "map" if is_map or self.of("update") else "flow"
        if not self.states:
            raise EquationError("there is no equation (x' = ...) in this file", self.source.text)
        if kind == "map":
            options = {key: value for key, value in options.items() if key == "until"}
        later = self.read_starts()
        self.check_order()
        reset = read_global(self.scope, self.of("global"))
        if reset is not None and kind == "map":
            self.scope.fail("a map in discrete time can't have a reset", self.of("global")[0].name)
        noise = self.take_noise(name, kind, reset) if self.waves else None
        model = self.built(name, kind, reset=reset, noise=noise, options=options)
        return self.with_starts(model, later)

    def built(self, name: str, kind: str, **more) -> Model:
        """The Model; an error in its text is shown in the file."""
        start = {state: self.starts.get(state, 0.0) for state in self.states}
        text = "\n".join(s.text(kind) for s in self.statements)
        try:
            return Model(name, text, parameters=self.parameters, start=start, kind=kind, **more)
        except EquationError as error:
            if error.text == normalised(text) and error.line <= len(self.statements):
                self.scope.fail(error.reason, self.statements[error.line - 1].token)
            raise EquationError(f"{error.reason} (in {error.text!r})", self.source.text) from None
        except RheobaseError as error:
            raise EquationError(str(error), self.source.text) from None

    def read_starts(self) -> list[tuple[str, str, Token]]:
        """Take start values that are numbers; return those that are formulas."""
        for line in self.of("init"):
            for token, value in self.items(line):
                self.starts[self.state(token)] = value
        later = []
        for line in self.of("start"):
            state = self.state(line.name)
            node = self.scope.resolved(tree(self.source, line.line, line.at))
            later.append((state, spelled(node), line.name))
        return later

    def with_starts(self, model: Model, later: list[tuple[str, str, Token]]) -> Model:
        """The model with the start values that are formulas in its parameters."""
        import sympy

        from .constants import value
        from .equations import symbol

        known = {symbol(n): sympy.Rational(repr(v)) for n, v in model.parameters.items()}
        known[symbol("t")] = sympy.S.Zero
        for state, text, token in later:
            try:
                formula = model._system.written.read(text, "a start value")
            except EquationError as error:
                self.scope.fail(error.reason, token)
            number = value(formula.xreplace(known))
            if not isfinite(number):
                self.scope.fail(
                    f"the start value {text} must be a finite number made of parameters", token
                )
            model = model.replace({state: number})
        return model

    def check_order(self) -> None:
        """XPP computes fixed variables in the order of the file; here the order plays no role."""
        fixed = [s for s in self.statements if s.form == "definition" and not s.arguments]
        for i, statement in enumerate(fixed):
            later = {s.name for s in fixed[i + 1 :]} & statement.used()
            if later:
                text = f"{statement.name} uses {min(later)}, which stands below it: XPP would take "
                self.source.note("warning", text + "the value of the step before", statement.token)

    def take_noise(self, name: str, kind: str, reset: Reset | None) -> dict[str, dict[str, str]]:
        """Take the wiener variables out of the statements; return the noise terms."""
        uses = {s.name: s.used() for s in self.statements}
        noisy = depends(uses, set(self.waves)) - set(self.states)
        self.refuse_noise(noisy, reset)
        declared = self.parameters
        self.parameters = declared | dict.fromkeys(self.waves, 0.0)
        try:
            drift, noise = separated(self.built(name, kind), self.waves)
        except NotLinear:
            self.scope.fail(
                f"noise can only be added, as s*{self.waves[0]} with s free of noise; a right side "
                f"has {' or '.join(self.waves)} in another place",
                self.of("wiener")[0].name,
            )
        finally:
            self.parameters = declared
        for statement in self.statements:
            if statement.name in noisy:
                text = f"{statement.name} holds noise: it is written into the equations"
                self.source.note("translated", text, statement.token)
        self.statements = [
            replace(s, rewritten=drift.get(s.name, ""))
            for s in self.statements
            if s.name not in noisy
        ]
        for state, terms in noise.items():
            said = " + ".join(f"({text}) d{wave}" for wave, text in terms.items())
            self.source.note("translated", f"noise of {state}: {said}", self.of("wiener")[0].name)
        return noise

    def refuse_noise(self, noisy: set[str], reset: Reset | None) -> None:
        """Noise belongs into equations only."""
        for line in self.of("aux"):
            if self.scope.spelling[line.name.text.lower()] in noisy:
                self.scope.fail(f"aux {line.name.text} holds noise: leave it out", line.name)
        if reset is not None:
            words = re.findall(NAME, " ".join([reset.condition, *reset.assignments.values()]))
            if set(words) & (noisy | set(self.waves)):
                self.scope.fail("a global can't hold noise here", self.of("global")[0].name)
