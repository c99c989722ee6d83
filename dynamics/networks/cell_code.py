"""The code of a population: what happens inside a step to the neurons that fire in it.

A neuron whose margin is not negative at the end of its step crossed the threshold. It takes the
step again with a part of its length such that it ends on the threshold (with noise: that part is
found by linear interpolation); then comes the reset, the refractory time, and the rest of the step.
"""

from dataclasses import dataclass

from .functions_text import indented
from .layout import TAKE_CELL
from .step_code import StepWriter

TRIALS, MOST_EVENTS = 100, 100


@dataclass
class CellCode:
    """Names of a population's functions."""

    march: str = ""
    prepare: str = ""
    evaluate: str = ""
    finish: str = ""
    settle: str = ""


class CellWriter(StepWriter):
    """Writes all functions of one population."""

    def write(self, staged: bool) -> CellCode:
        """Those that the way through a step needs."""
        self.write_step()
        code = CellCode()
        if staged:
            code.prepare, code.evaluate = self.prepare(), self.evaluate()
            code.finish = self.finish()
        else:
            code.march = self.march()
        code.settle = self.settle_resets() if self.plan.resets else self.settle_crossings()
        return code

    def part_of_step(self, goal: list[str], length: str, moving: str) -> list[str]:
        """A step of this length from the time s on, for one neuron inside the grid's step."""
        lines = []
        for i in range(self.m):
            lines.append(f"u{i} = U0[{i}, j] + (U1[{i}, j] - U0[{i}, j]) * ((s - t) / h)")
            lines.append(
                f"e{i} = U0[{i}, j] + (U1[{i}, j] - U0[{i}, j]) * ((s + {length} - t) / h)"
            )
        arguments = ["s", length, *self.x, moving, *self.q, *self.r, *self.u, *self.e]
        left = f"{', '.join(goal)}{',' * (self.n == 1)}"
        return [*lines, f"{left} = {self.slow_step}({', '.join(arguments)})"]

    def located(self) -> list[str]:
        """The part theta of the length `rest` after which the margin is 0, y being the state
        there; d0 and d1 are the margins at both ends."""
        if self.plan.sources:
            lines = ["theta = d0 / (d0 - d1)"]
            return lines + [f"y{i} = x{i} + theta * (y{i} - x{i})" for i in range(self.n)]
        trial = [
            "if b - a <= 2.3e-16 * b or at_b == 0.0:",
            "    break",
            "theta = b - at_b * (b - a) / (at_b - at_a)",
            "if trial % 4 == 3 or not (theta > a and theta < b):",
            "    theta = 0.5 * (a + b)",
            "    if theta <= a or theta >= b:",
            "        break",
            *self.part_of_step(self.y, "theta * rest", "1.0"),
            f"value = {self.call(self.margin, 's + theta * rest', self.y)}[0]",
            "if value < 0.0:",
            *indented(
                ["a = theta", "at_a = value", "if kept == 2:", "    at_b *= 0.5", "kept = 2"]
            ),
            "else:",
            *indented(
                ["b = theta", "at_b = value", "if kept == 1:", "    at_a *= 0.5", "kept = 1"]
            ),
        ]
        return [
            *("a = 0.0", "b = 1.0", "at_a = d0", "at_b = d1", "kept = 0"),
            f"for trial in range({TRIALS}):",
            *indented(trial),
            "theta = b",
            *self.part_of_step(self.y, "theta * rest", "1.0"),
        ]

    def settle_resets(self) -> str:
        """Spikes, resets and refractory times of the neurons that need a closer look."""
        after = self.simple("after", [*self.plan.after, self.plan.pause], [*self.q, *self.r])
        taken = [f"{x} = {y}" for x, y in zip(self.x, self.y, strict=True)]
        rest = "rest_normal(KEYS, {s}, n, j, X.shape[1], events)"
        first = ["if first:", *indented(self.states("X", self.y)), "else:"]
        turn = [
            "rest = end - s",
            "if m == 0.0:",
            *indented(
                [
                    "if REL[j] >= end:",
                    *indented(
                        [
                            *first,
                            *indented(self.part_of_step(self.y, "rest", "0.0")),
                            *indented(self.noise_lines("rest", rest)),
                            *taken,
                            "break",
                        ]
                    ),
                    "if REL[j] > s:",
                    *indented(
                        [
                            "rest = REL[j] - s",
                            *self.part_of_step(self.y, "rest", "0.0"),
                            *self.noise_lines("rest", rest),
                            *taken,
                            "s = REL[j]",
                        ]
                    ),
                    *("first = False", "m = 1.0", "rest = end - s"),
                ]
            ),
            f"d0 = {self.call(self.margin, 's', self.x)}[0]",
            "if not d0 >= 0.0:",
            *indented(
                [
                    *first,
                    *indented(self.part_of_step(self.y, "rest", "1.0")),
                    *indented(self.noise_lines("rest", rest)),
                    f"d1 = {self.call(self.margin, 'end', self.y)}[0]",
                    "if d1 < 0.0:",
                    *indented([*taken, "break"]),
                    *self.located(),
                    *taken,
                    "s += theta * rest",
                ]
            ),
            f"z = {' + '.join(f'0.0 * {x}' for x in self.x)}",
            "if z != 0.0:",
            *indented(["SC[2] = j", "return NOT_FINITE"]),
            "first = False",
            f"if SC[0] >= ST.size or events >= {MOST_EVENTS}:",
            *indented(["SC[2] = j", "return TOO_MANY_EVENTS"]),
            *("ST[SC[0]] = s", "SI[SC[0]] = j", "SC[0] += 1", "events += 1"),
            f"{', '.join([*self.y, 'pause'])} = {self.call(after, 's', self.x)}",
            *taken,
            "if not pause >= 0.0:",
            *indented(["SC[2] = j", "return NOT_A_PAUSE"]),
            "if pause > 0.0:",
            *indented(["REL[j] = s + pause", "m = 0.0"]),
        ]
        neuron = [
            "if FLAG[j] == 0:",
            "    continue",
            "if FLAG[j] == 4:",
            *indented(["SC[2] = j", "return NOT_FINITE"]),
            *self.states("Y", self.x),
            *self.rows(),
            *("m = MOV[j]", "s = t", "first = True", "events = 0", "d0 = 0.0", "d1 = 0.0"),
            "while True:",
            *indented(turn),
            *(f"X[{i}, j] = x{i}" for i in range(self.n)),
            "MOV[j] = m",
            f"z = {' + '.join(f'0.0 * {x}' for x in self.x)}",
            "if z != 0.0:",
            *indented(["SC[2] = j", "return NOT_FINITE"]),
        ]
        body = [
            "compact()",
            TAKE_CELL,
            *self.numbers(),
            "end = t + h",
            "for j in range(X.shape[1]):",
        ]
        body += [*indented(neuron), "return PAUSED"]
        return self.functions.add("settle", "t, h, n, cell", body)

    def settle_crossings(self) -> str:
        """Upward crossings of the spike level; nothing is reset."""
        spike = ["ST[SC[0]] = {time}", "SI[SC[0]] = j", "SC[0] += 1"]
        full = ["if SC[0] >= ST.size:", *indented(["SC[2] = j", "return TOO_MANY_EVENTS"])]
        crossing = [
            *("s = t", "rest = h"),
            f"d0 = {self.call(self.margin, 't', self.x)}[0]",
            *self.states("X", self.y),
            f"d1 = {self.call(self.margin, 't + h', self.y)}[0]",
            *self.located(),
            *full,
            *(line.format(time="t + theta * h") for line in spike),
        ]
        neuron = [
            "if FLAG[j] == 0:",
            "    continue",
            "if FLAG[j] >= 4:",
            *indented(["SC[2] = j", "return NOT_FINITE"]),
            *self.states("Y", self.x),
            *self.rows(),
            "if FLAG[j] == 2:",
            *indented([*full, *(line.format(time="t") for line in spike)]),
            "else:",
            *indented(crossing),
        ]
        body = ["compact()", TAKE_CELL, *self.numbers(), "for j in range(X.shape[1]):"]
        body += [*indented(neuron), "return PAUSED"]
        return self.functions.add("settle", "t, h, n, cell", body)
