"""MathML: a reader of its own finds in it what the formula comes to, with tags and without; labels are inert."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mathml_reader import Misread, read
from programs import random_program, run
from strategies import apply, every_row, points
from test_draw import HOSTILE

from autograd import Value, ops, sigmoid, tanh
from autograd.errors import DomainError
from autograd.ops import Operation, define
from autograd.show.derivation.derivation import explain
from autograd.show.mathml import mathml, sides
from autograd.show.style import TYPESET, plus, product
from autograd.symbol import Symbol
from autograd.writing import Latex

LETTERS = "abcdf"
ELEMENTS = set(re.findall(r"\w+", "mrow mi mn mo mtext mfrac msqrt mroot msup msub msubsup mover mtable mtr mtd"))
ATTRIBUTES = {("style", "display:none"), ("style", "text-align:left"), ("form", "prefix"), ("stretchy", "false")}
ATTRIBUTES |= {("accent", "true")}


def value(e: Any, numbers: dict[str, float]) -> float:
    """What the operations themselves make of an expression."""
    if not isinstance(e, Symbol):
        return float(e)
    if e.op is None:
        return numbers[e.name]
    return float(apply(e.op, [value(x, numbers) for x in e.args]))


def called(op: Operation) -> tuple[Symbol, dict[str, float]]:
    """A row applied to letters, and what they stand for."""
    operands = points(op)[0]
    index = [operands[0]] if op.name == "softmax" else []
    numbers = dict(zip(LETTERS, operands[len(index) :], strict=False))
    return Symbol(op.name, op, [*index, *map(Symbol, numbers)]), numbers


def contexts(e: Any) -> list[Any]:
    """Places in which it may need brackets."""
    x = Symbol("x")
    around = [e + x, x - e, e - x, x * e, e * x, -e, e / x, x / e, e**2, ops.square(e), x ** ops.minimum(e, 3.0)]
    around += [ops.exp(-ops.absolute(e)), ops.expm1(ops.sin(e)) * x, ops.where(e > x, e, -e), x**e, (e < x) < e]
    return [e, *around]


# ---- what it means


@every_row
def test_every_row_reads_as_it_computes(op: Operation) -> None:
    e, numbers = called(op)
    numbers |= {"x": 1.25}
    compared = 0
    for around in contexts(e):
        try:
            expected = value(around, numbers)
        except (ArithmeticError, DomainError):  # a comparison that is 0, divided by
            continue
        assert read(mathml(TYPESET.text(around)), numbers) == pytest.approx(expected, rel=1e-9), TYPESET.text(around)
        compared += 1
    assert compared > 12


NUMBERS = {"a": 0.3, "b": -1.5, "w_1^{(2)}": 2.5, "theta": 0.7, "손실": 1.1, "x12": -0.4}
SEEN = dict(zip(["a", "b", "w_1^(2)", "θ", "손실", "x_12"], NUMBERS.values(), strict=True))


def expressions() -> st.SearchStrategy[Any]:
    """Expressions in which signs, fractions, powers and functions stand in one another."""
    two = [ops.operation(name) for name in ["add", "sub", "mul", "div", "power", "hypot", "maximum"]]
    one = (
        "neg square exp expm1 exp2 reciprocal sqrt cbrt absolute gaussian tanh sigmoid log_sigmoid softplus log1p log2"
    )
    leaves = st.sampled_from([*map(Symbol, NUMBERS), 2.0, -2.0, 0.5, -0.75, 2.5e-5, math.e, -math.pi])

    def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        pairs = st.builds(lambda op, a, b: Symbol(op.name, op, [a, b]), st.sampled_from(two), inner, inner)
        calls = st.builds(
            lambda op, a: Symbol(op.name, op, [a]), st.sampled_from(one.split()).map(ops.operation), inner
        )
        below = inner.map(lambda a: Symbol("less", ops.less, [a, 0.123]))
        choices = st.builds(lambda c, a, b: Symbol("where", ops.where, [c, a, b]), below, inner, inner)
        return pairs | calls | below | choices

    return st.recursive(leaves, grow, max_leaves=8)


def computed(e: Any) -> float:
    try:
        expected = value(e, NUMBERS)
    except (ArithmeticError, ValueError, DomainError):
        assume(False)
    assume(math.isfinite(expected))
    return expected


def finite(reader: Callable[..., float], *arguments: Any) -> float:
    try:
        return reader(*arguments)
    except OverflowError:  # 1 / (1 + exp(1000)), which the operation itself computes
        assume(False)
        raise


@given(expressions())
@settings(max_examples=150)
def test_random_expressions_read_as_they_compute(e: Any) -> None:
    expected = computed(e)
    assert finite(read, mathml(TYPESET.text(e)), SEEN) == pytest.approx(expected, rel=1e-4, abs=1e-9)


@given(expressions())
@settings(max_examples=200)
def test_what_is_left_without_tags_reads_the_same(e: Any) -> None:
    text = without_tags(mathml(TYPESET.text(e)))
    assume(not re.search(r"[{|]|\(1/3\)", text))  # Python writes these otherwise
    expected = computed(e)
    assert finite(evaluated, text) == pytest.approx(expected, rel=1e-4, abs=1e-9), text


def without_tags(mathml: str) -> str:
    return unescape(re.sub("<[^>]*>", "", mathml)).replace("\u00a0", " ")


def evaluated(text: str) -> float:
    """Plain arithmetic, computed by Python."""
    spelled = {"w1^(2)": "w", "x12": "x", "손실": "손", "lnσ": "log_sigmoid", "ln(": "log(", "√(": "sqrt("}
    for seen, python in spelled.items():
        text = text.replace(seen, python)
    signs = str.maketrans({"^": "**", "·": "*", "−": "-", "≤": "<=", "≥": ">=", "=": "=="})
    known = {name: getattr(math, name) for name in ("sqrt", "log", "log2", "tanh", "e")}
    known |= {"π": math.pi, "maximum": max}
    known |= {"σ": lambda a: 1 / (1 + math.exp(-a)), "log_sigmoid": lambda a: -math.log(1 + math.exp(-a))}
    return float(eval(text.translate(signs), known | dict(zip("abwθ손x", NUMBERS.values(), strict=True))))


def test_a_missing_bracket_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, x = map(Symbol, "abx")
    e = [(a + b) * x, a - (b - x), (a / b) ** 2, (-a) ** 2, x ** (a + b), (a < b) + x, ops.square(ops.exp(a)), a * -b]
    numbers = {"a": 0.5, "b": 2.0, "x": 3.0}
    for each in e:
        assert read(mathml(TYPESET.text(each)), numbers) == pytest.approx(value(each, numbers))
    monkeypatch.setattr(Latex, "operand", lambda self, e, binds, first=False: self.write(e)[0])
    for each in e[:4] + e[5:]:
        try:
            found = read(mathml(TYPESET.text(each)), numbers)
        except Misread:
            continue
        assert found != pytest.approx(value(each, numbers)), TYPESET.text(each)


@pytest.mark.parametrize("planted", ["a+b)", "(a+b", "a·−b", "a·", "√", "a b", "a+·b"])
def test_what_has_no_meaning_is_refused(planted: str) -> None:
    elements = "".join(f"<mi>{c}</mi>" if c in "ab" else f"<mo>{c}</mo>" for c in planted.replace(" ", ""))
    with pytest.raises(Misread):
        read(f"<mrow>{elements}</mrow>", {"a": 1.0, "b": 2.0})


def test_the_power_of_a_bare_fraction_is_refused() -> None:
    with pytest.raises(Misread, match="fraction without brackets"):
        read("<msup><mfrac><mi>a</mi><mn>2</mn></mfrac><mn>2</mn></msup>", {"a": 1.0})


# ---- how it is written


def test_numbers_and_names() -> None:
    assert mathml(TYPESET.number(-0.25)) == '<mrow><mo form="prefix">−</mo><mn>0.25</mn></mrow>'
    assert without_tags(mathml(TYPESET.number(1.5e-7))) == "1.5·10^(−7)"
    assert [without_tags(mathml(TYPESET.number(x))) for x in (math.inf, -math.inf, math.nan, -0.0)] == [
        "∞",
        "−∞",
        "not a number",
        "0",
    ]
    assert mathml(TYPESET.name("w⁽¹⁾₂₃")).startswith("<msubsup><mi>w</mi><mn>23</mn>")
    assert mathml(TYPESET.name("theta_0")) == "<msub><mi>θ</mi><mn>0</mn></msub>"
    assert mathml(TYPESET.name(r"\hat y")) == '<mover accent="true"><mi>y</mi><mo>ˆ</mo></mover>'
    assert mathml(TYPESET.name("h′")) == "<msup><mi>h</mi><mo>′</mo></msup>"
    assert without_tags(mathml(TYPESET.words("since"))) == "since "
    assert without_tags(mathml(product(TYPESET, [2.0, -3.0]))) == "2·(−3)"
    assert without_tags(mathml(plus(TYPESET, [2.0, -3.0]))) == "2+(−3)"


def test_a_step_of_the_chain_rule_is_small() -> None:
    chain = mathml(rf"{TYPESET.partial('L', 'p', 1)} \cdot {TYPESET.partial('p', 'w_1')} = -2 \cdot 0.25 = -0.5")
    assert without_tags(chain) == "∂L/∂p(1)·∂p/∂w1=−2·0.25=−0.5"
    assert len(chain) < 700


def test_choices_and_indices() -> None:
    chosen = without_tags(mathml(TYPESET.text(ops.where(Symbol("a") > 0.0, Symbol("a"), 0.0))))
    assert chosen == "{a if a>0; 0 otherwise"
    assert mathml(TYPESET.text(ops.softmax([Symbol("a"), Symbol("b")])[1])).endswith("<mn>1</mn></msub></mrow>")


@pytest.mark.usefixtures("table")
def test_rows_of_ones_own() -> None:
    define("swish_2", lambda a: a * ops.sigmoid(a), lambda y, a: ops.sigmoid(a))
    define("cosec", lambda a: 1.0 / ops.sin(a), lambda y, a: y, latex=r"\csc\left(<a>\right)")
    define("broken", lambda a: a, lambda y, a: 1.0, latex=r"\frac{<a>}{\left(\weird{ <a> ^ ^ _")
    e = [Symbol(op.name, op, [Symbol("a") + 1]) for op in map(ops.operation, ("swish_2", "cosec", "broken"))]
    texts = [mathml(TYPESET.text(each)) for each in e]
    assert without_tags(texts[0]) == "swish_2(a+1)"
    assert without_tags(texts[1]) == r"\csc(a+1)"
    assert ElementTree.fromstring(texts[2]).tag == "mfrac"


@given(st.text() | st.text(r"\{}^_&'[]() fracsqrtleftrightbegincases<a>0.-=" + "\\", max_size=60))
def test_any_text_is_read_into_well_formed_elements(text: str) -> None:
    check_markup(f"<div>{mathml(text)}{''.join(sides(text))}</div>")


def check_markup(markup: str) -> ElementTree.Element:
    """Well-formed, with no element or attribute but MathML's."""
    root = ElementTree.fromstring(markup)
    for element in list(root.iter())[1:]:
        assert element.tag in ELEMENTS, markup
        assert set(element.items()) <= ATTRIBUTES, markup
    return root


