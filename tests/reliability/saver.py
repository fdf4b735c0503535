"""Saves again and again, and is killed as it does; saves where it can't: a process of its own for each kind of file."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from fitting import mlp

from autograd import Tape, Value, check_notes, draw, explain, step_through, tanh
from nn import Adam, load, save
from nn.checkpoints import Checkpoint
from reliability.forks import forks_allowed


@cache
def _loss(k: int) -> Any:
    w, x = Value(2.0 + k, "w"), Value(0.5, "x")
    L = x
    for _ in range(40):
        L = tanh(w * L)
    L.label = "L"
    L.backward()
    return L


@cache
def _model(k: int) -> Any:
    model = mlp()
    model.load_state_dict({name: x + k for name, x in model.state_dict().items()})
    return model


def _checkpoint(k: int, path: Path) -> None:
    state = _model(k).state_dict()
    rows = [{"loss": 1.0 / (n + 1 + k)} for n in range(200)]
    Checkpoint(repr(_model(k)), {"epochs": 3}, k, state, state, Adam(_model(k)).state_dict(), rows).write(path)


@cache
def _shown(kind: str, k: int) -> Any:
    shown = {"drawing": draw, "derivation": explain, "stepper": step_through}
    notes = f"Let $L = (w - {k + 1})^2$. Then $\\frac{{dL}}{{dw}} = w$.\n\n" * 30
    return check_notes(notes) if kind == "report" else shown[kind](_loss(k))


# How a file of each kind is written, with one content or another, and read again.
KINDS: dict[str, tuple[str, Callable[[int, Path], object], Callable[[Path], object]]] = {
    "model": ("m.json", lambda k, path: save(_model(k), path), load),
    "checkpoint": ("c.json", _checkpoint, lambda path: Checkpoint.read(path, mlp())),
    "tape": ("t.json", lambda k, path: Tape.record(_loss(k)).save(path), Tape.load),
    "drawing": ("g.dot", lambda k, path: _shown("drawing", k).render(path), Path.read_text),
    "derivation": ("e.html", lambda k, path: _shown("derivation", k).save(path), Path.read_text),
    "report": ("r.html", lambda k, path: _shown("report", k).save(path), Path.read_text),
}


def kill(kind: str, folder: Path, seed: int) -> str:
    """Kill a process that saves, as it writes; what is wrong with the file that it leaves: "" if nothing is."""
    name, write, read = KINDS[kind]
    path, draw_ = folder / name, random.Random(seed)
    whole = [_bytes(kind, k, folder) for k in (0, 1)]
    write(0, path)
    reading, writing = os.pipe()
    with forks_allowed():
        child = os.fork()
    if not child:
        _save_without_end(write, path, writing)
    os.close(writing)  # here: reading ends where the child does
    for _ in range(draw_.randrange(1, 6)):
        os.read(reading, 1)
    time.sleep(draw_.uniform(0.0, 1e-3))  # as long as writing takes
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    return _what_is_wrong(path, whole, read) if os.WIFSIGNALED(status) else f"saving ended with {status}"


def _save_without_end(write: Callable[[int, Path], object], path: Path, writing: int) -> NoReturn:
    """The child's part, which tells when it opens a file; whatever happens, it does not go on to answer questions."""

    def tell(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and arguments[2] & os.O_CREAT and not isinstance(arguments[0], int):  # which is a pipe
            os.write(writing, b".")

    try:
        sys.addaudithook(tell)
        for k in count(1):
            write(k % 2, path)
    finally:
        os._exit(1)


def fill(kind: str, folder: Path, seed: int) -> str:
    """Save where the disk ends after some bytes: the error names the file, and the old one stays."""
    name, write, read = KINDS[kind]
    path = folder / name
    old, new = _bytes(kind, 0, folder), _bytes(kind, 1, folder)
    write(0, path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (random.Random(seed).randrange(len(new)), hard))
    try:
        return _refused(lambda: write(1, path), path) or _what_is_wrong(path, [old], read)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def misplace(kind: str, folder: Path, seed: int) -> str:
    """Save where there is no place: a folder, below a file, in no folder, in one of no files; links stay links."""
    name, write, read = KINDS[kind]
    new = _bytes(kind, 1, folder)
    (folder / "file").write_bytes(b"old")
    (folder / name.replace(".", "d.")).mkdir(exist_ok=True)
    places = [folder / name.replace(".", "d."), folder / "file" / name, folder / "nowhere" / name, Path("/proc") / name]
    wrong = [_refused(lambda path=place: write(1, path), place) for place in places]
    target, link = folder / f"behind {name}", folder / f"link {name}"
    write(0, target)
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    write(1, link)
    wrong += ["" if link.is_symlink() else "the link is gone", _what_is_wrong(target, [new], read)]
    wrong.append("" if (folder / "file").read_bytes() == b"old" else "another file has changed")
    return next(filter(None, wrong), "")


@cache
def _bytes(kind: str, k: int, folder: Path) -> bytes:
    """A file that was written in peace."""
    name, write, _ = KINDS[kind]
    path = folder / f"whole {k} {name}"
    write(k, path)
    return path.read_bytes()


def _refused(write: Callable[[], object], path: Path) -> str:
    try:
        write()
    except OSError as error:
        if path.parent.is_dir() and (left := [p.name for p in path.parent.glob(".*.new")]):
            return f"left behind: {left}"
        return "" if error.filename == str(path) and error.strerror else f"unclear: {error!r}"
    return f"{path} was written"


def _what_is_wrong(path: Path, whole: list[bytes], read: Callable[[Path], object]) -> str:
    if path.read_bytes() not in whole:
        return f"{path.name}: {len(path.read_bytes())} bytes, which are neither the old file nor the new one"
    read(path)
    return ""


HARMS = {"kill": kill, "fill": fill, "misplace": misplace}


def serve() -> None:
    """Answer each line, a harm, a kind of file and a seed, by what came out wrong: "" if nothing did."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        harm, kind, seed = line.split()
        try:
            wrong = HARMS[harm](kind, folder, int(seed))
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if harm == "kill":
            for path in folder.glob(".*.new"):  # what a process that was killed can't take away
                path.unlink()
        print(json.dumps(wrong), flush=True)
