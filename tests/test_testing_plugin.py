"""pytest --gradcheck: wrong backward passes fail the tests they are in, right ones are counted."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

import autograd
from autograd import (
    Value,
    check_gradient,
    compile,
    cos,
    exp,
    functional,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    relu,
    sin,
    tanh,
    value_and_grad,
    vjp,
    zero_grad,
)
from autograd.graph import backpropagate
from autograd.ops import define
from autograd.testing.assertions import GradientError
from autograd.testing.backward import Passes
from autograd.testing.counts import Counts

pytest_plugins = "pytester"
pytestmark = [pytest.mark.no_gradcheck, pytest.mark.usefixtures("table")]

WRONG = """
    import pytest
    from autograd import Value, tanh
    from autograd.ops import define

    def wrong(x):
        cube = define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
        cube(tanh(x) * 0.0 + x).backward()
"""
RIGHT = """
    from autograd import Value, tanh

    def test_right():
        x = Value(0.5)
        tanh(x * x).backward()
        assert x.grad > 0.0
"""


@pytest.fixture
def run(pytester):
    """Runs tests of this text by pytest with the plugin, and `--gradcheck` unless told otherwise."""

    def runner(text, *options):
        pytester.makepyfile(text)
        return pytester.runpytest_inprocess("-p", "autograd.testing.option", "-p", "no:cacheprovider", *options)

    return runner


def body(*lines):
    return WRONG + "".join(f"\n    {line}" for line in lines)


# ---- the plugin


def test_right_passes_are_counted(run):
    result = run(RIGHT, "--gradcheck")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["gradcheck: 1 backward() call checked, 2 operations"])


def test_a_wrong_pass_fails_its_test_with_the_report(run):
    result = run(body("def test_it():", "    wrong(Value(0.5))"), "--gradcheck")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "*GradientError: backward() of a graph of 4 operations is wrong:",
        "E*cube(0.5): ∂y/∂a = 2 · a · a gives 0.5, differences of the operation give 0.75",
        "gradcheck: 1 backward() call checked, 4 operations",
    ])  # fmt: skip


def test_a_test_that_catches_the_error_fails_too(run):
    lines = ["def test_it():", "    with pytest.raises(AssertionError):", "        wrong(Value(0.5))"]
    result = run(body(*lines), "--gradcheck")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["gradcheck: the error was caught, but backward() of a graph of 4 operations is wrong:"]
    )


@pytest.mark.parametrize(("first", "last"), [("wrong(x)", "pass"), ("pass", "wrong(x)")])
def test_fixtures_are_watched(run, first, last):
    tries = [[f"    try: {what}", "    except AssertionError: pass"] for what in (first, last)]
    fixture = ["@pytest.fixture", "def x():", "    x = Value(0.5)", *tries[0], "    yield", *tries[1]]
    outcomes = {"errors": 1, "passed": int(last != "pass")}
    run(body(*fixture, "def test_it(x): pass"), "--gradcheck").assert_outcomes(**outcomes)


def test_an_error_in_a_thread_fails_the_test(run):
    caught = ["    try: wrong(Value(0.5))", "    except AssertionError: pass"]
    thread = ["    thread = threading.Thread(target=work)", "    thread.start()", "    thread.join()"]
    text = body("import threading", "def work():", *caught, "def test_it():", *thread)
    run(text, "--gradcheck").assert_outcomes(failed=1)


def test_a_marked_test_is_left_out(run):
    text = body("@pytest.mark.no_gradcheck", "def test_it():", "    wrong(Value(0.5))")
    result = run(
        text + "\n    def test_after():\n        Value(1.0).exp().backward()", "--gradcheck", "--strict-markers"
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["gradcheck: 1 backward() call checked, 1 operation"])


def test_without_the_option_nothing_is_checked(run):
    result = run(body("@pytest.mark.no_gradcheck", "def test_it():", "    wrong(Value(0.5))"), "--strict-markers")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("gradcheck*")


def test_large_graphs_are_sampled(run):
    result = run(RIGHT.replace("x * x", "x * x * x"), "--gradcheck", "--gradcheck-most=2")
    told = "1 backward() call checked, 2 operations; left out: 1 beyond the limit (raise --gradcheck-most)"
    result.stdout.fnmatch_lines([f"gradcheck: {told}"])


def test_where_nothing_was_checked_the_reason_is_told(run):
    text = "from autograd import compile\ndef test_it(): compile(lambda x: x * x).value_and_grad(2.0)"
    result = run(text, "--gradcheck")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["gradcheck: nothing was checked: no test called backward(), *compile() made replays*"])


def test_the_help_names_what_is_checked_and_what_is_not(run):
    told = " ".join(run(RIGHT, "--help").stdout.str().split())
    assert "check every backward() of the tests numerically, and the graphs of grad, jacobian and the like" in told
    assert "Not checked: what autograd.compile replays" in told
    assert "check N operations of a larger graph (2000 if not given), one of each kind first" in told


def test_a_wrong_derivative_of_a_function_fails_its_test(run):
    wrong = ["        cube = define('cube', lambda a: a * a * a, lambda y, a: 2.0 * a * a)"]
    lines = ["from autograd import grad", "def test_it():", *wrong, "        grad(lambda x: cube(x) + x)(0.5)"]
    result = run(body(*(line.removeprefix("    ") if line[0] == " " else line for line in lines)), "--gradcheck")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "E*GradientError: a derivative of a graph of 2 operations is wrong:",
        "E*cube(0.5): ∂y/∂a = 2 · a · a gives 0.5, differences of the operation give 0.75",
        "gradcheck: 1 call of grad and the like checked, 2 operations",
    ])  # fmt: skip


@pytest.mark.parametrize("count", ["0", "few"])
def test_a_limit_that_is_none(run, count):
    result = run(RIGHT, f"--gradcheck-most={count}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--gradcheck-most: '{count}' is no number of operations to check: give 1 or more"])


def test_value_is_as_it_was_afterwards(run):
    before = Value.backward
    run(RIGHT, "--gradcheck")
    assert Value.backward is before


def test_workers_hand_their_counts_on():
    """As pytest-xdist does: a worker's counts lie in what it sends at its end."""
    from types import SimpleNamespace

    from autograd.testing.plugin import GradCheck

    worker, head = GradCheck(2000), GradCheck(2000)
    try:
        tanh(Value(0.5)).backward()
        config = SimpleNamespace(workeroutput={})
        worker.pytest_sessionfinish(SimpleNamespace(config=config))
        before = head.passes.counts.passes
        head.pytest_testnodedown(config)
        head.pytest_testnodedown(SimpleNamespace())
        assert head.passes.counts.passes == before + worker.passes.counts.passes == before + 1
    finally:
        head.pytest_unconfigure()
        worker.pytest_unconfigure()


