"""Expression: a random program of the table's operations, as a function, and as the Python that it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from inspect import Parameter, Signature
from itertools import count
from string import ascii_lowercase
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.expression import parse
from autograd.graph import topological_order
from autograd.ops import Operation
from autograd.replay.diagnosis import applied
from autograd.symbol import ATOM, BINDS, Python, Symbol
from autograd.value import Value


class Step(NamedTuple):
    """An operation of earlier results (whole numbers: the inputs come first) and of constants (floats)."""

    op: Operation
    operands: tuple[int | float, ...]


class Expression:
    """A function of as many numbers as `point` has, at which it is well conditioned: `f(*f.point)`.

    It takes Values, numbers or arrays. Its repr is Python that makes it again; `str` is a program of its own that
    back-propagates at the point.

    >>> f = expression("h = a * b; tanh(h) + h", a=0.5, b=2.0)
    >>> f
    expression('v1 = a * b; tanh(v1) + v1', a=0.5, b=2.0)
    >>> round(f(0.5, 2.0), 6), len(f)
    (1.761594, 3)
    >>> print(f)
    from autograd import Value, tanh
    a, b = Value(0.5, "a"), Value(2.0, "b")
    v1 = a * b
    y = tanh(v1) + v1
    y.backward()
    """

    def __init__(self, point: Sequence[float], steps: Sequence[Step], names: Sequence[str] = ()) -> None:
        self.point = tuple(point)
        self.names = tuple(names) or names_of(len(self.point))
        self.__signature__ = Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in self.names])
        self.steps = tuple(_in_order(steps, len(self.point))) if steps else ()

    def __call__(self, *xs: Any) -> Any:
        """The result for these inputs; of arrays, entry by entry. Raises TypeError for another number of inputs."""
        if len(xs) != len(self.point):
            raise TypeError(f"this expression has {len(self.point)} inputs: {len(xs)} were given")
        if any(isinstance(x, np.ndarray) for x in xs):
            return np.vectorize(self.__call__, otypes=[np.result_type(*map(np.asarray, xs), float)])(*xs)
        results = list(xs)
        for op, operands in self.steps:
            results.append(applied(op, [results[x] if isinstance(x, int) else x for x in operands]))
        return results[-1]

    def __len__(self) -> int:
        return len(self.steps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.point, self.steps))

    def __repr__(self) -> str:
        *before, last = self._statements("")
        given = ", ".join(f"{name}={x!r}" for name, x in zip(self.names, self.point, strict=True))
        return f"expression({'; '.join([*before, last])!r}, {given})"

    def __str__(self) -> str:
        called = {op.name: op.users_own for op, _ in self.steps if not _is_sign(op)}
        functions = sorted(name for name, is_own in called.items() if not is_own)
        own = [f'{name} = operation("{name}")' for name, is_own in sorted(called.items()) if is_own]
        inputs = ", ".join(f'Value({x!r}, "{name}")' for name, x in zip(self.names, self.point, strict=True))
        lines = [f"from autograd import {', '.join(['Value', *functions])}"]
        lines += ["from autograd.ops import operation", *own] if own else []
        lines += [f"{', '.join(self.names)} = {inputs}", *self._statements("y = "), "y.backward()"]
        return "\n".join(lines)

    def _statements(self, last: str) -> list[str]:
        """A line for each step that is used more than once, in which stand those used once; and the last."""
        uses = Counter(x for _, operands in self.steps for x in operands if isinstance(x, int))
        free = (name for k in count(1) if (name := f"v{k}") not in self.names)
        known: list[Any] = [Symbol(name) for name in self.names]
        lines: list[str] = []
        for op, operands in self.steps:
            written = Symbol(op.name, op, [known[x] if isinstance(x, int) else x for x in operands])
            if uses[len(known)] > 1:
                name = next(free)
                lines.append(f"{name} = {_python(written)}")
                written = Symbol(name)
            known.append(written)
        return [*lines, last + _python(known[-1])]


def expression(text: str, /, **point: float) -> Expression:
    """The expression of such a text, "v = a * b; tanh(v)", and the numbers of its inputs. The text is parsed, not run.

    Numbers that the text does not use are inputs too. Raises ExpressionError (a ValueError) where the text is none,
    ValueError where a variable has no number, or nothing is done with any; TypeError where one is given what is none.

    >>> from autograd import grad
    >>> f = expression("v = a * b; tanh(v) + v", a=0.5, b=0.0)
    >>> f(2.0, 0.0), f.point, grad(f, 1)(*f.point)
    (0.0, (0.5, 0.0), 1.0)
    """
    program = parse(text)
    if unknown := set(program.variables) - set(point):
        raise ValueError(f"expression: no number is given for {', '.join(sorted(unknown))}")
    inputs = {name: Value(x, name) for name, x in point.items()}
    order = topological_order(program.evaluate(inputs))
    place: dict[Any, int] = {v: k for k, v in enumerate(inputs.values())}
    if order[-1].op is None:
        raise ValueError(f"expression: {text!r} has no operation on {', '.join(point) or 'an input'}")
    steps = []
    for v in order:
        if v.op is not None:
            place[v] = len(place)
            steps.append(Step(v.op, tuple(place[x] if isinstance(x, Value) else float(x) for x in v.operands)))
    return Expression(list(point.values()), steps, list(point))


def names_of(number: int) -> tuple[str, ...]:
    """a, b, c, … or, where there are many, x1, x2, …"""
    letters = ascii_lowercase.replace("e", "").replace("v", "").replace("y", "")  # e is a number, v and y are results
    return tuple(letters[:number]) if number <= len(letters) else tuple(f"x{k + 1}" for k in range(number))


def _is_sign(op: Operation) -> bool:
    return op is ops.neg or BINDS.get(op.infix, 0) > BINDS["<"]


def _in_order(steps: Sequence[Step], inputs: int) -> list[Step]:
    """The steps that the last one needs, operands before results, from left to right."""
    place = {k: k for k in range(inputs)}
    found: list[Step] = []
    stack = [inputs + len(steps) - 1]
    while stack:
        op, operands = steps[stack[-1] - inputs]
        missing = [x for x in operands if isinstance(x, int) and x not in place]
        if missing:
            stack.append(missing[0])
            continue
        k = stack.pop()
        place[k] = inputs + len(found)
        found.append(Step(op, tuple(place[x] if isinstance(x, int) else x for x in operands)))
    return found


class _Calls(Python):
    """Python that is run: comparisons of Values are called by name; a dot product has two lists, and what is added."""

    def infix(self, e: Symbol) -> tuple[str, int]:
        return super().infix(e) if _is_sign(e.op) else self.call(e)

    def call(self, e: Symbol) -> tuple[str, int]:
        if e.op is not ops.dot:
            return super().call(e)
        args, half = [self.write(a)[0] for a in e.args], len(e.args) // 2
        return f"dot([{', '.join(args[:half])}], [{', '.join(args[half:-1])}], {args[-1]})", ATOM


def _python(e: Symbol) -> str:
    return _Calls().write(e)[0]
