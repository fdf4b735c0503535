"""The language of declarations: each form is read as a person means it, and what is not read is said how to write."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.notes.formulas.syntax import Indexed, Name, Tagged
from autograd.notes.markdown.declarations import MOST, read_declarations, words
from autograd.notes.markdown.declared import (
    AnyFunction,
    Axis,
    Fact,
    Forget,
    Index,
    Input,
    LogBase,
    Mistake,
    Slices,
    Softmax,
)

L, P, T, W, X, Y = map(Name, "LPTWXY")
b, h, i, j, p, q, t, w, x, y = map(Name, "bhijpqtwxy")
ALPHA, THETA, HAT = map(Name, "αθŷ")


def sizes(*lasts):
    return tuple(Axis(1, last) for last in lasts)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("X: m×k", [Input(X, sizes("m", "k"))]),
        ("X: m × k", [Input(X, sizes("m", "k"))]),
        ("X: m x k", [Input(X, sizes("m", "k"))]),
        ("X: mxk", [Input(X, sizes("m", "k"))]),
        ("X: m*k", [Input(X, sizes("m", "k"))]),
        ("X: m by k", [Input(X, sizes("m", "k"))]),
        (r"X: m \times k", [Input(X, sizes("m", "k"))]),
        ("X: 4 x 3", [Input(X, sizes(4, 3))]),
        ("X: 4x3", [Input(X, sizes(4, 3))]),
        ("X:4×3", [Input(X, sizes(4, 3))]),
        ("b: n", [Input(b, sizes("n"))]),
        ("b: n_1", [Input(b, sizes("n_1"))]),
        (r"b: \ell", [Input(b, sizes("ℓ"))]),
        (r"w, b, \alpha: number", [Input(w, ()), Input(b, ()), Input(ALPHA, ())]),
        ("w: a scalar", [Input(w, ())]),
        (r"\theta, x: 0..k", [Input(THETA, (Axis(0, "k"),)), Input(x, (Axis(0, "k"),))]),
        ("W: 0..2 × n", [Input(W, (Axis(0, 2), Axis(1, "n")))]),
        ("x: 1, …, n", [Input(x, sizes("n"))]),
        ("y in {0, 1}", [Input(y, values=(0.0, 1.0))]),
        ("y in{−1,1}", [Input(y, values=(-1.0, 1.0))]),
        (r"y \in \{0, 1\}", [Input(y, values=(0.0, 1.0))]),
        ("y: m in {0, 1}", [Input(y, sizes("m"), values=(0.0, 1.0))]),
        ("p: n in (0, 1)", [Input(p, sizes("n"), 0.0, 1.0)]),
        ("p ∈ [0, 1)", [Input(p, None, 0.0, 1.0)]),
        ("x: n in [-3, 3e1]", [Input(x, sizes("n"), -3.0, 30.0)]),
        ("x in (0, inf)", [Input(x, None, 0.0, None)]),
        ("x > 0", [Input(x, None, 0.0)]),
        (r"x, y \geq .5", [Input(x, None, 0.5), Input(y, None, 0.5)]),
        ("x: n < 2", [Input(x, sizes("n"), None, 2.0)]),
        ("0 < x, y ≤ 1", [Input(x, None, 0.0, 1.0), Input(y, None, 0.0, 1.0)]),
        ("t: n, one-hot", [Input(t, sizes("n"), kind="one-hot")]),
        ("q: n, sums to 1", [Input(q, sizes("n"), kind="sums to 1")]),
        ("q: n sum to one", [Input(q, sizes("n"), kind="sums to 1")]),
        ("T: m×n, rows one-hot", [Input(T, sizes("m", "n"), kind="one-hot", along="rows")]),
        ("T: m×n, row one-hot", [Input(T, sizes("m", "n"), kind="one-hot", along="rows")]),
        ("T: m×n, one-hot rows", [Input(T, sizes("m", "n"), kind="one-hot", along="rows")]),
        ("T: m×n, each row is one-hot", [Input(T, sizes("m", "n"), kind="one-hot", along="rows")]),
        ("P: m×n, columns sum to 1", [Input(P, sizes("m", "n"), kind="sums to 1", along="columns")]),
        ("P: m×n, sums to 1 per column", [Input(P, sizes("m", "n"), kind="sums to 1", along="columns")]),
        ("P: m×n in (0,1), rows sum to 1", [Input(P, sizes("m", "n"), 0.0, 1.0, (), "sums to 1", "rows")]),
        ("x: n per i", [Input(x, sizes("n"), per="i")]),
        ("x, t: per i", [Input(x, per="i"), Input(t, per="i")]),
        ("i = 1..m", [Index("i", Axis(1, "m"))]),
        ("i, r = 1..m", [Index("i", Axis(1, "m")), Index("r", Axis(1, "m"))]),
        (r"i = 1, 2, \dots, m", [Index("i", Axis(1, "m"))]),
        (r"i = 1, \dots, m", [Index("i", Axis(1, "m"))]),
        ("i: 0..9", [Index("i", Axis(0, 9))]),
        ("x: 1..m", [Input(x, sizes("m"))]),
        ("w_j: columns of W", [Slices(Indexed(w, (j,)), W, "columns")]),
        ("w_j: column j of W", [Slices(Indexed(w, (j,)), W, "columns")]),
        ("x^{(i)}: rows of X", [Slices(Tagged(x, i), X, "rows")]),
        ("L: function of Y, W", [AnyFunction(L, (Y, W))]),
        ("h: function", [AnyFunction(h)]),
        ("h(x): any smooth function", [AnyFunction(h)]),
        ("log: base 2", [LogBase("log", 2.0)]),
        (r"\lg: base 10", [LogBase("lg", 10.0)]),
        ("softmax: rows", [Softmax("rows")]),
        ("softmax: columns", [Softmax("columns")]),
        ("log: base e", [LogBase("log", math.e)]),
        ("new L, y", [Forget((L, y))]),
        (r"y = \sigma(x)", [Fact(r"y = \sigma(x)")]),
        (r"x \in \mathbb{R}^{1 \times D}", [Fact(r"x \in \mathbb{R}^{1 \times D}")]),
        (r"\hat y: n", [Input(HAT, sizes("n"))]),
        ("label: m×n", [Input(Name("label"), sizes("m", "n"))]),
        ("W^{(1)}: m×n", [Input(Tagged(W, next(iter(read_declarations("W^{(1)}: n"))).name.tag), sizes("m", "n"))]),
        ("", []),
        ("# nothing: n", []),
        ("x: n # the input; y: n", [Input(x, sizes("n"))]),
        ("x: n; y: number\n\nb: m;", [Input(x, sizes("n")), Input(y, ()), Input(b, sizes("m"))]),
        ("\r\n x: n \r\n", [Input(x, sizes("n"))]),
    ],
)
def test_what_a_line_means(text, means):
    assert read_declarations(text) == means


@pytest.mark.parametrize(
    ("text", "wrong", "reason"),
    [
        ("t: n, onehot", "onehot", "'onehot' is not read here: did you mean 'one-hot'?"),
        ("t: n, one hot", "one hot", "'one hot' is not read here: did you mean 'one-hot'?"),
        ("T: m×n, rows add to 1", "rows add to 1", "did you mean 'rows sum to 1'?"),
        ("w: colums of W", "colums of W", "did you mean 'columns of W'?"),
        ("x in [0;1]", "in [0;1]", "write a range as in [0, 1], a set as in {0, 1}"),
        ("x in (0, 1", "in (0", "write a range as in [0, 1]"),
        ("x: vector", "vector", "give its size, as in b: n"),
        ("x: matrix", "matrix", "give its sizes, as in X: m×k"),
        ("y: binary", "binary", "in {0, 1}"),
        ("x: n+1", "n+1", "a size is a name or a whole number; give it a name, or say where it counts: 0..n"),
        ("i = 0..k-1", " 0..k-1", "a range ends in a name or a whole number"),
        ("x: 1001", "1001", "1001: sizes go up to 1000 here; write a name, as in m"),
        ("x: 99999999", "99999999", "sizes go up to 1000"),
        ("x: 2×0", "2×0", "a size is at least 1"),
        ("x: 3..1", "3..1", "nothing lies between 3 and 1"),
        ("x: n, m", "m", "'m' says again what was said before; a matrix is written m×n"),
        ("x in (1, 0)", "in (1, 0)", "no number lies between 1 and 0"),
        ("x > 1e999", "> 1e999", "1e999: too large a number"),
        ("log: base 1", "1", "there is no logarithm to the base 1"),
        ("log: base -2", "-2", "there is no logarithm to the base -2"),
        ("X: m×k, b: n", "b: n", "between two declarations in one line stands ;"),
        ("X m×k", "X m×k", "write a name and a colon, as in X: m×k"),
        ("x number", "x number", "did you mean 'x: number'?"),
        ("X: rows of A, B", "A, B", "rows and columns are of one matrix"),
        (": n", "", "a name is missing"),
        ("x, : n", " ", "a name is missing"),
        ("x:", "x:", "nothing is said of x: write sizes (m×k, n, 0..k, number)"),
        ("a + b: n", "a + b", "is no name"),
        ("x" * 200 + ": n", "x" * 200, "a name is too long"),
        ("x: n " + " " * 2000 + "?", None, "that is too long"),
        ("x ≠ 0", "x ≠ 0", "is not read here"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(text, wrong, reason):
    (found,) = read_declarations(text)
    assert isinstance(found, Mistake)
    assert reason in found.reason
    assert found.text == text[found.start : found.end]
    assert wrong is None or found.text == wrong


def test_the_lines_around_a_mistake_are_read():
    assert [type(line) for line in read_declarations("x: n\ny: vector\nz: n")] == [Input, Mistake, Input]


def test_every_record_knows_its_line():
    text = "# first\n  x, y: n ; i = 1..m\nz = x"
    shown = [text[line.start : line.end] for line in read_declarations(text)]
    assert shown == ["x, y: n", "x, y: n", "i = 1..m", "z = x"]


def test_words():
    lines = read_declarations(r"label, \hat y, W_{ij}: batch × n; Diff: function of cost; new Loss; v_j: rows of Data")
    assert words(lines) == {"label", "batch", "Diff", "cost", "Loss", "Data"}


def test_there_is_an_end_to_it():
    found = read_declarations("x: n\n" * (MOST + 5))
    assert len(found) == MOST + 1
    assert found[-1] == Mistake("", f"more than {MOST} lines of declarations")


# ---- any input, written in any of the ways there are

NAMES = {"x": x, r"\theta": THETA, r"\hat y": HAT, "W_{ij}": Indexed(W, (i, j)), "label": Name("label")}
AXES = {"m": Axis(1, "m"), "7": Axis(1, 7), "0..k": Axis(0, "k"), "0 … 3": Axis(0, 3), "batch": Axis(1, "batch")}
KINDS = {"one-hot": ("one-hot", ""), "one-hot rows": ("one-hot", "rows"), "columns sum to 1": ("sums to 1", "columns")}
TIMES = ["×", " × ", " x ", "*", r" \times "]
BOUNDS = {"in (0, 1)": {"low": 0.0, "high": 1.0}, "in {0, 1}": {"values": (0.0, 1.0)}, "> -2": {"low": -2.0}, "": {}}


@given(
    names=st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=3),
    axes=st.lists(st.sampled_from(sorted(AXES)), max_size=2),
    times=st.sampled_from(TIMES),
    bound=st.sampled_from(sorted(BOUNDS)),
    kind=st.sampled_from(["", *KINDS]),
    per=st.sampled_from(["", "i"]),
    comma=st.sampled_from([" ", ", ", ",  "]),
)
def test_clauses_combine(names, axes, times, bound, kind, per, comma):
    clauses = [times.join(axes) or "number", bound, kind, f"per {per}" if per else ""]
    text = f"{', '.join(names)}: {comma.join(filter(None, clauses))}"
    fields = {"axes": tuple(AXES[each] for each in axes), **BOUNDS[bound], "per": per}
    fields["kind"], fields["along"] = KINDS.get(kind, ("", ""))
    assert read_declarations(text) == [Input(NAMES[name], **fields) for name in names]


PIECES = [
    "x",
    ":",
    ",",
    ";",
    "\n",
    " ",
    "m",
    "×",
    "in ",
    "{",
    "}",
    "(",
    "]",
    "0",
    "1e9",
    "..",
    "=",
    "<",
    r"\in",
    "per ",
    "#",
]
PIECES += [
    "one-hot",
    "rows ",
    "of ",
    "function ",
    "base ",
    "log",
    "new ",
    r"\theta",
    "_",
    "^",
    "\ud800",
    "한",
    "-",
    "'",
    "\x00",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=25).map("".join))
def test_nothing_is_raised(text):
    for line in read_declarations(text):
        assert 0 <= line.start <= line.end <= len(text)
        if isinstance(line, Mistake):
            assert line.reason
            assert line.text == text[line.start : line.end]


@pytest.mark.parametrize(
    "piece", ["{", "x, ", "x in {1, ", "1 < ", ";", "#", "x: n ", "in", "_", r"\theta ", "x: 1.", "a:("]
)
def test_long_lines(piece):
    (found,) = read_declarations(f"{piece * (200_000 // len(piece))} x") or [None]
    assert found is None or isinstance(found, Mistake)
