"""The passes of a graph in a terminal, stepped through with the arrow keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from autograd.show.ascii import spoken
from autograd.show.stepper.frames import RIGHT, Playback
from autograd.show.stepper.terminal import keys
from autograd.show.stepper.terminal.keys import keyboard
from autograd.show.stepper.terminal.rows import FAINT, FORMULA, GIVES, RECEIVES, TITLE, WRONG, Line, Size
from autograd.show.stepper.terminal.screen import screen

OTHER_SCREEN, OWN_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
TOP, REST_OF_LINE, REST_OF_SCREEN, RESET = "\x1b[H", "\x1b[K", "\x1b[J", "\x1b[0m"
LOOKS = {GIVES: "1", RECEIVES: "1", WRONG: "1", TITLE: "1", FORMULA: "1", FAINT: "2"}
COLOURS = LOOKS | {GIVES: "1;34", RECEIVES: "1;32", WRONG: "1;31"}
WATCH = 0.2  # seconds: how soon a window of another size is drawn anew


class Viewer:
    """Where a terminal's user stands: the frame, the run, whether help is shown."""

    def __init__(self, playback: Playback) -> None:
        self.playback, self.runs = playback, list(playback.runs)
        self.number, self.run, self.helps, self.quits = 0, RIGHT, False, False

    @property
    def state(self) -> tuple[int, str, bool]:
        """What the screen depends on."""
        return self.number, self.run, self.helps

    @property
    def last(self) -> int:
        """The number of the last frame of the run."""
        return len(self.playback.frames_of(self.run)) - 1

    def press(self, command: str) -> None:
        """What a key does."""
        self.quits = self.quits or command == keys.QUIT
        self.helps = command == keys.HELP and not self.helps
        if command == keys.MISTAKE:
            self.run = self.runs[(self.runs.index(self.run) + 1) % len(self.runs)]
        places = {keys.NEXT: self.number + 1, keys.BACK: self.number - 1, keys.FIRST: 0, keys.LAST: self.last}
        self.number = min(max(places.get(command, self.number), 0), self.last)

    def lines(self, size: Size, encoding: str) -> list[Line]:
        """The screen."""
        return screen(self.playback, self.number, size, self.run, self.helps, lambda text: spoken(text, encoding))


def is_interactive(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether keys can be read, and a screen be drawn."""
    return (
        sys.stdin.isatty() and sys.stdout.isatty() and environment.get("TERM", "xterm") not in ("", "dumb", "unknown")
    )


def step_in_terminal(playback: Playback) -> str:
    """Let the user step until they quit; the frame at which they did, as a line of text."""
    viewer = Viewer(playback)
    with suppress(KeyboardInterrupt), keyboard() as pressed, _own_screen(sys.stdout):
        drawn = None
        while not viewer.quits:
            size = _window()
            if drawn != (size, viewer.state):
                sys.stdout.write(painted(viewer.lines(size, sys.stdout.encoding), not os.environ.get("NO_COLOR")))
                sys.stdout.flush()
                drawn = size, viewer.state
            for command in pressed.read(WATCH):
                viewer.press(command)
    return numbered(playback, viewer.run)[viewer.number]


def numbered(playback: Playback, run: str = RIGHT) -> list[str]:
    """All frames of a run as text, one a line."""
    frames = playback.frames_of(run)
    place = len(str(len(frames) - 1))
    return [f"{k:{place}}. {frame.line}" for k, frame in enumerate(frames)]


def _window() -> Size:
    """Less a column: a line as wide as the window would have some terminals begin another."""
    found = os.get_terminal_size(sys.stdout.fileno())
    return Size(max((found.columns or 80) - 1, 1), found.lines or 24)


def painted(lines: list[Line], coloured: bool) -> str:
    """A whole screen in the terminal's own language; colour only adds to signs and bold type."""
    looks = COLOURS if coloured else LOOKS
    rows = (f"\x1b[{looks[line.about]}m{line.text}{RESET}" if line.about else line.text for line in lines)
    return TOP + "\n".join(row + REST_OF_LINE for row in rows) + REST_OF_SCREEN


@contextmanager
def _own_screen(stream: TextIO) -> Iterator[None]:
    """Another screen without a cursor, and in the end the one before."""
    _understand_escapes()
    stream.write(OTHER_SCREEN)
    try:
        yield
    finally:
        stream.write(OWN_SCREEN)
        stream.flush()


def _understand_escapes() -> None:
    """Windows consoles take escape sequences once they are told to; running any command tells them."""
    if sys.platform == "win32":
        os.system("")
