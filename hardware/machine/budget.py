"""What a program costs on SpiNNaker: cycles a step, neurons a core, memory; and what is assumed.

The processor is an ARM968E-S at 200 MHz: 200,000 cycles in a millisecond, 64 KiB for data. An
instruction takes a cycle, a long multiplication three more. So a floored product is smull, lsr, orr
and 3 cycles of waiting; compiled code for the midpoint rule of Izhikevich's neuron has 13 of them
in 73 instructions, about 115 cycles. The costs of sums, products, roundings and saturation are
those of the programs that `Program.to_c` prints, counted in what gcc 12 (-O2, ARMv5TE) makes of
them, a tenth more or less; quotients, exponentials, tables and roots are estimates.
"""

from dataclasses import dataclass

from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ..qformat import QFormat
from .building import built
from .program import Operation, Program

CLOCK = 200_000  # cycles in a millisecond
MILLISECONDS = {"s": 1e3, "us": 1e-3, "µs": 1e-3, "μs": 1e-3}
MEMORY = 64 * 1024
COSTS = dict(add=1, sub=1, neg=1, mul=6, div=200, shift=1, less=2, lesseq=2, equal=2, select=2)
COSTS |= dict(expk=70, expulr=70, table=45, sqrt=160, floor=2)
ROUNDED = {"floor": 0, "nearest": 3, "nearest-even": 8, "zero": 4, "stochastic": 31}
SATURATED = dict.fromkeys(("add", "sub", "neg", "mul", "div", "shift", "floor"), 10)
OVERHEAD, LOAD, STATE = 20, 1, 2
NORMAL = 27 + COSTS["table"]  # a draw and a cubic
SYSTEM, BUFFERS = 8 * 1024, 2 * 16 * 2
ASSUMPTIONS = (
    "an instruction takes 1 cycle, a long multiplication 3 more",
    "a floored product 6 cycles; to the nearest 3 more, halves to even 8, toward zero 4, "
    "stochastic 31 (27 for the draw)",
    "a result that saturates 10 more",
    "a quotient 200, the chip's exponential 70, a table's cubic 45, a root 160 cycles",
    "a normal number 72: a draw and a cubic",
    "a constant or an input is loaded (1), a state loaded and stored (2) in every step",
    "20 cycles a neuron and step for the loop, the input from its buffer, and the test for a spike",
    "words of up to 16 bits take 2 bytes, longer ones 4 (beyond 32 bits 8)",
    "parameters stand in every neuron, literals and tables once a core",
    "64 bytes a neuron for ring buffers: 2 kinds of synapse, 16 slots of 16 bits",
    "8 KiB of the 64 for the system and its stack",
)


@dataclass(frozen=True)
class Budget:
    """What a step of a model costs on a core.

    cycles
        of a neuron's step
    neurons
        that a core runs in real time, by the step in ms: `{1.0: ..., 0.1: ...}`, and the step asked
        for; what the memory holds is the limit where it is less
    by_time, by_memory
        the same limits apart
    memory, shared
        bytes a neuron, and once a core
    operations
        how many of each verb
    assumptions
        the sentences behind the numbers
    """

    model: str
    word: str
    scheme: str
    step: float
    cycles: int
    by_time: dict[float, int]
    by_memory: int
    memory: int
    shared: int
    operations: dict[str, int]
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def neurons(self) -> dict[float, int]:
        """Neurons a core, by the step in ms."""
        return {step: min(n, self.by_memory) for step, n in self.by_time.items()}

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        named = {"neurons": self.neurons, "by_time": self.by_time}
        plain = {k: {f"{step:g}": n for step, n in v.items()} for k, v in named.items()}
        return {**self.__dict__, **plain, "assumptions": list(self.assumptions)}

    def __str__(self) -> str:
        counted = ", ".join(f"{n} {verb}" for verb, n in self.operations.items())
        rows = [
            f"{self.model} in {self.word}, {self.scheme}: {self.cycles} cycles a step",
            f"  operations  {counted}",
        ]
        for step, n in self.by_time.items():
            rows.append(
                f"  step {step:g} ms  {n} neurons a core in real time, "
                f"{self.by_memory} fit into its memory"
            )
        rows.append(f"  memory      {self.memory} bytes a neuron, {self.shared} shared")
        return "\n".join([*rows, "assumed:", *(f"  - {line}" for line in self.assumptions)])

    def __repr__(self) -> str:
        shown = ", ".join(f"{n} neurons at {step:g} ms" for step, n in self.neurons.items())
        return f"<Budget of {self.model} in {self.word}: {self.cycles} cycles a step, {shown}>"


