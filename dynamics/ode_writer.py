"""Models as files for XPPAUT: equations as they are written, numbers to the last digit.

Definitions are fixed variables in the order of their use, a reset is a `global`, noise is
`wiener`. XPP carries out the assignments of a global one after the other, so they are put into an
order in which none needs what another has changed. What XPP can't hold is an error that says why.
"""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NoReturn

from .errors import InvalidArgument
from .grammar import Node, Statement, expression, statements
from .ode_dialect import Dialect, cost, leaf
from .ode_names import xpp_names
from .ode_options import FIXED_STEP, WRITTEN, write_options
from .reset import Reset
from .spelling import COMPARISONS, spelled
from .writer import write

if TYPE_CHECKING:
    from .model import Model

LINE, EVENT, CODE, COMMENT, ROW = 1000, 250, 240, 90, 5


def to_ode(
    model: "Model",
    until: float | None = None,
    step: float | None = None,
    scheme: str | None = None,
    tolerance: float | None = None,
) -> str:
    """The model as the text of an .ode file; the arguments say how XPP should integrate it."""
    return "\n".join(Writer(model).lines(until, step, scheme, tolerance)) + "\n"


class Writer:
    """A model on its way to XPP."""

    def __init__(self, model: "Model"):
        self.model, self.system = model, model._system
        if self.system.shots:
            self.refuse("it has Poisson input, whose arrivals XPP can't place between its steps")
        _, self.statements = statements(model.text)
        functions = [s.name.text for s in self.statements if s.form == "function"]
        self.sources = self.named_sources()
        every = [*model.states, *model.parameters, *model.definitions, *functions]
        self.names = xpp_names([*every, *self.sources.values()])
        self.dialect = Dialect(self.names)

    def named_sources(self) -> dict[str, str]:
        """A variable for each source of noise."""
        found: dict[str, str] = {}
        known = {*self.model.states, *self.model.parameters, *self.model.definitions}
        for number, source in enumerate(self.system.sources, 1):
            free = source.isidentifier() and source not in known
            found[source] = source if free else f"w{number}"
            while found[source] in known:
                found[source] += "_"
            known.add(found[source])
        return found

    def refuse(self, why: str) -> NoReturn:
        raise InvalidArgument(f"{self.model.name!r} can't be written for XPP: {why}")

    def lines(self, until, step, scheme, tolerance) -> Iterator[str]:
        """The lines of the file."""
        yield from self.comments()
        written = {s.name.text: s for s in self.statements}
        for name in self.model.definitions:
            right = self.dialect.node(written[name].right)
            yield self.checked(f"{self.names[name]}={spelled(right, xpp=True)}")
        for statement in self.statements:
            if statement.form == "function":
                yield self.function(statement)
        for state in self.model.states:
            yield self.equation(written[state])
        yield from self.values("par", self.model.parameters)
        yield from self.values("init", self.model.start)
        if self.sources:
            yield "wiener " + ",".join(self.names[name] for name in self.sources.values())
        if self.model.reset is not None:
            yield self.reset(self.model.reset)
        yield self.options(until, step, scheme, tolerance)
        yield "done"

    def comments(self) -> Iterator[str]:
        model = self.model
        yield comment(model.name)
        if model.reference:
            yield comment(model.reference)
        for name, short in self.names.items():
            if name != short:
                yield comment(f"{name} is called {short}")
        for name in (*model.states, *model.parameters):
            words = [model.meanings.get(name, ""), model.units.get(name, "")]
            if said := ", ".join(word for word in words if word not in ("", "1")):
                yield comment(f"{self.names[name]}: {said}")
        if self.singular():
            yield comment("XPP puts 0 where a rate is 0/0; the limit there is not 0")

    def singular(self) -> bool:
        """Whether a right side has a removable singularity."""
        from .singular import without_singularities

        return any(without_singularities(e) != e for e in self.system.right_sides)

    def checked(self, line: str) -> str:
        if len(line) > LINE:
            self.refuse(
                f"a line would have {len(line)} characters, XPP reads {LINE}; give parts of it "
                f"names of their own: {line[:40]}..."
            )
        return line

    def function(self, statement: Statement) -> str:
        """A function; its arguments hide names that XPP takes for the same only if they are."""
        arguments = [token.text for token in statement.arguments]
        others = [short for name, short in self.names.items() if name not in arguments]
        local = xpp_names(arguments, taken=others)
        right = Dialect(self.names | local).node(statement.right)
        name = self.names[statement.name.text]
        if cost(right) > CODE:
            self.refuse(f"the function {name} is too long; split it")
        listed = ",".join(local.values())
        return self.checked(f"{name}({listed})={spelled(right, xpp=True)}")

    def equation(self, statement: Statement) -> str:
        """The derivative (or next value) of a state, noise added."""
        state = statement.name.text
        parts = [self.dialect.node(statement.right)]
        for source, text in self.model.noise.get(state, {}).items():
            amplitude = self.dialect.node(expression(str(text))[1])
            wave = leaf("name", self.names[self.sources[source]])
            parts.append(Node("*", amplitude.token, (amplitude, wave)))
        right = Node("+", statement.name, tuple(parts)) if len(parts) > 1 else parts[0]
        left = self.names[state] + ("(t+1)" if self.model.kind == "map" else "'")
        return self.checked(f"{left}={spelled(right, xpp=True)}")

    def values(self, command: str, given: Mapping[str, float]) -> Iterator[str]:
        pairs = [f"{self.names[n]}={repr(v).removesuffix('.0')}" for n, v in given.items()]
        for i in range(0, len(pairs), ROW):
            yield f"{command} " + ",".join(pairs[i : i + ROW])

    def reset(self, reset: Reset) -> str:
        """The reset as a global."""
        if self.system.pause not in (None, 0):
            self.refuse("it has a refractory time, during which XPP can't hold a state")
        sign, margin = self.margin(reset.condition)
        ordered = self.in_order({name: self.full(t) for name, t in reset.assignments.items()})
        events = [f"{self.names[name]}={tight(right)}" for name, right in ordered]
        for text in (margin, *events):
            if len(text) > EVENT:
                self.refuse(f"a part of its reset has more than {EVENT} characters: {text[:40]}...")
        return self.checked(f"global {sign} {{{margin}}} {{{';'.join(events)}}}")

    def margin(self, condition: str) -> tuple[int, str]:
        """The sign and the condition of the global."""
        tree = self.full(condition)
        if tree.kind not in COMPARISONS:
            tree = Node(
                ">", tree.token, (self.full(write(self.system.margin)), leaf("number", "0"))
            )
        left, right = tree.parts
        difference = Node("+", tree.token, (left, Node("negative", tree.token, (right,))))
        plain = left if right.kind == "number" and right.token.text == "0" else difference
        return 1 if tree.kind in (">", ">=") else -1, tight(plain)

    def full(self, text: str) -> Node:
        """An expression for a global: definitions written out, because XPP's are a step late."""
        tree = expression(text)[1]
        if names_of(tree) & self.model.definitions.keys():
            tree = expression(write(self.system.written.read(text)))[1]
        return self.dialect.node(tree)

    def in_order(self, assigned: dict[str, Node]) -> list[tuple[str, Node]]:
        """The assignments, each before those that change what it uses."""
        short = {self.names[name]: name for name in assigned}
        before: dict[str, set[str]] = {name: set() for name in assigned}
        for name, right in assigned.items():
            for used in names_of(right) & short.keys() - {self.names[name]}:
                before[short[used]].add(name)
        try:
            order = list(TopologicalSorter(before).static_order())
        except CycleError:
            self.refuse("its reset exchanges states; XPP assigns one after the other")
        return [(name, assigned[name]) for name in order]

    def options(self, until, step, scheme, tolerance) -> str:
        model = self.model
        until = float(until or model.options.get("until", 20.0))
        scheme = scheme or str(model.options.get("scheme", "auto"))
        if scheme == "auto" and (model.noise or model.reset is not None):
            scheme = "euler" if model.noise else "rk4"
        if scheme not in WRITTEN:
            self.refuse(f"it has no scheme {scheme!r}; choose from {', '.join(WRITTEN)}")
        points = 20_000 if scheme in FIXED_STEP else 2_000
        step = float(step or model.options.get("step", until / points))
        tolerance = float(tolerance or model.options.get("tolerance", 1e-9))
        return write_options(model.kind == "map", until, step, scheme, tolerance)


def comment(text: str) -> str:
    """A comment line; XPP would go on reading after a backslash, or after 1024 characters."""
    plain = " ".join(text.replace("\\", "/").split())
    return "# " + (plain if len(plain) <= COMMENT else plain[: COMMENT - 3] + "...")


def tight(node: Node) -> str:
    """Without blanks, as a global wants it."""
    return spelled(node, xpp=True).replace(" ", "")


def names_of(tree: Node) -> set[str]:
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if node.kind in ("name", "call"):
            found.add(node.token.text)
        waiting.extend(node.parts)
    return found
