"""The single changes to a formula that slips of the pen call for, one function for each kind of slip."""

from collections.abc import Callable, Iterator

from autograd.notes.verdicts.edits.edit import Edit, spliced
from autograd.notes.verdicts.edits.factors import extra_factor, missing_factor, upside_down
from autograd.notes.verdicts.edits.functions import wrong_function, wrong_power, wrong_prime
from autograd.notes.verdicts.edits.indices import transposed_index, wrong_index
from autograd.notes.verdicts.edits.matrices import transposed_matrix, wrong_order, wrong_product
from autograd.notes.verdicts.edits.names import exchanged_names, wrong_name
from autograd.notes.verdicts.edits.side import Side
from autograd.notes.verdicts.edits.sums import extra_sum, missing_sum, wrong_sign

__all__ = ["KINDS", "Edit", "Side", "edits", "spliced"]

# In order: several edits may mend one claim, and the first is taken for what was meant; the vaguest are last.
KINDS: tuple[Callable[[Side], Iterator[Edit]], ...] = (
    transposed_index,
    transposed_matrix,
    wrong_order,
    missing_sum,
    extra_sum,
    wrong_index,
    upside_down,
    wrong_sign,
    wrong_product,
    wrong_prime,
    wrong_function,
    extra_factor,
    wrong_power,
    exchanged_names,
    wrong_name,
    missing_factor,
)


def edits(side: Side) -> Iterator[Edit]:
    """Every single change to a side of a claim, the likeliest kinds of slips first."""
    return (edit for kind in KINDS for edit in kind(side))
