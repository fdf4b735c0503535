"""The first number that is none: each way in which a row can make one is reported, with what finds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from io import StringIO
from random import Random
from typing import Any

import numpy as np
from engines import ENGINES
from fitting import X, mlp, train
from strategies import apply, points

from autograd import DomainError, Value, compile, exp, grad, hessian, ops, scope, sigmoid, softmax
from autograd.ops import TABLE, Operation
from reliability.nan_cases import NAMES, Case, chosen, may_be_finite, told, wrong_with
from reliability.trials import Count, Trials

# ---- where it happens


def eager(draw: Random, case: Case) -> str:
    """In Values: some operands are inputs, some come from one."""
    inputs = [Value(x, name) for x, name in zip(case.operands, NAMES, strict=False)]
    given = [+x if draw.random() < 0.5 else x for x in inputs]

    def judge(error: DomainError) -> str:
        labels = () if error.labels == tuple(x.label for x in given) else ("the labels",)
        middle = set(error.path[1:-1]) <= {"positive"} and len(error.path) <= 3
        return ", ".join(
            filter(None, [wrong_with(error, case, NAMES), *labels, "" if middle else f"path {error.path}"])
        )

    return told(lambda: case.f(*given).backward(), judge)


def difference(draw: Random, case: Case) -> str:
    """∞ − ∞ in Values, where a row has an infinite derivative: the input is named, at which the terms meet."""
    inputs = [Value(x, name) for x, name in zip(case.operands, NAMES, strict=False)]
    result = apply(case.op, inputs) - apply(case.op, inputs)
    return told(
        result.backward,
        lambda error: "" if re.search(r"gradient of [p-t] is ∞ − ∞", str(error)) and error.path else str(error),
    )


def functional(draw: Random, case: Case) -> str:
    """In grad, of numbers."""
    shown = [f"{x:.6g}" for x in case.operands]
    return told(lambda: grad(lambda xs: case.f(*xs))(list(case.operands)), lambda error: wrong_with(error, case, shown))


def second(draw: Random, case: Case) -> str:
    """In hessian: finite where second derivatives are, though the value is not; or a report of what it met first."""
    shown = [f"{x:.6g}" for x in case.operands]

    def judge(error: DomainError) -> str:
        return "" if error.op and error.operands and error.path and error.path[0] in shown else f"too little: {error}"

    return told(lambda: hessian(lambda xs: case.f(*xs))(list(case.operands)), judge, may_be_finite=True)


def replayed(engine: str) -> Callable[[Random, Case], str]:
    """In a recording: the instruction, its scope and the sample are named too."""

    def tried(draw: Random, case: Case) -> str:
        sample = draw.randrange(3)
        harmless = points(case.op)[0][: len(case.operands)]
        columns = [np.full(3, x) for x in harmless]
        for column, x in zip(columns, case.operands, strict=True):
            column[sample] = x

        def f(xs: Any) -> Any:
            with scope("layer 1"):
                return case.f(*xs)

        names = [f"xs[{k}]" for k in range(len(columns))]
        start = f"replay: sample {sample}: %"
        function = compile(f, engine=engine)

        def judge(error: DomainError) -> str:
            scoped = (
                "" if re.match(r"replay: sample \d: %\d+ \(layer 1\): ", str(error)) else f"no instruction: {error}"
            )
            return wrong_with(error, case, names, start, located=False) or scoped

        return told(lambda: function.value_and_grad(columns)[1], judge, may_be_finite(case))

    return tried


def fitted(draw: Random, case: Case) -> str:
    """In training: the epoch and the batch are named."""

    harmless, sample = points(case.op)[0][: len(case.operands)], draw.randrange(2, len(X))
    y = [case.operands if k == sample else harmless for k in range(len(X))]

    def loss(predictions: Any, targets: Any) -> Any:
        return case.f(*(predictions[0] - predictions[0] + x for x in targets[0]))

    model, said = mlp(), StringIO()
    inputs = [v.label for v in model.parameters()]
    place = f"fit: epoch 0, batch of samples {sample}: "

    def judge(error: DomainError) -> str:
        return wrong_with(error, case, inputs, place, located=False) + said.getvalue()

    with redirect_stderr(said):
        options = {"epochs": 1, "batch_size": 1, "shuffle": False, "engine": draw.choice(["eager", "replay"])}
        return told(lambda: train(model, y=y, loss=loss, **options).loss, judge, may_be_finite(case))


# ---- what to write instead


def _zero_from(origin: str) -> Value:
    """A result of this row that is 0, though in mathematics it is not."""
    x = Value(-1000.0, "x")
    made = {"sigmoid": lambda: sigmoid(x), "softmax": lambda: softmax([x, 0.0])[0], "exp": lambda: exp(x)}
    made |= {"total": lambda: ops.total([exp(x), exp(x)]), "sub": lambda: 1.0 - sigmoid(-x)}
    return made[origin]()


def alternatives() -> list[tuple[Operation, str]]:
    """Every alternative in the table, with where the operand has to come from."""
    return [(op, origin) for op in TABLE.values() for origin in op.stable if origin]


def alternative(op: Operation, origin: str) -> str:
    """Whether the report has it."""
    operands = [1.0] * (len(op.operands) - 1) + [_zero_from(origin)]
    return told(lambda: op(*operands), lambda error: "" if op.stable[origin] in str(error) else str(error))


MODES: dict[str, tuple[str, Callable[[Random, Case], str], int]] = {
    "eager": (
        "first number that is none, in Values: operation, operands, labels, line, path, alternative",
        eager,
        10_000,
    ),
    "functional": ("the same in grad", functional, 5_000),
    "second": ("the same in hessian, or finite second derivatives", second, 5_000),
    **{
        f"replay {name}": (f"the same in a replay by {name}, with instruction, scope and sample", replayed(name), 4_000)
        for name in ENGINES
    },
    "fit": ("the same in fit, with epoch and batch", fitted, 4_000),
}


def run(trials: Trials) -> Iterator[Count]:
    """A count for each place where it can happen, over all rows that can make such a number."""
    for name, (what, tried, whole) in MODES.items():
        count = Count(what)
        for draw, case in chosen(name, trials, whole):
            wrong = tried(draw, case)
            count.note(not wrong, f"{case.op.name}{case.operands}, {case.kind}: {wrong}")
        yield count
    infinite, instead = (
        Count("infinite derivatives of both signs that meet in an input"),
        Count("alternatives in the table"),
    )
    for draw, case in chosen("difference", trials, 4_000):
        if case.kind == "product":
            wrong = difference(draw, case)
            infinite.note(not wrong, f"{case.op.name}{case.operands}: {wrong}")
    yield infinite
    for op, origin in alternatives():
        wrong = alternative(op, origin)
        instead.note(not wrong, f"{op.name} of {origin}: {wrong}")
    yield instead
