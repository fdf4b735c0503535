"""Stepping in a terminal: the screen as lines, the keys, and the whole in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, total
from autograd.__main__ import main
from autograd.expression import parse
from autograd.show.layout import width
from autograd.show.stepper import step_through
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.terminal import keys
from autograd.show.stepper.terminal.keys import Console, Terminal, commands
from autograd.show.stepper.terminal.loop import Viewer, numbered, painted
from autograd.show.stepper.terminal.rows import GIVES, RECEIVES, WRONG, Size, near
from autograd.show.stepper.terminal.screen import HELP, KEYS, screen
from autograd.show.style import PLAIN

SHARED = "h = w*x; L = h*h + w"
RUNS = ["right", "order", "assign", "zero", "upstream"]
PATIENCE = 20.0  # seconds until a test gives up
HOSTILE = "</script>\x1b[2J\x1b]0;title\x07\r\n\u202e한국어🙂" + "w" * 10_000


def playback(text: str = SHARED, **values: float) -> Playback:
    return step_through(parse(text).evaluate(values or {"w": 3.0, "x": 2.0})).playback


def texts(lines: list[tuple[str, str]]) -> list[str]:
    return [text for text, _ in lines]


# ---- the screen


def test_the_screen_of_a_step() -> None:
    assert texts(screen(playback(), 8)) == [
        "Step 8 of 10: backward pass",
        "   node        data  grad",
        "   w           3     1 …",
        "   x           2     —",
        "◂  h = w · x   6     12",
        "▸  v1 = h · h  36    1",
        "   L = v1 + w  39    1",
        "",
        "∂L/∂h += ∂L/∂v1 · ∂v1/∂h₍₂₎ = 1 · 6 = 6, in all 12",
        "with ∂v1/∂h₍₂₎ = h",
        "∂L/∂h, term by term:",
        "  1. from v1: 6, so far 6",
        "  2. from v1: 6, so far 12",
        KEYS,
    ]


def test_the_screen_of_the_inputs_and_of_a_result() -> None:
    inputs, result = texts(screen(playback(), 0)), texts(screen(playback(), 1))
    assert inputs[0] == "Step 0 of 10: the inputs" and "Inputs: w = 3, x = 2" in inputs
    assert result[0] == "Step 1 of 10: forward pass" and "h = w · x = 3 · 2 = 6" in result
    assert [line.split()[-2:] for line in result[2:7]] == [["3", "—"], ["2", "—"], ["6", "—"], ["—", "—"], ["—", "—"]]


@pytest.mark.parametrize("run", RUNS)
def test_each_number_of_each_frame_of_each_run_is_there(run: str) -> None:
    played = playback("z = w*x + b; p = sigmoid(z); L = -log(p) + p*w", w=2.0, x=0.5, b=-1.0)
    frames = played.frames_of(run)
    for number, frame in enumerate(frames):
        lines = texts(screen(played, number, Size(100, 40), run))
        rows = lines[2 : 2 + len(played.notation.order)]
        for node, row in zip(played.notation.order, rows, strict=True):
            name = PLAIN.name(played.notation.name(node))
            data, grad = re.split(r"  +", row[3:])[1:3]
            assert row[3:].startswith(name)
            assert data == (PLAIN.number(float(f"{node.data:.4g}")) if node in frame.known else "—")
            given = frame.gradients.get(node)
            assert grad.split()[0] == ("—" if given is None else PLAIN.number(float(f"{given:.4g}")))
        assert lines[2 + len(rows)] == "" and frame.text in lines


def test_who_hands_down_and_who_receives_is_marked_by_signs() -> None:
    played = playback()
    for number, frame in enumerate(played.frames):
        marks = {line.text[0]: line for line in screen(played, number) if line.about in (GIVES, RECEIVES)}
        giver = frame.node and PLAIN.name(played.notation.name(frame.node))
        assert (marks["▸"].text[3:].split()[0] if "▸" in marks else None) == giver
        assert ("◂" in marks) == (frame.event is not None and frame.event.place >= 0)


def test_what_goes_wrong_is_said_and_by_how_much() -> None:
    played = playback()
    assert "All is right so far; it goes wrong at step 8." in texts(screen(played, 3, run="assign"))
    wrong = screen(played, 8, run="assign")
    assert "✗ Here it goes wrong: ∂L/∂h is now 6 instead of 12, off by −6." in texts(wrong)
    assert "◂  h = w · x   6     6 ✗" in [line.text for line in wrong if line.about == WRONG]
    last = texts(screen(played, 10, run="assign"))
    assert "✗ ∂L/∂w is 12 instead of 25, off by −13" in last
    assert "✗ ∂L/∂x is 18 instead of 36, off by −18" in last
    assert "∂L/∂w += ∂h/∂w = 2, in all 3" in texts(screen(played, 9, run="upstream"))


def test_a_mistake_that_makes_no_difference_says_so() -> None:
    played = playback("w*x", w=2.0, x=3.0)
    assert any("makes no difference" in text for text in texts(screen(played, 1, run="assign")))
    assert not any("What if" in text for text in texts(screen(played, 1)))


def chain(length: int) -> Playback:
    node = Value(1.0, label="x")
    for k in range(length):
        node = node + 1.0
        node.label = f"y{k}"
    return Playback(node)


def test_a_long_graph_scrolls_to_the_nodes_of_the_step() -> None:
    played = chain(100)
    for number, frame in enumerate(played.frames):
        lines = screen(played, number)
        assert len(lines) == 24
        marked = {line.text[0]: line.text[3:].split()[0] for line in lines if line.about in (GIVES, RECEIVES)}
        assert marked.get("▸") == (frame.node and frame.node.label)
        if frame.event and frame.event.place >= 0:
            assert marked["◂"] == frame.event.receiver.label
    assert "of 101 nodes" in texts(screen(played, 3))[1]


def test_rows_that_are_left_out_leave_a_sign() -> None:
    far = Value(2.0, label="far")
    node = far
    for _ in range(60):
        node = node * 1.5
    lines = texts(screen(step_through(node * far).playback, 64))
    assert sum(line[1:2] == "⋮" for line in lines) == 1
    assert [line[0] for line in lines if line[:1] in ("◂", "▸")] == ["◂", "▸"]


@given(st.integers(1, 120), st.integers(1, 50), st.integers(0, 40), st.sampled_from(RUNS), st.booleans())
def test_no_line_is_too_wide_and_none_too_many(columns: int, rows: int, number: int, run: str, helps: bool) -> None:
    h = Value(3.0, label=HOSTILE) * Value(2.0, label="손실")
    played = step_through(total([h] * 5 + [h * h])).playback
    number = min(number, len(played.frames_of(run)) - 1)
    lines = texts(screen(played, number, Size(columns, rows), run, helps))
    assert 1 <= len(lines) <= rows
    assert max(map(width, lines)) <= columns
    assert all(line.isprintable() for line in lines)


def test_the_numbers_stay_in_sight_beside_long_names() -> None:
    x = Value(2.0, label="a very long name of an input of this")
    lines = texts(screen(step_through(x * x).playback, 0, Size(40, 24)))
    assert all(width(line) <= 40 for line in lines)
    assert re.fullmatch(r"   \(a very.*…  2     —", lines[2])


def test_wide_letters_take_two_columns() -> None:
    L = Value(3.0, label="w") * Value(2.0, label="손실")
    head, first, second, third = texts(screen(step_through(L).playback, 1))[1:5]
    ends = {
        width(line[: line.rindex(sign)]) for line, sign in ((head, "data"), (first, "3"), (second, "2"), (third, "6"))
    }
    assert len(ends) == 1


def test_a_terminal_of_ascii_gets_ascii_in_its_columns() -> None:
    lines = texts(screen(playback(), 8, spoken=lambda text: text.encode("ascii", "autograd.ascii").decode()))
    assert all(line.isascii() and "?" not in line for line in lines[:-1])
    assert lines[2:6] == [
        "   w           3     1 ...",
        "   x           2     -",
        "<  h = w * x   6     12",
        ">  v1 = h * h  36    1",
    ]


def test_help() -> None:
    assert set(HELP.splitlines()) <= set(texts(screen(playback(), 3, helps=True)))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=2), st.integers(31, 60), st.integers(0, 70))
def test_near_takes_as_many_as_it_may_and_the_nearest(current: list[int], count: int, most: int) -> None:
    taken = near(current, count, most)
    assert taken == sorted(set(taken)) and len(taken) == min(most, count)

    def distance(k: int) -> int:
        return min(abs(k - c) for c in current)

    left_out = set(range(count)) - set(taken)
    if most >= len(set(current)):
        assert max(map(distance, taken), default=0) <= min(map(distance, left_out), default=count)


# ---- colours


def test_colour_only_adds_to_signs_and_bold_type() -> None:
    lines = screen(playback(), 8, run="assign")
    plain, coloured = painted(lines, coloured=False), painted(lines, coloured=True)
    colour = re.compile(r"\x1b\[[\d;]*3\d[\d;]*m")
    assert colour.search(coloured) and not colour.search(plain)
    assert re.sub(r"\x1b\[[\d;]*m", "", plain) == re.sub(r"\x1b\[[\d;]*m", "", coloured)


# ---- keys


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("\x1b[C\x1bOC \r\n\x1b[B\x1b[6~", [keys.NEXT] * 7),
        ("\x1b[D\x1bOD\x7f\x08\x1b[A\x1b[5~", [keys.BACK] * 6),
        ("\x1b[H\x1bOH\x1b[1~\x1b[7~", [keys.FIRST] * 4),
        ("\x1b[F\x1bOF\x1b[4~\x1b[8~", [keys.LAST] * 4),
        ("q\x1b\x03\x04", [keys.QUIT] * 4),
        ("m?", [keys.MISTAKE, keys.HELP]),
        ("\x1b[3~\x1b[20~\x1b[Zzé한\x00\t", []),
        ("\x1b[", []),
        ("", []),
    ],
)
def test_what_keys_mean(typed: str, expected: list[str]) -> None:
    assert commands(typed) == expected


@given(st.text())
def test_no_input_is_an_error(typed: str) -> None:
    assert set(commands(typed)) <= {keys.NEXT, keys.BACK, keys.FIRST, keys.LAST, keys.MISTAKE, keys.HELP, keys.QUIT}


def test_a_key_that_arrives_in_parts_is_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, count: read(descriptor, 1))
    ends = os.pipe()
    for typed, expected in (
        (b"\x1b[C", keys.NEXT),
        (b"\x1bOH", keys.FIRST),
        (b"\x1b[4~", keys.LAST),
        (b"\x1b", keys.QUIT),
    ):
        os.write(ends[1], typed)
        assert Terminal(ends[0]).read(PATIENCE) == [expected]
    assert Terminal(ends[0]).read(0.0) == []
    os.close(ends[1])
    assert Terminal(ends[0]).read(PATIENCE) == [keys.QUIT]  # nobody is there any more
    os.close(ends[0])


class FakeConsole:
    """Windows' msvcrt, as far as it is used."""

    def __init__(self, typed: str) -> None:
        self.typed = io.StringIO(typed)

    def kbhit(self) -> bool:
        return self.typed.tell() < len(self.typed.getvalue())

    def getwch(self) -> str:
        return self.typed.read(1)


