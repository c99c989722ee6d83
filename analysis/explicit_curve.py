"""The curves f(u, v) = 0 of a function that is affine in v: v = -B(u)/A(u), sampled as it bends.

Where A and B vanish together the whole line u = const belongs to the curve. A pole or a jump ends a
branch: branches are never joined over it.
"""

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray, np.ndarray], np.ndarray]
Range = tuple[float, float]
NODES, ROUNDS, FINE, NARROW, BESIDE = 257, 34, 160.0, 1e-9, 1e-11


def explicit_curves(f: Function, u_range: Range, v_range: Range) -> list[np.ndarray] | None:
    """The branches as arrays (k, 2) of (u, v), or None where f turns out not to be affine."""
    curve = Curve(f, u_range, v_range)
    u = curve.nodes()
    v = curve.v(u)
    inside = np.isfinite(v) & (v >= v_range[0]) & (v <= v_range[1])
    if inside.any() and not curve.agrees(u[inside], v[inside]):
        return None
    return curve.branches(u, v) + curve.lines(u)


class Curve:
    """v(u) from two values of f, corrected once."""

    def __init__(self, f: Function, u_range: Range, v_range: Range):
        self.f, self.u_range, self.v_range = f, u_range, v_range
        self.width, self.height = u_range[1] - u_range[0], v_range[1] - v_range[0]

    def slope(self, u: np.ndarray) -> np.ndarray:
        """A(u)."""
        low, high = self.v_range
        return (self.f(u, np.full_like(u, high)) - self.f(u, np.full_like(u, low))) / self.height

    def v(self, u: np.ndarray) -> np.ndarray:
        low = np.full_like(u, self.v_range[0])
        with np.errstate(all="ignore"):
            slope = self.slope(u)
            v = low - self.f(u, low) / slope
            correction = self.f(u, v) / slope
            return np.where(np.isfinite(correction), v - correction, v)

    def agrees(self, u: np.ndarray, v: np.ndarray) -> bool:
        """Whether f is zero there, measured by what it is at the borders."""
        with np.errstate(all="ignore"):
            size = sum(np.abs(self.f(u, np.full_like(u, edge))) for edge in self.v_range)
            return bool((np.abs(self.f(u, v)) <= 1e-8 * size).mean() > 0.99)

    def nodes(self) -> np.ndarray:
        """Evenly spaced and then halved where v changes much inside the box."""
        low, high = self.u_range
        u = np.linspace(low, high, NODES)
        bottom, top = self.v_range
        for _ in range(ROUNDS):
            v = self.v(u)
            lost = np.isnan(v)  # 0/0, perhaps at this very place only
            u[lost] += np.where(u[lost] < 0.5 * (low + high), BESIDE, -BESIDE) * self.width
            v[lost] = self.v(u[lost])
            with np.errstate(all="ignore"):
                a, b = np.fmin(v[:-1], v[1:]), np.fmax(v[:-1], v[1:])
                through = (b >= bottom) & (a <= top)
                rough = through & (np.minimum(b, top) - np.maximum(a, bottom) > self.height / FINE)
                rough |= np.isfinite(v[:-1]) != np.isfinite(v[1:])
            rough &= np.diff(u) > NARROW * self.width
            if not rough.any() or len(u) > 20_000:
                break
            u = np.sort(np.append(u, 0.5 * (u[:-1] + u[1:])[rough]))
        return u

    def branches(self, u: np.ndarray, v: np.ndarray) -> list[np.ndarray]:
        """The parts inside the box, cut at its border, at poles and at jumps."""
        bottom, top = self.v_range
        with np.errstate(all="ignore"):
            inside = np.isfinite(v) & (v >= bottom) & (v <= top)
            jump = (np.diff(u) <= 2 * NARROW * self.width) & (
                np.abs(np.diff(np.clip(v, bottom, top))) > self.height / 20
            )
        finite = np.isfinite(v)
        cut = np.flatnonzero((inside[1:] != inside[:-1]) & finite[1:] & finite[:-1] & ~jump)
        borders = dict(zip(cut.tolist(), self.borders(u, inside, cut), strict=True))
        parts: list[list[np.ndarray]] = [[]]
        for i in range(len(u)):
            if i and jump[i - 1]:
                parts.append([])
            if i - 1 in borders:
                parts[-1].append(borders[i - 1])
            if inside[i]:
                parts[-1].append(np.array([u[i], v[i]]))
            elif parts[-1]:
                parts.append([])
        return [np.array(part) for part in parts if len(part) > 1]

    def borders(self, u: np.ndarray, inside: np.ndarray, cut: np.ndarray) -> np.ndarray:
        """Where the curve meets the border after the nodes `cut`, one side being inside."""
        bottom, top = self.v_range
        inner = np.where(inside[cut], u[cut], u[cut + 1])
        outer = np.where(inside[cut], u[cut + 1], u[cut])
        for _ in range(50 if len(cut) else 0):
            middle = 0.5 * (inner + outer)
            v = self.v(middle)
            within = (v >= bottom) & (v <= top)
            inner, outer = np.where(within, middle, inner), np.where(within, outer, middle)
        return np.column_stack([inner, self.v(inner)])

    def lines(self, u: np.ndarray) -> list[np.ndarray]:
        """The lines u = const on which f vanishes for every v."""
        low, high = self.v_range
        with np.errstate(all="ignore"):
            slope = self.slope(u)
            ends = self.slope(np.array(self.u_range)) == 0
            changes = np.flatnonzero(np.sign(slope[:-1]) * np.sign(slope[1:]) <= 0)
            typical = np.nanmedian(np.abs(self.f(u, np.full_like(u, 0.5 * (low + high)))))
        found = [edge for edge, flat in zip(self.u_range, ends, strict=True) if flat]
        for i in changes:
            a, b = u[i], u[i + 1]
            sign = np.sign(slope[i])
            for _ in range(60):
                middle = 0.5 * (a + b)
                if np.sign(self.slope(np.array([middle]))[0]) == sign:
                    a = middle
                else:
                    b = middle
            found.append(float(b))
        v = np.linspace(low, high, 33)
        kept: list[np.ndarray] = []
        for place in found:
            values = np.abs(self.f(np.full_like(v, place), v))
            known = any(abs(line[0, 0] - place) <= 1e-9 * self.width for line in kept)
            if (values <= 1e-12 * typical + 1e-300).all() and not known:
                kept.append(np.column_stack([np.full_like(v, place), v]))
        return kept
