"""Where a continuation ends or is stopped: ranges that run downward, limits, interruptions, models
that jump or do not know the parameter."""

import numpy as np
import pytest
import rheobase as rb

HOPF = rb.models.normal_form("hopf")
MORRIS_LECAR = rb.models.morris_lecar("hopf")
STILL = rb.Model("still", "x' = -x", parameters=dict(a=1), start=dict(x=0))


@pytest.fixture(scope="module")
def hopf():
    return rb.continue_equilibria(HOPF, "alpha", (-1, 1)).first("hopf")


def test_a_start_at_an_end_of_the_range():
    """A cycle at alpha = 1 goes into (0.2, 1), not out of it."""
    cycle = rb.find_limit_cycle(HOPF.replace(alpha=1, x=0.5))
    branch = rb.continue_cycles(cycle, "alpha", (0.2, 1))
    assert branch["alpha"].min() == 0.2
    assert branch["alpha"].max() == 1
    assert branch.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)


@pytest.mark.parametrize("name", ["saddle homoclinic", "bautin", "pitchfork", "cusp"])
def test_the_direction_of_the_range_changes_no_label(name):
    model = rb.models.normal_form(name)
    parameter, (low, high) = model.natural
    up = rb.bifurcation_diagram(model, parameter, (low, high))
    down = rb.bifurcation_diagram(model, parameter, (high, low))
    assert down.interval == (high, low)

    def told(diagram):
        return sorted((p.kind, p.parameters[parameter]) for p in diagram.special)

    assert [kind for kind, _ in told(up)] == [kind for kind, _ in told(down)]
    values = [[value for _, value in told(diagram)] for diagram in (up, down)]
    np.testing.assert_allclose(*values, rtol=0, atol=1e-8)
    first = rb.continue_equilibria(model, parameter, (high, low))
    assert first[parameter][0] == high


def test_interrupted_equilibria():
    seen = []

    def stop(value):
        seen.append(value)
        if len(seen) == 5:
            raise KeyboardInterrupt

    branch = rb.continue_equilibria(MORRIS_LECAR, "I", (0, 250), progress=stop)
    assert branch.ends[1] is rb.Status.INTERRUPTED
    assert branch.status is rb.Status.INTERRUPTED
    assert not branch.status.ok
    assert "interrupted" in branch.message
    assert 5 <= len(branch) < 12
    assert set(seen) <= set(branch["I"])


def test_interrupted_cycles(hopf):
    def stop(value):
        if value > 0.1:
            raise KeyboardInterrupt

    family = rb.continue_cycles(hopf, progress=stop)
    assert family.status is rb.Status.INTERRUPTED
    assert 0.1 < family["alpha"].max() < 1
    np.testing.assert_allclose(family["x_max"], np.sqrt(family["alpha"]), atol=1e-7)


def test_an_interrupted_diagram_holds_what_there_is():
    words = []

    def stop(what, value):
        words.append(what)
        if what.startswith("cycles"):
            raise KeyboardInterrupt

    diagram = rb.bifurcation_diagram(MORRIS_LECAR, "I", (0, 250), progress=stop)
    assert diagram.status is rb.Status.INTERRUPTED
    assert [p.label for p in diagram.special][:2] == ["H", "H"]
    assert "interrupted" in diagram.message
    assert "equilibria" in words[0]
    assert any("hopf at 93.8" in word for word in words)


def test_progress_is_told_every_point(hopf):
    values = []
    family = rb.continue_cycles(hopf, progress=values.append)
    # the last lies beyond the range, and is replaced by a point at its end
    assert np.isin(values[:-1], family["alpha"]).all()
    assert len(values) >= len(family) - 3


def test_max_points(hopf):
    for branch in (
        rb.continue_cycles(hopf, max_points=4),
        rb.continue_equilibria(MORRIS_LECAR, "I", (0, 250), max_points=4),
    ):
        assert len(branch) == 4
        assert branch.status is rb.Status.TOO_MANY_POINTS
        assert "max_points" in branch.message


def test_max_step(hopf):
    few, many = (len(rb.continue_cycles(hopf, max_step=step)) for step in (0.5, 0.02))
    assert many > 3 * few


def test_a_parameter_that_does_not_appear():
    diagram = rb.bifurcation_diagram(STILL, "a", (0, 1))
    (branch,) = diagram.branches
    assert branch.special == ()
    np.testing.assert_array_equal(branch["x"], 0)
    assert (branch["a"].min(), branch["a"].max()) == (0, 1)


@pytest.mark.parametrize("edge", [0.5, 1.0])
def test_a_jump(edge):
    """x = 0 below a = edge and 1 above; the branches end there, and nothing false is labelled."""
    model = rb.Model("jump", f"x' = -x + step(a - {edge})", parameters=dict(a=0), start=dict(x=0))
    branch = rb.continue_equilibria(model, "a", (0, 1))
    assert branch.special == ()
    assert branch["a"].max() == pytest.approx(edge, rel=1e-6)
    np.testing.assert_allclose(branch["x"][:-1], 0, atol=1e-12)
    diagram = rb.bifurcation_diagram(model, "a", (0, 1))
    assert diagram.special == ()
    assert sorted({round(float(b["x"].max())) for b in diagram.branches}) == [0, 1]


def test_equations_that_end():
    """x' = -x + sqrt(a): defined for a >= 0 only."""
    model = rb.Model("root", "x' = -x + sqrt(a)", parameters=dict(a=1), start=dict(x=1))
    branch = rb.continue_equilibria(model, "a", (1, -1))
    assert branch.special == ()
    assert branch["a"][-1] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(branch["x"] ** 2, branch["a"], atol=1e-9)
    assert branch.status is rb.Status.STEP_TOO_SMALL
    assert "a = " in branch.message
