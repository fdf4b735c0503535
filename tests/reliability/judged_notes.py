"""`check_notes` judged: it says of right derivatives that they hold, of others never, and names the slip."""

from __future__ import annotations

import random
from collections.abc import Iterator

from autograd import check_notes
from autograd.notes.finding import Finding
from reliability.notes_random import Note, random_note
from reliability.slips import judge
from reliability.trials import Count, Trials


def run(trials: Trials) -> Iterator[Count]:
    """Right notes, each in turn with one that has a known slip."""
    right = "notes with a right derivative, in indices, vectors, matrices: it holds"
    wrong = "notes with one slip, of a factor to an index: it never holds"
    yield from judge(trials.of("notes", 1_000), judged, right, wrong)


def judged(draw: random.Random, slip: bool) -> tuple[Note, Finding]:
    """A note, and what is said of its one claim."""
    note = random_note(draw, slip)
    (finding,) = check_notes(note.text).findings
    return note, finding
