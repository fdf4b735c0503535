"""Python's garbage collector looks for reference cycles, which graphs of Values do not have: it may pause."""

from __future__ import annotations

import gc
import os
from contextlib import ContextDecorator
from threading import RLock, get_ident
from weakref import ref

# The blocks that are entered and not left, by weak references: one whose entry or end Ctrl-C cut short is dropped by
# whoever handles that, and with the last reference to it the block ends. A count would stay wrong for ever.
ENTERED: set[ref[gc_paused]] = set()
ONE_AT_A_TIME = RLock()  # for one thread twice: a block may be dropped within these functions


class gc_paused(ContextDecorator):
    """Inside, the garbage collector does not run, which makes large graphs faster. Also a decorator.

    It walks all live objects time and again, in search of cycles. A graph of Values has none: it is freed at once, by
    its reference counts. Cycles of other objects wait for the end of the block, so pause for a step of training
    rather than for all of it.

    The collector is switched for the whole process, all threads and tasks. Blocks may be nested and overlap; at the
    end of the last, it runs again if it did at the beginning of the first. `gc.enable()` inside works at once, until
    another block begins; `gc.disable()` inside holds until the end of the last. A generator or coroutine that is
    suspended inside is inside; a decorated one is not, for the call that makes it is over before it runs.

    Raises RuntimeError where the same object is entered again before its end.

    >>> import gc
    >>> with gc_paused():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """

    _ran = True  # whether the collector did at the beginning of the first block
    _thread = 0  # that entered it

    def __enter__(self) -> None:
        entry = ref(self, _end)
        with ONE_AT_A_TIME:
            if entry in ENTERED:
                raise RuntimeError("this gc_paused() is entered already: make another one")
            if not ENTERED:
                gc_paused._ran = gc.isenabled()
            self._thread = get_ident()
            ENTERED.add(entry)
            gc.disable()

    def __exit__(self, *exception: object) -> None:
        _end(ref(self))

    def _recreate_cm(self) -> gc_paused:
        return gc_paused()  # a decorated function may call itself


def _end(entry: ref[gc_paused]) -> None:
    """The end of a block. Cut short, it can be done again."""
    with ONE_AT_A_TIME:
        if {entry} == ENTERED and gc_paused._ran:
            gc.enable()
        ENTERED.discard(entry)


def _after_fork() -> None:
    """A copy of the process has this thread alone: blocks of others will not come to their end there."""
    for entry in [*ENTERED]:
        block = entry()
        if block is None or block._thread != get_ident():
            _end(entry)
    ONE_AT_A_TIME.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=ONE_AT_A_TIME.acquire, after_in_parent=ONE_AT_A_TIME.release, after_in_child=_after_fork)
