"""The noise of a step, as lines of the ensemble kernel.

With independent normal numbers z_j, dW_j = sqrt(h) z_j, the end u_i of the step of the drift
becomes

    u_i + sum_j g_ij dW_j                                    Euler-Maruyama
        + sum_j (dW_j^2 - h)/2 g_ij dg_ij/dx_i               Milstein, for diagonal noise
"""

from typing import TYPE_CHECKING

from ..compiled import expressions
from .printing import function_lines

if TYPE_CHECKING:
    from ..system import System

WITH_NOISE = ("euler-maruyama", "milstein")


def noise_functions(system: "System", scheme: str, names: dict, arguments: str) -> str:
    """The functions that the lines of `noise_lines` call."""
    if scheme not in WITH_NOISE:
        return ""
    parts = expressions(system)
    text = function_lines("amplitudes", arguments, nonzero(parts["noise"]), names)
    if scheme == "milstein":
        slopes = nonzero(own_slopes(system))
        text += function_lines("amplitude_slopes", arguments, slopes, names)
    return text


def noise_lines(system: "System", scheme: str, call: str, held: bool) -> list[str]:
    """Lines that add the noise of a step to u0, u1, ...; `call` are the arguments at its begin."""
    if scheme not in WITH_NOISE:
        return []
    parts, sources = expressions(system), len(system.sources)
    lines = ["root = sqrt(h)", *assigned("g", parts["noise"], "amplitudes", call)]
    if scheme == "milstein":
        slopes = own_slopes(system)
        lines += assigned("d", slopes, "amplitude_slopes", call)
    for k, amplitude in enumerate(parts["noise"]):
        i, j = divmod(k, sources)
        if amplitude == 0:
            continue
        change = f"root * g{k} * z{j}"
        if scheme == "milstein" and slopes[k] != 0:
            change += f" + 0.5 * h * d{k} * (z{j} * z{j} - 1.0)"
        still = held and system.held[i]
        lines.append(f"u{i} += m * ({change})" if still else f"u{i} += {change}")
    return lines


def own_slopes(system: "System") -> list:
    """g_ij dg_ij/dx_i, row by row: all there is where each state has a source of its own."""
    products, m = expressions(system)["noise_slope"], len(system.sources)
    return [products[(i * m + j) * m + j] for i in range(len(system.noise)) for j in range(m)]


def nonzero(expressions: list) -> list:
    return [e for e in expressions if e != 0]


def assigned(letter: str, expressions: list, function: str, call: str) -> list[str]:
    """The line that calls a function for the expressions that are not zero."""
    names = [f"{letter}{k}" for k, e in enumerate(expressions) if e != 0]
    if not names:
        return []
    return [f"{', '.join(names)}{',' * (len(names) == 1)} = {function}({call})"]
