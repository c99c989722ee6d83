"""The loop over steps: what happens in which order.

At a grid point t: spikes that are due arrive, synapse by synapse; then those from outside; then
the point is recorded. From t to t + h: edge states that are stepped; the cells; their spikes and
resets in between. At the end the step's spikes are sent on their way, and change the connections
that lead to those who fired.
"""

from .cell_code import CellCode, CellWriter
from .functions_text import Functions, indented
from .layout import CELL, EVERY, LAST, LEFT, PHASE, POOL, POPULATION, STEP, SYNAPSE, WORD
from .plan import CellPlan, SynapsePlan
from .reading import Assignment
from .synapse_code import SynapseWriter, input_function


def cell(k: int, name: str) -> str:
    """An array of population k."""
    return f"{name}_{k}"


def edge(k: int, name: str) -> str:
    """An array of synapse k."""
    return f"{name}_of_{k}"


class LoopWriter:
    """Writes the module of a network.

    `inputs` are the Poisson inputs: the population's number, and what a spike does; `single` says
    of each synapse whether it has one weight, and one delay.
    """

    def __init__(
        self,
        cells: list[CellPlan],
        synapses: list[SynapsePlan],
        inputs: list[tuple[int, tuple[Assignment, ...]]],
        scheme: str,
        single: list[tuple[bool, bool]],
    ):
        self.cells, self.synapses, self.functions = cells, synapses, Functions()
        self.staged = any(plan.inputs for plan in cells)
        self.codes: dict[int, CellCode] = {}
        self.tableau: tuple[tuple[float, float, float], ...] = ()
        for k, plan in enumerate(cells):
            if plan.model is not None:
                writer = CellWriter(plan, scheme, self.functions)
                self.codes[k], self.tableau = writer.write(self.staged), writer.tableau
        self.arrive: list[str] = []
        self.learn: list[str] = []
        self.edge_steps: list[str] = []
        self.sums: list[tuple[str, str]] = []
        for k, synapse in enumerate(synapses):
            self.write_synapse(k, synapse, single[k])
        for k, (target, events) in enumerate(inputs):
            function = input_function(events, cells[target], self.functions)
            self.arrive.append(f"{function}(t, n, inputs[{k}], cell_{target})")
        sources = {plan.source for plan in synapses if plan.inputs and plan.delayed}
        self.remembered = sorted(sources)

    def write_synapse(self, k: int, plan: SynapsePlan, single: tuple[bool, bool]) -> None:
        source, target = self.cells[plan.source], self.cells[plan.target]
        writer = SynapseWriter(plan, source, target, self.functions, *single)
        ends = f"syn_{k}, cell_{plan.target}, cell_{plan.source}"
        if plan.parts.on_spike:
            self.arrive.append(f"{writer.deliver()}(t, n, {ends}, pool)")
        if plan.parts.on_target_spike:
            self.learn.append(f"{writer.after_target()}({ends})")
        if plan.inputs:
            self.sums.append((writer.sums(), ends))
        if plan.parts.edge_states and plan.exact is None:
            self.edge_steps.append(f"{writer.steps()}(t, h, {ends})")

    def text(self) -> str:
        """The whole module."""
        point = [*self.room(), *self.arrive, *self.record()]
        point += [f"if n == count[{LAST}]:", "    return ARRIVED", *self.edge_steps]
        point += self.stages() if self.staged else self.alone()
        point += [*self.settle(), f"count[{PHASE}] = 1"]
        turn = [f"n = count[{STEP}]", "t = t0 + n * h", f"if count[{PHASE}] == 0:"]
        turn += [*indented(point), *self.send()]
        turn += [f"count[{PHASE}] = 0", f"count[{STEP}] = n + 1", f"count[{LEFT}] -= 1"]
        free = f"FREE = longs(pool, {list(POOL).index('FR')})"
        head = [*self.arrays(turn), free, "t0 = grid[0]", "h = grid[1]"]
        body = [*head, f"while count[{LEFT}] > 0:", *indented(turn)]
        text = "\n".join(indented([*body, "return PAUSED"]))
        entry = "@njit(**ENTRY)\ndef advance(grid, count, cells, syns, inputs, pool):\n"
        return f"{self.functions.source()}\n\n{entry}{text}\n"

    def arrays(self, lines: list[str]) -> list[str]:
        """The arrays that the loop itself looks at, and the tables of all others."""
        used = set(WORD.findall("\n".join(lines)))
        found = []
        for k in range(len(self.cells)):
            found.append(f"cell_{k} = cells[{k}]")
            for i, (name, kind) in enumerate(CELL.items()):
                if cell(k, name) in used:
                    found.append(f"{cell(k, name)} = {kind}(cell_{k}, {i})")
        for k in range(len(self.synapses)):
            found.append(f"syn_{k} = syns[{k}]")
            for i, (name, kind) in enumerate(SYNAPSE.items()):
                if edge(k, name) in used:
                    found.append(f"{edge(k, name)} = {kind}(syn_{k}, {i})")
        return found

    def room(self) -> list[str]:
        """Every neuron may fire four times in a step before the lists are emptied."""
        lines = []
        for k in self.codes:
            size = f"{cell(k, 'SC')}[0] + 4 * {cell(k, 'X')}.shape[1]"
            lines += [f"if {size} > {cell(k, 'ST')}.size:", "    return NO_ROOM"]
        return lines

    def record(self) -> list[str]:
        lines = [f"if n % count[{EVERY}] == 0:"]
        for k in self.codes:
            arrays = ", ".join(cell(k, name) for name in ("X", "RI", "RB"))
            lines.append(f"    recorded(n // count[{EVERY}], {arrays})")
        return lines if self.codes else []

    def alone(self) -> list[str]:
        """A step of each population by itself."""
        return [f"{code.march}(t, h, n, cell_{k})" for k, code in self.codes.items()]

    def stages(self) -> list[str]:
        """A step in stages, all populations side by side."""
        lines = [f"copied({cell(k, 'X')}, {cell(k, 'A')})" for k in self.codes]
        coupled = [k for k in self.codes if self.cells[k].inputs]
        for number, (c, a, b) in enumerate(self.tableau):
            for k, code in self.codes.items():
                lines.append(f"{code.prepare}({a!r} * h, cell_{k})")
            if number == 0:
                lines += [f"remember(n, {cell(k, 'X')}, {cell(k, 'H')})" for k in self.remembered]
            lines += [f"{function}(t0, h, n, {c!r}, {ends})" for function, ends in self.sums]
            for k, code in self.codes.items():
                lines.append(f"{code.evaluate}(t + {c!r} * h, {b!r} * h, cell_{k})")
            if number == 0:
                lines += [f"remember(n, {cell(k, 'K')}, {cell(k, 'DH')})" for k in self.remembered]
                lines += [f"copied({cell(k, 'U')}, {cell(k, 'U0')})" for k in coupled]
        # inside the step the inputs lie on the straight line through the first and the last stage
        reach = self.tableau[-1][0] or 1.0
        for k in coupled:
            arrays = ", ".join(cell(k, name) for name in ("U0", "U", "U1"))
            lines.append(f"extended({reach!r}, {arrays})")
        return lines + [f"{code.finish}(t, h, n, cell_{k})" for k, code in self.codes.items()]

    def settle(self) -> list[str]:
        lines = []
        for k, code in self.codes.items():
            lines += [f"code = {code.settle}(t, h, n, cell_{k})", "if code != PAUSED:"]
            lines += indented([f"count[{POPULATION}] = {k}", "return code"])
        return lines

    def send(self) -> list[str]:
        """The spikes of this step on their way, once there is room for all of them."""
        lines = []
        for k, plan in enumerate(self.cells):
            if plan.train is not None:  # given spikes: those nearest to the next grid point
                times, place = cell(k, "ST"), f"{cell(k, 'SC')}[0]"
                lines.append(f"while {place} < {times}.size and {times}[{place}] <= t + 1.5 * h:")
                lines.append(f"    {place} += 1")
        events = [(k, plan.source) for k, plan in enumerate(self.synapses) if plan.parts.on_spike]
        lines.append("wanted = 0")
        for k, s in events:
            new = f"{cell(s, 'SC')}[1], {cell(s, 'SC')}[0], {cell(s, 'SI')}"
            lines.append(f"wanted += needed({new}, {edge(k, 'RUN_PTR')})")
        lines += ["if wanted > FREE[1]:", "    return NO_ROOM"]
        for k, s in events:
            new = f"{cell(s, 'SC')}[1], {cell(s, 'SC')}[0], {cell(s, 'ST')}, {cell(s, 'SI')}"
            names = ("RUN_PTR", "RUN_FIRST", "RUN_DELAY", "HEAD", "TAIL")
            lines.append(f"push(n, t0, h, {new}, {', '.join(edge(k, i) for i in names)}, pool)")
        lines += self.learn
        return lines + [f"{cell(k, 'SC')}[1] = {cell(k, 'SC')}[0]" for k in range(len(self.cells))]
