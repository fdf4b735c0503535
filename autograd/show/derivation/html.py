"""Derivations as HTML: tables of formulas in MathML, which need no script, no font and nothing from the network.

A viewer that strips the style leaves plain tables; one that strips the MathML too leaves the formulas as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import zip_longest

from autograd.show.layout import Block, Part, inline, listing, table
from autograd.show.mathml import math, sides

CONTINUED, WHOLE_LINE = ' class="more"', 9
# Colours are those of the page around. A narrow screen has each equation in lines of its own.
STYLE = """\
.derivation { overflow: auto hidden; line-height: 1.7 }
.derivation h4 { margin: 1.5em 0 .4em }
.derivation math { math-style: normal }
.derivation math + math { margin-left: -.2em }
.derivation table { border-collapse: collapse; margin: 0; font-size: inherit }
.derivation tr { background: none }
.derivation td { border: 0; padding: 0 .3em; text-align: left; vertical-align: baseline; white-space: nowrap }
.derivation tr td { padding-top: .5em }
.derivation tr.more td { padding-top: .15em }
.derivation td:first-child { text-align: right }
.derivation td[colspan] { text-align: left }
.derivation td.remark { padding-left: 2em; opacity: .8 }
@media (max-width: 40em) {
  .derivation table, .derivation tbody { display: block }
  .derivation tr { display: block; padding: .3em 0 0 2em; text-indent: -1.5em }
  .derivation tr.more { padding: 0 0 0 3.2em }
  .derivation td { display: inline; padding: 0 .1em; white-space: normal }
  .derivation td.remark { padding-left: .8em }
}"""


def fragment(parts: Sequence[Part]) -> str:
    """The parts of a derivation, written by Typeset, as one element of a page."""
    body = "\n".join(f"<h4>{escape(part.title)}</h4>\n{_part(part)}" for part in parts)
    return f'<div class="derivation"><style>\n{STYLE}\n</style>\n{body}\n</div>'


def _part(part: Part) -> str:
    if part.layout is inline:
        return f"<p>{', '.join(_inline(block) for block in part.blocks)}</p>"
    rows = [row for block in part.blocks for row in _rows(block, part)]
    return "<table>\n{}\n</table>".format("\n".join(rows))


def _inline(block: Block | str) -> str:
    return escape(block) if isinstance(block, str) else f"<span>{_formulas(str(block))}</span>"


def _rows(block: Block | str, part: Part) -> Iterator[str]:
    """A block's rows: what it equals in columns, or below a head too long for one, or line by line beside remarks."""
    if isinstance(block, str):
        yield f'<tr><td></td><td colspan="{WHOLE_LINE}">{escape(block)}</td></tr>'
        return
    head, equals = block.head, [f"= {x}" for x in block.equals]
    if part.layout is table:
        yield f"<tr>{_cells(head, *equals)}</tr>"
        return
    if part.layout is listing and not block.remarks:
        yield f'<tr><td colspan="{WHOLE_LINE}">{_formulas(head)}</td></tr>'
        head, equals = "", [" ".join(equals)]
    for line, remark in zip_longest(equals, block.beside, fillvalue=""):
        beside = f'<td class="remark">{_formulas(remark)}</td>' if remark else ""
        yield f"<tr{'' if head else CONTINUED}>{_cells(head, line)}{beside}</tr>"
        head = ""


def _cells(*contents: str) -> str:
    return "".join(f"<td>{_formulas(latex)}</td>" for latex in contents)


def _formulas(latex: str) -> str:
    """An equation as formulas, between which a line can break."""
    return " ".join(map(math, sides(latex)))
