"""The Fortran that AUTO is given means what the model means, and what AUTO writes is read right."""

import ctypes
import subprocess

import numpy as np
import pytest
import rheobase as rb
from auto_fortran import WIDTH, number, place, problem
from auto_runs import GFORTRAN, Auto, needs_auto, numbers_in, real

FLOWS = [
    f"{entry.name}:{regime}"
    for entry in rb.models.catalog()
    for regime in entry.regimes
    if (model := rb.models.named(f"{entry.name}:{regime}")).kind == "flow" and model.reset is None
]
EVERY_FUNCTION = rb.Model(
    "every function",
    """
    lambda' = max(I, i)*abs(lambda) - min(lambda, I, 0.3) + where(lambda > i, exp(-I), lambda^2)
    I' = mod(7*I, 3) + floor(5*lambda) + heaviside(I - 1) - step(1 - lambda)*sign(I)
    i' = sqrt(2 + i)^3 + log(3 + I)/tan(i) - sinh(lambda)*cosh(i) + tanh(I)^-2 + e/(1 + E)
    E' = asin(i/9) + acos(I/9) + atan(E) + pi*sin(E)*cos(lambda) + 1e-5*E^(lambda + 2) + g(I)
    g(x) = (1 + x)^(1/3) + (x <= 1 and not x == 2)
    e = lambda + 1/3
    """,
    parameters={f"p{k}": 0.1 * k for k in range(12)},
    start={"lambda": 0.4, "I": 0.7, "i": 0.9, "E": 1.3},
)
compiles = pytest.mark.skipif(GFORTRAN is None, reason="gfortran is not installed")


def called(model, x, folder):
    """F and DFDU of the Fortran at x."""
    start = dict(zip(model.states, x, strict=True))
    text = problem(model, model.parameters, start)
    assert max(map(len, text.splitlines())) <= 132
    (folder / "model.f90").write_text(text)
    command = [GFORTRAN, "-shared", "-fPIC", "-w", "model.f90", "-o", "model.so"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    library = ctypes.CDLL(str(folder / "model.so"), mode=1)  # PVLS calls what is not there: lazy
    n, par = len(x), np.zeros(60)
    u, f, jacobian = np.array(x, dtype=float), np.zeros(n), np.zeros((n, n), order="F")
    pointer = lambda a: a.ctypes.data_as(ctypes.c_void_p)  # noqa: E731
    size, zero, one = (ctypes.byref(ctypes.c_int(k)) for k in (n, 0, 1))
    again = np.zeros(n)
    library.stpnt_(size, pointer(again), pointer(par), ctypes.byref(ctypes.c_double(0)))
    assert again.tolist() == u.tolist()
    library.func_(
        *(size, pointer(u), zero, pointer(par), one, pointer(f), pointer(jacobian)),
        pointer(np.zeros((n, 60))),
    )
    return f, jacobian


@compiles
@pytest.mark.parametrize("name", [*FLOWS, "every function"])
def test_the_fortran_is_the_model(name, tmp_path):
    model = EVERY_FUNCTION if name == "every function" else rb.models.named(name)
    x = np.array(list(model.start.values())) + 0.0123
    f, jacobian = called(model, x, tmp_path)
    p = model.field.parameter_array(model.parameters)
    scale = np.abs(model.field.jacobian(x, p)) @ np.abs(x) + 1
    assert (np.abs(f - model.field.f(x, p)) <= 1e-13 * scale).all()
    exact = model.field.jacobian(x, p)
    assert np.allclose(jacobian, exact, rtol=1e-10, atol=1e-13 * np.abs(exact).max())


def test_parameters_keep_out_of_the_period():
    assert [place(k) for k in (0, 8, 9, 10)] == [1, 9, 31, 32]
    assert (number(1e-5), number(-0.1), number(3)) == ("1d-05", "-0.1d0", "3.0d0")
    assert WIDTH + 10 < 132


def test_what_autos_columns_run_together_is_read():
    assert numbers_in(" 1.0000000000E+00-2.5000000000E-01") == [
        "1.0000000000E+00",
        "-2.5000000000E-01",
    ]
    assert [real(word) for word in ("1.79769+308", "-8.97217-227", "1.5E-01")] == [
        1.79769e308,
        -8.97217e-227,
        0.15,
    ]


def test_what_auto_cannot_take_is_refused(tmp_path):
    for model in (rb.models.henon(), rb.models.izhikevich()):
        with pytest.raises(ValueError, match="autonomous flows without a reset"):
            problem(model, model.parameters, model.start)


@needs_auto
def test_auto_finds_the_bautin_form_s_fold(tmp_path):
    """beta1 = -1/4, r^2 = 1/2 at beta2 = 1, period 2 pi: x runs over +-sqrt(1/2)."""
    model = rb.models.normal_form("bautin")
    auto = Auto(model, "beta1", tmp_path)
    rest = auto.equilibria(-0.5, 0.5, DSMAX=0.013)
    family = auto.family(rest, rest.all("hopf")[0], -0.5, 0.5, 100, NTST=20, DSMAX=0.05)
    (fold,) = family.all("cycle fold")
    assert abs(fold.parameter + 0.25) < 1e-9
    low, high = family.orbit(fold).extrema()
    assert np.allclose([*low, *high], np.array([-1, -1, 1, 1]) * 0.5**0.5, atol=1e-6)
    assert abs(family.orbit(fold).period - 2 * np.pi) < 1e-8
    assert family.stable[-1]
    assert not family.stable[0]
