"""Checks: numerical gradients, verdicts on the engine's gradients, verdicts on derivatives that a person wrote."""

from autograd.check.claims import check_claim as check_claim
from autograd.check.gradients import check_gradient as check_gradient
from autograd.check.nodes import EdgeCheck as EdgeCheck
from autograd.check.nodes import check_graph as check_graph
from autograd.check.numerical import numerical_gradient as numerical_gradient
from autograd.check.report import GradientReport as GradientReport
from autograd.check.report import Verdict as Verdict
