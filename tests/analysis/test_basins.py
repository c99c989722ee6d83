"""Basins: known separatrices, areas and volumes; neurons against single runs of SciPy."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.analysis.attractors import point_target
from rheobase.analysis.fixed_point import fixed_point_at
from scipy.integrate import solve_ivp

BENT = rb.Model("bent", "x' = u - u^3 + 2*y^2\ny' = -y\nu = x + y^2", start=dict(x=1, y=0))
RING = rb.Model(
    "ring",
    "x' = x*g - y\ny' = y*g + x\nz' = -z\nr2 = x^2 + y^2\ng = (r2 - a^2)*(1 - r2)",
    parameters=dict(a=0.5),
    start=dict(x=1, y=0, z=0),
)


@settings(max_examples=8, deadline=None)
@given(
    low=st.floats(-3, -0.2),
    high=st.floats(0.2, 3),
    columns=st.integers(5, 41),
    rows=st.integers(2, 9),
)
def test_a_bent_separatrix(low, high, columns, rows):
    """u = x + y^2 obeys u' = u - u^3, whatever y: the separatrix is x = -y^2."""
    box = dict(x=(low, high), y=(-1, 1.2))
    found = rb.basins(BENT, box, (columns, rows))
    x, y = np.meshgrid(found.starts["x"], found.starts["y"])
    assert found.labels.shape == (rows, columns)
    ends = np.array([a.solution.x[0] for a in found.attractors])
    clear = np.abs(x + y**2) > 1e-9
    np.testing.assert_array_equal(ends[found.labels][clear], np.sign(x + y**2)[clear])
    assert found.unresolved == 0


def test_the_area_of_a_basin():
    """Rest within the circle of radius a, a cycle of radius 1 outside it."""
    found = rb.basins(RING, dict(x=(-2, 2), y=(-1.5, 2)), 120)
    rest, cycle = found.attractors
    assert (rest.kind, cycle.kind) == ("fixed point", "limit cycle")
    exact = np.pi * 0.25 / 14
    assert abs(rest.fraction - exact) < 4 * rest.error
    assert rest.error < 1e-3
    assert rest.fraction + cycle.fraction == pytest.approx(1)
    x, y = np.meshgrid(*found.starts.values())
    np.testing.assert_array_equal(found.labels == 0, x**2 + y**2 < 0.25)
    assert cycle.solution.period == pytest.approx(2 * np.pi, rel=1e-8)


def test_a_volume_by_samples():
    """In three dimensions, with the error of a binomial."""
    found = rb.basins(RING, dict(x=(-2, 2), y=(-2, 2), z=(-1, 1)), samples=2000)
    p = np.pi * 0.25 / 16
    rest = found.attractors[0]
    assert rest.error == pytest.approx(np.sqrt(rest.fraction * (1 - rest.fraction) / 2000))
    assert abs(rest.fraction - p) < 4 * np.sqrt(p * (1 - p) / 2000)
    starts = found.starts
    np.testing.assert_array_equal(found.labels == 0, starts["x"] ** 2 + starts["y"] ** 2 < 0.25)
    again = rb.basins(RING, dict(x=(-2, 2), y=(-2, 2), z=(-1, 1)), samples=20, seed=1)
    assert not np.array_equal(again.starts["x"], starts["x"][:20])


def test_what_runs_away():
    """x' = x^3 - x: the interval (-1, 1) comes to rest."""
    found = rb.basins(rb.Model("escape", "x' = x^3 - x", start=dict(x=0)), dict(x=(-3, 2)))
    away, rest = found.attractors
    assert (away.kind, away.solution) == ("infinity", None)
    assert rest.solution.x == pytest.approx([0], abs=1e-12)
    np.testing.assert_array_equal(found.labels == 1, np.abs(found.starts["x"]) < 1)


