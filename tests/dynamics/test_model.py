"""A Model never changes, is its digest, and shares what is compiled."""

import copy
import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.errors import InvalidArgument

TEXT = """
V' = (I - g*(V - E) - w)/C     # the membrane
w' = (w_inf - w)/tau
w_inf = 1/(1 + exp(-(V - h)/k))
"""


def neuron(text=TEXT, **other):
    fields = dict(
        parameters=dict(I=0, g=1, E=-60, C=1, tau=5, h=-20, k=4),
        start=dict(w=0.1, V=-65),
        units=dict(V="mV", I="uA"),
        meanings=dict(V="membrane potential", w_inf="steady state"),
        reference="nobody, 1952",
        natural=("I", (0, 100)),
        time_unit="ms",
        reset=rb.Reset("V > 30", V="E", w="w + 1", refractory=2),
        noise=dict(V="0.1", w=dict(shared="0.2*w", own="0.3")),
        spike=("V", 0),
        options=dict(until=100, scheme="rk4"),
    )
    return rb.Model("a neuron", text, **{**fields, **other})


def decay(**other):
    return rb.Model("m", "x' = -k*x", **{"parameters": dict(k=1), "start": dict(x=1), **other})


def test_what_it_holds():
    model = neuron()
    assert model.states == ("V", "w")
    assert list(model.start) == ["V", "w"]
    assert model.parameters["E"] == -60.0
    assert isinstance(model.parameters["I"], float)
    assert list(model.equations) == ["V", "w"]
    assert list(model.definitions) == ["w_inf"]
    assert (model.kind, model.time_unit, model.natural) == ("flow", "ms", ("I", (0.0, 100.0)))
    assert model.options["until"] == 100
    assert model.autonomous
    assert not rb.Model("m", "x' = sin(t)", start=dict(x=1)).autonomous


def test_it_never_changes():
    model = neuron()
    for name in ("name", "parameters", "new"):
        with pytest.raises(AttributeError, match="a Model never changes"):
            setattr(model, name, 1)
        with pytest.raises(AttributeError, match="a Model never changes"):
            delattr(model, name)
    mappings = (
        *(model.parameters, model.start, model.units, model.meanings, model.options),
        *(model.equations, model.definitions, model.noise, model.noise["w"]),
        model.reset.assignments,
    )
    for mapping in mappings:
        with pytest.raises(TypeError):
            mapping["I"] = 1
        with pytest.raises(TypeError):
            del mapping["V"]
    with pytest.raises(AttributeError):
        model.reset.condition = "V > 1"


def test_what_it_was_given_may_change():
    given = dict(k=1)
    model = decay(parameters=given)
    given["k"] = 7
    assert model.parameters["k"] == 1


def test_equality_is_the_digest():
    assert neuron() == neuron()
    assert hash(neuron()) == hash(neuron())
    assert len({neuron(), neuron(), decay()}) == 2
    assert neuron() != "neuron"
    changes = (
        *(dict(reference="x"), dict(units={}), dict(meanings={}), dict(natural=None)),
        *(dict(time_unit="s"), dict(reset=None), dict(noise=None), dict(spike=None)),
        *(dict(options={}), dict(start=dict(V=-60, w=0.1))),
        dict(parameters=dict(g=1, I=0, E=-60, C=1, tau=5, h=-20, k=4)),
    )
    assert len({neuron(), *(neuron(**change) for change in changes)}) == 1 + len(changes)


def test_structure_is_the_equations():
    model = neuron()
    assert model.structure == model.replace(I=3, V=1).structure
    assert model.digest != model.replace(I=3).digest
    same = """# other words
        w_inf=1 / (1+exp(-(V-h) / k))
        V' = (I - g*(V - E)
              - w)/C
        w' =(w_inf-w)/tau"""
    assert neuron(same).structure == model.structure
    assert neuron(same).digest != model.digest
    assert neuron(units={}, meanings={}, reference="").structure == model.structure
    assert neuron(TEXT.replace("tau", "k")).structure != model.structure
    assert neuron(reset=None).structure != model.structure
    assert neuron(noise=None).structure != model.structure
    assert neuron(reset=rb.Reset("V > 30", V="E", w="w + 1")).structure != model.structure
    held = rb.Reset("V > 30", V="E", w="w + 1", refractory=2, hold=("V",))
    assert neuron(reset=held).structure != model.structure


