"""The computation of one step, before it has a word: nodes in the order in which they are computed.

A node is an operation on earlier nodes. What occurs twice is one node.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ...dynamics import removable

if TYPE_CHECKING:
    from .feeds import Feed

NAMED: dict[str, Callable] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "bernoulli": removable.bernoulli,
    "exprel": removable.exprel,
    "sinc": removable.sinc,
    "power": np.power,
}
LONGEST = 48


@dataclass(frozen=True)
class Node:
    """An operation: its verb, the earlier nodes that it takes, where it comes from.

    Verbs: state, constant, input (read in every step); add, sub, neg, mul, div, floor; less,
    lesseq, equal (1 or 0), select (the second where the first is not 0, else the third); function
    (`name` of NAMED; `value` is the exponent of "power").
    """

    verb: str
    args: tuple[int, ...] = ()
    value: float = 0.0
    name: str = ""
    literal: bool = False  # a number of the text, which a compiler would truncate
    decay: bool = False  # a factor in [0, 1) that gets all the bits of its word
    when: int = -1  # the node without which this one is not computed: it is 0, and draws nothing
    where: str = field(default="", compare=False)
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Graph:
    """The nodes of a step, and which of them are the next values of the states."""

    nodes: tuple[Node, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    states: tuple[str, ...]  # those of the model, and counters
    start: tuple[float, ...]
    spike: int | None  # the node that says whether there is one
    feeds: "tuple[Feed, ...]" = ()


class Builder:
    """Collects nodes; equal ones are entered once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.known: dict[Node, int] = {}
        self.where = ""

    def enter(self, verb: str, *args: int, text: str = "", **facts: object) -> int:
        """The number of a node, new or known."""
        words = [self.nodes[i].text for i in args]
        node = Node(verb, args, where=self.where, text=text or shown(verb, words, facts), **facts)  # type: ignore[arg-type]
        if node not in self.known:
            self.known[node] = len(self.nodes)
            self.nodes.append(node)
        return self.known[node]

    def constant(self, value: float, literal: bool = False, decay: bool = False) -> int:
        """A number that the host, or the compiler, makes a word."""
        return self.enter(
            "constant", value=float(value), literal=literal, decay=decay, text=f"{value:.6g}"
        )

    def rename(self, number: int, text: str) -> None:
        """A node that has a name in the equations is shown by it."""
        node = self.nodes[number]
        if node.verb not in ("state", "constant", "input"):
            self.nodes[number] = Node(**{**node.__dict__, "text": text})


def shown(verb: str, words: Sequence[str], facts: Mapping[str, object]) -> str:
    """A node as text, short; brackets show the order in which it is computed."""
    signs = dict(add=" + ", sub=" - ", mul="*", div="/", less=" < ", lesseq=" <= ", equal=" == ")
    if verb in signs:
        inner = [f"({w})" if verb in ("mul", "div") and " " in w else w for w in words]
        if (verb in ("add", "sub") and is_sum(words[1])) or (
            verb in ("mul", "div") and is_product(inner[1])
        ):
            inner[1] = f"({words[1]})"
        text = signs[verb].join(inner)
    elif verb == "neg":
        text = f"-({words[0]})" if " " in words[0] else f"-{words[0]}"
    else:
        text = f"{facts.get('name') or verb}({', '.join(words)})"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def outside(text: str) -> str:
    """What stands outside all brackets."""
    depth, kept = 0, []
    for sign in text:
        depth -= sign == ")"
        if depth <= 0:
            kept.append(sign)
        depth += sign == "("
    return "".join(kept)


def is_sum(text: str) -> bool:
    """Whether a sum or a difference is the last that a text does.

    >>> is_sum("u + h u'"), is_sum("a*(b + c)")
    (True, False)
    """
    return " + " in outside(text) or " - " in outside(text)


def is_product(text: str) -> bool:
    """Whether a text is a product or a quotient."""
    return "*" in outside(text) or "/" in outside(text)


def apply(node: Node, x):
    """A function's value, NaN where it is undefined."""
    with np.errstate(all="ignore"):
        if node.name == "power":
            return np.power(x, node.value)
        return NAMED[node.name](x)


def is_counter(state: str) -> bool:
    """Whether a state is a program's own, a whole number, and not one of the model."""
    return state.startswith("(")


def is_whole(value: float) -> bool:
    return math.isfinite(value) and value == math.floor(value)
