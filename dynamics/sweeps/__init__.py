"""Sweeps: a function of a Model at every point of a table of parameters, resumable, on many cores.

Reading order: table (the points), named (which functions can be sent), question (what is asked, and
what makes two questions differ), outcome (what one result says), part (what a chunk of the table
gave, as bytes), work (how a chunk is worked off), ensemble_work (whole chunks through
simulate_ensemble); store, store_files, lock (a folder of parts); lifeline, local_processes,
dask_cluster (where the work is done); judge (when to stop); sweep (all of it); joined, result,
tables (what it found).
"""
