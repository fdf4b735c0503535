"""A moment of a run as the lines of a terminal: nodes, the chain-rule step, what has accumulated, what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograd.show.stepper.frames import RIGHT, Frame, Playback
from autograd.show.stepper.terminal.rows import FAINT, FORMULA, RECEIVES, TITLE, WRONG, Line, Moment, Size, near, table
from autograd.show.style import PLAIN
from autograd.show.wrapping import clipped, wrapped

KEYS = "→ step  ← back  Home End  m mistake  ? help  q quit"
HELP = """\
right, down, space, enter   step
left, up, backspace         back
Home, End                   first, last
m                           what if: a classical mistake, then the next
?                           this help
q, Esc, Ctrl-C, Ctrl-D      quit

▸   is computed, or hands its gradient down
◂   receives
…   more terms are to come
✗   is wrong
⋮   nodes are left out here"""
USUAL = Size(80, 24)
FEWEST_ROWS = 3  # of the table: its head, and the two nodes of a step


def screen(
    playback: Playback,
    number: int,
    size: Size = USUAL,
    run: str = RIGHT,
    helps: bool = False,
    spoken: Callable[[str], str] = str,
) -> list[Line]:
    """The frame of that number as at most `size.rows` lines of at most `size.columns` columns.

    Of a graph too long for them, the nodes nearest to those of the step are listed. With `helps`, the keys are.
    `spoken` puts text into what the terminal can show.
    """
    moment = Moment(playback, run, number, spoken)
    title = Line(f"Step {number} of {len(moment.frames) - 1}: {_pass(moment.frame)}", TITLE)
    if helps:
        return _fitted([title, Line(""), *map(Line, HELP.splitlines())], size, spoken)
    below = [Line(""), *_step(moment.frame), *_ledger(moment, size.rows // 3), *_trouble(moment)]
    below = [part for line in below for part in _wrapped(line, size.columns, spoken)]
    taken = len([title, KEYS])
    below = _cut(below, max(1, size.rows - taken - FEWEST_ROWS))
    rows = table(moment, Size(size.columns, size.rows - taken - len(below)))
    return _fitted([title, *rows, *below], size, spoken)


def _pass(frame: Frame) -> str:
    return "backward pass" if frame.event else "forward pass" if frame.node is not None else "the inputs"


def _step(frame: Frame) -> Iterator[Line]:
    yield Line(frame.text, FORMULA)
    if frame.reason:
        yield Line(frame.reason)


def _ledger(moment: Moment, most: int) -> Iterator[Line]:
    """The terms of the receiver's gradient, use by use, where there are several."""
    event = moment.frame.event
    if event is None or event.is_seed:
        return
    steps = ((k, frame.event) for k, frame in enumerate(moment.frames) if frame.event and not frame.event.is_seed)
    terms = [(k, term) for k, term in steps if term.receiver is event.receiver]
    if len(terms) < 2:
        return
    yield Line(f"{moment.partial(event.receiver)}, term by term:")
    for j in near([[k for k, _ in terms].index(moment.number)], len(terms), most):
        k, term = terms[j]
        so_far = f"{PLAIN.number(term.contribution)}, so far {PLAIN.number(term.total)}"
        arrived = so_far if k <= moment.number else "not yet"
        yield Line(f"  {j + 1}. from {moment.name(term.node)}: {arrived}", RECEIVES if k == moment.number else "")


# ---- the mistake


def _trouble(moment: Moment) -> Iterator[Line]:
    """What the mistake is, and where and by how much it goes wrong."""
    if moment.run == RIGHT:
        return
    rule, event = moment.playback.runs[moment.run].rule, moment.frame.event
    yield Line("")
    yield Line(f"What if: {rule.title} · {rule.code}", TITLE)
    begins = next((k for k, frame in enumerate(moment.frames) if frame.event and frame.event.error), None)
    if begins is None:
        yield Line("On this graph it makes no difference: every gradient is right all the same.")
    elif moment.number < begins:
        yield Line(f"All is right so far; it goes wrong at step {begins}.")
    elif moment.number == len(moment.frames) - 1:
        yield Line(rule.because)
        yield from _verdict(moment)
    elif event and event.error:
        here = "Here it goes wrong: " if moment.number == begins else ""
        off = _off(event.total, event.due)
        yield Line(f"✗ {here}{moment.partial(event.receiver)} is now {off}.", WRONG)


def _verdict(moment: Moment) -> Iterator[Line]:
    """What is wrong in the end."""
    for node in moment.wrong:
        off = _off(moment.frame.gradients[node], moment.playback.runs[RIGHT].gradients[node])
        yield Line(f"✗ {moment.partial(node)} is {off}", WRONG)


def _off(found: float, right: float) -> str:
    return f"{PLAIN.number(found)} instead of {PLAIN.number(right)}, off by {PLAIN.number(found - right)}"


# ---- the size of the terminal


def _wrapped(line: Line, columns: int, spoken: Callable[[str], str]) -> list[Line]:
    indent = "" if line.text == line.text.lstrip() else "     "
    first, *rest = wrapped(spoken(line.text), columns - len(indent))
    return [Line(first, line.about), *(Line(indent + text, line.about) for text in rest)]


def _cut(lines: list[Line], most: int) -> list[Line]:
    """What is left out at the end is counted."""
    return lines if len(lines) <= most else [*lines[: most - 1], Line(f"… {len(lines) - most + 1} more lines")]


def _fitted(lines: list[Line], size: Size, spoken: Callable[[str], str]) -> list[Line]:
    """No more lines than there are rows, none longer than there are columns; the last tells the keys."""
    kept = [*lines[: max(1, size.rows - 1)], Line(KEYS, FAINT)][: size.rows]
    return [Line(clipped(spoken(text).rstrip(), size.columns, spoken("…")), about) for text, about in kept]
