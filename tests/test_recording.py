"""Recording: programs are short and compute what the graph does; what would be frozen is refused, and told."""

from __future__ import annotations

import asyncio
import copy
import gc
import linecache
import math
import pickle
import random
import sys
import threading
import weakref
from contextlib import contextmanager
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run
from strategies import points
from test_kinks import KINKS

import autograd
from autograd import (
    DomainError,
    RecordingError,
    Tape,
    Value,
    compile,
    cos,
    dot,
    exp,
    gc_paused,
    grad,
    hessian,
    is_recording,
    jacobian,
    jvp,
    log,
    maximum,
    mean,
    no_grad,
    ops,
    paths,
    relu,
    scope,
    sin,
    softmax,
    sqrt,
    tanh,
    total,
    vjp,
    where,
)
from autograd.modes import traced
from autograd.ops import TABLE
from autograd.replay import compiled, recording, simplify
from autograd.replay.guarded import Variant
from autograd.replay.program import Builder
from autograd.replay.recording import Watch, recorded

moderate = st.floats(-2.0, 2.0)


def names(f, *args, in_axes=None):
    """The operations of a recording, in order."""
    program = compile(f, in_axes=in_axes).tape(*args).program
    return [program.rows[code].name for code in program.codes]


# ---- what is recorded


def test_what_occurs_twice_is_computed_once():
    assert names(lambda x, y: (x * y + 1.0) / (x * y + 1.0 + y), 2.0, 3.0) == ["mul", "add", "add", "div"]
    assert names(lambda x: [sin(x), sin(x), x, sin(+x)], 2.0) == ["sin"]
    assert names(lambda xs: dot(xs, xs, 0.0) + dot(xs, xs, 0.0), [1.0, 2.0]) == ["dot", "add"]


def test_what_is_simplified_is_so_the_second_time_too():
    assert names(lambda x: x * exp(x) + x * x, 2.0) == ["exp", "mul", "square", "add"]
    assert names(lambda x: +exp(x) * +cos(x), 2.0) == ["exp", "cos", "mul"]


def test_what_no_result_needs_is_not_recorded():
    def f(x):
        log(x * 7.0)
        unused = [tanh(x) for _ in range(5)]
        return cos(x) + len(unused)

    assert names(f, 2.0) == ["cos", "add"]
    assert compile(f).tape(2.0).program.constants.tolist() == [5.0]


def test_numbers_are_folded():
    assert names(lambda x: Value(2.0) * Value(3.0) * x + total([Value(1.0), 2.0]), 2.0) == ["mul", "add"]
    assert names(lambda x: x * where(Value(1.0) > 0.0, 3.0, log(x)), 2.0) == ["mul"]
    assert compile(lambda x: exp(Value(0.0)) + softmax([Value(0.0), 0.0])[0])(5.0) == 1.5


def test_what_is_folded_is_what_values_compute():
    assert compile(lambda x: sqrt(Value(2.0)) * tanh(Value(0.1)))(0.0) == math.sqrt(2.0) * math.tanh(0.1)
    with pytest.raises(DomainError, match=r"log\(0\) is undefined"):  # what is not finite is left to the run
        compile(lambda x: x * log(Value(0.0)))(1.0)


NOTHING = {
    "x * 1": lambda x: x * 1,
    "1 * x": lambda x: 1.0 * x,
    "x + 0": lambda x: x + 0.0,
    "0 + x": lambda x: 0 + x,
    "x + -0": lambda x: x + -0.0,
    "x - 0": lambda x: x - 0.0,
    "x / 1": lambda x: x / 1.0,
    "x**1": lambda x: x**1,
    "+x": lambda x: +x,
    "sum([x])": lambda x: sum([x]),
    "where(1, x, log(x))": lambda x: where(1.0, x, log(x)),
    "where(0, log(x), x)": lambda x: where(0.0, log(x), x),
}
CHEAPER = {
    "x**2": (lambda x: x**2, "square"),
    "x * x": (lambda x: x * x, "square"),
    "x**-1": (lambda x: x**-1, "reciprocal"),
    "x * -1": (lambda x: x * -1.0, "neg"),
    "-1 * x": (lambda x: -1.0 * x, "neg"),
}
KEPT = {  # none of them is x, 0 or 1 for every x: nan, infinities, signs of 0
    "x * 0": lambda x: x * 0.0,
    "0 * x": lambda x: 0.0 * x,
    "x - x": lambda x: x - x,
    "x / x": lambda x: x / x,
    "0 - x": lambda x: 0.0 - x,
    "x**0": lambda x: x**0.0,
    "x**3": lambda x: x**3,
    "2**x": lambda x: 2.0**x,
    "1 / x": lambda x: 1.0 / x,
    "x * 2": lambda x: 2.0 * x,
    "total([x])": lambda x: total([x]),
}


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("number", [3.0, 0.0, -0.5])
def test_what_changes_nothing_is_no_instruction(name, number):
    assert names(NOTHING[name], number) == []
    assert compile(NOTHING[name])(number) == number


