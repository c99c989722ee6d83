"""The plane of two parameters divided by what the neuron does."""

import json

import pytest
import rheobase as rb

BOX = dict(I=(-30, 150), phi=(0.05, 0.35))


@pytest.fixture(scope="module")
def plane():
    return rb.excitability_map(rb.models.morris_lecar("snic"), ("I", "phi"), BOX, sections=7)


def test_morris_lecar(plane):
    """The fold at 39.9631530927 for all phi; the SNIC gives way to the homoclinic at the
    noncentral homoclinic point between phi 0.15 and 0.2 (SNIC at 0.067, homoclinic at 0.23:
    tests/reference/auto.json)."""
    below = plane.sections[0]
    assert below.regions == ("silent", "class 1", "bistable", "block")
    assert below.edges[1] == pytest.approx(39.9631530927, abs=1e-9)
    above = next(section for section in plane.sections if section.value == pytest.approx(0.2))
    assert above.regions[:3] == ("silent", "bistable", "class 2")
    assert above.edges[2] == pytest.approx(39.9631530927, abs=1e-9)
    assert plane.at(I=0, phi=0.1) == "silent"
    assert plane.at(I=50, phi=0.1) == "class 1"
    assert plane.at(I=140, phi=0.1) == "block"
    assert 0.15 < plane.curves.first("NCH")["phi"] < 0.2
    assert {"snic", "homoclinic", "hopf", "cycle fold"} <= {c.kind for c in plane.curves.curves}


def test_edges_lie_on_the_curves(plane):
    """Firing ends at the curve of cycle folds, which was followed in the other direction."""
    (folds,) = plane.curves.all_of("cycle fold")
    for section in plane.sections[:4]:
        i, phi = folds["I"], folds["phi"]
        rows = [
            k
            for k in range(len(folds) - 1)
            if (phi[k] - section.value) * (phi[k + 1] - section.value) <= 0
        ]
        crossings = [
            i[k] + (section.value - phi[k]) / (phi[k + 1] - phi[k]) * (i[k + 1] - i[k])
            for k in rows
        ]
        assert min(abs(section.edges[-2] - value) for value in crossings) < 1.0  # a straight line


def test_tables(plane):
    frame = plane.to_dataframe()
    assert list(frame["phi"]) == [section.value for section in plane.sections]
    assert frame["hodgkin_class"].iloc[0] == 1
    assert frame["onset"].iloc[0] == "snic"
    told = json.loads(json.dumps(plane.to_dict(), allow_nan=False))
    assert told["sections"][0]["regions"][0] == "silent"


def test_reset_models():
    """Of the leaky neuron with unit resistance: silent below threshold, class 1 above
    (I = V_th - E for every time constant)."""
    model = rb.models.leaky()
    name = next(n for n in model.parameters if n.startswith("tau"))
    plane = rb.excitability_map(
        model, ("I", name), {"I": (0, 4), name: (5, 20)}, sections=2, curves=False
    )
    assert [section.regions for section in plane.sections] == [("silent", "class 1")] * 2
    assert plane.sections[0].edges[1] == pytest.approx(1.5, abs=1e-9)


def test_interruption_keeps_sections():
    def stop(name, value):
        if value > 0.2:
            raise KeyboardInterrupt

    model = rb.models.morris_lecar("snic")
    plane = rb.excitability_map(model, ("I", "phi"), BOX, sections=7, progress=stop)
    assert plane.status is rb.Status.INTERRUPTED
    assert 0 < len(plane.sections) < 7


def test_wrong_questions(plane):
    model = rb.models.morris_lecar()
    with pytest.raises(rb.InvalidArgument, match="2 or more"):
        rb.excitability_map(model, ("I", "phi"), BOX, sections=1)
    with pytest.raises(rb.InvalidArgument, match="two different"):
        rb.excitability_map(model, ("I", "I"), dict(I=(0, 1)))
    with pytest.raises(rb.UnknownName, match="psi"):
        plane.at(I=0, psi=1)
    with pytest.raises(rb.InvalidArgument, match="give I and phi"):
        plane.at(I=0)
    with pytest.raises(rb.InvalidArgument, match="outside the map"):
        plane.at(I=500, phi=0.1)