def test_keys_of_a_windows_console() -> None:
    console = Console(FakeConsole("\xe0M\x00K\xe0G\xe0O\xe0\x53qm"))
    found = [console.read(0.0) for _ in range(8)]
    assert found == [[keys.NEXT], [keys.BACK], [keys.FIRST], [keys.LAST], [], [keys.QUIT], [keys.MISTAKE], []]


def test_where_keys_lead() -> None:
    viewer = Viewer(playback())

    def pressed(*commands: str) -> tuple[int, str, bool]:
        for command in commands:
            viewer.press(command)
        return viewer.state

    assert pressed(keys.BACK) == (0, "right", False)
    assert pressed(keys.NEXT, keys.NEXT, keys.HELP) == (2, "right", True)
    assert pressed(keys.HELP) == (2, "right", False)
    assert pressed(keys.LAST, keys.NEXT) == (10, "right", False)
    assert [pressed(keys.MISTAKE)[1] for _ in range(5)] == [*RUNS[1:], "right"]
    assert pressed(keys.MISTAKE, keys.MISTAKE, keys.MISTAKE, keys.LAST) == (17, "zero", False)
    assert pressed(keys.MISTAKE) == (10, "upstream", False)  # which is shorter
    assert pressed(keys.FIRST) == (0, "upstream", False)


