"""What an operation's name says: `k_mul`, `k_smul`, `k_to_lr_sat`, `k_ulr_mul`, `x_mulrn`.

    T_add sub mul div cmp neg shl shr      the operators on one type
    T_sadd ssub smul sdiv sneg sshl        on its `_Sat` form
    S_T_add sub mul div cmp                on two types
    S_to_T, S_to_T_sat                     conversions
    x_...                                  kernels that neuron code writes out itself

As a second type, integers are called `int` and `uint`, floats `float`. `cmp` gives six bits: < 1,
<= 2, == 4, >= 8, > 16, != 32. Shifts take a 32-bit count, of which the bits below the operand's
width count.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from ...dynamics.errors import InvalidArgument, UnknownName
from .formats import BOOL, FIXED, FLOATS, FORMATS, INTEGERS, Format, common

BINARY = ("add", "sub", "mul", "div", "cmp")
SHIFTS = ("shl", "shr")
SATURATING = {f"s{verb}": verb for verb in ("add", "sub", "mul", "div", "neg", "shl")}
CMP = Format("cmp", "uint8_t", 8, signed=False, kind="integer")
COUNT = INTEGERS["u32"]
OTHERS = {"int": INTEGERS["i32"], "uint": INTEGERS["u32"], "float": FLOATS["f32"]}


@dataclass(frozen=True)
class Operation:
    """An operation taken apart: what is done, on which types, giving which."""

    name: str
    verb: str
    left: Format
    right: Format | None
    result: Format
    saturating: bool = False
    computed_in: Format | None = None  # the common type, where the operands' types differ
    random: bool = False


K, LR, ULR, U32 = FIXED["k"], FIXED["lr"], FIXED["ulr"], INTEGERS["u32"]
EXPLICIT = {
    operation.name: operation
    for operation in (
        Operation("x_mulsat", "mulsat", K, K, K),
        Operation("x_mulrn", "mulrn", K, K, K),
        Operation("x_mulsr", "mulsr", K, K, K, random=True),
        Operation("x_k_lr", "k_lr", K, LR, K),
        Operation("x_k_lr_rn", "k_lr_rn", K, LR, K),
        Operation("x_k_ulr", "k_ulr", K, ULR, K),
        Operation("x_k_ulr_rn", "k_ulr_rn", K, ULR, K),
        Operation("x_k_ulr_sr", "k_ulr_sr", K, ULR, K, random=True),
        Operation("x_kdivk", "kdivk", K, K, K),
        Operation("x_kdivui", "kdivui", K, U32, K),
        Operation("x_roundk", "roundk", K, U32, K),
        Operation("x_abs", "abs", K, None, K),
        Operation("x_sabs", "abs", K, None, K, saturating=True),
        Operation("x_countlsk", "countlsk", K, None, CMP),
    )
}


@cache
def operation(name: str) -> Operation:
    """The operation of this name; an unknown one is answered with the nearest.

    >>> operation("k_ulr_mul").result.tag
    'lk'
    """
    if not isinstance(name, str):
        raise InvalidArgument(f"an operation is named by a text such as 'k_mul', not {name!r}")
    if name in EXPLICIT:
        return EXPLICIT[name]
    words = name.split("_")
    found = None
    if len(words) >= 3 and words[1] == "to":
        found = conversion(name, words)
    elif len(words) == 2 and words[0] in FIXED:
        found = on_one_type(name, FIXED[words[0]], words[1])
    elif len(words) == 3 and words[0] in FIXED:
        found = on_two_types(name, FIXED[words[0]], words[1], words[2])
    if found is None:
        near = get_close_matches(name, names(), n=5)
        raise UnknownName(name, "an operation (rb.spinnaker.names() lists all)", near)
    return found


def on_one_type(name: str, form: Format, verb: str) -> Operation | None:
    saturating = verb in SATURATING
    verb = SATURATING.get(verb, verb)
    if verb in BINARY:
        return Operation(name, verb, form, form, CMP if verb == "cmp" else form, saturating)
    if verb in SHIFTS:
        return Operation(name, verb, form, COUNT, form, saturating)
    return Operation(name, verb, form, None, form, saturating) if verb == "neg" else None


def on_two_types(name: str, left: Format, other: str, verb: str) -> Operation | None:
    right = OTHERS.get(other) or FIXED.get(other)
    if right is None or right == left or verb not in BINARY:
        return None
    shared = common(left, right)
    if shared is None:
        return None
    result = CMP if verb == "cmp" else shared
    return Operation(name, verb, left, right, result, computed_in=shared)


def conversion(name: str, words: list[str]) -> Operation | None:
    source, goal, ending = words[0], words[2], words[3:]
    saturating = ending == ["sat"]
    if ending and not saturating:
        return None
    goals = FORMATS | {"bool": BOOL}
    if source not in FORMATS or goal not in goals or source == goal:
        return None
    left, result = FORMATS[source], goals[goal]
    if "fixed" not in (left.kind, result.kind) or (saturating and result.kind != "fixed"):
        return None
    return Operation(name, "to", left, None, result, saturating)


@cache
def names() -> tuple[str, ...]:
    """All operations by name."""
    found = [
        *(f"{tag}_{verb}" for tag in FIXED for verb in (*BINARY, *SHIFTS, "neg", *SATURATING)),
        *(
            f"{left}_{other}_{verb}"
            for left in FIXED
            for other in (*FIXED, *OTHERS)
            for verb in BINARY
            if on_two_types("", FIXED[left], other, verb)
        ),
        *(
            f"{source}_to_{goal}{ending}"
            for source in FORMATS
            for goal in (*FORMATS, "bool")
            for ending in ("", "_sat")
            if conversion("", [source, "to", goal, *ending.split("_")[1:]])
        ),
    ]
    return (*found, *EXPLICIT)
