"""Folded drawings: what is in the picture is what is in the graph, whatever was folded by what."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from programs import random_program, run
from test_draw import HOSTILE, printed, texts

from autograd import Value, exp, log, logsumexp, mean, paths, scope, sigmoid, softmax, tanh, total
from autograd.__main__ import main
from autograd.graph import topological_order
from autograd.show import draw
from autograd.show.drawing.fold import DRAWABLE, fold
from autograd.show.drawing.folded_graph import Box, FoldedGraph
from autograd.show.drawing.scopes import kind, kinds, part
from autograd.show.drawing.wiring import Wiring
from nn import MLP

SEEDS = range(8)


def folded(root: Value, max_nodes: int = 150, level: str | None = None, focus: Sequence[Value] = ()) -> FoldedGraph:
    wiring = Wiring(topological_order(root))
    return fold(wiring, max_nodes, level, [wiring.number[v] for v in focus])


def contents(root: Value, **options: object) -> list[list[str]]:
    """The lines of text in each box."""
    labels = re.findall(r"^\tn\d+ \[label=<(.*)> \w+=", draw(root, **options).source, re.M)
    return [[unescape(re.sub("<[^>]*>", "", line)) for line in re.split("<BR[^>]*>", text)[:-1]] for text in labels]


def the_part(found: FoldedGraph, *path: str) -> Box:
    return next(box for box in found.boxes if box.part == path)


def scoped_program(seed: int) -> Value:
    """A random program, its steps in random scopes, some in none."""
    program, inputs = random_program(seed, length=40)
    choose = random.Random(seed).choice
    results = [Value(x) for x in inputs]
    for step in program:
        with ExitStack() as stack:
            for name in choose([(), (), ("cell 1",), ("cell 2",), ("cell 1", "gate 1"), ("cell 2", "gate 1")]):
                stack.enter_context(scope(name))
            results = run([step], results)
    results[-1].backward()
    return results[-1]


def batch(make: Callable[[int], Value], samples: int) -> Value:
    loss = mean([make(k) for k in range(samples)])
    loss.label = "L"
    loss.backward()
    return loss


def perceptron(samples: int, *sizes: int, spelt_out: bool = False) -> tuple[MLP, Value]:
    model = MLP(sizes[0], sizes[1:], activation="tanh", seed=0, spelt_out=spelt_out)
    numbers = random.Random(1)

    def squared_error(k: int) -> Value:
        xs = [Value(numbers.uniform(-1, 1)) for _ in range(sizes[0])]
        return (model(xs) - numbers.uniform(-1, 1)) ** 2

    return model, batch(squared_error, samples)


def foldings(root: Value) -> Iterator[FoldedGraph]:
    """The graph folded in all ways."""
    order = topological_order(root)
    for level in (None, "scalar", "cell", "gate"):
        for focus in ((), order[:1], order[1:3]):
            yield folded(root, level=level, focus=focus)
    for most in (2, 5, 10, 20):
        wiring = Wiring(order)
        for numbers in ([], [0]):
            found = fold(wiring, most, None, numbers)
            assert len(found.boxes) <= (2 * most + 1 if "nearest" in found.how else most)
            yield found


# ---- the picture is that of the graph


@pytest.mark.parametrize("seed", SEEDS)
def test_each_node_is_in_one_box_and_each_use_in_one_arrow(seed: int) -> None:
    root = scoped_program(seed)
    order = topological_order(root)
    uses = Counter((parent, node) for node in order for parent in node.parents)
    for found in foldings(root):
        assert sorted(map(order.index, (v for box in found.boxes for v in box.nodes))) == list(range(len(order)))
        home = {v: k for k, box in enumerate(found.boxes) for v in box.nodes}
        crossing = Counter[tuple[int, int]]()
        for (parent, node), count in uses.items():
            if home[parent] != home[node]:
                crossing[home[parent], home[node]] += count
        assert {(arrow.tail, arrow.head): len(arrow.locals) for arrow in found.arrows} == crossing
        assert found.boxes[-1].nodes[-1] is root


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arrow_holds_the_local_derivatives_of_its_uses(seed: int) -> None:
    root = scoped_program(seed)
    for found in foldings(root):
        for arrow in found.arrows:
            tail = set(found.boxes[arrow.tail].nodes)
            edges = [edge for node in found.boxes[arrow.head].nodes for edge in node.edges(tail)]
            assert sorted(arrow.locals) == sorted(local for _, local in edges)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_focus_keeps_the_nodes_on_its_paths_and_no_others(seed: int) -> None:
    root = scoped_program(seed)
    order = topological_order(root)
    focus = order[0]
    on_paths = {v for v in order if v is focus or paths(focus, v)}
    for level in ("scalar", "cell", "gate"):
        found = folded(root, level=level, focus=[focus])
        alone = {box.nodes[0] for box in found.boxes if box.is_single}
        assert on_paths <= alone
        assert {v for box in found.boxes if box.on_the_way for v in box.nodes} == on_paths
        for arrow in found.arrows:
            assert arrow.on_the_way == found.boxes[arrow.tail].on_the_way


@pytest.mark.parametrize("seed", SEEDS)
def test_a_level_puts_the_nodes_of_a_part_and_only_those_in_its_box(seed: int) -> None:
    root = scoped_program(seed)
    order = topological_order(root)
    for level in ("cell", "gate"):
        found = folded(root, level=level)
        for path in {part(v.scope, level) for v in order} - {()}:
            box = the_part(found, *path)
            made = {v for v in order if part(v.scope, level) == path}
            assert {v for v in box.nodes if v.op} == made
            own = {v for v in order if not v.op and {x for x in order if v in x.parents} <= made}
            assert {v for v in box.nodes if not v.op} == own


def test_what_a_box_hands_on_is_what_others_use() -> None:
    x = Value(2.0, "x")
    with scope("block 1"):
        a = tanh(x)
        b = a * a
        c = b + a
    root = b * c
    assert the_part(folded(root, level="block"), "block 1").outputs == [b, c]


# ---- parts


def test_a_network_at_its_levels() -> None:
    model, loss = perceptron(1, 2, 3, 1)
    neurons = folded(loss, level="neuron")
    for k, layer in enumerate(model.layers, 1):
        for j, neuron in enumerate(layer.neurons, 1):
            box = the_part(neurons, f"layer {k}", f"neuron {j}")
            assert {v for v in box.nodes if not v.op} == set(neuron.parameters())
    layers = folded(loss, level="layer")
    assert [box.part for box in layers.boxes if box.part] == [("layer 1",), ("layer 2",)]
    assert {(arrow.tail, arrow.head): len(arrow.locals) for arrow in layers.arrows}[2, 3] == 3


def test_a_part_says_what_it_holds_and_gives() -> None:
    _, loss = perceptron(1, 2, 3, 1)
    shown = {lines[0]: lines for lines in contents(loss, level="neuron")}
    unit = next(
        v for v in topological_order(loss) if v.scope == ("layer 1", "neuron 2") and v.op and v.op.name == "tanh"
    )
    number = f"{unit.data:.4g}".replace("-", "−")
    assert shown["layer 1, neuron 2"][1:4] == ["2 operations, 3 parameters", "gives v4", f"data {number}"]
    assert ["layer 1", "6 operations, 9 parameters", "gives v2 … v6"] in [
        lines[:3] for lines in contents(loss, level="layer")
    ]


def test_scopes_around_a_model_tell_its_parts_from_those_of_another() -> None:
    x = Value(0.5, "x")
    outputs = []
    for name in ("model A", "model B"):
        model = MLP(1, [2, 1], seed=0)
        with scope(name):
            outputs.append(model([x]))
    found = folded(total(outputs), level="neuron")
    assert [box.part for box in found.boxes if box.part and box.part[1] == "layer 2"] == [
        ("model A", "layer 2", "neuron 1"),
        ("model B", "layer 2", "neuron 1"),
    ]
    assert len(the_part(found, "model B", "layer 1", "neuron 2").nodes) == 4
    assert [box.part for box in folded(total(outputs), level="model").boxes if box.part] == [("model A",), ("model B",)]


def test_boxes_call_nodes_by_the_names_that_formulas_use() -> None:
    x = Value(0.5, "x")
    with scope("block 1"):
        y = tanh(x)
    y.label = "x"
    assert contents(y**2, level="block")[0][2] == "gives x′"
    loss = batch(lambda k: tanh(x * Value(0.1 * k, r"\theta")), 100)
    assert ["θ", "100 inputs"] in [lines[:2] for lines in contents(loss)]


def test_inputs_stay_outside_of_parts_that_have_parameters_of_their_own() -> None:
    _, loss = perceptron(1, 2, 1)
    assert [lines[0] for lines in contents(loss, level="neuron")][:2] == ["u1", "u2"]
    x, w = Value(2.0, "x"), Value(3.0, "w")
    with scope("block 1"):
        y = w * x
    assert [lines[0] for lines in contents(y + 1.0, level="block")] == ["block 1", "v2 = v1 + 1"]


def test_the_kind_of_a_scope_is_its_first_word() -> None:
    assert [kind(name) for name in ("layer 1", "block", " a  b ", "", 7)] == ["layer", "block", "a", "", "7"]
    with scope("net"), scope("layer 1"), scope("neuron 1"):
        v = tanh(Value(1.0))
    with scope("net"), scope("layer 1"), scope("neuron 2"):
        v = tanh(v)
    assert kinds(topological_order(v)) == ["neuron", "layer", "net"]


# ---- equal parts


def test_equal_parts_of_a_batch_become_one_with_a_count() -> None:
    w, b = Value(0.5, "w"), Value(-1.0, "b")
    loss = batch(lambda k: (w * Value(0.1 * k, "x") + b - 0.3 * k) ** 2, 100)
    found = folded(loss)
    assert sorted(len(box.outputs) for box in found.boxes) == [1, 1, 1, 100, 100, 100, 100]
    assert {box.nodes[0] for box in found.boxes if len(box.nodes) == 1} == {w, b, loss}
    shown = {lines[0]: lines[1:] for lines in contents(loss)}
    assert shown["x"] == ["100 inputs", "data 0 … 9.9", shown["x"][2]]
    assert shown["v1 = w · x"][:2] == ["× 100: v1 … v397", "data 0 … 4.95"]


@pytest.mark.parametrize("spelt_out", [False, True])
def test_the_picture_of_a_batch_does_not_grow_with_the_batch(spelt_out: bool) -> None:
    sizes = set()
    for samples in (50, 70):
        model, loss = perceptron(samples, 2, 3, 1, spelt_out=spelt_out)
        found = folded(loss)
        sizes.add((len(found.boxes), len(found.arrows)))
        parameters = {box.nodes[0] for box in found.boxes if box.is_single} - {loss}
        assert parameters == set(model.parameters())
        assert {len(box.outputs) for box in found.boxes if not box.is_single} == {samples}
    assert len(sizes) == 1


CHANGES: dict[str, Callable[[Value, Value], Value]] = {
    "another operation": lambda w, x: sigmoid(w * x) ** 2,
    "another exponent": lambda w, x: tanh(w * x) ** 3,
    "the other operand": lambda w, x: tanh(x / w) ** 2,
    "one operation more": lambda w, x: tanh(tanh(w * x)) ** 2,
    "another weight": lambda w, x: tanh(Value(1.0) * x) ** 2,
    "a second use": lambda w, x: tanh(w * x) ** 2 + x,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_that_differs_is_drawn_beside_the_others(change: str) -> None:
    w = Value(0.5, "w")
    plain = batch(lambda k: tanh(w * Value(0.1 * k)) ** 2, 60)
    odd = batch(lambda k: (CHANGES[change] if k == 7 else lambda w, x: tanh(w * x) ** 2)(w, Value(0.1 * k)), 60)
    assert {len(box.outputs) for box in folded(plain).boxes} == {1, 60}
    assert {len(box.outputs) for box in folded(odd).boxes} >= {1, 59}


def test_copies_that_differ_in_numbers_alone_are_equal() -> None:
    w = Value(0.5, "w")
    assert len(folded(batch(lambda k: (w * (0.1 * k) + 2.0 * k) ** 2, 100)).boxes) == 5


@pytest.mark.parametrize(
    "add_up",
    [
        sum,
        total,
        lambda terms: terms[0] - sum(terms[1:]),
        lambda terms: exp(sum(terms)),
        lambda terms: sum(reversed(terms)),
    ],
)
def test_a_sum_of_equal_terms_is_one_box_however_it_is_added_up(add_up: Callable[[list[Value]], Value]) -> None:
    w = Value(0.5, "w")
    found = folded(add_up([tanh(w * Value(0.1 * k)) for k in range(1, 201)]))
    assert len(found.boxes) <= 9 and max(len(box.outputs) for box in found.boxes) >= 199


def test_a_long_sum_is_written_with_its_first_and_last_terms() -> None:
    w = Value(0.5, "w")
    loss = Value(0.0, "start")
    for k in range(100):
        loss = loss - log(w * Value(1.0 + k))
    assert contents(loss)[-1][0] == "v300 = start − v2 − … − v299"


def test_a_partial_sum_that_others_use_or_that_has_a_scope_is_a_box_of_its_own() -> None:
    w = Value(0.5, "w")

    def used_twice(k: int) -> Value:
        partial = w + Value(0.1 * k)
        return (partial + Value(1.0)) * partial

    def of_a_part(k: int) -> Value:
        with scope("block 1"):
            partial = w + Value(0.1 * k)
        return partial - Value(1.0)

    for make in (used_twice, of_a_part):
        found = folded(batch(make, 60))
        assert found.how == "by equal parts" and {len(box.nodes) for box in found.boxes} == {1, 60}


def test_beside_parts_there_are_few_boxes() -> None:
    model = MLP(64, [10, 1], seed=0)
    loss = batch(lambda _: model([Value(0.1) for _ in range(64)]), 1)
    assert ["u1 … u64", "64 inputs"] in [lines[:2] for lines in contents(loss, level="layer")]


def test_nodes_of_different_steps_are_not_equal() -> None:
    x = Value(0.5, "x")
    for _ in range(200):
        x = tanh(x)
    assert folded(x).how == "beyond the nearest 150 nodes"


def test_a_use_for_each_of_100_000_slots_is_one_arrow() -> None:
    x = Value(1.0, "x")
    found = folded(total([x] * 100_000))
    assert [len(arrow.locals) for arrow in found.arrows] == [100_000]
    assert "× 100,000" in draw(total([x] * 100_000)).source


# ---- what is chosen


def test_a_graph_that_fits_is_not_folded() -> None:
    _, loss = perceptron(2, 2, 3, 1)
    nodes = len(topological_order(loss))
    assert folded(loss, nodes).is_whole and not folded(loss, nodes - 1).is_whole
    assert "folded" not in draw(loss, max_nodes=nodes).source + draw(loss, max_nodes=nodes).description


def digits(samples: int) -> tuple[MLP, Value]:
    model = MLP(64, [32, 10], seed=0)
    numbers = random.Random(1)

    def cross_entropy(k: int) -> Value:
        zs = model([numbers.uniform(0, 1) for _ in range(64)])
        return logsumexp(zs) - zs[k % 10]

    return model, batch(cross_entropy, samples)


def test_the_finest_picture_that_fits_is_chosen() -> None:
    _, small = perceptron(40, 2, 3, 1)
    _, loss = digits(20)
    assert folded(small).how == "by equal parts"
    assert (folded(loss, 150).how, folded(loss, 250).how) == ("by layer", "by neuron")
    x = Value(0.5)
    unscoped = [tanh(total([Value(0.1 * j) * x for j in range(20)])) for k in range(20)]
    assert folded(total(unscoped), 10).how in ("by equal parts", "by shape")


def test_the_picture_says_that_it_is_folded_and_how_to_see_all() -> None:
    _, loss = digits(20)
    nodes = len(topological_order(loss))
    drawing = draw(loss)
    caption = f'folded by layer: {nodes:,} nodes in 5 boxes; draw(…, level="scalar") shows each'
    assert caption in "".join(texts(drawing.svg())).replace("\xa0", " ")
    assert drawing.description.endswith(": 2,410 inputs, 1,521 operations, folded by layer to 5 boxes")
    assert f"folded by layer: {nodes:,} nodes in 5 boxes>" in draw(loss, level="layer").source


def test_a_value_of_thousands_of_operations_embeds_a_small_picture() -> None:
    _, loss = digits(20)
    assert len(loss._repr_mimebundle_()["text/html"]) < 30_000


def test_a_level_is_respected_above_max_nodes() -> None:
    _, loss = digits(20)
    assert sum(bool(box.part) for box in folded(loss, 10, "neuron").boxes) == 42
    _, small = perceptron(40, 2, 3, 1)
    assert folded(small, 10, "scalar").is_whole


# ---- focus


def test_a_focus_in_a_network_folds_the_other_neurons() -> None:
    model, loss = perceptron(1, 2, 3, 1, spelt_out=True)
    w = model.layers[0].neurons[0].w[0]
    found = folded(loss, focus=[w])
    assert [(box.part, box.is_partial) for box in found.boxes if box.part and len(box.nodes) > 1] == [
        (("layer 1", "neuron 1"), True),
        (("layer 1", "neuron 2"), False),
        (("layer 1", "neuron 3"), False),
        (("layer 2", "neuron 1"), True),
    ]
    shown = [lines[0] for lines in contents(loss, focus=w)]
    assert {"layer 1, neuron 1: the rest", "layer 1, neuron 2"} <= set(shown)
    assert (
        "bold: the paths from <B>w⁽¹⁾₁₁</B> to <B>L</B>; folded by neuron off these paths" in draw(loss, focus=w).source
    )


@pytest.mark.parametrize("samples", [1, 20])
def test_a_focus_in_a_large_network_is_small_enough_to_read(samples: int) -> None:
    model, loss = digits(samples)
    w = model.layers[0].neurons[0].w[0]
    found = folded(loss, focus=[w])
    assert len(found.boxes) <= 150 and [w] in [box.nodes for box in found.boxes]
    assert all(box.on_the_way == any(v is w or paths(w, v) for v in box.nodes) for box in found.boxes)


def test_a_focus_is_a_value_or_a_name_or_several() -> None:
    x, w, b = Value(2.0, "x"), Value(3.0), Value(1.0, "b")
    y = tanh(w * x + b)
    assert (
        draw(y, {"w": w}, focus=w).source
        == draw(y, {"w": w}, focus="w").source
        == draw(y, {"w": w}, focus=["w"]).source
    )
    assert draw(y, focus=[b, x]).source == draw(y, focus=["x", b]).source != draw(y, focus=x).source
    assert draw(y, focus=[]).source == draw(y, focus=None).source == draw(y).source


def test_the_rest_around_a_focus_is_told_by_whom_it_serves() -> None:
    xs = [Value(float(k), f"x{k}") for k in range(6)]
    w, b = Value(3.0, "w"), Value(1.0, "b")
    y = (w * exp(xs[0] * xs[1] + xs[2]) + b) * tanh(xs[3] + xs[4])
    assert [lines[:3] for lines in contents(y, focus="w") if " more" in lines[0]] == [
        ["6 more", "3 operations, 3 inputs", "gives v3"],
        ["4 more", "2 operations, 2 inputs", "gives v7"],
    ]
    assert ["b", "data 1", "grad —"] in contents(y, focus="w")


# ---- settings out of range


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    _, loss = perceptron(1, 2, 1)
    with pytest.raises(
        ValueError,
        match="draw: level='block' is none of those of this graph: scalar, neuron, layer",
    ):
        draw(loss, level="block")
    with pytest.raises(
        ValueError,
        match=r'level=3 is none of those of this graph: scalar; models of nn have .*scope\("block 1"\)',
    ):
        draw(tanh(Value(1.0)), level=3)
    many = Value(1.0)
    for k in range(30):
        with scope(f"kind{k} \u202e"):
            many = tanh(many)
    with pytest.raises(ValueError, match=r"of this graph: scalar, kind\d+, .*, …$") as refusal:
        draw(many, level="kind")
    assert len(str(refusal.value)) < 300


def test_a_level_that_is_too_much_to_draw_is_refused() -> None:
    loss = total([tanh(Value(0.1)) for _ in range(DRAWABLE.boxes)])
    with pytest.raises(
        ValueError, match="level='scalar' makes more than 5,000 boxes or 10,000 arrows, of 10,001 nodes: leave"
    ):
        draw(loss, level="scalar")
    assert len(folded(loss).boxes) == 3


def test_a_focus_that_is_not_in_the_graph_is_refused() -> None:
    y = tanh(Value(1.0, "x"))
    y.label = "y"
    with pytest.raises(ValueError, match="draw: focus='w': no node is called that; there are x, y"):
        draw(y, focus="w")
    with pytest.raises(ValueError, match="draw: y does not depend on focus=w"):
        draw(y, focus=Value(1.0, "w"))
    with pytest.raises(TypeError, match="draw: focus=3 is int: give a Value, or its name"):
        draw(y, focus=3)


# ---- names are not trusted, and every run draws the same


@pytest.mark.parametrize("name", [*HOSTILE, "x" * 10_000])
def test_the_name_of_a_scope_is_text_and_nothing_else(name: str) -> None:
    with scope(name), scope("inner"):
        y = tanh(Value(1.0, "x") * Value(2.0, "w"))
    y = y * y
    for level in ({kind(name), "inner"} - {""}) & set(kinds(topological_order(y))):
        drawing = draw(y, level=level, legend=True)
        tree = ElementTree.fromstring(drawing.svg().encode())
        assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= {
            "svg",
            "g",
            "title",
            "text",
            "polygon",
            "path",
            "polyline",
        }
        assert len(drawing.source) < 5_000
        plain = len(draw(y, level="inner", legend=True).source.splitlines())
        assert len(drawing.source.splitlines()) == plain
        assert "<script" not in drawing._repr_html_() and drawing._repr_html_().count("<") == 3


PROGRAM = """
from autograd import Value, mean, tanh
from autograd.show import draw
from nn import MLP
model = MLP(3, [4, 2, 1], seed=0, spelt_out=True)
loss = mean([(model([Value(0.1 * k), Value(0.2), Value(-k)]) - k) ** 2 for k in range(20)])
loss.backward()
w = model.layers[0].neurons[0].w[0]
for options in ({}, {"level": "neuron"}, {"level": "layer", "legend": True}, {"focus": w}):
    print(draw(loss, **options).source)
