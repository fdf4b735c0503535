"""The losses against their definitions at 50 digits, against PyTorch, and against gradients known on paper."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import mp, sigmoid

from autograd import DomainError, Value, check_gradient, grad, hessian, ignore_domain, no_grad, softmax, zero_grad
from autograd.graph import topological_order
from nn import losses
from nn.losses import LOSSES

REGRESSION = ["mean_squared_error", "mean_absolute_error", "huber"]
BINARY = ["binary_cross_entropy", "binary_cross_entropy_from_logits"]
CATEGORICAL = ["cross_entropy", "cross_entropy_from_logits"]

LOGITS = [[0.3, -1.2, 2.5], [-0.7, 0.1, 0.4], [3.0, -2.0, 0.5], [0.0, 0.9, -0.6]]
SOFT = [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.1, 0.1, 0.8], [0.0, 0.25, 0.75]]
YES_NO = [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.25, 1.0, 0.0], [0.5, 0.9, 1.0]]
CLASSES = [2, 0, 1, 1]


def values(numbers: Any) -> Any:
    """The same lists, of Values."""
    return [values(x) for x in numbers] if isinstance(numbers, list) else Value(numbers)


def flat(rows: list[list[Any]]) -> list[Any]:
    return [x for row in rows for x in row]


def data(v: Any) -> float:
    return v.data if isinstance(v, Value) else v


def close(found: float, exact: Any, rel: float = 1e-14, scale: float = 0.0) -> bool:
    """To relative precision, or to that of the numbers of size `scale` that cancelled."""
    return abs(mp.mpf(found) - exact) <= rel * max(abs(exact), mp.mpf(scale))


# ---- definitions, at 50 digits


def exact_squares(y: Any, t: Any) -> Any:
    return mp.fsum((a - mp.mpf(b)) ** 2 for a, b in zip(flat(y), flat(t), strict=True))


def average(terms: Any) -> Any:
    terms = list(terms)
    return mp.fsum(terms) / len(terms)


def exact_huber(y: Any, t: Any) -> Any:
    d = [abs(mp.mpf(a) - mp.mpf(b)) for a, b in zip(flat(y), flat(t), strict=True)]
    return average(x * x / 2 if x <= 1 else x - mp.mpf(1) / 2 for x in d)


def exact_binary(p: Any, t: Any) -> Any:
    return average(
        -(a * mp.log(x) if a else 0) - ((1 - mp.mpf(a)) * mp.log(1 - mp.mpf(x)) if a != 1 else 0)
        for x, a in zip(flat(p), flat(t), strict=True)
    )


def exact_categorical(p: Any, t: Any) -> Any:
    return average(
        -mp.fsum(mp.mpf(a) * mp.log(x) for x, a in zip(row, wanted, strict=True) if a)
        for row, wanted in zip(p, t, strict=True)
    )


def exact_softmax(z: Any) -> Any:
    sums = [mp.fsum(mp.exp(x) for x in row) for row in z]
    return [[mp.exp(x) / s for x in row] for row, s in zip(z, sums, strict=True)]


def exact_sigmoid(z: Any) -> Any:
    """Wide enough that 1 - σ(1000) has digits."""
    with mp.workdps(1000):
        return [[sigmoid(mp.mpf(x)) for x in row] for row in z]


def exact_binary_from_logits(z: Any, t: Any) -> Any:
    with mp.workdps(1000):
        return exact_binary(exact_sigmoid(z), t)


EXACT: dict[str, Callable[[Any, Any], Any]] = {
    "mean_squared_error": lambda y, t: exact_squares(y, t) / len(flat(y)),
    "mean_absolute_error": lambda y, t: average(abs(mp.mpf(a) - b) for a, b in zip(flat(y), flat(t), strict=True)),
    "huber": exact_huber,
    "hinge": lambda y, t: average(max(0, 1 - mp.mpf(a) * b) for a, b in zip(y, t, strict=True)),
    "binary_cross_entropy": exact_binary,
    "binary_cross_entropy_from_logits": exact_binary_from_logits,
    "cross_entropy": exact_categorical,
    "cross_entropy_from_logits": lambda z, t: exact_categorical(exact_softmax(z), t),
}


class Problem(NamedTuple):
    """A loss, predictions that it takes, and targets."""

    name: str
    predictions: Any
    targets: Any


PROBABILITIES = [softmax(row) for row in LOGITS]
PROBLEMS = [
    *(Problem(name, LOGITS, SOFT) for name in REGRESSION),
    Problem("hinge", [0.5, 3.0, -0.25, -1.5], [1, 1, -1, -1]),
    Problem("binary_cross_entropy", PROBABILITIES, YES_NO),
    Problem("binary_cross_entropy_from_logits", LOGITS, YES_NO),
    Problem("cross_entropy", PROBABILITIES, SOFT),
    Problem("cross_entropy_from_logits", LOGITS, SOFT),
]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)


def test_every_loss_has_a_problem_and_a_definition():
    assert [problem.name for problem in PROBLEMS] == list(LOSSES) == list(EXACT)
    assert all(LOSSES[name] is getattr(losses, name) for name in LOSSES)


@every_problem
def test_value_is_the_definition(problem):
    loss = LOSSES[problem.name](values(problem.predictions), problem.targets)
    assert close(loss.data, EXACT[problem.name](problem.predictions, problem.targets))


def test_an_error_of_one_in_ten_to_the_13_is_seen():
    exact = EXACT["huber"](LOGITS, SOFT)
    assert close(float(exact), exact) and not close(float(exact) * (1.0 + 1e-13), exact)


@every_problem
def test_numbers_give_the_number_of_the_values(problem):
    loss = LOSSES[problem.name]
    plain = loss(problem.predictions, problem.targets)
    assert type(plain) is float and plain == loss(values(problem.predictions), problem.targets).data
    assert plain == loss(np.array(problem.predictions), np.array(problem.targets))


@every_problem
def test_gradient_is_right(problem):
    report = check_gradient(lambda rows: LOSSES[problem.name](rows, problem.targets), [problem.predictions])
    assert report, report


@every_problem
def test_gradient_in_the_targets_is_right(problem):
    """Where targets are Values; those of a distribution move as the softmax of others."""
    targets = [[0.3, -0.2, 0.1]] * 4 if problem.name in CATEGORICAL else [[0.4, 0.7, 0.2]] * 4

    def f(t: Any) -> Any:
        rows = [softmax(row) for row in t] if problem.name in CATEGORICAL else t
        return LOSSES[problem.name](problem.predictions, rows)

    if problem.name == "hinge":  # its labels can't move: ∂/∂t is −score within the margin
        scores, labels = problem.predictions, values(problem.targets)
        losses.hinge(scores, labels).backward()
        assert [t.grad for t in labels] == [-0.125, 0.0, 0.0625, 0.0]
    else:
        assert check_gradient(f, [targets])


# ---- forms and options

FORMS = [("1/(mn)", 12), ("1/n", 4), ("1/2", 2), ("1/(2m)", 8)]


@pytest.mark.parametrize(("form", "divisor"), FORMS)
def test_forms_of_the_squared_error(form, divisor):
    y = values(LOGITS)
    loss = losses.mean_squared_error(y, SOFT, form)
    assert close(loss.data, exact_squares(LOGITS, SOFT) / divisor)
    loss.backward()
    assert all(close(v.grad, 2 * (v.data - mp.mpf(t)) / divisor) for v, t in zip(flat(y), flat(SOFT), strict=True))


def test_forms_on_one_output():
    y, t = [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]
    assert [losses.mean_squared_error(y, t, form) for form, _ in FORMS] == [7.0, 7.0, 10.5, 3.5]


def test_unknown_form():
    message = r"mean_squared_error: there is no form '1/m': choose one of '1/\(mn\)', '1/n', '1/2', '1/\(2m\)'"
    with pytest.raises(ValueError, match=message):
        losses.mean_squared_error([1.0], [1.0], form="1/m")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3))
def test_huber_is_its_formula_on_both_sides(d, delta):
    v = Value(d)
    loss = losses.huber(v, 0.0, delta)
    inside = abs(d) <= delta
    exact = mp.mpf(d) ** 2 / 2 if inside else mp.mpf(delta) * (abs(mp.mpf(d)) - mp.mpf(delta) / 2)
    assert close(loss.data, exact, 1e-15) or loss.data == float(exact)
    loss.backward()
    assert v.grad == pytest.approx(d if inside else np.copysign(delta, d), rel=1e-15)


def test_huber_of_large_delta_is_half_the_square():
    assert losses.huber([3.0, -5.0], [0.0, 0.0], delta=inf) == 0.5 * 17.0


def test_margin():
    assert losses.hinge([0.5, 0.5], [1, -1], margin=0) == 0.25
    assert losses.hinge(0.5, 1, margin=2.0) == 1.5


@pytest.mark.parametrize("labels", [[1, -1, 1], [True, -1, 1.0], np.array([1, -1, 1], dtype=np.int8)])
def test_hinge_takes_labels_of_any_type(labels):
    assert losses.hinge([0.5, 0.5, 2.0], labels) == pytest.approx(2.0 / 3.0, rel=1e-15)


# ---- cross entropies: extremes


@pytest.mark.parametrize(
    ("z", "t", "loss"),
    [(1000.0, 1, 0.0), (1000.0, 0, 1000.0), (-1000.0, 1, 1000.0), (-1000.0, 0, 0.0), (1000.0, 0.25, 750.0)],
)
def test_binary_logits_of_a_thousand(z, t, loss):
    v = Value(z)
    found = losses.binary_cross_entropy_from_logits(v, t)
    found.backward()
    assert found.data == loss and v.grad == (1.0 if z > 0 else 0.0) - t


def test_small_losses_keep_their_digits():
    """ln(1 + e^-40) is 4e-18: 1 - σ(40) has no digit of it."""
    assert close(losses.binary_cross_entropy_from_logits(40.0, 1), mp.log1p(mp.exp(-40)))
    assert close(losses.binary_cross_entropy(1e-20, 0), mp.mpf(1e-20))


@pytest.mark.parametrize(
    ("z", "label", "loss", "gradient"),
    [
        ([1000.0, 0.0, -1000.0], 0, 0.0, [0.0, 0.0, 0.0]),
        ([1000.0, 0.0, -1000.0], 1, 1000.0, [1.0, -1.0, 0.0]),
        ([1000.0, 0.0, -1000.0], 2, 2000.0, [1.0, 0.0, -1.0]),
        ([1000.0, 1000.0, -1000.0], 1, log(2.0), [0.5, -0.5, 0.0]),
        ([-1000.0, -1000.0, -1000.0], 0, log(3.0), [-2 / 3, 1 / 3, 1 / 3]),
        ([1000.0, 0.0, -1000.0], [0.5, 0.25, 0.25], 750.0, [0.5, -0.25, -0.25]),
    ],
)
def test_categorical_logits_of_a_thousand(z, label, loss, gradient):
    row = values(z)
    found = losses.cross_entropy_from_logits(row, label)
    found.backward()
    assert found.data == pytest.approx(loss, rel=1e-15, abs=2e-13)  # a logit of 1000 has steps of 1e-13
    assert [v.grad for v in row] == pytest.approx(gradient, abs=1e-15)


logits = st.lists(st.floats(-1000.0, 1000.0), min_size=3, max_size=3)


@given(st.lists(logits, min_size=1, max_size=4), st.data())
def test_gradient_of_softmax_and_cross_entropy_is_p_minus_t(z, draw):
    rows = values(z)
    labels = [draw.draw(st.integers(0, 2)) for _ in z]
    losses.cross_entropy_from_logits(rows, labels).backward()
    for row, p, label in zip(rows, exact_softmax(z), labels, strict=True):
        assert all(abs(v.grad - (p[k] - (k == label)) / len(z)) < 1e-14 for k, v in enumerate(row))


@given(st.lists(st.tuples(st.floats(-1000.0, 1000.0), st.floats(0.0, 1.0)), min_size=1, max_size=5))
def test_gradient_of_sigmoid_and_cross_entropy_is_p_minus_t(pairs):
    z = [Value(x) for x, _ in pairs]
    loss = losses.binary_cross_entropy_from_logits(z, [t for _, t in pairs])
    loss.backward()
    exact = [(sigmoid(mp.mpf(x)) - mp.mpf(t)) / len(pairs) for x, t in pairs]
    assert all(abs(v.grad - e) < 1e-14 for v, e in zip(z, exact, strict=True))
    softplus = average(mp.log1p(mp.exp(mp.mpf(x))) - mp.mpf(t) * mp.mpf(x) for x, t in pairs)
    assert close(loss.data, softplus, 1e-14, scale=1e-290)


def test_hessian_of_softmax_and_cross_entropy():
    """diag(p) − p pᵀ, whatever the label is."""
    p = np.array(PROBABILITIES[0])
    found = hessian(lambda z: losses.cross_entropy_from_logits(z, 1))(LOGITS[0])
    assert np.abs(np.array(found) - (np.diag(p) - np.outer(p, p))).max() < 1e-15


@pytest.mark.parametrize(("name", "targets"), [("binary_cross_entropy", YES_NO), ("cross_entropy", SOFT)])
def test_from_logits_equals_from_probabilities(name, targets):
    z = values(LOGITS)
    p = [[v.sigmoid() for v in row] if name in BINARY else softmax(row) for row in z]
    figures = []
    for loss in (LOSSES[name](p, targets), LOSSES[f"{name}_from_logits"](z, targets)):
        zero_grad(flat(z))
        loss.backward()
        figures.append([loss.data, *(v.grad for v in flat(z))])
    assert figures[0] == pytest.approx(figures[1], rel=1e-13, abs=1e-16)


def test_certain_and_right_is_zero():
    for loss in (losses.binary_cross_entropy(1.0, 1), losses.cross_entropy([0.0, 1.0], 1)):
        assert str(loss) == "0.0"
    v = Value(1.0)
    loss = losses.binary_cross_entropy(v, 1)
    loss.backward()
    assert (str(loss.data), v.grad) == ("0.0", -1.0)


def test_a_class_that_is_not_wanted_is_not_looked_at():
    """0 · log 0 is 0, and costs no node."""
    row = values([0.0, 0.25, 0.75])
    loss = losses.cross_entropy([row], [[0.0, 0.5, 0.5]])
    loss.backward()
    assert [v.grad for v in row] == pytest.approx([0.0, -2.0, -0.5 / 0.75], rel=1e-15)
    assert row[0] not in topological_order(loss)


INFINITE = [
    ("binary_cross_entropy", [0.5, 0.0], [1, 1], "log"),
    ("binary_cross_entropy", [0.5, 1.0], [1, 0.5], "log1p"),
    ("cross_entropy", [[0.5, 0.5], [1.0, 0.0]], [0, 1], "log"),
]


@pytest.mark.parametrize(("name", "p", "t", "op"), INFINITE)
def test_infinite_loss_leads_to_the_logits(name, p, t, op):
    report = f"^{name}: sample 1 gives its target probability 0, so the loss is infinite: "
    report += f"use {name}_from_logits, on the logits"
    for predictions in (p, values(p)):
        with pytest.raises(DomainError, match=report) as caught:
            LOSSES[name](predictions, t)
        assert caught.value.op == op and caught.value.location
        with ignore_domain():
            assert data(LOSSES[name](predictions, t)) == inf


# ---- labels, in every way that they are written


@pytest.mark.parametrize("name", CATEGORICAL)
def test_indices_and_one_hot_rows_are_the_same(name):
    predictions = PROBABILITIES if name == "cross_entropy" else LOGITS
    one_hot = np.eye(3)[CLASSES]
    expected = LOSSES[name](predictions, CLASSES)
    assert close(expected, EXACT[name](predictions, one_hot.tolist()))
    ways = (
        [2.0, 0.0, 1.0, 1.0],
        tuple(CLASSES),
        np.array(CLASSES),
        np.array(CLASSES, dtype=np.uint8),
        np.array(CLASSES, dtype=np.float32),
        [np.int64(k) for k in CLASSES],
        one_hot,
        one_hot.astype(bool),
        one_hot.astype(int).tolist(),
        [np.array(row) for row in one_hot],
    )
    assert [LOSSES[name](predictions, way) for way in ways] == [expected] * len(ways)


@pytest.mark.parametrize("name", BINARY)
def test_yes_and_no_in_every_type(name):
    p, t = [0.5, 0.25, 0.75], [1.0, 0.0, 1.0]
    ways = ([1, 0, 1], [True, False, True], np.array(t) > 0.5, np.array(t, dtype=np.int8), np.array([t]).T, (1, 0, 1))
    assert [LOSSES[name](p, way) for way in ways] == [LOSSES[name](p, t)] * len(ways)


def test_one_sample():
    z = values([0.3, -1.2, 2.5])
    alone = losses.cross_entropy_from_logits(z, 2)
    assert alone.data == losses.cross_entropy_from_logits([z], [2]).data
    assert losses.cross_entropy_from_logits(z, [0.2, 0.5, 0.3]).data == pytest.approx(
        losses.cross_entropy_from_logits([z], [[0.2, 0.5, 0.3]]).data, rel=1e-15
    )
    for name in ("mean_squared_error", "binary_cross_entropy_from_logits", "hinge"):
        assert LOSSES[name](z[0], 1).data == LOSSES[name]([z[0]], [1]).data == LOSSES[name]([[z[0]]], [[1]]).data


def test_arrays_of_values_and_generators():
    z = np.vectorize(Value)(np.array(LOGITS))
    assert losses.mean_squared_error(z, SOFT).data == losses.mean_squared_error(LOGITS, SOFT)
    assert losses.cross_entropy_from_logits((row for row in z), iter(CLASSES)).data == pytest.approx(
        losses.cross_entropy_from_logits(LOGITS, CLASSES), rel=1e-15
    )
    assert losses.mean_squared_error(z[:, 0], np.array(SOFT)[:, :1]).data == losses.mean_squared_error(
        [row[0] for row in LOGITS], [row[0] for row in SOFT]
    )


def test_soft_rows_that_sum_to_one_only_nearly():
    """As float16 rows do: the formula is followed, and their sum is not taken to be 1."""
    t = [0.333, 0.333, 0.3333]
    exact = exact_categorical(exact_softmax([LOGITS[0]]), [t])
    assert close(losses.cross_entropy_from_logits([LOGITS[0]], [t]), exact)
    assert close(losses.cross_entropy([PROBABILITIES[0]], [t]), exact)


# ---- graphs


def operations(loss: Value) -> list[str]:
    """The operations of a graph, in order."""
    return [v.op.name for v in topological_order(loss) if v.op]


def test_graphs_are_small():
    z = values([0.3, -1.2])
    assert operations(losses.cross_entropy_from_logits([z], [1])) == ["logsumexp", "sub"]
    assert operations(losses.cross_entropy_from_logits([z, z], [1, 0])) == ["logsumexp", "sub"] * 2 + ["mean"]
    assert operations(losses.cross_entropy_from_logits([z], [[0.5, 0.5]])) == ["logsumexp", "dot"]
    assert operations(losses.cross_entropy([values([0.5, 0.5])], [0])) == ["log", "dot"]
    assert operations(losses.binary_cross_entropy_from_logits(z, [1, 0])) == ["log_sigmoid", "softplus", "dot"]
    assert operations(losses.binary_cross_entropy(values([0.5, 0.5]), [1, 0])) == ["log", "neg", "log1p", "dot"]
    assert operations(losses.hinge(z, [1, -1])) == ["sub", "relu", "add", "relu", "mean"]
    assert operations(losses.mean_squared_error(z[:1], [1])) == ["sub", "square"]
    assert operations(losses.mean_squared_error(z, [1, 2])) == ["sub", "square"] * 2 + ["mean"]
    assert operations(losses.mean_squared_error([*z, *z], [1] * 4, "1/2")) == ["sub", "square"] * 4 + ["total", "div"]


def test_no_grad_records_nothing():
    with no_grad():
        assert all(LOSSES[p.name](values(p.predictions), p.targets).op is None for p in PROBLEMS)


def test_losses_are_differentiated_by_grad():
    found = grad(lambda z: losses.binary_cross_entropy_from_logits(z, [1, 0]))([0.0, 0.0])
    assert found == [-0.25, 0.25]


# ---- PyTorch


def torch_figures() -> dict[str, list[float]]:
    """Loss and gradient in the predictions (that of LOGITS where they are), in float64."""
    import torch
    from torch.nn import functional as F

    def figures(loss: Any, x: Any, *targets: Any) -> list[float]:
        x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        found = loss(x, *targets)
        found.backward()
        return [found.item(), *x.grad.flatten().tolist()]

    soft, yes_no = (torch.tensor(t, dtype=torch.float64) for t in (SOFT, YES_NO))
    classes = torch.tensor(CLASSES)
    return {
        "mean_squared_error": figures(F.mse_loss, LOGITS, soft),
        "mean_absolute_error": figures(F.l1_loss, LOGITS, soft),
        "huber": figures(F.huber_loss, LOGITS, soft),
        "binary_cross_entropy": figures(F.binary_cross_entropy, PROBABILITIES, yes_no),
        "binary_cross_entropy_from_logits": figures(F.binary_cross_entropy_with_logits, LOGITS, yes_no),
        "cross_entropy": figures(lambda p: F.nll_loss(p.log(), classes), PROBABILITIES),
        "cross_entropy_from_logits": figures(F.cross_entropy, LOGITS, classes),
        "cross_entropy_from_logits, soft": figures(F.cross_entropy, LOGITS, soft),
    }


# What torch_figures() gave under PyTorch 2.13.0.
# fmt: off
RECORDED: dict[str, list[float]] = {
    "mean_squared_error": [
        2.1629166666666664, 0.016666666666666663, -0.2833333333333333, 0.3666666666666667, -0.2833333333333333,
        0.016666666666666666, 0.06666666666666667, 0.4833333333333333, -0.35, -0.05, 0.0, 0.10833333333333334,
        -0.225,
    ],
    "mean_absolute_error": [
        1.125, 0.08333333333333333, -0.08333333333333333, 0.08333333333333333, -0.08333333333333333,
        0.08333333333333333, 0.08333333333333333, 0.08333333333333333, -0.08333333333333333, -0.08333333333333333,
        0.0, 0.08333333333333333, -0.08333333333333333,
    ],
    "huber": [
        0.7746874999999999, 0.008333333333333331, -0.08333333333333333, 0.08333333333333333, -0.08333333333333333,
        0.008333333333333333, 0.03333333333333333, 0.08333333333333333, -0.08333333333333333, -0.025, 0.0,
        0.05416666666666667, -0.08333333333333333,
    ],
    "binary_cross_entropy": [
        1.1873037425352284, -0.8540119716318791, 0.08518811188434665, -0.0946272237360561, 0.09926794192444577,
        0.12965052970628774, -0.17280744203164977, 0.7434631974281486, -13.466304421940007, 0.0901279679970824,
        -0.11150057377718033, -0.10066033432891826, -0.6086506558940479,
    ],
    "binary_cross_entropy_from_logits": [
        0.8432088966694025, -0.035463123599028416, 0.019289601375081865, -0.006321515001770288,
        0.027651018985986157, 0.043748265623245, -0.033442694990629, 0.05854784390186945, -0.07339975649815687,
        0.05187161093348788, 0.0, -0.015754208114583012, -0.05380469218548295,
    ],
    "cross_entropy": [
        1.8824797402519908, 0.0, 0.0, -0.2838816712081683, -1.557426738109725, 0.0, 0.0, 0.0, -40.39891326582002,
        0.0, 0.0, -0.4074249549722572, 0.0,
    ],
    "cross_entropy_from_logits": [
        1.8824797402519908, 0.024394661931406166, 0.005443184823521463, -0.02983784675492765, -0.20986970143079905,
        0.08931162193837938, 0.12055807949241962, 0.22960574169105086, -0.2484529286818, 0.01884718699074917,
        0.062368795587196484, -0.09659751633461969, 0.0342287207474232,
    ],
    "cross_entropy_from_logits, soft": [
        2.111229740251991, -0.025605338068593837, -0.11955681517647854, 0.14516215324507237, -0.20986970143079905,
        0.08931162193837938, 0.12055807949241962, 0.20460574169105086, -0.023452928681799993, -0.18115281300925085,
        0.062368795587196484, 0.09090248366538031, -0.1532712792525768,
    ],
}
# fmt: on


def our_figures(name: str) -> list[float]:
    name, _, soft = name.partition(", ")
    problem = next(problem for problem in PROBLEMS if problem.name == name)
    rows = values(problem.predictions)
    loss = LOSSES[name](rows, CLASSES if name in CATEGORICAL and not soft else problem.targets)
    loss.backward()
    return [loss.data, *(v.grad for v in flat(rows))]


@pytest.mark.parametrize("name", RECORDED)
def test_pytorch_has_the_same_loss_and_gradients(name):
    assert our_figures(name) == pytest.approx(RECORDED[name], rel=1e-14, abs=1e-16)


def test_the_record_is_what_pytorch_gives():
    pytest.importorskip("torch")
    found = torch_figures()
    assert found.keys() == RECORDED.keys()
    assert all(found[name] == pytest.approx(RECORDED[name], rel=1e-14, abs=1e-16) for name in found)
