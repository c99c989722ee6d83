"""Curves of folds, flips, Hopf and Neimark-Sacker points in two parameters."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st

AUTO = json.loads((Path(__file__).parents[1] / "reference/codim2.json").read_text())
CUSP = rb.Model("cusp", "x' = b1 + b2*x - x^3", parameters=dict(b1=-1, b2=1), start=dict(x=-1.3))
LORENZ_84 = dict(F=(0, 4), T=(-0.3, 0.3))


def told(curve):
    """Labels, with the two parameters."""
    return [(p.label, *(p.parameters[name] for name in curve.plane)) for p in curve.special]


def only(curve, kind):
    (point,) = curve.all(kind)
    return point


def near(point, tolerance, **values):
    for name, value in values.items():
        assert point.parameters[name] == pytest.approx(value, abs=tolerance), (name, point)


def test_folds_of_the_cusp():
    """b1 = -+ 2 (b2/3)^(3/2), cusp at 0 with c = -1."""
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-0.5, 1)))
    np.testing.assert_allclose(
        np.abs(curve["b1"]), 2 * np.abs(curve["b2"] / 3) ** 1.5, rtol=0, atol=1e-12
    )
    (cusp,) = curve.special
    near(cusp, 1e-12, b1=0, b2=0)
    assert cusp.coefficient == pytest.approx(-1, abs=1e-12)
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    again = rb.continue_bifurcation(cusp)
    assert told(again)[0][0] == "CP"
    assert again["b2"].max() == 1


def bogdanov_takens(b1=-0.1, b2=-0.5, s=-1):
    return rb.Model(
        "Bogdanov-Takens",
        "x' = y\ny' = b1 + b2*x + x^2 + s*x*y",
        parameters=dict(b1=b1, b2=b2, s=s),
        start=dict(x=0, y=0),
    )


@pytest.mark.parametrize("s", [-1, 1])
def test_bogdanov_takens(s):
    """Fold b1 = b2^2/4; Hopf b1 = 0 for b2 < 0, neutral saddles beyond; a = 1, b = s."""
    model = bogdanov_takens(s=s)
    rest = rb.continue_equilibria(model, "b1", (-0.5, 0.5))
    box = dict(b1=(-0.5, 0.5), b2=(-1, 1))
    folds = rb.continue_bifurcation(rest.first("fold"), ("b1", "b2"), box)
    np.testing.assert_allclose(folds["b1"], folds["b2"] ** 2 / 4, atol=1e-12)
    hopfs = rb.continue_bifurcation(rest.first("hopf"), ("b1", "b2"), box)
    np.testing.assert_allclose(hopfs["b1"], 0, atol=1e-12)
    assert (np.isnan(hopfs["omega"]) == (hopfs["b2"] > -1e-9)).all()
    oscillating = ~np.isnan(hopfs["omega"])
    np.testing.assert_allclose(
        hopfs["omega"][oscillating] ** 2, -hopfs["b2"][oscillating], atol=1e-10
    )
    assert hopfs["b2"].min() == -1
    assert hopfs["b2"].max() == 1
    for curve in (folds, hopfs):
        (point,) = curve.special
        assert point.label == "BT"
        near(point, 1e-11, b1=0, b2=0)
        assert point.coefficient == pytest.approx((1, s), abs=1e-9)
    switched = rb.continue_bifurcation(point, kind="fold")
    np.testing.assert_allclose(switched["b1"], switched["b2"] ** 2 / 4, atol=1e-12)
    switched = rb.continue_bifurcation(folds.special[0], kind="hopf")
    np.testing.assert_allclose(switched["b1"], 0, atol=1e-12)


@pytest.mark.parametrize("s", [-1, 1])
def test_bautin(s):
    """r' = b1 r + b2 r^3 + s r^5: with <q, q> = 1 l2 = 4 s."""
    model = rb.Model(
        "Bautin",
        """
        x' = b1*x - y + b2*x*r2 + s*x*r2^2
        y' = x + b1*y + b2*y*r2 + s*y*r2^2
        r2 = x^2 + y^2
        """,
        parameters=dict(b1=-0.5, b2=0.7, s=s),
        start=dict(x=0, y=0),
    )
    hopf = rb.continue_equilibria(model, "b1", (-1, 1)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    (point,) = curve.special
    assert point.label == "GH"
    near(point, 1e-12, b1=0, b2=0)
    assert point.coefficient == pytest.approx(4 * s, rel=1e-10)
    np.testing.assert_allclose(curve["l1"], 2 * curve["b2"], atol=1e-10)


@settings(max_examples=10, deadline=None)
@given(
    shear=st.floats(-1, 1),
    stretch=st.floats(0.2, 5),
    quintic=st.floats(-2, 2).filter(lambda c: abs(c) > 0.1),
)
def test_l2_in_other_coordinates(shear, stretch, quintic):
    """l2 of the Bautin form in coordinates u = x + shear y^2, v = stretch y: it is the form's
    4 s divided by (q's squared norm in the new units)^2, the norm of (1, -i)/sqrt 2 being 1."""
    model = rb.Model(
        "sheared",
        """
        u' = X + 2*h*y*Y
        v' = k*Y
        y = v/k
        x = u - h*y^2
        r2 = x^2 + y^2
        X = b1*x - y + b2*x*r2 + c*x*r2^2
        Y = x + b1*y + b2*y*r2 + c*y*r2^2
        """,
        parameters=dict(b1=-0.5, b2=0.7, c=quintic, h=shear, k=stretch),
        start=dict(u=0, v=0),
    )
    hopf = rb.continue_equilibria(model, "b1", (-1, 1)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    point = only(curve, "bautin")
    near(point, 1e-9, b1=0, b2=0)
    square = (1 + stretch**2) / 2  # |q|^2 of an orbit of radius 1 in x, y
    assert point.coefficient == pytest.approx(4 * quintic / square**2, rel=1e-7)


def test_hodgkin_huxley_against_auto():
    """Cusp, two Bogdanov-Takens and three Bautin points of (I, E_K); mpmath and AUTO-07p."""
    model = rb.models.hodgkin_huxley()
    rest = rb.continue_equilibria(model, "I", (0, 200))
    box = dict(I=(-150, 300), E_K=(-110, 0))
    hopfs = [rb.continue_bifurcation(p, ("I", "E_K"), box) for p in rest.all("hopf")]
    folds = rb.continue_bifurcation(hopfs[0].first("BT"), kind="fold")
    found = {
        "CP": folds.all("CP"),
        "BT": folds.all("BT"),
        "GH": [p for curve in hopfs for p in curve.all("GH")],
    }
    for entry in AUTO["hodgkin_huxley"]:
        nearest = min(found[entry["type"]], key=lambda p: abs(p.parameters["I"] - entry["I"]))
        near(nearest, 10 * entry["tolerance"], I=entry["I"], E_K=entry["EK"])
    assert {label: len(points) for label, points in found.items()} == {"CP": 1, "BT": 2, "GH": 3}
    assert [len(curve.all("BT")) for curve in hopfs] == [1, 1]
    assert all(end is rb.Status.RANGE_REACHED for curve in (*hopfs, folds) for end in curve.ends)


def test_equilibria_at_other_values():
    """Folds and Hopf points of HH at other E_K (AUTO-07p) lie on the curves."""
    model = rb.models.hodgkin_huxley()
    rest = rb.continue_equilibria(model, "I", (0, 200))
    box = dict(I=(-150, 300), E_K=(-110, -20))
    curves = [rb.continue_bifurcation(p, ("I", "E_K"), box) for p in rest.all("hopf")]
    curves.append(rb.continue_bifurcation(curves[0].first("BT"), kind="fold"))
    for E_K, points in AUTO["hodgkin_huxley_at"].items():
        for label, current, V in points:
            kind = "fold" if label == "LP" else "hopf"
            found = [
                (row, curve)
                for curve in curves
                if curve.kind == kind
                for row in np.flatnonzero(
                    (curve["E_K"][:-1] - float(E_K)) * (curve["E_K"][1:] - float(E_K)) <= 0
                )
            ]
            at = []
            for row, curve in found:
                a, b = curve["E_K"][row : row + 2]
                part = (float(E_K) - a) / (b - a) if a != b else 0.0
                at.append([c[row] + part * (c[row + 1] - c[row]) for c in (curve["I"], curve["V"])])
            miss = min(abs(I - current) + abs(v - V) for I, v in at)
            assert miss < 0.5, (E_K, label, current, V, at)  # a straight line between two points


@pytest.mark.parametrize(
    ("regime", "kind", "label", "values", "tolerance"),
    [
        ("hopf", "hopf", "GH", dict(I=124.470635835319, phi=0.306345031784573), 1e-8),
        ("snic", "hopf", "BT", dict(I=-9.94903932262306, phi=0.390961956182577), 1e-9),
        ("homoclinic", "hopf", "GH", dict(I=-6.54778074323523, phi=0.377721229629398), 1e-7),
        ("homoclinic", "fold", "BT", dict(I=-9.94903932262306, phi=0.390961956182577), 1e-9),
    ],
)
def test_morris_lecar_against_auto(regime, kind, label, values, tolerance):
    model = rb.models.morris_lecar(regime)
    rest = rb.continue_equilibria(model, "I", (-100, 300))
    box = dict(I=(-100, 400), phi=(0.001, 1))
    points = [
        p
        for start in rest.all(kind)
        for p in rb.continue_bifurcation(start, ("I", "phi"), box).all(label)
    ]
    nearest = min(points, key=lambda p: abs(p.parameters["I"] - values["I"]))
    near(nearest, tolerance, **values)


def test_the_hopf_curve_of_morris_lecar_has_no_other_points():
    """Beyond a Bogdanov-Takens point real eigenvalues add up to zero; AUTO stops or loops there and
    prints three false Bautin points beside it."""
    model = rb.models.morris_lecar("snic")
    hopf = rb.continue_equilibria(model, "I", (-100, 300)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("I", "phi"), dict(I=(-100, 400), phi=(0.001, 1)))
    assert sorted(point.label for point in curve.special) == ["BT", "BT", "GH"]
    beyond = np.isnan(curve["omega"])
    assert beyond.any()
    values = curve.spectrum[beyond]
    np.testing.assert_allclose(values.real.sum(axis=1), 0, atol=1e-8)
    assert np.abs(values.imag).max() < 1e-8


def test_lorenz_84():
    """Bogdanov-Takens, zero-Hopf, double Hopf and Bautin points (the extended model of Kuznetsov,
    Meijer and van Veen 2004, located with 40 digits); none where l1 passes through infinity."""
    model = rb.models.lorenz_84().replace(F=0.1)
    rest = rb.continue_equilibria(model, "F", (0.1, 4))
    outer = rb.continue_bifurcation(rest.first("hopf"), ("F", "T"), LORENZ_84)
    expected = {
        "BT": (1.44671670112, 0.0209401696833),
        "HH": (2.53322110696, 0.0262739429831),
        "GH": (2.3763600882, 0.050197432008),
    }
    assert sorted(label for label, *_ in told(outer)) == ["BT", "BT", "GH", "GH", "HH", "HH"]
    for label, F, T in told(outer):
        assert pytest.approx(expected[label][0], abs=1e-10) == F
        assert abs(T) == pytest.approx(expected[label][1], abs=1e-11)
    folds = rb.continue_bifurcation(outer.first("BT"), kind="fold")
    assert sorted(label for label, *_ in told(folds)) == ["BT", "BT", "CP", "ZH", "ZH"]
    for point in folds.all("ZH"):
        assert point.parameters["F"] == pytest.approx(1.28341929614, abs=1e-10)
        assert abs(point.parameters["T"]) == pytest.approx(0.00012654083412, abs=1e-12)
    inner = rb.continue_bifurcation(folds.first("ZH"), kind="hopf")
    assert sorted(label for label, *_ in told(inner)) == ["HH", "HH", "ZH", "ZH"]
    for point in inner.all("ZH"):
        assert point.parameters["F"] == pytest.approx(1.28341929614, abs=1e-10)


def test_wilson_cowan_is_symmetric():
    """(rho_x, rho_y) -> (-rho_x, -12 - rho_y); numbers located with 40 digits."""
    model = rb.models.wilson_cowan("hoppensteadt-izhikevich")
    rest = rb.continue_equilibria(model, "rho_x", (-10, 10))
    box = dict(rho_x=(-10, 10), rho_y=(-16, 4))
    folds = rest.all("fold")
    assert len(folds) == 4
    found = [
        p
        for fold in (folds[0], folds[-1])
        for p in rb.continue_bifurcation(fold, ("rho_x", "rho_y"), box).special
    ]
    expected = {
        ("CP", -3.002006689, -5.290668099),
        ("CP", 3.002006689, -6.709331901),
        ("BT", -3.178438706, -5.708287794),
        ("BT", 5.908595234, -1.445562928),
        ("BT", 3.178438706, -6.291712206),
        ("BT", -5.908595234, -10.554437072),
    }
    rounded = {
        (p.label, round(p.parameters["rho_x"], 9), round(p.parameters["rho_y"], 9)) for p in found
    }
    assert rounded == expected


def test_mean_field_of_quadratic_neurons():
    """Montbrio, Pazo and Roxin 2015: cusp at eta = -sqrt 3 Delta, J = 7.79621703667."""
    model = rb.Model(
        "mean field",
        """
        r' = Delta/pi + 2*r*v
        v' = v^2 + eta + J*r - (pi*r)^2
        """,
        parameters=dict(Delta=1, J=15, eta=-10),
        start=dict(r=0.1, v=-2),
    )
    rest = rb.continue_equilibria(model, "eta", (-10, 5))
    assert [p.value for p in rest.all("fold")] == pytest.approx(
        [-3.1361340862, -5.7435271617], abs=1e-9
    )
    curve = rb.continue_bifurcation(rest.first("fold"), ("eta", "J"), dict(eta=(-20, 5), J=(0, 40)))
    near(only(curve, "cusp"), 1e-10, eta=-math.sqrt(3), J=7.79621703667)


def test_two_hopf_points_at_once():
    """r1' = r1 (m1 - r1^2 - 2 r2^2), r2' = r2 (m2 - 3 r1^2 - r2^2): with <q, q> = 1 the squares
    double, theta = 2 and delta = 3."""
    model = rb.Model(
        "double",
        """
        x' = m1*x - y - x*(R + 2*S)
        y' = x + m1*y - y*(R + 2*S)
        u' = m2*u - w*v - u*(3*R + S)
        v' = w*u + m2*v - v*(3*R + S)
        R = x^2 + y^2
        S = u^2 + v^2
        """,
        parameters=dict(m1=-0.5, m2=-0.3, w=math.sqrt(2)),
        start=dict(x=0, y=0, u=0, v=0),
    )
    hopf = rb.continue_equilibria(model, "m1", (-0.5, 0.5)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("m1", "m2"), dict(m1=(-0.5, 0.5), m2=(-0.5, 0.5)))
    (point,) = curve.special
    assert point.label == "HH"
    near(point, 1e-12, m1=0, m2=0)
    assert point.coefficient == pytest.approx((2, 3), rel=1e-9)
    assert [point.notes[k] for k in ("p11", "p12", "p21", "p22")] == pytest.approx(
        [-2, -4, -6, -2], rel=1e-9
    )


def test_zero_hopf():
    """u' = b1 + u^2 - R, z' = (b2 + i w + theta u) z: s = -1, theta as it stands."""
    model = rb.Model(
        "zero-Hopf",
        """
        u' = b1 + u^2 - x^2 - y^2
        x' = (b2 + h*u)*x - w*y
        y' = w*x + (b2 + h*u)*y
        """,
        parameters=dict(b1=-0.25, b2=-0.1, h=0.7, w=2),
        start=dict(u=-0.5, x=0, y=0),
    )
    rest = rb.continue_equilibria(model, "b1", (-0.25, 0.2))
    fold = rb.continue_bifurcation(
        rest.first("fold"), ("b1", "b2"), dict(b1=(-0.5, 0.5), b2=(-0.5, 0.5))
    )
    (point,) = fold.special
    assert point.label == "ZH"
    near(point, 1e-11, b1=0, b2=0)
    assert point.coefficient == pytest.approx((-1, 0.7), abs=1e-9)
    hopfs = rb.continue_bifurcation(point, kind="hopf")
    np.testing.assert_allclose(hopfs["b1"], -((hopfs["b2"] / 0.7) ** 2), atol=1e-11)
    assert [p.label for p in hopfs.special] in (["ZH"], [])


def test_neutral_saddles_make_no_zero_hopf():
    """A fold on which two real eigenvalues add up to zero."""
    model = rb.Model(
        "neutral",
        "u' = b1 + u^2\nx' = (1 + b2)*x\ny' = -y",
        parameters=dict(b1=-0.25, b2=-0.1),
        start=dict(u=-0.5, x=0, y=0),
    )
    fold = rb.continue_equilibria(model, "b1", (-0.25, 0.2)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-0.5, 0.5), b2=(-0.5, 0.5)))
    assert told(curve) == []


