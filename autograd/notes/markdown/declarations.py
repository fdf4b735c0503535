r"""The language of declarations, which say what formulas leave open: a line each, or several with ; between.

X: m×k                      b: n                    w, b, \alpha: number    \theta, x: 0..k
y in {0, 1}                 p: n in (0, 1)          x > 0                   P: m×n, rows sum to 1
x, t: number per i          i, r = 1..m             w_j: columns of W       L: function of Y
log: base 2                 new L, y                y = \sigma(x)           # a remark
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from autograd.expression import did_you_mean
from autograd.notes.formulas.parsing import parse_name
from autograd.notes.formulas.syntax import Name, Node
from autograd.notes.markdown.clauses import (
    DOTS,
    FORMS,
    IN,
    NUMBER,
    RANGE,
    REMEDY,
    Misread,
    axis,
    finite,
    read_clauses,
    symbol,
)
from autograd.notes.markdown.declared import (
    AnyFunction,
    Axis,
    Fact,
    Forget,
    Index,
    Input,
    Line,
    LogBase,
    Mistake,
    Slices,
    Softmax,
)

MOST = 1000  # lines
LONGEST = 1000  # characters of a line that is no formula
LONGEST_NAME = 100
COUNTERS = set("ijklrs")  # i: 1..m is an index, x: 1..m a vector

SIGN = rf":=|:|=|<=|>=|[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![A-Za-z])|(?<![A-Za-z\\]){IN}|\\in(?![A-Za-z])"
LESS = r"(?:<=?|≤|\\(?:leq?|lt)(?![A-Za-z]))"
BETWEEN = re.compile(rf"\s*({NUMBER})\s*{LESS}([^<>=≤≥]+){LESS}\s*({NUMBER})\s*")
NEW = re.compile(r"\s*(?:new|forget)\s+(?=\S)")
SLICES = re.compile(r"\s*(?:the\s+)?(row|column)s?\s+(?:\S+\s+)?of\s+(?=\S)")
FUNCTION = re.compile(r"\s*(?:(?:an?|any)\s+)?(?:smooth\s+)?function(?:\s+of\s+(?=\S)|\s*$)")
ARGUMENTS = re.compile(r"(?<!\{)\([^()]*\)")  # h(x): function
BASE = re.compile(rf"\s*base\s+({NUMBER}|e)\s*")
SOFTMAX = re.compile(r"\s*\\?softmax\s*:\s*(?:of\s+|along\s+)?(row|column)s?\s*")
LOGARITHM = re.compile(r"\s*\\?(log|lg)\s*")


def read_declarations(text: str) -> list[Line]:
    """What each line declares, a record for each of its names; a `Mistake` for a line that cannot be read.

    >>> read_declarations("X: m×k; w, b: number")[1]
    Input(name=Name(text='w'), axes=(), low=None, high=None, values=(), kind='', along='', per='')
    >>> print(read_declarations("t: n, onehot")[0].reason)
    'onehot' is not read here: did you mean 'one-hot'?
    """
    found: list[Line] = []
    for count, (start, end) in enumerate(_lines(text)):
        if count == MOST:
            return [*found, Mistake("", f"more than {MOST} lines of declarations", start=start, end=start)]
        line = text[start:end]
        try:
            found += [replace(record, start=start, end=end) for record in _line(line)]
        except ValueError as error:
            first, last = (error.start, error.end) if isinstance(error, Misread) else (0, len(line))
            found.append(Mistake(line[first:last], str(error), start=start + first, end=start + last))
    return found


def words(declared: Iterable[Line]) -> frozenset[str]:
    """The names of several letters that declarations introduce.

    >>> sorted(words(read_declarations("label, Y: m×n; Diff: batch × n")))
    ['Diff', 'batch', 'label']
    """
    spelled = (word for record in declared for part in vars(record).values() for word in _names_in(part))
    return frozenset(word for word in spelled if len(word) > 1 and word.isalpha())


def _names_in(part: object) -> Iterator[str]:
    if isinstance(part, Node):
        yield from (node.text for node in part.walk() if isinstance(node, Name))
    elif isinstance(part, Axis):
        yield str(part.last)
    elif isinstance(part, tuple):
        yield from (word for each in part for word in _names_in(each))


# ---- lines


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where lines begin and end, without the blanks around them and without remarks."""
    for row in re.finditer(r"[^\n]+", text):
        start = 0
        for cut in [*_outside(row[0], "[;#]"), None]:
            line = row[0][start : cut.start() if cut else None]
            if line.strip():
                yield row.start() + start + len(line) - len(line.lstrip()), row.start() + start + len(line.rstrip())
            if not cut or cut[0] == "#":
                break
            start = cut.end()


