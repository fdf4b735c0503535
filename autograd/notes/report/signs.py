"""What LaTeX calls the signs, fonts and brackets of mathematics."""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5

# HTML has LaTeX's names for hundreds of signs; these it lacks, or calls otherwise.
OWN = {
    "circ": "∘", "neq": "≠", "exists": "∃", "to": "→", "gets": "←", "iff": "⟺", "implies": "⟹", "land": "∧", "lor": "∨",
    "lnot": "¬", "neg": "¬", "cdots": "⋯", "dots": "…", "ldots": "…", "dotsc": "…", "dotsb": "⋯", "vdots": "⋮",
    "ddots": "⋱", "iint": "∬", "|": "‖", "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "Box": "□",
    "varepsilon": "ε", "degree": "°", "star": "⋆",
}  # fmt: skip
LIKE_LETTERS = set("∞∅′…⋯⋮⋱°□∂∇⊤∀∃ℏ✓%#&$_")
THIN, TIGHT = "0.167em", ' stretchy="false" lspace="0" rspace="0"'
SPACED = {**dict.fromkeys("()[]{}⟨⟩", ' stretchy="false"'), **dict.fromkeys("|‖", TIGHT)}
SPACED |= dict.fromkeys("∴∵", ' rspace="0.278em"')

FUNCTIONS = set(re.findall(r"\w+", "arccos arcsin arctan arg cos cosh cot coth csc deg dim exp ker lg ln log"))
FUNCTIONS |= {"sec", "sin", "sinh", "tan", "tanh"}
LIMITS = set(re.findall(r"\w+", "argmax argmin det gcd inf lim liminf limsup max min Pr sup"))
BIG = set("∑∏⋃⋂⨁⨂")  # the limits of ∫ stand beside it

SPACES = {r"\!": "", r"\,": "\u2009", r"\:": "\u2005", r"\>": "\u2005", r"\;": "\u2004", r"\ ": "\u00a0", "~": "\u00a0"}
SPACES |= {r"\enspace": "\u2002", r"\quad": "\u2003", r"\qquad": "\u2003\u2003"}
SIZES = {"big": "1.2", "Big": "1.6", "bigg": "2.1", "Bigg": "2.6"}
SIZED = {rf"\{name}{side}": size for name, size in SIZES.items() for side in ("", "l", "r", "m")}

ABOVE = {r"\widehat": "^", r"\widetilde": "~", r"\overrightarrow": "→", r"\ddot": "¨", r"\overbrace": "⏞"}
BELOW = {r"\underbrace": "⏟"}
ARROWS = {r"\xrightarrow": "→", r"\xleftarrow": "←", r"\xRightarrow": "⇒"}
LINES = {r"\boxed": "border:1px solid;padding:0.2em", r"\underline": "border-bottom:1px solid;padding-bottom:0.1em"}
LINES |= {r"\overline": "border-top:1px solid;padding-top:0.1em"}

FONTS = {r"\mathbf": "BOLD", r"\bm": "BOLD", r"\boldsymbol": "BOLD", r"\mathbb": "DOUBLE-STRUCK", r"\mathcal": "SCRIPT"}
FONTS |= {r"\mathscr": "SCRIPT", r"\mathfrak": "FRAKTUR", r"\mathsf": "SANS-SERIF", r"\mathtt": "MONOSPACE"}

# The brackets around an environment, and where its columns stand, these in turn. All others are displays: right, left.
ENVIRONMENTS = {"matrix": ("", "", "c"), "pmatrix": ("(", ")", "c"), "bmatrix": ("[", "]", "c"), "array": ("", "", "c")}
ENVIRONMENTS |= {"Bmatrix": ("{", "}", "c"), "vmatrix": ("|", "|", "c"), "Vmatrix": ("‖", "‖", "c")}
ENVIRONMENTS |= {"smallmatrix": ("", "", "c"), "cases": ("{", "", "l"), "rcases": ("", "}", "l")}
WITH_COLUMNS = ("array", "alignedat", "alignat")

LEFT_OUT = set(
    re.findall(r"\w+", "displaystyle textstyle scriptstyle limits nolimits nonumber notag hline textcircled")
)
LEFT_OUT |= {"rm", "textcircled", "bf", "left", "right", "middle", "centering"}
WITH_BRACES = (r"\label", r"\tag", r"\color", r"\hspace", r"\vspace", r"\phantom", r"\cline")


def sign(name: str) -> str:
    """The sign that a command stands for, "" where there is none.

    >>> sign("rightarrow"), sign("circ"), sign("frac")
    ('→', '∘', '')
    """
    return OWN.get(name) or html5.get(f"{name};", "")


def in_font(letter: str, font: str) -> str:
    """A letter or a digit in bold and the like; itself where there is no such.

    >>> [in_font(letter, "DOUBLE-STRUCK") for letter in "Rx손"], in_font("θ", "BOLD")
    (['ℝ', '𝕩', '손'], '𝛉')
    """
    name = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    for known in (f"MATHEMATICAL {font} {name}", f"{font} {name}"):
        try:
            return unicodedata.lookup(known)
        except KeyError:
            continue
    return letter