"""


def test_two_processes_fold_the_same() -> None:
    (sources,) = printed(PROGRAM)
    assert sources.count(b"digraph") == 4


# ---- shapes


def test_folded_boxes_have_shapes_of_their_own_and_the_root_its_double_line() -> None:
    _, loss = perceptron(40, 2, 3, 1)

    def looks(**options: object) -> set[str]:
        boxes = re.findall(r"^\tn\d+ \[label=<.*> (.*)\]$", draw(loss, **options).source, re.M)
        shapes = [re.search(r"shape=(\w+)", look) for look in boxes]
        assert "peripheries=2" in boxes[-1] and "peripheries" not in "".join(boxes[:-1])
        return {shape[1] if shape else "box" for shape in shapes}

    assert looks() == {"box", "box3d"}
    assert looks(level="layer") == {"box", "box3d", "tab"}
    x = Value(1.0, "x")
    y = tanh(Value(2.0, "w") * exp(x * Value(3.0)))
    assert "shape=note" in draw(y, focus="w").source and "penwidth=2.5" in draw(y, focus="w").source


def test_a_root_in_a_part_is_still_told_apart() -> None:
    with scope("block 1"):
        y = tanh(Value(1.0) * Value(2.0))
    assert "peripheries=2" in draw(y, level="block").source and "shape=tab" in draw(y, level="block").source


# ---- the command line

EXPRESSION = ("z = w*x + b; tanh(z) * c", "w=2", "x=0.5", "b=-1", "c=3")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--focus", "w,b"], "bold: the paths from <B>w</B>, <B>b</B> to <B>y</B>"),
        (["--direction", "TB"], "rankdir=TB"),
        (["--legend"], "cluster_legend"),
        (["--max-nodes", "3"], "folded beyond the nearest 3"),
        (["--level=scalar", "--max-nodes=3"], "n7 "),
        (["--precision", "2"], "grad"),
    ],
)
def test_the_command_line_has_the_same_options(words: list[str], found: str, tmp_path: Path) -> None:
    file = tmp_path / "graph.dot"
    assert main(["draw", *EXPRESSION, "-o", str(file), *words]) == 0
    assert found in file.read_text()


def test_the_command_line_shows_what_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "graph.dot"
    assert main(["draw", *EXPRESSION, "-o", str(file), "--show", "grad,local"]) == 0
    assert "data" not in file.read_text() and "grad" in file.read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--focus", "q"], "draw: focus='q': no node is called that; there are"),
        (["--level", "layer"], "draw: level='layer' is none of those of this graph"),
        (["--show", "colour"], "draw: show='colour' is none of data, grad, local"),
        (["--max-nodes", "0"], "draw: max_nodes=0 leaves nothing to draw"),
        (["--direction", "down"], "argument --direction: invalid choice: 'down'"),
    ],
)
def test_the_command_line_refuses_what_draw_refuses(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw", *EXPRESSION, "-o", str(tmp_path / "graph.dot"), *words]) == 2
    assert message in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_what_is_not_alike_is_not_written_alike() -> None:
    w = Value(0.3, "w")
    xs = [Value(k / 10, f"x{k}") for k in range(100)]
    mixed = draw(total([tanh(x + w) if k % 2 else tanh(x - w) for k, x in enumerate(xs)])).source
    assert all(f"= {formula}<BR" in mixed for formula in ("x0 − w", "x1 + w"))
    source = draw(total([tanh(x + 3.0) if k % 2 else tanh(x + 5.0) for k, x in enumerate(xs)])).source
    assert "= x0 + …<BR" in source
    assert "= x0 + 5<BR" in draw(total([tanh(x + 5.0) for x in xs])).source
    outputs = draw(total([softmax([x, w, 1.0])[k % 3] for k, x in enumerate(xs)])).source
    assert "softmax([x0, w, 1])[…]" in unescape(outputs)
