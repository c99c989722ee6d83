"""What the lost bits do to a neuron: onset, class, rates and timing by word and rounding.

    rb.precision(model, parameter, words, roundings, kick=...)      the study: `Precision`

Reading order: question (what is asked, the protocol), walks (runs that stop when nothing new can
come), programs (a model lowered at any value of its parameter), branch (the rest states of the step
itself), rests (where runs begin), onset (the search), onset_class (the class by the rates above
it), dead_zones (what rounding holds fast), verdicts (constants alone), lags, rows, precision,
study, bits, table, text.
"""
