"""Curves of bifurcations in two parameters."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from ..dynamics.errors import InvalidArgument
from .branch import Branch
from .checks import check_settings
from .continuation import Settings
from .plane import plane_of
from .special_point import SpecialPoint

CURVES = {
    "fold": "fold_curve",
    "hopf": "hopf_curve",
    "flip": "flip_curve",
    "neimark-sacker": "neimark_sacker_curve",
    "cycle fold": "cycle_fold_curve",
    "period doubling": "doubling_curve",
    "torus": "torus_curve",
    "homoclinic": "homoclinic_curve",
    "snic": "snic_curve",
}
"""Kind of curve -> module of this room whose `curve_through` follows it."""

STARTS = {
    **{kind: (kind,) for kind in CURVES},
    "snic": ("snic", "fold"),
    "cusp": ("fold",),
    "bogdanov-takens": ("homoclinic", "hopf", "fold"),
    "bautin": ("cycle fold", "hopf"),
    "zero-hopf": ("torus", "hopf", "fold"),
    "hopf-hopf": ("torus", "hopf"),
    "noncentral homoclinic": ("homoclinic", "snic", "fold"),
    "neutral saddle homoclinic": ("homoclinic",),
    "cusp of cycles": ("cycle fold",),
    "generalized period doubling": ("period doubling", "cycle fold"),
    "chenciner": ("torus",),
    "resonance 1:1": ("torus", "cycle fold"),
    "resonance 1:2": ("torus", "period doubling"),
    "resonance 1:3": ("torus",),
    "resonance 1:4": ("torus",),
    "fold-flip": ("cycle fold", "period doubling"),
    "fold-torus": ("cycle fold", "torus"),
    "flip-torus": ("period doubling", "torus"),
}
"""Kind of point -> the curves that pass it or begin there, the one that is followed first."""

AT_REST = ("fold", "hopf", "cusp", "bogdanov-takens", "bautin", "zero-hopf", "hopf-hopf")
MAX_STEP = 0.1


def continue_bifurcation(
    start: SpecialPoint,
    parameters: Sequence[str] | None = None,
    box: Mapping[str, tuple[float, float]] | None = None,
    *,
    kind: str | None = None,
    mesh: int = 50,
    degree: int = 4,
    tolerance: float = 1e-7,
    max_step: float = MAX_STEP,
    max_points: int = 1000,
    both_ways: bool = True,
    progress: Callable[[float], None] | None = None,
) -> Branch:
    """Follow a bifurcation through two parameters.

    start
        a special point of a branch, or one with codimension two of another such curve
    parameters, box
        two names, and a dictionary of their ranges; those of the start if it has them
    kind
        which curve to follow from a point where several meet: of a Bogdanov-Takens point
        "homoclinic" (taken if nothing is said), "hopf" or "fold"
    mesh, degree, tolerance, max_step, max_points, both_ways, progress
        as for `continue_equilibria` and `continue_cycles`; steps are parts of the box

    The result has a column for each parameter and state, and the points of codimension two among
    its special ones.

    >>> import rheobase as rb
    >>> cusp = rb.Model("cusp", "x' = b1 + b2*x - x^3", parameters=dict(b1=-1, b2=1),
    ...                 start=dict(x=-1))
    >>> fold = rb.continue_equilibria(cusp, "b1", (-1, 1)).first("fold")
    >>> curve = continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    >>> [point.label for point in curve.special]
    ['CP']
    """
    check_settings(
        mesh=mesh,
        degree=degree,
        tolerance=tolerance,
        max_step=max_step,
        max_points=max_points,
        progress=progress,
    )
    if not isinstance(start, SpecialPoint):
        raise InvalidArgument(
            "continue_bifurcation starts from a special point, for instance "
            f'branch.first("hopf"), not from {start!r}'
        )
    if start.model.reset is not None and start.kind not in AT_REST:
        raise InvalidArgument(
            f"a {start.kind} of spiking orbits through a reset can't be followed in two parameters "
            "(folds and Hopf points of the flow can)"
        )
    plane = plane_of(start.model, parameters or tuple(start.plane), box or start.plane)
    known = STARTS.get(start.kind, ())
    if start.model.reset is not None:
        known = tuple(one for one in known if one in AT_REST)
    kind = kind or (known[0] if known else "")
    if kind not in known:
        possible = f"takes kind = {', '.join(known)}" if known else "starts no such curve"
        raise InvalidArgument(f"a {start.kind} {possible}; asked for was {kind or 'one'!r}")
    told = None if progress is None else lambda point: progress(float(point.z[-2]))
    settings = Settings(tolerance, 0.01, max_step, 1e-10, max_points, told)
    module = import_module(f".{CURVES[kind]}", __package__)
    return module.curve_through(
        start, plane, settings, mesh=mesh, degree=degree, both_ways=both_ways
    )
