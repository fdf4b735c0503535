"""Scale: graphs of a million operations and more, from being built to being freed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import cos, sin
from typing import Any

import autograd
from autograd import grad
from reliability.graphs_of_size import SHAPES
from reliability.growth import grown
from reliability.leaks import collector_off
from reliability.surviving import FEW, FIRST, close, copied, differentiated, freed, replayed, shown
from reliability.trials import Count, Trials

LARGE, HUGE = 10**6, 10**7
BYTES = 500  # an operation takes, with what a backward pass needs


def run(trials: Trials) -> Iterator[Count]:
    """What is done with a graph, for each shape of it."""
    n = trials.count(LARGE)
    shapes = f"chain, fan, one operand {n:,} times, {n:,} operands of one operation"
    for what, survives in (
        (f"{shapes}: built, back-propagated twice: gradients equal bit by bit to a loop's", differentiated),
        (f"{shapes}: pickled, copied: the same gradients", copied),
        (f"{shapes}: drawn, stepped, explained: text of bounded length", shown),
        (f"{shapes}: recorded, saved, loaded, replayed by each engine (NumPy's chain a tenth as long)", replayed),
        (f"{shapes}: freed without the garbage collector: memory is where it was", freed),
    ):
        yield each_shape(trials, what, n, survives)
    yield _nested(trials, trials.count(LARGE) // 10)
    yield _huge(trials)
    yield grown(trials, n)


def each_shape(trials: Trials, what: str, n: int, survives: Callable[[str, int], bool]) -> Count:
    """What becomes of each shape of n operations."""
    count = Count(what)
    for name in SHAPES:
        for _ in trials.of(f"{what} {name}", 1):
            with collector_off():
                _attempt(count, name, partial(survives, name, n))
    return count


def _attempt(count: Count, name: str, survives: Callable[[], bool]) -> None:
    """An error counts as a failure, a RecursionError too."""
    try:
        count.note(survives(), f"{name}: not as it must be")
    except Exception as error:
        count.note(False, f"{name}: {type(error).__name__}: {error!s:.200}")


# ---- derivatives of derivatives


def _nested(trials: Trials, n: int) -> Count:
    """The second derivative of a long chain, and high orders of a short one."""
    count = Count(f"grad of grad of a chain of {n:,} operations; grad nested 1 to 10 deep")
    with collector_off():
        for _ in trials.of("second", 1):
            _attempt(count, "second derivative", partial(_twice, n))
        for order in range(1, 11):
            _attempt(count, f"order {order}", partial(_nested_grad, order))
    return count


def _twice(n: int) -> bool:
    return close([grad(grad(partial(_waves, n=n)))(0.5)], [_second(0.5, n)])


def _nested_grad(order: int) -> bool:
    f: Callable[[Any], Any] = autograd.sin
    for _ in range(order):
        f = grad(f)
    return bool(f(0.5) == (sin(0.5), cos(0.5), -sin(0.5), -cos(0.5))[order % 4])


def _waves(x: Any, n: int) -> Any:
    y = x
    for _ in range(n // 2):
        y = autograd.sin(y) + x
    return y


def _second(x: float, n: int) -> float:
    """d²y/dx² of `_waves`, forwards."""
    y, first, second = x, 1.0, 0.0
    for _ in range(n // 2):
        y, first, second = sin(y) + x, cos(y) * first + 1.0, cos(y) * second - sin(y) * first * first
    return second


# ---- larger still, and how time grows


def _huge(trials: Trials) -> Count:
    """As many operations as the machine has memory for."""
    n = trials.count(min(HUGE, _free_memory() // BYTES) if trials.long else HUGE)
    count = Count(f"a chain of {n:,} operations: built, back-propagated twice, freed")
    for survives in (differentiated, freed_once):
        for _ in trials.of(f"huge {survives.__name__}", 1):
            with collector_off():
                _attempt(count, survives.__name__, partial(survives, "chain", n))
    return count


def freed_once(name: str, n: int) -> bool:
    """The memory of a graph that was built, and is dropped, is there again."""
    SHAPES[name](FIRST)
    before = sys.getallocatedblocks()
    SHAPES[name](n)
    return sys.getallocatedblocks() - before <= FEW


def _free_memory() -> int:
    """Half of the bytes that are free: others use the machine too. Where that is unknown, those of LARGE operations."""
    try:
        with open("/proc/meminfo") as file:
            (line,) = (line for line in file if line.startswith("MemAvailable"))
    except OSError:
        return LARGE * BYTES
    return int(line.split()[1]) * 1024 // 2
