"""rb.emulate: what runs on the machine, against closed forms, scipy, and integers by hand."""

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

K = rb.QFormat(16, 15)


def test_the_order_is_as_stated():
    """Izhikevich's neuron by Euler: constant, sums, then names; floored products, in integers."""
    model = rb.models.izhikevich().replace(I=10)
    machine = rb.emulate(model, K, until=30, step=0.25, scheme="euler")
    word = {x: round(x * 2**15) for x in (0.02, 0.2, 0.25, 5, 150, 30, -65, 8)}
    word[0.04] = 1311
    v, u = -70 << 15, -14 << 15
    for k in range(120):
        f = word[150] - u + (word[5] * v >> 15) + ((word[0.04] * v >> 15) * v >> 15)
        g = word[0.02] * ((word[0.2] * v >> 15) - u) >> 15
        v, u = v + (word[0.25] * f >> 15), u + (word[0.25] * g >> 15)
        if v > word[30]:
            v, u = word[-65], u + word[8]
        assert tuple(machine.words[k + 1]) == (v, u), k
    assert len(machine.spikes) > 1


@pytest.mark.parametrize("rounding", ["floor", "nearest", "stochastic"])
@pytest.mark.parametrize("scheme", ["euler", "rk2"])
def test_the_chip_s_program_on_request(scheme, rounding):
    model = rb.models.izhikevich("chattering").replace(I=8)
    word = rb.QFormat(16, 15, rounding=rounding)
    machine = rb.emulate(model, word, until=100, step=0.2, scheme=scheme, program="chip", seed=7)
    multiply = {"floor": "fl", "nearest": "rn", "stochastic": "sr"}[rounding]
    p = {name: float(model.parameters[name]) for name in "abcdI"}
    run = rb.spinnaker.izhikevich(
        scheme, multiply, **p, h=0.2, v0=model.start["v"], u0=model.start["u"], steps=500, seed=7
    )
    np.testing.assert_array_equal(machine.bits("v")[1:], run.bits("v"))
    np.testing.assert_array_equal(machine.bits("u")[1:], run.bits("u"))
    np.testing.assert_allclose(machine.spikes, (run.spikes + 1) * 0.2)


def test_factors_that_vanish_are_refused():
    """-1e-7 is less than half of 2^-15; as an addend it is lost as any rounding is, and named."""
    slow = rb.Model("slow", "x' = -1e-7*x + I", parameters=dict(I=1), start=dict(x=0))
    with pytest.raises(rb.InvalidArgument, match=r"-1e-07 of .* at the start\) becomes 0 in s16"):
        rb.emulate(slow, K, 10)
    reported = rb.emulate(slow, K, 10, fit="report")
    assert reported.status.ok
    assert reported.message.endswith("0 there: -1e-07")
    scaled = rb.emulate(slow, K, 10, scale="auto")
    assert scaled["x"][-1] == pytest.approx(scaled.double["x"][-1], abs=2e-3)
    with pytest.raises(rb.InvalidArgument, match=r"5e-07 of h V' .* becomes 0"):  # half a step
        rb.emulate(rb.models.leaky(), K, 1e-3, 1e-6)
    tiny = rb.models.leaky().replace(I=5.6e-17)
    assert rb.emulate(tiny, K, 10).message == "100 steps, no overflow"  # computed by the host
    plus = rb.Model("plus", "x' = y*y + 1e-9\ny' = -y", start=dict(x=0, y=1))
    assert "0 there: 1e-09" in rb.emulate(plus, K, 10).message
    decayed = rb.Model("decay", "x' = -x", start=dict(x=1))
    assert rb.emulate(decayed, K, 300, 30.0, "exponential-euler")["x"][-1] == 0


def test_the_chip_s_leaky_neuron():
    """A float of I, R, ... in any leaky model: the program of rb.spinnaker.lif."""
    model = rb.models.leaky().replace(I=2)
    machine = rb.emulate(model, K, 200, 0.1, "exponential-euler", program="chip")
    run = rb.spinnaker.lif(
        I=2.0, R=10.0, Vrest=-65.0, Vreset=-65.0, Vth=-50.0, E=np.exp(-0.01), Tref=20, steps=2000
    )
    np.testing.assert_array_equal(machine.bits("V")[1:], run.bits("V"))
    with pytest.raises(rb.RheobaseError, match="chip"):
        rb.emulate(rb.models.hodgkin_huxley(), K, 10, program="chip")


