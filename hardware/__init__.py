"""Machines: fixed point words, SpiNNaker, precision.

    rb.QFormat                 a word: bits, point, rounding, overflow
    rb.quantize                a Model with the machine's constants
    rb.compare                 a run on the machine beside the exact one
    rb.emulate                 a Model's equations run in fixed point, bit for bit
    rb.precision               onset, class, rates and spike times by word length and rounding
    rb.spinnaker               the arithmetic and the fixed programs of SpiNNaker, bit for bit

Reading order: rounding and qformat; the package spinnaker; random_words, machine_run (what a
program leaves behind), kernel_files and the folder kernels (the compiled loops); the package
machine, from a Model to a program; the package precision.
"""
