"""Formulas that people type: read, checked, and evaluated on Values, never executed as Python."""

from autograd.expression.mistakes import ExpressionError as ExpressionError
from autograd.expression.program import Program as Program
from autograd.expression.program import formula as formula
from autograd.expression.program import parse as parse
