"""Hostile texts: expressions, command lines, notes."""

from __future__ import annotations

import ast
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from random import Random

from autograd import check_notes
from autograd.__main__ import main
from autograd.expression import parse
from autograd.notes.report.report import Report
from autograd.ops import TABLE
from reliability import markup
from reliability.hostile_edits import mutated

ROOT = Path(__file__).parents[2]


def unclear(error: Exception, start: str = "", lines: int = 1) -> str:
    """What is wrong with a refusal: it has to be short, of one line (or a few, with the place), and name the file."""
    said = str(error)
    if not said.startswith(start) or not said.strip():
        return f"a refusal that does not name the file: {said!r:.300}"
    if len(said) > 1000 or said.count("\n") >= lines or markup.CONTROL.search(said):
        return f"a refusal that is long or not plain: {len(said)} characters: {said!r:.300}"
    return ""


@cache
def expressions() -> list[str]:
    """Those in the tests of the parser, and what textbooks print of each row."""
    tree = ast.parse((ROOT / "tests" / "test_expression.py").read_text(encoding="utf-8"))
    written = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    calls = [f"{op.name}({', '.join(op.operands)})" for op in TABLE.values()]
    return [*filter(None, written), *calls, *(text for op in TABLE.values() for text in op.textbook)]


def meet_expression(text: str) -> str:
    """Parsed and evaluated, or refused with the place."""
    try:
        program = parse(text)
        program.evaluate(dict.fromkeys(program.variables, 1.5)).backward()
    except ValueError as error:
        return unclear(error, lines=3)
    return ""


def make_command(draw: Random) -> list[str]:
    """The words of a command line."""
    command = draw.choice(
        ["explain", "explain", "step", "ops", "check", "explain --json", "explain --simplify", "step --plain"]
    )
    names = [
        f"{name}={draw.choice(['1', '0.5', '-2', '[1,2]', mutated(['pi/2', '1e-3', '2'], draw, 200)])}"
        for name in "wxb"
    ]
    words = [*command.split(), mutated(["w*x + b", "z = w*x + b; sigmoid(z)", *expressions()], draw, 300), *names]
    if draw.random() < 0.3:
        words[draw.randrange(len(words))] = mutated(["--wrt", "w", "x=1", "--json", "tanh", "nowhere.md"], draw, 300)
    return words


def meet_command(words: list[str]) -> str:
    """Done, or ended with status 1 or 2 and a message."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    with redirect_stdout(out), redirect_stderr(err):
        status = main(words)
    err.flush()
    said = err.buffer.getvalue().decode()
    if "Traceback" in said or (status and not said and status != 1) or (said and "autograd" not in said):
        return f"status {status}: {said[-300:]!r}"
    return "" if status in (0, 1, 2) and len(said) < 5_000 else f"status {status}, {len(said)} characters of complaint"


@cache
def paragraphs() -> list[str]:
    """Of the notes in the notebooks' folder and the tests'."""
    files = sorted([*(ROOT / "notebooks" / "notes").glob("*.md"), *(ROOT / "tests" / "notes").glob("*.md")])
    return [part for file in files for part in re.split(r"\n{2,}", file.read_text(encoding="utf-8")) if part.strip()]


def make_notes(draw: Random) -> str:
    """A few paragraphs, one of them with edits."""
    parts = [draw.choice(paragraphs()) for _ in range(draw.randrange(3))]
    parts.insert(draw.randrange(len(parts) + 1), mutated(paragraphs(), draw, 6_000))
    return "\n\n".join(parts) + "\n"


def meet_notes(text: str) -> str:
    """Each claim has a verdict, and the report is text, records and Markdown."""
    report = check_notes(text)
    if wrong := markup.line(str(report)):
        return wrong
    return "" if json.dumps(report.to_dict()) and report._repr_markdown_() else "no records, or no Markdown"


def meet_page_of_notes(text: str) -> str:
    """The notes as a page, in which nothing runs that was written there."""
    return markup.page(Report("<script>.md", text, check_notes(text).findings).html)
