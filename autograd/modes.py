"""What holds inside a `with` block: recording, IEEE arithmetic, the scope that new nodes carry.

Settings live in one context variable, so they are local to a thread and to an asyncio task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Mode(NamedTuple):
    """The settings in force."""

    recording: bool = True
    ieee: bool = False
    scope: tuple[str, ...] = ()


# None is the ordinary case, so that an operation pays one look-up and one truth test for all of them.
CURRENT: ContextVar[Mode | None] = ContextVar("mode", default=None)


def current() -> Mode:
    """The settings in force here."""
    return CURRENT.get() or Mode()


@contextmanager
def _within(mode: Mode) -> Iterator[None]:
    token = CURRENT.set(mode)
    try:
        yield
    finally:
        CURRENT.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, operations compute numbers but record no graph. Also a decorator.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    with _within(current()._replace(recording=False)):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Inside, operations record the graph, also within `no_grad`."""
    with _within(current()._replace(recording=True)):
        yield


@contextmanager
def ignore_domain() -> Iterator[None]:
    """Inside, arithmetic follows IEEE 754: log(0) is -inf and 0/0 is nan, and nothing raises DomainError.

    >>> from autograd import log
    >>> with ignore_domain():
    ...     log(0.0)
    -inf
    """
    with _within(current()._replace(ieee=True)):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Inside, new nodes carry `name`, below the names of the blocks around.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with scope("layer 1"), scope("neuron 2"):
    ...     y = x * x
    >>> y.scope
    ('layer 1', 'neuron 2')
    """
    mode = current()
    with _within(mode._replace(scope=(*mode.scope, name))):
        yield
