"""A task in a process of its own, and pytest in it, on a copy of the tree."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from warnings import catch_warnings, filterwarnings, simplefilter

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 10  # of a processor, that the tests of one mutant take without it: others are left out
MEMORY = 2**33  # bytes that a mutant may reserve
PYTEST = ["-qx", "-pno:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning"]


@contextmanager
def forks_allowed() -> Iterator[None]:
    """Newer Pythons warn of every fork while there are threads, and so does JAX, once something has imported it."""
    with catch_warnings():
        simplefilter("ignore", DeprecationWarning)
        filterwarnings("ignore", r"os\.fork\(\) was called", RuntimeWarning)
        yield


def forked(task: Callable[[], bool], seconds: float) -> bool:
    """Whether a task in a process of its own finds a mistake, or takes more than so many seconds of a processor."""
    with forks_allowed():
        process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.setpgid(0, 0)
        code = 1
        try:
            code = int(task())
        finally:
            os._exit(code)
    return _status(process, 8 * seconds) != 0


def _status(process: int, seconds: float) -> int:
    """How it ended; by force where it still waits after so many seconds of the clock."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


def quiet(tests: Sequence[str], plugin: object) -> int:
    """The exit status of pytest, which prints nothing."""
    with open(os.devnull, "w") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    return int(pytest.main([*PYTEST, *tests], plugins=[plugin]))


def enter(folder: Path) -> None:
    """The copied tree is the one that is imported."""
    os.chdir(folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if not path.startswith(str(ROOT)))]
