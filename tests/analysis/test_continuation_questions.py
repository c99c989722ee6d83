"""Wrong questions, and what they are told."""

import pytest
import rheobase as rb

HOPF = rb.models.normal_form("hopf")
MORRIS_LECAR = rb.models.morris_lecar("hopf")


@pytest.fixture(scope="module")
def hopf():
    return rb.continue_equilibria(HOPF, "alpha", (-1, 1)).first("hopf")


ASKED = [rb.continue_equilibria, rb.bifurcation_diagram]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    ("name", "interval", "error", "word"),
    [
        ("J", (0, 1), rb.UnknownName, "J"),
        ("V", (0, 1), rb.UnknownName, "V"),
        (3, (0, 1), rb.UnknownName, "3"),
        ("I", (0, float("nan")), rb.InvalidArgument, "nan"),
        ("I", (0, float("inf")), rb.InvalidArgument, "inf"),
        ("I", (5, 5), rb.InvalidArgument, "different"),
        ("I", 5, rb.InvalidArgument, "pair"),
        ("I", (1, 2, 3), rb.InvalidArgument, "pair"),
        ("I", "ab", rb.InvalidArgument, "pair"),
        ("g_K", None, rb.InvalidArgument, "range of g_K"),
    ],
)
def test_parameter_and_range(ask, name, interval, error, word):
    with pytest.raises(error, match=word):
        ask(MORRIS_LECAR, name, interval)


@pytest.mark.parametrize("ask", [*ASKED, rb.continue_cycles, rb.find_limit_cycle])
@pytest.mark.parametrize("start", ["Morris-Lecar", None, 3, {"V": 0}])
def test_what_they_start_from(ask, start):
    with pytest.raises(rb.InvalidArgument):
        ask(start) if ask is rb.find_limit_cycle else ask(start, "I", (0, 1))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[("mesh", value) for value in (3, 0, -5, 2.5, "fine", True)],
        *[("degree", value) for value in (1, 8, 4.0)],
        *[("tolerance", value) for value in (0, -1e-7, 1, float("nan"))],
        *[("max_step", value) for value in (0, -1)],
        *[("max_points", value) for value in (0, -3, 1.5)],
        *[("max_period", value) for value in (0, -1)],
    ],
)
def test_settings(hopf, setting, value):
    with pytest.raises(rb.InvalidArgument, match=setting):
        rb.continue_cycles(hopf, **{setting: value})
    with pytest.raises(rb.InvalidArgument, match=setting):
        rb.bifurcation_diagram(HOPF, **{setting: value})


def test_unknown_settings_are_errors(hopf):
    with pytest.raises(TypeError, match="ntst"):
        rb.continue_cycles(hopf, ntst=50)


@pytest.mark.parametrize("ask", [*ASKED, lambda model, *_: rb.find_limit_cycle(model)])
def test_a_model_that_depends_on_time_is_refused_by_name(ask):
    model = rb.Model("forced one", "x' = -x + a*cos(t)", parameters=dict(a=1), start=dict(x=0))
    with pytest.raises(rb.InvalidArgument, match=r"forced one depends on time \(t\)"):
        ask(model, "a", (0, 1))


@pytest.mark.parametrize("name", ["period", "x_min", "y_max"])
@pytest.mark.parametrize("is_state", [True, False])
def test_names_that_clash_with_columns(name, is_state):
    """Refused where cycles are followed; equilibria alone have no such column."""
    text = "x' = a*x - y - x*(x^2 + y^2)\ny' = x + a*y - y*(x^2 + y^2)"
    more = {name: 0.0}
    if is_state:
        text += f"\n{name}' = -{name}"
    model = rb.Model(
        "clash",
        text,
        parameters=dict(a=-1) | ({} if is_state else more),
        start=dict(x=0, y=0) | (more if is_state else {}),
    )
    branch = rb.continue_equilibria(model, "a", (-1, 1))
    for ask in (
        lambda: rb.bifurcation_diagram(model, "a", (-1, 1)),
        lambda: rb.continue_cycles(branch.first("hopf")),
    ):
        with pytest.raises(rb.InvalidArgument, match=f"'{name}'"):
            ask()


def test_starts_outside_the_range(hopf):
    for ask in (
        lambda: rb.continue_cycles(hopf, "alpha", (0.5, 1)),
        lambda: rb.continue_equilibria(
            rb.find_fixed_points(HOPF.replace(alpha=-2))[0], "alpha", (-1, 1)
        ),
    ):
        with pytest.raises(rb.InvalidArgument, match="outside the range"):
            ask()


def test_no_cycles_begin_at_a_fold():
    fold = rb.continue_equilibria(rb.models.normal_form("saddle-node")).first("fold")
    with pytest.raises(rb.NotFound, match="hopf"):
        rb.continue_cycles(fold)


def test_a_model_that_never_rests():
    model = rb.Model("runaway", "x' = 1 + x^2 + a^2", parameters=dict(a=0), start=dict(x=1))
    with pytest.raises(rb.NotFound, match="runaway has no fixed point"):
        rb.continue_equilibria(model, "a", (0, 1))
    diagram = rb.bifurcation_diagram(model, "a", (0, 1))
    assert diagram.branches == ()
    assert "no fixed point" in diagram.message
    assert diagram.to_dataframe().empty


def test_a_model_without_parameters():
    model = rb.Model("bare", "x' = 1 - x", start=dict(x=1))
    with pytest.raises(rb.InvalidArgument, match="bare"):
        rb.bifurcation_diagram(model)


def test_maps_have_no_limit_cycles_of_this_kind():
    model = rb.Model.map("logistic", "x = r*x*(1 - x)", parameters=dict(r=2), start=dict(x=0.3))
    with pytest.raises(rb.InvalidArgument, match="map"):
        rb.find_limit_cycle(model)
    point = rb.continue_equilibria(model, "r", (0.5, 2)).first("branch point")
    with pytest.raises(rb.RheobaseError):
        rb.continue_cycles(point)
