"""Whole diagrams against a reviewed table: every flow of the library over its natural range, and
models that nobody listed. All labels: none missing, none false, none twice.

The table (tests/reference/diagrams.toml) comes from AUTO-07p and from solutions at 40 digits.
Points of equilibria agree to 1e-9, points and periods of cycles to 1e-6 of the value (of the range,
where the value is 0). A table that is not complete asks only for what it lists. A row's `settings`
are other than the defaults where bursts need a finer mesh, or where following every family takes
too long. What a row lists as `unresolved` is there (AUTO has it), but is not asked for: the family
has to end before it, with the status that says so.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb

FILE = Path(__file__).parents[1] / "reference" / "diagrams.toml"
TABLE = tomllib.loads(FILE.read_text(encoding="utf-8"))["diagram"]
NAMES = [entry.get("model") or entry["name"] for entry in TABLE]
OF_EQUILIBRIA = ("fold", "hopf", "branch point")
INFINITE = ("homoclinic", "snic")
everything = pytest.mark.parametrize("number", range(len(TABLE)), ids=NAMES)
pytestmark = pytest.mark.slow


def model_of(entry):
    if "model" in entry:
        return rb.models.named(entry["model"])
    return rb.Model(
        entry["name"], entry["text"], parameters=entry["parameters"], start=entry["start"]
    )


@cache
def diagram_of(number):
    entry = TABLE[number]
    return rb.bifurcation_diagram(
        model_of(entry), entry["parameter"], tuple(entry["range"]), **entry.get("settings", {})
    )


def born_at_hopf(branch):
    """Whether a branch of cycles begins or ends as a small cycle."""
    first = branch.model.states[0]
    size = branch[f"{first}_max"] - branch[f"{first}_min"]
    return min(size[0], size[-1]) < 0.1 * size.max()


def families(number):
    """The branches of cycles that begin at a Hopf point: not the doubled or switched ones."""
    return [b for b in diagram_of(number).branches if b.kind == "cycles" and born_at_hopf(b)]


def labels(branches, kinds=None):
    """(kind, value, period) of the special points of cycles on these branches."""
    return [
        (point.kind, point.parameters[point.parameter], point.period)
        for branch in branches
        for point in branch.special
        if (kinds is None or point.kind in kinds) and point.kind not in OF_EQUILIBRIA
    ]


def is_same(found, wanted, width):
    kind, value, period = found
    scale = abs(wanted["value"]) or width
    return (
        kind == wanted["kind"]
        and abs(value - wanted["value"]) <= 1e-6 * scale
        and (period is None or abs(period / wanted.get("period", period) - 1) <= 1e-6)
    )


def unmatched(found, wanted, width):
    """What of `wanted` was not found, and what was found besides; each counts once."""
    left, missing = list(found), []
    for want in wanted:
        same = [item for item in left if is_same(item, want, width)]
        if same:
            left.remove(same[0])
        else:
            missing.append(want)
    return missing, left


def width_of(entry):
    return entry["range"][1] - entry["range"][0]


def told(points):
    return "\n".join(map(str, points)) or "nothing"


@everything
def test_points_of_equilibria(number):
    entry, width = TABLE[number], width_of(TABLE[number])
    found = [p for p in diagram_of(number).special if p.kind in OF_EQUILIBRIA]
    listed = [(p.kind, p.parameters[entry["parameter"]]) for p in found]
    assert sorted(p.kind for p in found) == sorted(p["kind"] for p in entry["points"]), listed
    for want in entry["points"]:
        states = np.array(list(want["state"].values()))
        size = np.abs(states).max() or 1.0
        near = [
            p
            for p in found
            if p.kind == want["kind"]
            and abs(p.parameters[entry["parameter"]] - want["value"])
            <= 1e-9 * (abs(want["value"]) or width)
            and np.abs([p.state[name] - x for name, x in want["state"].items()]).max()
            <= 1e-8 * size
        ]
        assert len(near) == 1, (want, listed)
        if "coefficient" in want and abs(want["coefficient"]) > 1e-12:
            assert near[0].coefficient == pytest.approx(want["coefficient"], rel=1e-6)


@everything
def test_points_of_cycles(number):
    """On the families born at Hopf points."""
    entry, width = TABLE[number], width_of(TABLE[number])
    born = [f for f in entry.get("family", []) if f["from"]["kind"] == "hopf"]
    wanted = [p for family in born for p in family["points"]]
    found = [p for p in labels(families(number)) if p[0] not in INFINITE]
    missing, false = unmatched(found, wanted, width)
    assert not missing, f"missing:\n{told(missing)}\nfound:\n{told(found)}"
    if "unresolved" in entry:
        ends = [branch.ends[1] for branch in families(number)]
        assert rb.Status.NOT_RESOLVED in ends
    if entry.get("complete", True):
        assert not false, f"false:\n{told(false)}"


@everything
def test_ends_of_families(number):
    """Each family once, from its Hopf point to where it ends; infinite periods have a name."""
    entry, width = TABLE[number], width_of(TABLE[number])
    if not entry.get("complete", True) or "unresolved" in entry:
        pytest.skip("the table does not list every family of this model to its end")
    born = [f for f in entry.get("family", []) if f["from"]["kind"] == "hopf"]
    branches = families(number)
    assert len(branches) == len(born)
    ends = [family["to"] for family in born if family["to"]["kind"] in INFINITE]
    found = [(kind, value, None) for kind, value, _ in labels(branches, INFINITE)]
    missing, false = unmatched(found, ends, width)
    assert not missing, f"missing:\n{told(missing)}\nfound:\n{told(found)}"
    assert not false, f"false:\n{told(false)}"
    for family in born:
        if family["to"]["kind"] in INFINITE:
            continue
        ends = sorted((family["from"]["value"], family["to"]["value"]))
        reached = [sorted(branch[branch.parameter][[0, -1]]) for branch in branches]
        assert any(np.allclose(ends, r, rtol=0, atol=2e-2 * width) for r in reached), family


@pytest.mark.parametrize(
    "number", [i for i, e in enumerate(TABLE) if "doubled" in e and "model" in e]
)
def test_a_cascade_of_period_doublings(number):
    """From a cycle that the model settles on: each doubled branch bears the next doubling."""
    entry = TABLE[number]
    (family,) = entry["family"]
    low, high = entry["range"]
    model = model_of(entry).replace({entry["parameter"]: low + 0.2 * (high - low)})
    settled = rb.simulate(model, until=1000, tolerance=1e-9)
    branch = rb.continue_cycles(settled, entry["parameter"], (low, high), max_step=0.1)
    for want in [*family["points"], *entry["doubled"][:2]]:
        point = branch.first(want["kind"])
        value = point.parameters[entry["parameter"]]
        assert value == pytest.approx(want["value"], rel=1e-6)
        assert point.period == pytest.approx(want["period"], rel=1e-6)
        branch = rb.continue_cycles(point, mesh=100)