@pytest.mark.parametrize("name", CHEAPER)
def test_a_cheaper_operation_of_the_same_bits(name):
    f, cheaper = CHEAPER[name]
    assert names(f, 3.0) == [cheaper]
    numbers = np.random.default_rng(0).uniform(-9.0, 9.0, 50)
    assert compile(f)(numbers).tolist() == [f(Value(x)).data for x in numbers]


@pytest.mark.parametrize("name", KEPT)
def test_what_is_not_the_same_for_every_number_is_kept(name):
    assert len(names(KEPT[name], 3.0)) == 1


def test_zero_and_minus_zero_are_two_constants():
    f = compile(lambda x: [x / 0.0, x / -0.0])
    with autograd.ignore_domain():
        assert f(1.0) == [math.inf, -math.inf]


class PlainBuilder(Builder):
    """Simplifies nothing."""

    class Forgetful(dict):
        def __setitem__(self, key, node):
            pass

    def __init__(self, inputs):
        super().__init__(inputs)
        self.known = self.Forgetful()

    def append(self, op, operands, scope=0):
        return self.add((self.row(op), *operands), scope)


def disguised(x, draw):
    """x, with something around that changes nothing."""
    return draw.choice([lambda: x, lambda: +x, lambda: x * 1.0, lambda: 0.0 + x, lambda: x**1, lambda: x - 0.0])()


def repeated(program, xs, draw):
    """The program's result, computed twice, from numbers in disguise, beside what is not needed."""
    first, second = (run(program, [disguised(x, draw) for x in xs])[-1] for _ in range(2))
    tanh(first)
    return (first + second) * Value(0.5)


def both_ways(seed):
    """A random program, recorded as it is, and as it is with all simplifications: what each gives."""
    program, inputs = random_program(seed, length=40)

    def f(*xs):
        return repeated(program, xs, random.Random(seed))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "Builder", PlainBuilder)
        plain = compile(f, engine="numpy")
        plain.tape(*inputs)
    short = compile(f, engine="numpy")
    every = range(len(inputs))
    (found, gradient), (expected, others) = (c.value_and_grad(*inputs, argnums=every) for c in (short, plain))
    return len(short), len(plain), [found, *gradient], [expected, *others]


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_results_are_unchanged(seed):
    length, plain, found, expected = both_ways(seed)
    assert 2 * length < plain
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-14)


def test_a_wrong_simplification_would_be_noticed(monkeypatch):
    monkeypatch.setitem(simplify.CHEAPER, (ops.power, 1.0), ops.neg)
    monkeypatch.delitem(simplify.NEUTRAL_RIGHT, ops.power)
    with autograd.ignore_domain():
        _, _, found, expected = both_ways(3)
    assert found != pytest.approx(expected, rel=1e-3)


# ---- parameters and constants


def test_values_from_outside_are_parameters_read_at_every_run():
    w, b = Value(2.0, label="w"), Value(1.0)
    f = compile(lambda x: w * x + b)
    assert f(3.0) == 7.0
    w.data, b.data = 10.0, 0.5
    assert f(3.0) == 30.5 and len(f.tapes) == 1
    assert f.latest.captured == [w, b]
    assert "input w" in str(f) and "input parameter 1" in str(f)


def test_of_a_graph_outside_the_leaves_are_parameters():
    w = Value(2.0)
    doubled = w * 2.0
    f = compile(lambda x: doubled * x)
    f(1.0)
    w.data = 5.0
    assert f(1.0) == 10.0 and f.latest.captured == [w]


def test_values_made_inside_are_constants():
    f = compile(lambda x: x * Value(3.0, label="three"))
    assert f(2.0) == 6.0
    assert f.latest.captured == [] and f.latest.program.constants.tolist() == [3.0]


def test_arguments_that_are_values_are_read_as_numbers():
    w, x = Value(2.0), Value(3.0)
    f = compile(lambda a: a * w)
    assert (f(w), f(x), f(4.0)) == (4.0, 6.0, 8.0)


