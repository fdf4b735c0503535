"""Names and numbers as people read them: in one line, of bounded length, rounded."""

from __future__ import annotations

import re

from autograd.writing import SUPERSCRIPTS, Text

# What XML cannot hold, what breaks a line, and what turns the direction of the text around it.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


class Writer(Text):
    """Writes formulas with names as they were given and numbers rounded to `precision` digits."""

    def __init__(self, precision: int, longest_name: int) -> None:
        self.precision, self.longest_name = precision, longest_name

    def name(self, name: str) -> str:
        """As the user wrote it; in brackets where it would read as part of the formula."""
        shown = printable(name, self.longest_name)
        return f"({shown})" if re.search(r"[\s+*/·=−-]", shown) else shown

    def number(self, x: float) -> str:
        """Rounded: −0.25, 1.5·10⁻⁷, ∞; zero has no sign."""
        mantissa, _, exponent = f"{x + 0.0:.{self.precision}g}".partition("e")
        shown = mantissa.replace("inf", "∞").replace("-", "−")
        return f"{shown}·10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else shown


def printable(text: object, longest: int) -> str:
    """Text in one line, without characters that cannot be drawn; never empty."""
    line = " ".join(UNPRINTABLE.sub(" ", str(text)).split()) or "?"
    return line if len(line) <= longest else line[: longest - 1] + "…"
