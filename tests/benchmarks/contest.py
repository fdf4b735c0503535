"""Contenders in processes of their own: checked against a reference, then asked in turn for what they measure.

A contender is a function `module:name` that takes words and returns a `Prepared`; this file, run with them, serves it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from peers import check_equal

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "NPROC")
ALIKE = {**dict.fromkeys(THREADS, "1"), "JAX_ENABLE_X64": "1"}

SERIES, ROUND = 1e-3, 0.2  # seconds, at least

Results = dict[str, list[float]]
Process = subprocess.Popen[str]


class Contender(NamedTuple):
    """Who does a task. `reference` is a contender for the same task, without options, whose results are right."""

    name: str
    make: str
    task: tuple[str, ...]
    options: tuple[str, ...] = ()
    reference: str = ""
    package: str = ""

    @property
    def missing(self) -> bool:
        """Whether its package is not installed."""
        return bool(self.package) and find_spec(self.package) is None


class Prepared(NamedTuple):
    """What is checked, and what measures anew at every call."""

    results: Results
    measure: Callable[[], float]


def timed(
    run: Callable[[], Any], operations: int = 1, between: Callable[[], Any] = lambda: None
) -> Callable[[], float]:
    """Measures the seconds that an operation takes: the median of many short series of runs; `between` is not timed.

    A short series is rarely cut by another process, so that where the machine is shared the median of many is not.
    """
    count = 1
    while seconds(run, count) < SERIES:
        count *= 2

    def measure() -> float:
        times, end = [seconds(run, count)], time.perf_counter() + ROUND
        while time.perf_counter() < end:
            between()
            times.append(seconds(run, count))
        return statistics.median(times) / count / operations

    return measure


def seconds(run: Callable[[], Any], count: int = 1) -> float:
    """How long so many runs take."""
    start = time.perf_counter()
    for _ in range(count):
        run()
    return time.perf_counter() - start


# ---- the process of a contender


def serve(make: str, *words: str) -> None:
    """Answer with the results; then, for each byte that comes in, with a measurement. All on one processor."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    asked: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=listen, args=(asked,), daemon=True).start()
    module, _, name = make.partition(":")
    prepared = getattr(import_module(module), name)(*words)
    print(json.dumps(prepared.results), file=answers, flush=True)
    while asked.get():
        print(json.dumps(prepared.measure()), file=answers, flush=True)


def listen(asked: SimpleQueue[bytes]) -> None:
    """Hand on what comes in. When nobody is there to ask any more, the process ends, whatever it is doing."""
    while byte := os.read(0, 1):
        asked.put(byte)
    os._exit(1)


# ---- the process that asks


@contextmanager
def running(contender: Contender) -> Iterator[Process]:
    """Its process, which ends with the block. Ctrl-C is for the one who asks."""
    command = [sys.executable, __file__, contender.make, *contender.task, *contender.options]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **ALIKE},
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(contender: Contender, process: Process) -> float:
    """What it measures now."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    return float(_answer(contender, process))


def _answer(contender: Contender, process: Process) -> Any:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{contender.name} failed at {' '.join(contender.task)}: see above")
    return json.loads(line)


@cache
def expected(reference: str, task: tuple[str, ...]) -> Results:
    """The results that are right."""
    contender = Contender("the reference", reference, task)
    with running(contender) as process:
        return dict(_answer(contender, process))


def check(contender: Contender, results: Results) -> None:
    """Refuse a contender whose results are not those of the reference."""
    if contender.reference:
        for what, numbers in expected(contender.reference, contender.task).items():
            title = f"{' '.join(contender.task)}: {what} of {contender.name} and its reference"
            check_equal(title, results[what], numbers)


def race(title: str, contenders: Sequence[Contender], rounds: int) -> dict[Contender, list[float]]:
    """What each that is installed measured, round by round; none is measured before all are checked."""
    with ExitStack() as stack:
        processes = {}
        for contender in contenders:
            if not contender.missing:
                tell(f"{title}: {contender.name} prepares {' '.join(contender.task)}")
                processes[contender] = stack.enter_context(running(contender))
                check(contender, _answer(contender, processes[contender]))
        measured: dict[Contender, list[float]] = {contender: [] for contender in processes}
        for k in range(rounds):
            for contender, process in processes.items():
                tell(f"{title}: round {k + 1} of {rounds}, {contender.name}")
                measured[contender].append(ask(contender, process))
    return measured


def tell(text: str) -> None:
    """Show how far it is, in one line of a terminal; "" clears it."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
