"""How a claim is wrong. Each function looks for one slip, and returns None where it is another."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from autograd.check import shapes
from autograd.check.arrays import Array
from autograd.check.evidence import Evidence, Slip, largest_difference, off_by, scalars
from autograd.check.factors import SAME, Factor, close, common_factor, named, simple

# NumPy's words for a product that does not fit: of @, with the right operand's rows first; and of dot.
PRODUCT = re.compile(r"size (?P<rows>\d+) is different from (?P<columns>\d+)|(?P<k>\d+) \(dim \d\) != (?P<r>\d+)")


def diagnose(found: Evidence) -> Slip:
    """The first slip that explains every point."""
    claimed, actual = found.shapes
    finders = SAME_SHAPE if claimed == actual else OTHER_SHAPE
    if not all(np.isfinite(c).all() for c in found.claimed):
        finders = (_reciprocal_where_finite, _not_finite)
    return next(slip for finder in finders if (slip := finder(found)))


def misfit(found: Evidence, words: str) -> Slip:
    """The slip of a claim whose arrays do not go together, as NumPy's words say."""
    if slip := _transposed_input(found):
        return slip
    product = PRODUCT.search(words)
    if not product:
        return Slip("wrong shape", f"wrong shape: arrays in the claim do not go together ({words.strip()})")
    columns, rows = product["columns"] or product["k"], product["rows"] or product["r"]
    message = f"wrong order or shape: in a product of the claim, {columns} columns meet {rows} rows"
    for slip in _with_equal_sizes(found):
        if slip.kind in ("wrong order", "transposed"):
            return Slip(slip.kind, f"{message}. With sizes that fit, {slip.message}", slip.factor)
    return Slip("wrong order", f"{message}: put the factors in another order, or transpose one")


def _with_equal_sizes(found: Evidence) -> list[Slip]:
    """The diagnoses where all sizes are equal, single rows and columns kept or not, and the claim runs."""
    sizes = {size for point in found.points for x in point.values() for size in x.shape}
    retried = [found.resized(dict.fromkeys(changed, 3)) for changed in (sizes - {1}, sizes)]
    return [diagnose(square) for square in retried if square and not close(square.claimed, square.actual)]


# ---- claims of the gradient's shape


def _constant_factor(found: Evidence) -> Slip | None:
    r = common_factor(found.claimed, found.actual)
    if r is None or simple(r) == 1:  # not to be taken for right where single entries are wrong
        return None
    if simple(r) == -1:
        return Slip("opposite sign", "opposite sign: the claim is minus the gradient everywhere", Fraction(-1))
    factor, also = with_sizes(found, r)
    if _is_reciprocal(found):
        also += "; it is also 1 over the gradient"
    message = f"{factor.share()} everywhere: {factor.remedy()}{also}"
    if r < 0.0:
        return Slip("opposite sign", f"opposite sign, and a factor: {message}", factor.number)
    return Slip("constant factor", message, factor.number)


def with_sizes(found: Evidence, r: float) -> tuple[Factor, str]:
    """The factor, with the sizes of inputs that it is made of by name, found by changing each in turn."""
    powers = {name: _power(found, size, r) for size, name in found.sizes.items() if size > 1}
    symbols = tuple((name, power) for name, power in powers.items() if power)
    rest, also = r, []
    for size, name in found.sizes.items():
        if power := powers.get(name):
            rest /= float(size) ** power
            also.append(f"{name} is {size}")
        elif name in powers and power is None and size in _terms(r):
            also.append(f"{size} is also {name}")
    return named(rest, symbols)._replace(value=r), f" ({', '.join(also)})" if also else ""


def _power(found: Evidence, size: int, r: float) -> int | None:
    """The p with factor ~ size**p; None where it can't be told."""
    new = max(found.sizes) + 2
    other = found.resized({size: new})
    changed = other and common_factor(other.claimed, other.actual)
    if not changed:
        return None
    return next((p for p in (0, -1, 1, -2, 2) if abs(changed / r / (new / size) ** p - 1.0) < SAME), None)


def _terms(r: float) -> tuple[int, ...]:
    fraction = simple(r)
    return (abs(fraction.numerator), fraction.denominator) if fraction else ()


def _transposed_input(found: Evidence) -> Slip | None:
    """W written for Wᵀ."""
    for name in (name for name, x in found.points[0].items() if x.ndim == 2):
        claimed = found.claim_with(lambda point, name=name: {**point, name: point[name].T})  # type: ignore[misc]  # mypy does not infer lambdas with defaults
        if claimed and (r := common_factor(claimed, found.actual)):
            rest = off_by(named(r), "the claim holds", "the claim is {}")
            return Slip("transposed", f"transposed: with {name}ᵀ in place of {name}, {rest}", named(r).number)
    return None


def _transposed_factor(found: Evidence) -> Slip | None:
    """G W for G Wᵀ, where G may depend on W too: a square W can be divided out, and the other one put there."""
    for name in (name for name, x in found.points[0].items() if x.ndim == 2 and x.shape[0] == x.shape[1] > 1):
        for written, meant, turn in ((name, f"{name}ᵀ", _same), (f"{name}ᵀ", name, np.transpose)):
            for place, corrected in (("last", _with_last), ("first", _with_first)):
                right = [corrected(c, turn(point[name])) for point, c in zip(found.points, found.claimed, strict=True)]
                if all(c is not None for c in right) and (r := common_factor(right, found.actual)):
                    rest = off_by(named(r), "the claim holds", "the claim is {}")
                    message = f"transposed: with {meant} in place of {written} as its {place} factor, {rest}"
                    return Slip("transposed", message, named(r).number)
    return None


