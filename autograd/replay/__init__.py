"""Replay: a graph recorded once, then run on other numbers, and on batches, at the speed of compiled code."""

from autograd.replay.compiled import Compiled, compile
from autograd.replay.tape import Tape

__all__ = ["Compiled", "Tape", "compile"]
