"""One evaluation of a model by address, for Python."""

from numba import njit

from .by_address import field, jacobian


@njit(cache=True, _nrt=False)
def field_at(system, t, x, p, out):
    """dx/dt, into out."""
    field(system, t, x, p, out)


@njit(cache=True, _nrt=False)
def jacobian_at(system, t, x, p, out):
    """The Jacobian, into out (n, n)."""
    jacobian(system, t, x, p, out)
