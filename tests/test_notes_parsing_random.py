r"""LaTeX to trees at random: against a writer of LaTeX, against Python's arithmetic; real notes; hostile formulas."""

import itertools
from fractions import Fraction as Rational
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from latex_writer import expressions, relations, written

from autograd.notes.formulas import vocabulary
from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.formulas.syntax import Fraction, Group, Node, Number, Power, Product, Relation, Sum, Unreadable

# ---- trees written, and read back


@given(expressions())
def test_a_formula_that_was_written_reads_as_what_it_was(tree):
    assert parse_formula(written(tree)) == [Relation((tree,))]


@given(relations())
def test_a_relation_that_was_written_reads_as_what_it_was(tree):
    assert parse_formula(written(tree)) == [tree]


@given(relations())
def test_a_node_is_read_from_the_text_of_its_place(tree):
    latex = written(tree)
    (read,) = parse_formula(latex)
    for node in read.walk():
        said = node if isinstance(node, Relation) else Relation((node,))
        assert parse_formula(latex[slice(*node.span)]) == [said]


@given(expressions(), expressions())
def test_formulas_that_differ_are_read_as_different(one, other):
    assume(one != other)
    assert parse_formula(written(one)) != parse_formula(written(other))


def test_the_writer_is_no_friend_of_the_parser():
    """What the properties above would say if brackets were lost, or a place were off by one."""
    latex = "a ( b + c )"
    (read,) = parse_formula(latex)
    assert [read] != parse_formula(latex.replace("(", "").replace(")", ""))
    group = read.sides[0].factors[1]
    assert latex[slice(*group.span)] == "( b + c )"
    assert parse_formula(latex[group.span[0] + 1 : group.span[1]]) != [Relation((group,))]


# ---- numbers, and what Python makes of them


@st.composite
def arithmetic(draw, depth=4):
    """A formula of numbers: its LaTeX, and Python's."""
    if depth == 0:
        number = str(draw(st.integers(0, 9)))
        return number, f"Rational({number})"
    (latex, python), (more, code) = draw(arithmetic(depth - 1)), draw(arithmetic(draw(st.integers(0, depth - 1))))
    n = draw(st.integers(0, 3))
    return draw(
        st.sampled_from(
            [
                (f"{latex} + {more}", f"{python} + {code}"),
                (f"{latex} - {more}", f"{python} - {code}"),
                (f"-{latex}", f"-{python}"),
                (rf"\left( {latex} \right)^{n}", f"({python})**{n}"),
                (rf"\frac{{{latex}}}{{{more}}}", f"(({python})/({code}))"),
                (rf"({latex}) \cdot ({more})", f"({python})*({code})"),
                (f"({latex})({more})", f"({python})*({code})"),
                (rf"2 \cdot -({latex})", f"2*-({python})"),
                (rf"{n}[{latex}] / \{{{more}\}}", f"{n}*({python})/({code})"),
            ]
        )
    )


def _value(node: Node) -> Rational:
    if isinstance(node, Number):
        return Rational(node.text)
    if isinstance(node, Group):
        return _value(node.parts[0])
    if isinstance(node, Power):
        return _value(node.base) ** _value(node.exponent)
    if isinstance(node, Fraction):
        return _value(node.over) / _value(node.under)
    if isinstance(node, Sum):
        return sum(_value(term) * (-1 if sign == "-" else 1) for term, sign in zip(node.terms, node.signs, strict=True))
    assert isinstance(node, Product)
    product = Rational(1)
    for factor, sign in zip(node.factors, node.signs, strict=True):
        product = product / _value(factor) if sign == "/" else product * _value(factor)
    return product


@given(arithmetic())
def test_arithmetic_comes_to_what_python_says(formula):
    latex, python = formula
    (statement,) = parse_formula(latex)
    try:
        expected = eval(python)
    except ZeroDivisionError:
        assume(False)
    assert _value(statement.sides[0]) == expected


# ---- real notes


def _notes():
    lines = Path(__file__).with_name("notes_formulas.tex").read_text(encoding="utf-8").splitlines()[1:]
    found = []
    for line in lines:
        if line.startswith("% "):
            found[-1][1].append(line[2:])
        else:
            found.append((line, []))
    return found


@pytest.mark.parametrize(("latex", "reasons"), _notes())
def test_formulas_of_real_notes_are_read(latex, reasons):
    statements = parse_formula(latex)
    assert [each.reason for each in statements if isinstance(each, Unreadable)] == reasons
    assert statements


def test_most_formulas_of_real_notes_are_read():
    assert sum(not reasons for _, reasons in _notes()) > 130


