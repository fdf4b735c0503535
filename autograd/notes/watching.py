"""Files looked at again and again, for what is checked on every save."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from autograd.notes.checking import found_in

PAUSE = 0.3  # seconds between looks


def watch(
    paths: Iterable[str | os.PathLike[str]],
    check: Callable[[], object],
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Runs `check` now, and after each change of the files, until Ctrl-C.

    A file that is missing for a moment, as while an editor saves, is looked for again. Raises ValueError where one is
    missing at the start.
    """
    paths, before = list(paths), None
    found_in(paths)
    try:
        while True:
            if (now := _stamps(paths)) not in (None, before):
                before = now
                check()
            pause(PAUSE)
    except KeyboardInterrupt:
        return


def _stamps(paths: list[str | os.PathLike[str]]) -> list[tuple[str, int, int]] | None:
    """What changes when a file is saved; None where one is not there."""
    try:
        return [(str(path), os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in found_in(paths)]
    except (OSError, ValueError):
        return None
