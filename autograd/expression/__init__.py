"""Formulas that people type: read, checked, and evaluated on Values, never executed as Python.

grammar (what may be written) → program (what it comes to) ← given (its variables' values, as on a command
line); mistakes says what is wrong, where, and what was meant.
"""

from autograd.expression.given import given_values as given_values
from autograd.expression.mistakes import ExpressionError as ExpressionError
from autograd.expression.mistakes import did_you_mean as did_you_mean
from autograd.expression.program import Program as Program
from autograd.expression.program import formula as formula
from autograd.expression.program import parse as parse