@given(st.text(min_size=1))
@settings(max_examples=200)
def test_no_label_adds_markup(label: str) -> None:
    partial = check_markup(f"<div>{mathml(TYPESET.name(label))}{mathml(TYPESET.partial('L', label, 2))}</div>")
    assert "".join(partial.itertext()).strip()


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_text(label: str) -> None:
    root = check_markup(f"<div>{mathml(TYPESET.name(label))}</div>")
    if re.search("[a-z]", label):
        assert re.sub(r"\W|_", "", "".join(root.itertext())) == re.sub(r"\W|_|\x1b", "", label)


# ---- derivations as pages


def logistic(*labels: str) -> tuple[Value, Value]:
    w, x, t = (Value(number, label) for number, label in zip((2.0, -0.5, 1.0), labels, strict=True))
    L = -(t * sigmoid(w * x).log())
    L.label = "L"
    return L, w


def rows(html: str) -> list[str]:
    """What a viewer shows that knows nothing but text."""
    text = re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)
    return [without_tags(line).strip() for line in text.splitlines() if without_tags(line).strip()]


def test_a_derivation_as_html_reads_without_its_tags() -> None:
    L, w = logistic("w_1", "x", "t")
    assert rows(explain(L, wrt=w).html) == [
        "Inputs",
        "t =1, w1 =2, x =−0.5",
        "Forward: the values",
        "v1=w1·x=2·(−0.5)=−1",
        "v2=σ(v1)=σ(−1)=0.268941",
        "v3=log(v2)=log(0.268941)=−1.31326",
        "v4=t·v3=1·(−1.31326)=−1.31326",
        "L=−v4=−(−1.31326)=1.31326",
        "Backward: the chain rule, from L to w_1",
        "∂L/∂L=1",
        "∂L/∂v4=−1since L =−v4",
        "∂L/∂v3=∂L/∂v4·∂v4/∂v3with ∂v4/∂v3 =t =1",
        "=−1·1 =−1",
        "∂L/∂v2=∂L/∂v3·∂v3/∂v2with ∂v3/∂v2 =1/v2 =3.71828",
        "=−1·3.71828 =−3.71828",
        "∂L/∂v1=∂L/∂v2·∂v2/∂v1with ∂v2/∂v1 =v2·(1−v2) =0.196612",
        "=−3.71828·0.196612 =−0.731059",
        "∂L/∂w1=∂L/∂v1·∂v1/∂w1with ∂v1/∂w1 =x =−0.5",
        "=−0.731059·(−0.5) =0.365529",
        "The one path from w_1 to L",
        "w1→v1→v2→v3→v4→L",
        "=−0.5·0.196612·3.71828·1·(−1) =0.365529",
        "∂L/∂w1=0.365529✓ as the backward pass found",
    ]


