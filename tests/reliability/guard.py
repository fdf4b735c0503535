"""A process of its own that meets hostile inputs: bounded in memory and time, and watched by an audit hook."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import gettempdir
from typing import Any

from reliability.hostile_edits import CANARY

SECONDS = 20.0  # of the processor, for one input
SILENCE = 300.0  # of the clock, after which a process that does not compute is taken for stuck
ROOM = 2**30  # bytes beyond what the process has when it begins
HARMFUL = (
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "pickle.",
    "marshal.",
    "shutil.",
    "webbrowser.",
    "urllib.",
    "ftplib.",
)
HARMLESS = ("os.listdir", "os.scandir", "marshal.loads", "os.walk", "os.fwalk")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OURS = tuple(
    {str(Path(folder).resolve()) for folder in (*sys.path, sys.prefix, sys.base_prefix, gettempdir()) if folder}
)


class Watch:
    """What Python tells while an input is met, and should have no reason to: an audit hook."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        self.allowed: tuple[str, ...] = ()
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Keeps what is harmful."""
        if self.on and event not in self.allowed and is_harmful(event, arguments):
            self.seen.append(f"{event}{arguments!r:.200}")


def is_harmful(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event is one that no reader, parser or writer of text should cause."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, int):  # what is open already
            return False
        return bool(flags & WRITING) or not str(Path(os.fsdecode(path)).resolve()).startswith(OURS)
    if event == "exec":
        code = arguments[0]
        return not code.co_filename.startswith(("<autograd ", "<frozen ", "/")) or CANARY in _names(code)
    if event == "import":
        return arguments[0].partition(".")[0] not in {*sys.stdlib_module_names, "autograd", "nn", "numpy"}
    return event.startswith(HARMFUL) and event not in HARMLESS


def _names(code: Any) -> str:
    """All that a code object does, in words: comments are not in it."""
    inner = "".join(_names(x) for x in code.co_consts if hasattr(x, "co_consts"))
    return f"{code.co_names}{code.co_varnames}{code.co_consts}{inner}"


def serve() -> None:
    """Answer each line, a target and a seed, by a line: what is wrong, and with which input; "" where nothing is."""
    from reliability.targets import TARGETS

    answers = os.fdopen(os.dup(1), "w")
    here = os.getcwd()
    watch = Watch()
    for target in TARGETS.values():
        for seed in range(2):  # imports, and what is compiled at first use
            with suppress(Exception):
                target.meet(target.make(Random(seed)))
    _bound_memory()
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        name, seed = line.split()
        answers.write(json.dumps(attempt(TARGETS[name], int(seed), watch)) + "\n")
        answers.flush()
        os.chdir(here)


def attempt(target: Any, seed: int, watch: Watch) -> tuple[str, str]:
    """What is wrong with how the target meets an input, and the input."""
    given = target.make(Random(seed))
    watch.on, watch.allowed = True, target.allowed
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        wrong = target.meet(given)
    except BaseException as error:
        watch.on = False
        wrong = f"{type(error).__name__}: {error!s:.300}"
    finally:
        watch.on = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
    seen, watch.seen = watch.seen, []
    wrong = f"{wrong} {seen[:3]}" if seen else wrong
    return wrong, f"{given!r:.600}" if wrong else ""


def _bound_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


class Guarded:
    """The process, from outside: a new one begins where one dies."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Guarded:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def ask(self, name: str, seed: int) -> str:
        """What is wrong with how a target meets the input of this seed: "" if nothing is."""
        process = self.process = self.process or _begun()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process that meets hostile inputs has no pipes")
        process.stdin.write(f"{name} {seed}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], SILENCE)
        answer = process.stdout.readline() if ready else ""
        if answer:
            wrong, given = json.loads(answer)
            return f"{name} {seed}: {wrong}: {given}" if wrong else ""
        return f"{name} {seed}: {self.end()}"

    def end(self) -> str:
        """Ends the process; how it died, if it did."""
        process, self.process = self.process, None
        if process is None:
            return ""
        process.stdin.close()  # type: ignore[union-attr]  # it has one
        try:
            status = process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        process.stdout.close()  # type: ignore[union-attr]  # it has one
        return "more than 20 seconds" if status == -signal.SIGVTALRM else f"the process ended with status {status}"


def _begun() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", "from reliability.guard import serve; serve()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    if not process.stdout or process.stdout.readline() != "ready\n":
        raise RuntimeError("the process that meets hostile inputs did not begin")
    return process
