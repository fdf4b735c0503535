"""Labels and formulas in LaTeX and in text: right by hand, compiled by a TeX of its own, never broken or hostile."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser
from strategies import every_row
from test_draw import HOSTILE
from test_mathml import called, contexts, expressions

from autograd import Value, exp, ops, sin
from autograd.labels import Label, read, readable
from autograd.ops import Operation
from autograd.show.derivation.derivation import explain
from autograd.show.layout import padded, width
from autograd.show.steps import steps
from autograd.show.style import PLAIN, TYPESET
from autograd.symbol import Symbol
from autograd.writing import text

# label, LaTeX, and plain text where that is not the label itself
LABELS = [
    ("w_1^{(2)}", "w^{(2)}_{1}", "w₁⁽²⁾"),
    ("w^{(1)}", "w^{(1)}", "w⁽¹⁾"),
    ("w^{[3]}_{12}", "w^{[3]}_{12}", "w₁₂^{[3]}"),
    (r"\hat y", r"\hat{y}", "ŷ"),
    (r"\hat{y}_1", r"\hat{y}_{1}", "ŷ₁"),
    ("ŷ", r"\hat{y}", ""),
    (r"\theta_0", r"\theta_{0}", "θ₀"),
    ("theta_0", r"\theta_{0}", ""),
    ("w_12", "w_{12}", ""),
    ("x12", "x_{12}", ""),
    ("w_i_j", "w_{i,j}", ""),
    ("W^T", "W^{T}", "Wᵀ"),
    ("손실", r"\text{손실}", ""),
    ("손실_1", r"\text{손실}_{1}", ""),
    ("w⁽¹⁾₁₂,₃", "w^{(1)}_{12,3}", ""),
    ("w[0][1]", "w_{0,1}", ""),
    ("h′", "h'", ""),
    ("loss", r"\mathrm{loss}", ""),
    ("x_max", r"x_{\mathrm{max}}", ""),
    (r"\mathrm{loss}_1", r"\mathrm{loss}_{1}", "loss₁"),
    ("Δ", r"\Delta", ""),
    ("xi", r"\mathrm{xi}", ""),
    (r"\xi", r"\xi", "ξ"),
    ("two words", r"\text{two words}", ""),
    ("d['k']", r"\text{d['k']}", ""),
    (r"\input{x}", r"{\backslash\text{input}\{\text{x}\}}", ""),
    ("100%", r"{\text{100}\%}", ""),
    ("a_", r"{\text{a}\_}", ""),
]
COMMANDS = {"text", "mathrm", "hat", "bar", "vec", "tilde", "dot", "backslash", "wedge", "sim", "dots"}


@pytest.mark.parametrize(("label", "in_latex", "in_text"), LABELS, ids=[label for label, *_ in LABELS])
def test_labels(label: str, in_latex: str, in_text: str) -> None:
    assert TYPESET.name(label) == in_latex
    assert readable(label) == (in_text or label)
    assert TYPESET.name(readable(label)) == in_latex
    v = Value(2.0, label) * 1.0
    assert f"∂v1/∂{PLAIN.name(in_text or label)} = 1" in str(explain(v)).replace("  =", " =")


def test_the_parts_of_a_label() -> None:
    assert read(r"\vec{x}′_{max}^*") == Label("x", "vec", 1, "max", "*")
    assert [read(label) for label in ("", "_", "1", "x y", "x__1", "{x", r"\foo", "x^", "x_{{1}}")] == [None] * 9


def test_a_value_is_found_by_its_label_and_by_what_is_shown_of_it() -> None:
    y = Value(2.0, r"\hat y")
    z = y * y
    assert str(explain(z, wrt=r"\hat y")) == str(explain(z, wrt="ŷ")) == str(explain(z, wrt=y))


def test_labels_that_read_the_same_are_told_apart() -> None:
    z = Value(2.0, r"\theta") * Value(3.0, "θ")
    assert "v1 = θ · θ′ = 2 · 3 = 6" in str(explain(z))


# ---- that it compiles


def compiled(tex: str) -> None:
    """By matplotlib, which has no & in its text, nor environments."""
    PARSER.parse(f"${tex.replace('&', 'and')}$".replace(r"\and", "and"))


PARSER = MathTextParser("path")


@every_row
def test_every_row_compiles(op: Operation) -> None:
    formulas = [TYPESET.text(e) for e in contexts(called(op)[0])[::5]]
    compiled_ones = [tex for tex in formulas if r"\begin" not in tex]
    for tex in compiled_ones:
        compiled(tex)
    assert compiled_ones or op is ops.where


@given(expressions())
@settings(max_examples=100, deadline=None)
def test_random_formulas_compile(e: object) -> None:
    tex = TYPESET.text(e).replace("손실", "L")
    if r"\begin" not in tex:
        compiled(tex)
    assert not re.search(r"\^(\{[^{}]*\}|\w)\^|_(\{[^{}]*\}|\w)_", tex)


@pytest.mark.parametrize("broken", ["x^{1}^{2}", "w_{1}_{2}", r"\left(x", r"\foo", "{x"])
def test_what_does_not_compile_is_seen(broken: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]arse|[Ee]xpected|Double|Unknown"):
        compiled(broken)


@pytest.mark.parametrize(
    "label", [label for label, *_ in LABELS if label.isascii()] + [x for x in HOSTILE if x.isascii()]
)
def test_labels_compile_wherever_they_stand(label: str) -> None:
    square = Symbol(label) ** 2
    for tex in (TYPESET.name(label), TYPESET.partial("L", label, 2), TYPESET.partial(label, "x"), TYPESET.text(square)):
        compiled(tex)
    assert TYPESET.partial("L", label, 2).count("_{(2)}") == 1


@given(st.text(min_size=1) | st.text(r"\{}^_'$&#%~[]() hatthetabeginend01wxyx̂₁⁽²⁾", min_size=1, max_size=30))
@settings(max_examples=300)
def test_a_label_is_never_a_command(label: str) -> None:
    tex = TYPESET.name(label)
    assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= COMMANDS | set(LETTER_COMMANDS)
    bare = re.sub(r"\\[^A-Za-z]", "", tex)
    assert bare.count("{") == bare.count("}")
    assert not set(re.sub(r"\\[A-Za-z]+", "", bare)) & set("$#%&~\\")


LETTER_COMMANDS = re.findall(
    r"\w+",
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi
    psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega partial nabla ell infty top ast varphi""",
)