def _outside(line: str, signs: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern that stand in no brackets."""
    depth = 0
    for m in re.compile(rf"[{{(\[]|[}})\]]|{signs}").finditer(line):
        depth += (m[0] in "{([") - (m[0] in "})]")
        if m[0] not in "{([})]" and depth <= 0:
            yield m


def _line(line: str) -> list[Line]:
    """What a line declares. Raises Misread."""
    at, sign = _sign(line)
    if sign in ("=", ":="):
        return _counted(line, at, at + len(sign)) or [Fact(line)]
    if sign.startswith(("∈", r"\in")) and not re.match(r"\s*\\?[{(\[]", line[at + len(sign) :]):
        return [Fact(line)]
    if len(line) > LONGEST:
        raise Misread(f"a line of {len(line)} characters: that is too long", 0, len(line))
    if new := NEW.match(line):
        return [Forget(_names(line, new.end(), len(line)))]
    if between := BETWEEN.fullmatch(line):
        low, high = finite(between[1]), finite(between[3])
        return [Input(name, low=low, high=high) for name in _names(line, *between.span(2))]
    if not sign:
        raise Misread(_why_not(line), 0, len(line))
    if sign == ":":
        return _base(line, at) or _softmax(line, at) or _counted(line, at, at + 1) or _described(line, at)
    return [Input(name, **read_clauses(line, at)) for name in _names(line, 0, at)]


def _sign(line: str) -> tuple[int, str]:
    """Where the line says what its names are: the first : = < > or in outside brackets."""
    first = next(_outside(line, SIGN), None)
    return (first.start(), first[0]) if first else (len(line), "")


def _base(line: str, colon: int) -> list[Line]:
    """log: base 2"""
    function, base = LOGARITHM.fullmatch(line, 0, colon), BASE.fullmatch(line, colon + 1)
    if not function or not base:
        return []
    value = math.e if base[1] == "e" else finite(base[1])
    if value <= 0 or value == 1:
        raise Misread(f"there is no logarithm to the base {value:g}: write base 2, base 10 or base e", *base.span(1))
    return [LogBase(function[1], value)]


def _softmax(line: str, colon: int) -> list[Line]:
    """softmax: rows"""
    found = SOFTMAX.fullmatch(line)
    return [Softmax("rows" if found[1] == "row" else "columns")] if found else []


def _counted(line: str, sign: int, at: int) -> list[Line]:
    """i, r = 1..m; behind a colon only letters that are used for counting."""
    letters = [name.strip() for name in line[:sign].split(",")]
    found = RANGE.fullmatch(line[at:].strip())
    if line[sign] == ":" and not COUNTERS.issuperset(letters):
        return []
    if not found:
        if re.match(rf"\s*\d+{DOTS}", line[at:]):
            raise Misread("a range ends in a name or a whole number, as in 1..m or 0..9", at, len(line))
        return []
    return [Index(symbol(letter), axis(found[0])) for letter in letters]


def _described(line: str, colon: int) -> list[Line]:
    """What stands behind a colon."""
    at = colon + 1
    if found := FUNCTION.match(line, at):
        names = _names(ARGUMENTS.sub(lambda m: " " * len(m[0]), line[:colon]), 0, colon)
        of = _names(line, found.end(), len(line)) if found.end() < len(line) else ()
        return [AnyFunction(name, of) for name in names]
    names = _names(line, 0, colon)
    if found := SLICES.match(line, at):
        of = _names(line, found.end(), len(line))
        if len(of) > 1:
            raise Misread("rows and columns are of one matrix", found.end(), len(line))
        return [Slices(name, of[0], "rows" if found[1] == "row" else "columns") for name in names]
    fields = read_clauses(line, at)
    if not fields:
        raise Misread(f"nothing is said of {line[:colon].strip():.60}: {REMEDY}", 0, len(line))
    return [Input(name, **fields) for name in names]


def _names(line: str, start: int, end: int) -> tuple[Node, ...]:
    """Names with commas between. Raises Misread."""
    commas = [start + m.start() for m in _outside(line[start:end], ",")]
    return tuple(_name(line, a, b) for a, b in zip([start, *(c + 1 for c in commas)], [*commas, end], strict=True))


def _name(line: str, start: int, end: int) -> Node:
    name = line[start:end].strip()
    if not name or len(name) > LONGEST_NAME:
        raise Misread("a name is missing" if not name else "a name is too long", start, end)
    try:
        return parse_name(name)
    except ValueError as error:
        raise Misread(str(error), start, end) from None


def _why_not(line: str) -> str:
    """What to write in place of a line that has no sign."""
    name, _, rest = line.partition(" ")
    if rest and did_you_mean(rest, FORMS):
        return f"{line!r:.60} is not read here: did you mean '{name}: {rest:.60}'?"
    return f"{line!r:.60} is not read here: write a name and a colon, as in X: m×k, or a formula, as in y = x^2"
