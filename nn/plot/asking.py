"""What a classifier says of points: a score for each class, or one for the second of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import no_grad
from nn.metrics import THRESHOLDS
from nn.module import Module
from nn.neuron import Neuron
from nn.plain import Floats, data_of
from nn.predicting import predict

MOST_CLASSES = 100
PROBABILITIES = ("sigmoid", "step")  # activations of a last layer whose outputs are between 0 and 1


class Answer(NamedTuple):
    """Scores, (points, classes), the largest of which tells the class; or (points, 1), which a threshold divides."""

    scores: Floats
    classes: Sequence[Any]
    threshold: float | None


def ask(model: Any, points: Floats, labels: NDArray[Any], threshold: float | None) -> Answer:
    """The answer for points (points, 2). Of one output, the labels tell whether the other class is 0 or -1."""
    if hasattr(model, "predict") and not isinstance(model, Module):
        return _estimated(model, points, labels)
    if isinstance(model, Neuron) and model.activation == "step":
        scores, threshold = points @ model.weights + model.bias, 0.0  # its line, of which the output shows steps
    else:
        scores = _outputs(model, points)
    scores = scores.reshape(len(points), -1)
    if scores.shape[1] > 1:
        return Answer(scores, range(scores.shape[1]), None)
    return Answer(scores, (-1, 1) if -1 in labels.tolist() else (0, 1), _threshold(model, threshold))


def _outputs(model: Any, points: Floats) -> Floats:
    if isinstance(model, Module):
        return predict(model, points)
    if not callable(model):
        kind = type(model).__name__
        raise TypeError(f"decision_boundary: model is a {kind}: give a model, or a function of one sample")
    with no_grad():
        outputs = [model(point) for point in points.tolist()]
    return np.array([[*map(data_of, y)] if isinstance(y, (list, tuple)) else data_of(y) for y in outputs], dtype=float)


def _estimated(model: Any, points: Floats, labels: NDArray[Any]) -> Answer:
    """Of two classes the probability or the score of the second, if it decides; else 1 for the class predicted."""
    predicted = np.asarray(model.predict(points))
    classes = getattr(model, "classes_", np.unique([*predicted.tolist(), *labels.tolist()])).tolist()
    if predicted.shape != (len(points),) or len(classes) > MOST_CLASSES:
        raise ValueError("decision_boundary: model.predict gives numbers, not one class a sample: give a classifier")
    for method, threshold in (("predict_proba", 0.5), ("decision_function", 0.0)):
        if len(classes) == 2 and hasattr(model, method):
            scores = np.asarray(getattr(model, method)(points)).reshape(len(points), -1)[:, -1:]
            if ((scores[:, 0] > threshold) == (predicted == classes[1])).all():
                return Answer(scores, classes, threshold)
    return Answer((predicted[:, None] == np.array(classes)).astype(float), classes, None)


def _threshold(model: Any, given: float | None) -> float:
    """The given one; else ½ where the last layer gives probabilities, 0 where it gives scores."""
    if given is not None:
        return given
    last = getattr(model, "layers", [model])[-1]
    activation = getattr(last, "activation", None)
    if not isinstance(activation, str):
        raise ValueError(f"decision_boundary: the model has one output and no activation that is known: {THRESHOLDS}")
    return 0.5 if activation in PROBABILITIES else 0.0


def members(answer: Answer, labels: NDArray[Any]) -> NDArray[np.int64]:
    """The number of the class of each label. Raises ValueError naming the first sample of no class."""
    classes = list(answer.classes)
    for i, label in enumerate(labels.tolist()):
        if label not in classes:
            raise ValueError(
                f"decision_boundary: sample {i} has the label {label!r}, which is none of the model's {classes}"
            )
    return np.array([classes.index(label) for label in labels.tolist()])
