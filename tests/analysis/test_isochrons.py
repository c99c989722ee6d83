"""Isochrons: the closed form with shear, attracting and repelling, and forward runs of SciPy."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.batch import Batch, advance
from scipy.integrate import solve_ivp

CLOCK = rb.Model(
    "radial isochron clock",
    """
    x' = lambda*x*(1 - r2) - y*(omega + c*(1 - r2))
    y' = lambda*y*(1 - r2) + x*(omega + c*(1 - r2))
    r2 = x^2 + y^2
    """,
    parameters={"omega": 1, "lambda": 1, "c": 0},
    start=dict(x=1, y=0),
)
BOX = dict(x=(-2, 2), y=(-1.8, 2.2))


@pytest.mark.parametrize(
    ("rate", "c", "omega"), [(1, 0, 1), (1, 1, 2), (0.3, -0.3, 1), (4, -3, 1), (-1, 0.5, 1)]
)
def test_the_radial_isochron_clock_with_shear(rate, c, omega):
    """theta - (c/lambda) ln r is constant on an isochron; they reach the centre and the border."""
    rough = rb.find_limit_cycle(CLOCK.replace(omega=omega))
    model = CLOCK.replace({"omega": omega, "lambda": rate, "c": c})
    found = rb.isochrons(rb.find_limit_cycle(model, guess=rough), BOX, count=5)
    assert [curve.phase for curve in found] == pytest.approx(np.arange(5) / 5)
    for curve in found:
        (points,) = curve.segments
        x, y = points.T
        r = np.hypot(x, y)
        phase = (np.arctan2(y, x) - c / rate * np.log(r)) / (2 * np.pi) - curve.phase
        error = np.abs((phase + 0.5) % 1 - 0.5)
        assert (error * np.minimum(r, 1)).max() < 1e-9
        assert r.min() < 0.03
        assert r.max() > 1.7
        assert np.abs(np.diff(points, axis=0)).max() < 0.1


def test_points_of_an_isochron_come_into_step():
    """SciPy carries points of one isochron forward; their spikes coincide, a cycle's period off
    that of the phase."""
    model = rb.models.morris_lecar("hopf").replace(I=150)
    cycle = rb.find_limit_cycle(model)
    found = rb.isochrons(cycle, dict(w=(0, 0.7), V=(-75, 60)), count=4)
    assert found.names == ("w", "V")
    rates = model.field.at_points(model.field.parameter_array(model.parameters))

    def upward(t, y):
        return y[0]

    upward.direction = 1

    def spike(x):
        end = 10 * cycle.period
        run = solve_ivp(rates, (0, end), x, method="DOP853", rtol=1e-10, atol=1e-10, events=upward)
        return run.t_events[0][-1]

    reference = spike(cycle(0.0))
    for curve in found:
        points = max(curve.segments, key=len)
        for w, V in points[len(points) // 8 :: len(points) // 4]:
            late = (spike(np.array([V, w])) - reference) / cycle.period
            # a point of phase theta is theta of a cycle ahead of the maximum
            assert abs((late + curve.phase + 0.5) % 1 - 0.5) < 1e-7


def test_what_the_result_says():
    cycle = rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=1))
    found = rb.isochrons(rb.phase_response(cycle), dict(x=(-3, 3), y=(-3, 3)), count=4)
    assert len(found) == 4
    assert found[1].phase == 0.25
    assert "points" in repr(found[1])
    table = found.to_dataframe()
    assert list(table.columns) == ["phase", "segment", "x", "y"]
    assert len(table) == sum(len(segment) for curve in found for segment in curve.segments)
    assert found.to_dict()["names"] == ["x", "y"]
    # the symmetry (x, y) -> (-x, -y) turns phase 0 into 1/2
    here, there = (found[i].segments[0] for i in (0, 2))
    nearest = np.abs(here[::20, None] + there[None]).max(axis=2).min(axis=1)
    assert nearest.max() < 0.05


@pytest.mark.parametrize(
    ("cycle", "box", "count", "error", "words"),
    [
        (rb.models.hodgkin_huxley().replace(I=10), BOX, 4, rb.InvalidArgument, "two states"),
        (CLOCK, dict(x=(0, 1)), 4, rb.InvalidArgument, "box names two states"),
        (CLOCK, dict(x=(0, 1), z=(0, 1)), 4, rb.UnknownName, "'z' is not a state"),
        (CLOCK, BOX, 0, rb.InvalidArgument, "1 or more, not 0"),
        (CLOCK, BOX, 2.5, rb.InvalidArgument, r"1 or more, not 2\.5"),
    ],
)
def test_wrong_questions(cycle, box, count, error, words):
    with pytest.raises(error, match=words):
        rb.isochrons(rb.find_limit_cycle(cycle), box, count=count)


def test_a_centre_has_none():
    oscillator = rb.Model(
        "circles", "x' = -w*y\ny' = w*x", parameters=dict(w=1), start=dict(x=1, y=0)
    )
    t = np.linspace(0, 1, 11)
    nodes = (t[:-1, None] + 0.1 * np.array([0, 0.0694318, 0.3300095, 0.6699905, 0.9305682])).T
    orbit = np.stack([np.cos(2 * np.pi * nodes.T), np.sin(2 * np.pi * nodes.T)], axis=-1)
    cycle = rb.LimitCycle(oscillator, 2 * np.pi, t, orbit, np.ones(2, dtype=complex))
    with pytest.raises(rb.RheobaseError):
        rb.isochrons(cycle, BOX)


def test_a_batch_against_scipy():
    """Every column at its own time, also those that run away."""
    model = rb.models.hodgkin_huxley().replace(I=10)
    p = model.field.parameter_array(model.parameters)
    start = np.array(list(model.start.values()))
    x = start[:, None] + np.array([[1.0], [0], [0], [0]]) * np.linspace(-20, 20, 9)
    until = np.linspace(1, 30, 9)
    batch = Batch.at(x)
    settings = dict(tolerance=1e-10, absolute=np.full(4, 1e-10))
    advance(batch, lambda x, _: model.field.f(x, p), until / 2, **settings)
    advance(batch, lambda x, _: model.field.f(x, p), until, **settings)
    assert not batch.lost.any()
    for i in (0, 4, 8):
        run = solve_ivp(
            model.field.at_points(p),
            (0, until[i]),
            x[:, i],
            method="DOP853",
            rtol=1e-12,
            atol=1e-12,
        )
        np.testing.assert_allclose(batch.x[:, i], run.y[:, -1], rtol=1e-7, atol=1e-7)
    escape = Batch.at(np.array([[0.5, 2.0, -3.0]]))
    advance(
        escape,
        lambda x, _: x**2,
        1.5,
        beyond=np.array([1e6]),
        tolerance=1e-9,
        absolute=np.full(1, 1e-9),
    )
    assert escape.lost.tolist() == [False, True, False]
    assert escape.x[0, 0] == pytest.approx(1 / (1 / 0.5 - 1.5), rel=1e-8)
