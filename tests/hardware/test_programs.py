"""The fixed programs: all of reference/spinnaker/trajectories.npz, and what they must show."""

import json

import numpy as np
import pytest
import rheobase as rb
from rooms import ROOT

FOLDER = ROOT / "tests" / "reference" / "spinnaker"
COURSES = json.loads((FOLDER / "trajectories.json").read_text())
PROGRAMS = dict(izh="izhikevich", lif="lif", syn="synapse")


@pytest.mark.parametrize("name", COURSES)
def test_the_trajectories(name):
    program, *arguments = COURSES[name]["args"]
    run = getattr(rb.spinnaker, PROGRAMS[program])(*arguments)
    with np.load(FOLDER / "trajectories.npz") as file:
        expected = file[name]
    found = np.column_stack([run.bits(column) for column in run.columns])
    np.testing.assert_array_equal(found, expected)
    if COURSES[name]["spikes"] is not None:
        assert run.spikes.size == COURSES[name]["spikes"]
        assert run.spikes[:5].tolist() == COURSES[name]["spike_steps_first"]


@pytest.mark.parametrize("multiply", ["fl", "rn", "sr"])
@pytest.mark.parametrize("solver", ["euler", "rk2", "rk2q"])
def test_a_population_is_its_neurons(solver, multiply):
    """300 neurons, over block boundaries; "sr": the first one, whose random words are the same."""
    I = np.linspace(2.0, 20.0, 300)
    all_of_them = rb.spinnaker.izhikevich(solver, multiply, I=I, steps=300, record=True)
    silent = rb.spinnaker.izhikevich(solver, multiply, I=I, steps=300)
    np.testing.assert_array_equal(silent.spikes, all_of_them.spikes)
    np.testing.assert_array_equal(silent.neurons, all_of_them.neurons)
    np.testing.assert_array_equal(silent.counts, all_of_them["spike"].sum(axis=0))
    np.testing.assert_array_equal(all_of_them.bits("v")[-1], silent.final["v"])
    for i in (0,) if multiply == "sr" else (0, 127, 128, 299):
        one = rb.spinnaker.izhikevich(solver, multiply, I=float(I[i]), steps=300)
        np.testing.assert_array_equal(one["v"], all_of_them["v"][:, i])
        np.testing.assert_array_equal(one["u"], all_of_them["u"][:, i])
        np.testing.assert_array_equal(one.spikes, silent.spikes[silent.neurons == i])


def test_a_population_of_lif_neurons_is_its_neurons():
    I = np.linspace(0.5, 2.0, 140)
    all_of_them = rb.spinnaker.lif("rn", I=I, steps=200, Tref=3, record=True)
    for i in (0, 139):
        one = rb.spinnaker.lif("rn", I=float(I[i]), steps=200, Tref=3)
        np.testing.assert_array_equal(one["V"], all_of_them["V"][:, i])
        np.testing.assert_array_equal(one["refr"], all_of_them["refr"][:, i])


def test_many_synapses_are_each_of_them():
    many = rb.spinnaker.synapse(d=[0.5, 0.9], seed=[1, 2], steps=50, record=True)
    one = rb.spinnaker.synapse(d=0.9, seed=2, steps=50)
    np.testing.assert_array_equal(many.bits("x")[:, 1], one.bits("x"))
    assert many.final["x"][1] == one.bits("x")[-1]


def test_long_runs_are_taken_in_portions(monkeypatch):
    from rheobase.hardware.spinnaker import population

    whole = rb.spinnaker.izhikevich(I=np.linspace(5.0, 15.0, 200), steps=250)
    monkeypatch.setattr(population, "PORTION", 7 * 256)
    portions = rb.spinnaker.izhikevich(I=np.linspace(5.0, 15.0, 200), steps=250)
    np.testing.assert_array_equal(whole.spikes, portions.spikes)
    np.testing.assert_array_equal(whole.neurons, portions.neurons)
    assert np.all(np.diff(portions.spikes) >= 0)


