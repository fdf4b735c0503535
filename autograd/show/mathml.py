"""LaTeX, as Typeset, templates and labels have it, read into MathML, which browsers draw by themselves.

So one writer decides where brackets stand, and the table's templates are read here too.

Marks that a picture shows by place alone (the bar of a fraction, what is raised, the roof of a root) stand hidden
between the elements: where a viewer strips the tags, the text still reads ∂L/∂w = 2·x^2.
"""

from __future__ import annotations

import re
from html import escape

from autograd import labels
from autograd.show.style import UNPRINTABLE
from autograd.writing import LATEX_FUNCTIONS

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
LETTERS = {rf"\{name}": letter for name, letter in labels.LETTERS.items()}
SIGNS = {
    r"\cdot": "·",
    r"\to": "→",
    **dict.fromkeys((r"\leq", r"\le"), "≤"),
    **dict.fromkeys((r"\geq", r"\ge"), "≥"),
    "-": "−",
    r"\dots": "…",
    r"\checkmark": "✓",
    r"\times": "×",
}
SIGNS |= {r"\backslash": "\\", r"\wedge": "^", r"\sim": "~"}
ACCENTS = {r"\hat": "ˆ", r"\bar": "¯", r"\tilde": "˜", r"\vec": "→", r"\dot": "˙"}
FUNCTIONS = {rf"\{name}" for name in LATEX_FUNCTIONS | {"ln", "max", "min"}}
WORDS = {r"\text", r"\mathrm", r"\operatorname", r"\mathbf"}
SCRIPTS = {"^", "_", "'"}
TALL = {"mfrac", "msup", "msubsup", "msqrt", "mroot", "mtable"}
BRACKETS = set("()[]|")
NO_BREAK = "\u00a0"
SPACES = {r"\,", r"\;", r"\:", r"\ ", r"\quad"}


def mathml(latex: str) -> str:
    r"""A formula as one MathML element; commands that are not known stand there as text.

    >>> mathml(r"\frac{x}{2}")
    '<mfrac><mrow><mi>x</mi><mo style="display:none">/</mo></mrow><mn>2</mn></mfrac>'
    """
    return _row(_items(latex))


def sides(latex: str) -> list[str]:
    """What an equation equates, an element each; from the second on with = in front.

    >>> sides("a = b")
    ['<mi>a</mi>', '<mrow><mo>=</mo><mi>b</mi></mrow>']
    """
    found: list[list[str]] = [[]]
    for item in _items(latex):
        if item == "<mo>=</mo>":
            found.append([])
        found[-1].append(item)
    return [_row(items) for items in found if items]


def math(element: str) -> str:
    """A formula for a page: an element of MathML in its outer one.

    >>> math("<mi>x</mi>")
    '<math><mi>x</mi></math>'
    """
    return f"<math>{element}</math>"


def _items(latex: str) -> list[str]:
    return _Reader(UNPRINTABLE.sub(" ", latex)).items()


