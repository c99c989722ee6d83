"""A sentence on what precision cost, beside the same steps in double precision."""

from typing import TYPE_CHECKING

from ...dynamics.status import Status

if TYPE_CHECKING:
    from .emulation import Emulation, SteppedRun

WORST = 3  # constants and overflows that are shown


def report(machine: "Emulation") -> str:
    """Spikes, rate, first spike and lag; constants that rounding moved most; tables; overflows."""
    exact, unit = machine.double, machine.model.time_unit or ""
    rows = [
        f"{machine.model.name} in {machine.word.name} ({machine.word.rounding}, "
        f"{machine.word.overflow}), {machine.scheme} with step {machine.step:g} {unit}".rstrip(),
    ]
    if machine.steps:
        rows += beside(machine, exact, unit)
    rows += constants(machine) + tables(machine)
    rows.append(
        f"  cycles       {machine.cycles} ({machine.cycles / max(1, machine.steps):.0f} a step)"
    )
    if machine.status is Status.INTERRUPTED:
        rows.append(f"  {machine.message.partition(';')[0]}")
    for overflow in machine.overflows[:WORST]:
        rows.append(f"  overflow     {overflow}")
    if len(machine.overflows) > WORST:
        rows.append(f"  overflow     and {len(machine.overflows) - WORST} other operations")
    return "\n".join(rows)


def beside(machine: "Emulation", exact: "SteppedRun", unit: str) -> list[str]:
    """What both runs did in the same steps."""
    ours, theirs = machine.spikes, exact.spikes
    rows = [f"  spikes       {len(ours)}; in double precision {len(theirs)}"]
    for what, here, there in pairs(machine, exact):
        change = f" ({100 * (here / there - 1):+.3g} %)" if what == "rate" and there else ""
        rows.append(f"  {what:<12} {here:.8g}; in double precision {there:.8g}{change}")
    matched = min(len(ours), len(theirs))
    if matched:
        lag = ours[matched - 1] - theirs[matched - 1]
        rows.append(f"  lag          {lag:+.6g} {unit}".rstrip() + f" of spike {matched}")
    for name in machine.model.states:
        here, there = machine[name][-1], exact[name][-1]
        rows.append(f"  end of {name:<5} {here:.8g}; in double precision {there:.8g}")
    return rows


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
