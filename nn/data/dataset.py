"""Samples and what is known of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from nn.plain import Floats


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
