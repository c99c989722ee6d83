"""A model with the machine's constants: everything else about it stays exact."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import trunc

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.tokens import Token, normalised, tokens
from .qformat import QFormat

CONSTANTS: dict[str, Callable[[Fraction], int]] = {
    "host": round,
    "literal": trunc,
    "truncate": trunc,
}


def quantize(model: Model, word: QFormat, constants: str = "host") -> Model:
    """The model whose parameters and numbers are machine words; the equations are solved exactly.

    word
        The format that the constants get (its own rounding is that of arithmetic).
    constants
        "host" rounds to the nearest, ties to even, as parameters that the host sends are; "literal"
        (or "truncate", as `emulate` calls it) truncates toward zero, as a compiler does with
        literals.

    Parameters and the numbers that stand in equations, reset and noise become multiples of
    2^-fraction; exponents stay, and so do start values and the natural range. A number is rounded
    as it is written: 1/15 stays an exact division of 1 by 15. One that doesn't fit, or that
    vanishes, is refused.

    The result is an ordinary Model: every analysis applies to it, and what it shows is the effect
    of the constants alone, without that of the arithmetic.

    >>> import rheobase as rb
    >>> model = quantize(rb.models.izhikevich(), rb.QFormat(16, 15))
    >>> print(model.text)
    v' = 0.040008544921875*v^2 + 5*v + 140 - u + I
    u' = a*(b*v - u)
    >>> model.parameters["a"] == 655 / 32768
    True
    """
    if constants not in CONSTANTS:
        raise UnknownName(constants, "a way to round constants", CONSTANTS)
    if not isinstance(word, QFormat):
        raise InvalidArgument(f"quantize(model, word) takes a QFormat, not {word!r:.60}")
    rule = Rule(word, CONSTANTS[constants])
    fields = model.to_dict()
    fields["name"] = f"{model.name}, constants in {word.name}"
    fields["text"] = rule.in_text(model.text)
    fields["parameters"] = {
        name: float(rule.rounded(Fraction(value), f"the parameter {name} = {value:g}"))
        for name, value in model.parameters.items()
    }
    if fields["reset"] is not None:
        fields["reset"] = rule.in_texts(fields["reset"], but=("hold",))
    fields["noise"] = rule.in_texts(fields["noise"])
    return Model.from_dict(fields)


@dataclass(frozen=True)
class Rule:
    """How numbers become multiples of 2^-fraction, alone and in texts."""

    word: QFormat
    whole: Callable[[Fraction], int]

    def rounded(self, value: Fraction, what: str) -> Fraction:
        """The number that the word stands for."""
        n = self.whole(value * (1 << self.word.fraction))
        if not self.word.lowest <= n <= self.word.highest:
            least, most = self.word.range
            raise InvalidArgument(
                f"{what} doesn't fit into {self.word.name}, {least:g} to {most:g}: take a word "
                "with more bits before the point, or other units"
            )
        if n == 0 and value != 0:
            raise InvalidArgument(
                f"{what} becomes 0 in {self.word.name}, with steps of {self.word.resolution:.3g}: "
                "take a word with more bits behind the point, or other units"
            )
        return Fraction(n, 1 << self.word.fraction)

    def in_text(self, text: str) -> str:
        """The text with its numbers rounded, exponents left."""
        text = normalised(text)
        lines = text.split("\n")
        found = tokens(text)
        kept = exponents(found)
        for i, token in reversed(list(enumerate(found))):
            if token.kind == "number" and i not in kept:
                value = Fraction(token.text)
                new = self.rounded(value, f"the number {token.text}")
                if new != value:
                    line, start = lines[token.line - 1], token.column - 1
                    end = start + len(token.text)
                    lines[token.line - 1] = line[:start] + written(new) + line[end:]
        return "\n".join(lines)

    def in_texts(self, fields: dict, but: tuple[str, ...] = ()) -> dict:
        """The same for every text in nested fields."""
        found: dict = {}
        for name, entry in fields.items():
            if isinstance(entry, dict):
                found[name] = self.in_texts(entry)
            else:
                found[name] = self.in_text(entry) if isinstance(entry, str) else entry
        return found | {name: fields[name] for name in but}


def exponents(found: list[Token]) -> set[int]:
    """The places of the tokens that belong to an exponent."""
    inside: set[int] = set()
    for i, token in enumerate(found):
        if token.is_("^", "**"):
            inside |= set(range(i + 1, end_of_operand(found, i + 1)))
    return inside


def end_of_operand(found: list[Token], at: int) -> int:
    """Where the operand ends that begins here: signs, then a number, a name, a call or brackets."""
    while found[at].is_("+", "-"):
        at += 1
    if found[at].kind == "name" and found[at + 1].is_("("):
        at += 1
    depth = 0
    while True:
        depth += found[at].is_("(", "[") - found[at].is_(")", "]")
        at += 1
        if depth <= 0:
            return at


def written(value: Fraction) -> str:
    """A multiple of a power of two in decimals, exactly."""
    with localcontext() as context:
        context.prec = 200
        return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")
