"""The law at a Hopf point: a finite frequency, and an amplitude that grows as a square root.

Along the equilibria the critical pair is mu(d) = mu'(0) d + i (omega + ...), d = lambda - lambda_H.
On the centre manifold (Kuznetsov 2004, eqs. (3.18) and (5.33))

    w' = (i omega + mu' d) w + c1 w |w|^2,
    c1 = <p, C(q,q,q*) - 2 B(q, A^-1 B(q,q*)) + B(q*, (2 i omega - A)^-1 B(q,q))>/2,

so that the cycle has |w|^2 = -Re(mu') d/Re(c1) and turns at

    2 pi f = omega + (Im mu' - Im c1 Re mu'/Re c1) d + O(d^2).

A state x_i swings by 2 |q_i| |w| to both sides of the equilibrium. With l1 = Re(c1)/omega the cycle
lies on the side of d where Re(mu') d l1 < 0. The derivative of the eigenvalue along the branch is
mu' = <p, dA/dlambda q>, with dA = B(q, dx/dlambda) + d(A q)/dlambda.

Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004),
sections 3.5 and 5.4.
"""

import math

import numpy as np

from ..dynamics.freed import freed
from .normal_forms import Forms, adjoint
from .onset_law import OnsetLaw, distance_text
from .special_point import SpecialPoint


def hopf_law(point: SpecialPoint) -> OnsetLaw:
    """The law of the cycles born at a Hopf point, whichever side they lie on."""
    model, name = point.model, point.parameter
    field = freed(model, name)
    z = np.array([*point.state.values(), point.value])
    n = field.n
    forms = Forms(field, z)
    assert point.period is not None, "this is a bug: a Hopf point without its period"
    omega = 2 * math.pi / point.period
    q = point.arrays["q"] / np.linalg.norm(point.arrays["q"])
    p, conj = adjoint(forms.A, 1j * omega, q), q.conj()
    steady = np.linalg.solve(forms.A, forms.B(q, conj))
    double = np.linalg.solve(2j * omega * np.eye(n) - forms.A, forms.B(q, q))
    c1 = np.vdot(p, forms.C(q, q, conj) - 2 * forms.B(q, steady) + forms.B(conj, double)) / 2
    matrix = field.linearisation(z)[1]
    along = np.append(np.linalg.solve(matrix[:, :n], -matrix[:, n]), 1.0)
    moved = sum(
        factor * field.B(z, np.append(part, 0.0), along)
        for factor, part in ((1.0, q.real), (1j, q.imag))
    )
    growth = complex(np.vdot(p, moved))
    constants = {"f0": 1 / point.period, "omega": omega, "growth": growth.real, "power": 1.0}
    side = 1
    if c1.real != 0 and growth.real != 0:
        side = -1 if growth.real * c1.real > 0 else 1
        turning = growth.imag - c1.imag * growth.real / c1.real
        constants["f1"] = side * turning / (2 * math.pi)
        radius = math.sqrt(abs(growth.real / c1.real))
        for state, swing in zip(model.states, np.abs(q), strict=True):
            constants[f"amplitude of {state}"] = float(2 * swing * radius)
    at, first = point.value, model.states[0]
    distance = distance_text(name, at, side, point.interval)
    formula = f"the frequency is omega/2pi = {1 / point.period:.9g}"
    if f"amplitude of {first}" in constants:
        swing = constants[f"amplitude of {first}"]
        formula += f" and {first} swings by {swing:.6g} sqrt({distance}) to both sides"
    return OnsetLaw("finite", at, side, constants, formula)
