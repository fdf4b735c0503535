"""Claims for property tests: of formulas as notes write them, right ones and such with one known slip."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from autograd.testing.claim import Claim, random_claim


def claims(slip: bool | None = None) -> st.SearchStrategy[Claim]:
    """A derivative that someone wrote down: right, or with one known slip; `slip` asks for the one or the other.

    A claim has what `check_claim` takes, `claim`, `of`, `wrt` and `shapes`, and the diagnosis that it should give,
    `slip` ("" where the claim holds). It shows itself as Python, with `np` for NumPy. Raises TypeError where `slip` is
    neither True nor False nor None.

    >>> from autograd import check_claim
    >>> from hypothesis import given
    >>> @given(claims())
    ... def test(c):
    ...     assert check_claim(c.claim, c.of, c.wrt, shapes=c.shapes).diagnosis == c.slip
    >>> test()
    """
    if slip is not None and not isinstance(slip, bool):
        raise TypeError(f"claims: slip = {slip!r:.60} must be True (with a slip), False (right ones) or None (both)")
    return _drawn(slip)


@st.composite
def _drawn(draw: Any, slip: bool | None) -> Claim:
    return random_claim(lambda options: draw(st.sampled_from(options)), slip)
