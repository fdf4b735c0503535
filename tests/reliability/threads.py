"""Threads, tasks and processes at once: each has graphs, blocks and recordings of its own, and the numbers of one."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import random
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any

import numpy as np
from engines import ENGINES

from autograd import Tape, Value, compile, ignore_domain, log, no_grad, scope, sin, tanh, total
from autograd.graph import topological_order
from reliability.forks import forks_allowed
from reliability.trials import Count, Trials

AT_ONCE = 8
PATIENCE = 20.0  # seconds for a process that does next to nothing

Work = Generator[None, None, list[Any]]  # it yields where others may go on, and returns what it found


def run(trials: Trials) -> Iterator[Count]:
    """Each compared with what the same work finds alone."""
    yield _count("graphs, blocks and recordings of 8 threads at once: the bits of one alone", _by_threads, trials, 100)
    yield _count("the same of 8 asyncio tasks that take turns within blocks", _by_tasks, trials, 100)
    yield _count("runs of one tape by 8 threads at once", _of_one_tape, trials, 100)
    methods = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]
    for name in methods:
        yield _count(f"processes ({name}) that build, replay and unpickle", _by_processes(name), trials, 5)
    if "fork" in methods:
        yield _count("forks while another thread walks a graph", _forked_while_busy, trials, 300)


def _count(what: str, failures: Callable[[random.Random], list[str]], trials: Trials, whole: int) -> Count:
    """What went wrong, "" where nothing did, of each that ran at once."""
    count = Count(what)
    for draw in trials.of(what, whole):
        for failure in failures(draw):
            count.note(not failure, failure)
    return count


def _differences(found: Sequence[Any], expected: Sequence[Any]) -> list[str]:
    pairs = zip(found, expected, strict=True)
    return ["" if repr(one) == repr(alone) else f"{one} and not {alone}" for one, alone in pairs]


# ---- the work


def work(seed: int) -> Work:
    """A graph made, back-propagated, recorded, replayed, in blocks of its own; and what was found on the way."""
    draw = random.Random(seed)
    leaves = [Value(draw.uniform(-1.0, 1.0), f"x{k}") for k in range(4)]
    found: list[Any] = []
    with scope(f"work {seed}"):
        yield
        root = _grown(leaves, draw)
        with no_grad():
            yield
            found.append((root * 2.0).parents)
        with ignore_domain():
            yield
            found.append(log(-abs(root) - 1.0).data)
        yield
        found.append((root * 2.0).scope)
    root.backward()
    yield
    found += [root.data, [x.grad for x in leaves], root.scope]
    for engine in ENGINES:
        found.append(Tape.record(root, inputs=leaves, engine=engine).value_and_grad([x.data for x in leaves]))
        yield
        found.append(compile(lambda xs: tanh(total(xs) * seed), engine=engine).value_and_grad([0.5, 0.25]))
    return found


def _grown(leaves: Sequence[Value], draw: random.Random) -> Value:
    nodes = [*leaves]
    for _ in range(60):
        a, b, c = draw.choices(nodes, k=3)
        nodes.append(draw.choice([sin(a) * b, a + b * c, tanh(a - b), total([a, b, c]) * 0.3]).tanh())
    return total(nodes)


def alone(seed: int) -> list[Any]:
    """What the work finds."""
    found: list[Any] = []
    for _ in _stored(seed, found):
        pass
    return found


def _stored(seed: int, found: list[Any]) -> Iterator[None]:
    """The work, which leaves what it finds in a list."""
    found += yield from work(seed)


# ---- at once


def _by_threads(draw: random.Random) -> list[str]:
    seeds = [draw.randrange(1000) for _ in range(AT_ONCE)]
    return _differences(at_once(alone, seeds), [alone(seed) for seed in seeds])


def at_once(do: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
    """`do` of each, in threads that begin together and are switched often."""
    start = Barrier(len(given))

    def begin(x: Any) -> Any:
        start.wait(PATIENCE)
        return do(x)

    with switched_often(), ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(begin, given))


@contextmanager
def switched_often() -> Iterator[None]:
    """Python goes from thread to thread a thousand times as often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _by_tasks(draw: random.Random) -> list[str]:
    seeds = [draw.randrange(1000) for _ in range(AT_ONCE)]

    async def task(seed: int) -> list[Any]:
        found: list[Any] = []
        for _ in _stored(seed, found):
            await asyncio.sleep(0)
        return found

    async def together() -> list[Any]:
        return list(await asyncio.gather(*map(task, seeds)))

    return _differences(asyncio.run(together()), [alone(seed) for seed in seeds])


def _of_one_tape(draw: random.Random) -> list[str]:
    engine = draw.choice(ENGINES)
    f = compile(lambda w, x: tanh(w[0] * x[0] + w[1] * x[1]), in_axes=(None, 0), engine=engine)
    w, seeds = np.array([0.5, -1.0]), [draw.randrange(1000) for _ in range(AT_ONCE)]

    def runs(seed: int) -> list[float]:
        X = np.random.default_rng(seed).uniform(-1.0, 1.0, (1 + seed % 700, 2))
        found = [f.value_and_grad(w, X, argnums=(0, 1)) for _ in range(3)]
        return [x for value, slopes in found for array in (value, *slopes) for x in array.ravel().tolist()]

    return _differences(at_once(runs, seeds), [runs(seed) for seed in seeds])


# ---- processes


def in_a_process(given: tuple[int, bytes]) -> list[Any]:
    """The work, and what a graph of another process gives here."""
    seed, pickled = given
    root, leaf = pickle.loads(pickled)
    root.backward()
    return [*alone(seed), root.data, leaf.grad, len(topological_order(root))]


def _by_processes(method: str) -> Callable[[random.Random], list[str]]:
    def failures(draw: random.Random) -> list[str]:
        leaf = Value(draw.uniform(-1.0, 1.0), "x")
        pickled = pickle.dumps((_grown([leaf], draw), leaf))
        given = [(draw.randrange(1000), pickled) for _ in range(2)]
        with forks_allowed(), multiprocessing.get_context(method).Pool(2) as pool:
            found = pool.map_async(in_a_process, given).get(6 * PATIENCE)
        return _differences(found, list(map(in_a_process, given)))

    return failures


def _forked_while_busy(draw: random.Random) -> list[str]:
    """The thread may be anywhere when the process is copied, and it is not in the copy."""
    stopped, nodes = Event(), Value(0.5)
    for _ in range(3000):
        nodes = nodes * 0.5 + nodes

    def walk() -> None:
        while not stopped.is_set():
            topological_order(nodes)

    walker = Thread(target=walk)
    walker.start()
    time.sleep(draw.uniform(0.0, 0.005))
    try:
        return [forked(lambda: Value(1.0).tanh().backward())]
    finally:
        stopped.set()
        walker.join()


def forked(do: Callable[[], object]) -> str:
    """Do it in a copy of this process; what went wrong, if anything did."""
    with forks_allowed():
        child = os.fork()
    if not child:
        try:
            do()
        except BaseException:
            os._exit(1)
        os._exit(0)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "" if status == 0 else f"the process ended with {status}"
        time.sleep(0.001)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return f"the process hangs: it did not end within {PATIENCE:g} s"
