"""Models whose cycle (cos t, sin t, 0, ...) and its normal form are known, and the point on it."""

import numpy as np
import rheobase as rb
from rheobase.analysis.cycle_curve import CycleCurve
from rheobase.analysis.gauss import gauss
from rheobase.analysis.mesh import nodes_of
from rheobase.analysis.problem import problem_of
from rheobase.analysis.variational import locate_critical

BAUTIN = rb.Model(
    "Bautin's form with shear",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    g = b1 + b2*r2 - r2^2
    w = 1 + alpha*(r2 - b2/2)
    r2 = x^2 + y^2
    """,
    parameters=dict(b1=-0.25, b2=1, alpha=0),
    start=dict(x=0.7, y=0),
)


# (p, q) = rho (cos, sin)(theta/2) + eta (-sin, cos)(theta/2): half a turn with each turn of theta.
#   rho' = (mu + c rho^2 + kappa (r - 1)) rho,  eta' = -eta/2,  theta' = 1 + alpha rho^2,
#   r' = r (1 - r^2 + k rho^2), so that r - 1 = k rho^2/2 + ...
FLIP = rb.Model(
    "a flip on a Moebius strip",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    p' = -q*w/2 + a*P - (p - P)/2
    q' = p*w/2 + a*Q - (q - Q)/2
    r = sqrt(x^2 + y^2)
    P = (p*(1 + x/r) + q*y/r)/2
    Q = (p*y/r + q*(1 - x/r))/2
    s = P*p + Q*q
    a = mu + c*s + kappa*(r - 1)
    g = 1 - r^2 + k*s
    w = 1 + alpha*s
    """,
    parameters=dict(mu=0, c=-1, kappa=0, k=0, alpha=0),
    start=dict(x=1, y=0, p=0, q=0),
)


# z = (p + i q) exp(-i theta), z' = (mu + i omega) z + g20/2 z^2 + g11 z z* + g02/2 z*^2
#     + (c + i e) z |z|^2 + kappa z (r - 1),  theta' = 1 + alpha |z|^2,  r' = r (1 - r^2 + k |z|^2)
TORUS = rb.Model(
    "a torus, in a turning frame",
    """
    x' = x*g - y*w
    y' = y*g + x*w
    p' = (x*F - y*G)/r - q*w
    q' = (y*F + x*G)/r + p*w
    r = sqrt(x^2 + y^2)
    u = (p*x + q*y)/r
    v = (q*x - p*y)/r
    s = u^2 + v^2
    F = (mu + kappa*(r - 1) + c*s)*u - (omega + e*s)*v + A*(u^2 - v^2)/2 + B*s + D*(u^2 - v^2)/2
    G = (mu + kappa*(r - 1) + c*s)*v + (omega + e*s)*u + A*u*v + E*s - D*u*v
    g = 1 - r^2 + k*s
    w = 1 + alpha*s
    """,
    parameters=dict(mu=0, omega=0.23, c=-1, e=0, kappa=0, k=0, alpha=0, A=0, B=0, D=0, E=0),
    start=dict(x=1, y=0, p=0, q=0),
)


def circling(model, parameter, kind, radius=1.0, theta=0.0, mesh=50, degree=4):
    """The located point at the exact orbit (cos, sin, 0, ...) of period 2 pi."""
    value = model.parameters[parameter]
    problem = problem_of(model, parameter, (value - 1, value + 1))
    nodes = np.linspace(0, 1, mesh + 1)
    t = 2 * np.pi * nodes_of(gauss(degree), nodes)
    X = np.zeros((*t.shape, len(model.states)))
    X[..., 0], X[..., 1] = radius * np.cos(t), radius * np.sin(t)
    curve = CycleCurve(problem, nodes, X, degree, 2 * np.pi)
    z = np.concatenate([X.ravel(), [2 * np.pi, value]])
    border = np.zeros_like(z)
    if kind == "cycle fold":
        border[:-2] = X.ravel()
    else:
        border[-1] = 1.0
    critical = locate_critical(curve, z, border, kind, theta)
    assert critical is not None
    return curve, critical
