"""XPPAUT files: what is read, in which names, and what is refused with its place."""

import math
from contextlib import suppress

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from ode_files import FILES, FOLDER
from rheobase.dynamics.ode_reader import translate, translated


def read(*lines):
    return translated("\n".join(lines), "test").model


def rates(model, *x, t=0.0):
    p = model.field.parameter_array(model.parameters)
    return model.field.f(np.array(x, dtype=float), p, t)


def value(text, **names):
    """The value of an XPP expression."""
    listed = ",".join(f"{name}={number!r}" for name, number in names.items())
    return rates(read(f"x'={text}", f"par {listed}"), 0.0)[0]


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read(name):
    model = rb.read_ode(FOLDER / name)
    assert model.name == name.removesuffix(".ode")
    start = np.array(list(model.start.values()))
    assert np.isfinite(rates(model, *start, t=0.5)).all()


def test_hodgkin_huxley_is_the_one_of_the_library():
    ours = rb.models.hodgkin_huxley()
    read = rb.read_ode(FOLDER / "hodgkin_huxley.ode")
    assert read.states == ("V", "m", "h", "N")
    x = np.array([[-70.0, -40, 10], [0.1, 0.5, 0.9], [0.6, 0.2, 0.1], [0.3, 0.5, 0.7]])
    ours = ours.replace(I=10, E_L=-54.4, g_L=0.3)
    expected = ours.field.f(x, ours.field.parameter_array(ours.parameters))
    found = read.field.f(x, read.field.parameter_array(read.parameters))
    # At V = -40 the two spell the singular quotient differently.
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers that xppaut 6.11 prints for the same expressions
        ("2^3^2", 64.0),
        ("-2^2", -4.0),
        ("2**3", 8.0),
        ("2*3>1+5", 7.0),
        ("3&1+5", 6.0),
        ("not(3)*2", 0.0),
        ("not 2>3", 1.0),
        ("if(1>0.5)then(1)else(2)*10", 10.0),
        ("heav(0)", 1.0),
        ("mod(-1,3)", 2.0),
        ("log(10)", math.log(10)),
        # XPP's documentation
        ("ln(10)", math.log(10)),
        ("log10(1000)", 3.0),
        ("flr(-1.5)", -2.0),
        ("sign(-3)+sign(0)", -1.0),
        ("MAX(1,2)*Min(3,4)", 6.0),
        ("abs(-2)+sqrt(16)", 6.0),
        ("asin(1)+acos(1)+atan(1)", 0.75 * math.pi),
        ("sinh(1)+cosh(1)-exp(1)+tanh(0)", 0.0),
        ("sin(pi/2)+cos(PI)+tan(0)", 0.0),
        ("1e-3+1.5E+2+.5", 150.501),
        ("(2!=3)+(2==2)+(2<=2)+(1>=2)", 3.0),
        ("(1>2)|(3>2)", 1.0),
        ("2*-3", -6.0),
    ],
)
def test_the_language_is_that_of_xpp(text, expected):
    assert value(text, unused=1.0) == pytest.approx(expected, abs=1e-15, rel=1e-15)


@pytest.mark.parametrize("y", [-2.0, 0.0, 1e-9, 3.0])
@pytest.mark.parametrize("x", [-2.0, -1e-9, 0.0, 3.0])
def test_atan2_is_that_of_c(x, y):
    assert value("atan2(a,b)", a=y, b=x) == pytest.approx(math.atan2(y, x), rel=1e-15)


def test_case_is_folded_and_the_declared_spelling_kept():
    model = rb.read_ode(FOLDER / "mixed_case.ode")
    assert model.states == ("X", "y")
    assert list(model.parameters) == ["Mu"]
    assert list(model.definitions) == ["R2"]
    assert dict(model.start) == {"X": 1.0, "y": 0.0}


def test_starts_default_to_zero_and_may_be_formulas():
    assert dict(read("x'=-x", "y'=x", "init y=2").start) == {"x": 0.0, "y": 2.0}
    model = rb.read_ode(FOLDER / "derived.ode")
    assert model.start["v"] == -80.0
    assert rates(model, 0.0)[0] == pytest.approx((-70 + 10 * 0.5) / (10 * 2), rel=1e-15)


