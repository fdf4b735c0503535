"""Pictures of graphs: `draw`.

What is drawn as what: wiring, scopes, units, alike, focus, folding ← fold. How it looks: looks, legend, lines, dot (a
graph whole), folded (a graph in parts), caption ← drawing.
"""

from autograd.show.drawing.drawing import Drawing as Drawing
from autograd.show.drawing.drawing import draw as draw
from autograd.show.drawing.drawing import mimebundle as mimebundle
