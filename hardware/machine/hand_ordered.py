"""The chip's own programs as graphs, in the order in which its code computes.

Izhikevich's neuron by Euler's rule or the midpoint rule merged with the equations (M. Hopkins and
S. Furber, Neural Computation 27 (2015) 2148-2182), m the product, inner ones first:

    euler  s = m(k1,v) + 5,  f = ((m(s,v) + 140) - u) + I,  g = m(b,v) - u
    euler  v <- v + m(h,f),  u <- u + m(m(a,h),g)
    rk2    p = (140 + I) - u,  alpha = p + m(5 + m(k1,v), v),  eta = v + m(m(h,alpha), 1/2)
    rk2    beta = m(m(m(h, m(b,v) - u), a), 1/2)
    rk2    v <- v + m(h, (p - beta) + m(5 + m(k1,eta), eta))
    rk2    u <- u + m(m(a,h), (-u - beta) + m(b,eta))
    rk2q   the same, where a step after a spike has the length m(h, 1.85), 1.85 truncated

k1 = 0.04; where v >= 30 then v <- c, u <- u + d. The leaky neuron by its closed form over a step:

    if pause <= 0:  A = m(I,R) + V_rest,  V <- A - m(E, A - V);  else pause <- pause - 1
    where V >= V_th:  V <- V_reset,  pause <- T_ref

Each product is computed where it stands, even if an equal one was before: it draws a random word.
What stands behind a condition draws none where that doesn't hold.
"""

from collections.abc import Mapping

from .graph import Builder, Graph
from .schemes import COUNTER

SOLVERS = ("euler", "rk2", "rk2q")
LONGER = "(longer)"  # whether the next step is lengthened
LENGTH = 1.85
Numbers = Mapping[str, float]


class Chip(Builder):
    """Nodes in the order in which they are written; products are never shared."""

    def __init__(self, where: str, literal: bool):
        super().__init__()
        self.where, self.literal = where, literal

    def state(self, name: str) -> int:
        return self.enter("state", name=name, text=name)

    def number(self, value: float) -> int:
        """A number that stands in the code."""
        return self.constant(value, self.literal)

    def product(self, x: int, y: int, text: str = "", when: int = -1) -> int:
        node = self.enter("mul", x, y, text=text, when=when)
        del self.known[self.nodes[node]]
        return node

    def sum(self, x: int, y: int, text: str = "", when: int = -1) -> int:
        return self.enter("add", x, y, text=text, when=when)

    def difference(self, x: int, y: int, text: str = "", when: int = -1) -> int:
        return self.enter("sub", x, y, text=text, when=when)

    def choice(self, condition: int, yes: int, no: int, text: str = "") -> int:
        return self.enter("select", condition, yes, no, text=text)


def izhikevich_graph(
    solver: str, numbers: Numbers, step: float, start: Numbers, literal: bool
) -> Graph:
    """A step of Izhikevich's neuron; `numbers` are a, b, c, d, I, `start` v and u.

    literal
        Whether the numbers in the code are truncated as a compiler does, 0.04 too.
    """
    chip = Chip("the chip's program", literal)
    states = {name: chip.state(name) for name in ("v", "u")}
    given = {name: chip.constant(numbers[name]) for name in "abcdI"}
    h = chip.constant(step)
    names, first = ["v", "u"], [start["v"], start["u"]]
    if solver == "rk2q":
        names, first = [*names, LONGER], [*first, 0.0]
        flag = chip.state(LONGER)
        states[LONGER] = flag
        factor = chip.constant(LENGTH, True)
        h = chip.choice(flag, chip.product(h, factor, "1.85 h", when=flag), h, "h now")
    advance = euler if solver == "euler" else midpoint
    v, u = advance(chip, states["v"], states["u"], given, h)
    chip.where = "the reset"
    spike = chip.enter("lesseq", chip.number(30.0), v, text="v >= 30")
    after = {
        "v": chip.choice(spike, given["c"], v, "v after the reset"),
        "u": chip.choice(spike, chip.sum(u, given["d"]), u, "u after the reset"),
        LONGER: spike,
    }
    return Graph(
        tuple(chip.nodes),
        tuple(states[name] for name in names),
        tuple(after[name] for name in names),
        tuple(names),
        tuple(first),
        spike,
    )


def euler(chip: Chip, v: int, u: int, given: Mapping[str, int], h: int) -> tuple[int, int]:
    product, sums, less = chip.product, chip.sum, chip.difference
    chip.where = "v'"
    s = sums(product(chip.number(0.04), v), chip.number(5.0))
    w = product(s, v)
    f = sums(less(sums(w, chip.number(140.0)), u), given["I"])
    chip.where = "u'"
    g = less(product(given["b"], v), u)
    chip.where = "the step of v"
    moved = sums(v, product(h, f, "h v'"), "v + h v'")
    chip.where = "the step of u"
    return moved, sums(u, product(product(given["a"], h, "a h"), g, "h u'"), "u + h u'")


def midpoint(chip: Chip, v: int, u: int, given: Mapping[str, int], h: int) -> tuple[int, int]:
    product, sums, less = chip.product, chip.sum, chip.difference
    k1, five, half = (chip.number(x) for x in (0.04, 5.0, 0.5))
    chip.where = "v' at the start"
    p = less(sums(chip.number(140.0), given["I"]), u, "p")
    alpha = sums(p, product(sums(five, product(k1, v)), v), "alpha")
    eta = sums(v, product(product(h, alpha, "h alpha"), half), "eta")
    chip.where = "u' at the start"
    slope = less(product(given["b"], v), u, "b*v - u")
    beta = product(product(product(h, slope), given["a"]), half, "beta")
    chip.where = "v' at the midpoint"
    x = sums(less(p, beta), product(sums(five, product(k1, eta)), eta), "x")
    chip.where = "the step of v"
    moved = sums(v, product(h, x, "h x"), "v + h x")
    chip.where = "u' at the midpoint"
    y = sums(less(chip.enter("neg", u), beta), product(given["b"], eta), "y")
    chip.where = "the step of u"
    return moved, sums(u, product(product(given["a"], h, "a h"), y, "a h y"), "u + a h y")


def leaky_graph(name: str, numbers: Numbers, start: float) -> Graph:
    """A step of the leaky neuron; `numbers` are I, R, Vrest, Vreset, Vth, E, Tref (in steps)."""
    chip = Chip("the closed form", False)
    V, pause = chip.state(name), chip.state(COUNTER)
    given = {key: chip.constant(value) for key, value in numbers.items()}
    free = chip.enter("lesseq", pause, chip.constant(0.0), text="pause <= 0")
    current = chip.product(given["I"], given["R"], "R I", when=free)
    goal = chip.sum(current, given["Vrest"], "A", when=free)
    away = chip.difference(goal, V, f"A - {name}", when=free)
    part = chip.product(given["E"], away, f"E (A - {name})", when=free)
    moved = chip.difference(goal, part, f"{name} after its decay", when=free)
    moved = chip.choice(free, moved, V, f"{name} now")
    chip.where = "the pause"
    less = chip.difference(pause, chip.constant(1.0))
    left = chip.choice(free, pause, less, "pause left")
    chip.where = "the reset"
    spike = chip.enter("lesseq", given["Vth"], moved, text=f"{name} >= V_th")
    after = (
        chip.choice(spike, given["Vreset"], moved, f"{name} after the reset"),
        chip.choice(spike, given["Tref"], left, "pause after the reset"),
    )
    return Graph(tuple(chip.nodes), (V, pause), after, (name, COUNTER), (start, 0.0), spike)
