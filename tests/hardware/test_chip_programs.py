"""The hand-ordered programs as Programs: reference trajectories, compiled C, the formulas again."""

import json
import subprocess
from functools import partial

import arm_machine
import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.hardware.machine import interpreter
from rheobase.hardware.machine.assemble import assembled
from rheobase.hardware.machine.chip import chip_graph
from rheobase.hardware.machine.following import follow_program
from rheobase.hardware.rounding import ROUNDINGS
from rooms import ROOT

FOLDER = ROOT / "tests" / "reference" / "spinnaker"
COURSES = json.loads((FOLDER / "trajectories.json").read_text())
LEAKY = "V' = (Vrest - V + R*I)*rate"
PAUSE = rb.Reset("V > Vth", V="Vreset", refractory="Tref", hold=("V",))
MULTIPLIES = {"fl": "floor", "rn": "nearest", "sr": "stochastic"}
SCHEMES = ("euler", "rk2", "rk2q")


def number(pattern):
    """The number of a pattern of s16.15."""
    n = (int(pattern, 16) if isinstance(pattern, str) else int(pattern)) & 0xFFFFFFFF
    return (n - ((n & 0x80000000) << 1)) / 32768


def izhikevich(a, b, c, d, I, v, u):
    model = rb.models.izhikevich().replace(a=a, b=b, c=c, d=d, I=I)
    return model.replace(v=v, u=u)


def machine_program(model, scheme, step, word, literals="host"):
    """The program alone: nothing is run in double precision, and nothing refused."""
    graph = chip_graph(model, scheme, step, literals)
    ranges = (np.zeros(len(graph.nodes)), np.zeros(len(graph.nodes)))
    settings = dict(literals="truncate", fit="report", kernels=True)
    return assembled(model.name, scheme, step, graph, ranges, word, **settings)


def of_trajectory(arguments):
    """The program of an entry of trajectories.json."""
    kind, *rest = arguments
    if kind == "lif":
        multiply, I, R, Vrest, Vreset, Vth, E, Tref = rest[:8]
        I, R, Vrest, Vreset, Vth, E = map(number, (I, R, Vrest, Vreset, Vth, E))
        p = dict(I=I, R=R, Vrest=Vrest, Vreset=Vreset, Vth=Vth, Tref=int(Tref), rate=-np.log(E))
        model = rb.Model("leaky", LEAKY, parameters=p, start=dict(V=Vrest), reset=PAUSE)
        scheme, step = "exponential-euler", 1.0
    else:
        scheme, multiply, a, b, c, d, I, h, v, u = rest[:10]
        model = izhikevich(*map(number, (a, b, c, d, I, v, u)))
        step = number(h)
    word = rb.QFormat(16, 15, rounding=MULTIPLIES[multiply])
    return machine_program(model, scheme, step, word)


@pytest.mark.parametrize("name", [n for n in COURSES if n[:3] != "syn" and "noise" not in n])
def test_the_trajectories(name):
    """What the compiled programs of SPINNAKER, section 6, gave under qemu-arm; the noise of a
    leaky neuron's input is no part of a model."""
    with np.load(FOLDER / "trajectories.npz") as file:
        expected = file[name]
    course = follow_program(of_trajectory(COURSES[name]["args"]), len(expected))
    words = course.rows[1:, :2].astype(np.int64) & 0xFFFFFFFF
    np.testing.assert_array_equal(words, expected[:, :2])
    np.testing.assert_array_equal(course.spikes, np.flatnonzero(expected[:, 2]))
    assert not course.low.any()


