"""assert_op: all that an operation of one's own has to hold to, in one call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from autograd.ops import Operation
from autograd.testing.asked import asked_operation
from autograd.testing.row import Finding, Findings, Row
from autograd.testing.row_engines import by_jax, by_numba, by_numpy
from autograd.testing.row_jumps import jumps
from autograd.testing.row_numbers import ieee, refusals, second_derivatives, values
from autograd.testing.row_slopes import derivatives, kinks
from autograd.testing.row_written import copies, formulas, latex

CHECKS: dict[str, Callable[[Row], Findings]] = {
    "value": values,
    "domain": refusals,
    "jumps": jumps,
    "derivatives": derivatives,
    "kinks": kinks,
    "second derivatives": second_derivatives,
    "ignore_domain": ieee,
    "numpy": by_numpy,
    "numba": by_numba,
    "jax": by_jax,
    "formulas": formulas,
    "latex": latex,
    "copies": copies,
}


def assert_op(
    row: Operation | str, examples: Sequence[Sequence[float]] = (), *, without: Collection[str] = ()
) -> dict[str, int]:
    """Fail where an operation is not what its row declares. Returns how much each check compared, by its name.

    The row, or the row of that name, is tried inside its domain, at the ends, at numbers that its formulas name, at its
    kinks, outside, and at all magnitudes from 0.01 to 1e6; `examples` are more calls inside, tuples of all operands.
    The checks: "value" (finite in the domain, of Values as of numbers), "domain" (DomainError outside), "jumps" (none
    that is not declared), "derivatives" (numbers, against differences, and no kink that is not declared), "kinks"
    (between the slopes on both sides), "second derivatives" (against differences, symmetric), "ignore_domain" (nothing
    raises), "numpy", "numba" and "jax" (replay gives the same; compared where that is installed and takes such a row:
    numba none of your own, jax formulas only), "formulas" (read again, they give the same numbers), "latex" and
    "copies" (pickle, deepcopy). Those of `without`, a list of names, are left out.

    Raises AssertionError with a line for each check that fails: the first call that shows it, and both numbers.
    ValueError where nothing is found in the domain, an example is not in it, or there is no such row or check;
    TypeError where `row` is no row, or `examples` and `without` are no lists of such.

    >>> from autograd import exp
    >>> from autograd.ops import define
    >>> bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    >>> assert_op(bump, without=["jax"])["derivatives"]
    32
    >>> bump = define("bump", lambda a: exp(-a * a), lambda y, a: -a * y)
    >>> assert_op(bump, without=["jax"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: operation bump(a) fails 1 of 12 checks
    derivatives: bump(0.3): wrong: ∂y/∂a = −a · y gives -0.2741793556, differences of the operation give ...
    """
    __tracebackhide__ = True  # pytest shows the test's own line, and the lines above
    _require_checks(without)
    op = asked_operation("assert_op", row)
    tried = Row(op, examples)
    found = {name: list(check(tried)) for name, check in CHECKS.items() if name not in without}
    failed = {name: wrong for name, findings in found.items() if (wrong := [x for x in findings if x.problem])}
    if failed:
        lines = [_line(name, tried, wrong) for name, wrong in failed.items()]
        raise AssertionError("\n".join([f"{repr(op)[1:-1]} fails {len(failed)} of {len(found)} checks", *lines]))
    return {name: len(findings) for name, findings in found.items()}


def _require_checks(names: Collection[str]) -> None:
    if isinstance(names, str) or not isinstance(names, Collection):
        raise TypeError(f"assert_op: without={names!r} is no list of checks: give names, as in without=['jax']")
    for name in names:
        if name not in [*CHECKS]:
            raise ValueError(f"assert_op: there is no check {name!r}: there are {', '.join(CHECKS)}")


def _line(name: str, row: Row, wrong: list[Finding]) -> str:
    """The first failure of a check, and how many there are."""
    more = f" (and {len(wrong) - 1} more)" * (len(wrong) > 1)
    return f"{name}: {row.told(wrong[0].point)}: {wrong[0].problem}{more}"
