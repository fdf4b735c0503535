"""Claims that are drawn: they are what they say, for check_claim and for mathematics, and show themselves as Python."""

import random
import warnings

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from autograd import check_claim
from autograd.testing.claim import Claim, Formula, random_claim
from autograd.testing.random_claims import claims

SLIPS = {"constant factor", "opposite sign", "reciprocal", "transposed", "wrong order", "missing sum", "wrong shape"}
SLIPS |= {"some entries", "wrong"}


@given(claims())
def test_check_claim_says_what_a_claim_says_of_itself(c):
    report = check_claim(c.claim, c.of, c.wrt, shapes=c.shapes)
    assert (report.verdict, report.diagnosis) == ("slip" if c.slip else "holds", c.slip), str(report)


def difference(c, seed):
    """How far a claim is from the derivative by NumPy's complex numbers, in which the package has no part."""
    rng = np.random.default_rng(seed)
    inputs = {name: rng.normal(size=shape) for name, shape in {**dict.fromkeys(names(c), ()), **c.shapes}.items()}
    at = np.asarray(inputs[c.wrt], dtype=float)
    actual = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape, dtype=complex)
        step[place] = 1e-30j
        actual[place] = np.imag(c.of(**{**inputs, c.wrt: at + step})) / 1e-30
    claimed = np.asarray(c.claim(**inputs) if callable(c.claim) else c.claim)
    return (
        np.inf if claimed.shape != actual.shape else np.abs(claimed - actual).max() / max(np.abs(actual).max(), 1e-300)
    )


def names(c):
    return list(c.of.__signature__.parameters)


@given(claims(slip=False), st.integers(0, 99))
def test_right_claims_are_right(c, seed):
    assert c.slip == ""
    assert difference(c, seed) < 1e-9


@given(claims(slip=True), st.integers(0, 99))
def test_slips_are_wrong(c, seed):
    assert c.slip in SLIPS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            assert not difference(c, seed) < 1e-6
        except ValueError as error:
            assert "mismatch" in str(error)  # arrays that do not go together: a transpose, or another order


def test_every_kind_of_slip_is_drawn():
    assert {random_claim(random.Random(seed).choice, True).slip for seed in range(300)} == SLIPS


@pytest.mark.parametrize("kind", sorted(SLIPS))
def test_hypothesis_draws_every_kind(kind):
    found = find(claims(), lambda c: c.slip == kind, settings=settings(max_examples=2000))
    assert check_claim(found.claim, found.of, found.wrt, shapes=found.shapes).diagnosis == kind


@given(claims())
def test_a_claim_is_the_python_that_it_shows(c):
    again = eval(repr(c), {"np": np, "Claim": Claim})
    assert (again.wrt, again.shapes, again.slip) == (c.wrt, c.shapes, c.slip)
    assert check_claim(again.claim, again.of, again.wrt, shapes=again.shapes).diagnosis == c.slip


def test_the_same_seed_gives_the_same_claim():
    for seed in range(30):
        one, other = (random_claim(random.Random(seed).choice) for _ in range(2))
        assert one == other and repr(one) == repr(other)


def test_formulas_are_equal_where_their_text_is():
    one, other = Formula("lambda x: 2 * x"), Formula("lambda x: x * 2")
    assert one == Formula("lambda x: 2 * x") and hash(one) == hash(Formula("lambda x: 2 * x"))
    assert one != other and one(x=3.0) == other(3.0) == 6.0
    assert list(one.__signature__.parameters) == ["x"]
    with pytest.raises(SyntaxError):
        Formula("lambda x: 2 *")
