"""What a replay takes in memory: the growth of the process's peak during its first run. Linux only."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import mixed
import nets
import numpy as np
from contest import Prepared


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
    function, X = mixed.compiled(operations, engine), mixed.inputs(samples).T.copy()
    values, gradients = function.value_and_grad(X[[0, -1]])
    many = int(operations) * int(samples)
    return Prepared(mixed.ends(values, gradients.T), lambda: peak_growth(lambda: function.value_and_grad(X)) / many)


def of_a_stream(task: str, samples: str, engine: str) -> Prepared:
    """Bytes, of a gradient summed over so many samples, which are those of the task, again and again."""
    this = nets.net(task)
    compiled, P, y = nets.recorded(this, engine)
    compiled.value_and_grad(P, this.inputs, y)
    X, targets = (np.concatenate([part] * (int(samples) // len(y))) for part in (this.inputs, y))
    return Prepared({}, lambda: peak_growth(lambda: compiled.value_and_grad(P, X, targets)))
