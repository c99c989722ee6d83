"""Programs and graphs as machine code of the host, against the interpreters, bit for bit."""

import weakref
from collections import OrderedDict

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from machine_cases import cases, emulated
from machine_portions import chopped
from rheobase.hardware.machine import following, native, native_graph, network
from rheobase.hardware.machine.building import built

PARTS = ("rows", "spikes", "before", "after", "low", "high", "steps", "stopped")
WITHOUT_LEVEL = tuple(part for part in PARTS if part not in ("before", "after"))


def both(run):
    """What compiled code gives and what the interpreter gives."""
    found = []
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "worth", lambda text, steps, answer=compiled: answer)
            found.append(run())
    return found


def same(run, watched=-1):
    ours, expected = both(run)
    for part in PARTS if watched >= 0 else WITHOUT_LEVEL:
        np.testing.assert_array_equal(getattr(ours, part), getattr(expected, part), err_msg=part)
    return ours


@settings(max_examples=40, deadline=None)
@given(cases())
def test_drawn_programs_have_the_interpreter_s_bits(case):
    model, *_, seed = case
    machine = emulated(case)
    if machine is None:
        return
    program = machine.program
    watched = -1 if model.reset else 0
    same(lambda: following.follow_program(program, 90, 7, watched, 5, seed), watched)


MODELS = {
    "izhikevich": rb.models.izhikevich("chattering").replace(I=10),
    "hodgkin-huxley": rb.models.hodgkin_huxley().replace(I=10),
    "leaky": rb.models.leaky().replace(I=2),
    "theta": rb.models.theta(),
    "kinks": rb.Model(
        "kinks",
        "x' = sqrt(abs(x))/(1 + y^2) - floor(2*x) + sin(t)\ny' = mod(x, 0.7) - max(y, cos(t))*x",
        start=dict(x=1.3, y=-0.4), noise=dict(x="0.1", y=dict(a="y")),
    ),
}  # fmt: skip
SETTINGS = {
    "plain": (rb.QFormat(16, 15), {}),
    "saturating": (rb.QFormat(9, 12, rounding="nearest", overflow="saturate"), {}),
    "stochastic": (rb.QFormat(16, 15, rounding="stochastic"), dict(scheme="exponential-euler")),
    "16 bits": (rb.QFormat(8, 7, rounding="nearest-even"), dict(scale="auto")),
    "overflowing": (rb.QFormat(8, 9, rounding="zero"), {}),
    "long": (rb.QFormat(16, 22, rounding="nearest"), {}),
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", MODELS)
def test_models_have_the_interpreter_s_bits(name, setting):
    model, (word, more) = MODELS[name], SETTINGS[setting]
    program = rb.emulate(model, word, 5, 0.05, fit="report", **more).program
    watched = -1 if model.reset else 0
    run = same(lambda: following.follow_program(program, 4000, 13, watched, 100, 3), watched)
    assert run.stopped >= 0 or run.steps == 4000


@pytest.mark.parametrize("program", ["euler", "rk2", "rk2q"])
@pytest.mark.parametrize("rounding", ["floor", "nearest", "stochastic"])
def test_the_chip_s_programs_have_the_interpreter_s_bits(program, rounding):
    word = rb.QFormat(16, 15, rounding=rounding)
    model = MODELS["izhikevich"]
    code = rb.emulate(model, word, 1, 0.2, program, program="chip").program
    run = same(lambda: following.follow_program(code, 20_000, 100, seed=9))
    assert run.spikes.size > 50


GRAPHS = [
    *MODELS.values(),
    rb.Model(
        "functions", "x' = sinh(y)/cosh(x) + tan(x/9) + asin(y/9)*acos(x/9) - atan(x) - x\n"
        "y' = log(2 + x^2) + (1 + y^2)^1.5 - y^3 - exp(-x^2)*tanh(y) + x/(exp(x) - 1)",
        start=dict(x=0.3, y=0.2),
    ),
    rb.Model("leaving", "x' = x^2", start=dict(x=1)),
    rb.models.logistic(),
]  # fmt: skip


@pytest.mark.parametrize("model", GRAPHS, ids=lambda model: model.name)
@pytest.mark.parametrize("scheme", ["rk2", "exponential-euler"])
def test_graphs_have_the_interpreter_s_doubles(model, scheme):
    from rheobase.hardware.machine.schemes import step_graph

    graph = step_graph(model, scheme, 0.05)
    watched = -1 if model.reset or model.kind == "map" else 0
    with np.errstate(over="ignore", invalid="ignore"):
        same(lambda: following.follow_graph(graph, 3000, 7, watched, 0.5, 0.05, 2), watched)


@pytest.mark.parametrize(
    ("word", "loses"),
    [
        (rb.QFormat(16, 15, rounding="nearest"), False),
        (rb.QFormat(16, 15, rounding="stochastic"), False),
        (rb.QFormat(8, 14), True),
    ],
)
def test_networks_have_the_interpreter_s_bits(word, loses):
    """Fifty neurons, each by the compiled step, or by the interpreter where something overflows."""
    rng = np.random.default_rng(3)
    source, count = np.repeat(np.arange(50), 6), 50
    targets, delays = rng.integers(0, count, source.size), rng.integers(1, 16, source.size)
    connections = (source, targets, rng.uniform(-2, 4, source.size), delays)
    ours, expected = both(
        lambda: rb.spinnaker.network(
            rb.models.izhikevich().replace(I=5), connections, count, 150, 0.5, word=word, noise=5.0,
            parameters=dict(b=np.linspace(0.2, 0.21, count)), seed=3,
        )
    )  # fmt: skip
    assert (ours.overflows > 0) is loses
    assert ours.overflows == expected.overflows
    assert len(ours.spikes) > 20
    np.testing.assert_array_equal(ours.spikes, expected.spikes)
    np.testing.assert_array_equal(ours.neurons, expected.neurons)
    for name in ("v", "u"):
        np.testing.assert_array_equal(ours.final[name], expected.final[name])


def test_programs_that_differ_in_numbers_share_their_code():
    texts = {
        native.structure(rb.emulate(rb.models.izhikevich().replace(I=i), until=10).program)
        for i in (3, 10, 12.5)
    }
    assert len(texts) == 1


def test_what_comes_often_is_compiled():
    text = ("a text of its own",)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "FEW", 0)
        assert not native.worth(text, native.WORTH - 1)
        assert native.worth(text, 1)


