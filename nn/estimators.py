"""Networks in scikit-learn's shape: pipelines, grid searches and cross-validation take them like any estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.errors import not_installed
from nn.activations import Activation
from nn.layers import MLP
from nn.loop import Loss
from nn.optimizer import Optimizer
from nn.optimizers import OPTIMIZERS
from nn.predicting import predict
from nn.preparing import train_test_split
from nn.settings import named
from nn.training import fit

try:
    from scipy.special import softmax
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier
    from sklearn.preprocessing import LabelEncoder, StandardScaler
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise not_installed("Classifier and Regressor", "scikit-learn", "train") from error

if TYPE_CHECKING:
    from typing_extensions import Self

Array = NDArray[Any]
Part = tuple[Array, Array]  # X, y


@dataclass(kw_only=True, eq=False, repr=False)
class Network(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What Classifier and Regressor share: their settings, standardized inputs, an MLP and its training."""

    hidden: int | Sequence[int] = (16,)
    activation: Activation = "relu"
    optimizer: str | Callable[..., Optimizer] = "adam"
    lr: float = 0.01
    weight_decay: float = 0.0
    epochs: int = 50
    batch_size: int | None = 32
    validation: float | tuple[ArrayLike, ArrayLike] | None = None
    patience: int | None = None
    scale: bool = True
    random_state: int | np.random.RandomState | None = None
    progress: bool | None = False
    engine: str = "replay"

    def _seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31))

    def _scaler(self) -> Any:
        return StandardScaler(with_mean=self.scale, with_std=self.scale)

    def _parts(self, X: Array, y: Array, **reading: Any) -> list[Part]:
        """The samples to train on and, with `validation`, those to judge by."""
        if self.validation is None:
            return [(X, y)]
        if isinstance(self.validation, Real):
            share, seed = float(self.validation), self._seed()
            X, held_X, y, held_y = train_test_split(X, y, share, stratify=is_classifier(self), seed=seed)
            return [(X, y), (held_X, held_y)]
        if not isinstance(self.validation, (tuple, list)) or len(self.validation) != 2:
            kind = type(self).__name__
            raise TypeError(f"{kind}: validation={self.validation!r:.60}: give a share, as 0.2, or a pair (X, y)")
        return [(X, y), validate_data(self, *self.validation, reset=False, **reading)]

    def _train(self, parts: list[Part], encode: Callable[[Array], Array], outputs: int, loss: str | Loss) -> Self:
        """Build the network and train it on the first of the parts; `encode` makes targets of y."""
        self.scaler_ = self._scaler().fit(parts[0][0])
        train, *held = [(self.scaler_.transform(X), encode(y)) for X, y in parts]
        seed = self._seed()
        hidden = self.hidden if isinstance(self.hidden, Iterable) else [self.hidden]
        self.model_ = MLP(self.n_features_in_, [*hidden, outputs], self.activation, seed=seed)
        optimizer = named("optimizer", self.optimizer, OPTIMIZERS)
        self.history_ = fit(
            self.model_,
            *train,
            loss=loss,
            optimizer=optimizer(self.model_, lr=self.lr, weight_decay=self.weight_decay),
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
            validation=held[0] if held else None,
            patience=self.patience,
            progress=self.progress,
            engine=self.engine,
        )
        if self.history_.ended == "interrupted":  # a search would go on, and compare it with those that were not
            raise KeyboardInterrupt
        return self

    def _outputs(self, X: ArrayLike) -> NDArray[np.float64]:
        """What the network gives: (samples,) for one output, else (samples, outputs)."""
        check_is_fitted(self, "model_")
        inputs = validate_data(self, X, dtype=np.float64, reset=False)
        return predict(self.model_, self.scaler_.transform(inputs))


