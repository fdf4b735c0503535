"""Tape: a graph recorded once, and run on other numbers and on whole batches of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from autograd.errors import not_installed
from autograd.modes import refuse_frozen
from autograd.replay import tape_file
from autograd.replay.diagnosis import sound
from autograd.replay.engines import engine_for
from autograd.replay.guarded import GuardedRuns
from autograd.replay.layout import (
    LEAF,
    Arguments,
    Layout,
    Static,
    arguments,
    arrays_of,
    flat,
    layout_of,
    leaf_count,
    leaves_like,
    numbers,
    per_number,
    reader,
    rebuilt,
)
from autograd.replay.listing import listing, summary
from autograd.replay.program import Floats
from autograd.replay.recording import recorded
from autograd.replay.runs import Moving, Runs
from autograd.replay.tape_file import Content
from autograd.value import Value

Argnums = int | Sequence[int]


class Asked(NamedTuple):
    """Which gradients are asked for: of which arguments, and so of which leaves; and what comes from above."""

    chosen: list[int]
    one: bool
    wanted: tuple[bool, ...]
    seed: Floats


class Tape:
    """A recorded graph. `tape(inputs)` computes it anew; numbers may be arrays with an axis of samples first.

    Make one with `Tape.record`, or with `autograd.compile`, which records a function when it is called. Leaves of the
    graph that are no inputs are parameters: their numbers are read at every run.

    >>> w, x = Value(2.0, label="w"), Value(0.5, label="x")
    >>> tape = Tape.record((w * x).tanh(), inputs=[w, x])
    >>> round(tape([2.0, 0.5]), 6)
    0.761594
    >>> tape([2.0, np.array([0.0, 0.5])]).round(6)
    array([0.      , 0.761594])
    """

    def __init__(self, runs: Runs, inputs: Layout, results: Layout) -> None:
        self.runs, self.inputs, self.results = runs, inputs, results  # inputs: a tuple, of the arguments of a call
        self.program, self.captured = runs.program, list(runs.captured)
        self._are_leaves = all(branch == LEAF for branch in inputs.tree[1:])
        self._chosen: dict[int | tuple[int, ...], tuple[list[int], tuple[bool, ...]]] = {}

    @classmethod
    def record(cls, output: Any, inputs: Any = None, *, engine: str = "auto") -> Tape:
        """The tape of a graph that exists, from `inputs`, Values in lists, dicts or arrays, to `output`, one or more.

        Without `inputs` they are all leaves, in topological order. Raises TypeError where an input is no Value,
        ValueError where one is there twice.
        """
        results, values = layout_of(output, "output")
        if inputs is None:
            inputs = recorded(flat(values), []).captured
        layout, given = layout_of(inputs, "inputs")
        leaves = flat(given)
        if wrong := [x for x in leaves if not isinstance(x, Value)]:
            kind = type(wrong[0]).__name__
            raise TypeError(f"Tape.record: an input is a {kind}, not a Value: give leaves of the graph")
        if len(set(leaves)) < len(leaves):
            raise ValueError("Tape.record: an input is there twice: give each once")
        found = recorded(flat(values), leaves)
        named = [
            leaf._replace(path=x.label) if isinstance(x, Value) and x.label else leaf
            for leaf, x in zip(layout.leaves, given, strict=True)
        ]
        runs = Runs(found.program, named, found.captured, engine_for(engine))
        return cls(runs, Layout(("tuple", layout.tree), named), results)

    # ---- runs

    def __call__(self, *args: Any) -> Any:
        """The results for these arguments: a number each, or (samples,) where samples differ in what it depends on.

        Raises ValueError where arguments are not of the recorded shape, or differ in the number of samples; TypeError
        for what is no number; DomainError where a result is not finite (unless `ignore_domain` is in force): it names
        the instruction, its scope, and the sample.
        """
        return self.results_for(self.taken(args))

    def value_and_grad(
        self, *args: Any, argnums: Argnums = 0, gradient: ArrayLike = 1.0, per_sample: bool = False
    ) -> tuple[Any, Any]:
        """The value, and ∂/∂(argument `argnums`), shaped like that argument; a tuple for several.

        Of what samples share, gradients are summed over the samples, or with `per_sample` one for each, (samples, …).
        `gradient` is what comes from above, for all samples or for each: 1 / samples for the gradient of the mean.

        Raises what a call does, and TypeError where there is more than one result.
        """
        return self.gradient_for(self.taken(args), argnums, gradient, per_sample)

    def prepare(self, *args: Any, argnums: Argnums = 0, gradient: ArrayLike = 1.0) -> Callable[[], tuple[Any, Any]]:
        """`value_and_grad` of these arguments as a function without any, for loops: it looks at them only once.

        What samples share is read anew at every call: move parameters in place, as in `w -= 0.1 * gradient`. What each
        sample has of its own, and numbers, are as they were. Raises what `value_and_grad` does.

        >>> from autograd import compile
        >>> w, X = np.array([2.0, 0.0]), np.array([1.0, 3.0])
        >>> step = compile(lambda w, x: w[0] * x + w[1], in_axes=(None, 0)).prepare(w, X)
        >>> w -= 1.0
        >>> step()
        (array([0., 2.]), array([4., 2.]))
        """
        leaves = leaves_like(self.inputs.tree, tuple(args))
        given = self.taken(args)
        given = given._replace(batch=given.batch.copy(order="C"))
        shared = reader([x for x, batched in zip(leaves or (), given.batched, strict=True) if not batched])
        asked = self._asked(given, argnums, gradient)
        gradients = self.runs.prepare(given, asked.wanted, [asked.seed])

        def run() -> tuple[Any, Any]:
            _refuse_inside()
            found = gradients(now := shared())
            if not sound(*found):
                self._tell(given._replace(shared=now), asked, *found)
            return self._answer(asked, *found)

        return run

    def jvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        """The results, and how fast they move when the primals, the arguments, move by the tangents.

        Raises what a call does, and ValueError where the tangents are not shaped like the primals.
        """
        given, rates = self.taken(primals), self.runs.moved(1, self._moving(primals, tangents))
        outputs = self.runs.outputs(given)
        self.runs.require_numbers(given, outputs, rates)
        shaped = [np.array(np.broadcast_arrays(rate, y)[0]) for rate, y in zip(rates, outputs, strict=True)]
        return self._results(outputs), self._results(shaped)

    def hvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
        """The hessian times a direction: one tree for one primal, else a tuple. What samples share is summed over them.

        Raises what `jvp` does, and TypeError where there is more than one result.
        """
        self._require_one_result("hvp")
        given = self.taken(primals)
        outputs = self.runs.outputs(given)
        samples = given.batch.shape[1]
        rates = self.runs.moved(2, self._moving(primals, tangents))
        if any(y.size > samples for y in rates):
            raise ValueError("hvp: the tangents have an axis of samples, and the primals have none: give them one too")
        self.runs.require_numbers(given, outputs, rates)
        rows = np.array([np.broadcast_to(y, samples) for y in rates]).reshape(len(rates), samples)
        batched = per_number(self.inputs.leaves, given.batched)
        shared = rows[~batched].sum(axis=1) if outputs[0].ndim else rows[~batched][:, 0]
        parts = self.runs.per_leaf(given, (True,) * len(given.batched), shared, rows[batched])
        trees = self._trees(parts)
        return trees[0] if len(trees) == 1 else tuple(trees)

    def results_for(self, given: Arguments) -> Any:
        """What a call gives for these arguments."""
        outputs = self.runs.outputs(given)
        self.runs.require_numbers(given, outputs)
        return self._results(outputs)

    def gradient_for(
        self, given: Arguments, argnums: Argnums, gradient: ArrayLike, per_sample: bool
    ) -> tuple[Any, Any]:
        """What `value_and_grad` gives for these arguments."""
        asked = self._asked(given, argnums, gradient)
        if per_sample:
            given = self._apart(given, asked.wanted)
        found = self.runs.gradients(given, asked.wanted, [asked.seed])
        if not sound(*found):
            self._tell(given, asked, *found)
        return self._answer(asked, *found)

    def _asked(self, given: Arguments, argnums: Argnums, gradient: ArrayLike) -> Asked:
        self._require_one_result("value_and_grad")
        chosen, wanted = self._wanted(argnums if isinstance(argnums, int) else tuple(argnums))
        return Asked(chosen, isinstance(argnums, int), wanted, _seed(gradient, given))

    def _tell(self, given: Arguments, asked: Asked, outputs: list[Floats], gradients: list[Any]) -> None:
        self.runs.require_numbers(given, outputs)
        self.runs.require_gradients(given, asked.wanted, gradients, asked.seed)

    def _answer(self, asked: Asked, outputs: list[Floats], gradients: list[Any]) -> tuple[Any, Any]:
        trees = self._trees(gradients)
        found = trees[asked.chosen[0]] if asked.one else tuple(trees[k] for k in asked.chosen)
        return self._results(outputs), found

    def taken(self, args: Sequence[Any]) -> Arguments:
        """The arguments as numbers. Raises ValueError where they are not of the recorded shape."""
        if (given := self.accepted(args)) is not None:
            return given
        leaves, count = self.inputs.leaves, len(self.inputs.tree) - 1
        if len(args) != count:
            raise ValueError(f"replay: {len(args)} arguments are given, and {count} were recorded")
        shapes = ", ".join(f"{leaf.path} {leaf.shape or 'a number'}" for leaf in leaves[:8]) + ", …" * (len(leaves) > 8)
        raise ValueError(
            f"replay: the arguments are not shaped like those recorded ({shapes}): give a number, or an array of "
            "that shape, for each, or one with an axis of samples before it, in lists, tuples and dicts like those"
        )

    def accepted(self, args: Sequence[Any]) -> Arguments | None:
        """The arguments as numbers; None where they are not of the recorded shape. Raises what `arguments` does."""
        _refuse_inside()
        leaves = leaves_like(self.inputs.tree, tuple(args))
        return None if leaves is None else arguments(self.inputs.leaves, leaves)

    def to_jax(self) -> Callable[..., Any]:
        """The tape as a function of JAX arrays, to be used with jax.jit, vmap, grad and sharding: for GPUs, and more.

        Arguments and results are those of the tape; parameters keep the numbers that they have now.

        It computes in the type of its arguments: double precision needs jax_enable_x64. Raises ImportError where JAX is
        not installed, TypeError for an operation of a user's own that computes with floats.
        """
        if isinstance(self.runs, GuardedRuns):
            raise ValueError("to_jax: with guards there are as many recordings as samples ask for: write where(…)")
        try:
            from autograd.replay.jax.function import jax_function
        except ImportError as error:
            raise not_installed("to_jax", "jax", "jax") from error
        return jax_function(self.program, self.inputs, self.results, self.captured)

    # ---- files

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tape to a file, as JSON. Parameters keep the numbers that they have now.

        Named tuples come back as tuples. Raises TypeError or ValueError where it can't be saved, OSError where it can't
        be written: an old file is left.
        """
        if isinstance(self.runs, GuardedRuns):
            raise ValueError("the tape was not saved, for with guards it is as many recordings as samples ask for")
        tape_file.write(path, Content(self.program, self.inputs, self.results, self.captured))

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, engine: str = "auto") -> Tape:
        """The tape of a file. Raises ValueError where that is damaged, or something else; OSError."""
        found = tape_file.read(path)
        runs = Runs(found.program, found.inputs.leaves, found.captured, engine_for(engine))
        return cls(runs, found.inputs, found.results)

    # ---- what it looks like

    @property
    def source(self) -> str:
        """The NumPy source of a run forwards and back, as written for the arguments of the latest run."""
        from autograd.replay.numpy.engine import NumpyEngine

        return NumpyEngine(self.runs.whole_plan).source

    def print(self) -> None:
        """Print a line for each input, constant and instruction."""
        print(self)

    def __len__(self) -> int:
        """How many instructions it has."""
        return len(self.program)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return "\n".join(listing(self.program, self.runs.labels))

    def __repr__(self) -> str:
        return f"<tape: {summary(self.program)}>"

    # ---- parts

    def _results(self, outputs: Sequence[Floats]) -> Any:
        """Outputs in the tree of the result: arrays of numbers again where an array was returned."""
        if self.results.tree == LEAF and not self.results.leaves[0].shape:
            return _plain(outputs[0])
        return rebuilt(self.results.tree, map(_plain, arrays_of(self.results.leaves, outputs)))

    def _trees(self, parts: Sequence[Any]) -> Sequence[Any]:
        """A tree for each argument, of parts for the leaves."""
        numbers = list(map(_plain, parts))
        return numbers if self._are_leaves else rebuilt(self.inputs.tree, iter(numbers))

    def _require_one_result(self, user: str) -> None:
        if self.results.tree != LEAF or self.results.leaves[0].shape:
            shapes = f"{len(self.results.leaves)} results" if self.results.tree != LEAF else "an array"
            raise TypeError(f"{user}: the function returned {shapes}, not one number")

    def _wanted(self, argnums: int | tuple[int, ...]) -> tuple[list[int], tuple[bool, ...]]:
        """The chosen arguments, and of which leaves the gradient is wanted."""
        if (found := self._chosen.get(argnums)) is None:
            self._chosen[argnums] = found = self._choice([argnums] if isinstance(argnums, int) else list(argnums))
        return found

    def _choice(self, argnums: list[int]) -> tuple[list[int], tuple[bool, ...]]:
        numbers, count = argnums, len(self.inputs.tree) - 1
        if any(not -count <= k < count for k in numbers):
            raise ValueError(f"argnums {argnums} of a call with {count} arguments")
        chosen = [k % count for k in numbers]
        for k in chosen:
            if isinstance(branch := self.inputs.tree[1 + k], Static):
                raise TypeError(f"value_and_grad: argument {k} is {branch.given!r:.40}, not a number: see argnums")
        counts = [leaf_count(branch) for branch in self.inputs.tree[1:]]
        return chosen, tuple(k in chosen for k, n in enumerate(counts) for _ in range(n))

    def _apart(self, given: Arguments, wanted: Sequence[bool]) -> Arguments:
        """The same, each sample with its own copy of what is wanted."""
        every = tuple(a or b for a, b in zip(given.batched, wanted, strict=True))
        parts = self.runs.per_leaf(given, [True] * len(every), given.shared, given.batch)
        samples = given.batch.shape[1]
        copies = [
            np.broadcast_to(part, (samples, *part.shape)) if now and not before else part
            for part, now, before in zip(parts, every, given.batched, strict=True)
        ]
        found = arguments([leaf._replace(samples=None) for leaf in self.inputs.leaves], copies)
        if found is None:
            raise RuntimeError("copies of arguments have other shapes than arguments")
        return found

    def _moving(self, primals: Sequence[Any], tangents: Sequence[Any]) -> Moving:
        found, moved = (leaves_like(self.inputs.tree, tuple(args)) for args in (primals, tangents))
        if found is None or moved is None:
            raise ValueError("replay: the tangents are not shaped like the primals: give one for each number")
        return Moving(found, moved)


def _refuse_inside() -> None:
    refuse_frozen("what a tape computes", "call the function that was recorded")


def _seed(gradient: ArrayLike, given: Arguments) -> Floats:
    """What comes from above: () for all samples, or (samples,)."""
    if type(gradient) is float and gradient == gradient:
        return np.asarray(gradient)
    seed, samples = np.asarray(numbers(gradient, "gradient")), given.batch.shape[1]
    if seed.shape not in ((), (samples,)):
        one = f"a number, or one for each of the {samples} samples" if samples > 1 else "a number"
        raise ValueError(f"value_and_grad: gradient has shape {seed.shape}: give {one}")
    if np.isnan(seed).any():
        raise ValueError("value_and_grad: the gradient from above is nan")
    return seed


def _plain(x: Any) -> Any:
    """A number as a float."""
    return float(x) if x is not None and x.ndim == 0 else x
