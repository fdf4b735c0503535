"""Where training stands, in a file: enough to go on as if it had not been interrupted."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from autograd import documents
from nn.module import Module

Path = str | os.PathLike[str]
Row = dict[str, float]

ENTRIES = {
    "model": str,
    "plan": dict,
    "seed": int,
    "parameters": dict,
    "best": dict,
    "optimizer": dict,
    "history": list,
}


@dataclass(frozen=True)
class Checkpoint:
    """A run after an epoch: the model, the plan of the run and its seed, and how far it has come.

    `plan` is what has to be the same for a run to go on. `parameters` and `best` are by name, `optimizer` is its
    state, `history` the rows of the History.
    """

    model: str
    plan: dict[str, Any]
    seed: int
    parameters: dict[str, float]
    best: dict[str, float]
    optimizer: dict[str, Any]
    history: list[Row]

    def write(self, path: Path) -> None:
        """Save it, whole or not at all."""
        rows = [{name: x if math.isfinite(x) else str(x) for name, x in row.items()} for row in self.history]
        documents.write(path, "checkpoint", {**vars(self), "history": rows})  # JSON has no nan, which metrics may be

    @classmethod
    def read(cls, path: Path, model: Module) -> Checkpoint:
        """Load it. Raises ValueError where it is of another model, or the file is damaged or something else."""
        content = documents.read(path, "checkpoint", ENTRIES)
        if content["model"] != repr(model):
            raise ValueError(f"{path}: a checkpoint of {content['model']:.200}, not of {model!r:.200}")
        if content["seed"] < 0:
            raise ValueError(f"{path}: the checkpoint is damaged: its 'seed' {content['seed']!s:.60} is negative")
        for what in ("parameters", "best"):
            content[what] = documents.numbers(path, what, content[what])
            if set(content[what]) != set(model.state_dict()):
                raise ValueError(f"{path}: the names of its {what!r} are not those of the model's parameters")
        content["history"] = _rows(path, content["history"])
        return cls(**{field.name: content[field.name] for field in fields(cls)})

    def require(self, path: Path, plan: Mapping[str, Any]) -> None:
        """Raises ValueError where it is of a run with another plan."""
        for name in {**plan, **self.plan}:
            if (was := self.plan.get(name)) != (now := plan.get(name)):
                raise ValueError(f"{path}: a checkpoint of a run with {name:.60} {was!r:.60}, not {now!r:.60}")


def _rows(path: Path, rows: list[Any]) -> list[Row]:
    try:
        read = [{name: float(x) for name, x in row.items()} for row in rows]
        if all(row.keys() == read[0].keys() and "loss" in row for row in read):
            return read
    except (AttributeError, TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{path}: the checkpoint is damaged: its 'history' is not a list of epochs")
