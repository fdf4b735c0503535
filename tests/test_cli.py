"""The command line: what it prints, draws and refuses, and its exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from strategies import every_row

from autograd import Value, check, commands
from autograd.__main__ import main
from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation, define
from autograd.show.catalogue import choices, details, kink_lines

pytestmark = pytest.mark.usefixtures("table")

LOGISTIC = "z = w*x + b; p = sigmoid(z); L = -(t*log(p) + (1-t)*log(1-p))"
VALUES = ["w=2", "x=0.5", "b=-1", "t=1"]


class Outcome(NamedTuple):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def autograd(capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*words: str) -> Outcome:
        status = main(words)
        return Outcome(status, *capsys.readouterr())

    return run


def process(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograd", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# ---- explain


def test_explain(autograd: Command) -> None:
    status, out, err = autograd("explain", LOGISTIC, *VALUES, "--wrt", "w")
    titles = [line for line in out.splitlines() if line and line[0] != " "]
    assert titles == [
        "Inputs",
        "Forward: the values",
        "Backward: the chain rule, from L to w",
        "The 2 paths from w to L",
        "Check: the gradients beside numerical ones",
    ]
    assert "∂L/∂z  = ∂L/∂p · ∂p/∂z                       with ∂p/∂z = p · (1 − p) = 0.25" in out
    assert "∂L/∂w = −0.25 + 0 = −0.25   ✓ as the backward pass found" in out
    assert [line.split()[-1] for line in out.splitlines()[-4:]] == ["agrees"] * 4
    assert (status, err) == (0, "")


def test_a_result_without_a_name_gets_a_free_one(autograd: Command) -> None:
    assert "from y to the inputs" in autograd("explain", "sigmoid(w*x + b)", "w=2", "x=0.5", "b=-1").out
    assert "from L to the inputs" in autograd("explain", "y = 2*x; y*y", "x=1").out
    assert "y = 5" in autograd("explain", "2 + 3").out


def test_values_after_options_and_expressions_that_begin_with_a_minus(autograd: Command) -> None:
    status, out, _ = autograd("explain", "-x**2", "x=3", "--wrt", "x", "--json")
    assert (status, json.loads(out)["result"]["value"]) == (0, -9.0)
    assert autograd("explain", "--wrt=x", "-(x + y)", "x=3", "--json", "y=-1") == autograd(
        "explain", "-(x + y)", "x=3", "y=-1", "--wrt", "x", "--json"
    )


def test_numbers_can_be_written_as_expressions_and_lists(autograd: Command) -> None:
    record = json.loads(autograd("explain", "dot(w, x) + y", "w=[1, -2]", "x=[3,4]", "y=2*pi", "--json").out)
    assert record["result"]["value"] == pytest.approx(-5 + 6.283185307179586)
    assert {v["name"] for v in record["inputs"]} == {"w[0]", "w[1]", "x[0]", "x[1]", "y"}


def test_json_has_the_steps_and_the_checks(autograd: Command) -> None:
    status, out, _ = autograd("explain", LOGISTIC, *VALUES, "--wrt", "w,b", "--json")
    record = json.loads(out)
    assert status == 0
    assert [p["wrt"] for p in record["paths"]] == ["w", "b"]
    found = {v["name"]: v["gradient"] for v in record["inputs"]}
    assert {c["name"]: c["gradient"] for c in record["checks"]} == found
    assert all(c["estimate"] == pytest.approx(found[c["name"]], abs=1e-9) for c in record["checks"])
    assert record["steps"][0]["formula"] == "−1"


def test_json_has_no_infinities(autograd: Command) -> None:
    out = autograd("explain", "sqrt(x)", "x=0", "--json").out
    record = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert record["inputs"][0]["gradient"] == "Infinity"


def test_a_wrong_gradient_is_status_1(autograd: Command) -> None:
    define("wrong_cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    status, out, _ = autograd("explain", "wrong_cube(x)", "x=2")
    assert status == 1
    assert re.search(r"^  x .* wrong$", out, re.MULTILINE)
    define("right_cube", lambda a: a * a * a, lambda y, a: 3.0 * a * a)
    assert autograd("explain", "right_cube(x)", "x=2").status == 0


def test_a_kink_is_no_failure(autograd: Command) -> None:
    status, out, _ = autograd("explain", "relu(x)", "x=0")
    assert (status, "kink" in out) == (0, True)


# ---- draw


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
)
def test_draw(autograd: Command, tmp_path: Path, suffix: str, start: bytes) -> None:
    file = tmp_path / f"graph.{suffix}"
    status, out, _ = autograd("draw", "sigmoid(w*x)", "w=1", "x=2", "-o", str(file))
    assert (status, out) == (0, f"drawn: {file}\n")
    assert file.read_bytes().lstrip(b"// \n").startswith(start)


def test_explain_draws_the_graph_with_its_gradients(autograd: Command, tmp_path: Path) -> None:
    file = tmp_path / "graph.svg"
    status, out, _ = autograd("explain", "w*x", "w=1.5", "x=-4.25", "--svg", str(file))
    assert (status, f"Drawing\n  {file}" in out) == (0, True)
    assert {"1.5", "−4.25"} <= set(re.findall(r"[−\d.]+(?=</text>)", file.read_text()))


# ---- ops


@every_row
def test_ops_has_every_row(autograd: Command, op: Operation) -> None:
    assert any(line.startswith(f"{op.name}(") for line in autograd("ops").out.splitlines())
    assert autograd("ops", op.name).out == details(op) + "\n"


def test_ops_of_one(autograd: Command) -> None:
    assert (
        autograd("ops", "tanh").out
        == """\
