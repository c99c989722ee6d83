"""XPPAUT's `global sign {condition} {x=a;y=b}` as a Reset.

sign 1 (-1) means that the condition rises (falls) through zero. XPP carries the assignments out
one after the other, so that a later one sees the new values; a Reset takes them all from the
values before: what stands earlier is put into what follows.
"""

import re

from .grammar import Node
from .ode_grammar import tree
from .ode_lines import Declaration, Line
from .ode_scope import ZERO, Scope
from .reset import Reset
from .spelling import spelled

SIGN = re.compile(r"\s*([-+]?\d+)\s+|\s*([-+]?\d+)\s*(?=\{)")
STOPS = {"arret": "stops the run", "out_put": "writes output"}


def read_global(scope: Scope, declared: list[Declaration]) -> Reset | None:
    """The reset of a file, if it has one."""
    if not declared:
        return None
    if len(declared) > 1:
        line = declared[0].line.places[0][1]
        scope.fail(f"a Model has one reset; the first global is in line {line}", declared[1].name)
    (event,) = declared
    text = event.line.text
    sign = SIGN.match(text, event.at)
    if not sign or not (sign[1] or sign[2]):
        scope.fail("a global is written: global sign {condition} {x=...;y=...}", event.name)
    direction = int(sign[1] or sign[2])
    if direction not in (1, -1):
        scope.fail(
            f"the sign of a global must be 1 or -1, not {direction}: a reset happens where its "
            "condition rises or falls through zero",
            event.name,
        )
    start, end, after = condition_of(scope, event, sign.end())
    condition = crossing(scope.resolved(tree(scope.source, event.line, start, end)), direction)
    assigned = assignments(scope, event, after)
    texts = {name: spelled(node) for name, node in assigned.items()}
    reset = Reset(condition, assignments=texts)
    said = ", ".join(f"{name} = {text}" for name, text in texts.items())
    scope.source.note("translated", f"the global is a reset at {condition}: {said}", event.name)
    return reset


def condition_of(scope: Scope, event: Declaration, at: int) -> tuple[int, int, int]:
    """Where the condition starts and ends, and where the assignments begin."""
    text = event.line.text
    if text[at : at + 1] == "{":
        end = text.find("}", at)
        after = text.find("{", end) if end >= 0 else -1
        start = at + 1
    else:
        start, end = at, text.find("{", at)
        after = end
    if end < 0 or after < 0 or text.find("}", after) < 0:
        scope.fail("a global is written: global sign {condition} {x=...;y=...}", event.name)
    return start, end, after + 1


def crossing(node: Node, direction: int) -> str:
    """The condition as a comparison: V - 30 rising through zero is V > 30."""
    sign = ">" if direction > 0 else "<"
    if node.kind == "+" and len(node.parts) == 2 and node.parts[1].kind == "negative":
        left, right = node.parts[0], node.parts[1].parts[0]
    else:
        left, right = node, ZERO
    return spelled(Node(sign, node.token, (left, right)))


def assignments(scope: Scope, event: Declaration, at: int) -> dict[str, Node]:
    text, end = event.line.text, event.line.text.index("}", at)
    found: dict[str, Node] = {}
    for part in re.finditer(r"[^;]+", text[at:end]):
        if not part.group().strip():
            continue
        start = at + part.start()
        name, equals, _ = part.group().partition("=")
        token = target(event.line, name, start)
        folded = token.text.lower()
        if not equals:
            scope.fail("an assignment is missing its '='", token)
        if folded in STOPS:
            scope.fail(f"{token.text} {STOPS[folded]}: a reset assigns states only", token)
        if folded == "no_interp":
            scope.source.note("left out", "no_interp: a reset is located exactly here", token)
            continue
        if scope.kinds.get(folded) != "state":
            what = scope.kinds.get(folded, "no declared name")
            scope.fail(f"a reset assigns states; {token.text!r} is {what}", token)
        right = tree(scope.source, event.line, start + len(name) + 1, at + part.end())
        found[scope.spelling[folded]] = replaced(scope.resolved(right), found)
    if not found:
        scope.fail("this global assigns nothing", event.name)
    return found


def target(line: Line, name: str, start: int):
    blanks = len(name) - len(name.lstrip())
    return line.token("name", name.strip() or "}", start + blanks)


def replaced(node: Node, values: dict[str, Node]) -> Node:
    """The tree with names replaced by the trees of their new values."""
    if node.kind == "name":
        return values.get(node.token.text, node)
    return Node(node.kind, node.token, tuple(replaced(part, values) for part in node.parts))
