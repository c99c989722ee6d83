"""All curves in a plane of two parameters."""

import json

import numpy as np
import pytest
import rheobase as rb

PLANE = ("I", "phi")
BOX = dict(I=(-50, 150), phi=(0.05, 0.45))


@pytest.fixture(scope="module")
def found():
    return rb.bifurcation_set(rb.models.morris_lecar("homoclinic"), PLANE, BOX)


def test_morris_lecar(found):
    """Points located with AUTO-07p and 40 digits (tests/reference/auto.json). The fold values
    don't depend on phi; the curve of cycle folds ends at the Bautin point, that of homoclinics at
    the Bogdanov-Takens point and where the SNIC begins."""
    kinds = sorted(curve.kind for curve in found.curves)
    assert kinds == ["cycle fold", "fold", "fold", "homoclinic", "hopf", "snic"]
    (bautin,) = found.all("GH")
    assert bautin.parameters["I"] == pytest.approx(-6.54778074323523, abs=1e-7)
    assert bautin.parameters["phi"] == pytest.approx(0.377721229629398, abs=1e-8)
    (corner,) = found.all("BT")
    assert corner.parameters["I"] == pytest.approx(-9.94903932262306, abs=1e-9)
    assert corner.parameters["phi"] == pytest.approx(0.390961956182577, abs=1e-9)
    for curve in found.all_of("fold"):
        value = min((-9.94903932262306, 39.9631530927), key=lambda v: abs(v - curve["I"][0]))
        np.testing.assert_allclose(curve["I"], value, atol=1e-9)
    (noncentral,) = found.all("NCH")
    assert noncentral.parameters["I"] == pytest.approx(39.9631530927, abs=1e-7)


def test_it_is_saved_and_told(found, tmp_path):
    rb.save(found, tmp_path / "curves.npz")
    loaded = rb.load(tmp_path / "curves.npz")
    assert loaded.to_dict() == found.to_dict()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["plane"]["I"] == [-50, 150]
    frame = found.to_dataframe()
    assert set(frame["kind"]) == {curve.kind for curve in found.curves}
    assert len(frame) == sum(map(len, found.curves))
    assert "GH" in repr(found)
    again = rb.continue_bifurcation(loaded.first("GH"), kind="hopf")
    assert again.kind == "hopf"


def test_only_one_kind():
    found = rb.bifurcation_set(rb.models.morris_lecar("snic"), PLANE, BOX, kinds=["fold"])
    assert [curve.kind for curve in found.curves] == ["fold", "fold"]


def test_sections_find_what_the_model_does_not_meet():
    """x' = b1 + x^2 + b2^2 - 1: a circle of folds, which b2 = 2 misses."""
    model = rb.Model(
        "ring", "x' = b1^2 + b2^2 - 1 + x^2", parameters=dict(b1=0, b2=2), start=dict(x=0)
    )
    box = dict(b1=(-3, 3), b2=(-3, 3))
    assert rb.bifurcation_set(model, ("b1", "b2"), box).curves == ()
    (curve,) = rb.bifurcation_set(model, ("b1", "b2"), box, sections=[0.5]).curves
    np.testing.assert_allclose(curve["b1"] ** 2 + curve["b2"] ** 2, 1, atol=1e-10)


def test_interruption_keeps_what_there_is():
    def stop(kind, value):
        if kind == "hopf":
            raise KeyboardInterrupt

    found = rb.bifurcation_set(rb.models.morris_lecar("snic"), PLANE, BOX, progress=stop)
    assert found.status is rb.Status.INTERRUPTED
    assert "fold" in [curve.kind for curve in found.curves]


def test_wrong_questions():
    model = rb.models.morris_lecar()
    with pytest.raises(rb.InvalidArgument, match="two different parameters"):
        rb.bifurcation_set(model, "I", BOX)
    with pytest.raises(rb.InvalidArgument, match="kind is one of"):
        rb.bifurcation_set(model, PLANE, BOX, kinds=["hopff"])
    with pytest.raises(rb.InvalidArgument, match="sections are values of phi"):
        rb.bifurcation_set(model, PLANE, BOX, sections=[2])
    with pytest.raises(rb.InvalidArgument, match="range for each"):
        rb.bifurcation_set(model, PLANE, dict(I=(0, 1)))