# ---- powers, numbers and constants


def test_what_is_raised_again_is_bracketed() -> None:
    x = Symbol("x")
    assert TYPESET.text(Symbol("w⁽¹⁾") ** 2) == r"\left(w^{(1)}\right)^{2}"
    assert PLAIN.text(Symbol("w⁽¹⁾₂") ** 2) == "(w⁽¹⁾₂)²"
    assert TYPESET.text((x / 2) ** 2) == r"\left(\frac{x}{2}\right)^{2}"
    assert TYPESET.text(Symbol("square", ops.square, [1.5e-7])) == r"\left(1.5 \cdot 10^{-7}\right)^2"
    assert PLAIN.text(Symbol("square", ops.square, [1.5e-7])) == "(1.5·10⁻⁷)²"
    assert PLAIN.text(x / 1.5e-7) == "x / (1.5·10⁻⁷)"
    assert TYPESET.text(2 * ops.expm1(x)) == r"2 \cdot \left(e^{x} - 1\right)"
    assert TYPESET.text(ops.hypot(-x, x + 1)) == r"\sqrt{\left(-x\right)^2 + \left(x + 1\right)^2}"


def test_a_minus_that_comes_first_needs_no_brackets() -> None:
    a = Symbol("a")
    assert TYPESET.text(-a + 1 - a) == "-a + 1 - a"
    assert TYPESET.text(-a * a) == r"-a \cdot a"
    assert TYPESET.text(a * -a) == r"a \cdot \left(-a\right)"
    assert TYPESET.text(1 - (a - 1)) == r"1 - \left(a - 1\right)"


def test_comparisons_are_no_chain() -> None:
    e = (Symbol("a") < Symbol("b")) < Symbol("c")
    assert (str(e), PLAIN.text(e), TYPESET.text(e)) == ("(a < b) < c", "(a < b) < c", r"\left(a < b\right) < c")


def test_e_and_pi_in_formulas() -> None:
    x = Symbol("x")
    assert (PLAIN.text(math.pi * x), TYPESET.text(math.pi * x)) == ("π · x", r"\pi \cdot x")
    assert (PLAIN.text(math.e**x), TYPESET.text(math.e**x)) == ("e ** x", "e^{x}")
    assert (PLAIN.text(x - math.pi), TYPESET.text(x * -math.pi)) == ("x − π", r"x \cdot \left(-\pi\right)")
    assert text(x / math.e) == "x / e"
    assert PLAIN.text(3.14159 * x) == "3.14159 · x"
    x = Value(math.pi, "x")
    assert "v1 = sin(x) = sin(π) = 1.22465·10⁻¹⁶" in str(explain(sin(x)))
    assert "v1 = e ** a = e¹ = 2.71828" in str(explain(math.e ** Value(1.0, "a")))
    assert "= 2.71828" in str(explain(exp(Value(1.0, "a"))))


# ---- in a terminal


def test_columns_of_wide_letters_are_aligned() -> None:
    loss, rate = Value(2.0, "손실"), Value(3.0, "r")
    total = loss * rate
    total.label = "합"
    shown = str(explain(total.tanh() + loss, wrt=loss))
    for part in shown.split("\n\n"):
        heads = [line.partition(" = ")[0] for line in part.splitlines() if line.startswith("  ") and " = " in line]
        if "Forward" in part:
            assert len({width(head) for head in heads}) == 1
            assert len({len(head) for head in heads}) > 1
    assert (
        len({width(line.partition("   with ")[0]) for line in str(steps(total.tanh())).splitlines() if "with" in line})
        == 1
    )


def test_the_width_of_text() -> None:
    assert [width(x) for x in ("", "abc", "손실", "ŷ", "x̂", "∂L/∂w₁", "ｗ", "a\u200b")] == [0, 3, 4, 1, 1, 6, 2, 1]
    assert padded("손실", 6) == "손실  "
    assert padded("손실", 2) == "손실"


def test_a_path_of_one_edge_is_its_derivative() -> None:
    x = Value(3.0, "x")
    shown = str(explain(x * 2.0, wrt=x))
    assert "  x → v1\n      2\n" in shown
    assert "2 = 2" not in shown
