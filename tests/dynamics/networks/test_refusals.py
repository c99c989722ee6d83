"""Wrong questions are refused with the name, the value and the repair."""

import pytest
import rheobase as rb

CELL = rb.Model("cell", "V' = -V/tau", parameters=dict(tau=10), start=dict(V=0))
CELLS = rb.Population(CELL, 3)


def make(*synapses, inputs=(), **populations):
    return rb.Network(populations or dict(a=CELLS), synapses, inputs)


def synapse(*arguments, **settings):
    return rb.Synapse("a", "a", *arguments, **{"on_spike": "V += weight"} | settings)


WRONG = [
    (lambda: make(), "rb.Network", None),
    (lambda: rb.Network({}), "populations is a mapping", rb.InvalidArgument),
    (lambda: rb.Network(dict(a=CELL)), "'a' is a rb.Population", rb.InvalidArgument),
    (lambda: make(rb.Synapse("a", "b", on_spike="V += 1")), "'b' is not a population", None),
    (lambda: make(synapse(on_spike="U += 1")), "'U' is not a state that on_spike", None),
    (lambda: make(synapse(on_spike="V + 1")), "an event assigns", rb.EquationError),
    (lambda: make(synapse(on_spike="V += wait")), "unknown name 'wait'", rb.EquationError),
    (lambda: make(synapse(into=dict(U="1"))), "'U' is not a state of cell", None),
    (lambda: make(synapse("V' = 1")), "'V' is a name of cell already", rb.InvalidArgument),
    (lambda: make(synapse("g' = -g*V_other")), "shared by all connections", rb.InvalidArgument),
    (
        lambda: make(synapse("g' = -g", into=dict(V="weight*g"))),
        "in which all connections are summed already",
        rb.InvalidArgument,
    ),
    (lambda: make(synapse(on_target_spike="V += 1")), "edges and the weight only", None),
    (lambda: make(synapse(), synapse()), "two synapses or inputs are called", None),
    (lambda: make(synapse(start=dict(g=1))), "'g' is not a state of a to a", None),
    (lambda: rb.Synapse("a", "a"), "a to a does nothing", rb.InvalidArgument),
    (
        lambda: rb.PoissonInput("a", rate="0.1*heaviside(t - 50)", on_spike="V += 1"),
        "the rate of input to a is a number.*constant in time",
        rb.InvalidArgument,
    ),
    (lambda: synapse(delay=-1), "the delay of a to a is a number from 0", None),
    (lambda: synapse(wiring="some"), "'some' is not a wiring by name", rb.UnknownName),
    (lambda: synapse(weight="gamma(1, 2)"), "'gamma' is not a distribution", None),
    (lambda: synapse(weight="normal(1)"), "normal takes 2 numbers", rb.InvalidArgument),
    (
        lambda: make(synapse(wiring=[[1, 2]])).edges("a to a"),
        "3 targets .rows. and 3 sources",
        None,
    ),
    (lambda: make(synapse(wiring=rb.Wiring.indegree(3))).edges("a to a"), "2 partners", None),
    (lambda: make(synapse(delay="1 + d")).edges("a to a"), "distances want positions", None),
    (lambda: make(synapse(weight=[1.0, 2.0])).edges("a to a"), "2 weights for 6", None),
    (lambda: rb.Wiring.probability(1.2), "between 0 and 1", rb.InvalidArgument),
    (lambda: rb.Population(CELL, 3, start=dict(U=1)), "'U' is not a state of cell", None),
    (lambda: rb.Population(CELL, 3, start=dict(V=[1, 2])), "2 values for 3 neurons", None),
    (lambda: rb.Population(CELL, 2.5), "the size of a population must be a whole number", None),
    (lambda: rb.Population(rb.models.henon(), 3), "a network's time is continuous", None),
    (lambda: rb.SpikeTrain([1, -2]), "numbers from 0, in one list", None),
    (lambda: rb.SpikeTrain([1, 2], [0, 5], size=3), "neuron 5 fires, but the size is 3", None),
    (
        lambda: rb.Network(
            {"a": CELLS, "in": rb.SpikeTrain([1.0])}, [rb.Synapse("a", "in", on_spike="V += 1")]
        ),
        "'in' is a SpikeTrain, which receives nothing",
        None,
    ),
    (lambda: make().simulate(1, step=0.3), "until = 1 is not a multiple of the step", None),
    (lambda: make().simulate(1, step=0.1, record=["a.U"]), "'a.U' is not a name that can be", None),
    (lambda: make().simulate(1, step=0.1, scheme="rk5"), "'rk5' is not a scheme for", None),
    (
        lambda: make().simulate(1, step=0.1, scheme="euler-maruyama"),
        "no population has noise",
        None,
    ),
    (lambda: make().silence("a", [3]), "numbered from 0 to 2", rb.InvalidArgument),
    (lambda: make().cut("b"), "'b' is not a synapse", rb.UnknownName),
]


@pytest.mark.parametrize("wrong, words, kind", WRONG[1:], ids=[words for _, words, _ in WRONG[1:]])
def test_a_wrong_question(wrong, words, kind):
    with pytest.raises(kind or rb.RheobaseError, match=words):
        wrong()
