"""Programs and networks in files: the same words afterwards."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.machine.following import follow_program


@pytest.mark.parametrize("ending", [".npz", ".nc"])
@pytest.mark.parametrize(
    ("model", "word", "settings"),
    [
        (rb.models.hodgkin_huxley().replace(I=10), rb.QFormat(16, 15), {}),
        (rb.models.morris_lecar("snic").replace(I=50), rb.QFormat(8, 7), dict(scale="auto")),
        (
            rb.models.izhikevich().replace(I=10),
            rb.QFormat(16, 22, rounding="stochastic"),
            dict(program="chip", scheme="rk2q"),
        ),
    ],
    ids=["hh", "ml", "chip"],
)
def test_a_program_keeps_its_bits(model, word, settings, ending, tmp_path):
    program = rb.emulate(model, word, 20, 0.05, **settings).program
    again = rb.load(rb.save(program, tmp_path / f"program{ending}"))
    assert again.listing() == program.listing()
    assert repr(again) == repr(program)
    np.testing.assert_array_equal(again.rows(), program.rows())
    first, second = (follow_program(p, 300, seed=5) for p in (program, again))
    np.testing.assert_array_equal(first.rows, second.rows)
    if word.bits <= 32:
        assert again.to_c(10) == program.to_c(10)


def test_a_fed_program_is_refused(tmp_path):
    model = rb.Model("driven", "x' = sin(t) - x", start=dict(x=0))
    program = rb.emulate(model, rb.QFormat(16, 15), 10).program
    with pytest.raises(rb.StorageError, match="fed values in every step"):
        rb.save(program, tmp_path / "program.npz")


def test_a_network_s_run_is_kept(tmp_path):
    random = np.random.default_rng(4)
    sources, targets = np.repeat(np.arange(40), 5), random.integers(0, 40, 200)
    wiring = (sources, targets, np.where(sources < 32, 0.8, -1.5), np.ones(200, dtype=int))
    run = rb.spinnaker.network(
        rb.models.izhikevich(), wiring, 40, 200.0, noise=8.0, parameters=dict(I=np.full(40, 5.0))
    )
    for ending in (".npz", ".nc"):
        again = rb.load(rb.save(run, tmp_path / f"run{ending}"))
        assert repr(again) == repr(run)
        assert again.to_dict() == run.to_dict()
        assert again.program.listing() == run.program.listing()
        for name, words in run.final.items():
            np.testing.assert_array_equal(again.final[name], words)
        np.testing.assert_array_equal(again.counts, run.counts)
