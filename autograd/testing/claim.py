"""Claim: a derivative as a person writes it, right or with one known slip, and the function that it is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Protocol, TypeVar

import numpy as np

from autograd.testing.formulas import CURVES, FORMS

T = TypeVar("T")
SIZES = (2, 3, 4)
FACTORS = ("2", "3", "4", "0.5", "1.5", "1 / 3", "2 / 3", "1 / 4")
SCALES = ("", "", "0.5", "3")
NUMBERS = (2.0, 3.0, 5.0, -2.0, -3.0, -5.0, 0.5)


class Choose(Protocol):
    """Takes one of several: `random.Random(0).choice`, or a draw of Hypothesis."""

    def __call__(self, options: Sequence[T], /) -> T: ...


class Formula:
    """A function over arrays that is written as Python is, and shows itself so; it may use `np`.

    >>> Formula("lambda x: 2 * x")(3.0), Formula("lambda x: 2 * x")
    (6.0, lambda x: 2 * x)
    """

    def __init__(self, text: str) -> None:
        self.text, self._function = text, eval(text, {"np": np})
        self.__signature__ = signature(self._function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Its result for these inputs."""
        return self._function(*args, **named)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Claim:
    """That `claim`, a function or numbers, is ∂of/∂wrt, for inputs of these `shapes` (one number each where not given).

    `slip` is "" where that is so, else what is wrong, as `check_claim` calls it: a `diagnosis` of its report. The repr
    is Python that makes the claim again, with `np` for NumPy.

    >>> from autograd import check_claim
    >>> c = Claim(claim=lambda x: x, of=lambda x: x * x, wrt="x", shapes={}, slip="constant factor")
    >>> check_claim(c.claim, c.of, c.wrt, shapes=c.shapes).diagnosis == c.slip
    True
    """

    claim: Callable[..., Any] | Sequence[float]
    of: Callable[..., Any]
    wrt: str
    shapes: Mapping[str, tuple[int, ...]]
    slip: str = ""


def random_claim(choose: Choose, slip: bool | None = None) -> Claim:
    """A claim with a slip (`slip=True`), without one (False), or either, as `choose` takes one of several.

    >>> import random
    >>> random_claim(random.Random(0).choice, slip=True)  # doctest: +ELLIPSIS
    Claim(claim=lambda ...
    """
    slip = choose((False, True)) if slip is None else slip
    return _of_numbers(choose, slip) if choose(range(20)) == 19 else _of_formulas(choose, slip)


def _of_numbers(choose: Choose, slip: bool) -> Claim:
    """The derivative of a linear function: its numbers."""
    weights = [choose(NUMBERS) for _ in range(choose(SIZES))]
    kind, claimed = "", weights
    if slip:
        kind, factor = choose((("constant factor", 2.0), ("opposite sign", -1.0), ("some entries", 3.0)))
        wrong = [choose(range(len(weights)))] if kind == "some entries" else range(len(weights))
        claimed = [factor * x if k in wrong else x for k, x in enumerate(weights)]
    return Claim(claimed, Formula(f"lambda x: x @ {weights}"), "x", {"x": (len(weights),)}, kind)


def _of_formulas(choose: Choose, slip: bool) -> Claim:
    loss = _Loss(choose)
    found = loss.slips(choose) if slip else [("", loss.derivative)]
    kind = choose(sorted({kind for kind, _ in found}))
    claimed = choose([text for its, text in found if its == kind])
    inputs = ", ".join(loss.shapes)
    claim, of = Formula(f"lambda {inputs}: {claimed}"), Formula(f"lambda {inputs}: {loss.text}")
    return Claim(claim, of, loss.wrt, loss.shapes, kind)


class _Loss:
    """∑ φ(Z), with or without a scale, weights G and a penalty c on an input; its derivative in this, and slips."""

    def __init__(self, choose: Choose) -> None:
        self.form, self.curve = choose(FORMS), choose(CURVES)
        self.wrt = choose(tuple(self.form.pullbacks))
        self.pullback = self.form.pullbacks[self.wrt]
        weighted, penalized = self.curve.slope == "1" or choose((False, True)), choose((False, False, True))
        self.weights = [x for x in (choose(SCALES), "G" if weighted else "") if x]
        sizes = {letter: choose(SIZES) for letter in "mknh"} | {"1": 1}
        letters = {
            **self.form.shapes,
            **({"G": self.form.size} if weighted else {}),
            **({"c": ""} if penalized else {}),
        }
        self.shapes = {name: tuple(sizes[letter] for letter in size) for name, size in letters.items()}
        self.shape = self.shapes[self.wrt]
        self.penalty = f" + c * {self.wrt}" if penalized else ""

    @property
    def text(self) -> str:
        """The loss itself."""
        value = " * ".join([*self.weights, f"({self._of_z(self.curve.value)})"])
        square = f"({self.wrt} ** 2).sum()" if self.shape else f"{self.wrt} ** 2"
        return (f"({value}).sum()" if self.form.size else value) + (f" + c * {square} / 2" if self.penalty else "")

    @property
    def derivative(self) -> str:
        """Its derivative."""
        return self._pulled_back(self.curve.slope) + self.penalty

    def slips(self, choose: Choose) -> list[tuple[str, str]]:
        """What the derivative may be taken for: each slip, and the text with it."""
        right = self.derivative
        found = [("constant factor", f"{choose(FACTORS)} * ({right})"), ("opposite sign", f"-({right})")]
        found += [("reciprocal", f"1 / ({right})"), ("wrong", f"({right}) + 1")]
        found += self._of_arrays(right, choose) if self.shape else [("wrong", f"({right}) * {self.wrt}")]
        if self.penalty:
            found.append(("wrong", self._pulled_back(self.curve.slope) + self.penalty * 2))
        else:
            found += [(kind, self._pulled_back(self.curve.slope, wrong)) for kind, wrong in self.pullback.slips]
        if self.curve.value != self.curve.slope != "1":
            found.append(("wrong", self._pulled_back(self.curve.value) + self.penalty))
        return found

    def _of_arrays(self, right: str, choose: Choose) -> list[tuple[str, str]]:
        spoiled = np.ones(self.shape, dtype=int)
        spoiled[tuple(choose(range(size)) for size in self.shape)] = 3
        found = [("some entries", f"({right}) * {spoiled.tolist()}"), ("wrong", f"np.roll({right}, 1, axis=0)")]
        found += [("wrong shape", f"({right}).sum(axis=0)"), ("constant factor", f"({right}) / {self.wrt}.shape[0]")]
        return found + ([("transposed", f"({right}).T")] if len(self.shape) == 2 and 1 not in self.shape else [])

    def _pulled_back(self, slope: str, by: str = "") -> str:
        factors = [*self.weights, *([] if slope == "1" else [self._of_z(slope)])]
        return (by or self.pullback.right).format(D=" * ".join(factors))

    def _of_z(self, curve: str) -> str:
        return curve.format(z=self.form.z)
