"""What a note says and the checker can't compute: it is not checked, and the reason names what is in the way."""

from __future__ import annotations

import pytest

from autograd import check_notes

DECLARED = "<!-- check\nX: m×k; t: m; W: n×n; x > 0\n-->\n"

REFUSED = {
    r"$\exp(x = 2) = y$": "exp is of no relation",
    r"$\log^{2,3} x = y$": "this script of log is not read",
    r"With $y = \sum_{i=1}_{j=2}^{m} t_i$": "these limits are not read",
    r"With $y = \sum_{i=1}^{m, k} t_i$": "this limit is not read",
    r"With $y = \sum_{2} t_i$": "these indices are not read",
    r"With $y = x^9$ we get $\frac{d^5 y}{dx^5} = 15120 x^4$": "the order of a derivative is 1 to 4",
    r"With $y = x^{a, b}$": "a superscript is one formula",
    r"$x \not y$": r"\not is read before = only",
    r"$x^{\times}$": "× is no superscript that is read here",
    r"$x \in \mathbb{12}$": "such a letter is one of A to Z",
    r"With $y = \{x, 2\} + 1$ we get $\frac{dy}{dx} = 1$": "a list of values, which is no number",
    r"With $y = \begin{pmatrix} x & 1 \\ 2 \end{pmatrix}$ we get $y = 1$": "the rows of a matrix differ in length",
    r"$y = x^2$, $\frac{d}{dx} = 2x$": "what is derived is not said",
    r"$y = x^2$ and $\nabla y = 2x$": "what it is derived in is not said: write ∇ with a name below, or define f(x, y)",
    r"With $y = \exp(x, 2)$ we get $\frac{dy}{dx} = 1$": "exp of 2 arguments",
    r"With $y = \operatorname{softmax}(x)$ we get $y = 1$": "softmax of a single number",
    r"With $Y = \operatorname{softmax}(X)$ we get $Y_{11} = 1$": "declare `softmax: rows` or `softmax: columns`",
    r"With $y = \operatorname{tr}(X)$ we get $y = 1$": "the trace of what is no square matrix",
    r"With $y = \operatorname{diag}(x)$ we get $y = 1$": "diag of a single number",
    r"With $y = \arg\max_i t_i$ we get $y = 1$": "argmax is not computed",
    r"With $y = \begin{cases} x & x \in \mathbb{R} \\ 0 & \text{otherwise}\end{cases}$ we get $y = 1$": "with ∈",
    r"With $y = X_i$ we get $y = 1$": "how far i runs is not said: declare `i = 1..m`",
    r"With $L = x^2$ we update $x \leftarrow x + 2$": "it has no rate: write w − α · gradient",
    r"With $y = x^2$ we get $y = \text{the answer}$": "words stand where a value should",
    r"With $y = \sum_{i=6}^{3} v_i$ we get $\frac{\partial y}{\partial v_6} = 1$": "index 6 of v: it runs from 6 to 3",
    r"With $y = t_1 + t_2^2 + \dots + t_m$ we get $\frac{\partial y}{\partial t_1} = 1$": "… goes on unclearly",
}
READ = {
    r"With $d = \operatorname{diag}(W)$ we get $d_1 = W_{11}$": (
        r"With $d = \operatorname{diag}(W)$ we get $d_1 = W_{12}$"
    ),
    r"With $y = \prod_{i=1}^{m} t_i$ we get $\frac{\partial y}{\partial t_1} = \frac{y}{t_1}$": (
        r"With $y = \prod_{i=1}^{m} t_i$ we get $\frac{\partial y}{\partial t_1} = y$"
    ),
    r"With $y = \sqrt[3]{x}$ we get $\frac{dy}{dx} = \frac{1}{3} x^{-2/3}$": (
        r"With $y = \sqrt[3]{x}$ we get $\frac{dy}{dx} = \frac{1}{2} x^{-2/3}$"
    ),
    r"With $L = x^2$ the update is $x_{k+1} = x_k - \alpha \cdot 2 x_k$": (
        r"With $L = x^2$ the update is $x_{k+1} = x_k - \alpha \cdot 3 x_k$"
    ),
    r"With $L = x^2$ the update is $x_{new} = x - 0.1 \cdot 2 x$": (
        r"With $L = x^2$ the update is $x_{new} = x - 0.1 \cdot 3 x$"
    ),
    r"With $y = x^3$ we get $(y')' = 6x$": r"With $y = x^3$ we get $(y')' = 5x$",
}  # what holds, and the same with a slip


def verdicts(note):
    return [(found.verdict, found.message) for found in check_notes(DECLARED + note).findings]


@pytest.mark.parametrize("note", REFUSED)
def test_what_is_not_computed_is_not_checked(note):
    ((verdict, message),) = verdicts(note)
    assert verdict == "not checked" and REFUSED[note] in message


@pytest.mark.parametrize("right", READ)
def test_what_is_computed_holds_or_is_a_slip(right):
    assert [[verdict for verdict, _ in verdicts(note)] for note in (right, READ[right])] == [["holds"], ["slip"]]
