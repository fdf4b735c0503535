"""The forward and the backward pass of a graph, played: as a page, in a terminal, as pictures.

What happens: runs (right and wrong backward passes), frames, mistaken (frames of a wrong pass).
How it shows: page (step_through), filmstrip, animation ← stills ← picture, svg; terminal ← keys, screen ← rows.
"""

from autograd.show.stepper.animation import animate as animate
from autograd.show.stepper.filmstrip import Filmstrip as Filmstrip
from autograd.show.stepper.filmstrip import filmstrip as filmstrip
from autograd.show.stepper.page import Stepper as Stepper
from autograd.show.stepper.page import step_through as step_through
