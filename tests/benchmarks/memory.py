"""What a replay takes in memory: the growth of the process's peak during its first run. Linux only."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import mixed
import nets
import numpy as np
from contest import Prepared
from ours import replay


def peak_growth(run: Callable[[], Any]) -> int:
    """Bytes by which the most resident memory while it runs exceeds that before."""
    gc.collect()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak begins anew
    before = peak()
    run()
    return peak() - before


def peak() -> int:
    with open("/proc/self/status") as file:
        (line,) = (line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def of_a_graph(operations: str, samples: str, engine: str) -> Prepared:
    """Bytes an operation and sample, results included."""
    run = replay(*mixed.graph(operations), engine)
    X, seeds = mixed.inputs(samples), np.ones(int(samples))
    small = run(np.zeros(0), X[:, [0, -1]], seeds[:2])
    return Prepared(
        mixed.ends(small.outputs[0], small.batch),
        lambda: peak_growth(lambda: run(np.zeros(0), X, seeds)) / int(operations) / int(samples),
    )


def of_a_stream(task: str, samples: str, engine: str) -> Prepared:
    """Bytes, of a gradient summed over so many samples, which are those of the task, again and again."""
    this = nets.net(task)
    run, P, batch = nets.replay_of(this, engine)
    many = np.resize(batch.T, (int(samples), len(batch))).T.copy()
    return Prepared({}, lambda: peak_growth(lambda: run(P, many, np.full(int(samples), 1.0 / int(samples)))))
