"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


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
