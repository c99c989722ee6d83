"""Single precision for the arithmetic of a step; everything else stays as it is.

A block's numbers are double. At each step the states are rounded into a buffer v of single
precision, the step is taken there, twice as many members at a time, and its end is copied back.
"""

import re

from ..kernels import ensemble_layout as at
from ..kernels.ensemble_layout import FIXED, WIDTH
from .rows import Rows

NUMBER = re.compile(r"(?<![\w.])(\d+\.\d*(?:e[+-]?\d+)?|\d+e[+-]?\d+)")
FUNCTION = re.compile(
    r"\b(exp|log|sin|cos|tan|sinh|cosh|tanh|asin|acos|atan|sqrt|floor|relative_growth|"
    r"bernoulli_from_exp|(?:bernoulli|exprel|sinc)_\d)\("
)
OURS = re.compile(r"\b(rates|diagonal|amplitudes|amplitude_slopes|step)\(")


def in_single(text: str) -> str:
    """The functions of a text once more, with single literals and functions."""
    text = FUNCTION.sub(r"single.\1(", text)
    text = OURS.sub(r"\1_single(", text)
    return NUMBER.sub(r"f4(\1)", text)


def single_lines(rows: Rows, held: str | None, keep_old: bool) -> tuple[list[str], list[str]]:
    """Lines for the begin of a block, and the lines of a step: rounding, the step, copying back.

    `held` says in the block's terms whether a member is held; without it nobody is.
    """
    n, m = rows.states, rows.parameters
    still = n + m + rows.sources
    enter = [
        f"for i in range({m * WIDTH}):",
        f"    v[{n * WIDTH} + i] = y[{rows.p * WIDTH} + i]",
    ]
    lines = [f"for lane in range({WIDTH}):"]
    for i in range(n):
        lines.append(f"    x{i} = y[{(FIXED + i) * WIDTH} + lane]")
        lines.append(f"    v[{i * WIDTH} + lane] = x{i}")
        if keep_old:
            lines.append(f"    y[{(rows.old + i) * WIDTH} + lane] = x{i}")
    for j in range(rows.sources):
        lines.append(
            f"    v[{(n + m + j) * WIDTH} + lane] = y[{(rows.z + j) * WIDTH} + parity + lane]"
        )
    if held:
        lines.append(f"    release = y[{at.RELEASE * WIDTH} + lane]")
        lines.append(f"    v[{still * WIDTH} + lane] = 0.0 if release > {held} else 1.0")
    x, p, z = (
        [f"{a}{i}" for i in range(k)] for a, k in zip("xpz", (n, m, rows.sources), strict=True)
    )
    lines += ["now4 = f4(now)", "h4 = f4(h)", f"for lane in range({WIDTH}):"]
    lines += [f"    {name} = v[{i * WIDTH} + lane]" for i, name in enumerate([*x, *p, *z])]
    moving = f"v[{still * WIDTH} + lane]" if held else "f4(1.0)"
    ends = ", ".join(f"u{i}" for i in range(n)) + "," * (n == 1)
    lines.append(f"    {ends} = step_single({', '.join(['now4', 'h4', moving, *x, *p, *z])})")
    lines += [f"    v[{i * WIDTH} + lane] = u{i}" for i in range(n)]
    return enter, lines


def size(rows: Rows) -> int:
    """The length of the buffer v."""
    return (rows.states + rows.parameters + rows.sources + 1) * WIDTH
