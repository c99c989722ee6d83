"""Docstrings are written for the prompt; here they become reStructuredText without surprises.

A bar, a star or a trailing underscore is mathematics, never markup. The section `Parameters`, whose
entries are names with an indented text, becomes a heading with a list of definitions.
"""

import re

CODE = re.compile(r"(``.*?``|`.*?`)")
MARKUP = re.compile(r"([|*]|(?<=\w)_(?!\w))")


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def plain(app, what, name, thing, options, lines: list[str]) -> None:
    """Escape outside of code and examples, and set headings; in place."""
    example = False
    for i, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if line and set(line) == {"-"}:
            lines[i - 1 : i + 1] = [f".. rubric:: {lines[i - 1]}", ""]
        elif not example:
            lines[i] = "".join(
                part if part.startswith("`") else MARKUP.sub(r"\\\1", part)
                for part in CODE.split(line)
            )
