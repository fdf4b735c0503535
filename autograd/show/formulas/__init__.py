"""Gradients as formulas: `derivative_formula`, and the closed forms that `explain` can show.

One expression: algebra (products and sums, tidied), substitution (results written out), identifiers ← formula. Closed
forms: points (at which a graph is computed again), search (for products equal to a gradient), proofs ← closed.
"""

from autograd.show.formulas.formula import Formula as Formula
from autograd.show.formulas.formula import derivative_formula as derivative_formula
