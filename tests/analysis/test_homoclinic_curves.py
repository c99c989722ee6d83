"""Curves of saddle homoclinics in two parameters, against closed forms and shooting by SciPy."""

import math

import numpy as np
import pytest
import rheobase as rb
from auto_runs import Auto, needs_auto
from connecting_orbits import closing
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq


def crossing(b1, b2, sense, aside=1e-5):
    """Where the saddle's unstable (sense 1) or stable manifold (-1) of the Bogdanov-Takens form
    comes back to y = 0, by scipy's DOP853 from a little aside along the eigenvector."""
    saddle = (-b2 + math.sqrt(b2**2 - 4 * b1)) / 2
    rate = (-saddle + sense * math.sqrt(saddle**2 + 4 * (b2 + 2 * saddle))) / 2

    def rates(t, state):
        x, y = state
        return [sense * y, sense * (b1 + b2 * x + x**2 - x * y)]

    def at_rest(t, state):
        return state[1]

    at_rest.terminal, at_rest.direction = True, sense
    run = solve_ivp(
        *(rates, (0, 400), [saddle - aside, -aside * rate]),
        **dict(method="DOP853", rtol=1e-12, atol=1e-14, events=at_rest),
    )
    return run.y_events[0][0][0]


def bogdanov_takens_shot(b2):
    guess = -6 / 25 * b2**2
    aside = 1e-5 * abs(b2)
    return brentq(
        lambda b1: crossing(b1, b2, 1, aside) - crossing(b1, b2, -1, aside),
        *(1.06 * guess, 0.72 * guess),
        xtol=1e-15,
    )


@pytest.fixture(scope="module")
def bogdanov_takens():
    model = rb.models.normal_form("bogdanov-takens")
    return rb.bifurcation_diagram(model).first("homoclinic")


