"""Settings of fit, checked before anything is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nn.history import COLUMNS


def named(what: str, given: Any, known: Mapping[str, Any]) -> Any:
    """What has that name; functions are themselves. Raises ValueError where the name is unknown."""
    if callable(given):
        return given
    if not isinstance(given, str) or given not in known:
        raise ValueError(f"fit: {what} {given!r:.60} is unknown; there are {', '.join(known)}")
    return known[given]


def function(name: str, given: Any) -> Any:
    """Raises TypeError where it can't be called."""
    if not callable(given):
        raise TypeError(f"fit: {name} {given!r:.60} is not a function")
    return given


def functions(name: str, given: Any) -> list[Any]:
    """Raises TypeError where it is not a list of functions."""
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"fit: {name}={given!r:.60}; give a list of functions")
    return [function(name, one) for one in given]


def named_functions(metrics: Any) -> dict[str, Callable[..., Any]]:
    """Raises TypeError where they are not functions by name, ValueError where a name is a column of every History."""
    if not isinstance(metrics, Mapping):
        raise TypeError(f"fit: metrics={metrics!r:.60}; give a dict of functions by name")
    for name, metric in metrics.items():
        function(f"metric {name!r}", metric)
        if name in COLUMNS or not isinstance(name, str):
            raise ValueError(f"fit: a metric can't be called {name!r}: give it a name of its own")
    return dict(metrics)
