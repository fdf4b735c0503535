"""Losses: how far predictions are from targets, as one Value.

Each is `loss(predictions, targets)`. A batch is a list, or an array, with one prediction a sample: a Value for a
model of one output, a list of Values for several. Targets are as many numbers. One prediction with its target is
a sample too. From plain numbers comes a float.

A target that is a Value is differentiated in, like a prediction; a class index has to be a plain number.

Wrong shapes, empty batches and targets that a loss can't take are a ValueError, what is no number a TypeError;
both name the sample, counted from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import (
    DomainError,
    Value,
    absolute,
    clip,
    log,
    log1p,
    log_sigmoid,
    logsumexp,
    mean,
    relu,
    softplus,
    square,
    total,
)
from nn.information import infinite, logarithm_of, weighted
from nn.targets import (
    PROBABILITY,
    Batch,
    Number,
    is_probability,
    read_batch,
    read_labelled,
    read_number,
    require,
    require_sum,
    shown,
)

# What the sum of squares of m samples with n outputs is divided by.
FORMS: dict[str, Callable[[int, int], int]] = {
    "1/(mn)": lambda m, n: m * n,
    "1/n": lambda m, n: m,
    "1/2": lambda m, n: 2,
    "1/(2m)": lambda m, n: 2 * m,
}

ONE_OUTPUT = "for one output there is binary_cross_entropy, and binary_cross_entropy_from_logits"


# ---- targets that are numbers on a scale


def mean_squared_error(predictions: Any, targets: Any, form: str = "1/(mn)") -> Any:
    """Σ (y − t)² over all samples and outputs, times a factor.

    `form` names the factor, for m samples of n outputs: "1/(mn)", the mean over all; "1/n", the sum over outputs
    and the mean over samples, which that formula calls n; "1/2"; "1/(2m)", half the mean over samples.

    Raises ValueError for another form.

    >>> y, t = [[1.0, 2.0], [3.0, 6.0]], [[1.0, 1.0], [3.0, 3.0]]
    >>> [mean_squared_error(y, t, form) for form in ("1/(mn)", "1/n", "1/2", "1/(2m)")]
    [2.5, 5.0, 5.0, 2.5]
    """
    if form not in FORMS:
        raise ValueError(f"mean_squared_error: there is no form {form!r}: choose one of {', '.join(map(repr, FORMS))}")
    batch = read_batch("mean_squared_error", predictions, targets)
    squares = [square(y - t) for _, y, t in batch.entries]
    return _sum_over(squares, FORMS[form](len(batch.targets), batch.outputs))


def mean_absolute_error(predictions: Any, targets: Any) -> Any:
    """The mean of |y − t| over all samples and outputs.

    >>> mean_absolute_error([1.0, 5.0], [2.0, 2.0])
    2.0
    """
    batch = read_batch("mean_absolute_error", predictions, targets)
    return _mean([absolute(y - t) for _, y, t in batch.entries])


def huber(predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    """The mean of ½ d² where |d| ≤ δ, and of δ (|d| − ½ δ) beyond, for d = y − t: outliers pull with δ, not with d.

    Raises ValueError where `delta` is not positive. Huber, "Robust estimation of a location parameter", 1964.

    >>> huber(0.5, 0.0), huber(10.0, 0.0), huber(10.0, 0.0, delta=2.0)
    (0.125, 9.5, 18.0)
    """
    delta = read_number("huber", "delta", delta)
    if not delta > 0.0:
        raise ValueError(f"huber: delta is {shown(delta)}: give a positive number")
    batch = read_batch("huber", predictions, targets)
    return _mean([_huber(y - t, delta) for _, y, t in batch.entries])


def _huber(d: Number, delta: float) -> Number:
    """Both branches at once: c is d within ±δ and ±δ beyond, and the formula is c (d − ½ c)."""
    c = clip(d, -delta, delta)
    return c * (d - 0.5 * c)


# ---- targets that are classes


def hinge(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    """The mean of max(0, margin − t·score), for labels t of −1 and +1 and one score a sample.

    Raises ValueError for other labels, several scores a sample, or a negative margin. With margin 0 it is the
    perceptron's criterion.

    >>> hinge([0.5, 3.0, -1.0], [1, 1, 1])
    0.8333333333333334
    """
    margin = read_number("hinge", "margin", margin)
    if not 0.0 <= margin < math.inf:
        raise ValueError(f"hinge: margin is {shown(margin)}: give a number that is 0 or more")
    batch = read_batch("hinge", scores, targets)
    if batch.outputs > 1:
        raise ValueError(f"hinge: sample 0 has {batch.outputs} scores: give one score a sample")
    labels = "labels are -1 and +1; 2 * t - 1 makes them from 0 and 1"
    require("hinge", "target", batch.targets, lambda t: abs(t) == 1.0, labels)
    return _mean([relu(_shortfall(score, t, margin)) for _, score, t in batch.entries])


def _shortfall(score: Number, t: Number, margin: float) -> Number:
    """margin − t·score, without a product where t is a plain number."""
    if isinstance(t, Value):
        return margin - t * score
    return margin - score if t > 0.0 else margin + score


def binary_cross_entropy(probabilities: Any, targets: Any) -> Any:
    """The mean of −(t ln p + (1 − t) ln(1 − p)) over all samples and outputs; t is 0, 1 or between.

    Outputs are independent of each other: three are three yes/no questions, as with several labels a sample.

    Raises ValueError where p or t is not between 0 and 1, DomainError where the loss is infinite (p = 0 though
    t > 0): that happens where sigmoid rounds to 0 or 1; `binary_cross_entropy_from_logits` has no such limit.

    >>> binary_cross_entropy(1.0, 1), binary_cross_entropy([0.5, 0.25], [1, 0])
    (0.0, 0.4904146265058631)
    """
    batch = _read_yes_no("binary_cross_entropy", probabilities, targets)
    remedy = f"{PROBABILITY}; for logits there is binary_cross_entropy_from_logits"
    require(batch.user, "prediction", batch.predictions, is_probability, remedy)
    n, terms = batch.size, []
    for i, p, t in batch.entries:
        if t != 0.0:
            terms.append((t / -n, _log(log, p, batch.user, i)))
        if t != 1.0:
            terms.append(((t - 1.0) / n, _log(log1p, -p, batch.user, i)))
    return weighted(terms)


def binary_cross_entropy_from_logits(logits: Any, targets: Any) -> Any:
    """`binary_cross_entropy` of sigmoid(z), finite whatever the logits z are. Its ∂/∂z is (σ(z) − t) / n.

    It is t softplus(−z) + (1 − t) softplus(z): for a target of 0 or 1, one term.

    Raises ValueError where t is not between 0 and 1.

    >>> binary_cross_entropy_from_logits([1000.0, -1000.0], [0, 0])
    500.0
    """
    batch = _read_yes_no("binary_cross_entropy_from_logits", logits, targets)
    n, terms = batch.size, []
    for _, z, t in batch.entries:
        if t != 0.0:
            terms.append((t / -n, log_sigmoid(z)))
        if t != 1.0:
            terms.append(((1.0 - t) / n, softplus(z)))
    return weighted(terms)


def _read_yes_no(user: str, predictions: Any, targets: Any) -> Batch:
    batch = read_batch(user, predictions, targets)
    require(user, "target", batch.targets, is_probability, f"{PROBABILITY}; (t + 1) / 2 makes 0 and 1 from -1 and +1")
    return batch


def _log(logarithm: Callable[[Number], Number], p: Number, user: str, sample: int) -> Number:
    try:
        return logarithm(p)
    except DomainError as error:
        report = f"{user}: sample {sample} gives its target probability 0, so the loss is infinite"
        raise infinite(error, f"{report}: use {user}_from_logits, on the logits") from error


def cross_entropy(probabilities: Any, targets: Any, base: float | None = None) -> Any:
    """The mean over samples of −Σ t ln p over classes: a target is a class index, or a row of one t a class.

    A flat list of predictions is one sample, with one index or one row.

    Of two distributions it is H(P, Q) = −Σ P ln Q with `cross_entropy(Q, P)`: what is predicted comes first, the
    second gives the weights, and the two can't be swapped. It is entropy(P) + kl_divergence(P, Q). `base` as there.

    A t of 0 counts 0, whatever p is. Raises ValueError where the p of a sample, or its t, are not between 0 and 1
    or do not sum to 1, and where an index has no prediction; DomainError where the loss is infinite (p = 0 though
    t > 0): `cross_entropy_from_logits` has no such limit.

    >>> cross_entropy([[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]], [1, 2], base=2)
    1.0
    >>> cross_entropy([0.5, 0.5], [0.75, 0.25], base=2), cross_entropy([0.75, 0.25], [0.5, 0.5], base=2)
    (1.0, 1.207518749639422)
    """
    user = "cross_entropy"
    logarithm = logarithm_of(user, base)
    rows, labels = read_labelled(user, probabilities, targets, ONE_OUTPUT)
    remedy = "take softmax of logits, or use cross_entropy_from_logits"
    require(user, "prediction", rows, is_probability, f"{PROBABILITY}: {remedy}")
    for i, row in enumerate(rows):
        require_sum(user, f"the predictions of sample {i}", row, remedy)
    labelled = enumerate(zip(rows, labels, strict=True))
    return weighted(
        [(t / -len(rows), _log(logarithm, row[k], user, i)) for i, (row, label) in labelled for k, t in label.items()]
    )


def cross_entropy_from_logits(logits: Any, targets: Any) -> Any:
    """`cross_entropy` of softmax(z), finite whatever the logits z are. Its ∂/∂z is (softmax(z) − t) / m.

    For a class index k it is logsumexp(z) − z[k], two nodes a sample. Raises ValueError where an index has no
    logit, or a row of targets is no distribution.

    >>> cross_entropy_from_logits([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], [2, 0])
    1000.5493061443341
    """
    rows, labels = read_labelled("cross_entropy_from_logits", logits, targets, ONE_OUTPUT)
    return _mean([_softmax_loss(row, label) for row, label in zip(rows, labels, strict=True)])


def _softmax_loss(row: Sequence[Number], label: Mapping[int, Number]) -> Number:
    """−Σ t (z − logsumexp(z))."""
    log_sum: Number = logsumexp(row)
    weights = list(label.values())
    if weights == [1.0]:
        return log_sum - row[next(iter(label))]
    return weighted([(total(weights), log_sum), *((-t, row[k]) for k, t in label.items())])


# ---- for all of them


def _mean(terms: Sequence[Number]) -> Number:
    return _sum_over(terms, len(terms))


def _sum_over(terms: Sequence[Number], divisor: int) -> Number:
    """Σ terms / divisor in as few nodes as it takes."""
    if divisor == len(terms) > 1:
        return mean(terms)  # type: ignore[no-any-return]
    summed: Number = terms[0] if len(terms) == 1 else total(terms)
    return summed if divisor == 1 else summed / divisor


# By name, as in fit(loss="huber").
LOSSES: dict[str, Callable[..., Any]] = {
    loss.__name__: loss
    for loss in (
        mean_squared_error,
        mean_absolute_error,
        huber,
        hinge,
        binary_cross_entropy,
        binary_cross_entropy_from_logits,
        cross_entropy,
        cross_entropy_from_logits,
    )
}