def test_an_aux_that_repeats_a_name_is_left_out():
    found = translate(FOLDER / "derived.ode")
    assert set(found.model.definitions) == {"rate", "vinf", "current"}
    assert [n.kind for n in found.notes] == ["left out"]


def test_an_aux_whose_name_is_taken_gets_another():
    model = read("v'=-v", "aux v=2*v", "aux E.K=v^2", "aux 1st=v")
    assert set(model.definitions) == {"v_aux", "E_K", "_1st"}


def test_names_that_rheobase_keeps_get_an_underscore():
    model = read("v'=step(v)+sigmoid+where", "step(t)=t^2", "par sigmoid=1,where=2")
    assert list(model.parameters) == ["sigmoid_", "where_"]
    assert rates(model, 3.0)[0] == 12.0


def test_maps():
    model = rb.read_ode(FOLDER / "henon.ode")
    assert model.kind == "map"
    assert rates(model, 0.5, 0.2) == pytest.approx([1 - 1.4 * 0.25 + 0.2, 0.15], rel=1e-15)
    assert read("x'=r*x*(1-x)", "par r=3", "@ meth=discrete").kind == "map"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@ total=100,dt=.02,meth=rk4", dict(until=100, step=0.02, scheme="rk4")),
        ("@ dt=.02 total=5", dict(until=5, step=0.02, scheme="rk4")),
        ("@ meth=cvode,dt=1,tol=1e-8", dict(scheme="radau", tolerance=1e-8)),
        ("@ METH=Stiff", dict(scheme="radau")),
        ("@ meth=modeuler,dt=.1,tol=1e-5", dict(scheme="heun", step=0.1)),
        ("@ meth=qualrk", dict(scheme="dormand-prince")),
        ("@ xlo=0,xhi=10,bound=1000,maxstor=1000", {}),
    ],
)
def test_options(line, expected):
    assert dict(read("x'=-x", line).options) == expected


def test_a_global_is_a_reset():
    model = rb.read_ode(FOLDER / "izhikevich.ode")
    assert model.reset == rb.Reset("v > 30", v="c", u="u + d")
    assert rb.read_ode(FOLDER / "tyson.ode").reset == rb.Reset("u < .2", m=".5*m")


def test_assignments_of_a_global_follow_one_another():
    # xppaut 6.11 gives x, y, z = 10, 11, 11 from 0.55, 5, 0
    model = read("x'=1", "y'=0", "z'=0", "global 1 {x-0.55} {x=10;y=x+1;z=y}")
    after = model.field.values("after", np.array([0.55, 5.0, 0.0]), np.array([]))
    assert list(after) == [10.0, 11.0, 11.0]


def test_noise_is_taken_out_of_the_equations():
    model = rb.read_ode(FOLDER / "noise.ode")
    assert "kick" not in model.definitions
    assert rates(model, 0.5, 0.25) == pytest.approx([0.5 - 0.125 - 0.25, 0.025], rel=1e-15)
    amplitudes = model.field.values(
        "noise", np.zeros(2), model.field.parameter_array(model.parameters)
    )
    assert list(amplitudes) == pytest.approx([0.3, 0.0, 0.15, -0.3])  # x: w, z; y: w, z
    assert model.options["scheme"] == "euler-maruyama"


