r"""What the commands, signs and well-known words of formulas mean: a token's type, and its value.

The types are the terminals of formulas.lark, and those of layout.py; "" is the type of what does not show.
"""

from __future__ import annotations

Meaning = tuple[str, str]


def _words(text: str) -> list[str]:
    return text.split()


def _pairs(type: str, text: str) -> dict[str, Meaning]:
    """Spelling and value by turns."""
    words = _words(text)
    return {spelling: (type, value) for spelling, value in zip(words[::2], words[1::2], strict=True)}


def _all(type: str, value: str, spellings: str) -> dict[str, Meaning]:
    """Spellings that all mean the same."""
    return {spelling: (type, value) for spelling in _words(spellings)}


_LETTERS = _pairs(
    "NAME",
    r"""\alpha α \beta β \gamma γ \delta δ \epsilon ε \varepsilon ε \zeta ζ \eta η \theta θ \vartheta θ \iota ι
    \kappa κ \lambda λ \mu μ \nu ν \xi ξ \omicron ο \pi π \rho ρ \sigma σ \tau τ \upsilon υ \phi φ \varphi φ
    \chi χ \psi ψ \omega ω \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Xi Ξ \Pi Π \Sigma Σ \Upsilon Υ \Phi Φ \Psi Ψ
    \Omega Ω \ell ℓ \partial ∂ ∂ ∂ \nabla ∇ ∇ ∇ \infty ∞ ∞ ∞ \top ⊤ ⊤ ⊤ \intercal ⊤""",
)
_OPERATORS = (
    _all("PM", "+", "+")
    | _all("PM", "-", "- − –")
    | _all("PM", "±", r"± \pm")
    | _all("OP", "·", r"\cdot · ⋅ • \bullet")
    | _all("OP", "×", r"\times ×")
    | _all("OP", "*", r"\ast * ∗")
    | _all("OP", "⊙", r"\odot \circ ⊙ ∘")
    | _all("OP", "/", r"/ ÷ \div")
)
_RELATIONS = (
    _all("REL", "=", "=")
    | _all("REL", "≈", r"\approx \simeq \cong \approxeq ≈ ≃ ≅")
    | _all("REL", "≡", r"\equiv ≡")
    | _all("REL", "∝", r"\propto ∝")
    | _all("REL", "∈", r"\in ∈")
    | _all("REL", "→", r"\to \rightarrow \longrightarrow \mapsto \longmapsto → ⟶ ↦")
    | _all("REL", "←", r"\leftarrow \gets \longleftarrow ← ⟵")
    | _all("REL", ":=", r":= \coloneqq ≔ \triangleq ≜")
    | _all("REL", "<", r"\lt <")
    | _all("REL", ">", r"\gt >")
    | _all("REL", "≤", r"\le \leq \leqslant ≤ ⩽")
    | _all("REL", "≥", r"\ge \geq \geqslant ≥ ⩾")
    | _all("REL", "≠", r"\ne \neq ≠")
)
_LAYOUT = (
    _all("SPACE", "", r"\quad \qquad")
    | _all("SEP", "", r"\Rightarrow \implies \Longrightarrow \iff \Leftrightarrow \Longleftrightarrow")
    | _all("SEP", "", r"\therefore \because \hookrightarrow ⇒ ⇔ ∴ ∵ ⟹ ⟺ ↪")
    | _all("COMMA", "", ", ;")
    | _all("AMP", "", "&")
    | _all("NEWROW", "", r"\\ \cr \newline")
    | _all("FORALL", "", r"\forall ∀")
    | _all("STOP", "", ".")
    | _all("COLON", "", r": \colon")
)
_SCRIPTS = (
    _all("SUP", "", "^")
    | _all("SUB", "", "_")
    | _all("PRIME", "1", r"' ′ ’ \prime")
    | _all("PRIME", "2", "″")
    | _all("PRIME", "3", "‴")
)
_STRUCTURE = (
    _all("FRAC", "", r"\frac \dfrac \tfrac \cfrac")
    | _all("SQRT", "", r"\sqrt √")
    | _all("BIG", "sum", r"\sum ∑")
    | _all("BIG", "prod", r"\prod ∏")
    | _all("BIG", "lim", r"\lim")
    | _all("DOTS", "", r"\dots \ldots \cdots \vdots \ddots \dotsc \dotsb \dotsm \dotso … ⋯ ⋮ ⋱ ...")
    | _all("MID", "", r"\mid ∣")
    | _all("ACCENT", "\u0302", r"\hat \widehat")
    | _all("ACCENT", "\u0304", r"\bar \overline")
    | _all("ACCENT", "\u0303", r"\tilde \widetilde")
    | _all("ACCENT", "\u0307", r"\dot")
    | _all("ACCENT", "\u0308", r"\ddot")
    | _all("STYLE", "", r"\vec \overrightarrow \mathbf \boldsymbol \bm \pmb \underline \mathsf \mathtt \boxed \fbox")
    | _all("LETTERS", "SCRIPT", r"\mathcal \mathscr")
    | _all("LETTERS", "DOUBLE-STRUCK", r"\mathbb \mathds")
    | _all("ABOVE", "", r"\underset \overset \stackrel")
    | _all("BRACE", "", r"\underbrace \overbrace \underbracket \overbracket")
)
_UNSEEN = _all(
    "",
    "",
    r"""\displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \displaylimits \nonumber \notag
    \, \: \> \; \! \/ ~ \thinspace \medspace \thickspace \negthinspace \enspace \enskip \space \hline \bf \rm \it
    \strut \mathstrut \noindent \centering \allowbreak \nobreak \null \relax \hfill \middle \checkmark ✓""",
) | {"\\" + blank: ("", "") for blank in " \n\t"}

