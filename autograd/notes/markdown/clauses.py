"""What a declaration says behind its names: m×n in (0, 1), rows sum to 1."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from autograd.expression import did_you_mean
from autograd.notes.formulas.parsing import parse_name
from autograd.notes.formulas.syntax import Name
from autograd.notes.markdown.declared import Axis

LARGEST = 1000
NUMBER = r"[-−+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
ENDLESS = r"[-−+]?(?:inf|infinity|\\infty|∞)"
LETTERS = r"\\?[^\W\d_]+(?:_(?:[^\W_]|\{[^{}]*\}))?(?:\^\{[^{}]*\})?"
DOTS = r"\s*(?:\.\.+|…|,\s*(?:\.\.\.|…|\\[lc]?dots)\s*,)\s*"
RANGE = re.compile(rf"(\d+)(?:\s*,\s*\d+)?{DOTS}(\d+|{LETTERS})")
SIZE = rf"(?:\d+{DOTS})?(?:\d+|{LETTERS})"
TIMES = r"(?:\s*(?:×|\*|\\times(?![A-Za-z]))\s*|\s+(?:x|by)\s+)"
TYPED_TIMES = re.compile(r"(?<![^\W_])([A-Za-z]|\d+)x(?=(?:[A-Za-z]|\d+)(?![^\W_]))")  # mxk, 4x3
STOP = r"(?=[\s,]|$)"
IN = r"(?:in(?![A-Za-z])|∈|\\in(?![A-Za-z]))\s*"
ALONG = r"(?:(?:by|per|in|each|the)\s+)?(?:each\s+)?(?P<{}>row|column)s?"

REMEDY = "write sizes (m×k, n, 0..k, number), in {0, 1}, in (0, 1), > 0, one-hot, sums to 1, rows one-hot or per i"
FORMS: tuple[str, ...] = ("number", "scalar", "one-hot", "rows one-hot", "columns one-hot", "in {0, 1}", "per i")
FORMS += ("sums to 1", "rows sum to 1", "columns sum to 1", "columns of W", "rows of X", "function of Y", "function")
# Words that a person may write where sizes stand, though they are none.
UNSIZED = {"vector": "give its size, as in b: n", "matrix": "give its sizes, as in X: m×k"}
UNSIZED |= dict.fromkeys(("real", "integer", "binary", "positive", "negative", "boolean"), REMEDY)
UNSIZED |= dict.fromkeys(("in", "per", "base", "row", "rows", "column", "columns", "one", "sum", "sums", "of"), REMEDY)


class Misread(ValueError):
    """Why a part of a line cannot be read, and where in the line it stands."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.start, self.end = start, end


def read_clauses(line: str, at: int = 0) -> dict[str, Any]:
    """The fields of an `Input` that the clauses from `at` on give. Raises Misread.

    >>> read_clauses("n in (0, 1), sums to 1")
    {'axes': (Axis(first=1, last='n'),), 'low': 0.0, 'high': 1.0, 'kind': 'sums to 1', 'along': ''}
    """
    line = TYPED_TIMES.sub(r"\1×", line)
    start, fields = at, dict[str, Any]()
    while found := re.compile(r"[^\s,]").search(line, at):
        match, read = _clause(line, found.start())
        try:
            new = read(match)
        except ValueError as error:
            raise Misread(str(error), *match.span()) from None
        if not fields.keys().isdisjoint(new):
            raise Misread(f"{match[0]!r:.60} says again what was said before; a matrix is written m×n", *match.span())
        fields, at = fields | new, match.end()
    low, high = fields.get("low"), fields.get("high")
    if low is not None and high is not None and not low < high:
        raise Misread(f"no number lies between {low:g} and {high:g}", start, len(line))
    return fields


def axis(text: str) -> Axis:
    """m, 4, 0..k as an axis. Raises ValueError for a size that is too large, or none at all."""
    found = RANGE.fullmatch(text)
    first, last = (_whole(found[1]), found[2]) if found else (1, text)
    if not last.isdecimal():
        return Axis(first, symbol(last))
    if _whole(last) < first:
        raise ValueError(f"{text}: nothing lies between {first} and {_whole(last)}; a size is at least 1")
    return Axis(first, _whole(last))


def symbol(text: str) -> str:
    r"""A size or an index as the tree of a formula calls it: θ for \theta; as typed where it has scripts, n_1."""
    name = parse_name(text)
    return name.text if isinstance(name, Name) else text


