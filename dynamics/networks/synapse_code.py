"""The code of a synapse: spikes that arrive, spikes of the target, sums over connections.

In a loop over connections, i is the source, j the target and e the connection. Only what an
expression uses is read from the arrays.
"""

from collections.abc import Iterable

import sympy

from ..equations import symbol
from ..program import along
from .functions_text import Functions, computed, indented
from .layout import TAKE_INPUT, TAKE_POOL, TAKE_SOURCE, TAKE_SYNAPSE, TAKE_TARGET
from .plan import CellPlan, SynapsePlan
from .reading import Assignment


class SynapseWriter:
    """Writes the functions of one synapse."""

    def __init__(
        self,
        plan: SynapsePlan,
        source: CellPlan,
        target: CellPlan,
        functions: Functions,
        one_weight: bool,
        one_delay: bool,
    ):
        self.plan, self.parts, self.functions = plan, plan.parts, functions
        self.source, self.target = source, target
        self.one_weight, self.one_delay = one_weight, one_delay
        self.edge_states = list(plan.parts.edge_states.values())
        self.names = {s: f"x{i}" for i, s in enumerate(target.states)}
        self.names |= {s: f"q{i}" for i, s in enumerate(target.scalars)}
        self.names |= {s: f"r{i}" for i, s in enumerate(target.rows)}
        self.names |= {s: f"z{i}" for i, s in enumerate(self.edge_states)}
        self.names.setdefault(plan.parts.weight, "w")
        self.names[symbol("t")] = "t"
        for place, name in plan.parts.others.items():
            there = symbol(name)
            if there in source.states:
                self.names[place] = f"o{source.states.index(there)}"
            elif there in source.scalars:
                self.names[place] = f"p{list(source.scalars).index(there)}"
            elif there in source.rows:
                self.names[place] = f"l{list(source.rows).index(there)}"

    def used(self, expressions: Iterable[sympy.Expr]) -> set[str]:
        """The names that the expressions need."""
        symbols = set().union(*(sympy.sympify(e).free_symbols for e in expressions))
        return {self.names[s] for s in symbols}

    def shared_numbers(self, used: set[str]) -> list[str]:
        """Read once for all connections."""
        lines = [f"{name} = Q[{name[1:]}]" for name in sorted(used) if name[0] == "q"]
        lines += [f"{name} = oQ[{name[1:]}]" for name in sorted(used) if name[0] == "p"]
        return lines + (["w = W[0]"] if "w" in used and self.one_weight else [])

    def of_source(self, used: set[str], states: str) -> list[str]:
        """Read once for each source."""
        lines = [f"{name} = {states}[{name[1:]}, i]" for name in sorted(used) if name[0] == "o"]
        return lines + [f"{name} = oR[{name[1:]}, i]" for name in sorted(used) if name[0] == "l"]

    def of_edge(self, used: set[str], states: str, edges: bool = True) -> list[str]:
        """Read for each connection."""
        lines = [f"{name} = {states}[{name[1:]}, j]" for name in sorted(used) if name[0] == "x"]
        lines += [f"{name} = R[{name[1:]}, j]" for name in sorted(used) if name[0] == "r"]
        if edges:
            lines += [f"{name} = E[{name[1:]}, e]" for name in sorted(used) if name[0] == "z"]
        return lines + (["w = W[e]"] if "w" in used and not self.one_weight else [])

    def constants(self) -> tuple[list[str], set[str]]:
        """The coefficients of exact courses, and the names they need."""
        course = self.moving()
        flat = [part for a, b in course.values() for part in (a, b)]
        if not flat:
            return [], set()
        lines, results = computed(flat, self.names, "c")
        names = [f"{letter}_{k}" for k in course for letter in "ab"]
        pairs = [f"{name} = {code}" for name, code in zip(names, results, strict=True)]
        return [*lines, *pairs], self.used(flat)

    def moving(self) -> dict[int, tuple[sympy.Expr, sympy.Expr]]:
        """Edge states that move between spikes, by exact courses."""
        if self.plan.exact is None:
            return {}
        courses = enumerate(self.plan.exact.values())
        return {k: (a, b) for k, (a, b) in courses if a != 0 or b != 0}

    def brought_up(self) -> list[str]:
        """Edge states at the time `now`."""
        course = self.moving()
        if not course:
            return []
        lines = ["gap = now - LA[e]", "LA[e] = now"]
        for k, (a, _) in course.items():
            growth = "gap" if a == 0 else f"(expm1(a_{k} * gap) / a_{k} if a_{k} != 0.0 else gap)"
            lines.append(f"z{k} = z{k} + (a_{k} * z{k} + b_{k}) * {growth}")
        return lines

    def changes(self, events: tuple[Assignment, ...]) -> list[str]:
        """The assignments, one after the other."""
        lines = []
        for number, event in enumerate(events):
            found, results = computed([event.value], self.names, f"v{number}_")
            lines += found
            name = self.names[event.state]
            store = [f"{name} = {results[0]}"]
            if event.place != "edge":
                store.append(f"X[{name[1:]}, j] = {name}")
            if event.place == "cell" and self.is_held(int(name[1:])):
                store = ["if MOV[j] != 0.0:", *indented(store)]
            lines += store
        return lines

    def is_held(self, state: int) -> bool:
        return self.target.held[state]

    def on_edge(self, events: tuple[Assignment, ...]) -> tuple[list[str], list[str], set[str]]:
        """(before all connections, for one connection, names used) of an event at `now`."""
        constants, extra = self.constants()
        used = self.used([part for event in events for part in (event.value, event.state)])
        edges = bool(self.edge_states) and any(name[0] == "z" for name in used)
        if edges:
            used |= {f"z{k}" for k in self.moving()}
        else:
            constants, extra = [], set()
        lines = self.of_edge(used, "X")
        if edges:
            lines += self.brought_up()
        lines += self.changes(events)
        changed = {self.names[e.state] for e in events if e.place == "edge"}
        if edges:
            changed |= {f"z{k}" for k in self.moving()}
        lines += [f"E[{name[1:]}, e] = {name}" for name in sorted(changed)]
        return [*self.shared_numbers(used | extra), *constants], lines, used

    def gathered(self) -> bool:
        """Whether all that arrives at a cell can be added up first: each event adds something
        (proportional to the weight, where weights differ) that no event changes."""
        events, parts = self.parts.on_spike, self.parts
        own = {parts.weight, *parts.edge_states.values()}
        changed = {event.state for event in events}
        for event in events:
            if event.change is None or event.place == "edge":
                return False
            used = event.change.free_symbols
            if used & (changed | set(parts.edge_states.values()) | set(parts.others)):
                return False
            share = along(event.change, {parts.weight: sympy.Integer(1)})
            rest = event.change.xreplace({parts.weight: sympy.Integer(0)})
            if not self.one_weight and (share.free_symbols & own or rest != 0):
                return False
        return True

    def deliver_sum(self) -> str:
        """What arrives at grid point n, added up for each cell."""
        names = self.names
        if not self.one_weight:
            names = {**names, self.parts.weight: "w"}
        used = self.used([part for e in self.parts.on_spike for part in (e.change, e.state)])
        add = "CT[TG[e]] += 1" if self.one_weight else "WS[TG[e]] += W[e]"
        run = ["for e in range(EF[k], EL[k]):", f"    {add}"]
        run += ["following = EN[k]", "EN[k] = FR[0]", "FR[0] = k", "FR[1] += 1", "k = following"]
        amount = "count = float(CT[j])" if self.one_weight else "w = WS[j]"
        cell = [amount, *self.of_edge(used - {"w"}, "X", edges=False)]
        for number, event in enumerate(self.parts.on_spike):
            found, results = computed([event.change], names, f"v{number}_")
            state = names[event.state]
            factor = "count * " if self.one_weight else ""
            if event.place == "cell" and self.is_held(int(state[1:])):
                factor += "MOV[j] * "
            cell += [*found, f"X[{state[1:]}, j] = {state} + {factor}({results[0]})"]
        cell.append("CT[j] = 0" if self.one_weight else "WS[j] = 0.0")
        body = [
            "apart()",
            TAKE_SYNAPSE,
            TAKE_TARGET,
            TAKE_SOURCE,
            TAKE_POOL,
            "slot = n % HEAD.size",
        ]
        body += ["k = HEAD[slot]", "if k < 0:", "    return", "HEAD[slot] = -1", "TAIL[slot] = -1"]
        body += [*self.shared_numbers(used), "while k >= 0:", *indented(run)]
        body += ["for j in range(X.shape[1]):", *indented(cell)]
        return self.functions.add("deliver", "t, n, syn, target, source, pool", body)

    def deliver(self) -> str:
        """What arrives at grid point n, at the time t."""
        if self.gathered():
            return self.deliver_sum()
        before, each, used = self.on_edge(self.parts.on_spike)
        run = [
            "i = ES[k]",
            *self.of_source(used, "oX"),
            "for e in range(EF[k], EL[k]):",
            *indented(["j = TG[e]", *each]),
            *("following = EN[k]", "EN[k] = FR[0]", "FR[0] = k", "FR[1] += 1", "k = following"),
        ]
        body = [
            TAKE_SYNAPSE,
            TAKE_TARGET,
            TAKE_SOURCE,
            TAKE_POOL,
            "now = t",
            *before,
            "slot = n % HEAD.size",
        ]
        body += ["k = HEAD[slot]", "HEAD[slot] = -1", "TAIL[slot] = -1", "while k >= 0:"]
        body += indented(run)
        return self.functions.add("deliver", "t, n, syn, target, source, pool", body)

    def after_target(self) -> str:
        """What the spikes of the target that fell in this step do to the connections to it."""
        before, each, used = self.on_edge(self.parts.on_target_spike)
        edge = ["e = IN_EDGES[place]", "i = IN_SOURCES[place]", *self.of_source(used, "oX"), *each]
        spike = ["j = SI[spike]", "now = ST[spike]", "t = now"]
        spike += ["for place in range(IN_PTR[j], IN_PTR[j + 1]):", *indented(edge)]
        body = [
            TAKE_SYNAPSE,
            TAKE_TARGET,
            TAKE_SOURCE,
            *before,
            "for spike in range(SC[1], SC[0]):",
        ]
        body += indented(spike)
        return self.functions.add("after_target", "syn, target, source", body)

    def sums(self) -> str:
        """The sums over connections at a stage, c steps after grid point n."""
        expressions = list(self.plan.inputs.values())
        used = self.used(expressions)
        lines, results = computed(expressions, self.names)
        add = [f"U[{k}, j] += {code}" for k, code in zip(self.plan.inputs, results, strict=True)]
        states = sorted(name for name in used if name[0] == "o")
        rest = {name for name in used if name[0] != "o"}
        now = [f"{name} = oS[{name[1:]}, i]" for name in states]
        if self.plan.delayed:
            now = [f"{name} = past(place, h, oH, oDH, oX0, {name[1:]}, i)" for name in states]
        once = not self.plan.delayed or self.one_delay
        edge = ["j = TG[e]", *self.of_edge(rest, "S")]
        if self.plan.delayed and not self.one_delay:
            edge += ["place = n + c - DL[e]", *now]
        each = ["for e in range(EP[i], EP[i + 1]):", *indented([*edge, *lines, *add])]
        from_source = [*(now if once else []), *self.of_source(rest, "oS"), *each]
        body = [
            TAKE_SYNAPSE,
            TAKE_TARGET,
            TAKE_SOURCE,
            *self.shared_numbers(used),
            "t = t0 + (n + c) * h",
        ]
        if self.plan.delayed and self.one_delay:
            body.append("place = n + c - DL[0]")
        body += ["for i in range(EP.size - 1):", *indented(from_source)]
        return self.functions.add("sums", "t0, h, n, c, syn, target, source", body)

    def steps(self) -> str:
        """One midpoint step of all edge states, the cells standing still."""
        rates = list(self.parts.edge_rates)
        used = self.used([*rates, *self.edge_states])
        first, slopes = computed(rates, self.names, "a")
        middle = {**self.names, **{s: f"h{i}" for i, s in enumerate(self.edge_states)}}
        middle[symbol("t")] = "half"
        second, later = computed(rates, middle, "b")
        count = range(len(self.edge_states))
        edge = [
            *("j = TG[e]", *self.of_edge(used, "X"), *first),
            *(f"h{k} = z{k} + 0.5 * h * ({slopes[k]})" for k in count),
            *second,
            *(f"E[{k}, e] = z{k} + h * ({later[k]})" for k in count),
        ]
        body = [
            TAKE_SYNAPSE,
            TAKE_TARGET,
            TAKE_SOURCE,
            *self.shared_numbers(used),
            "half = t + 0.5 * h",
        ]
        body += ["for i in range(EP.size - 1):"]
        body += indented([*self.of_source(used, "oX"), "for e in range(EP[i], EP[i + 1]):"])
        body += indented(edge, 2)
        return self.functions.add("steps", "t, h, syn, target, source", body)


