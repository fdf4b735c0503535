"""Numbers that a setting may be: one way to read them, and one way to refuse them."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, NamedTuple


class Range(NamedTuple):
    """Whether a number is in it, and what it is called in errors."""

    holds: Callable[[float], bool]
    text: str


FINITE = Range(math.isfinite, "finite")
NOT_NEGATIVE = Range(lambda x: 0.0 <= x < math.inf, "0 or more and finite")
POSITIVE = Range(lambda x: 0.0 < x < math.inf, "above 0 and finite")
DECAY = Range(lambda x: 0.0 <= x < 1.0, "0 or more and below 1")  # of a mean, from step to step
FACTOR = Range(lambda x: 0.0 < x <= 1.0, "above 0 and at most 1")
LIMIT = Range(lambda x: x > 0.0, "above 0")  # infinity is none


def in_range(user: str, name: str, value: Any, allowed: Range) -> float:
    """The number as a float. Raises TypeError where it is none, ValueError where it is out of range.

    >>> in_range("Adam", "eps", 0, POSITIVE)
    Traceback (most recent call last):
    ValueError: Adam: eps = 0 must be above 0 and finite
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{user}: {name} = {value!r:.60} is a {type(value).__name__}, not a number")
    try:
        number = float(value)
    except OverflowError:  # of an integer of more than 308 digits
        number = math.inf
    if not allowed.holds(number):
        raise ValueError(f"{user}: {name} = {value!r:.60} must be {allowed.text}")
    return number


def whole_number(user: str, name: str, value: Any, least: int) -> int:
    """The whole number as an int. Raises TypeError where it is none, ValueError where it is below the least.

    >>> whole_number("step_decay", "every", 0, least=1)
    Traceback (most recent call last):
    ValueError: step_decay: every = 0 must be 1 or more
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{user}: {name} = {value!r} is a {type(value).__name__}, not a whole number")
    if value < least:
        raise ValueError(f"{user}: {name} = {value!r} must be {least} or more")
    return int(value)
