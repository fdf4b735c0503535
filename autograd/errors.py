"""An operation left its domain: what it was, with which numbers, where in the user's code, and what to write."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

LIBRARIES = ["<autograd "]


def skip_frames_of(file: str) -> None:
    """Reports name the user's line: code in the folder of `file`, a package built on this one, is not the user's."""
    LIBRARIES.append(os.path.dirname(os.path.abspath(file)) + os.sep)


skip_frames_of(__file__)
skip_frames_of(np.__file__)  # np.prod calls back


class DomainError(ValueError):
    """An operation, or its derivative, has no finite value here.

    Attributes: `op`, the operation's name ("" for an input); `operands`, its numbers; `labels`, the labels of
    those that are Values ("" without); `location`, file and line of the user's code ("" where unknown); `path`, one
    way there from an input: labels of nodes, and names of operations that have none (of numbers alone there is none).
    """

    def __init__(
        self,
        message: str,
        op: str = "",
        operands: Sequence[float] = (),
        labels: Sequence[str] = (),
        location: str = "",
        path: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.op, self.operands, self.labels = op, tuple(operands), tuple(labels)
        self.location, self.path = location, tuple(path)

    def retold(self, message: str) -> DomainError:
        """The same, told in other words."""
        return DomainError(message, self.op, self.operands, self.labels, self.location, self.path)


class RecordingError(TypeError):
    """What would be frozen in a recording, and so can't be recorded: a branch, or the number of a Value."""


def user_location() -> str:
    """`file:line` of the innermost frame outside of this package, of the code that it makes, and of other libraries.

    >>> user_location().startswith("<doctest")
    True
    """
    frame = sys._getframe(1)
    libraries = tuple(LIBRARIES)
    while frame.f_back and frame.f_code.co_filename.startswith(libraries):
        frame = frame.f_back
    return f"{_file(frame.f_code.co_filename)}:{frame.f_lineno}"


def _file(name: str) -> str:
    """The file, or the cell of a notebook, such as "Cell In[3]": its file has another name on every run."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return " ".join((shell and shell.compile.format_code_name(name)) or [name])


def describe(op: Any, operands: Sequence[Any]) -> str:
    """`log(p = 0)`: an operation with its operands' labels and numbers; long lists are cut."""
    shown = [f"{label} = {x:.6g}" if label else f"{x:.6g}" for x, label in map(_number_and_name, operands)]
    if len(shown) > 8:
        shown = [*shown[:4], "…", *shown[-3:]]
    if op.infix and len(shown) == 2:
        return f" {op.infix} ".join(f"({s})" if "=" in s or s[0] == "-" else s for s in shown)
    return f"{op.name}({', '.join(shown)})"


def not_finite(op: Any, operands: Sequence[Any], y: float, location: str, defined: bool = True) -> DomainError:
    """The report of an operation whose value `y` is not finite: it is not `defined` there, or it overflows."""
    message, path = describe(op, operands), path_to(op, operands)
    if not defined:
        message += f" is undefined: the domain of {op.name} is {op.domain}"
    else:
        message += " is not a number" if math.isnan(y) else " overflows"
    came_from = [x.op.name for x in operands if getattr(x, "op", None)]
    remedies = [op.stable[name] for name in (*came_from, "") if name in op.stable]
    if remedies:
        return _error(f"{message}. Instead: {remedies[0]}", op, operands, location, path)
    return _error(message + _shown(path), op, operands, location, path)


def not_installed(user: str, package: str, extra: str) -> ImportError:
    """What `user` raises where a package of an extra of this project is missing: it has the line that installs it."""
    return ImportError(f'{user}: {package} is not installed: pip install "scalar-autograd[{extra}]"', name=package)


def first_non_finite(order: Sequence[Any]) -> DomainError:
    """The report of the first node, operands before results, whose number is not finite."""
    v = next(v for v in order if not math.isfinite(v.data))
    if v.op is None:
        return _error(f"the input {_name(v.label) or 'without a label'} is {v.data}", None, [v], "", path_to(None, [v]))
    return not_finite(v.op, v.operands, v.data, v.notes.get("origin", ""))


def first_nan_edge(order: Sequence[Any], gradients: Mapping[Any, float]) -> DomainError:
    """The report of the edge at which a backward pass met ∞ · 0, or of the node at which it met ∞ − ∞."""
    for v in reversed(order):
        upstream = gradients.get(v, 0.0)
        name = describe(v.op, v.operands) if v.op else _name(v.label) or "an input"
        if math.isnan(upstream):
            path = path_to(v.op, v.operands if v.op else [v])
            return _error(
                f"the gradient of {name} is ∞ − ∞: its terms overflow{_shown(path)}", v.op, v.operands, "", path
            )
        for parent, local in v.edges():
            if math.isnan(local * upstream):
                of = _name(parent.label) or f"{parent.data:.6g}"
                what = f"has derivative {local} in {of}, and {upstream} comes from above: the product is not a number"
                message = f"{name} {what}" if not math.isnan(local) else f"{name} has no derivative in {of}"
                path = path_to(v.op, [parent])
                return _error(message + _shown(path), v.op, v.operands, "", path)
    raise RuntimeError("no edge of the graph makes nan")


def _number_and_label(x: Any) -> tuple[float, str]:
    return (x._data, x.label) if hasattr(x, "_data") else (x, "")


def _number_and_name(x: Any) -> tuple[float, str]:
    number, label = _number_and_label(x)
    return number, _name(label)


def _name(label: str) -> str:
    """A label in a message: of a long one, both ends."""
    return label if len(label) <= 40 else f"{label[:26]}…{label[-13:]}"


def path_to(op: Any, operands: Sequence[Any]) -> tuple[str, ...]:
    """One way from an input to an operation of such operands, through results where it can; a long one is cut."""
    nodes = [x for x in operands if hasattr(x, "parents")]
    names = [op.name] if op and nodes else []
    while nodes:
        v = next((x for x in nodes if x.op), nodes[0])
        names.append(v.label or (v.op.name if v.op else f"{v._data:.6g}"))
        nodes = v.parents
    if len(names) > 8:
        names = [*names[:4], "…", *names[-3:]]
    return tuple(reversed(names))


def _shown(path: Sequence[str]) -> str:
    """What a message says of the path: nothing where it says all of it already, for the operand is an input."""
    return f". Path: {' → '.join(map(_name, path))}" if len(path) > 2 else ""


def _error(message: str, op: Any, operands: Sequence[Any], location: str, path: Sequence[str]) -> DomainError:
    message += f" (at {location})" if location else ""
    numbers, labels = zip(*map(_number_and_label, operands), strict=True) if operands else ((), ())
    return DomainError(message, op.name if op else "", numbers, labels, location, path)
