"""Curves of flips of maps."""

from .singular_curve import through

curve_through = through("flip", -1.0)
