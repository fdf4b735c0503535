"""Notes in many styles: what is right in them is never called a slip, and what is planted in them is found.

Each file of tests/notes is a note, then ===== and slips to plant in it, one a line: kind ||| the right text ||| the
wrong one; kind@2 stands for the second place of the right text.
"""

from functools import cache
from pathlib import Path

import pytest

from autograd import check_notes
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED

FOLDER = Path(__file__).parent / "notes"
FILES = sorted(path.stem for path in FOLDER.glob("*.md"))

# What the checker leaves open of what is right: how many claims, in which notes, and why.
OPEN = {
    "matrices_affine_nobias1": 2,  # the vector of ones; a definition with a colon
    "matrices_columns": 1,  # the vector of ones
    "matrices_layer_family": 1,  # an update of all layers at once
    "matrices_linreg": 1,  # ∇²
    "matrices_logreg_vec": 1,  # the vector of ones
    "matrices_numbers": 1,  # a determinant
    "matrices_rnn_sup": 6,  # steps in angle brackets
    "matrices_shapes": 1,  # the vector of ones
    "matrices_softmax_ce": 1,  # division entry by entry
    "scalars_ridge": 1,  # ∇²
}
# Slips that it does not find, and why.
MISSED = {
    "matrices_affine_nobias1": {"transpose"},  # the vector of ones is not read
    "matrices_col_single": {"transpose"},  # ∂z/∂x of vectors is laid out both ways in textbooks
    "matrices_delta_mlp": {"hadamard"},  # vectors side by side may be meant entry by entry
    "matrices_jacobian": {"transpose", "order"},  # laid out both ways
    "matrices_layer_family": {"layer", "ascent"},  # an update of all layers is not checked
    "matrices_linreg": {"order"},  # ∇² is not read
    "matrices_matrix_calc": {"order", "transpose"},  # a vector may stand as a row
    "matrices_rnn_sup": {"transpose"},  # steps in angle brackets are not read
    "matrices_softmax_ce": {"row"},  # a vector may stand as a row
    "scalars_logreg": {"recip", "asc"},  # 1/0; notes that climb may mean a minus
    "scalars_logreg_sup": {"u"},  # notes that climb may mean a minus
    "scalars_mse": {"sample", "upd alpha"},  # an index beyond its axis; no rate
    "scalars_ridge": {"H", "XX"},  # ∇² is not read
}


@cache
def read(name):
    note, _, slips = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n=====\n")
    return note, [line.split(" ||| ") for line in slips.splitlines() if line.strip()]


def planted(note, kind, right, wrong):
    """The note with one slip."""
    number = int(kind.partition("@")[2] or 1)
    place = -1
    for _ in range(number):
        place = note.index(right, place + 1)
    return note[:place] + wrong + note[place + len(right) :]


@cache
def known(note):
    """What is found in a note without a slip."""
    return {(f.line, f.message) for f in check_notes(note).findings if not f}


def new_slips(name, slip):
    """What is found once a slip is planted, and not before."""
    note = read(name)[0]
    before = known(note)
    return [f for f in check_notes(planted(note, *slip)).slips if (f.line, f.message) not in before]


@pytest.mark.parametrize("name", FILES)
def test_what_is_right_is_never_called_a_slip(name):
    report = check_notes(read(name)[0])
    assert [str(slip) for slip in report.slips] == []
    assert len(report.unchecked) == OPEN.get(name, 0)


@pytest.mark.parametrize("name", FILES)
def test_what_is_planted_is_found(name):
    missed = [slip[0] for slip in read(name)[1] if not new_slips(name, slip)]
    assert {kind.partition("@")[0] for kind in missed} == MISSED.get(name, set())


def test_there_are_many():
    assert len(FILES) > 40
    assert sum(len(read(name)[1]) for name in FILES) > 400


def main():
    """Print how many of the claims hold, and how many of the slips are found."""
    right = [finding.verdict for name in FILES for finding in check_notes(read(name)[0]).findings]
    found = [bool(new_slips(name, slip)) for name in FILES for slip in read(name)[1]]
    counts = ", ".join(f"{right.count(verdict)} {verdict}" for verdict in (HOLDS, SLIP, UNCHECKED))
    print(f"{len(FILES)} notes, {len(right)} right claims: {counts}")
    print(f"{len(found)} planted slips: {sum(found)} found")


if __name__ == "__main__":
    main()
