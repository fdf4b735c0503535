"""The kernels of the table's rows: `python -m autograd.replay.numba.source` writes this file anew."""

# fmt: off
# ruff: noqa
# mypy: ignore-errors

import math

import numpy as np
from numba import int64, njit

from autograd.replay.numba.primitives import exp, sech, sigmoid, tanh, select


@njit(error_model='numpy')
def sign(a):
    return select(a > 0.0, 1.0, select(a < 0.0, -1.0, a))

@njit(error_model='numpy')
def square(a):
    return a * a

@njit(error_model='numpy')
def gaussian(a):
    return select(abs(a) < 40.0, exp(-((134217729.0 * a - (134217729.0 * a - a)) * (134217729.0 * a - (134217729.0 * a - a)))) * exp((134217729.0 * a - (134217729.0 * a - a) - a) * (134217729.0 * a - (134217729.0 * a - a) + a)), 0.0)

@njit(error_model='numpy')
def normal_pdf(a):
    return select(abs(a) < 40.0, 0.3989422804014327 * exp(-0.5 * ((134217729.0 * a - (134217729.0 * a - a)) * (134217729.0 * a - (134217729.0 * a - a)))) * exp(0.5 * (134217729.0 * a - (134217729.0 * a - a) - a) * (134217729.0 * a - (134217729.0 * a - a) + a)), 0.0)

def forward_add(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = a + b

def backward_add(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane]
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane]

