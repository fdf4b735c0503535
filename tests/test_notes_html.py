"""The page of notes: formulas typeset, each finding shown once beside its own, nothing alive in it, no request."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mathml_reader import read
from test_draw import HOSTILE

from autograd import Value
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.markdown.source import Formula, read_notes
from autograd.notes.report.mathml import DEEPEST, LONGEST, formula
from autograd.notes.report.report import Report
from autograd.show import render

# ---- formulas


@pytest.mark.parametrize(
    ("latex", "drawn"),
    [
        ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        ("=-b", '<mo>=</mo><mo form="prefix">−</mo><mi>b</mi>'),
        ("(-b", '<mo stretchy="false">(</mo><mo form="prefix">−</mo><mi>b</mi>'),
        (")-b", '<mo stretchy="false">)</mo><mo>−</mo><mi>b</mi>'),
        ("f'", '<mi>f</mi><mo stretchy="false" lspace="0" rspace="0">′</mo>'),
        ("f''_1", '<msub><mi>f</mi><mn>1</mn></msub><mo stretchy="false" lspace="0" rspace="0">′′</mo>'),
        (r"2\log x", '<mn>2</mn><mo lspace="0.167em" rspace="0.167em">log</mo><mi>x</mi>'),
        (r"\log(", '<mo lspace="0" rspace="0">log</mo><mo stretchy="false">(</mo>'),
        (r"\sum_i^m x", "<munderover><mo>∑</mo><mi>i</mi><mrow>^<mi>m</mi></mrow></munderover><mi>x</mi>"),
        (r"\max_i", '<munder><mo lspace="0" rspace="0.167em" movablelimits="true">max</mo><mi>i</mi></munder>'),
        (r"\frac12", "<mfrac><mrow><mn>1</mn>/</mrow><mn>2</mn></mfrac>"),
        (r"\mathbb{R}\mathbf{x}\mathbf{\theta}", "<mi>ℝ</mi><mi>𝐱</mi><mi>𝛉</mi>"),
        (r"\text{label}_{ij}", "<msub><mtext>label</mtext><mrow><mi>i</mi><mi>j</mi></mrow></msub>"),
        (r"\mathrm{d}\mathrm{cost}", '<mi mathvariant="normal">d</mi><mi>cost</mi>'),
        (r"\underset{4}{W}", '<munder><mi>W</mi><mrow style="padding:0 0.2em"><mn>4</mn></mrow></munder>'),
        (r"\vec w", '<mover accent="true"><mi>w</mi><mo stretchy="false" mathsize="70%">→</mo></mover>'),
        (r"\underbrace{a}_b", '<munder><munder accentunder="true"><mi>a</mi><mo stretchy="true">⏟</mo></munder>'
         "<mi>b</mi></munder>"),
        (r"\binom{n}{k}", '<mo>(</mo><mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>'),
        (r"\not= \ne", "<mo>≠</mo><mo>≠</mo>"),
        (r"x \tag{1} & \label{a}", "<mi>x</mi>"),
        (r"\textcircled{4}\limits", "<mn>4</mn>"),
        (r"\unknown{x}", r"<mtext>\unknown</mtext><mi>x</mi>"),
        (r"\{a\}\|", '<mo stretchy="false">{</mo><mi>a</mi><mo stretchy="false">}</mo>'
         '<mo stretchy="false" lspace="0" rspace="0">‖</mo>'),
        (r"\cdot \circ \odot \to \gets", "<mo>·</mo><mo>∘</mo><mo>⊙</mo><mo>→</mo><mo>←</mo>"),
        (r"\dots, \partial", "<mi>…</mi><mo>,</mo><mi>∂</mi>"),
        (r"W ^{T}", "<msup><mi>W</mi><mrow>^<mi>T</mi></mrow></msup>"),
        ("^2 }", "<msup><mrow></mrow><mrow>^<mn>2</mn></mrow></msup>"),
        (r"\left. x \right|", '<mi>x</mi><mo form="postfix" stretchy="false">|</mo>'),
        (r"\left\{ \frac{a}{b} \right.", '<mo form="prefix" stretchy="true">{</mo>'
         "<mfrac><mrow><mi>a</mi>/</mrow><mi>b</mi></mfrac>"),
        ("", ""),
    ],
)  # fmt: skip
def test_how_a_formula_is_drawn(latex, drawn):
    shown = re.sub(r'<mo style="display:none">(.)</mo>', r"\1", formula(latex))
    assert shown in (f"<math>{drawn}</math>", f"<math><mrow>{drawn}</mrow></math>")


@pytest.mark.parametrize(
    ("environment", "rows"),
    [
        (r"\begin{aligned} a &= b \\[2pt] &= c \\ \end{aligned}", [["a", "=b"], ["", "=c"]]),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", [["1", "2"], ["3", "4"]]),
        (r"\begin{array}{c|c} \hline 1 & 2 \end{array}", [["1", "2"]]),
        (r"\begin{cases} x & \text{if } x > 0 \\ 0 \end{cases}", [["x", "if\xa0x>0"], ["0"]]),
        (r"\begin{align*} \begin{matrix} a \\ b \end{matrix} & c", [["ab", "c"], ["a"], ["b"]]),
        (r"\begin{strange} a \\ b \end{strange}", [["a"], ["b"]]),
    ],
)
def test_lines_and_columns(environment, rows):
    table = ElementTree.fromstring(formula(environment))
    cells = [["".join(cell.itertext()) for cell in row] for row in table.iter("mtr")]
    assert cells == rows


@pytest.mark.parametrize(
    ("latex", "number"),
    [
        (r"\frac{1}{2 \cdot m} \cdot (y - t)^2 \cdot x_1", 0.25),
        (r"- y + \left( \frac{t - y}{m} \right)^{2}", -2.9375),
        (r"\sqrt{y^2 + 4 \cdot 4} - x_1 \cdot (-1)", 7.0),
    ],
)
def test_a_formula_reads_as_what_it_means(latex, number):
    element = formula(latex).removeprefix("<math>").removesuffix("</math>")
    assert read(element, {"m": 4.0, "y": 3.0, "t": 2.0, "x_1": 2.0}) == pytest.approx(number)


TAGS = set(re.findall(r"\w+", "math mrow mi mn mo mtext mfrac msqrt mroot msup msub msubsup mover munder munderover"))
TAGS |= {"mtable", "mtr", "mtd"}
CHILDREN = {"mfrac": 2, "mroot": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
ATTRIBUTES = set(re.findall(r"\w+", "display style form stretchy lspace rspace movablelimits accent accentunder"))
ATTRIBUTES |= {"mathsize", "mathvariant", "linethickness", "displaystyle", "minsize", "maxsize"}
STYLE = re.compile(r"(display:none|(text-align|padding(-\w+)?|border(-\w+)?):[\w .-]+(;|$))+")
PIECES = [r"\frac", "{", "}", "_", "^", "'", "-", "&", r"\\", r"\begin{aligned}", r"\end{aligned}", r"\begin{pmatrix}"]
PIECES += [r"\left", r"\right", "(", ")", "|", ".", r"\text", r"\mathbf", r"\hat", r"\sum", r"\log", "x", "12", " "]
PIECES += [
    r"\sqrt",
    "[",
    "]",
    r"\underbrace",
    r"\xrightarrow",
    r"\operatorname",
    "*",
    r"\not",
    r"\big",
    r"\,",
    "<",
    '"',
]
PIECES += [
    "</math>",
    "<script>",
    "&amp;",
    "\x00",
    "\ud800",
    "한",
    r"\color",
    r"\begin",
    r"\lt",
    r"\ampersand",
    "\u202e",
]


def check(element):
    assert element.tag in TAGS
    assert len(element) == CHILDREN.get(element.tag, len(element))
    assert set(element.attrib) <= ATTRIBUTES
    assert all(STYLE.fullmatch(text) for name, text in element.attrib.items() if name == "style")
    for child in element:
        check(child)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_any_text_is_a_sound_formula(latex):
    shown = formula(latex, display=True)
    assert shown.startswith('<math display="block">')
    check(ElementTree.fromstring(shown))


@pytest.mark.parametrize(
    "latex", ["_", "x^", r"\underbrace&", r"\frac\limits x", r"\sum_", r"\hat}", r"\sqrt[", r"\left"]
)
def test_what_a_command_lacks_is_empty(latex):
    check(ElementTree.fromstring(formula(latex)))


@pytest.mark.parametrize("latex", HOSTILE)
def test_a_formula_is_inert(latex):
    for each in (latex, rf"\text{{{latex}}}", rf"\begin{{{latex}}} x", rf"\operatorname{{{latex}}}"):
        check(ElementTree.fromstring(formula(each)))


@pytest.mark.parametrize(
    "opening", ["{", r"\frac", "^", "x_", r"\hat", r"\left(", r"\begin{matrix}", r"\sqrt{", r"\sqrt[", "'"]
)
def test_deep_and_long_formulas(opening):
    shown = formula(opening * 2000)
    check(ElementTree.fromstring(shown)) if shown.startswith("<math>") else ElementTree.fromstring(shown)
    assert len(shown) < 200_000


def test_what_is_too_deep_or_too_long_is_code():
    assert formula("{" * DEEPEST + "<x" + "}" * DEEPEST) == f"<code>{'{' * DEEPEST}&lt;x{'}' * DEEPEST}</code>"
    assert formula("x" * (LONGEST + 1)) == f"<code>{'x' * LONGEST}</code>"
    assert "<code>" not in formula("x" * 1000)


# ---- the page


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, and the text outside of styles and scripts."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words, self.quiet = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.quiet += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.quiet -= tag in ("style", "script")

    def handle_data(self, data):
        self.words.append("" if self.quiet else data)

    def all(self, name):
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    @property
    def text(self):
        return " ".join("".join(self.words).split())


ALLOWED = TAGS | set(
    re.findall(r"\w+", "html head meta title body style div header p strong ul ol li a span b em code")
)
ALLOWED |= set(
    re.findall(r"\w+", "pre h1 h2 h3 h4 h5 h6 blockquote hr br table thead tbody tr th td s img details summary")
)
SAFE_LINK = re.compile(r"#|https?://|mailto:|[\w./%?&=+~-]*$")


def assert_inert(page):
    assert {tag for tag, _ in page.tags} <= ALLOWED
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert tag == "img" or not {"src", "srcset", "action", "background", "poster"} & set(attributes)
    assert all(source.startswith("data:image/") for source in page.all("src"))
    assert all(SAFE_LINK.match(link) for link in page.all("href"))


def links_lead_somewhere(page):
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.all("href") if link.startswith("#")} <= set(ids)


def finding(verdict, number, message="why", **more):
    return Finding(number + 1, 1, more.pop("claim", "y = x"), verdict, message, formula=number, **more)


def page_of(text, *findings, losses=None, name="notes.md"):
    return Page(Report(name, text, findings, losses or {}).html)


def test_the_notes_are_rendered():
    page = page_of("---\nt: 1\n---\n# A *title*\n\n- $y = x$\n\n| a |\n|---|\n| $z$ |\n\n`$c$` ~~no~~\n> quote")
    assert [tag for tag, _ in page.tags if tag in ("h1", "em", "li", "table", "code", "s", "blockquote")] == [
        "h1", "em", "li", "table", "code", "s", "blockquote",
    ]  # fmt: skip
    assert page.text.endswith("A title y=x a z $c$ no quote")
    assert_inert(page)


def test_marks_stand_beside_formulas():
    page = page_of("$a = b$\n\n$$c = d$$", finding(HOLDS, 0), finding(SLIP, 1))
    assert page.text.endswith("a=b✓ c=d✗ ✗ slip, line 2: why y=x")


def test_a_slip_is_shown_with_its_claim_put_right():
    page = page_of("$$a = b, c = d$$", finding(SLIP, 0, "a factor 2", claim="c = d", correction="c = 2d"))
    assert page.text.endswith("✗ slip, line 1: a factor 2 c=d should be c=2d")


def test_a_claim_that_is_all_of_a_display_is_not_repeated():
    page = page_of("$$\nc = d\n$$", finding(SLIP, 0, claim="c = d"))
    assert page.text.endswith("c=d✗ ✗ slip, line 1: why")


def test_several_claims_of_one_formula():
    assert page_of("$$a = b = c$$", finding(HOLDS, 0), finding(HOLDS, 0)).text.endswith("a=b=c✓")
    assert "a=b=c✓✗ ✗ slip" in page_of("$$a = b = c$$", finding(HOLDS, 0), finding(SLIP, 0)).text


def test_what_is_wrong_in_a_line_stands_below_its_paragraph():
    page = page_of("If $a = b$ then.\n\nNext.", finding(UNCHECKED, 0, "h is unknown", claim="a = b"))
    assert page.text.endswith("If a=b? then. ? not checked, line 1: h is unknown a=b Next.")


@pytest.mark.parametrize(
    "text",
    ["    $a = b$", "![$a = b$](x.png)", "<div>\n$a = b$\n</div>", "[x]: /y '$a = b$'", "| a |\n|-|\n| $a = b$ |"],
)
def test_every_slip_is_shown_once_wherever_its_formula_stands(text):
    page = page_of(text, finding(SLIP, 0), Finding(7, 1, "", UNCHECKED, "not read", formula=-1))
    assert sorted(page.all("id")) == ["finding-1", "finding-2"]
    links_lead_somewhere(page)


def test_the_summary_links_to_what_is_wrong():
    page = page_of("$a$ $b$ $c$", finding(HOLDS, 0), finding(SLIP, 1, "wrong"), finding(UNCHECKED, 2, "unknown"))
    assert page.text.startswith(
        "notes.md notes.md: 3 claims: 1 holds, 1 slip, 1 not checked ✗ line 2: wrong ? line 3: unknown"
    )
    links_lead_somewhere(page)


def test_declarations_and_comments_do_not_show():
    text = "<!-- check x: n -->\na <!-- check y: n --> b\n\n```check\nz: n\n```\n<!-- secret -->\n"
    assert page_of(text).text.endswith("no claims a b")


def test_html_is_shown_as_text():
    page = page_of("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n\n<!-- c --> $x$ <img src=x>")
    assert page.text.endswith("a <b onclick=x>b</b> <script>alert(1)</script> x <img src=x>")
    assert_inert(page)


@pytest.mark.parametrize(
    "text", ['    $"<b>$', '![$"<b>$](a.png)', "[x](/y '$\"<b>$')", '![$"<b>$](data:image/png;base64,AA)']
)
def test_a_formula_in_code_or_in_a_description_is_text(text):
    page = page_of(text)
    assert_inert(page)
    assert '$"<b>$' in page.text + "".join(page.all("alt") + page.all("title"))


def test_pictures_and_links():
    pictures = "![local](a.png) ![far](http://x.org/a.png) ![own](data:image/png;base64,AAAA)"
    page = page_of(f"{pictures} [s](http://x.org) [j](javascript:alert(1))")
    assert page.all("src") == ["data:image/png;base64,AAAA"]
    assert page.all("href") == ["http://x.org"]
    assert "[picture: local] [picture: far]" in page.text and "[j](javascript:alert(1))" in page.text


MARKDOWN = [
    "$",
    "$$",
    "`",
    "```\n",
    "\n",
    "\n\n",
    "<!--",
    "-->",
    "<",
    ">",
    "# ",
    "- ",
    "> ",
    "|",
    "[",
    "](",
    ")",
    "![",
    "*",
]
MARKDOWN += [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "http://x.org",
    "a = b",
]
MARKDOWN += [
    "\ue0000\ue001",
    "\ue00099\ue001",
    "\ud800",
    "\x00",
    "'",
    '"',
    "    ",
    "한",
    "&lt;",
    "\\",
    "]]>",
    "data:image/png,",
]
MARKDOWN += ["&#xE000;0&#xE001;", "&#xE000;", "&#xE001;", "1", '<a href="', "```math\n", "```check\n", "<!-- check"]


@given(st.lists(st.sampled_from(MARKDOWN) | st.text(max_size=3), max_size=30).map("".join), st.text(max_size=5))
@settings(max_examples=150)
def test_any_notes_make_an_inert_page(text, message):
    number = sum(isinstance(item, Formula) for item in read_notes(text))
    findings = [finding(SLIP, k, message, claim=text, correction=text, loss=text) for k in range(number)]
    page = page_of(text, *findings, name=message or "n")
    assert_inert(page)
    links_lead_somewhere(page)
    assert len([each for each in page.all("id") if each.startswith("finding")]) == number


@pytest.mark.parametrize("number", ["0", "7", "9" * 5000])
def test_no_text_stands_for_a_formula(number):
    page = page_of(f"&#xE000;{number}&#xE001; $<x$ [l](/m '&#xE000;{number}&#xE001;')", finding(SLIP, 0))
    assert page.all("id") == ["finding-1"]
    assert_inert(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_notes(text):
    page = page_of(f"${text}$ {text}\n\n$$a = {text}$$", finding(SLIP, 0, text, claim=text, correction=text), name=text)
    assert_inert(page)
    assert "alert(1)" not in "".join(
        value or "" for _, attributes in page.tags for value in attributes.values()
    ) or all(not name.startswith("on") for _, attributes in page.tags for name in attributes)


@pytest.mark.parametrize("piece", ["$a$ ", "> ", "- ", "[", "*a ", "`", "<!--", "$$x$$\n\n", "| ", "<a ", "\ue000"])
def test_large_notes(piece):
    assert len(page_of(piece * (60_000 // len(piece))).tags) > 8


def test_the_same_notes_give_the_same_page(tmp_path):
    report = Report("n", "$x$\n\ud800", (finding(SLIP, 0),), {"L": loss()})
    assert report.html == report.html
    assert report.save(tmp_path / "a.html").read_bytes() == report.html.encode("utf-8", "replace")
    with pytest.raises(ValueError, match=r"save: .*'.*\.txt' must end in \.html"):
        report.save(tmp_path / "a.txt")


# ---- graphs


def loss(size=1):
    w = Value(0.5, label="w")
    result = (w * 2.0 - 1.0) ** 2
    for _ in range(size - 1):
        result = result + w
    result.backward()
    return result


def test_each_loss_has_its_graph():
    page = page_of("$x$", finding(SLIP, 0, loss="J"), losses={"J": loss(), r"\hat y_1": loss()})
    links_lead_somewhere(page)
    assert page.all("href").count("#graph-1") == 2 and page.all("href").count("#graph-2") == 1
    assert page.text.count("Forward pass") == 2
    assert "Graphs: J, ŷ₁" in page.text and "The graph of ŷ₁" in page.text
    assert (
        all(source.startswith("data:image/svg+xml;base64,") for source in page.all("src")) and len(page.all("src")) == 4
    )


def test_a_graph_too_large_for_steps_is_drawn():
    page = page_of("", losses={"J": loss(300)})
    assert len(page.all("src")) == 1 and "303 nodes and 601 steps are more than one can watch" in page.text


def test_without_graphviz_the_page_says_so(monkeypatch):
    def missing(*arguments):
        raise render.RenderError("no Graphviz <here>")

    monkeypatch.setattr("autograd.show.drawing.drawing.render", missing)
    monkeypatch.setattr("autograd.show.stepper.html.render", missing)
    page = page_of("$x$", losses={"J": loss()})
    assert page.text.endswith("The graph of J no Graphviz <here> no Graphviz <here>")


# ---- colours


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


COLOURS = re.findall(
    r"([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (files("autograd.notes.report") / "report.css").read_text()
)
GROUNDS = {name: pair for name, *pair in COLOURS if name == "--sheet"} | {"page": ["#ffffff", "#121212"]}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", ["--ink", "--faint", "--holds", "--slip", "--unchecked", "color"])
def test_colours_are_readable(name, ground):
    (pair,) = [pair for each, *pair in COLOURS if each == name]
    for scheme in (0, 1):
        assert contrast(pair[scheme], GROUNDS[ground][scheme]) >= 4.5


def test_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5
