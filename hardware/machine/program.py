"""A machine program: one step of a model as integer operations in a stated order.

Every register holds an integer n that stands for n 2^-fraction; its fraction is fixed. What the
operations do, with exact integers, is written in `interpreter.py`: that is the definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...dynamics.storage import storable
from ..qformat import QFormat
from .feeds import Feed, words
from .tables import Table

VERBS = (
    *("add", "sub", "neg", "mul", "div", "shift", "less", "lesseq", "equal", "select"),
    *("expk", "expulr", "table", "sqrt", "floor"),
)
CODES = {verb: code for code, verb in enumerate(VERBS)}
SIGNS = dict(add="+", sub="-", mul="*", div="/", less="<", lesseq="<=", equal="==")


@dataclass(frozen=True)
class Operation:
    """One operation: `out` <- verb(args).

    add, sub, neg          exact, then fitted into the word
    mul, shift             the exact result 2^-shift, rounded, fitted (shift < 0: to the left)
    div                    a 2^shift / b, rounded, fitted
    less, lesseq, equal    1 or 0, of a 2^shift and b (or a and b 2^-shift)
    select                 the second where the first is not 0, else the third
    expk, expulr           the chip's exponentials of s16.15: s16.15, or u0.32 of arguments below 0
    table                  a table's value
    sqrt                   the whole part of the root of a 2^shift
    floor                  the whole part

    overflow
        "saturate" where the result does so in a word that wraps
    when
        The register where 0 stands if the operation is left out: its result is 0 then.
    """

    verb: str
    out: int
    args: tuple[int, ...]
    shift: int = 0
    rounding: str = "floor"
    table: int = -1
    overflow: str = ""
    when: int = -1
    where: str = ""
    text: str = ""


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """The operations of a step, and what they work on; `rb.save` keeps it.

    word
        length, overflow and usual rounding of the registers
    fractions
        the bits behind the point of every register
    constants
        words by register; `values` are the numbers that they were made of
    inputs, outputs
        the registers of the states, before and after the step
    start
        the states' first words
    spike
        the register that is 1 where there is a spike, or None
    feeds
        the registers that get a word in every step: values of time, normal numbers; `given` has
        these words
    """

    name: str
    scheme: str
    step: float
    word: QFormat
    states: tuple[str, ...]
    fractions: tuple[int, ...]
    constants: Mapping[int, int]
    values: Mapping[int, float]
    operations: tuple[Operation, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    start: tuple[int, ...]
    spike: int | None
    tables: tuple[Table, ...] = ()
    feeds: tuple[Feed, ...] = ()

    def __len__(self) -> int:
        return len(self.operations)

    def rows(self) -> np.ndarray:
        """The operations as the kernel reads them."""
        from ..rounding import ROUNDINGS

        found = np.zeros((len(self.operations), 10), dtype=np.int64)
        for row, o in zip(found, self.operations, strict=True):
            args = (*o.args, *(o.args[-1],) * (3 - len(o.args)))
            rounding = ROUNDINGS.index(o.rounding)
            rule = (o.shift, rounding, o.table, o.overflow == "saturate", o.when)
            row[:] = (CODES[o.verb], o.out, *args, *rule)
        return found

    def registers(self) -> np.ndarray:
        """All registers at the start: constants and states stand there."""
        found = np.zeros(len(self.fractions), dtype=np.int64)
        found[list(self.constants)] = list(self.constants.values())
        found[list(self.inputs)] = self.start
        return found

    def given(self, first: int, count: int, seed: int = 1) -> np.ndarray:
        """The words of the feeds in steps `first` ..., a row a step."""
        return words(self, first, count, seed)

    def state_fractions(self) -> dict[str, int]:
        """The bits behind the point of each state."""
        return {s: self.fractions[r] for s, r in zip(self.states, self.inputs, strict=True)}

    def listing(self) -> str:
        """The operations as text, one a line, in the order of the machine."""
        lines = [f"# {self.name}, {self.scheme}, step {self.step:g}, {self.word.name}"]
        for state, register in zip(self.states, self.inputs, strict=True):
            lines.append(f"r{register} = {state}  (2^-{self.fractions[register]})")
        for feed in self.feeds:
            lines.append(f"r{feed.place} = {feed.text}, given  (2^-{self.fractions[feed.place]})")
        for register, n in self.constants.items():
            value = self.values[register]
            lines.append(f"r{register} = {n}  ({value:.10g}, 2^-{self.fractions[register]})")
        for o in self.operations:
            names = [f"r{a}" for a in o.args]
            sign = SIGNS.get(o.verb)
            text = f" {sign} ".join(names) if sign else f"{o.verb}({', '.join(names)})"
            shift = f" >> {o.shift} {o.rounding}" if o.shift and o.verb in ("mul", "shift") else ""
            when = f" if r{o.when}" if o.when >= 0 else ""
            clamped = " saturated" if o.overflow == "saturate" else ""
            lines.append(f"r{o.out} = {text}{shift}{clamped}{when}  # {o.text}, {o.where}")
        for state, register in zip(self.states, self.outputs, strict=True):
            lines.append(f"{state} <- r{register}")
        return "\n".join(lines)

    def to_c(self, steps: int = 0, seed: int = 1) -> str:
        """The program in C; with `steps`, a whole program that prints the states after each.

        A program has no seed of its own: this one is that of stochastic rounding and of noise.
        `machine.to_c()` has the run's.
        """
        from .to_c import c_text

        return c_text(self, steps, seed)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        from .program_file import program_to_storage

        return program_to_storage(self)

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Program":
        """For `load`."""
        from .program_file import program_from_storage

        return program_from_storage(fields, arrays)

    def __repr__(self) -> str:
        kinds = {verb: sum(o.verb == verb for o in self.operations) for verb in VERBS}
        shown = ", ".join(f"{n} {verb}" for verb, n in kinds.items() if n)
        return (
            f"<Program of {self.name}: {self.scheme}, step {self.step:g}, {self.word.name}; "
            f"{len(self)} operations: {shown}>"
        )
