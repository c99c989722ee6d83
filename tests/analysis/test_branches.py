"""Branches and diagrams as objects: columns, solutions at a value, special points, tables."""

import json
import math

import numpy as np
import pytest
import rheobase as rb

BAUTIN = rb.Model(
    "Bautin",
    """
    x' = b1*x - y + b2*x*r2 - x*r2^2
    y' = x + b1*y + b2*y*r2 - y*r2^2
    r2 = x^2 + y^2
    """,
    parameters=dict(b1=-0.5, b2=1),
    start=dict(x=0, y=0),
)
CUSP = rb.Model("cusp", "x' = b1 + x - x^3", parameters=dict(b1=-1), start=dict(x=-1.3))


@pytest.fixture(scope="module")
def diagram():
    return rb.bifurcation_diagram(BAUTIN, "b1", (-0.5, 0.3))


@pytest.fixture(scope="module")
def rest(diagram):
    return diagram.equilibria[0]


@pytest.fixture(scope="module")
def family(diagram):
    return diagram.cycles[0]


def strict(something):
    """What a strict JSON parser reads back."""
    text = json.dumps(something.to_dict(), allow_nan=False)
    return json.loads(text)


def test_columns(rest, family):
    assert list(rest.columns) == ["b1", "x", "y"]
    assert list(family.columns) == ["b1", "period", "x_min", "x_max", "y_min", "y_max"]
    for branch in (rest, family):
        for column in branch.columns.values():
            assert column.shape == branch.stable.shape == (len(branch),)
            assert column.dtype == float
            with pytest.raises(ValueError, match="read-only"):
                column[0] = 1.0
        assert branch.stable.dtype == bool
    assert rest.eigenvalues.shape == (len(rest), 2)
    assert family.multipliers.shape == (len(family), 2)
    assert rest.kind == "equilibria"
    assert family.kind == "cycles"


@pytest.mark.parametrize("name", ["period", "V", "x_max"])
def test_an_unknown_column_is_named(rest, name):
    with pytest.raises(rb.UnknownName, match=name):
        rest[name]


def test_the_spectrum_has_its_proper_name(rest, family):
    with pytest.raises(rb.NotFound, match="eigenvalues"):
        rest.multipliers
    with pytest.raises(rb.NotFound, match="multipliers"):
        family.eigenvalues


@pytest.mark.parametrize("value", [-0.2, -0.05, 0.1, 0.3])
def test_solutions_at_a_value(diagram, value):
    """r^2 = (1 +- sqrt(1 + 4 b1))/2, where it is positive."""
    rest, *cycles = diagram.at(b1=value)
    assert rest.state["x"] == pytest.approx(0, abs=1e-12)
    assert rest.stable == (value < 0)
    roots = [(1 + sign * math.sqrt(1 + 4 * value)) / 2 for sign in (1, -1)]
    exact = sorted(math.sqrt(root) for root in roots if root > 1e-12)

    found = sorted(cycle.maximum["x"] for cycle in cycles)
    np.testing.assert_allclose(found, exact, rtol=1e-8)
    for cycle in cycles:
        assert cycle.period == pytest.approx(2 * math.pi, rel=1e-9)
        assert cycle.parameters["b1"] == value
    stable = [c for c in diagram.attractors(b1=value) if isinstance(c, type(cycles[0]))]
    assert [c.maximum["x"] for c in stable] == pytest.approx([exact[-1]], rel=1e-8)


def test_every_branch_of_an_s():
    """b1 + x - x^3 = 0 has three roots within |b1| < 2/sqrt 27."""
    branch = rb.continue_equilibria(CUSP, "b1", (-1, 1))
    for value, count in ((-0.5, 1), (-0.2, 3), (0.0, 3), (0.38, 3), (0.39, 1)):
        found = sorted(point.state["x"] for point in branch.at(b1=value))
        roots = np.roots([-1, 0, 1, value])
        exact = np.sort(roots[np.abs(roots.imag) < 1e-9].real)
        assert len(exact) == count
        np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    assert branch.at(b1=7) == []


