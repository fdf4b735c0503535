"""Where gradients are added up: who comes first writes, the others add."""

from __future__ import annotations

import numpy as np

from autograd.replay.numpy.section import STORES, Section
from autograd.replay.numpy.terms import Term, call
from autograd.replay.plan import Plan, S, V, X
from autograd.replay.program import Ints


class Adjoints:
    """Which rows of dS, dX and dV are written so far, on the way back; `zero` are those to be 0 from the start."""

    def __init__(self, plan: Plan) -> None:
        self.written = {store: np.zeros(plan.rows_of(store), dtype=bool) for store in STORES}
        self.zero: dict[int, list[Ints]] = {S: [], X: [], V: []}

    def reached(self, store: int, places: Ints) -> bool:
        """Whether any gradient came to these rows. If to some only, that of the others is 0."""
        if not self.written[store][places].any():
            return False
        self._is_first(store, places, whole=False)
        return True

    def give(self, section: Section, store: int, places: Ints, term: Term, flat: bool = False) -> None:
        """Add a term to the gradients of rows. It is shaped as `places`, then as a row, or can be broadcast to that."""
        if not places.size:
            return
        found = section.access(f"d{STORES[store]}", store, places, flat)
        if found.one:
            term = term.whole(section.samples(store)).down()
        elif not found.view and len(np.unique(places)) < places.size:
            return self.give(section, store, *_by_row(section, store, places, term, flat), flat)
        first = self._is_first(store, places)
        if found.view:
            target = section.bind(found.target, STORES[store].lower())
            section.lines.append(term.into(target) if first else term.onto(target))
        else:
            section.lines.append(f"{found.target} {'=' if first else '+='} {term.signed}")

    def _is_first(self, store: int, places: Ints, whole: bool = True) -> bool:
        """Whether a term for these rows is the first of all of them; they are written then."""
        written = self.written[store]
        missing = places[~written[places]]
        written[missing] = True
        if whole and missing.size == places.size:
            return True
        if missing.size:
            self.zero[store].append(missing)
        return False

    def zeros(self, section: Section) -> None:
        """Start from 0 where the first term is not the first of all rows that it is for."""
        for store, parts in self.zero.items():
            if parts:
                found = section.access(f"d{STORES[store]}", store, np.unique(np.concatenate(parts)))
                section.backward.insert(0, f"{found.target} = 0.0")
                parts.clear()


def _by_row(section: Section, store: int, places: Ints, term: Term, flat: bool) -> tuple[Ints, Term]:
    """The sum of the entries of a term that are for the same row, row by row."""
    order = np.argsort(places, axis=None, kind="stable")
    rows, starts = np.unique(places.ravel()[order], return_index=True)
    term = term.whole(section.samples(store))
    entries = term.atom if places.ndim == 1 else f"{term.atom}.reshape({-1 if flat else f'{places.size}, -1'})"
    if (order != np.arange(len(order))).any():
        entries = f"{entries}.take({section.index(order)}, axis=0)"
    return rows, call(f"np.add.reduceat({entries}, {section.index(starts)}, axis=0)", term.minus)
