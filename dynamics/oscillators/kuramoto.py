"""Kuramoto's model: phase oscillators, each with its own frequency, that pull on one another.

All to all,

    theta_i' = omega_i + (K/N) sum_j sin(theta_j - theta_i - lag) + noise
             = omega_i + K r sin(psi - theta_i - lag) + noise,

with r e^(i psi) = (1/N) sum_j e^(i theta_j), so that a step costs O(N); on a network K/N becomes
K A_ij. Noise of intensity D has the autocorrelation 2 D delta(t - t').

Reference: Y. Kuramoto, in International Symposium on Mathematical Problems in Theoretical Physics,
Lecture Notes in Physics 39 (Springer, 1975) 420-422; S. H. Strogatz, Physica D 143 (2000) 1-20;
H. Sakaguchi and Y. Kuramoto, Prog. Theor. Phys. 76 (1986) 576-581 (the lag); H. Sakaguchi, Prog.
Theor. Phys. 79 (1988) 39-46 (noise).
"""

import math
from collections.abc import Callable

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..status import Status
from .adjacency import adjacency_of
from .densities import Density, finite, positive, real_numbers, whole
from .kuramoto_run import KuramotoRun
from .phase_marching import FARTHEST, SCHEMES, Oscillators
from .seeded import NOISE, ORDER, PHASES, checked_seed, keys_of, uniform_numbers

NOISY = ("heun", "euler-maruyama")
SAMPLINGS = ("quantiles", "random")
KEPT = ("order", "phases")
MOST_STEPS = 2.0**53
LONGEST = 50_000_000  # rows of the order parameter
ROOM = 2**31  # bytes of kept phases