def test_solutions_of_a_row(rest, family):
    for i in (0, 3, len(rest) - 1, -1):
        point = rest.orbit(i)
        assert point.parameters["b1"] == rest["b1"][i]
        assert [point.state[name] for name in ("x", "y")] == [rest["x"][i], rest["y"][i]]
    for i in (2, len(family) - 1, -1):
        cycle = family.orbit(i)
        assert cycle.period == family["period"][i]
        assert cycle.maximum["x"] == pytest.approx(family["x_max"][i], rel=1e-12)
        np.testing.assert_array_equal(cycle.multipliers, family.multipliers[i])
        # it starts at the maximum of x
        assert cycle["x"][0] == pytest.approx(cycle["x"].max(), rel=1e-6)
    with pytest.raises(rb.InvalidArgument, match="rows"):
        family.orbit(len(family))


def test_special_points(diagram, rest, family):
    assert [p.kind for p in diagram.special] == ["hopf", "cycle fold"]
    hopf, fold = diagram.special
    assert diagram.first("hopf") is diagram.first("H") is rest.first("H")
    assert family.all("LPC") == family.all("cycle fold") == [fold]
    assert rest.all("fold") == []
    assert family["b1"][family.special_rows[0]] == pytest.approx(fold.parameters["b1"], rel=1e-12)
    assert hopf["b1"] == hopf.value == hopf.parameters["b1"]
    assert hopf["x"] == hopf.state["x"]
    assert "H" in repr(hopf)
    assert "subcritical" in repr(hopf)
    assert max(hopf.residual, fold.residual) < 1e-8


@pytest.mark.parametrize("kind", ["fold", "LP", "torus", "NS", "snic"])
def test_what_is_not_there(diagram, kind):
    with pytest.raises(rb.NotFound) as error:
        diagram.first(kind)
    for word in (kind, "hopf at b1", "cycle fold at b1 = -0.25"):
        assert word in str(error.value)


def test_an_unknown_kind(diagram):
    for ask in (diagram.first, diagram.all, diagram.branches[0].first):
        with pytest.raises(rb.UnknownName, match="hopf"):
            ask("hopff")


@pytest.mark.parametrize("values", [{}, {"b2": 1.0}, {"b1": 0.1, "b2": 1.0}])
def test_at_takes_the_parameter(diagram, values):
    with pytest.raises(rb.InvalidArgument, match="b1"):
        diagram.at(**values)


def test_ends(rest, family):
    assert rest.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    assert family.ends == (rb.Status.HOPF_REACHED, rb.Status.RANGE_REACHED)
    for branch in (rest, family):
        assert branch.status.ok
        assert "the range of b1 ends at 0.3" in branch.message


def test_json(diagram, rest, family):
    told = strict(diagram)
    assert set(told) >= {"model", "parameter", "range", "branches", "special"}
    assert told["range"] == [-0.5, 0.3]
    assert [b["kind"] for b in told["branches"]] == ["equilibria", "cycles"]
    assert told["branches"][1]["columns"]["x_max"] == family["x_max"].tolist()
    assert told["branches"][0]["stable"] == rest.stable.tolist()
    keys = {"kind", "label", "parameters", "state", "period", "coefficient", "criticality"}
    for point in told["special"]:
        assert keys <= set(point)
    assert told["special"][0]["label"] == "H"
    for branch in (rest, family):
        assert strict(branch)["columns"]["b1"] == branch["b1"].tolist()
    assert strict(diagram.at(b1=0.1)[1])["period"] == pytest.approx(2 * math.pi)
    endless = rb.bifurcation_diagram(rb.models.normal_form("saddle homoclinic"))
    assert strict(endless)["special"][1]["period"] is None  # infinite


def test_tables(diagram, rest, family):
    table = family.to_dataframe()
    assert list(table.columns) == [*family.columns, "stable", "label"]
    assert len(table) == len(family)
    assert table["label"][family.special_rows[0]] == "LPC"
    assert (table["label"] != "").sum() == 1
    whole = diagram.to_dataframe()
    assert len(whole) == len(rest) + len(family)
    assert list(whole["kind"].unique()) == ["equilibria", "cycles"]
    np.testing.assert_array_equal(whole.loc[whole["branch"] == 1, "period"], family["period"])


def test_words(diagram, rest, family):
    assert "Bautin" in repr(diagram)
    for branch in (rest, family):
        assert repr(branch) in repr(diagram)
    assert "LPC -0.25" in repr(family)


def test_centres_are_not_stable():
    """All along the coexistence of Lotka and Volterra the eigenvalues are imaginary."""
    model = rb.models.named("lotka-volterra")
    beta = model.parameters["beta"]
    branch = rb.continue_equilibria(model, "beta", (3 * beta, 0.1 * beta))
    assert np.abs(branch.eigenvalues.real).max() < 1e-12
    assert not branch.stable.any()
