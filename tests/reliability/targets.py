"""What hostile inputs are given to: how each input is made of a seed, and how it has to be met."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from reliability.hostile_edits import mutated
from reliability.hostile_files import file, meet_checkpoint, meet_model, meet_tape
from reliability.hostile_labels import make_labels, meet_labels, meet_picture
from reliability.hostile_texts import (
    expressions,
    make_command,
    make_notes,
    meet_command,
    meet_expression,
    meet_notes,
    meet_page_of_notes,
)

RENDERING = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.exec", "pty.spawn")  # Graphviz


class Target(NamedTuple):
    """`what` is a row of the table; `meet` says what is wrong with how an input was met, "" if nothing is.

    `allowed` are audit events that have a good reason there.
    """

    what: str
    whole: int
    make: Callable[[Random], Any]
    meet: Callable[[Any], str]
    allowed: tuple[str, ...] = ()


TARGETS = {
    "command": Target("hostile command lines", 4_000, make_command, meet_command),
    "notes": Target("hostile notes", 1_500, make_notes, meet_notes),
    "page": Target("hostile notes, as a page", 500, make_notes, meet_page_of_notes),
    "tape": Target("hostile files of tapes", 12_000, file("tape"), meet_tape),
    "model": Target("hostile files of models", 20_000, file("model"), meet_model),
    "checkpoint": Target("hostile checkpoints", 10_000, file("checkpoint"), meet_checkpoint),
    "labels": Target("hostile labels in DOT, text, LaTeX and MathML", 1_000, make_labels, meet_labels),
    "picture": Target("hostile labels in SVG and pages with scripts", 60, make_labels, meet_picture, RENDERING),
    "expression": Target(
        "hostile texts for the parser of expressions",
        100_000,
        lambda draw: mutated(expressions(), draw),
        meet_expression,
    ),
}
