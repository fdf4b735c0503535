r"""LaTeX to trees, by a table: what each construct is read as, how formulas are cut, what is not read and why."""

import pytest

from autograd.notes.formulas.parsing import parse_formula, parse_name
from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Cases,
    Derivative,
    Dots,
    Fraction,
    Function,
    Group,
    Indexed,
    Matrix,
    Name,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Root,
    Sum,
    Tagged,
    Transposed,
    Unreadable,
    Words,
)

DOTS = Dots()


def a(text):
    """An atom: a number or a name."""
    return Number(text) if text[0].isdigit() else Name(text)


def atoms(parts):
    return tuple(a(part) if isinstance(part, str) else part for part in parts)


def sub(base, *indices):
    return Indexed(*atoms([base]), atoms(indices))


def tag(base, tag):
    return Tagged(*atoms([base, tag]))


def times(*parts):
    """Factors side by side."""
    return Product(atoms(parts), ("",) * len(parts))


def dot(*parts):
    return Product(atoms(parts), ("", *"·" * (len(parts) - 1)))


def plus(*parts):
    return Sum(atoms(parts), ("+",) * len(parts))


def minus(*parts):
    """The first less the others; of one, its negative."""
    return Sum(atoms(parts), ("+",) * (len(parts) > 1) + ("-",) * max(len(parts) - 1, 1))


def par(*parts):
    return Group(atoms(parts))


def frac(over, under):
    return Fraction(*atoms([over, under]))


def power(base, exponent):
    return Power(*atoms([base, exponent]))


def t(base):
    return Transposed(*atoms([base]))


def fn(name, *arguments, **more):
    return Function(name, atoms(arguments), **more)


def by(of, *wrt):
    return Derivative(*atoms([of]), atoms(wrt))


def big(body, index, lower=None, upper=None, kind="sum"):
    return Big(kind, atoms([index]), *(each and atoms([each])[0] for each in (lower, upper)), *atoms([body]))


def eq(*sides):
    return Relation(atoms(sides), ("=",) * (len(sides) - 1))


def rel(left, sign, right):
    return Relation(atoms([left, right]), (sign,))


POSITIVE, NEGATIVE = rel("x", ">", "0"), rel("x", "<", "0")


def at(body, *conditions):
    return At(*atoms([body]), conditions)


def one(latex, words=()):
    """The only statement's only side, or the statement."""
    (statement,) = parse_formula(latex, words)
    return statement.sides[0] if isinstance(statement, Relation) and not statement.signs else statement


x, y, w = map(Name, "xyw")

