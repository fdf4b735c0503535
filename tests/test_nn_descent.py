"""descend: the points are those of the optimizer, and of the formula where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Value, cos
from nn.descent import descend
from nn.optimizers import SGD, Adam


def bowl(x, y):
    return x**2 + 3 * y**2


def test_gradient_descent_on_a_bowl_is_a_geometric_sequence():
    points = descend(bowl, (-3.0, 4.0), lambda p: SGD(p, lr=0.1), steps=30)
    k = np.arange(31)
    np.testing.assert_allclose(points, np.stack([-3 * 0.8**k, 4 * 0.4**k], axis=1), rtol=1e-12)


def test_it_takes_the_steps_of_a_loop_by_hand():
    def f(x, y, z):
        return cos(x * y) + z**4 - x * z

    values = [Value(x) for x in (0.5, 2.0, -1.0)]
    optimizer = Adam(values, lr=0.05)
    expected = [[v.data for v in values]]
    for _ in range(20):
        optimizer.zero_grad()
        f(*values).backward()
        optimizer.step()
        expected.append([v.data for v in values])
    assert descend(f, (0.5, 2.0, -1.0), lambda p: Adam(p, lr=0.05), steps=20).tolist() == expected


def test_a_class_is_an_optimizer_of_its_defaults_and_no_step_stays_at_the_start():
    assert descend(bowl, np.array([1.0, 2.0]), Adam, steps=0).tolist() == [[1.0, 2.0]]
    assert descend(bowl, (1, 2), Adam).shape == (51, 2)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="descend: steps = -1 must be 0 or more"):
        descend(bowl, (1, 2), Adam, steps=-1)
    with pytest.raises(TypeError, match=r"descend: f returned 3\.0, not a Value: write it with autograd's operations"):
        descend(lambda x, y: 3.0, (1, 2), Adam)
    with pytest.raises(ValueError, match="overflows"):
        descend(bowl, (1, 2), lambda p: SGD(p, lr=1e200), steps=50)
    with pytest.raises(ValueError, match=r"SGD: the new value of .* nothing has moved: lower lr"):
        descend(lambda x: 1e300 * x, (1,), lambda p: SGD(p, lr=1e9))
