"""Files that are written whole or not at all, in the format that their names end in."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def suffix_of(path: str | os.PathLike[str], known: Sequence[str], user: str) -> str:
    """What a file's name ends in, in small letters: its format. Raises ValueError where it is not one of `known`.

    >>> suffix_of("graph.SVG", [".svg", ".png"], "render")
    '.svg'
    """
    if (suffix := Path(path).suffix.lower()) not in known:
        raise ValueError(f"{user}: {str(path)!r:.200} must end in {' or '.join(known)}")
    return suffix


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file under another name first, so that a failure, or a crash, leaves the old file as it was.

    Raises OSError, naming `path`, where it can't be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/new.txt", b"whole")
    ...     Path(folder, "new.txt").read_bytes()
    b'whole'
    """
    target = Path(path).resolve()  # a link stays a link
    new = target.parent / f".{secrets.token_hex(8)}.new"
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            new.chmod(stat.S_IMODE(target.stat().st_mode))
        new.replace(target)
    except OSError as error:  # which names the other file
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
