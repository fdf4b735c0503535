"""The tokens of a formula: what stands where, brackets matched, what does not show left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import partial

from autograd.notes.formulas import vocabulary as v
from autograd.notes.formulas.delimiters import Delimiters
from autograd.notes.formulas.tape import Token

_LEXEME = re.compile(
    rf"""(?P<space>\s+|%[^\n]*\n?)
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<accented>[A-Za-z][\u0300-\u036f]+)
    |(?P<run>[A-Za-z]+(?![\u0300-\u036f]))
    |(?P<arg>\\arg(?:\\[,;!\ ]|\s)*\\(?:max|min)(?![A-Za-z]))
    |(?P<symbol>\\\\\*?(?:\s*\[\s*-?[\d.]+\s*[a-z][a-z]\s*\])?|\\[A-Za-z]+\*?|\\[\s\S]|:=|\.\.\.)
    |(?P<raised>[{v.RAISED}]+)|(?P<lowered>[{v.LOWERED}]+)
    |(?P<letters>[^\W\d_][\u0300-\u036f]*)
    |(?P<other>[\s\S])""",
    re.VERBOSE,
)
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W\d_]\w*(?:-\w+)*")
_SYLLABLES = re.compile(r"[\u1100-\u11ff\u3040-\u318f\u3400-\u9fff\uac00-\ud7a3]+")  # where a word is no product
_LEFT_SIDE = re.compile(
    r"""(?:\s|&|\\begin\{\w+\*?\}|\\therefore|\\Rightarrow)*([A-Za-z]{3,})
    \s*(?:[_^](?:\{[^{}]*\}|\w))*(?:\((?:[^()]|\([^()]*\))*\))?[\s&]*(?:=|:=|\\approx|\\equiv|\\leftarrow|\\gets|←|≈)""",
    re.VERBOSE,
)


# What a function can be of.
_OPERANDS = {"NAME", "NUMBER", "WORDS", "DOTS", "OPEN", "LBRACE", "NULL", "BEGIN", "BEGINCASES", "FN", "WORDFN", "BIG"}
_OPERANDS |= {"FRAC", "SQRT", "ACCENT", "STYLE", "LETTERS", "ABOVE", "BRACE", "SUB", "SUP"}


def tokenize(latex: str, words: Collection[str] = ()) -> list[Token]:
    r"""The tokens of a formula, with `words` the runs of letters that are one name each.

    Raises NotRead where brackets are nested too deep.

    >>> [token.value for token in tokenize(r"\theta x = cost", {"cost"})]
    ['θ', 'x', '=', 'cost']
    """
    return _Lexer(latex, words).read()


class _Lexer(Delimiters):
    def __init__(self, latex: str, words: Collection[str]) -> None:
        super().__init__(latex)
        left = _LEFT_SIDE.match(latex, 0, 500)
        self.words = {*words, *v.KNOWN_WORDS, *([left[1]] if left and left[1] not in v.TYPED_FUNCTIONS else [])}
        self.sizes = sorted({len(word) for word in self.words if len(word) <= LONGEST_WORD}, reverse=True)
        self.special = self._special()

    def read(self) -> list[Token]:
        while match := _LEXEME.match(self.latex, self.at):
            getattr(self, f"_{match.lastgroup}")(match[0])
        return _settled(self.finish())

    def _space(self, text: str) -> None:
        self.at += len(text)

    # ---- numbers and names

    def _number(self, text: str) -> None:
        end = self.at + len(text)
        rest = self.latex[end : end + 9]
        if self.needs[-1]:
            text, end = text[0], self.at + 1
            if self.needs[-1] == 1 and re.match(r"\.?\d", self.latex[end : end + 2]):
                return self.bad(f"only the {text} is taken here: write {{ }} around the number", end)
        elif re.match(r"[eE][-+]?\d", rest):
            return self.bad(r"a power of ten is written \cdot 10^{…}", end)
        elif more := re.match(r",\d{3}(?!\d)" if self.brackets else r",\d+", rest):
            return self.bad(f"{text}{more[0]} may be one number or two: write . or a space", end)
        self.emit("NUMBER", text, end)

    def _run(self, run: str) -> None:
        if self.needs[-1]:
            return self.emit("NAME", run[0], self.at + 1)
        if run not in self.words and run in v.TYPED_FUNCTIONS:
            return self.emit("WORDFN", run, self.at + len(run))
        for word in self._words_in(run):
            self.emit("NAME", word, self.at + len(word))

    def _words_in(self, run: str) -> list[str]:
        """The words in a run of letters, the longest first, and the letters between."""
        parts = []
        i = 0
        while i < len(run):
            size = next((n for n in self.sizes if self._is_word(run, i, i + n)), 1)
            parts.append(run[i : i + size])
            i += size
        return parts

    def _is_word(self, run: str, i: int, j: int) -> bool:
        """The well-known words stand alone, or behind the d of a differential; those of the notes anywhere."""
        return run[i:j] in self.words and (run[i:j] not in v.KNOWN_WORDS or (run[:i] in ("", "d") and j == len(run)))

    def _accented(self, text: str) -> None:
        self.emit("NAME", unicodedata.normalize("NFC", text), self.at + len(text))

    def _letters(self, text: str) -> None:
        if word := _SYLLABLES.match(self.latex, self.at):
            text = word[0]
        self._accented(v.GREEK.get(text, text))

    def _arg(self, text: str) -> None:
        self.emit("BIG", "arg" + text[-3:], self.at + len(text))

    def _raised(self, text: str) -> None:
        self._script("SUP", text)

    def _lowered(self, text: str) -> None:
        self._script("SUB", text)

    def _script(self, type: str, text: str) -> None:
        """Raised or lowered characters: the script and its argument have one place."""
        start, end = self.at, self.at + len(text)
        value = text.translate(v.ON_THE_LINE)
        if len(text) > 1 and not value.isdigit():
            return self.bad("write several raised or lowered characters with ^{…} or _{…}", end)
        self.emit(type, "", end)
        self.at = start
        self.emit("NUMBER" if value.isdigit() else "NAME", value, end)

    # ---- commands and signs

    def _other(self, text: str) -> None:
        if text == "{":
            self.emit("LBRACE", "", self.at + 1)
            self.push("}")
        elif text == "}":
            self.close("}", "RBRACE", "", self.at + 1)
        else:
            self._symbol(text)

    def _symbol(self, text: str) -> None:
        name = text.rstrip("*") if len(text) > 1 else text
        end = self.at + len(text)
        if name in self.special:
            self.special[name](name, end)
        elif text.startswith(r"\\"):
            self.emit("NEWROW", "", end)
        elif name in v.MEANINGS:
            self.emit(*v.MEANINGS[name], end)
        else:
            self.delimiter(name, end)

    def _special(self) -> dict[str, Callable[[str, int], None]]:
        """What reads on behind a command."""
        found: dict[str, Callable[[str, int], None]] = {r"\left": self.left, r"\right": self.right}
        found |= {r"\begin": self.begin, r"\end": self.end, r"\not": self._not}
        found |= {r"\xrightarrow": partial(self._arrow, "→"), r"\xleftarrow": partial(self._arrow, "←")}
        found |= dict.fromkeys(v.SIZES, self.sized) | dict.fromkeys(v.DROPPED, self._dropped)
        return found | dict.fromkeys(v.TEXTS + v.MATH_TEXTS, self._text)

    def _not(self, name: str, end: int) -> None:
        equals = re.compile(r"\s*=").match(self.latex, end)
        if equals is None:
            return self.bad(r"\not is read before = only", end)
        self.emit("REL", "≠", equals.end())

    # ---- commands with an argument that is no formula

    def _dropped(self, name: str, end: int) -> None:
        self.at = self.raw(end)[1]

    def _arrow(self, sign: str, name: str, end: int) -> None:
        self.emit("REL", sign, self.raw(end)[1])

    def _text(self, name: str, end: int) -> None:
        raw, behind = self.raw(end)
        text = " ".join(re.sub(r"\\[,;:! ]|~", " ", raw).split())
        if (together := text.replace(" ", "")) in v.RANGING or name == r"\operatorname":
            text = together
        if _WORD.fullmatch(text):
            self._word(unicodedata.normalize("NFC", text), behind)
        elif behind == end or (text and name in v.MATH_TEXTS):
            self.emit("STYLE", "", end)
        else:
            self.emit("WORDS" if text else "", text, behind)

    def _word(self, word: str, end: int) -> None:
        in_script = self.after is not None or (self.brackets and self.brackets[-1].closer == "}")
        if word in self.words or len(word) == 1:
            self.emit("NAME", word, end)
        elif word in v.WORD_FUNCTIONS or word in v.RANGING:
            self.emit("WORDFN", word, end)
        else:
            self.emit("WORDS" if word.lower() in v.CONNECTIVES and not in_script else "NAME", word, end)


def _settled(tokens: list[Token]) -> list[Token]:
    r"""Functions told from names: \max_i ranges, \max(0, x) is of what follows, x_{\max} and \tanh' are names."""
    types = ["", *(token.type for token in tokens), ""]
    return [_function(token, types[i], types[i + 2]) for i, token in enumerate(tokens)]


def _function(token: Token, before: str, behind: str) -> Token:
    if token.type not in ("FN", "WORDFN"):
        return token
    value = v.WORD_FUNCTIONS.get(token.value, token.value)
    if value in v.RANGING and behind == "SUB":
        return token._replace(type="BIG", value=value)
    alone = before == "SUB" or (before == "LBRACE" and behind == "RBRACE") or behind == "PRIME"
    if alone or (token.type == "WORDFN" and behind not in _OPERANDS):
        return token._replace(type="NAME", value=value)
    return token._replace(type="FN", value=value)
