"""Notes of many kinds: what is right holds, what is planted is found and named, and what is open is left open."""

import re

import pytest

from autograd import Value, check_notes, derivative_formula, exp, log, sigmoid, sin, softplus, sqrt, tanh
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED


def verdicts(text):
    return [finding.verdict for finding in check_notes(text).findings]


def declared(lines, *formulas):
    """Notes of a declaration and display formulas."""
    return "\n\n".join([f"<!-- check\n{lines}\n-->", *(f"$${formula}$$" for formula in formulas)])


# ---- claims that hold, and the same with one slip

NEURON = ("w, x, t: number", r"z = wx + b", r"\hat y = \sigma(z)", r"L = (\hat y - t)^2")
LOGISTIC = (
    "x: n per i; y: per i, in {0, 1}; w: n; b: number; i = 1..m",
    r"z^{(i)} = w^T x^{(i)} + b, \quad \hat y^{(i)} = \sigma(z^{(i)})",
    r"J = -\frac{1}{m} \sum_{i=1}^m \left[ y^{(i)} \log \hat y^{(i)} + (1 - y^{(i)}) \log (1 - \hat y^{(i)}) \right]",
)
LINEAR = (
    r"X: m×n; \theta: n; y: m",
    r"J(\theta) = \frac{1}{2m} \|X\theta - y\|^2",
)
TWO_LAYERS = (
    "x: n; t: k; W^{(1)}: h×n; b^{(1)}: h; W^{(2)}: k×h; b^{(2)}: k",
    r"z^{(1)} = W^{(1)} x + b^{(1)}, \quad a^{(1)} = \tanh(z^{(1)}), \quad y = W^{(2)} a^{(1)} + b^{(2)}",
    r"E = \frac{1}{2} \|y - t\|^2, \quad \delta^{(2)} = y - t",
)
SOFTMAX = (
    "z: k; t: k, one-hot",
    r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \quad C = -\sum_i t_i \log p_i",
)
BATCH = ("X: m×k; W: k×n; b: n; L: function of Y", "Y = XW + b")
FUNCTION = ("x, y: number", r"g(x, y) = x^2 y + \sin(xy)")

