"""What a program is given in every step, in C: a table of words, and normal numbers."""

from .feeds import Feed
from .gaussian import FRACTION, GUARD, coefficients, first_state
from .program import Program

NORMAL = """
/* normal numbers: the inverse of their distribution, of a word of 32 bits */
static const int64_t normal_rows[{rows}][4] = {{
{numbers}
}};
static uint32_t normal_state = {start}u;
static int32_t normal(int fraction) {{
    uint32_t word = normal_state = normal_state * 1664525u + 1013904223u;
    int64_t m = word & 0x7FFFFFFF;
    int e = 0, by = {fraction} - fraction;
    if (!m) m = 1;
    while (m >> (e + 1)) e++;
    int64_t t = (m << 3) & (((int64_t) 1 << e) - 1);
    const int64_t *c = normal_rows[8 * e + ((m << 3) >> e) - 8];
    int64_t y = c[2] + ((c[3] * t) >> e);
    y = c[1] + ((y * t) >> e);
    y = c[0] + ((y * t) >> e);
    y = (y + {half}) >> {guard};
    if (word >> 31) y = -y;
    return (int32_t) (by > 0 ? (y + ((int64_t) 1 << by >> 1)) >> by : y);
}}
"""
GIVEN = """
static const int32_t given[{steps}][{count}] = {{
{rows}
}};
"""


def of_time(program: Program) -> list[Feed]:
    """The feeds that the host computes."""
    return [feed for feed in program.feeds if not feed.is_noise]


def normal_text(program: Program, seed: int) -> str:
    """The function that draws a normal number, if there is noise."""
    if len(of_time(program)) == len(program.feeds):
        return ""
    rows = coefficients().tolist()
    return NORMAL.format(
        rows=len(rows),
        numbers=rows_text(rows),
        start=first_state(seed),
        fraction=FRACTION,
        half=1 << GUARD >> 1,
        guard=GUARD,
    )


def given_text(program: Program, steps: int, seed: int) -> str:
    """The words of time, a row a step."""
    columns = [i for i, feed in enumerate(program.feeds) if not feed.is_noise]
    if not columns:
        return ""
    rows = program.given(0, steps, seed)[:, columns].tolist()
    return GIVEN.format(steps=steps, count=len(columns), rows=rows_text(rows, ""))


def rows_text(rows: list, suffix: str = "LL") -> str:
    """Rows of integers between braces."""
    return ",\n".join(
        "    { " + ", ".join("INT32_MIN" if n == -(1 << 31) else f"{n}{suffix}" for n in row) + " }"
        for row in rows
    )
