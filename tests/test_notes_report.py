"""The report on notes as a linter prints it, as records, and as Markdown for notebooks."""

import io
import json
import re
from unicodedata import combining, east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_draw import HOSTILE

from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.report.listing import BEFORE, COLUMNS, listed
from autograd.notes.report.report import Report, Reports
from autograd.show.ascii import spoken
from autograd.show.records import to_json

GRADIENT = r"\frac{\partial J}{\partial w_j} = \frac{1}{2m} \sum_{i=1}^m (y_i - t_i) x_{ij}"
GOOD = Finding(3, 1, "y = x", HOLDS, "equal at 16 points")
BAD = Finding(
    12, 4, GRADIENT, SLIP, "∂J/∂w_j: ½ of the gradient everywhere", "constant factor", r"\frac{1}{m}", 34, 48, "J", 1
)
OPEN = Finding(20, 9, "h(x) = 1", UNCHECKED, "h is not known", start=0, end=1, formula=2)
REPORT = Report("notes.md", "text", (GOOD, BAD, OPEN))


def test_the_report_reads_like_a_linters():
    assert (
        str(REPORT)
        == repr(REPORT)
        == (
            "notes.md:12:4: slip: ∂J/∂w_j: ½ of the gradient everywhere\n"
            f"    {GRADIENT}\n"
            "                                      ^~~~~~~~~~~~~~\n"
            "    should be: \\frac{1}{m}\n"
            "notes.md:20:9: not checked: h is not known\n"
            "    h(x) = 1\n"
            "    ^\n"
            "notes.md: 3 claims: 1 holds, 1 slip, 1 not checked"
        )
    )


def test_verbose_tells_what_holds_too():
    assert REPORT.listing(verbose=True).startswith(
        "notes.md:3:1: holds: equal at 16 points\n    y = x\nnotes.md:12:4: slip"
    )


def test_lists_by_verdict():
    assert (REPORT.holds, REPORT.slips, REPORT.unchecked) == ([GOOD], [BAD], [OPEN])


@pytest.mark.parametrize(("findings", "good"), [((), True), ((GOOD, OPEN), True), ((GOOD, BAD), False)])
def test_only_a_slip_makes_it_false(findings, good):
    report = Report("a.md", "", findings)
    assert bool(report) is bool(Reports((report,))) is good


@pytest.mark.parametrize(
    ("findings", "summary"),
    [
        ((), "no claims"),
        ((GOOD,), "1 claim: 1 holds"),
        ((GOOD, GOOD), "2 claims: 2 hold"),
        ((BAD, BAD, OPEN), "3 claims: 2 slips, 1 not checked"),
    ],
)
def test_the_summary(findings, summary):
    assert str(Report("a.md", "", findings)).splitlines()[-1] == f"a.md: {summary}"


def test_several_files_have_a_sum():
    both = Reports((Report("a.md", "", (GOOD,)), REPORT))
    assert str(both).splitlines()[0] == "a.md: 1 claim: 1 holds"
    assert str(both).splitlines()[-1] == "2 files: 4 claims: 2 hold, 1 slip, 1 not checked"
    assert both.listing(verbose=True).count("holds: equal") == 2
    assert str(Reports((REPORT,))) == str(REPORT)
    assert both._repr_markdown_().count("**") == 4
    assert repr(Reports(())) == "0 files: no claims"


def test_records():
    record = json.loads(to_json(Reports((REPORT,)).to_dict()))["files"][0]
    assert {name: record[name] for name in record if name != "findings"} == {
        "file": "notes.md",
        "holds": 1,
        "slips": 1,
        "unchecked": 1,
    }
    assert [Finding(**each) for each in record["findings"]] == [GOOD, BAD, OPEN]


def test_a_terminal_without_the_signs():
    assert spoken(str(REPORT), "ascii").startswith("notes.md:12:4: slip: dJ/dw_j: 1/2 of the gradient")


# ---- the caret


def columns(text):
    return sum(0 if combining(c) else 1 + (east_asian_width(c) in "WF") for c in text)


