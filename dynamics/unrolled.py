"""The fast tier of single trajectories: a march made for one model.

A copy of the kernel `march` is compiled with an `attempt` whose stages are scalars, the model's
right sides inlined and the tableau's numbers literal. It takes a second or so to compile, once a
structure, and is as fast as the arithmetic allows.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from . import cache
from .compiled import IMPORTS, expressions
from .compiled import SOURCES as COMPILED_SOURCES
from .kernels.dormand_prince_tableau import E3, E5, A, C

if TYPE_CHECKING:
    from .system import System

MOST_STATES = 12
REPLACED = {
    "from .compact import compact\n": "",
    "    compact()\n": "",
    "from .dormand_prince import INNER, attempt, step_factor\n": (
        "from .dormand_prince import INNER, step_factor\n"
    ),
}
SOURCES = [*COMPILED_SOURCES, Path(__file__), Path(__file__).with_name("kernels") / "march.py"]
HEAD = (
    IMPORTS.replace("from numba import carray, cfunc, types", "from numba import njit").replace(
        "NUMBERS = types.CPointer(types.float64)\n", ""
    )
    + """
FAST = INNER | dict(fastmath={"contract", "nsz", "arcp", "reassoc"})


@njit(forceinline=True, **FAST)
def rates(t, {states}, {parameters}):
"""
)


def can_unroll(system: "System") -> bool:
    """Whether a system is small enough for scalars."""
    return len(system.states) <= MOST_STATES


def march_of(system: "System") -> Callable:
    """The `march` of one system, compiled or taken from the cache."""
    if system.structure not in _marches:
        _marches[system.structure] = cache.generated("march", march_text(system)).march
    return _marches[system.structure]


def march_exists(system: "System") -> bool:
    """Whether the march of this system is compiled already."""
    return system.structure in _marches or cache.generated_exists("march", march_text(system))


def march_text(system: "System") -> str:
    if system.structure not in _texts:
        _texts[system.structure] = cache.store_text(
            "march", system.structure, lambda: source(system), SOURCES
        )
    return _texts[system.structure]


_marches: dict[str, Callable] = {}
_texts: dict[str, str] = {}


def source(system: "System") -> str:
    """The kernel `march`, with an unrolled `attempt` in the place of the general one."""
    general = (Path(__file__).with_name("kernels") / "march.py").read_text()
    docstring_end = general.index('"""', 3) + 3
    head, body = general[:docstring_end], general[docstring_end:]
    for old, new in REPLACED.items():
        if body.count(old) != 1:
            raise AssertionError(f"this is a bug: the kernel march has no line {old!r}")
        body = body.replace(old, new)
    at = body.index("\n\n\n@njit")
    return f"{head}{body[:at]}\n{attempt_source(system)}{body[at:]}"


def attempt_source(system: "System") -> str:
    """`rates` and `attempt` of one system as scalars."""
    from .codegen import NUMBA, Printer
    from .equations import symbol
    from .exponentials import program_with_shared_exponentials
    from .singular import without_singularities

    n, m = len(system.states), len(system.parameters)
    names = {s: f"x{i}" for i, s in enumerate(system.state_symbols)}
    names |= {s: f"p{i}" for i, s in enumerate(system.parameter_symbols)} | {symbol("t"): "t"}
    printer = Printer(names, NUMBA)
    smooth = [without_singularities(e) for e in expressions(system)["field"]]
    divisors = constant_divisors(smooth, set(system.parameter_symbols))
    once = Printer(names, NUMBA)
    once.lines += [f"p{m + i} = {once.code(e)}" for i, e in enumerate(divisors)]
    names |= {s: f"p{m + i}" for i, s in enumerate(divisors.values())}
    divided = program_with_shared_exponentials([e.xreplace(divisors) for e in smooth])
    results = printer.run(divided)
    every = names_of("p", m + len(divisors))
    head = HEAD.replace("{states}, {parameters}", ", ".join(names_of("x", n) + every))
    lines = [*printer.lines, f"return {', '.join(results)}{',' * (n == 1)}"]
    return head + indented(lines) + "\n\n" + attempt_lines(system, n, len(every), once.lines)


