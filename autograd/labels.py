r"""Labels as people write them, w_1^{(2)}, \hat y, w⁽¹⁾₂₃, theta, x12, w[0]: a base with an accent and scripts."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

GREEK = {
    name: chr(code)
    for names, start in (
        ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho", 0x3B1),
        ("sigma tau upsilon phi chi psi omega", 0x3C3),
        ("Gamma Delta", 0x393),
        ("Theta", 0x398),
        ("Lambda", 0x39B),
        ("Xi", 0x39E),
        ("Pi", 0x3A0),
        ("Sigma", 0x3A3),
        ("Phi", 0x3A6),
        ("Psi Omega", 0x3A8),
    )
    for code, name in enumerate(names.split(), start)
}
SPELLED = {name: letter for name, letter in GREEK.items() if name not in ("xi", "Xi")}  # xi is more often the i-th x
LETTERS = GREEK | {"varphi": "φ", "partial": "∂", "nabla": "∇", "ell": "ℓ", "infty": "∞", "top": "⊤", "ast": "∗"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
ABOVE, BELOW = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾ᵀⁿⁱ", "₀₁₂₃₄₅₆₇₈₉₋₍₎ᵢⱼₖₘₙ"
TYPED = {small: unicodedata.normalize("NFKC", small).replace("−", "-") for small in ABOVE + BELOW}
SUPERSCRIPTS, SUBSCRIPTS = ({ord(TYPED[small]): small for small in letters} for letters in (ABOVE, BELOW))

FONT = re.compile(r"\\(?:mathrm|mathbf|mathit|boldsymbol|text)\{([^{}\\]*)\}")
COMMAND = re.compile(r"\\([A-Za-z]+) ?")
SCRIPT = re.compile(r"([_^])(?:\{([^{}\\]*)\}|(\([^()\\]*\)|\[[^][\\]*\]|[^\W_]+|[∗⊤*]))")
BASE = r"(?P<base>[^\W\d_][^\W_]*?|[∂∇∞])(?P<mark>[\u0302-\u0304\u0307\u20d7]?)"
NAME = re.compile(
    rf"(?:\\(?P<accent>{'|'.join(ACCENTS)}) *)?(?P<brace>\{{)?{BASE}(?(brace)\}})"
    rf"(?P<digits>\d*)(?P<primes>['′]*)(?P<scripts>(?:{SCRIPT.pattern})*)"
)


class Label(NamedTuple):
    """The parts of a label; its accent as LaTeX calls it."""

    base: str
    accent: str
    primes: int
    below: str
    above: str


def read(label: str) -> Label | None:
    r"""The parts of a label; None where it is no such thing, and so only text.

    >>> read(r"\hat w_1^{(2)}")
    Label(base='w', accent='hat', primes=0, below='1', above='(2)')
    >>> read("two words")
    """
    found = NAME.fullmatch(_spelled_out(label))
    if found is None:
        return None
    scripts = [(sign, braced or bare) for sign, braced, bare in SCRIPT.findall(found["scripts"])]
    below = [found["digits"], *(text for sign, text in scripts if sign == "_")]
    decomposed = unicodedata.normalize("NFD", found["base"])  # ŷ is y with a hat, but 손 is one letter
    accents = {mark: name for name, mark in ACCENTS.items()}
    accent = found["accent"] or accents.get(found["mark"] or decomposed[1:], "")
    base = decomposed[0] if decomposed[1:] in accents else found["base"]
    return Label(
        base=SPELLED.get(base, base),
        accent=accent,
        primes=len(found["primes"]),
        below=",".join(filter(None, below)),
        above=",".join(text for sign, text in scripts if sign == "^"),
    )


def readable(label: str) -> str:
    r"""A label in LaTeX as plain text; others are as they were.

    >>> readable(r"\hat y_1^{(2)}"), readable(r"\theta_0"), readable("w_1"), readable(r"\input{x}")
    ('ŷ₁⁽²⁾', 'θ₀', 'w_1', '\\input{x}')
    """
    if not re.search(r"[\\^{]", label) or (parts := read(label)) is None:
        return label
    base = unicodedata.normalize("NFC", parts.base[0] + ACCENTS.get(parts.accent, "")) + parts.base[1:]
    return base + "′" * parts.primes + _small("_", parts.below, SUBSCRIPTS) + _small("^", parts.above, SUPERSCRIPTS)


def _spelled_out(label: str) -> str:
    """Commands as letters, small letters and brackets as scripts."""
    plain = FONT.sub(r"\1", unicodedata.normalize("NFC", label))
    plain = COMMAND.sub(lambda m: LETTERS.get(m[1], m[0]), plain)
    plain = re.sub(r"(?<![_^{])\[(\d+)\]", r"_{\1}", plain)
    return re.sub(f"[{ABOVE}]+|[{BELOW}]+(?:,[{BELOW}]+)*", _as_typed, plain)


def _as_typed(run: re.Match[str]) -> str:
    return f"{'^' if run[0][0] in ABOVE else '_'}{{{''.join(TYPED.get(c, c) for c in run[0])}}}"


def _small(sign: str, text: str, letters: dict[int, str]) -> str:
    """A script in small letters, where there are such."""
    small = text.translate(letters)
    if all(c in TYPED or c == "," for c in small):
        return small
    return f"{sign}{text}" if text.isalnum() else f"{sign}{{{text}}}"
