"""The kernels of the rows with any number of operands, but for those of the affine layer.

`places` begins with the number of operands that are listed for each instruction. Some kernels keep a row or two for
themselves beside the result: what the way back needs again.
"""

from __future__ import annotations

import math

from numba import int64, njit

from autograd.replay.numba.primitives import exp, select


def forward_total(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        y = (row + i) * lanes
        for lane in range(lanes):
            V[y + lane] = 0.0
        for k in range(n):
            x = int64(places[1 + n * i + k]) * lanes
            for lane in range(lanes):
                V[y + lane] += V[x + lane]


def backward_total(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        y = (row + i) * lanes
        for k in range(n):
            x = int64(places[1 + n * i + k]) * lanes
            for lane in range(lanes):
                dV[x + lane] += dV[y + lane]


def forward_mean(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        y = (row + i) * lanes
        for lane in range(lanes):
            V[y + lane] = 0.0
        for k in range(n):
            x = int64(places[1 + n * i + k]) * lanes
            for lane in range(lanes):
                V[y + lane] += V[x + lane] / n  # each, for the sum may overflow


def backward_mean(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        y = (row + i) * lanes
        for k in range(n):
            x = int64(places[1 + n * i + k]) * lanes
            for lane in range(lanes):
                dV[x + lane] += dV[y + lane] / n


def forward_dot(row, count, places, S, V, dS, dV, lanes, wanted):
    """Of w1, w2, …, x1, x2, …, bias, all rows of V."""
    n = int64(places[0])
    half = n // 2
    for i in range(count):
        y, at = (row + i) * lanes, 1 + n * i
        bias = int64(places[at + n - 1]) * lanes
        for lane in range(lanes):
            V[y + lane] = V[bias + lane]
        if lanes == 1:  # a loop over one lane costs more than all else here
            for k in range(half):
                V[y] += V[places[at + k]] * V[places[at + half + k]]
            continue
        for k in range(half):
            w, x = int64(places[at + k]) * lanes, int64(places[at + half + k]) * lanes
            for lane in range(lanes):
                V[y + lane] += V[w + lane] * V[x + lane]


def backward_dot(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    half = n // 2
    for i in range(count):
        y, at = (row + i) * lanes, 1 + n * i
        bias = int64(places[at + n - 1]) * lanes
        for lane in range(lanes):
            dV[bias + lane] += dV[y + lane]
        if lanes == 1:
            for k in range(half):
                w, x = places[at + k], places[at + half + k]
                dV[w] += dV[y] * V[x]
                dV[x] += dV[y] * V[w]
            continue
        for k in range(half):
            w, x = int64(places[at + k]) * lanes, int64(places[at + half + k]) * lanes
            for lane in range(lanes):
                dV[w + lane] += dV[y + lane] * V[x + lane]
            for lane in range(lanes):
                dV[x + lane] += dV[y + lane] * V[w + lane]


@njit(error_model="numpy")
def _normalize(places, at, n, top, rest, V, lanes):
    """Into the row `top` the largest of n rows, into the row `rest` Σ exp(x − top) over the others."""
    first = int64(places[at]) * lanes
    for lane in range(lanes):
        V[top + lane] = V[first + lane]
    for k in range(1, n):
        x = int64(places[at + k]) * lanes
        for lane in range(lanes):
            V[top + lane] = select(V[x + lane] <= V[top + lane], V[top + lane], V[x + lane])
    for lane in range(lanes):
        V[rest + lane] = 0.0
    for k in range(n):
        x = int64(places[at + k]) * lanes
        for lane in range(lanes):
            difference = V[x + lane] - V[top + lane]
            V[rest + lane] += select(difference == 0.0, 0.0, exp(difference))
    for lane in range(lanes):  # all of the largest but one
        ties = -1.0
        for k in range(n):
            ties += select(V[int64(places[at + k]) * lanes + lane] == V[top + lane], 1.0, 0.0)
        V[rest + lane] += ties


def forward_logsumexp(row, count, places, S, V, dS, dV, lanes, wanted):
    """Of x1, x2, …, top, rest: the last two are rows for what `_normalize` finds."""
    n = int64(places[0])
    for i in range(count):
        y, at = (row + i) * lanes, 1 + n * i
        top, rest = int64(places[at + n - 2]) * lanes, int64(places[at + n - 1]) * lanes
        _normalize(places, at, n - 2, top, rest, V, lanes)
        for lane in range(lanes):
            log_sum = V[top + lane] + math.log1p(V[rest + lane])
            V[y + lane] = select(abs(V[top + lane]) == math.inf, V[top + lane], log_sum)


def backward_logsumexp(row, count, places, S, V, dS, dV, lanes, wanted):
    n = int64(places[0])
    for i in range(count):
        y, at = (row + i) * lanes, 1 + n * i
        top, rest = int64(places[at + n - 2]) * lanes, int64(places[at + n - 1]) * lanes
        for lane in range(lanes):  # the row is its own: nothing else reads what comes back to it
            dV[rest + lane] = dV[y + lane] / (1.0 + V[rest + lane])
        for k in range(n - 2):
            x = int64(places[at + k]) * lanes
            for lane in range(lanes):
                dV[x + lane] += dV[rest + lane] * exp(V[x + lane] - V[top + lane])


def forward_softmax(row, count, places, S, V, dS, dV, lanes, wanted):
    """Of x1, x2, …, top, rest, common to all instructions, then, for each, which of the x it is the output of."""
    n = int64(places[0])
    top, rest = int64(places[n - 1]) * lanes, int64(places[n]) * lanes
    _normalize(places, 1, n - 2, top, rest, V, lanes)
    for i in range(count):
        y, x = (row + i) * lanes, int64(places[1 + int64(places[n + 1 + i])]) * lanes
        for lane in range(lanes):
            V[y + lane] = exp(V[x + lane] - V[top + lane]) / (1.0 + V[rest + lane])


def backward_softmax(row, count, places, S, V, dS, dV, lanes, wanted):
    """∂L/∂xⱼ = sⱼ Σₖ sₖ (gⱼ − gₖ), for the shares s and what comes from above, g: no digits cancel."""
    n = int64(places[0])
    top, rest = int64(places[n - 1]) * lanes, int64(places[n]) * lanes
    for i in range(count):
        y, own = (row + i) * lanes, int64(places[n + 1 + i])
        mine = int64(places[1 + own]) * lanes
        for k in range(n - 2):
            if k != own:
                x = int64(places[1 + k]) * lanes
                for lane in range(lanes):
                    share = exp(V[x + lane] - V[top + lane]) / (1.0 + V[rest + lane])
                    moved = dV[y + lane] * V[y + lane] * share
                    dV[mine + lane] += moved
                    dV[x + lane] -= moved
