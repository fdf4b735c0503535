"""Graphs and derivations, to be looked at. Importing this lets Values draw themselves in notebooks.

Four rooms: drawing (draw), derivation (explain), formulas (derivative_formula, closed forms), stepper (step_through,
filmstrip, animate). What they share: names, notation (nodes as formulas), style (formulas as text and LaTeX),
mathml (LaTeX as MathML), layout, wrapping, steps (the backward pass as records), render (DOT as pictures), notebook,
page, records. For the command line: catalogue (the table of operations), ascii (terminals without ∂).
"""

from autograd.show.derivation import Derivation as Derivation
from autograd.show.derivation import explain as explain
from autograd.show.drawing import Drawing as Drawing
from autograd.show.drawing import draw as draw
from autograd.show.drawing import mimebundle
from autograd.show.formulas import Formula as Formula
from autograd.show.formulas import derivative_formula as derivative_formula
from autograd.show.render import RenderError as RenderError
from autograd.show.stepper import Filmstrip as Filmstrip
from autograd.show.stepper import Stepper as Stepper
from autograd.show.stepper import animate as animate
from autograd.show.stepper import filmstrip as filmstrip
from autograd.show.stepper import step_through as step_through
from autograd.show.steps import Step as Step
from autograd.show.steps import Steps as Steps
from autograd.show.steps import steps as steps
from autograd.value import Value

Value._repr_mimebundle_ = mimebundle  # type: ignore[attr-defined]  # Value knows of no drawings
