"""Truth tables of logic gates."""

from __future__ import annotations

import numpy as np

from nn.data.dataset import Dataset

GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "xor": (0, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xnor": (1, 0, 0, 1),
}


def gate(name: str) -> Dataset:
    """The truth table of a logic gate, in the order 00, 01, 10, 11: "and", "or", "nand", "xor", "nor" or "xnor".

    Raises ValueError for another name.

    >>> gate("xor").X.tolist(), gate("xor").y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    if name not in GATES:
        raise ValueError(f"gate: there is no gate {name!r}: write one of {', '.join(GATES)}")
    X = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)])
    return Dataset(X, np.array(GATES[name]), ("a", "b"), ("0", "1"))
