"""gc_paused: the garbage collector runs again, whatever happens meanwhile; fit pauses it for its steps alone."""

import asyncio
import gc
import os
import threading
from contextlib import ExitStack, suppress
from weakref import WeakSet

import pytest
from fitting import mlp, train
from hypothesis import given
from hypothesis import strategies as st
from interruption import Interruption
from reliability.threads import forked

from autograd import Value, collector, gc_paused, tanh
from nn import mean_squared_error


@pytest.fixture(autouse=True)
def _running():
    """The collector runs before every test, and after it, with nothing left over."""
    assert gc.isenabled()
    yield
    assert gc.isenabled()
    assert not collector.ENTERED


@pytest.fixture
def switched_off():
    gc.disable()
    yield
    gc.enable()


ALIVE = WeakSet()


class Cycle:
    """An object that refers to itself."""

    def __init__(self):
        self.me = self
        ALIVE.add(self)


# ---- blocks


def test_it_is_paused_inside():
    with gc_paused():
        assert not gc.isenabled()


def test_nested_blocks_pause_until_the_outer_ends():
    with gc_paused():
        with gc_paused():
            pass
        assert not gc.isenabled()


def test_it_ends_by_an_error_too():
    with suppress(ZeroDivisionError), gc_paused():
        1 / 0  # noqa: B018, it fails
    assert gc.isenabled()


@pytest.mark.usefixtures("switched_off")
def test_a_collector_that_was_off_stays_off():
    with gc_paused(), gc_paused():
        pass
    assert not gc.isenabled()


def test_switched_on_inside_it_runs_at_once_until_another_block_begins():
    with gc_paused():
        gc.enable()
        assert gc.isenabled()
        with gc_paused():
            assert not gc.isenabled()


def test_switched_off_inside_it_is_off_until_the_end():
    with gc_paused():
        gc.disable()
    assert gc.isenabled()


@given(st.permutations([0, 0, 1, 1, 2, 2, 3, 3]))
def test_blocks_may_overlap(order):
    blocks, entered = [gc_paused() for _ in range(4)], set()
    for k in order:  # the first time it is entered, the second time it is left
        if k in entered:
            entered.remove(k)
            blocks[k].__exit__(None, None, None)
        else:
            entered.add(k)
            blocks[k].__enter__()
        assert gc.isenabled() == (not entered)


def test_an_object_is_entered_once_at_a_time():
    pause = gc_paused()
    for _ in range(2):
        with pause:
            with pytest.raises(RuntimeError, match=r"this gc_paused\(\) is entered already: make another one"):
                pause.__enter__()
            assert not gc.isenabled()
        assert gc.isenabled()


def test_an_exit_without_an_entry_ends_no_other_block():
    with gc_paused():
        gc_paused().__exit__(None, None, None)
        assert not gc.isenabled()


def test_a_block_that_is_dropped_has_ended():
    gc_paused().__enter__()
    assert gc.isenabled()


# ---- functions, generators, coroutines, threads


def test_a_decorated_function_is_a_block_and_may_call_itself():
    @gc_paused()
    def seen(depth):
        return [gc.isenabled(), *(seen(depth - 1) if depth else []), gc.isenabled()]

    assert seen(2) == [False] * 6
    assert gc.isenabled()


def test_a_generator_that_waits_inside_of_a_block_is_inside():
    def numbers():
        with gc_paused():
            yield 1

    waiting = numbers()
    next(waiting)
    assert not gc.isenabled()
    waiting.close()
    assert gc.isenabled()


def test_a_decorated_generator_is_not():
    @gc_paused()
    def states():
        yield gc.isenabled()

    assert list(states()) == [True]


def test_tasks_share_one_collector():
    seen = []

    async def paused(turns):
        with gc_paused():
            for _ in range(turns):
                await asyncio.sleep(0)
                seen.append(gc.isenabled())

    async def both():
        await asyncio.gather(paused(1), paused(3))
        seen.append(gc.isenabled())

    asyncio.run(both())
    assert seen == [False] * 4 + [True]


def test_threads_share_one_collector():
    entered, leave = threading.Barrier(3), threading.Event()

    def pause():
        with gc_paused():
            entered.wait()
            leave.wait()

    threads = [threading.Thread(target=pause) for _ in range(2)]
    for thread in threads:
        thread.start()
    entered.wait()
    with gc_paused():
        pass
    assert not gc.isenabled()
    leave.set()
    for thread in threads:
        thread.join()
    assert gc.isenabled()


