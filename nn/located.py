"""Errors that say where in the training they happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError

REMEDY = "a lower learning rate, clip=1.0 or standardized inputs may prevent it"


@contextmanager
def located(where: str, numbers: NDArray[np.intp] | None = None) -> Iterator[None]:
    """Inside, a ValueError or DomainError says where, and names a sample by its number in X, where `numbers` has it.

    >>> with located("epoch 3", np.array([17, 4])):
    ...     raise ValueError("target nan of sample 1")
    Traceback (most recent call last):
    ValueError: fit: epoch 3: target nan of sample 4
    """
    try:
        yield
    except DomainError as error:
        raise error.retold(f"fit: {where}: {_numbered(str(error), numbers)}; {REMEDY}") from error
    except ValueError as error:
        if type(error) is not ValueError:  # those of others may take more than a message
            raise
        raise ValueError(f"fit: {where}: {_numbered(str(error), numbers)}") from error


def listed(numbers: NDArray[np.intp]) -> str:
    """The first samples of a batch."""
    return f"batch of samples {', '.join([*map(str, numbers[:8].tolist()), *['…'] * (len(numbers) > 8)])}"


def _numbered(message: str, numbers: NDArray[np.intp] | None) -> str:
    """Losses and metrics count the samples that they are given."""
    if numbers is None:
        return message
    known = {str(k): f"sample {number}" for k, number in enumerate(numbers.tolist())}
    return re.sub(r"\bsample (\d+)\b", lambda found: known.get(found[1], found[0]), message)
