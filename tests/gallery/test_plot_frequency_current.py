"""The picture of frequency over drive: line, dots, law, units."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def verdict():
    return rb.classify_excitability(rb.models.morris_lecar("snic"), "I", (0, 80))


def test_a_verdict_brings_its_branch_its_law_and_its_runs(verdict):
    ax = rb.plot_frequency_current(verdict)
    assert ax.get_ylabel() == "frequency $f$ (Hz)"
    assert ax.get_xlabel().startswith("injected current $I$")
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert told == ["stable firing", "square root law", "simulated"]
    lines = {line.get_label(): line for line in ax.lines}
    x, f = lines["square root law"].get_data()
    onset = verdict.onset_law.at
    assert onset == pytest.approx(verdict.threshold, rel=1e-13)
    np.testing.assert_allclose(f, verdict.prefactor_hz * np.sqrt(x - onset), rtol=1e-9)
    x, f = lines["simulated"].get_data()
    np.testing.assert_allclose(f, verdict.prefactor_hz * np.sqrt(x - verdict.threshold), rtol=0.1)
    assert ax.get_ylim()[1] < 60


def test_a_curve_with_another_law(verdict):
    drives = np.linspace(30, 60, 7)
    model = rb.models.morris_lecar("snic")
    curve = rb.frequency_current(model, "I", drives, diagram=None)
    ax = rb.plot_frequency_current(curve, verdict, legend=False)
    assert ax.get_legend() is None
    assert len(ax.lines) == 3  # the branch, the law, where rest is lost
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 1000 * curve["frequency"])


def test_models_without_a_unit_of_time():
    curve = rb.frequency_current(rb.models.normal_form("saddle-node"), "alpha", [-1, 0.5, 1])
    _, ax = pyplot.subplots()
    assert rb.plot_frequency_current(curve, ax=ax) is ax
    assert ax.get_ylabel() == "frequency $f$"


def test_wrong_questions(verdict):
    with pytest.raises(rb.InvalidArgument, match="draws a frequency curve"):
        rb.plot_frequency_current([1, 2])
    with pytest.raises(rb.InvalidArgument, match="law is a law"):
        rb.plot_frequency_current(verdict, "sqrt")
