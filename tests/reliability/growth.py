"""How the time that an operation takes grows with the graph that it is in."""

from __future__ import annotations

import copy
import pickle
import time
from collections.abc import Callable
from typing import Any

from engines import ENGINES

from autograd import Tape, draw, explain, gc_paused, steps
from reliability.graphs_of_size import Sized, chain
from reliability.trials import Count, Trials

# In a large graph an operation may take so many times as long as in a small one; graphs of the short profile are so
# small that what else the machine does is seen.
SLOWER, SLOWER_IN_SHORT = 3.0, 10.0
REPEATED = 5  # the best of so many is the time of a small graph

TASKS: dict[str, Callable[[Sized], Any]] = {
    "backward": lambda made: made.result.backward(),
    "pickle": lambda made: pickle.loads(pickle.dumps(made.result)),
    "deepcopy": lambda made: copy.deepcopy(made.result),
    "draw": lambda made: draw(made.result).source,
    "steps": lambda made: str(steps(made.result)),
    "explain": lambda made: str(explain(made.result, wrt=made.leaves[0])),
    "record": lambda made: Tape.record(made.result, inputs=made.leaves),
    "replay": lambda made: Tape.record(made.result, inputs=made.leaves, engine=ENGINES[-1]).value_and_grad([0.5]),
}


def grown(trials: Trials, n: int) -> Count:
    """What takes longer the larger the graph is, beyond the operations that there are more of."""
    allowed = SLOWER if trials.long else SLOWER_IN_SHORT
    count = Count(f"time of an operation among {n:,}: at most {allowed:.0f} × that of one among {n // 100:,}")
    for name, task in {"build": None, **TASKS}.items():
        for _ in trials.of(f"growth {name}", 1):
            with gc_paused():
                small = min(seconds(task, n // 100) for _ in range(REPEATED))
                slower = seconds(task, n) / small / 100
            count.note(slower <= allowed, f"{name}: {slower:.1f} × as long")
    return count


def seconds(task: Callable[[Sized], Any] | None, n: int) -> float:
    """Of this process, not of the clock; without a task, the time of building the graph."""
    begin = time.process_time()
    made = chain(n)
    if task:
        begin = time.process_time()
        task(made)
    return time.process_time() - begin
