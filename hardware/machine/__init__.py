"""From a Model to a machine: its equations as a program of integer operations, run bit for bit.

    rb.emulate(model, word, until, step, scheme)     the run: `Emulation`
    emulation.program                                the `Program`: listing(), to_c()

Reading order: graph (operations without words), lowering (equations to operations), schemes (a step
of a method), following (graphs and programs run), tables (functions), assemble (words), program and
interpreter (what a program means), building, emulate, emulation; to_c.
"""