def input_function(events: tuple[Assignment, ...], target: CellPlan, functions: Functions) -> str:
    """What the spikes of a Poisson input do, so many for each cell."""
    names = {s: f"x{i}" for i, s in enumerate(target.states)}
    names |= {s: f"q{i}" for i, s in enumerate(target.scalars)}
    names |= {s: f"r{i}" for i, s in enumerate(target.rows)}
    names[symbol("t")] = "t"
    goals = {event.state for event in events}
    change = events[0].change if len(events) == 1 else None
    at_once = change is not None and not (change.free_symbols & goals)
    used = {names[s] for e in events for s in sympy.sympify(e.value).free_symbols | {e.state}}
    lines = []
    for number, event in enumerate(events):
        found, results = computed([change if at_once else event.value], names, f"v{number}_")
        name = names[event.state]
        new = f"{name} + count * ({results[0]})" if at_once else results[0]
        store = [f"{name} = {new}", f"X[{name[1:]}, j] = {name}"]
        if event.place == "cell" and target.held[int(name[1:])]:
            store = ["if MOV[j] != 0.0:", *indented(store)]
        lines += [*found, *store]
    if not at_once:
        lines = ["for _ in range(count):", *indented(lines)]
    read = [f"{name} = X[{name[1:]}, j]" for name in sorted(used) if name[0] == "x"]
    read += [f"{name} = R[{name[1:]}, j]" for name in sorted(used) if name[0] == "r"]
    body = [TAKE_TARGET, TAKE_INPUT]
    body += [f"{name} = Q[{name[1:]}]" for name in sorted(used) if name[0] == "q"]
    body += ["poisson_counts(KEY[0], n, MEAN, TABLE, COUNT, DRAW)", "for j in range(COUNT.size):"]
    loop = ["count = COUNT[j]", "if count > 0:", *indented([*read, *lines])]
    return functions.add("outside", "t, n, inp, target", [*body, *indented(loop)])