def double(h, I, k1, a, b, c=-65.0, d=8.0, v=-75.0, u=-15.0, spikes=650):
    """The row of the last spike of the same program in double precision, in the chip's order.

    The order matters: a spike that just misses a step's end comes a whole step later, so that the
    last bit of a double moves the 100th spike by some steps and the 650th by a few ms.
    """
    row = -1
    while spikes:
        p = (140 + I) - u
        e = v + h * (p + (5 + k1 * v) * v) * 0.5
        beta = h * (b * v - u) * a * 0.5
        v += h * ((p - beta) + (5 + k1 * e) * e)
        u += a * h * ((-u - beta) + b * e)
        row += 1
        if v >= 30:
            v, u, spikes = c, u + d, spikes - 1
    return row


def test_the_lag_of_the_650th_spike():
    """SPINNAKER, section 8 (measured on such an emulation): regular spiking, h = 0.1 ms, I = 4.775,
    RK2, against double precision with the same constants: floor +258.6 ms, nearest -433.5 ms,
    stochastic within -2.1..+1.5 ms (5 seeds); the constants alone -587.1 ms.
    """

    def word(x):
        return round(x * 32768) / 32768

    settings = dict(I=4.775, h=0.1, steps=660_000, record=False)
    rounded = double(word(0.1), word(4.775), 1311 / 32768, word(0.02), word(0.2))
    lag = {
        multiply: (rb.spinnaker.izhikevich("rk2", multiply, **settings).spikes[649] - rounded) / 10
        for multiply in ("fl", "rn", "sr")
    }
    assert lag["fl"] == pytest.approx(258.6, abs=0.01)
    assert lag["rn"] == pytest.approx(-433.5, abs=0.01)
    assert abs(lag["sr"]) < 5
    exact = double(0.1, 4.775, 0.04, 0.02, 0.2)
    assert exact / 10 == pytest.approx(65003.7, abs=0.01)
    assert (rounded - exact) / 10 == pytest.approx(-587.1, abs=0.01)


def test_numbers_words_and_texts_say_the_same():
    """0.02 is 655 = 0x28f as the host rounds it."""
    runs = [
        rb.spinnaker.izhikevich(a=a, I=I, steps=50)
        for a, I in ((0.02, 10.0), (0x28F, 0x50000), ("28f", "50000"), (np.uint32(655), 10.0))
    ]
    for run in runs[1:]:
        np.testing.assert_array_equal(run.bits("v"), runs[0].bits("v"))
    assert runs[0].arguments["I"] == 10.0
    assert runs[0].arguments["a"] == 655 / 32768


def test_thumb_is_another_program():
    arm, thumb = (rb.spinnaker.izhikevich(steps=200, mode=mode) for mode in ("arm", "thumb"))
    assert np.any(arm.bits("v") != thumb.bits("v"))
    nearest = rb.spinnaker.izhikevich(multiply="rn", steps=200)
    np.testing.assert_array_equal(nearest.bits("v"), thumb.bits("v"))  # nothing is clamped here


