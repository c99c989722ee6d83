"""Where to write labels: beside their points, off each other, the curves and the frame.

Candidates lie on rings around the point, in sixteen directions. Each has a cost: what it covers,
what its leader line crosses, and how far away it is. The labels with the least room choose first,
then each chooses again until nothing changes. No chance is involved: equal input, equal places.
"""

import numpy as np

# Distances from the point to the label's box, and all lengths here, in points (1/72 inch).
RINGS = (3.5, 6.0, 9.0, 13.0, 18.0, 24.0, 31.0, 40.0, 52.0)
DIRECTIONS = 16
LEADER = 7.0  # from this distance on a line leads back to the point
PAD, SPACING = 1.2, 1.0
COVERED, CURVE, OUTSIDE, CROSSED = 1e4, 60.0, 1e6, 300.0
SWEEPS = 6


def placed(
    anchors: np.ndarray,
    sizes: np.ndarray,
    curves: np.ndarray,
    boxes: np.ndarray,
    frame: tuple[float, float, float, float],
    marks: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Centres (k, 2) of the labels' boxes, and the ends (k, 2) of leader lines (nan: none).

    anchors, sizes: (k, 2) points and widths and heights; curves: (m, 2) samples about a point
    apart; boxes: (b, 4) areas to keep free, as left, bottom, right, top; frame: the same, of the
    axes; marks: (j, 2) all points that carry a mark.
    """
    places = [
        candidates(anchor, size, curves, boxes, frame, marks)
        for anchor, size in zip(anchors, sizes, strict=True)
    ]
    room = [int((cost < CURVE).sum()) for _, _, cost in places]
    order = sorted(range(len(places)), key=lambda i: (room[i], i))
    chosen: dict[int, int] = {}
    for _ in range(SWEEPS):
        before = dict(chosen)
        for i in order:
            centres, ends, cost = places[i]
            total = cost.copy()
            for j, pick in chosen.items():
                if j != i:
                    total += between(
                        centres,
                        ends,
                        sizes[i],
                        anchors[i],
                        places[j][0][pick],
                        places[j][1][pick],
                        sizes[j],
                        anchors[j],
                    )
            chosen[i] = int(np.argmin(total))
        if chosen == before:
            break
    centres = np.array([places[i][0][chosen[i]] for i in range(len(places))]).reshape(-1, 2)
    ends = np.array([places[i][1][chosen[i]] for i in range(len(places))]).reshape(-1, 2)
    return centres, ends


def candidates(
    anchor: np.ndarray,
    size: np.ndarray,
    curves: np.ndarray,
    boxes: np.ndarray,
    frame: tuple[float, float, float, float],
    marks: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres, ends of leaders and costs of every place around one point."""
    angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    ray = np.column_stack([np.cos(angle), np.sin(angle)])
    ring = np.repeat(RINGS, DIRECTIONS)
    ray = np.tile(ray, (len(RINGS), 1))
    # The box touches the ring: its nearest point lies on the ray, or beside it on an edge.
    centres = anchor + ray * ring[:, None] + np.clip(ray * 3, -1, 1) * size / 2
    low, high = centres - size / 2 - PAD, centres + size / 2 + PAD
    nearest = np.clip(anchor, low + PAD, high - PAD)
    leads = np.hypot(*(nearest - anchor).T) > LEADER
    ends = np.where(leads[:, None], nearest, np.nan)
    cost = (
        0.6 * ring + 1.5 * np.abs(np.sin(2 * angle - np.pi / 2))[np.arange(len(ring)) % DIRECTIONS]
    )
    cost += 3.0 * leads
    left, bottom, right, top = frame
    outside = (low[:, 0] < left) | (low[:, 1] < bottom) | (high[:, 0] > right) | (high[:, 1] > top)
    cost += OUTSIDE * outside
    for box in boxes:
        meets = (low < box[2:]).all(axis=1) & (high > box[:2]).all(axis=1)
        cost += COVERED * meets
    cost += CURVE * np.minimum(samples_inside(curves, low, high), 6)
    reach = 2.2
    for mark in marks:
        cost += COVERED / 4 * ((low - reach < mark) & (mark < high + reach)).all(axis=1)
        if np.hypot(*(mark - anchor)) > 3:
            near = np.hypot(*(np.clip(mark, low, high) - mark).T)
            own = np.hypot(*(nearest - anchor).T)
            cost += 8.0 * (~leads & (near < own + 1.5))
    cost += 4.0 * leads * crossings(anchor, ends, curves)
    return centres, ends, cost


def samples_inside(samples: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How many samples lie in each box."""
    if not len(samples):
        return np.zeros(len(low))
    near = (samples > low.min(axis=0)).all(axis=1) & (samples < high.max(axis=0)).all(axis=1)
    samples = samples[near]
    inside = (samples[None] > low[:, None]) & (samples[None] < high[:, None])
    return inside.all(axis=2).sum(axis=1)


def crossings(anchor: np.ndarray, ends: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """About how often each leader runs into a curve, away from its own point: at most 8."""
    count = np.zeros(len(ends))
    near = np.abs(samples - anchor).max(axis=1) < RINGS[-1] + SPACING if len(samples) else []
    samples = samples[near] if len(samples) else samples
    if not len(samples):
        return count
    for i, end in enumerate(ends):
        if np.isnan(end[0]):
            continue
        length = np.hypot(*(end - anchor))
        t = (end - anchor) / length
        along = (samples - anchor) @ t
        across = np.abs((samples - anchor) @ np.array([-t[1], t[0]]))
        count[i] = min(8, ((along > 4) & (along < length) & (across < 0.8)).sum())
    return count


def between(centres, ends, size, anchor, other, other_end, other_size, other_anchor) -> np.ndarray:
    """The cost of each place beside another label that has its place."""
    apart = np.abs(centres - other) - (size + other_size) / 2 - 2 * PAD
    cost = COVERED * (apart < 0).all(axis=1)
    box = np.concatenate([other - other_size / 2 - PAD, other + other_size / 2 + PAD])
    low, high = centres - size / 2 - PAD, centres + size / 2 + PAD
    leads = ~np.isnan(ends[:, 0])
    part = np.linspace(0, 1, 24)
    if leads.any():
        paths = anchor + part[:, None, None] * (np.where(leads[:, None], ends, anchor) - anchor)
        cost += CROSSED * (leads & ((paths > box[:2]) & (paths < box[2:])).all(2).any(0))
    if not np.isnan(other_end[0]):
        path = other_anchor + part[:, None] * (other_end - other_anchor)
        inside = (path[:, None] > low) & (path[:, None] < high)
        cost += CROSSED * inside.all(axis=2).any(axis=0)
        if leads.any():
            cost += CROSSED * (leads & cross(anchor, ends, other_anchor, other_end))
    return cost


def cross(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Whether the stretches a-b (one for each b) and c-d cross."""

    def side(p, q, r):
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (
            r[..., 0] - p[..., 0]
        )

    b = np.where(np.isnan(b), a, b)
    return (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
