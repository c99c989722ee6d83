"""Units and symbols on the axes."""

import pytest
import rheobase as rb
from rheobase.gallery.labels import axis_label, printed_unit, symbol, with_unit


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("mV", "mV"),
        ("uA/cm2", "µA/cm²"),
        ("uA/cm^2", "µA/cm²"),
        ("mS/cm2", "mS/cm²"),
        ("uF/cm2", "µF/cm²"),
        ("MOhm", "MΩ"),
        ("1/ms", "ms⁻¹"),
        ("mV/ms", "mV/ms"),
        ("rad", "rad"),
        ("1", ""),
        ("", ""),
    ],
)
def test_units_are_printed_as_in_papers(plain, printed):
    assert printed_unit(plain) == printed


@pytest.mark.parametrize(
    ("name", "shown"),
    [("V", "$V$"), ("g_Na", r"$g_{\mathrm{Na}}$"), ("tau_m", r"$\tau_{m}$"), ("y0", "$y_{0}$")],
)
def test_names_are_mathematics(name, shown):
    assert symbol(name) == shown


def test_a_number_has_no_unit():
    assert with_unit("$m$", "1") == "$m$"
    assert with_unit("$V$", "mV") == "$V$ (mV)"


def test_meanings_stop_at_the_comma_and_give_way():
    model = rb.models.hodgkin_huxley()
    assert axis_label(model, "h") == "sodium inactivation $h$"
    assert axis_label(model, "h", room=0.3) == "$h$"


@pytest.mark.parametrize("entry", rb.models.catalog(), ids=lambda entry: entry.name)
def test_every_name_of_the_library_can_be_drawn(entry):
    from matplotlib.mathtext import MathTextParser

    parse = MathTextParser("path").parse
    model = entry.model()
    for name in (*model.states, *model.parameters, *model.definitions):
        parse(axis_label(model, name))
