"""First weights: how large, so that signals neither fade nor blow up from layer to layer.

Every initializer is a function of (outputs, inputs, seed) that gives an array (outputs, inputs). The same seed
gives the same bits.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Seed = int | np.random.Generator | None
Weights = NDArray[np.float64]
Initializer = Callable[..., Any]


def generator(seed: Seed) -> np.random.Generator:
    """The generator of a seed, or the given one. Without a seed it follows Python's `random.seed`.

    Raises TypeError where `seed` is something else, ValueError where it is negative.

    >>> bool(generator(7).random() == generator(7).random())
    True
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        return np.random.default_rng(random.getrandbits(64))
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"seed: {seed!r} is {type(seed).__name__}, neither an int nor a numpy Generator")
    if seed < 0:
        raise ValueError(f"seed: {seed} is negative; give 0 or more")
    return np.random.default_rng(int(seed))


def zeros(outputs: int, inputs: int, seed: Seed = None) -> Weights:
    """All 0. Right for one layer; in deeper networks all neurons of a layer would stay alike.

    >>> zeros(1, 2)
    array([[0., 0.]])
    """
    return np.zeros((outputs, inputs))


def uniform(outputs: int, inputs: int, seed: Seed = None, low: float = -1.0, high: float = 1.0) -> Weights:
    """Uniform between `low` and `high`.

    >>> uniform(2, 3, seed=0).shape
    (2, 3)
    """
    return generator(seed).uniform(low, high, (outputs, inputs))


def glorot_uniform(outputs: int, inputs: int, seed: Seed = None) -> Weights:
    """Uniform of variance 2 / (inputs + outputs), for tanh and sigmoid (Glorot and Bengio 2010).

    >>> bool(abs(glorot_uniform(2, 4, seed=0)).max() <= 1.0)
    True
    """
    return _uniform_of_variance(2.0 / (inputs + outputs), outputs, inputs, seed)


def glorot_normal(outputs: int, inputs: int, seed: Seed = None) -> Weights:
    """Normal of variance 2 / (inputs + outputs), for tanh and sigmoid (Glorot and Bengio 2010).

    >>> glorot_normal(2, 3, seed=0).shape
    (2, 3)
    """
    return _normal_of_variance(2.0 / (inputs + outputs), outputs, inputs, seed)


def he_uniform(outputs: int, inputs: int, seed: Seed = None) -> Weights:
    """Uniform of variance 2 / inputs, for relu, which lets half of the signal through (He et al. 2015).

    >>> bool(abs(he_uniform(2, 6, seed=0)).max() <= 1.0)
    True
    """
    return _uniform_of_variance(2.0 / inputs, outputs, inputs, seed)


def he_normal(outputs: int, inputs: int, seed: Seed = None) -> Weights:
    """Normal of variance 2 / inputs, for relu, which lets half of the signal through (He et al. 2015).

    >>> he_normal(2, 3, seed=0).shape
    (2, 3)
    """
    return _normal_of_variance(2.0 / inputs, outputs, inputs, seed)


def _uniform_of_variance(variance: float, outputs: int, inputs: int, seed: Seed) -> Weights:
    limit = math.sqrt(3.0 * variance)
    return generator(seed).uniform(-limit, limit, (outputs, inputs))


def _normal_of_variance(variance: float, outputs: int, inputs: int, seed: Seed) -> Weights:
    return generator(seed).normal(0.0, math.sqrt(variance), (outputs, inputs))


INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    "uniform": uniform,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "xavier_uniform": glorot_uniform,
    "xavier_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}


def initial_weights(init: str | Initializer, outputs: int, inputs: int, seed: Seed = None) -> list[list[float]]:
    """The weights that an initializer, given by name or as a function, draws for a layer: a row a neuron.

    Raises ValueError for an unknown name, or where a function gives another shape than (outputs, inputs) or numbers
    that are not finite; TypeError where `init` is neither.

    >>> initial_weights("zeros", 1, 2)
    [[0.0, 0.0]]
    """
    if isinstance(init, str):
        if init not in INITIALIZERS:
            raise ValueError(f"init {init!r} is unknown; there are {', '.join(INITIALIZERS)}")
        init = INITIALIZERS[init]
    if not callable(init):
        raise TypeError(f"init {init!r} is neither a name, such as 'he_normal', nor a function")
    weights = np.asarray(init(outputs, inputs, seed), dtype=float)
    if weights.shape != (outputs, inputs):
        name = getattr(init, "__name__", repr(init))
        raise ValueError(f"init {name} gave weights of shape {weights.shape}; a row a neuron is ({outputs}, {inputs})")
    if not np.isfinite(weights).all():
        raise ValueError("init gave weights that are not finite")
    return weights.tolist()  # type: ignore[no-any-return]  # NumPy's type of it is Any
