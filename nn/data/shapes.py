"""Shapes in the plane, drawn by NumPy, and two clouds that a plane separates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset, Separator
from nn.initializers import Seed, generator
from nn.plain import Floats
from nn.ranges import whole_number


def moons(samples: int = 100, noise: float = 0.1, seed: Seed = None) -> Dataset:
    """Two half circles of radius 1 that reach into each other; `samples` in all, in random order.

    `noise` is the standard deviation of what is added to each coordinate. For labels −1 and 1 take `2 * y - 1`.
    Raises TypeError where `samples` is not a whole number, ValueError for fewer samples than classes and for a
    negative noise; so do the next ones.

    >>> moons(200, seed=1)
    <Dataset: 200 samples, 2 features, 2 classes>
    """
    upper, lower = (np.linspace(0, np.pi, n) for n in _sizes("moons", samples, 2))
    arcs = [_points(np.cos(upper), np.sin(upper)), _points(1 - np.cos(lower), 0.5 - np.sin(lower))]
    return _noisy("moons", arcs, noise, seed)


def circles(samples: int = 100, noise: float = 0.1, factor: float = 0.5, seed: Seed = None) -> Dataset:
    """Two circles around the origin: label 0 of radius 1, label 1 of radius `factor`, between 0 and 1.

    >>> X, y, *_ = circles(6, noise=0, seed=0)
    >>> np.hypot(*X.T).round(3).tolist() == np.where(y == 0, 1, 0.5).tolist()
    True
    """
    if not 0 < factor < 1:
        raise ValueError(f"circles: factor = {factor}: the radius of the inner circle lies between 0 and 1")
    around = [np.arange(n) / n * 2 * np.pi for n in _sizes("circles", samples, 2)]
    rings = [radius * _points(np.cos(a), np.sin(a)) for radius, a in zip((1.0, factor), around, strict=True)]
    return _noisy("circles", rings, noise, seed)


def spirals(samples: int = 100, arms: int = 2, noise: float = 0.02, turns: float = 1.0, seed: Seed = None) -> Dataset:
    """Arms that wind `turns` times around the origin, out to radius 1; a label for each arm.

    >>> spirals(90, arms=3, seed=0)
    <Dataset: 90 samples, 2 features, 3 classes>
    """
    arms = whole_number("spirals", "arms", arms, least=2)
    curves = []
    for arm, size in enumerate(_sizes("spirals", samples, arms)):
        radius = np.arange(1, size + 1) / size  # not from 0, where all arms meet
        angle = 2 * np.pi * (turns * radius + arm / arms)
        curves.append(_points(radius * np.cos(angle), radius * np.sin(angle)))
    return _noisy("spirals", curves, noise, seed)


def clouds(samples: int = 100, margin: float = 0.2, features: int = 2, seed: Seed = None) -> Dataset:
    """Two clouds, one on either side of a random hyperplane, with no point nearer to it than `margin`.

    `separator` of the result is that hyperplane, and its margin the distance of the nearest point. The perceptron
    rule, from weights 0, makes at most (R/γ)² mistakes (Novikoff 1962). Its bias is the weight of an input that is
    always 1, therefore R² = max |x|² + 1 and γ = margin / √(1 + bias²).

    >>> X, y, *_, separator, _ = clouds(seed=0)
    >>> distances = (2 * y - 1) * (X @ separator.weights + separator.bias)
    >>> bool(distances.min() == separator.margin >= 0.2)
    True
    """
    if not 0 < margin < math.inf:
        raise ValueError(f"clouds: margin = {margin}: classes that a plane separates keep a distance above 0")
    rng, sizes = generator(seed), _sizes("clouds", samples, 2)
    weights = rng.normal(size=whole_number("clouds", "features", features, least=1))
    weights /= np.linalg.norm(weights)
    bias = rng.uniform(-0.5, 0.5)
    y = rng.permutation(np.repeat([0, 1], sizes))
    side = 2 * y - 1
    X = rng.normal(size=(len(y), len(weights)))
    distances = margin * (1 + 1e-9) + rng.exponential(0.5, len(y))  # the margin holds after rounding, too
    X += np.outer(side * distances - X @ weights - bias, weights)
    nearest = np.min(side * (X @ weights + bias))
    return _plane(X, y)._replace(separator=Separator(weights, float(bias), float(nearest)))


def _noisy(user: str, curves: Sequence[Floats], noise: float, seed: Seed) -> Dataset:
    """The curves' points, one label a curve, moved by noise and shuffled."""
    if not 0 <= noise < math.inf:
        raise ValueError(f"{user}: noise = {noise}: a standard deviation is 0 or more")
    rng = generator(seed)
    points = np.concatenate(curves)
    labels = np.repeat(np.arange(len(curves)), [len(curve) for curve in curves])
    order = rng.permutation(len(points))
    return _plane(points[order] + noise * rng.normal(size=points.shape), labels[order])


def _plane(X: Floats, y: NDArray[Any]) -> Dataset:
    """Points with names for their coordinates and their labels."""
    coordinates = tuple(f"x{k}" for k in range(1, X.shape[1] + 1))
    return Dataset(X, y, coordinates, tuple(str(label) for label in np.unique(y)))


def _points(x: Floats, y: Floats) -> Floats:
    return np.stack([x, y], axis=1)


def _sizes(user: str, samples: int, classes: int) -> list[int]:
    """How many samples each class gets: as many as the others, or one more."""
    samples = whole_number(user, "samples", samples, least=classes)
    return [samples // classes + (k < samples % classes) for k in range(classes)]
