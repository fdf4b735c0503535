"""Notes in, a report out. What reads notes is imported when notes are read: most programs have none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.notes.report.report import Report, Reports

LARGEST = 2_000_000  # characters of one file


def check_notes(text: str, name: str = "notes") -> Report:
    r"""Check every derivative and equation that notes claim. See Report.

    `text` is Markdown with formulas in LaTeX ($…$ and $$…$$), and with declarations of what they leave open in
    comments, `<!-- check … -->`; `name` is what the report calls it. Definitions are evaluated on Values at random
    points (the same on every run), so that each claim is compared with the engine's own gradient. Raises TypeError for
    a file's name, ValueError for more than two million characters.

    >>> report = check_notes(r"With $z = wx + b$ and $L = (z - t)^2$, $\frac{\partial L}{\partial w} = 2(z - t)$.")
    >>> print(report)
    notes:1:41: slip: ∂L/∂w: a factor x is missing
        \frac{\partial L}{\partial w} = 2(z - t)
                                        ^~~~~~~~
        should be: \frac{\partial L}{\partial w} = 2(z - t) \, x
    notes: 1 claim: 1 slip
    """
    from autograd.notes.checker import Checker
    from autograd.notes.report.report import Report

    if not isinstance(text, str) or (text.endswith(".md") and "\n" not in text):
        raise TypeError(f"check_notes takes the text of notes, not {text!r:.60}: read the file, or use check_files")
    if len(text) > LARGEST:
        raise ValueError(f"{name}: {len(text)} characters; notes of up to {LARGEST} are read")
    checker = Checker(text)
    return Report(name, text, tuple(checker.run()), checker.losses)


def check_files(paths: Iterable[str | os.PathLike[str]]) -> Reports:
    """Check files of notes, and those that end in .md in folders.

    Raises OSError for a file that cannot be read; ValueError for one that is not there or no text, or a folder without
    notes.
    """
    from autograd.notes.report.report import Reports

    return Reports(tuple(check_notes(_read(path), str(path)) for path in found_in(paths)))


def found_in(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files themselves, and those in folders, in order."""
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise ValueError(f"{path}: there is no such file")
        inside = sorted(path.rglob("*.md")) if path.is_dir() else [path]
        if not inside:
            raise ValueError(f"{path}: no file in it ends in .md")
        found += inside
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text (at byte {error.start})") from None
