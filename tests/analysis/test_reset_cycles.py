"""Spiking orbits through resets: closed forms, scipy's return map, borders, continuation."""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from reset_runs import ADEX, adex, to_threshold


def leaky_period(I, p):
    """T = t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th))."""
    drive = p["R"] * I + p["E"]
    return p["t_ref"] + p["tau"] * np.log((drive - p["V_reset"]) / (drive - p["V_th"]))


def quadratic_period(I, peak, reset):
    """T of V' = V^2 + I from the reset to the peak."""
    root = np.sqrt(I)
    return (np.arctan(peak / root) - np.arctan(reset / root)) / root


@settings(max_examples=8, deadline=None)
@given(
    tau=st.floats(0.5, 50), R=st.floats(0.5, 20), t_ref=st.floats(0, 5), above=st.floats(0.05, 20)
)
def test_the_leaky_neuron(tau, R, t_ref, above):
    model = rb.models.leaky().replace(tau=tau, R=R, t_ref=t_ref, I=(15 + above) / R)
    cycle = rb.find_limit_cycle(model)
    exact = leaky_period(model.parameters["I"], model.parameters)
    assert cycle.period == pytest.approx(exact, rel=1e-10)
    assert cycle.stable
    assert cycle.spikes == 1
    assert np.allclose(cycle.multipliers, [1])


@settings(max_examples=8, deadline=None)
@given(I=st.floats(0.01, 20), peak=st.floats(2, 200), reset=st.floats(-200, 1))
def test_the_quadratic_neuron(I, peak, reset):
    model = rb.models.quadratic().replace(I=I, V_peak=peak, V_reset=reset)
    cycle = rb.find_limit_cycle(model)
    assert cycle.period == pytest.approx(quadratic_period(I, peak, reset), rel=1e-10)
    # V(t) = sqrt(I) tan(sqrt(I) t + atan(V_reset/sqrt I))
    t = np.linspace(0.01, 0.9, 7) * cycle.period
    root = math.sqrt(I)
    exact = root * np.tan(root * t + math.atan(reset / root))
    # the polynomial is of order 5 between the nodes
    assert np.allclose(cycle(t, "V"), exact, rtol=1e-5, atol=1e-6 * (peak - reset))


def test_the_theta_neuron():
    cycle = rb.find_limit_cycle(rb.models.theta().replace(I=0.3))
    assert cycle.period == pytest.approx(math.pi / math.sqrt(0.3), rel=1e-12)


def test_the_adaptive_neuron_against_scipy():
    """Period, state after the spike, and the multiplier by differences of scipy's return map."""
    cycle = rb.find_limit_cycle(rb.models.adaptive_exponential().replace(I=800))

    def returned(w):
        t, x = to_threshold(lambda x: adex(x, 800), [ADEX["V_reset"], w], lambda x: x[0])
        return t, x[1] + ADEX["b"]

    w = float(cycle["w"][0])
    period, after = returned(w)
    assert cycle.period == pytest.approx(period, abs=1e-9)
    assert after == pytest.approx(w, abs=1e-8)
    step = 1e-2
    slope = (returned(w + step)[1] - returned(w - step)[1]) / (2 * step)
    assert cycle.multipliers[1].real == pytest.approx(slope, rel=1e-5)
    assert cycle.minimum["V"] == pytest.approx(-70.6)
    assert cycle.maximum["V"] == pytest.approx(0)


