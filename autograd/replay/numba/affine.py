"""The kernels of the affine layer, z = W x + b: dot products with common inputs, whose weights all samples share.

`places` are the number of inputs, the rows of x, and, for each instruction, those of its weights and bias in S. Four
rows by four are in the registers at once: what is loaded is used four times.
"""

from __future__ import annotations

from numba import int64, njit

SUMS = {"contract", "nsz", "reassoc"}  # a sum may be taken in any order


def forward_affine(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        bias = S[places[1 + n + (n + 1) * i + n]]
        for lane in range(lanes):
            V[(row + i) * lanes + lane] = bias
    i = 0
    while i + 4 <= count:
        z, at = (row + i) * lanes, 1 + n + (n + 1) * i
        k = 0
        while k + 4 <= n:
            x0, x1 = int64(places[1 + k]) * lanes, int64(places[2 + k]) * lanes
            x2, x3 = int64(places[3 + k]) * lanes, int64(places[4 + k]) * lanes
            z1, z2, z3 = z + lanes, z + 2 * lanes, z + 3 * lanes
            _add_16(V, z, z1, z2, z3, V, x0, x1, x2, x3, S, places, at + k, n + 1, 1, lanes)
            k += 4
        while k < n:
            x = int64(places[1 + k]) * lanes
            for j in range(4):
                _add(V, z + j * lanes, V, x, S[places[at + j * (n + 1) + k]], lanes)
            k += 1
        i += 4
    while i < count:
        for k in range(n):
            w = S[places[1 + n + (n + 1) * i + k]]
            _add(V, (row + i) * lanes, V, int64(places[1 + k]) * lanes, w, lanes)
        i += 1


def backward_affine(row, count, places, S, V, dS, dV, lanes, wanted):
    """db += Σ dz, dW += dz xᵀ, dx += Wᵀ dz."""
    n = int64(places[0])
    if wanted & 4:
        for i in range(count):
            dS[places[1 + n + (n + 1) * i + n]] += _sum(dV, (row + i) * lanes, lanes)
    if wanted & 1:
        _weights(row, count, places, n, V, dS, dV, lanes)
    if wanted & 2:
        _inputs(row, count, places, n, S, dV, lanes)


@njit(error_model="numpy")
def _weights(row, count, places, n, V, dS, dV, lanes):
    i = 0
    while i + 4 <= count:
        z, at = (row + i) * lanes, 1 + n + (n + 1) * i
        k = 0
        while k + 2 <= n:
            x, u = int64(places[1 + k]) * lanes, int64(places[2 + k]) * lanes
            s0, s1, s2, s3, t0, t1, t2, t3 = _eight_products(dV, z, V, x, u, lanes)
            dS[places[at + k]] += s0
            dS[places[at + (n + 1) + k]] += s1
            dS[places[at + 2 * (n + 1) + k]] += s2
            dS[places[at + 3 * (n + 1) + k]] += s3
            dS[places[at + k + 1]] += t0
            dS[places[at + (n + 1) + k + 1]] += t1
            dS[places[at + 2 * (n + 1) + k + 1]] += t2
            dS[places[at + 3 * (n + 1) + k + 1]] += t3
            k += 2
        while k < n:
            for j in range(4):
                found = _product(dV, z + j * lanes, V, int64(places[1 + k]) * lanes, lanes)
                dS[places[at + j * (n + 1) + k]] += found
            k += 1
        i += 4
    while i < count:
        for k in range(n):
            found = _product(dV, (row + i) * lanes, V, int64(places[1 + k]) * lanes, lanes)
            dS[places[1 + n + (n + 1) * i + k]] += found
        i += 1


@njit(error_model="numpy")
def _inputs(row, count, places, n, S, dV, lanes):
    k = 0
    while k + 4 <= n:
        x0, x1 = int64(places[1 + k]) * lanes, int64(places[2 + k]) * lanes
        x2, x3 = int64(places[3 + k]) * lanes, int64(places[4 + k]) * lanes
        i = 0
        while i + 4 <= count:
            z, at = (row + i) * lanes, 1 + n + (n + 1) * i + k
            _add_16(dV, x0, x1, x2, x3, dV, z, z + lanes, z + 2 * lanes, z + 3 * lanes, S, places, at, 1, n + 1, lanes)
            i += 4
        while i < count:
            z, at = (row + i) * lanes, 1 + n + (n + 1) * i + k
            _add(dV, x0, dV, z, S[places[at]], lanes)
            _add(dV, x1, dV, z, S[places[at + 1]], lanes)
            _add(dV, x2, dV, z, S[places[at + 2]], lanes)
            _add(dV, x3, dV, z, S[places[at + 3]], lanes)
            i += 1
        k += 4
    while k < n:
        x = int64(places[1 + k]) * lanes
        for i in range(count):
            _add(dV, x, dV, (row + i) * lanes, S[places[1 + n + (n + 1) * i + k]], lanes)
        k += 1


@njit(error_model="numpy", fastmath=SUMS)
def _add_16(to, y0, y1, y2, y3, of, x0, x1, x2, x3, S, places, at, down, right, lanes):
    """Four rows plus a matrix of 4 x 4 times four rows; the matrix is in S, from `at`, by these steps."""
    a, b, c, d = at, at + down, at + 2 * down, at + 3 * down
    a0, a1, a2, a3 = S[places[a]], S[places[a + right]], S[places[a + 2 * right]], S[places[a + 3 * right]]
    b0, b1, b2, b3 = S[places[b]], S[places[b + right]], S[places[b + 2 * right]], S[places[b + 3 * right]]
    c0, c1, c2, c3 = S[places[c]], S[places[c + right]], S[places[c + 2 * right]], S[places[c + 3 * right]]
    d0, d1, d2, d3 = S[places[d]], S[places[d + right]], S[places[d + 2 * right]], S[places[d + 3 * right]]
    for lane in range(lanes):
        p, q, r, s = of[x0 + lane], of[x1 + lane], of[x2 + lane], of[x3 + lane]
        to[y0 + lane] += (a0 * p + a1 * q) + (a2 * r + a3 * s)
        to[y1 + lane] += (b0 * p + b1 * q) + (b2 * r + b3 * s)
        to[y2 + lane] += (c0 * p + c1 * q) + (c2 * r + c3 * s)
        to[y3 + lane] += (d0 * p + d1 * q) + (d2 * r + d3 * s)


@njit(error_model="numpy", fastmath=SUMS)
def _add(to, y, of, x, w, lanes):
    for lane in range(lanes):
        to[y + lane] += w * of[x + lane]


@njit(error_model="numpy", fastmath=SUMS)
def _sum(of, x, lanes):
    found = 0.0
    for lane in range(lanes):
        found += of[x + lane]
    return found


@njit(error_model="numpy", fastmath=SUMS)
def _product(a, z, b, x, lanes):
    found = 0.0
    for lane in range(lanes):
        found += a[z + lane] * b[x + lane]
    return found


@njit(error_model="numpy", fastmath=SUMS)
def _eight_products(a, z, b, x, u, lanes):
    """Those of four rows that stand side by side with each of two."""
    s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = 0.0
    for lane in range(lanes):
        p, q = b[x + lane], b[u + lane]
        a0, a1, a2, a3 = a[z + lane], a[z + lanes + lane], a[z + 2 * lanes + lane], a[z + 3 * lanes + lane]
        s0 += a0 * p
        s1 += a1 * p
        s2 += a2 * p
        s3 += a3 * p
        t0 += a0 * q
        t1 += a1 * q
        t2 += a2 * q
        t3 += a3 * q
    return s0, s1, s2, s3, t0, t1, t2, t3
