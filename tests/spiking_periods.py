"""Periods of spiking neurons with one state, in closed form."""

import numpy as np


def leaky_period(I, p):
    """T = t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th))."""
    drive = p["R"] * I + p["E"]
    return p["t_ref"] + p["tau"] * np.log((drive - p["V_reset"]) / (drive - p["V_th"]))


def quadratic_period(I, peak, reset):
    """T of V' = V^2 + I from the reset to the peak."""
    root = np.sqrt(I)
    return (np.arctan(peak / root) - np.arctan(reset / root)) / root
