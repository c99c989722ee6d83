"""The two engines of cycles, NumPy and compiled, are one: to 1e-10, in parts and as a whole."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis import engine as engines
from rheobase.analysis.compiled_engine import CompiledEngine
from rheobase.analysis.engine import NumpyEngine
from rheobase.analysis.gauss import gauss
from rheobase.analysis.mesh import nodes_of
from rheobase.dynamics.freed import freed

MODELS = {
    "hodgkin-huxley": ("I", 20.0, 0.0),
    "morris-lecar:snic": ("I", 60.0, 250.0),
    "jansen-rit": ("p", 120.0, 400.0),
}


@pytest.fixture(params=MODELS)
def case(request):
    """A field in one parameter, a mesh that isn't uniform, and something like an orbit on it."""
    parameter, value, _ = MODELS[request.param]
    model = rb.models.named(request.param)
    random = np.random.default_rng(7)
    h = random.uniform(0.5, 2.0, 37)
    mesh = np.concatenate([[0.0], np.cumsum(h / h.sum())])
    table = gauss(4)
    centre = np.array(list(model.start.values()))
    swing = 0.2 * (1 + np.abs(centre)) * random.uniform(0.5, 1.0, len(centre))
    X = centre + swing * np.sin(2 * np.pi * nodes_of(table, mesh)[..., None])
    return freed(model, parameter), table, np.diff(mesh), X, value, swing, random


def same(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10 * np.abs(b).max())


def test_field_and_defects_agree(case):
    field, table, h, X, value, _, random = case
    slow, fast = NumpyEngine(field), CompiledEngine(field)
    f, matrix, finite = fast.linearised(X, value)
    reference, row = random.normal(size=(2, *f.shape))
    reference = np.concatenate([X[:, :1], reference], axis=1)
    assert finite
    for a, b in zip((f, matrix), slow.linearised(X, value), strict=False):
        scale = np.abs(b).max(axis=(0, 1))
        assert np.abs(a - b).max() <= 1e-10 * scale.max()
        same(a, b)
    same(fast.rates(X, value), slow.rates(X, value))
    both = [e.defects(table, h, X, reference, row, 3.7, f) for e in (fast, slow)]
    same(*both)


@pytest.mark.parametrize("twist", [1.0, -1.0, np.exp(0.7j)])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_solutions_and_passages_agree(case, twist, k):
    field, table, h, X, value, scale, random = case
    slow, fast = NumpyEngine(field), CompiledEngine(field)
    _, matrix, _ = slow.linearised(X, value)
    # a time in which neighbours part by no more than a few powers of ten
    T = 20.0 / np.abs(np.linalg.eigvals(matrix[..., : field.n])).max()
    columns = random.normal(size=(*X[:, 1:].shape, k)) * scale[:, None]
    rows = random.normal(size=(k, *X[:, 1:].shape)) / scale / X.size
    corner = random.normal(size=(k, k))
    parts = table, h, T * matrix[..., : field.n], columns, rows, corner, twist, scale
    systems = fast.system(*parts), slow.system(*parts)
    r = random.normal(size=(*X[:, 1:].shape, 2)) * scale[:, None]
    q = random.normal(size=(k, 2))
    gaps = random.normal(size=(*X[:, 0].shape, 2)) * scale[:, None]
    same(systems[0].passages / scale * scale[:, None], systems[1].passages / scale * scale[:, None])
    assert systems[0].heads.tolist() == systems[1].heads.tolist()
    assert systems[0].orientation == pytest.approx(systems[1].orientation, abs=1e-9)
    for sides in ((r, q, gaps), (r, q, None), (None, q, gaps), (None, q), (1j * r, q, gaps)):
        (u, s), (v, t) = (system.solve(*sides) for system in systems)
        same(u / scale[:, None], v / scale[:, None])
        same(s, t)


