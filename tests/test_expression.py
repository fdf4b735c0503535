"""Typed formulas: what they come to, what they are refused for and where, and that nothing in them is executed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import points

import autograd
from autograd import DomainError, Value, softmax, where
from autograd.expression import ExpressionError, Program, formula, parse
from autograd.ops import TABLE, Nary, Operation
from autograd.show.style import TYPESET
from autograd.symbol import Symbol
from autograd.writing import text

SMALL = st.floats(-3.0, 3.0)


def arithmetic() -> st.SearchStrategy[str]:
    """Text that means the same to Python."""
    atoms = st.sampled_from(["x", "y", "2", "0.5", "pi", "1e-3"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        infix = st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner)
        powers = st.builds("({})**{}".format, inner, st.sampled_from(["2", "3", "-1"]))
        return infix | powers | st.builds("-{}".format, inner) | st.builds("({})".format, inner)

    return st.recursive(atoms, grow, max_leaves=12)


@given(arithmetic(), SMALL, SMALL)
def test_arithmetic_means_what_it_means_in_python(text: str, x: float, y: float) -> None:
    try:
        expected = eval(text, {"pi": math.pi, "x": x, "y": y})
    except ArithmeticError:
        with pytest.raises((ExpressionError, DomainError)):
            parse(text).evaluate({"x": x, "y": y})
    else:
        assert parse(text).evaluate({"x": x, "y": y}).data == pytest.approx(expected, rel=1e-14, nan_ok=True)


@given(st.text() | st.text("xy01()[]+-*/=;,.<>! \n#:'\\{}@^%·²−", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        program = parse(text)
    except ExpressionError as error:
        assert str(error)
    else:
        assert isinstance(program, Program)


@given(arithmetic())
def test_a_symbol_written_as_python_is_read_as_the_same_symbol(text: str) -> None:
    symbol = formula(text)
    again = formula(str(symbol)) if isinstance(symbol, Symbol) else symbol
    assert str(again) == str(symbol)


def evaluate(text: str, **values: Any) -> float:
    return parse(text).evaluate(values).data


@pytest.mark.parametrize("op", [op for op in TABLE.values() if not isinstance(op, Nary)], ids=lambda op: op.name)
def test_every_row_is_called_by_its_name(op: Operation) -> None:
    for operands in points(op):
        values = dict(zip(op.operands, operands, strict=True))
        text = f"{op.name}({', '.join(op.operands)})"
        named = f"{op.name}({', '.join(f'{name}={name}' for name in op.operands)})"
        expected = op(*operands)
        assert evaluate(text, **values) == evaluate(named, **values) == expected


def test_functions_of_lists() -> None:
    xs = {"a": 0.3, "b": -1.2, "c": 2.0}
    assert evaluate("total([a, b, c])", **xs) == 0.3 - 1.2 + 2.0
    assert evaluate("mean((a, b, c))", **xs) == pytest.approx(1.1 / 3)
    assert evaluate("dot([a, b], [b, c], 1)", **xs) == 0.3 * -1.2 - 1.2 * 2.0 + 1.0
    assert evaluate("dot(ws=[a], xs=[b])", **xs) == 0.3 * -1.2
    assert evaluate("logsumexp([a, b, c])", **xs) == pytest.approx(math.log(sum(map(math.exp, xs.values()))))
    assert [evaluate(f"softmax([a, b, c])[{k}]", **xs) for k in range(3)] == softmax(list(xs.values()))
    assert evaluate("p = softmax([a, b]); p[0] + p[1]", a=1.0, b=2.0) == pytest.approx(1.0)
    assert evaluate("dot(w, x)", w=[1.0, 2.0], x=[Value(3.0), 4.0]) == 11.0


def test_choices_defaults_and_constants() -> None:
    assert evaluate("where(x > 0, x, -2*x)", x=-3.0) == 6.0
    assert evaluate("where(x <= 0, 1, 2) + where(x == 1, 10, 20)", x=1.0) == 12.0
    assert evaluate("leaky_relu(x, slope=0.5) + leaky_relu(x)", x=-2.0) == pytest.approx(-1.02)
    assert evaluate("abs(x) + pi + e + +x", x=-2.0) == pytest.approx(math.pi + math.e)
    assert evaluate("2") == 2.0


def test_names_become_labels() -> None:
    w = Value(2.0)
    result = parse("z = w*x\np = softmax([z, 1])  # two classes\n\nL = -log(p[0])").evaluate({"w": w, "x": 0.5})
    (p,) = result.parents[0].parents
    assert (result.label, w.label, p.label, p.parents[0].label) == ("L", "w", "p[0]", "z")
    assert [v.label for v in p.parents[0].parents] == ["w", "x"]


def test_a_name_for_a_number_is_an_input_and_a_second_name_no_node() -> None:
    result = parse("w = 2; v = w; L = v * x").evaluate({"x": Value(3.0, label="mine")})
    assert [(v.label, v.op) for v in result.parents] == [("w", None), ("mine", None)]


def test_variables_in_the_order_of_use() -> None:
    program = parse("z = b + w*x; h = tanh(z); h*b*pi")
    assert (program.variables, program.assigned) == (("b", "w", "x"), ("z", "h"))


# ---- refusals: the message, and what the carets stand under

REFUSED = [
    ("sigmod(w*x + b)", "unknown function 'sigmod': did you mean 'sigmoid'?", "sigmod"),
    ("1 + max(x, 0)", "did you mean 'maximum'?", "max"),
    ("ln(x)", "did you mean 'log'?", "ln"),
    ("zzzzzz(x)", "`autograd ops` lists", "zzzzzz"),
    ("2*x(y + 1)", "for a product write x * (…)", "x"),
    ("z = 2; z(x)", "z is a variable, not a function: for a product write z * (…)", "z"),
    ("2(x)", "for a product write *", "2(x)"),
    ("1 + x^2", "a power is written **", "1 + x^2"),
    ("2x", "a product needs its sign, as in 2*x", "2"),
    ("w·x", "'·' is not read here: write *", "w·x"),
    ("1 − x", "'−' is not read here: write -", "−"),
    ("x²", "'²' is not read here: write **2", "²"),
    ("(x + 1", "'(' was never closed", "("),
    ("x + 1)", "unmatched ')'", ")"),
    ("w x", "a sign is missing before it", "x"),
    ("x +", "something is missing here", ""),
    ("sigmoid(x, y)", "too many positional arguments; it is called as sigmoid(a)", "sigmoid"),
    ("power(x)", "missing a required argument: 'b'; it is called as power(a, b)", "power"),
    ("leaky_relu(x, slop=1)", "it is called as leaky_relu(a, slope=0.01)", "leaky_relu"),
    ("tanh + 1", "tanh is a function: give it arguments in brackets", "tanh"),
    ("np.exp(x)", "functions go by their names alone: write exp(…)", "np.exp(x)"),
    ("x.data", "dots are not read here", "x.data"),
    ("lambda: 3", "this is not arithmetic", "lambda: 3"),
    ("lambda = 3; lambda", "'lambda' is a word of Python's: choose another name", "="),
    ("a if x > 0 else b", "where(condition, a, b)", "a if x > 0 else b"),
    ("where(0 < x < 1, a, b)", "one comparison at a time", "0 < x < 1"),
    ("where(x > 0 and y > 0, 1, 2)", "nest where(…)", "x > 0 and y > 0"),
    ("x != y", "conditions are < <= > >= ==", "x != y"),
    ("x @ y", "write dot([w1, w2], [x1, x2])", "x @ y"),
    ("x % 2", "not differentiable", "x % 2"),
    ("exp(*x)", "write them out", "exp(*x)"),
    ("x += 1; x", "every name stands for one node", "x += 1"),
    ("a, b = x; a", "one name at a time", "a, b = x"),
    ("x; y", "only the last part may go without a name", "x"),
    ("exp = 2; exp", "exp is a function already: choose another name", "exp = 2"),
    ("pi = 3; pi", "pi is a constant already: choose another name", "pi = 3"),
    ("x = x + 1", "x has a value already: choose another name", "x = x + 1"),
    ("z = 1; z = 2", "z has a value already: choose another name", "z = 2"),
    ("1e400*x", "this number is too large for a float", "1e400"),
    ("'text'", "this is not arithmetic", "'text'"),
    ("True", "this is not arithmetic", "True"),
    ("import os", "this is not arithmetic", "import os"),
    ("softmax([x, y])[-1]", "an index is a whole number", "softmax([x, y])[-1]"),
    ("가*한국어^2", "a power is written **", "가*한국어^2"),
    ("z = x\n  sigmod(z)", "did you mean 'sigmoid'?", "sigmod"),
]


@pytest.mark.parametrize(("text", "message", "marked"), REFUSED, ids=[text for text, *_ in REFUSED])
def test_a_refusal_says_why_and_where(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    said, line, carets = str(caught.value).split("\n")
    assert message in said
    assert line.strip() in text
    assert text_above(carets, line) == (marked or "")


def text_above(carets: str, line: str) -> str:
    """The part of the line that the carets stand under; Korean letters are two columns wide."""
    columns = "".join(c + "\0" if "가" <= c <= "힣" else c for c in line)
    start = carets.index("^")
    return columns[start : start + carets.count("^")].replace("\0", "")


EVALUATED = [
    ("softmax([x, y])", "take one of its entries", "softmax([x, y])"),
    ("[x, y]", "take one of its entries", "[x, y]"),
    ("softmax([x, y]) + 1", "a list stands where one number is needed", "softmax([x, y])"),
    ("softmax([x, y])[2]", "there is no entry 2: they are numbered 0 to 1", "softmax([x, y])[2]"),
    ("x[0] + y", "this is one number: it has no entries", "x"),
    ("total(x) + y", "total needs a list here", "x"),
    ("dot([x, y], [x])", "dot pairs 2 weights with 1 inputs", "dot([x, y], [x])"),
    ("mean([]) + x + y", "need at least one value", "mean([])"),
    ("x + y + 9**9**9", "9 ** 3.8742e+08 overflows", "9**9**9"),
    ("x + y*(1/0)", "1 / 0 is undefined", "1/0"),
    ("x + z + y", "no value is given for z", "z"),
]


@pytest.mark.parametrize(("text", "message", "marked"), EVALUATED, ids=[text for text, *_ in EVALUATED])
def test_what_has_no_value_is_refused_where_it_stands(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate({"x": 1.0, "y": 2.0})
    said, line, carets = str(caught.value).split("\n")
    assert message in said
    assert text_above(carets, line) == marked


def test_a_domain_error_keeps_its_record_and_shows_the_place() -> None:
    with pytest.raises(DomainError) as caught:
        parse("z = x - 5; 1 + log(z)").evaluate({"x": 1.0})
    said, _, carets = str(caught.value).split("\n")
    assert said.startswith("log(z = -4) is undefined: the domain of log is a > 0")
    assert text_above(carets, "  z = x - 5; 1 + log(z)") == "log(z)"
    assert (caught.value.op, caught.value.operands, caught.value.labels) == ("log", (-4.0,), ("z",))


HOSTILE = {
    "brackets": "(" * 100_000 + "x" + ")" * 100_000,
    "brackets that Python's parser takes": "f(" * 150 + ")" * 150,
    "minus signs": "-" * 9_000 + "x",
    "powers": "x" + "**x" * 3_000,
    "a megabyte": "x+" * 500_000 + "x",
    "a long number": "9" * 9_000,
    "powers of numbers": "9**9**9",
    "an import": "__import__('os').system('touch hacked')",
    "a walk to every class": "().__class__.__base__.__subclasses__()",
    "a comprehension": "[x for x in (1).__class__.__mro__]",
    "a null": "x\0",
    "half a character": "x\udc00",
    "f-string": "f'{open(1)}'",
    "walrus": "(x := 3)",
    "a function of a long name": "a" * 5_000 + "(x)",
    "an assignment to a long name": f"{'a' * 2_000} = x; {'a' * 2_000} = x",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_an_expression_error(text: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate({"x": 1.0})
    assert len(str(caught.value)) < 700
    assert list(tmp_path.iterdir()) == []


def test_thousands_of_terms_are_added_or_refused() -> None:
    assert evaluate("x" + "+x" * 900, x=1.0) == 901.0
    try:  # Python's parser takes so many in some versions
        assert evaluate("x" + "+x" * 4_900, x=1.0) == 4901.0
    except ExpressionError as error:
        assert "give its parts names" in str(error)


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("x*" * 100 + "sigmod(x)" + "*x" * 100)
    _, line, carets = str(caught.value).split("\n")
    assert len(line) < 85
    assert (line.strip()[0], line.strip()[-1]) == ("…", "…")
    assert text_above(carets, line) == "sigmod"


# ---- formulas of the table


@pytest.mark.parametrize(
    "op", [op for op in TABLE.values() if op.textbook and not isinstance(op, Nary)], ids=lambda op: op.name
)
def test_what_a_textbook_prints_is_what_the_row_computes(op: Operation) -> None:
    for operands in points(op):
        letters = [Value(x) for x in operands]
        y = op(*letters)
        values = dict(zip(op.operands, operands, strict=True)) | {"y": y.data}
        printed = [parse(text) for text in op.textbook]
        computed = [y.data, *y.local_derivatives]
        for program, number in zip(printed, computed, strict=True):
            assert program.evaluate(values).data == pytest.approx(number, rel=1e-12)


def test_formulas_are_written_in_the_names_given() -> None:
    z, h = Symbol("z"), Symbol("h")
    assert text(formula("1 - y**2", {"y": h})) == "1 − h²"
    assert text(formula("2 / sqrt(pi) * exp(-a**2)", {"a": z})) == "2 / sqrt(π) · exp(−z²)"
    assert text(formula("sum(a) / n")) == "sum(a) / n"
    assert text(formula("1 / n", {"n": 3.0})) == "1 / 3"
    assert text(formula("a ** b * log(a)", {"a": 2.0, "b": z})) == "2 ** z · log(2)"
    assert text(formula("b * a ** (b - 1)", {"a": z, "b": 2.0})) == "2 · z"
    assert text(formula("softmax([a, b])[1]")) == "softmax([a, b])[1]"
    assert TYPESET.text(formula("sum(a)")) == r"\sum{a}"


def test_sum_is_only_for_show() -> None:
    with pytest.raises(ExpressionError, match="did you mean 'total'"):
        parse("sum([x, y])")


def test_operations_of_ones_own_can_be_called() -> None:
    row = autograd.ops.define("twice_for_expression", lambda a: 2.0 * a, lambda y, a: 2.0)
    try:
        assert evaluate("twice_for_expression(x)", x=4.0) == 8.0
    finally:
        del TABLE[row.name]


def test_where_is_a_row_too() -> None:
    result = parse("where(x > 0, x, 0)").evaluate({"x": 1.0})
    assert result.op is where
