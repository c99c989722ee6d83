"""The library of models: one model, or one close family, a file."""
