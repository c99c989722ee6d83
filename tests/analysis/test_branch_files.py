"""Results saved and loaded, and continuations that start from what was loaded."""

import numpy as np
import pytest
import rheobase as rb

ENDINGS = pytest.mark.parametrize("ending", [".npz", ".nc"])
BAUTIN = rb.Model(
    "Bautin",
    """
    x' = b1*x - y + b2*x*r2 - x*r2^2
    y' = x + b1*y + b2*y*r2 - y*r2^2
    z' = -z + x^2
    r2 = x^2 + y^2
    """,
    parameters=dict(b1=-0.5, b2=1),
    start=dict(x=0, y=0, z=0),
)
PITCHFORK = rb.models.normal_form("pitchfork")
# a doubling at mu = 0, as in test_doubling_and_torus, across a circle
DOUBLING = rb.Model(
    "doubling",
    """
    x' = x*(1 - x^2 - y^2) - y
    y' = y*(1 - x^2 - y^2) + x
    p' = -q/2 + (g*((1 + x)*p + y*q) - ((1 - x)*p - y*q))/2
    q' = p/2 + (g*(y*p + (1 - x)*q) - (-y*p + (1 + x)*q))/2
    g = mu - (p^2 + q^2)
    """,
    parameters=dict(mu=-0.3),
    start=dict(x=1, y=0, p=0, q=0),
)


@pytest.fixture(scope="module", autouse=True)
def one_engine():
    """Otherwise the compiled one may take over, with other roundings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RHEOBASE_ENGINE", "numpy")
        yield


@pytest.fixture(scope="module")
def diagram(one_engine):
    return rb.bifurcation_diagram(BAUTIN, "b1", (-0.5, 0.3))


def stored(thing, folder, ending):
    return rb.load(rb.save(thing, folder / f"thing{ending}"))


def assert_same_branch(a, b):
    assert (a.kind, a.parameter, a.interval, a.ends, a.messages, a.engine) == (
        *(b.kind, b.parameter, b.interval, b.ends, b.messages, b.engine),
    )
    assert a.model == b.model
    assert list(a.columns) == list(b.columns)
    for name in a.columns:
        np.testing.assert_array_equal(a[name], b[name])
    np.testing.assert_array_equal(a.stable, b.stable)
    assert a.stable.dtype == b.stable.dtype
    np.testing.assert_array_equal(a.spectrum, b.spectrum)
    assert a.special_rows == b.special_rows
    assert repr(a) == repr(b)
    for p, q in zip(a.special, b.special, strict=True):
        assert_same_point(p, q)


def assert_same_point(p, q):
    assert p.to_dict() == q.to_dict()
    assert p.interval == q.interval
    assert p.model == q.model
    np.testing.assert_array_equal(p.eigenvalues, q.eigenvalues)
    assert sorted(p.arrays) == sorted(q.arrays)
    for name in p.arrays:
        np.testing.assert_array_equal(p.arrays[name], q.arrays[name])


@ENDINGS
def test_branches(diagram, tmp_path, ending):
    for branch in diagram.branches:
        assert_same_branch(stored(branch, tmp_path, ending), branch)


@ENDINGS
def test_a_diagram(diagram, tmp_path, ending):
    again = stored(diagram, tmp_path, ending)
    assert repr(again) == repr(diagram)
    assert again.to_dict() == diagram.to_dict()
    assert (again.status, again.message) == (diagram.status, diagram.message)
    for a, b in zip(again.branches, diagram.branches, strict=True):
        assert_same_branch(a, b)
    found, known = again.at(b1=-0.1), diagram.at(b1=-0.1)
    assert [repr(a) for a in found] == [repr(b) for b in known]


@ENDINGS
def test_special_points(diagram, tmp_path, ending):
    for point in diagram.special:
        assert_same_point(stored(point, tmp_path, ending), point)


@ENDINGS
def test_a_limit_cycle(diagram, tmp_path, ending):
    cycle = diagram.cycles[0].at(b1=0.1)[0]
    again = stored(cycle, tmp_path, ending)
    assert again.to_dict() == cycle.to_dict()
    np.testing.assert_array_equal(again(0.3), cycle(0.3))
    assert again.model == cycle.model


@ENDINGS
def test_a_cycle_continues_after_loading(diagram, tmp_path, ending):
    cycle = diagram.cycles[0].at(b1=0.1)[0]
    known = rb.continue_cycles(cycle, "b1", (-0.3, 0.3))
    again = rb.continue_cycles(stored(cycle, tmp_path, ending), "b1", (-0.3, 0.3))
    assert_same_branch(again, known)
    assert [point.label for point in again.special] == ["LPC"]


def starts(diagram):
    """Special points of each kind that something continues from."""
    rest = rb.continue_equilibria(PITCHFORK)
    circle = rb.continue_cycles(rb.find_limit_cycle(DOUBLING), "mu", (-0.3, 0.3))
    return {
        "hopf": (diagram.first("hopf"), rb.continue_cycles),
        "cycle fold": (diagram.first("cycle fold"), rb.continue_cycles),
        "period doubling": (circle.first("period doubling"), rb.continue_cycles),
        "branch point": (rest.first("branch point"), rb.continue_equilibria),
    }


KINDS = ["hopf", "cycle fold", "period doubling", "branch point"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_continuation_restarts_from_a_file(diagram, tmp_path, kind):
    point, follow = starts(diagram)[kind]
    known = follow(point)
    assert len(known) > 5
    for ending in (".npz", ".nc"):
        assert_same_branch(follow(stored(point, tmp_path, ending)), known)


def test_a_cycle_fold_continues_both_ways(diagram):
    """Through the fold, from b1 = -1/4, r^2 = 1/2: both the stable and the unstable cycles."""
    branch = rb.continue_cycles(diagram.first("cycle fold"))
    np.testing.assert_allclose(
        branch["x_max"] ** 4 - branch["x_max"] ** 2, branch["b1"], rtol=0, atol=1e-7
    )
    assert set(branch.ends) == {rb.Status.HOPF_REACHED, rb.Status.RANGE_REACHED}


def test_another_parameter_from_a_loaded_point(diagram, tmp_path):
    """A cycle in b2 instead of b1, b1 + b2 r^2 = r^4; a Hopf point over a shorter range."""
    hopf = stored(diagram.first("hopf"), tmp_path, ".npz")
    cycle = stored(diagram.cycles[0].at(b1=0.05)[0], tmp_path, ".npz")
    branch = rb.continue_cycles(cycle, "b2", (0.2, 2))
    r2 = branch["x_max"] ** 2
    np.testing.assert_allclose(0.05 + branch["b2"] * r2 - r2**2, 0, atol=1e-7)
    shorter = rb.continue_cycles(hopf, "b1", (-0.2, 0.1))
    assert shorter["b1"].min() == -0.2
