"""LaTeX, as Typeset, templates and labels have it, read into MathML, which browsers draw by themselves.

So one writer decides where brackets stand, and the table's templates are read here too.

Marks that a picture shows by place alone (the bar of a fraction, what is raised, the roof of a root) stand hidden
between the elements: where a viewer strips the tags, the text still reads ∂L/∂w = 2·x^2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
# An element that is one, with scripts or without, but for what ends an operand.
OPERATOR = re.compile(r"(?:<m(?:under|over|underover|sub|sup|subsup)>)?<mo(?: [^>]*)?>[^)\]}|⟩!′…<]*</mo>")
NO_BREAK = "\u00a0"
SPACES = {r"\,", r"\;", r"\:", r"\ ", r"\quad"}


def mathml(latex: str) -> str:
    r"""A formula as one MathML element; commands that are not known stand there as text.

    >>> mathml(r"\frac{x}{2}")
    '<mfrac><mrow><mi>x</mi><mo style="display:none">/</mo></mrow><mn>2</mn></mfrac>'
    """
    return row(_items(latex))


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
    return [row(items) for items in found if items]


def math(element: str) -> str:
    """A formula for a page: an element of MathML in its outer one.

    >>> math("<mi>x</mi>")
    '<math><mi>x</mi></math>'
    """
    return f"<math>{element}</math>"


def _items(latex: str) -> list[str]:
    return Reader(UNPRINTABLE.sub(" ", latex)).items()


class Reader:
    """Reads LaTeX as far as templates and labels have it. It never fails: what is not closed ends at the end."""

    def __init__(self, latex: str) -> None:
        self.tokens = TOKEN.findall(latex)[::-1]
        self.ended = ""
        self.due = True  # whether an operand begins with the next element

    def next(self) -> str:
        """The next token, "" at the end."""
        return self.tokens.pop() if self.tokens else ""

    def items(self, *ends: str) -> list[str]:
        """The elements up to one of `ends`, which is passed over and kept in `ended`."""
        found: list[str] = []
        while (token := self.next()) and token not in ends:
            if token in SCRIPTS:
                found.append(self.scripts(found.pop() if found else "<mrow></mrow>", token))
                continue
            self.due = operand_due(found)
            if token == "-" and self.due:
                found.append('<mo form="prefix">−</mo>')
            elif not token.isspace() and (element := self.atom(token)):
                found.append(element)
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
            return f'<mover accent="true">{row(self.argument())}<mo>{ACCENTS[token]}</mo></mover>'
        read = self.readers()
        return read[token]() if token in read else leaf(token)

    def readers(self) -> dict[str, Callable[[], str]]:
        """What reads on after a token."""
        return {
            "{": self.group,
            r"\frac": self.fraction,
            r"\sqrt": self.root,
            r"\left": self.fenced,
            r"\begin": self.cases,
        }

    def group(self) -> str:
        """What stands in braces."""
        return row(self.items("}"))

    def word(self, command: str) -> str:
        """Text in braces, without the backslashes that keep it text."""
        raw = ""
        if self.next() == "{":
            while (token := self.next()) and token != "}":
                raw += token[1:] if re.fullmatch(r"\\[^A-Za-z]", token) else token
        return words(raw) if command == r"\text" or " " in raw else f"<mi>{escape(raw)}</mi>"

    def scripts(self, base: str, sign: str) -> str:
        """The base with what is raised and what is lowered."""
        above: list[str] = []
        below: list[str] = []
        while sign in SCRIPTS:
            if sign == "_":
                below += self.argument()
            else:
                above += ["<mo>′</mo>"] if sign == "'" else [hidden("^"), *closed(self.argument(), 1)]
            sign = self.next()
        self.tokens += [sign] if sign else []
        if not below and not above:
            return base
        return self.scripted(base, row(below) if below else "", row(above) if above else "")

    def scripted(self, base: str, below: str, above: str) -> str:
        """An element with another below, above, or both."""
        tag = "msubsup" if below and above else "msub" if below else "msup"
        return f"<{tag}>{base}{below}{above}</{tag}>"

    def fraction(self) -> str:
        """One thing above another."""
        above, below = self.argument(), self.argument()
        return f"<mfrac>{row([*closed(above), hidden('/')])}{row(closed(below))}</mfrac>"

    def root(self) -> str:
        """A square root, or another one."""
        index = ""
        if self.tokens and self.tokens[-1] == "[":
            self.next()
            index = row(self.items("]"))
        if index:
            inside = row([hidden("("), *self.argument(), hidden(")^(1/")])
            return f"<mroot>{inside}{row([index, hidden(')')])}</mroot>"
        return f"<msqrt>{hidden('√(')}{row(self.argument())}{hidden(')')}</msqrt>"

    def fenced(self) -> str:
        """What stands between brackets, which grow with it."""
        left, inside, right = self.next(), self.items(r"\right"), self.next()
        grow = not TALL.isdisjoint(re.findall(r"<(\w+)", "".join(inside)))
        return f"<mrow>{leaf(left, grow)}{row(inside)}{leaf(right, grow)}</mrow>"

    def cases(self) -> str:
        """A choice: a brace, and a line for each case."""
        self.argument()
        lines: list[str] = []
        while self.tokens and self.ended != r"\end":
            value, condition = row(self.items("&")), row(self.items(r"\\", r"\end"))
            lines.append(f"<mtr>{cell(hidden('; ') * bool(lines) + value)}{cell(hidden(' ') + condition)}</mtr>")
        self.argument()
        return f"<mrow><mo>{{</mo><mtable>{''.join(lines)}</mtable></mrow>"


def leaf(token: str, grow: bool = False) -> str:
    """A letter, a number, a sign, or text; a bracket, which can grow with what it closes in."""
    if token in BRACKETS and not grow:  # one that could grow has space beside it in many fonts
        return f'<mo stretchy="false">{token}</mo>'
    if token in SPACES:
        return words(" ")
    if token in LETTERS or token in FUNCTIONS:
        return f"<mi>{LETTERS.get(token, token[1:])}</mi>"
    if token in SIGNS:
        return f"<mo>{SIGNS[token]}</mo>"
    if token[:1] == "\\":
        return words(token if token[1:].isalpha() else token[1:])
    tag = "mn" if token[:1].isdecimal() else "mi" if token.isalpha() else "mo"
    return f"<{tag}>{escape(token)}</{tag}>" if token else ""


def operand_due(before: list[str]) -> bool:
    """Whether an operand begins after these elements, so that a minus there is a sign."""
    return not before or bool(OPERATOR.match(before[-1]))


def row(items: list[str]) -> str:
    """Elements as one."""
    return items[0] if len(items) == 1 else f"<mrow>{''.join(items)}</mrow>"


def cell(item: str) -> str:
    return f'<mtd style="text-align:left">{item}</mtd>'


def words(text: str) -> str:
    """Words in a formula, their spaces kept."""
    return f"<mtext>{escape(text).replace(' ', NO_BREAK)}</mtext>"


def hidden(sign: str) -> str:
    return f'<mo style="display:none">{sign}</mo>'


def closed(items: list[str], most: int = 0) -> list[str]:
    """In hidden brackets, where without its place it would fall apart: several terms or, in an exponent, items."""
    loose = (most and len(items) > most) or any(x.startswith(("<mo>", "<mfrac>")) for x in items)
    bracketed = items[:1] == [leaf("(")]
    return [hidden("("), *items, hidden(")")] if loose and not bracketed else items
