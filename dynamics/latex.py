"""The equations of a model as LaTeX, term by term as they were written."""

from typing import TYPE_CHECKING

from .grammar import Statement, expression, statements
from .latex_names import latex_name
from .typeset import typeset

if TYPE_CHECKING:
    from .model import Model
    from .reset import Reset


def latex_of(model: "Model") -> str:
    """The equations and definitions in the order of the text, then the reset, as an aligned
    block."""
    _, written = statements(model.text)
    lines = [statement_line(model, statement) for statement in written]
    if model.reset is not None:
        lines.append(reset_line(model, model.reset))
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def statement_line(model: "Model", statement: Statement) -> str:
    name, right = latex_name(statement.name.text), typeset(statement.right)
    if statement.form == "function":
        arguments = ", ".join(latex_name(token.text) for token in statement.arguments)
        return rf"{name}\left({arguments}\right) &= {right}"
    if statement.name.text not in model.states:
        return f"{name} &= {right}"
    head, mark, below = name.partition("_{")
    dotted = rf"\dot{{{head}}}{mark}{below}"
    return f"{dotted} &= {right}" if model.kind == "flow" else rf"{name} \mapsto &\; {right}"


def reset_line(model: "Model", reset: "Reset") -> str:
    """The condition, what is assigned, and for how long which states rest."""
    changes = [
        rf"{latex_name(name)} \leftarrow {typeset(expression(text)[1])}"
        for name, text in reset.assignments.items()
    ]
    if reset.refractory is not None:
        held = ", ".join(latex_name(name) for name in reset.hold or model.states)
        pause = typeset(expression(reset.refractory)[1])
        changes.append(rf"{held} \;\text{{at rest for}}\; {pause}")
    return rf"{typeset(expression(reset.condition)[1])} &: \; " + ",\\; ".join(changes)