PRINT = """
import json, sys
import rheobase as rb
model = rb.models.hodgkin_huxley()
other = rb.Model.from_dict(json.loads(sys.stdin.read()))
field = other.field
sources = [field._source(what) for what in ("f", "jacobian", "dfdp", "B", "C", "definitions")]
print(json.dumps([model.digest, model.structure, other.digest, other.structure, repr(other),
                  other.latex(), sources]))
"""


def test_fingerprints_and_sources_do_not_depend_on_the_process():
    fields = json.dumps(neuron().to_dict())
    answers = set()
    for seed, before in (
        ("0", ""),
        ("1", ""),
        ("77", "import sympy\n[sympy.Dummy() for _ in range(97)]\n"),
    ):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", before + PRINT],
            input=fields,
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        answers.add(done.stdout)
    assert len(answers) == 1
    assert json.loads(answers.pop())[2:4] == [neuron().digest, neuron().structure]


def test_copies():
    model = neuron()
    for other in (
        pickle.loads(pickle.dumps(model)),
        copy.copy(model),
        copy.deepcopy(model),
        rb.Model.from_dict(model.to_dict()),
        rb.Model.from_dict(json.loads(json.dumps(model.to_dict()))),
        pickle.loads(pickle.dumps(model.replace(I=3))).replace(I=0),
    ):
        assert other == model
        assert other.structure == model.structure
        assert list(other.parameters) == list(model.parameters)
        assert other.reset == model.reset
        assert other.noise == model.noise
    assert b"sympy" not in pickle.dumps(model)


def test_replace_shares_what_is_compiled():
    model = neuron()
    other = model.replace(I=10, V=-60)
    assert (other.parameters["I"], other.start["V"], model.parameters["I"]) == (10, -60, 0)
    assert other._system is model._system
    assert other.field is model.field
    assert list(other.parameters) == list(model.parameters)
    assert other.replace(I=0, V=-65) == model
    assert model.replace() == model
    strange = rb.Model("m", "x' = lambda*x", parameters={"lambda": 1}, start=dict(x=1))
    assert strange.replace({"lambda": 3}, x=2).parameters["lambda"] == 3
    assert model.replace(I=np.float32(2)).parameters["I"] == 2


def test_what_replace_refuses():
    model = neuron()
    with pytest.raises(rb.UnknownName) as caught:
        model.replace(Tau=3)
    assert "'Tau' is not a parameter or state of a neuron. Did you mean 'tau'?" in str(caught.value)
    with pytest.raises(rb.UnknownName):
        model.replace(w_inf=3)
    for value in (float("nan"), float("inf"), "3", None, 1j, [1, 2], 10**400):
        with pytest.raises(InvalidArgument, match="new value 'I' must be a finite number"):
            model.replace(I=value)
    with pytest.raises(InvalidArgument, match="replace takes names"):
        model.replace([("I", 3)])


def test_models_with_the_same_text_share_their_system():
    assert neuron()._system is neuron(parameters={**neuron().parameters, "I": 5})._system


