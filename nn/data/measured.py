"""The measured sets that scikit-learn ships. Nothing is downloaded."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.data.dataset import Dataset
from nn.optional import optional


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


def _measured(name: str, kind: type[np.generic], **options: Any) -> Dataset:
    bunch = getattr(optional(name, "sklearn.datasets", "scikit-learn"), f"load_{name}")(**options)
    classes = tuple(map(str, bunch.get("target_names", ())))
    return Dataset(bunch.data.astype(float), bunch.target.astype(kind), tuple(map(str, bunch.feature_names)), classes)
