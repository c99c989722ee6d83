"""The program of a network's neurons, whose functions have tables for all that neurons may meet.

A neuron of a network gets a current that no run of one neuron shows. So the step is followed in
double precision under constant currents, from the least offset less the noise and the expected
inhibition to the largest with the expected excitation, from the start of the mean neuron and of
those at the ends of what differs. The ranges are those of all these courses together.

Expected of a synapse at the rate r is the mean r tau w, and five standard deviations
sqrt(r tau/2) w of its shot noise (Campbell's theorem), at 30 Hz (`network.left_shift`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ..qformat import QFormat
from .assemble import assembled
from .building import check, spike_level
from .following import follow_graph
from .program import Program
from .schemes import step_graph

CURRENTS = 9
LONGEST = 20_000  # steps of a course
RATE, SIGMAS = 0.03, 5.0  # spikes in a ms, standard deviations


def expected_currents(
    targets: np.ndarray, weights: np.ndarray, count: int, tau: Sequence[float], rate: float = RATE
) -> tuple[float, float]:
    """The most that is expected of the inhibiting and of the exciting synapses of a neuron; `rate`
    is the number of spikes in a unit of time."""
    most = []
    for sign, time in ((1, tau[0]), (-1, tau[1])):
        w = np.maximum(sign * weights, 0.0)
        total, squares = (np.bincount(targets, w**k, minlength=count) for k in (1, 2))
        course = rate * time * total + SIGMAS * np.sqrt(rate * time / 2 * squares)
        most.append(float(max(course.max(initial=0.0), w.max(initial=0.0))))
    return most[1], most[0]


def program_of_neurons(
    model: Model,
    columns: Mapping[str, np.ndarray],
    input: str,
    currents: tuple[float, float],
    word: QFormat,
    steps: int,
    step: float,
    scheme: str,
) -> Program:
    """The program of a step; `columns` are the starts that differ, an entry a neuron."""
    check(model, word, None, "host", None, "report")
    graph = step_graph(model, scheme, step)
    watched, level = spike_level(model)
    steps = min(steps, LONGEST)
    ranges = None
    for number, start in enumerate(starts(graph.states, graph.start, columns, input, currents)):
        course = follow_graph(
            replace(graph, start=start), steps, steps, watched, level or 0.0, step
        )
        if course.steps == steps:
            found = course.low, course.high
            if ranges is not None:
                found = np.minimum(ranges[0], found[0]), np.maximum(ranges[1], found[1])
            ranges = found
        elif number == 0:
            raise InvalidArgument(
                f"{model.name} leaves the numbers in double precision too, at step {course.steps} "
                f"of {scheme} with step {step:g}: take a shorter step, or exponential-euler"
            )
    assert ranges is not None
    settings = dict(scale=None, literals="host", roundings=None, fit="report")
    return assembled(model.name, scheme, step, graph, ranges, word, **settings)


def starts(
    states: tuple[str, ...],
    mean: tuple[float, ...],
    columns: Mapping[str, np.ndarray],
    input: str,
    currents: tuple[float, float],
) -> list[tuple[float, ...]]:
    """Where the courses start: first the mean neuron as it is, then with all currents; then the
    neurons at the ends of every column, with the least and the largest."""
    neurons = {int(end(values)) for values in columns.values() for end in (np.argmin, np.argmax)}
    at = states.index(input)
    found = [list(mean)]
    for current in np.linspace(*currents, CURRENTS):
        found.append([*mean[:at], float(current), *mean[at + 1 :]])
    for neuron in sorted(neurons):
        row = list(mean)
        for name, values in columns.items():
            row[states.index(name)] = float(values[neuron])
        found += [[*row[:at], current, *row[at + 1 :]] for current in currents]
    return list(dict.fromkeys(map(tuple, found)))