def test_maps():
    model = rb.Model.map("logistic", "x = r*x*(1 - x)", parameters=dict(r=3.2), start=dict(x=0.3))
    assert model.kind == "map"
    assert pickle.loads(pickle.dumps(model)) == model
    p = model.field.parameter_array(model.parameters)
    assert model.field.f([0.3], p) == pytest.approx([3.2 * 0.3 * 0.7], rel=1e-15)
    assert "x = " in repr(model)
    both = rb.Model.map(
        "henon",
        "x = 1 - a*x^2 + y\ny' = b*z\nz = x",
        parameters=dict(a=1.4, b=0.3),
        start=dict(x=0, y=0),
    )
    assert both.states == ("x", "y")
    assert list(both.definitions) == ["z"]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(kind="flux"), "kind is 'flow' or 'map', not 'flux'"),
        (dict(parameters=dict(k="1")), "parameter 'k' must be a finite number, not '1'"),
        (dict(parameters=dict(k=float("nan"))), "parameter 'k' must be a finite number"),
        (dict(start=dict(x=None)), "start 'x' must be a finite number"),
        (dict(start=[1]), "start is a mapping by name"),
        (dict(parameters={1: 1}), "parameter is given by name, and 1 is no text"),
        (
            dict(parameters={"k": 1, "2k": 1}),
            "'2k' can't name a parameter: it is not an identifier",
        ),
        (dict(parameters={"k": 1, "": 1}), "'' can't name a parameter"),
        (dict(parameters={"k": 1, "a b": 1}), "'a b' can't name a parameter"),
        (
            dict(parameters={"k": 1, "exp": 1}),
            "'exp' is a built-in function and can't name a param",
        ),
        (dict(parameters={"k": 1, "t": 1}), "'t' is time and can't name a parameter"),
        (dict(parameters={"k": 1, "\u00c5": 1, "A\u030a": 1}), "is given twice, in two spellings"),
        (dict(start=dict(x=1, pi=3)), "'pi' is a number and can't name a state"),
        (dict(parameters=dict(k=1, x=1)), "'x' has a start value and is a parameter: rename one"),
        (dict(name=3), "name is text, not 3"),
        (dict(reference=None), "reference is text, not None"),
        (dict(time_unit=1), "time_unit is text, not 1"),
        (dict(units=dict(x=1)), "units of 'x' is text, not 1"),
        (dict(units="mV"), "units is a mapping by name"),
        (dict(natural="k"), "natural is a parameter with its range"),
        (dict(natural=("k", (1, 0))), "natural: the range of 'k' must rise"),
        (dict(natural=("k", (0, float("inf")))), "natural: the range of 'k' must rise"),
        (dict(natural=(1, (0, 1))), "natural begins with the name of a parameter"),
        (dict(spike="x"), "spike is a variable and a level"),
        (dict(spike=("x", "high")), "spike is a variable and a level"),
        (dict(spike=("x", float("nan"))), "spike is a variable and a level"),
        (dict(spike=(1, 2)), "spike is a variable and a level"),
        (dict(options=dict(until=-1)), "option 'until' is a positive number, not -1"),
        (dict(options=dict(step="1")), "option 'step' is a positive number"),
        (dict(options=dict(scheme=1)), "option 'scheme' is text, not 1"),
        (dict(noise=dict(x=None)), "the noise of x is text or a finite number, not None"),
        (dict(noise=dict(x=float("nan"))), "the noise of x is text or a finite number"),
        (dict(noise="x"), "noise is a mapping by name"),
        (dict(reset="V > 1"), "reset is a Reset"),
    ],
    ids=str,
)
def test_wrong_arguments(arguments, words):
    fields = {"parameters": dict(k=1), "start": dict(x=1), **arguments}
    name = fields.pop("name", "m")
    with pytest.raises(InvalidArgument) as caught:
        rb.Model(name, "x' = -k*x", **fields)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(units=dict(xx="mV")), "'xx' is not a name in m (in units). Did you mean 'x'?"),
        (dict(meanings=dict(K="a")), "'K' is not a name in m (in meanings). Did you mean 'k'?"),
        (dict(natural=("x", (0, 1))), "'x' is not a parameter of m"),
        (dict(spike=("k", 0)), "'k' is not a state or definition of m"),
        (
            dict(options=dict(untill=1)),
            "'untill' is not an option of a model. Did you mean 'until'?",
        ),
        (dict(noise=dict(z="1")), "'z' is not a state of m (in noise)"),
        (dict(reset=rb.Reset("x > 1", z="1")), "'z' is not a state of m (in its reset)"),
        (dict(reset=rb.Reset("x > 1", x="1", hold=("k",))), "'k' is not a state of m"),
    ],
    ids=str,
)
def test_unknown_names(arguments, words):
    with pytest.raises(rb.UnknownName) as caught:
        decay(**arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(noise=dict(x="sigm")), "the noise of x: unknown name 'sigm'"),
        (dict(noise=dict(x="k +")), "the noise of x: an expression is missing"),
        (dict(reset=rb.Reset("x > q", x="1")), "the condition of the reset: unknown name 'q'"),
        (dict(reset=rb.Reset("x + 1", x="1")), "a reset's condition is one comparison with < or >"),
        (dict(reset=rb.Reset("x == 1", x="1")), "a reset's condition is one comparison"),
        (dict(reset=rb.Reset("1 > 0", x="1")), "a reset's condition is one comparison"),
        (dict(reset=rb.Reset("x > 1 and k > 1", x="1")), "a reset's condition is one comparison"),
        (dict(reset=rb.Reset("x > 1", x="1 1")), "the reset of x: "),
        (dict(reset=rb.Reset("x > 1", x="1", refractory="tau")), "the refractory time: unknown"),
        (
            dict(kind="map", reset=rb.Reset("x > 1", x="1")),
            "a map in discrete time can't have a res",
        ),
        (dict(start=dict(x=1, z=1)), "'z' has a start value but no equation. Did you"),
        (dict(start={}), "state 'x' has no start value; add it: start={'x': ...}"),
        (dict(parameters={}), "unknown name 'k'. A parameter needs a value: parameters={'k': ...}"),
    ],
    ids=str,
)
def test_errors_of_text_name_the_culprit(arguments, words):
    with pytest.raises(rb.EquationError) as caught:
        decay(**arguments)
    assert words.removesuffix(" Did you") in str(caught.value) or "the line ends" in str(
        caught.value
    )


