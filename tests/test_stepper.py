"""The passes, played: the right run is the engine's, each wrong one is its mistake, frames and page tell both."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from graphs import shared
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run
from test_draw import HOSTILE

from autograd import DomainError, Value, ignore_domain, sigmoid, sqrt, step_through, steps, tanh, total
from autograd.graph import topological_order
from autograd.show.stepper.frames import MOST_NODES, Playback
from autograd.show.stepper.runs import (
    MISTAKES,
    Event,
    Run,
    breadth_first,
    depth_first,
    last_first,
    right_run,
    wrong_run,
)
from autograd.show.stepper.terminal.rows import Moment
from autograd.show.style import PLAIN

Gradients = dict[Value, float]
seeds = st.integers(0, 10_000)


def of_all_operations(seed: int) -> Value:
    program, inputs = random_program(seed, length=15)
    return run(program, [Value(x, label=f"x{k}") for k, x in enumerate(inputs)])[-1]


def small(seed: int) -> Value:
    """A graph of a dozen nodes with many shared ones, no gradient of which is 0."""
    draw = random.Random(seed)
    nodes = [Value(draw.uniform(0.5, 2.0), label=f"x{k}") for k in range(3)]
    for _ in range(draw.randrange(1, 10)):
        a, b = draw.choice(nodes), draw.choice(nodes)
        nodes.append(
            draw.choice([lambda a, b: a + b, lambda a, b: a * b, lambda a, b: tanh(a), lambda a, b: a / b])(a, b)
        )
    return nodes[-1]


# ---- runs


@given(seeds)
@settings(max_examples=25)
def test_the_right_run_is_the_engines(seed: int) -> None:
    root = of_all_operations(seed)
    found = right_run(root)
    seed_event, *events = found.events
    assert seed_event == Event(root, -1, 1.0, 1.0, 1.0, 1.0)
    for event, edge in zip(events, steps(root).edges, strict=True):
        assert (event.node, event.receiver) == (edge.node, edge.parent)
        assert (event.upstream, event.contribution, event.total) == (edge.upstream, edge.contribution, edge.total)
        assert event.due == event.total and event.error == 0.0
    root.backward()
    assert found.gradients == {v: v.grad for v in topological_order(root)}
    assert found.first_error is None


def naive(root: Value, order: list[Value], add: Callable[[float, float], float], chain: bool, passes: int) -> Gradients:
    """The gradients by the loop that beginners write, on dicts."""
    gradients = {v: 0.0 for v in topological_order(root)}
    for _ in range(passes):
        gradients[root] = 1.0
        for node in order:
            for parent, local in zip(node.parents, node.local_derivatives, strict=True):
                term = local * gradients[node] if chain else local
                gradients[parent] = add(gradients[parent], term)
    return gradients


def preorder(root: Value, last: bool) -> list[Value]:
    """Nodes as recursion reaches them."""
    seen: dict[Value, None] = {}

    def visit(node: Value) -> None:
        if node not in seen:
            seen[node] = None
            for parent in reversed(node.parents) if last else node.parents:
                visit(parent)

    visit(root)
    return list(seen)


def by_level(root: Value) -> list[Value]:
    """Nodes by how few steps they are from the root."""
    found, level = [root], [root]
    while level:
        level = list(dict.fromkeys(p for node in level for p in node.parents if p not in found))
        found += level
    return found


ORDERS = {
    breadth_first: by_level,
    depth_first: lambda root: preorder(root, last=False),
    last_first: lambda root: preorder(root, last=True),
}


def plus(a: float, b: float) -> float:
    return a + b


def last(a: float, b: float) -> float:
    return b


def differs(a: Gradients, b: Gradients) -> bool:
    return any(not math.isclose(a[v], b[v], rel_tol=1e-9) for v in b)


@given(seeds)
def test_orders_as_nodes_are_reached(seed: int) -> None:
    root = small(seed)
    assert all(order(root) == expected(root) for order, expected in ORDERS.items())


@given(seeds)
def test_each_mistake_is_what_a_beginner_would_get(seed: int) -> None:
    root = small(seed)
    order = topological_order(root)[::-1]
    right = naive(root, order, plus, chain=True, passes=1)
    runs = {name: wrong_run(root, rule) for name, rule in MISTAKES.items()}
    assert runs["assign"].gradients == naive(root, order, last, chain=True, passes=1)
    assert runs["upstream"].gradients == naive(root, order, plus, chain=False, passes=1)
    assert runs["zero"].gradients == naive(root, order, plus, chain=True, passes=2)
    disordered = [naive(root, reached(root), plus, chain=True, passes=1) for reached in ORDERS.values()]
    assert runs["order"].gradients == next((found for found in disordered if differs(found, right)), disordered[0])


def checked_error(found: Run, right: Run) -> list[float]:
    """How far each event leaves its receiver from what the right terms of the same uses add up to, in this pass."""
    terms = {(event.node, event.place): event.contribution for event in right.events}
    due: Gradients = {}
    errors = []
    for event in found.events:
        due = {} if event.place < 0 else due
        due[event.receiver] = due.get(event.receiver, 0.0) + terms[event.node, event.place]
        off = event.total - due[event.receiver]
        errors.append(off if abs(off) > 1e-9 * max(abs(event.total), abs(due[event.receiver])) else 0.0)
    return errors


@given(seeds, st.sampled_from(sorted(MISTAKES)))
def test_where_and_by_how_much_it_goes_wrong(seed: int, mistake: str) -> None:
    root = small(seed)
    found, right = wrong_run(root, MISTAKES[mistake]), right_run(root)
    errors = checked_error(found, right)
    assert [event.error for event in found.events] == errors
    assert found.first_error == next((k for k, error in enumerate(errors) if error), None)
    if differs(found.gradients, right.gradients):
        assert found.first_error is not None


def test_the_known_cases() -> None:
    L = shared()
    x, w = (next(v for v in topological_order(L) if v.label == name) for name in "xw")
    runs = {name: wrong_run(L, rule) for name, rule in MISTAKES.items()}
    assert {name: (found.gradients[w], found.gradients[x]) for name, found in runs.items()} == {
        "order": (25.0, 36.0),
        "assign": (12.0, 18.0),
        "zero": (98.0, 144.0),
        "upstream": (3.0, 3.0),
    }
    assert [runs[name].first_error for name in ("order", "assign", "zero", "upstream")] == [None, 4, 8, 5]


def test_an_infinite_gradient_in_place_of_a_finite_one_is_an_error() -> None:
    node = Value(1.0)
    assert Event(node, -1, 1.0, 1.0, math.inf, 2.0).error == math.inf
    assert Event(node, -1, 1.0, 1.0, math.inf, math.inf).error == 0.0
    assert math.isnan(Event(node, -1, 1.0, 1.0, math.nan, 2.0).error)


@pytest.mark.parametrize("mistake", ["order", "assign"])
def test_a_tree_forgives_some_mistakes(mistake: str) -> None:
    root = sigmoid(Value(1.0) * 2.0 + Value(3.0))
    assert wrong_run(root, MISTAKES[mistake]).first_error is None


# ---- frames


@given(seeds)
@settings(max_examples=25)
def test_frames_are_the_values_and_the_steps_in_order(seed: int) -> None:
    root = of_all_operations(seed)
    playback = Playback(root)
    inputs, *rest = playback.frames
    results = [v for v in topological_order(root) if v.op]
    assert inputs.known == {v for v in topological_order(root) if not v.op} and not inputs.gradients
    assert [frame.node for frame in rest[: len(results)]] == results
    forward, (begin, *backward) = rest[: len(results)], rest[len(results) :]
    assert all(frame.known == inputs.known | set(results[: k + 1]) for k, frame in enumerate(forward))
    assert begin.gradients == {root: 1.0}
    assert [(frame.text, frame.reason) for frame in backward] == [(str(s), s.reason) for s in steps(root)]
    assert all(frame.gradients[frame.event.receiver] == frame.event.total for frame in backward if frame.event)
    root.backward()
    assert playback.frames[-1].gradients == {v: v.grad for v in topological_order(root)}


@given(seeds, st.sampled_from(sorted(MISTAKES)))
def test_frames_of_a_mistake_are_its_events(seed: int, mistake: str) -> None:
    root = small(seed)
    playback = Playback(root)
    frames, found = playback.frames_of(mistake), wrong_run(root, MISTAKES[mistake])
    forward = len(frames) - len(found.events)
    assert frames[:forward] == [frame for frame in playback.frames if not frame.event]
    assert [frame.event for frame in frames[forward:]] == found.events
    assert frames[-1].gradients == found.gradients
    assert all(PLAIN.number(event.contribution) in frame.text for frame in frames if (event := frame.event))
    wrong = Moment(playback, mistake, len(frames) - 1, str).wrong
    right = right_run(root).gradients
    assert set(wrong) == {v for v in right if not math.isclose(found.gradients[v], right[v], rel_tol=1e-9)}


def test_the_sentences_of_mistakes() -> None:
    playback = Playback(shared())
    texts = {name: [frame.text for frame in playback.frames_of(name)] for name in MISTAKES}
    assert "∂L/∂h = ∂L/∂v1 · ∂v1/∂h₍₂₎ = 1 · 6 = 6" in texts["assign"]
    assert "∂L/∂w += ∂h/∂w = 2, in all 3" in texts["upstream"]
    assert "∂L/∂v1 += ∂L/∂L · ∂L/∂v1 = 1 · 1 = 1, in all 2" in texts["zero"]
    assert playback.frames_of("right") is playback.frames


def test_text_is_that_of_the_steps() -> None:
    text = str(step_through(shared()))
    assert text.splitlines()[:5] == [
        "Inputs: w = 3, x = 2",
        "h = w · x = 3 · 2 = 6",
        "v1 = h · h = 6 · 6 = 36",
        "L = v1 + w = 36 + 3 = 39",
        "∂L/∂L = 1",
    ]
    assert len(text.splitlines()) == len(step_through(shared()).playback.frames)


# ---- what is refused


def test_what_cannot_be_played() -> None:
    with pytest.raises(TypeError, match="step_through: list has no graph; give it one Value"):
        step_through([Value(1.0)])
    big = Value(1e200, label="big")
    with pytest.raises(DomainError, match="big"):
        step_through(big * big)
    node = Value(1.0)
    for _ in range(MOST_NODES):
        node = node + 1.0
    with pytest.raises(ValueError, match=f"{MOST_NODES + 1} nodes and {MOST_NODES} steps are more than one can watch"):
        step_through(node)
    with pytest.raises(ValueError, match="2 nodes and 601 steps are more than one can watch, 200 and 600"):
        step_through(total([Value(1.0)] * 601))
    x = Value(2.0, label="x")
    y = x * x
    x.data = 5.0
    with pytest.raises(ValueError, match="was computed as 4, before its operands were changed"):
        step_through(y)


# ---- the page


class Page(HTMLParser):
    """What a browser finds in the page: tags, texts by tag, and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in ("img", "meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def record(html: str) -> dict[str, list[dict[str, object]]]:
    (text,) = re.findall(r'class="graph-data">(.*?)</script>', html, re.DOTALL)
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@given(seeds)
@settings(max_examples=8)
def test_the_data_of_the_page_are_the_runs(seed: int) -> None:
    root = small(seed)
    playback = step_through(root).playback
    held = record(step_through(root).html)
    order = playback.notation.order
    assert [node["data"] for node in held["nodes"]] == [v.data for v in order]
    assert held["top"] == order.index(root)
    ends = [(order[int(str(e["node"]))], order[int(str(e["parent"]))], e["local"]) for e in held["edges"]]
    assert ends == [(e.node, e.parent, e.local) for e in playback.steps.edges]
    for name, found in playback.runs.items():
        events = held["runs"][name]["events"]
        numbers = [[held["numbers"][k] for k in places] for _, *places in events]
        assert numbers == [list(event[2:]) for event in found.events]
        receivers = [root if edge < 0 else ends[edge][1] for edge, *_ in events]
        assert receivers == [event.receiver for event in found.events]


def test_infinities_are_words_that_javascript_reads() -> None:
    with ignore_domain():
        html = step_through(sqrt(Value(0.0, label="x"))).html
    assert [edge["local"] for edge in record(html)["edges"]] == ["Infinity"]


def test_the_page_holds_its_steps_as_text_and_a_picture() -> None:
    stepper = step_through(shared())
    page = Page(stepper.html)
    assert page.tags["li"] == len(stepper.playback.frames) and page.tags["img"] == 1
    joined = [" ".join(line.split()) for line in str(stepper).splitlines()]
    assert page.texts["li"] == joined
    assert not page.open


@pytest.mark.parametrize("label", [*HOSTILE, "w" * 10_000])
def test_labels_are_inert(label: str, tmp_path: Path) -> None:
    x = Value(2.0, label=label)
    root = tanh(x * x)
    root.label = f"L{label}"
    plain = Page(step_through(tanh(Value(2.0) ** 2)).html)
    hostile = Page(step_through(root).save(tmp_path / "steps.html").read_text("utf-8"))
    extra = {"html", "head", "body", "meta", "title"}
    assert set(hostile.tags) == set(plain.tags) | extra
    assert hostile.tags["script"] == plain.tags["script"] and hostile.tags["img"] == 1
    assert not any(name.startswith("on") for name, _ in hostile.attributes)
    (data,) = (text for text in hostile.texts["script"] if text.startswith('{"top"'))
    assert not re.search("<!--|</?script", data, re.IGNORECASE)
    assert json.loads(data)["nodes"][0]["name"] == PLAIN.name(step_through(root).playback.steps[-1].parent)


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = Page(step_through(shared()).html)
    links = [value for name, value in page.attributes if name in ("src", "href") and value]
    assert len(links) == 1 and links[0].startswith("data:image/svg+xml;base64,")
    assert not any(name == "id" for name, _ in page.attributes)


def test_the_same_graph_makes_the_same_page() -> None:
    assert step_through(shared()).html == step_through(shared()).html
    assert step_through(shared()).html != step_through(shared(), quiz=True).html


def test_a_page_of_30_nodes_is_small() -> None:
    xs = [Value(0.5 + k / 10, label=f"x{k}") for k in range(8)]
    node = total([x * x for x in xs])
    while len(topological_order(node)) < 30:
        node = tanh(node) * xs[0]
    assert len(step_through(node).html.encode()) < 150_000


def test_a_node_of_many_uses_has_all_its_arrows_in_the_picture() -> None:
    x = Value(1.0, label="x")
    html = step_through(total([x] * 30)).html
    assert len(record(html)["edges"]) == 30


def test_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    stepper = step_through(shared())
    assert stepper.save(tmp_path / "steps.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(ValueError, match=r"save: 'steps.txt' must end in .html"):
        stepper.save("steps.txt")


def test_a_notebook_without_graphviz_gets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(step_through(shared())._repr_mimebundle_()) == {"text/html", "text/plain"}
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    monkeypatch.setenv("PATH", "")
    shown = step_through(shared())._repr_mimebundle_()
    assert list(shown) == ["text/plain"] and shown["text/plain"].startswith("Inputs: w = 3, x = 2\n")
    assert "pip install pygraphviz" in shown["text/plain"]
