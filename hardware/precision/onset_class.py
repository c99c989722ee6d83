"""The class of excitability by the rates just above the onset.

At the distances d, d/4, d/16, ... above the least value that fired, each run begins in the state in
which the one before ended, so that it fires from the start. With the periods T at the last three
distances, T3 the nearest,

    rho = (T3 - T2) / (T2 - T1)

is 2 where T = T0 + A d^(-1/2) (a saddle-node on the circle), 1 where T grows by the same amount
with every factor (a logarithm: a homoclinic orbit), 1/2 or less where T tends to a limit (a fold of
cycles, T = T0 - B d^(1/2), gives 1/2, a smooth dependence 1/4). A rate that falls by less than FLAT
over the last factor of 16 has a limit, whatever rho is. Of fewer than FEWEST intervals in a run
nothing is concluded.
"""

from dataclasses import dataclass

import numpy as np

FACTOR, COUNT = 4.0, 4
NEAREST, LEAST = 16, 4  # resolutions of the onset: the least distance, and where room is scarce
FLAT = 0.05
FALLS = 0.3  # of T, that it must grow over a factor of 16 to diverge
DIVERGES, LIMITED = 0.8, 0.65
FEWEST = 4  # intervals in the half of a run that counts


@dataclass(frozen=True)
class OnsetClass:
    """What the rates above the onset say.

    number
        1, 2, or None where they don't decide
    distances, rates
        above the onset, farthest first; spikes per unit of time
    rho
        as above; nan where a run was silent
    why
        the reason in words
    """

    number: int | None
    distances: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    rho: float = float("nan")
    why: str = "no onset"

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "class": self.number,
            "distances": list(self.distances),
            "rates": list(self.rates),
            "rho": float(self.rho) if np.isfinite(self.rho) else None,
            "why": self.why,
        }


UNKNOWN = OnsetClass(None)


def distances(resolution: float, room: float) -> tuple[float, ...]:
    """The distances above an onset, farthest first, within the room that the range leaves."""
    near = min(max(room / FACTOR ** (COUNT - 1), LEAST * resolution), NEAREST * resolution)
    found = [near * FACTOR**k for k in reversed(range(COUNT))]
    return tuple(d for d in found if d <= room)


def judged(at: tuple[float, ...], rates: tuple[float, ...]) -> OnsetClass:
    """The class that the rates show."""
    if len(rates) < 3:
        return OnsetClass(None, at, rates, why="too near the end of the range for three distances")
    near = np.array(rates[-3:])
    if not (near > 0).all():
        return OnsetClass(None, at, rates, why="silent again above the onset")
    periods = 1 / near
    first, last = np.diff(periods)
    rho = float(last / first) if first != 0 else np.inf
    grown = float(periods[2] / periods[0] - 1)
    told = f"the period changes by {100 * grown:+.3g} % over a factor of 16 in distance"
    if abs(grown) < FLAT:
        return OnsetClass(2, at, rates, rho, f"{told}: it has a limit")
    told += f", rho = {rho:.3g}"
    if first > 0 and last > 0 and rho >= DIVERGES and grown >= FALLS:
        return OnsetClass(1, at, rates, rho, f"{told}: it diverges")
    if rho <= LIMITED:
        return OnsetClass(2, at, rates, rho, f"{told}: it has a limit")
    return OnsetClass(None, at, rates, rho, f"{told}: undecided")