FUNCTIONS = [
    "exp",
    "log",
    "ln",
    "lg",
    "sin",
    "cos",
    "tan",
    "cot",
    "sec",
    "csc",
    "sinh",
    "cosh",
    "tanh",
    "coth",
    "arcsin",
    "arccos",
    "arctan",
    "max",
    "min",
    "det",
    "sign",
    "sgn",
    "tr",
    "diag",
    "softmax",
    "relu",
    "sigmoid",
    "softplus",
    "sech",
    "erf",
    "abs",
    "sqrt",
    "logsumexp",
]
MEANINGS = {"\\" + name: ("FN", name) for name in FUNCTIONS if name != "sqrt"} | (
    _LETTERS | _OPERATORS | _RELATIONS | _LAYOUT | _SCRIPTS | _STRUCTURE | _UNSEEN
)
GREEK = {"µ": "μ", "ϵ": "ε", "ϕ": "φ", "ϑ": "θ", "ϱ": "ρ"}  # one name for a letter in both its shapes
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₘₙ"
ON_THE_LINE = str.maketrans(RAISED + LOWERED, "0123456789T0123456789ijkmn")

# ---- brackets: how each opens

OPENS = {"(": "(", "[": "[", r"\{": "{", r"\lbrace": "{", r"\lbrack": "[", r"\lvert": "|", r"\lVert": "‖"}
CLOSES = {")": "(", "]": "[", r"\}": "{", r"\rbrace": "{", r"\rbrack": "[", r"\rvert": "|", r"\rVert": "‖"}
BARS = {"|": "|", r"\vert": "|", r"\|": "‖", r"\Vert": "‖", "‖": "‖"}
SIZES = ["\\" + size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")]

# ---- words

WORD_FUNCTIONS = {each: name for name in FUNCTIONS for each in (name, name.capitalize())} | {"ReLU": "relu"}
TYPED_FUNCTIONS = {*WORD_FUNCTIONS} - {"tr"}  # those that letters alone may mean
KNOWN_WORDS = {"cost", "Cost", "loss", "Loss", "label", "Diff", "diff"}
RANGING = {"max", "min", "argmax", "argmin"}  # over what is written below them, if anything is
TEXTS = [r"\text", r"\textrm", r"\textbf", r"\textit", r"\textsf", r"\texttt", r"\textnormal", r"\mbox"]
MATH_TEXTS = [r"\mathrm", r"\mathit", r"\operatorname"]  # formulas, where they are no single word
# What has an argument that is no part of the formula.
DROPPED = [
    r"\label",
    r"\tag",
    r"\color",
    r"\textcolor",
    r"\phantom",
    r"\hphantom",
    r"\vphantom",
    r"\hspace",
    r"\vspace",
]

CONDITIONS = {*_words("if when whenever for at 이면 일때 때 경우")}
OTHERWISE = {*_words("otherwise else 나머지 그외")}
NEGATIONS = OTHERWISE | {*_words("or nor not unless except either neither never instead without 또는 아니면")}
CONNECTIVES = (
    CONDITIONS
    | NEGATIONS
    | {*_words("where with and so then hence thus therefore let given since because as here also vs while but means")}
    | {*_words("by using from recall now finally note that which this we get have is are ex example case")}
    | {*_words("여기서 그리고 따라서 즉 단 이고")}
)

# ---- environments

ENVIRONMENTS = (
    dict.fromkeys(
        ["aligned", "align", "split", "gathered", "gather", "eqnarray", "alignedat", "alignat", "equation", "multline"],
        "ROWS",
    )
    | dict.fromkeys(["cases", "dcases"], "CASES")
    | dict.fromkeys(["pmatrix", "bmatrix", "matrix", "smallmatrix", "array"], "")
)
TAKES_COLUMNS = {"array", "alignedat", "alignat"}