def test_henon_map():
    """Fold a = -(1-b)^2/4, flip a = 3 (1-b)^2/4; double multipliers at b = -1."""
    model = rb.models.henon()
    rest = rb.continue_equilibria(model, "a", (1.4, -1))
    box = dict(a=(-2, 4), b=(-1.5, 0.5))
    folds = rb.continue_bifurcation(rest.first("fold"), ("a", "b"), box)
    np.testing.assert_allclose(folds["a"], -((1 - folds["b"]) ** 2) / 4, atol=1e-12)
    near(only(folds, "resonance 1:1"), 1e-10, a=-1, b=-1)
    flips = rb.continue_bifurcation(rest.first("flip"), ("a", "b"), box)
    np.testing.assert_allclose(flips["a"], 3 * (1 - flips["b"]) ** 2 / 4, atol=1e-11)
    near(only(flips, "resonance 1:2"), 1e-10, a=3, b=-1)
    assert [len(curve.special) for curve in (folds, flips)] == [1, 1]


def test_resonances_of_a_delayed_map():
    """x -> r x (1 - y) + e x^2, y -> x: the multipliers' product r x is 1 on e = r (2 - r), where
    their sum is 3 - r."""
    model = rb.Model.map(
        "delayed",
        "x = r*x*(1 - y) + e*x^2\ny = x",
        parameters=dict(r=1.5, e=0),
        start=dict(x=0.3, y=0.3),
    )
    point = rb.continue_equilibria(model, "r", (1.2, 2.5)).first("neimark-sacker")
    curve = rb.continue_bifurcation(point, ("r", "e"), dict(r=(0.5, 6), e=(-20, 3)))
    np.testing.assert_allclose(curve["e"], curve["r"] * (2 - curve["r"]), atol=1e-10)
    assert told(curve) == [
        ("R1", pytest.approx(1), pytest.approx(1)),
        ("R4", pytest.approx(3), pytest.approx(-3)),
        ("R3", pytest.approx(4), pytest.approx(-8)),
        ("R2", pytest.approx(5), pytest.approx(-15)),
    ]


