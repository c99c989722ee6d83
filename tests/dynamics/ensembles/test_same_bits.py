"""Same seed, same bits: threads, parts, processes, neighbours, order."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st

NOISY = rb.Model(
    "noisy leaky",
    "V' = (I - V)/tau\nw' = -w/10",
    parameters=dict(I=1.2, tau=2, s=0.3),
    start=dict(V=0, w=0),
    noise=dict(V=dict(a="s"), w=dict(a="0.1", b="0.2*w + 0.1")),
    reset=rb.Reset("V > 1", V="0", w="w + 0.1", refractory=0.25, hold=("V",)),
)
BLOW_UP = rb.Model("blow up", "x' = a*x^2 - x", parameters=dict(a=1), start=dict(x=0.5))
SETTINGS = dict(until=20.3, step=0.05, save="spikes", resets="located", seed=11)


def fingerprint(many: rb.Ensemble) -> str:
    parts = (many.states, many.spikes.times, many.spikes.offsets, many.codes)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def drives(count: int) -> dict[str, np.ndarray]:
    return dict(I=np.linspace(0.5, 3, count), V=np.linspace(-1, 0.9, count))


def test_threads_and_chunks():
    many = [
        rb.simulate_ensemble(NOISY, samples=drives(500), threads=threads, **SETTINGS)
        for threads in (1, 2, 5)
    ]
    assert len({fingerprint(m) for m in many}) == 1
    assert len(many[0].spikes) > 1000


def test_parts_of_a_larger_ensemble():
    columns = drives(300)
    whole = rb.simulate_ensemble(NOISY, samples=columns, **SETTINGS)
    for start, stop in ((0, 1), (1, 64), (64, 65), (65, 300)):
        part = rb.simulate_ensemble(
            NOISY,
            samples={name: values[start:stop] for name, values in columns.items()},
            first_member=start,
            **SETTINGS,
        )
        np.testing.assert_array_equal(part.states, whole.states[start:stop])
        for k in range(stop - start):
            np.testing.assert_array_equal(part.spikes[k], whole.spikes[start + k])


def test_another_process():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import rheobase as rb\nfrom test_same_bits import *\n"
        "print(fingerprint(rb.simulate_ensemble(NOISY, samples=drives(100), **SETTINGS)))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = rb.simulate_ensemble(NOISY, samples=drives(100), **SETTINGS)
    assert other.stdout.strip() == fingerprint(here)


def test_repeats_seeds_and_members_differ():
    one = rb.simulate_ensemble(NOISY, dict(I=[1.0, 1.0]), repeats=3, **SETTINGS)
    assert one.shape == (2, 3)
    assert one.dims == ("I", "repeat")
    assert len(np.unique(one["w"])) == 6
    other = rb.simulate_ensemble(NOISY, dict(I=[1.0, 1.0]), repeats=3, **(SETTINGS | dict(seed=12)))
    assert not np.isin(other["w"], one["w"]).any()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-1, 3, width=32), min_size=1, max_size=90), st.randoms())
def test_permuted_members_have_permuted_results(starts, random):
    order = list(range(len(starts)))
    random.shuffle(order)
    x = np.array(starts)
    many = rb.simulate_ensemble(BLOW_UP, samples=dict(x=x), until=3, step=0.01)
    mixed = rb.simulate_ensemble(BLOW_UP, samples=dict(x=x[order]), until=3, step=0.01)
    np.testing.assert_array_equal(many["x"][order], mixed["x"])
    np.testing.assert_array_equal(many.codes[order], mixed.codes)


def test_a_member_that_diverges_disturbs_nobody():
    # x' = a x^2 - x leaves to infinity from a x > 1
    a = np.linspace(0, 4, 200)
    many = rb.simulate_ensemble(BLOW_UP, dict(a=a), until=30, step=0.01, save=["extrema", "rates"])
    gone = 0.5 * a > 1 + 1e-9
    assert (many.status[gone] == rb.Status.DIVERGED).all()
    assert np.isnan(many["x"][gone]).all()
    assert np.isnan(many.maximum["x"][gone]).all()
    assert np.isnan(many.firing_rate()[gone]).all()
    calm = rb.simulate_ensemble(BLOW_UP, dict(a=a[~gone]), until=30, step=0.01)
    np.testing.assert_array_equal(many["x"][~gone], calm["x"])
    assert f"{gone.sum()} diverged" in many.message
    assert "a = 2.0" in many.message
    assert "Shorten the step" in many.message


def test_an_interruption_keeps_what_is_done():
    calls = []

    def progress(begin, done, total):
        calls.append((begin, done, total))
        if done > 0.02 * total:
            raise KeyboardInterrupt

    many = rb.simulate_ensemble(
        BLOW_UP,
        dict(x=np.linspace(0, 1, 60_000)),
        until=500,
        step=0.001,
        progress=progress,
        threads=1,
    )
    assert calls[-1][2] == 60_000
    waiting = many.status == rb.Status.INTERRUPTED
    assert waiting.any()
    assert np.isnan(many["x"][waiting]).all()
    assert "interrupted" in many.message
