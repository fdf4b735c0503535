"""JSON files that are written whole or not at all, say what they hold, and notice damage."""

from __future__ import annotations

import errno
import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograd.files import write_whole

VERSION = 1
HEADER = {"format", "version", "sha256"}
DEEPEST = 50  # lists and dicts in one another; what recurses over a file's content is safe up to here


def write(path: str | os.PathLike[str], kind: str, content: Mapping[str, Any]) -> None:
    """Write `content` with a header that names its `kind`. A crash on the way leaves the old file.

    Raises ValueError where a number is not finite (JSON has no nan): it names the entry; TypeError where there is what
    JSON can't hold; OSError where the place can't be written to. Then the old file is left.
    """
    try:
        body = json.dumps(content)
    except (TypeError, ValueError) as error:  # of objects, and of dicts that hold themselves
        raise TypeError(f"{path}: the {kind} was not saved, for it holds what JSON can't: {error}") from None
    if _nested(content, DEEPEST):
        raise TypeError(f"{path}: the {kind} was not saved, for it is nested more than {DEEPEST} deep")
    suspect = "NaN" in body or "Infinity" in body  # sooner found than in the numbers one by one
    if suspect and (place := next(_not_finite(content, ""), None)) is not None:
        raise ValueError(f"{path}: the {kind} was not saved, for {place}: give every number a finite value")
    header = {"format": f"scalar-autograd {kind}", "version": VERSION, "sha256": _hash(body)}
    write_whole(path, f"{json.dumps(header)[:-1]}, {body[1:]}\n".encode())


def read(path: str | os.PathLike[str], kind: str, entries: Mapping[str, type]) -> dict[str, Any]:
    """What `write` wrote: a dict that has the `entries`, each of its type, and no others.

    A file without "sha256", which has been written by hand, is read as it stands.

    Raises ValueError where the file is cut off, is damaged, is something else, or comes from a newer version; OSError
    where it can't be read.
    """
    raw = Path(path).read_bytes()
    try:
        content = _parsed(raw, kind)
        _require_header(content, kind)
        return _entries(content, kind, entries)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def numbers(path: str | os.PathLike[str], what: str, given: Mapping[str, Any]) -> dict[str, float]:
    """The finite numbers of a dict that was read. Raises ValueError for what is none."""
    for name, x in given.items():
        if type(x) not in (int, float) or not abs(x) <= sys.float_info.max:
            raise ValueError(f"{path}: {name!r:.60} of the {what} is no finite number")
    return {name: float(x) for name, x in given.items()}


def word(name: object) -> str:
    """A name from a file as messages have it: in one line, and not long.

    >>> word("w1"), word("w\\n1")
    ('w1', "'w\\\\n1'")
    """
    text = name if isinstance(name, str) and name.isprintable() else repr(name)
    return text if len(text) <= 60 else f"{text[:59]}…"


def require_place(path: str | os.PathLike[str]) -> None:
    """Raises OSError where there is no folder to write that file to: sooner than after an hour of training."""
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _parsed(raw: bytes, kind: str) -> dict[str, Any]:
    foreign = f"not a {kind} of scalar-autograd"
    try:
        content = json.loads(raw, parse_constant=_refuse, object_pairs_hook=_once)
    except KeyError as error:
        raise ValueError(f"the {kind} is damaged: it has {error.args[0]!r:.60} twice") from None
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise ValueError(f"{foreign}, or cut off: it is not whole JSON") from None
    if _nested(content, DEEPEST):
        raise ValueError(f"{foreign}: it is nested more than {DEEPEST} deep")
    if not isinstance(content, dict) or not isinstance(content.get("format"), str):
        raise ValueError(f"{foreign}: the JSON has no entry 'format'")
    return content


def _require_header(content: Mapping[str, Any], kind: str) -> None:
    if content["format"] != f"scalar-autograd {kind}":
        raise ValueError(f"format {content['format']!r:.60}, where a 'scalar-autograd {kind}' is wanted")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise ValueError("its 'version' is missing or no version number")
    if version > VERSION:
        raise ValueError(f"version {version!r:.20}, and this program knows up to {VERSION}: install a newer one")


def _entries(content: Mapping[str, Any], kind: str, entries: Mapping[str, type]) -> dict[str, Any]:
    for name, expected in entries.items():
        if type(content.get(name)) is not expected:
            raise ValueError(f"the {kind} is damaged: its {name!r} is missing or no {expected.__name__}")
    if unknown := set(content) - HEADER - set(entries):
        raise ValueError(f"the {kind} is damaged: {min(unknown)!r:.60} is none of its entries")
    found = {name: content[name] for name in content if name in entries}
    if "sha256" in content and content["sha256"] != _hash(json.dumps(found)):
        raise ValueError(f"the {kind} is damaged: it is not as it was written, by its sha256")
    return found


def _hash(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _not_finite(content: Any, place: str) -> Iterator[str]:
    """Where in dicts and lists there are nan and infinity."""
    if isinstance(content, float) and not math.isfinite(content):
        yield f"{place} = {content}"
    elif isinstance(content, Mapping):
        for name, inner in content.items():
            yield from _not_finite(inner, f"{place}, {name}" if place else str(name))
    elif isinstance(content, (list, tuple)):
        for k, inner in enumerate(content):
            yield from _not_finite(inner, f"{place}, {k}")


def _nested(content: Any, levels: int) -> bool:
    """Whether lists and dicts are in one another more than so many levels deep."""
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, (list, tuple)) else ()
    return any(not levels or _nested(x, levels - 1) for x in inner if isinstance(x, (dict, list, tuple)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of them; JSON leaves open which of two of the same name counts. Raises KeyError for such a name."""
    content = dict(pairs)
    if len(content) < len(pairs):
        raise KeyError(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return content


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity, which Python reads but JSON has not