def test_the_leaky_neuron_fires_by_its_closed_form():
    """f = 1/(t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th))), spikes at ends of steps."""
    step, current = 0.1, 2.0
    model = rb.models.leaky().replace(I=current)
    machine = rb.emulate(model, K, 500, step, "exponential-euler")
    between = 10 * np.log(20 / (20 - 15))
    pause = 20 * step
    expected = np.ceil(between / step) * step + pause
    np.testing.assert_allclose(np.diff(machine.spikes), expected, atol=1e-9)
    assert machine.double.spikes == pytest.approx(machine.spikes)


def test_decay_keeps_all_bits_of_its_factor():
    """x <- x exp(-h/tau), floored: the factor is the nearest word of u0.32."""
    model = rb.Model("decay", "x' = -x/tau", parameters=dict(tau=20), start=dict(x=1000))
    machine = rb.emulate(model, K, 100, 1.0, "exponential-euler")
    n, factor = 1000 << 15, round(np.exp(-0.05) * 2**32)
    for row in machine.words[1:, 0]:
        n = n * factor >> 32
        assert row == n


def hodgkin_huxley(t, x):
    """Written once more, with the numbers of the library's standard regime at I = 10."""
    V, m, h, n = x
    am = 1.0 if V == -40 else 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10))
    an = 0.1 if V == -55 else 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10))
    bm, bn = 4 * np.exp(-(V + 65) / 18), 0.125 * np.exp(-(V + 65) / 80)
    ah, bh = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    current = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54)
    gates = am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n
    return [10 - current, *gates]


def test_hodgkin_huxley_in_scaled_words_of_32_bits():
    """Midpoint steps of 0.01 ms beside scipy's DOP853: what is left is the scheme's error."""
    model = rb.models.hodgkin_huxley().replace(I=10)
    machine = rb.emulate(model, rb.QFormat(16, 15, rounding="nearest"), 50, 0.01, scale="auto")
    exact = solve_ivp(
        hodgkin_huxley, (0, 50), list(model.start.values()), method="DOP853", rtol=1e-10,
        atol=1e-10, dense_output=True, events=lambda t, x: x[0] - model.spike[1],
    )  # fmt: skip
    exact_spikes = [t for t in exact.t_events[0] if hodgkin_huxley(t, exact.sol(t))[0] > 0]
    np.testing.assert_allclose(machine.spikes, exact_spikes, atol=3e-3)
    np.testing.assert_allclose(machine.spikes, machine.double.spikes, atol=1e-4)
    assert machine.status.ok
    assert machine.overflows == ()


@pytest.mark.parametrize("scheme", ["rk2", "exponential-euler"])
@pytest.mark.parametrize(
    ("model", "word", "scale", "off"),
    [
        (rb.models.hodgkin_huxley().replace(I=10), K, None, 0.03),
        (rb.models.morris_lecar("snic").replace(I=50), K, None, 0.05),
        (rb.models.morris_lecar("hopf").replace(I=100), rb.QFormat(8, 7), "auto", 0.1),
        (rb.models.wang_buzsaki().replace(I=1), rb.QFormat(16, 15), None, 0.05),
    ],
    ids=["hh", "ml", "ml in 16 bits", "wb"],
)
def test_conductance_models_spike_and_say_what_it_cost(model, word, scale, off, scheme):
    machine = rb.emulate(model, word, 400, 0.05, scheme, scale=scale)
    rates = machine.firing_rate(after=50), machine.double.firing_rate(after=50)
    assert len(machine.spikes) > 2
    assert rates[0] == pytest.approx(rates[1], rel=off)
    assert machine.overflows == ()
    text = machine.report()
    assert f"{len(machine.spikes)}; in double precision {len(machine.double.spikes)}" in text
    assert "lag" in text
    assert "constant" in text


def test_what_cannot_fit_is_refused_by_name_and_range():
    model = rb.models.hodgkin_huxley().replace(I=10)
    with pytest.raises(
        rb.RheobaseError,
        match=r"36\*\(77 \+ V\) \(in I_K\) does not fit into s10.21: it runs from 70\.\d+ to 4",
    ):
        rb.emulate(model, rb.QFormat(10, 21), 50, 0.05)
    reported = rb.emulate(model, rb.QFormat(10, 21), 50, 0.05, fit="report")
    assert reported.status is rb.Status.LEFT_BOUNDS
    first = reported.overflows[0]
    assert (first.where, first.first, first.verb) == ("I_Na", 0.0, "mul")
    assert first.text == "120*(-50 + V)"
    assert "more bits before the point" in reported.message
    with pytest.raises(rb.RheobaseError, match=r"V \(in the states\) does not fit"):
        rb.emulate(model.replace(V=0), rb.QFormat(6, 9), 50, 0.05, scale=dict(V=-3))


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
def test_overflows_are_counted_and_located(overflow):
    """x grows by 1 a step from 0 in a word that ends at 7.9375: the eighth step is the first."""
    model = rb.Model.map("counter", "x = x + 1", start=dict(x=0))
    word = rb.QFormat(3, 4, overflow=overflow)
    machine = rb.emulate(model, word, until=20, fit="report")
    (lost,) = machine.overflows
    assert (lost.verb, lost.where, lost.first) == ("add", "x'", 7.0)
    if overflow == "wrap":
        np.testing.assert_array_equal(machine["x"], (np.arange(21) + 8) % 16 - 8)
        assert lost.count == 1
    else:
        assert machine["x"][-1] == 127 / 16
        assert lost.count == 13
    assert "x'" in machine.message


