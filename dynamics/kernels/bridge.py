"""A threshold crossed between the ends of a step: the Brownian bridge.

Given the margins m(t) <= 0 and m(t + h) at the ends of a step, and noise whose effect on m has the
variance s^2 h, m is a Brownian bridge to the order of the scheme. It has reached 0 on the way

    surely if m(t + h) >= 0,   with the probability exp(-2 m(t) m(t + h)/(s^2 h)) else

(Karlin & Taylor, A Second Course in Stochastic Processes, 1981, section 15.2; for diffusions:
E. Gobet, Stoch. Proc. Appl. 87 (2000) 167-197). When it did: with a = |m(t)|, c = |m(t + h)|
the bridge is (1 - u) W(u/(1 - u)) plus a line, and so u/(1 - u) of the first passage at t + u h
has the inverse Gaussian distribution with mean a/c and shape a^2/(s^2 h), drawn after
J. R. Michael, W. R. Schucany and R. W. Haas, Am. Stat. 30 (1976) 88-90. Both hold exactly for
constant drift and amplitude.
"""

from math import exp, sqrt

from numba import njit

from .compact import compact
from .dormand_prince import INNER
from .normal import normal, uniform

NEVER = 2.0
LEAST = 40.0  # exp(-40) is not drawn for


@njit(**INNER)
def passage_part(before, after, spread, random):
    """The part u of the step at which the margin first is 0, or NEVER; spread is s^2 h."""
    compact()
    if before == 0.0:
        return 0.0
    if after < 0.0:
        exponent = 2.0 * before * after / spread
        if exponent > LEAST:
            return NEVER
        chance = uniform(random[0], random[1])
        random[1] += 1
        if chance > exp(-exponent):
            return NEVER
    shape = before * before / spread
    z = normal(random[0], random[1])
    chance = uniform(random[0], random[1] + 1)
    random[1] += 2
    z2 = z * z + 1e-300
    if after == 0.0:
        return shape / (shape + z2)
    mean = abs(before / after)
    ratio = mean * z2 / shape
    small = mean / (1.0 + 0.5 * ratio + sqrt(ratio + 0.25 * ratio * ratio))
    odds = small
    if chance * (mean + small) > mean:
        odds = mean * (mean / small)
    return odds / (1.0 + odds) if odds < 1e15 else 1.0