def test_without_the_option_nothing_is_checked_or_loaded_for_it():
    code = "import autograd.testing.option, sys; print(*{'hypothesis', 'autograd.testing.plugin'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


# ---- what it checks


@pytest.fixture
def passes():
    with Passes() as passes:
        yield passes


def counted(**counts):
    return Counts(**counts).to_dict()


def test_gradients_add_up_over_passes_and_blocks(passes):
    x, y = Value(0.5), Value(-2.0)
    for _ in range(3):
        (tanh(x * y) + relu(x) * x).backward(2.0)
    with no_grad():
        (x * 1.0).backward()
    zero_grad([x, y])
    exp(x).backward(gradient=-1.0)
    assert passes.counts.to_dict() == counted(passes=5, operations=16)


def test_assigning_for_adding_is_caught(passes, monkeypatch):
    def assigning(root, interior, gradient):
        backpropagate(root, interior, gradient)
        for node in reversed(interior):
            for parent, local in node.edges():
                parent.grad = local * node.grad

    monkeypatch.setattr("autograd.value.backpropagate", assigning)
    x = Value(3.0, label="x")
    told = r"x has grad 3, but the products of local derivatives along all paths sum to 7"
    with pytest.raises(GradientError, match=told):
        (x + x * x).backward()


def test_a_gradient_that_is_not_kept_is_caught(passes, monkeypatch):
    def forgetful(root, interior, gradient):
        for leaf in {p for node in interior for p in node.parents if p.op is None}:
            leaf.grad = 0.0
        backpropagate(root, interior, gradient)

    x = Value(3.0)
    (x * x).backward()
    monkeypatch.setattr("autograd.value.backpropagate", forgetful)
    with pytest.raises(GradientError, match=r"an input, 3, has grad 6 \(it was 6 before\), but .* sum to 6"):
        (x * x).backward()


def test_an_interior_gradient_of_an_earlier_pass_is_caught(passes, monkeypatch):
    def stale(root, interior, gradient):
        before = interior[0].grad
        backpropagate(root, interior, gradient)
        interior[0].grad += before

    monkeypatch.setattr("autograd.value.backpropagate", stale)
    y = tanh(exp(Value(0.1)))
    y.backward()
    with pytest.raises(GradientError, match=r"exp\(0.1\) has grad"):
        y.backward()


def test_operands_that_were_moved_since_are_left_out(passes):
    x, w = Value(0.5), Value(0.0)
    y = tanh(x) + x * w
    x.data = 3.0
    y.backward()
    assert passes.counts.to_dict() == counted(passes=1, operations=1, moved=2)
    assert str(passes.counts).endswith("1 operation; left out: 2 whose operands' .data was changed since")


def test_kinks_pass_and_jumps_are_counted_as_unsure(passes):
    x = Value(0.0)
    (relu(x) + abs(x)).backward()
    assert passes.counts.unsure == 0
    (x.step() + x.sign()).backward()
    assert passes.counts.unsure == 2 and "2 too noisy or not smooth enough to tell" in str(passes.counts)


def test_check_gradient_judges_for_itself(passes):
    cube = define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    assert not check_gradient(cube, 0.5)
    assert passes.counts.passes == 0 and passes.wrong == []


