"""Functions that other processes can find: those that stand in a module under their name.

Code never travels to local workers, only names do: a worker imports the module and takes the
function from it. (Dask sends functions of the running script as they are.) The script itself is
imported by workers only if something of it is sent: others need no `if __name__ == "__main__":`.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import current_process
from types import ModuleType

from ..errors import InvalidArgument

MAIN = "__main__"
REMEDY = "Write it with def at the top level of a file that can be imported"


def dotted_name(function: object) -> str:
    """`module:name` of a function of a Model, refused where a worker could not find it."""
    if not callable(function):
        raise InvalidArgument(f"sweep takes a function of a Model first, not {function!r}")
    module, name = (getattr(function, part, None) for part in ("__module__", "__qualname__"))
    if not isinstance(module, str) or not isinstance(name, str):
        raise InvalidArgument(
            f"{function!r} has no name by which a worker could find it. {REMEDY}, and give its "
            "settings as keywords of sweep"
        )
    if "<" in name:
        what = "a lambda" if "<lambda>" in name else "a function inside another function"
        raise InvalidArgument(
            f"{name} is {what}, which can't be sent to other processes. {REMEDY}; what it needs "
            "from outside, give as keywords of sweep. With processes=1 and no store it is taken "
            "as it is"
        )
    if lookup(module, name) is not function:
        raise InvalidArgument(
            f"{module}.{name} is not the function that was given: a worker could not find it. "
            f"{REMEDY}"
        )
    return f"{module}:{name}"


def own_name(function: object) -> str:
    """`module:name` of a function that is called in this process only: a lambda will do."""
    module, name = (getattr(function, part, None) for part in ("__module__", "__qualname__"))
    if callable(function) and isinstance(module, str) and isinstance(name, str):
        return f"{module}:{name}"
    return dotted_name(function)


def lookup(module: str, name: str) -> object:
    """What stands under a name in a module, or None."""
    try:
        found = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError):
        return None
    return found


def refuse_for_processes(function: Callable) -> None:
    """Say what keeps local worker processes from finding a function, before any is started."""
    if function.__module__ != MAIN:
        return
    if getattr(current_process(), "_inheriting", False):
        raise InvalidArgument(
            "sweep was called while a worker process imported this script. Put the call below "
            'the line  if __name__ == "__main__":'
        )
    main = sys.modules[MAIN]
    file = getattr(main, "__file__", None) or ""
    if getattr(main, "__spec__", None) is None and not os.path.isfile(file):
        raise InvalidArgument(
            f"{function.__qualname__} was typed in here: worker processes can't import it. "
            f"{REMEDY}, or say processes=1 to work in this process"
        )


def of_the_script(things: Iterable[object]) -> bool:
    """Whether one of these is defined in the running script."""
    return any(MAIN in (getattr(x, "__module__", None), type(x).__module__) for x in things)


@contextmanager
def script_left_out() -> Iterator[None]:
    """Processes that are started meanwhile don't import the running script."""
    main = sys.modules[MAIN]
    sys.modules[MAIN] = ModuleType(MAIN)
    try:
        yield
    finally:
        sys.modules[MAIN] = main
