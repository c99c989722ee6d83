"""Live: AUTO-07p and rheobase follow the same branches, from the same text of the model.

AUTO's Fortran is written from the model's SymPy expressions (tests/auto_fortran.py) and its output
read by tests/auto_runs.py. Compared are states, periods and extrema at equal values of the
parameter, and labels. Beside an infinite period AUTO prints folds and branch points without end:
labels at long periods are left out.
"""

from dataclasses import dataclass

import numpy as np
import pytest
import rheobase as rb
from auto_runs import Auto, needs_auto

pytestmark = [needs_auto, pytest.mark.slow]

# Names that Fortran would confuse, more parameters than nine, a kink that no branch meets.
UNLISTED = rb.Model(
    "two coupled fibres",
    """
    v' = (i - I_L(v) - g_K*w*(v - E_K) - g_Ca*m(v)*(v - E_Ca) + g*(V - v)) / C
    w' = phi*(W_inf(v) - w)*cosh((v - V3) / (2*V4))
    V' = (i + d - I_L(V) - g_K*W*(V - E_K) - g_Ca*m(V)*(V - E_Ca) + g*(v - V)) / C
    W' = phi*(W_inf(V) - W)*cosh((V - V3) / (2*V4))
    I_L(x) = g_L*max(x - E_L, -1000)
    m(x) = (1 + tanh((x + 1.2)/18)) / 2
    W_inf(x) = (1 + tanh((x - V3)/V4)) / 2
    """,
    parameters=dict(
        **dict(C=20, g_L=2, E_L=-60, g_K=8, E_K=-84, g_Ca=4.4, E_Ca=120, V3=2, V4=30),
        **dict(phi=0.04, g=0.5, d=20, i=0),
    ),
    start=dict(v=-60, w=0.015, V=-50, W=0.02),
)


@dataclass(frozen=True)
class Case:
    """What is followed, from the first end of the range; AUTO's longest steps (DSMAX) along
    equilibria and cycles; where cycles are compared; which Hopf point of AUTO's bears them."""

    parameter: str
    ends: tuple[float, float]
    step: float
    cycle_step: float
    values: tuple[float, ...]
    hopf: int = 0

    @property
    def range(self):
        return min(self.ends), max(self.ends)


CASES = {
    "hodgkin-huxley": Case("I", (0, 200), 1.1, 0.4, (7, 7.5, 10, 20, 50, 100, 150)),
    "morris-lecar:hopf": Case("I", (0, 250), 1.1, 0.5, (90, 95, 120, 150, 200, 214)),
    "morris-lecar:snic": Case("I", (-20, 150), 1.1, 0.5, (42, 50, 60, 100, 110)),
    "morris-lecar:homoclinic": Case("I", (-20, 100), 1.1, 0.5, (36, 37, 38, 40)),
    "sodium-potassium:hopf": Case("I", (0, 100), 1.1, 0.5, (20, 50, 90)),
    "wang-buzsaki": Case("I", (40, 0), 0.3, 0.2, (1, 5, 10, 20)),
    "fitzhugh-nagumo": Case("I", (0, 1.75), 0.013, 0.02, (0.325, 0.33, 0.5, 0.875, 1.42)),
    "jansen-rit": Case("p", (-50, 400), 0.17, 0.5, (20, 60, 100, 120)),
    "lorenz": Case("rho", (15, 30), 0.17, 0.1, (15.5, 18, 20, 24)),
    "lorenz-84": Case("F", (2.9, 3), 0.003, 0.01, (2.97, 2.98, 2.99)),
    "unlisted": Case("i", (0, 250), 1.1, 0.25, (85, 92, 100, 150, 190), hopf=1),
}
INFINITE = 40  # times the first period: beyond it AUTO's labels are noise


def compared(name, folder):
    """AUTO's executable, its equilibria, and rheobase's branch of them."""
    case = CASES[name]
    first, last = case.ends
    model = (UNLISTED if name == "unlisted" else rb.models.named(name)).replace(
        {case.parameter: first}
    )
    start = min(rb.find_fixed_points(model), key=lambda point: point.state[model.states[0]])
    model = model.replace(dict(start.state))
    auto = Auto(model, case.parameter, folder, start.state)
    inside = np.linspace(first, last, 12)[1:-1].tolist()
    rest = auto.equilibria(
        *case.range,
        **dict(DS=np.sign(last - first) * case.step / 20, DSMAX=case.step, NMX=20_000),
        UZR={auto.index: inside},
    )
    return auto, rest, rb.continue_equilibria(model, case.parameter, case.ends)


