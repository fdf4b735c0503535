"""Samples in parts, each in a thread of its own: kernels run without Python, so threads run at the same time."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from threading import Event
from typing import Any

from numba import config

from autograd.replay.program import Floats

PAYS = 2**21  # numbers to compute, about two milliseconds of work
LONG = 2**27  # a part is no longer, about a fifth of a second: Ctrl-C is heard after it


def threads() -> int:
    """How many threads a run may use: as many as there are cores for this process, or what NUMBA_NUM_THREADS says."""
    return max(1, int(config.NUMBA_NUM_THREADS))


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """The threads beside the caller's; those of a process do not live on in its forks."""
    return ThreadPoolExecutor(max(1, threads() - 1), thread_name_prefix="autograd-replay")


def in_parts(part: Callable[[int, int], Floats], samples: int, rows: int) -> Floats:
    """Σ part(begin, end) over parts of the samples: one where there is little to do."""
    if samples * rows < PAYS:
        return part(0, samples)
    count = min(samples * rows // PAYS + 1, samples, threads())
    steps = min(samples * rows // (count * LONG) + 1, samples // count)
    if count * steps == 1:
        return part(0, samples)
    cuts = [samples * k // (count * steps) for k in range(count * steps + 1)]
    stopped = Event()

    def share(k: int) -> Any:
        mine = pairwise(cuts[k * steps : (k + 1) * steps + 1])
        return sum(part(begin, end) for begin, end in mine if not stopped.is_set())

    try:
        others = [_pool(os.getpid()).submit(share, k) for k in range(1, count)]
        found: Floats = sum((other.result() for other in others), start=share(0))
    finally:  # where this thread is interrupted, the others need not go on
        stopped.set()
    return found
