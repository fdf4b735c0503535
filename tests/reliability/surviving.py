"""What a graph of any size survives: functions of its shape and its size, that say whether it did."""

from __future__ import annotations

import copy
import pickle
import sys
import tempfile
from pathlib import Path

from engines import ENGINES

from autograd import Tape, draw, explain, paths, steps
from reliability.graphs_of_size import SHAPES, Sized

LINE_BY_LINE = {"numpy": 10}  # an engine that writes a line an operation gets a chain so many times shorter
TEXT = 200_000  # characters of a folded drawing, or of a derivation, whatever the size
FIRST = 5_000  # operations that fill Python's lists of free tuples and numbers
FEW = 100  # blocks of memory, for any number of operations


def differentiated(name: str, n: int) -> bool:
    """The value and the gradients are a loop's; the leaves accumulate those of a second pass."""
    made = SHAPES[name](n)
    made.result.backward()
    once = made.result.data == made.data and _gradients(made) == made.gradients
    made.result.backward()
    return once and close(_gradients(made), [2.0 * x for x in made.gradients])


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
    return all(len(text) < TEXT for text in texts) and close([paths(x, result).total], made.gradients[-1:])


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
        if each(inputs) != value or not close([value, *gradients], [made.data, *made.gradients]):
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


def close(found: list[float], expected: list[float]) -> bool:
    """Equal but for the order in which positive terms are added."""
    return all(abs(x - y) <= 1e-12 * abs(y) for x, y in zip(found, expected, strict=True))
