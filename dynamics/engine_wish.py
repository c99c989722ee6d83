"""Which engine the environment asks for: RHEOBASE_ENGINE is numpy, compiled or auto."""

import os

from .errors import UnknownName

ENGINES = ("numpy", "compiled", "auto")


def engine_wish() -> str:
    """The value of RHEOBASE_ENGINE; "auto" where it is not set."""
    wish = os.environ.get("RHEOBASE_ENGINE", "auto")
    if wish not in ENGINES:
        raise UnknownName(wish, "a value of RHEOBASE_ENGINE", ENGINES)
    return wish
