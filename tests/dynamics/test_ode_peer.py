"""XPPAUT itself runs what is written and what is read; its output is in single precision."""

import os
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from ode_files import FOLDER, needs_xppaut, run_xppaut
from rheobase.dynamics.ode_reader import translated
from scipy.integrate import solve_ivp

pytestmark = [needs_xppaut, pytest.mark.slow]
SINGLE = 2e-6  # a few roundings of single precision, grown along the orbit
STEP = 2**-4  # XPP keeps its step in single precision: a power of two is exact
OUR_OWN = ["hodgkin_huxley", "morris_lecar", "fitzhugh_nagumo", "wilson_cowan", "henon", "derived"]
OUR_OWN += ["mixed_case", "if_then_else", "pulses"]
SMOOTH = [entry for entry in rb.models.catalog() if entry.model().reset is None]
EXAMPLES = Path(os.environ.get("XPPAUT_EXAMPLES", "/usr/share/doc/xppaut/examples/ode"))


def reference(model, times):
    """The states at these times by SciPy's DOP853, or by iteration of a map."""
    p, x = model.field.parameter_array(model.parameters), np.array(list(model.start.values()))
    if model.kind == "map":
        rows = [x]
        for t in times[:-1]:
            rows.append(model.field.f(rows[-1], p, t))
        return np.array(rows)
    rhs = lambda t, x: model.field.f(x, p, t)  # noqa: E731
    # Steps end where an input jumps: the files switch at multiples of 1/2.
    rows, jumps = [x], [0.0, times[-1]]
    if not model.autonomous:
        jumps = np.arange(0, times[-1] + 0.5, 0.5)
    for start, end in pairwise(jumps):
        inside = times[(times > start) & (times <= end)]
        run = solve_ivp(rhs, (start, end), rows[-1], "DOP853", inside, rtol=1e-12, atol=1e-13)
        rows.extend(run.y.T)
    return np.array(rows)


def agree(model, table, bound=SINGLE):
    found, times = table[:, 1 : 1 + len(model.states)], table[:, 0].astype(float)
    expected = reference(model, times)
    scale = np.abs(expected).max(axis=0) + 1e-9
    assert (np.abs(found - expected) / scale).max() < bound


def drive(entry):
    """A model of the library away from rest."""
    name, (low, high) = entry.natural
    return entry.model().replace({name: low + 0.7 * (high - low)})


@pytest.mark.parametrize("entry", SMOOTH, ids=lambda entry: entry.name)
def test_xppaut_computes_the_same_orbits(entry, tmp_path):
    model = drive(entry)
    step, until = 1 if model.kind == "map" else STEP, 2 if model.time_unit == "s" else 20
    table = run_xppaut(model.to_ode(until=until, step=step, tolerance=1e-11), tmp_path)
    assert len(table) == round(until / step) + 1
    agree(model, table)


@pytest.mark.parametrize("name", OUR_OWN)
def test_files_mean_to_us_what_they_mean_to_xppaut(name, tmp_path):
    text = (FOLDER / f"{name}.ode").read_text()
    model = translated(text, name).model
    table = run_xppaut(settled(text, model.kind), tmp_path)
    if name == "derived":  # xppaut 6.11 ignores a start value that is a formula
        model = model.replace(v=0)
    agree(model, table)


def settled(text, kind):
    """The file with our options in the place of its own."""
    lines = []
    for line in text.splitlines():
        if line.strip().lower() in ("d", "done"):
            break
        if not line.startswith(("@", "set", "only")):
            lines.append(line)
    method = "discrete" if kind == "map" else "83dp"
    step = 1 if kind == "map" else STEP
    options = f"@ total=10,dt={step},meth={method},tol=1e-11,atol=1e-11,bound=1e9"
    return "\n".join([*lines, options, "done", ""])


def unread():
    return sorted(EXAMPLES.glob("*.ode")) if EXAMPLES.is_dir() else []


@pytest.mark.skipif(not unread(), reason="XPPAUT's examples are not installed (its Debian docs)")
def test_xppaut_s_own_examples(tmp_path):
    """Each is refused with a reason, or means the same; about half of them are read."""
    read = 0
    for path in unread():
        text = path.read_bytes().decode("latin-1")
        try:
            model = translated(text, path.stem).model
        except rb.EquationError:
            continue
        read += 1
        if model.reset is not None or model.noise:
            continue
        folder = tmp_path / path.stem
        folder.mkdir()
        try:
            table = run_xppaut(settled(text, model.kind), folder)
        except subprocess.TimeoutExpired:
            continue
        few = table[: 1 + round(1 / STEP)] if model.kind == "flow" else table
        agree(model, few, 1e-5)
    assert read >= 45


def test_a_reset_converges_to_the_located_one(tmp_path):
    """XPP interpolates a crossing linearly in its step: the error falls with its square."""
    model = rb.models.izhikevich().replace(I=10)
    p = model.field.parameter_array(model.parameters)

    def margin(t, x):
        return model.field.values("margin", x, p)[0]

    margin.terminal, margin.direction = True, 1
    t, x = 0.0, np.array(list(model.start.values()))
    while t < 100:
        run = solve_ivp(
            lambda t, x: model.field.f(x, p),
            *((t, 100), x, "DOP853"),
            events=margin,
            rtol=1e-11,
            atol=1e-11,
        )
        t, x = run.t[-1], run.y[:, -1]
        if run.status == 1:
            x = model.field.values("after", x, p)
    errors = []
    for step in (2**-4, 2**-6):
        table = run_xppaut(model.to_ode(until=100, step=step), tmp_path)
        errors.append(abs(table[-1, 1] - x[0]))
    assert errors[1] < 1e-3
    assert errors[1] < errors[0] / 8


def test_noise_has_the_variance_of_its_equation(tmp_path):
    """dx = -x dt + s dW: the variance in the long run is s^2/2 (within Euler's dt/2)."""
    model = rb.Model(
        "Ornstein-Uhlenbeck", "x' = -x", parameters=dict(s=0.8), start=dict(x=0), noise=dict(x="s")
    )
    table = run_xppaut(model.to_ode(until=20_000, step=2**-5), tmp_path)
    independent = 20_000 / 2  # one value in each two correlation times
    variance = np.var(table[:, 1])
    assert abs(variance / 0.32 - 1) < 5 * np.sqrt(2 / independent) + 0.02
