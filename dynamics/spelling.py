"""Trees into text: in the language of the equations, or in XPP's.

Brackets are written where they are needed, and around conditions always; numbers stay as they
were written.
"""

from .grammar import Node

LOGIC, SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
XPP = {"and": "&", "or": "|"}


def spelled(node: Node, xpp: bool = False) -> str:
    """The text of a tree; with `xpp` in XPP's language."""
    return written(node, xpp)[0]


def bracketed(node: Node, floor: int, xpp: bool) -> str:
    text, level = written(node, xpp)
    return text if level >= floor else f"({text})"


def written(node: Node, xpp: bool) -> tuple[str, int]:
    """The text and how tightly it binds."""
    kind, parts = node.kind, node.parts
    if kind in ("number", "name"):
        return node.token.text, ATOM
    if kind == "call":
        return f"{node.token.text}({', '.join(spelled(p, xpp) for p in parts)})", ATOM
    if kind == "where":
        condition, yes, no = (spelled(part, xpp) for part in parts)
        if xpp:
            return f"if({condition})then({yes})else({no})", ATOM
        return f"where({condition}, {yes}, {no})", ATOM
    if kind == "+":
        return sum_of(parts, xpp), SUM
    if kind == "*":
        return product_of(parts, xpp)
    if kind == "negative":
        return "-" + bracketed(parts[0], PRODUCT, xpp), SUM
    if kind == "inverse":
        return "1/" + bracketed(parts[0], POWER, xpp), PRODUCT
    if kind == "^":
        return f"{bracketed(parts[0], ATOM, xpp)}^{bracketed(parts[1], ATOM, xpp)}", POWER
    if kind == "not":
        return f"not ({spelled(parts[0], xpp)})" if not xpp else f"not({spelled(parts[0], xpp)})", 1
    if kind in COMPARISONS:
        floor = ATOM if xpp else SUM
        return f" {kind} ".join(bracketed(part, floor, xpp) for part in parts), LOGIC
    joined = f" {XPP[kind] if xpp else kind} "
    return joined.join(bracketed(part, SUM, xpp) for part in parts), LOGIC


def sum_of(parts: tuple[Node, ...], xpp: bool) -> str:
    text = bracketed(parts[0], SUM, xpp)
    for part in parts[1:]:
        if part.kind == "negative":
            text += " - " + bracketed(part.parts[0], PRODUCT, xpp)
        else:
            text += " + " + bracketed(part, PRODUCT, xpp)
    return text


def product_of(parts: tuple[Node, ...], xpp: bool) -> tuple[str, int]:
    first, *rest = parts
    negative = first.kind == "negative"
    text = bracketed(first.parts[0] if negative else first, POWER if negative else PRODUCT, xpp)
    for part in rest:
        if part.kind == "inverse":
            text += "/" + bracketed(part.parts[0], POWER, xpp)
        else:
            text += "*" + bracketed(part, POWER, xpp)
    return ("-" + text, SUM) if negative else (text, PRODUCT)
