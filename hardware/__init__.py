"""Machines: fixed point words, SpiNNaker, precision."""