@pytest.mark.parametrize("b2", [-2.0, -1.0, -0.6])
def test_bogdanov_takens_by_shooting(bogdanov_takens, b2):
    """The point of the curve at an edge of the box."""
    curve = rb.continue_bifurcation(
        bogdanov_takens, ("beta1", "beta2"), dict(beta1=(-1, 1), beta2=(b2, 0.1))
    )
    row = int(np.argmin(curve["beta2"]))
    assert curve["beta2"][row] == b2
    assert curve["beta1"][row] == pytest.approx(bogdanov_takens_shot(b2), rel=2e-9)
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.BRANCH_REACHED)
    end = curve.first("bogdanov-takens")
    assert abs(end.parameters["beta1"]) < 1e-14
    assert abs(end.parameters["beta2"]) < 1e-14
    assert "shrinks to the Bogdanov-Takens point" in curve.message
    # saddle (-b2 + sqrt(b2^2 - 4 b1))/2; its eigenvalues add up to minus that
    b1, b2 = curve["beta1"], curve["beta2"]
    saddle = (-b2 + np.sqrt(b2**2 - 4 * b1)) / 2
    np.testing.assert_allclose(curve["x"], saddle, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(curve["saddle_quantity"], -saddle, rtol=1e-9, atol=1e-12)
    assert curve.stable[:-1].all()
    assert np.isinf(curve["period"]).all()


def test_from_a_bogdanov_takens_point(bogdanov_takens):
    """The same curve begun at the other end. Near it b1 = -(6/25) b2^2 (1 + O(|b2|^(1/2)))
    (Kuznetsov 2004, section 8.4), and all along it is where shooting finds it."""
    model = rb.models.normal_form("bogdanov-takens")
    plane = ("beta1", "beta2"), dict(beta1=(-1, 1), beta2=(-1, 0.1))
    fold = rb.continue_equilibria(model.replace(beta1=-0.01), "beta1", (-0.2, 0.2)).first("fold")
    point = rb.continue_bifurcation(fold, *plane).first("bogdanov-takens")
    curve = rb.continue_bifurcation(point)
    assert curve.kind == "homoclinic"
    assert curve.special[0].kind == "bogdanov-takens"
    assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.RANGE_REACHED)
    b1, b2 = curve["beta1"][1:], curve["beta2"][1:]
    error = np.abs(b1 / (-6 / 25 * b2**2) - 1)
    near = b2 > -0.02
    assert near.sum() > 3
    assert (error[near] < 0.6 * np.abs(b2[near])).all()
    for row in (1, len(b2) // 2, len(b2) - 1):
        assert b1[row] == pytest.approx(bogdanov_takens_shot(b2[row]), rel=1e-7)


LOOP = """
x' = a*x + b*y - a*x^2 + m*x*(2 - 3*x)
y' = b*x + a*y - 3/2*b*x^2 - 3/2*a*x*y - 2*m*y
"""
"""The loop x^2 (1 - x) = y^2 =: H is invariant at m = 0 for all a and b, as dH/dt vanishes on it;
dH/dt = m (x^2 (2 - 3 x)^2 + 4 y^2) otherwise. The saddle 0 has eigenvalues a +- b."""


def loop(a=-0.3, b=1.0):
    return rb.Model("loop", LOOP, parameters=dict(a=a, b=b, m=0.0), start=dict(x=0.6, y=0.1))


def orbit_near_the_loop(model):
    """A cycle close to it (repelling or attracting), and the homoclinic point it runs into."""
    diagram = rb.bifurcation_diagram(model, "m", (-0.2, 0.3))
    return diagram.first("homoclinic")


def test_an_exact_loop():
    """sigma = 2 a: the neutral saddle is at a = 0."""
    point = orbit_near_the_loop(loop())
    assert abs(point.parameters["m"]) < 1e-8
    curve = rb.continue_bifurcation(point, ("a", "m"), dict(a=(-0.6, 0.6), m=(-0.5, 0.5)))
    assert np.abs(curve["m"]).max() < 1e-9
    assert curve["a"][0] == -0.6
    assert curve["a"][-1] == 0.6
    np.testing.assert_allclose(curve["saddle_quantity"], 2 * curve["a"], rtol=1e-8, atol=1e-10)
    (neutral,) = curve.special
    assert neutral.label == "NSH"
    assert abs(neutral.parameters["a"]) < 1e-12
    assert abs(neutral.parameters["m"]) < 1e-12
    assert (curve.stable == (curve["a"] < 0)).sum() >= len(curve) - 1
    again = rb.continue_bifurcation(neutral)
    assert again["a"][[0, -1]].tolist() == [-0.6, 0.6]


@settings(max_examples=5, deadline=None)
@given(size=st.floats(1e-3, 1e3), b=st.floats(0.6, 3.0))
def test_units_and_rates_are_of_no_account(size, b):
    """The same loop in other units of the states: m = 0 for all a."""
    text = LOOP.replace("x^2", "x^2/S").replace("3*x)", "3*x/S)").replace("x*y", "x*y/S")
    model = rb.Model(
        "loop",
        text,
        parameters=dict(a=-0.3 * b, b=b, m=0.0, S=size),
        start=dict(x=0.6 * size, y=0.1 * size),
    )
    point = orbit_near_the_loop(model)
    box = dict(a=(-0.5 * b, -0.1 * b), m=(-0.5, 0.5))
    curve = rb.continue_bifurcation(point, ("a", "m"), box)
    assert np.abs(curve["m"]).max() < 1e-8
    assert curve.special == ()


def test_three_dimensions():
    """z' = c z + x (x^2 (1 - x) - y^2) leaves the loop where it is; c may lie anywhere."""
    text = LOOP.replace("m*x*(2", "(m - z)*x*(2").replace("2*m*y", "2*(m - z)*y")
    model = rb.Model(
        "loop",
        text + "z' = c*z + x*(x^2*(1 - x) - y^2)",
        parameters=dict(a=-0.3, b=1.0, m=0.0, c=-2.0),
        start=dict(x=0.6, y=0.1, z=0),
    )
    point = orbit_near_the_loop(model)
    curve = rb.continue_bifurcation(point, ("c", "m"), dict(c=(-3, -0.3), m=(-0.5, 0.5)))
    assert np.abs(curve["m"]).max() < 1e-9
    # the leading stable eigenvalue is -1.3 or c, whichever is larger: sigma = 0 at c = -0.7
    leading = np.maximum(-1.3, curve["c"])
    np.testing.assert_allclose(curve["saddle_quantity"], 0.7 + leading, rtol=1e-8, atol=1e-9)
    (neutral,) = curve.special
    assert neutral.label == "NSH"
    assert neutral.parameters["c"] == pytest.approx(-0.7, abs=1e-10)


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


def test_wilson_cowan():
    """From both Bogdanov-Takens points of MODELS' form; the plane's symmetry carries the curves of
    one half to those of the other."""
    model = rb.models.wilson_cowan("hoppensteadt-izhikevich")
    plane = ("rho_x", "rho_y"), dict(rho_x=(-8, 8), rho_y=(-14, 2))
    folds = [
        rb.continue_bifurcation(point, *plane)
        for point in rb.continue_equilibria(model, "rho_x", (-10, 10)).all("fold")
    ]
    points = [point for fold in folds for point in fold.all("bogdanov-takens")]
    ends = {}
    for point in points:
        curve = rb.continue_bifurcation(point)
        assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.BRANCH_REACHED)
        for special in curve.special:
            place = special.parameters["rho_x"], special.parameters["rho_y"]
            ends.setdefault(special.label, set()).add(tuple(np.round(place, 8)))
    assert {label: len(places) for label, places in ends.items()} == {"BT": 4, "NCH": 4, "NSH": 2}
    for places in ends.values():
        mirrored = {tuple(np.round((-a, -12 - b), 8)) for a, b in places}
        for place in mirrored:
            assert min(np.hypot(place[0] - a, place[1] - b) for a, b in places) < 3e-8


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


