"""Records as JSON."""

from __future__ import annotations

import json
import math
from typing import Any


def to_json(record: Any, indent: int | None = None, ascii: bool = True) -> str:
    """JSON text of dicts, lists, strings and numbers; infinities become words, which Python and JavaScript read.

    >>> to_json({"x": [1.5, float("-inf")]})
    '{"x":[1.5,"-Infinity"]}'
    """
    separators = (",", ":") if indent is None else None
    words = _without_infinities(record)
    return json.dumps(words, indent=indent, separators=separators, ensure_ascii=ascii, allow_nan=False)


def _without_infinities(record: Any) -> Any:
    if isinstance(record, dict):
        return {name: _without_infinities(held) for name, held in record.items()}
    if isinstance(record, list):
        return [_without_infinities(held) for held in record]
    return json.dumps(record) if isinstance(record, float) and not math.isfinite(record) else record
