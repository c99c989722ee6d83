"""Loops over machine words for numba: imported from copies in the cache, never from here."""
