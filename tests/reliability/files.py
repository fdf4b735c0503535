"""Files are whole: the old or the new, of a process that is killed, on a full disk, in the wrong place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from tempfile import TemporaryDirectory

from reliability.trials import Count, Trials

FILES = ("model", "checkpoint", "tape", "drawing", "derivation", "report")
WHOLE = {
    "kill": ("processes killed while they save: the old file or the new one, whole", 600),
    "fill": ("saving on a disk that is full: the old file, and an error that names it", 600),
    "misplace": ("saving where nothing can be saved, and through links", 600),
}


def run(trials: Trials) -> Iterator[Count]:
    """A count for each harm, over every kind of file."""
    with TemporaryDirectory() as folder, _begun(folder) as process:
        for harm, (what, whole) in WHOLE.items():
            count, kinds = Count(what), cycle(FILES)
            for draw in trials.of(harm, whole):
                kind = next(kinds)
                wrong = _asked(process, f"{harm} {kind} {draw.getrandbits(32)}")
                count.note(not wrong, f"{kind}: {wrong}")
            yield count
        process.stdin.close()  # type: ignore[union-attr]  # it has one


def _begun(folder: str) -> subprocess.Popen[str]:
    """A process without threads: it forks."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", "from reliability.saver import serve; serve()", folder]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def _asked(process: subprocess.Popen[str], question: str) -> str:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process that saves has no pipes")
    process.stdin.write(f"{question}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    return str(json.loads(answer)) if answer else "the process that saves ended"
