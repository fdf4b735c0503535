"""For tests of your own: random programs, points, networks and claims for Hypothesis, and assertions about gradients.

What draws needs Hypothesis, of the extra `test`: it is imported when first asked for. A test that fails prints what was
drawn as Python that makes it again, after `from autograd.testing import *`, and for networks `from nn import MLP`, for
leaves `from autograd import Value`, for claims `import numpy as np`.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from autograd.errors import not_installed
from autograd.testing.assertions import GradientError as GradientError
from autograd.testing.assertions import assert_gradients as assert_gradients
from autograd.testing.assertions import assert_same_gradients as assert_same_gradients
from autograd.testing.claim import Claim as Claim
from autograd.testing.operations import assert_op as assert_op
from autograd.testing.program import Expression as Expression
from autograd.testing.program import expression as expression

if TYPE_CHECKING:
    from autograd.testing.points import points_in_domain as points_in_domain
    from autograd.testing.points import values as values
    from autograd.testing.random_claims import claims as claims
    from autograd.testing.random_expressions import expressions as expressions
    from autograd.testing.random_networks import mlps as mlps

__all__ = [
    "Claim",
    "Expression",
    "GradientError",
    "assert_gradients",
    "assert_op",
    "assert_same_gradients",
    "claims",
    "expression",
    "expressions",
    "mlps",
    "points_in_domain",
    "values",
]

STRATEGIES = {
    "claims": "random_claims",
    "expressions": "random_expressions",
    "mlps": "random_networks",
    "points_in_domain": "points",
    "values": "points",
}


def __getattr__(name: str) -> Any:
    if name not in STRATEGIES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"autograd.testing.{STRATEGIES[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise not_installed(f"autograd.testing.{name}", "hypothesis", "test") from error


def __dir__() -> list[str]:
    """Strategies only where they can be loaded, so that help() works without Hypothesis."""
    return sorted({*globals(), *(STRATEGIES if find_spec("hypothesis") else ())})