def test_what_cannot_be_followed():
    model = rb.models.morris_lecar("homoclinic")
    hopf = rb.bifurcation_diagram(model, "I", (0, 100)).first("hopf")
    with pytest.raises(rb.InvalidArgument, match="a hopf takes kind = hopf"):
        rb.continue_bifurcation(
            hopf, ("I", "phi"), dict(I=(0, 100), phi=(0.01, 0.5)), kind="homoclinic"
        )
    renamed = rb.Model(
        "loop",
        LOOP.replace("b*", "truncation*"),
        parameters=dict(a=-0.3, truncation=1.0, m=0.0),
        start=dict(x=0.6, y=0.1),
    )
    point = orbit_near_the_loop(renamed)
    with pytest.raises(rb.InvalidArgument, match="column of every curve"):
        rb.continue_bifurcation(point, ("a", "m"), dict(a=(-1, 1), m=(-1, 1)))


def test_an_interrupted_curve(bogdanov_takens):
    def stop(value):
        raise KeyboardInterrupt

    curve = rb.continue_bifurcation(
        bogdanov_takens,
        ("beta1", "beta2"),
        dict(beta1=(-1, 1), beta2=(-1, 0.1)),
        progress=stop,
    )
    assert curve.status is rb.Status.INTERRUPTED
    assert len(curve) > 1


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


def test_the_orbit_of_a_row(tmp_path):
    """The exact loop y^2 = x^2 (1 - x); saved and loaded."""
    point = orbit_near_the_loop(loop())
    curve = rb.continue_bifurcation(point, ("a", "m"), dict(a=(-0.6, -0.1), m=(-0.5, 0.5)))
    orbit = curve.orbit(len(curve) // 2)
    assert isinstance(orbit, rb.HomoclinicOrbit)
    x, y = orbit["x"], orbit["y"]
    np.testing.assert_allclose(y**2, x**2 * (1 - x), atol=1e-6)
    assert x.max() == pytest.approx(1, abs=1e-3)
    assert orbit.saddle.kind == "saddle"
    assert orbit.period == math.inf
    assert orbit.t[0] == 0
    assert orbit.t[-1] == pytest.approx(orbit.duration)
    assert "homoclinic orbit of loop" in repr(orbit)
    assert orbit.to_dict()["x"] == x.tolist()
    rb.save(orbit, tmp_path / "orbit.npz")
    again = rb.load(tmp_path / "orbit.npz")
    np.testing.assert_array_equal(again["y"], y)
    with pytest.raises(rb.UnknownName, match="homoclinic orbit"):
        orbit["z"]


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


def test_towards_a_heteroclinic_cycle():
    """x'' = m - x + x^3 + x' (nu - c x^2) is odd at m = 0: there both saddles are joined by two
    orbits at once, or by none. At the other end a fold, m = 2/sqrt(27), x = 1/sqrt(3), meets
    trace 0, nu = c/3."""
    c = 0.6
    text = "x' = y\ny' = m - x + x^3 + y*(nu - c*x^2)"
    parameters = dict(m=0.2, nu=0.02, c=c)
    model = rb.Model("two saddles", text, parameters=parameters, start=dict(x=0.2, y=0))
    point = rb.bifurcation_diagram(model, "nu", (-0.1, 0.4)).first("homoclinic")
    curve = rb.continue_bifurcation(point, ("m", "nu"), dict(m=(-0.4, 0.4), nu=(-0.3, 0.6)))
    assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.BRANCH_REACHED)
    assert "comes to rest near x = -1" in curve.message
    double = curve.first("bogdanov-takens")
    assert double.parameters["m"] == pytest.approx(2 / math.sqrt(27), rel=1e-12)
    assert double.parameters["nu"] == pytest.approx(c / 3, rel=1e-12)

    def speed(nu, sense):
        """Of the manifold of a saddle at x = 0."""
        rate = max(sense * np.linalg.eigvals([[0, 1], [2, nu - c]]).real)

        def rates(t, s):
            return [sense * s[1], sense * (-s[0] + s[0] ** 3 + s[1] * (nu - c * s[0] ** 2))]

        def middle(t, s):
            return s[0]

        middle.terminal = True
        run = solve_ivp(
            *(rates, (0, 100), [sense * (1e-6 - 1), 1e-6 * rate]),
            **dict(method="DOP853", rtol=1e-12, atol=1e-15, events=middle),
        )
        return run.y_events[0][0][1]

    exact = brentq(lambda nu: speed(nu, 1) - speed(nu, -1), 0.05, 0.3, xtol=1e-13)
    end = 0 if curve["m"][0] < curve["m"][-1] else -1
    assert abs(curve["m"][end]) < 1e-6
    assert curve["nu"][end] == pytest.approx(exact, rel=1e-5)
