"""Networks on the machine: against plain integers, and the charge of a synapse in closed form."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.machine import interpreter

K = rb.QFormat(16, 15, rounding="nearest")
MASK = 0xFFFFFFFF


def signed(n):
    n &= MASK
    return n - (1 << 32) if n >> 31 else n


def in_integers(run, words, column, connections, amplitudes, noises, tau, step):
    """The network told again: who fires, in each step, and the words at the end."""
    program, shift = run.program, run.shift
    count = len(words)
    cells = np.zeros((16, 2, count), dtype=int).tolist()
    current = [[0] * count, [0] * count]
    d = [round(np.exp(-step / t) * 2**32) for t in tau]
    init = [round(t / step * (1 - np.exp(-step / t)) * 2**32) for t in tau]
    offsets = [row[column] for row in words]
    fired = []
    for k in range(run.steps):
        now = []
        for i in range(count):
            total = offsets[i]
            for kind in (0, 1):
                cell, cells[k % 16][kind][i] = cells[k % 16][kind][i], 0
                x = current[kind][i] * d[kind] >> 32
                x = signed(x + (signed(cell << shift) * init[kind] >> 32))
                current[kind][i] = x
                total += x if kind == 0 else -x
            noises[i] = (noises[i] * 1664525 + 1013904223) & MASK
            total += signed(noises[i]) * amplitudes[i] >> 31
            registers = program.registers().tolist()
            for register, n in zip(program.inputs, words[i], strict=True):
                registers[register] = n
            registers[program.inputs[column]] = total
            words[i], _ = interpreter.one_step(program, registers, interpreter.Random(1))
            if registers[program.spike]:
                now.append(i)
        for source, target, weight, delay in zip(*connections, strict=True):
            if source in now:
                kind = int(weight < 0)
                row = cells[(k + delay) % 16][kind]
                unit = round(abs(weight) * 2.0 ** (15 - shift))
                row[target] = min(row[target] + unit, 0xFFFF)
        fired += [(k, i) for i in now]
    return fired, words


def test_a_network_is_bit_for_bit_what_its_rule_says():
    count, step, tau = 12, 0.5, (4.0, 7.0)
    rng = np.random.default_rng(5)
    size = 60
    weights = rng.uniform(-3, 6, size)
    connections = (
        rng.integers(0, count, size),
        rng.integers(0, count, size),
        weights,
        rng.integers(1, 16, size),
    )
    model = rb.models.izhikevich().replace(I=8)
    b = rng.uniform(0.2, 0.25, count)
    run = rb.spinnaker.network(
        model, connections, count, 60, step, word=K, parameters=dict(b=b), noise=2.0, tau=tau
    )
    assert (run.overflows, run.wrapped) == (0, 0), run.message
    program = run.program
    column = program.states.index("I")
    words = [list(program.start) for _ in range(count)]
    for i, value in enumerate(b):
        words[i][program.states.index("b")] = round(value * 2**15)
    from rheobase.hardware.spinnaker.program_words import random_states

    noises = random_states(12345 ^ 1, count).tolist()
    plain = tuple(np.asarray(part).tolist() for part in connections)
    expected = in_integers(run, words, column, plain, [2 << 15] * count, noises, tau, step)
    fired, final = expected
    assert len(fired) > 20
    found = [
        (round(t / step) - 1, i) for t, i in zip(run.spikes, run.neurons.tolist(), strict=True)
    ]
    assert found == fired
    for j, name in enumerate(program.states):
        assert run.final[name].tolist() == [row[j] for row in final]


def test_a_spike_brings_the_charge_weight_times_tau():
    """V' = I behind a synapse: the sum of w init d^k h over all steps is w tau."""
    integrate = rb.Model(
        "charge", "V' = I + 0*V", parameters=dict(I=0), start=dict(V=0),
        reset=rb.Reset("V > 30", V="-1000"),
    )  # fmt: skip
    weight, tau, step = 1.5, 5.0, 1.0
    run = rb.spinnaker.network(
        integrate, ([0], [1], [weight], [3]), 2, 200, step, scheme="euler",
        parameters=dict(I=[20.0, 0.0]), tau=(tau, 10.0),
    )  # fmt: skip
    assert run.neurons.tolist()[:1] == [0]
    spikes = np.count_nonzero((run.neurons == 0) & (run.spikes < 100))
    assert spikes == 2
    total = run.final["V"][1] * 2.0**-15
    later = [
        weight * tau * (1 - np.exp(-(200 - 3 - t) / tau)) for t in run.spikes[run.neurons == 0]
    ]
    assert total == pytest.approx(sum(later), abs=0.02)


def test_full_cells_are_reported():
    """Forty synapses of one unit below the most: the cell holds 65535 units, and says so."""
    model = rb.models.leaky().replace(I=2)
    many = 40
    connections = (np.zeros(many, int), np.ones(many, int), np.full(many, 1.9), np.full(many, 1))
    run = rb.spinnaker.network(
        model, connections, 2, 40, 0.5, parameters=dict(I=[2.0, 0.0]), shift=0
    )
    assert run.saturated > 0
    assert run.status is rb.Status.LEFT_BOUNDS
    assert "cells were full" in run.message
    wide = rb.spinnaker.network(model, connections, 2, 40, 0.5, parameters=dict(I=[2.0, 0.0]))
    assert wide.shift > 0
    assert wide.weight_error <= 2.0 ** (wide.shift - 16)


