"""Blocks of equations, laid out in columns of text or in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

WIDEST = 44  # columns of text before a remark; what is wider has its remark after it


class Block(NamedTuple):
    """A few lines about one node: what stands left of =, what it equals line by line, and remarks beside them."""

    head: str
    equals: Sequence[str]
    remarks: Sequence[str] = ()


def table(blocks: Sequence[Block | str]) -> str:
    """Blocks as rows: name = symbols = numbers = value. Text alone is a line of its own."""
    rows = [[b.head, *b.equals] if isinstance(b, Block) else [b] for b in blocks]
    columns = zip_longest(*(row[:-1] for row in rows if len(row) > 1), fillvalue="")
    widths = [_width(column, WIDEST - 14) for column in columns]
    return "\n".join("  " + " = ".join(map(str.ljust, row, [*widths, 0])).rstrip() for row in rows)


def stack(blocks: Sequence[Block | str]) -> str:
    """Blocks below one another, each over several lines, with the remarks in a column on the right."""
    head = _width([b.head for b in blocks if isinstance(b, Block)], WIDEST)
    lefts = [_left(b, head) if isinstance(b, Block) else [b] for b in blocks]
    column = _width([line for left in lefts for line in left], WIDEST)
    return "\n\n".join(
        _beside(left, b.remarks if isinstance(b, Block) else (), column) for b, left in zip(blocks, lefts, strict=True)
    )


def _beside(left: Sequence[str], remarks: Sequence[str], column: int) -> str:
    """Remarks to the right of the lines; below them, where there is no room."""
    if remarks and max(map(len, left)) > column:
        left, remarks = [*left, *(f"{'':{left[0].index('=')}}   {remark}" for remark in remarks)], ()
    pairs = zip_longest(left, remarks, fillvalue="")
    return "\n".join(f"  {line:{column}}   {remark}".rstrip() for line, remark in pairs)


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
        first, *rest = block.equals if remarks else [" = ".join(block.equals)]
        lines.append(f"{block.head} &= {first}" + (f" && {remarks}" if remarks else ""))
        lines += [f"&= {line}" for line in rest]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


class Part(NamedTuple):
    """One of the parts of a derivation, and how it is laid out as text."""

    title: str
    blocks: Sequence[Block | str]
    layout: Callable[[Sequence[Block | str]], str]


def _left(block: Block, head: int) -> list[str]:
    first, *rest = block.equals
    return [f"{block.head:{head}} = {first}", *(f"{'':{head}} = {line}" for line in rest)]


def _width(texts: Sequence[str], widest: int) -> int:
    """The width of a column: what fits most of its texts without being wider than `widest`."""
    return max((len(text) for text in texts if len(text) <= widest), default=0)
