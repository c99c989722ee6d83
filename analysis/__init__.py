"""Questions put to a model: where it rests, cycles, bifurcates, and how it starts to fire."""