# ---- hostile formulas

COMMANDS = sorted({*vocabulary.MEANINGS, *vocabulary.OPENS, *vocabulary.CLOSES, *vocabulary.BARS, *vocabulary.SIZES})
COMMANDS += [*vocabulary.TEXTS, *vocabulary.MATH_TEXTS, *vocabulary.DROPPED, r"\left", r"\right", r"\begin", r"\end"]
COMMANDS += [rf"\{side}{{{name}}}" for side in ("begin", "end") for name in vocabulary.ENVIRONMENTS]
WORDS = [r"\text{if }", r"\text{or}", r"\text{a b}", r"\text{otherwise}", r"\mathrm{a_b}", "label", "softmax", "\ud800"]
SOUP = [*COMMANDS, *WORDS, *"xyTde012._^'{}()[]|,;:&=+-/!%# \n", r"\left(", r"\right)", r"\left.", r"\right|", "ŷ", "ᵀ"]


def _is_sound(latex):
    """Statements of a formula: all nodes within it, and each within the one above it."""
    statements = parse_formula(latex)
    for statement in statements:
        assert isinstance(statement, Relation | Unreadable)
        assert not isinstance(statement, Unreadable) or latex[slice(*statement.span)] == statement.token
        for node in statement.walk():
            start, stop = node.span
            assert 0 <= start < stop <= len(latex)
            assert all(start <= child.span[0] and child.span[1] <= stop for child in node.children())
    return True


@given(st.lists(st.sampled_from(SOUP), max_size=30), st.sampled_from(["", " "]))
def test_any_tokens_are_read_or_refused(tokens, space):
    assert _is_sound(space.join(tokens))


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused(text):
    assert _is_sound(text)


@pytest.mark.parametrize("around", ["{}", "{} x", "x {}", "{}{{", "{}{{x}}{{y}}", "x_{} y", "({})", r"\frac{}{}"])
def test_every_command_alone_and_among_others_is_read_or_refused(around):
    assert all(_is_sound(around.format(command, command)) for command in COMMANDS)


UNITS = ["(", ")", "{", "}", "|", "x^", "x_{", "x^{a+", "-", "=a", r"\\-a", r"\\=a", "1,", "a,", r"\frac{", r"\frac1"]
UNITS += [r"\sqrt[", r"\hat", r"\mathbf", r"\mathrm{", r"\log", r"\sum_i", r"\text{", r"\text{if }x,", r"\text{or}x"]
UNITS += [r"\left(", r"\left.", r"\right|", r"\begin{cases}a&", r"\end{cases}", r"\begin{aligned}a", r"\begin{foo}"]
UNITS += [r"\underbrace{x}_{", r"\underset{a}{", r"\quad+", r"\forall i\quad", "dx/", r"\partial_x", r"\nabla", "x|_{"]
UNITS += ["a&", "x:", "x.", "{x=", "P(x=", "a=b(x=0)", "abc(", "\\", "cost", "i=1,…,", r"\overset{a}{=}", "x", "'"]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_repeated_is_read_or_refused(unit):
    times = 5_000 // len(unit)
    assert _is_sound(unit * times)
    assert _is_sound("x = " + unit * (times // 2) + "})" * 100)


def test_a_formula_that_is_too_long_is_refused():
    (refused,) = parse_formula("x" * 100_000)
    assert refused.reason == "the formula has 100000 characters: more than 20000 are not read"


NESTS = [
    ("(", ")"),
    ("{", "}"),
    (r"\left[", r"\right]"),
    (r"\frac{1}{", "}"),
    ("x^{", "}"),
    (r"\sqrt{", "}"),
    ("|", "|"),
]
NESTS += [(r"\begin{pmatrix}", r"\end{pmatrix}"), (r"\underbrace{x}_{", "}"), (r"\log", ""), ("-", ""), (r"\sum_i", "")]


@pytest.mark.parametrize(("opening", "closing"), NESTS)
def test_deep_formulas_are_read_and_deeper_ones_refused(opening, closing):
    def nested(depth):
        return parse_formula(opening * depth + " x " + closing * depth)

    assert isinstance(nested(45)[0], Relation)
    assert all("100 deep" in each.reason for each in nested(150) if isinstance(each, Unreadable))


def test_what_is_read_depends_on_the_formula_alone():
    formulas = [latex for latex, _ in _notes()]
    before = [parse_formula(latex) for latex in formulas]
    assert before == [parse_formula(latex) for latex in reversed(formulas)][::-1]
    assert [each.span for each in itertools.chain(*before)] == [
        s.span for latex in formulas for s in parse_formula(latex)
    ]