def test_saltation_matrices_and_multipliers():
    """Flow and saltation matrices, multiplied, have the orbit's multipliers; 1 with F."""
    model = rb.models.izhikevich("chattering").replace(I=10)
    cycle = rb.find_limit_cycle(model)
    assert cycle.spikes == 5
    field, p = model.field, model.field.parameter_array(model.parameters)
    edges = np.concatenate([[0.0], cycle.resets])
    product = np.eye(2)
    from scipy.integrate import solve_ivp

    def rates(t, y):
        x, M = y[:2], y[2:].reshape(2, 2)
        return np.concatenate([field.f(x, p), (field.jacobian(x, p) @ M).ravel()])

    for begin, end, S in zip(edges[:-1], edges[1:], cycle.saltations, strict=True):
        start = np.concatenate([cycle(begin), np.eye(2).ravel()])
        run = solve_ivp(rates, (0, end - begin), start, "DOP853", rtol=1e-12, atol=1e-13)
        product = S @ run.y[2:, -1].reshape(2, 2) @ product
    values = np.linalg.eigvals(product)
    values = values[np.argsort(-np.abs(values))]
    assert values[0] == pytest.approx(1, abs=1e-5)
    assert abs(values[1]) < 1e-5
    assert abs(cycle.multipliers[1]) < 1e-8
    F = field.f(cycle(0.0), p)
    assert np.allclose(product @ F, F, rtol=1e-5)


ADAPTING = rb.Model(
    "leaky with adaptation, a pause that depends on it, and only V held",
    """
    V' = (I - V - w) / tau
    w' = -w / tau_w
    """,
    parameters=dict(I=3, tau=5, tau_w=20, b=0.4, t_ref=1, k=0.5),
    start=dict(V=0, w=0),
    reset=rb.Reset("V > 1", V="0", w="w + b", refractory="t_ref + k*w", hold=("V",)),
    natural=("I", (1.2, 6)),
)


def adapting_return(w, p):
    """The adaptation just before the next spike from that before this one, and the time between,
    in closed form but for the root: w decays alone, V obeys a linear equation."""
    from scipy.optimize import brentq

    pause = p["t_ref"] + p["k"] * w
    w0 = (w + p["b"]) * math.exp(-pause / p["tau_w"])
    share = p["tau_w"] / (p["tau_w"] - p["tau"])

    def V(t):
        slow, fast = math.exp(-t / p["tau_w"]), math.exp(-t / p["tau"])
        return p["I"] * (1 - fast) - w0 * share * (slow - fast)

    t = brentq(lambda t: V(t) - 1, 0, 200, xtol=1e-14)
    return w0 * math.exp(-t / p["tau_w"]), pause + t


def test_a_pause_that_depends_on_the_state():
    from scipy.optimize import brentq

    p = ADAPTING.parameters
    w = brentq(lambda w: adapting_return(w, p)[0] - w, 0.01, 3, xtol=1e-14)
    cycle = rb.find_limit_cycle(ADAPTING)
    assert cycle["w"][-1] == pytest.approx(w, rel=1e-9)
    assert cycle.period == pytest.approx(adapting_return(w, p)[1], rel=1e-10)
    step = 1e-5
    slope = (adapting_return(w + step, p)[0] - adapting_return(w - step, p)[0]) / (2 * step)
    assert cycle.multipliers[1].real == pytest.approx(slope, rel=1e-7)
    run = rb.simulate(ADAPTING.replace({s: float(cycle[s][-1]) for s in "w"}), until=0.1)
    assert run.status.ok
    # during the pause V rests and w goes on
    pause = p["t_ref"] + p["k"] * w
    assert cycle(0.5 * pause, "V") == 0
    exact = (w + p["b"]) * math.exp(-0.5 * pause / p["tau_w"])
    assert cycle(0.5 * pause, "w") == pytest.approx(exact, rel=1e-9)


def test_a_branch_of_the_leaky_neuron_ends_at_its_threshold():
    model = rb.models.leaky().replace(I=2)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (0, 4))
    exact = leaky_period(branch["I"], model.parameters)
    assert np.allclose(branch["period"][1:], exact[1:], rtol=1e-6)
    short = branch["period"] < 60
    assert np.allclose(branch["period"][short], exact[short], rtol=1e-7)
    assert branch["I"][-1] == 4
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.criticality == "threshold"
    assert end.value == pytest.approx(1.5, abs=1e-12)
    assert end.period == math.inf
    assert end.notes["slope"] == pytest.approx(10)  # tau: T = c - tau ln(I - 1.5)
    assert branch.ends[0] is rb.Status.PERIOD_DIVERGES
    assert "threshold" in branch.message
    assert branch.status.ok
    assert branch.stable.all()
    assert np.all(branch["V_max"] == pytest.approx(-50))
    at = branch.at(I=3)[0]
    assert at.period == pytest.approx(leaky_period(3, model.parameters), rel=1e-11)
    assert branch.orbit(3).period == branch["period"][3]


