from . import models as models
from .analysis.basins import basins as basins
from .analysis.bifurcation_curves import BifurcationCurves as BifurcationCurves
from .analysis.bifurcation_diagram import bifurcation_diagram as bifurcation_diagram
from .analysis.bifurcation_set import bifurcation_set as bifurcation_set
from .analysis.branch import Branch as Branch
from .analysis.check_scaling import check_scaling as check_scaling
from .analysis.classify_excitability import classify_excitability as classify_excitability
from .analysis.continue_bifurcation import continue_bifurcation as continue_bifurcation
from .analysis.continue_cycles import continue_cycles as continue_cycles
from .analysis.continue_equilibria import continue_equilibria as continue_equilibria
from .analysis.diagram import Diagram as Diagram
from .analysis.dissect import dissect as dissect
from .analysis.excitability import Excitability as Excitability
from .analysis.excitability_map import excitability_map as excitability_map
from .analysis.find_critical_coupling import find_critical_coupling as find_critical_coupling
from .analysis.find_fixed_points import find_fixed_points as find_fixed_points
from .analysis.find_limit_cycle import find_limit_cycle as find_limit_cycle
from .analysis.find_nullclines import find_nullclines as find_nullclines
from .analysis.fixed_point import FixedPoint as FixedPoint
from .analysis.frequency_current import frequency_current as frequency_current
from .analysis.homoclinic_orbit import HomoclinicOrbit as HomoclinicOrbit
from .analysis.impedance import impedance as impedance
from .analysis.interaction_function import interaction_function as interaction_function
from .analysis.isochrons import isochrons as isochrons
from .analysis.kuramoto_critical_coupling import (
    kuramoto_critical_coupling as kuramoto_critical_coupling,
)
from .analysis.kuramoto_order import kuramoto_order as kuramoto_order
from .analysis.limit_cycle import LimitCycle as LimitCycle
from .analysis.lyapunov_exponents import lyapunov_exponents as lyapunov_exponents
from .analysis.manifolds import find_manifolds as find_manifolds
from .analysis.phase_response import phase_response as phase_response
from .analysis.scaling_check import ScalingCheck as ScalingCheck
from .analysis.siegert import siegert as siegert
from .analysis.special_point import SpecialPoint as SpecialPoint
from .dynamics.ensembles.ensemble import Ensemble as Ensemble
from .dynamics.ensembles.simulate_ensemble import simulate_ensemble as simulate_ensemble
from .dynamics.errors import EquationError as EquationError
from .dynamics.errors import InvalidArgument as InvalidArgument
from .dynamics.errors import NotFound as NotFound
from .dynamics.errors import RheobaseError as RheobaseError
from .dynamics.errors import StorageError as StorageError
from .dynamics.errors import UnknownName as UnknownName
from .dynamics.model import Model as Model
from .dynamics.model_file import read_model as read_model
from .dynamics.networks.network import Network as Network
from .dynamics.networks.network_run import NetworkRun as NetworkRun
from .dynamics.networks.poisson_input import PoissonInput as PoissonInput
from .dynamics.networks.population import Population as Population
from .dynamics.networks.population import SpikeTrain as SpikeTrain
from .dynamics.networks.synapse import Synapse as Synapse
from .dynamics.networks.wiring import Wiring as Wiring
from .dynamics.noise import Poisson as Poisson
from .dynamics.ode_reader import read_ode as read_ode
from .dynamics.oscillators.densities import Gaussian as Gaussian
from .dynamics.oscillators.densities import Lorentzian as Lorentzian
from .dynamics.oscillators.densities import Uniform as Uniform
from .dynamics.oscillators.kuramoto import kuramoto as kuramoto
from .dynamics.oscillators.kuramoto_run import KuramotoRun as KuramotoRun
from .dynamics.reset import Reset as Reset
from .dynamics.simulate import simulate as simulate
from .dynamics.status import Status as Status
from .dynamics.storage import load as load
from .dynamics.storage import save as save
from .dynamics.sweeps.result import Sweep as Sweep
from .dynamics.sweeps.sweep import open_sweep as open_sweep
from .dynamics.sweeps.sweep import sweep as sweep
from .dynamics.trajectory import Trajectory as Trajectory
from .gallery.plot_basins import plot_basins as plot_basins
from .gallery.plot_bifurcation_diagram import (
    plot_bifurcation_diagram as plot_bifurcation_diagram,
)
from .gallery.plot_dissection import plot_dissection as plot_dissection
from .gallery.plot_frequency_current import plot_frequency_current as plot_frequency_current
from .gallery.plot_isochrons import plot_isochrons as plot_isochrons
from .gallery.plot_phase_plane import plot_phase_plane as plot_phase_plane
from .gallery.plot_phase_response import plot_phase_response as plot_phase_response
from .gallery.plot_scaling import plot_scaling as plot_scaling
from .gallery.plot_sweep import plot_sweep as plot_sweep
from .gallery.plot_trajectory import plot_trajectory as plot_trajectory
from .gallery.plot_two_parameter import plot_two_parameter as plot_two_parameter
from .hardware import spinnaker as spinnaker

__version__: str