patterns = st.integers(-(1 << 31), (1 << 31) - 1)
usual = st.floats(-100, 100).map(lambda x: round(x * 32768))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SCHEMES),
    st.sampled_from(sorted(MULTIPLIES)),
    st.lists(st.one_of(usual, patterns), min_size=8, max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_izhikevich_on_any_words_as_the_fixed_program(scheme, multiply, words, seed):
    """Overflows included: sums wrap, products wrap where floored and else clamp."""
    run = rb.spinnaker.izhikevich(scheme, multiply, *words, steps=50, seed=seed)
    a, b, c, d, I, h, v, u = map(number, words)
    word = rb.QFormat(16, 15, rounding=MULTIPLIES[multiply])
    model = izhikevich(a, b, c, d, I, v, u)
    course = follow_program(machine_program(model, scheme, h, word), 50, seed=seed)
    found = course.rows[1:, :2].astype(np.int32)
    np.testing.assert_array_equal(found[:, 0], run.bits("v").view(np.int32))
    np.testing.assert_array_equal(found[:, 1], run.bits("u").view(np.int32))
    np.testing.assert_array_equal(course.spikes, run.spikes)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(MULTIPLIES)),
    st.lists(st.one_of(usual, patterns), min_size=5, max_size=5),
    st.integers(1, 32767),
    st.integers(0, 30),
    st.integers(0, 2**32 - 1),
)
def test_the_leaky_neuron_on_any_words_as_the_fixed_program(multiply, words, decay, pause, seed):
    I, R, rest, back, threshold = words
    run = rb.spinnaker.lif(
        multiply, I, R, rest, back, threshold, decay, Tref=pause, steps=80, seed=seed
    )
    names = ("lif", multiply, *words, decay, pause)
    program = of_trajectory(names)
    course = follow_program(program, 80, seed=seed)
    np.testing.assert_array_equal(course.rows[1:, 0], run.bits("V").view(np.int32))
    np.testing.assert_array_equal(course.rows[1:, 1], run.bits("refr").view(np.int32))
    np.testing.assert_array_equal(course.spikes, run.spikes)


def quick_midpoint(word, v, u, a, b, c, d, I, h, quick):
    """SPINNAKER, section 6, in the arithmetic of a QFormat."""
    m, add, less = word.mul, word.add, word.sub
    one = 1 << word.fraction
    k1, half = round(0.04 * one), one // 2
    if quick:
        h = m(h, int(1.85 * one))
    p = less(add(140 * one, I), u)
    alpha = add(p, m(add(5 * one, m(k1, v)), v))
    eta = add(v, m(m(h, alpha), half))
    beta = m(m(m(h, less(m(b, v), u)), a), half)
    x = add(less(p, beta), m(add(5 * one, m(k1, eta)), eta))
    v = add(v, m(h, x))
    y = add(less(less(0, u), beta), m(b, eta))
    u = add(u, m(m(a, h), y))
    return (c, int(add(u, d)), True) if v >= 30 * one else (int(v), int(u), False)


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("rounding", ["floor", "nearest-even", "zero"])
@pytest.mark.parametrize("fraction", [9, 13, 22])
def test_the_formulas_in_other_words(fraction, rounding, overflow):
    word = rb.QFormat(16, fraction, rounding=rounding, overflow=overflow)
    model = rb.models.izhikevich("chattering").replace(I=10)
    machine = rb.emulate(model, word, 40, 0.25, "rk2q", program="chip")
    given = [round(model.parameters[name] * 2**fraction) for name in "abcdI"]
    state = tuple(round(x * 2**fraction) for x in model.start.values())
    quick, fired = False, []
    for k in range(160):
        v, u, quick = quick_midpoint(word, *state, *given, 1 << (fraction - 2), quick)
        state = (v, u)
        fired += [k] * quick
        assert tuple(machine.words[k + 1]) == state, k
    np.testing.assert_allclose(machine.spikes, (np.array(fired) + 1) / 4)
    assert len(fired) > 3
    assert machine.overflows == ()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["euler", "rk2", "rk2q", "exponential-euler"]),
    st.sampled_from(ROUNDINGS),
    st.sampled_from(["wrap", "saturate"]),
    st.integers(4, 15),
    st.integers(6, 20),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_the_kernel_gives_the_definition_s_bits(
    scheme, rounding, overflow, integer, fraction, scaled, seed
):
    word = rb.QFormat(integer, min(fraction, 31 - integer), True, rounding, overflow)
    model = rb.models.izhikevich("chattering").replace(I=8)
    if scheme == "exponential-euler":
        model = rb.models.leaky().replace(I=3)
    run = partial(rb.emulate, model, word, 30, 0.25, scheme, program="chip", fit="report")
    try:
        machine = run(scale="auto" if scaled else None, seed=seed)
    except rb.InvalidArgument as error:
        assert "does not fit" in str(error)  # noqa: PT017
        return
    counts = {}
    for k, (words, lost) in enumerate(interpreter.run(machine.program, 120, seed)):
        assert words[: len(model.states)] == machine.words[k + 1].tolist(), k
        for operation in lost:
            counts[operation] = counts.get(operation, 0) + 1
    assert {o.operation: o.count for o in machine.overflows} == counts


on_arm = pytest.mark.skipif(
    bool(arm_machine.missing()),
    reason=f"needs the Debian packages {arm_machine.missing()} (a compiler for ARM, qemu-arm)",
)