def test_a_closed_curve():
    """b1 = x - x^3/3 + ..., folds on an ellipse in the plane: x' = x^2 + b1^2 + b2^2 - 1."""
    model = rb.Model(
        "ring", "x' = x^2 + a^2 + b^2 - 1", parameters=dict(a=0.5, b=0), start=dict(x=-0.8)
    )
    fold = rb.continue_equilibria(model, "a", (0.5, 1.5)).first("fold")
    curve = rb.continue_bifurcation(fold, ("a", "b"), dict(a=(-2, 2), b=(-2, 2)))
    assert curve.ends[1] is rb.Status.CLOSED
    np.testing.assert_allclose(curve["a"] ** 2 + curve["b"] ** 2, 1, atol=1e-12)


def test_a_point_restarts_after_loading(tmp_path):
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-0.5, 1)))
    rb.save(curve, tmp_path / "curve.npz")
    loaded = rb.load(tmp_path / "curve.npz")
    assert loaded.to_dict() == curve.to_dict()
    again = rb.continue_bifurcation(loaded.first("cusp"))
    assert len(again) > 5
    assert json.loads(json.dumps(again.to_dict(), allow_nan=False))["plane"]["b2"] == [-0.5, 1]
    assert list(again.to_dataframe().columns[:3]) == ["b1", "b2", "x"]


