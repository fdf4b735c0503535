"""The passes in a terminal, by its keys. A moment as lines: rows ← screen. Reading keys: keys ← loop."""

from autograd.show.stepper.terminal.loop import is_interactive as is_interactive
from autograd.show.stepper.terminal.loop import numbered as numbered
from autograd.show.stepper.terminal.loop import step_in_terminal as step_in_terminal
