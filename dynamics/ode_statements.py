"""What an XPPAUT file declares, in rheobase's names: parameters, wiener variables, statements."""

import re
from dataclasses import dataclass
from math import isfinite

from .grammar import Node
from .ode_grammar import tree
from .ode_lines import NAME, Declaration, Source, declarations
from .ode_scope import OWN, Scope
from .spelling import spelled
from .tokens import NUMBER, Token

ITEM = re.compile(rf"({NAME})\s*(=\s*)?", re.ASCII)
VALUE = re.compile(rf"[-+]?\s*(?:{NUMBER.pattern})(?=\s|,|;|$)")
KINDS = dict(derivative="state", update="state", fixed="definition", derived="definition")


@dataclass(frozen=True)
class Statement:
    """An equation, definition or function in rheobase's names."""

    form: str
    name: str
    arguments: tuple[str, ...]
    right: Node
    token: Token
    rewritten: str = ""

    def text(self, kind: str) -> str:
        """The line in the language of the equations."""
        prime = "'" if self.form == "state" and kind == "flow" else ""
        arguments = f"({', '.join(self.arguments)})" if self.arguments else ""
        return f"{self.name}{prime}{arguments} = {self.rewritten or spelled(self.right)}"

    def used(self) -> set[str]:
        """The names on the right side."""
        found, waiting = set(), [self.right]
        while waiting:
            node = waiting.pop()
            if node.kind in ("name", "call"):
                found.add(node.token.text)
            waiting.extend(node.parts)
        return found - set(self.arguments)


class Declared:
    """The declarations of a file, every name known."""

    def __init__(self, source: Source):
        self.source, self.scope = source, Scope(source)
        self.lines = declarations(source)
        self.parameters: dict[str, float] = {}
        self.waves: list[str] = []
        self.declare()
        self.statements = [s for line in self.lines if (s := self.statement(line))]

    def of(self, *forms: str) -> list[Declaration]:
        return [line for line in self.lines if line.form in forms]

    def declare(self) -> None:
        """Every name, before any expression is read."""
        for line in self.lines:
            if line.form in KINDS:
                self.scope.declare(line.name, KINDS[line.form])
            elif line.form == "function":
                folded = self.scope.declare(line.name, "function")
                self.scope.arity[folded] = len(line.arguments)
            elif line.form == "parameters":
                for token, value in self.items(line):
                    self.parameters[self.scope.declare(token, "a parameter")] = value
            elif line.form == "wiener":
                for token, _ in self.items(line):
                    self.waves.append(self.scope.declare(token, "a wiener variable"))
            elif line.form == "left out":
                text = f"{line.name.text!r}: it offers XPP other values or says what to write"
                self.source.note("left out", text, line.name)
        for line in self.of("aux"):
            self.declare_aux(line)
        self.scope.spell()
        self.parameters = {self.scope.spelling[f]: v for f, v in self.parameters.items()}
        self.waves = [self.scope.spelling[f] for f in self.waves]

    def declare_aux(self, line: Declaration) -> None:
        """An aux may have any name in XPP; here it needs a name that is free."""
        name = re.sub(r"^(?=\d)|\W", "_", line.name.text, flags=re.ASCII)
        folded = name.lower()
        if folded in self.scope.places:
            right = line.line.text[line.at :].strip().lower()
            if right == folded:
                text = f"aux {line.name.text} repeats what has that name already"
                self.source.note("left out", text, line.name)
                self.lines = [other for other in self.lines if other is not line]
                return
            name += "_aux"
        while name.lower() in self.scope.places or name.lower() in OWN:
            name += "_"
        if name != line.name.text:
            text = f"aux {line.name.text} is called {name} here"
            self.source.note("translated", text, line.name)
            token = Token("name", name, line.name.line, line.name.column)
            renamed = Declaration("aux", line.line, line.at, token)
            self.lines = [renamed if other is line else other for other in self.lines]
            line = renamed
        self.scope.declare(line.name, "definition")

    def items(self, line: Declaration) -> list[tuple[Token, float]]:
        """The names and values of a list, with or without commas."""
        found, text, at = [], line.line.text, line.at
        while at < len(text):
            if text[at].isspace() or text[at] in ",;":
                at += 1
                continue
            matched = ITEM.match(text, at)
            if not matched:
                token = line.line.token("", text[at:].split()[0], at)
                self.scope.fail(f"expected name=number, found {token.text!r}", token)
            token = line.line.token("name", matched[1], at)
            at, value = matched.end(), 0.0
            if matched[2]:
                number = VALUE.match(text, at)
                if not number:
                    given = line.line.token("", re.split(r"[\s,]", text[at:] + " ")[0] or "", at)
                    self.scope.fail(
                        f"the value of {token.text} must be a number, not {given.text!r} (XPP "
                        f"reads the digits in front only); a formula is written !{token.text}=...",
                        given,
                    )
                value, at = float(number.group().replace(" ", "")), number.end()
                if not isfinite(value):
                    self.scope.fail(f"the value of {token.text} must be finite", token)
            found.append((token, value))
        return found

    def statement(self, line: Declaration) -> Statement | None:
        """The right side of a line, if it has one."""
        form = KINDS.get(line.form, "definition")
        if line.form not in (*KINDS, "function", "aux"):
            return None
        local = {token.text.lower(): self.scope.free(token.text) for token in line.arguments}
        right = self.scope.resolved(tree(self.source, line.line, line.at), local)
        name = self.scope.spelling[line.name.text.lower()]
        return Statement(form, name, tuple(local.values()), right, line.name)

    def state(self, token: Token) -> str:
        folded = token.text.lower()
        if self.scope.kinds.get(folded) != "state":
            self.scope.fail(f"{token.text!r} has a start value but no equation", token)
        return self.scope.spelling[folded]

    @property
    def states(self) -> list[str]:
        return [s.name for s in self.statements if s.form == "state"]
