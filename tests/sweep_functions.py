"""Functions of a Model that the tests of sweeps send to other processes."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import rheobase as rb

PATIENCE = 60.0


def square(model, scale=1.0):
    """One number."""
    return scale * model.parameters["I"] ** 2


def several(model):
    """Numbers, a truth value, a text, arrays."""
    current = model.parameters["I"]
    return {
        "root": np.sqrt(current),
        "large": bool(current > 2),
        "count": int(current),
        "name": f"I{current:g}",
        "profile": current * np.arange(3.0),
        "spikes": np.arange(int(current)),
    }


def tail(model):
    """Fails in every way, by the value of I."""
    current = model.parameters["I"]
    if current == 1:
        raise rb.NotFound("no period here")
    if current == 2:
        return float("nan")
    if current == 3:
        return 1 / 0
    if current == 4:
        return rb.simulate(rb.Model("blow-up", "x' = x^2", start=dict(x=1)), until=2)
    if current == 5:
        return undefined  # noqa: F821
    return current


def ratio(model):
    """A count and a word everywhere, a ratio only where there is something to divide by."""
    current = model.parameters["I"]
    count = int(current)
    return {
        "count": count,
        "kind": "firing" if count else "silent",
        "ratio": 1 / count if count else float("nan"),
    }


def broken(model):
    """A mistake in the program."""
    return model.parametres["I"]


def refused(model, setting=None):
    """The same wrong question at every point."""
    raise rb.InvalidArgument("setting must be a colour")


def gated(model, folder, free):
    """`I` squared; beyond the first `free` points only once the file `go` is in the folder."""
    folder, current = Path(folder), model.parameters["I"]
    (folder / f"process-{os.getpid()}").touch()
    if current >= free:
        wait_for(lambda: (folder / "go").exists())
    return {"square": current**2, "noise": np.sin(1e3 * current)}


def interrupting(model, folder, free):
    """Ctrl-C for the run, of which the worker dies before the run can ask for its result."""
    os.kill(os.getppid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(model, folder):
    """`I` squared; the process that first has I = 3 says who it is and waits for its end."""
    folder, current = Path(folder), model.parameters["I"]
    if current == 3 and not (folder / "dead").exists():
        (folder / "victim.part").write_text(str(os.getpid()))
        (folder / "victim.part").rename(folder / "victim")
        wait_for(lambda: False)
    return {"square": current**2, "process": float(os.getpid())}


def suicidal(model):
    """No process survives it."""
    os._exit(9)


def wait_for(condition, patience=PATIENCE):
    """Until the condition holds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("waited in vain")
        time.sleep(0.01)


def leaving(model):
    """`I`; a script's way of giving up at I = 1."""
    if model.parameters["I"] == 1:
        raise SystemExit("not today")
    return model.parameters["I"]
