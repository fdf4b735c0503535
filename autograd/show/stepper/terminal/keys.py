"""Keys, as they are pressed: of a POSIX terminal or a Windows console."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, Protocol

NEXT, BACK, FIRST, LAST, MISTAKE, HELP, QUIT = "next", "back", "first", "last", "mistake", "help", "quit"
ESCAPE = "\x1b"
TYPED = dict.fromkeys(" \r\nln", NEXT) | dict.fromkeys("\x08\x7fhp", BACK) | {"m": MISTAKE, "?": HELP}
TYPED |= dict.fromkeys(["q", "Q", ESCAPE, "\x03", "\x04"], QUIT)
ARROWS = {"C": NEXT, "B": NEXT, "6~": NEXT, "D": BACK, "A": BACK, "5~": BACK}
ARROWS |= {"H": FIRST, "1~": FIRST, "7~": FIRST, "F": LAST, "4~": LAST, "8~": LAST}
# What comes after \x00 or \xe0 in a Windows console.
SCANNED = {"M": NEXT, "P": NEXT, "Q": NEXT, "K": BACK, "H": BACK, "I": BACK, "G": FIRST, "O": LAST}
SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*|O)(?P<end>[A-Za-z~])|\x1b(?:\[[0-9;]*|O)\Z|.", re.DOTALL)
PATIENCE = 0.05  # seconds in which the rest of an arrow key follows its Esc, over a slow line too


class Keyboard(Protocol):
    """Where keys come from."""

    def read(self, seconds: float) -> list[str]:
        """What is pressed within that time, as commands; nothing for keys that mean nothing."""


def commands(typed: str) -> list[str]:
    """The commands of what a terminal sent.

    >>> commands("\\x1b[C\\x1bOD q")
    ['next', 'back', 'next', 'quit']
    """
    found = (_command(match) for match in SEQUENCE.finditer(typed))
    return [command for command in found if command]


def _command(match: re.Match[str]) -> str | None:
    if match["end"]:
        number = match[0].removeprefix("\x1b[").removesuffix("~")
        return ARROWS.get(f"{number}~" if match["end"] == "~" else match["end"])
    return TYPED.get(match[0])


class Terminal:
    """The keys of a POSIX terminal, which sends each at once and does not show it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def read(self, seconds: float) -> list[str]:
        """What is pressed within that time; a closed terminal quits."""
        typed = ""
        while select.select([self.descriptor], [], [], PATIENCE if typed else seconds)[0]:
            try:
                more = os.read(self.descriptor, 256)
            except OSError:
                more = b""
            if not more:
                return [QUIT]
            typed += more.decode("ascii", "replace")
            if not re.search(r"\x1b(\[[0-9;]*|O)?\Z", typed):
                break
        return commands(typed)


class Console:
    """The keys of a Windows console."""

    def __init__(self, msvcrt: Any) -> None:
        self.msvcrt = msvcrt

    def read(self, seconds: float) -> list[str]:
        """What is pressed within that time."""
        until = time.monotonic() + seconds
        while not self.msvcrt.kbhit():
            if time.monotonic() >= until:
                return []
            time.sleep(0.01)
        key = self.msvcrt.getwch()
        command = SCANNED.get(self.msvcrt.getwch()) if key in "\x00\xe0" else TYPED.get(key)
        return [command] if command else []


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """The keys of standard input; the terminal is as it was afterwards, however that comes about."""
    if sys.platform == "win32":
        yield Console(import_module("msvcrt"))
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    raw = termios.tcgetattr(descriptor)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    terminated = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, raw)
        yield Terminal(descriptor)
    finally:
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        signal.signal(signal.SIGTERM, terminated)
