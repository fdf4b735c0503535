"""How many mutants of a module its tests kill: `python -m tests.reliability.mutants autograd/graph.py …`.

Those that survive and are explained in survivors.md are counted, the others are shown.

A mutant is a module with one small change. The tests of the module, listed in TESTS, are collected once, in a copy of
the tree, and then each mutant gets a forked process of its own: the changed functions get their new code, and the
tests that called them in a first run are run, the fastest first, until one fails. What is run at import, and what
numba compiles, is written into the copy and imported anew. A mutant that takes too long counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability import forks
from reliability.in_place import InPlace, Trial
from reliability.mutations import Mutation, mutant, mutations
from reliability.survivors import explained

REPLAY = ["test_replay", "test_replay_numpy", "test_recording", "test_replay_numba"]
# The tests of a file, or of a folder: the first that fits.
TESTS = {
    "autograd/value.py": ["test_value", "test_functional", "test_domain", "test_recording", "test_higher_orders"],
    "autograd/graph.py": [
        "test_value",
        "test_functional",
        "test_higher_orders",
        "test_derivation",
        "test_reliability_threads",
    ],
    "autograd/ops.py": ["test_ops", "test_define", "test_kinks", "test_value", "test_domain"],
    "autograd/replay/tape_file.py": ["test_tape_file"],
    "autograd/replay/tape.py": ["test_tape_file", *REPLAY],
    "autograd/replay/separation.py": ["test_nn_replay"],
    "autograd/replay/recording.py": ["test_recording", "test_replay", "test_nn_replay"],
    "autograd/replay/numpy": ["test_replay_numpy", "test_replay"],
    "autograd/replay/numba": ["test_replay_numba", "test_replay"],
    "autograd/replay": REPLAY,
}
COMPILED = {"interpreter.py", "kernels.py", "nary.py", "affine.py", "primitives.py"}  # of these in the folder of numba
Killed = dict[tuple[str, int], bool]  # by file and number of the mutation


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the survivors and the score of each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.mutants", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE[:LINE]", help="a module; with a line, all mutants of that")
    parser.add_argument("--each", type=int, default=60, help="mutants of a module, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    groups: dict[tuple[str, ...], list[Trial]] = {}
    for file in given.files:
        trial = _drawn(file, given.each, given.seed)
        groups.setdefault(tests_of(trial.file), []).append(trial)
    for tests, trials in groups.items():
        with TemporaryDirectory() as folder:
            killed = try_out(Path(folder), trials, tests)
        for trial in trials:
            _tell(trial, killed)


def _drawn(given: str, each: int, seed: int) -> Trial:
    file, _, line = given.partition(":")
    source = (forks.ROOT / file).read_text()
    found = mutations(source)
    drawn = sorted(Random(f"{seed} {file}").sample(found, min(each, len(found))))
    return Trial(file, source, [m for m in found if m.line == int(line)] if line else drawn)


def _tell(trial: Trial, killed: Killed) -> None:
    alive = [(m.line, named(trial.source, m)) for m in trial.chosen if not killed[trial.file, m.number]]
    known = explained().get(trial.file, {})
    for line, name in alive:
        if name not in known:
            print(f"{trial.file}:{line}: `{name}`")
    tried, all_of_them = len(trial.chosen), len(mutations(trial.source))
    told = sum(name in known for _, name in alive)
    print(f"{trial.file}: {tried - len(alive)} of {tried} killed, {told} explained, {all_of_them} in all", flush=True)


def named(source: str, mutation: Mutation) -> str:
    """What a mutation is called in the list of survivors."""
    return ": ".join([".".join(mutation.around) or "module", mutant(source, mutation.number).what])


def tests_of(file: str) -> tuple[str, ...]:
    """The files of the tests of a module."""
    return tuple(f"tests/{name}.py" for name in next(names for start, names in TESTS.items() if file.startswith(start)))


def try_out(folder: Path, trials: Sequence[Trial], tests: Sequence[str]) -> Killed:
    """Which mutants of modules that have the same tests are killed. The tree is copied into the folder."""
    for name in ("autograd", "nn", "tests", "pyproject.toml"):
        copied = shutil.copytree if (forks.ROOT / name).is_dir() else shutil.copy
        copied(forks.ROOT / name, folder / name)
    killed = _in_place(folder, [trial for trial in trials if not _has_to_be_imported(trial.file)], tests)
    left = [(trial, m) for trial in trials for m in trial.chosen if (trial.file, m.number) not in killed]
    if left and forks.forked(partial(First(()).find, folder, tests), 12 * forks.SECONDS):
        raise SystemExit(f"without any mutant there are failures in {', '.join(tests)}")
    return killed | {(trial.file, m.number): _anew(folder, trial, m, tests) for trial, m in left}


def _has_to_be_imported(file: str) -> bool:
    """Whether numba compiles it, or it is made into code at import."""
    return file == "autograd/ops.py" or ("numba" in file and Path(file).name in COMPILED)


def _in_place(folder: Path, trials: Sequence[Trial], tests: Sequence[str]) -> Killed:
    """What became of those that can be put in place: it is told through a file."""
    found = folder / "found"
    found.touch()
    if trials:
        plugin = InPlace(folder, trials)
        forks.forked(lambda: forks.enter(folder) or forks.quiet(tests, plugin) != 0, 10**5)
    told = [map(int, line.split()) for line in found.read_text().splitlines()]
    return {(trials[k].file, number): bool(killed) for k, number, killed in told}


# ---- a mutant that is imported


class First:
    """Runs the tests first that name what the mutation is in, and no more of them than SECONDS allow."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.enough = names, False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: not any(name in item.nodeid for name in self.names))

    def pytest_runtest_teardown(self, item: Any) -> None:
        self.enough = time.process_time() > 4 * forks.SECONDS
        item.session.shouldstop = self.enough and "the time is up"

    def find(self, folder: Path, tests: Sequence[str]) -> bool:
        """Whether a test fails, or none can be run."""
        forks.enter(folder)
        code = forks.quiet(tests, self)
        return code != 0 and not (self.enough and code == pytest.ExitCode.INTERRUPTED)


def _anew(folder: Path, trial: Trial, mutation: Mutation, tests: Sequence[str]) -> bool:
    """Whether the tests kill a mutant that is written into the tree."""
    changed = folder / trial.file
    changed.write_text(ast.unparse(mutant(trial.source, mutation.number).tree))
    os.utime(changed, (mutation.number, mutation.number))  # no compiled file is of that time
    try:
        return forks.forked(partial(First(mutation.around).find, folder, tests), 12 * forks.SECONDS)
    finally:
        changed.write_text(trial.source)


if __name__ == "__main__":
    main()
