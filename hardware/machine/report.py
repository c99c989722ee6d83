"""A sentence on what precision cost, beside the same steps in double precision."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .emulation import Emulation, SteppedRun

WORST = 3  # constants and overflows that are shown


def report(machine: "Emulation") -> str:
    """Spikes, rate, first spike and lag; constants that rounding moved most; tables; overflows."""
    exact, unit = machine.double, machine.model.time_unit or ""
    rows = [
        f"{machine.model.name} in {machine.word.name} ({machine.word.rounding}, "
        f"{machine.word.overflow}), {machine.scheme} with step {machine.step:g} {unit}".rstrip(),
        f"  spikes       {len(machine.spikes)}; in double precision {len(exact.spikes)}",
    ]
    for what, ours, theirs in pairs(machine, exact):
        change = f" ({100 * (ours / theirs - 1):+.3g} %)" if what == "rate" and theirs else ""
        rows.append(f"  {what:<12} {ours:.8g}; in double precision {theirs:.8g}{change}")
    matched = min(len(machine.spikes), len(exact.spikes))
    if matched:
        lag = machine.spikes[matched - 1] - exact.spikes[matched - 1]
        rows.append(f"  lag          {lag:+.6g} {unit}".rstrip() + f" of spike {matched}")
    for name in machine.model.states:
        ours, theirs = machine[name][-1], exact[name][-1]
        rows.append(f"  end of {name:<5} {ours:.8g}; in double precision {theirs:.8g}")
    rows += constants(machine) + tables(machine)
    rows.append(
        f"  cycles       {machine.cycles} ({machine.cycles / max(1, machine.steps):.0f} a step)"
    )
    for overflow in machine.overflows[:WORST]:
        rows.append(f"  overflow     {overflow}")
    if len(machine.overflows) > WORST:
        rows.append(f"  overflow     and {len(machine.overflows) - WORST} other operations")
    return "\n".join(rows)


def pairs(machine: "Emulation", exact: "SteppedRun"):
    """(what, on the machine, in double precision), of what both have."""
    if len(machine.spikes) and len(exact.spikes):
        yield "first spike", float(machine.spikes[0]), float(exact.spikes[0])
    if len(machine.spikes) > 1 or len(exact.spikes) > 1:
        yield "rate", machine.firing_rate(), exact.firing_rate()


def constants(machine: "Emulation") -> list[str]:
    """The constants whose relative errors are the largest."""
    program, errors = machine.program, []
    for register, n in program.constants.items():
        value = program.values[register]
        if value:
            errors.append((abs(n * 2.0 ** -program.fractions[register] / value - 1), value, n))
    shown = sorted(errors, reverse=True)[:WORST]
    return [
        f"  constant     {value:.8g} is the word {n}: {100 * error:.2g} % off"
        for error, value, n in shown
        if error > 0
    ]


def tables(machine: "Emulation") -> list[str]:
    return [
        f"  table        {t.function} on {t.low * 2.0**-t.fraction_in:.6g} to "
        f"{t.high * 2.0**-t.fraction_in:.6g}: {t.segments} cubics, within {t.error:.3g} units of "
        f"2^-{t.fraction_out} ({'all arguments' if t.exhaustive else 'sampled'})"
        for t in machine.program.tables
    ]
