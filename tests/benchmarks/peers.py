"""What the benchmarks share: micrograd with the functions it lacks, and contenders in processes of their own."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import numpy as np


def micrograd_value() -> Any:
    """micrograd's Value, with tanh, exp and log in its own style."""
    from micrograd.engine import Value

    def method(function: Any, slope: Any) -> Any:
        def apply(self: Any) -> Any:
            y = function(self.data)
            out = Value(y, (self,), function.__name__)

            def _backward() -> None:
                self.grad += slope(self.data, y) * out.grad

            out._backward = _backward
            return out

        return apply

    Value.tanh = method(math.tanh, lambda x, y: 1 - y * y)
    Value.exp = method(math.exp, lambda x, y: y)
    Value.log = method(math.log, lambda x, y: 1 / x)
    return Value


def in_process(file: str, *arguments: str) -> Any:
    """What a benchmark, run by itself with these arguments, prints as JSON."""
    shown = subprocess.run([sys.executable, file, *arguments], capture_output=True, check=True, text=True)
    return json.loads(shown.stdout)


def require_micrograd() -> None:
    if not find_spec("micrograd"):
        raise SystemExit('micrograd is not installed: pip install -e ".[bench]"')


def check_equal(what: str, ours: list[float], theirs: list[float]) -> None:
    """Nothing is worth timing where results differ. What is small beside the others may have lost digits to them."""
    a, b = np.array(ours), np.array(theirs)
    if a.shape != b.shape:
        raise SystemExit(f"{what} differ in number, {a.size} and {b.size}: nothing is worth timing")
    size = np.abs(b) + 1e-3 * np.abs(b).max(initial=1e-300)
    worst = float(np.max(np.abs(a - b) / size, initial=0.0))
    if not worst <= 1e-9:
        raise SystemExit(f"{what} differ by {worst:.1e}: nothing is worth timing")
