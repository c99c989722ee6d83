"""Trees of the equations in XPPAUT's functions and names."""

from collections.abc import Mapping

from .grammar import Node
from .tokens import Token

FUNCTIONS = {"log": "ln", "step": "heav", "floor": "flr"}
LONGEST_NUMBER = 38


def leaf(kind: str, text: str) -> Node:
    """A number or a name."""
    return Node(kind, Token(kind, text, 1, 1))


class Dialect:
    """Names and functions as XPP has them."""

    def __init__(self, names: Mapping[str, str]):
        self.names = names

    def node(self, node: Node) -> Node:
        """The tree for XPP."""
        text = node.token.text
        if node.kind == "number":
            return leaf("number", text if len(text) <= LONGEST_NUMBER else repr(float(text)))
        if node.kind == "name":
            return leaf("name", self.names.get(text, text))
        parts = tuple(map(self.node, node.parts))
        if node.kind == "call":
            return self.call(text, parts)
        return Node(node.kind, node.token, parts)

    def call(self, name: str, parts: tuple[Node, ...]) -> Node:
        token = Token("name", self.names.get(name) or FUNCTIONS.get(name, name), 1, 1)
        if name in self.names:
            return Node("call", token, parts)
        if name == "where":
            return Node("where", token, parts)
        if name in ("min", "max"):
            result = parts[0]
            for part in parts[1:]:
                result = Node("call", token, (result, part))
            return result
        if name == "heaviside":  # 1/2 at zero
            sign = Node("call", Token("name", "sign", 1, 1), parts)
            return quotient(Node("+", token, (leaf("number", "1"), sign)), leaf("number", "2"))
        if name == "sigmoid":
            decay = Node("call", Token("name", "exp", 1, 1), (Node("negative", token, parts),))
            one = leaf("number", "1")
            return quotient(one, Node("+", token, (one, decay)))
        if name == "mod" and not is_positive(parts[1]):  # XPP's has another sign below zero
            x, y = parts
            floor = Node("call", Token("name", "flr", 1, 1), (quotient(x, y),))
            whole = Node("*", token, (y, floor))
            return Node("+", token, (x, Node("negative", token, (whole,))))
        return Node("call", token, parts)


def quotient(above: Node, below: Node) -> Node:
    return Node("*", above.token, (above, Node("inverse", below.token, (below,))))


def is_positive(node: Node) -> bool:
    """Whether a tree holds only positive numbers, added, multiplied and divided."""
    if node.kind == "number" or (node.kind == "name" and node.token.text == "pi"):
        return True
    return node.kind in ("+", "*", "inverse", "^") and all(map(is_positive, node.parts))


def cost(node: Node) -> int:
    """The places that XPP's compiled code of an expression takes, or a few more."""
    inner = sum(map(cost, node.parts))
    if node.kind == "number":
        return 3
    if node.kind == "where":
        return inner + 5
    return inner + max(1, len(node.parts) - 1) + (node.kind == "call")