def test_an_array_that_f_writes_into_is_a_copy():
    def f(x):
        x[0] = x[0] * 10.0
        return x[0] + x[1]

    given = np.array([1.0, 2.0])
    assert compile(f, in_axes=None).value_and_grad(given)[0] == 12.0
    assert compile(f, in_axes=None).value_and_grad(given)[1].tolist() == [10.0, 1.0]
    assert given.tolist() == [1.0, 2.0]


def test_scopes_are_kept():
    def f(x):
        with scope("layer"), scope("unit"):
            return tanh(x)

    assert "tanh(%0)  # layer / unit" in str(compile(f).tape(1.0))


def test_a_scope_may_be_called_anything():
    f = compile(scope("two\nlines\0 and \u2028 more: '''")(lambda x: exp(x) * 2.0), engine="numpy")
    assert f(0.0) == 2.0 and f.value_and_grad(np.zeros(2))[1].tolist() == [2.0, 2.0]
    assert "exp(%0)  # two lines  and   more: '''" in str(f) and len(str(f).splitlines()) == 6


def test_the_numbers_of_the_first_sample_do_not_matter():
    """What has no number there may have one for others, and where(…) may not choose it."""
    f = compile(lambda x: where(x > 0.0, log(x), 0.0))
    assert f(np.array([-1.0, 1.0])).tolist() == [0.0, 0.0]
    assert math.isnan(compile(sin)(np.array([math.inf, 0.0]))[0])
    with pytest.raises(DomainError, match=r"^replay: sample 0: %1: log\(x = -1\) is undefined"):
        compile(lambda x: log(x))(np.array([-1.0, 1.0]))
    with pytest.raises(DomainError, match=r"^log\(0\) is undefined"):  # of numbers alone
        compile(lambda x: x * log(0.0))(1.0)


# ---- what is refused


def branches(x):
    return -x if x < 0 else x


def without_gradient(x):
    with no_grad():
        return x * x


def moves(x):
    x.data = 2.0


def goes_backward(x):
    (x * x).backward()