def test_not_a_model():
    with pytest.raises(
        InvalidArgument, match=r"unknown fields \['color'\], missing fields \['start'\]"
    ):
        rb.Model.from_dict(dict(name="m", text="x' = 1", color=1))
    with pytest.raises(rb.EquationError, match="equations are text, not NoneType"):
        rb.Model("m", None, start=dict(x=1))
    with pytest.raises(TypeError):
        decay(colour="red")


def test_it_explains_itself():
    text = repr(neuron())
    for part in (
        "Model 'a neuron' (flow, 2 states, 7 parameters)",
        "w_inf",
        "V = -65 mV",
        "I = 0 uA",
        "nobody, 1952",
        "V > 30",
    ):
        assert part in text
    page = neuron(
        meanings=dict(V="<script>alert(1)</script>"), reference="A & B <1952>"
    )._repr_html_()
    assert "<script>" not in page
    assert "A &amp; B &lt;1952&gt;" in page
    assert "&amp;=" in page  # LaTeX inside HTML
    html = rb.Model("<b>", "x' = where(x < k, 1, 2)", parameters=dict(k=1), start=dict(x=1))
    assert "<b>&lt;b&gt;</b>" in html._repr_html_()
    many = rb.Model(
        "m",
        "\n".join(f"x{i}' = {'x0 + ' * 200}1" for i in range(60)),
        start={f"x{i}": 0 for i in range(60)},
    )
    assert len(repr(many)) < 9000


def test_jacobian_is_symbolic():
    model = rb.Model(
        "m", "x' = abs(x)*y + a\ny' = x^n\na = x^2", parameters=dict(n=2), start=dict(x=1, y=1)
    )
    x, y = model._system.state_symbols
    n = model._system.parameter_symbols[0]
    jacobian = model.jacobian()
    assert jacobian.shape == (2, 2)
    assert jacobian[1, 0] == n * x ** (n - 1)
    assert jacobian[0, 1].subs(x, -2) == 2
    assert jacobian[0, 0].subs({x: -2, y: 3}) == -3 - 4