def finite(text: str) -> float:
    """A number as typed. Raises ValueError for one that is too large."""
    read = float(text.replace("−", "-"))
    if not math.isfinite(read):
        raise ValueError(f"{text:.20}: too large a number")
    return read


def _whole(digits: str) -> int:
    if len(digits) > len(str(LARGEST)) or int(digits) > LARGEST:
        raise ValueError(f"{digits:.20}: sizes go up to {LARGEST} here; write a name, as in m")
    return int(digits)


# ---- one clause


def _shape(found: re.Match[str]) -> dict[str, Any]:
    return {"axes": tuple(axis(size) for size in re.split(TIMES, found[0]))}


def _number(found: re.Match[str]) -> dict[str, Any]:
    return {"axes": ()}


def _set(found: re.Match[str]) -> dict[str, Any]:
    return {"values": tuple(finite(x) for x in re.findall(NUMBER, found["set"]))}


def _interval(found: re.Match[str]) -> dict[str, Any]:
    low, high = (finite(x) if re.fullmatch(NUMBER, x) else None for x in found.group("low", "high"))
    return {"low": low, "high": high}


def _bound(found: re.Match[str]) -> dict[str, Any]:
    return {"low" if re.match(r">|≥|\\g", found[0]) else "high": finite(found["bound"])}


def _kind(found: re.Match[str]) -> dict[str, Any]:
    along = found["before"] or found["after"]
    return {"kind": "one-hot" if found["hot"] else "sums to 1", "along": f"{along}s" if along else ""}


def _per(found: re.Match[str]) -> dict[str, Any]:
    return {"per": symbol(found["index"])}


NUMBERS = rf"{NUMBER}(?:\s*,\s*{NUMBER})*"
CLAUSES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dict[str, Any]]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?:an?\s+)?(?:number|scalar)s?{STOP}", _number),
        (rf"{IN}\\?\{{\s*(?P<set>{NUMBERS})\s*\\?\}}", _set),
        (rf"{IN}[(\[]\s*(?P<low>{NUMBER}|{ENDLESS})\s*,\s*(?P<high>{NUMBER}|{ENDLESS})\s*[)\]]", _interval),
        (rf"(?:>=?|<=?|≥|≤|\\(?:geq?|leq?|gt|lt)(?![A-Za-z]))\s*(?P<bound>{NUMBER}){STOP}", _bound),
        (
            rf"(?:{ALONG.format('before')}\s+(?:(?:is|are)\s+)?)?(?:(?P<hot>one-hot)|sums?\s+to\s+(?:1|one))"
            rf"(?:\s+{ALONG.format('after')})?{STOP}",
            _kind,
        ),
        (rf"per\s+(?P<index>{LETTERS}){STOP}", _per),
        (rf"{SIZE}(?:{TIMES}{SIZE})*{STOP}", _shape),
    )
)


def _clause(line: str, at: int) -> tuple[re.Match[str], Callable[[re.Match[str]], dict[str, Any]]]:
    for pattern, read in CLAUSES:
        if (found := pattern.match(line, at)) and not (read is _shape and _no_size(found[0])):
            return found, read
    unread = re.split(r",(?![^(\[{]*[)\]}])", line[at:])[0].rstrip()
    raise Misread(_why_not(unread), at, at + len(unread))


def _no_size(word: str) -> bool:
    """Whether a person who wrote this meant no size by it."""
    return word.isalpha() and len(word) > 1 and (word in UNSIZED or bool(did_you_mean(word, FORMS)))


def _why_not(clause: str) -> str:
    if clause in UNSIZED:
        return f"{clause!r:.60} is not read here: {UNSIZED[clause]}"
    if ":" in clause:
        return f"{clause!r:.60}: between two declarations in one line stands ;"
    if re.match(rf"{IN}\\?[(\[{{]", clause):
        return f"{clause!r:.60}: write a range as in [0, 1], a set as in {{0, 1}}"
    if re.match(r"[\w\\]+\s*[-+]\s*\d", clause):
        return f"{clause!r:.60}: a size is a name or a whole number; give it a name, or say where it counts: 0..n"
    return f"{clause!r:.60} is not read here{did_you_mean(clause, FORMS) or f': {REMEDY}'}"