def test_a_table_that_was_left_is_named():
    """The machine fires where double precision rests: cosh was made for what that one visits."""
    cell = rb.models.morris_lecar("snic").replace(I=39.8)
    word = rb.QFormat(16, 15, rounding="nearest")
    machine = rb.emulate(cell, word, until=600)
    table = machine.program.tables[machine.program.operations[machine.overflows[0].operation].table]
    seen = 0.5 * (machine.double["V"] - 12) / 17.4
    low, high = table.low * 2.0**-15, table.high * 2.0**-15
    assert low < seen.min()
    assert seen.max() < high < 0.5 * (machine["V"].max() - 12) / 17.4
    assert f"the table of cosh covers {low:.6g} to {high:.6g}, which the run in" in machine.message
    assert f"left it {sum(o.count for o in machine.overflows)} times" in machine.message
    assert "more bits" not in machine.message
    assert rb.emulate(cell.replace(V=0, w=0), word, until=600).overflows == ()


def test_a_division_by_zero_ends_the_run():
    model = rb.Model("fading", "x' = -x\ny' = 1/x", start=dict(x=1, y=0))
    machine = rb.emulate(model, K, 30, 0.5, "euler", fit="report")
    assert machine.status is rb.Status.NOT_FINITE
    assert "division by zero" in machine.message
    assert "y'" in machine.message
    assert len(machine.t) == machine.steps + 1 < 60


def test_literals_are_truncated_on_request():
    """0.1 as a literal is 0xCCC, as a parameter 0xCCD; a sum of literals is one."""
    model = rb.Model("two", "x' = 0.1*x + k*x", parameters=dict(k=0.1), start=dict(x=1))
    for literals, expected in (("host", {0xCCD}), ("truncate", {0xCCC, 0xCCD})):
        machine = rb.emulate(model, K, 1, 1.0, "euler", literals=literals)
        tenths = {
            n for r, n in machine.program.constants.items() if machine.program.values[r] == 0.1
        }
        assert tenths == expected


def test_a_run_is_saved_and_tells_what_it_is(tmp_path):
    model = rb.models.morris_lecar("snic").replace(I=50)
    machine = rb.emulate(model, K, 100, 0.1, every=5, scale=dict(V=-7))
    assert machine.fractions == {"V": 22, "w": 31}
    again = rb.load(rb.save(machine, tmp_path / "run.npz"))
    np.testing.assert_array_equal(again.bits("V"), machine.bits("V"))
    np.testing.assert_array_equal(again.t, np.arange(201) * 0.5)
    assert again.to_dict() == machine.to_dict()
    assert again.report() == machine.report()
    assert machine["I_K"].shape == machine.t.shape
    assert machine(0.25, "V") == pytest.approx((machine["V"][0] + machine["V"][1]) / 2)
    places = machine.crossings("V", machine["V"].mean())
    assert machine(places, "V") == pytest.approx(np.full(len(places), machine["V"].mean()))
    comparison = rb.compare(machine.double, machine)
    assert comparison.matched == len(machine.spikes)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(scheme="rk4"), "rk2"),
        (dict(scale="best"), "auto"),
        (dict(scale=dict(w=1)), "'w' is not"),
        (dict(literals="cut"), "truncate"),
        (dict(roundings=dict(mul="up")), "nearest"),
        (dict(step=0), "step"),
        (dict(word=rb.QFormat(0, 32, signed=False)), "30 are behind"),
        (dict(word=rb.QFormat(16, 16, signed=False), scale="auto"), "up to 31"),
        (dict(word=rb.QFormat(16, 15, signed=False)), r"v .* runs from -.* bits .* from 0 to"),
        (dict(word=rb.QFormat(32, 31)), "up to 62 bits"),
        (dict(word=rb.QFormat(20, 30)), "products would need 81 bits"),
        (dict(until="long"), "until"),
    ],
)
def test_wrong_questions(settings, sentence):
    settings = dict(word=K, until=10) | settings
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.emulate(rb.models.izhikevich(), **settings)
