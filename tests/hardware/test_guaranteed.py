"""Bounds by interval arithmetic: they hold whatever the states do, in doubles and in words."""

from dataclasses import replace

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.hardware.machine import interpreter
from rheobase.hardware.machine.enclosures import enclosures
from rheobase.hardware.machine.following import follow_graph
from rheobase.hardware.machine.schemes import step_graph

WORD = rb.QFormat(16, 15, rounding="nearest")
NAMES = [entry.name for entry in rb.models.catalog()]
UNBOUNDED = {"wang-buzsaki"}  # alpha/(alpha + beta), where intervals take alpha for two numbers


def middle(name):
    model = rb.models.named(name)
    if model.natural:
        parameter, (low, high) = model.natural
        model = model.replace({parameter: low + 0.3 * (high - low)})
    return model


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(["euler", "rk2", "exponential-euler"]),
    st.lists(st.floats(0, 1), min_size=16, max_size=16),
)
def test_bounds_enclose_what_a_step_takes_on(name, scheme, places):
    """From anywhere in a box around the start, all nodes of the step, in double precision."""
    model = middle(name)
    graph = step_graph(model, scheme, 0.01)
    start = np.array(graph.start)
    reach = 0.2 * np.abs(start) + 0.1
    low, high = start - reach, start + reach
    here = low + np.array(places[: len(start)]) * (high - low)
    course = follow_graph(replace(graph, start=tuple(here.tolist())), 1, watched=-1)
    for node, (least, most), a, b in zip(
        graph.nodes, enclosures(graph, low, high), course.low, course.high, strict=True
    ):
        assert least <= a or np.isnan(a), (node.text, node.where, a, least)
        assert b <= most or np.isnan(b), (node.text, node.where, b, most)


@pytest.mark.parametrize("scheme", ["euler", "rk2"])
@pytest.mark.parametrize("name", sorted(set(NAMES) - UNBOUNDED))
def test_no_step_from_inside_overflows(name, scheme):
    """Corners of the ranges and words between: the interpreter counts nothing."""
    model = middle(name)
    ranges = {s: (x - 0.2 * abs(x) - 0.1, x + 0.2 * abs(x) + 0.1) for s, x in model.start.items()}
    until = 1 if model.kind == "map" else 0.001
    machine = rb.emulate(model, WORD, until, 0.001, scheme, scale="guaranteed", ranges=ranges)
    program, rng = machine.program, np.random.default_rng(2)
    fractions = program.state_fractions()
    for k in range(24):
        registers = program.registers().tolist()
        for state, register in zip(program.states, program.inputs, strict=True):
            if state in ranges:
                low, high = ranges[state]
                part = rng.integers(0, 2) if k < 12 else rng.random()
                value = low + part * (high - low)
                registers[register] = int(np.trunc(value * 2.0 ** fractions[state]))
        _, lost = interpreter.one_step(program, registers, interpreter.Random(1))
        assert not lost, [program.operations[i] for i in lost]


def test_guaranteed_words_follow_double_precision():
    model = rb.models.hodgkin_huxley().replace(I=10)
    ranges = dict(V=(-100, 60), m=(0, 1), h=(0, 1), n=(0, 1))
    machine = rb.emulate(model, WORD, 50, 0.01, scale="guaranteed", ranges=ranges)
    assert len(machine.spikes) > 2
    np.testing.assert_allclose(machine.spikes, machine.double.spikes, atol=2e-4)
    seen = rb.emulate(model, WORD, 50, 0.01, scale="auto")
    assert all(machine.fractions[s] <= seen.fractions[s] for s in model.states)


@pytest.mark.parametrize(
    ("model", "more", "sentence"),
    [
        (middle("hodgkin-huxley"), dict(ranges=dict(V=(-70, 0))), "V runs from .* beyond -70 to 0"),
        (middle("wang-buzsaki"), dict(scheme="rk2"), "has no bound"),
        (middle("wang-buzsaki"), dict(scheme="euler"), "I_Na .* does not fit"),
        (middle("izhikevich"), dict(ranges=dict(w=(0, 1))), "'w' is not"),
        (middle("izhikevich"), dict(ranges=dict(v=(1, 0))), "to a larger one"),
        (middle("izhikevich"), dict(ranges=dict(v=(-90, 40)), scale="auto"), "scale='guaranteed'"),
    ],
)
def test_what_has_no_bounds_is_refused(model, more, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.emulate(model, WORD, **dict(until=20, step=0.01, scale="guaranteed") | more)


def test_a_table_that_ends_within_a_steep_segment():
    bump = rb.Model("bump", "x' = -x - exp(-(x - 0.757)^6)", start=dict(x=-0.5))
    word = rb.QFormat(13, 2, rounding="nearest")
    ranges = dict(x=(-4, 4))
    machine = rb.emulate(bump, word, until=3, scale="guaranteed", ranges=ranges)
    program, places = machine.program, machine.program.state_fractions()
    tables = {o.out: program.tables[o.table] for o in program.operations if o.verb == "table"}
    for table in tables.values():
        values = table.at(np.arange(table.low, table.high + 1))
        assert abs(values).max() * 2.0**-table.fraction_out < 1.5
    for x in np.linspace(-4, 4, 101):
        registers = list(map(int, program.registers()))
        registers[program.inputs[0]] = round(x * 2 ** places["x"])
        _, lost = interpreter.one_step(program, registers, interpreter.Random(1))
        assert lost == []


def test_a_divisor_that_rounding_brings_to_0_has_no_bound():
    cell = rb.Model("near", "x' = -x + 4.5 + 0.0001/(x - 3.9999)", start=dict(x=4.4))
    facts = dict(until=3, step=0.01, scheme="euler", scale="guaranteed", ranges=dict(x=(4, 5)))
    with pytest.raises(rb.InvalidArgument, match=r"as near to 0 as 0\.0001, 0\.41 units"):
        rb.emulate(cell, rb.QFormat(12, 3), **facts)
    assert not rb.emulate(cell, rb.QFormat(20, 3), **facts).overflows
