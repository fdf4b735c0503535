"""The section `determinism`: the same bytes in every process; and it names what differs."""

from __future__ import annotations

from pathlib import Path

from reliability import determinism
from reliability.trials import Trials

PLANTED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from reliability import artefacts
artefacts.artefacts = lambda folder: {{"as it was": 1.0, "the order of a set": list({{"w", "x", "b", "t"}})}}.items()
artefacts.main()
"""


def test_the_short_profile():
    (count,) = determinism.run(Trials("determinism"))
    assert (count.failed, count.failures) == (0, []) and count.tried >= 30


def test_what_differs_is_named(monkeypatch, tmp_path):
    program = tmp_path / "planted.py"
    program.write_text(PLANTED.format(tests=str(Path(__file__).parent)))
    monkeypatch.setattr(determinism, "PROGRAM", program)
    (count,) = determinism.run(Trials("determinism"))
    assert count.failed >= 1 and set(count.failures) == {"the order of a set differs"}
