"""Entropy, cross entropy and divergence of distributions, against 50 digits and against each other."""

from __future__ import annotations

import re
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import mp

from autograd import DomainError, Value, check_gradient, ignore_domain, softmax
from nn.information import entropy, kl_divergence
from nn.losses import cross_entropy

P, Q = [0.5, 0.25, 0.125, 0.125], [0.25, 0.25, 0.25, 0.25]


def exact_cross_entropy(p: Any, q: Any) -> Any:
    return -mp.fsum(mp.mpf(x) * mp.log(y) for x, y in zip(p, q, strict=True) if x)


def normalised(counts: Any) -> list[float]:
    return [c / sum(counts) for c in counts]


distributions = st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(any).map(normalised)
positive = st.lists(st.integers(1, 1000), min_size=4, max_size=4).map(normalised)


def test_bits():
    assert [entropy(p, base=2) for p in (P, Q, [1.0, 0.0], [1.0])] == [1.75, 2.0, 0.0, 0.0]
    assert entropy([1 / 256] * 256, base=2) == 8.0 and entropy([0.1] * 10, base=10) == pytest.approx(1.0, rel=1e-15)
    assert entropy([1 / 27] * 27, base=3) == pytest.approx(3.0, rel=1e-15)
    rare = [2.0**-29, 1.0 - 2.0**-29]  # where ln(x) / ln(2) is off by a digit
    assert cross_entropy(rare, [1, 0], base=2) == 29.0 and cross_entropy([0.001, 0.999], 0, base=10) == 3.0
    assert kl_divergence(P, Q, base=2) == 0.25 and cross_entropy(Q, P, base=2) == 2.0


def test_zero_has_no_minus():
    assert [str(f) for f in (entropy([1.0, 0.0]), kl_divergence(P, P), cross_entropy([1.0, 0.0], [1.0, 0.0]))] == [
        "0.0"
    ] * 3


@given(distributions, positive)
def test_values_to_50_digits(p, q):
    assert abs(entropy(p) - exact_cross_entropy(p, p)) < 2e-15
    assert abs(cross_entropy(q, p) - exact_cross_entropy(p, q)) < 4e-15
    assert abs(kl_divergence(p, q) - (exact_cross_entropy(p, q) - exact_cross_entropy(p, p))) < 4e-15


@given(distributions, positive)
def test_cross_entropy_is_least_where_the_distributions_are_equal(p, q):
    """H(P, Q) = H(P) + KL(P, Q), and KL is not negative."""
    assert cross_entropy(q, p) == pytest.approx(entropy(p) + kl_divergence(p, q), rel=1e-13, abs=1e-15)
    assert kl_divergence(p, q) > -1e-15 and kl_divergence(p, p) == 0.0


def test_p_and_q_cannot_be_swapped():
    p, q = [0.75, 0.25], [0.5, 0.5]
    assert cross_entropy(q, p, base=2) == 1.0 and cross_entropy(p, q, base=2) > 1.2
    assert abs(kl_divergence(p, q) - kl_divergence(q, p)) > 0.01


def test_values_and_arrays_give_the_same_numbers():
    p, q = [Value(x) for x in P], np.array(Q)
    assert entropy(p).data == entropy(np.array(P)) == entropy(tuple(P))
    assert kl_divergence(p, q).data == kl_divergence(P, Q) and kl_divergence(q, p).data == kl_divergence(Q, P)


def test_gradients():
    z, r = [0.3, -1.2, 2.5, 0.0], [0.5, 0.1, -0.7, 1.0]
    for f in (
        lambda a: entropy(softmax(a)),
        lambda a: entropy(softmax(a), base=2),
        lambda a: kl_divergence(softmax(a), softmax(r)),
        lambda a: kl_divergence(softmax(r), softmax(a)),
        lambda a: cross_entropy(softmax(a), softmax(r), base=3),
        lambda a: cross_entropy(softmax(r), softmax(a)),
    ):
        assert check_gradient(f, [z])


def test_partial_derivatives_on_paper():
    p, q = [Value(x) for x in P], [Value(x) for x in Q]
    entropy(p).backward()
    assert [v.grad for v in p] == pytest.approx([-np.log(x) - 1.0 for x in P], rel=1e-15)
    kl_divergence(P, q).backward()
    assert [v.grad for v in q] == pytest.approx([-x / y for x, y in zip(P, Q, strict=True)], rel=1e-15)


def test_differences_may_leave_the_sum_a_little():
    assert check_gradient(entropy, [P]) and check_gradient(lambda q: kl_divergence(P, q), [Q])


def test_what_is_impossible_counts_nothing():
    p, q = [Value(0.0), Value(1.0)], [Value(0.0), Value(1.0)]
    h, d = entropy(p), kl_divergence(p, q)
    h.backward()
    d.backward()
    assert (abs(h.data), d.data, p[0].grad, q[0].grad) == (0.0, 0.0, 0.0, 0.0)


def test_infinite_divergence():
    report = (
        r"^kl_divergence: q\[1\] is 0 where p\[1\] is 0.5, an infinite divergence: give q a little probability there"
    )
    with pytest.raises(DomainError, match=report) as caught:
        kl_divergence([0.5, 0.5], [Value(1.0), Value(0.0, label="q")])
    assert (caught.value.op, caught.value.labels) == ("log", ("q",))
    with ignore_domain():
        assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == inf


@pytest.mark.parametrize(
    ("p", "text"),
    [
        ([0.5, 0.25], "the probabilities of p sum to 0.75, not 1: divide each by their sum"),
        ([3, 5], "p[0] is 3: a probability is between 0 and 1"),
        ([0.5, -0.5, 1.0], "p[1] is -0.5: a probability is between 0 and 1"),
        ([0.5, nan], "p[1] is nan: a probability is between 0 and 1"),
        ([], "p is not a flat list of probabilities: give one distribution"),
        (1.0, "p is not a flat list of probabilities: give one distribution"),
        ([P, Q], "p is not a flat list of probabilities: give one distribution"),
    ],
)
def test_no_distribution(p, text):
    with pytest.raises(ValueError, match=r"^" + re.escape(f"entropy: {text}") + "$"):
        entropy(p)
    with pytest.raises(ValueError, match=r"^" + re.escape(f"kl_divergence: {text}") + "$"):
        kl_divergence(p, Q)


def test_other_mistakes():
    with pytest.raises(ValueError, match=r"^kl_divergence: p has 4 probabilities and q has 2: give as many of each$"):
        kl_divergence(P, [0.5, 0.5])
    with pytest.raises(TypeError, match=r"^entropy: the p of outcome 1 is None, not a number: give numbers"):
        entropy([0.5, None])
    for base in (1, 0.5, -2, nan, inf):
        with pytest.raises(ValueError, match=rf"^entropy: base is {base}: give a number over 1, or leave it out for"):
            entropy(P, base=base)
    with pytest.raises(TypeError, match=r"^cross_entropy: the base is '2', not a number"):
        cross_entropy(Q, P, base="2")
