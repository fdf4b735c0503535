"""Pictures of graphs: `draw`.

What is drawn as one box: wiring (a graph by numbers), scopes (parts that the user named), units and alike (equal
parts), focus, folded_graph (the boxes and arrows that come of it) ← fold (which of these ways). How it looks: looks,
legend, lines, dot (a graph whole), folded_dot (a graph in boxes), caption ← drawing.
"""

from autograd.show.drawing.drawing import Drawing as Drawing
from autograd.show.drawing.drawing import draw as draw
from autograd.show.drawing.drawing import mimebundle as mimebundle