def _same(m: Array) -> Array:
    return m


def _with_last(c: Array, m: Array) -> Array | None:
    """G Mᵀ for c = G M; None where that is not possible."""
    if not c.ndim or c.shape[-1] != len(m) or np.linalg.matrix_rank(m) < len(m):
        return None
    return np.linalg.solve(m.T, c.T).T @ m.T


def _with_first(c: Array, m: Array) -> Array | None:
    """Mᵀ G for c = M G."""
    fixed = _with_last(c.T, m.T)
    return None if fixed is None else fixed.T


def _reciprocal(found: Evidence) -> Slip | None:
    if _is_reciprocal(found):
        return Slip("reciprocal", "upside down: the claim is 1 over the gradient everywhere")
    if _is_reciprocal(found, -1.0):
        return Slip("reciprocal", "upside down, and the opposite sign: the claim is −1 over the gradient everywhere")
    return None


def _reciprocal_where_finite(found: Evidence) -> Slip | None:
    """1 over a gradient that vanishes at some points."""
    finite = [k for k, c in enumerate(found.claimed) if np.isfinite(c).all()]
    slip = _reciprocal(found.at(finite)) if len(finite) > 1 and found.shapes[0] == found.shapes[1] else None
    return slip and slip._replace(message=slip.message.replace("everywhere", "wherever it is finite"))


def _is_reciprocal(found: Evidence, sign: float = 1.0) -> bool:
    return all(g.all() for g in found.actual) and close(found.claimed, [sign / g for g in found.actual])


def _some_entries(found: Evidence) -> Slip | None:
    """Entries that are right at every point, and not only because nothing reaches them."""
    shape = found.shapes[1]
    if not shape:
        return None
    same = np.array([np.abs(c - g) <= SAME * np.abs(g) for c, g in zip(found.claimed, found.actual, strict=True)])
    right = same.all(axis=0)
    if not any(g[right].any() for g in found.actual):
        return None
    message = f"right only for {_listed(right)}; wrong at {_listed(~right)}"
    r = common_factor([c[~right] for c in found.claimed], [g[~right] for g in found.actual])
    if r is None:
        return Slip("some entries", f"{message}. {_first_difference(found)}")
    return Slip("some entries", f"{message}, where the claim is {named(r).share()}", named(r).number)


def _listed(chosen: Array) -> str:
    entries = np.argwhere(chosen).tolist()
    shown = ", ".join(map(str, entries[:6]))
    return f"entries {shown}" + (f", … ({len(entries)} of {chosen.size})" if len(entries) > 6 else "")


def _input_factor(found: Evidence) -> Slip | None:
    """A factor that is itself an input: θ[0]/2."""
    ratios = [_ratio(c, g) for c, g in zip(found.claimed, found.actual, strict=True)]
    if len(ratios) < 3 or not all(ratios):
        return None
    for name, x in found.points[0].items():
        for i in np.ndindex(*x.shape):
            inputs = np.array([point[name][i] for point in found.points])
            for power in (1, -1, 2, -2):
                rests = np.array(ratios) / inputs**power if inputs.all() else np.array([0.0, 1.0])
                if np.ptp(rests) <= SAME * abs(rests[0]):
                    factor = named(float(rests[0]), ((name + str(list(i)) * bool(i), power),))
                    return Slip("wrong", f"not a constant factor: {factor.share()}: {factor.remedy()}")
    return None


def _ratio(c: Array, g: Array) -> float:
    """claim / gradient at one point, where it is the same in all entries; else 0."""
    i = np.unravel_index(np.argmax(np.abs(g)), g.shape)
    r = float(c[i] / g[i]) if g[i] else 0.0
    return r if close([c], [r * g]) else 0.0


def _numbers(found: Evidence) -> Slip:
    right = sum(close([c], [g]) for c, g in zip(found.claimed, found.actual, strict=True))
    some = f"right at {right} of {len(found.points)} points. " if right else ""
    return Slip("wrong", some + _first_difference(found))


def _first_difference(found: Evidence) -> str:
    pairs = enumerate(zip(found.claimed, found.actual, strict=True))
    return largest_difference(found, next((k for k, (c, g) in pairs if not close([c], [g])), 0))


def _not_finite(found: Evidence) -> Slip:
    k, c = next((k, c) for k, c in enumerate(found.claimed) if not np.isfinite(c).all())
    where = scalars(found.points[k])
    return Slip(
        "wrong", f"{where}{': ' if where else ''}the claim is {c[~np.isfinite(c)][0]}, where the gradient is finite"
    )


Finders = Sequence[Callable[[Evidence], Slip | None]]
SAME_SHAPE: Finders = (
    _constant_factor,
    shapes.transposed,
    _transposed_input,
    _transposed_factor,
    _reciprocal,
    _some_entries,
    shapes.wrong_order,
    _input_factor,
    _numbers,
)
OTHER_SHAPE: Finders = (
    shapes.transposed,
    shapes.missing_sum,
    shapes.same_numbers,
    shapes.only_broadcasts,
    shapes.summed_too_far,
    shapes.wrong_order,
    _transposed_input,
    shapes.wrong_shape,
)
