"""How the gradients of a graph come about, written out: `explain`. equations ← routes, html ← derivation."""

from autograd.show.derivation.derivation import Derivation as Derivation
from autograd.show.derivation.derivation import explain as explain
