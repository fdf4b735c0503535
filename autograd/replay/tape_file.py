"""A tape as a file: JSON, whole or not at all, read without executing anything, and looked over before it is run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import documents, ops
from autograd.ops import Nary, Operation
from autograd.replay.layout import LEAF, Layout, Leaf, Static, leaf_count
from autograd.replay.program import Program
from autograd.value import Value

KIND = "tape"
ENTRIES = {"program": dict, "inputs": list, "results": list, "parameters": list}
ARRAYS = {"codes": np.uint16, "starts": np.int64, "operands": np.uint32, "outputs": np.int64, "scope_of": np.uint32}
LARGEST = 2**31
STATIC = (str, bool, type(None))
KEYS = (str, int, float, bool, type(None))


class Content(NamedTuple):
    """What a file holds. `captured` are parameters, with the numbers that they had."""

    program: Program
    inputs: Layout
    results: Layout
    captured: list[Value]


def write(path: str | os.PathLike[str], content: Content) -> None:
    """Write a tape. Raises TypeError where an argument was recorded that JSON can't hold, OSError where it can't be."""
    program = content.program
    arrays = {name: getattr(program, name).tolist() for name in ARRAYS}
    described = {
        "inputs": program.inputs,
        "constants": [x.hex() for x in program.constants.tolist()],
        "rows": [op.name for op in program.rows],
        "scopes": [list(scope) for scope in program.scopes],
        **arrays,
    }
    parameters = [[v.label, v.data.hex()] for v in content.captured]
    layouts = {"inputs": _layout(content.inputs), "results": _layout(content.results)}
    documents.write(path, KIND, {"program": described, **layouts, "parameters": parameters})


def read(path: str | os.PathLike[str]) -> Content:
    """What `write` wrote. Raises ValueError where the file is damaged, cut off, or is something else; OSError."""
    content = documents.read(path, KIND, ENTRIES)
    try:
        program = _program(content["program"])
        inputs, results = (_read_layout(content[name]) for name in ("inputs", "results"))
        captured = [Value(float.fromhex(x), str(label)) for label, x in content["parameters"]]
        if isinstance(inputs.tree, Static) or inputs.tree[0] != "tuple":
            raise ValueError("its arguments are no tuple")
        if sum(leaf.size for leaf in inputs.leaves) + len(captured) != program.inputs:
            raise ValueError("its arguments are not as many as its inputs")
        if sum(leaf.size for leaf in results.leaves) != len(program.outputs):
            raise ValueError("its results are not as many as its outputs")
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, ValueError) as error:
        reason = str(error) if type(error) is ValueError else f"{type(error).__name__} on reading it"
        raise ValueError(f"{path}: the tape is damaged: {reason:.200}") from None
    return Content(program, inputs, results, captured)


# ---- layouts


def _layout(layout: Layout) -> list[Any]:
    return [_tree(layout.tree), [[leaf.path, list(leaf.shape)] for leaf in layout.leaves]]


def _tree(tree: Any) -> Any:
    if tree == LEAF:
        return LEAF
    if isinstance(tree, Static):
        _require_kept(tree.given, STATIC, "an argument")
        return {"static": tree.given}
    kind, *branches = tree
    if kind == "dict":
        for key, _ in branches:
            _require_kept(key, KEYS, "a dict that has a key")
        return [kind, *([key, _tree(branch)] for key, branch in branches)]
    return [kind if kind == "list" else "tuple", *map(_tree, branches)]


def _require_kept(x: Any, kinds: tuple[type, ...], what: str) -> None:
    if not isinstance(x, kinds):
        raise TypeError(f"the tape was not saved, for it was recorded with {what} of type {type(x).__name__}")


def _read_layout(content: Any) -> Layout:
    tree, leaves = content
    layout = Layout(_read_tree(tree), [Leaf(str(path), tuple(map(_whole, shape))) for path, shape in leaves])
    if leaf_count(layout.tree) != len(layout.leaves):
        raise ValueError("its leaves are not as many as it lists")
    return layout


def _read_tree(tree: Any) -> Any:
    if tree == LEAF:
        return LEAF
    if isinstance(tree, Mapping):
        if tree.keys() != {"static"} or not isinstance(tree["static"], STATIC):
            raise ValueError("an argument that is no number is damaged")
        return Static(tree["static"])
    kind, *branches = tree
    if kind == "dict":
        keys = [key for key, _ in branches]
        if not all(isinstance(key, KEYS) for key in keys) or len(set(keys)) < len(keys):
            raise ValueError("the keys of a dict are damaged")
        return (kind, *((key, _read_tree(branch)) for key, branch in branches))
    if kind not in ("list", "tuple"):
        raise ValueError(f"{kind!r:.40} is no kind of branch")
    return (kind, *map(_read_tree, branches))


# ---- programs


def _program(content: Mapping[str, Any]) -> Program:
    arrays = {name: np.array([_whole(x) for x in content[name]], dtype=kind) for name, kind in ARRAYS.items()}
    program = Program(
        inputs=_whole(content["inputs"]),
        constants=np.array([float.fromhex(x) for x in content["constants"]], dtype=np.float64),
        rows=tuple(ops.operation(str(name)) for name in content["rows"]),
        scopes=tuple(tuple(map(str, scope)) for scope in content["scopes"]),
        **arrays,
    )
    _require(program)
    return program


def _whole(x: Any) -> int:
    if type(x) is not int or not 0 <= x < LARGEST:
        raise ValueError(f"{x!r:.40} is no index")
    return x


def _require(program: Program) -> None:
    """What an engine relies on: it would read other memory."""
    count = len(program.codes)
    _hold("an operation", bool((program.codes < len(program.rows)).all()))
    _hold("a scope", len(program.scope_of) == count and bool((program.scope_of < len(program.scopes)).all()))
    starts = program.starts
    in_order = len(starts) == count + 1 and starts[0] == 0 and bool((np.diff(starts) >= 0).all())
    _hold("the list of operands", in_order and int(starts[-1]) == len(program.operands))
    own = np.repeat(np.arange(program.first, program.first + count), np.diff(starts))
    _hold("an operand", bool((program.operands < own).all()))
    _hold("an output", bool((program.outputs < program.nodes).all()))
    for code, op in enumerate(program.rows):
        for k in np.flatnonzero(program.codes == code).tolist():
            _hold(f"a call of {op.name}", _takes(program, op, program.operands_of(k).tolist()))


def _takes(program: Program, op: Operation, operands: list[int]) -> bool:
    """Whether they may be the operands of an operation."""
    if not isinstance(op, Nary):
        return len(operands) == len(op.operands)
    if op is ops.dot:
        return len(operands) % 2 == 1
    if op is ops.softmax_output:
        chosen = operands[0] - program.inputs if operands else -1
        index = program.constants[chosen] if 0 <= chosen < len(program.constants) else -1.0
        return index.is_integer() and 0 <= index < len(operands) - 1
    return len(operands) > 0


def _hold(what: str, holds: bool) -> None:
    if not holds:
        raise ValueError(f"{what} is out of range")
