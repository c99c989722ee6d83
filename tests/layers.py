"""Who may know whom: reads the imports of a tree and lists what breaks the layers.

    dynamics            imports none of the others
    models, analysis    import dynamics
    hardware            imports dynamics; precision/ also asks analysis, in two files
    gallery, cli        import all

Upward arrows are looked for everywhere in a file, circles among the imports that run when the file
is imported. Every complaint begins with `file:line:`.
"""

import ast
import sys
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from rooms import modules

BELOW = {
    "dynamics": {"dynamics"},
    "models": {"models", "dynamics"},
    "analysis": {"analysis", "dynamics"},
    "hardware": {"hardware", "dynamics"},
}
EXCEPTIONS = {
    "hardware/precision/rests.py": {"analysis"},
    "hardware/precision/verdicts.py": {"analysis"},
}
ANYWHERE = {"numpy", "scipy", "pandas", "xarray"}
# Third parties with a room of their own: the beginnings of the paths that may import them.
AT_HOME = {
    "matplotlib": ("gallery/",),
    "sympy": ("dynamics/", "models/", "hardware/"),
    "numba": ("dynamics/", "hardware/"),
    "llvmlite": ("dynamics/", "hardware/"),
    "dask": ("dynamics/sweeps/",),
    "distributed": ("dynamics/sweeps/",),
}
LONGEST = 400


@dataclass(frozen=True)
class Import:
    """One imported module; `target` is a module of the tree, or a third party's top name."""

    line: int
    target: str
    inside: bool
    at_import: bool
    absolute: bool = False


def complaints(root: Path) -> list[str]:
    """All that breaks the layers below `root`; an empty list is a clean house."""
    tree = modules(root)
    imports = {name: imports_of(name, path, tree) for name, path in tree.items()}
    found = []
    for name, path in tree.items():
        where = path.relative_to(root).as_posix()
        found += too_long(where, path)
        for imported in imports[name]:
            reason = forbidden(where, imported)
            if reason:
                found.append(f"{where}:{imported.line}: {reason}")
    return found + circles(root, tree, imports)


def too_long(where: str, path: Path) -> list[str]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return [f"{where}:{lines}: {lines} lines; the wall is {LONGEST}"] if lines > LONGEST else []


def imports_of(name: str, path: Path, tree: dict[str, Path]) -> list[Import]:
    """What a file imports, each import resolved to a module of the tree where it is one."""
    package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    syntax = ast.parse(path.read_text(encoding="utf-8"), str(path))
    later = {id(node) for node in deferred(syntax)}
    found = []
    for node in ast.walk(syntax):
        at_import = id(node) not in later
        if isinstance(node, ast.Import):
            targets = [(alias.name, True) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            targets = [(node.module, True)]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            base += node.module.split(".") if node.module else []
            dotted = [".".join([*base, alias.name]) for alias in node.names]
            targets = [(d if d in tree else ".".join(base), False) for d in dict.fromkeys(dotted)]
        else:
            continue
        for target, absolute in dict.fromkeys(targets):
            top = target.split(".")[0]
            inside = not absolute or top == "rheobase"
            shown = target if inside else top
            found.append(Import(node.lineno, shown, inside, at_import, absolute))
    return found


def deferred(syntax: ast.Module) -> list[ast.AST]:
    """The nodes that don't run at import: inside functions and under `if TYPE_CHECKING`."""
    found = []
    for node in ast.walk(syntax):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            found += list(ast.walk(node))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            found += [inner for statement in node.body for inner in ast.walk(statement)]
    return found


def forbidden(where: str, imported: Import) -> str | None:
    """Why this import may not stand in this file, or None."""
    room = where.split("/")[0] if "/" in where else None
    if imported.inside:
        if imported.absolute:
            return f"imports {imported.target} absolutely; inside the package imports are relative"
        parts = imported.target.split(".")
        goal = parts[1] if len(parts) > 1 else "the doorway"
        allowed = BELOW.get(room)
        if allowed is None or goal in allowed | EXCEPTIONS.get(where, set()):
            return None
        return f"{room} may not know {goal} (imports {imported.target})"
    if imported.target in AT_HOME:
        homes = AT_HOME[imported.target]
        return None if where.startswith(homes) else f"{imported.target} belongs to {homes} only"
    if imported.target in ANYWHERE or imported.target in sys.stdlib_module_names:
        return None
    return f"{imported.target} is no dependency of rheobase"


def circles(root: Path, tree: dict[str, Path], imports: dict[str, list[Import]]) -> list[str]:
    """A circle of files that import one another while they are imported, or nothing."""
    graph = {
        name: {i.target for i in imports[name] if i.inside and i.at_import and i.target != name}
        for name in tree
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        where = tree[circle[0]].relative_to(root).as_posix()
        line = next(i.line for i in imports[circle[0]] if i.target == circle[1])
        return [f"{where}:{line}: imports run in a circle: {' -> '.join(circle)}"]
    return []
