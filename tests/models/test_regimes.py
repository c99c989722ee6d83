"""Regimes do what their names say: simulated from rest, judged by their spikes."""

import numpy as np
import pytest
import rheobase as rb
from scipy.optimize import fsolve

SHORT = ("RS", "FS", "CH", "IB", "LTS", "TC", "RZ")


def spikes(model, until):
    return rb.simulate(model, until=until, tolerance=1e-8).spikes


def count(name, until=300, after=0, **changes):
    found = spikes(rb.models.named(name).replace(changes), until)
    return int((found > after).sum())


def intervals(name, until=500, **changes):
    return np.diff(spikes(rb.models.named(name).replace(changes), until))


@pytest.mark.parametrize(
    ("name", "silent", "firing", "until"),
    [
        ("hodgkin-huxley:standard", 5, 10, 200),
        ("hodgkin-huxley:1952", 5, 10, 200),
        ("morris-lecar:hopf", 80, 100, 1500),
        ("morris-lecar:snic", 39.9, 41, 3000),
        ("morris-lecar:homoclinic", 39.9, 41, 1500),
        ("sodium-potassium:snic", 4.5, 4.6, 600),
        ("sodium-potassium:homoclinic", 4.5, 4.6, 600),
        ("sodium-potassium:hopf", 10, 50, 200),
        ("wang-buzsaki", 0.155, 0.17, 2000),
        ("fitzhugh-nagumo", 0.3, 0.5, 1000),
        ("hindmarsh-rose:bursting", 1, 2, 3000),
        ("leaky", 1.49, 1.51, 500),
        ("quadratic", -0.01, 0.1, 100),
        ("exponential", 0.16, 0.17, 2000),
        ("adaptive-exponential", 600, 650, 2000),
        ("theta", -0.01, 0.1, 100),
        *((f"izhikevich:{short}", -5, 10, 500) for short in SHORT),
    ],
)
def test_rest_below_and_firing_above(name, silent, firing, until):
    """No lasting firing at the first current, lasting firing at the second."""
    assert count(name, until, after=until / 2, I=silent) == 0
    assert count(name, until, after=until / 2, I=firing) >= 2


def test_no_model_fires_at_rest():
    for entry in rb.models.catalog():
        for regime in entry.regimes:
            model = entry.model(regime)
            drive = model.parameters.get("I", 1)
            if model.time_unit == "ms" and drive == 0:
                assert len(spikes(model, 200)) == 0


def test_onset_frequencies_tell_the_regimes_apart():
    """Just above the onset: slow for the snic, at once fast for the others."""
    slow = 1000 / intervals("morris-lecar:snic", 4000, I=40.0).mean()
    assert slow < 1.5  # Hz; 5.66 sqrt(0.0368) = 1.09
    assert 1000 / intervals("morris-lecar:hopf", 2000, I=95)[-1] > 10
    assert 1000 / intervals("morris-lecar:homoclinic", 4000, I=40)[-1] > 30


@pytest.mark.parametrize(
    ("name", "current", "firing"),
    [
        ("morris-lecar:homoclinic", 37, dict(V=0, w=0.15)),
        ("morris-lecar:hopf", 91, dict(V=0, w=0.1)),
        ("hodgkin-huxley", 7, dict(V=0)),
        ("sodium-potassium:homoclinic", 4, dict(V=-11, n=0.46)),
    ],
)
def test_rest_and_firing_coexist(name, current, firing):
    """Bistable below the onset from rest: the start decides."""
    model = rb.models.named(name).replace(I=current)
    p = list(model.parameters.values())
    rest, _, found, _ = fsolve(
        model.field.f, list(model.start.values()), args=(p,), full_output=True
    )
    assert found == 1
    assert np.linalg.eigvals(model.field.jacobian(rest, p)).real.max() < 0
    assert count(name, 1000, I=current, **dict(zip(model.states, rest, strict=True))) == 0
    assert count(name, 1000, after=500, I=current, **firing) >= 5


def test_hindmarsh_rose_bursts_longer_when_slow():
    """Gaps between bursts are many times the intervals inside them."""
    length = {}
    for regime in ("bursting", "slow"):
        found = intervals(f"hindmarsh-rose:{regime}", 4000)[20:]
        gaps = np.flatnonzero(found > 50)
        assert len(gaps) >= 3
        length[regime] = np.diff(gaps).mean()  # spikes in a burst
    assert length["slow"] > 3 * length["bursting"] > 3


def test_regular_spiking_adapts():
    found = intervals("izhikevich:RS", I=10)
    assert found[-1] > 2 * found[0]


def test_fast_spiking_is_fast_and_does_not_adapt_for_long():
    fast, regular = intervals("izhikevich:FS", I=10), intervals("izhikevich:RS", I=10)
    assert fast[-1] < regular[-1] / 4
    np.testing.assert_allclose(fast[5:], fast[-1], rtol=1e-3)