# ---- in a real terminal


class Session:
    """A program in a pseudo-terminal."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int, line: int) -> None:
        self.process, self.terminal, self.line, self.output = process, terminal, line, b""

    def shows(self, holds: Callable[[str], bool]) -> str:
        """The screen, once that holds of it."""
        return self._read(lambda: next((s for s in self._screens()[-1:] if holds(s)), None))

    def ends(self) -> str:
        """All that it has sent, once it has ended."""
        self._read(lambda: self.process.poll() is not None or None)
        while select.select([self.terminal], [], [], 0.0)[0]:
            self.output += os.read(self.terminal, 65536)
        return self.output.decode()

    def press(self, typed: bytes) -> None:
        os.write(self.terminal, typed)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def mode(self) -> list[object]:
        """Of the terminal."""
        return termios.tcgetattr(self.line)

    def _screens(self) -> list[str]:
        drawn = re.findall(rb"\x1b\[H((?:(?!\x1b\[H).)*?)\x1b\[J", self.output, re.DOTALL)
        return [re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", screen.decode()) for screen in drawn]

    def _read(self, found: Callable[[], object]) -> object:
        until = time.monotonic() + PATIENCE
        while (result := found()) is None:
            assert time.monotonic() < until, f"after {PATIENCE} s: {self.output!r}"
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.output += os.read(self.terminal, 65536)
        return result


@contextmanager
def terminal(*words: str, columns: int = 80, rows: int = 24, **environment: str) -> Iterator[Session]:
    host, line = pty.openpty()
    variables = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    variables |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | environment
    fcntl.ioctl(host, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-m", "autograd", "step", *words]
    process = subprocess.Popen(command, stdin=line, stdout=line, stderr=line, env=variables, start_new_session=True)
    try:
        yield Session(process, host, line)
    finally:
        process.kill()
        process.wait()
        os.close(host)
        os.close(line)


def test_a_session() -> None:
    with terminal(SHARED, "w=3", "x=2") as session:
        before = session.mode
        assert "Inputs: w = 3, x = 2" in session.shows(lambda s: "Step 0 of 10" in s)
        assert session.mode != before
        session.press(b"\x1b[C \r")
        assert "L = v1 + w = 36 + 3 = 39" in session.shows(lambda s: "Step 3 of 10" in s)
        session.press(b"\x1b[D")
        session.shows(lambda s: "Step 2 of 10" in s)
        session.press(b"\x1b[F")
        assert "∂L/∂x = ∂L/∂h · ∂h/∂x = 12 · 3 = 36" in session.shows(lambda s: "Step 10 of 10" in s)
        session.press(b"?")
        assert "is computed, or hands its gradient down" in session.shows(lambda s: "Esc, Ctrl-C" in s)
        session.press(b"mm")
        assert "∂L/∂x is 18 instead of 36, off by −18" in session.shows(lambda s: "= instead of +=" in s)
        session.press(b"\x1b[H")
        session.shows(lambda s: "Step 0 of 10" in s)
        session.press(b"q")
        shown = session.ends()
        assert session.process.returncode == 0
        assert session.mode == before
        assert shown.count("\x1b[?1049h") == shown.count("\x1b[?1049l") == 1
        assert shown.rstrip().endswith("\x1b[?1049l 0. Inputs: w = 3, x = 2")


@pytest.mark.parametrize("typed", [b"q", b"\x1b", b"\x03", b"\x04"], ids=["q", "Esc", "Ctrl-C", "Ctrl-D"])
def test_ways_to_quit(typed: bytes) -> None:
    with terminal("w*x", "w=3", "x=2") as session:
        before = session.mode
        session.shows(lambda s: "Step 0" in s)
        session.press(typed)
        assert "\x1b[?1049l" in session.ends()
        assert (session.process.returncode, session.mode) == (0, before)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_signals_leave_the_terminal_as_it_was(number: signal.Signals, status: int) -> None:
    with terminal("w*x", "w=3", "x=2") as session:
        before = session.mode
        session.shows(lambda s: "Step 0" in s)
        session.process.send_signal(number)
        shown = session.ends()
        assert "\x1b[?25h\x1b[?1049l" in shown and "Traceback" not in shown
        assert (session.process.returncode, session.mode) == (status, before)


def test_a_failure_leaves_the_terminal_as_it_was() -> None:
    code = """