def test_a_current_that_wraps_is_reported():
    """A cell of 45,000 shifted by 16 bits is more than 2^31: what arrives is negative."""
    model = rb.models.leaky()
    weight = 45_000 * 2.0
    settings = dict(parameters=dict(I=[40.0, 0.0]), tau=(0.01, 0.01), shift=16)
    run = rb.spinnaker.network(model, ([0], [1], [weight], [1]), 2, 3, 1.0, **settings)
    assert run.neurons.tolist()[:1] == [0]
    assert run.wrapped > 0
    assert run.status is rb.Status.LEFT_BOUNDS
    half = rb.spinnaker.network(model, ([0], [1], [weight / 2], [1]), 2, 3, 1.0, **settings)
    assert half.wrapped == 0


@pytest.mark.parametrize("name", ["wang-buzsaki", "morris-lecar:snic"])
def test_tables_hold_what_neurons_of_a_network_meet(name):
    """A neuron without synapses is the one that is emulated alone; driven ones leave no table."""
    current, step, until = {"wang-buzsaki": (1.0, 0.02, 60)}.get(name, (60.0, 0.1, 400))
    model = rb.models.named(name).replace(I=current)
    alone = rb.spinnaker.network(model, ([], [], [], []), 1, until, step, word=K)
    emulated = rb.emulate(model, K, until, step)
    assert len(emulated.spikes) > 2
    assert alone.status.ok, alone.message
    # the offset is a state here, a constant there: other last bits, the same spikes
    np.testing.assert_allclose(alone.spikes, emulated.spikes, atol=1.5)
    rng = np.random.default_rng(0)
    some = (rng.integers(0, 9, 40), rng.integers(0, 9, 40), rng.uniform(-0.2, 0.4, 40), [3] * 40)
    driven = rb.spinnaker.network(model, some, 9, until, step, word=K, noise=current / 5)
    assert len(driven.spikes) > 9
    assert driven.overflows == 0


def test_the_shift_is_the_same_in_seconds():
    """200 synapses of 1 at 30 Hz bring 6 spikes in a ms, and five times sqrt(6) more: 18.2."""
    shifts = {}
    for unit, scale in (("ms", 1.0), ("s", 1e-3)):
        model = rb.Model(
            "leaky",
            f"V' = (I - V)/{10 * scale}",
            parameters=dict(I=0),
            start=dict(V=0),
            reset=rb.Reset("V > 30", V="0"),
            time_unit=unit,
        )
        many = (np.arange(200) % 2, np.ones(200, int), np.ones(200), np.full(200, 1))
        settings = dict(tau=(5 * scale, 5 * scale), word=rb.QFormat(16, 15))
        shifts[unit] = rb.spinnaker.network(model, many, 2, 5 * scale, scale, **settings).shift
    assert shifts["s"] == shifts["ms"] == np.ceil(np.log2((6 + 5 * np.sqrt(6)) * 2**15 / 65535))


def test_a_thousand_neurons():
    """Izhikevich 2003's network: 800 exciting, 200 inhibiting, a few spikes a second each."""
    rng = np.random.default_rng(1)
    n, ne = 1000, 800
    source = np.repeat(np.arange(n), 50)
    weight = np.where(source < ne, rng.random(source.size), -2 * rng.random(source.size))
    connections = (
        source,
        rng.integers(0, n, source.size),
        weight,
        rng.integers(1, 16, source.size),
    )
    noise = np.where(np.arange(n) < ne, 10.0, 4.0)
    model = rb.models.izhikevich()
    first = rb.spinnaker.network(model, connections, n, 500, noise=noise, tau=(1.0, 1.0))
    again = rb.spinnaker.network(model, connections, n, 500, noise=noise, tau=(1.0, 1.0))
    assert first.status.ok
    assert 0.001 < first.rate(after=100) < 0.03
    np.testing.assert_array_equal(first.spikes, again.spikes)
    assert first.counts.sum() == len(first.spikes) == len(first.to_dict()["neurons"])
    assert "1000 x Izhikevich 2003" in repr(first)


@pytest.mark.parametrize(
    ("connections", "more", "sentence"),
    [
        (([0], [1], [1.0]), {}, "four arrays"),
        (([0], [5], [1.0], [1]), {}, "targets run from 0 to 1"),
        (([0], [1], [1.0], [16]), {}, "delays run from 1 to 15"),
        (([0], [1], [99.0], [1]), dict(shift=0), "16 bits"),
        (([0], [1], [1.0], [1]), dict(shift=-1), "shift=-1 must be a whole number from 0 to 31"),
        (([0], [1], [1.0], [1]), dict(shift=40), "shift=40 must be"),
        (([0], [1], [np.inf], [1]), dict(shift=3), "weights run from"),
        (([0], [1], [1e12], [1]), dict(shift=0), "16 bits"),
        (([0], [1], [1.0], [1]), dict(noise=1e9), "noise does not fit"),
        (([0], [1], [1.0], [1]), dict(tau=(5.0, -5.0)), "no pair of positive times"),
        (([0], [1], [1.0], [1]), dict(tau=(5.0, np.nan)), "no pair of positive times"),
        (([0], [1], [1.0], [1]), dict(tau=(1e12, 5.0)), "too long"),
        (([0], [1], [1.0], [1]), dict(until=np.inf), "no number of steps"),
        (([0], [1], [1.0], [1]), dict(word=16), "word= is a QFormat, not 16"),
        (None, {}, "four arrays"),
        (([0], [1], [1.0], [1]), dict(input="J"), "'J' is not"),
        (([0], [1], [1.0], [1]), dict(parameters=dict(a=[1, 2, 3])), "2 of them"),
    ],
)
def test_wrong_questions(connections, more, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.spinnaker.network(rb.models.izhikevich(), connections, 2, **dict(until=10) | more)
