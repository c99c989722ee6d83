"""A parsed expression as LaTeX: fractions, powers and brackets as on paper, nothing rearranged."""

from .grammar import Node
from .latex_names import latex_name

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
CONDITION = 0
UPRIGHT = ("log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")
ARC = {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"}
FENCES = {"abs": ("|", "|"), "floor": (r"\lfloor ", r"\rfloor")}
SIGNS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}
BINDING = {"exp": POWER, "where": PRODUCT}
SIGNS |= {"and": r"\wedge", "or": r"\vee"}


def typeset(node: Node, inline: bool = False) -> str:
    """The LaTeX of a tree; `inline` writes a/b for fractions, as in exponents."""
    return piece(node, inline)[0]


def piece(node: Node, inline: bool) -> tuple[str, int]:
    """The text and how tightly it binds."""
    kind, parts = node.kind, node.parts
    if kind == "number":
        return number(node.token.text)
    if kind == "name":
        return latex_name(node.token.text), ATOM
    if kind == "call":
        name = node.token.text
        return call(name, parts, inline), BINDING.get(name, ATOM)
    if kind == "+":
        return total(parts, inline), SUM
    if kind == "negative":
        return f"-{bracketed(parts[0], PRODUCT, inline)}", SUM
    if kind in ("*", "inverse"):
        return product(parts if kind == "*" else (node,), inline)
    if kind == "^":
        base, exponent = bracketed(parts[0], ATOM, inline), typeset(parts[1], inline=True)
        return f"{base}^{{{exponent}}}", POWER
    if kind == "not":
        return rf"\neg {bracketed(parts[0], ATOM, inline)}", CONDITION
    return f" {SIGNS[kind]} ".join(bracketed(p, SUM, inline) for p in parts), CONDITION


def bracketed(node: Node, floor: int, inline: bool) -> str:
    text, level = piece(node, inline)
    return text if level >= floor else rf"\left({text}\right)"


def number(text: str) -> tuple[str, int]:
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return mantissa, ATOM
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT


def total(parts: tuple[Node, ...], inline: bool) -> str:
    text = bracketed(parts[0], SUM, inline)
    for part in parts[1:]:
        negative = part.kind == "negative"
        inner = bracketed(part.parts[0] if negative else part, PRODUCT, inline)
        text += f" - {inner}" if negative else f" + {inner}"
    return text


def product(parts: tuple[Node, ...], inline: bool) -> tuple[str, int]:
    """Numerators over denominators; a dot where two numbers would run into each other."""
    above = [part for part in parts if part.kind != "inverse"]
    below = [part.parts[0] for part in parts if part.kind == "inverse"]
    if not below:
        return factors(above, inline, PRODUCT), PRODUCT
    if inline:
        top = factors(above, inline, PRODUCT) if above else "1"
        alone = len(below) == 1
        bottom = bracketed(below[0], POWER, inline) if alone else factors(below, inline, PRODUCT)
        return f"{top}/{bottom}" if alone else rf"{top}/\left({bottom}\right)", PRODUCT
    # one factor needs no brackets between the bars
    top = factors(above, inline, SUM if len(above) == 1 else PRODUCT) if above else "1"
    bottom = factors(below, inline, SUM if len(below) == 1 else PRODUCT)
    return rf"\frac{{{top}}}{{{bottom}}}", PRODUCT


def factors(parts: list[Node], inline: bool, floor: int) -> str:
    text = bracketed(parts[0], floor, inline)
    for part in parts[1:]:
        factor = bracketed(part, PRODUCT, inline)
        text += (r" \cdot " if factor[0].isdigit() else " ") + factor
    return text


def call(name: str, parts: tuple[Node, ...], inline: bool) -> str:
    if name == "exp":
        return f"e^{{{typeset(parts[0], inline=True)}}}"
    if name == "sqrt":
        return rf"\sqrt{{{typeset(parts[0], inline)}}}"
    if name in FENCES:
        left, right = FENCES[name]
        return rf"\left{left}{typeset(parts[0], inline)}\right{right}"
    if name == "where":
        condition, a, b = (typeset(part, inline) for part in parts)
        return rf"\begin{{cases}} {a} & {condition} \\ {b} & \text{{otherwise}} \end{{cases}}"
    arguments = ", ".join(typeset(part, inline) for part in parts)
    word = rf"\{name}" if name in UPRIGHT else ARC.get(name, latex_name(name))
    return rf"{word}\left({arguments}\right)"
