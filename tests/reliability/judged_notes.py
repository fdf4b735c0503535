"""`check_notes` judged: it says of right derivatives that they hold, of others never, and names the slip."""

from __future__ import annotations

import random
from collections.abc import Iterator

from autograd import check_notes
from autograd.notes.finding import HOLDS, SLIP, Finding
from reliability.notes_random import Note, random_note
from reliability.trials import Count, Trials

UNNAMED = 0.005  # the share of slips that may be called by another name


def run(trials: Trials) -> Iterator[Count]:
    """Right notes, each in turn with one that has a known slip."""
    holding = Count("notes with a right derivative, in indices, vectors, matrices: it holds")
    refused = Count("notes with one slip, of a factor to an index: it never holds")
    named = Count("the same: the slip is named (of 0.5 % it need not be)", allowed=UNNAMED)
    for draw in trials.of("notes", 1_000):
        note, finding = judged(draw, slip=False)
        holding.note(finding.verdict == HOLDS, f"{note.text}: {finding}")
        note, finding = judged(draw, slip=True)
        refused.note(finding.verdict == SLIP, f"{note.text}: {finding}")
        named.note(finding.diagnosis == note.slip, f"{note.text}: {finding}")
    yield from (holding, refused, named)


def judged(draw: random.Random, slip: bool) -> tuple[Note, Finding]:
    """A note, and what is said of its one claim."""
    note = random_note(draw, slip)
    (finding,) = check_notes(note.text).findings
    return note, finding