@pytest.mark.parametrize("kind", ["program", "graph", "population"])
def test_code_lives_while_somebody_runs_it(kind, monkeypatch):
    """Other programs push it out of those that are known; its place may then be another's."""
    made = built(rb.models.izhikevich(), rb.QFormat(16, 15), 10, 0.1, "rk2")
    monkeypatch.setattr(native, "_known", OrderedDict())
    user = {
        "program": lambda: native.advancing(made.program, 10, 0),
        "graph": lambda: native_graph.advancing(made.graph, 10, 0),
        "population": lambda: native.population(made.program, 0, 0, 10),
    }[kind]()
    (code,) = map(weakref.ref, native._known.values())
    native._known.clear()
    assert code() is not None
    del user
    assert code() is None


@pytest.mark.parametrize("name", ["neuron", "network"])
def test_a_run_that_is_pushed_out(name, monkeypatch):
    """In its progress others are compiled, beside which there is no room for it."""
    model, others = rb.models.izhikevich().replace(I=10), [rb.models.leaky(), rb.models.theta()]

    def run(progress=None):
        if name == "neuron":
            machine = rb.emulate(model, until=30, progress=progress)
            return machine.words, machine.double.x
        found = rb.spinnaker.network(model, ([0], [1], [2.0], [1]), 2, 30, 0.1, progress=progress)
        return found.spikes, *found.final.values()

    def tell(*facts):
        rb.emulate(others[len(told) % 2], until=1)
        told.append(facts)

    told, expected = [], run()
    monkeypatch.setattr(native, "KEPT", 1)
    for module in (following, network):
        monkeypatch.setattr(module, "portions", chopped([100]))
    for ours, theirs in zip(run(tell), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(told) == (6 if name == "neuron" else 3)
