"""How many mutants of a module its tests kill: `python -m tests.reliability.mutants autograd/graph.py …`.

A mutant is a module with one small change. The tests of the module, listed in TESTS, are collected once, in a copy of
the tree, and then each mutant gets a forked process of its own: the changed functions get their new code, and the
tests that called them in a first run are run, the fastest first, until one fails. What is run at import, and what
numba compiles, is written into the copy and imported anew. A mutant that takes too long counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import pickle
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import CO_NEWLOCALS
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.mutations import Mutation, mutant, mutations

ROOT = Path(__file__).parents[2]
REPLAY = ["test_replay", "test_replay_numpy", "test_recording", "test_replay_numba"]
# The tests of a file, or of a folder: the first that fits.
TESTS = {
    "autograd/value.py": ["test_value", "test_functional", "test_domain", "test_recording", "test_higher_orders"],
    "autograd/graph.py": ["test_value", "test_functional", "test_higher_orders", "test_derivation"],
    "autograd/ops.py": ["test_ops", "test_define", "test_kinks", "test_value", "test_domain"],
    "autograd/replay/tape_file.py": ["test_tape_file"],
    "autograd/replay/tape.py": ["test_tape_file", *REPLAY],
    "autograd/replay/numpy": ["test_replay_numpy", "test_replay"],
    "autograd/replay/numba": ["test_replay_numba", "test_replay"],
    "autograd/replay": REPLAY,
}
COMPILED = {"interpreter.py", "kernels.py", "nary.py", "affine.py", "primitives.py"}  # of these in the folder of numba
SECONDS = 10  # that the tests of one mutant take without it; others that call its function are left out
PYTEST = ["-qx", "-pno:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning"]
MEMORY = 2**33  # bytes that a mutant may reserve
Key = tuple[str, int, int]
Calls = dict[tuple[str, str, int], list[tuple[float, int]]]


@dataclass
class Module:
    """A file, its source, the mutations that are tried, and what became of them: True of one that was killed."""

    file: str
    source: str
    chosen: list[Mutation]
    killed: dict[int, bool] = field(default_factory=dict)

    @property
    def imported(self) -> bool:
        """Whether it is changed in the tree only: numba compiles it, or it is made into code at import."""
        return self.file == "autograd/ops.py" or ("numba" in self.file and Path(self.file).name in COMPILED)

    def told(self) -> str:
        """The survivors, and the score."""
        alive = [m for m in self.chosen if not self.killed[m.number]]
        lines = [f"{self.file}:{m.line}: {mutant(self.source, m.number).what!r}" for m in alive]
        score = f"{len(self.chosen) - len(alive)} of {len(self.chosen)} killed, {len(mutations(self.source))} in all"
        return "\n".join([*lines, f"{self.file}: {score}"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the survivors and the score of each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.mutants", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE[:LINE]", help="a module; with a line, all mutants of that")
    parser.add_argument("--each", type=int, default=60, help="mutants of a module, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    groups: dict[tuple[str, ...], list[Module]] = {}
    for file in given.files:
        module = _drawn(file, given.each, given.seed)
        groups.setdefault(tests_of(module.file), []).append(module)
    for tests, modules in groups.items():
        with TemporaryDirectory() as folder:
            try_out(Path(folder), modules, tests)
        print("\n".join(module.told() for module in modules), flush=True)


def _drawn(given: str, each: int, seed: int) -> Module:
    file, _, line = given.partition(":")
    source = (ROOT / file).read_text()
    found = mutations(source)
    drawn = sorted(Random(f"{seed} {file}").sample(found, min(each, len(found))))
    return Module(file, source, [m for m in found if m.line == int(line)] if line else drawn)


def tests_of(file: str) -> tuple[str, ...]:
    """The files of the tests of a module."""
    return tuple(f"tests/{name}.py" for name in next(names for start, names in TESTS.items() if file.startswith(start)))


def try_out(folder: Path, modules: Sequence[Module], tests: Sequence[str]) -> None:
    """Try the mutants of modules that have the same tests. The tree is copied into the folder."""
    for name in ("autograd", "nn", "tests", "pyproject.toml"):
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, folder / name)
    if in_place := [module for module in modules if not module.imported]:
        _in_place(folder, in_place, tests)
    for module in modules:
        for mutation in module.chosen:
            if mutation.number not in module.killed:
                module.killed[mutation.number] = _anew(folder, module, mutation, tests)


# ---- processes


def _forked(task: Callable[[], bool], seconds: float) -> bool:
    """Whether a task in a process of its own finds a mistake, or does not come to an end."""
    if (process := os.fork()) == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.setpgid(0, 0)
        code = 1
        try:
            code = int(task())
        finally:
            os._exit(code)
    end, ended, status = time.monotonic() + 4 * seconds, 0, 1
    while not ended and time.monotonic() < end:
        ended, status = os.waitpid(process, os.WNOHANG)
        time.sleep(0.002)
    if not ended:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return status != 0


def _quiet(tests: Sequence[str], plugin: object = None) -> int:
    """The exit status of pytest, which prints nothing."""
    with open(os.devnull, "w") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    return int(pytest.main([*PYTEST, *tests], plugins=[plugin] if plugin else []))


def _enter(folder: Path) -> None:
    """The copied tree is the one that is imported."""
    os.chdir(folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if not path.startswith(str(ROOT)))]


# ---- a mutant that is imported


class First:
    """Runs the tests first that name what the mutation is in, and no more of them than SECONDS allow."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.enough = names, False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: not any(name in item.nodeid for name in self.names))

    def pytest_runtest_teardown(self, item: Any) -> None:
        self.enough = time.process_time() > 4 * SECONDS
        item.session.shouldstop = self.enough and "the time is up"

    def find(self, folder: Path, tests: Sequence[str]) -> bool:
        """Whether a test fails, or none can be run."""
        _enter(folder)
        code = _quiet(tests, self)
        return code != 0 and not (self.enough and code == pytest.ExitCode.INTERRUPTED)


