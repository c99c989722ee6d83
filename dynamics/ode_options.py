"""XPPAUT's numerical options (the lines with @) and a Model's: until, step, scheme, tolerance."""

import re
from math import isfinite

from .ode_lines import Declaration, Source

PAIR = re.compile(r"(\w+)\s*=\s*([^\s,]+)")
# XPP's methods by their first letters, as XPP itself finds them; None has no counterpart.
METHODS = (
    ("discrete", "map"),
    ("euler", "euler"),
    ("modeuler", "heun"),
    ("rungekutta", "rk4"),
    ("runge", "rk4"),
    ("rk4", "rk4"),
    ("adams", "auto"),
    ("gear", "radau"),
    ("volterra", None),
    ("backeul", "radau"),
    ("qualrk", "dormand-prince"),
    ("stiff", "radau"),
    ("cvode", "radau"),
    ("5dp", "dormand-prince"),
    ("83dp", "dormand-prince"),
    ("2rb", "radau"),
    ("ymp", None),
)
XPP_STEP = 0.05
FIXED_STEP = ("euler", "heun", "rk4", "euler-maruyama")
NUMBERS = {"total": "until", "dt": "step", "tol": "tolerance", "toler": "tolerance"}
WRITTEN = {
    "euler": "euler",
    "euler-maruyama": "euler",
    "heun": "modeuler",
    "rk4": "rungekutta",
    "dormand-prince": "83dp",
    "radau": "cvode",
    "auto": "cvode",
}


def read_options(source: Source, lines: list[Declaration], noisy: bool) -> tuple[dict, bool]:
    """The options of a Model, and whether the file is a map by its method."""
    found: dict[str, float | str] = {}
    is_map, ignored = False, []
    for line in lines:
        for name, value in PAIR.findall(line.line.text[line.at :]):
            name = name.lower()
            if name in NUMBERS:
                found[NUMBERS[name]] = quantity(source, line, name, value)
            elif name in ("meth", "method"):
                scheme = scheme_of(source, line, value)
                is_map = is_map or scheme == "map"
                if scheme not in (None, "map"):
                    found["scheme"] = scheme
            else:
                ignored.append(name)
        if ignored:
            text = f"options that a Model doesn't have: {', '.join(dict.fromkeys(ignored))}"
            source.note("left out", text, line.name)
            ignored.clear()
    return consistent(found, is_map, noisy), is_map


def consistent(found: dict, is_map: bool, noisy: bool) -> dict:
    """A step belongs to a scheme of fixed step, a tolerance to the others."""
    if is_map:
        return {"until": found["until"]} if "until" in found else {}
    if noisy:
        found["scheme"] = "euler-maruyama"
        found.setdefault("step", XPP_STEP)
    elif "step" in found:
        found.setdefault("scheme", "rk4")
    if found.get("scheme") in FIXED_STEP:
        found.pop("tolerance", None)
    else:
        found.pop("step", None)
    return found


def quantity(source: Source, line: Declaration, name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or number <= 0:
        source.fail(f"the option {name} must be a positive number, not {value!r}", line.name)
    return number


def scheme_of(source: Source, line: Declaration, value: str) -> str | None:
    wanted = value.lower()
    for name, scheme in METHODS:
        if name.startswith(wanted) or wanted.startswith(name):
            if scheme is None:
                source.note("left out", f"the method {value!r} has no counterpart", line.name)
            return scheme
    source.note("left out", f"the method {value!r} is not known", line.name)
    return None


def write_options(is_map: bool, until: float, step: float, scheme: str, tolerance: float) -> str:
    """The line of options that lets XPP run the model as asked."""
    method = "discrete" if is_map else WRITTEN[scheme]
    step = 1.0 if is_map else step
    kept = int(until / step) + 10
    shown = [repr(number).removesuffix(".0") for number in (until, step)]
    parts = [f"total={shown[0]}", f"dt={shown[1]}", f"meth={method}", f"maxstor={kept}"]
    if method in ("83dp", "cvode"):
        parts += [f"tol={tolerance!r}", f"atol={tolerance!r}"]
    return "@ " + ",".join(parts) + "\n@ bound=1e12"