def test_a_branch_of_the_quadratic_neuron_ends_at_its_fold():
    model = rb.models.quadratic().replace(I=1, V_peak=20, V_reset=-5)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (-1, 4))
    exact = quadratic_period(branch["I"], 20, -5)
    assert np.allclose(branch["period"], exact, rtol=1e-5)
    short = branch["period"] < 100
    assert np.allclose(branch["period"][short], exact[short], rtol=1e-6)
    snic = branch.first("snic")
    assert snic.value == pytest.approx(0, abs=1e-12)
    # the prefactor of f = s sqrt(I) is 1/pi, wherever peak and reset lie
    assert snic.coefficient == pytest.approx(1 / math.pi, rel=1e-12)


def test_a_reset_above_the_threshold_of_spike_initiation():
    """The exponential neuron reset to V_T + 9.9 mV: firing ends where V_reset is the unstable
    equilibrium, I = g_L (V - E_L) - g_L Delta_T exp((V - V_T)/Delta_T)."""
    model = rb.models.exponential().replace(V_reset=-50, I=1)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (-10, 2))
    end = branch.first("homoclinic")
    exact = 0.1 * 15 - 0.1 * 3.48 * math.exp(9.9 / 3.48)
    assert end.value == pytest.approx(exact, rel=1e-8)
    rate = (-0.1 + 0.1 * math.exp(9.9 / 3.48)) / 1
    assert end.notes["slope"] == pytest.approx(1 / rate, rel=1e-7)


LOGISTIC = rb.Model(
    "a clock whose reset is the logistic map",
    """
    V' = k
    u' = 0*u
    """,
    parameters=dict(k=1, r=2.9),
    start=dict(V=0, u=0.6),
    reset=rb.Reset("V > 1", V="0", u="r*u*(1 - u)"),
    natural=("r", (2.5, 3.6)),
)


def test_period_doublings_of_a_known_map():
    cycle = rb.find_limit_cycle(LOGISTIC)
    assert cycle.multipliers[1].real == pytest.approx(2 - 2.9, abs=1e-10)
    branch = rb.continue_cycles(cycle, "r", (2.5, 3.6))
    doubling = branch.first("period doubling")
    assert doubling.value == pytest.approx(3, abs=1e-9)
    doubled = rb.continue_cycles(doubling)
    assert doubled.orbit(4).spikes == 2
    assert doubled["period"][5] == pytest.approx(2, abs=1e-10)
    assert doubled.first("PD").value == pytest.approx(1 + math.sqrt(6), abs=1e-9)
    assert doubled.ends[0] is rb.Status.BRANCH_REACHED


def test_the_fold_of_a_triple_spike():
    """The window of period 3 of the logistic map opens at 1 + sqrt 8."""
    cycle = rb.find_limit_cycle(LOGISTIC.replace(r=3.835))
    assert cycle.spikes == 3
    assert cycle.period == pytest.approx(3, abs=1e-9)
    branch = rb.continue_cycles(cycle, "r", (3.8, 3.85))
    fold = branch.first("cycle fold")
    assert fold.value == pytest.approx(1 + math.sqrt(8), abs=1e-9)
    assert branch.all("PD")[0].value == pytest.approx(3.841499007543, abs=1e-8)


