"""A program as a map: fixed words, cycles and dead zones, by brute force in plain integers."""

import json

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.machine import interpreter
from rheobase.hardware.machine.as_map import image
from rheobase.hardware.machine.dead_zone import rest_state

K = rb.QFormat(16, 15)


def brute(step, n):
    """Tail and period of n, step(n), ... by remembering everything."""
    seen = {}
    while n not in seen:
        seen[n] = len(seen)
        n = step(n)
    return seen[n], len(seen) - seen[n], n


@pytest.mark.parametrize("start", [0.3, 0.01, 0.77])
@pytest.mark.parametrize("r", [2.8, 3.2, 3.5, 3.9])
def test_cycles_of_the_logistic_map(r, start):
    """x <- (r x)(1 - x): sums stand before names, every product floored at 12 bits."""
    model = rb.Model.map("logistic", f"x = {r}*x*(1 - x)", start=dict(x=start))
    program = rb.emulate(model, rb.QFormat(3, 12), until=10).program
    c = round(r * 4096)
    tail, period, first = brute(lambda n: (c * (4096 - n) >> 12) * n >> 12, round(start * 4096))
    cycle = rb.spinnaker.find_cycle(program)
    assert (cycle.tail, cycle.period) == (tail, period)
    assert cycle.words[0, 0] == first
    assert cycle.is_fixed == (period == 1)
    assert json.loads(json.dumps(cycle.to_dict()))["tail"] == tail
    assert cycle.values["x"][0] == first / 4096


def test_a_model_s_cycle_is_that_of_its_program():
    """Of a map, and of a neuron whose exponentials are tables; from another start too."""
    logistic = rb.Model.map("logistic", "x = 3.2*x*(1 - x)", start=dict(x=0.3))
    cell = rb.models.sodium_potassium().replace(I=2)
    short = rb.QFormat(8, 7)
    for model, start in ((logistic, None), (logistic, dict(x=0.77)), (cell, None)):
        program = rb.emulate(model, short, fit="report").program
        ours = rb.spinnaker.find_cycle(model, short, start=start)
        theirs = rb.spinnaker.find_cycle(program, start=start)
        assert (ours.tail, ours.period) == (theirs.tail, theirs.period)
        assert (ours.words == theirs.words).all()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((3,), "takes a Model, or a run's program"),
        ((rb.models.leaky(), 15), "the word must be a QFormat, as .*, not 15"),
        ((rb.models.leaky(), K, -1), "step=-1 must be a positive number"),
    ],
)
def test_what_has_no_cycle(given, sentence):
    with pytest.raises(rb.InvalidArgument, match=sentence):
        rb.spinnaker.find_cycle(*given)
    program = rb.emulate(rb.models.leaky(), K, 1).program
    with pytest.raises(rb.InvalidArgument, match="a program has its word"):
        rb.spinnaker.find_cycle(program, K)
    with pytest.raises(rb.InvalidArgument, match="the model must be a Model, not <Program"):
        rb.spinnaker.dead_zone(program)


def test_spikes_and_resets_are_part_of_a_cycle():
    """A leaky neuron above its rheobase: the words come back after whole intervals."""
    model = rb.models.leaky().replace(I=2)
    program = rb.emulate(model, K, 10, 0.1, "exponential-euler").program
    cycle = rb.spinnaker.find_cycle(program)
    rows = [tuple(w) for w, _ in interpreter.run(program, cycle.tail + 2 * cycle.period)]
    assert rows[-1] == rows[-1 - cycle.period]
    interval = 10 * np.log(4) + 2
    assert cycle.period * 0.1 == pytest.approx(interval, abs=0.15)


def test_one_step_from_many_words():
    model = rb.models.morris_lecar("snic").replace(I=30)
    program = rb.emulate(model, K, 10, 0.05).program
    rng = np.random.default_rng(3)
    words = np.array(program.start) + rng.integers(-(1 << 15), 1 << 15, (20, 2))
    words[:, 1] = np.abs(words[:, 1]) % 20_000
    moved = image(program, words)
    for row, found in zip(words, moved, strict=True):
        registers = program.registers()
        registers[list(program.inputs)] = row
        expected, _ = interpreter.one_step(program, registers.tolist(), interpreter.Random(1))
        assert expected == found.tolist()