READ = [
    # numbers, names, accents, styles
    ("0.50", Number("0.50")),
    (".5", Number(".5")),
    (r"\theta", Name("θ")),
    ("θ", Name("θ")),
    (r"\varepsilon", Name("ε")),
    ("ϵ", Name("ε")),
    (r"\hat y", Name("ŷ")),
    (r"\hat{\mathbf{y}}", Name("ŷ")),
    ("ŷ", Name("ŷ")),
    ("y\u0302", Name("ŷ")),
    (r"\widehat{y}", Name("ŷ")),
    (r"\bar{\theta}", Name("θ̄")),
    (r"\hat{y_i}", sub("ŷ", "i")),
    (r"\vec{x}", x),
    (r"\boldsymbol\theta", Name("θ")),
    (r"\underline{\underline{x}}", x),
    (r"\mathcal{L}", Name("ℒ")),
    (r"\mathbb R", Name("ℝ")),
    (r"\ell", Name("ℓ")),
    (r"\text{ label }", Name("label")),
    (r"\operatorname{KL}", Name("KL")),
    (r"\text{동전}", Name("동전")),
    (r"\displaystyle \left( x \right)", par("x")),
    # letters and words
    ("mn", times("m", "n")),
    ("XW", times("X", "W")),
    ("cost", Name("cost")),
    ("costs", times(*"costs")),
    # scripts
    ("w_{ij}", sub("w", "i", "j")),
    ("w_{1i}", sub("w", "1", "i")),
    ("w_{12}", sub("w", "12")),
    ("w_{i,j}", sub("w", "i", "j")),
    ("w_{(i)}", sub("w", "i")),
    ("w_{i+1,j}", sub("w", plus("i", "1"), "j")),
    ("w_ij", times(sub("w", "i"), "j")),
    ("x₁²", power(sub("x", "1"), "2")),
    (r"x_{\text{pred}}", sub("x", "pred")),
    (r"x_{\max}", sub("x", "max")),
    ("J_{CE}", sub("J", "C", "E")),
    ("w^{(1)}", tag("w", "1")),
    ("w^{[l]}", tag("w", "l")),
    ("w^{(1)}_{ij}", sub(tag("w", "1"), "i", "j")),
    ("w_{ij}^{(1)}", sub(tag("w", "1"), "i", "j")),
    ("{w_{ij}}^{(1)}", sub(tag("w", "1"), "i", "j")),
    ("w^{(l-1)}", tag("w", minus("l", "1"))),
    ("w^*", tag("w", Name("*"))),
    ("x^2_1", power(sub("x", "1"), "2")),
    ("x_1^2", power(sub("x", "1"), "2")),
    ("x^{10}", power("x", "10")),
    ("x^2y", times(power("x", "2"), "y")),
    ("X^T", t("X")),
    (r"X^\top", t("X")),
    (r"X^{\mathsf T}", t("X")),
    ("θᵀx", times(t("θ"), "x")),
    ("X^{T}X", times(t("X"), "X")),
    ("(AB)^T", t(par(times("A", "B")))),
    ("x^{(i)T}", t(tag("x", "i"))),
    (r"W^{(2)\,T}", t(tag("W", "2"))),
    ("{x^{(i)}}^T", t(tag("x", "i"))),
    ("f''(x)", times(Primed(Name("f"), 2), par("x"))),
    (r"y^\prime", Primed(y, 1)),
    (r"y^{\prime\prime}", Primed(y, 2)),
    ("(y_i)'", Primed(par(sub("y", "i")), 1)),
    ("y'_1", Primed(sub("y", "1"), 1)),
    ("e^{(wx+b)}", power("e", par(plus(times("w", "x"), "b")))),
    ("2^{(n)}", power("2", par("n"))),
    # arithmetic
    ("a - b + c", Sum(atoms("abc"), ("+", "-", "+"))),
    ("-a", minus("a")),
    (r"a \pm b", Sum(atoms("ab"), ("+", "±"))),
    (r"2 \cdot -3", Product((Number("2"), minus("3")), ("", "·"))),
    (r"a \times b \odot c / d", Product(atoms("abcd"), ("", "×", "⊙", "/"))),
    ("1/(mn)", Product((Number("1"), par(times("m", "n"))), ("", "/"))),
    (r"\frac12 x", times(frac("1", "2"), "x")),
    (r"\frac ab", frac("a", "b")),
    (r"\dfrac{1}{mn}", frac("1", times("m", "n"))),
    (r"\sqrt2 x", times(Root(Number("2")), "x")),
    (r"\sqrt[3]{x}", Root(x, Number("3"))),
    (r"\sigma(z)^2", times("σ", power(par("z"), "2"))),
    ("(3,n)(n,1)", times(par("3", "n"), par("n", "1"))),
    ("f(x; y)", times("f", par("x", "y"))),
    ("[0, 1]", Group(atoms("01"), "[")),
    (r"\{0, 1\}", Group(atoms("01"), "{")),
    (r"P(y_i | x_i)", times("P", par(sub("y", "i"), sub("x", "i")))),
    (r"P(y \mid x)", times("P", par("y", "x"))),
    ("P(x=0)", times("P", par(eq("x", "0")))),
    ("|x|y", times(Group((x,), "|"), "y")),
    ("2|x|", times("2", Group((x,), "|"))),
    (r"\|w\|^2", power(Group((w,), "‖"), "2")),
    (r"(\sum_i^n |x|)", par(big(Group((x,), "|"), "i", None, "n"))),
    (r"\sum_i |x_i|", big(Group((sub("x", "i"),), "|"), "i")),
    ("{ab}c", times("a", "b", "c")),
    (r"a + \dots + b", plus("a", DOTS, "b")),
    # functions
    (r"\log 2x", fn("log", times("2", "x"))),
    (r"\log(x)(1-x)", times(fn("log", "x"), par(minus("1", "x")))),
    (r"y\log\hat y + 1", plus(times("y", fn("log", "ŷ")), "1")),
    (r"\log \sigma(z)", fn("log", times("σ", par("z")))),
    (r"\log x \cdot y", dot(fn("log", "x"), "y")),
    (r"\log x \log y", times(fn("log", "x"), fn("log", "y"))),
    (r"\log \frac{a}{b}", fn("log", frac("a", "b"))),
    (r"\log\sum_i x_i", fn("log", big(sub("x", "i"), "i"))),
    (r"\log{\exp\left(x\right)}", fn("log", fn("exp", "x"))),
    (r"\log |x|", fn("log", Group((x,), "|"))),
    (r"\exp\{-x\}", fn("exp", minus("x"))),
    (r"\max(0, x)", fn("max", "0", "x")),
    (r"\log_2 x", fn("log", "x", base=Number("2"))),
    (r"\sin^2 x", fn("sin", "x", exponent=Number("2"))),
    (r"\tanh(z)^2", power(fn("tanh", "z"), "2")),
    (r"\text{softmax}(x)_i", Indexed(fn("softmax", "x"), (Name("i"),))),
    (r"\text{softmax}_i(x)", Indexed(fn("softmax", "x"), (Name("i"),))),
    (r"\text{ReLU}(x)", fn("relu", "x")),
    (r"\operatorname{Sigmoid}(x)", fn("sigmoid", "x")),
    ("max(0, x)", fn("max", "0", "x")),
    ("tr", times("t", "r")),
    (r"\operatorname{tr}(A)", fn("tr", "A")),
    (r"\tanh'(z)", times(Primed(Name("tanh"), 1), par("z"))),
    # sums and their kin
    (r"\sum_{i=1}^m x_i", big(sub("x", "i"), "i", "1", "m")),
    (r"\sum\limits^m_{i=1} x_i", big(sub("x", "i"), "i", "1", "m")),
    (r"\sum_{i,j} x_{ij} + b", plus(Big("sum", atoms("ij"), None, None, sub("x", "i", "j")), "b")),
    (r"\sum_{i,j=1}^n x", Big("sum", atoms("ij"), Number("1"), Name("n"), x)),
    (r"\sum_{k \ne i} x_k", big(sub("x", "k"), "k", rel("k", "≠", "i"))),
    (r"\sum_i -x", big(minus("x"), "i")),
    (r"\sum_i \sum_j x y", big(big(times("x", "y"), "j"), "i")),
    (r"\frac1n\sum_i x \cdot y", times(frac("1", "n"), big(dot("x", "y"), "i"))),
    ("∑_i x", big("x", "i")),
    (r"\max_i x_i", big(sub("x", "i"), "i", kind="max")),
    (r"\arg\max_w L", big("L", "w", kind="argmax")),
    (r"\operatorname*{arg\,min}_w L", big("L", "w", kind="argmin")),
    (r"\lim_{h \to 0} h", big("h", "h", rel("h", "→", "0"), kind="lim")),
    # derivatives
    (r"\frac{\partial L}{\partial w}", by("L", "w")),
    (r"\frac{dL}{dw}", by("L", "w")),
    (r"\frac{\mathrm{d}L}{\mathrm{d}w}", by("L", "w")),
    (r"\frac{dLoss}{dw}", by("Loss", "w")),
    (
        r"\frac{d \text{cost}(w, b; x_{ij})}{dw_{ij}}",
        by(times("cost", par("w", "b", sub("x", "i", "j"))), sub("w", *"ij")),
    ),
    (r"\frac{\partial^2 L}{\partial w^2}", by("L", "w", "w")),
    (r"\frac{\partial^2 L}{\partial w \partial b}", by("L", "w", "b")),
    (r"\frac{d}{dx} x^2", times(Derivative(None, (x,)), power("x", "2"))),
    (r"\frac{\partial L}{\partial \vec w}", by("L", "w")),
    (r"\frac{\partial (wx)}{\partial w}", by(par(times("w", "x")), "w")),
    (r"\partial L/\partial w", by("L", "w")),
    (r"2\,dL/dw \cdot x", Product((Number("2"), by("L", "w"), x), ("", "", "·"))),
    (r"\partial_w L", by("L", "w")),
    (r"\nabla_w L(w)", by(times("L", par("w")), "w")),
    (r"\nabla L^T x", times(t(by("L")), "x")),
    (r"\nabla_w \|w\|^2", by(power(Group((w,), "‖"), "2"), "w")),
    (r"\frac{d_k}{2}", frac(sub("d", "k"), "2")),
    (r"\frac{dx}{2}", frac(times("d", "x"), "2")),
    (r"\frac{x}{d}", frac("x", "d")),
    # values at points
    (r"\left. y' \right|_{x=0}", at(Primed(y, 1), eq("x", "0"))),
    (r"\frac{dy}{dx}\Big|_{x=0}", at(by("y", "x"), eq("x", "0"))),
    (r"2f'(x)|_{x=1, y=2}", times("2", at(times(Primed(Name("f"), 1), par("x")), eq("x", "1"), eq("y", "2")))),
    (r"a = \frac34 (x=0)", eq("a", at(frac("3", "4"), eq("x", "0")))),
    (r"a = \frac34 \quad (x=0)", eq("a", at(frac("3", "4"), eq("x", "0")))),
    # arrays
    (r"\begin{pmatrix} 1 & x \\ \vdots & y \\ \end{pmatrix}", Matrix((atoms("1x"), (DOTS, y)))),
    (r"\begin{array}{c|c} 1 & x \\ \hline x & y \end{array}", Matrix((atoms("1x"), atoms("xy")))),
    (r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", Cases(atoms("x0"), (rel("x", ">", "0"), None))),
    (
        r"\begin{cases} x, & \text{if } x > 0, \\ 0 & (x \le 0) \end{cases}",
        Cases(atoms("x0"), (rel("x", ">", "0"), rel("x", "≤", "0"))),
    ),
    (
        r"\begin{cases} x \text{ if } x > 0 \\ 0 \text{ else} \end{cases}",
        Cases(atoms("x0"), (rel("x", ">", "0"), None)),
    ),
    (r"\left\{ \begin{array}{ll} x & x > 0 \end{array} \right.", Cases((x,), (rel("x", ">", "0"),))),
    # remarks
    (r"\underset{4 \times 3}{W}", Annotated(Name("W"), Product(atoms("43"), ("", "×")))),
    (r"\underbrace{X^T}_{(k \times m)}", Annotated(t("X"), par(Product(atoms("km"), ("", "×"))))),
    (r"\underbrace{x}_{\text{what } \foo}", x),
    (r"a \overset{!}{=} b", eq("a", "b")),
    # relations
    ("a = b = c", eq("a", "b", "c")),
    ("= b", Relation((None, Name("b")), ("=",))),
    (r"w \leftarrow w", rel("w", "←", "w")),
    (r"w := w", rel("w", ":=", "w")),
    (r"a \xrightarrow{\text{so}} b", rel("a", "→", "b")),
    (r"a \not= b", rel("a", "≠", "b")),
    (r"x \in \mathbb{R}^{1 \times D}", rel("x", "∈", power("ℝ", Product(atoms("1D"), ("", "×"))))),
    (r"0 \leq y \lt 1", Relation(atoms("0y1"), ("≤", "<"))),
    (r"x = \text{all of them}", eq("x", Words("all of them"))),
    # what does not show
    (r"x % no more", x),
    (r"\color{red} x \label{here} \tag{1}", x),
    (r"\boxed{a = b}", eq("a", "b")),
]


@pytest.mark.parametrize(("latex", "tree"), READ)
def test_a_formula_is_read_as_the_tree(latex, tree):
    assert one(latex) == tree


def test_the_whole_left_side_is_a_word():
    assert one("Err(w) = 1") == eq(times("Err", par("w")), "1")
    assert one(r"Err_i = \frac{dErr}{dw}") == eq(sub("Err", "i"), by("Err", "w"))
    assert one("ab = 1") == eq(times("a", "b"), "1")
    assert one("1 = Err") == eq("1", times(*"Err"))


def test_declared_words_are_found_in_runs_of_letters_the_longest_first():
    assert one("xwxbias", ["wx", "bias"]) == times("x", "wx", "bias")
    assert one("abc", ["ab", "abc"]) == Name("abc")
    assert one("log", ["log"]) == Name("log")
    assert one(r"\text{log}", ["log"]) == Name("log")


STATEMENTS = [
    (r"Y = XW \quad y = 1", [eq("Y", times("X", "W")), eq("y", "1")]),
    (r"a = 1, b = 2; c = 3.", [eq("a", "1"), eq("b", "2"), eq("c", "3")]),
    (r"y_1, y_2", [eq(sub("y", "1")), eq(sub("y", "2"))]),
    (r"a = 1 \Rightarrow b = 2 \therefore c = 3", [eq("a", "1"), eq("b", "2"), eq("c", "3")]),
    (r"(a = 1 \Rightarrow b = 2)", [eq("a", "1"), eq("b", "2")]),
    (r"a = 1 \text{ where } b = 2", [eq("a", "1"), eq("b", "2")]),
    (r"L: a = 1", [eq("L"), eq("a", "1")]),
    (r"w = 1 \quad \forall i, j", [eq("w", "1")]),
    (r"y = x \quad \text{: a remark in words}", [eq("y", "x")]),
    # rows
    (r"\begin{aligned} a &= b \\ &= c \\ d &= e \end{aligned}", [eq("a", "b", "c"), eq("d", "e")]),
    (r"a = b \\ c = d", [eq("a", "b"), eq("c", "d")]),
    (r"\begin{align*} a &= b \\ &\quad + c \\ &= \\ & d \end{align*}", [eq("a", plus("b", "c"), "d")]),
    (r"a = b \\ - c", [eq("a", minus("b", "c"))]),
    (r"a = b \\ -c = d", [eq("a", "b"), eq(minus("c"), "d")]),
    (r"\begin{align} a &= b & c &= d \\ &= x & &= y \end{align}", [eq("a", "b", "x"), eq("c", "d", "y")]),
    (r"\begin{align} a &= b && \text{the rule} \\ &= c \end{align}", [eq("a", "b", "c")]),
    (r"a = (b + \\ c)", [eq("a", par(plus("b", "c")))]),
    (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", [eq("a", "b", "c")]),
    (r"\begin{array}{rl} a &= b \\ &= c \end{array}", [eq("a", "b", "c")]),
    (r"\begin{cases} a = b \\ c = d \end{cases}", [eq("a", "b"), eq("c", "d")]),
    (r"\begin{cases} W_{4 \times 3} \\ b \end{cases}", [eq(sub("W", Product(atoms("43"), ("", "×")))), eq("b")]),
    (r"\left\{ \begin{aligned} a &= b \\ c &= d \end{aligned} \right.", [eq("a", "b"), eq("c", "d")]),
    # conditions
    (r"a = 1 \text{ if } x > 0", [eq("a", at("1", POSITIVE))]),
    (r"a = 1 \text{ if } x > 0, y > 0", [eq("a", at("1", POSITIVE, rel("y", ">", "0")))]),
    (r"a = 1 \text{ if } x > 0, a = 0 \text{ if } x < 0", [eq("a", at("1", POSITIVE)), eq("a", at("0", NEGATIVE))]),
    (r"\text{if } x > 0: a = 1", [eq("a", at("1", POSITIVE))]),
    (r"\text{if } x > 0, a = 1 \quad b = 2", [eq("a", at("1", POSITIVE)), eq("b", at("2", POSITIVE))]),
    (r"a = 1 \\ \text{if } x > 0 \text{ then } b = 2", [eq("a", "1"), eq("b", at("2", POSITIVE))]),
    (r"a = 1 \text{ if } x \text{ is large}", [eq("a", at("1", x))]),
    (r"a = 1 \text{ if } \foo", [eq("a", at("1", Words(r"\foo")))]),
    (r"a = 1 \text{ if the label is right}", [eq("a", at("1", Words("if the label is right")))]),
    (r"a_i = 1 \text{ for all } i", [eq(sub("a", "i"), "1")]),
    (r"a = 1 \quad (\text{if } x > 0)", [eq("a", at("1", POSITIVE))]),
    (r"b = x \quad (\frac{db}{dx} = 1)", [eq("b", "x"), eq(by("b", "x"), "1")]),
    (r"\begin{cases} a = 1 & x > 0 \\ b = 2 \end{cases}", [eq("a", at("1", POSITIVE)), eq("b", "2")]),
    # lists
    (r"i = 1, 2, \dots, n", [rel("i", "∈", Group((*atoms("12"), DOTS, Name("n")), "{"))]),
    (r"y_1 = a, \dots, y_n = b", [eq(sub("y", "1"), "a"), eq(sub("y", "n"), "b")]),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "statements"), STATEMENTS)
def test_a_formula_is_cut_into_statements(latex, statements):
    assert parse_formula(latex) == statements


CONDITION = "the condition of a case is a relation"
CASE = "a case is a value, & and its condition"
UNREADABLE = [
    (r"\foo x", r"\foo", r"\foo is no command that is read here"),
    ("x!", "!", "! is no sign that is read here"),
    ("x \u202e y", "\u202e", "U+202E is no sign that is read here"),
    ("\ud800", "\ud800", "U+D800 is no sign that is read here"),
    ("(a + b", "(", "( is not closed"),
    ("a)", ")", ") closes nothing"),
    ("a}", "}", "} closes nothing"),
    (r"\frac{a}{b", "{", "{ is not closed"),
    (r"\left( a \right]", r"\left( a \right]", "the bracket ( is closed by another one"),
    (r"\begin{cases} a", r"\begin{cases}", r"\begin{cases} is not closed"),
    (r"\begin{foo} a \end{foo}", r"\begin{foo}", r"\begin{foo} is not read here"),
    ("a +", "+", "an operand is missing after +"),
    ("a = = b", "=", "an operand is missing after ="),
    ("(+)", "+", "an operand is missing after +"),
    ("/ a", "/", "an operand is missing before /"),
    ("()", "()", "there is nothing in the brackets"),
    (r"\log", r"\log", r"an operand is missing after \log"),
    (r"\sum_i", "i", "the formula ends too early"),
    ("x^10", "1", "only the 1 is taken here: write { } around the number"),
    ("x2", "2", "2 behind a factor may be an index, a power or a factor"),
    ("1e-4", "1", r"a power of ten is written \cdot 10^{…}"),
    ("x = 1,000", "1", "1,000 may be one number or two: write . or a space"),
    ("x = 0,5", "0", "0,5 may be one number or two: write . or a space"),
    ("{a+b}c", "{a+b}", "braces do not show: write ( )"),
    ("{ab}^T", "{ab}", "braces do not show: write ( )"),
    (r"\sum_i {a+b}", "{a+b}", "braces do not show: write ( )"),
    ("x_1_2", "_2", "a second script of the same kind: write { } around the first"),
    ("A^{-T}", "^{-T}", "a transpose among others is not read"),
    ("x^+", "^", "an operand is missing after ^"),
    ("2_i", "_i", "this stands on no name"),
    (r"\sin^{-1} x", "-1", "write the power of sin behind brackets"),
    (r"\log 2 \sum_i x_i", r"\log 2 \sum_i x_i", "write brackets around what log is of"),
    (r"\log 2 (x + 1)", r"\log 2 (x + 1)", "write brackets around what log is of"),
    (r"\sqrt(x)", ")", "the formula ends too early"),
    (r"\overline{ab}", r"\overline{ab}", "an accent stands on a letter or a word"),
    (r"\frac{d^2 y}{dx}", r"\frac{d^2 y}{dx}", "the orders above and below differ"),
    (r"\frac{dy}{dxz}", r"\frac{dy}{dxz}", "what is derived by is not clear"),
    (r"\frac{\partial L}{2}", r"\partial", "∂ has nothing to be derived by"),
    (r"\delta L/\delta w", r"\delta L/\delta w", "δ over δ is not read: a derivative is written with ∂ or d"),
    (r"\nabla", r"\nabla", "∇ has nothing behind it"),
    (r"xy|_{x=0}", "y|_{x=0}", r"what the bar is of is not clear: write \left. … \right|"),
    ("(2|x|)", "|", "| cannot stand here"),
    ("x_{i=1}", "_{i=1}", "an index is no relation"),
    (r"\frac{a=b}{c}", "a=b", "a relation cannot stand here"),
    (r"\frac{a,b}{c}", "{a,b}", "one formula is read here, not several between commas"),
    (r"\begin{matrix} 1 & \end{matrix}", r"\begin{matrix} 1 & \end{matrix}", "an entry is missing"),
    (r"f = \begin{cases} a = 1 & \text{if } b \end{cases}", r"\begin{cases} a = 1 & \text{if } b \end{cases}", CASE),
    (r"\begin{cases} x & y > \text{so what} \end{cases}", r"y > \text{so what}", CONDITION),
    (r"\left< x \right>", r"\left<", r"\left< is no bracket that is read here"),
    (r"\hat{\bar{\dot{x}}}", r"\hat{\bar{\dot{x}}}", "more accents than two are not read"),
    ("(" * 101, "(", "brackets are nested more than 100 deep"),
    (r"a = b \\ * c = d", "*", "an operand is missing before *"),
    (r"\text{if } x > 0", "x > 0", "a condition, but of nothing"),
    (r"y = 0 \text{ or } y = 1", r"\text{ or }", "what “or” says is not read"),
    (r"y = 0 \text{ otherwise}", r"\text{ otherwise}", "what “otherwise” says is not read"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "token", "reason"), UNREADABLE)
def test_what_is_not_read_is_said_with_its_token(latex, token, reason):
    (unreadable,) = (each for each in parse_formula(latex) if isinstance(each, Unreadable))
    assert (unreadable.token, unreadable.reason) == (token, reason)
    assert latex[slice(*unreadable.span)] == token


def test_an_unreadable_statement_spoils_no_other():
    first, second, third = parse_formula(r"a = 1 \\ b = \foo \\ c = 3")
    assert (first, third) == (eq("a", "1"), eq("c", "3"))
    assert second.token == r"\foo"
    assert [type(each) for each in parse_formula(r"a = (1 \\ b = 2")] == [Unreadable, Relation]


def test_a_node_reaches_as_far_as_its_scripts():
    latex = "2 w_{ij}^{(1)}"
    indexed = one(latex).factors[1]
    assert latex[slice(*indexed.span)] == latex[slice(*indexed.base.span)] == "w_{ij}^{(1)}"
    assert latex[slice(*indexed.base.base.span)] == "w"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("w", w),
        (r"\theta", Name("θ")),
        ("w^{(1)}_{ij}", sub(tag("w", "1"), "i", "j")),
        ("label", Name("label")),
        (r"\text{label}", Name("label")),
        ("Diff_{ij}", sub("Diff", "i", "j")),
        ("ŷ", Name("ŷ")),
        ("W1", sub("W", "1")),
        (r"\hat y_i", sub("ŷ", "i")),
    ],
)
def test_a_name_is_read(text, name):
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x + y", "'x + y' is no name: write a letter, a word, or one of them with scripts, as in w_{ij}"),
        ("x = 1", "'x = 1' is no name"),
        ("", "'' is no name"),
        ("a, b", "'a, b' is no name"),
        ("2", "'2' is no name"),
        ("x_", "'x_' is no name: an operand is missing after _"),
        (r"\foo", r"'\foo' is no name: \foo is no command that is read here"),
    ],
)
def test_what_is_no_name_is_said(text, message):
    with pytest.raises(ValueError, match="is no name") as error:
        parse_name(text)
    assert message in str(error.value)
