r"""What notes in Markdown hold: formulas, headings and hidden declarations, in order, with their places in the text.

Formulas stand in $…$, $$…$$, \(…\), \[…\], $`…`$, in a fence with the word math, or in a bare LaTeX environment. What
Markdown shows as code, and what a comment hides, is none. The text is read once from left to right: what opens first
wins, and what nothing closes is plain text. So the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograd.notes.markdown.items import Declaration as Declaration
from autograd.notes.markdown.items import Formula as Formula
from autograd.notes.markdown.items import Heading as Heading
from autograd.notes.markdown.items import Item as Item
from autograd.notes.markdown.items import Lines as Lines
from autograd.notes.markdown.items import Unclosed as Unclosed

ENVIRONMENT = r"(?:equation|align|gather|multline|eqnarray)\*?"
OPENING = re.compile(
    rf"""^[ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+)?(?P<fence>`{{3,}}(?=[^`\n]*$)|~{{3,}})(?P<info>[^\n]*)
    | ^(?:[ ]{{0,3}}>)*[ ]{{0,3}}(?P<level>\#{{1,6}})[ \t]+(?P<title>[^\n]*)
    | ^[ ]{{0,3}}(?P<first>[\w*])(?=(?P<rest>[^\n]*)\n[ ]{{0,3}}(?P<rule>=+|--+)[ \t\r]*$)
    | <!--(?P<comment>(?:\s*check(?:(?=\s|-->)|:))?)
    | \\begin\{{(?P<environment>{ENVIRONMENT})\}}
    | (?P<bracket>\\[(\[])
    | (?P<escape>\\.)
    | (?P<tick>\$`(?!`)[^`]+`\$)
    | (?P<dollars>\$+)
    | (?P<code>`+)""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?!\s)(?s:.*?)\n(?:---|\.\.\.)[ \t\r]*(?=\n|\Z)")
PARAGRAPH_END = re.compile(r"\n(?=[ \t>]*\r?(?:\n|\Z|#{1,6}[ \t]|```|~~~))")
FENCE = re.compile(r"\n[ \t]*(`{3,}|~{3,})[ \t\r]*(?=\n|\Z)")
QUOTED_FENCE = re.compile(r"\n[ \t>]*(`{3,}|~{3,})[ \t\r]*(?=\n|\Z)")
QUOTE_END = re.compile(r"\n(?![ \t]*>)")
QUOTE = re.compile(r"[ \t>]*")
ESCAPED = re.compile(r"\\.", re.DOTALL)
DOLLAR = re.compile(r"\\.|\$", re.DOTALL)
DOLLARS = re.compile(r"\\.|\$+", re.DOTALL)
MATHEMATICS = re.compile(r"[=^_]|\\[A-Za-z]")
FAR = 200  # characters after what never closes, in which a sign of mathematics says that it was meant to


def read_notes(text: str) -> list[Item]:
    r"""What the notes hold, in order; offsets count the characters of `text`.

    >>> read_notes("## Loss\n<!-- check x: n -->\nFor $5, $L = x^2$.")[1:]
    [Declaration(text=' x: n ', start=18), Formula(latex='L = x^2', start=36, end=45, content=37, display=False)]
    """
    return list(_Scanner(text).items())


class _Scanner:
    """Goes through a text once: all before `at` is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        front = FRONT_MATTER.match(text)
        self.at = front.end() if front else 0
        self.known_end = -1  # of the paragraph that was last asked for
        self.last_ticks: dict[int, int] = {}  # in that paragraph: where the last backticks stand, by their number
        self.last_comment_end = text.rfind("-->")
        self.told = False  # that a comment is not closed

    def items(self) -> Iterator[Item]:
        """All that is found from `at` on. What a group of OPENING begins, the method of its name reads."""
        while found := OPENING.search(self.text, self.at):
            self.at = found.end()
            item = getattr(self, str(found.lastgroup))(found)
            if item and not (isinstance(item, Formula) and not item.latex.strip()):
                yield item

    # ---- blocks

    def info(self, found: re.Match[str]) -> Item | None:
        """A fence, to the one that closes it, to the end of its quote or of the text."""
        text, fence = self.text, found["fence"]
        quoted = ">" in text[found.start() : found.start("fence")]
        out = QUOTE_END.search(text, self.at) if quoted else None
        end = out.start() if out else len(text)
        inside = (QUOTED_FENCE if quoted else FENCE).finditer(text, self.at, end)
        closing = next((m for m in inside if m[1][0] == fence[0] and len(m[1]) >= len(fence)), None)
        begin, self.at = self.at, closing.end() if closing else end
        span = min(begin + 1, self.at), max(begin + 1, closing.start() if closing else end)
        if found["info"].strip().lower() == "math":
            return self._formula(found.start("fence"), *span, display=True)
        return self._declaration(*span) if found["info"].strip().lower() in ("check", "check:") else None

    def title(self, found: re.Match[str]) -> Item:
        """A heading after #, in which formulas may follow."""
        self.at, self.known_end = found.start("title"), found.end()
        return Heading(
            re.sub(r"(^|[ \t])#+\s*$", "", found["title"]).strip(), len(found["level"]), found.start("level")
        )

    def rule(self, found: re.Match[str]) -> Item:
        """A heading with a line of = or - below."""
        level = 1 if found["rule"][0] == "=" else 2
        return Heading((found["first"] + found["rest"]).strip(), level, found.start("first"))

    def comment(self, found: re.Match[str]) -> Item | None:
        """A comment, which may be a declaration."""
        if self.at > self.last_comment_end:
            first, self.told = not self.told, True
            return Unclosed("<!--", found.start()) if first else None
        begin, end = self.at, self.text.index("-->", self.at)
        self.at = end + len("-->")
        return self._declaration(begin, end) if found["comment"] else None

    # ---- within a paragraph

    def escape(self, found: re.Match[str]) -> None:
        """A character that means nothing here."""

    def code(self, found: re.Match[str]) -> None:
        """A code span: as many backticks close it."""
        end, ticks = self._paragraph_end(), len(found[0])
        if not self.last_ticks:
            self.last_ticks = {len(m[0]): m.start() for m in re.compile("`+").finditer(self.text, self.at, end)}
        if self.last_ticks.get(ticks, -1) >= self.at:
            spans = re.compile("`+").finditer(self.text, self.at, end)
            self.at = next(m.end() for m in spans if len(m[0]) == ticks)

    def tick(self, found: re.Match[str]) -> Item | None:
        """$`…`$"""
        self.at = found.start() + 1
        if found.end() > self._paragraph_end():
            return None
        self.at = found.end()
        return self._formula(found.start(), found.start() + 2, found.end() - 2)

    def dollars(self, found: re.Match[str]) -> Item | None:
        """$…$ or $$…$$"""
        if len(found[0]) == 1:
            return self._inline()
        return self._display(found, DOLLARS, "$$", "") if len(found[0]) == 2 else None

    def bracket(self, found: re.Match[str]) -> Item | None:
        r"""\(…\) or \[…\]"""
        closing = r"\)" if found[0] == r"\(" else r"\]"
        return self._display(found, ESCAPED, closing, found[0])

    def environment(self, found: re.Match[str]) -> Item | None:
        r"""\begin{align}…\end{align}"""
        name = re.escape(found["environment"])
        for m in re.compile(rf"\\(begin|end)\{{{name}\}}").finditer(self.text, self.at, self._paragraph_end()):
            if m[1] == "begin":
                break
            self.at = m.end()
            return self._formula(found.start(), found.start(), m.end(), display=True)
        return self._unclosed(found)

    def _inline(self) -> Item | None:
        start, end = self.at - 1, self._paragraph_end()
        closing = next((m.start() for m in DOLLAR.finditer(self.text, self.at, end) if m[0] == "$"), self.at)
        latex = self.text[self.at : closing]
        tight = latex[:1].strip() and latex[-1:].strip()
        if self.text[closing + 1 : closing + 2].isdigit() or not (
            tight or ("\n" not in latex and MATHEMATICS.search(latex))
        ):
            return None
        begin, self.at = self.at, closing + 1
        return self._formula(start, begin, closing)

    def _display(self, found: re.Match[str], signs: re.Pattern[str], closing: str, opening: str) -> Item | None:
        """Up to its `closing`; past the paragraph only where both stand alone in their lines, and none opens before."""
        end = self._paragraph_end()
        for m in signs.finditer(self.text, self.at):
            late = m.start() > end
            if m[0].startswith(closing):
                if late and not (self._alone(found.start(), found.end()) and self._alone(m.start(), m.end())):
                    break
                begin, self.at = self.at, m.start() + len(closing)
                return self._formula(found.start(), begin, m.start(), display=found[0] != r"\(")
            if late and m[0] in ("$", r"\(", r"\["):
                break
            if m[0] == opening:
                return None
        return self._unclosed(found)

    def _unclosed(self, found: re.Match[str]) -> Item | None:
        meant = MATHEMATICS.search(self.text, self.at, min(self._paragraph_end(), self.at + FAR))
        return Unclosed(found[0], found.start()) if meant else None

    # ---- what all of them need

    def _paragraph_end(self) -> int:
        if self.at > self.known_end:
            found = PARAGRAPH_END.search(self.text, self.at)
            self.known_end, self.last_ticks = found.start() if found else len(self.text), {}
        return self.known_end

    def _alone(self, start: int, end: int) -> bool:
        line_end = self.text.find("\n", end)
        around = self._line_start(start), self.text[end : line_end if line_end >= 0 else None]
        return not "".join(around).replace(">", "").strip()

    def _line_start(self, at: int) -> str:
        return self.text[self.text.rfind("\n", 0, at) + 1 : at]

    def _formula(self, start: int, begin: int, end: int, display: bool = False) -> Formula:
        return Formula(self._unquoted(begin, end), start, self.at, begin, display)

    def _declaration(self, begin: int, end: int) -> Declaration:
        return Declaration(self._unquoted(begin, end), begin)

    def _unquoted(self, begin: int, end: int) -> str:
        """The text, but blanks for the > in front of the lines of a quote."""
        before, inside = self.text[begin - 1 : begin], self.text[begin:end]
        quote = QUOTE.match(self._line_start(begin - 1)) if "\n" in before + inside else None
        if not quote or ">" not in quote[0]:
            return inside
        marks = re.compile(rf"(?<=\n)(?:[ \t]*>){{1,{quote[0].count('>')}}}")
        return marks.sub(lambda m: " " * len(m[0]), before + inside)[len(before) :]