def constant_divisors(smooth: list, parameters: set) -> dict:
    """New names for 1/C and the like, which are worked out once a step: divisions are slow."""
    import sympy

    from .program import temporary

    powers = {power for e in smooth for power in e.atoms(sympy.Pow)}
    constant = [
        power
        for power in sorted(powers, key=sympy.default_sort_key)
        if power.exp.is_Integer and power.exp < 0 and power.free_symbols <= parameters
    ]
    return {power: temporary() for power in constant if power.free_symbols}


def attempt_lines(system: "System", n: int, m: int, once: list[str]) -> str:
    held = system.margin is not None
    lines = [f"x{i} = x[{i}]" for i in range(n)] + [f"k0_{i} = f[{i}]" for i in range(n)]
    lines += [f"p{j} = p[{j}]" for j in range(len(system.parameters))] + once
    if held:
        lines += [f"m{i} = moving[{i}]" for i in range(n)]
    for s in range(1, 12):
        lines += stage_lines(system, s, n, m)
    lines += [f"y{i} = x{i} + h * ({weighted(A[12], 12, i)})" for i in range(n)]
    lines += ["fifth = 0.0", "third = 0.0"]
    for i in range(n):
        lines += [
            f"scale = atol[{i}] + rtol * (abs(x{i}) if abs(x{i}) > abs(y{i}) else abs(y{i}))",
            f"e5 = ({weighted(E5, 12, i)}) / scale",
            f"e3 = ({weighted(E3, 12, i)}) / scale",
            "fifth += e5 * e5",
            "third += e3 * e3",
        ]
    lines += ["error = fifth", "if fifth > 0.0:"]
    lines.append(f"    error = abs(h) * fifth / sqrt((fifth + 0.01 * third) * {float(n)})")
    lines.append("if error < 1.0:")
    accepted = evaluation(system, "t + h", "y", [f"g{i}" for i in range(n)], n, m)
    lines += ["    " + line for line in accepted]
    for i in range(n):
        lines.append(f"    f_new[{i}] = g{i}")
        lines.append(f"    error += 0.0 * g{i} + 0.0 * y{i}")
    lines += [f"x_new[{i}] = y{i}" for i in range(n)]
    signature = "system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, k"
    decorator = "@njit(**FAST)\n"
    return f"{decorator}def attempt({signature}):\n" + indented([*lines, "return error"])


def stage_lines(system: "System", s: int, n: int, m: int) -> list[str]:
    arguments = [f"y{i} = x{i} + h * ({weighted(A[s], s, i)})" for i in range(n)]
    results = [f"k{s}_{i}" for i in range(n)]
    return arguments + evaluation(system, f"t + {float(C[s])!r} * h", "y", results, n, m)


def evaluation(
    system: "System", time: str, letter: str, results: list[str], n: int, m: int
) -> list[str]:
    """Lines that evaluate the right sides at the names `letter`0..., held components at rest."""
    lines = []
    if not system.autonomous:
        lines += [f"time = {time}", "time = low if time < low else high if time > high else time"]
    arguments = ", ".join(names_of(letter, n) + names_of("p", m))
    moment = "t" if system.autonomous else "time"
    lines.append(f"{', '.join(results)}{',' * (n == 1)} = rates({moment}, {arguments})")
    if system.margin is not None:
        lines += [f"{name} *= m{i}" for i, name in enumerate(results)]
    return lines


def weighted(row, count: int, component: int) -> str:
    """sum_j row[j] k_j of one component, zeros left out."""
    terms = [f"{float(row[j])!r} * k{j}_{component}" for j in range(count) if row[j] != 0]
    return " + ".join(terms)


def names_of(letter: str, count: int) -> list[str]:
    return [f"{letter}{i}" for i in range(count)]


def indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines) + "\n"