def test_chattering_bursts_again_and_again():
    found = intervals("izhikevich:CH", 1000, I=10)
    gaps = np.flatnonzero(found > 40)
    assert len(gaps) >= 10
    assert np.median(found) < 5
    assert (np.diff(gaps) >= 4).all()


def test_intrinsically_bursting_bursts_once():
    found = intervals("izhikevich:IB", I=10)
    assert (found[:2] < 5).all()
    np.testing.assert_allclose(found[4:], found[-1], rtol=1e-2)
    assert found[-1] > 5 * found[:2].max()


def test_low_threshold_spiking_needs_less_current_and_adapts():
    assert count("izhikevich:LTS", 500, I=2) > 2
    assert count("izhikevich:RS", 500, I=2) == 0
    found = intervals("izhikevich:LTS", I=10)
    assert found[-1] > 3 * found[0]


def rebound(short):
    """Spikes after the release from I = -10, where the neuron rested."""
    b = rb.models.izhikevich(short).parameters["b"]
    v = -((5 - b) + np.sqrt((5 - b) ** 2 - 0.16 * (140 - 10))) / 0.08
    return count(f"izhikevich:{short}", 200, I=0, v=v, u=b * v)


def test_thalamo_cortical_cells_burst_on_release():
    assert rebound("TC") >= 3
    assert rebound("RS") == rebound("FS") == 0


def test_resonators_ring_below_threshold():
    """Complex eigenvalues at rest, and more than one visible swing after a kick."""
    model = rb.models.izhikevich("RZ")
    p, rest = list(model.parameters.values()), list(model.start.values())
    eigenvalues = np.linalg.eigvals(model.field.jacobian(rest, p))
    assert abs(eigenvalues[0].imag) > abs(eigenvalues[0].real) > 0
    run = rb.simulate(model.replace(v=rest[0] + 1), until=200)
    assert len(run.spikes) == 0
    crossings = np.diff(np.sign(run["v"] - rest[0])) != 0
    assert crossings.sum() >= 4
    for short in ("RS", "FS"):
        quiet = rb.models.izhikevich(short)
        p, rest = list(quiet.parameters.values()), list(quiet.start.values())
        ring = np.linalg.eigvals(quiet.field.jacobian(rest, p))[0]
        assert abs(ring.imag) < 2 * abs(ring.real)


def pattern(name, until=500):
    return intervals(f"adaptive-exponential:{name}", until)


def test_patterns_of_naud_2008():
    tonic, adapting = pattern("tonic spiking"), pattern("adaptation")
    assert tonic[-1] == pytest.approx(tonic[0], rel=0.1)
    assert adapting[-1] > 5 * adapting[0]
    burst = pattern("initial burst")
    assert (burst[:2] < 10).all()
    assert (burst[2:] > 50).all()
    for name in ("regular bursting", "delayed regular bursting"):
        found = pattern(name, 1000)
        assert (found > 50).sum() >= 6
        assert (found < 10).sum() >= 6
    accelerating = pattern("delayed accelerating")
    assert (np.diff(accelerating) < 1e-6).all()
    assert accelerating[-1] < 0.6 * accelerating[0]


def test_irregular_spiking_is_chaos_with_windows():
    """Intervals that never repeat; at the printed 160 pA they do in the end, by tens (as scipy's
    DOP853 finds too)."""
    early = pattern("irregular spiking", 1200)
    assert early.std() > 0.3 * early.mean()
    assert len(set(np.round(early, 2))) > 0.9 * len(early)
    late = intervals("adaptive-exponential:irregular spiking", 6000)[-20:]
    np.testing.assert_allclose(late[:10], late[10:], rtol=1e-4)
    chaotic = intervals("adaptive-exponential:irregular spiking", 6000, I=165)[-100:]
    assert len(set(np.round(chaotic, 4))) >= 98


def test_delays_and_transients_of_naud_2008():
    def first(name):
        return spikes(rb.models.adaptive_exponential(name), 500)[0]

    assert first("delayed regular bursting") > 3 * first("tonic spiking")
    transient = spikes(rb.models.adaptive_exponential("transient spiking"), 2000)
    assert len(transient) >= 1
    assert transient[-1] < 200


def test_wilson_cowan_oscillates_where_the_paper_says():
    """P = 1.25 lies on the limit cycle, P = 0 and P = 3 outside."""
    assert count("wilson-cowan:1972", 200, after=100) >= 5
    assert count("wilson-cowan:1972", 200, after=100, P=0) == 0
    assert count("wilson-cowan:1972", 200, after=100, P=3) == 0
    assert count("wilson-cowan:hoppensteadt-izhikevich", 100, after=50) >= 5


def test_jansen_rit_makes_alpha_rhythm():
    """Between 8 and 12 Hz over the paper's inputs, 150 to 300 pulses a second."""
    for p in (150, 220, 300):
        assert 8 < 1 / intervals("jansen-rit", 5, p=p)[-1] < 12
    assert count("jansen-rit", 5, after=2.5, p=60) == 0
