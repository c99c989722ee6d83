"""Curves of folds, of equilibria and of fixed points of maps."""

from .singular_curve import through

curve_through = through("fold", 0.0)