@on_arm
@pytest.mark.parametrize(
    "word",
    [
        rb.QFormat(16, 15),
        rb.QFormat(16, 15, rounding="stochastic"),
        rb.QFormat(16, 13, rounding="nearest-even", overflow="saturate"),
        rb.QFormat(10, 12, rounding="stochastic"),
        rb.QFormat(8, 9, rounding="nearest"),
    ],
    ids=lambda word: f"{word.name} {word.rounding}",
)
@pytest.mark.parametrize("scheme", [*SCHEMES, "exponential-euler"])
def test_the_compiled_program_gives_the_same_bits(scheme, word, tmp_path):
    model = rb.models.izhikevich("chattering").replace(I=10)
    if scheme == "exponential-euler":
        model = rb.models.leaky().replace(I=4)
    machine = rb.emulate(model, word, 100, 0.2, scheme, program="chip", fit="report")
    source, program = tmp_path / "program.c", tmp_path / "program"
    source.write_text(machine.program.to_c(machine.steps), encoding="ascii")
    flags = ["-O2", "-march=armv5te", "-marm", "-static", "-fwrapv"]
    command = ["arm-linux-gnueabi-gcc", *flags, str(source), "-o", str(program)]
    subprocess.run(command, check=True, timeout=60)
    done = subprocess.run(["qemu-arm", str(program)], capture_output=True, check=True, timeout=60)
    rows = np.array([line.split() for line in done.stdout.decode().splitlines()], dtype=np.int64)
    np.testing.assert_array_equal(rows[:, : len(model.states)], machine.words[1:])
    fired = np.flatnonzero(rows[:, -1])
    np.testing.assert_allclose((fired + 1) * 0.2, machine.spikes)
    assert len(fired)


def test_overflows_are_counted_and_located():
    """s8.15 ends at 256: the first step in which ((5 + 0.04 v) v + 140) - u is more."""
    model = rb.models.izhikevich().replace(I=10)
    settings = dict(until=40, step=0.02, scheme="euler", program="chip")
    with pytest.raises(rb.RheobaseError, match=r"140 \(in v'\) does not fit into s8\.15"):
        rb.emulate(model, rb.QFormat(8, 15), **settings)
    machine = rb.emulate(model, rb.QFormat(8, 15), fit="report", **settings)
    assert machine.status is rb.Status.LEFT_BOUNDS
    first = machine.overflows[0]
    assert (first.verb, first.where) == ("sub", "v'")
    assert first.text.endswith("+ 140 - u")
    v, u = machine.constants["v"], machine.constants["u"]
    beyond = np.flatnonzero((5 + 1311 / 32768 * v) * v + 140 - u > 256)
    assert first.first == pytest.approx(machine.t[beyond[0]])


def test_it_tells_what_it_is(tmp_path):
    model = rb.models.izhikevich().replace(I=10)
    machine = rb.emulate(model, until=50, scheme="rk2q", program="chip")
    listing = machine.program.listing()
    assert "1.85 h" in listing
    assert " if r" in listing
    assert "= 60620  (1.85, 2^-15)" in listing  # 0xECCC
    assert "= 1311  (0.04, 2^-15)" in listing
    again = rb.load(rb.save(machine, tmp_path / "run.npz"))
    assert again.program.listing() == listing
    assert again.report() == machine.report()
    np.testing.assert_array_equal(again.double.x, machine.double.x)
    truncated = rb.emulate(model, until=50, program="chip", literals="truncate")
    assert "= 1310  (0.04, 2^-15)" in truncated.program.listing()


@pytest.mark.parametrize(
    ("model", "scheme", "sentence"),
    [
        (rb.models.izhikevich(), "rk4", "'rk4' is not a scheme of the chip's programs"),
        (rb.models.leaky(), "rk2", "Izhikevich's neuron"),
        (rb.models.morris_lecar(), "rk2", "lowered by program='model'"),
        (rb.models.morris_lecar(), "exponential-euler", "one leaky state"),
    ],
)
def test_other_models_have_none(model, scheme, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.emulate(model, until=10, scheme=scheme, program="chip")


def test_another_reset_is_another_program():
    model = rb.models.izhikevich()
    other = rb.Model(
        "other", model.text, parameters=model.parameters, start=model.start,
        reset=rb.Reset("v > 25", v="c", u="u + d"),
    )  # fmt: skip
    with pytest.raises(rb.RheobaseError, match="at v >= 30"):
        rb.emulate(other, until=10, program="chip")