def test_many_threads_at_once_leave_it_running():
    seen = []

    def often():
        for _ in range(2000):
            with gc_paused():
                seen.append(gc.isenabled())

    threads = [threading.Thread(target=often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [False] * 8000


# ---- Ctrl-C


@pytest.mark.parametrize("function", ["__enter__", "__exit__", "_end"])
@pytest.mark.parametrize("outer", [0, 1])
def test_no_moment_of_a_block_is_one_at_which_an_interruption_leaves_it_paused(function, outer):
    moments = 0
    while True:
        with ExitStack() as around:
            for _ in range(outer):
                around.enter_context(gc_paused())
            with suppress(KeyboardInterrupt), Interruption(moments + 1, function) as interruption, gc_paused():
                assert not gc.isenabled()
            assert gc.isenabled() == (not outer)
        assert gc.isenabled()
        if interruption.left > 0:
            break
        moments += 1
    assert moments > 1


def test_an_interruption_within_the_block_ends_it():
    with suppress(KeyboardInterrupt), gc_paused():
        raise KeyboardInterrupt
    assert gc.isenabled()


# ---- memory


def test_graphs_are_freed_meanwhile():
    w = Value(0.5)

    def pass_over(steps):
        for k in range(steps):
            tanh(w * (k / steps) + w**2).backward()

    with gc_paused():
        pass_over(10)
        before = len(gc.get_objects())
        pass_over(10_000)
        assert len(gc.get_objects()) - before < 50


def test_cycles_of_users_are_collected_afterwards():
    with gc_paused():
        for _ in range(10_000):
            Cycle()
        assert len(ALIVE) == 10_000
    gc.collect()
    assert len(ALIVE) == 0


# ---- fit


def loss_that(watches):
    """A loss that tells a step from a look at the targets, and calls `watches` in steps."""

    def loss(predictions, targets):
        value = mean_squared_error(predictions, targets)
        if value.parents:
            watches()
        return value

    return loss


def test_fit_pauses_it_in_steps_and_not_for_callbacks_and_metrics():
    steps, callbacks, metrics = [], [], []
    train(
        loss=loss_that(lambda: steps.append(gc.isenabled())),
        callbacks=[lambda history: callbacks.append(gc.isenabled())],
        metrics={"m": lambda p, t: metrics.append(gc.isenabled()) or 0.0},
        engine="eager",
    )
    assert steps == [False] * 9
    assert callbacks == [True] * 3
    assert metrics == [True] * 4


@pytest.mark.usefixtures("switched_off")
def test_fit_leaves_a_collector_off_that_was_off():
    train()
    assert not gc.isenabled()


def test_what_losses_leave_in_cycles_is_collected_within_an_epoch():
    most = []

    def leave_cycles():
        for _ in range(5000):
            Cycle()
        most.append(len(ALIVE))

    gc.collect()
    train(loss=loss_that(leave_cycles), X=[[0.0, 0.1]] * 40, y=[0.0] * 40, epochs=1, batch_size=1, engine="eager")
    assert len(most) == 40
    assert max(most) <= 15_000
    gc.collect()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_leaves_the_blocks_of_other_threads_behind():
    inside, done = threading.Event(), threading.Event()

    def other():
        with gc_paused():
            inside.set()
            assert done.wait(10)

    def in_the_copy():
        assert gc.isenabled() and not collector.ENTERED
        with gc_paused():
            assert not gc.isenabled()
        assert gc.isenabled()

    def in_a_block_of_this_thread():
        assert not gc.isenabled() and len(collector.ENTERED) == 1

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert inside.wait(10)
        assert forked(in_the_copy) == ""
        with gc_paused():
            assert forked(in_a_block_of_this_thread) == ""
    finally:
        done.set()
        thread.join(10)


@pytest.mark.parametrize("function", ["batch_steps", "_end"])
def test_no_moment_of_fit_is_one_at_which_an_interruption_leaves_it_paused(function, capsys):
    moments, ended = 0, "interrupted"
    while ended == "interrupted":
        with Interruption(moments + 1, function):
            ended = train().ended
        assert gc.isenabled()
        moments += 1
    assert moments > 30
    assert capsys.readouterr().err.count("fit: interrupted") == moments - 1


def test_an_error_in_a_step_leaves_it_running():
    with pytest.raises(ZeroDivisionError):
        train(loss=loss_that(lambda: 1 / 0))
    assert gc.isenabled()


def test_a_model_trains_to_the_same_numbers_with_the_collector_off():
    ours, theirs = mlp(), mlp()
    train(ours)
    with gc_paused():
        train(theirs)
    assert ours.state_dict() == theirs.state_dict()