@given(st.integers(0, 10_000), st.lists(st.text(min_size=1) | st.sampled_from(HOSTILE), min_size=5, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_derivation_is_well_formed(seed: int, labels: list[str]) -> None:
    program, numbers = random_program(seed, length=12)
    inputs = [Value(x, label=label) for x, label in zip(numbers, labels, strict=True)]
    found = explain(run(program, inputs)[-1], wrt=inputs[0])
    root = ElementTree.fromstring(found.html)
    assert {e.tag for e in root.iter()} - ELEMENTS <= {"div", "style", "h4", "p", "span", "table", "tr", "td", "math"}
    attributes = {name for e in root.iter() for name, _ in e.items()}
    assert attributes <= {"class", "colspan"} | {name for name, _ in ATTRIBUTES}
    assert [h.text for h in root.iter("h4")] == [title for title, _ in found.sections()]


def test_many_values_are_folded() -> None:
    x = y = Value(0.5, "x")
    for _ in range(500):
        y = tanh(y) + x
    html = explain(y, wrt=x).html
    assert "… 960 more values" in html
    assert len(html) < 150_000


def test_a_page_asks_for_nothing(tmp_path: Path) -> None:
    L, w = logistic("</title><script>alert(1)</script>", "]]>", "url(http://x)")
    found = explain(L, wrt=w)
    found.save(tmp_path / "derivation.html")
    page = (tmp_path / "derivation.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert found.html in page
    assert "<script" not in page
    assert not re.search("(src|href|srcset|action)=|@import", page)


def test_a_derivation_is_saved_in_each_form(tmp_path: Path) -> None:
    L, w = logistic("w", "x", "t")
    found = explain(L, wrt=w)
    for ending in ("html", "HTML", "txt", "md", "tex"):
        found.save(f"{tmp_path}/derivation.{ending}")
    assert (tmp_path / "derivation.HTML").read_bytes() == (tmp_path / "derivation.html").read_bytes()
    assert (tmp_path / "derivation.txt").read_text("utf-8") == f"{found}\n"
    assert (tmp_path / "derivation.tex").read_text("utf-8") == f"\\[\n{found.latex}\n\\]\n"
    assert (tmp_path / "derivation.md").read_text("utf-8").startswith("**Forward: the values**")
    with pytest.raises(ValueError, match=r"save: 'd\.pdf' must end in \.html or \.txt or \.md or \.tex"):
        found.save("d.pdf")
    with pytest.raises(OSError, match="nowhere"):
        found.save(tmp_path / "nowhere" / "d.txt")
