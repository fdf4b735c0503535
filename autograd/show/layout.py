"""Blocks of equations, laid out in columns of text or in LaTeX."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

WIDEST = 44  # columns of text before a remark; what is wider has its remark after it


class Block(NamedTuple):
    """A few lines about one node: what stands left of =, what it equals line by line, and remarks beside them.

    `proof` is a remark about the last line.
    """

    head: str
    equals: Sequence[str]
    remarks: Sequence[str] = ()
    proof: str = ""

    def __str__(self) -> str:
        """All of it on one line, without the remarks."""
        return " = ".join([self.head, *self.equals])

    @property
    def beside(self) -> list[str]:
        """The remarks, a line each, the proof in the line that it is about."""
        last = len(self.equals) - 1
        before = [*self.remarks[:last], *[""] * (last - len(self.remarks))]
        return [*before, self.proof, *self.remarks[last:]] if self.proof else [*self.remarks]


def table(blocks: Sequence[Block | str]) -> str:
    """Blocks as rows: name = symbols = numbers = value. Text alone is a line of its own."""
    rows = [[b.head, *b.equals] if isinstance(b, Block) else [b] for b in blocks]
    columns = zip_longest(*(row[:-1] for row in rows if len(row) > 1), fillvalue="")
    widths = [_width(column, WIDEST - 14) for column in columns]
    return "\n".join("  " + " = ".join(map(padded, row, [*widths, 0])).rstrip() for row in rows)


def inline(blocks: Sequence[Block | str]) -> str:
    """Blocks on one line."""
    return "  " + ",  ".join(map(str, blocks))


def stack(blocks: Sequence[Block | str]) -> str:
    """Blocks below one another, each over several lines, with the remarks in a column on the right."""
    head = _width([b.head for b in blocks if isinstance(b, Block)], WIDEST)
    lefts = [_left(b, head) if isinstance(b, Block) else [b] for b in blocks]
    column = _width([line for left in lefts for line in left], WIDEST)
    return "\n\n".join(
        _beside(left, b if isinstance(b, Block) else Block("", ()), column)
        for b, left in zip(blocks, lefts, strict=True)
    )


def _beside(left: Sequence[str], block: Block, column: int) -> str:
    """Remarks to the right of the lines; below them, where there is no room."""
    remarks = block.beside
    if remarks and max(map(width, left)) > column:
        indent = " " * width(left[0].partition("=")[0])
        proved = f"{left[-1]}   {block.proof}".rstrip()
        left, remarks = [*left[:-1], proved, *(f"{indent}   {remark}" for remark in block.remarks)], []
    pairs = zip_longest(left, remarks, fillvalue="")
    return "\n".join(f"  {padded(line, column)}   {remark}".rstrip() for line, remark in pairs)


def listing(blocks: Sequence[Block | str]) -> str:
    """Blocks with what they equal below their heads; those with a remark on one line."""
    return "\n\n".join(f"  {block if isinstance(block, str) else _listed(block)}" for block in blocks)


def _listed(block: Block) -> str:
    equals = " = ".join(block.equals)
    return f"{block.head} = {equals}   {block.remarks[0]}" if block.remarks else f"{block.head}\n      {equals}"


def aligned(blocks: Sequence[Block | str]) -> str:
    """Blocks as one LaTeX environment, aligned at their = signs."""
    lines = []
    for block in blocks:
        if isinstance(block, str):
            lines.append(rf"& \text{{{block}}}".replace("…", r"\dots"))
            continue
        remarks = r", \; ".join(block.remarks)
        first, *rest = block.equals if remarks or block.proof else [" = ".join(block.equals)]
        lines.append(f"{block.head} &= {first}" + (f" && {remarks}" if remarks else ""))
        lines += [f"&= {line}" for line in rest]
        lines[-1] += f" && {block.proof}" if block.proof else ""
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


class Part(NamedTuple):
    """One of the parts of a derivation, and how it is laid out as text."""

    title: str
    blocks: Sequence[Block | str]
    layout: Callable[[Sequence[Block | str]], str]


def _left(block: Block, head: int) -> list[str]:
    first, *rest = block.equals
    return [f"{padded(block.head, head)} = {first}", *(f"{'':{head}} = {line}" for line in rest)]


def _width(texts: Sequence[str], widest: int) -> int:
    """The width of a column: what fits most of its texts without being wider than `widest`."""
    return max((width(text) for text in texts if width(text) <= widest), default=0)


def width(text: str) -> int:
    """How many columns of a terminal text takes: two for 한, none for an accent.

    >>> width("손실 = ŷ"), width("x\u0302")
    (8, 1)
    """
    return sum(_columns(c) for c in text)


def padded(text: str, columns: int) -> str:
    """Text and spaces that fill a number of columns."""
    return text + " " * (columns - width(text))


def _columns(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
