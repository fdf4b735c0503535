"""The section `threads`: whatever runs at once finds what it finds alone; and it notices where it does not."""

from __future__ import annotations

import math
import random
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError, RLock

from reliability import threads
from reliability.trials import Trials

from autograd import Value, graph
from autograd.replay.numpy.engine import NumpyEngine, Workspace


def test_the_short_profile():
    for count in threads.run(Trials("threads")):
        assert (count.failed, count.failures) == (0, []) and count.tried > 0


def counted(failures):
    return threads._count("planted", failures, Trials("threads", long=True), 3)


def test_settings_that_tasks_share_are_noticed(monkeypatch):
    off, multiply = [], Value.__mul__

    @contextmanager
    def no_grad():
        off.append(True)
        yield
        off.pop()

    monkeypatch.setattr(threads, "no_grad", no_grad)
    monkeypatch.setattr(Value, "__mul__", lambda a, b: multiply(a, b).detach() if off else multiply(a, b))
    assert counted(threads._by_tasks).failed > 0


def test_a_buffer_that_threads_share_is_noticed(monkeypatch):
    kept: dict[NumpyEngine, Workspace] = {}
    two_there, right = Barrier(2), Workspace.backward

    def workspace(engine, shared):
        w = kept.setdefault(engine, Workspace(engine))
        w.inputs[:] = shared
        w.forward()
        return w

    def backward(w, seeds):
        right(w, seeds)
        with suppress(BrokenBarrierError):  # of one that is alone
            two_there.wait(1.0)

    monkeypatch.setattr(threads, "ENGINES", ["numpy"])
    monkeypatch.setattr(NumpyEngine, "_workspace", workspace)
    monkeypatch.setattr(Workspace, "backward", backward)
    assert counted(threads._of_one_tape).failed > 0


def test_one_bit_of_a_run_is_noticed(monkeypatch):
    def nudged(numbers):
        return [*numbers[:-1], math.nextafter(numbers[-1], math.inf)]

    monkeypatch.setattr(threads, "at_once", lambda do, given: [nudged(do(x)) for x in given])
    assert counted(threads._of_one_tape).failed == 3 * threads.AT_ONCE


def test_a_lock_that_nobody_will_release_is_noticed(monkeypatch):
    monkeypatch.setattr(graph, "ONE_AT_A_TIME", RLock())  # of which a fork knows nothing
    monkeypatch.setattr(threads, "PATIENCE", 0.5)
    failures = [threads._forked_while_busy(random.Random(seed)) for seed in range(5)]
    assert ["the process hangs: it did not end within 0.5 s"] in failures
