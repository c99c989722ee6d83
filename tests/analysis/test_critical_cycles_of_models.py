"""Curves of cycle bifurcations of neurons and of Lorenz-84 in two parameters: points of codimension
two against AUTO-07p and 40-digit solutions, whole curves against AUTO in the same run."""

import numpy as np
import pytest
import rheobase as rb
from auto_runs import Auto, needs_auto

# AUTO-07p with short steps, then mpmath: to 1e-8 and 1e-7
BAUTIN = {
    "hopf": (124.470635835319, 0.306345031784573),
    "homoclinic": (-6.54778074323523, 0.377721229629398),
}
KNOWN = {"hopf": 1e-10, "homoclinic": 1e-8}
LORENZ = rb.Model(
    "Lorenz 84 with a fourth variable",
    """
    X' = -Y^2 - Z^2 - alpha*X + alpha*F - gamma*U^2
    Y' = X*Y - beta*X*Z - Y + G
    Z' = beta*X*Y + X*Z - Z
    U' = -delta*U + gamma*U*X + T
    """,
    parameters=dict(alpha=0.25, beta=1, gamma=0.987, delta=1.04, G=0.25, F=1.7, T=0.002),
    start=dict(X=1, Y=0, Z=0, U=0.1),
)


def at(point, *names):
    return [point.parameters[name] for name in names]


@pytest.mark.parametrize(("regime", "first"), [("hopf", 60), ("homoclinic", -40)])
def test_cycle_folds_of_morris_lecar_end_at_a_bautin_point(regime, first):
    neuron = rb.models.morris_lecar(regime)
    fold = rb.bifurcation_diagram(neuron, "I", (-50, 200)).first("cycle fold")
    box = dict(I=(first, 160), phi=(0.03, 0.5))
    branch = rb.continue_bifurcation(fold, ("I", "phi"), box)
    (bautin,) = branch.special
    assert bautin.kind == "bautin"
    np.testing.assert_allclose(at(bautin, "I", "phi"), BAUTIN[regime], rtol=KNOWN[regime])
    assert set(branch.ends) == {rb.Status.HOPF_REACHED, rb.Status.RANGE_REACHED}
    i = int(np.argmin(np.abs(branch["I"] - fold["I"])))
    assert branch["I"][i] == pytest.approx(fold["I"], rel=1e-7)
    cycle = branch.orbit(i)
    assert cycle.period == pytest.approx(fold.period, rel=1e-6)
    with pytest.raises(rb.InvalidArgument, match="both change along this curve"):
        branch.at(I=90)


def test_from_a_bautin_point_of_morris_lecar():
    neuron = rb.models.morris_lecar("homoclinic")
    box = dict(I=(-40, 60), phi=(0.01, 0.5))
    hopf = rb.continue_equilibria(neuron, "I", (-50, 200)).first("hopf")
    bautin = rb.continue_bifurcation(hopf, ("I", "phi"), box).first("bautin")
    branch = rb.continue_bifurcation(bautin)
    assert [point.label for point in branch.special] == ["GH"]
    np.testing.assert_allclose(at(branch.special[0], "I", "phi"), BAUTIN["homoclinic"], rtol=1e-8)
    # the fold at phi = 0.23 lies on it: 40.5933519583 (AUTO-07p)
    I, phi = branch["I"], branch["phi"]
    order = np.argsort(phi)
    assert np.interp(0.23, phi[order], I[order]) == pytest.approx(40.59, abs=0.3)


def test_tori_of_lorenz_84():
    """Double Hopf points at (2.53322110696, -+0.0262739429831) in 40 digits: from there a curve of
    torus bifurcations, which begins at the point itself."""
    hopf = rb.continue_equilibria(LORENZ, "F", (1, 3.5)).first("hopf")
    box = dict(F=(1, 4), T=(-0.1, 0.1))
    curve = rb.continue_bifurcation(hopf, ("F", "T"), box, max_step=0.05)
    double = curve.all("hopf-hopf")
    assert len(double) == 2
    branch = rb.continue_bifurcation(double[0])
    assert branch.kind == "torus"
    (found,) = branch.all("hopf-hopf")
    exact = [2.53322110696, np.sign(double[0]["T"]) * 0.0262739429831]
    np.testing.assert_allclose(at(found, "F", "T"), exact, rtol=1e-9)
    assert rb.Status.HOPF_REACHED in branch.ends
    # every row is a cycle with the multipliers exp(+-i theta)
    mu = np.exp(1j * branch["theta"])
    assert np.abs(branch.multipliers - mu[:, None]).min(axis=1).max() < 1e-6