IF = r"a recording would freeze the answer: write where\(condition, a, b\)"
REFUSED = {
    "if": (branches, 1, "Python asks whether x < 0", IF),
    "while": (lambda x: [1 for _ in iter(lambda: bool(x), False)], 0, "Python asks whether x is not 0", IF),
    "not": (lambda x: not x, 0, "Python asks whether x is not 0", IF),
    "bool()": (lambda x: bool(x * 2), 0, "Python asks whether a Value is not 0", IF),
    "and": (lambda x: x and x * 2, 0, "Python asks whether x is not 0", IF),
    "chain": (lambda x: x if 0 < x < 1 else 0.0, 0, "Python asks whether x > 0", IF),
    "max": (lambda x: max(x, x * 2), 0, r"Python asks whether mul\(…\) > x", "maximum, minimum, clip"),
    "min": (lambda x: min(x, 3.0), 0, "Python asks whether x > 3", "maximum, minimum, clip"),
    "sorted": (lambda x: sorted([x, exp(x)]), 0, r"Python asks whether exp\(…\) < x", "guards=True"),
    "np.max": (lambda x: np.max([x, x * 2]), 0, "Python asks whether", IF),
    "np.sort": (lambda x: np.sort([x, x * 2]), 0, "Python asks whether", IF),
    "np.where": (lambda x: np.where(x > 0, x, 1.0), 0, "Python asks whether x > 0", IF),
    ".data": (lambda x: x.data * x, 0, r"v\.data", "would freeze a number: compute with v itself"),
    "detach": (lambda x: x.detach() * x, 0, r"v\.data", "compute with v itself"),
    ".data =": (moves, 1, r"setting v\.data", "set it outside of the function"),
    "local_derivatives": (lambda x: (x * x).local_derivatives[0], 0, r"v\.local_derivatives", r"write grad\(f\)\(v\)"),
    "paths": (lambda x: paths(x, x * x).total, 0, r"v\.local_derivatives", r"write grad\(f\)\(v\)"),
    "backward": (goes_backward, 1, r"backward\(\)", r"write grad\(f\)\(x\)"),
    "no_grad": (without_gradient, 2, r"no_grad\(\)", "leave it out: what needs no gradient costs none"),
    "== number": (lambda x: x == 0, 0, "v == w, which is False for any two Values,", r"write equal\(v, w\)"),
    "!= number": (lambda x: x != 0.0, 0, "v == w", r"write equal\(v, w\)"),
    "== Value": (lambda x: x == x * 2, 0, "v == w", "or `v is w`"),
    "in numbers": (lambda x: x in (1.0, 2.0), 0, "v == w", r"write equal\(v, w\)"),
    "np.float64 ==": (lambda x: np.float64(1.0) == x, 0, "v == w", r"write equal\(v, w\)"),
    "Fraction ==": (lambda x: x == Fraction(1, 2), 0, "v == w", r"write equal\(v, w\)"),
    "float": (lambda x: float(x), 0, r"float\(v\)", "write autograd.exp"),
    "math.exp": (lambda x: math.exp(x), 0, r"float\(v\), as math.exp\(v\) asks for it", r"write autograd.exp\(v\)"),
    "pickle": (lambda x: pickle.dumps(x), 0, "a copy of a Value", "compute with the Value itself"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_line_and_the_remedy(name):
    f, offset, what, remedy = REFUSED[name]
    with pytest.raises(RecordingError, match=rf"^recording: {what}") as caught:
        compile(f)(0.5)
    assert f"(at {__file__}:{f.__code__.co_firstlineno + offset})" in str(caught.value)
    with pytest.raises(TypeError, match=remedy):  # RecordingError is one
        compile(f)(0.5)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_refused(copied):
    w = Value(2.0)
    with pytest.raises(RecordingError, match=r"a copy of a Value .* compute with the Value itself"):
        compile(lambda x: x * copied(w))(1.0)


@pytest.mark.parametrize("name", ["if", ".data", "backward", "no_grad", "== number", "math.exp"])
def test_after_a_refusal_values_are_as_before(name):
    with pytest.raises(RecordingError):
        compile(REFUSED[name][0])(0.5)
    x = Value(2.0)
    assert (x > 1.0) is True and (x == 2.0) is False and bool(x) and x.data == 2.0 and not is_recording()
    (x * x).backward()
    assert x.grad == 4.0


@pytest.mark.parametrize("name", [".data", "== number", "no_grad", "float", "backward"])
def test_guards_allow_branches_and_nothing_else(name):
    with pytest.raises(RecordingError):
        compile(REFUSED[name][0], guards=True)(0.5)


def test_the_line_is_that_of_the_innermost_call():
    def inner(x):
        return helper(x)

    def helper(x):
        return 1.0 if x > 0 else x

    with pytest.raises(RecordingError, match=f":{helper.__code__.co_firstlineno + 1}\\)"):
        compile(lambda xs: [inner(x) for x in xs])([1.0])
    with pytest.raises(RecordingError, match=f":{helper.__code__.co_firstlineno + 1}\\)"):
        compile(lambda x: grad(inner)(x))(1.0)


def test_what_needs_no_number_is_allowed():
    def f(x):
        assert is_recording() and x is not None and isinstance(x, Value) and x != "text" and x in [x, 1.0]
        x.label = f"x, of type {type(x).__name__}"
        return {x: x * 2}[x]

    assert compile(f)(2.0) == 4.0 and not is_recording()


def test_results_have_to_be_numbers():
    with pytest.raises(TypeError, match=r"^a result: set .* is not a real number"):
        compile(lambda x: {x})(1.0)
    with pytest.raises(TypeError, match=r"^a result: generator .* is not a real number"):
        compile(lambda x: [(y for y in [x])])(1.0)
    assert compile(lambda x: (1, True, None, "text", np.float64(2.0)))(1.0) == (1.0, True, None, "text", 2.0)


# ---- conditions


def test_comparisons_are_operations():
    assert names(lambda x, y: [x < y, x <= y, x > 1, x >= 1], 1.0, 2.0) == [
        "less",
        "less_equal",
        "greater",
        "greater_equal",
    ]
    f = compile(lambda x: [x < 1, x <= 1, x > 1, x >= 1, autograd.equal(x, 1.0)])
    assert [y.tolist() for y in f(np.array([0.0, 1.0, 2.0]))] == [[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0]]


def test_conditions_are_joined():
    x, y = (grid.ravel() for grid in np.meshgrid([-1.0, 0.0, 2.0], [-3.0, 0.0, 1.0, 5.0]))
    inside = compile(lambda x, y: where((x > 0) & (y > 0) & (y < x + 2), x * y, 0.0))
    either = compile(lambda x, y: where((x > 0) | (True & (y >= x)) | False, x, y))
    assert inside(x, y).tolist() == np.where((x > 0) & (y > 0) & (y < x + 2), x * y, 0.0).tolist()
    assert either(x, y).tolist() == np.where((x > 0) | (y >= x), x, y).tolist()
    assert inside.value_and_grad(2.0, 3.0, argnums=(0, 1)) == (6.0, (3.0, 2.0))
    guarded = compile(lambda x, y: x if (x > 0) & (y > 0) else y * 3, guards=True)
    assert guarded(x, y).tolist() == np.where((x > 0) & (y > 0), x, y * 3).tolist()


@pytest.mark.parametrize("other", [lambda x: x, lambda x: 1, lambda x: x > 0, lambda x: [1.0], lambda x: np.array([x])])
def test_only_conditions_are_joined(other):
    with pytest.raises(TypeError, match="&"):
        compile(lambda x: where(x & other(x), x, 0.0))(1.0)
    with pytest.raises(TypeError, match=r"\|"):
        Value(1.0) | Value(0.0)


def test_where_chooses_for_each_sample():
    f = compile(lambda x: where(x > 0, x * x, -x))
    assert f(np.array([3.0, -2.0, 0.0])).tolist() == [9.0, 2.0, 0.0]
    assert f.value_and_grad(np.array([3.0, -2.0, 0.0]))[1].tolist() == [6.0, -1.0, -1.0]
    inside = compile(lambda x: (x > 0) * (x < 1) * 5.0)
    assert inside(np.array([-1.0, 0.5, 1.0])).tolist() == [0.0, 5.0, 0.0]


# ---- guards


def collatz(x):
    steps = 0
    while x > 1.0:
        x = 3.0 * x + 1.0 if sin(math.pi / 2.0 * x) > 0.5 else x / 2.0 + 0.1
        steps += 1
        if steps == 4:
            break
    return x * steps


def middle(xs):
    return sorted(xs)[1] * max(xs) - min(xs[0], 0.0)


def clipped(x):
    assert x < 100.0
    return x**3 if x and not x < 0 else x / 2.0


GUARDED = [(collatz, 1), (middle, 3), (clipped, 1)]


def samples(count):
    """Numbers for `count` inputs."""
    return [column for column in np.random.default_rng(1).uniform(-3.0, 6.0, (count, 40)).round(2)]


@pytest.mark.parametrize("f, count", GUARDED, ids=["while", "sorted", "assert"])
def test_guarded_each_sample_takes_its_own_branches(f, count):
    columns = samples(count)
    given = columns[0] if count == 1 else columns
    compiled = compile(f, guards=True)
    value, gradient = compiled.value_and_grad(given)
    moves = np.ones(40) if count == 1 else [np.full(40, k + 1.0) for k in range(count)]
    _, rates = compiled.jvp((given,), (moves,))
    second = compiled.hvp((given,), (moves,))
    for k in range(40):
        one, move = ([c[k] for c in cs] if count > 1 else cs[k] for cs in (given, moves))
        expected = autograd.value_and_grad(f)(one)
        assert value[k] == pytest.approx(expected[0], rel=1e-14)
        assert np.array(gradient).T[k] == pytest.approx(expected[1], rel=1e-14)
        assert rates[k] == pytest.approx(jvp(f, (one,), (move,))[1], rel=1e-13, abs=1e-14)
        assert np.array(second).T[k] == pytest.approx(autograd.hvp(f, (one,), (move,)), rel=1e-13, abs=1e-13)
        assert compiled(one) == pytest.approx(expected[0], rel=1e-14)
    assert len(compiled.tapes) == 1 and len(compiled.latest.runs.variants) > 1


def test_guarded_gradients_of_what_samples_share_are_summed():
    def f(w, x):
        return w * x if x > 0 else w * w  # where no sample matters

    x, weights = np.array([1.0, -2.0, 3.0, -1.0]), np.array([1.0, 10.0, 100.0, 1000.0])
    compiled = compile(f, guards=True)
    each = np.array([1.0, 4.0, 3.0, 4.0])
    assert compiled.value_and_grad(2.0, x)[1] == each.sum()
    assert compiled.value_and_grad(2.0, x, gradient=weights)[1] == each @ weights
    assert compiled.value_and_grad(2.0, x, per_sample=True)[1].tolist() == each.tolist()
    assert compiled.jvp((2.0, x), (1.0, 0.0))[1].tolist() == each.tolist()
    assert compiled.hvp((2.0, x), (1.0, 0.0))[0] == 4.0


def test_guarded_results_may_be_constants_on_a_branch():
    f = compile(lambda x: [x, 1.0] if x > 0 else [2.0, x], guards=True)
    assert [y.tolist() for y in f(np.array([5.0, -1.0]))] == [[5.0, 2.0], [1.0, -1.0]]
    for other in (lambda x: [x], lambda x: np.array([x, x]), lambda x: None):
        with pytest.raises(ValueError, match="<lambda> returns results of another shape on another branch"):
            compile(lambda x: other(x) if x > 0 else x, guards=True)(np.array([1.0, -1.0]))  # noqa: B023, called in the same turn


def test_samples_that_branch_alike_share_a_recording():
    f = compile(lambda x: x * 2.0 if x else x + 5.0, guards=True)
    assert f(np.array([1.0, -1.0, 2.0, -0.5])).tolist() == [2.0, -2.0, 4.0, -1.0]
    assert len(f.latest.runs.variants) == 1
    assert f(np.array([0.0, -1.0, -0.0])).tolist() == [5.0, -2.0, 5.0] and len(f.latest.runs.variants) == 2


def test_a_condition_may_be_too_close_to_call(monkeypatch):
    """Where the engine says other than Values that a branch is not taken, the recording of that sample counts."""
    f = compile(lambda x: x * 2.0 if x > 1.0 else -x, guards=True)
    monkeypatch.setattr(Variant, "holds", lambda self, given: np.zeros(given.batch.shape[1], dtype=bool))
    assert f(np.array([2.0, 0.5, 3.0])).tolist() == [4.0, -0.5, 6.0]


def test_guards_read_parameters():
    w = Value(1.0)
    f = compile(lambda x: x if x < w else w * x, guards=True)
    assert f(np.array([0.5, 2.0])).tolist() == [0.5, 2.0]
    w.data = 5.0
    assert f(np.array([0.5, 2.0, 6.0])).tolist() == [0.5, 2.0, 30.0]


def test_guards_in_errors():
    f = compile(lambda x: log(x) if x < 1.0 else sqrt(3.0 - x), guards=True)
    with pytest.raises(DomainError, match=r"^replay: sample 2: %\d: sqrt\(-2\) is undefined"):
        f(np.array([0.5, 2.0, 5.0]))
    g = compile(lambda x: x * 2.0 if x > 0 else sqrt(x) * sqrt(x), guards=True)
    with pytest.raises(DomainError, match=r"^replay: sample 1: %\d: sqrt\(x = 0\) has derivative inf in x"):
        g.value_and_grad(np.array([1.0, 0.0]))


def test_guarded_tapes_are_neither_saved_nor_lowered(tmp_path):
    f = compile(branches, guards=True)
    f(1.0)
    with pytest.raises(ValueError, match="not saved, for with guards it is as many recordings as samples ask for"):
        f.save(tmp_path / "tape.json")
    with pytest.raises(ValueError, match="to_jax: with guards"):
        f.to_jax()


# ---- derivatives inside


@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: f"{kink.name}{kink.operands}")
def test_a_derivative_inside_at_a_kink_is_the_one_chosen(kink):
    """Recorded at a kink, and replayed away from it; and the other way round."""
    op = TABLE[kink.name]
    every = range(len(kink.operands))
    smooth = [xs for xs in points(op) if len(xs) == len(kink.operands)]
    for order in ([*smooth, kink.operands], [kink.operands, *smooth]):
        f = compile(lambda *xs: grad(op, every)(*xs))
        with autograd.ignore_domain():
            for xs in order:
                assert f(*xs) == pytest.approx(grad(op, every)(*xs), rel=1e-15)
            assert f(*kink.operands) == kink.chosen


@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_derivatives_inside_are_those_outside(seed):
    program, inputs = random_program(seed, length=30)

    def f(xs):
        return run(program, xs)[-1]

    scale = np.abs(hessian(f)(inputs)).max() + 1.0
    assert compile(lambda xs: grad(f)(xs))(inputs) == pytest.approx(grad(f)(inputs), rel=1e-12, abs=1e-13)
    assert np.abs(np.subtract(compile(lambda xs: hessian(f)(xs))(inputs), hessian(f)(inputs))).max() < 1e-12 * scale


def test_a_hessian_inside_at_a_kink():
    f = compile(lambda x: grad(grad(lambda t: relu(t) ** 3 + abs(t) * t))(x))
    assert f(np.array([2.0, -7.0, 0.0])).tolist() == [14.0, -2.0, 0.0]
    g = compile(lambda x: hessian(lambda t: where(t[0] > t[1], t[0] ** 3, t[1]))([x, 1.0])[0][0])
    assert g(np.array([2.0, 0.5])).tolist() == [12.0, 0.0]


def test_forward_and_reverse_inside():
    assert compile(lambda x, t: jvp(lambda a: a**3, (x,), (t,))[1])(2.0, 10.0) == 120.0
    assert compile(lambda x: vjp(lambda a, b: [a * b, a], x, 3.0)[1]([1.0, x]))(2.0) == (5.0, 2.0)
    assert compile(lambda x: jacobian(lambda a: [a[0] * a[1], a[1]])([x, 3.0]))(2.0) == [[3.0, 2.0], [0.0, 1.0]]


@pytest.mark.parametrize("derivative", [grad, jacobian, lambda f: lambda t: jvp(f, (t,), (1.0,))[1]])
def test_a_derivative_inside_at_a_number_depends_on_what_is_around(derivative):
    f = compile(lambda x: derivative(lambda t: t * t * x)(3.0))
    assert (f(1.0), f(10.0)) == (6.0, 60.0)


def test_derivatives_of_a_compiled_function_are_those_of_the_function():
    f = compile(lambda x: x**3)
    assert (f(2.0), grad(f)(2.0), hessian(f)(2.0), jvp(f, (2.0,), (1.0,))) == (8.0, 12.0, 12.0, (8.0, 12.0))
    assert grad(lambda w: compile(lambda x: w * x)(3.0))(2.0) == 3.0  # w is its parameter


def test_a_compiled_function_inside_another_is_recorded_with_it():
    w = Value(10.0)
    inner = compile(lambda x: x * x + w)
    inner(1.0)
    outer = compile(lambda x: inner(x) * 2.0)
    assert (outer(1.0), outer(3.0)) == (22.0, 38.0)
    w.data = 0.0
    assert outer(3.0) == 18.0
    assert compile(inner)(3.0) == 9.0
    pairs = compile(lambda x: compile(lambda v: v[0] * v[1], in_axes=None)(x))
    assert pairs(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [2.0, 12.0]
    with pytest.raises(RecordingError, match="with an array x, whose first axis is that of samples: call it for each"):
        compile(lambda x: inner(x))(np.ones((3, 2)))


def test_what_a_tape_computes_is_refused_inside():
    x = Value(2.0)
    tape = Tape.record(x * x, inputs=x)
    f = compile(lambda x: x * x)
    for g in (tape, f.value_and_grad, tape.value_and_grad, lambda x: tape.jvp((x,), (1.0,))):
        with pytest.raises(RecordingError, match=r"what a tape computes .* call the function that was recorded"):
            compile(lambda x: g(x))(2.0)  # noqa: B023, called in the same turn
        with pytest.raises(TypeError, match="is a Value of a derivative, which a tape would cut off"):
            grad(lambda x: g(x))(2.0)  # noqa: B023, called in the same turn


# ---- threads and tasks


@contextmanager
def elsewhere(work):
    """While the block runs, another thread does `work`, and has to succeed."""
    errors = []

    def guarded():
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    yield
    thread.join(10)
    assert not thread.is_alive() and errors == []


def test_a_recording_is_of_one_thread():
    inside, done = threading.Event(), threading.Event()

    def values():
        assert inside.wait(10)
        x = Value(2.0)
        assert (x > 1.0) is True and x.data == 2.0 and not is_recording()
        (x * x).backward()
        assert x.grad == 4.0
        done.set()

    def f(x):
        inside.set()
        assert done.wait(10)
        return x * 3.0 if isinstance(x > 1.0, Value) else x

    with elsewhere(values):
        assert compile(f)(2.0) == 6.0


def test_threads_record_graphs_that_share_parameters():
    w = [Value(float(k)) for k in range(20)]
    results = {}

    def record(n):
        results[n] = compile(lambda x: total([v * x + n for v in w]))(2.0)

    threads = [threading.Thread(target=record, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: 380.0 + 20 * n for n in range(8)}


def test_a_recording_is_of_one_task():
    async def recorder(events):
        with traced(Watch()):
            x = Value(1.0)
            events[0].set()
            await events[1].wait()
            with pytest.raises(RecordingError):
                bool(x > 0.0)

    async def other(events):
        await events[0].wait()
        assert (Value(1.0) > 0.0) is True and not is_recording()
        events[1].set()

    async def main():
        events = asyncio.Event(), asyncio.Event()
        await asyncio.gather(recorder(events), other(events))

    asyncio.run(asyncio.wait_for(main(), 10))


# ---- afterwards


def test_values_of_a_recording_are_values_afterwards():
    kept = []

    def f(x):
        kept.extend([x, x * x * Value(3.0)])
        return kept[-1]

    assert compile(f)(2.0) == 12.0
    x, y = kept
    y.backward()
    assert (y.data, x.grad, x.label) == (12.0, 12.0, "x") and (y > x) is True
    assert Tape.record(y, inputs=x)(5.0) == 75.0
    assert pickle.loads(pickle.dumps(y)).data == 12.0


def test_a_failure_in_the_function_leaves_nothing_behind():
    def fails(x):
        raise KeyError("of the user")

    f = compile(fails)
    with pytest.raises(KeyError, match="of the user"):
        f(1.0)
    assert f.tapes == [] and not is_recording() and (Value(1.0) > 0.0) is True


def test_deep_and_wide_graphs_are_recorded():
    x = Value(0.5)
    y = x
    for _ in range(2_000):
        y = y * 0.99 + 0.005
    tape = Tape.record([y, mean([x * float(k) for k in range(5000)]), maximum(x, y)], inputs=x, engine="numpy")
    assert tape(0.5) == pytest.approx([y.data, 0.5 * 2499.5, max(0.5, y.data)], rel=1e-12)


def test_inputs_that_are_results_cut_the_graph():
    x = Value(2.0)
    h = x * 3.0
    assert recorded([h + 1.0], [h]).captured == []
    assert Tape.record(h * h, inputs=h)(10.0) == 100.0


def test_arguments_of_a_function_that_does_not_tell_their_names():
    with pytest.raises(RecordingError, match="Python asks whether argument 1 > argument 0 "):
        compile(max)(1.0, 2.0)


def test_a_prepared_step_follows_branches():
    f = compile(lambda w, x: w * x if w > 0 else w * w * x, in_axes=(None, 0), guards=True)
    w, x = np.array(2.0), np.array([1.0, 3.0])
    step = f.prepare(w, x)
    assert [np.asarray(x).tolist() for x in step()] == [[2.0, 6.0], 4.0]
    w[...] = -2.0
    assert [np.asarray(x).tolist() for x in step()] == [[4.0, 12.0], -16.0]


# ---- memory


def branching(x):
    with scope("part"):
        return where((x > 0.0) & (x < 1.0), sin(x), -x) if x > 0.1 else x


def test_what_was_recorded_is_freed_without_the_collector():
    f = compile(branching, guards=True, engine="numpy")
    f(0.5)
    gc.collect()
    with gc_paused():
        before = sum(isinstance(x, Value) for x in gc.get_objects())
        compile(branching, guards=True, engine="numpy")(np.array([0.5, -0.5]))
        Tape.record([Value(0.5) * 2.0, {"y": sin(Value(0.5))}])
        assert sum(isinstance(x, Value) for x in gc.get_objects()) == before


def test_arguments_are_freed_without_the_collector():
    f, x = compile(lambda given: given["x"] * 2.0, engine="numpy"), np.array([0.5, -0.5])
    f({"x": x})
    gc.collect()
    with gc_paused():
        before = sys.getrefcount(x)
        f({"x": x})
        assert sys.getrefcount(x) == before


def test_the_memory_of_runs_is_freed_without_the_collector():
    f = compile(lambda x: sin(x) * x, engine="numpy")
    f.value_and_grad(np.zeros(50))
    ((_, engine),) = f.tapes[0].runs._engines.values()
    memory = weakref.ref(engine._free[0])
    gc.collect()
    with gc_paused():
        del f, engine, _
        assert memory() is None


def test_the_lines_of_code_go_with_the_code():
    def lines():
        gc.collect()
        return {name for name in linecache.cache if name.startswith("<autograd replay")}

    before = lines()
    first, again = (compile(lambda x: sin(cos(sin(x)) * x), engine="numpy") for _ in range(2))
    first(0.5), again(0.5)
    assert len(lines() - before) == 1
    del first
    assert len(lines() - before) == 1
    del again
    assert lines() == before


def test_the_latest_recordings_are_kept(monkeypatch):
    monkeypatch.setattr(compiled, "KEPT", 3)
    f = compile(lambda xs: total(xs), engine="numpy")
    assert [f([1.0] * n) for n in range(1, 6)] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert [len(tape.inputs.leaves) for tape in f.tapes] == [3, 4, 5]
    assert f([1.0]) == 1.0 and len(f.tapes) == 3


def test_from_results_of_operations_on():
    """What they come from is not recorded; what is beside them is."""
    a, w = Value(2.0, label="a"), Value(5.0, label="w")
    h = a * 3.0
    z = h * w
    tape = Tape.record(tanh(z) + z, inputs=[h])
    expected = tanh(Value(1.25)) + 1.25
    assert tape([0.25]) == expected.data
    assert [line.split(" = ")[-1] for line in str(tape).splitlines()[3:6]] == ["mul(%0, %1)", "tanh(%2)", "add(%3, %2)"]
    w.data = 2.0
    assert tape([0.25]) == math.tanh(0.5) + 0.5