def test_a_torus_of_a_known_map():
    """The delayed logistic map turns at r = 2, with multipliers exp(+-i pi/3)."""
    model = rb.Model(
        "a clock whose reset is the delayed logistic map",
        "V' = k\nu' = 0*u\nw' = 0*w",
        parameters=dict(k=1, r=1.9),
        start=dict(V=0, u=0.4, w=0.45),
        reset=rb.Reset("V > 1", V="0", u="r*u*(1 - w)", w="u"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "r", (1.5, 2.2))
    torus = branch.first("torus")
    assert torus.value == pytest.approx(2, abs=1e-9)
    assert np.angle(torus.eigenvalues[1]) == pytest.approx(math.pi / 3, abs=1e-8)


def test_chaos_is_no_cycle():
    with pytest.raises(rb.NotFound, match="did not repeat itself"):
        rb.find_limit_cycle(LOGISTIC.replace(r=3.9))


SWINGING = "x' = y\ny' = -(w^2 + s^2)*x + 2*s*y + I"


def swing(I, w, s, start, turns):
    """The extremum of the linear oscillator after so many half turns from (start, 0)."""
    rest = I / (w * w + s * s)
    return rest + math.exp(s * turns * math.pi / w) * (start - rest) * (-1) ** turns


def test_grazing_at_the_spike():
    """A damped resonator that is reset to (0, 0) reaches 1 with its first swing, or not at all."""
    from scipy.optimize import brentq

    model = rb.Model(
        "resonate and fire",
        SWINGING,
        parameters=dict(w=2, s=-0.4, I=4),
        start=dict(x=0, y=0),
        reset=rb.Reset("x > 1", x="0", y="0"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (1, 8))
    (end,) = branch.special
    exact = brentq(lambda I: swing(I, 2, -0.4, 0, 1) - 1, 1, 8, xtol=1e-14)
    assert end.kind == "grazing"
    assert end.label == "GR"
    assert end.value == pytest.approx(exact, abs=1e-9)
    assert end.period == pytest.approx(math.pi / 2, abs=1e-6)
    assert branch.ends[0] is rb.Status.BORDER_REACHED
    assert "grazing" in branch.message


def test_grazing_between_spikes():
    """Growing swings: as the drive rises, an earlier one comes to touch the threshold."""
    from scipy.optimize import brentq

    model = rb.Model(
        "growing swings",
        SWINGING,
        parameters=dict(w=2, s=0.15, I=1.5),
        start=dict(x=0.3, y=0),
        reset=rb.Reset("x > 1", x="0.2", y="0"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (0.5, 3))
    low, high = branch.all("grazing")
    assert high.value == pytest.approx(
        brentq(lambda I: swing(I, 2, 0.15, 0.2, 5) - 1, 1.5, 1.7), abs=1e-7
    )
    assert low.value == pytest.approx(
        brentq(lambda I: swing(I, 2, 0.15, 0.2, 7) - 1, 1.2, 1.45), abs=1e-9
    )
    # beyond, the orbit that runs come to is another one
    assert rb.find_limit_cycle(model.replace(I=1.57)).period < 8


def test_borders_of_pause_and_reset():
    pausing = rb.Model(
        "leaky, its pause shrinking with the drive",
        "V' = I - V",
        parameters=dict(I=1.5),
        start=dict(V=0),
        reset=rb.Reset("V > 1", V="0", refractory="2 - I", hold=("V",)),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(pausing), "I", (1.2, 3))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(2, abs=1e-10)
    assert end.period == pytest.approx(math.log(2), abs=1e-9)
    model = rb.models.leaky().replace(I=3)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "V_reset", (-65, -45))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(-50, abs=1e-9)
    assert end.period == pytest.approx(2, abs=1e-9)


def test_the_hopf_point_beside_a_fold_is_seen():
    """Hopf 627.182465 pA, fold 627.311094 pA: V = V_T + Delta_T ln(1 + C/(g_L tau_w)) and
    V_T + Delta_T ln(1 + a/g_L) put into the equation of rest, in one step of the branch."""
    p = ADEX

    def drive(V):
        leak = p["g_L"] * (V - p["E_L"]) - p["g_L"] * p["D"] * math.exp((V - p["V_T"]) / p["D"])
        return leak + p["a"] * (V - p["E_L"])

    hopf = drive(p["V_T"] + p["D"] * math.log(1 + p["C"] / (p["g_L"] * p["tau_w"])))
    fold = drive(p["V_T"] + p["D"] * math.log(1 + p["a"] / p["g_L"]))
    rest = rb.continue_equilibria(rb.models.adaptive_exponential(), "I", (0, 1000))
    assert rest.first("hopf").value == pytest.approx(hopf, abs=1e-8)
    assert rest.first("fold").value == pytest.approx(fold, abs=1e-8)


def test_diagrams_hold_the_spiking_orbits():
    diagram = rb.bifurcation_diagram(rb.models.leaky(), "I", (0, 4))
    assert len(diagram.cycles) == 1
    assert len(diagram.equilibria) == 1
    assert [a.period for a in diagram.attractors(I=3)] == pytest.approx(
        [leaky_period(3, diagram.model.parameters)], rel=1e-9
    )
    assert "reset" in diagram.message


def test_files(tmp_path):
    model = rb.models.izhikevich("chattering").replace(I=10)
    cycle = rb.find_limit_cycle(model)
    rb.save(cycle, tmp_path / "cycle.npz")
    again = rb.load(tmp_path / "cycle.npz")
    assert again.resets == pytest.approx(cycle.resets)
    assert repr(again) == repr(cycle)
    branch = rb.continue_cycles(cycle, "I", (9.9, 10.1))
    rb.save(branch, tmp_path / "branch.npz")
    kept = rb.load(tmp_path / "branch.npz")
    assert kept.at(I=10.05)[0].period == pytest.approx(branch.at(I=10.05)[0].period, rel=1e-12)
    assert list(branch.to_dataframe().columns)[:4] == ["I", "period", "v_min", "v_max"]
    assert cycle.to_dict()["resets"] == cycle.resets.tolist()


def test_wrong_questions():
    model = rb.models.leaky()
    with pytest.raises(rb.NotFound, match="comes to rest at V = -65"):
        rb.find_limit_cycle(model)
    with pytest.raises(rb.InvalidArgument, match="a guess is start values"):
        rb.find_limit_cycle(model.replace(I=2), 3)
    cycle = rb.find_limit_cycle(model.replace(I=2))
    with pytest.raises(rb.InvalidArgument, match="max_period is 1"):
        rb.continue_cycles(cycle, "I", (0, 4), max_period=1)
    with pytest.raises(rb.InvalidArgument, match="outside the range"):
        rb.continue_cycles(cycle, "I", (3, 4))
    with pytest.raises(rb.InvalidArgument, match="takes times"):
        cycle("soon")


@pytest.mark.parametrize(
    "law, beyond",
    [
        # 0.5 u + mu on the left: u = 2 mu, which meets the kink at mu = 0; there a cycle of two
        # with the multiplier 0.5 * -1.5 is born
        ("where(u < 0, 0.5*u + mu, -1.5*u + mu)", 2),
        ("min(0.5*u, -1.5*u) + mu", 2),
    ],
)
def test_a_kink_of_the_reset_is_a_border(law, beyond):
    model = rb.Model(
        "a clock with a kink",
        "V' = k\nu' = 0*u",
        parameters=dict(k=1, mu=-0.3),
        start=dict(V=0, u=-0.5),
        reset=rb.Reset("V > 1", V="0", u=law),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-1, 1))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(0, abs=1e-9)
    assert end.notes["spikes beyond"] == beyond
    assert end.criticality == "period adding"
    assert "2 spikes instead of 1" in branch.message


def test_a_jump_of_the_reset_is_a_border():
    model = rb.Model(
        "a clock with a jump",
        "V' = k\nu' = 0*u",
        parameters=dict(k=1, mu=-0.3),
        start=dict(V=0, u=-0.5),
        reset=rb.Reset("V > 1", V="0", u="where(u < 0, 0.5*u + mu, 0.5*u + mu - 1)"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-1, 1))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(0, abs=1e-7)
    assert branch.ends[1] is rb.Status.BORDER_REACHED


def test_a_closed_family_ends_where_it_began():
    """In d the burst of five spikes lives on an isola: it is gone round once."""
    model = rb.models.izhikevich("chattering").replace(I=10)
    along = rb.continue_cycles(rb.find_limit_cycle(model), "I", (9.5, 16))
    family = rb.continue_cycles(along.first("period doubling"), "d", (1, 3))
    assert family.ends[1] is rb.Status.CLOSED
    assert len(family.all("cycle fold")) == 2
    assert len(family) < 300
