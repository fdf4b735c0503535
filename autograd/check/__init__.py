"""Checks: numerical gradients, verdicts on the engine's gradients, verdicts on derivatives that a person wrote.

Numbers to compare with: numerical, differences, complex_step; estimate says what they are worth, calling how f
takes its inputs.
Is the gradient right? gradients (check_gradient) ← recorded ← nodes (check_graph) ← slices; its answer is a report.
Is the claim right? claims (check_claim) ← trials ← problem; how it is wrong: diagnosis and shapes ← evidence ←
factors, all on arrays.
"""

from autograd.check.claims import check_claim as check_claim
from autograd.check.gradients import check_gradient as check_gradient
from autograd.check.nodes import EdgeCheck as EdgeCheck
from autograd.check.nodes import check_graph as check_graph
from autograd.check.numerical import numerical_gradient as numerical_gradient
from autograd.check.report import GradientReport as GradientReport
from autograd.check.report import Verdict as Verdict