def test_errors_of_backward_are_its_own(passes):
    with pytest.raises(ValueError, match="the gradient from above is nan"):
        Value(1.0).exp().backward(float("nan"))
    with pytest.raises(autograd.DomainError):
        exp(Value(float("inf"))).backward()
    assert passes.counts.passes == 0


def test_a_sample_is_the_same_every_time_and_finds_what_is_in_it():
    cube = define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    told = []
    for _ in range(2):
        with Passes(most=20) as passes, pytest.raises(GradientError) as caught:
            sum(cube(Value(k / 100)) for k in range(100)).backward()
        assert (passes.counts.operations, passes.counts.too_many) == (20, 179)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "(and " in told[0]


def test_a_long_training_is_sampled_and_a_new_test_is_not():
    with Passes(most=3) as passes:
        for _ in range(50):
            tanh(Value(0.5) * 2.0 * 2.0).backward()
        assert (passes.counts.operations, passes.counts.too_many) == (60 + 30 * 2, 30)
        passes.begin(resting=False)
        tanh(Value(0.5) * 2.0 * 2.0).backward()
        assert (passes.counts.operations, passes.counts.too_many) == (120 + 3, 30)


@pytest.mark.parametrize("place", [0, 4_500, 8_999])
def test_the_one_operation_of_its_kind_is_in_every_sample(place):
    flipped = define("flipped", lambda a: sin(a), lambda y, a: -cos(a))
    y = Value(0.5)
    for k in range(9_000):
        y = flipped(y) if k == place else sin(y) + 0.1
    with Passes() as passes, pytest.raises(GradientError, match=r"flipped\(.*gives -0\..* give 0\."):
        y.backward()
    assert (passes.counts.operations, passes.counts.too_many) == (2_000, 15_999)


def test_operands_tell_kinds_of_one_operation_apart():
    """A power of a constant has not the derivative that is wrong in powers by a constant."""
    power = define("pow2", lambda a, b: a**b, lambda y, a, b: b * a ** (b - 1.0), lambda y, a, b: y)
    y = sum([power(Value(0.5), 2.0) for _ in range(50)], start=power(2.0, Value(0.5)))
    with Passes(most=1) as passes, pytest.raises(GradientError, match=r"pow2\(2, 0.5\): ∂y/∂b = y gives"):
        y.backward()
    assert passes.counts.operations == 3


# ---- derivatives of functions


@pytest.mark.parametrize(
    ("derivative", "graphs"),
    [
        (lambda f: grad(f)([0.5, 2.0]), 1),
        (lambda f: value_and_grad(f)([0.5, 2.0]), 1),
        (lambda f: vjp(f, [0.5, 2.0])[1](1.0), 1),
        (lambda f: jvp(f, ([0.5, 2.0],), ([1.0, 0.0],)), 1),
        (lambda f: jacobian(lambda xs: [f(xs), xs[0]])([0.5, 2.0]), 1),
        (lambda f: hessian(f)([0.5, 2.0]), 2),
        (lambda f: hvp(f, ([0.5, 2.0],), ([1.0, 0.0],)), 2),
    ],
    ids=["grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian", "hvp"],
)
def test_graphs_of_derivatives_are_checked(passes, derivative, graphs):
    cube = define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    derivative(lambda xs: tanh(xs[0]) * xs[1] * xs[1])
    counts = passes.counts
    assert (counts.passes, counts.derivatives, counts.too_many + counts.moved + counts.unsure) == (0, graphs, 0)
    assert counts.operations >= 3 * graphs
    with pytest.raises(GradientError, match=r"a derivative of a graph of 2 operations is wrong:\ncube\(0\.5\)"):
        derivative(lambda xs: cube(xs[0]) * xs[1])


def test_of_a_function_only_what_lies_between_is_checked(passes):
    cube = define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    held = cube(Value(0.5))
    assert grad(lambda x: x * held)(2.0) == grad(lambda x: (x * held).data * x)(1.0) == 0.125
    assert grad(lambda x: 1.0)(2.0) == 0.0
    assert passes.counts.to_dict() == counted(derivatives=3, operations=2)


def test_functions_that_are_recorded_or_checked_are_not_counted(passes):
    assert compile(lambda x: grad(tanh)(x) * x)(0.0) == 0.0
    assert check_gradient(lambda x: grad(tanh)(x) * x, 0.5)
    assert passes.counts.to_dict() == counted()


def test_errors_of_derivatives_are_their_own(passes):
    with pytest.raises(autograd.DomainError, match="log"):
        grad(autograd.log)(0.0)
    with pytest.raises(autograd.DomainError, match="is inf"):
        grad(exp)(float("inf"))
    with autograd.ignore_domain():
        assert grad(autograd.log)(0.0) == float("inf")
    assert passes.wrong == []


def test_functions_are_as_they_were_afterwards():
    before = functional._call
    with Passes():
        assert functional._call is not before
    assert functional._call is before


def test_threads_are_counted_together(passes):
    threads = [threading.Thread(target=lambda: tanh(Value(0.5)).backward()) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passes.counts.passes == 8