def budget(
    model: Model,
    word: QFormat | None = None,
    step: float = 1.0,
    scheme: str = "rk2",
    scale: str | None = None,
    program: str = "model",
) -> Budget:
    """Cycles a step, neurons a core in real time and bytes, from the operations of the program.

    step
        In the model's unit of time. The time that a step of h ms may take is h ms; a unit that is
        not known counts as a ms.
    word, scheme, scale, program
        as `emulate` takes them; program="chip" is SpiNNaker's hand-ordered one

    Printing the result shows what is assumed.

    >>> import rheobase as rb
    >>> found = budget(rb.models.izhikevich(), rb.QFormat(16, 15))
    >>> found.cycles, found.neurons
    (137, {1.0: 623, 0.1: 145})
    """
    word = QFormat(16, 15) if word is None else word
    code = shaped(program, model, word, step, scheme, scale)
    cycles = cycles_of(code)
    steps = {1.0, 0.1, float(step) * MILLISECONDS.get(model.time_unit or "", 1.0)}
    place = 2 if word.bits <= 16 else 4 if word.bits <= 32 else 8
    memory = place * (len(code.states) + len(model.parameters)) + BUFFERS
    literals = max(0, len(code.constants) - len(model.parameters))
    shared = place * literals + sum(table.memory for table in code.tables) + SYSTEM
    kinds = [o.verb for o in code.operations]
    return Budget(
        model=model.name,
        word=word.name,
        scheme=code.scheme,
        step=step,
        cycles=round(cycles),
        by_time={h: int(CLOCK * h / cycles) for h in sorted(steps)[::-1]},
        by_memory=max(0, (MEMORY - shared) // memory),
        memory=memory,
        shared=shared,
        operations={verb: kinds.count(verb) for verb in dict.fromkeys(kinds)},
    )


def shaped(
    program: str,
    model: Model,
    word: QFormat,
    step: float,
    scheme: str,
    scale: str | None,
) -> Program:
    """The program; where the scheme diverges with this step, that of a tenth or a hundredth."""
    if not 0 < step < float("inf"):
        raise InvalidArgument(f"step={step!r} must be a positive number")

    def made(h: float) -> Program:
        return built(
            model, word, 2000, h, scheme, program=program, scale=scale, fit="report"
        ).program

    for shorter in (step, step / 10):
        try:
            return made(shorter)
        except InvalidArgument as error:
            if "leaves the numbers" not in str(error):
                raise
    return made(step / 100)


def cycles_of(program: Program) -> float:
    """The cycles of a step."""
    total = OVERHEAD + LOAD * len(program.constants) + STATE * len(program.states)
    total += sum(NORMAL if feed.is_noise else LOAD for feed in program.feeds)
    return float(total + sum(cost(program, operation) for operation in program.operations))


def cost(program: Program, operation: Operation) -> float:
    """The cycles of an operation."""
    cycles = COSTS[operation.verb]
    if operation.verb in ("mul", "div") or (operation.verb == "shift" and operation.shift > 0):
        cycles += ROUNDED[operation.rounding]
    if "saturate" in (program.word.overflow, operation.overflow):
        cycles += SATURATED.get(operation.verb, 0)
    return cycles