from autograd import Value
from autograd.show.stepper import step_through
from autograd.show.stepper.terminal import loop as terminal
terminal.painted = lambda lines, coloured: 1 / 0
terminal.step_in_terminal(step_through(Value(2.0) * 3.0).playback)
"""
    host, line = pty.openpty()
    before = termios.tcgetattr(line)
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, stdin=line, stdout=line, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
    assert b"ZeroDivisionError" in found.stderr and found.returncode == 1
    assert termios.tcgetattr(line) == before
    assert os.read(host, 65536).endswith(b"\x1b[?25h\x1b[?1049l")
    os.close(host)
    os.close(line)


def test_another_size_of_the_window_is_drawn_anew() -> None:
    with terminal(" + ".join(["x*x"] * 30), "x=2") as session:
        assert len(session.shows(lambda s: "Step 0" in s).splitlines()) == 24
        session.resize(50, 10)
        small = session.shows(lambda s: len(s.splitlines()) == 10)
        assert max(map(width, small.splitlines())) < 50
        session.resize(120, 40)
        assert len(session.shows(lambda s: len(s.splitlines()) == 40).splitlines()) == 40
        session.press(b"q")
        session.ends()
        assert session.process.returncode == 0


def test_no_color_and_ascii() -> None:
    with terminal(SHARED, "w=3", "x=2", NO_COLOR="1", PYTHONIOENCODING="ascii") as session:
        session.shows(lambda s: "Step 0" in s)
        session.press(b"\x1b[C" * 6)
        assert "dL/dw += dL/dL * dL/dw = 1 * 1 = 1, so far 1" in session.shows(lambda s: "Step 5" in s or "Step 6" in s)
        session.press(b"q")
        shown = session.ends()
        assert not re.search(r"\x1b\[[\d;]*3\d[\d;]*m", shown) and shown.isascii()


def test_a_dumb_terminal_gets_plain_text() -> None:
    with terminal("w*x", "w=3", "x=2", TERM="dumb") as session:
        shown = session.ends()
        assert "\x1b" not in shown and shown.splitlines()[0] == "0. Inputs: w = 3, x = 2"
        assert session.process.returncode == 0


def test_plain_text_on_request() -> None:
    with terminal("w*x", "w=3", "x=2", "--plain") as session:
        shown = session.ends()
        assert "\x1b" not in shown and len(shown.splitlines()) == len(playback("w*x").frames)


# ---- without a terminal


def test_without_a_terminal_all_steps_are_printed() -> None:
    command = [sys.executable, "-m", "autograd", "step", SHARED, "w=3", "x=2"]
    found = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines() == numbered(playback())
    assert [int(line.split(".")[0]) for line in found.stdout.splitlines()] == list(range(11))


@pytest.mark.parametrize("run", RUNS)
def test_every_frame_has_one_line(run: str) -> None:
    lines = numbered(step_through(Value(2.0, label=HOSTILE) ** 2).playback, run)
    assert all(line.isprintable() for line in lines)


# ---- the page, from the command line


def test_a_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, quiz in ([], False), (["--quiz"], True):
        file = tmp_path / "steps.html"
        assert main(["step", SHARED, "w=3", "x=2", "-o", str(file), *options]) == 0
        assert capsys.readouterr().out == f"written: {file}\n"
        assert (f'"quiz":{str(quiz).lower()}' in file.read_text()) is True


MISUSES = [
    (["sigmod(x)", "x=1"], 2, "unknown function 'sigmod': did you mean 'sigmoid'?\n  sigmod(x)\n  ^^^^^^"),
    (["x*x"], 2, "no value for x"),
    (["x*x", "x=1", "--quiz"], 2, "--quiz: a page asks; write one with -o FILE.html"),
    (["x*x", "x=1", "-o", "steps.txt"], 2, "save: 'steps.txt' must end in .html"),
    ([" + ".join(["x"] * 300), "x=1"], 2, "300 nodes and 598 steps are more than one can watch, 200 and 600"),
    (["log(x)", "x=-1"], 1, "log(x = -1) is undefined: the domain of log is a > 0\n  log(x)"),
    (["sqrt(x)*0", "x=0"], 1, "has derivative inf in x"),
    (["x*x", "x=1", "-o", "/nowhere/steps.html"], 1, "/nowhere/steps.html: No such file or directory"),
]


@pytest.mark.parametrize(("words", "status", "message"), MISUSES, ids=[" ".join(words)[:40] for words, *_ in MISUSES])
def test_misuse(words: list[str], status: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["step", *words]) == status
    shown = capsys.readouterr()
    assert message in shown.err and shown.out == ""


def test_an_unwritten_page_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "steps.html"
    file.write_text("old")

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert main(["step", "x*x", "x=1", "-o", str(file)]) == 1
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]