# fmt: off
CLAIMS = [  # the notes, a right claim, a wrong one, the kind of slip, and how it is put right
    (NEURON, r"\frac{\partial L}{\partial w} = 2(\hat y - t)\hat y(1 - \hat y)x",
     r"\frac{\partial L}{\partial w} = 2(\hat y - t)\hat y(1 + \hat y)x", "wrong sign", r"\hat y(1 - \hat y)x"),
    (NEURON, r"\frac{dL}{db} = 2(\hat y - t)\sigma'(z)",
     r"\frac{dL}{db} = 2(\hat y - t)\sigma(z)", "wrong function", r"\sigma'(z)"),
    (NEURON, r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial \hat y} \frac{\partial \hat y}{\partial z}",
     r"\frac{\partial L}{\partial z} = \frac{\partial \hat y}{\partial L} \frac{\partial \hat y}{\partial z}", "reciprocal",
     r"\frac{\partial L}{\partial \hat{y}}"),
    (NEURON, r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z} x",
     r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z}", "missing factor", "x"),
    (NEURON, r"\frac{\partial L}{\partial \hat y} = 2(\hat y - t)",
     r"\frac{\partial L}{\partial \hat y} = 2(t - \hat y)", "opposite sign", r"-2 (t - \hat y)"),
    (NEURON, r"w \leftarrow w - \alpha \frac{\partial L}{\partial w}",
     r"w \leftarrow w + \alpha \frac{\partial L}{\partial w}", "opposite sign", ""),
    (LOGISTIC, r"\frac{\partial J}{\partial w_j} = \frac{1}{m} \sum_{i=1}^m (\hat y^{(i)} - y^{(i)}) x_j^{(i)}",
     r"\frac{\partial J}{\partial w_j} = \frac{1}{m} \sum_{i=1}^m (\hat y^{(i)} - y^{(i)})", "missing factor", "x"),
    (LOGISTIC, r"\nabla_w J = \frac{1}{m} \sum_{i=1}^m (\hat y^{(i)} - y^{(i)}) x^{(i)}",
     r"\nabla_w J = \sum_{i=1}^m (\hat y^{(i)} - y^{(i)}) x^{(i)}", "constant factor", r"\frac{1}{m}"),
    (LOGISTIC, r"\frac{\partial J}{\partial b} = \frac{1}{m} \sum_i (\hat y^{(i)} - y^{(i)})",
     r"\frac{\partial J}{\partial b} = \frac{1}{m} (\hat y^{(i)} - y^{(i)})", "missing sum", r"\sum_{i}"),
    (LINEAR, r"\nabla_\theta J = \frac{1}{m} X^T (X\theta - y)",
     r"\nabla_\theta J = \frac{1}{m} X (X\theta - y)", "transposed", "X^T"),
    (LINEAR, r"\frac{\partial^2 J}{\partial \theta_1^2} = \frac{1}{m} \sum_{i=1}^m X_{i1}^2",
     r"\frac{\partial^2 J}{\partial \theta_1^2} = \frac{1}{m} \sum_{i=1}^m X_{i1}", "wrong power", "X_{i1}^2"),
    (TWO_LAYERS, r"\delta^{(1)} = W^{(2)T} \delta^{(2)} \odot \tanh'(z^{(1)}), \quad \frac{\partial E}{\partial W^{(1)}} = \delta^{(1)} x^T",
     r"\frac{\partial E}{\partial W^{(2)}} = a^{(1)T} \delta^{(2)}", "wrong order", ""),
    (TWO_LAYERS, r"\frac{\partial E}{\partial a^{(1)}} = W^{(2)T} (y - t)",
     r"\frac{\partial E}{\partial a^{(1)}} = W^{(2)} (y - t)", "transposed", "{W^{(2)}}^T"),
    (SOFTMAX, r"\frac{\partial C}{\partial z_i} = p_i - t_i",
     r"\frac{\partial C}{\partial z_i} = t_i - p_i", "opposite sign", r"-\left(t_i - p_i\right)"),
    (SOFTMAX, r"\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)",
     r"\frac{\partial p_i}{\partial z_i} = p_i (1 - t_i)", "wrong name", "1 - p_{i}"),
    (BATCH, r"\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}",
     r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y} X^T", "wrong order", ""),
    (BATCH, r"\frac{\partial L}{\partial b_j} = \sum_{i=1}^m \frac{\partial L}{\partial y_{ij}}",
     r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial Y}", "missing sum", ""),
    (FUNCTION, r"\frac{\partial g}{\partial y} = x^2 + x\cos(xy)",
     r"\frac{\partial g}{\partial y} = x^2 + x\sin(xy)", "wrong function", r"\cos(xy)"),
    (FUNCTION, r"\frac{\partial^2 g}{\partial x \partial y} = 2x + \cos(xy) - xy\sin(xy)",
     r"\frac{\partial^2 g}{\partial x \partial y} = 2x + \cos(xy) - x\sin(xy)", "missing factor", "y"),
    (FUNCTION, r"\nabla g = \begin{pmatrix} 2xy + y\cos(xy) \\ x^2 + x\cos(xy) \end{pmatrix}",
     r"\nabla g = \begin{pmatrix} 2xy + \cos(xy) \\ x^2 + x\cos(xy) \end{pmatrix}", "", ""),
]
# fmt: on


@pytest.mark.parametrize("notes, right", [(notes, right) for notes, right, *_ in CLAIMS])
def test_what_is_right_holds(notes, right):
    found = check_notes(declared(*notes, right)).findings
    assert found
    assert {f.verdict for f in found} == {HOLDS}


@pytest.mark.parametrize("notes, _, wrong, kind, mended", CLAIMS)
def test_what_is_wrong_is_named(notes, _, wrong, kind, mended):
    (finding,) = check_notes(declared(*notes, wrong)).findings
    assert finding.verdict == SLIP
    assert finding.diagnosis == kind or not kind
    assert re.sub(r"\s", "", mended) in re.sub(r"\s", "", finding.correction)


@pytest.mark.parametrize("notes, _, wrong", [(notes, _, wrong) for notes, _, wrong, *_ in CLAIMS])
def test_what_is_put_right_holds(notes, _, wrong):
    (finding,) = check_notes(declared(*notes, wrong)).findings
    if finding.correction:
        assert verdicts(declared(*notes, finding.correction)) == [HOLDS]
    else:
        assert finding.message


# ---- the engine's own formulas, as notes

W, X, B = (Value(number, label) for number, label in ((0.7, "w"), (1.3, "x"), (0.4, "b")))
PROGRAMS = [
    sigmoid(W * X + B) ** 2,
    tanh(W * X) * exp(-B * W),
    log(1 + W**2) / (X + 2 * B),
    softplus(W - X) + sin(W * B),
    sqrt(1 + W**2 + X**2) - B / W,
    (W * X - B) ** 3 / (1 + exp(W)),
]


@pytest.mark.parametrize("result", PROGRAMS)
@pytest.mark.parametrize("wrt", [W, X, B])
def test_the_engines_own_formulas_hold(result, wrt):
    loss = derivative_formula(result, result) if result is wrt else None
    assert loss is None
    value, derivative = written(result), derivative_formula(result, wrt).latex
    text = rf"$$L = {value}$$ $$\frac{{\partial L}}{{\partial {wrt.label}}} = {derivative}$$"
    assert verdicts("<!-- check\nw, x, b: number in (0.2, 1.5)\n-->\n" + text) == [HOLDS]
    assert verdicts(
        "<!-- check\nw, x, b: number in (0.2, 1.5)\n-->\n" + text.replace("= " + derivative, f"= w + {derivative}")
    ) == [SLIP]


