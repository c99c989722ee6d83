"""Curves of folds and Hopf points of models, against AUTO-07p, mpmath and papers."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from special_points import near, only, told

AUTO = json.loads((Path(__file__).parents[1] / "reference/codim2.json").read_text())


LORENZ_84 = dict(F=(0, 4), T=(-0.3, 0.3))


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
