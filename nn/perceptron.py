"""The perceptron: a step unit, the rule by which it learns, and how many mistakes that takes at most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import dot, no_grad
from nn.neuron import Neuron, set_numbers
from nn.ranges import POSITIVE, in_range, whole_number
from nn.samples import rows_of

Sample = tuple[list[float], int]  # inputs and label


class Learning(NamedTuple):
    """How `Perceptron.fit` went.

    `outcome` is "separated" where an epoch passed without a mistake, "cycles" where the weights came back to those of
    `period` epochs before, so that the rule never stops, and "stopped" where the epochs were used up before either.
    """

    outcome: str
    mistakes_per_epoch: tuple[int, ...]
    period: int | None = None

    @property
    def mistakes(self) -> int:
        """How many samples were taken for the other class, over all epochs: each has moved the weights once."""
        return sum(self.mistakes_per_epoch)

    @property
    def epochs(self) -> int:
        """How many times the rule went through the samples."""
        return len(self.mistakes_per_epoch)


class Perceptron(Neuron):
    """step(w·x + b): 1 where w·x + b > 0, else 0 (Rosenblatt 1958). `weights` and `bias` are 0 unless given.

    Raises ValueError where `weights` are not `inputs` finite numbers.

    >>> nand = Perceptron(2, [-1.0, -1.0], 1.5)
    >>> nand([1.0, 1.0]).data, nand.predict([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist()
    (0.0, [1, 1, 1, 0])
    """

    def __init__(self, inputs: int, weights: ArrayLike | None = None, bias: float = 0.0) -> None:
        super().__init__(inputs, "step", init="zeros")
        if weights is not None:
            self.weights = weights
        self.bias = bias

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """0 or 1 for each sample of X, (samples, inputs). Raises what `fit` does for X."""
        rows = input_rows("Perceptron.predict", X, len(self.w))
        with no_grad():
            return np.array([self(x).data for x in rows], dtype=np.int64)

    def fit(self, X: ArrayLike, t: Sequence[Any] | NDArray[Any], epochs: int = 1000, lr: float = 1.0) -> Learning:
        """Learn labels t, 0 or 1, (samples,) or (samples, 1), of X, (samples, inputs), from the weights that it has.

        The perceptron rule takes the samples in order: w ← w + lr (t − y) x and b ← b + lr (t − y), y the output for x
        (Rosenblatt 1958). It stops after an epoch without a mistake. Weights that were there at the end of an earlier
        epoch lead to the same epochs again, so then it would never stop; whole numbers that no plane separates always
        come to that (Block and Levin 1970). From weights 0, lr only scales w and b; lr = 1 keeps whole numbers whole,
        so that nothing is rounded.

        Raises TypeError or ValueError, naming the sample, where X or t is wrong, where `epochs` is not a whole number
        of at least 1, `lr` not positive, or the weights overflow. Then they stay what they were.

        >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> Perceptron(2).fit(X, [0, 0, 0, 1])
        Learning(outcome='separated', mistakes_per_epoch=(1, 3, 3, 2, 1, 0), period=None)
        >>> Perceptron(2).fit(X, [0, 1, 1, 0]).outcome
        'cycles'
        """
        samples = labelled_samples("Perceptron.fit", X, t, len(self.w))
        epochs = whole_number("Perceptron.fit", "epochs", epochs, least=1)
        lr = in_range("Perceptron.fit", "lr", lr, POSITIVE)
        state = (*(w.data for w in self.w), self.b.data)
        state, learning = learned(state, samples, epochs, lr)
        set_numbers("Perceptron.fit: weights and bias", [*self.w, self.b], state)
        return learning

    def architecture(self) -> dict[str, Any]:
        """The arguments that build such a perceptron."""
        return {"inputs": len(self.w)}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.w)})"


State = tuple[float, ...]  # the weights, then the bias


def learned(state: State, samples: list[Sample], epochs: int, lr: float) -> tuple[State, Learning]:
    """The rule, until an epoch has no mistake, a state comes back, or the epochs are over."""
    seen = {state: 0}
    mistakes: list[int] = []
    for epoch in range(1, epochs + 1):
        state, wrong = after_epoch(state, samples, lr)
        mistakes.append(wrong)
        if not wrong:
            return state, Learning("separated", tuple(mistakes))
        if state in seen:
            return state, Learning("cycles", tuple(mistakes), epoch - seen[state])
        seen[state] = epoch
    return state, Learning("stopped", tuple(mistakes))


def after_epoch(state: State, samples: list[Sample], lr: float) -> tuple[State, int]:
    """The weights and bias after one pass over the samples, and how many were mistaken."""
    *w, b = state
    mistakes = 0
    for x, label in samples:
        error = label - (dot(w, x, b) > 0.0)  # by the operation of the graph, to have its rounding
        if error:
            w = [wk + lr * error * xk for wk, xk in zip(w, x, strict=True)]
            b += lr * error
            mistakes += 1
    return (*w, b), mistakes


def mistake_bound(X: ArrayLike, t: Sequence[Any] | NDArray[Any], weights: ArrayLike, bias: float) -> float:
    """(R/γ)²: the perceptron rule that starts at weights 0 makes no more mistakes on these samples, over all epochs.

    `weights` and `bias` are of any plane that separates them. That the bias is learned, too, makes it the weight of an
    input that is always 1: z = (x, 1) and v = (w, b). So R² = max |z|² = max |x|² + 1, and γ = min |v · z| / |v| is the
    margin with |v|² = |w|² + b² (Novikoff 1962, On convergence proofs for perceptrons). It holds for every order of
    the samples and every lr. Computed without rounding; inf where it is beyond the largest float.

    Raises ValueError naming the first sample that is not on its side of the plane.

    >>> X, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> mistake_bound(X, t, [1, 1], -1.5) == 3 * (1 + 1 + 1.5**2) / 0.5**2
    True
    """
    plane = [*np.ravel(np.asarray(weights, dtype=float)).tolist(), float(bias)]
    if not all(map(math.isfinite, plane)):
        raise ValueError(f"mistake_bound: weights and bias {plane} must be finite")
    v = list(map(Fraction, plane))
    samples = labelled_samples("mistake_bound", X, t, len(v) - 1)
    zs = [homogeneous(x, label) for x, label in samples]
    distances = [inner(v, z) for z in zs]
    for i, distance in enumerate(distances):
        if distance <= 0:
            x, label = samples[i]
            side = nearest_float(distance if label else -distance)
            raise ValueError(f"mistake_bound: sample {i} of label {label} is not separated: w·x + b = {side:g} at {x}")
    return nearest_float(max(inner(z, z) for z in zs) * inner(v, v) / min(distances) ** 2)


def homogeneous(x: list[float], label: int) -> list[Fraction]:
    """(x, 1), turned round where the label is 0: v = (w, b) separates where v · z > 0 for all z."""
    sign = 1 if label else -1
    return [sign * Fraction(number) for number in (*x, 1.0)]


def inner(u: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    """u · v, exactly."""
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))


def nearest_float(x: Fraction) -> float:
    """x rounded, to ±inf where it is beyond the largest float."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def input_rows(user: str, X: ArrayLike, inputs: int) -> list[list[float]]:
    """The rows of X. Raises ValueError where they have another number of inputs."""
    rows = rows_of(f"{user}: X", X)
    if len(rows[0]) != inputs:
        raise ValueError(f"{user}: sample 0 has {len(rows[0])} inputs, not {inputs}, the number of weights")
    return rows


def labelled_samples(user: str, X: ArrayLike, t: Any, inputs: int | None = None) -> list[Sample]:
    """Inputs and label, 0 or 1, of each sample. Raises ValueError naming the one that is wrong."""
    rows = rows_of(f"{user}: X", X) if inputs is None else input_rows(user, X, inputs)
    given = np.asarray(t, dtype=object)
    if given.shape[1:] not in ((), (1,)):
        raise ValueError(f"{user}: the labels are of shape {given.shape}: give one, 0 or 1, for each sample")
    labels = given.ravel().tolist()
    if len(labels) != len(rows):
        raise ValueError(f"{user}: there are {len(rows)} samples but {len(labels)} labels: give one for each")
    for i, label in enumerate(labels):
        if not isinstance(label, (Real, np.bool_)) or label not in (0, 1):
            raise ValueError(f"{user}: the label of sample {i} is {label!r}: labels are 0 and 1")
    return [(row, int(label)) for row, label in zip(rows, labels, strict=True)]