def written(result):
    """A graph as one formula: the derivative of it times a new input, in that input."""
    scale = Value(1.0, "s")
    return derivative_formula(result * scale, scale).latex


# ---- what the notes leave open


@pytest.mark.parametrize(
    "text, reason",
    [
        (r"$z = wx$, $\frac{\partial z}{\partial w} = q$", "q has no meaning yet"),
        (r"$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$", "has no meaning yet"),
        (r"$z = wx$, $\frac{\partial z}{\partial w} = \foo{x}$", r"\foo"),
        (r"$f = g$, $g = f$, $\frac{df}{dx} = 1$", "defined by itself"),
        (r"$s = \sum_{i=1}^{1000000000} i$, $s = 1$", "more than"),
        (r"$z = wx + b$, $a = \sigma(v)$, $\frac{\partial a}{\partial z} = a(1 - a)$", "not computed through"),
    ],
)
def test_what_cannot_be_told_is_not_checked(text, reason):
    found = check_notes(text).findings
    assert UNCHECKED in {f.verdict for f in found}
    assert HOLDS not in {f.verdict for f in found}
    assert any(reason in f.message for f in found)


def test_a_later_section_defines_anew():
    text = r"""
# A
$$L = w^2$$ $$\frac{dL}{dw} = 2w$$
# B
$$L = w^3$$ $$\frac{dL}{dw} = 3w^2$$ $$\frac{dL}{dw} = 2w$$
"""
    assert verdicts(text) == [HOLDS, HOLDS, SLIP]


def test_a_second_equation_for_a_name_is_a_claim():
    assert verdicts(r"$y = (a + b)^2$ and so $y = a^2 + 2ab + b^2$, but not $y = a^2 + b^2$") == [HOLDS, SLIP]


def test_a_definition_may_stand_below():
    assert verdicts(r"$L = (y - t)^2$ with $\frac{\partial L}{\partial w} = 2(y - t)x$ where $y = wx$") == [HOLDS]


def test_a_worked_example_with_its_numbers():
    text = r"""
Let $w = 2$, $x = 0.5$, $b = -2$, $t = 1$.
$$z = wx + b = -1, \quad y = \sigma(z) = 0.2689, \quad L = (y - t)^2 = 0.534$$
$$\frac{\partial L}{\partial w} = 2(y - t)y(1 - y)x = -0.1437$$
$$\frac{\partial L}{\partial b} = -0.2975$$
"""
    report = check_notes(text)
    assert [f.verdict for f in report.findings] == [HOLDS] * 5 + [SLIP]
    assert "−0.2975 should be −0.28746968" in report.slips[0].message


def test_numbers_alone():
    assert verdicts(r"$1.6\times10^{-19} = 9.1\times10^{-31}$, $0.1 + 0.2 - 0.3 = 0$") == [SLIP, HOLDS]
    assert verdicts(r"$-2.4 = -3 - 0.1 \cdot (-6)$, $\frac{1}{3} = 0.333$, $2 + 2 = 5$") == [HOLDS, HOLDS, SLIP]


def test_chains_are_claims_link_by_link():
    text = r"""$$L = (wx - t)^2$$
$$\frac{dL}{dw} = 2(wx - t) \frac{d(wx - t)}{dw}$$
$$= 2(wx - t)x$$
$$= 2wx - 2tx$$"""
    assert verdicts(text) == [HOLDS, HOLDS, SLIP]


def test_wrong_shapes():
    notes = declared("X: m×k; W: k×n", r"Y = XW", r"\underset{m \times n}{Y}", r"\underset{n \times m}{Y}")
    assert [(f.verdict, f.message) for f in check_notes(notes).findings] == [
        (HOLDS, "the shape is right"),
        (SLIP, "wrong shape: Y is m×n, not n×m"),
    ]
    assert verdicts("$(3, m) = (3, n)(n, m) + (3, 1)$, $(3, m) = (n, 3)(n, m)$") == [HOLDS, SLIP]


# ---- what stands beside a formula

