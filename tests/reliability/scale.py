"""Scale: graphs of a million operations and more, from being built to being freed."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import cos, sin
from pathlib import Path
from typing import Any

from engines import ENGINES

import autograd
from autograd import Tape, draw, explain, grad, paths, steps
from reliability.graphs_of_size import SHAPES, Sized
from reliability.growth import grown
from reliability.trials import Count, Trials

TITLE = "Scale"
LARGE, HUGE = 10**6, 10**7
BYTES = 500  # an operation takes, with what a backward pass needs
LINE_BY_LINE = {"numpy": 10}  # an engine that writes a line an operation gets a chain so many times shorter
TEXT = 200_000  # characters of a folded drawing, or of a derivation, whatever the size
FIRST = 5_000  # operations that fill Python's lists of free tuples and numbers
FEW = 100  # blocks of memory, for any number of operations


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
            with no_collector():
                _attempt(count, name, partial(survives, name, n))
    return count


def _attempt(count: Count, name: str, survives: Callable[[], bool]) -> None:
    """An error counts as a failure, a RecursionError too."""
    try:
        count.note(survives(), f"{name}: not as it must be")
    except Exception as error:
        count.note(False, f"{name}: {type(error).__name__}: {error!s:.200}")


@contextmanager
def no_collector() -> Iterator[None]:
    """What is freed inside is freed by its reference counts."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# ---- what is done with a graph


def differentiated(name: str, n: int) -> bool:
    """The value and the gradients are a loop's; the leaves accumulate those of a second pass."""
    made = SHAPES[name](n)
    made.result.backward()
    once = made.result.data == made.data and _gradients(made) == made.gradients
    made.result.backward()
    return once and _close(_gradients(made), [2.0 * x for x in made.gradients])


def copied(name: str, n: int) -> bool:
    """A pickle's and a deep copy's leaves get the gradients, the original's none."""
    made = SHAPES[name](n)
    for twin, leaves in (pickle.loads(pickle.dumps(made[:2])), copy.deepcopy(made[:2])):
        twin.backward()
        if (twin.data, [v.grad for v in leaves]) != (made.data, made.gradients):
            return False
    return not any(_gradients(made))


def shown(name: str, n: int) -> bool:
    """What is printed and drawn is folded, and says how much there is."""
    made = SHAPES[name](n)
    result, x = made.result, made.leaves[-1]
    texts = (draw(result).source, str(steps(result)), str(explain(result, wrt=x)))
    return all(len(text) < TEXT for text in texts) and _close([paths(x, result).total], made.gradients[-1:])


def replayed(name: str, n: int) -> bool:
    """Recorded, and again from a file, each engine gives the value and the gradient of the graph."""
    return all(_replayed(SHAPES[name](n // (LINE_BY_LINE.get(e, 1) if name == "chain" else 1)), e) for e in ENGINES)


def _replayed(made: Sized, engine: str) -> bool:
    inputs = [v.data for v in made.leaves]
    tape = Tape.record(made.result, inputs=made.leaves, engine=engine)
    with tempfile.TemporaryDirectory() as folder:
        tape.save(path := Path(folder) / "tape.json")
        loaded = Tape.load(path, engine=engine)
    for each in (tape, loaded):
        value, gradients = each.value_and_grad(inputs)
        if each(inputs) != value or not _close([value, *gradients], [made.data, *made.gradients]):
            return False
    return str(tape) == str(loaded)


def freed(name: str, n: int) -> bool:
    """A graph goes with the last reference to it, however it was made, and takes its memory with it."""
    for make in (_passed, lambda made: pickle.loads(pickle.dumps(made[:2])), lambda made: copy.deepcopy(made[:2])):
        make(SHAPES[name](FIRST))  # what is made at the first use stays
        before = sys.getallocatedblocks()
        make(SHAPES[name](n))
        if sys.getallocatedblocks() - before > FEW:
            return False
    return True


def _passed(made: Sized) -> None:
    made.result.backward()


def _gradients(made: Sized) -> list[float]:
    return [v.grad for v in made.leaves]


def _close(found: list[float], expected: list[float]) -> bool:
    """Equal but for the order in which positive terms are added."""
    return all(abs(x - y) <= 1e-12 * abs(y) for x, y in zip(found, expected, strict=True))


# ---- derivatives of derivatives


def _nested(trials: Trials, n: int) -> Count:
    """The second derivative of a long chain, and high orders of a short one."""
    count = Count(f"grad of grad of a chain of {n:,} operations; grad nested 1 to 10 deep")
    with no_collector():
        for _ in trials.of("second", 1):
            _attempt(count, "second derivative", partial(_twice, n))
        for order in range(1, 11):
            _attempt(count, f"order {order}", partial(_nested_grad, order))
    return count


def _twice(n: int) -> bool:
    return _close([grad(grad(partial(_waves, n=n)))(0.5)], [_second(0.5, n)])


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
            with no_collector():
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
