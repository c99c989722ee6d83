"""Constants that are not 0, but whose words are.

A factor of decay is left out: exp(-h/tau) is 0 where the step is much longer than tau.
"""

from ...dynamics.errors import InvalidArgument
from .building import Built


def vanished(made: Built) -> dict[int, float]:
    """The numbers by the registers that became 0."""
    decays = {node.value for node in made.graph.nodes if node.verb == "constant" and node.decay}
    code = made.program
    return {
        register: value
        for register, value in code.values.items()
        if value and not code.constants[register] and value not in decays
    }


def refuse_vanished(made: Built) -> None:
    """A complaint about a factor or divisor that becomes 0: its whole term would be lost."""
    code, lost = made.program, vanished(made)
    for o in code.operations:
        register = next((r for r in o.args if r in lost), None)
        if o.verb in ("mul", "div") and register is not None:
            unit = 2.0 ** -code.fractions[register]
            raise InvalidArgument(
                f"the constant {lost[register]:.10g} of {o.text} (in {o.where}) becomes 0 in "
                f"{code.word.name}, with steps of {unit:.3g}: more bits behind the point, "
                "scale='auto' or other units keep it; fit='report' runs it all the same"
            )


def vanished_text(made: Built) -> str:
    """Which constants became 0, for the message of a run; empty if none did."""
    lost = dict.fromkeys(vanished(made).values())
    shown = ", ".join(f"{value:.6g}" for value in lost)
    return f"; below the word's resolution, and 0 there: {shown}" if lost else ""