def test_a_run_can_be_saved_told_and_tabulated(tmp_path):
    run = rb.spinnaker.izhikevich(steps=40)
    for ending in (".npz", ".nc"):
        again = rb.load(rb.save(run, tmp_path / f"run{ending}"))
        np.testing.assert_array_equal(again.bits("v"), run.bits("v"))
        assert again.to_dict() == run.to_dict()
        assert repr(again) == repr(run)
    assert json.loads(json.dumps(run.to_dict()))["spikes"] == [4, 20]
    assert "seed" not in run.arguments
    for program in (rb.spinnaker.izhikevich, rb.spinnaker.lif):
        assert program(multiply="sr", steps=3, seed=5).arguments["seed"] == 5
    assert list(run.to_dataframe().columns) == ["step", "v", "u", "spike"]
    assert len(run) == len(run.to_dataframe()) == 40
    several = rb.spinnaker.izhikevich(I=[10.0, 12.0], steps=40)
    assert len(several.to_dataframe()) == several.spikes.size == several.counts.sum()
    kept = rb.spinnaker.izhikevich(I=[10.0, 12.0], steps=40, record=True).to_dataframe()
    assert len(kept) == 80
    assert kept["neuron"].tolist()[:3] == [0, 1, 0]
    assert "2 neurons" in repr(several)
    assert "I=(2 values)" in repr(several)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (dict(solver="rk3"), rb.UnknownName, "'rk3' is not a solver.*'rk2'"),
        (dict(multiply="floor"), rb.UnknownName, "not a multiply"),
        (dict(mode="arms"), rb.UnknownName, "not a mode of the compiler"),
        (dict(I=70000.0), rb.InvalidArgument, "I: 70000.0 does not fit into _Accum"),
        (dict(I=float("nan")), rb.InvalidArgument, "I: nan does not fit"),
        (dict(a="0.02"), rb.InvalidArgument, "a='0.02' is no hexadecimal word"),
        (dict(a=1 << 32), rb.InvalidArgument, "a: a word has 32 bits"),
        (dict(a=True), rb.InvalidArgument, "a=True is neither"),
        (dict(a=[[1.0]]), rb.InvalidArgument, "a population is one row"),
        (dict(I=[]), rb.InvalidArgument, r"I=\[\] has no entries"),
        (dict(a=[0.1] * 3, b=[0.2] * 2), rb.InvalidArgument, "b has 2 entries, others have 3"),
        (dict(steps=0), rb.InvalidArgument, "steps=0 must be a whole number from 1"),
        (dict(steps=1.5), rb.InvalidArgument, "steps=1.5 must be a whole number"),
        (dict(steps=np.float32(1.5)), rb.InvalidArgument, "must be a whole number"),
        (dict(steps=1 << 35), rb.InvalidArgument, "don't fit into 4 GiB; record=False"),
        (dict(seed=-1), rb.InvalidArgument, "seed=-1 must be a whole number from 0"),
    ],
)
def test_a_wrong_question_is_answered(call, error, words):
    with pytest.raises(error, match=words):
        rb.spinnaker.izhikevich(**call)


def test_wrong_questions_to_the_others():
    with pytest.raises(rb.InvalidArgument, match="noise=2 must be a whole number from 0 to 1"):
        rb.spinnaker.lif(noise=2)
    with pytest.raises(rb.InvalidArgument, match=r"d: 1\.5 does not fit into unsigned long _Fract"):
        rb.spinnaker.synapse(d=1.5)
    with pytest.raises(rb.InvalidArgument, match=r"seed=0\.5 must be an integer"):
        rb.spinnaker.synapse(seed=0.5)
    with pytest.raises(rb.NotFound, match="kept spikes only, not 'v'; record=True"):
        rb.spinnaker.izhikevich(I=[1.0], steps=5)["v"]
    with pytest.raises(rb.UnknownName, match="'w' is not a column of izhikevich"):
        rb.spinnaker.izhikevich(steps=5)["w"]


def test_host_words_are_rounded_and_literals_truncated():
    """SPINNAKER, section 3: 0.04k is 1310 as a literal, 0.1k is 0xCCC, 1.0ulr is 0xFFFFFFFF."""
    assert rb.spinnaker.host_bits(0.04) == 1311
    assert rb.spinnaker.literal_bits(0.04) == 1310
    assert rb.spinnaker.literal_bits(0.1) == 0xCCC
    assert rb.spinnaker.literal_bits(1.0, "ulr") == 0xFFFFFFFF
    assert rb.spinnaker.literal_bits(-0.04) == (-1310) % (1 << 32)
    ties = np.array([0.5, 1.5, 2.5, -0.5]) / 32768
    assert rb.spinnaker.host_bits(ties).tolist() == [0, 2, 2, 0]
    assert rb.spinnaker.host_bits(-(2.0**32), "lk") == 1 << 63
    for wrong in (2.0**32, np.inf, np.nan):
        with pytest.raises(rb.InvalidArgument, match="does not fit into long _Accum"):
            rb.spinnaker.host_bits(wrong, "lk")
    with pytest.raises(rb.InvalidArgument, match=r"2\.0 does not fit into long _Fract"):
        rb.spinnaker.literal_bits(2.0, "lr")
    with pytest.raises(rb.InvalidArgument, match="inf is no literal"):
        rb.spinnaker.literal_bits(np.inf)
    with pytest.raises(rb.UnknownName, match="not a fixed point type"):
        rb.spinnaker.host_bits(1.0, "q")
