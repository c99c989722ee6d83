"""Many runs of one model at once.

    simulate_ensemble.py   the question: a grid, samples, repeats; scheme, what to save
    members.py, saving.py  who the members are, what is kept of them
    fixed.py, adaptive.py  steps of one length by a kernel made for the model; or run by run
    source.py              the kernel's text (templates, printing, rows, noise_terms beside it)
    chunk.py, crew.py      some blocks of members by the kernel; chunks over threads
    ensemble.py            the answer (outcome, collecting, spike_trains, tables beside it)

The parts that every kernel shares are in `dynamics/kernels`: ensemble_layout, passage (spikes
inside a step), random_streams.
"""
