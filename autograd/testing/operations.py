"""assert_op: all that an operation of one's own has to hold to, in one call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from autograd.ops import Operation, operation
from autograd.testing.row import Finding, Findings, Row
from autograd.testing.row_engines import by_jax, by_numba, by_numpy
from autograd.testing.row_numbers import derivatives, ieee, kinks, refusals, second_derivatives, values
from autograd.testing.row_written import copies, formulas, latex

CHECKS: dict[str, Callable[[Row], Findings]] = {
    "value": values,
    "domain": refusals,
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
    kinks and outside; `examples` are more calls inside, tuples of all operands. The checks: "value" (finite in the
    domain, of Values as of numbers), "domain" (DomainError outside), "derivatives" (against differences, and no kink
    that is not declared), "kinks" (between the slopes on both sides), "second derivatives" (against differences,
    symmetric), "ignore_domain" (nothing raises), "numpy", "numba" and "jax" (replay gives the same; compared where
    that is installed and takes such a row: numba none of your own, jax formulas only), "formulas" (read again, they
    give the same numbers), "latex" and "copies" (pickle, deepcopy). Those of `without` are left out.

    Raises AssertionError with a line for each check that fails: the first call that shows it, and both numbers.
    ValueError where nothing is found in the domain, an example is not in it, or there is no such row or check.

    >>> from autograd import exp
    >>> from autograd.ops import define
    >>> bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    >>> assert_op(bump, without=["jax"])["derivatives"]
    8
    >>> bump = define("bump", lambda a: exp(-a * a), lambda y, a: -a * y)
    >>> assert_op(bump, without=["jax"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: operation bump(a) fails 2 of 11 checks
    derivatives: bump(0.3): wrong: ∂y/∂a = −a · y gives -0.2741793556, differences of the operation give ...
    """
    if unknown := set(without) - set(CHECKS):
        raise ValueError(f"assert_op: there is no check {sorted(unknown)[0]!r}: there are {', '.join(CHECKS)}")
    op = operation(row) if isinstance(row, str) else row
    tried = Row(op, examples)
    found = {name: list(check(tried)) for name, check in CHECKS.items() if name not in without}
    failed = {name: wrong for name, findings in found.items() if (wrong := [x for x in findings if x.problem])}
    if failed:
        lines = [_line(name, tried, wrong) for name, wrong in failed.items()]
        raise AssertionError("\n".join([f"{repr(op)[1:-1]} fails {len(failed)} of {len(found)} checks", *lines]))
    return {name: len(findings) for name, findings in found.items()}


def _line(name: str, row: Row, wrong: list[Finding]) -> str:
    """The first failure of a check, and how many there are."""
    more = f" (and {len(wrong) - 1} more)" * (len(wrong) > 1)
    return f"{name}: {row.told(wrong[0].point)}: {wrong[0].problem}{more}"
