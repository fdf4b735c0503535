"""What is made once and kept, though not without end."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")
MOST = 256  # of one store


def keep(store: dict[Any, Any], key: Any, made: T) -> T:
    """Keep what was made under its key, in place of the oldest where there are many. Threads may do so at once.

    >>> store = {}
    >>> keep(store, "key", "made"), store
    ('made', {'key': 'made'})
    """
    if len(store) >= MOST:
        store.pop(next(iter([*store])), None)
    store[key] = made
    return made
