"""Who is connected with whom; silence and cut; relabelling; what a run gives back."""

import json

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

CELL = rb.Model(
    "cell",
    "V' = (b - V)/10",
    parameters=dict(b=1.2),
    start=dict(V=0),
    reset=rb.Reset("V > 1", V="0", refractory=1),
    time_unit="ms",
)
SIZE = 6
# multiples of 1/64: sums of them are exact in any order
DRIVES = st.lists(st.integers(50, 130), min_size=SIZE, max_size=SIZE).map(
    lambda numbers: np.array(numbers) / 64
)
MATRICES = arrays(np.int8, (SIZE, SIZE), elements=st.integers(-6, 6)).map(lambda m: m / 64)


def network(matrix, drives, delay=1.0):
    jump = rb.Synapse("a", "a", on_spike="V += weight", wiring=matrix, delay=delay)
    return rb.Network(dict(a=rb.Population(CELL, len(drives), parameters=dict(b=drives))), [jump])


def spikes(net, until=60):
    return net.simulate(until, step=0.25).raster["a"]


@settings(max_examples=25, deadline=None)
@given(MATRICES, DRIVES, st.permutations(range(SIZE)))
def test_relabelling_the_neurons_relabels_the_raster(matrix, drives, order):
    order = np.array(order)
    times, who = spikes(network(matrix, drives))
    turned_times, turned = spikes(network(matrix[np.ix_(order, order)], drives[order]))
    for old, new in enumerate(np.argsort(order)):
        assert np.array_equal(times[who == old], turned_times[turned == new])


@settings(max_examples=25, deadline=None)
@given(MATRICES, DRIVES, st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=SIZE - 1))
def test_silence_equals_the_network_built_without(matrix, drives, quiet):
    left = np.array([i for i in range(SIZE) if i not in quiet])
    times, who = spikes(network(matrix, drives).silence("a", sorted(quiet)))
    small_times, small = spikes(network(matrix[np.ix_(left, left)], drives[left]))
    assert np.array_equal(times, small_times)
    assert np.array_equal(who, left[small])


@settings(max_examples=25, deadline=None)
@given(MATRICES, DRIVES, st.integers(0, SIZE - 1))
def test_cut_equals_the_network_built_without(matrix, drives, source):
    less = matrix.copy()
    less[:, source] = 0
    found = spikes(network(matrix, drives).cut("a to a", sources=source))
    expected = spikes(network(less, drives))
    assert np.array_equal(found.times, expected.times)
    assert np.array_equal(found.neurons, expected.neurons)


def edges(wiring, sources=30, targets=20, same=False, **more):
    names = dict(a=rb.Population(CELL, sources), b=rb.Population(CELL, targets))
    target = "a" if same else "b"
    synapse = rb.Synapse("a", target, on_spike="V += weight", wiring=wiring, name="s", **more)
    return rb.Network(names, [synapse], seed=4).edges("s")


def test_wirings():
    assert len(edges("all")) == 600
    assert len(edges("all", same=True)) == 30 * 29
    assert len(edges(rb.Wiring.all(self_edges=True), same=True)) == 900
    one = edges("one to one", 20)
    assert np.array_equal(one.sources, one.targets)
    for same in (False, True):
        found = edges(rb.Wiring.indegree(7), same=same)
        assert set(np.bincount(found.targets)) == {7}
        assert not same or not (found.sources == found.targets).any()
        found = edges(rb.Wiring.outdegree(7), same=same)
        assert set(np.bincount(found.sources)) == {7}
        assert not same or not (found.sources == found.targets).any()
    found = edges(rb.Wiring.probability(0.3), 400, 300)
    assert len(found) == pytest.approx(0.3 * 120_000, abs=5 * np.sqrt(0.21 * 120_000))
    assert len(np.unique(found.sources.astype(np.int64) * 300 + found.targets)) == len(found)


def test_a_spatial_wiring_follows_its_kernel():
    rng = np.random.default_rng(0)
    here, there = rng.uniform(0, 1, (500, 2)), rng.uniform(0, 1, (400, 2))
    names = dict(
        a=rb.Population(CELL, 500, positions=here), b=rb.Population(CELL, 400, positions=there)
    )
    synapse = rb.Synapse(
        "a",
        "b",
        on_spike="V += weight",
        wiring=rb.Wiring.spatial("0.8*exp(-d/0.2)"),
        delay="0.5 + 2*d",
    )
    found = rb.Network(names, [synapse]).edges("a to b")
    d = np.linalg.norm(here[:, None] - there, axis=2)
    chance = 0.8 * np.exp(-d / 0.2)
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert len(found) == pytest.approx(chance.sum(), abs=5 * spread)
    assert found.delays == pytest.approx(0.5 + 2 * d[found.sources, found.targets])


def test_given_matrices_sparse_ones_and_graphs():
    networkx = pytest.importorskip("networkx")
    matrix = np.array([[0, 2.0, 0], [0, 0, -1], [3, 0, 0]])  # to row from column
    graph = networkx.DiGraph()
    graph.add_nodes_from("xyz")
    graph.add_edge("y", "x", weight=2.0)
    graph.add_edge("z", "y", weight=-1.0)
    graph.add_edge("x", "z", weight=3.0)
    for wiring in (matrix, csr_array(matrix), graph):
        found = edges(wiring, 3, 3)
        assert found.sources.tolist() == [0, 1, 2]
        assert found.targets.tolist() == [2, 0, 1]
        assert found.weights.tolist() == [3, 2, -1]
    both = edges(networkx.path_graph(3), 3, 3)
    assert both.sources.tolist() == [0, 1, 1, 2]
    assert both.targets.tolist() == [1, 0, 2, 1]


