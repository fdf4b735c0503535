"""compile: a function of Values, recorded when it is called, and replayed from then on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import update_wrapper
from inspect import Parameter, signature
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd.errors import RecordingError
from autograd.functional import DEPTH
from autograd.modes import is_recording
from autograd.replay.engines import engine_for
from autograd.replay.guarded import GuardedRuns, Variant
from autograd.replay.layout import Arguments, Layout, Leaf, arguments, flat, layout_of, numbers, rebuilt, shape_of
from autograd.replay.recording import recorded, traced_call
from autograd.replay.runs import Runs
from autograd.replay.tape import Argnums, Tape
from autograd.value import Value

KEPT = 256


def compile(f: Callable[..., Any], *, in_axes: Any = 0, guards: bool = False, engine: str = "auto") -> Compiled:
    """f, a function of Values, as one that is recorded at its first call, and then replayed on numbers.

    Arguments are numbers, or lists, tuples, dicts and arrays of them. An array has an axis of samples first, and f sees
    one sample of it; numbers are shared by all samples. `in_axes` says where it is otherwise: None for an argument
    whose arrays have no such axis, as in in_axes=(None, 0) for f(weights, x). Texts, truths, None and functions are
    recorded as they are. Arguments of another shape, or another text, are recorded anew.

    What Python does while f is recorded is frozen: that it looks at a Value's number (`if x > 0`, `x.data`) is a
    RecordingError, which names the line and the remedy. Join conditions by & and |. With `guards`, `if` is allowed:
    samples for which it comes out differently are recorded anew. Values that f takes from outside are parameters, read
    at every run; those that it makes are constants. Results are numbers, without a graph; inside another recording,
    `grad` and the like, f itself is called.

    `engine` is "numpy", "numba" (compiled; needs the extra `fast`), or "auto": numba where it is installed and pays.

    >>> from autograd import exp
    >>> f = compile(lambda w, x: exp(w[0] * x) + w[1], in_axes=(None, 0))
    >>> f(np.array([1.0, 2.0]), np.array([0.0, 1.0, 2.0])).round(3)
    array([3.   , 4.718, 9.389])
    >>> f.value_and_grad(np.array([1.0, 2.0]), np.array([0.0, 1.0, 2.0]))[1].round(3)
    array([17.496,  3.   ])
    """
    return Compiled(f, in_axes, guards, engine)


class Compiled:
    """What `compile` makes of a function: call it as the function; `tapes` are the recordings, the latest last.

    The last 256 are kept: a function that is given another text, or a new function, at every call would fill memory.
    """

    def __init__(self, f: Callable[..., Any], in_axes: Any, guards: bool, engine: str) -> None:
        self.f, self.in_axes, self.guards, self.engine = f, in_axes, guards, engine
        self.tapes: list[Tape] = []
        engine_for(engine)  # refuses what it does not know
        update_wrapper(self, f, updated=())  # an object's attributes stay its own
        self.__name__ = getattr(f, "__name__", type(f).__name__)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """As `Tape.__call__`."""
        if named:
            args = self._by_position(args, named)
        if is_recording() or DEPTH.get():
            return self._of_one_sample(args)
        tape, given = self._found(args)
        return tape.results_for(given)

    def value_and_grad(
        self, *args: Any, argnums: Argnums = 0, gradient: ArrayLike = 1.0, per_sample: bool = False
    ) -> tuple[Any, Any]:
        """As `Tape.value_and_grad`."""
        tape, given = self._found(args)
        return tape.gradient_for(given, argnums, gradient, per_sample)

    def prepare(self, *args: Any, argnums: Argnums = 0, gradient: ArrayLike = 1.0) -> Callable[[], tuple[Any, Any]]:
        """As `Tape.prepare`."""
        return self.tape(*args).prepare(*args, argnums=argnums, gradient=gradient)

    def jvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        """As `Tape.jvp`."""
        return self.tape(*primals).jvp(primals, tangents)

    def hvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
        """As `Tape.hvp`."""
        return self.tape(*primals).hvp(primals, tangents)

    def tape(self, *args: Any) -> Tape:
        """The recording for arguments of this shape, which is made if there is none."""
        return self._found(args)[0]

    def _found(self, args: Sequence[Any]) -> tuple[Tape, Arguments]:
        """That recording, and the arguments as it takes them."""
        for tape in reversed(self.tapes):
            if (given := tape.accepted(args)) is not None:
                return tape, given
        tape = self.record(*args)
        self.tapes.append(tape)
        del self.tapes[:-KEPT]
        return tape, tape.taken(args)

    def record(self, *args: Any) -> Tape:
        """A new recording, of the first sample of these arguments."""
        inputs, given = self._layout(args)
        arguments(inputs.leaves, given)  # refuses what is no number, or no sample
        pairs = zip(inputs.leaves, given, strict=True)
        sample = [numbers(x, leaf.path)[0] if shape_of(x) != leaf.shape else x for leaf, x in pairs]
        first, results = self._variant(inputs, sample)
        runs = first.runs
        if self.guards:

            def another(given: Arguments) -> Variant:
                parts = runs.per_leaf(given, [True] * len(given.batched), given.shared, given.batch)
                sample = [x[0] if many else x for x, many in zip(parts, given.batched, strict=True)]
                variant, others = self._variant(inputs, sample)
                if others != results:
                    raise ValueError(f"replay: {self.__name__} returns results of another shape on another branch")
                return variant

            runs = GuardedRuns(first, another)
        return Tape(runs, inputs, results)

    def _variant(self, inputs: Layout, sample: Sequence[Any]) -> tuple[Variant, Layout]:
        """The recording of a sample, and the layout of what f returned."""
        trees = [_watched(x, leaf) for x, leaf in zip(sample, inputs.leaves, strict=True)]
        watched = flat(trees)  # now: f may write into an array
        output, branches = traced_call(self.f, rebuilt(inputs.tree, iter(trees)), self.guards)
        results, values = layout_of(output, "result")
        found = recorded([*flat(values), *(branch.condition for branch in branches)], watched)
        runs = Runs(found.program, inputs.leaves, found.captured, engine_for(self.engine))
        return Variant(runs, tuple(branch.outcome for branch in branches)), results

    def _layout(self, args: Sequence[Any]) -> tuple[Layout, list[Any]]:
        """That of the arguments, which are called as f calls them."""
        axes = self.in_axes if isinstance(self.in_axes, (list, tuple)) else [self.in_axes] * len(args)
        if len(axes) != len(args):
            raise ValueError(f"compile: in_axes has {len(axes)} entries for {len(args)} arguments: give one for each")
        layouts = [
            layout_of(x, name, axis) for x, name, axis in zip(args, _names(self.f, len(args)), axes, strict=True)
        ]
        tree = ("tuple", *(layout.tree for layout, _ in layouts))
        leaves = [leaf._replace(samples=bool(leaf.samples)) for layout, _ in layouts for leaf in layout.leaves]
        return Layout(tree, leaves), [x for _, given in layouts for x in given]

    def _by_position(self, args: Sequence[Any], named: dict[str, Any]) -> tuple[Any, ...]:
        """Arguments given by name, where f has them. Raises TypeError where they can't be given by position."""
        bound = signature(self.f).bind(*args, **named)
        if bound.kwargs:
            raise TypeError(f"{self.__name__}: {next(iter(bound.kwargs))} can be given by name only: give f all others")
        return bound.args

    def _of_one_sample(self, args: Sequence[Any]) -> Any:
        """What f returns, to whoever records it or takes a derivative, in which numbers would be constants."""
        inputs, given = self._layout(args)
        for leaf, x in zip(inputs.leaves, given, strict=True):
            if shape_of(x) != leaf.shape:
                raise RecordingError(
                    f"{self.__name__} is called inside a recording or a derivative, with an array {leaf.path}, whose "
                    "first axis is that of samples: call it for each sample, or the function that was compiled"
                )
        return self.f(*args)

    # ---- what it looks like: that of the latest recording

    @property
    def latest(self) -> Tape:
        """The latest recording. Raises ValueError where nothing is recorded yet."""
        if not self.tapes:
            raise ValueError(f"replay: {self.__name__} is not recorded yet: call it once")
        return self.tapes[-1]

    def to_jax(self) -> Callable[..., Any]:
        """As `Tape.to_jax`."""
        return self.latest.to_jax()

    @property
    def source(self) -> str:
        """As `Tape.source`."""
        return self.latest.source

    def print(self) -> None:
        """As `Tape.print`."""
        self.latest.print()

    def save(self, path: str | os.PathLike[str]) -> None:
        """As `Tape.save`; `Tape.load` reads it."""
        self.latest.save(path)

    def __len__(self) -> int:
        return len(self.latest)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return str(self.latest) if self.tapes else repr(self)

    def __repr__(self) -> str:
        return f"<compiled {self.__name__}: {len(self.tapes)} recording{'s' * (len(self.tapes) != 1)}>"


POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """What f calls its arguments."""
    try:
        known = [p.name for p in signature(f).parameters.values() if p.kind in POSITIONAL]
    except (TypeError, ValueError):  # a built-in that does not tell
        known = []
    return [*known[:count], *(f"argument {k}" for k in range(len(known), count))]


def _watched(x: Any, leaf: Leaf) -> Any:
    """A Value for a number, an array of them for an array."""
    array = numbers(x, leaf.path)
    if not leaf.shape:
        return Value(float(array), leaf.path)
    values = np.empty(leaf.shape, dtype=object)
    for index in np.ndindex(*leaf.shape):
        values[index] = Value(float(array[index]), leaf.path + "".join(f"[{k}]" for k in index))
    return values