@settings(max_examples=15, deadline=None)
@given(units=st.tuples(*[st.floats(-3, 3)] * 3))
def test_units_change_nothing(units):
    """Points of codimension two, with state and parameters in other units."""
    x, a, b = (10.0**u for u in units)
    model = rb.Model(
        "Bogdanov-Takens",
        """
        u' = k*y
        v' = k*(b1 + b2*x + x^2 - x*y)
        x = u/k
        y = v/k
        b1 = p/l
        b2 = q/m
        """,
        parameters=dict(p=-0.1 * a, q=-0.5 * b, k=x, l=a, m=b),
        start=dict(u=0, v=0),
    )
    rest = rb.continue_equilibria(model, "p", (-0.5 * a, 0.5 * a))
    curve = rb.continue_bifurcation(
        rest.first("hopf"), ("p", "q"), dict(p=(-0.5 * a, 0.5 * a), q=(-b, b))
    )
    (point,) = curve.special
    assert point.label == "BT"
    assert abs(point.parameters["p"]) < 1e-9 * a
    assert abs(point.parameters["q"]) < 1e-9 * b


def test_wrong_questions():
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    box = dict(b1=(-1, 1), b2=(-1, 1))
    with pytest.raises(rb.InvalidArgument, match="special point"):
        rb.continue_bifurcation(CUSP, ("b1", "b2"), box)
    with pytest.raises(rb.InvalidArgument, match="two different parameters"):
        rb.continue_bifurcation(fold, ("b1", "b1"), box)
    with pytest.raises(rb.UnknownName, match="b3"):
        rb.continue_bifurcation(fold, ("b1", "b3"), box)
    with pytest.raises(rb.InvalidArgument, match="range for each"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1)))
    with pytest.raises(rb.InvalidArgument, match="outside the box"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(2, 3)))
    with pytest.raises(rb.InvalidArgument, match="two different finite"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, math.nan), b2=(2, 3)))
    with pytest.raises(rb.InvalidArgument, match="kind = fold"):
        rb.continue_bifurcation(fold, ("b1", "b2"), box, kind="hopf")
    with pytest.raises(rb.InvalidArgument, match="max_step"):
        rb.continue_bifurcation(fold, ("b1", "b2"), box, max_step=-1)
    with pytest.raises(rb.UnknownName):
        rb.continue_bifurcation(fold, ("b1", "b2"), box)["c"]