def test_integer_labels_of_a_graph_number_its_nodes():
    networkx = pytest.importorskip("networkx")
    found = edges(networkx.DiGraph([(2, 0), (0, 1)]), 3, 3)
    assert found.sources.tolist() == [0, 2]
    assert found.targets.tolist() == [1, 0]
    found = edges(networkx.DiGraph([(3, 1), (1, 2)]), 3, 3)  # 1 ... 3: the order of insertion
    assert found.sources.tolist() == [0, 1]
    assert found.targets.tolist() == [1, 2]


@pytest.mark.parametrize("directed", [True, False])
def test_a_graph_in_any_order_is_networkx_s_matrix(directed):
    networkx = pytest.importorskip("networkx")
    ordered = networkx.gnp_random_graph(12, 0.3, seed=2, directed=directed)
    for k, (_, _, edge) in enumerate(ordered.edges(data=True)):
        edge.update(weight=k + 1.0, delay=0.25 * k + 1)
    graph = type(ordered)()
    graph.add_nodes_from(reversed(list(ordered)))
    graph.add_edges_from(ordered.edges(data=True))
    found = edges(graph, 12, 12)
    for name, values in dict(weight=found.weights, delay=found.delays).items():
        matrix = np.zeros((12, 12))
        matrix[found.targets, found.sources] = values
        exact = networkx.to_numpy_array(graph, nodelist=range(12), weight=name).T
        assert np.array_equal(matrix, exact)


def test_delays_of_a_graph_are_all_or_none_and_the_only_ones():
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph([(0, 1), (1, 2, dict(delay=2.0))])
    with pytest.raises(rb.InvalidArgument, match="all edges have one or none"):
        edges(graph, 3, 3)
    graph.edges[0, 1]["delay"] = 1.0
    with pytest.raises(rb.InvalidArgument, match="leave out delay="):
        edges(graph, 3, 3, delay=1.0)


def test_streams_depend_on_names_and_seed_only():
    wiring, drawn = rb.Wiring.indegree(5), dict(weight="normal(1, 0.1)", delay="uniform(1, 2)")
    first, second = edges(wiring, **drawn), edges(wiring, **drawn)
    for name in ("targets", "weights", "delays"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    cells = dict(a=rb.Population(CELL, 30), b=rb.Population(CELL, 20))
    kind = dict(on_spike="V += weight", wiring=wiring, **drawn)
    more = [rb.Synapse("b", "a", **kind), rb.Synapse("a", "b", name="s", **kind)]
    again = rb.Network(cells, more, seed=4).edges("s")
    assert np.array_equal(again.weights, first.weights)
    other = rb.Network(cells, more, seed=5).edges("s")
    assert not np.array_equal(other.weights, first.weights)


def test_a_run_is_saved_and_tells_itself(tmp_path):
    net = network(np.full((SIZE, SIZE), 1 / 64), np.full(SIZE, 1.25))
    run = net.simulate(20, step=0.25, record={"a.V": [1, 4]}, every=2)
    assert run["a.V"].shape == (41, 2)
    assert run.recorded["a.V"].tolist() == [1, 4]
    for ending in ("npz", "nc"):
        again = rb.load(rb.save(run, tmp_path / f"run.{ending}"))
        assert np.array_equal(again["a.V"], run["a.V"])
        assert np.array_equal(again.raster["a"].times, run.raster["a"].times)
        assert again.message == run.message
        assert again.status is run.status
    data = run.to_xarray()
    assert data["a.V"].dims == ("t", "a.neuron")
    assert len(run.to_dataframe()) == len(run.raster["a"].times)
    assert json.loads(json.dumps(run.to_dict()))["sizes"] == {"a": SIZE}
    assert "6 neurons" in repr(run)
    assert "completed" in repr(run)


def test_divergence_names_the_neuron_and_the_time():
    blow = rb.Model("blow", "x' = k*x^2", parameters=dict(k=1), start=dict(x=1))
    cells = rb.Population(blow, 3, parameters=dict(k=[0.0, 1.0, 0.0]))
    run = rb.Network(dict(a=cells)).simulate(5, step=0.01, record=["a.x"])
    assert run.status is rb.Status.DIVERGED
    assert not run.status.ok
    assert run.failure is not None
    assert run.failure[:2] == ("a", 1)
    assert 1 < run.failure[2] < 1.2
    assert "neuron 1 of a" in run.message
    assert np.isfinite(run["a.x"]).all()
    assert run.t[-1] == pytest.approx(run.failure[2])


def test_interruption_returns_what_is_done():
    net = network(np.zeros((SIZE, SIZE)), np.full(SIZE, 1.25))

    def stop(begin, t, until):
        if t > 50:
            raise KeyboardInterrupt

    run = net.simulate(1e6, step=0.25, progress=stop)
    assert run.status is rb.Status.INTERRUPTED
    assert 50 < run.until < 1e6
    assert (run.raster["a"].times <= run.until).all()
    assert len(run.raster["a"].times)
