"""What a terminal shows that lacks the signs of mathematics."""

from __future__ import annotations

import codecs
import re
import sys
from unicodedata import normalize

from autograd.labels import GREEK

# What stands for a sign on a terminal that lacks it.
ASCII = {"∂": "d", "·": "*", "−": "-", "→": "->", "…": "...", "∞": "inf", "π": "pi", "≤": "<=", "≥": ">=", "≠": "!="}
ASCII |= {"✓": "ok:", "✗": "WRONG:", "′": "'", "±": "+-", "⁻": "-", "₍": "(", "₎": ")"}
ASCII |= {"▸": ">", "◂": "<", "⋮": ":", "—": "-", "←": "<-"}
ASCII |= {sign: str(k) for digits in ("₀₁₂₃₄₅₆₇₈₉", "⁰¹²³⁴⁵⁶⁷⁸⁹") for k, sign in enumerate(digits)}

ASCII |= {sign: normalize("NFKC", sign).replace("⁄", "/") for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅒"}
ASCII |= {letter: name for name, letter in GREEK.items()} | {"ᵀ": "^T"}


def speak_ascii_too() -> None:
    """Where the terminal lacks a sign, print one that it has: dL/dz = dL/dp * dp/dz."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="autograd.ascii")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    signs = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", r"**\g<0>", signs)
    return "".join(ASCII.get(sign, sign if sign.isascii() else "?") for sign in signs), error.end


def spoken(text: str, encoding: str) -> str:
    """Text as a terminal of this encoding shows it.

    >>> spoken("∂L/∂z ▸", "ascii")
    'dL/dz >'
    >>> spoken("½ of ∂J/∂θ", "ascii")
    '1/2 of dJ/dtheta'
    """
    return text.encode(encoding, "autograd.ascii").decode(encoding)


codecs.register_error("autograd.ascii", _in_ascii)
