"""Memory returns to where it was: nothing grows with the steps, and no Value waits for the garbage collector."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from autograd import Value
from reliability.steps import STEPS, Step
from reliability.trials import Count, Trials

ROUNDS = 6  # at most: what is set up, or kept for a while, grows in some of them, and a leak in all
SLACK = 16 * 2**20  # bytes by which the process may grow: what its allocators keep


def run(trials: Trials) -> Iterator[Count]:
    """Each kind of step, a thousand times; and then with the garbage collector off."""
    yield _count("steps that leave no memory behind: training, replay, compiling, drawing, checking, …", _grows, trials)
    yield _count("such steps, with the garbage collector off, that leave no Value behind", _leaves_values, trials)


def _count(what: str, fault: Callable[[Step, int], tuple[int, str]], trials: Trials) -> Count:
    count = Count(what)
    for name, make in STEPS.items():
        for _ in trials.of(f"{what} {name}", 1):
            step = make()
            with set_aside():
                watched, found = fault(step, max(4, trials.count(1000) // step.dear))
            count.tried += watched - 1
            count.note(not found, f"{name}: {found}")
    return count


def _grows(step: Step, times: int) -> tuple[int, str]:
    """How many steps were watched, those after all is full, and what grew in every round, if anything did."""
    for k in range(step.until_full):
        step(k)
    before, watched = resident(), 0
    for _ in range(ROUNDS):
        before_round = _objects()
        for k in range(watched, watched + times):
            step(step.until_full + k)
        watched += times
        if (grown := _objects() - before_round) <= times // 2:
            break
    else:
        return watched, f"{times} steps leave {grown} objects"
    more = resident() - before
    return watched, f"the process grew by {more / 2**20:.0f} MB in {watched} steps" if more > SLACK else ""


def _leaves_values(step: Step, times: int) -> tuple[int, str]:
    """How many steps were watched, and how many Values are left where only reference counts free them."""
    with collector_off():
        step(0)
        before = _values()
        for k in range(1, times + 1):
            step(k)
        left = _values() - before
    return times, f"{left} Values are left after {times} steps" if left > 0 else ""


@contextmanager
def set_aside() -> Iterator[None]:
    """What is there already is looked at no more: that would take longer than the steps."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def collector_off() -> Iterator[None]:
    """No search for cycles inside: what is freed is freed by its reference counts."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def resident() -> int:
    """Bytes of memory of this process; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _objects() -> int:
    """How many objects there are that hold others."""
    gc.collect()
    return len(gc.get_objects())


def _values() -> int:
    return sum(isinstance(x, Value) for x in gc.get_objects())