def inner(points, case):
    """Those that were asked for, without the ends of the run."""
    low, high = case.range
    margin = 1e-6 * (high - low)
    return [p for p in points if low + margin < p.parameter < high - margin]


@pytest.mark.parametrize("name", CASES)
def test_the_same_equilibria(name, tmp_path):
    case = CASES[name]
    _, rest, ours = compared(name, tmp_path)
    wanted = inner(rest.all("wanted"), case)
    assert len(wanted) >= 10
    for point in wanted:
        x = rest.orbit(point).x[0]
        near = ours.at(**{case.parameter: point.parameter})
        distance = [np.abs(x - list(p.state.values())).max() for p in near]
        assert min(distance) <= 1e-8 * np.abs(x).max(), (point, near)
    for kind in ("fold", "hopf"):
        found = [p.parameters[case.parameter] for p in ours.all(kind)]
        for point in rest.all(kind):
            assert np.isclose(found, point.parameter, rtol=2e-8, atol=1e-8).any(), (kind, point)


@pytest.mark.parametrize("name", CASES)
def test_the_same_cycles(name, tmp_path):
    case = CASES[name]
    auto, rest, ours = compared(name, tmp_path)
    states = ours.model.states
    hopf = rest.all("hopf")[case.hopf]
    first = min(ours.all("hopf"), key=lambda p: abs(p.parameters[case.parameter] - hopf.parameter))
    family = auto.family(
        *(rest, hopf, *case.range, INFINITE * first.period),
        **dict(NTST=150, DSMAX=case.cycle_step, DS=case.cycle_step / 20, NMX=6000, timeout=200),
        UZR={auto.index: list(case.values)},
    )
    branch = rb.continue_cycles(first, mesh=100, tolerance=1e-9)
    asked = [p for p in family.all("wanted") if np.isclose(case.values, p.parameter).any()]
    assert len(asked) >= len(case.values)
    for point in asked:
        orbit = family.orbit(point)
        least, most = orbit.extrema()
        size = (most - least).max()
        near = branch.at(**{case.parameter: point.parameter})
        assert near, point
        cycle = min(near, key=lambda c: abs(c.maximum[states[0]] - most[0]))
        assert cycle.period == pytest.approx(orbit.period, rel=1e-7), point
        assert np.abs(most - [cycle.maximum[s] for s in states]).max() <= 1e-6 * size, point
        assert np.abs(least - [cycle.minimum[s] for s in states]).max() <= 1e-6 * size, point
    for kind in ("cycle fold", "period doubling", "torus"):
        found = [p.parameters[case.parameter] for p in branch.all(kind)]
        for point in family.all(kind):
            if point.period < INFINITE / 2 * first.period:
                assert np.isclose(found, point.parameter, rtol=1e-7, atol=1e-9).any(), point


@pytest.mark.parametrize("name", ["morris-lecar:snic", "hodgkin-huxley"])
def test_the_diagram_holds_what_auto_prints(name, tmp_path):
    case = CASES[name]
    auto, rest, ours = compared(name, tmp_path)
    diagram = rb.bifurcation_diagram(ours.model, case.parameter, case.ends)
    for hopf in rest.all("hopf"):
        family = auto.family(
            *(rest, hopf, *case.range, 1000),
            **dict(NTST=100, DSMAX=case.cycle_step, DS=case.cycle_step / 20, NMX=4000),
            timeout=200,
        )
        for kind in ("cycle fold", "period doubling"):
            found = [p.parameters[case.parameter] for p in diagram.all(kind)]
            for point in family.all(kind):
                assert np.isclose(found, point.parameter, rtol=1e-6).any(), (kind, point)
    for kind in ("fold", "hopf"):
        found = sorted(p.parameters[case.parameter] for p in diagram.all(kind))
        printed = sorted(point.parameter for point in rest.all(kind))
        assert np.allclose(found, printed, rtol=2e-8), (found, printed)
