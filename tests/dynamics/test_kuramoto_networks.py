"""Kuramoto's oscillators on networks, and brain rhythms that lock band by band."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.oscillators.adjacency import adjacency_of
from scipy import sparse
from scipy.integrate import solve_ivp

networkx = pytest.importorskip("networkx", reason="graphs are checked with NetworkX")
RANDOM = np.random.default_rng(7)


def test_all_to_all_is_a_network_of_equal_weights():
    n = 130
    A = np.full((n, n), 1 / n)
    joined = rb.kuramoto(None, 2.5, rb.Lorentzian(1.0), until=10, adjacency=A)
    field = rb.kuramoto(None, 2.5, frequencies=joined.frequencies, until=10)
    np.testing.assert_allclose(joined.complex_order, field.complex_order, atol=1e-10)


@pytest.mark.parametrize("lag", [0.0, 0.4])
def test_a_directed_network_is_scipys(lag):
    n = 30
    A = (RANDOM.random((n, n)) < 0.2) * RANDOM.normal(size=(n, n))
    omega, start = RANDOM.normal(size=n), RANDOM.uniform(0, 6, n)

    def pulled(t, theta):
        return omega + 0.8 * (A * np.sin(theta[None, :] - theta[:, None] - lag)).sum(axis=1)

    exact = solve_ivp(pulled, (0, 5), start, rtol=1e-11, atol=1e-11).y[:, -1]
    for given in (A, sparse.csr_matrix(A), sparse.coo_array(A)):
        run = rb.kuramoto(
            coupling=0.8,
            frequencies=omega,
            phases=start,
            adjacency=given,
            lag=lag,
            until=5,
            step=0.005,
        )
        np.testing.assert_allclose(run.phases, exact, atol=1e-8)


def test_an_edge_of_a_graph_points_to_who_is_pulled():
    graph = networkx.DiGraph()
    graph.add_nodes_from([0, 1])
    graph.add_edge(0, 1, weight=2.0)
    run = rb.kuramoto(
        coupling=1.0, frequencies=[0.0, 0.0], phases=[0.0, 1.0], adjacency=graph, until=30
    )
    np.testing.assert_allclose(run.phases, [0, 0], atol=1e-9)
    apart = rb.kuramoto(
        coupling=1.0, frequencies=[1.0, 0.0], phases=[0.0, 0.0], adjacency=graph, until=1
    )
    assert apart.phases[0] == pytest.approx(1.0, abs=1e-12)  # nothing pulls 0


def test_graphs_are_networkx_s_matrices():
    graphs = [
        networkx.gnp_random_graph(12, 0.3, seed=1, directed=True),
        networkx.MultiGraph([("a", "b"), ("b", "a"), ("b", "c")]),
    ]
    for graph in graphs:
        joined = adjacency_of(graph)
        rows = joined.weights, joined.neighbours, joined.pointers
        exact = networkx.to_numpy_array(graph).T
        np.testing.assert_array_equal(sparse.csr_matrix(rows, exact.shape).toarray(), exact)


def test_integer_labels_of_a_graph_number_the_oscillators():
    graph = networkx.DiGraph([(2, 0), (0, 1)])
    omega, start = [0.0, 0.0, 0.3], [0.0, 1.0, 2.0]
    matrix = networkx.to_numpy_array(graph, nodelist=range(3)).T
    same = dict(coupling=1.0, frequencies=omega, phases=start, until=2)
    run, exact = (rb.kuramoto(adjacency=given, **same) for given in (graph, matrix))
    np.testing.assert_array_equal(run.phases, exact.phases)


def test_delays_of_a_graph_are_refused():
    with pytest.raises(rb.InvalidArgument, match="from 0 to 1 has a delay"):
        adjacency_of(networkx.DiGraph([(0, 1, dict(delay=1.0))]))


def test_a_ring_keeps_its_twist():
    """On a ring of equal oscillators the state with one turn along the ring stays (r = 0)."""
    n = 40
    ring = networkx.cycle_graph(n)
    twist = 2 * np.pi * np.arange(n) / n
    run = rb.kuramoto(coupling=1.0, frequencies=np.zeros(n), phases=twist, adjacency=ring, until=50)
    np.testing.assert_allclose(run.phases, twist, atol=1e-9)
    assert run.order[-1] < 1e-9


def test_quantiles_are_dealt_out_on_a_network():
    run = rb.kuramoto(None, 0.0, rb.Uniform(1.0), until=1, adjacency=np.zeros((50, 50)), seed=4)
    assert not (np.diff(run.frequencies) > 0).all()
    np.testing.assert_array_equal(np.sort(run.frequencies), rb.Uniform(1.0).quantiles(50))


def test_brain_rhythms_lock_band_by_band():
    """160 oscillators in four bands (Hz): each band comes into step before the bands do.

    With K' the pull within a band, a band of uniform half width gamma locks above 4 gamma/pi (its
    share of all is 1/4, so K = 16 gamma/pi), and bands whose centres are W apart need K of
    the order of W to turn together.
    """
    centres = {"delta": 2.0, "theta": 6.0, "alpha": 10.0, "beta": 20.0}
    labels = np.repeat(list(centres), 40)
    omega = np.concatenate([rb.Uniform(0.4, hertz).quantiles(40) for hertz in centres.values()])
    together, mean_orders, spreads = [], [], []
    for K in (0.5, 4.0, 60.0):
        run = rb.kuramoto(
            coupling=2 * np.pi * K,
            frequencies=2 * np.pi * omega,
            until=12,
            step=0.001,
            every=10,
            save="phases",
        )
        late = run.t > 6
        mean_orders.append(run.group_order(labels)[:, late].mean(axis=1))
        rates = run.mean_frequencies(after=6) / (2 * np.pi)
        spreads.append([np.ptp(rates[labels == band]) for band in centres])
        together.append(run.mean_order(after=6).value)
    assert max(mean_orders[0]) < 0.6
    assert min(spreads[0]) > 0.3
    assert min(mean_orders[1]) > 0.8  # each band in step,
    assert max(spreads[1]) < 0.1
    assert together[1] < 0.6  # not yet with the others
    assert together[2] > 0.9
    assert np.ptp(rates) < 0.01
