"""Phase oscillators: densities of natural frequencies, and Kuramoto's model at any size.

Reading order: densities, kuramoto (the verb), phase_marching (arrays and compiled steps),
kuramoto_run (what comes out).
"""