def test_old_text_encodings_are_read(tmp_path):
    path = tmp_path / "old.ode"
    path.write_bytes("# modèle\r\nx'=-x\r\ndone\r\n".encode("latin-1"))
    assert rb.read_ode(path).states == ("x",)


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("table w % 10 0 1 t", 2, "a table"),
        ("y[1..3]'=-y[j]", 2, "arrays"),
        ("%[1..3]", 2, "an array block"),
        ("y'=delay(x,1)", 2, "no delays"),
        ("y'=ran(1)", 2, "random number"),
        ("y'=normal(0,1)", 2, "random number"),
        ("markov z 2", 2, "Markov"),
        ("bndry x-x'", 2, "boundary condition"),
        ("b x-1", 2, "boundary condition"),
        ("y(t)=int{exp(-t)#x}", 2, "Volterra"),
        ("volt y=int{exp(-t)#x}", 2, "Volterra"),
        ("0=x+y", 2, "algebraic condition"),
        ("solv y=1", 2, "solve"),
        ("special z=conv(even,1,2,w,x)", 2, "special sum"),
        ("export {x} {y}", 2, "external library"),
        ("#include other.ode", 2, "includes another"),
        ("y''=-y", 2, "second derivative"),
        ("par a=1/3", 2, "must be a number, not '1/3'"),
        ("par a=1,a=2", 2, "already declared in line 2"),
        ("par X=1", 2, "already declared in line 1"),
        ("par exp=1", 2, "XPP's own name"),
        ("y'=besselj(0,x)", 2, "Bessel"),
        ("y'=erf(x)", 2, "error function"),
        ("y'=sum(0,3)of(x)", 2, "a sum over an index"),
        ("y'=shift(x,1)", 2, "an index"),
        ("y'=x'", 2, "primed"),
        ("y'=2 x", 2, "operator is missing"),
        ("y'=x+", 2, "line ends"),
        ("y'=(x", 2, "')' is missing"),
        ("y'=if(x)then(1)", 2, "'else' is missing"),
        ("y'=z", 2, "unknown name 'z'"),
        ("y'=sinn(x)", 2, "unknown function 'sinn'. Did you mean 'sin'?"),
        ("y'=max(x)", 2, "takes 2 arguments, not 1"),
        ("y'=x(2)", 2, "is not a function"),
        ("y'=sin", 2, "is a function"),
        ("init z=1", 2, "no equation"),
        ("x(0)=ln(-1)", 2, "not real"),
        ("hello world", 2, "neither an equation nor a command"),
        ("global 1 x-1 {p=2}", 2, "a reset assigns states"),
        ("global 0 x-1 {x=2}", 2, "sign of a global must be 1 or -1"),
        ("global 1 x-1", 2, "a global is written"),
        ("global 1 x-1 {arret=1}", 2, "stops the run"),
        ("@ dt=-1", 2, "positive"),
        ("a=b\nb=a", 2, "circle"),
        ("f(x,x)=x", 2, "stands twice"),
    ],
)
def test_what_is_refused_names_its_line(line, number, words):
    with pytest.raises(rb.EquationError) as caught:
        read("x'=-x", line)
    assert words in str(caught.value)
    assert caught.value.line == number


@pytest.mark.parametrize(
    "line", ["x'=-x*w*w", "x'=exp(w)", "x'=-x+heav(w)", "x'=w*z", "x'=if(w>0)then(1)else(0)"]
)
def test_noise_that_is_not_added_is_refused(line):
    with pytest.raises(rb.EquationError, match="noise can only be added"):
        read(line, "wiener w,z")


def test_two_globals_are_refused():
    with pytest.raises(rb.EquationError, match="one reset; the first global is in line 2"):
        read("x'=1", "global 1 x-1 {x=0}", "global 1 x-2 {x=0}")


def test_the_old_style_is_refused():
    with pytest.raises(rb.EquationError, match="old style"):
        read("2 3 4", "x'=-x")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(rb.StorageError, match="there is no file"):
        rb.read_ode(tmp_path / "nothing.ode")
    with pytest.raises(rb.StorageError, match="can't be read"):
        rb.read_ode(tmp_path)


def test_order_and_precedence_are_noted():
    found = translated("x'=-b\na=b+1>2\nb=2", "test")
    assert [n.kind for n in found.notes] == ["warning", "warning"]
    assert "stands below it" in " ".join(n.text for n in found.notes)


PIECES = (
    *"xyt'=+-*/^(){}[],;12e#@%\\!&|<>\"é\n",
    *("2.5", "==", "par", "init", "aux", "wiener", "global", "done", "if", "then", "else", "exp"),
    *("dx/dt", "x'=", "x(t+1)=", "(0)=", "total=1", "ran", "delay", "ln", "\\ \n", "y=", "f(a)="),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_model_or_an_error(pieces):
    for joint in ("", " "):
        with suppress(rb.EquationError):
            read("x'=-x", joint.join(pieces))


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_model_or_an_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "a.ode"
    path.write_bytes(b"x'=-x\n" + content)
    with suppress(rb.EquationError, rb.StorageError):
        rb.read_ode(path)
