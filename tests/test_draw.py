"""Drawings: what stands in boxes and on arrows, whatever the labels hold; files that are whole or untouched."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, clip, dot, log, logsumexp, mean, sigmoid, softmax, tanh, total
from autograd.graph import topological_order
from autograd.ops import define
from autograd.show import RenderError, draw, mimebundle
from autograd.show.drawing.dot import END, LONGEST_NAME
from autograd.show.drawing.lines import LONGEST_LINE, MOST_LABELS, MOST_RANKS
from autograd.show.drawing.looks import LEAF, RESULT, ROOT, UPSTREAM
from autograd.show.style import Writer, printable

BOX = re.compile(r"^\t(n\d+) \[label=<(.*)> (.*)\]$", re.M)
ARROW = re.compile(r'^\t(\w+) -> (n\d+) \[label="?([^"\]]*)"?\]$', re.M)
COPY = re.compile(r"^\t(n\d+)use\d+ \[", re.M)

HOSTILE = [
    "{x|<y>} \\N \\G \\L \\",
    "</script><img src=x onerror='alert(1)'>",
    'a"]; b [label="',
    "<b>&alpha; &amp; &#65; &lt;",
    "nul\x00 esc\x1b[31m new\nline\ttab\r\x85\u2028end",
    "]]> --> <!-- <![CDATA[",
    "\u202eright to left\u2066",
    "half \ud800 a pair, \uffff no character",
    "한국어 ∂L/∂σ ₁ 🙂",
    "<>",
    "]",
    "\x00",
    " ",
]


def boxes(source: str) -> dict[str, list[str]]:
    """The lines of text in each box."""
    shown = {}
    for id, label, _ in BOX.findall(source):
        lines = re.split(r"<BR [^>]*>", label)
        shown[id] = [unescape(re.sub(r"</?(B|FONT)\b[^>]*>", "", line)) for line in lines[:-1]]
    return shown


def titles(source: str) -> set[str]:
    return {lines[0] for lines in boxes(source).values()}


def arrows(source: str) -> list[tuple[str, str, str]]:
    """(from, to, local derivative) of each arrow by the names in the boxes; from a copy, that of the original."""
    name = {id: lines[0].split(" = ")[0] for id, lines in boxes(source).items()}
    return [(name[tail.split("use")[0]], name[head], local) for tail, head, local in ARROW.findall(source)]


def texts(svg: str) -> list[str]:
    tree = ElementTree.fromstring(svg.encode())
    return [element.text or "" for element in tree.iter("{http://www.w3.org/2000/svg}text")]


def neuron() -> Value:
    w, x, b = Value(-3.0, "w"), Value(2.0, "x"), Value(6.5, "b")
    y = tanh(w * x + b)
    y.label = "y"
    return y


# What is drawn.


def test_a_neuron_is_drawn_whole() -> None:
    y = neuron()
    y.backward()
    source = draw(y).source
    slope = f"{1 - math.tanh(0.5) ** 2:.4g}"
    assert titles(source) == {"w", "x", "b", "v1 = w · x", "v2 = v1 + b", "y = tanh(v2)"}
    assert sorted(arrows(source)) == sorted(
        [("w", "v1", "2"), ("x", "v1", "−3"), ("v1", "v2", "1"), ("b", "v2", "1"), ("v2", "y", slope)]
    )
    assert ["w", "data −3", f"grad {2 * (1 - math.tanh(0.5) ** 2):.4g}"] in boxes(source).values()


def test_every_use_has_its_arrow() -> None:
    x = Value(3.0, "x")
    assert arrows(draw(x + x).source) == [("x", "v1", "1")] * 2
    assert Counter(arrows(draw(x * x / x - 3.0).source)) == {
        ("x", "v1", "3"): 2,
        ("v1", "v2", "0.3333"): 1,
        ("x", "v2", "−1"): 1,
        ("v2", "v3", "1"): 1,
    }


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (lambda a, b: a - b, "v1 = a − b"),
        (lambda a, b: a / b, "v1 = a / b"),
        (lambda a, b: 0.25 * a, "v1 = 0.25 · a"),
        (lambda a, b: a**2, "v1 = a²"),
        (lambda a, b: 2**a, "v1 = 2 ** a"),
        (lambda a, b: a - 1e-7, "v1 = a − 1·10⁻⁷"),
        (lambda a, b: a * -2, "v1 = a · (−2)"),
        (lambda a, b: -a, "v1 = −a"),
        (lambda a, b: clip(a, 0.0, 1.0), "v1 = clip(a, 0, 1)"),
        (lambda a, b: dot([a, 0.5], [b, b]), "v1 = a · b + 0.5 · b"),
        (lambda a, b: dot([a], [2.0], b), "v1 = a · 2 + b"),
        (lambda a, b: total([a, b]), "v1 = a + b"),
        (lambda a, b: total([a, *[b] * 9, a]), "v1 = a + b + … + a"),
        (lambda a, b: mean([a, b]), "v1 = (a + b) / 2"),
        (lambda a, b: logsumexp([a, b]), "v1 = logsumexp([a, b])"),
        (lambda a, b: softmax([a, b])[1], "v1 = softmax([a, b])[1]"),
    ],
)
def test_an_operation_and_its_constants_stand_in_one_box(make: Callable[..., Value], title: str) -> None:
    assert titles(draw(make(Value(2.0, "a"), Value(3.0, "b"))).source) - {"a", "b"} == {title}


@pytest.mark.usefixtures("table")
def test_an_operation_of_the_user_is_drawn() -> None:
    cubed = define("cubed", lambda a: a**3, lambda y, a: 3.0 * a * a)
    source = draw(cubed(Value(2.0, "a"))).source
    assert titles(source) == {"a", "v1 = cubed(a)"} and arrows(source) == [("a", "v1", "12")]


MAKERS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: tanh(a),
    lambda a, b: total([a, b, a]),
]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25))
@settings(max_examples=60, deadline=None)
def test_boxes_and_arrows_are_those_of_the_graph(program: list[tuple[int, int, int]]) -> None:
    values = [Value(0.5), Value(-1.5)]
    for kind, i, j in program:
        a, b = values[i % len(values)], values[j % len(values)]
        values.append(MAKERS[kind](a, b))
    root = values[-1]
    source = draw(root, precision=6).source
    order = topological_order(root)
    assert list(boxes(source)) == [f"n{k}" for k in range(len(order))]
    ids = {node: f"n{k}" for k, node in enumerate(order)}
    number = Writer(6, 0).number
    expected = [(ids[parent], ids[node], number(local)) for node in order for parent, local in node.edges()]
    assert sorted(ARROW.findall(source)) == sorted(expected)


def test_inputs_results_and_root_differ_in_shape_and_colour() -> None:
    look = {id: attributes for id, _, attributes in BOX.findall(draw(log(sigmoid(Value(1.0)))).source)}
    assert "rounded" in look["n0"] and "peripheries" not in look["n0"]
    assert "rounded" not in look["n1"] and "peripheries" not in look["n1"]
    assert "rounded" not in look["n2"] and "peripheries=2" in look["n2"]
    assert len({re.search(r' color="?([#\w]+)', " " + look[id])[1] for id in look}) == 3


def test_names_are_labels_then_variables_then_numbered() -> None:
    x, weights = Value(2.0, "x"), [Value(3.0)]
    loss = weights[0] * x + Value(1.0)
    assert titles(draw(loss, names=locals()).source) == {
        "x",
        "weights[0]",
        "u1",
        "v1 = weights[0] · x",
        "loss = v1 + u1",
    }


def test_a_name_that_looks_like_a_formula_is_bracketed() -> None:
    assert "v1 = (a + b) · c" in titles(draw(Value(1.0, "a + b") * Value(2.0, "c")).source)


def test_a_lone_leaf_is_drawn() -> None:
    source = draw(Value(2.0, "x")).source
    assert list(boxes(source).values()) == [["x", "data 2", "grad —"]] and arrows(source) == []


# Numbers.


def test_before_backward_there_is_no_gradient_to_show() -> None:
    y = neuron()
    assert {lines[2] for lines in boxes(draw(y).source).values()} == {"grad —"}
    y.backward()
    assert "grad —" not in {lines[2] for lines in boxes(draw(y).source).values()}


def test_a_gradient_of_zero_is_shown_once_there_are_others() -> None:
    x = Value(2.0, "x")
    y = x * Value(0.0, "w")
    y.backward()
    assert ["x", "data 2", "grad 0"] in boxes(draw(y).source).values()


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (-0.0, "0"),
        (-0.25, "−0.25"),
        (1 / 3, "0.3333"),
        (12345.678, "1.235·10⁴"),
        (-1.5e-7, "−1.5·10⁻⁷"),
        (1e300, "1·10³⁰⁰"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "nan"),
    ],
)
def test_numbers_are_rounded_for_reading(x: float, shown: str) -> None:
    assert Writer(4, 0).number(x) == shown


def test_precision_is_the_number_of_digits() -> None:
    third = Value(1 / 3, "x")
    assert [boxes(draw(third, precision=p).source)["n0"][1] for p in (1, 6, 17)] == [
        "data 0.3",
        "data 0.333333",
        "data 0.33333333333333331",
    ]


@pytest.mark.parametrize(
    ("show", "lines"),
    [
        ((), set()),
        ("data", {"data"}),
        (["grad"], {"grad"}),
        (("data", "grad"), {"data", "grad"}),
        ({"local"}, {"local"}),
    ],
)
def test_numbers_are_shown_on_request(show: Iterable[str], lines: set[str]) -> None:
    y = neuron()
    y.backward()
    drawing = draw(y, show=show)
    found = {line.split()[0] for box in boxes(drawing.source).values() for line in box[1:]}
    assert found == lines - {"local"} and ("label=2]" in drawing.source) == ("local" in lines)
    words = {"data": "data", "grad": "gradient", "local": "local derivatives"}
    assert {name for name, word in words.items() if word in drawing.reading} == lines


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_arrows_go_in_the_direction_asked_for(direction: str) -> None:
    def middle(id: str) -> tuple[float, float]:
        """Where a box is: across and down."""
        svg = ElementTree.fromstring(draw(neuron(), direction=direction).svg().encode())
        group = next(g for g in svg.iter() if (g.findtext("{*}title") or "") == id and g.get("class") == "node")
        first = group.findall(".//{*}text")[0]
        return float(first.get("x", "")), float(first.get("y", ""))

    (x, y), (to_x, to_y) = middle("n3"), middle("n5")
    assert {"LR": to_x - x, "RL": x - to_x, "TB": to_y - y, "BT": y - to_y}[direction] > 30


def test_a_legend_has_a_sample_of_each_shape_in_the_picture_and_of_no_other() -> None:
    def samples(source: str) -> dict[str, dict[str, str]]:
        found = re.findall(r"^\t\tlegend_(\w+) \[(.*)\]$", source, re.M)
        return {kind: dict(re.findall(r'(\w+)="?([^" ]*)"?', look)) for kind, look in found}

    shown = samples(draw(neuron(), legend=True).source)
    assert shown.keys() == {"input", "operation", "root", "numbers"}
    for kind, look in {"input": LEAF, "operation": RESULT, "root": RESULT | ROOT}.items():
        assert shown[kind].items() >= look.items()
    assert samples(draw(Value(1.0), legend=True, show=()).source).keys() == {"root"}
    assert samples(draw(neuron()).source) == {}
    assert "local derivative" not in draw(neuron(), legend=True, show="data").source


# Labels are not trusted.


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_text_and_nothing_else(label: str) -> None:
    root = Value(1.0, label) * Value(2.0, "w")
    root.label = label
    shown = printable(label, LONGEST_NAME)
    drawn = [text.replace("\u2060", "").replace("\xa0", " ") for text in texts(draw(root).svg())]
    assert shown in drawn and drawn.count("data 2") == 2
    assert len(boxes(draw(root).source)) == 3


@given(st.text())
@settings(max_examples=200)
def test_no_label_adds_markup_or_breaks_its_line(label: str) -> None:
    source = draw(tanh(Value(1.0, label))).source
    assert source.count("\n") == draw(tanh(Value(1.0, "x"))).source.count("\n")
    tags = [re.findall("</?[^<>]*>", label) for _, label, _ in BOX.findall(source)]
    markup = ["<B>", "</B>", END, END, f'<FONT COLOR="{UPSTREAM}">', "</FONT>", END]
    assert tags == [markup, markup] and source.encode()


@given(st.lists(st.text(min_size=1), min_size=20, max_size=40))
@settings(max_examples=10, deadline=None)
def test_any_labels_can_be_drawn(labels: list[str]) -> None:
    drawn = texts(draw(total([Value(2.0, label) for label in labels])).svg())
    assert drawn.count("data 2") == len(labels)


def test_all_hostile_labels_make_one_well_formed_picture() -> None:
    drawing = draw(total([Value(1.0, label) for label in HOSTILE]))
    ElementTree.fromstring(drawing.svg().encode())
    assert "<script" not in drawing.svg() and "<img" not in drawing.svg()


def test_a_very_long_label_is_cut() -> None:
    source = draw(Value(1.0, "L" * 10_000) * 2.0).source
    assert len(source) < 3_000 and "L" * 15 + "…" + "L" * 8 in titles(source)


# Many nodes.


def chain(length: int) -> Value:
    x = Value(0.5, "x")
    for _ in range(length):
        x = tanh(x)
    return x


def test_of_a_large_graph_the_part_nearest_the_root_is_drawn() -> None:
    source = draw(chain(1000), max_nodes=10).source
    assert titles(source) == {"991 more", *(f"v{k} = tanh(v{k - 1})" for k in range(991, 1001))}
    assert boxes(source)["n0"][:3] == ["991 more", "990 operations, 1 input", "gives v990"]
    assert "folded beyond the nearest 10 nodes: 1,001 nodes in 11 boxes" in source


def test_a_graph_that_fits_is_drawn_whole() -> None:
    assert "more" not in draw(chain(9), max_nodes=10).source


def test_a_node_of_many_operands_says_how_many_are_left_out() -> None:
    source = draw(total([chain(length) for length in range(1, 41)]), max_nodes=20).source
    assert {"651 more", "v821 = v1 + v3 + … + v820"} <= titles(source)  # 21 chains, of 21 to 41 nodes
    assert len([title for title in titles(source) if "tanh" in title]) == 19


def test_a_weight_of_a_long_recurrence_is_drawn_beside_its_uses() -> None:
    h, w = Value(0.5, "h"), Value(0.3, "w")
    for _ in range(40):
        h = tanh(h * w)
    source = draw(h).source
    shared = [arrow for arrow in arrows(source) if arrow[0] == "w"]
    copies = len(COPY.findall(source))
    assert len(shared) == 40 and 40 - LONGEST_LINE <= copies < 40
    assert MOST_RANKS < 40 * 41 and not COPY.findall(draw(tanh(tanh(w) * w)).source)


def test_a_chain_of_100_000_nodes_is_drawn() -> None:
    assert len(boxes(draw(chain(100_000)).source)) == 151


def test_many_arrows_have_their_labels_at_their_heads() -> None:
    x = Value(0.5, "x")
    few, many = (total([x] * count) for count in (MOST_LABELS, MOST_LABELS + 1))
    assert "headlabel" not in draw(few, level="scalar").source
    assert draw(many, level="scalar").source.count("[headlabel=1]") == MOST_LABELS + 1


# The same picture on every run.

PROGRAM = """
from autograd import Value, softmax, log
from autograd.show import draw
zs = [Value(float(k), f"z{k}") for k in range(5)]
loss = -log(softmax(zs)[2]) + sum(set(map(float, range(3)))) * zs[0]
loss.backward()
print(draw(loss, names={"loss": loss}).source)
print(draw(loss, show={"grad", "data"}).reading)
"""


def printed(program: str) -> set[bytes]:
    """What a program prints, in two processes in which sets have different orders."""
    command = [sys.executable, "-X", "utf8", "-c", program]
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    return {subprocess.run(command, env=env, capture_output=True, check=True).stdout for env in environments}


def test_two_processes_draw_the_same() -> None:
    (source,) = printed(PROGRAM)
    assert source.startswith(b"digraph autograd {") and b"\nBoxes show data and gradient\n" in source


def test_a_drawing_is_of_the_moment() -> None:
    y = neuron()
    drawing = draw(y)
    y.backward()
    before, after = ({box[2] for box in boxes(d.source).values()} for d in (drawing, draw(y)))
    assert before == {"grad —"} and before.isdisjoint(after)


# Files.


@pytest.mark.parametrize(
    ("name", "start"), [("g.svg", b"<?xml"), ("g.PNG", b"\x89PNG"), ("g.pdf", b"%PDF"), ("g.dot", b"digraph")]
)
def test_a_file_has_the_format_of_its_suffix(tmp_path: Path, name: str, start: bytes) -> None:
    path = draw(neuron()).render(tmp_path / name)
    assert path == tmp_path / name and path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["g.gif", "g", ".svg"])
def test_an_unknown_suffix_is_refused_with_the_choices(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"render: .* must end in \.svg or \.png or \.pdf or \.dot"):
        draw(neuron()).render(str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRAD_RENDERER", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.mark.usefixtures("no_engine")
def test_a_failed_drawing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "g.svg"
    path.write_text("old")
    with pytest.raises(RenderError, match="no Graphviz"):
        draw(neuron()).render(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.dot"
    path.write_text("old")

    def full(file: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        draw(neuron()).render(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.dot").write_text("old")
    (tmp_path / "link.dot").symlink_to("real.dot")
    draw(neuron()).render(tmp_path / "link.dot")
    assert (tmp_path / "link.dot").is_symlink() and (tmp_path / "real.dot").read_text().startswith("digraph")


# Notebooks.


def test_a_notebook_gets_an_image_that_it_keeps() -> None:
    drawing = draw(Value(1.0, "<b>\"'") * 2.0)
    bundle = drawing._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "text/plain"}
    found = re.fullmatch(
        r'<div [^<>]*><img alt="([^"<>]*)" [^<>]* src="data:image/svg\+xml;base64,(.*)"></div>', bundle["text/html"]
    )
    assert found is not None and b64decode(found[2]).decode() == drawing.svg()
    assert found[1].startswith("graph of v1 = 2: 1 input, 1 operation.")


def test_hostile_labels_stay_in_the_description() -> None:
    y = Value(1.0, "\" onerror='x'><script>")
    html = draw(y)._repr_html_()
    assert html.count("<") == 3 and 'alt="graph of &quot; onerror=&#x27;x&#x27;&gt;&lt;script&gt; = 1:' in html


def test_the_plain_text_is_short_and_the_same_on_every_run() -> None:
    bundle = draw(neuron())._repr_mimebundle_()
    assert bundle["text/plain"] == "<Drawing: graph of y = 0.4621: 3 inputs, 3 operations>"


def test_a_value_draws_itself() -> None:
    y = neuron()
    bundle: object = y._repr_mimebundle_(include=None, exclude=None)
    assert bundle == mimebundle(y) == {"text/html": draw(y)._repr_html_(), "text/plain": repr(y)}


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_a_notebook_shows_text_and_the_remedy() -> None:
    y = neuron()
    for shown, text in ((draw(y)._repr_mimebundle_(), repr(draw(y))), (mimebundle(y), repr(y))):
        assert set(shown) == {"text/plain"}
        assert shown["text/plain"].startswith(f"{text}\nrender: no Graphviz; install one with: pip install")


def test_a_wrong_engine_name_is_no_exception_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_RENDERER", "crayon")
    assert "'crayon' is not one of" in mimebundle(neuron())["text/plain"]


# Wrong arguments.


@pytest.mark.parametrize("wrong", [2.0, None, [Value(1.0)], "x"])
def test_what_has_no_graph_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=f"draw: {type(wrong).__name__} has no graph; give it one Value"):
        draw(wrong)


def test_numbers_that_do_not_follow_from_one_another_are_said_to_be_so() -> None:
    x = Value(2.0, "x")
    y = x * 3.0
    root = (y - 1.0) ** 2
    assert "before" not in draw(root).source
    x.data = 5.0
    told = "<B>v1</B> was computed before its operands were changed: compute <B>v3</B> again"
    assert told in draw(root).source and told in draw(root, focus=x).source


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(TypeError, match=r"draw: precision=2\.5 is float, not a whole number"):
        draw(neuron(), precision=2.5)
    with pytest.raises(TypeError, match=r"draw: max_nodes='10' is str, not a whole number"):
        draw(neuron(), max_nodes="10")
    with pytest.raises(TypeError, match=r"names=5 is int: give a dict of variables, such as locals\(\)"):
        draw(neuron(), names=5)
    with pytest.raises(ValueError, match="precision=0 is not a number of digits from 1 to 17"):
        draw(neuron(), precision=0)
    with pytest.raises(ValueError, match="max_nodes=0 leaves nothing to draw"):
        draw(neuron(), max_nodes=0)
    with pytest.raises(ValueError, match="draw: direction='down' is none of LR, TB, RL, BT"):
        draw(neuron(), direction="down")
    with pytest.raises(ValueError, match="draw: show='gradient' is none of data, grad, local"):
        draw(neuron(), show=("data", "gradient"))
    with pytest.raises(ValueError, match="draw: show=7 is none of data, grad, local"):
        draw(neuron(), show=7)


def test_gradients_of_another_result_are_not_shown() -> None:
    x = Value(2.0, label="x")
    (x * 3).backward()
    assert {lines[2] for lines in boxes(draw(x * x).source).values()} == {"grad —"}