def _anew(folder: Path, module: Module, mutation: Mutation, tests: Sequence[str]) -> bool:
    """Whether the tests kill a mutant that is written into the tree."""
    changed = folder / module.file
    changed.write_text(ast.unparse(mutant(module.source, mutation.number).tree))
    os.utime(changed, (mutation.number, mutation.number))  # no compiled file is of that time
    try:
        return _forked(partial(First(mutation.around).find, folder, tests), 12 * SECONDS)
    finally:
        changed.write_text(module.source)


# ---- mutants that are put in place


def _in_place(folder: Path, modules: Sequence[Module], tests: Sequence[str]) -> None:
    """Try those that can be: what became of them is told through a file."""
    found = folder / "found"
    found.touch()
    _forked(lambda: _enter(folder) or _quiet(tests, InPlace(folder, modules)) != 0, 10**5)
    for line in found.read_text().splitlines():
        k, number, killed = map(int, line.split())
        modules[k].killed[number] = bool(killed)


class InPlace:
    """A plugin of pytest: where the tests would be run, it tries mutants."""

    def __init__(self, folder: Path, modules: Sequence[Module]) -> None:
        self.folder, self.modules = folder, modules
        self.paths = [str(folder / module.file) for module in modules]
        self.codes = [codes_of(compile(m.source, path, "exec")) for m, path in zip(modules, self.paths, strict=True)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        self.items = session.items
        _forked(self._trace, 10**4)
        self.calls: Calls = pickle.loads((self.folder / "calls").read_bytes())
        self.live = functions_by_code()
        with (self.folder / "found").open("w") as file:
            for k, module in enumerate(self.modules):
                for mutation in module.chosen:
                    if (killed := self._tried(k, mutation)) is not None:
                        print(k, mutation.number, int(killed), file=file, flush=True)
        return True

    def _tried(self, k: int, mutation: Mutation) -> bool | None:
        """Whether it is killed; None where no function that is there is changed, or new code does not fit in."""
        path, before = self.paths[k], self.codes[k]
        now = codes_of(compile(mutant(self.modules[k].source, mutation.number).tree, path, "exec"))
        changed = {key: code for key, code in now.items() if key in before and before[key] != code}
        swapped = [(f, code) for key, code in changed.items() for f in self.live.get((path, before[key]), ())]
        if not swapped or any(code.co_freevars != f.__code__.co_freevars for f, code in swapped):
            return None
        timed = sorted({test for key in changed for test in self.calls.get((path, *key[:2]), ())})
        ends = accumulate(seconds for seconds, _ in timed)
        tests = [number for (_, number), end in zip(timed, ends, strict=True) if end <= SECONDS]
        return _forked(lambda: self._fails(swapped, tests), 3 * SECONDS)

    def _fails(self, swapped: Sequence[tuple[FunctionType, CodeType]], tests: Sequence[int]) -> bool:
        for function, code in swapped:
            function.__code__ = code
        items = [self.items[k] for k in tests]
        return not all(map(passes, items, [*items[1:], None]))

    def _trace(self) -> bool:
        """Keep in a file, for each function of the modules, the tests that call it, with their times."""
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


if __name__ == "__main__":
    main()
