"""The ground: equations -> derivatives -> compiled functions -> trajectories.

Reading order: tokens, grammar, functions, nonsmooth, equations, writer (text <-> SymPy);
reset, model (what a model is); program, derivatives, removable, printers, field (compiled
functions); kernels/, cache, integrate, simulate, trajectory (time); storage (files).
"""
