r"""What notes hold: which dollars are formulas, where they stand, and that hostile text is read as fast as any."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.notes.markdown.source import Declaration, Formula, Heading, Lines, Unclosed, read_notes


def formulas(text):
    return [item.latex for item in read_notes(text) if isinstance(item, Formula)]


def first(text):
    (item,) = read_notes(text)
    return item


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$", ["x"]),
        ("$x$, $y$ and $z$", ["x", "y", "z"]),
        ("$a$$b$", ["a", "b"]),
        ("costs $5 and $6", []),
        ("costs $5 and $x$", ["x"]),
        ("between 5$ and 6$", []),
        ("$x$2", []),
        ("$ x = 1 $", [" x = 1 "]),
        ("$ w_1 $ and $ y $", [" w_1 "]),
        ("from $ 5 to $ 6", []),
        ("$ x =\n1 $", []),
        ("$a\n+ b$", ["a\n+ b"]),
        ("$a\n\nb$", []),
        ("$a\n \t\nb$", []),
        ("$a\n# b$", []),
        (r"\$x$ and $y$", ["y"]),
        (r"$a\$b$", [r"a\$b"]),
        (r"\\$x$", ["x"]),
        ("$$x$$", ["x"]),
        ("so $$x$$ too", ["x"]),
        ("$$\nx\n\n$$", ["\nx\n\n"]),
        ("$$ x = 1\n\ntext $y$", ["y"]),
        ("$$\n\nIt costs $5. $$", []),
        ("$$$ x $$$", []),
        ("$$", []),
        ("$$ $$", []),
        (r"\(x\) and \[y\]", ["x", "y"]),
        (r"\[a \\[2pt] b\]", [r"a \\[2pt] b"]),
        (r"\(a \(b\)", ["b"]),
        (r"\(a\]", []),
        (r"\\(x\\)", []),
        ("$`x`$", ["x"]),
        ("$`x\n\ny`$ $z$", ["z"]),
        ("`$x$` $y$", ["y"]),
        ("``$x$ ` $y$`` $z$", ["z"]),
        ("` $x$", ["x"]),
        ("`` $x$ ` $y$", ["x", "y"]),
        ("`a\n\n$x$ `", ["x"]),
        ("```\n$x$\n```\n$y$", ["y"]),
        ("```\n$x$\n~~~\n$y$", []),
        ("````\n$x$\n```\n$y$\n````\n$z$", ["z"]),
        ("~~~ python `\n$x$\n~~~", []),
        ("```math\nx\n```", ["x"]),
        ("~~~ Math \r\nx\r\n~~~\r\n", ["x\r"]),
        ("```math\nx", ["x"]),
        ("```math", []),
        ("```math\n```", []),
        ("- ```math\n  x\n  ```\n- $y$", ["  x", "y"]),
        ("``` $x$ ```", []),
        ("<!-- $x$ --> $y$", ["y"]),
        ("<!--\n\n$x$\n\n-->$y$", ["y"]),
        ("---\ntitle: $x$\n---\n$y$", ["y"]),
        ("---\n\n$x$\n\n---", ["x"]),
        ("text\n---\n$x$\n---", ["x"]),
        (r"\begin{align} a &= b \\ c &= d \end{align}", [r"\begin{align} a &= b \\ c &= d \end{align}"]),
        (r"\begin{align} a \begin{align} b \end{align}", [r"\begin{align} b \end{align}"]),
        (r"\begin{proof} $x$ \end{proof}", ["x"]),
    ],
)
def test_what_is_a_formula(text, found):
    assert formulas(text) == found


@pytest.mark.parametrize("text", ["$$x$$", r"\[x\]", "```math\nx\n```", r"\begin{gather*}x\end{gather*}"])
def test_displays(text):
    assert first(text).display


@pytest.mark.parametrize("text", ["$x$", r"\(x\)", "$`x`$"])
def test_inline_formulas(text):
    assert not first(text).display


def test_places_of_a_formula():
    assert first("ab $$x$$ c") == Formula("x", 3, 8, 5, True)
    assert first("ab\n```math\nx\n```\nc") == Formula("x", 3, 16, 11, True)


def test_headings():
    text = "# One\n## Two $x$ ##\nThree\n=====\nFour\n----\n#no\n\n---\n```\n# code\n```\n####### seven"
    assert [item for item in read_notes(text) if isinstance(item, Heading)] == [
        Heading("One", 1, 0),
        Heading("Two $x$", 2, 6),
        Heading("Three", 1, 20),
        Heading("Four", 2, 32),
    ]


def test_a_formula_ends_with_its_heading():
    assert formulas("# costs $a\nand b$, $c$") == ["c"]


@pytest.mark.parametrize("inside", ["x: n", " x: n\ny: m "])
@pytest.mark.parametrize("around", ["<!-- check{}-->", "<!--check:{}-->", "<!--\nCheck{}\n-->", "```check{}\n```"])
def test_declarations(around, inside):
    text = "before\n" + around.format(f"\n{inside}")
    found = first(text)
    assert found.text.strip() == inside.strip()
    assert text[found.start :].startswith(found.text)


@pytest.mark.parametrize(
    "text", ["<!-- checked x -->", "<!-- x check -->", "```python check\n```", "<!-- check-list -->"]
)
def test_other_comments_and_fences_declare_nothing(text):
    assert read_notes(text) == []


def test_a_declaration_comes_between_its_neighbours():
    kinds = [type(item) for item in read_notes("$a$ <!-- check x: n --> $b$\n# c\n$d$")]
    assert kinds == [Formula, Declaration, Formula, Heading, Formula]


def test_marks_of_a_quote_are_blanks():
    text = "> $$\n> a > b\n>> + c\n> $$\n\n> ```math\n>  d\n> ```\n> $e\n> f$"
    assert formulas(text) == ["\n  a > b\n > + c\n  ", "   d", "e\n  f"]
    for item in read_notes(text):
        assert all(a in (" ", b) for a, b in zip(item.latex, text[item.content :], strict=False))


def test_a_relation_at_the_start_of_a_line_is_no_quote():
    assert formulas("$$\na\n> b\n$$") == ["\na\n> b\n"]
    assert formulas("> $$ > a $$") == [" > a "]


def test_a_fence_ends_with_its_quote():
    assert formulas("> ```math\n> x\n\n$y$") == ["  x", "y"]


@pytest.mark.parametrize(("text", "opening"), [("$$ x = 1", "$$"), (r"\[ x^2", r"\["), ("a <!-- b", "<!--")])
def test_what_never_ends_is_said_once(text, opening):
    assert read_notes(f"{text}\n\n") == [Unclosed(opening, text.index(opening))]


@pytest.mark.parametrize("text", ["$$ for a burger", r"a \[link", "$$"])
def test_what_is_no_mathematics_need_not_end(text):
    assert read_notes(text) == []


@pytest.mark.parametrize("text", ["", "a", "a\nb", "a\r\nb\n\n", "\n\n", "한글\rb"])
def test_places(text):
    lines = Lines(text)
    for offset in range(len(text) + 1):
        line, column = lines.place(offset)
        before = re.split(r"\r\n|\r|\n", text[:offset])
        if not text[:offset].endswith("\r") or text[offset : offset + 1] != "\n":
            assert (line, column) == (len(before), len(before[-1]) + 1)


# ---- against a reader of Markdown

PIECES = ["`", "``", "```", "\n```\n", "\n~~~\n", "\n", "\n\n", "a ", "\\`", "$", "\n\n> ", "\n# "]


def formulas_outside_code(text):
    """The formulas $q…$ that a Markdown reader does not put in code."""
    from markdown_it import MarkdownIt

    shown = []
    for block in MarkdownIt().parse(text):
        for token in block.children or []:
            shown += re.findall(r"\$(q\d+)\$", "" if token.type == "code_inline" else token.content)
    return shown


@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_code_is_what_markdown_takes_for_it(pieces):
    text = "".join(f"$q{k}$ " if piece == "$" else piece for k, piece in enumerate(pieces))
    assert formulas(text) == formulas_outside_code(text)


# ---- any text

SIGNS = ["$", "$$", "`", "```", "~~~", "\n", "\n\n", "<!--", "-->", "<!-- check", "\\", r"\(", r"\)", r"\[", r"\]", ">"]
SIGNS += ["#", " ", "x", "= ", "math", "check", "---", "\r", "\ud800", "\u202e", r"\begin{align}", r"\end{align}", "한"]
REPEATED = [
    "``` a\n",
    "> ```a\n\n",
    "$`",
    "$a ",
    "$$\n\n",
    "$$ x\n\n",
    "$$\na\n\n\\(",
    "a\n-",
    "`a`` ",
    "$a$",
    "$ =",
    "# #",
]
REPEATED += [
    r"\begin{align}\begin{gather}",
    "\r\n",
    "<!-- check -->",
    "<!-- ",
    "\n>",
    "> " * 99 + "$$\nx$$\n",
    "---\na",
]


@given(st.lists(st.sampled_from(SIGNS) | st.text(max_size=3)).map("".join))
def test_items_stand_in_order_where_they_say(text):
    at = 0
    for item in read_notes(text):
        if isinstance(item, Formula):
            assert at <= item.start <= item.content <= item.content + len(item.latex) <= item.end <= len(text)
            inside = text[item.content : item.content + len(item.latex)]
            assert [b for a, b in zip(item.latex, inside, strict=True) if a != b] == [">"] * (
                inside.count(">") - item.latex.count(">")
            )
            at = item.end
        else:
            assert at <= item.start <= len(text)
            at = item.start


@pytest.mark.parametrize("piece", SIGNS + REPEATED)
def test_the_time_grows_with_the_length(piece):
    """Where the time grew with its square, this would take an hour."""
    assert len(read_notes(piece * (300_000 // len(piece)))) <= 100_000


def test_backticks_of_all_lengths():
    text = " ".join("`" * k for k in range(1, 1000))
    assert formulas(f"{text} $x$") == ["x"]
