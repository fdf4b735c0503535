"""Convex or not: losses of a linear, a sigmoid and a relu unit, by their second derivatives in w and b."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import grad, hessian, positive, relu, sigmoid
from nn import Adam, binary_cross_entropy_from_logits, mean_squared_error
from nn.descent import descend
from nn.initializers import generator

Floats = NDArray[np.float64]
Loss = Callable[[Any, Any], Any]  # of w and b

X, T = (1.0, 5.0), (0.9, 0.3)  # two samples: inputs and targets
STARTS = (-1.0, 3.0)  # of descents
ROUNDING = 1e-12


def squared_error(activation: Callable[..., Any]) -> Loss:
    """The mean of (activation(wx + b) − t)²."""
    return lambda w, b: mean_squared_error([activation(w * x + b) for x in X], T)


def cross_entropy(w: Any, b: Any) -> Any:
    """That of σ(wx + b)."""
    return binary_cross_entropy_from_logits([w * x + b for x in X], T)


LOSSES: dict[str, Loss] = {
    "linear, squared error": squared_error(positive),
    "sigmoid, squared error": squared_error(sigmoid),
    "relu, squared error": squared_error(relu),
    "sigmoid, cross entropy": cross_entropy,
}


class Curvature(NamedTuple):
    """Where a function is convex, no curvature is negative and no chord is below it."""

    hessians: Floats  # (points, 2, 2)
    curvatures: Floats  # (points, 2): the eigenvalues
    chords: Floats  # how far above the function each is, halfway from a point to the next


class Place(NamedTuple):
    """A point of a loss: its value there, and its derivatives in w and b."""

    w: float
    b: float
    loss: float
    gradient: tuple[float, float]


class Result(NamedTuple):
    """`minima` are where two descents in w alone end, b being 0, on the sigmoid unit's squared error."""

    points: Floats
    losses: dict[str, Curvature]
    minima: list[Place]
    flat: Place  # of the same
    dead: Place  # of the relu unit's


def run(points: int = 200, seed: int = 0) -> Result:
    """Curvatures and chords at random points, and special places of two of the losses."""
    chosen = generator(seed).uniform(-4, 4, (points, 2))
    of_sigmoid, of_relu = LOSSES["sigmoid, squared error"], LOSSES["relu, squared error"]

    def end(start: float) -> float:
        return float(descend(lambda w: of_sigmoid(w, 0.0), [start], lambda p: Adam(p, lr=0.05), steps=500)[-1, 0])

    return Result(
        chosen,
        {name: curvature(loss, chosen) for name, loss in LOSSES.items()},
        minima=[place(of_sigmoid, end(start), 0.0) for start in STARTS],
        flat=place(of_sigmoid, -10.0, 0.0),
        dead=place(of_relu, -1.0, -1.0),
    )


def curvature(loss: Loss, points: Floats) -> Curvature:
    """Second derivatives at the points, and the chord from each to the next."""
    hessians = np.array([hessian(loss, (0, 1))(w, b) for w, b in points.tolist()])
    ends = np.array([loss(w, b) for w, b in points.tolist()])
    halfway = np.array([loss(w, b) for w, b in ((points[:-1] + points[1:]) / 2).tolist()])
    return Curvature(hessians, np.linalg.eigvalsh(hessians).astype(float), (ends[:-1] + ends[1:]) / 2 - halfway)


def place(loss: Loss, w: float, b: float) -> Place:
    """What there is at a point."""
    return Place(w, b, loss(w, b), grad(loss, (0, 1))(w, b))


def main() -> Result:
    """Print the curvatures and chords of each loss, and what is special in two of them."""
    result = run()
    print(f"at {len(result.points)} random (w, b)      least curvature   greatest   chords below the loss")
    for name, (hessians, curvatures, chords) in result.losses.items():
        below = np.mean(chords < -ROUNDING)
        verdict = "not convex" if below or curvatures.min() < -ROUNDING else "convex"
        constant = ", Hessian constant" if np.ptp(hessians, axis=0).max() < ROUNDING else ""
        numbers = f"{curvatures.min():16.2g}   {curvatures.max():8.3g}   {below:21.0%}"
        print(f"  {name:22}  {numbers}   {verdict}{constant}")
    for start, found in zip(STARTS, result.minima, strict=True):
        print(f"sigmoid, b = 0: descent from w = {start:2g} ends at w = {found.w:5.2f}, loss {found.loss:.3f}")
    flat, dead = result.flat, result.dead
    print(f"sigmoid, b = 0: flat at w = {flat.w:g}, loss {flat.loss:.3f}, d/dw {flat.gradient[0]:.0e}")
    print(f"relu: dead at w = {dead.w:g}, b = {dead.b:g}, loss {dead.loss:.3f}, d/dw {abs(dead.gradient[0]):g}")
    return result


if __name__ == "__main__":
    main()