class Classifier(ClassifierMixin, Network):  # type: ignore[misc]  # scikit-learn has no types
    """A network that tells classes apart, as a scikit-learn estimator.

    `hidden` are the sizes of the hidden layers, or the size of one: () is logistic, or softmax, regression. Two
    classes have one output and binary cross entropy, more have an output each and cross entropy, both from logits.

    `optimizer` is a name of `nn.OPTIMIZERS`, or a function (model, lr=, weight_decay=) → Optimizer. `activation`,
    `epochs`, `batch_size`, `patience`, `progress` and `engine` are those of `nn.MLP` and `nn.fit`; `validation`, too:
    a share of the samples to set apart, of every class, or (X, y). With `scale`, inputs are standardized by the data
    trained on. A `random_state` that is a whole number gives the same bits on every fit. Each fit starts anew: there
    is no warm start.

    After fit: `model_`, the MLP, which takes what `scaler_.transform` gives; `classes_`, in the order of outputs;
    `history_`, `n_features_in_`, and `feature_names_in_` where X has names.

    Raises ValueError where y has one class only, or X and y are not what `nn.fit` and scikit-learn take.

    >>> from nn import data
    >>> X, y, *_ = data.moons(100, seed=0)
    >>> classifier = Classifier(hidden=(8,), lr=0.05, random_state=0).fit(X, y)
    >>> classifier.score(X, y) > 0.95, classifier.predict_proba(X[:3]).shape, classifier.model_
    (True, (3, 2), MLP(2, [8, 1], activation='relu', output='linear'))
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on X (samples, features) and y (samples,), labels of any kind."""
        reading = {"dtype": np.float64}
        samples, labels = validate_data(self, X, y, **reading)
        check_classification_targets(labels)
        encoder = LabelEncoder().fit(labels)
        self.classes_ = encoder.classes_
        if len(self.classes_) < 2:
            [only] = self.classes_.tolist()
            raise ValueError(f"Classifier: y has 1 class, {only!r}: give samples of two classes or more")
        parts = self._parts(samples, labels, **reading)
        if len(self.classes_) == 2:
            return self._train(parts, encoder.transform, 1, "binary_cross_entropy_from_logits")
        return self._train(parts, encoder.transform, len(self.classes_), "cross_entropy_from_logits")

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """The probability of each class, (samples, classes), in the order of `classes_`."""
        logits = self._outputs(X)
        if logits.ndim == 1:  # sigmoid(z) is the second of softmax((0, z))
            logits = np.column_stack([np.zeros_like(logits), logits])
        return softmax(logits, axis=1)  # type: ignore[no-any-return]  # scikit-learn has no types

    def predict(self, X: ArrayLike) -> Array:
        """The class that is most probable, (samples,)."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]  # type: ignore[no-any-return]  # a part of an array is Any


@dataclass(kw_only=True, eq=False, repr=False)
class Regressor(RegressorMixin, Network):  # type: ignore[misc]  # scikit-learn has no types
    """A network that predicts numbers, one or several a sample, as a scikit-learn estimator.

    `hidden` are the sizes of the hidden layers: () is linear regression. `loss` is a name of `nn.LOSSES` or a
    function (predictions, targets) → Value. With `scale`, targets are standardized too, which `predict` undoes:
    the loss, and the numbers in `history_`, are in standard deviations. The other settings are those of Classifier.

    After fit: `model_`, the MLP, between `scaler_.transform` and `target_scaler_.inverse_transform`; `history_`,
    `n_features_in_`, and `feature_names_in_` where X has names.

    Raises ValueError where X and y are not what `nn.fit` and scikit-learn take.

    >>> X = np.linspace(-3, 3, 50)[:, None]
    >>> regressor = Regressor(activation="tanh", lr=0.05, random_state=0).fit(X, 100 * np.sin(X[:, 0]))
    >>> regressor.score(X, 100 * np.sin(X[:, 0])) > 0.95, regressor.predict([[0.0], [1.5]]).shape
    (True, (2,))
    """

    loss: str | Loss = "mean_squared_error"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on X (samples, features) and y (samples,) or (samples, outputs)."""
        reading = {"dtype": np.float64, "multi_output": True, "y_numeric": True}
        samples, numbers = validate_data(self, X, y, **reading)
        self.target_shape_ = numbers.shape[1:]
        parts = self._parts(samples, numbers, **reading)
        self.target_scaler_ = self._scaler().fit(_table(parts[0][1]))
        outputs = self.target_scaler_.n_features_in_
        return self._train(parts, lambda y: self.target_scaler_.transform(_table(y)), outputs, self.loss)

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """The numbers predicted, in the shape that y had: (samples,) or (samples, outputs)."""
        outputs = _table(self._outputs(X))
        scaled_back: NDArray[np.float64] = self.target_scaler_.inverse_transform(outputs)
        return scaled_back.reshape(-1, *self.target_shape_)


def _table(y: Array) -> Array:
    """(samples,) as (samples, 1)."""
    return y.reshape(len(y), -1)