def kuramoto(
    n: int | None = None,
    coupling: float = 1.0,
    density: Density | None = None,
    *,
    until: float,
    step: float = 0.05,
    frequencies: np.ndarray | None = None,
    adjacency: object = None,
    phases: "np.ndarray | float | None" = None,
    noise: float = 0.0,
    lag: float = 0.0,
    scheme: str | None = None,
    sampling: str = "quantiles",
    seed: int = 0,
    every: int = 1,
    save: str = "order",
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> KuramotoRun:
    """N phase oscillators with natural frequencies of a density, all to all or on a network.

    n, coupling, density
        how many, K, and rb.Lorentzian, rb.Gaussian or rb.Uniform; instead of n and density
        `frequencies`, an array or list
    until, step, scheme
        the time, the step, "rk4" ("euler", "heun", "rk2"; with noise "heun", of weak order 2, or
        "euler-maruyama"); the step is shortened so that whole steps end at `until`
    adjacency
        weights A_ij with which j pulls i, in place of 1/N: an array or list of rows, a SciPy sparse
        matrix or a NetworkX graph (its edges j -> i; nodes labelled 0 ... n - 1 are meant by their
        label, others by the order in which they were added)
    phases
        where they start: drawn at random from the circle, an array, or one number for all
    noise, lag
        the intensity D, and the lag of Sakaguchi's and Kuramoto's coupling
    sampling
        "quantiles", the midpoints of N equal shares of the density (the default: the order
        parameter then differs from that of N -> infinity by least), or "random"
    seed
        of the phases, of randomly drawn frequencies, of noise, and of who on a network has which
        frequency; the same seed gives the same bits on any number of threads
    every, save
        the order parameter is kept at each so manieth step and at the end; "phases" keeps all
        phases there too
    threads, progress
        more threads than one share the oscillators of each stage, which helps large populations on
        idle cores and hurts on busy ones; progress is called with the share that is done

    A frequency so high that `step` doesn't resolve it (omega step > 1: the tails of a Lorentzian)
    is carried round exactly, but feels the field as if it came at random times. Such oscillators
    drift, and on average add nothing to the order parameter; `run.unresolved` is their share.

    >>> import rheobase as rb
    >>> run = rb.kuramoto(1000, 4.0, rb.Lorentzian(1.0), until=100)
    >>> round(run.mean_order(after=50).value, 3)     # sqrt(1 - 2/4)
    0.707
    """
    coupling = finite(coupling, "coupling")
    noise, lag = finite(noise, "noise"), finite(lag, "lag")
    if noise < 0:
        raise InvalidArgument(f"noise is an intensity, at least 0, not {noise!r}")
    until, step = positive(until, "until"), positive(step, "step")
    every, seed = whole(every, "every"), checked_seed(seed)
    scheme = named_scheme(scheme, noise)
    one_of(save, KEPT, "a way to save")
    one_of(sampling, SAMPLINGS, "a way to draw frequencies")
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with a share; {progress!r} can't be")
    joined = None if adjacency is None else adjacency_of(adjacency)
    if joined is not None and n is None and frequencies is None:
        n = joined.size
    omega = frequencies_of(n, density, frequencies, sampling, seed, joined is not None)
    n = len(omega)
    if joined is not None and joined.size != n:
        raise InvalidArgument(f"adjacency joins {joined.size} oscillators; there are {n}")
    if not until / step < MOST_STEPS:
        raise InvalidArgument(
            f"{until:g} is {until / step:.3g} steps of {step:g}: take a larger step"
        )
    steps = max(1, math.ceil(until / step * (1 - 1e-12)))
    step, every = until / steps, min(every, steps)
    rows = math.ceil(steps / every)
    if rows > LONGEST or (save == "phases" and 8 * n * rows > ROOM):
        raise InvalidArgument(
            f"{rows} rows of {'phases' if save == 'phases' else 'the order parameter'} are too "
            f"many to keep; take every larger than {every}"
        )
    oscillators = Oscillators(
        omega=omega,
        phases=phases_of(phases, n, seed),
        coupling=coupling,
        lag=lag,
        step=step,
        scheme=scheme,
        kick=math.sqrt(2 * noise * step),
        keys=keys_of(seed, NOISE),
        adjacency=joined,
        threads=whole(threads, "threads"),
    )
    if oscillators.advance * every > FARTHEST:
        raise InvalidArgument(
            f"a phase may advance by {oscillators.advance * every:.3g} in {every} steps of "
            f"{step:g}, beyond what sine and cosine resolve; take a smaller step or every"
        )
    return marched(oscillators, steps, every, save, density, noise, sampling, seed, progress)


def marched(
    oscillators: Oscillators,
    steps: int,
    every: int,
    save: str,
    density: Density | None,
    noise: float,
    sampling: str,
    seed: int,
    progress: Callable[[float], None] | None,
) -> KuramotoRun:
    """The run, from its beginning to its end; the last row may come after fewer steps."""
    rows, rest = divmod(steps, every)
    parts: list[np.ndarray] = []
    history = [oscillators.unwrapped] if save == "phases" else []
    whole_rows = rows * every / steps

    def told(share: float) -> None:
        if progress is not None:
            progress(share * whole_rows)

    if save == "phases":
        for row in range(rows):
            parts += oscillators.march(1, every)
            history.append(oscillators.unwrapped)
            told((row + 1) / rows)
    else:
        parts += oscillators.march(rows, every, told)
    if rest:
        parts += oscillators.march(1, rest, progress)
        if save == "phases":
            history.append(oscillators.unwrapped)
    pairs = np.concatenate(parts)
    order = np.append(pairs[:, 0] + 1j * pairs[:, 1], oscillators.order())
    good = bool(np.isfinite(order).all())
    status, message = Status.COMPLETED, f"{steps} steps of {oscillators.step:g}"
    if not good:
        status = Status.NOT_FINITE
        message = "the phases ceased to be finite; take a smaller step"
    return KuramotoRun(
        density=density,
        frequencies=oscillators.omega,
        coupling=oscillators.coupling,
        noise=noise,
        lag=oscillators.lag,
        t=oscillators.step * np.append(every * np.arange(len(pairs)), steps),
        complex_order=order,
        phases=oscillators.unwrapped,
        history=np.array(history) if history else None,
        edges=None if oscillators.adjacency is None else len(oscillators.adjacency.weights),
        step=oscillators.step,
        scheme=oscillators.scheme,
        sampling=sampling if density is not None else "given",
        seed=seed,
        status=status,
        message=message,
    )


def frequencies_of(
    n: int | None,
    density: Density | None,
    given: "np.ndarray | None",
    sampling: str,
    seed: int,
    shuffled: bool,
) -> np.ndarray:
    """The natural frequencies; on a network quantiles are dealt out in a random order."""
    if given is not None:
        if density is not None:
            raise InvalidArgument("give a density or frequencies, not both")
        complaint = "frequencies are a row of finite real numbers, at least one"
        omega = real_numbers(given, complaint)
        if omega.ndim != 1 or not len(omega) or not np.isfinite(omega).all():
            raise InvalidArgument(complaint)
        if n is not None and whole(n, "n") != len(omega):
            raise InvalidArgument(f"n is {n}, but there are {len(omega)} frequencies")
        return omega
    if not isinstance(density, Density):
        raise InvalidArgument(
            f"density must be rb.Lorentzian, rb.Gaussian or rb.Uniform, not {density!r}; other "
            "frequencies go in as frequencies="
        )
    if n is None:
        raise InvalidArgument("how many oscillators? give n")
    n = whole(n, "n")
    if sampling == "random":
        return density.sample(n, seed)
    omega = density.quantiles(n)
    return omega[np.argsort(uniform_numbers(seed, ORDER, n))] if shuffled else omega


def phases_of(given: "np.ndarray | float | None", n: int, seed: int) -> np.ndarray:
    """The phases at the start."""
    if given is None:
        return 2 * np.pi * uniform_numbers(seed, PHASES, n)
    complaint = f"phases are {n} numbers, or one for all, not {given!r:.200}"
    phases = real_numbers(given, complaint)
    if phases.shape not in ((), (1,), (n,)):
        raise InvalidArgument(complaint)
    phases = np.broadcast_to(phases, (n,)).copy()
    if not np.isfinite(phases).all():
        raise InvalidArgument("the phases at the start must be finite")
    return np.remainder(phases, 2 * np.pi) if np.abs(phases).max() > 1e6 else phases


def named_scheme(scheme: str | None, noise: float) -> str:
    """The scheme, one that noise allows where there is noise."""
    if scheme is None:
        return "heun" if noise else "rk4"
    one_of(scheme, SCHEMES, "a scheme of phase oscillators")
    if noise and scheme not in NOISY:
        raise InvalidArgument(f"with noise the scheme is one of {', '.join(NOISY)}, not {scheme}")
    return scheme


def one_of(name: object, known: "tuple[str, ...] | dict", what: str) -> None:
    if name not in tuple(known):
        raise UnknownName(str(name), what, known)
