"""What stands in braces, between brackets and in the lines of an environment, read into MathML."""

from __future__ import annotations

import re
from html import escape

from autograd.notes.report import signs
from autograd.show.mathml import Reader, leaf, row

TALL = re.compile(r"<(?:mfrac|msup|msubsup|munder|mover|munderover|msqrt|mroot|mtable)\b")
GROWS = ' stretchy="true"'
# Chromium knows -webkit-right alone.
SIDES = {"r": "text-align:right;text-align:-webkit-right;padding-right:0", "rl": "text-align:left;padding-left:0"}
SIDES["l"] = "text-align:left"


class Brackets(Reader):
    """Reads what is in brackets of all kinds."""

    def blanks(self) -> None:
        """Passes over blanks."""
        while self.tokens and self.tokens[-1].isspace():
            self.tokens.pop()

    def argument(self) -> list[str]:
        """What a command applies to: a group, or the next letter or digit."""
        self.blanks()
        self.due = True
        if self.tokens and self.tokens[-1][0].isdecimal():
            number = self.tokens.pop()
            self.tokens += [number[1:]] if number[1:] else []
            return [leaf(number[0])]
        return [element for element in super().argument() if element]

    def raw(self) -> str:
        """The text in the braces that follow."""
        self.blanks()
        if self.tokens[-1:] != ["{"]:
            return ""
        self.next()
        text, depth = "", 1
        while token := self.next():
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            text += token[1:] if re.fullmatch(r"\\[^A-Za-z]", token) else token
        return text

    def bracket(self) -> str:
        """The next bracket, "" where it is a dot."""
        self.blanks()
        token = self.next()
        drawn = (signs.sign(token[1:]) or token[1:]) if token[:1] == "\\" else token
        return drawn.replace(".", "")

    def fenced(self) -> str:
        """What stands between brackets, which grow with it."""
        left, inside, right = self.bracket(), row(self.items(r"\right")), self.bracket()
        size = GROWS if TALL.search(inside) else ' stretchy="false"'
        return f"<mrow>{fence(left, 'prefix', size)}{inside}{fence(right, 'postfix', size)}</mrow>"

    def environment(self) -> str:
        """Lines of columns."""
        name = self.raw().rstrip("*")
        if name in signs.WITH_COLUMNS:
            self.raw()
        left, right, columns = signs.ENVIRONMENTS.get(name, ("", "", "rl"))
        lines = [self.line(columns)]
        while self.ended == r"\\":
            lines.append(self.line(columns))
        self.raw()
        large = "" if name in signs.ENVIRONMENTS else ' displaystyle="true"'
        table = f"<mtable{large}>{''.join(lines)}</mtable>"
        return f"<mrow>{fence(left, 'prefix')}{table}{fence(right, 'postfix')}</mrow>"

    def line(self, columns: str) -> str:
        """One line of an environment; "" for an empty last one."""
        cells = [row(self.items("&", r"\\", r"\end"))]
        while self.ended == "&":
            cells.append(row(self.items("&", r"\\", r"\end")))
        if cells == [row([])] and self.ended != r"\\":
            return ""
        sides = [columns if k % 2 else columns[0] for k in range(len(cells))]
        return f"<mtr>{''.join(map(_cell, sides, cells))}</mtr>"


def _cell(side: str, cell: str) -> str:
    return f'<mtd style="{SIDES[side]}">{cell}</mtd>' if side in SIDES else f"<mtd>{cell}</mtd>"


def fence(drawn: str, form: str, size: str = GROWS) -> str:
    """A bracket; "" for none."""
    return f'<mo form="{form}"{size}>{escape(drawn)}</mo>' if drawn else ""