def test_tori_of_hodgkin_huxley_join_folds_and_doublings():
    """The resonances 1:1 on the folds and 1:2 on the doublings are the ends of the tori, which are
    found from either: three different defining systems."""
    axon = rb.models.hodgkin_huxley()
    box = dict(I=(-20, 150), g_K=(10, 60))
    hopf = rb.continue_equilibria(axon, "I", (0, 200)).first("hopf")
    family = rb.continue_cycles(hopf)
    folds = rb.continue_bifurcation(family.all("cycle fold")[-1], ("I", "g_K"), box)
    doublings = rb.continue_bifurcation(family.first("period doubling"), ("I", "g_K"), box)
    assert doublings.ends[1] is rb.Status.CLOSED
    ones, twos = folds.all("resonance 1:1"), doublings.all("resonance 1:2")
    assert (len(ones), len(twos)) == (2, 2)
    for one in ones:
        tori = rb.continue_bifurcation(one)
        assert [point.label for point in tori.special] == ["R1", "R4", "R3", "R2"]
        end = at(tori.first("R2"), "I", "g_K")
        two = min(twos, key=lambda point: abs(point["I"] - end[0]))
        np.testing.assert_allclose(end, at(two, "I", "g_K"), rtol=1e-6)
        back = rb.continue_bifurcation(two).first("R1")
        np.testing.assert_allclose(at(back, "I", "g_K"), at(one, "I", "g_K"), rtol=1e-6)


@needs_auto
def test_cycle_folds_of_hodgkin_huxley_against_auto(tmp_path):
    """The curve of folds in (I, g_K) through the one at I = 6.1442 leaves the box where AUTO's
    does, on 150 intervals both."""
    axon = rb.models.hodgkin_huxley()
    box = dict(I=(-50, 200), g_K=(20, 50))
    hopf = rb.continue_equilibria(axon, "I", (0, 200)).first("hopf")
    fold = rb.continue_cycles(hopf, mesh=150).all("cycle fold")[-1]
    branch = rb.continue_bifurcation(fold, ("I", "g_K"), box, mesh=150)
    assert branch.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)

    auto = Auto(axon, "I", tmp_path)
    second = list(axon.parameters).index("g_K") + 1
    rest = auto.equilibria(0, 200, DS=0.1)
    family = auto.cycles(rest, rest.all("hopf")[0].label, 0, 200, NTST=150, DSMAX=2)
    last = family.all("cycle fold")[-1]
    settings = dict(IPS=2, ISW=2, NTST=150, ICP=[auto.index, second, 11], DSMAX=5.0, THL={11: 0.0})
    settings |= dict(UZSTOP={second: [20, 50]})
    data = auto.run(60, family, IRS=last.label, **settings)
    label = data.points[-1].label
    for row, way in ((int(np.argmin(branch["g_K"])), -0.1), (int(np.argmax(branch["g_K"])), 0.1)):
        run = auto.run(100, data, IRS=label, DS=way, **settings)
        g_K, period = run.rest[-1, -2:]
        assert g_K == pytest.approx(branch["g_K"][row], rel=1e-8)
        assert run.parameter[-1] == pytest.approx(branch["I"][row], rel=1e-6)
        assert period == pytest.approx(branch["period"][row], rel=1e-6)


@pytest.mark.parametrize(
    ("model", "names", "box"),
    [
        (rb.models.morris_lecar("snic"), ("I", "g_Ca"), dict(I=(-100, 200), g_Ca=(2, 8))),
        (
            rb.Model(
                "cubic recovery",
                "v' = v - v^3/3 - w + I\nw' = e*(a*v^2 + c*v + d*v^3 - w)",
                parameters=dict(I=0, a=0.5, c=0.5, d=0.1, e=0.3),
                start=dict(v=-1, w=0),
            ),
            ("I", "c"),
            dict(I=(-3, 3), c=(-2, 3)),
        ),
    ],
)
def test_folds_of_planar_cycles_have_no_divergence(model, names, box):
    """The multiplier of a planar cycle is the exponential of the integral of div f along it, which
    is 0 at a fold: by the trapezoidal rule on the orbits, until a homoclinic orbit is near."""
    found = rb.bifurcation_set(model, names, box)
    curves = found.all_of("cycle fold")
    assert curves
    assert not [point for curve in curves for point in curve.special if point.label == "CPC"]
    for curve in curves:
        for i in range(0, len(curve), 3):
            cycle = curve.orbit(i)
            if not np.isfinite(cycle.period) or np.ptp(cycle[model.states[0]]) < 1e-3:
                continue
            t = np.linspace(0, cycle.period, 40_001)
            p = cycle.model.field.parameter_array(cycle.model.parameters)
            jacobian = cycle.model.field.jacobian(cycle(t), p)
            assert abs(np.trapezoid(np.trace(jacobian), t)) < 0.03
