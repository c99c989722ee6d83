"""Curves of saddle homoclinics of models, against shooting by SciPy and AUTO-07p."""

import math

import numpy as np
import pytest
import rheobase as rb
from auto_runs import Auto, needs_auto
from connecting_orbits import closing
from scipy.integrate import solve_ivp


def turns_over(rho, sigma, beta):
    """Whether the unstable manifold of the origin of Lorenz's equations crosses x = 0 before x has
    a minimum."""
    grow = (-(sigma + 1) + math.sqrt((sigma - 1) ** 2 + 4 * sigma * rho)) / 2

    def rates(t, s):
        x, y, z = s
        return [sigma * (y - x), rho * x - y - x * z, x * y - beta * z]

    def across(t, s):
        return s[0]

    def lowest(t, s):
        return s[1] - s[0]

    across.terminal = lowest.terminal = True
    across.direction, lowest.direction = -1, 1
    aside = 1e-6
    run = solve_ivp(
        *(rates, (0, 100), [aside, aside * (1 + grow / sigma), 0.0]),
        **dict(method="DOP853", rtol=1e-12, atol=1e-16, events=[across, lowest]),
    )
    return len(run.t_events[0]) > 0


@pytest.mark.parametrize(
    "names, box",
    [
        (("rho", "sigma"), dict(rho=(5, 25), sigma=(4, 16))),
        (("rho", "beta"), dict(rho=(5, 40), beta=(1, 3))),
    ],
)
def test_lorenz(names, box):
    """Both ends of the curve are at edges of the box, and where bisection finds them."""
    point = rb.bifurcation_diagram(rb.models.lorenz(), "rho", (5, 28)).first("homoclinic")
    curve = rb.continue_bifurcation(point, names, box)
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    for row in (0, -1):
        values = dict(sigma=10.0, beta=8 / 3) | {name: curve[name][row] for name in names}
        rho = values.pop("rho")
        low, high = 0.98 * rho, 1.02 * rho
        assert not turns_over(low, **values)
        assert turns_over(high, **values)
        while high - low > 1e-9 * rho:
            middle = (low + high) / 2
            low, high = (low, middle) if turns_over(middle, **values) else (middle, high)
        assert rho == pytest.approx(low, rel=5e-9)
    grow = (-(1 + 10) + np.sqrt(81 + 40 * point["rho"])) / 2
    assert max(point.eigenvalues.real) == pytest.approx(grow, rel=1e-9)


@needs_auto
def test_against_homcont(tmp_path):
    """AUTO-07p's HomCont (IPS = 9) from the cycle of period 6, on the same Lorenz curve."""
    model = rb.models.lorenz().replace(rho=26)
    side = math.sqrt(8 / 3 * 25)
    auto = Auto(model, "rho", tmp_path, dict(x=side, y=side, z=25))
    rest = auto.equilibria(5, 28, DS=-0.01)
    hopf = rest.all("hopf")[0]
    few = dict(NTST=50, NMX=3000, DS=0.01, DSMAX=2.0)
    cycles = auto.cycles(rest, hopf.label, 5, 28, MAX_PERIOD=6.0, **few)
    homcont = dict(IPS=9, NUNSTAB=1, NSTAB=2, IEQUIB=1, ITWIST=0, ISTART=4, ICP=[2, 1], THL={})
    stop = dict(NTST=100, NMX=1000, DSMAX=0.5, ILP=0, ISP=0, UZSTOP={2: [5.0, 30.0], 1: [16.0]})
    ends = []
    for step in (0.01, -0.01):
        run = auto.run(
            60, cycles, IRS=cycles.points[-1].label, DS=step, NPR=10**4, **homcont, **stop
        )
        orbit = run.orbit(run.points[-1])
        ends.append((orbit.parameters[1], orbit.parameters[0]))
    point = rb.bifurcation_diagram(rb.models.lorenz(), "rho", (5, 28)).first("homoclinic")
    box = dict(rho=(5, 30), sigma=(2, 16))
    curve = rb.continue_bifurcation(point, ("rho", "sigma"), box, mesh=100)
    ours = sorted(zip(curve["rho"][[0, -1]], curve["sigma"][[0, -1]], strict=True))
    np.testing.assert_allclose(ours, sorted(ends), rtol=2e-10)


