"""Names of nodes as Python reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from keyword import iskeyword

from autograd.expression.grammar import CONSTANTS, functions
from autograd.show.notation import Notation
from autograd.value import Value

TIMES = "·"  # may stand in names of Python; `parse` takes it for a sign


def identifiers(nodes: Sequence[Value], notation: Notation) -> dict[Value, str]:
    """Names that Python reads: w₁ as w1, w[0] as it is."""
    taken = {*functions(), *CONSTANTS}
    return {v: _identifier(unicodedata.normalize("NFKC", notation.names[v]), taken) for v in nodes}


def _identifier(name: str, taken: set[str]) -> str:
    """The name if Python reads it and nothing else is called so; `taken` holds w and w[ for an entry of w."""
    base, _, index = name.partition("[")
    is_entry = re.fullmatch(r"(\d+\]\[)*\d+\]", index, re.ASCII) and name not in taken
    if is_entry and (f"{base}[" in taken or _is_free(base, taken)):
        taken |= {base, f"{base}[", name}
        return name
    base = "".join(letter if f"_{letter}".isidentifier() and letter != TIMES else "_" for letter in name)
    while not _is_free(base, taken):
        base = f"{base}_" if base[:1].isidentifier() else f"_{base}"
    taken.add(base)
    return base


def _is_free(base: str, taken: set[str]) -> bool:
    return base.isidentifier() and not iskeyword(base) and base not in taken
