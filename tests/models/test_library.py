"""The register: names, spellings, errors, and the doorway that reads files lazily."""

import subprocess
import sys

import pytest
import rheobase as rb


def test_every_entry_explains_itself():
    entries = rb.models.catalog()
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        model = entry.model()
        assert entry.states == model.states
        assert entry.parameters == tuple(model.parameters)
        assert entry.natural == model.natural
        assert entry.model(entry.regimes[0]) == model == entry.factory()
        assert entry.reference in repr(entry)
        assert all(regime in repr(entry) for regime in entry.regimes)
        assert getattr(rb.models, entry.name.replace("-", "_")) is entry.factory


def test_an_entry_is_frozen():
    with pytest.raises(AttributeError):
        rb.models.catalog()[0].name = "other"


@pytest.mark.parametrize(
    "name",
    [
        *("morris-lecar:snic", "morris_lecar:snic", "Morris_Lecar:SNIC", " morris-lecar : snic "),
        *("morris lecar:s-n-i-c",),
    ],
)
def test_names_match_tolerantly(name):
    assert rb.models.named(name) == rb.models.morris_lecar("snic")


@pytest.mark.parametrize("regime", ["low-threshold spiking", "Low_Threshold_Spiking", "LTS", "lts"])
def test_regimes_match_tolerantly(regime):
    assert rb.models.izhikevich(regime) == rb.models.named("izhikevich:low-threshold spiking")


def test_a_name_without_regime_is_the_default():
    assert rb.models.named("hindmarsh-rose") == rb.models.hindmarsh_rose("bursting")


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(rb.UnknownName, match="Did you mean 'morris-lecar'"):
        rb.models.named("moris-lecar")


def test_an_unknown_regime_names_the_nearest():
    with pytest.raises(rb.UnknownName, match=r"a regime of Morris-Lecar.*Did you mean 'snic'"):
        rb.models.named("morris-lecar:snik")
    with pytest.raises(rb.UnknownName, match="hopf, snic, homoclinic"):
        rb.models.morris_lecar("chaotic")
    with pytest.raises(rb.UnknownName):
        rb.models.morris_lecar(3)


def test_an_unknown_attribute_names_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'lorenz'"):
        rb.models.lorens


def test_the_doorway_is_lazy_and_never_hides_a_factory():
    script = (
        "import sys, rheobase as rb\n"
        "rb.models\n"
        "loaded = [name for name in sys.modules if name.startswith('rheobase.models.')]\n"
        "assert set(loaded) == {'rheobase.models.library', 'rheobase.models.shape'}, loaded\n"
        "assert 'sympy' not in sys.modules\n"
        "import rheobase.models.lorenz\n"
        "assert callable(rb.models.lorenz) and callable(rb.models.lorenz)\n"
        "from rheobase.models import theta, theta as again\n"
        "assert theta is again and theta().states == ('theta',)\n"
        "assert {'lorenz', 'theta', 'catalog'} <= set(dir(rb.models))\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
