"""The stepper in a real browser, by clicks and keys: as a saved page, in JupyterLab, without scripts.

Needs Chromium and `pip install -e ".[browser]"`. Where they are missing the module is skipped, unless the environment
variable AUTOGRAD_BROWSER is "required".
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import browser
import programs
import pytest
from browser import Pages, Player, arrow_ids, running_lab, shown

from autograd import Value, dot, log, sigmoid, sin, softmax, sqrt, tanh
from autograd.ops import total
from autograd.show.stepper import step_through
from autograd.show.stepper.frames import Frame, Playback
from autograd.show.stepper.runs import MISTAKES, Run
from autograd.show.style import PLAIN

missing = [name for name in ("playwright", "jupyterlab", "nbformat", "nbconvert") if not find_spec(name)]
missing += [] if browser.CHROMIUM else ["chromium"]
if missing:
    reason = f'the tests in a browser need {", ".join(missing)}: install Chromium, and pip install -e ".[browser]"'
    if os.environ.get("AUTOGRAD_BROWSER") == "required":
        raise RuntimeError(reason)
    pytest.skip(reason, allow_module_level=True)

HOSTILE = [
    "{x|<y>} \\N \\G \\L \\",
    "</script><img src=x onerror='alert(1)'>",
    "<script>alert(2)</script>",
    "'\"><svg onload=alert(3)>",
    '<b onmouseover="alert(4)">&alpha; &amp; &#65; &lt;',
    "nul\x00 esc\x1b[31m new\nline\ttab\r\x85\u2028end",
    "]]> --> <!-- <![CDATA[",
    "\u202eright to left\u2066",
    "half \ud800 a pair, \uffff no character",
    "한국어 ∂L/∂σ ₁ 🙂",
    "${alert(5)} `${alert(6)}` \\u003cimg src=x onerror=alert(7)>",
    "<!--<script ></script x>",
    "__proto__",
    "<" * 5_000 + ">" * 5_000,
]


# ---- graphs


def neuron() -> Value:
    """A weight that is used twice."""
    w, x, b, t = Value(0.5, "w"), Value(1.6, "x"), Value(-0.75, "b"), Value(1.0, "t")
    y = sigmoid(w * x + b)
    return (y - t) ** 2 + 0.1 * w**2


def twice() -> Value:
    """The same node twice in one operation, and twice in the next."""
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return y * y


def classes() -> Value:
    """Softmax with cross entropy."""
    outputs = softmax([Value(1.0, "z1"), Value(-0.5, "z2"), Value(0.25, "z3")])
    return -log(outputs[2])


def many_uses(count: int = 6) -> Value:
    """Softmax and targets in all classes: many more arrows than boxes."""
    outputs = softmax([Value(0.25 * k, f"z{k}") for k in range(count)])
    return -dot([Value(1.0 / count, f"t{k}") for k in range(count)], [log(output) for output in outputs])


def sums() -> Value:
    """Operations of many operands, one of them in several places."""
    w = [Value(0.5, "w₁"), Value(-2.0, "w₂")]
    x = Value(1.5, "x")
    return total([dot(w, [x, w[0]], bias=x), x, x, 3.0])


def numbers() -> Value:
    """Numbers whose digits are hard to get right: ties, very large and very small ones, and random ones."""
    draw = random.Random(4)
    ties = [1.0625, 12.125, 1.0635, 0.00012345, 123450.0, 1234.5, 2.5, 0.5, 1e22, 1e-7, 12345678.0, 9999.5, 99995.0]
    ties += [1e5, 1e-5, 0.0001, 0.0, 5e-324, 1e300, 999999.5, 0.1, 1 / 3, 1234565.0, -1234575.0, -(2.0**-20)]
    drawn = [draw.randrange(1, 10**5) / 2 ** draw.randrange(1, 18) * 10.0 ** draw.randrange(-9, 9) for _ in range(60)]
    ones = [Value(1.0, f"x{k}") for k in range(len(ties + drawn))]
    return dot([Value(x) for x in ties + drawn], ones)


def infinite() -> Value:
    """A local derivative and a gradient without end."""
    return sqrt(Value(0.0, "x")) * 2.0


def thirty() -> Value:
    """Two inputs, three hidden neurons and a loss: thirty nodes."""
    x = [Value(0.5, "x1"), Value(-1.5, "x2")]
    hidden = []
    for j in range(3):
        w = [Value(0.3 * (j + 1), f"w{j}1"), Value(-0.2 * (j + 1), f"w{j}2")]
        hidden.append(tanh(w[0] * x[0] + w[1] * x[1] + 0.1 * j))
    y = dot([Value(0.4, "u1"), Value(0.5, "u2")], hidden[:2]) * hidden[2]
    return (y - Value(0.7, "t")) ** 2


def program(seed: int, length: int) -> Callable[[], Value]:
    """A random program."""

    def run() -> Value:
        drawn, inputs = programs.random_program(seed, length)
        return programs.run(drawn, [Value(x, f"a{k}") for k, x in enumerate(inputs)])[-1]

    return run


def no_two_alike() -> Value:
    """A graph in which no local derivative or gradient is a number that stands elsewhere."""
    a, b = Value(0.7, "a"), Value(1.3, "b")
    return sin(a / b) / tanh(a)


GRAPHS = {
    "neuron": neuron,
    "twice": twice,
    "classes": classes,
    "many_uses": many_uses,
    "sums": sums,
    "infinite": infinite,
    "thirty": thirty,
    "program_1": program(1, 7),
    "program_2": program(2, 14),
    "a_leaf": lambda: Value(2.0, "x"),
}


class Example:
    """A graph, what the engine says of it, and its page."""

    def __init__(self, build: Callable[[], Value], path: Path) -> None:
        self.root = build()
        stepper = step_through(self.root)
        self.playback: Playback = stepper.playback
        self.path = stepper.save(path)
        self.html = stepper.html
        self.url = path.as_uri()
        self.arrows = arrow_ids(self.html)
        self.root.backward()

    def name(self, node: Value) -> str:
        return PLAIN.name(self.playback.notation.name(node))

    def partial(self, node: Value) -> str:
        return f"∂{self.name(self.root)}/∂{self.name(node)}"

    def number_of(self, node: Value) -> int:
        return self.playback.notation.order.index(node)

    @property
    def steps(self) -> list[Frame]:
        return [frame for frame in self.playback.frames if frame.event and frame.event.place >= 0]


# ---- the browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def pages(chromium: Any) -> Iterator[Pages]:
    """Pages that must ask for nothing but themselves, and raise nothing."""
    opened = Pages(chromium)
    yield opened
    assert opened.troubles == []
    assert all(re.fullmatch(r"file://[^?]*\.html", url) for url in opened.requests), opened.requests


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Example]:
    """An example by its name, made once."""
    folder, made = tmp_path_factory.mktemp("pages"), dict[str, Example]()

    def get(name: str) -> Example:
        if name not in made:
            made[name] = Example(GRAPHS[name], folder / f"{name}.html")
        return made[name]

    return get


# ---- numbers


@pytest.mark.parametrize("name", GRAPHS)
def test_every_frame_shows_the_numbers_of_the_engine(name: str, example: Any, pages: Pages) -> None:
    graph = example(name)
    with pages.open(graph.url) as page:
        seen = list(Player(page).frames())
        lines = page.locator("li").all_text_contents()
    assert len(seen) == len(graph.playback.frames)
    for k, (frame, read) in enumerate(zip(graph.playback.frames, seen, strict=True)):
        text = " ".join(f"{frame.text} {frame.reason}".split())
        assert (read["heard"], lines[k], read["count"]) == (text, text, f"{k} / {len(seen) - 1}")
        check_boxes(graph, k, read)
        check_arrows(graph, frame, read)
        check_formula(frame, read)
    for node in graph.playback.notation.order:
        assert seen[-1]["boxes"][graph.name(node)][-1] == shown(node.grad, 4)


def check_boxes(graph: Example, k: int, read: dict[str, Any]) -> None:
    frame = graph.playback.frames[k]
    later = {other.event.receiver for other in graph.playback.frames[k + 1 :] if other.event}
    assert len(read["boxes"]) == len(graph.playback.notation.order)
    for node in graph.playback.notation.order:
        *_, data, _, grad = read["boxes"][graph.name(node)]
        assert data == f"data {shown(node.data, 4) if node in frame.known else '—'}"
        if node in frame.gradients:
            assert grad == shown(frame.gradients[node], 4) + " …" * (node in later)
        else:
            assert grad == "—"


def check_arrows(graph: Example, frame: Frame, read: dict[str, Any]) -> None:
    expected = {}
    for node in graph.playback.notation.order:
        for place, (_, local) in enumerate(node.edges()):
            use = f"use{graph.number_of(node)}.{place}"
            expected[use] = shown(local, 4) if node in frame.known else ""
    assert dict(zip(graph.arrows, read["arrows"], strict=True)) == expected
    marked = [graph.arrows[k] for k in read["carries"]]
    if frame.event and frame.event.place >= 0:
        assert marked == [f"use{graph.number_of(frame.event.node)}.{frame.event.place}"]
        both = [["gives", graph.name(frame.event.node)], ["receives", graph.name(frame.event.receiver)]]
        assert sorted(read["marks"]) == both
    else:
        assert read["marks"] == ([["gives", graph.name(frame.node)]] if frame.node is not None else [])


def check_formula(frame: Frame, read: dict[str, Any]) -> None:
    parts = read["formula"][0].split("=")
    if not frame.event:
        assert frame.node is None or parts[-1] == shown(frame.node.data)
    elif frame.event.place < 0:
        assert parts[-1] == "1"
    else:
        event = frame.event
        local = shown(event.node.local_derivatives[event.place])
        bracketed = f"({local})" if local[0] == "−" else local
        assert parts[-2:] == [f"{shown(event.upstream)}·{bracketed}", shown(event.contribution)]
        assert not read["ledger"] or read["ledger"][-1][-1] == shown(event.total)


def test_numbers_are_rounded_as_python_rounds_them(tmp_path: Path, pages: Pages) -> None:
    graph = Example(numbers, tmp_path / "numbers.html")
    frames = graph.playback.frames
    with pages.open(graph.url) as page:
        player = Player(page)
        player.press("End")
        read = player.read()
        check_boxes(graph, len(frames) - 1, read)
        check_arrows(graph, frames[-1], read)
        for frame in reversed(frames[-len(graph.root.parents) // 2 :]):
            assert player.root.locator(".heard").text_content() == f"{frame.text} {frame.reason}".rstrip()
            player.press("ArrowLeft")


def test_a_graph_of_many_more_arrows_than_boxes_is_played_whole(tmp_path: Path, pages: Pages) -> None:
    graph = Example(lambda: many_uses(20), tmp_path / "many.html")
    with pages.open(graph.url) as page:
        player = Player(page)
        player.press("End")
        read = player.read()
        check_boxes(graph, len(graph.playback.frames) - 1, read)
        check_arrows(graph, graph.playback.frames[-1], read)


def test_terms_of_a_shared_node_are_listed_one_by_one(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    (w,) = [node for node in graph.playback.notation.order if node.label == "w"]
    places = [k for k, frame in enumerate(graph.playback.frames) if frame.event and frame.event.receiver is w]
    terms = [shown(graph.playback.frames[k].event.contribution) for k in places]
    with pages.open(graph.url) as page:
        seen = [read["ledger"] for read in Player(page).frames()]
    assert [[row[1] for row in seen[k]] for k in places] == [
        [terms[0], "not yet", terms[0]],
        [terms[0], terms[1], shown(w.grad)],
    ]
    assert [k for k, rows in enumerate(seen) if rows] == places


# ---- buttons and keys


def test_keys_and_buttons_go_where_they_say(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    last = len(graph.playback.frames) - 1
    with pages.open(graph.url) as page:
        player = Player(page)

        def at() -> int:
            return int(player.read()["count"].split(" / ")[0])

        assert at() == 0 and player.button("Back").is_disabled() and player.button("First").is_disabled()
        for key, expected in [("ArrowLeft", 0), ("ArrowRight", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", last)]:
            player.press(key)
            assert at() == expected
        assert player.button("Step").is_disabled() and player.button("Last").is_disabled()
        player.press("ArrowRight", "Home", "ArrowRight")
        assert at() == 1
        for name, expected in [("Step", 2), ("Step", 3), ("Back", 2), ("Last", last), ("Back", last - 1), ("First", 0)]:
            player.button(name).click()
            assert at() == expected
        slider = player.root.get_by_role("slider")
        slider.fill("5")
        assert at() == 5 and player.read()["heard"] in slider.get_attribute("aria-valuetext")
        slider.focus()
        for key, expected in [("ArrowRight", 6), ("ArrowLeft", 5), ("Home", 0), ("End", last)]:
            page.keyboard.press(key)
            assert at() == expected and slider.input_value() == str(expected)
        player.press("Control+ArrowLeft", "x")
        assert at() == last


def test_it_plays_at_four_speeds_until_the_end(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    last = len(graph.playback.frames) - 1
    with pages.open(graph.url) as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        player = Player(page)

        def after(milliseconds: int) -> str:
            page.clock.run_for(milliseconds)
            return str(player.read()["count"].split(" / ")[0])

        player.button("Play").click()
        assert [after(1199), after(1), after(2400)] == ["0", "1", "3"]
        player.button("Pause").or_(player.button("Play")).click()
        assert after(5000) == "3"
        player.press("Space")
        for speed, steps, at in [("0.5", 1, "4"), ("2", 2, "6"), ("4", 4, "10")]:
            player.choose("Speed", speed)
            assert after(round(1200 * steps / float(speed))) == at
        assert after(60_000) == str(last)
        player.press("Space")
        assert [after(0), after(300)] == ["0", "1"]
        player.press("Space")
        assert after(5000) == "1"


def test_a_node_leads_to_the_step_that_fixes_its_gradient(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    frames = graph.playback.frames
    with pages.open(graph.url) as page:
        player = Player(page)
        for node in graph.playback.notation.order:
            fixed = max(k for k, frame in enumerate(frames) if frame.event and frame.event.receiver is node)
            for key in ("", "Enter", "Space"):
                player.press("Home")
                box = player.node(graph.name(node))
                box.press(key) if key else box.click()
                read = player.read()
                assert read["count"] == f"{fixed} / {len(frames) - 1}"
                assert read["boxes"][graph.name(node)][-1] == shown(node.grad, 4)


def test_the_tab_key_reaches_everything(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    name = """() => { const e = document.activeElement;
      return e === document.body ? "" : e.getAttribute("aria-label") ?? e.textContent; }"""
    with pages.open(graph.url) as page:
        player = Player(page)
        reached = [page.evaluate(name)]  # keys work at once on a page of its own
        page.keyboard.press("ArrowRight")
        while reached[-1]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(name))
        order = ["Steps of", "First", "Back", "Play", "Step (", "Last", "Step", "Speed", "Quiz", "What if"]
        assert [found[: len(start)] for found, start in zip(reached, order, strict=False)] == order
        last = re.compile("(.*): data .*, gradient .*; go to the step that fixes it")
        boxes = {match[1] for found in reached if (match := last.fullmatch(found))}
        assert boxes == {graph.name(node) for node in graph.playback.notation.order}
        assert reached[-2] == "All steps as text"
        player.root.locator("summary").press("Enter")
        assert page.locator("li").last.is_visible() and player.read()["count"].startswith("1 /")


# ---- the quiz


@pytest.mark.parametrize("name", ["neuron", "twice", "classes", "sums", "infinite", "program_1"])
def test_a_quiz_answered_by_the_engine_is_all_right(name: str, example: Any, pages: Pages) -> None:
    graph = example(name)
    with pages.open(graph.url) as page:
        player = Player(page)
        player.button("Quiz").click()
        answered = 0
        for frame in graph.steps:
            for x in answers_of(frame.event, graph.root):
                assert "= ?" in player.read()["question"]
                assert player.answer(repr(x)).startswith("Right"), (frame, x)
                answered += 1
                assert player.read()["score"] == f"{answered} of {answered} right at once"
            player.press("ArrowRight")
        assert player.read()["question"] == "That was the last one."
        for node in graph.playback.notation.order:
            assert player.read()["boxes"][graph.name(node)][-1] == shown(node.grad, 4)


def answers_of(event: Any, root: Any) -> list[float]:
    """The local derivative and what the gradient comes to; just below the root that is one question."""
    local = event.node.local_derivatives[event.place]
    return [local] if event.node is root and local == event.total else [local, event.total]


def test_a_quiz_reveals_nothing_before_it_is_answered(tmp_path: Path, pages: Pages) -> None:
    graph = Example(no_two_alike, tmp_path / "quiz.html")
    events = [frame.event for frame in graph.steps]
    asked = [(k, x) for k, event in enumerate(events) for x in answers_of(event, graph.root)]
    answers = [x for _, x in asked]
    with pages.open(graph.url) as page:
        player = Player(page)
        player.button("Quiz").click()
        for k, (step, answer) in enumerate(asked):
            secrets = {abs(x) for x in answers[k:]} - {abs(x) for x in answers[:k]} - {1.0}
            check_hidden(secrets, player)
            for key in ("ArrowRight", "ArrowRight", "End"):
                player.press(key)
                check_hidden(secrets, player)
            player.answer("0.123")
            check_hidden(secrets, player)
            player.press("Home", *["ArrowRight"] * (len(graph.playback.frames) - len(events) + step))
            assert player.answer(repr(answer)).startswith("Right")
        assert all(digits in " ".join(player.texts()) for digits in (shown(answers[-1], 4), shown(answers[0], 4)))


def check_hidden(secrets: set[float], player: Player) -> None:
    texts = "\n".join(player.texts())
    assert [x for x in secrets for digits in (4, 6) if shown(x, digits) in texts] == []


def test_a_quiz_says_what_is_wrong(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    sharing = [k for k, frame in enumerate(graph.playback.frames) if frame.event and frame.event.receiver.label == "w"]
    event = graph.playback.frames[sharing[1]].event
    local, upstream = event.node.local_derivatives[event.place], event.upstream
    with pages.open(graph.url) as page:
        player = Player(page)
        player.button("Quiz").click()
        skip_to(player, sharing[1])
        for wrong, told in [
            ("", "is no number"),
            ("two", "“two” is no number"),
            ("1/2/3", "is no number"),
            ("<img src=x onerror=alert(1)>", "“<img src=x onerror=alert(1)>” is no number"),
            (repr(-local), "the sign is the other way round"),
            (repr(1 / local), "that is upside down"),
            (repr(event.contribution), "asked is the last factor alone"),
            ("0.5", f"that is ∂{graph.name(event.node)}/∂x"),
            (repr(local + 0.7), "how much does"),
        ]:
            assert told in player.answer(wrong), wrong
        before = player.read()["score"]
        assert player.answer(repr(local)).startswith("Right")
        assert counted(player.read()["score"]) == (counted(before)[0], counted(before)[1] + 1)
        for wrong, told in [
            (repr(event.contribution), f"that is this term alone; {shown(event.total - event.contribution)} was there"),
            (repr(-event.total), "the sign is the other way round"),
            (repr(local), f"local derivative alone; times ∂{graph.name(graph.root)}/"),
            (repr(upstream), "times the local derivative"),
            (repr(event.total + 7.0), "what was there"),
        ]:
            assert told in player.answer(wrong), wrong
        player.button("Show").click()
        assert player.read()["said"].startswith(f"It is {shown(event.total)}.")
        assert counted(player.read()["score"]) == (counted(before)[0], counted(before)[1] + 2)


def skip_to(player: Player, frame: int) -> None:
    """Have the answers shown up to a frame."""
    while int(player.read()["count"].split(" / ")[0]) < frame:
        while player.button("Show").is_enabled():
            player.button("Show").click()
        player.press("ArrowRight")


def counted(score: str) -> tuple[int, int]:
    right, asked = map(int, re.fullmatch(r"(\d+) of (\d+) right at once", score).groups())
    return right, asked


def test_a_quiz_takes_fractions_and_numbers_as_people_write_them(tmp_path: Path, pages: Pages) -> None:
    graph = Example(lambda: Value(1.0, "a") / Value(-3.0, "b"), tmp_path / "fractions.html")
    quiz_page = step_through(graph.root, quiz=True).save(tmp_path / "quiz.html")
    with pages.open(quiz_page.as_uri()) as page:
        player = Player(page)
        for way in ("-1/3", " −1 / 3 ", "1/-3", "-.3333333", "-3.333e-1", "−3.333333·10^-1", "-3.333*10**-1", "-0.333"):
            assert player.answer(way).startswith("Right"), way
            player.button("Quiz").click()
            player.button("Quiz").click()
    assert Fraction(graph.root.local_derivatives[0]).limit_denominator(9) == Fraction(-1, 3)


# ---- what if


@pytest.mark.parametrize("name", ["neuron", "twice", "sums", "classes"])
def test_mistakes_go_wrong_where_and_by_how_much_they_say(name: str, example: Any, pages: Pages) -> None:
    graph = example(name)
    with pages.open(graph.url) as page:
        player = Player(page)
        for mistake in MISTAKES:
            player.choose("What if", mistake)
            check_run(graph, graph.playback.runs[mistake], list(player.frames()))
        player.choose("What if", "right")
        after = list(player.frames())
        assert [read["heard"] for read in after] == texts_of(graph) and not any(read["mistake"] for read in after)


def check_run(graph: Example, run: Run, seen: list[dict[str, Any]]) -> None:
    forward = len(seen) - len(run.events)
    first = None if run.first_error is None else forward + run.first_error
    totals: dict[Value, tuple[float, float]] = {}
    for k, read in enumerate(seen):
        if k >= forward:
            event = run.events[k - forward]
            totals[event.receiver] = event.total, event.due
        check_mistake(graph, run, k - forward, totals, read)
        assert read["mistake"].startswith(f"{run.rule.title} · {run.rule.code}")
        if first is None:
            assert "it makes no difference" in read["mistake"]
        elif k < first:
            assert f"it goes wrong at step {first}" in read["mistake"]
    check_verdict(graph, run, seen[-1])


def check_mistake(
    graph: Example, run: Run, k: int, totals: dict[Value, tuple[float, float]], read: dict[str, Any]
) -> None:
    later = {event.receiver for event in run.events[max(k, -1) + 1 :]}
    wrong = {node for node, (now, due) in totals.items() if abs(now - due) > 1e-9 * max(abs(now), abs(due))}
    for node in graph.playback.notation.order:
        mark = " ✗" if node in wrong else " …" if node in later else ""
        expected = shown(totals[node][0], 4) + mark if node in totals else "—"
        assert read["boxes"][graph.name(node)][-1] == expected
    assert {name for mark, name in read["marks"] if mark == "wrong"} == {graph.name(node) for node in wrong}
    if k >= 0 and run.events[k].receiver in wrong:
        now, due = totals[run.events[k].receiver]
        told = f"is now {shown(now)} instead of {shown(due)}, off by {shown(now - due)}."
        assert told in read["mistake"] and told in read["heard"]
        assert ("Here it goes wrong" in read["mistake"]) == (k == run.first_error)


def check_verdict(graph: Example, run: Run, read: dict[str, Any]) -> None:
    """The table at the end, beside what the engine has found."""
    told = {row[0]: row[1:] for row in read["verdict"][1:]}
    expected = {}
    for node, gradient in run.gradients.items():
        if abs(gradient - node.grad) > 1e-9 * max(abs(gradient), abs(node.grad)):
            expected[graph.partial(node)] = [shown(gradient), shown(node.grad), shown(gradient - node.grad)]
    assert told == expected


# ---- pages


def test_several_on_a_page_do_not_interfere(example: Any, pages: Pages, tmp_path: Path) -> None:
    names = ["neuron", "twice", "neuron"]
    page_of_three = tmp_path / "three.html"
    parts = "\n".join(example(name).html for name in names)
    page_of_three.write_text(f"<!DOCTYPE html><meta charset='utf-8'><title>three</title>{parts}", "utf-8")
    with pages.open(page_of_three.as_uri()) as page:
        players = [Player(page, k) for k in range(3)]
        before = [player.read() for player in players]
        players[0].press("End")
        players[1].button("Quiz").click()
        players[2].choose("What if", "assign")
        states = [player.read() for player in players]
        last = len(example("neuron").playback.frames) - 1
        assert states[0]["count"] == f"{last} / {last}"
        assert [state["question"] != "" for state in states] == [False, True, False]
        assert [state["mistake"] != "" for state in states] == [False, False, True]
        players[0].press("Home")
        assert players[0].read() == before[0] and players[1].read() == states[1] and players[2].read() == states[2]
        assert page.locator("[id]").count() == 0
        players[1].button("Quiz").click()
        for name, player in zip(names[:2], players, strict=False):
            assert [read["heard"] for read in player.frames()] == texts_of(example(name))


def test_nothing_is_global(example: Any, pages: Pages, tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_text("<!DOCTYPE html><title>empty</title>")
    found = []
    for url in (empty.as_uri(), example("neuron").url):
        with pages.open(url) as page:
            found.append(page.evaluate("Object.getOwnPropertyNames(window).sort()"))
    assert found[0] == found[1]


def test_a_page_of_thirty_nodes_is_small_and_the_same_in_every_process(example: Any, tmp_path: Path) -> None:
    graph = example("thirty")
    assert len(graph.playback.notation.order) == 30
    assert graph.path.stat().st_size < 150_000
    code = "import sys, test_browser; test_browser.step_through(test_browser.thirty()).save(sys.argv[1])"
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([sys.executable, "-c", code, f"{seed}.html"], env=environment, cwd=tmp_path, check=True)
        assert (tmp_path / f"{seed}.html").read_bytes() == graph.path.read_bytes()


# What elements there are, those of formulas aside: how a name is written may differ.
ELEMENTS = """() => [...document.querySelectorAll("*")].filter((e) => !e.closest("math")).map((e) => e.tagName)"""
FORMULAS = """() => [...document.querySelectorAll("math, math *")].map((e) => e.tagName)"""
HANDLERS = """() => [...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name))
  .filter((name) => name.startsWith("on") || name === "href")"""
MATHML = {"math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msub", "msup", "msubsup", "mover", "mspace"}


def test_labels_are_text_and_nothing_else(pages: Pages, tmp_path: Path) -> None:
    def build(labels: list[str]) -> Value:
        root = tanh(total([Value(0.1 * k, label) for k, label in enumerate(labels)])) * Value(2.0, labels[0])
        root.label = labels[1]
        return root

    elements = []
    for name, labels in (("plain", [f"q{k}" for k in range(len(HOSTILE))]), ("hostile", HOSTILE)):
        graph = Example(lambda labels=labels: build(labels), tmp_path / f"{name}.html")
        with pages.open(graph.url) as page:
            player = Player(page)
            states = [page.evaluate(ELEMENTS)]
            for k, read in enumerate(player.frames()):
                assert read["heard"] and set(page.evaluate(FORMULAS)) <= MATHML, k
            for mistake in MISTAKES:
                player.choose("What if", mistake)
                player.press("End")
                states.append(page.evaluate(ELEMENTS))
            player.button("Quiz").click()
            player.answer(labels[1])
            skip_to(player, len(graph.playback.frames) - 1)
            states.append(page.evaluate(ELEMENTS))
            assert page.evaluate(HANDLERS) == [] and page.evaluate("window.alerted === undefined")
            elements.append(states)
    assert elements[0] == elements[1]


# ---- how it looks

# The least contrast among all visible texts, and where it is.
CONTRAST = """root => {
  const channels = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const shape = e.matches("svg .node") && e.querySelector("polygon, path, ellipse");
      if (shape && getComputedStyle(shape).fill !== "none") return channels(getComputedStyle(shape).fill);
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const found = [];
  for (const e of root.querySelectorAll("*")) {
    if (!e.checkVisibility({ visibilityProperty: true })) continue;
    if (e.matches(":disabled, .heard, script, style, option")) continue;
    const texts = [...e.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
    if (!texts.length && !(e.matches("input, select") && e.value)) continue;
    const style = getComputedStyle(e);
    const back = behind(e);
    let faded = 1;
    for (let up = e; up; up = up.parentElement) faded *= getComputedStyle(up).opacity;
    const [r, g, b, a] = channels(e.closest("svg") ? style.fill : style.color);
    const [x, y] = [light(over([r, g, b, a * faded], back)), light(back.slice(0, 3))].sort((p, q) => q - p);
    found.push([(x + 0.05) / (y + 0.05), e.tagName + ": " + e.textContent.slice(0, 40)]);
  }
  return found.sort((p, q) => p[0] - q[0]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scheme: str, example: Any, pages: Pages) -> None:
    graph = example("neuron")
    with pages.open(graph.url, color_scheme=scheme) as page:
        player = Player(page)
        player.root.locator("summary").click()
        for act in (
            lambda: player.press("Home"),
            lambda: player.press("End"),
            lambda: player.choose("What if", "upstream"),
            lambda: player.press("End"),
            lambda: player.button("Quiz").click(),
            lambda: player.answer("0.123"),
        ):
            act()
            found = player.root.evaluate(CONTRAST)
            assert len(found) > 20 and found[0][0] >= 4.5, found[:3]
        paper = player.root.evaluate("e => getComputedStyle(e).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper))) < 200) == (scheme == "dark")


@pytest.mark.parametrize("name", ["neuron", "many_uses", "thirty", "program_2"])
def test_a_phone_scrolls_the_picture_and_not_the_page(name: str, example: Any, pages: Pages) -> None:
    with pages.open(example(name).url, viewport={"width": 360, "height": 740}) as page:
        player = Player(page)
        player.root.locator("summary").click()
        acts = [lambda: player.press("Home"), *[lambda: player.press("ArrowRight")] * 3, lambda: player.press("End")]
        acts += [lambda mistake=mistake: player.choose("What if", mistake) for mistake in MISTAKES]
        acts += [lambda: player.button("Quiz").click(), lambda: player.answer("0.123")]
        for act in acts:
            act()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        player.press("Home", "End")
        assert player.root.locator(".stage").evaluate("e => e.scrollWidth > e.clientWidth")


def test_a_phone_keeps_the_receiver_in_sight(example: Any, pages: Pages) -> None:
    graph = example("thirty")
    with pages.open(graph.url, viewport={"width": 360, "height": 740}) as page:
        player = Player(page)
        for read in player.frames():
            for name in [name for mark, name in read["marks"] if mark == "receives"]:
                box, view = player.node(name).bounding_box(), player.root.locator(".stage").bounding_box()
                assert view["x"] - 5 <= box["x"] and box["x"] + box["width"] <= view["x"] + view["width"] + 1


def test_without_scripts_picture_and_steps_are_there_and_no_dead_controls(example: Any, pages: Pages) -> None:
    graph = example("neuron")
    with pages.open(graph.url, java_script_enabled=False) as page:
        assert page.locator("button, select, input, [tabindex], [role]").count() == 0
        assert page.locator("li").all_text_contents() == texts_of(graph)
        assert all(line.is_visible() for line in page.locator("li").all())
        assert page.locator("img").is_visible() and page.locator("img").bounding_box()["width"] > 300
        assert "Forward pass" in page.locator("body").inner_text()
    words = "".join(browser.picture_of(graph.html).itertext()).replace("\xa0", " ")
    assert all(f"grad {shown(node.grad, 4)}" in words for node in graph.playback.notation.order)
    assert "…" not in words and "—" not in words


def texts_of(graph: Example) -> list[str]:
    return [" ".join(f"{frame.text} {frame.reason}".split()) for frame in graph.playback.frames]


# ---- notebooks

CELL = """\
from autograd import Value
from autograd.show.stepper import step_through
w, x = Value(3.0, label="w"), Value(2.0, label="x")
L = (w * x + w) ** 2
step_through(L, names={"L": L})"""


def in_the_cell() -> Value:
    """The graph of CELL."""
    w, x = Value(3.0, label="w"), Value(2.0, label="x")
    L = (w * x + w) ** 2
    L.label = "L"
    return L


def notebook(*cells: Any) -> Any:
    import nbformat.v4 as nb

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nb.new_notebook(cells=list(cells), metadata=kernel)


def code_cell(k: int, shows: Any = None) -> Any:
    """A cell that steps through a graph, and what it has shown."""
    import nbformat.v4 as nb

    outputs = [nb.new_output("execute_result", shows._repr_mimebundle_(), execution_count=1)] if shows else []
    return nb.new_code_cell(CELL, id=f"cell{k}", outputs=outputs)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def lab_pages(chromium: Any, lab: Any) -> Iterator[Pages]:
    """Pages that must ask nobody but the server."""
    opened = Pages(chromium, lab.url)
    yield opened
    assert all(url.startswith((lab.url, "data:", "blob:")) for url in opened.requests), opened.requests
    assert [trouble for trouble in opened.troubles if not trouble.startswith("Failed to load resource")] == []


def test_in_jupyterlab_it_steps_and_keys_stay_in_it(lab: Any, lab_pages: Pages) -> None:
    import nbformat

    graph = Playback(in_the_cell())
    nbformat.write(notebook(code_cell(1), code_cell(2), code_cell(3)), lab.folder / "live.ipynb")
    with lab_pages.open(lab.page("live.ipynb"), viewport={"width": 1200, "height": 1600}) as page:
        cells = page.locator(".jp-Notebook .jp-Cell")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)  # before, it would drop what is run
        cells.first.locator(".cm-content").click()
        for count in (1, 2):
            page.keyboard.press("Shift+Enter")
            page.locator(".autograd-stepper svg").nth(count - 1).wait_for(timeout=60_000)
        players = [Player(page, k) for k in range(2)]
        last = len(graph.frames) - 1
        active = page.locator(".jp-Cell.jp-mod-active").count()
        for keys, at in [
            (["ArrowRight", "ArrowDown"], 2),
            (["ArrowUp"], 1),
            (["End"], last),
            (["d", "d", "a", "b", "x", "m", "Enter", "Escape"], last),
            (["ArrowLeft"], last - 1),
            (["Home"], 0),
        ]:
            players[1].press(*keys)
            assert players[1].read()["count"] == f"{at} / {last}"
            assert (cells.count(), page.locator(".jp-Cell.jp-mod-active").count()) == (3, active)
        seen = list(players[1].frames())
        assert [read["heard"] for read in seen] == [" ".join(f"{f.text} {f.reason}".split()) for f in graph.frames]
        assert players[0].read()["count"] == f"0 / {last}"
        players[0].button("Step").click()
        players[0].button("Quiz").click()
        assert players[0].answer("18").startswith("Right")
        assert players[1].read()["count"] == f"{last} / {last}" and cells.count() == 3
        for theme, dark in (("true", False), ("false", True)):
            page.evaluate("theme => { document.body.dataset.jpThemeLight = theme; }", theme)
            paper = players[0].root.evaluate("e => getComputedStyle(e).backgroundColor")
            assert (sum(map(int, re.findall(r"\d+", paper))) < 200) == dark
            assert players[0].root.evaluate(CONTRAST)[0][0] >= 4.5


def test_in_an_untrusted_notebook_picture_and_steps_are_there_and_no_dead_controls(lab: Any, lab_pages: Pages) -> None:
    import nbformat

    stepper = step_through(in_the_cell())
    nbformat.write(notebook(code_cell(1, stepper)), lab.folder / "fresh.ipynb")
    with lab_pages.open(lab.page("fresh.ipynb"), viewport={"width": 1200, "height": 1600}) as page:
        output = page.locator(".jp-OutputArea-output")
        output.locator("li").first.wait_for(timeout=60_000)
        lines = [" ".join(f"{f.text} {f.reason}".split()) for f in stepper.playback.frames]
        assert output.locator("li").all_text_contents() == lines
        assert all(line.is_visible() for line in output.locator("li").all())
        assert output.locator("button, select, input, script, style, svg").count() == 0
        assert output.locator("img").evaluate("e => e.complete && e.naturalWidth > 300")
        assert "graph-data" not in output.inner_html() and '"nodes"' not in output.inner_text()


def test_an_exported_notebook_plays_without_a_network(chromium: Any, tmp_path: Path) -> None:
    from nbconvert import HTMLExporter

    stepper = step_through(in_the_cell())
    page_text, _ = HTMLExporter().from_notebook_node(notebook(code_cell(1, stepper), code_cell(2, stepper)))
    exported = tmp_path / "exported.html"
    exported.write_text(page_text, "utf-8")
    pages = Pages(chromium)
    with pages.open(exported.as_uri()) as page:
        player = Player(page, 1)
        lines = [" ".join(f"{f.text} {f.reason}".split()) for f in stepper.playback.frames]
        assert [read["heard"] for read in player.frames()] == lines
        assert page.locator(".autograd-stepper").count() == 2
    assert not [trouble for trouble in pages.troubles if trouble.startswith("dialog")]
