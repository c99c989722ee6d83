"""Words on the axes: names as mathematics, units as they are printed."""

import re

from ..dynamics.latex_names import latex_name
from ..dynamics.model import Model

# The size of an average letter at the style's 7.5 points, in inches.
LETTER = 0.062
PREFIXED = {"Ohm": "Ω", "ohm": "Ω", "um": "µm", "uA": "µA", "us": "µs", "uF": "µF", "uS": "µS"}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def symbol(name: str) -> str:
    r"""A name as mathtext.

    >>> symbol("g_Na")
    '$g_{\\mathrm{Na}}$'
    """
    return f"${latex_name(name)}$"


def printed_unit(unit: str) -> str:
    """A unit as it is printed; nothing for pure numbers.

    >>> printed_unit("uA/cm2"), printed_unit("MOhm"), printed_unit("1/ms"), printed_unit("1")
    ('µA/cm²', 'MΩ', 'ms⁻¹', '')
    """
    unit = unit.strip()
    if unit in ("", "1"):
        return ""
    for plain, pretty in PREFIXED.items():
        unit = re.sub(rf"{plain}(?![A-Za-z])", pretty, unit)
    unit = re.sub(r"(?<=[A-Za-zΩ])\^?(-?\d)", lambda found: found[1].translate(RAISED), unit)
    return re.sub(r"^1/([A-Za-zµΩ]+)$", r"\1⁻¹", unit)


def with_unit(text: str, unit: str | None) -> str:
    """`text (unit)`, or only the text of a pure number."""
    shown = printed_unit(unit or "")
    return f"{text} ({shown})" if shown else text


def axis_label(model: Model, name: str, room: float | None = None) -> str:
    """Meaning, symbol and unit of a name; without the meaning where `room` (inches) is too small.

    >>> from rheobase.models import hodgkin_huxley
    >>> axis_label(hodgkin_huxley(), "V"), axis_label(hodgkin_huxley(), "V", room=0.4)
    ('membrane potential $V$ (mV)', '$V$ (mV)')
    """
    short = with_unit(symbol(name), model.units.get(name))
    meaning = re.split(r"[,;(]", model.meanings.get(name, ""))[0].strip()
    if not meaning:
        return short
    length = len(re.sub(r"\\[a-z]+|[${}_\\]", "", f"{meaning} {short}"))
    return short if room is not None and length * LETTER > room else f"{meaning} {short}"


def time_label(model: Model) -> str:
    """The label of the axis of time (of iterations, for a map).

    >>> from rheobase.models import hodgkin_huxley, van_der_pol
    >>> time_label(hodgkin_huxley()), time_label(van_der_pol())
    ('time (ms)', 'time $t$')
    """
    if model.kind == "map":
        return "iteration"
    return f"time ({printed_unit(model.time_unit)})" if model.time_unit else "time $t$"
