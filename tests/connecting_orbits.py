"""Orbits homoclinic to an equilibrium by SciPy's DOP853: shot along its invariant manifolds."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

SETTINGS = dict(method="DOP853", rtol=1e-12, atol=1e-14)
LONGEST = 1e5


def field_of(model):
    p = model.field.parameter_array(model.parameters)
    return lambda x: model.field.f(x, p), lambda x: model.field.jacobian(x, p)


def direction(jacobian, x, which, component):
    """The eigenvector of the `which`-th eigenvalue from below, with that component 1."""
    values, vectors = np.linalg.eig(jacobian(x))
    vector = vectors[:, np.argsort(values.real)[which]].real
    return vector / vector[component]


def hit(f, x, sense, component, level, towards):
    """Where the orbit from x, run forward (sense 1) or backward, first has a state at a level."""

    def event(t, x):
        return x[component] - level

    event.terminal, event.direction = True, towards
    run = solve_ivp(lambda t, x: sense * f(x), (0, LONGEST), x, events=event, **SETTINGS)
    return run.y_events[0][0]


def gap(model, x, away, back, component, level):
    """Between the unstable (or centre) and the stable manifold of a planar equilibrium, where the
    orbit comes down through a level of one state: in the other state."""
    f, jacobian = field_of(model)
    other = 1 - component
    leaving = x + away * direction(jacobian, x, -1, other)
    returning = x + back * direction(jacobian, x, 0, component)
    here = hit(f, leaving, 1, component, level, -1)
    there = hit(f, returning, -1, component, level, 0)
    return here[other] - there[other]


def closing(model_at, equilibrium_at, bracket, **where):
    """The parameter value at which the manifolds meet."""
    return brentq(
        lambda value: gap(model_at(value), equilibrium_at(value), **where), *bracket, xtol=1e-14
    )
