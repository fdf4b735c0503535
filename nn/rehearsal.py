"""A rehearsal: model and loss are called to be recorded, and then all is as if they had not been.

A recording would not repeat at every step what they change when they are called: such can't be recorded.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import getclosurevars
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd import RecordingError
from nn.module import Module

MISSING = object()


class Variables(NamedTuple):
    """The attributes of an object, or what a function takes from outside: by name, and how to set one."""

    owner: str
    read: Callable[[], dict[str, Any]]
    set: Callable[[str, Any], None]


@contextmanager
def rehearsal(model: Module, loss: Any = None) -> Iterator[None]:
    """Inside, model and loss may be called; then their variables, lists in them, and random generators are as before.

    Inside, the gradients of the parameters are nan, for a recording would freeze what is made of them.

    Raises RecordingError where a variable was changed.
    """
    before = [(each, {name: (x, _content(x)) for name, x in each.read().items()}) for each in _variables(model, loss)]
    held = [x for _, variables in before for x, _ in variables.values()]
    generators = [put_back for x in (random, np.random, *held) if (put_back := _generator(x))]
    gradients = [(p, p.grad) for p in model.parameters()]
    changed: list[str] = []
    try:
        for p, _ in gradients:
            p.grad = math.nan
        yield
    finally:
        for p, grad in gradients:
            p.grad = grad
        for put_back in generators:
            put_back()
        for each, variables in before:
            changed += [f"{each.owner}.{name}" for name in _put_back(each, variables)]
    if changed:
        raise RecordingError(f"calling it changes {changed[0]}")


def _put_back(each: Variables, before: dict[str, tuple[Any, Any]]) -> list[str]:
    """Set those that have changed to what they were; their names."""
    now, changed = each.read(), []
    for name in dict.fromkeys([*before, *now]):
        was, content = before.get(name, (MISSING, None))
        if now.get(name, MISSING) is not was:
            each.set(name, was)
        elif content is not None and not _alike(was, content):
            _fill(was, content)
        else:
            continue
        changed.append(name)
    return changed


# ---- variables


def _variables(model: Module, loss: Any) -> Iterator[Variables]:
    """Those of the modules and their functions, and of the loss, which may be an object, or a method of one."""
    modules = [module for _, module in model.named_modules()]
    for x in (*modules, getattr(loss, "__self__", loss)):
        if hasattr(x, "__dict__"):
            yield Variables(getattr(x, "__name__", type(x).__name__), partial(dict, vars(x)), partial(_set, vars(x)))
    functions = [*(type(x).__call__ for x in modules), type(loss).__call__, getattr(loss, "__func__", loss)]
    for f in dict.fromkeys(functions):
        if isinstance(f, FunctionType):
            yield Variables(f.__name__, partial(_outside, f), partial(_set_outside, f))


def _outside(f: FunctionType) -> dict[str, Any]:
    """The variables that a function takes from around it."""
    found = getclosurevars(f)
    return {**found.globals, **found.nonlocals}


def _set_outside(f: FunctionType, name: str, x: Any) -> None:
    cells = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
    if name in cells:
        cells[name].cell_contents = x
    else:
        _set(f.__globals__, name, x)


def _set(variables: dict[str, Any], name: str, x: Any) -> None:
    if x is MISSING:
        del variables[name]
    else:
        variables[name] = x


# ---- what changes without being set


def _content(x: Any) -> Any:
    """A copy of a list, a dict, a set or an array; None for others."""
    return x.copy() if isinstance(x, (list, dict, set, np.ndarray)) else None


def _fill(x: Any, content: Any) -> None:
    """Put into it what was in it."""
    if isinstance(x, np.ndarray):
        x[...] = content
    else:
        x.clear()
        (x.extend if isinstance(x, list) else x.update)(content)


def _alike(x: Any, content: Any) -> bool:
    """Whether the same objects are in it, or the same bytes."""
    if isinstance(x, np.ndarray):
        return bool(x.tobytes() == content.tobytes())
    a, b = ([*each, *each.values()] if isinstance(each, dict) else list(each) for each in (x, content))
    return len(a) == len(b) and all(map(operator.is_, a, b))


def _generator(x: Any) -> Callable[[], None] | None:
    """What puts a random generator, a module of one too, back to where it is now; None for anything else."""
    if x is random or (isinstance(x, random.Random) and not isinstance(x, random.SystemRandom)):
        return partial(x.setstate, x.getstate())
    if x is np.random or isinstance(x, np.random.RandomState):
        return partial(x.set_state, x.get_state())
    if isinstance(x, np.random.Generator):
        return partial(setattr, x.bit_generator, "state", x.bit_generator.state)
    return None
