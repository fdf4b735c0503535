"""The forward and the backward pass of a graph, played: as a page, in a terminal, as pictures.

What happens: runs (right and wrong backward passes) ← frames.
How it shows: picture, svg (a frame drawn) → payload, html → stepper (step_through) and stills → filmstrip, animation;
terminal. In web: the style and the script of the page.
"""

from autograd.show.stepper.animation import animate as animate
from autograd.show.stepper.filmstrip import Filmstrip as Filmstrip
from autograd.show.stepper.filmstrip import filmstrip as filmstrip
from autograd.show.stepper.stepper import Stepper as Stepper
from autograd.show.stepper.stepper import step_through as step_through
