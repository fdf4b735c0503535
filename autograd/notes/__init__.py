"""Notes in Markdown, whose derivations are checked against the graph of the loss that they define."""

from autograd.notes.checking import check_files, check_notes

__all__ = ["check_files", "check_notes"]
