"""Mutants that are put in place: a forked process gives functions other code, and runs the tests that call them."""

from __future__ import annotations

import gc
import pickle
import sys
import time
from collections.abc import Sequence
from functools import partial
from inspect import CO_NEWLOCALS
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from reliability import forks
from reliability.mutations import Mutation, mutant

Key = tuple[str, int, int]
Calls = dict[tuple[str, str, int], list[tuple[float, int]]]


class Trial(NamedTuple):
    """A file, its source, and the mutations to try."""

    file: str
    source: str
    chosen: list[Mutation]


class InPlace:
    """A plugin of pytest: where the tests would be run, it tries mutants."""

    def __init__(self, folder: Path, trials: Sequence[Trial]) -> None:
        self.folder, self.trials = folder, trials
        self.paths = [str(folder / trial.file) for trial in trials]
        self.codes = [codes_of(compile(t.source, path, "exec")) for t, path in zip(trials, self.paths, strict=True)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        self.items = session.items
        forks.forked(self._trace, 10**4)
        self.calls: Calls = pickle.loads((self.folder / "calls").read_bytes())
        self.live = functions_by_code()
        with (self.folder / "found").open("w") as file:
            for k, trial in enumerate(self.trials):
                for mutation in trial.chosen:
                    if (killed := self._tried(k, mutation)) is not None:
                        print(k, mutation.number, int(killed), file=file, flush=True)
        return True

    def _tried(self, k: int, mutation: Mutation) -> bool | None:
        """Whether it is killed; None where no function that is there is changed, or new code does not fit in."""
        path, before = self.paths[k], self.codes[k]
        now = codes_of(compile(mutant(self.trials[k].source, mutation.number).tree, path, "exec"))
        changed = {key: code for key, code in now.items() if key in before and before[key] != code}
        swapped = [(f, code) for key, code in changed.items() for f in self.live.get((path, before[key]), ())]
        if not swapped or any(code.co_freevars != f.__code__.co_freevars for f, code in swapped):
            return None
        timed = sorted({test for key in changed for test in self.calls.get((path, *key[:2]), ())})
        ends = accumulate(seconds for seconds, _ in timed)
        tests = [number for (_, number), end in zip(timed, ends, strict=True) if end <= forks.SECONDS]
        return forks.forked(lambda: self._fails(swapped, tests), 3 * forks.SECONDS)

    def _fails(self, swapped: Sequence[tuple[FunctionType, CodeType]], tests: Sequence[int]) -> bool:
        for function, code in swapped:
            function.__code__ = code
        items = [self.items[k] for k in tests]
        return not all(map(passes, items, [*items[1:], None]))

    def _trace(self) -> bool:
        """Keep in a file, for each function of the files, the tests that call it, with their times."""
        calls: Calls = {}
        for k, (item, after) in enumerate(zip(self.items, [*self.items[1:], None], strict=True)):
            seen, begin = set[tuple[str, str, int]](), time.process_time()
            sys.settrace(partial(self._see, seen))
            right = passes(item, after)
            sys.settrace(None)
            for function in seen if right else ():
                calls.setdefault(function, []).append((time.process_time() - begin, k))
        (self.folder / "calls").write_bytes(pickle.dumps(calls))
        return False

    def _see(self, seen: set[tuple[str, str, int]], frame: Any, event: str, _: Any) -> None:
        code = frame.f_code
        if code.co_filename in self.paths:
            seen.add((code.co_filename, code.co_name, code.co_firstlineno))


def passes(item: Any, after: Any) -> bool:
    """Whether a test passes, before that one."""
    return not any(report.failed for report in runtestprotocol(item, nextitem=after, log=False))


def functions_by_code() -> dict[tuple[str, CodeType], list[FunctionType]]:
    """All functions that there are, by their file and code."""
    found: dict[tuple[str, CodeType], list[FunctionType]] = {}
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            found.setdefault((function.__code__.co_filename, function.__code__), []).append(function)
    return found


def codes_of(code: CodeType) -> dict[Key, CodeType]:
    """The code of every function: its name, its first line, and which it is of those that are called so there."""
    found: dict[Key, CodeType] = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            within = [inner] if inner.co_flags & CO_NEWLOCALS else []
            for each in (*within, *codes_of(inner).values()):
                number = sum(key[:2] == (each.co_name, each.co_firstlineno) for key in found)
                found[each.co_name, each.co_firstlineno, number] = each
    return found
