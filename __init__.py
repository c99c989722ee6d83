"""rheobase: nonlinear dynamics of neurons, from a model's equations to trajectories and figures.

    import rheobase as rb

    run = rb.simulate(rb.models.hodgkin_huxley().replace(I=10), until=100)
    rb.plot_trajectory(run)

This file is a doorway: a name is imported when it is first asked for, so that `import rheobase`
loads neither SymPy nor numba nor matplotlib. The rooms behind it, from the ground up: `dynamics`
(equations, compiled functions, trajectories), `models` (the library), `analysis`, `hardware`,
`gallery` (pictures), `cli` (the command). `__init__.pyi` says the same to type checkers.
"""

from importlib import import_module

__version__ = "0.1.0"

_WHERE = {
    "Model": "dynamics.model",
    "Reset": "dynamics.reset",
    "Poisson": "dynamics.noise",
    "with_ou_current": "dynamics.with_ou_current",
    "spike_statistics": "dynamics.spike_statistics",
    "SpikeStatistics": "dynamics.spike_statistics",
    "first_passage": "dynamics.first_passage",
    "FirstPassage": "dynamics.first_passage",
    "simulate": "dynamics.simulate",
    "Trajectory": "dynamics.trajectory",
    "simulate_ensemble": "dynamics.ensembles.simulate_ensemble",
    "Ensemble": "dynamics.ensembles.ensemble",
    "sweep": "dynamics.sweeps.sweep",
    "open_sweep": "dynamics.sweeps.sweep",
    "Sweep": "dynamics.sweeps.result",
    "Network": "dynamics.networks.network",
    "Population": "dynamics.networks.population",
    "SpikeTrain": "dynamics.networks.population",
    "Synapse": "dynamics.networks.synapse",
    "Wiring": "dynamics.networks.wiring",
    "PoissonInput": "dynamics.networks.poisson_input",
    "NetworkRun": "dynamics.networks.network_run",
    "kuramoto": "dynamics.oscillators.kuramoto",
    "KuramotoRun": "dynamics.oscillators.kuramoto_run",
    "Lorentzian": "dynamics.oscillators.densities",
    "Gaussian": "dynamics.oscillators.densities",
    "Uniform": "dynamics.oscillators.densities",
    "save": "dynamics.storage",
    "load": "dynamics.storage",
    "read_ode": "dynamics.ode_reader",
    "read_model": "dynamics.model_file",
    "Status": "dynamics.status",
    "RheobaseError": "dynamics.errors",
    "EquationError": "dynamics.errors",
    "UnknownName": "dynamics.errors",
    "NotFound": "dynamics.errors",
    "InvalidArgument": "dynamics.errors",
    "StorageError": "dynamics.errors",
    "find_fixed_points": "analysis.find_fixed_points",
    "FixedPoint": "analysis.fixed_point",
    "find_nullclines": "analysis.find_nullclines",
    "find_manifolds": "analysis.manifolds",
    "continue_equilibria": "analysis.continue_equilibria",
    "continue_bifurcation": "analysis.continue_bifurcation",
    "continue_cycles": "analysis.continue_cycles",
    "find_limit_cycle": "analysis.find_limit_cycle",
    "bifurcation_diagram": "analysis.bifurcation_diagram",
    "bifurcation_set": "analysis.bifurcation_set",
    "excitability_map": "analysis.excitability_map",
    "BifurcationCurves": "analysis.bifurcation_curves",
    "Branch": "analysis.branch",
    "SpecialPoint": "analysis.special_point",
    "HomoclinicOrbit": "analysis.homoclinic_orbit",
    "LimitCycle": "analysis.limit_cycle",
    "Diagram": "analysis.diagram",
    "classify_excitability": "analysis.classify_excitability",
    "Excitability": "analysis.excitability",
    "frequency_current": "analysis.frequency_current",
    "phase_response": "analysis.phase_response",
    "interaction_function": "analysis.interaction_function",
    "isochrons": "analysis.isochrons",
    "impedance": "analysis.impedance",
    "siegert": "analysis.siegert",
    "lyapunov_exponents": "analysis.lyapunov_exponents",
    "basins": "analysis.basins",
    "dissect": "analysis.dissect",
    "check_scaling": "analysis.check_scaling",
    "ScalingCheck": "analysis.scaling_check",
    "kuramoto_critical_coupling": "analysis.kuramoto_critical_coupling",
    "kuramoto_order": "analysis.kuramoto_order",
    "find_critical_coupling": "analysis.find_critical_coupling",
    "QFormat": "hardware.qformat",
    "quantize": "hardware.quantize",
    "compare": "hardware.compare",
    "emulate": "hardware.machine.emulate",
    "precision": "hardware.precision.precision",
    "Precision": "hardware.precision.study",
    "Emulation": "hardware.machine.emulation",
    "spike_lag": "hardware.spike_lag",
    "SpikeLags": "hardware.spike_lags",
    "code_bits": "hardware.code_bits",
    "CodeBits": "hardware.code_bits",
    "plot_trajectory": "gallery.plot_trajectory",
    "plot_phase_plane": "gallery.plot_phase_plane",
    "plot_bifurcation_diagram": "gallery.plot_bifurcation_diagram",
    "plot_frequency_current": "gallery.plot_frequency_current",
    "plot_two_parameter": "gallery.plot_two_parameter",
    "plot_phase_response": "gallery.plot_phase_response",
    "plot_raster": "gallery.plot_raster",
    "plot_sweep": "gallery.plot_sweep",
    "plot_isochrons": "gallery.plot_isochrons",
    "plot_basins": "gallery.plot_basins",
    "plot_scaling": "gallery.plot_scaling",
    "plot_emulation": "gallery.plot_emulation",
    "plot_precision": "gallery.plot_precision",
    "plot_dissection": "gallery.plot_dissection",
}
_ROOMS = {"models": "models", "spinnaker": "hardware.spinnaker"}

__all__ = ["__version__", *_ROOMS, *_WHERE]


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        found = import_module(f".{_ROOMS[name]}", __name__)
    elif name in _WHERE:
        found = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    else:
        raise AttributeError(_unknown(name), name=name)
    # Kept: the import machinery may since have bound the module of the same name.
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    by_folded = {known.casefold(): known for known in __all__}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    guess = f" Did you mean {by_folded[close[0]]!r}?" if close else ""
    return f"rheobase has no {name!r}.{guess}"