def test_maps():
    """The logistic map at r = 3.2 has a stable 2-cycle; what starts outside [0, 1] leaves."""
    found = rb.basins(rb.models.named("logistic").replace(r=3.2), dict(x=(-0.5, 1.5)))
    away, cycle = found.attractors
    assert (away.kind, cycle.kind) == ("infinity", "cycle")
    # the zeros of r^2 x^2 - r (r + 1) x + r + 1
    assert np.sort(cycle.solution[0]) == pytest.approx(
        np.sort(np.roots([3.2**2, -3.2 * 4.2, 4.2])), abs=1e-8
    )
    x = found.starts["x"]
    np.testing.assert_array_equal(found.labels == 1, (x > 0) & (x < 1))
    chaos = rb.basins(rb.models.henon(), dict(x=(-0.1, 0.1), y=(-0.1, 0.1)), 5, until=500)
    assert chaos.unresolved == 1
    assert chaos.status is rb.Status.NOT_CONVERGED
    assert "chaotic" in chaos.message
    assert chaos.attractors == ()


def test_a_bistable_neuron_against_single_runs():
    """Morris-Lecar between the homoclinic and the fold: rest, spiking, and a second rest."""
    model = rb.models.morris_lecar("homoclinic").replace(I=37)
    found = rb.basins(model, dict(V=(-80, 60), w=(0, 0.6)), 24)
    kinds = sorted(a.kind for a in found.attractors)
    assert kinds.count("limit cycle") == 1
    assert found.unresolved == 0
    rates = model.field.at_points(model.field.parameter_array(model.parameters))
    random = np.random.default_rng(3)
    for row, column in random.integers(24, size=(8, 2)):
        start = [found.starts["V"][column], found.starts["w"][row]]
        run = solve_ivp(rates, (0, 3000), start, method="LSODA", rtol=1e-9, atol=1e-9)
        late = run.y[0, run.t > 2900]
        attractor = found.attractors[found.labels[row, column]]
        if attractor.kind == "limit cycle":
            assert late.max() == pytest.approx(attractor.solution.maximum["V"], abs=0.1)
        else:
            assert np.abs(late - attractor.solution["V"]).max() < 0.5


def test_ellipsoids_of_fixed_points_are_safe():
    """x' = -x + x^2: what is caught at 0 lies below 1 and in (-1, 1) as d P d falls there only."""
    model = rb.Model("one side", "x' = x^2 - x", start=dict(x=0))
    target = point_target(fixed_point_at(model, [0.0]), np.ones(1))
    x = np.linspace(-3, 3, 601)
    caught = target.caught(x[None])
    assert caught[np.abs(x) < 0.4].all()
    assert not caught[np.abs(x) >= 1].any()


def test_what_the_result_says():
    found = rb.basins(BENT, dict(x=(-1, 1), y=(-1, 1)), (6, 4))
    assert "fixed point" in repr(found)
    assert "of the box" in repr(found.attractors[0])
    assert found.grid
    table = found.to_dataframe()
    assert list(table.columns) == ["x", "y", "attractor"]
    assert len(table) == 24
    np.testing.assert_array_equal(table["attractor"], found.labels.ravel())
    assert found.to_dict()["labels"] == found.labels.tolist()


@pytest.mark.parametrize(
    ("model", "box", "arguments", "words"),
    [
        (3, dict(x=(0, 1)), {}, "takes a Model"),
        (rb.models.leaky(), dict(V=(-70, -60)), {}, "has a reset"),
        (BENT, {}, {}, "names no state"),
        (BENT, dict(x=(0, 1)), dict(resolution=5), "names 1: give samples"),
        (BENT, dict(x=(0, 1), y=(0, 1)), dict(resolution=1), "number of cells or a pair"),
        (BENT, dict(x=(0, 1), y=(0, 1)), dict(resolution=(3, 4, 5)), "number of cells or a pair"),
        (BENT, dict(x=(0, 1), y=(0, 1)), dict(resolution=5, samples=5), "not both"),
        (BENT, dict(x=(0, 1)), dict(samples=0), "1 or more, not 0"),
        (BENT, dict(x=(0, 1)), dict(until=0), "a positive time"),
        (rb.Model("driven", "x' = sin(t) - x", start=dict(x=0)), dict(x=(0, 1)), {}, "on time"),
    ],
)
def test_wrong_questions(model, box, arguments, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.basins(model, box, **arguments)


def test_unknown_states():
    with pytest.raises(rb.UnknownName, match="'v' is not a state"):
        rb.basins(BENT, dict(v=(0, 1)))
