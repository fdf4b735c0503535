"""The same program gives the same bits, texts and drawings in every process: its surroundings do not matter."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reliability.trials import SHARE, Count, Trials

PROGRAM = Path(__file__).with_name("artefacts.py")
PACKAGES = PROGRAM.parents[2]  # where autograd and nn are
PROCESSES = 50  # in the short profile 3
TIME_ZONES = ("UTC", "Asia/Seoul", "America/St_Johns", "Pacific/Chatham")
LOCALES = ("C", "C.UTF-8", "POSIX", "tr_TR.UTF-8", "de_DE.UTF-8")


def run(trials: Trials) -> Iterator[Count]:
    """A process for each trial, beside the first."""
    count = Count("artefacts made again with another hash seed, locale, time zone and folder: the same bytes")
    expected = digests(random.Random(0))
    for draw in trials.of("processes", PROCESSES - 1 if trials.long else 2 * SHARE):
        found = digests(draw)
        for name in expected:
            count.note(found[name] == expected[name], f"{name} differs")
    yield count


def digests(draw: random.Random) -> dict[str, str]:
    """What the program makes in a process of its own, in surroundings drawn at random."""
    around = {
        "PYTHONHASHSEED": str(draw.randrange(2**32)),
        "PYTHONPATH": str(PACKAGES),
        "TZ": draw.choice(TIME_ZONES),
        "LC_ALL": draw.choice(LOCALES),
        "COLUMNS": str(draw.randrange(40, 200)),
    }
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-W", "error", str(PROGRAM)],
            env=os.environ | around,
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    if done.returncode:
        raise RuntimeError(f"artefacts.py ended with {done.returncode}, where {around}:\n{done.stderr}")
    found: dict[str, str] = json.loads(done.stdout)
    return found
