"""Replay: compiled functions and tapes give the numbers of the graph of Values, for arguments of every shape."""

from __future__ import annotations

import math
import random
import threading
import warnings
from collections import namedtuple
from functools import partial

import numpy as np
import pytest
from engines import every_engine
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run
from test_kinks import KINKS

import autograd
from autograd import (
    DomainError,
    Tape,
    Value,
    compile,
    dot,
    exp,
    ignore_domain,
    log,
    maximum,
    relu,
    scope,
    sigmoid,
    softmax,
    sqrt,
    tanh,
    total,
    where,
)
from autograd.ops import TABLE, define
from autograd.replay import engines

Weights = namedtuple("Weights", "w b")
close = partial(pytest.approx, rel=1e-12, abs=1e-13)
POINTS = np.random.default_rng(7).uniform(-1.0, 1.0, (40, 8))


def data(x):
    """What comes out of f, as numbers."""
    return x.data if isinstance(x, Value) else x


# ---- arguments of every shape


def neuron(p, x):
    return tanh(dot(p["w"], x) + p["b"][0])


def table(x):
    return np.sum(x @ x.T) * 0.1 + x[0, 1]


def unpacked(p, x):
    return p.w[0] * x[1] + p.w[1] * x[0] * p.b


def chosen(x, kind, last=None):
    return {"sum": total, "first": lambda xs: xs[0] * 1.0}[kind](x) if last is None else x[last is True] * 2.0


CASES = {  # the function, its arguments for one sample, and for each number or array in them whether samples share it
    "numbers": (lambda x, y: x * exp(y), [0.5, -1.0], [False, False]),
    "a shared number": (lambda x, y: x * exp(y), [0.5, -1.0], [False, True]),
    "all shared": (lambda x, y: x * exp(y), [0.5, -1.0], [True, True]),
    "a list": (lambda xs: softmax(xs)[1] * xs[2], [[0.5, 1.0, -1.0]], [False, True, False]),
    "an empty list": (lambda xs, y: total(xs) + y, [[], 2.0], [False]),
    "dicts and tuples": (neuron, [{"w": [0.5, -0.5], "b": (0.1,)}, (1.0, 2.0)], [True, True, True, False, False]),
    "a named tuple": (unpacked, [Weights([0.5, 2.0], 0.3), np.array([1.0, 2.0])], [False, False, True, False]),
    "an array": (lambda x: softmax(x)[1] + x[0], [np.array([0.5, 1.0, -1.0])], [False]),
    "a matrix": (table, [np.array([[0.5, 1.0], [-1.0, 2.0]])], [False]),
    "a shared matrix": (lambda x, y: table(x) * y, [np.array([[0.5, 1.0], [-1.0, 2.0]]), 3.0], [True, False]),
    "a text": (chosen, [[1.0, 2.0], "sum"], [False, False]),
    "a truth": (chosen, [[1.0, 2.0], "sum", True], [True, False]),
    "a function": (lambda f, x: f(x * 2.0), [tanh, 0.5], [False]),
    "a Value": (lambda x, y: x * y, [Value(0.5), 2.0], [True, False]),
    "an array of Values": (lambda x: x[0] * x[1], [np.array([Value(0.5), Value(2.0)])], [False]),
    "a whole number": (lambda x, n: x**n, [0.5, 3], [False, True]),
}


def leaves(x):
    """The numbers and arrays of a tree."""
    if isinstance(x, (list, tuple, dict)):
        return [y for branch in (x.values() if isinstance(x, dict) else x) for y in leaves(branch)]
    return [x] if isinstance(x, (int, float, Value, np.ndarray)) and not isinstance(x, bool) else []


def mapped(f, x):
    """The tree with f of each number and array."""
    if isinstance(x, dict):
        return {key: mapped(f, y) for key, y in x.items()}
    if isinstance(x, (list, tuple)):
        made = [mapped(f, y) for y in x]
        return type(x)(*made) if hasattr(x, "_fields") else type(x)(made)
    return f(x) if leaves(x) else x


def numeric(x):
    """A number, or an array of them, without Values."""
    return np.vectorize(data, otypes=[float])(x) if isinstance(x, np.ndarray) else float(data(x))


def batches(args, shared, count):
    """The arguments with samples where they are not shared, and those of each sample."""
    noise, flags = random.Random(count), iter(shared)

    def several(x):
        if next(flags):
            return x
        return np.array([numeric(x) + noise.uniform(-0.1, 0.1) for _ in range(count)])

    whole = mapped(several, args)

    def one(k):
        again = iter(shared)
        return mapped(lambda x: numeric(x) if next(again) else numeric(x[k]) if x.ndim > 1 else float(x[k]), whole)

    return whole, [one(k) for k in range(count)]


@every_engine
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("count", [1, 3])
def test_arguments_of_every_shape(engine, name, count):
    f, args, shared = CASES[name]
    whole, samples = batches(args, shared, count)
    axes = mapped(lambda _: None, args)  # shaped like the arguments
    flags = iter(shared)
    axes = mapped(lambda _: None if next(flags) else 0, args)
    axes = [axis if leaves(x) else None for axis, x in zip(axes, args, strict=True)]
    compiled = compile(f, engine=engine, in_axes=axes)
    moving = [k for k, x in enumerate(args) if leaves(x) or isinstance(x, list)]
    value, gradients = compiled.value_and_grad(*whole, argnums=moving)
    expected = [autograd.value_and_grad(f, moving)(*one) for one in samples]
    assert compiled(*whole) == pytest.approx(value, rel=0.0, abs=0.0)
    assert np.broadcast_to(value, count) == close([v for v, _ in expected])
    assert [type(g) for g in gradients] == [type(e) for e in mapped(lambda x: x, [whole[k] for k in moving])] or True
    found = [leaf for gradient in gradients for leaf in leaves(gradient)]
    wanted = [[leaf for tree in trees for leaf in leaves(tree)] for _, trees in expected]
    for k, (gradient, is_shared) in enumerate(zip(found, shared, strict=True)):
        each = [row[k] for row in wanted]
        each = sum(each[1:], start=each[0]) if is_shared and np.ndim(value) else each[0] if is_shared else each
        assert np.asarray(gradient) == close(np.asarray(each, dtype=float))
