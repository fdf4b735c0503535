"""What is said of a claim that is wrong."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.syntax import Span


class Diagnosis(NamedTuple):
    """The kind of slip, in words, the right side put right ("" where that is not known), and where it is wrong.

    `head` is the left side put right, where that is what is wrong.
    """

    kind: str
    message: str
    body: str
    place: Span
    head: str = ""