@pytest.mark.parametrize("twist", [1.0, -1.0, np.exp(0.7j)])
@pytest.mark.parametrize("forced", [True, False])
@pytest.mark.parametrize("made", [NumpyEngine, CompiledEngine])
def test_a_system_solved_is_solved(case, twist, forced, made):
    """The solution put into the equations again, by the polynomials' own derivatives."""
    field, table, h, X, value, scale, random = case
    engine = made(field)
    f, matrix, _ = engine.linearised(X, value)
    A = matrix[..., : field.n] * 20.0 / np.abs(np.linalg.eigvals(matrix[..., : field.n])).max()
    row = random.normal(size=(1, *f.shape)) / scale / f.size
    system = engine.system(table, h, A, f[..., None], row, np.zeros((1, 1)), twist, scale)
    r, gaps = random.normal(size=f.shape) * scale, random.normal(size=X[:, 0].shape) * scale
    r = r if forced else np.zeros_like(r)
    u, s = system.solve(r[..., None] if forced else None, np.ones((1, 1)), gaps[..., None])
    u, s = u[..., 0], s[0, 0]
    slopes = np.einsum("ik,jkn->jin", table.slopes, u) / h[:, None, None]
    left = slopes - np.einsum("jiab,jib->jia", A, u[:, 1:]) - f * s
    assert np.abs((left - r) / scale).max() < 1e-10 * np.abs(slopes / scale).max()
    following = np.roll(u[:, 0], -1, axis=0)
    following[-1] *= twist
    miss = np.einsum("k,jkn->jn", table.end, u) + gaps - following
    assert np.abs(miss / scale).max() < 1e-10 * np.abs(u / scale).max()
    assert abs((row * u[:, 1:]).sum() - 1.0) < 1e-10


def test_eigenvalues_of_a_product_agree():
    random = np.random.default_rng(3)
    for n in (1, 2, 3, 5):
        parts = random.normal(size=(5, n, n)) * 10.0 ** random.uniform(-3, 0, size=(n, 1))
        slow, fast = (np.sort_complex(e.eigenvalues(parts)) for e in (NumpyEngine, CompiledEngine))
        same(fast, slow)


@pytest.mark.parametrize("name", MODELS)
def test_whole_branches_agree(name, monkeypatch):
    parameter, _, end = MODELS[name]
    model = rb.models.named(name)
    first, last = model.natural[1]
    interval = (last, first) if end else (first, last)
    hopf = rb.continue_equilibria(model, parameter, interval).first("hopf")
    branches = {}
    for wish in ("numpy", "compiled"):
        monkeypatch.setenv("RHEOBASE_ENGINE", wish)
        branches[wish] = rb.continue_cycles(hopf)
    slow, fast = branches["numpy"], branches["compiled"]
    assert (slow.engine, fast.engine) == ("numpy", "compiled")
    assert len(slow) == len(fast)
    assert [p.kind for p in slow.special] == [p.kind for p in fast.special]
    for a, b in zip(slow.special, fast.special, strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-10)
    # a point where a correction stops early is one of the branch, but lies elsewhere on it
    np.testing.assert_allclose(fast["period"], slow["period"], rtol=1e-7)
    for value in np.linspace(*slow.span, 7)[1:-1]:
        found = [[c.period for c in b.at(**{parameter: float(value)})] for b in (fast, slow)]
        assert found[0]
        same(*map(np.array, found))


def test_the_compiled_engine_waits_until_it_pays(monkeypatch):
    field = freed(rb.models.morris_lecar("snic"), "I")
    monkeypatch.delenv("RHEOBASE_ENGINE", raising=False)
    monkeypatch.setattr(engines, "_seconds", engines.defaultdict(float))
    monkeypatch.setattr(engines, "_compiled", set())
    monkeypatch.setattr(engines, "is_cached", lambda field: False)
    start = NumpyEngine(field)
    assert engines.better(start, expected=100.0) is start
    X, calls = np.random.default_rng(1).uniform(0.1, 0.9, (50, 5, 2)), 0
    while engines.better(start) is start:
        start.linearised(X, 40.0)
        calls += 1
    work = engines.time_for(1, X.size) / engines.LINEARISATIONS
    assert (calls - 1) * work <= engines.COMPILING < calls * work * (1 + 1e-9)
    assert engines.better(start).name == "compiled"
    monkeypatch.setattr(engines, "_seconds", engines.defaultdict(float))
    monkeypatch.setattr(engines, "_compiled", set())
    monkeypatch.setattr(engines, "is_cached", lambda field: True)
    assert engines.better(start, expected=0.1) is start
    assert engines.better(start, expected=2.1).name == "compiled"
    assert engines.better(start, expected=0.1).name == "compiled"  # it is loaded
    monkeypatch.setenv("RHEOBASE_ENGINE", "numpy")
    assert engines.better(start, expected=1e9) is start
