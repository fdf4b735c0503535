"""Data to learn from: truth tables, shapes drawn by NumPy, and the measured sets that scikit-learn ships."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from operator import index
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn.initializers import Seed, generator

Floats = NDArray[np.float64]

GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "xor": (0, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xnor": (1, 0, 0, 1),
}


class Separator(NamedTuple):
    """A hyperplane between two classes, of unit weights: label 1 where w · x + b ≥ margin, 0 where it is ≤ −margin."""

    weights: Floats
    bias: float
    margin: float


class Dataset(NamedTuple):
    """Samples and what is known of them; `X, y, *_ = dataset` takes the arrays. `len(dataset.X)` counts the samples."""

    X: Floats  # (samples, features)
    y: NDArray[Any]  # (samples,): labels 0 … k − 1 as integers, or targets as floats
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()  # by label; () for targets
    separator: Separator | None = None  # of clouds
    places: tuple[Any, ...] = ()  # of cats: the patch of each sample

    def __repr__(self) -> str:
        samples, features = self.X.shape
        labelled = self.y.dtype.kind == "i"
        what = f"{len(self.class_names)} classes" if labelled else f"targets {self.y.min():g} to {self.y.max():g}"
        return f"<Dataset: {samples} samples, {features} features, {what}>"


def gate(name: str) -> Dataset:
    """The truth table of a logic gate, in the order 00, 01, 10, 11: "and", "or", "nand", "xor", "nor" or "xnor".

    Raises ValueError for another name.

    >>> gate("xor").X.tolist(), gate("xor").y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    if name not in GATES:
        raise ValueError(f"gate: there is no gate {name!r}: write one of {', '.join(GATES)}")
    X = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)])
    return Dataset(X, np.array(GATES[name]), ("a", "b"), ("0", "1"))


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
    arms = _count("spirals", "arms", arms, 2)
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
    weights = rng.normal(size=_count("clouds", "features", features, 1))
    weights /= np.linalg.norm(weights)
    bias = rng.uniform(-0.5, 0.5)
    y = rng.permutation(np.repeat([0, 1], sizes))
    side = 2 * y - 1
    X = rng.normal(size=(len(y), len(weights)))
    distances = margin * (1 + 1e-9) + rng.exponential(0.5, len(y))  # the margin holds after rounding, too
    X += np.outer(side * distances - X @ weights - bias, weights)
    nearest = np.min(side * (X @ weights + bias))
    return _plane(X, y)._replace(separator=Separator(weights, float(bias), float(nearest)))


def iris() -> Dataset:
    """150 iris flowers of 3 species: length and width of sepal and petal in cm (Fisher 1936).

    Raises ImportError where scikit-learn is not installed; so do the next ones.

    >>> iris()
    <Dataset: 150 samples, 4 features, 3 classes>
    """
    return _measured("iris", np.int64)


def digits() -> Dataset:
    """1797 handwritten digits of 8 × 8 pixels, row by row, from 0 (paper) to 1 (ink).

    >>> digits()
    <Dataset: 1797 samples, 64 features, 10 classes>
    """
    data = _measured("digits", np.int64)
    return data._replace(X=data.X / 16)


def breast_cancer() -> Dataset:
    """569 tumours, 30 measures of the nuclei of their cells: label 0 is malignant, 1 is benign.

    >>> breast_cancer().class_names
    ('malignant', 'benign')
    """
    return _measured("breast_cancer", np.int64)


def diabetes() -> Dataset:
    """442 patients: age, sex, body mass index, blood pressure, 6 figures of their blood; the target is the progress
    of the disease in the year that followed. In the units of the measurements: `standardize` them.

    >>> diabetes()
    <Dataset: 442 samples, 10 features, targets 25 to 346>
    """
    return _measured("diabetes", np.float64, scaled=False)


def optional(user: str, module: str, package: str) -> Any:
    """A module that only `user` needs. Raises ImportError, with the line that installs it, where it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        line = 'pip install "scalar-autograd[train]"'
        raise ImportError(f"{user}: {package} is not installed: {line}", name=error.name) from error


def _measured(name: str, kind: type[np.generic], **options: Any) -> Dataset:
    bunch = getattr(optional(name, "sklearn.datasets", "scikit-learn"), f"load_{name}")(**options)
    classes = tuple(map(str, bunch.get("target_names", ())))
    return Dataset(bunch.data.astype(float), bunch.target.astype(kind), tuple(map(str, bunch.feature_names)), classes)


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
    samples = _count(user, "samples", samples, classes, ", one for each class")
    return [samples // classes + (k < samples % classes) for k in range(classes)]


def _count(user: str, what: str, n: int, least: int, why: str = "") -> int:
    try:
        n = index(n)
    except TypeError:
        raise TypeError(f"{user}: {what} = {n!r} is {type(n).__name__}: give a whole number") from None
    if n < least:
        raise ValueError(f"{user}: {what} = {n}: give {least} or more{why}")
    return n
