"""Scalar automatic differentiation that shows, and checks, every chain-rule step."""

from autograd.errors import DomainError
from autograd.functional import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import paths
from autograd.modes import ignore_domain, no_grad, scope
from autograd.ops import *  # noqa
from autograd.value import Value, zero_grad