class _Reader:
    """Reads LaTeX as far as templates and labels have it. It never fails: what is not closed ends at the end."""

    def __init__(self, latex: str) -> None:
        self.tokens = TOKEN.findall(latex)[::-1]
        self.ended = ""

    def next(self) -> str:
        """The next token, "" at the end."""
        return self.tokens.pop() if self.tokens else ""

    def items(self, *ends: str) -> list[str]:
        """The elements up to one of `ends`, which is passed over and kept in `ended`."""
        found: list[str] = []
        while (token := self.next()) and token not in ends:
            if token in SCRIPTS:
                found.append(self.scripts(found.pop() if found else "<mrow></mrow>", token))
            elif token == "-" and (not found or found[-1].startswith("<mo")):
                found.append('<mo form="prefix">−</mo>')
            elif not token.isspace():
                found.append(self.atom(token))
        self.ended = token
        return found

    def argument(self) -> list[str]:
        """What a command applies to: a group, or the next token."""
        while (token := self.next()).isspace():
            pass
        return self.items("}") if token == "{" else [self.atom(token)] if token else []

    def atom(self, token: str) -> str:
        """One element."""
        if token in WORDS:
            return self.word(token)
        if token in ACCENTS:
            return f'<mover accent="true">{_row(self.argument())}<mo>{ACCENTS[token]}</mo></mover>'
        read = {
            "{": self.group,
            r"\frac": self.fraction,
            r"\sqrt": self.root,
            r"\left": self.fenced,
            r"\begin": self.cases,
        }
        return read[token]() if token in read else _leaf(token)

    def group(self) -> str:
        """What stands in braces."""
        return _row(self.items("}"))

    def word(self, command: str) -> str:
        """Text in braces, without the backslashes that keep it text."""
        raw = ""
        if self.next() == "{":
            while (token := self.next()) and token != "}":
                raw += token[1:] if re.fullmatch(r"\\[^A-Za-z]", token) else token
        return _text(raw) if command == r"\text" or " " in raw else f"<mi>{escape(raw)}</mi>"

    def scripts(self, base: str, sign: str) -> str:
        """The base with what is raised and what is lowered."""
        above: list[str] = []
        below: list[str] = []
        while sign in SCRIPTS:
            if sign == "_":
                below += self.argument()
            else:
                above += ["<mo>′</mo>"] if sign == "'" else [_hidden("^"), *_closed(self.argument(), 1)]
            sign = self.next()
        self.tokens += [sign] if sign else []
        if above and below:
            return f"<msubsup>{base}{_row(below)}{_row(above)}</msubsup>"
        return f"<msup>{base}{_row(above)}</msup>" if above else f"<msub>{base}{_row(below)}</msub>"

    def fraction(self) -> str:
        """One thing above another."""
        above, below = self.argument(), self.argument()
        return f"<mfrac>{_row([*_closed(above), _hidden('/')])}{_row(_closed(below))}</mfrac>"

    def root(self) -> str:
        """A square root, or another one."""
        index = ""
        if self.tokens and self.tokens[-1] == "[":
            self.next()
            index = _row(self.items("]"))
        if index:
            inside = _row([_hidden("("), *self.argument(), _hidden(")^(1/")])
            return f"<mroot>{inside}{_row([index, _hidden(')')])}</mroot>"
        return f"<msqrt>{_hidden('√(')}{_row(self.argument())}{_hidden(')')}</msqrt>"

    def fenced(self) -> str:
        """What stands between brackets, which grow with it."""
        left, inside, right = self.next(), self.items(r"\right"), self.next()
        grow = not TALL.isdisjoint(re.findall(r"<(\w+)", "".join(inside)))
        return f"<mrow>{_leaf(left, grow)}{_row(inside)}{_leaf(right, grow)}</mrow>"

    def cases(self) -> str:
        """A choice: a brace, and a line for each case."""
        self.argument()
        lines: list[str] = []
        while self.tokens and self.ended != r"\end":
            value, condition = _row(self.items("&")), _row(self.items(r"\\", r"\end"))
            lines.append(f"<mtr>{_cell(_hidden('; ') * bool(lines) + value)}{_cell(_hidden(' ') + condition)}</mtr>")
        self.argument()
        return f"<mrow><mo>{{</mo><mtable>{''.join(lines)}</mtable></mrow>"


def _leaf(token: str, grow: bool = False) -> str:
    """A letter, a number, a sign, or text; a bracket, which can grow with what it closes in."""
    if token in BRACKETS and not grow:  # one that could grow has space beside it in many fonts
        return f'<mo stretchy="false">{token}</mo>'
    if token in SPACES:
        return _text(" ")
    if token in LETTERS or token in FUNCTIONS:
        return f"<mi>{LETTERS.get(token, token[1:])}</mi>"
    if token in SIGNS:
        return f"<mo>{SIGNS[token]}</mo>"
    if token[:1] == "\\":
        return _text(token if token[1:].isalpha() else token[1:])
    tag = "mn" if token[:1].isdecimal() else "mi" if token.isalpha() else "mo"
    return f"<{tag}>{escape(token)}</{tag}>" if token else ""


def _row(items: list[str]) -> str:
    """Elements as one."""
    return items[0] if len(items) == 1 else f"<mrow>{''.join(items)}</mrow>"


def _cell(item: str) -> str:
    return f'<mtd style="text-align:left">{item}</mtd>'


def _text(words: str) -> str:
    """Words in a formula, their spaces kept."""
    return f"<mtext>{escape(words).replace(' ', NO_BREAK)}</mtext>"


def _hidden(sign: str) -> str:
    return f'<mo style="display:none">{sign}</mo>'


def _closed(items: list[str], most: int = 0) -> list[str]:
    """In hidden brackets, where without its place it would fall apart: several terms or, in an exponent, items."""
    loose = (most and len(items) > most) or any(x.startswith(("<mo>", "<mfrac>")) for x in items)
    bracketed = items[:1] == [_leaf("(")]
    return [_hidden("("), *items, _hidden(")")] if loose and not bracketed else items
