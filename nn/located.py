"""Errors that say where in the training they happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError

REMEDY = "a lower learning rate, clip=1.0 or standardized inputs may prevent it"


@contextmanager
def located(where: str, numbers: NDArray[np.intp] | None = None) -> Iterator[None]:
    """Inside, a ValueError or DomainError names the place and the batch, by the numbers that its samples have in X.

    >>> with located("epoch 3", np.array([17, 4])):
    ...     raise ValueError("target nan of sample 1")
    Traceback (most recent call last):
    ValueError: fit: epoch 3, batch of samples 17, 4, which count from 0 here: target nan of sample 1
    """
    try:
        yield
    except DomainError as error:
        message = f"fit: {where}{_of_batch(numbers)}: {error}; {REMEDY}"
        raise DomainError(message, error.op, error.operands, error.labels, error.location) from error
    except ValueError as error:
        if type(error) is not ValueError:  # those of others may take more than a message
            raise
        raise ValueError(f"fit: {where}{_of_batch(numbers)}: {error}") from error


def _of_batch(numbers: NDArray[np.intp] | None) -> str:
    if numbers is None:
        return ""
    listed = [*map(str, numbers[:8].tolist()), *["…"] * (len(numbers) > 8)]
    return f", batch of samples {', '.join(listed)}, which count from 0 here"
