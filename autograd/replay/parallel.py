"""Samples in parts, each in a thread of its own: kernels run without Python, so threads run at the same time."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

from autograd.replay.program import Floats

PAYS = 2**21  # numbers to compute, about two milliseconds of work


@cache
def threads() -> int:
    """How many threads a run may use: as many as there are cores for this process, or what NUMBA_NUM_THREADS says."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(os.environ.get("NUMBA_NUM_THREADS") or cores)


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """The threads beside the caller's; those of a process do not live on in its forks."""
    return ThreadPoolExecutor(max(1, threads() - 1), thread_name_prefix="autograd-replay")


def in_parts(part: Callable[[int, int], Floats], samples: int, rows: int) -> Floats:
    """Σ part(begin, end) over parts of the samples: one where there is little to do."""
    count = min(samples * rows // PAYS + 1, samples, threads())
    if count == 1:
        return part(0, samples)
    cuts = [samples * k // count for k in range(count + 1)]
    others = [_pool(os.getpid()).submit(part, begin, end) for begin, end in pairwise(cuts[1:])]
    found = part(0, cuts[1])
    for other in others:
        found = found + other.result()
    return found
