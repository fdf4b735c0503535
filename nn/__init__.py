"""Neural networks of Values: every neuron can be drawn, stepped through and explained."""

from typing import TYPE_CHECKING, Any

from autograd.errors import skip_frames_of
from nn import data, plot
from nn.clipping import clip_gradient_norm, clip_gradient_values
from nn.descent import descend
from nn.history import History
from nn.information import entropy, kl_divergence
from nn.initializers import INITIALIZERS
from nn.layers import MLP, Layer
from nn.losses import (
    LOSSES,
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    cross_entropy,
    cross_entropy_from_logits,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
)
from nn.metrics import accuracy
from nn.module import Module
from nn.neuron import Neuron
from nn.optimizer import Optimizer
from nn.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, RMSProp
from nn.perceptron import Perceptron, mistake_bound
from nn.pictures import cats
from nn.predicting import predict
from nn.preparing import one_hot, standardize, train_test_split
from nn.saving import load, save
from nn.schedules import cosine_decay, exponential_decay, step_decay
from nn.separability import separable
from nn.training import fit

if TYPE_CHECKING:
    from nn.estimators import Classifier as Classifier
    from nn.estimators import Regressor as Regressor

skip_frames_of(__file__)

__all__ = [
    "INITIALIZERS",
    "LOSSES",
    "MLP",
    "OPTIMIZERS",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Perceptron",
    "RMSProp",
    "accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "cats",
    "clip_gradient_norm",
    "clip_gradient_values",
    "cosine_decay",
    "cross_entropy",
    "cross_entropy_from_logits",
    "data",
    "descend",
    "entropy",
    "exponential_decay",
    "fit",
    "hinge",
    "huber",
    "kl_divergence",
    "load",
    "mean_absolute_error",
    "mean_squared_error",
    "mistake_bound",
    "one_hot",
    "plot",
    "predict",
    "save",
    "separable",
    "standardize",
    "step_decay",
    "train_test_split",
]

# Loaded when asked for, because they load scikit-learn; not in __all__, so that `from nn import *` does without it.
LAZY = ("Classifier", "Regressor")


def __getattr__(name: str) -> Any:
    if name not in LAZY:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    from nn import estimators

    return getattr(estimators, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *LAZY])