tanh(a)
  value        tanh(a)
  derivative   1 − y²
  computed as  sech(a)²   for 1 − y²
  domain       all numbers
  kinks        none
"""
    )


@every_row
def test_the_derivative_printed_for_a_kink_is_the_one_the_engine_takes(op: Operation) -> None:
    assert bool(choices(op)) == bool(op.kinks)
    for choice in choices(op):
        assert condition(op, "kinks")(**choice.point)
        assert condition(op, "domain")(**choice.point)
        operands = [Value(x) for x in choice.point.values()]
        assert op(*operands).local_derivatives == choice.derivatives


def test_the_published_kinks() -> None:
    lines = {op.name: kink_lines(op) for op in TABLE.values() if not isinstance(op, Nary)}
    assert lines["relu"] == lines["absolute"] == [("a = 0", "0")]
    assert lines["sqrt"] == [("a = 0", "∞")]
    assert lines["maximum"] == [("a = b", "∂/∂a = 0.5, ∂/∂b = 0.5")]
    assert lines["power"][0] == ("a = 0, b = 0", "∂/∂a = 0, ∂/∂b = 0")
    assert lines["leaky_relu"] == [("a = 0, slope = 0.01", "∂/∂a = 0.01, ∂/∂slope = 0")]
    assert lines["sin"] == []


def test_markdown(autograd: Command) -> None:
    head, rule, *rows = autograd("ops", "--markdown").out.splitlines()
    assert (head, rule) == ("| operation | where | derivative chosen |", "| --- | --- | --- |")
    assert "| `relu(a)` | a = 0 | 0 |" in rows
    assert {row.count("|") for row in rows} == {4}
    assert len(rows) == sum(len(kink_lines(op)) for op in TABLE.values())


def test_an_operation_of_ones_own_is_listed(autograd: Command) -> None:
    define("bent", lambda a: abs(a), lambda y, a: 0.25, kinks="a == 0", domain="a > -9")
    assert re.search(r"^bent\(a\) .* a > −9 +a = 0: 0.25$", autograd("ops").out, re.MULTILINE)


# ---- refusals

MISUSES = [
    (("explain", "sigmod(x)", "x=1"), "unknown function 'sigmod': did you mean 'sigmoid'?\n  sigmod(x)\n  ^^^^^^"),
    (("explain", "x + (", "x=1"), "'(' was never closed\n  x + (\n      ^"),
    (("explain", "log(x)"), "no value for x: write x=…"),
    (("explain", "x", "x=abc"), "x=abc: abc is not a finite number"),
    (("explain", "x", "x=nan"), "x=nan: nan is not a finite number"),
    (("explain", "x", "x="), "x=: nothing is not a finite number"),
    (("explain", "x", "x=1e400"), "x=1e400: 1e400 is too large for a float"),
    (("explain", "x", "x=1/0"), "x=1/0: 1/0 is not a finite number"),
    (("explain", "x", "x=[1"), "x=[1: [1 is not a finite number"),
    (("explain", "x", "x=[1, y]"), "x=[1, y]: y is not a finite number"),
    (("explain", "x", f"x={'[' * 5000}{']' * 5000}"), "… is not a finite number"),
    (("explain", "x", "x=1", "x=2"), "x=2: x has a value already"),
    (("explain", "x", "x"), "x: write name=value, as in x=0.5"),
    (("explain", "x", "x=1", "sin=1"), "sin=1: sin is a function: choose another name"),
    (("explain", "x", "x=1", "pi=1"), "pi=1: pi is a constant: choose another name"),
    (("explain", "weight", "wieght=1"), "wieght is not in the expression: did you mean 'weight'?"),
    (("explain", "x", "q=1"), "q is not in the expression; its variables are x"),
    (("explain", "z = x; z", "x=1", "z=1"), "z=1: z is computed in the expression"),
    (("explain", "weight**2", "weight=1", "--wrt", "wieght"), "does not depend on 'wieght': did you mean 'weight'?"),
    (("draw", "x", "x=1", "-o", "graph.gif"), "render: 'graph.gif' must end in .svg or"),
    (("explain", "x", "x=1", "--svg", "graph"), "render: 'graph' must end in .svg or"),
    (("ops", "sigmod"), "no operation 'sigmod': did you mean 'sigmoid'?"),
    (("explain", "x", "x=1", "--bogus"), "unrecognized arguments: --bogus"),
    (("ops", "tanh", "sin"), "unrecognized arguments: sin"),
    (("draw", "x", "x=1"), "-o/--output"),
    ((), "usage:"),
]


@pytest.mark.parametrize(("words", "message"), MISUSES, ids=[" ".join(words)[:60] for words, _ in MISUSES])
def test_misuse_is_status_2_and_one_message(autograd: Command, words: tuple[str, ...], message: str) -> None:
    status, out, err = autograd(*words)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


FAILURES = [
    (("explain", "log(x)", "x=-1"), "log(x = -1) is undefined: the domain of log is a > 0\n  log(x)\n  ^^^^^^\n"),
    (("explain", "x*x", "x=1e200"), "overflows\n"),
    (("explain", "sqrt(x)*0", "x=0"), "has derivative inf in x"),
    (("draw", "x", "x=1", "-o", "/nowhere/graph.svg"), "/nowhere/graph.svg: No such file or directory\n"),
]


@pytest.mark.parametrize(("words", "message"), FAILURES, ids=[" ".join(words) for words, _ in FAILURES])
def test_failure_is_status_1_and_one_message(autograd: Command, words: tuple[str, ...], message: str) -> None:
    status, out, err = autograd(*words)
    assert (status, out) == (1, "")
    assert message in err
    assert "Traceback" not in err


def test_no_drawing_engine_is_status_1(autograd: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    monkeypatch.setenv("PATH", "")
    status, _, err = autograd("draw", "x", "x=1", "-o", "graph.svg")
    assert (status, "pip install pygraphviz" in err) == (1, True)


def test_help(autograd: Command) -> None:
    status, out, _ = autograd("--help")
    assert status == 0
    assert {"explain", "draw", "step", "ops"} <= set(out.split())


# ---- as a program


def test_a_terminal_of_ascii_gets_ascii() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    found = process("explain", "w*x**2", "w=2", "x=-3", "--wrt", "x", env=environment)
    assert (found.returncode, found.stderr) == (0, "")
    assert "dy/dx  = dy/dv1 * dv1/dx" in found.stdout
    assert "with dv1/dx = 2 * x = -6" in found.stdout
    assert "v1 = x**2" in found.stdout
    assert "?" not in found.stdout
    bad = process("explain", "가(x)", "x=1", env=environment)
    assert (bad.returncode, bad.stderr.splitlines()[0]) == (
        2,
        "autograd: unknown function '?': for a product write ? * (...)",
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m autograd ops | head -n 1; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("operation")


def test_the_console_script_is_main() -> None:
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    assert '\nautograd = "autograd.__main__:main"\n' in project


def test_checks_are_those_of_the_package() -> None:
    assert commands.check_gradient is check.check_gradient


def test_output_that_cannot_be_written_is_said() -> None:
    command = [sys.executable, "-m", "autograd", "ops"]
    with open(os.devnull, "rb") as unwritable:
        found = subprocess.run(command, stdout=unwritable, stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, found.stderr) == (1, "autograd: the output cannot be written: Bad file descriptor\n")