def above(line, first, last):
    """What a terminal shows in some columns."""
    return "".join(c for k, c in enumerate(line) if first <= columns(line[:k]) < last)


@given(
    st.text(alphabet="ab\\{}한국 \n^_", min_size=1, max_size=200),
    st.integers(0, 199),
    st.integers(1, 30),
)
def test_the_caret_is_under_what_is_wrong(claim, start, length):
    start = min(start, len(claim) - 1)
    end = min(start + length, len(claim))
    _, formula, carets = listed("n", Finding(1, 1, claim, SLIP, "", start=start, end=end)).split("\n")
    assert columns(formula) <= COLUMNS + 4
    shown = above(formula, len(carets) - len(carets.lstrip()), columns(carets))
    wrong = claim[start:end].replace("\n", " ")
    assert wrong == shown or (wrong.startswith(shown.removesuffix("…")) and formula.endswith("…") and shown)


def test_a_long_formula_is_cut_around_the_place():
    claim = "a + " * 100 + "WRONG" + " + b" * 100
    _, formula, carets = listed("n", Finding(1, 1, claim, SLIP, "", start=400, end=405)).split("\n")
    assert formula.startswith("    …") and formula.endswith("…") and columns(formula) == COLUMNS + 4
    assert carets == " " * formula.index("WRONG") + "^~~~~"
    assert formula.index("WRONG") == len("    …") + BEFORE


def test_no_place_no_caret():
    assert listed("n", Finding(1, 1, "y = x", SLIP, "wrong")) == "n:1:1: slip: wrong\n    y = x"
    assert listed("n", Finding(1, 1, "", UNCHECKED, "unclosed", end=3)) == "n:1:1: not checked: unclosed"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_breaks_its_line(text):
    report = Report(text, text, (Finding(1, 1, text, SLIP, text, "", text, 0, 1),))
    lines = str(report).split("\n")
    assert len(lines) == 5 and all(line.isprintable() for line in lines)
    assert len(str(report).splitlines()) == 5
    str(report).encode()


# ---- Markdown


KINDS = {f"{kind}_{side}" for kind in ("paragraph", "strong", "bullet_list", "list_item") for side in ("open", "close")}
KINDS |= {"inline", "text", "code_inline"}


def shown_in_notebook(report):
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).parse(report._repr_markdown_())


def test_a_notebook_gets_formulas():
    assert REPORT._repr_markdown_().split("\n") == [
        "**notes.md: 3 claims: 1 holds, 1 slip, 1 not checked**",
        "",
        r"- ✓ line 3: $\displaystyle y = x$",
        rf"- ✗ line 12: $\displaystyle {GRADIENT}$ — ∂J/∂w\_j: ½ of the gradient everywhere; "
        r"should be: $\displaystyle \frac{1}{m}$",
        r"- ? line 20: $\displaystyle h(x) = 1$ — h is not known",
    ]


@pytest.mark.parametrize(
    "text", [*HOSTILE, r"\href{javascript:alert(1)}{x}", "a$b", "`", "``` x", "x \\", "[a](b)", "<b>"]
)
def test_nothing_in_a_notebook_comes_alive(text):
    report = Report(text, text, (Finding(1, 1, text, SLIP, text, "", text, 0, 1),))
    tokens = shown_in_notebook(report)
    kinds = {token.type for token in tokens} | {inner.type for token in tokens for inner in token.children or []}
    assert kinds <= KINDS
    for formula in re.findall(r"\$\\displaystyle (.*?)\$", report._repr_markdown_()):
        assert not re.search(r"[<>$`]|\\href", formula)


def test_a_message_keeps_its_signs():
    tokens = shown_in_notebook(Report("n", "", (Finding(1, 1, "y", SLIP, "a_b_c *d* <e> &amp; [f](g) $h$ `i`"),)))
    text = "".join(inner.content for token in tokens for inner in token.children or [])
    assert "a_b_c *d* <e> &amp; [f](g) $h$ `i`" in text


def test_a_report_prints_on_any_stream():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="autograd.ascii")
    print(REPORT, file=stream, flush=True)
    assert b"dJ/dw_j" in stream.buffer.getvalue()
