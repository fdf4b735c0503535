"""Assertions about gradients, for tests: they pass in silence, or fail with the report."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from inspect import BoundArguments, Signature, signature
from typing import Any

import numpy as np

from autograd.check import GradientReport
from autograd.check.arrays import gradient_rounding
from autograd.check.calling import leaf_names
from autograd.check.gradients import judged
from autograd.check.recorded import Recorded, path_sums
from autograd.check.report import NOISE, NOT_SMOOTH, WRONG
from autograd.modes import ignore_domain
from autograd.number import number
from autograd.show.render import RenderError
from autograd.testing.picture import picture
from autograd.tree import leaves
from autograd.value import data_of

REMEDIES = {
    NOISE: "make what is random in f the same at every call, or test it where its result is not lost in rounding",
    NOT_SMOOTH: "f jumps here, or has no derivative: test it beside this point, or compute it by operations that have",
}
UP_TO = 8  # units in the last place by which a value may differ, beyond what rounding within the graphs explains


class GradientError(AssertionError):
    """A gradient that is not right. `report` is what `check_gradient` found, None where nothing was asked of it."""

    def __init__(self, message: str, report: GradientReport | None = None) -> None:
        super().__init__(message)
        self.report = report


def assert_gradients(
    f: Callable[..., Any], *inputs: Any, drawing: str | os.PathLike[str] | None = None
) -> GradientReport:
    """Fail where the gradient of f(*inputs) in one of the inputs is not right. Returns the report of `check_gradient`.

    `inputs` are numbers, or lists, tuples, dicts and arrays of them; f gets Values in their places, and returns one.
    `drawing` is a file for a picture of the graph, .svg, .png, .pdf or .dot, saved where the test fails: there ✗ marks
    operations with wrong local derivatives, with what they should be. A kink passes, if the gradient is between its
    slopes.

    Raises GradientError, an AssertionError: its text is the report, with the first such operation, its operands, and
    its local derivative as recorded and by differences. TypeError where f does not take such inputs, or returns no
    number; ValueError where there is no input, or one is nan.

    >>> from autograd import sin
    >>> bool(assert_gradients(lambda w, x: sin(w[0] * x) + w[1], [2.0, 0.5], 0.25))
    True
    >>> assert_gradients(lambda x: x * x.data, 3.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    autograd.testing.assertions.GradientError: the gradient is wrong in 1 of 1 inputs:
    input  value  gradient  by differences  verdict
    x      3      3         6 ± 6e-15       wrong
    x: every local derivative is right, but f depends on this input also outside of the graph (by .data?): ...
    """
    __tracebackhide__ = True  # pytest shows the test's own line, and the report
    recorded = _recorded(f, inputs, "assert_gradients")
    report = judged(recorded)
    if not report:
        told = [f"the gradient is {_problem(report)}:", str(report), *_remedies(report)]
        if drawing is not None:
            told.append(_draw(recorded, drawing))
        raise GradientError("\n".join(told), report)
    return report


def assert_same_gradients(f: Callable[..., Any], g: Callable[..., Any], *inputs: Any, rtol: float = 1e-10) -> None:
    """Fail where f(*inputs) and g(*inputs), or their gradients in one of the inputs, are not the same.

    A value may be off by `rtol` of itself, a gradient by `rtol` of the sum of the sizes of all paths to its input; and
    both by what rounding can do in these graphs, so that cancellation is no false alarm.

    Raises GradientError, which names the first that differs, with both numbers and how many ulps (units in the last
    place) they are apart; TypeError where f or g does not take such inputs; ValueError where there is no input, or one
    is nan, or rtol is not positive.

    >>> from autograd import exp, log, softplus
    >>> assert_same_gradients(softplus, lambda x: log(1 + exp(x)), 0.5)
    >>> assert_same_gradients(lambda w, x: w * x, lambda w, x: w * x + x - x.data, 2.0, 3.0)
    Traceback (most recent call last):
    autograd.testing.assertions.GradientError: ∂/∂x is not the same: 2 and 3, 2.3e+15 ulp apart
    The difference is 1, and 3e-10 is allowed: 1e-10 of the sum of the sizes of all paths, 3, and rounding.
    """
    __tracebackhide__ = True
    if not number(rtol, "assert_same_gradients: rtol") > 0.0:
        raise ValueError(f"assert_same_gradients: rtol={rtol} is not positive: give one such as 1e-10")
    first, second = (_recorded(function, inputs, "assert_same_gradients") for function in (f, g))
    y, z = first.root.data, second.root.data
    _same("the value", y, z, rtol, max(abs(y), abs(z)), first.noise + second.noise, "its size")
    blurs = _rounding(first) + _rounding(second)
    for a, b, blur in zip(first.inputs, second.inputs, blurs.tolist(), strict=True):
        size = max(path_sums(a, first.root)[1], path_sums(b, second.root)[1])
        _same(f"∂/∂{a.label}", a.grad, b.grad, rtol, size, blur, "the sum of the sizes of all paths")


def _recorded(f: Callable[..., Any], inputs: tuple[Any, ...], user: str) -> Recorded:
    """The graph of f at its positional arguments, which are called as f calls them."""
    __tracebackhide__ = True
    if not leaves(inputs):
        raise ValueError(f"{user}: no inputs are given: give the numbers at which f is to be tested")
    if hasattr(f, "value_and_grad"):
        raise TypeError(f"{user}: f is compiled, and what it returns has no graph: give f.__wrapped__")
    called = _signature(f, user)
    try:
        given = called.bind(*inputs).arguments
    except TypeError as error:
        raise TypeError(f"{user}: {error}") from None
    for name, x in zip(leaf_names(f, given), leaves(given), strict=True):
        if math.isnan(data_of(x, f"{user}: {name}")):
            raise ValueError(f"{user}: the input {name} is nan: give a number at which f is to be tested")
    return Recorded(lambda tree: f(*_positional(called, tree)), given, user)


def _signature(f: Callable[..., Any], user: str) -> Signature:
    try:
        return signature(f)
    except TypeError as error:
        raise TypeError(f"{user}: {error}") from None
    except ValueError:  # a built-in that does not tell
        return signature(lambda *inputs: None)


def _positional(called: Signature, tree: dict[str, Any]) -> tuple[Any, ...]:
    return BoundArguments(called, tree).args


def _problem(report: GradientReport) -> str:
    bad = [verdict for verdict in report if not verdict]
    kinds = " or ".join(dict.fromkeys(verdict.verdict for verdict in bad))
    return f"{kinds.replace(NOISE, 'lost in noise')} in {len(bad)} of {len(report)} inputs"


def _remedies(report: GradientReport) -> list[str]:
    """What to do where it is not the gradient that is wrong."""
    return [f"{kind}: {remedy}" for kind, remedy in REMEDIES.items() if any(v.verdict == kind for v in report)]


def _draw(recorded: Recorded, path: str | os.PathLike[str]) -> str:
    """Saves the picture, and says where it is, or why it can't be saved: that must not hide what is wrong."""
    wrong = [edge for edge in recorded.edges if edge.verdict == WRONG]
    count = len({edge.node for edge in wrong})
    what = "the operation with the wrong derivative" if count == 1 else f"the {count} operations with wrong derivatives"
    try:
        return f"drawing: {picture(recorded.root, wrong).render(path)}" + f", in which ✗ marks {what}" * bool(count)
    except (RenderError, OSError, ValueError) as error:
        return f"no drawing: {error}"


def _rounding(recorded: Recorded) -> Any:
    """A bound on the rounding error of each gradient."""
    inputs = np.empty(len(recorded.inputs), dtype=object)
    inputs[:] = recorded.inputs
    with ignore_domain():
        bounds = gradient_rounding(recorded.root, inputs)
    return np.where(np.isfinite(bounds), bounds, 0.0)


def _same(what: str, a: float, b: float, rtol: float, size: float, blur: float, of: str) -> None:
    """Raises GradientError where two numbers are further apart than allowed; infinities have to be the same one."""
    __tracebackhide__ = True
    allowed = rtol * size + UP_TO * math.ulp(size) + 4.0 * blur
    if a == b or abs(a - b) <= allowed < math.inf:
        return
    told = f"{what} is not the same: {a:.17g} and {b:.17g}"
    if not allowed < math.inf:
        raise GradientError(f"{told}\nOne of them, or a path to it, is infinite: they have to be equal.")
    raise GradientError(
        f"{told}, {_ulps(a, b):.2g} ulp apart\nThe difference is {abs(a - b):.3g}, and {allowed:.3g} is allowed: "
        f"{rtol:.3g} of {of}, {size:.3g}, and rounding."
    )


def _ulps(a: float, b: float) -> float:
    """How far apart they are, in units of the last place of the larger one."""
    return abs(a - b) / math.ulp(max(abs(a), abs(b)))
