"""Periodic collocation systems at random, and their solution by one dense matrix."""

import numpy as np
from numpy.polynomial.legendre import leggauss
from rheobase.analysis.gauss import gauss
from scipy.interpolate import BarycentricInterpolator


def tables(m):
    """Places, derivatives at the Gauss points, values at 1: by scipy."""
    places = np.concatenate([[0.0], (leggauss(m)[0] + 1) / 2])
    one = np.eye(m + 1)
    slopes = np.stack(
        [BarycentricInterpolator(places, e).derivative(places[1:]) for e in one], axis=1
    )
    end = np.array([float(BarycentricInterpolator(places, e)(1.0)) for e in one])
    return slopes, end


def dense_solution(h, TA, C, R, S, twist, r, gaps, q):
    """u at all nodes, then s, from one large matrix."""
    N, m, n, k = C.shape
    slopes, end = tables(m)
    size = N * (m + 1) * n
    A = np.zeros((size + k, size + k), dtype=complex)
    b = np.zeros(size + k, dtype=complex)
    place = np.arange(size).reshape(N, m + 1, n)
    row = 0
    for j in range(N):
        for i in range(m):
            rows = slice(row, row + n)
            for l in range(m + 1):
                A[rows, place[j, l]] += slopes[i, l] / h[j] * np.eye(n)
            A[rows, place[j, i + 1]] -= TA[j, i]
            A[rows, size:] -= C[j, i]
            b[rows] = r[j, i]
            row += n
        rows = slice(row, row + n)
        for l in range(m + 1):
            A[rows, place[j, l]] -= end[l] * np.eye(n)
        A[rows, place[(j + 1) % N, 0]] += (twist if j == N - 1 else 1.0) * np.eye(n)
        b[rows] = gaps[j]
        row += n
    for a in range(k):
        A[size + a, place[:, 1:]] = R[a]
        A[size + a, size:] = S[a]
        b[size + a] = q[a]
    x = np.linalg.solve(A, b)
    return x[:size].reshape(N, m + 1, n), x[size:]


def determinant_sign(h, TA, C, R, S):
    """Of what is left when all but u at 0 and s are eliminated, interval after interval."""
    N, m, n, k = C.shape
    slopes, end = tables(m)
    G, gamma, rho, sigma = np.eye(n), np.zeros((n, k)), np.zeros((k, n)), S.copy()
    for j in range(N):
        M = np.kron(slopes[:, 1:], np.eye(n)) / h[j]
        for i in range(m):
            M[i * n : (i + 1) * n, i * n : (i + 1) * n] -= TA[j, i]
        from_u = np.linalg.solve(M, np.kron(-slopes[:, :1], np.eye(n)) / h[j])
        from_s = np.linalg.solve(M, C[j].reshape(m * n, k))
        rows = R[:, j].reshape(k, m * n)
        rho, sigma = rho + rows @ from_u @ G, sigma + rows @ (from_u @ gamma + from_s)
        last = np.kron(end[1:], np.eye(n))
        gamma = end[0] * gamma + last @ (from_u @ gamma + from_s)
        G = end[0] * G + last @ from_u @ G
    matrix = np.block([[np.eye(n) - G, -gamma], [rho, sigma]])
    return np.linalg.slogdet(matrix)[0]


def problem(seed, N, m, n, k, strength, kind=float):
    rng = np.random.default_rng(seed)
    h = rng.uniform(0.3, 2, N)
    h /= h.sum()

    def made(*shape):
        values = rng.normal(size=shape)
        return values + 1j * rng.normal(size=shape) if kind is complex else values

    TA = strength * rng.normal(size=(N, m, n, n))
    share = h[:, None, None] * gauss(m).weights[:, None]
    R = made(k, N, m, n) * share
    return h, TA, made(N, m, n, k), R, made(k, k), made(N, m, n), made(N, n), made(k)
