"""Random programs over the table: well conditioned, so that any two ways to a gradient have to agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from autograd.ops import TABLE, Nary, Operation
from autograd.testing.asked import asked_list, asked_operation
from autograd.testing.domains import Slopes, slopes
from autograd.testing.program import Expression, Step
from nn.ranges import whole_number

SIMPLE = (0.5, 2.0, -0.75, 1.5, -1.25)  # inputs at which little is 0, or the same, by accident
CONSTANTS = (2.0, 0.5, -1.0, 3.0, -0.75)
LARGEST = 50.0  # of a number, and of the sum of the sizes of all paths to an input
NEAR = 0.01  # so far from an operand, slopes are about the same: no kink, no end of the domain is nearer
JUMP = 0.6  # more than any slope makes of NEAR, and less than a step
OPERANDS = 3  # of an operation of any number of operands


def expressions(
    ops: str | Operation | Sequence[str | Operation] | None = None, *, max_nodes: int = 12, inputs: int = 2
) -> st.SearchStrategy[Expression]:
    """Programs of 1 to `max_nodes` operations, of `ops` (names or rows; all of the table), on so many inputs.

    No number is huge and no kink near, in `f.point`. They shrink to fewer operations, and to those that the table has
    first; a test that fails prints the call of `expression` that makes its program again. Raises ValueError where an
    operation is unknown, none is named, or a number is below 1; TypeError where one is neither a name nor a row, or a
    number is not whole.

    >>> from hypothesis import given
    >>> from autograd import grad
    >>> @given(expressions(["add", "mul", "tanh"], max_nodes=3, inputs=1))
    ... def has_a_slope(f):
    ...     assert abs(f(f.point[0] + 1e-6) - f(*f.point) - 1e-6 * grad(f)(*f.point)) < 1e-9
    >>> has_a_slope()
    """
    max_nodes = whole_number("expressions", "max_nodes", max_nodes, least=1)
    inputs = whole_number("expressions", "inputs", inputs, least=1)
    rows = list(TABLE.values()) if ops is None else [asked_operation("expressions", x) for x in asked_list(ops)]
    if not rows:
        raise ValueError("expressions: ops is empty: name some operations, or leave it out for all")
    point = st.tuples(*(st.just(SIMPLE[k % len(SIMPLE)]) | st.floats(-3.0, 3.0, width=16) for k in range(inputs)))
    others = st.integers(-len(CONSTANTS), max_nodes + inputs)
    wish = st.tuples(st.sampled_from(rows), st.integers(0, 1), *[others] * (max(map(_arity, rows)) - 1))
    short, long = (st.lists(wish, min_size=least, max_size=max_nodes) for least in (1, max_nodes // 2))
    return _programs(point, short | long).filter(lambda f: len(f) > 0)


@st.composite  # what st.builds makes is printed as a call of its own
def _programs(draw: Any, point: st.SearchStrategy[Any], wishes: st.SearchStrategy[Any]) -> Expression:
    return _granted(draw(point), draw(wishes))


def _granted(point: Sequence[float], wishes: Sequence[tuple[Any, ...]]) -> Expression:
    """The program of those wishes, operations with operands, that are harmless.

    Wishes know nothing of one another, so that any of them can be left out: that is how Hypothesis shrinks.
    """
    results = [_Result(x, tuple(float(k == j) for j in range(len(point)))) for k, x in enumerate(point)]
    steps: list[Step] = []
    for op, *back in wishes:
        if found := _first_harmless(op, back[: _arity(op)], results):
            steps.append(found[0])
            results.append(found[1])
    return Expression(point, steps)


class _Result(NamedTuple):
    """A number, and for each input the sum of the sizes of all paths to it."""

    number: float
    sizes: tuple[float, ...]


def _arity(op: Operation) -> int:
    if not isinstance(op, Nary):
        return len(op.operands)
    return 2 * (OPERANDS // 2) + 1 if op is TABLE["dot"] else OPERANDS


def _first_harmless(op: Operation, back: list[int], results: list[_Result]) -> tuple[Step, _Result] | None:
    """The step of these operands, counted back from the latest result, or of others beside them, if one is harmless.

    A number below 0 stands for a constant.
    """
    for shift in range(len(results)):
        operands = [CONSTANTS[k] if k < 0 else (len(results) - 1 - k - shift) % len(results) for k in back]
        if op is TABLE["softmax"]:
            operands[0] = float(back[0] % (OPERANDS - 1))
        if any(isinstance(x, int) for x in operands) and (result := _harmless(op, operands, results)):
            return Step(op, tuple(operands)), result
    return None


def _harmless(op: Operation, operands: Sequence[int | float], results: list[_Result]) -> _Result | None:
    """What the operation gives; None where a rounding error could grow in it."""
    numbers = [results[x].number if isinstance(x, int) else x for x in operands]
    here = slopes(op, numbers)
    if here is None:
        return None
    moving = [k for k, x in enumerate(operands) if isinstance(x, int)]
    if not all(_alike(here, op, numbers, k, shift) for k in moving for shift in (-NEAR, NEAR)):
        return None
    y, partials = here
    edges = [(results[x], abs(d)) for x, d in zip(operands, partials, strict=True) if isinstance(x, int)]
    sizes = tuple(sum(d * x.sizes[k] for x, d in edges) for k in range(len(results[0].sizes)))
    return _Result(y, sizes) if max(abs(y), *sizes) < LARGEST else None


def _alike(here: Slopes, op: Operation, numbers: Sequence[float], k: int, shift: float) -> bool:
    """Whether the value does not jump, and the derivatives about stay, where operand k moves.

    That the value moves as the derivative says is not asked: a wrong derivative is what these programs are to find.
    """
    there = slopes(op, [*numbers[:k], numbers[k] + shift, *numbers[k + 1 :]])
    if there is None or abs(there[0] - here[0]) > JUMP:
        return False
    return all(abs(a - b) < 0.2 * (1.0 + abs(a)) for a, b in zip(here[1], there[1], strict=True))