CIRCUMSTANCES = [
    r"For $x > 0$ we have $\frac{d}{dx}|x| = 1$.",
    r"Let $\lambda > 0$ and $0 \le p \le 1$, $n \ge 1$.",
    r"$x \ge 0$이면 $\sigma(x) \ge 0.5$",
    declared("z: K", r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}")
    + "\n\n"
    + r"If $i \neq j$ then $\frac{\partial p_i}{\partial z_j} = -p_ip_j$."
    + "\n\n"
    + r"$$\frac{\partial p_i}{\partial z_j} = p_i(1-p_i), \quad i = j$$"
    + "\n\n"
    + r"$$\frac{\partial p_i}{\partial z_j} = -p_ip_j \quad (i \ne j)$$",
    declared("X: m×n; w: n; t: m", r"J = \frac{1}{2m}\|Xw-t\|^2, \quad g = \nabla_w J", r"w \leftarrow w - \eta g"),
    declared("x: d; U: H×d; V: c×H; t: c", r"h=\tanh(Ux)", "o=Vh", r"E=\frac12\|o-t\|^2")
    + r" $\delta_o = o - t$, $\frac{\partial E}{\partial V} = \delta_o h^T$",
    r"$w = 2$, $\eta = 0.1$. $L = w^2$, $w \leftarrow w - \eta \frac{dL}{dw} = 2 - 0.1 \cdot 4 = 1.6$",
    r"$L = w^2$, $w_{\text{new}} = w - \eta\frac{dL}{dw}$, $\Delta w = -\eta \frac{dL}{dw}$",
    declared("x: n", r"\mu = \frac1n\sum_i x_i", r"s^2 = \frac1n \sum_i (x_i-\mu)^2")
    + r" $\frac{\partial \mu}{\partial x_i} = \frac1n$, $\frac{\partial s^2}{\partial x_i} = \frac2n (x_i - \mu)$",
    declared("x: n; W_o: k×n", "y = W_o x", r"L = \frac12\|y\|^2", r"\frac{\partial L}{\partial W_o} = y x^T"),
    declared("w: n", r"J = \frac12\|w\|^2")
    + "\n# Next\n"
    + r"$J_\lambda = J + \lambda J$, $\nabla_w J_\lambda = (1 + \lambda) w$",
    declared("A, B: m×n", "C = A * B") + r" $C_{ij} = A_{ij} B_{ij}$",
]


@pytest.mark.parametrize("text", CIRCUMSTANCES)
def test_conditions_and_other_spellings_are_understood(text):
    assert set(verdicts(text)) <= {HOLDS}


@pytest.mark.parametrize(
    "right, wrong",
    [
        (r"For $x > 0$ we have $\frac{d}{dx}|x| = 1$.", r"For $x < 0$ we have $\frac{d}{dx}|x| = 1$."),
        (
            r"$p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$. If $i \neq j$, $\frac{\partial p_i}{\partial z_j} = -p_ip_j$.",
            r"$p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$. If $i = j$, $\frac{\partial p_i}{\partial z_j} = -p_ip_j$.",
        ),
    ],
)
def test_conditions_count(right, wrong):
    assert verdicts(right) == [HOLDS]
    assert verdicts(wrong) == [SLIP]


def test_probabilities_of_words_are_given():
    assert verdicts(r"$P(\text{coin}) = \frac{1}{2}$ and $P(\text{character}) = \frac{1}{256}$") == []


def test_another_definition_in_another_item_is_no_slip():
    text = "- add: $q = x+y$, $\\frac{\\partial q}{\\partial x} = 1$\n- mul: $q = xy$, $\\frac{\\partial q}{\\partial x} = y$"
    assert verdicts(text) == [HOLDS, UNCHECKED, HOLDS]


# ---- hostile text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"$a_{{{i}}} = a_{{{i - 1}}} + 1$" for i in range(1, 1500)) + r" $\frac{d a_{1499}}{d a_0} = 2$",
        r"$s = " + "".join(rf"\sum_{{i_{k}=1}}^{{9}}" for k in range(10)) + r" x$ $\frac{ds}{dx} = 1$",
        "$" + "(" * 5000 + "x" + ")" * 5000 + " = 1$",
        "<!-- check\nX: 900×900; W: 900×900; L: function of Y\n-->\n$Y = XW$ $\\frac{\\partial L}{\\partial X} = 1$",
        r"$10^{10^{10}} = 1$ $x = \log 0$ $\frac{1}{0} = 1$ $\infty = \infty$",
        "$x\0 = 1$ \ud800 $\ud800 = 1$",
        r"$$ x = \left( \begin{pmatrix} 1 & 2 \frac{",
        "<!-- check\n1 < x < 0\nX: m by\n;;;:::\nx in (3, 1)\n-->",
        r"$h(x) = h(x) + 1$ $h'(x) = 0$ $y_i = y_{i+1}$ $\frac{\partial y_1}{\partial y_2} = 1$",
    ],
)
def test_hostile_notes_are_not_checked_and_do_no_harm(text):
    assert set(verdicts(text)) == {UNCHECKED}


def test_only_so_many_claims_are_checked():
    findings = check_notes(r"$2 + 2 = 4$ " * 6000).findings
    assert [f.verdict for f in findings] == [HOLDS] * 5000 + [UNCHECKED]
    assert "more than 5000 things" in findings[-1].message
