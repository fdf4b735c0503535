"""What holds inside a `with` block: recording, IEEE arithmetic, the scope that new nodes carry.

Settings live in one context variable, so they are local to a thread and to an asyncio task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

from autograd.kept import keep

T = TypeVar("T")


class Tracer(Protocol):
    """Whoever records a function for replay: asked where Python would look at a number, which a recording freezes."""

    def compared(self, name: str, a: Any, b: Any) -> Any:
        """What `a < b` and the like are: the operation `name` of both."""

    def joined(self, word: str, a: Any, b: Any) -> Any:
        """What `a & b` and `a | b` are, of conditions; NotImplemented of anything else."""

    def branch(self, condition: Any) -> bool:
        """Which way Python goes at `if condition`."""

    def freeze(self, what: str, remedy: str) -> None:
        """Refuse to read a number."""


@dataclass(frozen=True, eq=False)
class Mode:
    """The settings in force."""

    recording: bool = True
    ieee: bool = False
    scope: tuple[str, ...] = ()
    tracer: Tracer | None = None
    inner: dict[Any, Any] = field(default_factory=dict, init=False)  # what scopes made of it: goes with it

    @cached_property
    def only_scope(self) -> bool:
        """Whether new nodes have nothing to heed but their scope."""
        return self.recording and not self.ieee

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What new nodes note: one dict for all of them, never changed."""
        scope: dict[str, Any] = {"scope": self.scope} if self.scope else {}
        return scope | {"tracer": self.tracer} if self.tracer else scope


DEFAULT = Mode()
# None is the ordinary case, so that an operation pays one look-up and one truth test for all of them.
CURRENT: ContextVar[Mode | None] = ContextVar("mode", default=None)


def current() -> Mode:
    """The settings in force here."""
    return CURRENT.get() or DEFAULT


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
    with _within(replace(current(), recording=False)):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Inside, operations record the graph, also within `no_grad`."""
    with _within(replace(current(), recording=True)):
        yield


@contextmanager
def traced(tracer: Tracer) -> Iterator[None]:
    """Inside, `tracer` is asked where Python would look at the number of a Value."""
    with _within(replace(current(), recording=True, tracer=tracer)):
        yield


def is_recording() -> bool:
    """Whether a function is being recorded for replay: then numbers are those of an example, and not to be looked at.

    >>> is_recording()
    False
    """
    return current().tracer is not None


def refuse_frozen(what: str, remedy: str) -> None:
    """Refuse what would freeze a number, where a function is being recorded."""
    if (mode := CURRENT.get()) and mode.tracer:
        mode.tracer.freeze(what, remedy)


@contextmanager
def ignore_domain() -> Iterator[None]:
    """Inside, arithmetic follows IEEE 754: log(0) is -inf and 0/0 is nan, and nothing raises DomainError.

    >>> from autograd import log
    >>> with ignore_domain():
    ...     log(0.0)
    -inf
    """
    with _within(replace(current(), ieee=True)):
        yield


class _Block:
    """A block that is entered once at a time, and puts back at its end what was in force."""

    _before: Token[Mode | None] | None = None

    def _enter(self, mode: Mode | None, again: str) -> None:
        if self._before is not None:
            raise RuntimeError(again)
        self._before = CURRENT.set(mode)

    def __exit__(self, *exception: object) -> None:
        before, self._before = self._before, None
        CURRENT.reset(before)  # type: ignore[arg-type]  # it was set on entry


class scope(_Block, ContextDecorator):
    """Inside, new nodes carry `name`, below the names of the blocks around. Also a decorator.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with scope("layer 1"), scope("neuron 2"):
    ...     y = x * x
    >>> y.scope
    ('layer 1', 'neuron 2')
    """

    # A class, and modes that are made once: every layer of a network enters one in each forward pass.
    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self._enter(_inner(current(), self.name), f"scope({self.name!r}) is entered already: make another one")

    def _recreate_cm(self) -> scope:
        return scope(self.name)  # a decorated function may call itself


class scopes(_Block):
    """Several scopes, one after another: `with scopes(names) as each`, then `for item in each(items)`.

    The same as `with scope(name)` around the body of the loop, at a third of its cost. Raises ValueError where there
    are not as many items as names.

    >>> from autograd import Value
    >>> with scopes(["neuron 1", "neuron 2"]) as each:
    ...     ys = [x * 2.0 for x in each([Value(1.0), Value(2.0)])]
    >>> [y.scope for y in ys]
    [('neuron 1',), ('neuron 2',)]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)

    def __enter__(self) -> Callable[[Iterable[T]], Iterator[T]]:
        self._enter(CURRENT.get(), "these scopes are entered already: make others")
        return self._each

    def _each(self, items: Iterable[T]) -> Iterator[T]:
        if self._before is None:
            raise RuntimeError("the block of these scopes has ended: loop inside of it")
        before = CURRENT.get()
        for mode, item in zip(inner_modes(before or DEFAULT, self.names), items, strict=True):
            CURRENT.set(mode)
            yield item
        CURRENT.set(before)


def _inner(mode: Mode, name: str) -> Mode:
    found: Mode | None = mode.inner.get(name)
    return found or keep(mode.inner, name, replace(mode, scope=(*mode.scope, name)))


def inner_modes(mode: Mode, names: tuple[str, ...]) -> list[Mode]:
    """The settings in the scopes of these names."""
    found: list[Mode] | None = mode.inner.get(names)
    return found or keep(mode.inner, names, [_inner(mode, name) for name in names])
