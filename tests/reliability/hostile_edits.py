"""Hostile inputs, made of harmless ones: edits of texts and of JSON documents, and what attackers write."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from hashlib import sha256
from random import Random
from typing import Any

CANARY = "canary"  # shows up only where a part of the input was taken for more than text
HARM = [
    f'__import__("os").system("{CANARY}")', f"{CANARY}()", f"\n    {CANARY}()\n#", f"().__class__.{CANARY}",
    f"</script><script>{CANARY}()</script>", f'"><img src=x onerror="{CANARY}()">', f"'><{CANARY} onload={CANARY}()>",
    f"</text><{CANARY}/>", f"]]><{CANARY}/>", f"--><{CANARY}/><!--", f'"]; {CANARY} -> {CANARY} [label="',
    f">] {CANARY} [", f"&lt;{CANARY}&gt;&#60;{CANARY}&#x3e;", f"\\input{{{CANARY}}}", f"\\write18{{{CANARY}}}",
    f"\\href{{javascript:{CANARY}()}}{{x}}", f"\\def\\{CANARY}{{}}", f"[x](javascript:{CANARY}())",
    f"![x](https://{CANARY}.example/)", f"<script>{CANARY}()</script>", f"$(touch {CANARY})", f"}} {CANARY} {{",
    f"cos\nsystem\n(S'{CANARY}'\ntR.", "\\N\\L\\",
]  # fmt: skip
STRANGE = [
    "\0", "\ud800", "\udfff", "\ufeff", "\u202e", "\u2066", "\u200d", "\x1b[31m", "\x1b]0;t\x07", "\r", "\r\n", "\v",
    "\f", "\x85", "\u2028", "\ue0001\ue001", "\U0010ffff", "\ufffe", "e" + "\u0301" * 60, "\u200fשלום", "한국어", "𝔁",
    *"²½٣\t\\`$%&#~^_{}<>'\"|·−∂∞𝛔", "$$", "\\\\",
]  # fmt: skip
HUGE = [
    "9" * 400, "9" * 5_000, "1e999", "-1e308", "1e-400", "5e-324", "0x" + "f" * 300, "9**9**9", "(-8)**(1/3)", "NaN",
    "Infinity", "-Infinity", "1_000", "1j", "0o7", "007", "1e", "1." * 50, "10**400", "2147483648", "1" + "0" * 20,
]  # fmt: skip
PAIRS = [
    ("(", ")"), ("[", "]"), ("{", "}"), ("\\frac{", "}{2}"), ("\\sqrt{", "}"), ("f(", ")"), ("x^{", "}"), ("x_{", "}"),
    ("\\left(", "\\right)"), ("\\begin{matrix}", "\\end{matrix}"), ("exp(", ")"), ("-", ""), ("- ", ""), ("> ", ""),
    ("[", "]("), ("**", "**"), ('{"a":', "}"),
]  # fmt: skip

Edit = Callable[[str, Random, Sequence[str]], str]


def _cut(text: str, draw: Random) -> tuple[str, str, str]:
    """Before, within and after a random piece, mostly a short one."""
    a = draw.randrange(len(text) + 1)
    b = min(len(text), a + (draw.randrange(1, 8) if draw.random() < 0.7 else draw.randrange(len(text) + 1)))
    return text[:a], text[a:b], text[b:]


def _delete(text: str, draw: Random, others: Sequence[str]) -> str:
    before, _, after = _cut(text, draw)
    return before + after


def _double(text: str, draw: Random, others: Sequence[str]) -> str:
    before, piece, after = _cut(text, draw)
    return before + piece * draw.choice([2, 2, 3, 10, 300]) + after


def _insert(text: str, draw: Random, others: Sequence[str]) -> str:
    before, piece, after = _cut(text, draw)
    return before + draw.choice(draw.choice([HARM, STRANGE, HUGE])) + draw.choice([piece, ""]) + after


def _nest(text: str, draw: Random, others: Sequence[str]) -> str:
    before, piece, after = _cut(text, draw)
    left, right = draw.choice(PAIRS)
    deep = draw.choice([1, 2, 20, 200, 3_000])
    return before + left * deep + piece + right * (deep if draw.random() < 0.8 else deep - 1) + after


def _splice(text: str, draw: Random, others: Sequence[str]) -> str:
    before, _, after = _cut(text, draw)
    return before + _cut(draw.choice(others), draw)[1] + after


def _swap(text: str, draw: Random, others: Sequence[str]) -> str:
    before, piece, after = _cut(text, draw)
    return after + piece + before


def _letter(text: str, draw: Random, others: Sequence[str]) -> str:
    before, _, after = _cut(text, draw)
    return before + chr(draw.choice([draw.randrange(32, 127), draw.randrange(0x250), draw.randrange(0x110000)])) + after


EDITS: list[Edit] = [_delete, _double, _insert, _insert, _nest, _splice, _swap, _letter]


def mutated(texts: Sequence[str], draw: Random, longest: int = 20_000) -> str:
    """One of the texts after a few edits, now and then nothing but strange characters."""
    if draw.random() < 0.03:
        return "".join(draw.choice(draw.choice([HARM, STRANGE, HUGE])) for _ in range(draw.randrange(6)))
    text = draw.choice(texts)
    for _ in range(draw.choice([1, 1, 2, 3, 6])):
        text = draw.choice(EDITS)(text, draw, texts)[:longest]
    return text


# ---- JSON


def _deep(draw: Random) -> Any:
    inner: Any = 0
    for _ in range(draw.choice([3, 49, 52, 120])):
        inner = [inner] if draw.random() < 0.5 else {"a": inner}
    return inner


def nasty(draw: Random) -> Any:
    """What a document should not hold in most places."""
    small = [
        None, True, False, -1, 0, 1, 2, 2**31, 2**63, -(2**63), 10**400, 0.5, 1e308, -0.0, math.nan, math.inf, "", "0",
        [], {},
    ]  # fmt: skip
    words = ["nan", "inf", "0x1p+0", "0x1p+9999", "kind", "dot", "softmax", "leaf", "static", *HARM, *STRANGE]
    return draw.choice(
        [lambda: draw.choice(small), lambda: draw.choice(words), lambda: _deep(draw), lambda: [0] * 3_000]
    )()


def _places(content: Any) -> list[tuple[Any, Any]]:
    """Every list and dict of a document, with every key."""
    found, waiting = [], [content]
    while waiting:
        held = waiting.pop()
        keys = list(held) if isinstance(held, dict) else range(len(held))
        found += [(held, key) for key in keys]
        waiting += [held[key] for key in keys if isinstance(held[key], (dict, list))]
    return found


def _edit_document(content: dict[str, Any], draw: Random) -> None:
    places = _places(content)
    held, key = draw.choice(places)
    what = draw.randrange(5)
    if what == 0:
        del held[key]
    elif what == 1:
        there, other = draw.choice(places)
        held[key] = deepcopy(there[other]) if other in there or isinstance(there, list) else None
    elif what == 2 and isinstance(held, list):
        held.insert(key, deepcopy(draw.choice([held[key], nasty(draw)])))
    elif what == 3 and isinstance(held, dict):
        held[str(nasty(draw))[:80]] = held.pop(key)
    else:
        held[key] = nasty(draw)


def document(contents: Sequence[dict[str, Any]], header: set[str], draw: Random) -> bytes:
    """One of the documents after a few edits, mostly with the sha256 that such a one has; now and then any bytes."""
    if draw.random() < 0.05:
        return draw.choice([draw.randbytes(200), b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{\0}\0", b"0" * 10**6])
    content = deepcopy(draw.choice(contents))
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        _edit_document(content, draw)
    how = draw.random()
    if how < 0.8:
        body = json.dumps({name: x for name, x in content.items() if name not in header})
        content["sha256"] = sha256(body.encode()).hexdigest()
    elif how < 0.95:
        content.pop("sha256", None)
    text = json.dumps(content)
    if draw.random() < 0.2:
        text = mutated([text], draw, longest=10**6)
    return text.encode(errors="surrogatepass")
