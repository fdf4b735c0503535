"""Formulas of notes as MathML: what people use of LaTeX, whatever text it may be.

What is not known stands there as text. Every character of a formula is escaped, so nothing in it comes alive.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from html import escape

from autograd.notes.report import signs
from autograd.notes.report.brackets import Brackets
from autograd.show.mathml import ACCENTS, LETTERS, SIGNS, leaf, row, words
from autograd.show.style import UNPRINTABLE

LONGEST, DEEPEST = 20_000, 60
BETWEEN_LINES = re.compile(r"(\\\\)\s*\[[-\d. ]*(?:pt|em|ex|cm|mm)\]")
PRIMES = re.compile("(?:<mrow>)?(?:<mo>′</mo>)+(?:</mrow>)?")
OUT_OF_PLACE = {"*": "∗", "&": "", "}": "", r"\\": ""}


class TooDeepError(ValueError):
    """A formula is nested too deeply to be drawn."""


def formula(latex: str, display: bool = False) -> str:
    r"""A formula as an element of a page; as code where it is too long or nested too deeply.

    >>> formula(r"2 \odot x")
    '<math><mrow><mn>2</mn><mo>⊙</mo><mi>x</mi></mrow></math>'
    """
    plain = UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", latex[:LONGEST]))
    try:
        if len(latex) > LONGEST:
            raise TooDeepError
        element = row(_Reader(re.sub(r"\s+(?=[_^])", "", BETWEEN_LINES.sub(r"\1", plain))).items())
    except TooDeepError:
        return f"<code>{escape(plain)}</code>"
    return f'<math display="block">{element}</math>' if display else f"<math>{element}</math>"


class _Reader(Brackets):
    """Reads LaTeX as notes have it. Raises nothing but TooDeepError."""

    def __init__(self, latex: str) -> None:
        super().__init__(latex)
        self.depth = 0
        self.stacked: set[str] = set()  # elements whose scripts stand above and below
        self.known = self.readers()

    def readers(self) -> dict[str, Callable[[], str]]:
        """What reads on after a token."""
        known: dict[str, Callable[[], str]] = {
            **super().readers(),
            **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac"), self.fraction),
            **dict.fromkeys(signs.WITH_BRACES, self.left_out),
            **dict.fromkeys((r"\overset", r"\stackrel"), partial(self.set, "mover")),
            r"\underset": partial(self.set, "munder"),
            r"\begin": self.environment,
            r"\vec": self.vector,
            r"\text": lambda: words(self.raw()),
            r"\mathrm": self.upright,
            r"\operatorname": self.operator,
            r"\binom": self.binomial,
            r"\not": self.negated,
        }
        for read, table in (
            (partial(self.decorated, "mover"), signs.ABOVE),
            (partial(self.decorated, "munder"), signs.BELOW),
            (self.arrow, signs.ARROWS),
            (self.lined, signs.LINES),
            (self.in_font, signs.FONTS),
            (self.sized, signs.SIZED),
        ):
            known |= {token: partial(read, entry) for token, entry in table.items()}
        return known

    def argument(self) -> list[str]:
        """What a command applies to: a group, or the next letter or digit."""
        self.deeper()
        found = super().argument()
        self.depth -= 1
        return found

    def atom(self, token: str) -> str:
        """One element, "" for what shows nothing."""
        self.deeper()
        element = self.known[token]() if token in self.known else self.simple(token)
        self.depth -= 1
        return element

    def deeper(self) -> None:
        """One level down."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeepError

    def simple(self, token: str) -> str:
        """An element of one token, or one that shorter formulas have too."""
        name = token[1:] if token[0] == "\\" else ""
        if token in OUT_OF_PLACE or name in signs.LEFT_OUT:
            return leaf(OUT_OF_PLACE.get(token, ""))
        if token in signs.SPACED:
            return self.sign(token)
        if token in signs.SPACES:
            return words(signs.SPACES[token])
        if name in signs.FUNCTIONS | signs.LIMITS:
            return self.function(name)
        drawn = signs.sign(name) or name * (len(name) == 1)
        known = token in {*LETTERS, *SIGNS, *ACCENTS} and name not in signs.OWN
        return super().atom(token) if known or not drawn else self.sign(drawn)

    def sign(self, drawn: str) -> str:
        """A sign; one that takes no space beside it as a letter."""
        tag = "mi" if drawn.isalpha() or drawn in signs.LIKE_LETTERS else "mo"
        element = f"<{tag}>{escape(drawn)}</{tag}>"
        if drawn in signs.BIG:
            self.stacked.add(element)
        return f"<mo{signs.SPACED[drawn]}>{drawn}</mo>" if drawn in signs.SPACED else element

    # ---- names

    def function(self, name: str) -> str:
        """The name of a function, a little apart from what it stands beside."""
        before = "0" if self.due else signs.THIN
        after = "0" if self.tokens and self.tokens[-1] in ("(", "[", r"\left", r"\big", r"\bigl") else signs.THIN
        moves = ' movablelimits="true"' if name in signs.LIMITS else ""
        element = f'<mo lspace="{before}" rspace="{after}"{moves}>{escape(name)}</mo>'
        if moves:
            self.stacked.add(element)
        return element

    def operator(self) -> str:
        """The name of a function that LaTeX does not know."""
        if self.tokens[-1:] == ["*"]:
            self.next()
        return self.function(self.raw())

    def upright(self) -> str:
        """Letters that are no product."""
        name = self.raw()
        variant = ' mathvariant="normal"' if len(name) == 1 else ""
        return words(name) if " " in name else f"<mi{variant}>{escape(name)}</mi>"

    def in_font(self, font: str) -> str:
        """Letters and digits in another font."""
        letters = re.compile(r"(?<=<m[in]>)\w(?=</m[in]>)")
        return letters.sub(lambda m: signs.in_font(m[0], font), row(self.argument()))

    def left_out(self) -> str:
        """What a page does not show."""
        self.raw()
        return ""

    # ---- what stands above, below and around

    def scripted(self, base: str, below: str, above: str) -> str:
        """An element with another below, above, or both; primes beside it, where they are large enough."""
        if primes := PRIMES.fullmatch(above):
            whole = self.scripted(base, below, "") if below else base
            return f"<mrow>{whole}<mo{signs.TIGHT}>{'′' * primes[0].count('′')}</mo></mrow>"
        if base not in self.stacked:
            return super().scripted(base, below, above)
        tag = "munderover" if below and above else "munder" if below else "mover"
        return f"<{tag}>{base}{below}{above}</{tag}>"

    def set(self, tag: str) -> str:
        """One thing above or below another."""
        other, base = row(self.argument()), row(self.argument())
        return f'<{tag}>{base}<mrow style="padding:0 0.2em">{other}</mrow></{tag}>'

    def decorated(self, tag: str, drawn: str) -> str:
        """A brace, an arrow or an accent as wide as what it belongs to."""
        accent = "accent" if tag == "mover" else "accentunder"
        element = f'<{tag} {accent}="true">{row(self.argument())}<mo stretchy="true">{drawn}</mo></{tag}>'
        if drawn in "⏞⏟":
            self.stacked.add(element)
        return element

    def vector(self) -> str:
        """A letter with a small arrow."""
        return f'<mover accent="true">{row(self.argument())}<mo stretchy="false" mathsize="70%">→</mo></mover>'

    def lined(self, style: str) -> str:
        """Something with a line below, above or around it."""
        return f'<mrow style="{style}">{row(self.argument())}</mrow>'

    def arrow(self, drawn: str) -> str:
        """An arrow with words above."""
        above = f"<mrow>{words(' ')}{row(self.argument())}{words(' ')}</mrow>"
        return f'<mover><mo stretchy="true">{drawn}</mo>{above}</mover>'

    def negated(self) -> str:
        """A sign with a stroke through it."""
        return re.sub(r"(?=</m[oi]>$)", "\u0338", row(self.argument()))

    def binomial(self) -> str:
        """One thing above another in brackets."""
        over, under = row(self.argument()), row(self.argument())
        return f'<mrow><mo>(</mo><mfrac linethickness="0">{over}{under}</mfrac><mo>)</mo></mrow>'

    def sized(self, size: str) -> str:
        """A bracket of a size of its own."""
        return f'<mo stretchy="true" minsize="{size}em" maxsize="{size}em">{escape(self.bracket())}</mo>'