def forward_sub(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = a - b

def backward_sub(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane]
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * (-1.0)

def forward_mul(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = a * b

def backward_mul(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                b = V[b_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * b
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * a

def forward_div(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = a / b

def backward_div(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                b = V[b_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / b)
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                b = V[b_ + lane]
                y = V[y_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * (-y / b)

def forward_neg(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = -a

def backward_neg(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * (-1.0)

def forward_power(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = math.pow(a, b)

def backward_power(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a == 0.0, select(b == 0.0, 0.0, b * math.pow(a, b - 1.0)), select(b * b > 8.112963841460668e+31, b * math.pow(a, 0.5 * b) * (math.pow(a, 0.5 * b) / a), select(b < 0.5, b * y / a, b * math.pow(a, b - 1.0))))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                y = V[y_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * select(a == 0.0, 0.0, y * math.log(a))

def forward_positive(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = a

def backward_positive(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane]

def forward_square(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = a * a

def backward_square(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (2.0 * a)

def forward_reciprocal(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = 1.0 / a

def backward_reciprocal(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-(y * y))

def forward_absolute(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = abs(a)

def backward_absolute(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * sign(a)

def forward_sign(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a > 0.0, 1.0, select(a < 0.0, -1.0, a))

def backward_sign(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0

def forward_sqrt(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.sqrt(a)

def backward_sqrt(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (0.5 / y)

def forward_cbrt(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = np.cbrt(a)

def backward_cbrt(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / (3.0 * y * y))

def forward_exp(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = exp(a)

def backward_exp(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * y

def forward_exp2(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = np.exp2(a)

def backward_exp2(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (0.6931471805599453 * y)

def forward_expm1(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.expm1(a)

def backward_expm1(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * exp(a)

def forward_log(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.log(a)

def backward_log(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / a)

def forward_log2(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.log2(a)

def backward_log2(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.4426950408889634 / a)

def forward_log10(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.log10(a)

def backward_log10(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (0.43429448190325176 / a)

def forward_log1p(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.log1p(a)

def backward_log1p(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / (1.0 + a))

def forward_sin(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.sin(a)

def backward_sin(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * math.cos(a)

def forward_cos(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.cos(a)

def backward_cos(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-math.sin(a))

def forward_tan(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.tan(a)

def backward_tan(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 + y * y)

def forward_arcsin(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.asin(a)

def backward_arcsin(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / math.sqrt((1.0 - a) * (1.0 + a)))

def forward_arccos(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.acos(a)

def backward_arccos(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-1.0 / math.sqrt((1.0 - a) * (1.0 + a)))

def forward_arctan(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.atan(a)

def backward_arctan(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / (1.0 + a * a))

def forward_arctan2(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = math.atan2(a, b)

def backward_arctan2(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(math.hypot(b, a) > 0.0, select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * (select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * b / math.hypot(select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * b, select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * a) / math.hypot(select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * b, select(math.hypot(b, a) > 1e+100, 2.409919865102884e-181, select(math.hypot(b, a) > 1e-100, 1.0, 4.149515568880993e+180)) * a)), 0.0)
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * (-select(math.hypot(a, b) > 0.0, select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * (select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * a / math.hypot(select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * a, select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * b) / math.hypot(select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * a, select(math.hypot(a, b) > 1e+100, 2.409919865102884e-181, select(math.hypot(a, b) > 1e-100, 1.0, 4.149515568880993e+180)) * b)), 0.0))

def forward_sinh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.sinh(a)

def backward_sinh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * math.cosh(a)

def forward_cosh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.cosh(a)

def backward_cosh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * math.sinh(a)

def forward_tanh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = tanh(a)

def backward_tanh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * square(sech(a))

def forward_sech(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(abs(a) < 40.0, 1.0 / math.cosh(a), 2.0 * exp(-abs(a)))

def backward_sech(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-y * tanh(a))

def forward_arcsinh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.asinh(a)

def backward_arcsinh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / math.hypot(1.0, a))

def forward_arccosh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.acosh(a)

def backward_arccosh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / (math.sqrt(a - 1.0) * math.sqrt(a + 1.0)))

def forward_arctanh(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.atanh(a)

def backward_arctanh(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.0 / ((1.0 - a) * (1.0 + a)))

def forward_hypot(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = math.hypot(a, b)

def backward_hypot(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(y > 1e-290, a / y, select(y > 0.0, 4.149515568880993e+180 * a / math.hypot(4.149515568880993e+180 * a, 4.149515568880993e+180 * b), 0.0))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                y = V[y_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * select(y > 1e-290, b / y, select(y > 0.0, 4.149515568880993e+180 * b / math.hypot(4.149515568880993e+180 * b, 4.149515568880993e+180 * a), 0.0))

def forward_erf(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.erf(a)

def backward_erf(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (1.1283791670955126 * gaussian(a))

def forward_erfc(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = math.erfc(a)

def backward_erfc(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-1.1283791670955126 * gaussian(a))

def forward_gaussian(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(abs(a) < 40.0, exp(-((134217729.0 * a - (134217729.0 * a - a)) * (134217729.0 * a - (134217729.0 * a - a)))) * exp((134217729.0 * a - (134217729.0 * a - a) - a) * (134217729.0 * a - (134217729.0 * a - a) + a)), 0.0)

def backward_gaussian(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-2.0 * y * a)

def forward_normal_pdf(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(abs(a) < 40.0, 0.3989422804014327 * exp(-0.5 * ((134217729.0 * a - (134217729.0 * a - a)) * (134217729.0 * a - (134217729.0 * a - a)))) * exp(0.5 * (134217729.0 * a - (134217729.0 * a - a) - a) * (134217729.0 * a - (134217729.0 * a - a) + a)), 0.0)

def backward_normal_pdf(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (-a * y)

def forward_sigmoid(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a < -37.0, exp(a), 1.0 / (1.0 + exp(-a)))

def backward_sigmoid(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                y = V[y_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * (y * sigmoid(-a))

def forward_log_sigmoid(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a > 0.0, -math.log1p(exp(-a)), a - math.log1p(exp(a)))

def backward_log_sigmoid(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * sigmoid(-a)

def forward_softplus(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a > 0.0, a + math.log1p(exp(-a)), math.log1p(exp(a)))

def backward_softplus(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * sigmoid(a)

def forward_relu(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a <= 0.0, 0.0, a)

def backward_relu(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a > 0.0, 1.0, 0.0)

def forward_leaky_relu(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        slope_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            slope = V[slope_ + lane]
            V[y_ + lane] = select(a > 0.0, a, slope * a)

def backward_leaky_relu(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            slope_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                slope = V[slope_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a > 0.0, 1.0, slope)
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            slope_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[slope_ + lane] += dV[y_ + lane] * select(a > 0.0, 0.0, a)

def forward_elu(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        alpha_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            alpha = V[alpha_ + lane]
            V[y_ + lane] = select(a > 0.0, a, alpha * math.expm1(a))

def backward_elu(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            alpha_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                alpha = V[alpha_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a > 0.0, 1.0, alpha * exp(a))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            alpha_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[alpha_ + lane] += dV[y_ + lane] * select(a > 0.0, 0.0, math.expm1(a))

def forward_gelu(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = 0.5 * a * math.erfc(-0.7071067811865476 * a)

def backward_gelu(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(abs(a - -0.7517915246935645) < 0.05, (a - -0.7517915246935645 - 1.4956759177009883e-17) * ((((((((((8.615947861116571e-05 * (a - -0.7517915246935645 - 1.4956759177009883e-17) + 0.00018633974623233514) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + -0.0007448268386746817) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + -0.002239538068073497) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + 0.004539228379125415) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + 0.019421679838189067) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + -0.014771522148244337) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + -0.1140082332972217) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + -0.018199676398671087) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + 0.388284982990552) * (a - -0.7517915246935645 - 1.4956759177009883e-17) + 0.4314939923140469), 0.5 * math.erfc(-0.7071067811865476 * a) + a * normal_pdf(a))

def forward_silu(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = a * sigmoid(a)

def backward_silu(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a > 0.0, sigmoid(a) * (1.0 + a * sigmoid(-a)), sigmoid(a) * sigmoid(-a) * (a - -1.2784645427610737 - -1.0946994183093437e-16 - -0.2784645427610737 * math.expm1(a - -1.2784645427610737 - -1.0946994183093437e-16)))

def forward_maximum(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a < b, b, select(b <= a, a, a + b))

def backward_maximum(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a > b, 1.0, select(a < b, 0.0, 0.5))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * select(a > b, 0.0, select(a < b, 1.0, 0.5))

def forward_minimum(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a > b, b, select(a <= b, a, a + b))

def backward_minimum(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(a < b, 1.0, select(a > b, 0.0, 0.5))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                b = V[b_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * select(a < b, 0.0, select(a > b, 1.0, 0.5))

def forward_clip(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[3 * i + 0]) * lanes
        low_ = int64(places[3 * i + 1]) * lanes
        high_ = int64(places[3 * i + 2]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            low = V[low_ + lane]
            high = V[high_ + lane]
            V[y_ + lane] = select(low > high, high, select(a < low, low, select(a > high, high, a)))

def backward_clip(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[3 * i + 0]) * lanes
            low_ = int64(places[3 * i + 1]) * lanes
            high_ = int64(places[3 * i + 2]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                low = V[low_ + lane]
                high = V[high_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(low >= high, 0.0, select(a < low, 0.0, select(a > high, 0.0, 1.0)))
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[3 * i + 0]) * lanes
            low_ = int64(places[3 * i + 1]) * lanes
            high_ = int64(places[3 * i + 2]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                low = V[low_ + lane]
                high = V[high_ + lane]
                dV[low_ + lane] += dV[y_ + lane] * select(low >= high, 0.0, select(a < low, 1.0, 0.0))
    if wanted & 4:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[3 * i + 0]) * lanes
            low_ = int64(places[3 * i + 1]) * lanes
            high_ = int64(places[3 * i + 2]) * lanes
            for lane in range(lanes):
                a = V[a_ + lane]
                low = V[low_ + lane]
                high = V[high_ + lane]
                dV[high_ + lane] += dV[y_ + lane] * select(low >= high, 1.0, select(a > high, 1.0, 0.0))

def forward_step(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[1 * i + 0]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            V[y_ + lane] = select(a > 0.0, 1.0, 0.0)

def backward_step(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[1 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0

def forward_where(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        condition_ = int64(places[3 * i + 0]) * lanes
        a_ = int64(places[3 * i + 1]) * lanes
        b_ = int64(places[3 * i + 2]) * lanes
        for lane in range(lanes):
            condition = V[condition_ + lane]
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(condition, a, b)

def backward_where(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            condition_ = int64(places[3 * i + 0]) * lanes
            for lane in range(lanes):
                dV[condition_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            condition_ = int64(places[3 * i + 0]) * lanes
            a_ = int64(places[3 * i + 1]) * lanes
            for lane in range(lanes):
                condition = V[condition_ + lane]
                dV[a_ + lane] += dV[y_ + lane] * select(condition, 1.0, 0.0)
    if wanted & 4:
        for i in range(count):
            y_ = (row + i) * lanes
            condition_ = int64(places[3 * i + 0]) * lanes
            b_ = int64(places[3 * i + 2]) * lanes
            for lane in range(lanes):
                condition = V[condition_ + lane]
                dV[b_ + lane] += dV[y_ + lane] * select(condition, 0.0, 1.0)

def forward_less(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a < b, 1.0, 0.0)

def backward_less(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * 0.0

def forward_less_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a <= b, 1.0, 0.0)

def backward_less_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * 0.0

def forward_greater(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a > b, 1.0, 0.0)

def backward_greater(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * 0.0

def forward_greater_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a >= b, 1.0, 0.0)

def backward_greater_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * 0.0

def forward_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    for i in range(count):
        y_ = (row + i) * lanes
        a_ = int64(places[2 * i + 0]) * lanes
        b_ = int64(places[2 * i + 1]) * lanes
        for lane in range(lanes):
            a = V[a_ + lane]
            b = V[b_ + lane]
            V[y_ + lane] = select(a == b, 1.0, 0.0)

def backward_equal(row, count, places, S, V, dS, dV, lanes, wanted):
    if wanted & 1:
        for i in range(count):
            y_ = (row + i) * lanes
            a_ = int64(places[2 * i + 0]) * lanes
            for lane in range(lanes):
                dV[a_ + lane] += dV[y_ + lane] * 0.0
    if wanted & 2:
        for i in range(count):
            y_ = (row + i) * lanes
            b_ = int64(places[2 * i + 1]) * lanes
            for lane in range(lanes):
                dV[b_ + lane] += dV[y_ + lane] * 0.0