@pytest.mark.parametrize("rounding", ["floor", "nearest", "zero"])
def test_the_dead_zone_of_a_decay(rounding):
    """x' = -k x by Euler with h = 1: all words around 0 tried by hand; 1/k units, or 2/k."""
    model = rb.Model("decay", "x' = -k*x", parameters=dict(k=0.01), start=dict(x=0.1))
    zone = rb.spinnaker.dead_zone(model, rb.QFormat(16, 15, rounding=rounding), 1.0, "euler")
    k = round(-0.01 * 2**15)
    rule = {
        "floor": lambda p: p >> 15,
        "nearest": lambda p: (p + 2**14) >> 15,
        "zero": lambda p: -(-p >> 15) if p < 0 else p >> 15,
    }[rounding]
    words = range(-300, 301)
    still = [n for n in words if rule(rule(k * n) * 2**15) == 0]
    assert sorted(zone.words[:, 0]) == still
    assert zone.complete
    assert zone.predicted["x"] == pytest.approx((2 if rounding == "zero" else 1) * 100 / 2**15)
    assert zone.width["x"] == pytest.approx(zone.predicted["x"], rel=0.03)


def test_the_dead_zone_turns_class_2_into_class_1():
    """Started at rest, s16.15 is silent up to the saddle-node at 3.9685; stochastic rounding fires
    from the Hopf point at 3.7660 on (Izhikevich's regular spiking neuron, h = 0.1, RK2)."""
    fired = {}
    for rounding in ("floor", "nearest", "stochastic"):
        word = rb.QFormat(16, 15, rounding=rounding)
        for current in (3.75, 3.9, 3.98):
            model = rb.models.izhikevich().replace(I=current)
            rest = rest_state(rb.quantize(model.replace(I=min(current, 3.96)), K), model.start)
            run = rb.emulate(model.replace(rest), word, 20_000, 0.1, program="chip", every=1000)
            fired[rounding, current] = len(run.spikes) > 0
    assert [fired["floor", current] for current in (3.75, 3.9, 3.98)] == [False, False, True]
    assert [fired["nearest", current] for current in (3.75, 3.9, 3.98)] == [False, False, True]
    assert [fired["stochastic", current] for current in (3.75, 3.9, 3.98)] == [False, True, True]


def test_the_dead_zone_of_a_neuron_is_as_wide_as_predicted():
    model = rb.models.izhikevich().replace(I=3.5)
    zone = rb.spinnaker.dead_zone(model, rb.QFormat(16, 15, rounding="nearest"))
    assert zone.complete
    for name in "vu":
        assert zone.width[name] == pytest.approx(zone.predicted[name], rel=0.3)
    assert zone.count > 10_000
    assert "stand still" in repr(zone)
    assert json.loads(json.dumps(zone.to_dict()))["count"] == zone.count


def test_what_is_no_map_is_refused():
    model = rb.models.izhikevich()
    program = rb.emulate(model, rb.QFormat(16, 15, rounding="stochastic"), 1).program
    with pytest.raises(rb.RheobaseError, match="stochastically"):
        rb.spinnaker.find_cycle(program)
    logistic = rb.Model.map("logistic", "x = 3.9*x*(1 - x)", start=dict(x=0.3))
    with pytest.raises(rb.NotFound, match="longest"):
        rb.spinnaker.find_cycle(rb.emulate(logistic, K, 10).program, longest=3)
    for x in (100.0, -8.001, np.nan):
        with pytest.raises(rb.InvalidArgument, match="does not fit into its word"):
            rb.spinnaker.find_cycle(
                rb.emulate(logistic, rb.QFormat(3, 12), 10).program, start=dict(x=x)
            )
    whole = rb.QFormat(20, 0, rounding="stochastic")  # a quotient whose operands have no fraction
    quotient = rb.Model.map("quotient", "x = 7/x + 1", start=dict(x=2))
    with pytest.raises(rb.RheobaseError, match="stochastically"):
        rb.spinnaker.find_cycle(rb.emulate(quotient, whole, 10).program)
    with pytest.raises(rb.NotFound, match="rest state"):
        rb.spinnaker.dead_zone(rb.models.izhikevich().replace(I=50))


@pytest.mark.parametrize(
    ("model", "settings", "sentence"),
    [
        (rb.Model.map("logistic", "x = 2.8*x*(1 - x)", start=dict(x=0.6)), {}, "is a map"),
        (rb.models.leaky(), dict(step=-0.1), "step=-0.1 must be a positive number"),
        (rb.models.leaky(), dict(step=0), "step=0 must be"),
        (rb.models.leaky(), dict(at=dict(W=1)), "'W' is not a state"),
        (rb.Model("line", "x' = y - x\ny' = x - y", start=dict(x=0, y=0)), {}, "not isolated"),
    ],
)
def test_what_has_no_dead_zone(model, settings, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.spinnaker.dead_zone(model, K, **settings)


def test_images_are_of_words():
    decay = rb.Model("decay", "x' = -x", start=dict(x=1))
    program = rb.emulate(decay, rb.QFormat(7, 3), 2, 1.0).program
    with pytest.raises(rb.InvalidArgument, match=r"1024 is no word of s7\.3"):
        image(program, np.array([[1023], [1024]]))
