"""Equations as LaTeX: names like g_Na and m_inf become symbols with subscripts, Greek is Greek."""

from typing import TYPE_CHECKING

import sympy

if TYPE_CHECKING:
    from .model import Model
    from .reset import Reset

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
)
WORDS = {"inf": r"\infty", "\u221e": r"\infty"}


def latex_of(model: "Model") -> str:
    """The states' equations, then the definitions, then the reset, as an aligned block."""
    names = {s: latex_name(s.name) for e in expressions(model) for s in e.free_symbols}

    def latex(expression: sympy.Expr) -> str:
        return sympy.latex(expression, symbol_names=names, fold_short_frac=False)

    lines = []
    for state, rate in model.equations.items():
        name = latex_name(state)
        left = rf"\dot{{{name}}}" if model.kind == "flow" else rf"{name} \mapsto"
        lines.append(
            rf"{left} &= {latex(rate)}" if model.kind == "flow" else f"{left} &\\; {latex(rate)}"
        )
    for name, expression in model.definitions.items():
        lines.append(f"{latex_name(name)} &= {latex(expression)}")
    if model.reset is not None:
        lines.append(reset_line(model, model.reset, latex))
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def expressions(model: "Model") -> list[sympy.Expr]:
    system = model._system
    return [*model.equations.values(), *model.definitions.values(), *system.everything_else]


def reset_line(model: "Model", reset: "Reset", latex) -> str:
    system = model._system
    changes = ",\\; ".join(
        rf"{latex_name(name)} \leftarrow {latex(after)}"
        for name, after in zip(model.states, system.after, strict=True)
        if name in reset.assignments
    )
    return rf"{latex(system.margin)} > 0 &: \; {changes}"


def latex_name(name: str) -> str:
    """A name as LaTeX: `g_Na` is g with the subscript Na, `tau_m` a Greek letter with one."""
    head, *rest = name.replace("\u221e", "_\u221e").strip("_").split("_")
    below = [part for part in rest if part]
    if not below and len(head) > 1 and head[-1].isdigit() and head.rstrip("0123456789"):
        letters = head.rstrip("0123456789")
        head, below = letters, [head[len(letters) :]]
    text = letter(head or name.replace("_", r"\_"))
    if not below:
        return text
    return f"{text}_{{{','.join(subscript(part) for part in below)}}}"


def letter(head: str) -> str:
    if head in GREEK:
        return f"\\{head}"
    return WORDS.get(head, head if len(head) == 1 else rf"\mathrm{{{head}}}")


def subscript(part: str) -> str:
    if part in GREEK:
        return f"\\{part}"
    return WORDS.get(part, part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}")
