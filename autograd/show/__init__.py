"""Graphs and derivations, to be looked at. Importing this lets Values draw themselves in notebooks."""

from autograd.show.drawing import Drawing, draw, mimebundle
from autograd.show.render import RenderError
from autograd.value import Value

__all__ = ["Drawing", "RenderError", "draw", "mimebundle"]

Value._repr_mimebundle_ = mimebundle  # type: ignore[attr-defined]