def test_morris_lecar(tmp_path):
    """I = 35.006734198 at phi = 0.23 (AUTO-07p); between the Bogdanov-Takens point (-9.94903932262,
    0.390961956183) (AUTO-07p, mpmath) and the fold 39.963153092745; saved and loaded in between."""
    model = rb.models.morris_lecar("homoclinic")
    diagram = rb.bifurcation_diagram(model, "I", (0, 100))
    rb.save(diagram, tmp_path / "diagram.npz")
    point = rb.load(tmp_path / "diagram.npz").first("homoclinic")
    curve = rb.continue_bifurcation(point, ("I", "phi"), dict(I=(-30, 100), phi=(0.01, 0.5)))
    start = int(np.argmin(np.abs(curve["phi"] - 0.23)))
    assert curve["I"][start] == pytest.approx(35.006734198, abs=4e-9)
    assert sorted(point.label for point in curve.special) == ["BT", "NCH"]
    end = curve.first("bogdanov-takens")
    assert end.parameters["I"] == pytest.approx(-9.94903932262306, abs=1e-9)
    assert end.parameters["phi"] == pytest.approx(0.390961956182577, abs=1e-11)
    rb.save(curve, tmp_path / "curve.npz")
    noncentral = rb.load(tmp_path / "curve.npz").first("noncentral homoclinic")
    back = rb.continue_bifurcation(noncentral)
    assert [point.label for point in back.special] == ["NCH", "BT"]
    assert back.all("BT")[0].parameters["I"] == pytest.approx(-9.94903932262306, abs=1e-9)


def saddle_of(model, guess):
    f = model.field
    p = f.parameter_array(model.parameters)
    x = np.array(guess)
    for _ in range(50):
        x = x - np.linalg.solve(f.jacobian(x, p), f.f(x, p))
    return x


def test_morris_lecar_by_shooting():
    model = rb.models.morris_lecar("homoclinic")
    point = rb.bifurcation_diagram(model, "I", (0, 100)).first("homoclinic")
    box = dict(I=(20, 100), phi=(0.01, 0.5))
    curve = rb.continue_bifurcation(point, ("I", "phi"), box)
    row = int(np.argmin(curve["I"]))
    assert curve["I"][row] == 20
    guess = [curve["V"][row], curve["w"][row]]

    def model_at(phi):
        return model.replace(I=20, phi=phi)

    exact = closing(
        model_at,
        lambda phi: saddle_of(model_at(phi), guess),
        (curve["phi"][row] * 0.999, curve["phi"][row] * 1.001),
        **dict(away=1e-5, back=1e-8, component=1, level=0.3),
    )
    assert curve["phi"][row] == pytest.approx(exact, rel=1e-9)


def test_a_saddle_focus():
    """x''' + x'' + b x' - c x + x^3 = 0 (after Arneodo, Coullet and Tresser 1981): 0 is a
    saddle-focus, and mu and Re = -(1 + mu)/2 add up to 0 where mu = 1: c = b + 2."""
    text = "x' = y\ny' = z\nz' = -z - b*y + c*x - x^3"
    start = dict(x=0.6, y=0, z=0)
    model = rb.Model("jerk", text, parameters=dict(b=1.0, c=0.4), start=start)
    hopf = rb.continue_equilibria(model, "c", (0.2, 3)).first("hopf")
    point = rb.continue_cycles(hopf, "c", (0.2, 3)).first("homoclinic")
    curve = rb.continue_bifurcation(point, ("c", "b"), dict(c=(0.1, 10), b=(0.3, 8)))
    (neutral,) = curve.special
    assert neutral.label == "NSH"
    assert neutral.parameters["c"] - neutral.parameters["b"] == pytest.approx(2, abs=1e-11)
    assert max(abs(neutral.eigenvalues.imag)) > 1
    # the unstable manifold, from 1e-6 aside, comes back as near as the digits of c allow
    for at in (neutral.parameters, {name: curve[name][0] for name in ("b", "c")}):
        b, c = at["b"], at["c"]
        roots = np.roots([1, 1, b, -c])
        mu = float(roots[np.abs(roots.imag) < 1e-9].real.max())
        run = solve_ivp(
            lambda t, s, b=b, c=c: [s[1], s[2], -s[2] - b * s[1] + c * s[0] - s[0] ** 3],
            *((0, 60), 1e-6 * np.array([1, mu, mu**2])),
            **dict(method="DOP853", rtol=1e-12, atol=1e-16, max_step=0.05),
        )
        size = np.abs(run.y).max(axis=0)
        back = np.argmax(size) + np.argmin(size[np.argmax(size) :])
        assert size[back] < 2e-4 * size[: back + 1].max()
