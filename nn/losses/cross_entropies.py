"""Cross-entropies: of labels that are probabilities, of classes, and of two distributions, with and without logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import DomainError, Value, log, log1p, log_sigmoid, logsumexp, softplus, total
from nn.information import infinite, logarithm_of
from nn.plain import Number
from nn.sums import mean_of, weighted_sum
from nn.targets import PROBABILITY, Batch, OneHot, is_probability, read_batch, read_labelled, require, require_sum

ONE_OUTPUT = "for one output there is binary_cross_entropy, and binary_cross_entropy_from_logits"


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
        if isinstance(t, Value) or t != 0.0:
            terms.append((t / -n, _log(log, p, batch.user, i)))
        if isinstance(t, Value) or t != 1.0:
            terms.append(((t - 1.0) / n, _log(log1p, -p, batch.user, i)))
    return weighted_sum(terms)


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
        if isinstance(t, Value) or t != 0.0:
            terms.append((t / -n, log_sigmoid(z)))
        if isinstance(t, Value) or t != 1.0:
            terms.append(((1.0 - t) / n, softplus(z)))
    return weighted_sum(terms)


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
    return weighted_sum(
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
    return mean_of([_softmax_loss(row, label) for row, label in zip(rows, labels, strict=True)])


def _softmax_loss(row: Sequence[Number], label: Mapping[int, Number]) -> Number:
    """−Σ t (z − logsumexp(z))."""
    log_sum: Number = logsumexp(row)
    weights = list(label.values())
    if weights == [1.0]:
        return log_sum - row[next(iter(label))]
    if isinstance(label, OneHot):
        return log_sum - weighted_sum([(t, row[k]) for k, t in label.items()])
    return weighted_sum([(total(weights), log_sum), *((-t, row[k]) for k, t in label.items())])
