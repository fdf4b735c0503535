"""What an engine does: run a plan on numbers, forwards, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from autograd.replay.program import Floats


class Gradients(NamedTuple):
    """What a run forwards and back gives.

    `outputs` are those of the program, in order: () for one that all samples share, else (samples,). `shared` is
    (shared inputs,), summed over the samples; `batch` is (batched inputs, samples), or empty where no gradient was
    asked for in any of them. Of an input that none was asked for in, it may be anything.
    """

    outputs: list[Floats]
    shared: Floats
    batch: Floats


class Engine(Protocol):
    """Runs one plan. Threads may run it at the same time. IEEE arithmetic: what is not finite is for others to tell."""

    def outputs(self, shared: Floats, batch: Floats) -> list[Floats]:
        """The outputs of the program, of (shared inputs,) and (batched inputs, samples) numbers."""

    def gradients(self, shared: Floats, batch: Floats, seeds: Sequence[Floats]) -> Gradients:
        """The outputs, and the gradient of Σ seed · output over all of them; a seed is shaped as its output."""

    def prepare(self, batch: Floats, seeds: Sequence[Floats]) -> Callable[[Floats], Gradients]:
        """`gradients` for this batch and these seeds, which stay as they are, of what is shared: for many runs."""
